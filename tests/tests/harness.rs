//! The harness itself, tried with small programs whose end is known.

use std::time::Duration;

use closing_time_engine::scenario::Signal;
use closing_time_tests::build::Workshop;
use closing_time_tests::run::{Job, Observed, Output, Status, run};
use closing_time_tests::runtime::of_python;
use closing_time_tests::runtime::python::interpreters;

const PRELUDE: &str = r#"
import multiprocessing, os, sys, threading, time
_TRACE = os.open(os.environ["CLOSING_TIME_TRACE"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
def say(process, kind, detail=""):
    os.write(_TRACE, f"{time.monotonic_ns() // 1000} {process} main {kind} {detail}\n".encode())
def child():
    say("child", "pid", os.getpid())
    time.sleep(30)
"#;

/// Runs a main body with the first interpreter; `None` without one.
fn observe(main: &str, stimuli: Vec<(u64, Signal, String)>, limit_ms: u64) -> Option<Observed> {
    let python = interpreters().first()?;
    let body: String = main.lines().map(|line| format!("    {line}\n")).collect();
    let program = format!(
        "{PRELUDE}if __name__ == '__main__':\n    say('root', 'pid', os.getpid())\n    say('root', 'begin')\n{body}"
    );
    let limit = Duration::from_millis(limit_ms);
    let workshop = Workshop::new().expect("a temporary folder");
    let program = workshop.build(&of_python(python), &program).expect("nothing is to be built");
    let job = Job { program: &program, traced: true, root: "root", stimuli, output: Output::File, limit };
    Some(run(&job).expect("the program can be run"))
}

#[test]
fn an_exit_code_and_files_are_seen() {
    let main = "os.makedirs('a/b')\nopen('a/b/c', 'wb').write(b'x' * 17)\nprint('hello')\nsys.exit(5)";
    let Some(seen) = observe(main, vec![], 5_000) else { return };
    assert_eq!(seen.status, Some(Status::Code(5)), "{seen:?}");
    assert!(seen.ended);
    assert_eq!(seen.files.get("a/b/c"), Some(&17));
    assert_eq!(seen.stdout, ["hello"]);
}

#[test]
fn a_signal_strikes_when_it_should() {
    let main = "time.sleep(30)";
    let Some(seen) = observe(main, vec![(100_000, Signal::Term, "root".into())], 10_000) else { return };
    assert_eq!(seen.status, Some(Status::Signal(15)));
    assert!(seen.ended_at_us >= 100_000, "{seen:?}");
    assert!(seen.unsent.is_empty());
}

#[test]
fn a_hang_is_noted_and_nothing_stays_behind() {
    let main = "multiprocessing.Process(target=child).start()\ntime.sleep(30)";
    let Some(seen) = observe(main, vec![], 400) else { return };
    assert_eq!((seen.status, seen.ended), (None, false));
    assert_gone(&seen);
}

#[test]
fn an_orphan_is_named_and_nothing_stays_behind() {
    let main = "p = multiprocessing.Process(target=child)\np.start()\n\
                while not os.path.exists(f'/proc/{p.pid}'): pass\ntime.sleep(0.3)\nos._exit(0)";
    let Some(seen) = observe(main, vec![], 600) else { return };
    assert_eq!(seen.status, Some(Status::Code(0)), "{seen:?}");
    assert_eq!(seen.left_behind, ["child"], "{seen:?}");
    assert!(!seen.ended, "the orphan sleeps on");
    assert_gone(&seen);
}

fn assert_gone(seen: &Observed) {
    for line in seen.lines.iter().filter(|line| line.kind == "pid") {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", line.detail)).unwrap_or_default();
        assert!(stat.is_empty() || stat.contains(") Z "), "{} still runs: {stat}", line.process);
    }
}
