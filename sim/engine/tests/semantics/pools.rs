//! Thread pools: what is still done at the end.

use super::case::program;

const FOUR_ITEMS: &str = r#"main { on-exit "handler" { print "handler"; }; repeat 4 { submit "pool"; }; print "main ends"; }
    pool "pool" workers=1 { work "item" for="1s"; print "item"; }"#;

#[test]
fn every_queued_item_still_runs_before_the_handlers() {
    // cpython-29
    for version in ["3.9", "3.10", "3.11", "3.12.1", "3.13", "3.14"] {
        let run = program(FOUR_ITEMS).on(version).run();
        run.exits(0).at("4s").prints(&["main ends", "item", "item", "item", "item", "handler"]);
    }
}

#[test]
fn in_3_8_the_pool_is_drained_by_an_exit_handler_of_its_own() {
    // cpython-29, measured g: handlers registered after the first use of the pool's module run before it
    program(
        r#"main { submit "pool"; on-exit "handler" { print "handler"; }; repeat 3 { submit "pool"; }; print "main ends"; }
        pool "pool" workers=1 { work "item" for="1s"; print "item"; }"#,
    )
    .on("3.8")
    .run()
    .exits(0)
    .at("4s")
    .prints(&["main ends", "handler", "item", "item", "item", "item"]);
}

#[test]
fn an_exception_or_an_exit_in_main_drains_the_pool_too() {
    // cpython-29
    for (end, code) in [("raise \"ValueError\" \"no\"", 1), ("exit 3", 3)] {
        program(&format!(
            r#"main {{ repeat 4 {{ submit "pool"; }}; {end}; }}
            pool "pool" workers=2 {{ work "item" for="1s"; print "item"; }}"#
        ))
        .always(|run| {
            run.exits(code).at("2s").prints(&["item", "item", "item", "item"]);
        });
    }
}

#[test]
fn an_item_that_fails_is_silent_and_the_worker_goes_on() {
    // measured h
    for how in ["raise \"ValueError\" \"no\"", "exit 5", "return"] {
        program(&format!(
            r#"main {{ repeat 2 {{ submit "pool"; }}; }}
            pool "pool" workers=1 {{ work "item" for="1s"; print "item"; {how}; print "not this"; }}"#
        ))
        .always(|run| {
            run.exits(0).at("2s").prints(&["item", "item"]);
        });
    }
}

#[test]
fn nothing_can_be_submitted_after_main_has_left() {
    // cpython-30
    let case = program(
        r#"main { submit "pool"; start "late"; }
        thread "late" { sleep "1s"; try { submit "pool"; print "accepted"; }
            except "RuntimeError" { print "refused"; }; }
        pool "pool" workers=1 { work "item" for="100ms"; }"#,
    );
    for version in ["3.9", "3.10", "3.11", "3.12.1", "3.13", "3.14"] {
        case.clone().on(version).run().exits(0).prints(&["refused"]);
    }
    case.on("3.8").run().exits(0).prints(&["accepted"]);
}

#[test]
fn an_interrupt_at_the_end_drops_the_pool() {
    // cpython-31, measured i
    let case = program(
        r#"main { repeat 4 { submit "pool"; }; }
        pool "pool" workers=1 { work "item" for="1s"; print "item"; }"#,
    )
    .signal("INT@1500ms");
    for version in ["3.9", "3.10", "3.11", "3.12.1", "3.13", "3.14"] {
        case.clone().on(version).run().exits(0).at("1.5s").prints(&["item"]);
    }
}

#[test]
fn a_stuck_item_keeps_the_process_for_ever() {
    // cpython-32
    let body = r#"main { submit "pool"; }
        pool "pool" workers=1 { wait "never"; }"#;
    program(body).always(|run| {
        run.hangs();
    });
    program(body).signal("TERM@1s").always(|run| {
        run.dies_of("TERM").at("1s");
    });
}

#[test]
fn workers_are_started_only_as_they_are_needed() {
    // measured h: submit starts none while one is idle
    program(
        r#"main { submit "pool"; sleep "2s"; submit "pool"; }
        pool "pool" workers=5 { work "item" for="1s"; print "item"; }"#,
    )
    .always(|run| {
        run.exits(0).at("3s").prints(&["item", "item"]).is_alone("pool");
    });
}

#[test]
fn an_item_may_submit_another_until_main_has_left() {
    // cpython-30
    let case = program(
        r#"main { submit "pool"; sleep "10500ms"; }
        pool "pool" workers=1 { work "item" for="1s"; print "item"; submit "pool"; }"#,
    );
    for version in ["3.9", "3.12.1", "3.13", "3.14"] {
        case.clone().on(version).run().exits(0).at("11s").prints(&["item"; 11]).tells("RuntimeError");
    }
}
