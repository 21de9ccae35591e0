//! Queues and their end marks.

use super::case::program;

#[test]
fn join_on_a_queue_is_no_flush() {
    // cpython-55
    program(
        r#"main { start "writer"; repeat 3 { put "q"; }; drain "q"; }
        thread "writer" daemon=#true {
            open "f"
            forever { get "q" { write "f" "line" bytes=100; }; }
        }"#,
    )
    .always(|run| {
        run.exits(0).file("f", 0, 300).cuts_off("writer");
    });
}

#[test]
fn an_end_mark_and_a_join_keep_everything() {
    // cpython-55
    program(
        r#"main { start "writer"; repeat 3 { put "q"; }; put "q" stop=#true; join "writer"; }
        thread "writer" daemon=#true {
            open "f"
            for-each "q" { write "f" "line" bytes=100; }
            close "f"
        }"#,
    )
    .always(|run| {
        run.exits(0).file("f", 300, 0).finishes("writer");
    });
}

#[test]
fn a_consumer_that_nobody_tells_to_stop_hangs() {
    // cpython-55
    program(
        r#"main { start "writer"; repeat 3 { put "q"; }; }
        thread "writer" { for-each "q" { work "write" for="1s"; }; }"#,
    )
    .always(|run| {
        run.hangs().leaves_alive("writer");
    });
}

#[test]
fn a_non_daemon_consumer_works_the_queue_off_after_main_has_left() {
    // cpython-55
    program(
        r#"main { start "writer"; repeat 3 { put "q"; }; put "q" stop=#true; }
        thread "writer" { open "f"; for-each "q" { work "write" for="1s"; write "f" "line" bytes=100; }; }"#,
    )
    .always(|run| {
        run.exits(0).at("3s").file("f", 300, 0);
    });
}

#[test]
fn drain_waits_until_the_last_item_is_done_not_only_taken() {
    program(
        r#"main { start "a"; put "q"; put "q"; drain "q"; print "drained"; }
        thread "a" daemon=#true { forever { get "q" { work "item" for="1s"; }; }; }"#,
    )
    .always(|run| {
        run.exits(0).at("2s").prints(&["drained"]);
    });
}

#[test]
fn a_get_gives_up_and_skips_its_block() {
    program(r#"main { get "q" timeout="1s" { print "not this"; }; print "empty"; }"#).always(|run| {
        run.exits(0).at("1s").prints(&["empty"]);
    });
}

#[test]
fn each_consumer_needs_an_end_mark_of_its_own() {
    program(
        r#"main { start "w"; put "q" stop=#true; }
        thread "w" count=2 { for-each "q" { work "item" for="1s"; }; }"#,
    )
    .always(|run| {
        run.hangs();
    });
    program(
        r#"main { start "w"; put "q" stop=#true; put "q" stop=#true; }
        thread "w" count=2 { for-each "q" { work "item" for="1s"; }; }"#,
    )
    .always(|run| {
        run.exits(0).finishes("w-1").finishes("w-2");
    });
}

#[test]
fn items_may_be_passed_on_from_queue_to_queue() {
    // The thread that takes from the last queue comes first in the file: nothing hangs on the order.
    program(
        r#"main { start "a" "b" "c"; repeat 40 { put "q1"; }; put "q1" stop=#true; }
        thread "c" { for-each "q3" { print "out"; }; }
        thread "b" { for-each "q2" { put "q3"; put "q3"; }; put "q3" stop=#true; }
        thread "a" { for-each "q1" { put "q2"; }; put "q2" stop=#true; }"#,
    )
    .always(|run| {
        run.exits(0).prints(&["out"; 80]);
    });
}

#[test]
fn a_consumer_may_feed_itself() {
    program(
        r#"main { start "a"; put "q"; sleep "10500ms"; exit-now 0; }
        thread "a" { for-each "q" { sleep "1s"; put "q"; put "q"; print "out"; }; }"#,
    )
    .always(|run| {
        run.exits(0).prints(&["out"; 10]);
    });
}
