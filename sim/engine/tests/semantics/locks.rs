//! Locks, events and their timeouts.

use super::case::program;

#[test]
fn a_lock_is_free_again_however_its_block_ends() {
    for how in ["print \"end\"", "raise \"ValueError\" \"no\"", "return", "exit 2"] {
        program(&format!(
            r#"main {{ start "a"; sleep "1s"; lock "l" {{ print "mine"; }}; }}
            thread "a" {{ lock "l" {{ sleep "500ms"; {how}; }}; }}"#
        ))
        .always(|run| {
            run.exits(0).tells("mine").at("1s");
        });
    }
}

#[test]
fn a_lock_with_a_timeout_skips_its_block() {
    program(
        r#"main { start "a"; sleep "100ms"; lock "l" timeout="1s" { print "not this"; }; print "gave up"; }
        thread "a" { lock "l" { sleep "3s"; }; }"#,
    )
    .always(|run| {
        run.exits(0).at("3s").prints(&["gave up"]).last("main", "1.1s");
    });
}

#[test]
fn a_lock_that_comes_free_in_time_is_taken() {
    program(
        r#"main { start "a"; sleep "100ms"; lock "l" timeout="1s" { print "got it"; }; }
        thread "a" { lock "l" { sleep "600ms"; }; }"#,
    )
    .always(|run| {
        run.exits(0).at("600ms").prints(&["got it"]);
    });
}

#[test]
fn a_lock_is_not_reentrant() {
    program(r#"main { lock "l" { lock "l" { print "not this"; }; }; }"#).always(|run| {
        run.hangs().holding("main", &["l"]).prints(&[]);
    });
    program(r#"main { lock "l" { lock "l" timeout="1s" { print "not this"; }; }; print "out"; }"#).always(
        |run| {
            run.exits(0).at("1s").prints(&["out"]);
        },
    );
}

#[test]
fn two_locks_in_two_orders_are_a_deadlock() {
    program(
        r#"main { start "a"; lock "x" { sleep "1s"; lock "y" { print "not this"; }; }; }
        thread "a" { lock "y" { sleep "1s"; lock "x" { print "not this"; }; }; }"#,
    )
    .always(|run| {
        run.hangs().holding("main", &["x"]).holding("a", &["y"]);
    });
}

#[test]
fn the_end_of_the_process_ends_a_deadlock_of_daemons() {
    // cpython-02
    program(
        r#"main { start "a" "b"; sleep "3s"; }
        thread "a" daemon=#true { lock "y" { sleep "1s"; lock "x" { print "not this"; }; }; }
        thread "b" daemon=#true { lock "x" { sleep "1s"; lock "y" { print "not this"; }; }; }"#,
    )
    .always(|run| {
        run.exits(0).at("3s").cuts_off("a").cuts_off("b").holding("a", &["y"]).holding("b", &["x"]);
    });
}

#[test]
fn an_event_wakes_everybody_and_stays_set() {
    program(
        r#"main { start "w"; sleep "1s"; set "e"; wait "e"; }
        thread "w" count=3 { wait "e"; print "woken"; }"#,
    )
    .always(|run| {
        run.exits(0).at("1s").prints(&["woken", "woken", "woken"]);
    });
}

#[test]
fn a_wait_gives_up() {
    program(r#"main { wait "e" timeout="2s"; print "nobody came"; }"#).always(|run| {
        run.exits(0).at("2s").prints(&["nobody came"]);
    });
}

#[test]
fn a_write_that_fails_releases_the_lock() {
    // the file may be closed by then, and `with lock:` releases whatever happens
    for last in [r#"write "f" "r" bytes=1;"#, r#"flush "f";"#] {
        let text = format!(
            r#"main {{ open "f"; close "f"; start "a"; join "a"; lock "l" {{ print "free"; }}; }}
            thread "a" {{ try {{ lock "l" {{ {last} }}; }}; except "ValueError" {{ print "closed"; }}; }}"#
        );
        program(&text).always(|run| {
            run.exits(0).prints(&["closed", "free"]);
        });
    }
}

#[test]
fn a_wait_for_nobody_hangs() {
    program(r#"main { wait "e"; }"#).always(|run| {
        run.hangs().leaves_alive("main");
    });
}

#[test]
fn running_is_asked_before_each_round_only() {
    // cpython-62: a stop flag is seen when the round is over, not sooner
    program(
        r#"main { start "a"; sleep "1500ms"; set "stop"; }
        thread "a" { while-running "stop" { sleep "1s"; print "round"; }; }"#,
    )
    .always(|run| {
        run.exits(0).at("2s").prints(&["round", "round"]);
    });
}

#[test]
fn a_block_is_skipped_once_its_event_is_set() {
    program(r#"main { unless-set "e" { print "before"; }; set "e"; unless-set "e" { print "after"; }; print "end"; }"#)
        .always(|run| {
            run.exits(0).prints(&["before", "end"]);
        });
}

#[test]
fn a_block_may_use_a_register_for_a_counter_and_later_for_an_exception() {
    program(
        r#"main {
            repeat 100 { sleep "1ms"; }
            try { sleep "1ms"; }
            finally { print "clean"; }
        }"#,
    )
    .always(|run| {
        run.exits(0).at("101ms").prints(&["clean"]);
    });
}
