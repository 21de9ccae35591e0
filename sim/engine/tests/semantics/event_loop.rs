//! Main's event loop in Node: timers, and what is asked when nothing is left to wait for.

use std::collections::BTreeSet;

use crate::case::{Case, program};

fn node(body: &str) -> Case {
    program(body).under("node")
}

#[test]
fn a_refed_timer_is_awaited_and_an_unrefed_one_ticks_until_the_exit_event() {
    // node-01.
    node(
        r#"main { on-exit "h" { sleep "1s"; print "h"; }; start "once" "tick"; }
        timer "once" after="1s" { print "once"; }
        timer "tick" every="400ms" daemon=#true { print "tick"; }"#,
    )
    .run()
    .exits(0)
    .at("2s")
    .finishes("once")
    .cuts_off("tick")
    .prints(&["tick", "tick", "once", "h"]);
}

#[test]
fn a_refed_timer_that_repeats_holds_the_process_until_it_is_unrefed() {
    // Measured on 20.20.2: also by its own callback.
    node(r#"main { start "tick"; }; timer "tick" every="1s" { print "tick"; }"#).run().never_ends();
    node(
        r#"main { start "tick" "stop"; }; timer "tick" every="1s" { print "tick"; }
        timer "stop" after="2500ms" { set-daemon "tick" #true; }"#,
    )
    .run()
    .exits(0)
    .at("2.5s")
    .prints(&["tick", "tick"]);
}

#[test]
fn no_timer_is_called_while_main_runs_a_handler() {
    // Measured on 20.20.2: what was due meanwhile comes once, and the next one a whole interval after it.
    node(
        r#"main { on-signal "TERM" { sleep "2s"; }; start "tick"; sleep "4s"; }
        timer "tick" every="1s" daemon=#true { print "tick"; }"#,
    )
    .signal("TERM@1500ms")
    .run()
    .exits(0)
    .at("4s")
    .prints(&["tick", "tick"]);
}

#[test]
fn a_signal_is_handled_only_when_the_loop_turns() {
    // Measured on 20.20.2: not in the middle of beforeExit, and never if that begins nothing; nor behind the last timer.
    node(
        r#"main { on-signal "TERM" { print "TERM"; start "t"; }; on-idle "i" { print "i"; sleep "2s"; print "i2"; }; }
        timer "t" after="1s" { print "t"; }"#,
    )
    .signal("TERM@1s")
    .run()
    .exits(0)
    .at("2s")
    .skips("TERM")
    .prints(&["i", "i2"]);
    node(
        r#"main { on-signal "TERM" { print "TERM"; }; start "t"; }
        timer "t" after="1s" { signal "TERM" to="p"; }"#,
    )
    .run()
    .exits(0)
    .at("1s")
    .skips("TERM");
    // While something is left to wait for, it is.
    node(
        r#"main { on-signal "TERM" { print "TERM"; }; start "t" "u"; }
        timer "t" after="1s" { signal "TERM" to="p"; print "sent"; }
        timer "u" after="2s" { print "u"; }"#,
    )
    .run()
    .exits(0)
    .prints(&["sent", "TERM", "u"]);
}

#[test]
fn a_flag_that_is_turned_before_the_start_stays_what_it_was() {
    // Measured on 20.20.2: there is no timer, and no worker, that could be unref'ed.
    for kind in ["timer \"t\" after=\"2s\" {", "thread \"t\" { sleep \"2s\";"] {
        let text =
            format!("main {{ set-daemon \"t\" #true; start \"t\"; sleep \"1s\"; }} {kind} print \"t\"; }}");
        let text = text.replace("} t", "}; t");
        node(&text).run().exits(0).at("2s").finishes("t");
    }
}

#[test]
fn who_waits_for_a_timer_in_a_handler_waits_for_ever() {
    let run = node(
        r#"main { on-signal "TERM" { wait "e"; }; start "t"; sleep "5s"; }
        timer "t" every="1s" { set "e"; }"#,
    )
    .signal("TERM@500ms")
    .run();
    run.hangs().tells("stays for ever: sleep");
}

#[test]
fn a_callback_is_mains_own_code() {
    // node-01, and measured: process.exit ends the process, an error is main's.
    node(
        r#"main { on-exit "h" { print "h"; }; start "bye" "t"; sleep "5s"; }
        timer "bye" after="1s" { print "bye"; exit 4; print "no"; }
        thread "t" { sleep "9s"; }"#,
    )
    .run()
    .exits(4)
    .at("1s")
    .handles("h")
    .cuts_off("t")
    .prints(&["bye", "h"]);
    node(
        r#"main { on-exit "h" { print "h"; }; start "bad"; sleep "5s"; }
        timer "bad" after="1s" daemon=#true { raise "TypeError"; }"#,
    )
    .run()
    .exits(1)
    .at("1s")
    .raises("bad")
    .prints(&["h"]);
}

#[test]
fn nothing_comes_between_the_statements_of_a_callback() {
    let case = node(
        r#"main { start "a" "b"; sleep "1s"; print "main"; }
        timer "a" after="1s" { print "a1"; print "a2"; }
        timer "b" after="1s" { print "b1"; print "b2"; }"#,
    );
    let orders: BTreeSet<Vec<String>> = (1..200).map(|seed| case.run_seeded(seed).printed()).collect();
    let whole = |order: &Vec<String>, callback: [&str; 2]| order.windows(2).any(|pair| pair == callback);
    assert!(
        orders.iter().all(|order| whole(order, ["a1", "a2"]) && whole(order, ["b1", "b2"])),
        "{orders:?}"
    );
    assert_eq!(orders.len(), 6, "each of the three may come first, second or last");
}

#[test]
fn before_exit_is_emitted_again_after_what_it_has_begun() {
    // node-01, and measured: in the order of registration; also an unref'ed worker makes the loop turn once more, an
    // unref'ed timer does not.
    let text = |what: &str| {
        format!(
            r#"main {{ on-idle "first" {{ print "one"; unless-set "asked" {{ set "asked"; start "more"; }}; }}
            on-idle "second" {{ print "two"; }}; on-exit "h" {{ print "h"; }}; }}
            {what}"#
        )
    };
    let twice = ["one", "two", "one", "two", "h"];
    node(&text(r#"timer "more" after="1s" { print "more"; }"#))
        .run()
        .exits(0)
        .at("1s")
        .finishes("more")
        .prints(&["one", "two", "more", "one", "two", "h"]);
    node(&text(r#"thread "more" { sleep "1s"; }"#)).run().exits(0).at("1s").prints(&twice);
    node(&text(r#"thread "more" daemon=#true { sleep "1s"; }"#)).run().exits(0).at("0s").prints(&twice);
    node(&text(r#"timer "more" after="1s" daemon=#true { print "no"; }"#))
        .run()
        .exits(0)
        .at("0s")
        .prints(&["one", "two", "h"]);
}

#[test]
fn a_timer_that_has_called_can_be_set_again() {
    // Measured on 20.20.2: a setTimeout in beforeExit keeps the process for ever.
    node(r#"main { on-idle "again" { start "t"; }; }; timer "t" after="1s" { print "t"; }"#)
        .run()
        .never_ends();
    node(
        r#"main { on-idle "twice" { unless-set "e" { start "t"; }; }; start "t"; }
        timer "t" after="1s" { print "t"; unless-set "once" { set "once"; start "u"; }; }
        timer "u" after="1s" { set "e"; }"#,
    )
    .run()
    .exits(0)
    .at("2s")
    .prints(&["t"]);
}

#[test]
fn before_exit_is_not_emitted_by_an_exit_and_can_itself_end_the_process() {
    // Measured on 20.20.2.
    let text = |asked: &str, end: &str| {
        format!(
            r#"main {{ on-idle "first" {{ {asked} }}; on-idle "second" {{ print "two"; }}
            on-exit "h" {{ print "h"; }}; {end} }}"#
        )
    };
    node(&text("", "exit 3;")).run().exits(3).skips("first").prints(&["h"]);
    node(&text("", r#"raise "TypeError";"#)).run().exits(1).skips("first").prints(&["h"]);
    node(&text("exit 5;", "")).run().exits(5).skips("second").prints(&["h"]);
    node(&text(r#"raise "TypeError";"#, "")).run().exits(1).skips("second").prints(&["h"]);
}

#[test]
fn a_handler_of_before_exit_that_is_added_while_it_is_emitted_waits_for_the_next_time() {
    // Measured on 20.20.2.
    node(r#"main { on-idle "first" { on-idle "late" { print "late"; }; }; }"#).run().exits(0).skips("late");
    node(
        r#"main { on-idle "first" { unless-set "asked" { set "asked"; start "t"; on-idle "late" { print "late"; }; }; }; }
        timer "t" after="1s" { print "t"; }"#,
    )
    .run()
    .exits(0)
    .prints(&["t", "late"]);
}

#[test]
fn without_an_event_loop_a_timer_is_a_thread() {
    let text = r#"main { on-exit "h" { sleep "1s"; print "h"; }; start "tick"; sleep "500ms"; }
        timer "tick" every="400ms" daemon=#true { print "tick"; }"#;
    program(text).under("cpython").run().at("1.5s").prints(&["tick", "tick", "tick", "h"]);
    program(text).under("go").run().at("1.5s").prints(&["tick", "tick", "tick", "h"]);
    // And nobody asks when nothing is left.
    let text = r#"main { on-idle "idle" { print "no"; }; sleep "1s"; }"#;
    program(text).under("cpython").run().exits(0).at("1s").skips("idle").prints(&[]);
}
