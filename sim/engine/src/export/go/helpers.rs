//! What a Go programmer would write once and call often.

/// A definition that the program may need, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Helper {
    Between,
    Create,
    SlowWrite,
    Unbounded,
    Event,
    Handle,
    AtExit,
    Trace,
}

const BETWEEN: &str = "\
func between(least, most time.Duration) time.Duration {
	return least + time.Duration(rand.Int63n(int64(most-least)+1))
}";

const CREATE: &str = "\
func create(path string) *os.File {
	file, err := os.Create(path)
	if err != nil {
		log.Fatal(err)
	}
	return file
}";

const SLOW_WRITE: &str = "\
// How long a real call stays in the kernel is up to the disk; here it is two halves with the time between them.
func slowWrite(file *os.File, buffer *bufio.Writer, record []byte, span time.Duration) {
	if buffer != nil && len(record) <= buffer.Size() {
		buffer.Write(record)
		time.Sleep(span)
		return
	}
	if buffer != nil {
		buffer.Flush()
	}
	half := len(record) / 2
	file.Write(record[:half])
	time.Sleep(span)
	file.Write(record[half:])
}";

const UNBOUNDED: &str = "\
// A channel always has a bound; this one is never reached.
const unbounded = 1 << 20";

const EVENT: &str = "\
// event is a flag that can be waited for.
type event struct {
	once sync.Once
	done chan struct{}
}

func newEvent() *event {
	return &event{done: make(chan struct{})}
}

func (e *event) set() {
	e.once.Do(func() { close(e.done) })
}

func (e *event) isSet() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}";

const HANDLE: &str = "\
// handle runs a function, in a goroutine of its own, each time a signal arrives.
func handle(which os.Signal, handler func()) {
	arrived := make(chan os.Signal, 1)
	signal.Notify(arrived, which)
	go func() {
		for range arrived {
			handler()
		}
	}()
}";

const AT_EXIT: &str = "\
// atExit stands for exit handlers: what main runs when it returns or panics, last first. os.Exit skips it.
var atExit []func()

func runAtExit() {
	for _, handler := range atExit {
		defer handler()
	}
}";

const TRACE: &str = "\
// What really happened, for comparison with the model: one unbuffered line per step.
var traceFile = func() *os.File {
	file, err := os.OpenFile(os.Getenv(\"CLOSING_TIME_TRACE\"), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		panic(err)
	}
	return file
}()

func trace(thread, what string) {
	var now syscall.Timespec
	const clockMonotonic = 1
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&now)), 0)
	fmt.Fprintf(traceFile, \"%d PROCESS %s %s\\n\", now.Nano()/1000, thread, what)
}

func traced(thread, what string, body func()) {
	trace(thread, \"begin \"+what)
	defer func() {
		if err := recover(); err != nil {
			trace(thread, \"raise \"+what+\" \"+strings.TrimPrefix(fmt.Sprintf(\"%T\", err), \"main.\"))
			panic(err)
		}
	}()
	body()
	trace(thread, \"end \"+what)
}";

impl Helper {
    /// Its definition.
    pub(super) fn text(self) -> &'static str {
        match self {
            Helper::Between => BETWEEN,
            Helper::Create => CREATE,
            Helper::SlowWrite => SLOW_WRITE,
            Helper::Unbounded => UNBOUNDED,
            Helper::Event => EVENT,
            Helper::Handle => HANDLE,
            Helper::AtExit => AT_EXIT,
            Helper::Trace => TRACE,
        }
    }

    /// The packages that it needs.
    pub(super) fn imports(self) -> &'static [&'static str] {
        match self {
            Helper::Between => &["math/rand", "time"],
            Helper::Create => &["log", "os"],
            Helper::SlowWrite => &["bufio", "os", "time"],
            Helper::Unbounded | Helper::AtExit => &[],
            Helper::Event => &["sync"],
            Helper::Handle => &["os", "os/signal"],
            Helper::Trace => &["fmt", "os", "strings", "syscall", "unsafe"],
        }
    }
}
