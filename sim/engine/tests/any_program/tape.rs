//! A scenario from a tape of bytes: each byte decides one thing, and what the tape no longer says is 0.
//!
//! So a shorter tape and smaller bytes give a simpler scenario, which is how proptest shrinks a failing one.

use std::fmt::Write as _;

const THREADS: usize = 3;
const TIMES: [&str; 6] = ["0s", "1s", "500ms", "2s", "1ms..3s", "1us"];
const SIGNALS: [&str; 5] = ["TERM", "INT", "HUP", "KILL", "USR1"];
const VERSIONS: [&str; 6] = ["3.13", "3.8", "3.10", "3.12.1", "3.12.3", "3.14"];

/// The scenario that a tape describes. Most can be read; the reader refuses the others.
pub(super) fn scenario(tape: &[u8]) -> String {
    let mut writer =
        Writer::new(tape, Says { exceptions: true, strange: false, python: true, timer: false, idle: false });
    writer.whole();
    writer.text
}

/// A scenario that says less, so that it can be run by most runtimes: one process without pools, and exceptions and
/// strange things only on some tapes.
pub(super) fn plain(tape: &[u8]) -> String {
    let (first, rest) = tape.split_first().unwrap_or((&0, &[]));
    let says = Says {
        exceptions: first & 1 == 1,
        strange: first & 6 == 6,
        python: false,
        timer: first & 24 != 0,
        idle: first & 24 == 24,
    };
    let mut writer = Writer::new(rest, says);
    writer.whole();
    writer.text
}

/// What a scenario may say that not every runtime has.
#[derive(Clone, Copy)]
struct Says {
    exceptions: bool,
    /// `exit-thread`, `set-daemon`, finalizers.
    strange: bool,
    /// Pools, a second process, early exit handlers.
    python: bool,
    timer: bool,
    /// `on-idle`, which only an event loop has.
    idle: bool,
}

struct Writer<'t> {
    tape: std::slice::Iter<'t, u8>,
    text: String,
    /// Whose code is written: 0 is main; the threads follow.
    lane: usize,
    /// Whether there is a second process.
    family: bool,
    /// Whether main opens a log for all threads.
    log: bool,
    says: Says,
}

impl<'t> Writer<'t> {
    fn new(tape: &'t [u8], says: Says) -> Self {
        Writer { tape: tape.iter(), text: String::new(), lane: 0, family: false, log: false, says }
    }
}

impl Writer<'_> {
    fn below(&mut self, limit: usize) -> usize {
        usize::from(self.tape.next().copied().unwrap_or_default()) % limit
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    fn block(&mut self, head: &str, body: impl FnOnce(&mut Self)) {
        self.line(&format!("{head} {{"));
        body(self);
        self.line("}");
    }

    fn whole(&mut self) {
        let version = self.one(&VERSIONS);
        self.family = self.below(3) == 2 && self.says.python;
        self.block("scenario \"any\" format=1", |w| {
            w.line("title \"Any program\"");
            w.line(&format!("runtime \"cpython-{version}\""));
            let stdout = w.one(&["terminal", "pipe"]);
            w.block(&format!("process \"p\" stdout=\"{stdout}\""), Self::threads);
            if w.family {
                w.lane = THREADS + 1;
                let daemon = w.one(&["#true", "#false"]);
                w.block(&format!("process \"c\" daemon={daemon}"), |w| w.block("main", |w| w.steps(2)));
            }
            for _ in 0..w.below(3) {
                let (at, signal) = (w.one(&TIMES[..4]), w.one(&SIGNALS));
                w.line(&format!("at \"{at}\" {{ signal \"{signal}\" to=\"p\"; }}"));
            }
        });
    }

    fn threads(&mut self) {
        self.log = self.below(3) > 0;
        self.block("main", |w| {
            if w.log {
                w.line("open \"log\" buffering=\"full\"");
            }
            if w.family {
                w.line("spawn \"c\"");
            }
            for lane in 1..=w.below(THREADS + 1) {
                w.line(&format!("start \"t{lane}\""));
            }
            if w.says.idle {
                w.block("on-idle \"idle\"", |w| w.steps(1));
            }
            if w.says.timer {
                w.line("start \"k\"");
            }
            w.steps(3);
        });
        for lane in 1..=THREADS {
            self.lane = lane;
            let daemon = self.one(&["", " daemon=#true", " daemon=#false"]);
            let count = self.one(&["", "", " count=2"]);
            self.block(&format!("thread \"t{lane}\"{daemon}{count}"), |w| w.steps(3));
        }
        self.lane = THREADS + 2;
        if !self.says.python {
            return self.timer();
        }
        self.block("pool \"o\" workers=2", |w| w.steps(1));
    }

    /// A timer that main starts, and what is asked when nothing is left: on some tapes.
    fn timer(&mut self) {
        if !self.says.timer {
            return;
        }
        let when = self.one(&["every=\"1s\"", "after=\"500ms\"", "every=\"300ms\"", "after=\"1ms..3s\""]);
        let daemon = self.one(&["", " daemon=#true"]);
        self.block(&format!("timer \"k\" {when}{daemon}"), |w| {
            for _ in 0..=w.below(3) {
                let step = w.one(&[
                    "print \"tick\"",
                    "set \"e\"",
                    "put \"q\"",
                    "unless-set \"e\" { print \"not yet\"; }",
                    "start \"t3\"",
                    "exit 5",
                ]);
                w.line(step);
            }
        });
    }

    fn steps(&mut self, nesting: usize) {
        for _ in 0..=self.below(3) {
            self.step(nesting);
        }
    }

    fn step(&mut self, nesting: usize) {
        let time = self.one(&TIMES);
        let lane = self.lane;
        let kinds = if nesting == 0 { 17 } else { 30 };
        let says = self.says;
        match self.below(kinds) {
            8 if says.strange => self.line("exit-thread"),
            12 if says.strange && lane < THREADS => {
                let daemon = self.one(&["#true", "#false"]);
                self.line(&format!("set-daemon \"t{}\" {daemon}", lane + 1));
            }
            12 if !says.python => self.line("print \"no pool\""),
            9 | 25 if !says.exceptions => self.line("print \"nothing happens\""),
            28 if !says.python && !says.strange => self.line("print \"no finalizer\""),
            0 => self.line(&format!("sleep \"{time}\"")),
            1 => self.line(&format!("work \"busy\" for=\"{time}\"")),
            2 => self.line(&format!("print \"lane {lane}\"")),
            3 => self.line("set \"e\""),
            4 => self.line("wait \"e\""),
            5 => self.line(&format!("wait \"e\" timeout=\"{time}\"")),
            6 => self.line("put \"q\""),
            7 => self.line("put \"q\" stop=#true"),
            8 => self.line("drain \"q\""),
            9 => self.line("raise \"ValueError\" \"no\""),
            10 => self.line("exit 3"),
            11 => self.line("return"),
            12 if lane != THREADS + 1 => self.line("submit \"o\""),
            13 => self.file(),
            14 if lane <= THREADS => self.others(time),
            15 => {
                let signal = self.one(&SIGNALS);
                self.line(&format!("signal \"{signal}\" to=\"p\""));
            }
            16 if self.below(4) == 3 => self.line("exit-now 4"),
            17 => self.block("lock \"l\"", |w| w.steps(nesting - 1)),
            18 => self.block("lock \"m\"", |w| w.steps(nesting - 1)),
            19 => self.block(&format!("lock \"l\" timeout=\"{time}\""), |w| w.steps(nesting - 1)),
            20 => self.block("repeat 3", |w| w.steps(nesting - 1)),
            21 => self.block("forever", |w| {
                w.line(&format!("sleep \"{}\"", if time == "0s" { "1s" } else { time }));
                w.steps(nesting - 1);
            }),
            22 => self.block("while-running \"e\"", |w| {
                w.line("sleep \"1s\"");
                w.steps(nesting - 1);
            }),
            23 => self.block(&format!("get \"q\" timeout=\"{time}\""), |w| w.steps(nesting - 1)),
            24 => self.block("for-each \"q\"", |w| w.steps(nesting - 1)),
            25 => {
                self.block("try", |w| w.steps(nesting - 1));
                self.block("except \"ValueError\"", |w| w.steps(nesting - 1));
                self.block("finally", |w| w.steps(nesting - 1));
            }
            26 => {
                let name = self.text.len();
                let early = self.one(&["", "", " early=#true"]);
                let early = if says.python { early } else { "" };
                self.block(&format!("on-exit \"exit-{name}\"{early}"), |w| w.steps(nesting - 1));
            }
            27 if lane == 0 => {
                let signal = self.one(&["TERM", "INT", "USR1"]);
                self.block(&format!("on-signal \"{signal}\""), |w| w.steps(nesting - 1));
            }
            28 if lane == 0 => {
                let name = self.text.len();
                self.block(&format!("on-teardown \"object-{name}\""), |w| w.steps(nesting - 1));
            }
            29 => self.block("unless-set \"e\"", |w| w.steps(nesting - 1)),
            _ => self.line(&format!("sleep \"{time}\"")),
        }
    }

    /// Starts or joins a thread of a higher number, so that no thread starts itself.
    fn others(&mut self, time: &str) {
        let other = self.lane + 1 + self.below(THREADS);
        if other > THREADS {
            return self.line("print \"nobody\"");
        }
        match self.below(3) {
            0 => self.line(&format!("join \"t{other}\"")),
            1 => self.line(&format!("join \"t{other}\" timeout=\"{time}\"")),
            _ => self.line(&format!("start \"t{other}\"")),
        }
    }

    fn file(&mut self) {
        if self.log && self.lane <= THREADS && self.below(4) > 0 {
            return match self.below(5) {
                0 => self.line("flush \"log\""),
                1 if self.lane == 0 && self.below(4) == 3 => self.line("close \"log\""),
                2 => self.block("lock \"l\"", |w| w.line("flush \"log\"")),
                3 => self.block("lock \"l\"", |w| w.line("write \"log\" \"record\" bytes=100")),
                _ => self.line("write \"log\" \"record\" bytes=100"),
            };
        }
        let path = format!("file-{}-{}", self.lane, self.text.len());
        let how = self.one(&[
            "mode=\"binary\"",
            "mode=\"text\"",
            "mode=\"text\" buffering=\"line\"",
            "mode=\"binary\" buffering=\"none\"",
        ]);
        self.line(&format!("open \"{path}\" {how}"));
        for _ in 0..=self.below(3) {
            let bytes = self.one(&["1", "100", "4096", "8192", "8193", "100000"]);
            let time = self.one(&["", "", " for=\"1s\""]);
            self.line(&format!("write \"{path}\" \"record\" bytes={bytes}{time}"));
        }
        match self.below(3) {
            0 => self.line(&format!("close \"{path}\"")),
            1 => self.line(&format!("flush \"{path}\"")),
            _ => {}
        }
    }
}
