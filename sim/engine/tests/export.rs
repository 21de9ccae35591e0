//! Exported programs and models, read as text. That programs run, and do what the model says, and that models have the
//! outcomes that `explore` finds, is shown by the workspace's tests.

use closing_time_engine::diagnostic::Span;
use closing_time_engine::export::{ExportOptions, Target};
use closing_time_engine::load;
use closing_time_engine::program::compile;
use closing_time_engine::rules;
use closing_time_engine::scenario::*;

fn step(op: Op) -> Step {
    Step { op, span: Span::default() }
}

fn block(ops: impl IntoIterator<Item = Op>) -> Block {
    ops.into_iter().map(step).collect()
}

fn ms(ms: u64) -> TimeRange {
    TimeRange::fixed(ms * 1000)
}

fn work(label: &str, time: TimeRange) -> Op {
    Op::Work { label: label.into(), time }
}

fn open(path: &str, mode: FileMode) -> Op {
    Op::Open { path: path.into(), mode, buffering: Buffering::Full }
}

fn write(path: &str, record: &str, bytes: u64) -> Op {
    Op::Write { path: path.into(), record: record.into(), bytes, time: ms(0) }
}

fn thread(name: &str, daemon: Option<bool>, body: Block) -> Thread {
    Thread { name: name.into(), daemon, count: 1, body, timer: false, span: Span::default() }
}

fn process(name: &str, main: Block, threads: Vec<Thread>) -> Process {
    Process {
        name: name.into(),
        daemon: false,
        stdout: Stdout::Terminal,
        main,
        threads,
        pools: vec![],
        span: Span::default(),
    }
}

fn scenario(name: &str, title: &str, processes: Vec<Process>) -> Scenario {
    Scenario {
        name: name.into(),
        title: title.into(),
        about: String::new(),
        runtime: "cpython".into(),
        knobs: vec![],
        suggestions: vec![],
        chapter: None,
        processes,
        stimuli: vec![],
        expectations: vec![],
        properties: vec![],
    }
}

/// The program, or the sentence that says why there is none.
fn export(scenario: &Scenario, target: Target, options: &ExportOptions) -> Result<String, String> {
    let runtime = rules::find(&scenario.runtime).expect("the runtime is known");
    let program = compile(scenario, runtime).expect("it compiles");
    closing_time_engine::export::export(scenario, &program, target, options)
        .map_err(|refusal| refusal.message)
}

fn python(scenario: &Scenario) -> String {
    export(scenario, Target::Python, &ExportOptions::default()).expect("it can be exported")
}

fn pdf_shutdown() -> Scenario {
    let pdf = block([
        open("report.pdf", FileMode::Binary),
        Op::Repeat {
            times: 5,
            body: block([work("render a page", ms(1000)), write("report.pdf", "page", 4096)]),
        },
        Op::Close("report.pdf".into()),
    ]);
    let cleanup = block([Op::Forever(block([Op::Sleep(ms(1000)), work("look for stuck jobs", ms(100))]))]);
    let main = block([
        Op::Start(vec!["pdf".into(), "audit".into()]),
        Op::Start(vec!["cleanup".into()]),
        work("serve requests", ms(2000)),
    ]);
    let threads = vec![
        thread("pdf", Some(true), pdf),
        thread("audit", None, block([work("ship the audit log", ms(3500))])),
        thread("cleanup", Some(true), cleanup),
    ];
    scenario(
        "pdf-shutdown",
        "A web server stops while a PDF is half written",
        vec![process("server", main, threads)],
    )
}

/// Every statement once, with names that want to clash.
fn everything() -> Scenario {
    let main = block([
        open("print.txt", FileMode::Text),
        Op::OnExit { name: "print".into(), early: false, body: block([write("print.txt", "line", 20)]) },
        Op::OnExit { name: "stop-early".into(), early: true, body: block([Op::Set("stop".into())]) },
        Op::OnSignal { signal: Signal::Term, body: Some(block([Op::Set("stop".into())])) },
        Op::OnSignal { signal: Signal::Hup, body: None },
        Op::OnTeardown { name: "cache".into(), body: block([Op::Print("gone \"\\\n".into())]) },
        Op::Start(vec!["class".into(), "time".into()]),
        Op::Spawn("child".into()),
        Op::Submit("render".into()),
        Op::Put { queue: "jobs".into(), stop: false },
        Op::Put { queue: "jobs".into(), stop: true },
        Op::Drain("jobs".into()),
        Op::Wait { event: "stop".into(), timeout: Some(ms(1500)) },
        Op::Join {
            target: "class".into(),
            timeout: Some(TimeRange { min_us: 1_000_000, max_us: 2_500_000 }),
        },
        Op::Join { target: "child".into(), timeout: None },
        Op::Signal { signal: Signal::Usr1, to: "child".into() },
        Op::Signal { signal: Signal::Int, to: "parent".into() },
        Op::Exit(3),
    ]);
    let class = block([
        Op::ForEach {
            queue: "jobs".into(),
            body: block([work("class", ms(10)), write("print.txt", "line", 20)]),
        },
        Op::Get { queue: "jobs".into(), timeout: Some(ms(100)), body: block([work("class", ms(20))]) },
        Op::Get { queue: "jobs".into(), timeout: None, body: block([]) },
        Op::WhileRunning { stop: "stop".into(), body: block([Op::Sleep(ms(1))]) },
        Op::UnlessSet { event: "stop".into(), body: block([Op::Sleep(ms(1))]) },
    ]);
    let time = block([
        Op::Try {
            body: block([
                Op::Lock { lock: "db".into(), timeout: None, body: block([Op::Flush("print.txt".into())]) },
                Op::Lock { lock: "db".into(), timeout: Some(ms(50)), body: block([Op::Return]) },
                Op::Raise { exception: "OutOfPaper".into(), message: "no".into() },
            ]),
            handlers: vec![
                Except { exception: "OutOfPaper".into(), body: block([]) },
                Except { exception: "ValueError".into(), body: block([Op::ExitNow(4)]) },
            ],
            finally: Some(block([Op::Join { target: "class".into(), timeout: None }])),
        },
        Op::Raise { exception: "ValueError".into(), message: String::new() },
    ]);
    let child = process(
        "child",
        block([
            Op::Start(vec!["copier".into()]),
            open("copy.bin", FileMode::Binary),
            write("copy.bin", "line", 20),
            Op::Join { target: "copier".into(), timeout: None },
            Op::Signal { signal: Signal::Term, to: "parent".into() },
        ]),
        vec![Thread { count: 3, ..thread("copier", Some(false), block([Op::Set("stop".into())])) }],
    );
    let mut parent =
        process("parent", main, vec![thread("class", Some(true), class), thread("time", None, time)]);
    parent.pools = vec![Pool {
        name: "render".into(),
        workers: 2,
        body: block([work("one page", TimeRange { min_us: 1, max_us: 2 })]),
        span: Span::default(),
    }];
    let mut scenario = scenario("everything", "Every statement \"once\"", vec![parent, child]);
    scenario.stimuli =
        vec![Stimulus { at_us: Some(3_000_000), what: Outside::Signal(Signal::Term), to: "parent".into() }];
    scenario.knobs = vec![Knob {
        name: "class.daemon".into(),
        help: String::new(),
        default: KnobValue::Inherit,
        value: KnobValue::Flag(true),
        choices: vec![],
    }];
    scenario
}

#[test]
fn the_flagship_reads_like_the_server_it_is() {
    insta::assert_snapshot!(python(&pdf_shutdown()));
}

#[test]
fn every_statement_has_its_python() {
    let arguments = ["--runtime", "cpython", "--set", "class.daemon=true", "--signal", "TERM@3s"];
    let options =
        ExportOptions { arguments: arguments.map(String::from).to_vec(), ..ExportOptions::default() };
    insta::assert_snapshot!(export(&everything(), Target::Python, &options).expect("it can be exported"));
}

#[test]
fn tracing_adds_lines_and_nothing_else() {
    let options = ExportOptions { trace: true, scale: 0.1, ..ExportOptions::default() };
    insta::assert_snapshot!(export(&pdf_shutdown(), Target::Python, &options).expect("it can be exported"));
}

#[test]
fn two_programs_are_not_one() {
    let two = scenario("two", "Two", vec![process("a", block([]), vec![]), process("b", block([]), vec![])]);
    let error = export(&two, Target::Python, &ExportOptions::default()).expect_err("two roots");
    assert!(error.contains("\"a\" and \"b\" both run from the start"), "{error}");
}

#[test]
fn an_early_return_makes_main_a_function_whose_files_are_still_global() {
    let main = block([
        open("a.txt", FileMode::Text),
        Op::Repeat { times: 2, body: block([Op::Return]) },
        write("a.txt", "line", 1),
    ]);
    insta::assert_snapshot!(python(&scenario(
        "early",
        "Main returns early",
        vec![process("p", main, vec![])]
    )));
}

#[test]
fn a_program_writes_below_its_working_directory_only() {
    for path in ["/etc/passwd", "../x", "a/../../x", "/"] {
        let main = block([open(path, FileMode::Binary)]);
        let outside = scenario("outside", "Outside", vec![process("p", main, vec![])]);
        let error = export(&outside, Target::Python, &ExportOptions::default()).expect_err(path);
        assert!(error.contains("outside of the working directory"), "{error}");
    }
}

#[test]
fn nesting_beyond_python_is_refused() {
    let mut body = block([Op::Sleep(ms(1))]);
    for _ in 0..21 {
        body = block([Op::Repeat { times: 1, body }]);
    }
    let deep = scenario("deep", "Deep", vec![process("p", body, vec![])]);
    let error = export(&deep, Target::Python, &ExportOptions::default()).expect_err("21 loops");
    assert!(error.contains("more than Python accepts"), "{error}");
}

#[test]
fn a_scale_without_sense_is_refused() {
    for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            export(&pdf_shutdown(), Target::Python, &ExportOptions { scale, ..ExportOptions::default() })
                .is_err()
        );
    }
}

fn promela(name: &str, signals: &[&str]) -> String {
    let source = catalogue::find(name).expect("it is built in").source;
    let signals = signals.iter().map(|signal| signal.to_string()).collect();
    let loaded = load(source, &Setup { signals, ..Setup::default() }).expect("it can be read");
    loaded.export(Target::Promela, &ExportOptions::default()).expect("it can be exported")
}

#[test]
fn a_deadlock_as_a_model() {
    insta::assert_snapshot!(promela("daemon-holds-lock", &[]));
}

#[test]
fn a_family_that_a_signal_strikes_as_a_model() {
    insta::assert_snapshot!(promela("mixed-family", &["INT"]));
}

/// What a text with one `main` is refused for as a model: the sentence, and the marked words.
fn refused(main: &str) -> (String, String) {
    let text = format!(
        "scenario \"refused\" format=1 {{\n title \"No model\"\n process \"p\" {{\n  main {{\n{main}\n  }}\n }}\n}}\n"
    );
    let loaded = load(&text, &Setup::default()).expect("it can be read");
    let refusal = loaded.export(Target::Promela, &ExportOptions::default()).expect_err("no model");
    (refusal.message, refusal.span.map_or(String::new(), |span| text[span.start..span.end].to_owned()))
}

#[test]
fn what_is_no_finite_model_is_refused_with_its_place() {
    let (message, place) = refused("forever {\nsleep \"1s\"\nprint \"tick\"\n}");
    assert!(message.contains("`<stdout>` is written to without end"), "{message}");
    assert_eq!(place, "print \"tick\"");
    let (message, place) = refused("forever {\nsleep \"1s\"\nput \"jobs\"\n}");
    assert!(message.contains("queue `jobs` is filled without end"), "{message}");
    assert_eq!(place, "put \"jobs\"");
    let (message, place) = refused(
        "on-signal \"USR1\" {\nprint \"again\"\n}\nforever {\nsleep \"1s\"\nsignal \"USR1\" to=\"p\"\n}",
    );
    assert!(message.contains("the handler of USR1 writes, and the signal is sent without end"), "{message}");
    assert_eq!(place, "signal \"USR1\" to=\"p\"");
}

#[test]
fn a_model_has_no_clock_and_leaves_no_trace() {
    for options in [
        ExportOptions { trace: true, ..ExportOptions::default() },
        ExportOptions { scale: 2.0, ..ExportOptions::default() },
    ] {
        let error = export(&pdf_shutdown(), Target::Promela, &options).expect_err("it is no program");
        assert!(error.contains("no clock"), "{error}");
    }
}
