//! Standard output into a pipe that nobody reads: 16 slots of 4,096 bytes, measured in all nine languages.

use crate::case::{Case, scenario};

/// A process whose output nobody reads before `read` (as in `at "2s"`), or at all.
fn stalled(runtime: &str, body: &str, read: &str) -> Case {
    let at = if read.is_empty() { String::new() } else { format!("at \"{read}\" {{ read \"p\"; }}") };
    scenario(&format!("process \"p\" stdout=\"stalled-pipe\" {{ {body} }}\n{at}")).under(runtime)
}

/// So many lines of so many bytes, their newlines among them.
fn lines(count: u64, bytes: usize) -> String {
    format!("repeat {count} {{ print \"{}\"; }};", "x".repeat(bytes - 1))
}

#[test]
fn a_pipe_takes_as_many_lines_as_fit_whole_into_its_slots() {
    // Measured on Node 20.20.2: 64,000 bytes of lines of 100, 500 and 1,000 bytes, 65,536 of 64 and 1,024, 48,000 of 1,500.
    for (bytes, kept) in [(100, 640), (500, 128), (1000, 64), (1024, 64), (1500, 32), (64, 1024)] {
        let body = format!("main {{ {} exit 3; }}", lines(2000, bytes));
        let run = stalled("node", &body, "").run();
        assert_eq!(run.exits(3).at("0s").printed().len(), kept, "lines of {bytes} bytes");
    }
}

#[test]
fn a_thread_that_prints_waits_until_somebody_reads() {
    // Measured on Java 17, Go 1.19, Mono 6.8, Rust 1.95; the exit waits as well, and keeps everything.
    for runtime in ["jvm", "go", "rust", "dotnet"] {
        let run = |end: &str, read: &str| {
            let body = format!("main {{ {} print \"last\"; {end} }}", lines(700, 100));
            stalled(runtime, &body, read).run()
        };
        assert_eq!(run("", "2s").exits(0).at("2s").printed().len(), 701, "{runtime}");
        assert_eq!(run("exit 3;", "2s").exits(3).at("2s").printed().len(), 701, "{runtime}");
        assert_eq!(run("", "").hangs().printed().len(), 640, "{runtime}");
    }
}

#[test]
fn a_daemon_that_waits_for_a_reader_is_cut_off_like_any_other() {
    // Measured on the same four: 64,000 bytes arrive, and the process ends.
    let body = |daemon: &str| {
        let thread = format!("thread \"t\"{daemon} {{ {} print \"no\"; }}", lines(700, 100));
        format!("main {{ start \"t\"; sleep \"1s\"; }}; {thread}")
    };
    for (runtime, daemon) in [("jvm", " daemon=#true"), ("dotnet", " daemon=#true"), ("go", ""), ("rust", "")]
    {
        let run = stalled(runtime, &body(daemon), "").run();
        assert_eq!(run.exits(0).at("1s").cuts_off("t").printed().len(), 640, "{runtime}");
    }
    // A thread that is awaited holds the process until somebody reads.
    let run = stalled("jvm", &body(" daemon=#false"), "3s").run();
    assert_eq!(run.exits(0).at("3s").finishes("t").printed().len(), 701);
}

#[test]
fn node_queues_what_the_pipe_does_not_take_and_waits_for_it_only_at_its_natural_end() {
    // node-09, and measured: 64,000 bytes with process.exit; all of them when main returns.
    let body = |end: &str| {
        format!("main {{ on-exit \"h\" {{ print \"bye\"; }}; {} print \"last\"; {end} }}", lines(700, 100))
    };
    let run = stalled("node", &body("exit 3;"), "2s").run();
    assert_eq!(run.exits(3).at("0s").handles("h").printed().len(), 640);
    let run = stalled("node", &body(""), "2s").run();
    assert_eq!(run.exits(0).at("2s").printed().len(), 702);
    assert_eq!(stalled("node", &body(""), "").run().hangs().printed().len(), 640);
}

#[test]
fn the_queue_is_handed_over_only_when_the_event_loop_turns() {
    // Measured: 700 lines, asleep without a turn of the loop while the reader comes, 300 lines, process.exit: 64,000 bytes.
    let handler = format!("on-signal \"TERM\" {{ sleep \"2s\"; {} exit 3; }}", lines(300, 100));
    let body = format!("main {{ {handler}; {} sleep \"9s\"; }}", lines(700, 100));
    let run = stalled("node", &body, "1s").signal("TERM@500ms").run();
    assert_eq!(run.exits(3).at("2.5s").printed().len(), 640);
    // With a turn in between, all of it.
    let body = format!("main {{ {} sleep \"2s\"; {} exit 3; }}", lines(700, 100), lines(300, 100));
    let run = stalled("node", &body, "1s").run();
    assert_eq!(run.exits(3).at("2s").printed().len(), 1000);
}

#[test]
fn timers_are_called_while_output_waits_and_before_exit_comes_after_it() {
    // Measured.
    let body = format!(
        r#"main {{ on-idle "idle" {{ print "idle"; }}; start "t"; {} }}; timer "t" after="1s" {{ set "e"; }}"#,
        lines(700, 100)
    );
    let run = stalled("node", &body, "2s").run();
    run.exits(0).at("2s").last("t", "1s").handles("idle");
    assert_eq!(run.printed().last().map(String::as_str), Some("idle"));
}

#[test]
fn output_of_before_exit_is_waited_for_and_asked_about_again() {
    // Measured on 20.20.2: a pending write keeps the loop alive.
    let idle =
        format!("on-idle \"i\" {{ unless-set \"e\" {{ set \"e\"; {} }}; print \"i\"; }}", lines(700, 100));
    let run = stalled("node", &format!("main {{ {idle}; on-exit \"h\" {{ print \"h\"; }}; }}"), "2s").run();
    assert_eq!(run.exits(0).at("2s").printed().len(), 703);
}

#[test]
fn print_hands_on_8_kib_at_a_time_and_waits_when_they_do_not_fit() {
    // Measured on CPython 3.8 to 3.13; up to 3.12 a call takes 81 whole lines, in 3.13 text and newline come apart, so that the
    // last call is taken in part.
    let text = |end: &str| format!("main {{ {} {end} }}", lines(2000, 100));
    for (version, kept, pipe) in [("3.8", 648, 64_800), ("3.12", 648, 64_800), ("3.13", 532, 53_295)] {
        let version = format!("cpython-{version}");
        let killed = stalled(&version, &text(""), "").signal("TERM@1s").run();
        killed.dies_of("TERM").at("1s");
        assert_eq!(killed.printed().len(), kept, "{version}");
        let file = killed.stdout();
        assert_eq!(file.durable, pipe, "{version}");
    }
    for end in ["", "exit 3;"] {
        let run = stalled("cpython", &text(end), "2s").run();
        assert_eq!(run.at("2s").printed().len(), 2000, "{end}");
    }
    // os._exit leaves behind what is in the buffers: 5,600 of 200,000 bytes.
    let run = stalled("cpython-3.11", &text("exit-now 3;"), "2s").run();
    assert_eq!(run.exits(3).at("2s").stdout().durable, 194_400);
    // What other threads do to a buffer that one of them is writing out differs from run to run.
    let thread = format!("main {{ start \"t\"; }}; thread \"t\" {{ {} }}", lines(1, 100));
    assert!(stalled("cpython", &thread, "").refused().contains("several threads share"));
}

#[test]
fn a_thread_that_waits_for_a_reader_is_no_deadlock_for_go() {
    // Measured: the goroutine is in a system call.
    let body =
        format!("main {{ start \"t\"; wait \"e\"; }}; thread \"t\" {{ {} set \"e\"; }}", lines(700, 100));
    stalled("go", &body, "").run().hangs();
}
