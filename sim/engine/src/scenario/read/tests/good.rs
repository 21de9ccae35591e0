use super::*;
use crate::scenario::{
    Buffering, Claim, Except, FileMode, Held, KnobValue, Op, Outside, Quantifier, Signal, Stdout, Subject,
    TimeRange,
};

#[test]
fn the_example_of_the_reference() {
    let scenario = read_good(TWO_LINES);
    assert_eq!(scenario.name, "two-lines");
    assert_eq!(scenario.runtime, "cpython");
    let server = &scenario.processes[0];
    assert_eq!(server.main[0].op, Op::Start(vec!["pdf".into()]));
    assert_eq!(server.main[1].op, Op::Sleep(TimeRange::fixed(1_500_000)));
    let pdf = &server.threads[0];
    assert_eq!((pdf.daemon, pdf.count), (Some(true), 1));
    let Op::Repeat { times: 3, body } = &pdf.body[1].op else { panic!("{:?}", pdf.body[1]) };
    assert_eq!(body[0].op, Op::Work { label: "render a page".into(), time: TimeRange::fixed(1_000_000) });
    assert_eq!(scenario.expectations[0].claim, Claim::CutsOff("pdf".into()));
    assert_eq!(scenario.expectations[0].text, "cuts-off pdf");
    let names: Vec<_> = scenario.knobs.iter().map(|knob| knob.name.as_str()).collect();
    assert_eq!(names, ["render", "pdf.daemon"]);
}

#[test]
fn the_example_is_the_one_in_the_reference() {
    let page = include_str!("../../../../../../book/src/reference/scenario-language.md");
    assert!(page.contains(TWO_LINES.trim()), "the example in the reference has changed");
}

/// Every step of the language, in one file.
const EVERYTHING: &str = r#"
scenario "everything" format=1 {
    title "T"; about """
        Two
        lines
        """
    runtime "cpython-3.12.1"
    chapter "guests"
    suggest "--set a.daemon=true --seed 3" "less"
    process "p" stdout="pipe" {
        main {
            start "a" "b"; spawn "q"
            join "a" timeout="1s..2s"; join "q"
            on-exit "bye" early=#true { print "bye" }
            on-signal "SIGTERM" { set "stop" }
            on-signal "INT"
            on-signal "HUP" {}
            on-teardown "log" { flush "log.txt" }
            open "log.txt" mode="text" buffering="line"
            open "raw" buffering="none"
            open "plain"
            write "log.txt" "line" bytes=80 for="1ms"
            close "raw"
            lock "l" timeout="1s" { sleep "1s" }
            wait "stop" timeout="0s"; wait "stop"
            put "jobs"; put "jobs" stop=#true
            get "jobs" timeout="1s"
            get "jobs" { work "w" for="1us" }
            for-each "jobs" { print "one" }
            drain "jobs"
            submit "pool"
            forever { sleep "1s" }
            while-running "stop" { wait "stop" timeout="1s" }
            unless-set "stop" { print "on" }
            try { raise "ValueError" "bad" } except "ValueError" { return } except "Exception" { exit } finally { exit-now 3 }
        }
        thread "a" { exit -1 }
        thread "b" daemon=#false count=3 { return }
        pool "pool" workers=2 { work "item" for="1s" }
    }
    process "q" daemon=#true { main { signal "KILL" to="p" } }
    at "1s" { signal "TERM" to="p" }
    at "any" { signal "KILL" to="p" }
    expect { exits; exits code=3; dies-of "TERM"; hangs; ends-within "5s"; keeps "plain"; loses "raw"; runs "bye"
        skips "log"; skips "TERM"; finishes "a"; finishes "b-3"; cuts-off "pool-2"; prints "one"; leaves-nobody }
}
"#;

#[test]
fn every_step_and_claim() {
    // KDL wants each clause of a `try` on its own line or after a `;`.
    let source = EVERYTHING.replace("} except", "}; except").replace("} finally", "}; finally");
    let scenario = read_good(&source);
    assert_eq!(scenario.about, "Two\nlines");
    assert_eq!(scenario.chapter.as_deref(), Some("guests"));
    let p = &scenario.processes[0];
    assert_eq!(p.stdout, Stdout::Pipe);
    let ops: Vec<&Op> = p.main.iter().map(|step| &step.op).collect();
    let early = Op::OnExit { name: "bye".into(), early: true, body: vec![] };
    assert_eq!(std::mem::discriminant(ops[4]), std::mem::discriminant(&early));
    assert_eq!(*ops[6], Op::OnSignal { signal: Signal::Int, body: None });
    assert_eq!(*ops[7], Op::OnSignal { signal: Signal::Hup, body: Some(vec![]) });
    let text = Op::Open { path: "log.txt".into(), mode: FileMode::Text, buffering: Buffering::Line };
    assert_eq!(*ops[9], text);
    let plain = Op::Open { path: "plain".into(), mode: FileMode::Binary, buffering: Buffering::Full };
    assert_eq!(*ops[11], plain);
    let Some(Op::Try { body, handlers, finally: Some(finally) }) = ops.last() else { panic!("{ops:?}") };
    assert_eq!(body[0].op, Op::Raise { exception: "ValueError".into(), message: "bad".into() });
    let classes: Vec<_> = handlers.iter().map(|Except { exception, .. }| exception.as_str()).collect();
    assert_eq!(classes, ["ValueError", "Exception"]);
    assert_eq!(finally[0].op, Op::ExitNow(3));
    assert_eq!(p.threads[0].body[0].op, Op::Exit(-1));
    assert_eq!(p.threads[1].daemon, Some(false));
    assert!(scenario.processes[1].daemon);
    assert_eq!(scenario.stimuli[0].at_us, Some(1_000_000));
    assert_eq!((scenario.stimuli[1].at_us, scenario.stimuli[1].what), (None, Outside::Signal(Signal::Kill)));
    let unless = Op::UnlessSet { event: "stop".into(), body: vec![] };
    assert_eq!(std::mem::discriminant(ops[ops.len() - 2]), std::mem::discriminant(&unless));
    let knobs: Vec<_> = scenario.knobs.iter().map(|knob| (knob.name.as_str(), knob.value.clone())).collect();
    let expected = [
        ("a.daemon", KnobValue::Inherit),
        ("b.daemon", KnobValue::Flag(false)),
        ("q.daemon", KnobValue::Flag(true)),
    ];
    assert_eq!(knobs, expected);
    assert_eq!(scenario.expectations[1].text, "exits code=3");
    assert_eq!(scenario.expectations.len(), 15);
}

#[test]
fn spans_point_at_the_nodes() {
    let scenario = read_good(TWO_LINES);
    let at = |span: Span| &TWO_LINES[span.start..span.end];
    let server = &scenario.processes[0];
    assert_eq!(at(server.main[0].span), "start \"pdf\"");
    assert!(at(server.threads[0].span).starts_with("thread \"pdf\" daemon=#true {"));
    assert!(at(server.threads[0].span).ends_with('}'));
    assert_eq!(at(scenario.expectations[0].span), "cuts-off \"pdf\"");
}

#[test]
fn comments_and_left_out_parts_mean_nothing() {
    let source = with_main(
        "// one `}` here\n/* { /* nested */ \" */ print \"a\" /- \"b\" /* é */ // c\n/- forever { }\n/-print \"x\"; print \
         \"y\" \\ // goes on\n  ;;\nget \"q\" /- {\n print\n}\n",
    );
    let main = &read_good(&source).processes[0].main;
    assert_eq!(main.len(), 3, "{main:?}");
    assert_eq!(main[1].op, Op::Print("y".into()));
    assert_eq!(read_good(&format!("\u{feff}{source}")).processes[0].main.len(), 3);
}

#[test]
fn text_may_be_written_in_all_ways_of_kdl() {
    let source =
        with_main("print \"a \\\"b\\\" \\\\\"\nprint #\"C:\\temp \"x\"\"#\n\"print\" \"é\\u{1F600}\"");
    let main = &read_good(&source).processes[0].main;
    let lines: Vec<_> = main.iter().map(|step| step.op.clone()).collect();
    let expected = ["a \"b\" \\", "C:\\temp \"x\"", "é😀"].map(|text| Op::Print(text.into()));
    assert_eq!(lines, expected);
}

#[test]
fn claims_about_all_runs_are_kept_apart_from_those_about_one() {
    let source = with_process("main { lock \"a\" { lock \"b\" { } } }\nthread \"t\" { }").replace(
        "process",
        r#"knob "k" default=#false
        expect {
            hangs
            never { held "a" "b" by="t main" frozen=#true; when "k" { hangs; }; }
            unless "k" { eventually after="SIGTERM" { exits code=3; }; }
        }
        process"#,
    );
    let scenario = read_good(&source);
    assert_eq!(scenario.expectations.len(), 1);
    let [never, eventually] = &scenario.properties[..] else { panic!("{:?}", scenario.properties) };
    let held =
        Held { locks: vec!["a".into(), "b".into()], by: vec!["t".into(), "main".into()], frozen: true };
    assert_eq!((never.quantifier, &never.subject), (Quantifier::Never, &Subject::Moment(held)));
    assert_eq!(never.text, "never held a b by=t main frozen=#true");
    assert_eq!(eventually.quantifier, Quantifier::Eventually { after: Signal::Term });
    assert_eq!(eventually.subject, Subject::Outcome(Claim::Exits(Some(3))));
    assert_eq!(eventually.text, "eventually exits code=3 after TERM");
    assert_eq!(&source[eventually.span.start..eventually.span.end], "exits code=3");
}
