//! Random small scenarios, as text.
//!
//! Every thread keeps to its own lane of a common grid: what it sleeps first differs from the others by a multiple
//! of [`SLOT_MS`], and everything after that is a multiple of a whole round. So two timers of different threads
//! never run out together unless a lock or an event has moved one of them, and such scenarios are left out by
//! whoever looks at the prediction.

use std::env;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// The distance between two lanes, ms of virtual time.
pub const SLOT_MS: u64 = 100;

/// A whole number from the environment.
///
/// # Panics
///
/// When it is something else.
pub fn number(variable: &str, otherwise: u64) -> u64 {
    let number = |text: String| {
        text.parse().unwrap_or_else(|_| panic!("{variable} is a whole number, not \"{text}\""))
    };
    env::var(variable).map_or(otherwise, number)
}

/// The scenario that belongs to a seed.
pub fn scenario(seed: u64) -> String {
    write(seed, false)
}

/// The same with statements that CPython does not know.
pub fn any_scenario(seed: u64) -> String {
    write(seed, true)
}

fn write(seed: u64, beyond_python: bool) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let threads = random.random_range(2..=5);
    let mut writer = Writer {
        random,
        threads,
        lane: 0,
        file: None,
        text: String::new(),
        depth: 0,
        has_child: false,
        has_pool: false,
        has_timer: false,
        beyond_python,
    };
    writer.whole(seed);
    writer.text
}

struct Writer {
    random: ChaCha8Rng,
    threads: u64,
    /// Whose code is being written: 0 is main.
    lane: u64,
    /// The file that this thread has opened.
    file: Option<String>,
    text: String,
    depth: usize,
    has_child: bool,
    has_pool: bool,
    has_timer: bool,
    /// Whether it may leave one thread only, turn the flag of one that lives, and have a timer.
    beyond_python: bool,
}

impl Writer {
    fn line(&mut self, text: impl AsRef<str>) {
        self.text.push_str(&"    ".repeat(self.depth));
        self.text.push_str(text.as_ref());
        self.text.push('\n');
    }

    fn block(&mut self, head: impl AsRef<str>, inside: impl FnOnce(&mut Self)) {
        self.line(format!("{} {{", head.as_ref()));
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.line("}");
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.random.random_range(0..100) < percent
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.random.random_range(0..words.len())]
    }

    /// A whole round of the grid: one slot each for main, every thread, the signal, the child, its thread, and the timer.
    fn round(&self) -> u64 {
        (self.threads + 4 + u64::from(self.has_timer)) * SLOT_MS
    }

    fn rounds(&mut self, most: u64) -> String {
        format!("{}ms", self.random.random_range(1..=most) * self.round())
    }

    fn whole(&mut self, seed: u64) {
        self.block(format!("scenario \"random-{seed}\" format=1"), |w| {
            w.line("title \"A random scenario\"");
            w.has_child = w.chance(25);
            w.has_pool = w.chance(25);
            w.has_timer = w.beyond_python && w.chance(50);
            w.block("process \"program\"", |w| {
                w.block("main", Self::main);
                if w.has_pool {
                    let (workers, time) = (w.random.random_range(1..=2), w.rounds(1));
                    w.block(format!("pool \"pool\" workers={workers}"), |w| {
                        w.line(format!("work \"an item\" for=\"{time}\""));
                        w.line("print \"an item is done\"");
                    });
                }
                for lane in 1..=w.threads {
                    w.thread(lane);
                }
                if w.has_timer {
                    w.timer();
                }
            });
            if w.has_child {
                w.child();
            }
            if w.chance(60) {
                let at = w.random.random_range(1..=3) * w.round() + (w.threads + 1) * SLOT_MS;
                let signal = w.pick(&["TERM", "TERM", "INT", "INT", "HUP", "KILL"]);
                w.block(format!("at \"{at}ms\""), |w| w.line(format!("signal \"{signal}\" to=\"program\"")));
            }
        });
    }

    fn main(&mut self) {
        if self.chance(50) {
            let signal = self.pick(&["TERM", "TERM", "INT"]);
            self.block(format!("on-signal \"{signal}\""), |w| match w.random.random_range(0..3) {
                0 => w.line("exit 7"),
                _ => w.line("set \"stop\""),
            });
        }
        for name in ["first", "second"] {
            if self.chance(40) {
                self.block(format!("on-exit \"{name}\""), |w| {
                    w.line(format!("print \"{name} handler\""));
                    if w.chance(30) {
                        w.block("lock \"db\" timeout=\"50ms\"", |w| w.line("print \"had the lock\""));
                    }
                    if w.chance(30) {
                        w.line("set \"stop\"");
                    }
                });
            }
        }
        if self.chance(50) {
            self.line("open \"main.bin\"");
            let bytes = self.bytes();
            self.line(format!("write \"main.bin\" \"record\" bytes={bytes}"));
        }
        if self.chance(25) {
            self.block("on-teardown \"kept\"", |w| {
                w.line("print \"finalized\"");
                if w.chance(40) {
                    w.block("lock \"db\"", |w| w.line("print \"finalized with the lock\""));
                }
            });
        }
        if self.has_timer {
            self.block("on-idle \"idle\"", |w| {
                w.block("unless-set \"stop\"", |w| w.line("print \"nothing is left\""));
            });
            self.line("start \"alarm\"");
        }
        if self.has_child {
            self.line("spawn \"child\"");
        }
        for lane in 1..=self.threads {
            if self.chance(90) {
                self.line(format!("start \"t{lane}\""));
            }
        }
        for _ in 0..self.random.random_range(0..=3) {
            self.line("put \"jobs\"");
        }
        if self.has_pool {
            for _ in 0..self.random.random_range(1..=3) {
                self.line("submit \"pool\"");
            }
        }
        let time = self.rounds(3);
        self.line(format!("sleep \"{time}\""));
        if self.beyond_python && self.chance(40) {
            let (lane, flag) = (self.random.random_range(1..=self.threads), self.pick(&["true", "false"]));
            self.line(format!("set-daemon \"t{lane}\" #{flag}"));
        }
        if self.chance(30) {
            self.line("put \"jobs\"");
            self.line("put \"jobs\" stop=#true");
        }
        if self.chance(10) {
            self.line("drain \"jobs\"");
        }
        if self.has_child && self.chance(40) {
            let time = self.rounds(1);
            self.line(format!("join \"child\" timeout=\"{time}\""));
        }
        if self.chance(40) {
            self.line("set \"stop\"");
        }
        match self.random.random_range(0..6) {
            0 => self.line("raise \"ValueError\" \"no\""),
            1 => self.line("exit 3"),
            2 => {
                let time = self.rounds(2);
                self.line("start \"late\"");
                self.line(format!("join \"late\" timeout=\"{time}\""));
            }
            3 if self.chance(30) => self.line("exit-now 4"),
            4 if self.beyond_python => self.line("exit-thread"),
            _ => {}
        }
    }

    /// A timer that calls once, in a lane of its own.
    fn timer(&mut self) {
        let after = (self.threads + 4) * SLOT_MS + self.random.random_range(0..=2) * self.round();
        let flag = self.pick(&[" daemon=#true", " daemon=#false"]).to_string();
        self.block(format!("timer \"alarm\" after=\"{after}ms\"{flag}"), |w| {
            w.line("print \"the alarm\"");
            let how =
                ["set \"stop\"", "put \"jobs\"", "exit 6", "raise \"ValueError\" \"no\"", "start \"late\""];
            let how = w.pick(&how);
            w.line(how);
        });
    }

    /// A spawned process with one thread of its own.
    fn child(&mut self) {
        self.lane = self.threads + 2;
        let (flag, thread_flag) = (self.pick(&["true", "false"]), self.pick(&["true", "false"]));
        self.block(format!("process \"child\" daemon=#{flag}"), |w| {
            w.block("main", |w| {
                w.line("open \"child.bin\"");
                w.line("start \"in-child\"");
                let bytes = w.bytes();
                w.line(format!("write \"child.bin\" \"record\" bytes={bytes}"));
                w.line(format!("sleep \"{}ms\"", w.lane * SLOT_MS));
                w.steps(1);
                w.line("print \"child was here\"");
            });
            w.lane += 1;
            w.block(format!("thread \"in-child\" daemon=#{thread_flag}"), |w| {
                w.line(format!("sleep \"{}ms\"", w.lane * SLOT_MS));
                w.steps(1);
            });
        });
    }

    fn thread(&mut self, lane: u64) {
        self.lane = lane;
        let flag = self.pick(&[" daemon=#true", " daemon=#true", " daemon=#false", ""]).to_string();
        self.block(format!("thread \"t{lane}\"{flag}"), |w| {
            if w.chance(60) {
                let (mode, name) = w.pick_mode();
                w.line(format!("open \"{name}-{lane}\" {mode}"));
                w.file = Some(format!("{name}-{lane}"));
            }
            w.line(format!("sleep \"{}ms\"", lane * SLOT_MS));
            w.steps(2);
            if let Some(file) = w.file.take()
                && w.chance(40)
            {
                w.line(format!("close \"{file}\""));
            }
        });
        if lane == 1 {
            let flag = self.pick(&[" daemon=#true", " daemon=#false", ""]).to_string();
            self.block(format!("thread \"late\"{flag}"), |w| {
                w.line(format!("sleep \"{}ms\"", SLOT_MS / 2));
                w.steps(1);
            });
        }
    }

    fn bytes(&mut self) -> u64 {
        [1, 100, 3000, 4096, 5000, 8191, 8192, 8193, 20_000][self.random.random_range(0..9)]
    }

    fn steps(&mut self, nesting: u32) {
        for _ in 0..self.random.random_range(1..=3) {
            self.step(nesting);
        }
    }

    fn step(&mut self, nesting: u32) {
        let lane = self.lane;
        let time = self.rounds(2);
        match self.random.random_range(0..if nesting == 0 { 7 } else { 15 }) {
            0 => self.line(format!("sleep \"{time}\"")),
            1 => self.line(format!("work \"work of t{lane}\" for=\"{time}\"")),
            2 | 3 => self.writes(),
            4 => self.line(format!("print \"t{lane} was here\"")),
            5 => self.line(format!("wait \"stop\" timeout=\"{time}\"")),
            6 if self.chance(40) => {
                let how = ["raise \"ValueError\" \"no\"", "exit 5", "return", "set \"stop\"", "exit-thread"];
                let known = if self.beyond_python { 5 } else { 4 };
                let how = self.pick(&how[..known]);
                self.line(how);
            }
            6 | 7 => self.block("lock \"db\"", |w| {
                w.line(format!("sleep \"{time}\""));
                w.steps(nesting.saturating_sub(1));
            }),
            8 => self.block(format!("lock \"db\" timeout=\"{time}\""), |w| w.steps(nesting - 1)),
            9 => {
                self.block("try", |w| w.steps(nesting - 1));
                if self.chance(50) {
                    self.block("except \"ValueError\"", |w| w.line(format!("print \"t{lane} caught it\"")));
                }
                self.block("finally", |w| w.line(format!("print \"t{lane} cleans up\"")));
            }
            10 => self.block("while-running \"stop\"", |w| {
                w.line(format!("sleep \"{time}\""));
                w.steps(nesting - 1);
            }),
            11 => {
                let times = self.random.random_range(2..=3);
                self.block(format!("repeat {times}"), |w| w.steps(nesting - 1));
            }
            12 => self.block(format!("get \"jobs\" timeout=\"{time}\""), |w| w.steps(nesting - 1)),
            13 => self.block("for-each \"jobs\"", |w| {
                w.line(format!("work \"a job\" for=\"{time}\""));
                w.steps(nesting - 1);
            }),
            _ => self.block("forever", |w| {
                w.line(format!("sleep \"{time}\""));
                w.steps(nesting - 1);
            }),
        }
    }

    /// Writes to the file of this thread, if it has one, and perhaps flushes it. It is opened only once: opening it
    /// again would cut it short under the eyes of the first handle.
    fn writes(&mut self) {
        let Some(file) = self.file.clone() else {
            return self.line(format!("print \"t{} has no file\"", self.lane));
        };
        for _ in 0..self.random.random_range(1..=3) {
            let bytes = self.bytes();
            self.line(format!("write \"{file}\" \"record\" bytes={bytes}"));
            if self.chance(30) {
                let time = self.rounds(1);
                self.line(format!("sleep \"{time}\""));
            }
        }
        if self.chance(25) {
            self.line(format!("flush \"{file}\""));
        }
    }

    fn pick_mode(&mut self) -> (&'static str, &'static str) {
        [
            ("mode=\"binary\"", "b"),
            ("mode=\"text\"", "t"),
            ("mode=\"text\" buffering=\"line\"", "l"),
            ("mode=\"binary\" buffering=\"none\"", "n"),
        ][self.random.random_range(0..4)]
    }
}

#[cfg(test)]
mod tests {
    use closing_time_engine::scenario::{Setup, read};

    #[test]
    fn the_same_seed_gives_the_same_scenario_and_every_one_can_be_read() {
        for seed in 0..200 {
            for write in [super::scenario, super::any_scenario] {
                let text = write(seed);
                assert_eq!(text, write(seed));
                let read = read(&text, &Setup::default());
                assert!(read.is_ok(), "{text}\n{read:?}");
            }
        }
    }
}
