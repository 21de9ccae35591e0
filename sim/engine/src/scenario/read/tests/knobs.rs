use super::*;
use crate::scenario::{KnobValue, Op, Signal, TimeRange};

const KNOBS: &str = r#"
scenario "knobs" format=1 {
    title "T"
    knob "graceful" default=#false help="waits"
    knob "pages" default=5
    knob "render" default="1s"
    knob "stop" default="TERM" choices="TERM INT KILL"
    process "p" {
        main {
            start "pdf"
            when "graceful" { join "pdf" }
            unless "graceful" { print "rude" }
            when "stop" is="TERM INT" { on-signal (knob)"stop" { exit 0 } }
        }
        thread "pdf" daemon=#true {
            repeat (knob)"pages" { work "render" for=(knob)"render" }
        }
        when "graceful" { thread "extra" { return } }
    }
    when "stop" is="KILL" {
        at "2s" { signal "KILL" to="p" }
    }
}
"#;

fn set(changes: &[(&str, &str)]) -> Setup {
    let set = changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Setup { set, ..Setup::default() }
}

fn main_of(setup: &Setup) -> Vec<Op> {
    let scenario =
        read(KNOBS, setup).unwrap_or_else(|found| panic!("{}", render(&found, "t.kdl", KNOBS, false)));
    scenario.processes[0].main.iter().map(|step| step.op.clone()).collect()
}

#[test]
fn conditions_keep_and_drop() {
    let print = Op::Print("rude".into());
    assert!(main_of(&set(&[])).contains(&print));
    assert!(!main_of(&set(&[("graceful", "true")])).contains(&print));
    assert!(matches!(&main_of(&set(&[("stop", "INT")]))[..], [.., Op::OnSignal { signal: Signal::Int, .. }]));
    let killed = read(KNOBS, &set(&[("stop", "KILL")])).unwrap();
    assert_eq!(killed.stimuli.len(), 1);
    assert_eq!(killed.processes[0].main.len(), 2);
}

#[test]
fn values_go_where_the_knob_stands_and_into_the_list() {
    let changes = [("pages", "1"), ("pages", "7"), ("render", "1s..3s"), ("pdf.daemon", "inherit")];
    let scenario = read(KNOBS, &set(&changes)).unwrap();
    let pdf = &scenario.processes[0].threads[0];
    assert_eq!(pdf.daemon, None);
    let Op::Repeat { times: 7, body } = &pdf.body[0].op else { panic!("{pdf:?}") };
    let range = TimeRange { min_us: 1_000_000, max_us: 3_000_000 };
    assert_eq!(body[0].op, Op::Work { label: "render".into(), time: range });
    let knobs: Vec<_> = scenario.knobs.iter().map(|k| (k.name.as_str(), &k.default, &k.value)).collect();
    assert_eq!(knobs[1], ("pages", &KnobValue::Number(5), &KnobValue::Number(7)));
    assert_eq!(knobs[4], ("pdf.daemon", &KnobValue::Flag(true), &KnobValue::Inherit));
    assert_eq!(knobs.len(), 5, "the thread that is left out has no knob: {knobs:?}");
}

#[test]
fn signals_and_runtime_from_outside() {
    let signals = vec!["TERM@1.5s".to_owned(), "sigint".to_owned()];
    let setup = Setup { signals, runtime: Some("cpython-3.8".into()), ..Setup::default() };
    let scenario = read(KNOBS, &setup).unwrap();
    assert_eq!(scenario.runtime, "cpython-3.8");
    let seen: Vec<_> =
        scenario.stimuli.iter().map(|s| (s.at_us, s.what.signal().unwrap(), s.to.as_str())).collect();
    assert_eq!(seen, [(Some(1_500_000), Signal::Term, "p"), (None, Signal::Int, "p")]);
}

#[test]
fn bad_changes_are_explained() {
    let setup = Setup {
        to: None,
        set: set(&[
            ("gracefull", "true"),
            ("graceful", "yes"),
            ("pages", "-1"),
            ("render", "5"),
            ("stop", "HUP"),
            ("pdf.daemon", "maybe"),
            ("extra.daemon", "true"),
            ("nobody.daemon", "true"),
            ("pages ", "99999999999999999999999"),
        ])
        .set,
        signals: ["FOO@1s", "TREM@1s", "TERM@", "TERM@x", "TERM@1s..2s", "@2s", "", "TERM@10^30 s"]
            .map(str::to_owned)
            .to_vec(),
        runtime: Some(" ".into()),
    };
    insta::assert_snapshot!(complaints(KNOBS, &setup));
}

#[test]
fn a_value_that_does_not_fit_where_the_knob_stands_is_marked_there() {
    insta::assert_snapshot!(complaints(KNOBS, &set(&[("pages", "9000000")])));
}
