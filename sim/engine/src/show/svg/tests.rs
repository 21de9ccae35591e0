//! Figures: their ids, their words, and that whatever a scenario says stays text.

use super::*;
use crate::show::fixtures;

fn traces() -> [Trace; 7] {
    [
        fixtures::pdf_shutdown(),
        fixtures::hang(),
        fixtures::killed(),
        fixtures::family(),
        fixtures::empty(),
        fixtures::busy(300),
        fixtures::crowd(1_000),
    ]
}

#[test]
fn pdf_shutdown() {
    insta::assert_snapshot!(svg(&fixtures::pdf_shutdown()));
}

#[test]
fn stands_in_markdown_as_it_is() {
    for trace in traces() {
        let svg = svg(&trace);
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{}", trace.scenario);
        assert!(
            svg.lines().all(|line| !line.trim().is_empty()),
            "a blank line ends an HTML block: {}",
            trace.scenario
        );
        assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{}", trace.scenario);
        assert!(svg.len() < 200_000, "{}: {} bytes", trace.scenario, svg.len());
    }
}

#[test]
fn a_long_run_is_no_large_figure() {
    assert!(svg(&fixtures::busy(20_000)).len() < 100_000);
}

#[test]
fn every_run_has_its_own_ids() {
    let one = fixtures::pdf_shutdown();
    let mut other = one.clone();
    other.arguments = vec!["--set".to_owned(), "pdf.daemon=false".to_owned()];
    assert_eq!(describe::id(&one), describe::id(&one.clone()));
    assert_ne!(describe::id(&one), describe::id(&other));
    let named = svg_with_id(&one, "second \"><figure");
    assert!(
        named.contains("id=\"secondfigure-title\"")
            && named.contains("url(#") == named.contains("ct-wait\" fill")
    );
}

#[test]
fn the_words_tell_it_all() {
    let svg = svg(&fixtures::pdf_shutdown());
    let desc = svg.split("<desc id=").nth(1).and_then(|rest| rest.split("</desc>").next()).unwrap();
    for part in [
        "exit 0 after 3.500s",
        "pdf (daemon): render a page from 0s to 1s",
        "At 2s main returns.",
        "report.pdf: 8 of 20 KiB: 2 pages kept, 1 lost in the buffer, 2 never made.",
    ] {
        assert!(desc.contains(part), "{part} is missing in {desc}");
    }
}

#[test]
fn what_a_scenario_says_stays_text() {
    let mut trace = fixtures::pdf_shutdown();
    let evil = "</title><script>alert(\"1\")</script>&\u{1b}\n\n";
    trace.title = evil.to_owned();
    trace.scenario = evil.to_owned();
    trace.lanes[0].thread = evil.to_owned();
    trace.spans[0].label = evil.to_owned();
    trace.events[0].kind = crate::trace::Kind::Signal;
    trace.events[0].text = evil.to_owned();
    trace.arguments = vec![evil.to_owned()];
    let svg = svg(&trace);
    assert!(!svg.contains("<script") && !svg.contains('\u{1b}') && !svg.contains("\n\n"));
}
