//! The tracing prelude: lines that say what really happened.
//!
//! It must not change how the program ends. It starts no thread, registers no handler, takes no lock, keeps no
//! object alive and buffers nothing: each line is one `write` to a file opened for appending, so a line that is
//! there was really executed, and a line that is missing was not.

use super::Code;
use super::text::string;
use super::threads::Who;

/// The definitions, for the top of the program.
pub(super) fn prelude(code: &mut Code) {
    for module in ["os", "threading", "time"] {
        code.import(module);
    }
    code.line("# What really happened, for comparison with the model: one unbuffered line per step.");
    code.line(
        "_TRACE = os.open(os.environ[\"CLOSING_TIME_TRACE\"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)",
    );
    code.gap();
    code.block("def _trace(process, thread, kind, detail=\"\"):", |code| {
        code.line("process = process or _PROCESS");
        code.line("thread = thread or threading.current_thread().name");
        code.line("line = f\"{time.monotonic_ns() // 1000} {process} {thread} {kind} {detail}\\n\"");
        code.line("os.write(_TRACE, line.encode())");
    });
    code.gap();
    code.block("def _run(process, thread, what, body, *args):", |code| {
        code.line("_trace(process, thread, \"begin\", what)");
        code.block("try:", |code| code.line("body(*args)"));
        code.block("except BaseException as error:", |code| {
            code.line("_trace(process, thread, \"raise\", f\"{what} {type(error).__name__}\")");
            code.line("raise");
        });
        code.line("_trace(process, thread, \"end\", what)");
    });
}

/// How long a real call stays in the kernel is up to the disk. So that a run can be compared with the model, such a
/// write is made of two halves with the time between them; what fits into the buffer never goes to the kernel.
pub(super) fn slow_write(code: &mut Code) {
    code.gap();
    code.block("def _slow_write(file, record, seconds):", |code| {
        code.block("if len(record) > 8192 or not hasattr(file, \"detach\"):", |code| {
            code.line("file.flush()");
            code.line("record = record.encode() if isinstance(record, str) else record");
            code.line("os.write(file.fileno(), record[:len(record) // 2])");
            code.line("time.sleep(seconds)");
            code.line("os.write(file.fileno(), record[len(record) // 2:])");
        });
        code.block("else:", |code| {
            code.line("file.write(record)");
            code.line("time.sleep(seconds)");
        });
    });
}

/// A call that writes one line.
pub(super) fn call(who: &Who, kind: &str, detail: &str) -> String {
    format!("_trace({}, {}, {})", who.arguments(), string(kind), string(detail))
}

/// The arguments of `_run` in front of the body: who, and what the body is.
pub(super) fn run_arguments(who: &Who, what: &str) -> String {
    format!("{}, {}", who.arguments(), string(what))
}
