//! Where the versions of CPython differ.

use super::case::{Case, Run, VERSIONS, program, scenario};

/// Says one thing of some versions and another of the rest.
#[track_caller]
fn differs(case: &Case, odd: &[&str], of_odd: impl Fn(&Run), of_others: impl Fn(&Run)) {
    for version in VERSIONS {
        let run = case.clone().on(version).run();
        if odd.contains(&version) { of_odd(&run) } else { of_others(&run) }
    }
}

#[test]
fn threads_started_after_main() {
    // cpython-23
    let case = program(
        r#"main { start "a"; }
        thread "a" { sleep "1s"; start "b"; print "started"; }
        thread "b" { sleep "1s"; }"#,
    );
    let refused = |run: &Run| {
        run.exits(0).at("1s").raises("a").never_starts("b").prints(&[]);
    };
    differs(&case, &["3.12.1"], refused, |run| {
        run.exits(0).at("2s").finishes("b");
    });
}

#[test]
fn threads_started_by_an_exit_handler() {
    // cpython-22
    let case = program(
        r#"main { on-exit "h" { start "late"; print "started"; }; }
        thread "late" { sleep "1s"; print "not this"; }"#,
    );
    let refused = |run: &Run| {
        run.exits(0).prints(&[]).cuts_short("h").never_starts("late");
    };
    differs(&case, &["3.12.1"], refused, |run| {
        run.exits(0).at("0s").prints(&["started"]).handles("h").cuts_off("late");
    });
}

#[test]
fn threads_started_by_an_exit_handler_and_joined() {
    // cpython-22
    let case = program(
        r#"main { on-exit "h" { start "late"; join "late"; }; }
        thread "late" { sleep "1s"; print "done"; }"#,
    );
    let refused = |run: &Run| {
        run.exits(0).prints(&[]);
    };
    differs(&case, &["3.12.1"], refused, |run| {
        run.exits(0).at("1s").prints(&["done"]).finishes("late");
    });
}

#[test]
fn threads_started_at_module_teardown() {
    // cpython-25
    let case = program(
        r#"main { on-teardown "object" { start "late"; print "started"; }; }
        thread "late" { print "not this"; }"#,
    );
    for version in ["3.8", "3.9", "3.10", "3.11"] {
        case.clone().on(version).run().hangs().prints(&[]);
    }
    for version in ["3.12.1", "3.13", "3.14"] {
        case.clone().on(version).run().exits(0).prints(&[]).never_starts("late");
    }
    case.clone().on("3.12.1").run().tells("RuntimeError");
    case.on("3.13").run().tells("PythonFinalizationError");
}

#[test]
fn processes_started_after_main() {
    // cpython-24
    let case = scenario(
        r#"process "p" {
            main { start "a"; }
            thread "a" { sleep "1s"; spawn "c"; join "c"; print "spawned"; }
        }
        process "c" daemon=#false { main { sleep "1s"; }; }"#,
    );
    let refused = |run: &Run| {
        run.exits(0).at("1s").raises("a").prints(&[]);
    };
    differs(&case, &["3.12.1"], refused, |run| {
        run.exits(0).at("2s").prints(&["spawned"]);
    });
}

#[test]
fn an_interrupted_join_makes_a_living_thread_look_dead() {
    // cpython-58, measured d
    let case = program(
        r#"main { start "guest"; join "guest"; }
        thread "guest" { sleep "5s"; print "done"; }"#,
    )
    .signal("INT@1s");
    let forgotten = |run: &Run| {
        run.dies_of("INT").at("1s").cuts_off("guest").prints(&[]);
    };
    differs(&case, &["3.9", "3.10", "3.11", "3.12.1", "3.12.3"], forgotten, |run| {
        run.dies_of("INT").at("5s").finishes("guest").prints(&["done"]);
    });
}

#[test]
fn an_interrupted_wait_forgets_nobody() {
    // measured d
    program(
        r#"main { start "guest"; wait "never"; }
        thread "guest" { sleep "5s"; print "done"; }"#,
    )
    .signal("INT@1s")
    .always(|run| {
        run.dies_of("INT").at("5s").prints(&["done"]);
    });
}

#[test]
fn exit_handlers_of_a_forked_child() {
    // cpython-60, measured e: from 3.13 on
    let case = scenario(
        r#"process "p" { main { spawn "c"; join "c"; }; }
        process "c" daemon=#false { main { on-exit "h" { print "handler"; }; }; }"#,
    );
    differs(
        &case,
        &["3.13", "3.14"],
        |run| {
            run.exits(0).prints(&["handler"]);
        },
        |run| {
            run.exits(0).prints(&[]);
        },
    );
}
