//! Every node of the language: what it takes, and an example for the help line.

/// Where a node stands, which decides what it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Outside everything.
    File,
    /// In `scenario`.
    Scenario,
    /// In `process`.
    Process,
    /// In a body.
    Body,
    /// In `at`.
    At,
    /// In `expect`.
    Expect,
    /// In `always`, and so on.
    Always,
    Never,
    Sometimes,
    Eventually,
}

impl Place {
    /// As in "stands in …".
    pub(super) const fn name(self) -> &'static str {
        match self {
            Place::File => "the file",
            Place::Scenario => "`scenario`",
            Place::Process => "`process`",
            Place::Body => "a body",
            Place::At => "`at`",
            Place::Expect => "`expect`",
            Place::Always => "`always`",
            Place::Never => "`never`",
            Place::Sometimes => "`sometimes`",
            Place::Eventually => "`eventually`",
        }
    }

    /// The nodes that may stand here.
    pub(super) fn shapes(self) -> impl Iterator<Item = &'static Shape> {
        let lists: &'static [&'static [Shape]] = match self {
            Place::File => &[FILE],
            Place::Scenario => &[SCENARIO],
            Place::Process => &[PROCESS],
            Place::Body => &[BODY],
            Place::At => &[AT],
            Place::Expect => &[OUTCOME, ONE_RUN, QUANTIFIERS],
            Place::Always | Place::Eventually => &[OUTCOME],
            Place::Never | Place::Sometimes => &[OUTCOME, MOMENT],
        };
        lists.iter().copied().flatten()
    }

    /// All of them.
    pub(super) const ALL: [Place; 10] = [
        Place::File,
        Place::Scenario,
        Place::Process,
        Place::Body,
        Place::At,
        Place::Expect,
        Place::Never,
        Place::Sometimes,
        Place::Always,
        Place::Eventually,
    ];
}

/// Whether a node has a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Braces {
    No,
    May,
    Must,
}

/// What a node takes.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) name: &'static str,
    /// Fewest and most values.
    pub(super) values: (usize, usize),
    /// Properties that must be there.
    pub(super) must: &'static [&'static str],
    /// Properties that may be there.
    pub(super) may: &'static [&'static str],
    pub(super) braces: Braces,
    /// How it is written.
    pub(super) example: &'static str,
}

/// A node without properties.
const fn plain(name: &'static str, values: (usize, usize), braces: Braces, example: &'static str) -> Shape {
    with(name, values, &[], &[], braces, example)
}

const fn with(
    name: &'static str,
    values: (usize, usize),
    must: &'static [&'static str],
    may: &'static [&'static str],
    braces: Braces,
    example: &'static str,
) -> Shape {
    Shape { name, values, must, may, braces, example }
}

use Braces::{May, Must, No};

/// Conditions stand everywhere below `scenario`.
pub(super) const CONDITIONS: &[Shape] = &[
    with("when", (1, 1), &[], &["is"], Must, r#"when "KNOB" { … }"#),
    with("unless", (1, 1), &[], &["is"], Must, r#"unless "KNOB" { … }"#),
];

const FILE: &[Shape] =
    &[with("scenario", (1, 1), &["format"], &[], Must, r#"scenario "NAME" format=1 { … }"#)];

const SCENARIO: &[Shape] = &[
    plain("title", (1, 1), No, r#"title "One sentence""#),
    plain("about", (1, 1), No, r#"about "A paragraph""#),
    plain("runtime", (1, 1), No, r#"runtime "cpython""#),
    plain("chapter", (1, 1), No, r#"chapter "NAME""#),
    plain("suggest", (2, 2), No, r#"suggest "--set pdf.daemon=false" "the server waits for the PDF""#),
    with(
        "knob",
        (1, 1),
        &["default"],
        &["help", "choices"],
        No,
        r#"knob "NAME" default="1s" help="what it is for""#,
    ),
    with("process", (1, 1), &[], &["daemon", "stdout"], Must, r#"process "NAME" { … }"#),
    plain("at", (1, 1), Must, r#"at "2s" { signal "TERM" to="PROCESS" }"#),
    plain("expect", (0, 0), Must, r"expect { … }"),
];

const PROCESS: &[Shape] = &[
    plain("main", (0, 0), Must, "main { … }"),
    with("thread", (1, 1), &[], &["daemon", "count"], Must, r#"thread "NAME" daemon=#true { … }"#),
    with("timer", (1, 1), &[], &["every", "after", "daemon"], Must, r#"timer "NAME" every="400ms" { … }"#),
    with("pool", (1, 1), &["workers"], &[], Must, r#"pool "NAME" workers=2 { … }"#),
];

const BODY: &[Shape] = &[
    plain("start", (1, 256), No, r#"start "THREAD""#),
    plain("set-daemon", (2, 2), No, r##"set-daemon "THREAD" #true"##),
    plain("spawn", (1, 1), No, r#"spawn "PROCESS""#),
    with("join", (1, 1), &[], &["timeout"], No, r#"join "THREAD" timeout="1s""#),
    with("work", (1, 1), &["for"], &[], No, r#"work "render a page" for="1s""#),
    plain("sleep", (1, 1), No, r#"sleep "1s""#),
    plain("print", (1, 1), No, r#"print "TEXT""#),
    with("open", (1, 1), &[], &["mode", "buffering"], No, r#"open "PATH""#),
    with("write", (2, 2), &["bytes"], &["for"], No, r#"write "PATH" "RECORD" bytes=4096"#),
    plain("flush", (1, 1), No, r#"flush "PATH""#),
    plain("close", (1, 1), No, r#"close "PATH""#),
    with("lock", (1, 1), &[], &["timeout"], Must, r#"lock "NAME" { … }"#),
    plain("set", (1, 1), No, r#"set "EVENT""#),
    with("wait", (1, 1), &[], &["timeout"], No, r#"wait "EVENT" timeout="1s""#),
    with("put", (1, 1), &[], &["stop"], No, r#"put "QUEUE""#),
    with("get", (1, 1), &[], &["timeout"], May, r#"get "QUEUE" { … }"#),
    plain("for-each", (1, 1), Must, r#"for-each "QUEUE" { … }"#),
    plain("drain", (1, 1), No, r#"drain "QUEUE""#),
    plain("submit", (1, 1), No, r#"submit "POOL""#),
    plain("repeat", (1, 1), Must, "repeat 5 { … }"),
    plain("forever", (0, 0), Must, "forever { … }"),
    plain("while-running", (1, 1), Must, r#"while-running "EVENT" { … }"#),
    plain("unless-set", (1, 1), Must, r#"unless-set "EVENT" { … }"#),
    plain("try", (0, 0), Must, "try { … }"),
    plain("except", (1, 1), Must, r#"except "ValueError" { … }"#),
    plain("finally", (0, 0), Must, "finally { … }"),
    plain("raise", (1, 2), No, r#"raise "ValueError" "message""#),
    plain("exit", (0, 1), No, "exit 3"),
    plain("exit-now", (0, 1), No, "exit-now 3"),
    plain("exit-thread", (0, 0), No, "exit-thread"),
    plain("return", (0, 0), No, "return"),
    with("on-exit", (1, 1), &[], &["early"], Must, r#"on-exit "NAME" { … }"#),
    plain("on-signal", (1, 1), May, r#"on-signal "TERM" { … }"#),
    plain("on-teardown", (1, 1), Must, r#"on-teardown "NAME" { … }"#),
    plain("on-idle", (1, 1), Must, r#"on-idle "NAME" { … }"#),
    with("signal", (1, 1), &["to"], &[], No, r#"signal "TERM" to="PROCESS""#),
];

const AT: &[Shape] = &[
    with("signal", (1, 1), &["to"], &[], No, r#"signal "TERM" to="PROCESS""#),
    plain("read", (1, 1), No, r#"read "PROCESS""#),
];

/// Claims about what a run comes to.
const OUTCOME: &[Shape] = &[
    with("exits", (0, 0), &[], &["code"], No, "exits code=0"),
    plain("dies-of", (1, 1), No, r#"dies-of "TERM""#),
    plain("hangs", (0, 0), No, "hangs"),
    plain("keeps", (1, 1), No, r#"keeps "PATH""#),
    plain("loses", (1, 1), No, r#"loses "PATH""#),
    plain("runs", (1, 1), No, r#"runs "HANDLER""#),
    plain("skips", (1, 1), No, r#"skips "HANDLER""#),
    plain("finishes", (1, 1), No, r#"finishes "THREAD""#),
    plain("cuts-off", (1, 1), No, r#"cuts-off "THREAD""#),
    plain("leaves-nobody", (0, 0), No, "leaves-nobody"),
];

/// Claims that only one run, with its clock and its output, can be asked.
pub(super) const ONE_RUN: &[Shape] = &[
    plain("ends-within", (1, 1), No, r#"ends-within "5s""#),
    plain("prints", (1, 1), No, r#"prints "TEXT""#),
];

/// Claims about a moment of a run.
const MOMENT: &[Shape] = &[with("held", (1, 256), &[], &["by", "frozen"], No, r#"held "LOCK" by="THREAD""#)];

const QUANTIFIERS: &[Shape] = &[
    plain("always", (0, 0), Must, "always { exits; }"),
    plain("never", (0, 0), Must, "never { hangs; }"),
    plain("sometimes", (0, 0), Must, "sometimes { hangs; }"),
    with("eventually", (0, 0), &["after"], &[], Must, r#"eventually after="TERM" { exits; }"#),
];
