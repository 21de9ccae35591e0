//! What Rust's standard library leaves to the programmer, and what of libc it does not wrap.

/// A definition that the program may need, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Helper {
    ExitNow,
    AtExit,
    Kill,
    Ignore,
    Between,
    SlowWrite,
    SlowWriteFile,
    Text,
    Event,
    EventSet,
    EventIsSet,
    EventWait,
    EventWaitFor,
    SetOnDrop,
    Lock,
    LockPlain,
    Queue,
    QueuePut,
    QueueGet,
    QueueGetFor,
    QueueDone,
    QueueDrain,
    OnSignal,
    Trace,
}

const BETWEEN: &str = "\
/// The standard library has no random numbers, but it seeds its hash maps with some.
fn between(least: Duration, most: Duration) -> Duration {
    let random = RandomState::new().build_hasher().finish();
    least + (most - least).mul_f64(random as f64 / u64::MAX as f64)
}";

const SLOW_WRITE: &str = "\
/// How long a real call stays in the kernel is up to the disk; here it is two halves with the time between them.
fn slow_write(file: &mut BufWriter<File>, record: &[u8], span: Duration) {
    if record.len() <= file.capacity() {
        file.write_all(record).unwrap();
        return thread::sleep(span);
    }
    file.flush().unwrap();
    slow_write_file(file.get_mut(), record, span);
}";

const SLOW_WRITE_FILE: &str = "\
fn slow_write_file(file: &mut File, record: &[u8], span: Duration) {
    let (first, second) = record.split_at(record.len() / 2);
    file.write_all(first).unwrap();
    thread::sleep(span);
    file.write_all(second).unwrap();
}";

const TEXT: &str = "\
const fn text<const N: usize>(letter: u8) -> [u8; N] {
    let mut text = [letter; N];
    text[N - 1] = b'\\n';
    text
}";

const EVENT: &str = "\
/// A flag that can be waited for.
struct Event {
    set: Mutex<bool>,
    changed: Condvar,
}

impl Event {
    const fn new() -> Event {
        Event { set: Mutex::new(false), changed: Condvar::new() }
    }";

const EVENT_SET: &str = "
    fn set(&self) {
        *self.set.lock().unwrap() = true;
        self.changed.notify_all();
    }";

const EVENT_IS_SET: &str = "
    fn is_set(&self) -> bool {
        *self.set.lock().unwrap()
    }";

const EVENT_WAIT: &str = "
    fn wait(&self) {
        drop(self.changed.wait_while(self.set.lock().unwrap(), |set| !*set).unwrap());
    }";

const EVENT_WAIT_FOR: &str = "
    fn wait_for(&self, limit: Duration) {
        drop(self.changed.wait_timeout_while(self.set.lock().unwrap(), limit, |set| !*set).unwrap());
    }";

const SET_ON_DROP: &str = "\
/// Says that a thread is over, also when it panics.
struct SetOnDrop(&'static Event);

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        self.0.set();
    }
}";

const LOCK: &str = "\
/// A lock that can be waited for with a limit; a `Mutex` cannot.
struct Lock {
    held: Mutex<bool>,
    freed: Condvar,
}

struct Held<'a>(&'a Lock);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *self.0.held.lock().unwrap() = false;
        self.0.freed.notify_one();
    }
}

impl Lock {
    const fn new() -> Lock {
        Lock { held: Mutex::new(false), freed: Condvar::new() }
    }

    fn lock_for(&self, limit: Duration) -> Option<Held<'_>> {
        let held = self.held.lock().unwrap();
        let (mut held, waited) = self.freed.wait_timeout_while(held, limit, |held| *held).unwrap();
        if waited.timed_out() {
            return None;
        }
        *held = true;
        Some(Held(self))
    }";

const LOCK_PLAIN: &str = "
    fn lock(&self) -> Held<'_> {
        let held = self.held.lock().unwrap();
        *self.freed.wait_while(held, |held| *held).unwrap() = true;
        Held(self)
    }";

const QUEUE: &str = "\
/// `None` is the mark that nothing more comes.
type Item = Option<&'static str>;

/// Items, and how many of all that were put are not done yet.
struct Queue {
    state: Mutex<(VecDeque<Item>, usize)>,
    changed: Condvar,
}

impl Queue {
    const fn new() -> Queue {
        Queue { state: Mutex::new((VecDeque::new(), 0)), changed: Condvar::new() }
    }";

const QUEUE_PUT: &str = "
    fn put(&self, item: Item) {
        let mut state = self.state.lock().unwrap();
        state.0.push_back(item);
        state.1 += 1;
        self.changed.notify_all();
    }";

const QUEUE_GET: &str = "
    fn get(&self) -> Item {
        let state = self.state.lock().unwrap();
        let mut state = self.changed.wait_while(state, |state| state.0.is_empty()).unwrap();
        state.0.pop_front().unwrap()
    }";

const QUEUE_GET_FOR: &str = "
    fn get_for(&self, limit: Duration) -> Option<Item> {
        let state = self.state.lock().unwrap();
        let (mut state, _) =
            self.changed.wait_timeout_while(state, limit, |state| state.0.is_empty()).unwrap();
        state.0.pop_front()
    }";

const QUEUE_DONE: &str = "
    fn done(&self) {
        self.state.lock().unwrap().1 -= 1;
        self.changed.notify_all();
    }";

const QUEUE_DRAIN: &str = "
    fn drain(&self) {
        let state = self.state.lock().unwrap();
        drop(self.changed.wait_while(state, |state| state.1 > 0).unwrap());
    }";

const ON_SIGNAL: &str = "\
/// `sigset_t` of glibc.
#[derive(Clone, Copy)]
#[repr(C)]
struct SignalSet([u64; 16]);

fn only(signal: i32) -> SignalSet {
    let mut set = SignalSet([0; 16]);
    unsafe {
        sigemptyset(&mut set);
        sigaddset(&mut set, signal);
    }
    set
}

/// Keeps a signal from this thread and those that it starts, so that it waits for `on_signal`.
fn block_signal(signal: i32) {
    const SIG_BLOCK: i32 = 0;
    unsafe {
        pthread_sigmask(SIG_BLOCK, &only(signal), std::ptr::null_mut());
    }
}

/// Stands for a signal handler: a thread that waits for the signal, which all threads have blocked.
fn on_signal(signal: i32, handler: fn()) {
    let set = only(signal);
    thread::spawn(move || loop {
        let mut received = 0;
        unsafe {
            sigwait(&set, &mut received);
        }
        handler();
    });
}";

const TRACE: &str = "\
/// What really happened, for comparison with the model: one unbuffered line per step.
static TRACE: OnceLock<File> = OnceLock::new();

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

fn trace(thread: &str, what: &str) {
    const CLOCK_MONOTONIC: i32 = 1;
    let mut now = Timespec { seconds: 0, nanoseconds: 0 };
    unsafe {
        clock_gettime(CLOCK_MONOTONIC, &mut now);
    }
    let us = now.seconds * 1_000_000 + now.nanoseconds / 1_000;
    let mut file = TRACE.get_or_init(|| {
        let path = std::env::var_os(\"CLOSING_TIME_TRACE\").expect(\"CLOSING_TIME_TRACE names a file\");
        File::options().append(true).create(true).open(path).unwrap()
    });
    file.write_all(format!(\"{us} PROCESS {thread} {what}\\n\").as_bytes()).unwrap();
}

fn traced(thread: &str, what: &str, body: impl FnOnce()) {
    trace(thread, &format!(\"begin {what}\"));
    if let Err(error) = panic::catch_unwind(AssertUnwindSafe(body)) {
        trace(thread, &format!(\"raise {what} {}\", class(&*error)));
        panic::resume_unwind(error);
    }
    trace(thread, &format!(\"end {what}\"));
}";

impl Helper {
    /// Its definition.
    pub(super) fn text(self) -> &'static str {
        match self {
            Helper::ExitNow | Helper::AtExit | Helper::Kill | Helper::Ignore => "",
            Helper::Between => BETWEEN,
            Helper::SlowWrite => SLOW_WRITE,
            Helper::SlowWriteFile => SLOW_WRITE_FILE,
            Helper::Text => TEXT,
            Helper::Event => EVENT,
            Helper::EventSet => EVENT_SET,
            Helper::EventIsSet => EVENT_IS_SET,
            Helper::EventWait => EVENT_WAIT,
            Helper::EventWaitFor => EVENT_WAIT_FOR,
            Helper::SetOnDrop => SET_ON_DROP,
            Helper::Lock => LOCK,
            Helper::LockPlain => LOCK_PLAIN,
            Helper::Queue => QUEUE,
            Helper::QueuePut => QUEUE_PUT,
            Helper::QueueGet => QUEUE_GET,
            Helper::QueueGetFor => QUEUE_GET_FOR,
            Helper::QueueDone => QUEUE_DONE,
            Helper::QueueDrain => QUEUE_DRAIN,
            Helper::OnSignal => ON_SIGNAL,
            Helper::Trace => TRACE,
        }
    }

    /// Whether it is a method, with the type that it belongs to.
    pub(super) fn of(self) -> Option<Helper> {
        match self {
            Helper::Event
            | Helper::EventSet
            | Helper::EventIsSet
            | Helper::EventWait
            | Helper::EventWaitFor => Some(Helper::Event),
            Helper::Lock | Helper::LockPlain => Some(Helper::Lock),
            Helper::Queue
            | Helper::QueuePut
            | Helper::QueueGet
            | Helper::QueueGetFor
            | Helper::QueueDone
            | Helper::QueueDrain => Some(Helper::Queue),
            _ => None,
        }
    }

    /// What else it needs.
    pub(super) fn needs(self) -> &'static [Helper] {
        match self {
            Helper::SlowWrite => &[Helper::SlowWriteFile],
            Helper::SetOnDrop => &[Helper::Event, Helper::EventSet],
            _ => &[],
        }
    }

    /// The functions of libc that it calls.
    pub(super) fn externs(self) -> &'static [&'static str] {
        match self {
            Helper::ExitNow => &["fn _exit(status: i32) -> !;"],
            Helper::AtExit => &["fn atexit(handler: extern \"C\" fn()) -> i32;"],
            Helper::Kill => &["fn kill(pid: u32, signal: i32) -> i32;"],
            Helper::Ignore => &["fn signal(signal: i32, handler: usize) -> usize;"],
            Helper::OnSignal => &[
                "fn sigemptyset(set: *mut SignalSet) -> i32;",
                "fn sigaddset(set: *mut SignalSet, signal: i32) -> i32;",
                "fn pthread_sigmask(how: i32, set: *const SignalSet, old: *mut SignalSet) -> i32;",
                "fn sigwait(set: *const SignalSet, received: *mut i32) -> i32;",
            ],
            Helper::Trace => &["fn clock_gettime(clock: i32, now: *mut Timespec) -> i32;"],
            _ => &[],
        }
    }

    /// What it brings into scope.
    pub(super) fn uses(self) -> &'static [&'static str] {
        match self {
            Helper::Between => &[
                "std::collections::hash_map::RandomState",
                "std::hash::{BuildHasher, Hasher}",
                "std::time::Duration",
            ],
            Helper::SlowWrite => &[
                "std::fs::File",
                "std::io::BufWriter",
                "std::io::Write",
                "std::thread",
                "std::time::Duration",
            ],
            Helper::SlowWriteFile => {
                &["std::fs::File", "std::io::Write", "std::thread", "std::time::Duration"]
            }
            Helper::Event => &["std::sync::Condvar", "std::sync::Mutex"],
            Helper::EventWaitFor | Helper::QueueGetFor => &["std::time::Duration"],
            Helper::Lock => &["std::sync::Condvar", "std::sync::Mutex", "std::time::Duration"],
            Helper::Queue => &["std::collections::VecDeque", "std::sync::Condvar", "std::sync::Mutex"],
            Helper::OnSignal => &["std::thread"],
            Helper::Trace => &[
                "std::any::Any",
                "std::fs::File",
                "std::io::Write",
                "std::panic",
                "std::panic::AssertUnwindSafe",
                "std::sync::OnceLock",
            ],
            _ => &[],
        }
    }
}
