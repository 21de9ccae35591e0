//! What C's standard library leaves to the programmer, written as one would: an event, a queue, a sleep that signals do
//! not shorten.

/// A definition that the program may need. The order is the one in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Helper {
    Between,
    SleepFor,
    Deadline,
    JoinWithin,
    LockWithin,
    Unlock,
    WriteLine,
    OpenFile,
    SlowWrite,
    EventInit,
    EventSet,
    EventIsSet,
    EventWait,
    EventWaitFor,
    Queue,
    QueuePut,
    QueueGet,
    QueueGetFor,
    QueueDone,
    QueueDrain,
}

const BETWEEN: &str = "\
static double between(double least, double most)
{
    return least + (most - least) * rand() / RAND_MAX;
}";

const SLEEP_FOR: &str = "\
/* A signal handler cuts nanosleep short; the rest is slept afterwards. */
static void sleep_for(double seconds)
{
    struct timespec left = { .tv_sec = (time_t)seconds };
    left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
    while (nanosleep(&left, &left) == -1 && errno == EINTR) {
    }
}";

const DEADLINE: &str = "\
static struct timespec deadline(double seconds)
{
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    long long ns = at.tv_nsec + (long long)(seconds * 1e9);
    at.tv_sec += ns / 1000000000;
    at.tv_nsec = ns % 1000000000;
    return at;
}";

const JOIN_WITHIN: &str = "\
static void join_within(pthread_t thread, double seconds)
{
    struct timespec until = deadline(seconds);
    pthread_timedjoin_np(thread, NULL, &until);
}";

const LOCK_WITHIN: &str = "\
static bool lock_within(pthread_mutex_t *mutex, double seconds)
{
    struct timespec until = deadline(seconds);
    return pthread_mutex_timedlock(mutex, &until) == 0;
}";

const UNLOCK: &str = "\
static void unlock(void *mutex)
{
    pthread_mutex_unlock(mutex);
}";

const WRITE_LINE: &str = "\
/* For signal handlers, in which puts is not allowed. */
static void write_line(const char *line)
{
    if (write(STDOUT_FILENO, line, strlen(line)) == -1)
        _exit(EXIT_FAILURE);
}";

const OPEN_FILE: &str = "\
static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, \"wb\");
    if (file == NULL) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    return file;
}";

const SLOW_WRITE: &str = "\
/* How long a real call stays in the kernel is up to the disk; here it is two halves with the time between them. */
static void slow_write(FILE *file, const char *record, size_t size, size_t buffer, double seconds)
{
    if (size <= buffer) {
        fwrite(record, 1, size, file);
        sleep_for(seconds);
        return;
    }
    fflush(file);
    size_t half = size / 2;
    if (write(fileno(file), record, half) == -1)
        perror(\"write\");
    sleep_for(seconds);
    if (write(fileno(file), record + half, size - half) == -1)
        perror(\"write\");
}";

const EVENT: &str = "\
/* A flag that can be waited for. It may be set in a signal handler, as sem_post may be called there. */
struct event {
    atomic_bool set;
    sem_t changed;
};

static void event_init(struct event *event)
{
    atomic_init(&event->set, false);
    sem_init(&event->changed, 0, 0);
}";

const EVENT_SET: &str = "\
static void event_set(struct event *event)
{
    if (!atomic_exchange(&event->set, true))
        sem_post(&event->changed);
}";

const EVENT_IS_SET: &str = "\
static bool event_is_set(struct event *event)
{
    return atomic_load(&event->set);
}";

const EVENT_WAIT: &str = "\
static void event_wait(struct event *event)
{
    while (sem_wait(&event->changed) == -1 && errno == EINTR) {
    }
    sem_post(&event->changed); /* for the next one who waits */
}";

const EVENT_WAIT_FOR: &str = "\
static void event_wait_for(struct event *event, double seconds)
{
    struct timespec until = deadline(seconds);
    int result;
    while ((result = sem_timedwait(&event->changed, &until)) == -1 && errno == EINTR) {
    }
    if (result == 0)
        sem_post(&event->changed); /* for the next one who waits */
}";

const QUEUE: &str = "\
enum item { NOTHING, ITEM, END_MARK };

struct node {
    struct node *next;
    enum item item;
};

struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct node *first, *last;
    int unfinished;
};

#define QUEUE_INITIALIZER { .mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER }";

const QUEUE_PUT: &str = "\
static void queue_put(struct queue *queue, enum item item)
{
    struct node *node = malloc(sizeof *node);
    *node = (struct node){ .item = item };
    pthread_mutex_lock(&queue->mutex);
    if (queue->first == NULL)
        queue->first = node;
    else
        queue->last->next = node;
    queue->last = node;
    queue->unfinished++;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->mutex);
}";

const QUEUE_GET: &str = "\
static enum item queue_get(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    while (queue->first == NULL)
        pthread_cond_wait(&queue->changed, &queue->mutex);
    struct node *node = queue->first;
    queue->first = node->next;
    pthread_mutex_unlock(&queue->mutex);
    enum item item = node->item;
    free(node);
    return item;
}";

const QUEUE_GET_FOR: &str = "\
static enum item queue_get_for(struct queue *queue, double seconds)
{
    struct timespec until = deadline(seconds);
    pthread_mutex_lock(&queue->mutex);
    while (queue->first == NULL) {
        if (pthread_cond_timedwait(&queue->changed, &queue->mutex, &until) == ETIMEDOUT && queue->first == NULL) {
            pthread_mutex_unlock(&queue->mutex);
            return NOTHING;
        }
    }
    struct node *node = queue->first;
    queue->first = node->next;
    pthread_mutex_unlock(&queue->mutex);
    enum item item = node->item;
    free(node);
    return item;
}";

const QUEUE_DONE: &str = "\
static void queue_done(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->unfinished--;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->mutex);
}";

const QUEUE_DRAIN: &str = "\
static void queue_drain(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    while (queue->unfinished > 0)
        pthread_cond_wait(&queue->changed, &queue->mutex);
    pthread_mutex_unlock(&queue->mutex);
}";

impl Helper {
    /// The function.
    pub(super) fn name(self) -> &'static str {
        match self {
            Helper::Between => "between",
            Helper::SleepFor => "sleep_for",
            Helper::Deadline => "deadline",
            Helper::JoinWithin => "join_within",
            Helper::LockWithin => "lock_within",
            Helper::Unlock => "unlock",
            Helper::WriteLine => "write_line",
            Helper::OpenFile => "open_file",
            Helper::SlowWrite => "slow_write",
            Helper::EventInit => "event_init",
            Helper::EventSet => "event_set",
            Helper::EventIsSet => "event_is_set",
            Helper::EventWait => "event_wait",
            Helper::EventWaitFor => "event_wait_for",
            Helper::Queue => "queue",
            Helper::QueuePut => "queue_put",
            Helper::QueueGet => "queue_get",
            Helper::QueueGetFor => "queue_get_for",
            Helper::QueueDone => "queue_done",
            Helper::QueueDrain => "queue_drain",
        }
    }

    /// Its definition.
    pub(super) fn text(self) -> &'static str {
        match self {
            Helper::Between => BETWEEN,
            Helper::SleepFor => SLEEP_FOR,
            Helper::Deadline => DEADLINE,
            Helper::JoinWithin => JOIN_WITHIN,
            Helper::LockWithin => LOCK_WITHIN,
            Helper::Unlock => UNLOCK,
            Helper::WriteLine => WRITE_LINE,
            Helper::OpenFile => OPEN_FILE,
            Helper::SlowWrite => SLOW_WRITE,
            Helper::EventInit => EVENT,
            Helper::EventSet => EVENT_SET,
            Helper::EventIsSet => EVENT_IS_SET,
            Helper::EventWait => EVENT_WAIT,
            Helper::EventWaitFor => EVENT_WAIT_FOR,
            Helper::Queue => QUEUE,
            Helper::QueuePut => QUEUE_PUT,
            Helper::QueueGet => QUEUE_GET,
            Helper::QueueGetFor => QUEUE_GET_FOR,
            Helper::QueueDone => QUEUE_DONE,
            Helper::QueueDrain => QUEUE_DRAIN,
        }
    }

    /// What else it needs.
    pub(super) fn needs(self) -> &'static [Helper] {
        match self {
            Helper::SlowWrite => &[Helper::SleepFor],
            Helper::JoinWithin | Helper::LockWithin | Helper::EventWaitFor | Helper::QueueGetFor => {
                &[Helper::Deadline]
            }
            _ => &[],
        }
    }
}
