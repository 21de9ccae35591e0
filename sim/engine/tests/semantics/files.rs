//! Buffers: what is on disk when the process ends.

use super::case::{Case, Run, program, scenario};

/// A daemon writes `times` records and then stands still until it is cut off.
fn cut_after(open: &str, bytes: u64, times: u64) -> Case {
    program(&format!(
        r#"main {{ start "writer"; sleep "1s"; }}
        thread "writer" daemon=#true {{
            open "f" {open}
            repeat {times} {{ write "f" "record" bytes={bytes}; }}
            sleep "1h"
        }}"#
    ))
}

#[test]
fn a_binary_buffer_holds_eight_kilobytes() {
    // measured a: a buffer that is exactly full is not flushed
    for (times, durable) in [(1, 0), (2, 0), (3, 8192), (4, 8192), (5, 16384)] {
        cut_after("", 4096, times).always(|run| {
            run.exits(0).file("f", durable, times * 4096 - durable).torn("f", false);
        });
    }
}

#[test]
fn a_record_larger_than_the_buffer_goes_straight_through() {
    // measured a
    cut_after("", 20_000, 2).always(|run| {
        run.file("f", 40_000, 0);
    });
}

#[test]
fn text_is_handed_down_in_batches_of_whole_records() {
    // cpython-03: multiples of 8100 up to 3.12, of 8200 from 3.13 on
    for (version, durable) in
        [("3.8", 8100), ("3.12.1", 8100), ("3.12.3", 8100), ("3.13", 16_400), ("3.14", 16_400)]
    {
        let run = cut_after("mode=\"text\"", 100, 170).on(version).run();
        run.file("f", durable, 17_000 - durable).torn("f", false);
    }
}

#[test]
fn line_buffered_and_unbuffered_files_lose_nothing() {
    // cpython-03
    for open in ["mode=\"text\" buffering=\"line\"", "mode=\"binary\" buffering=\"none\""] {
        cut_after(open, 100, 3).always(|run| {
            run.file("f", 300, 0);
        });
    }
}

#[test]
fn what_was_flushed_is_safe() {
    // cpython-03
    program(
        r#"main { start "writer"; sleep "1s"; }
        thread "writer" daemon=#true {
            open "f"
            write "f" "record" bytes=100
            flush "f"
            write "f" "record" bytes=100
            sleep "1h"
        }"#,
    )
    .always(|run| {
        run.file("f", 100, 100);
    });
}

#[test]
fn one_large_write_is_torn_in_the_middle() {
    // cpython-04
    program(
        r#"main { start "writer"; sleep "1s"; }
        thread "writer" daemon=#true { open "f"; write "f" "image" bytes=1000000 for="2s"; }"#,
    )
    .always(|run| {
        run.exits(0).torn("f", true).cuts_off("writer");
    });
}

#[test]
fn a_file_of_a_thread_is_flushed_however_the_thread_ends() {
    // measured b
    for how in ["return", "raise \"ValueError\" \"no\"", "exit 1"] {
        for daemon in ["#true", "#false"] {
            program(&format!(
                r#"main {{ start "a"; sleep "1s"; exit-now 0; }}
                thread "a" daemon={daemon} {{ open "f"; write "f" "record" bytes=100; {how}; }}"#
            ))
            .always(|run| {
                run.file("f", 100, 0);
            });
        }
    }
}

#[test]
fn an_idle_daemon_loses_the_file_of_main() {
    // cpython-28
    let case = |daemon: &str| {
        program(&format!(
            r#"main {{ open "f"; write "f" "record" bytes=100; start "a"; sleep "1s"; }}
            thread "a" daemon=#true {{ {daemon}; }}"#
        ))
    };
    case("wait \"never\"").always(|run| {
        run.exits(0).file("f", 0, 100);
    });
    case("print \"done\"").always(|run| {
        run.exits(0).file("f", 100, 0);
    });
}

#[test]
fn a_file_of_main_survives_every_polite_end_without_daemons() {
    // cpython-28, measured b
    for end in ["return", "raise \"ValueError\" \"no\"", "exit 3"] {
        program(&format!(r#"main {{ open "f"; write "f" "record" bytes=100; {end}; }}"#)).always(|run| {
            run.file("f", 100, 0);
        });
    }
}

#[test]
fn a_guest_given_up_who_ends_before_the_handlers_do_costs_nothing() {
    // measured i
    program(
        r#"main { on-exit "slow" { sleep "3s"; }; open "f"; write "f" "record" bytes=100; start "guest"; }
        thread "guest" { open "g"; write "g" "record" bytes=50; sleep "2s"; }"#,
    )
    .signal("INT@1s")
    .always(|run| {
        run.exits(0).at("4s").finishes("guest").file("g", 50, 0).file("f", 100, 0);
    });
}

#[test]
fn lines_for_a_pipe_wait_in_a_buffer() {
    // measured g
    let piped = |end: &str| {
        scenario(&format!(
            r#"process "p" stdout="pipe" {{ main {{ on-exit "h" {{ print "handler"; }}; print "main"; {end}; }}; }}"#
        ))
    };
    let said = |case: Case, lines: &'static [&'static str]| {
        case.always(|run: &Run| {
            run.prints(lines);
        });
    };
    said(piped("return"), &["main", "handler"]);
    said(piped("exit-now 1"), &[]);
    said(piped("sleep \"2s\"").signal("TERM@1s"), &[]);
    // After main has ended nothing is flushed before all the handlers have run.
    said(piped("return").signal("KILL@1h"), &["main", "handler"]);
}

#[test]
fn a_signal_during_the_handlers_loses_what_they_printed_but_not_what_main_did() {
    // measured g
    scenario(
        r#"process "p" stdout="pipe" { main { on-exit "h" { print "handler"; sleep "5s"; }; print "main"; }; }"#,
    )
    .signal("TERM@1s")
    .always(|run| {
        run.dies_of("TERM").prints(&["main"]);
    });
}

#[test]
fn a_file_may_grow_beyond_all_measure() {
    program(
        r#"main { start "writer"; sleep "600s"; exit-now 0; }
        thread "writer" { open "f"; forever { sleep "1s"; write "f" "record" bytes=1099511627776; }; }"#,
    )
    .always(|run| {
        run.exits(0).file("f", 599 << 40, 0);
    });
}

/// Measured on 3.13: `ValueError: write to closed file`.
#[test]
fn a_closed_file_takes_no_more() {
    program(
        r#"main { open "f"; start "a"; sleep "100ms"; close "f"; }
        thread "a" { sleep "200ms"; write "f" "x" bytes=10; print "written"; }"#,
    )
    .always(|run| {
        run.exits(0).raises("a").prints(&[]);
    });
}

/// Measured on 3.9 and 3.13: the idle worker stands in code of the library, and nothing of the script is referred to.
#[test]
fn an_idle_worker_of_a_pool_costs_no_file() {
    let case = program(
        r#"main { open "f"; write "f" "x" bytes=10; submit "q"; on-exit "e" early=#true { sleep "1s"; }; }
        pool "q" workers=1 { work "item" for="10ms"; }"#,
    );
    for version in ["3.9", "3.12.3", "3.13", "3.14"] {
        case.clone().signal("INT@500ms").on(version).run().exits(0).cuts_off("q-1").file("f", 10, 0);
    }
}

/// Measured on 3.13: the file is a global of the module, and the exit handler still writes to it.
#[test]
fn a_file_that_an_exit_handler_uses_outlives_the_thread_that_opened_it() {
    program(
        r#"main { start "a"; join "a"; }
        thread "a" { open "f"; on-exit "x" { write "f" "x" bytes=10; }; }"#,
    )
    .always(|run| {
        run.exits(0).handles("x").file("f", 10, 0);
    });
}
