//! Replays as text, read line by line in snapshots.

use super::*;
use crate::show::fixtures;
use crate::show::paint::Plain;

fn at(trace: &Trace, width: usize) -> String {
    text(trace, &Plain, &TextOptions::new(width))
}

fn widest(text: &str) -> usize {
    // Commands and paths are there to be copied: they are never broken.
    let copied = ["cargo run", "book/src/", "var/log/"];
    let prose = |line: &&str| !copied.iter().any(|part| line.contains(part));
    text.lines().filter(prose).map(width).max().unwrap_or(0)
}

#[test]
fn pdf_shutdown_at_80() {
    insta::assert_snapshot!(at(&fixtures::pdf_shutdown(), 80));
}

#[test]
fn pdf_shutdown_at_140() {
    insta::assert_snapshot!(at(&fixtures::pdf_shutdown(), 140));
}

#[test]
fn pdf_shutdown_at_44() {
    insta::assert_snapshot!(at(&fixtures::pdf_shutdown(), 44));
}

#[test]
fn pdf_shutdown_full() {
    insta::assert_snapshot!(text(&fixtures::pdf_shutdown(), &Plain, &TextOptions::full(100)));
}

#[test]
fn hang() {
    insta::assert_snapshot!(at(&fixtures::hang(), 80));
}

#[test]
fn killed() {
    insta::assert_snapshot!(at(&fixtures::killed(), 80));
}

#[test]
fn family() {
    insta::assert_snapshot!(at(&fixtures::family(), 100));
}

#[test]
fn empty() {
    insta::assert_snapshot!(at(&fixtures::empty(), 80));
}

#[test]
fn a_busy_thread_is_told_once() {
    insta::assert_snapshot!(at(&fixtures::busy(300), 80));
}

#[test]
fn a_long_run_loses_its_middle() {
    let mut trace = fixtures::empty();
    trace.events = (0..1_000).map(|at| fixtures::step(at, "main", Kind::Signal, "receives HUP")).collect();
    let text = at(&trace, 120);
    assert!(text.lines().count() < 230, "{}", text.lines().count());
    let cut = "… 801 steps between 0.000119s and 0.000919s left out here; --format json has them all";
    assert!(text.contains(cut), "{text}");
}

#[test]
fn a_crowd_is_told_once() {
    insta::assert_snapshot!(at(&fixtures::crowd(1_000), 80));
}

#[test]
fn no_line_is_wider_than_the_page() {
    let traces = [
        fixtures::pdf_shutdown(),
        fixtures::hang(),
        fixtures::killed(),
        fixtures::family(),
        fixtures::crowd(40),
    ];
    for trace in &traces {
        for width in [40, 60, 80, 100, 140, 400] {
            let text = at(trace, width);
            assert!(widest(&text) <= width, "{} at {width}:\n{text}", trace.scenario);
            assert!(text.lines().all(|line| line == line.trim_end()), "spaces at the end of a line:\n{text}");
        }
    }
}

#[test]
fn paint_changes_nothing_but_colour() {
    struct Brackets;
    impl Paint for Brackets {
        fn paint(&self, _role: Role, text: &str) -> String {
            format!("\u{1}{text}\u{2}")
        }
    }
    let strip = |text: String| -> String {
        text.lines().map(|line| line.replace(['\u{1}', '\u{2}'], "").trim_end().to_owned() + "\n").collect()
    };
    for trace in [fixtures::pdf_shutdown(), fixtures::family()] {
        for width in [60, 80, 140] {
            let painted = text(&trace, &Brackets, &TextOptions::new(width));
            assert_eq!(strip(painted), at(&trace, width));
        }
    }
}

#[test]
fn escape_sequences_do_not_reach_the_terminal() {
    let mut trace = fixtures::pdf_shutdown();
    trace.title = "\u{1b}]0;owned\u{7}".to_owned();
    trace.events[0].text.push_str("\u{1b}[31m");
    trace.lanes[0].thread.push('\u{1b}');
    trace.outcome.stdout.push("\u{1b}[2J".to_owned());
    trace.next[0].command.push('\u{1b}');
    assert!(!at(&trace, 80).contains('\u{1b}'));
}

#[test]
fn no_renderer_minds_extremes() {
    for at_us in [0, 1, u64::MAX - 1, u64::MAX] {
        let mut trace = fixtures::pdf_shutdown();
        trace.events[3].at_us = at_us;
        trace.lanes[1].to_us = Some(at_us);
        trace.lanes[2].from_us = Some(at_us);
        trace.spans[2].to_us = at_us;
        trace.spans[3].from_us = at_us;
        let file = &mut trace.outcome.files[0];
        (file.written, file.durable, file.planned) = (at_us, u64::MAX, Some(at_us));
        for width in [0, 80, 5_000] {
            assert!(at(&trace, width).ends_with('\n'));
            assert!(crate::show::timeline(&trace, &Plain, width).ends_with('\n'));
        }
        assert!(!crate::show::svg(&trace).contains("NaN"));
        assert!(crate::show::json(&trace).contains(&at_us.to_string()));
    }
}
