//! Names in steps and claims: each must stand for something of the right kind.

use super::Reader;
use super::check::{Names, Owner, Runner};
use crate::diagnostic::Span;
use crate::scenario::{Claim, Held, Op, Scenario, Signal, Stdout, Step, Subject};

impl Reader<'_> {
    /// Checks the names in one step of the process with number `here`.
    pub(super) fn check_step(&mut self, step: &Step, here: usize, runner: Runner, names: &Names) {
        let span = step.span;
        match &step.op {
            Op::Start(threads) => {
                for name in threads {
                    self.check_start(span, name, here, runner, names);
                }
            }
            Op::SetDaemon { thread, .. }
                if names.owners.get(thread.as_str()) != Some(&Owner::Thread(here)) =>
            {
                let within = format!(" in the process `{}`", names.processes[here]);
                self.not_of_kind(span, thread, ("thread", &within), names, |owner| {
                    owner == Owner::Thread(here)
                });
            }
            Op::Spawn(name) => self.check_spawn(span, name, here, names),
            Op::Join { target, .. } => self.check_join(span, target, here, runner, names),
            Op::Write { path, .. } => self.check_open(span, "write", path, here, names),
            Op::Flush(path) => self.check_open(span, "flush", path, here, names),
            Op::Close(path) => self.check_open(span, "close", path, here, names),
            Op::Submit(pool) if names.owners.get(pool.as_str()) != Some(&Owner::Pool(here)) => {
                let within = format!(" in the process `{}`", names.processes[here]);
                self.not_of_kind(span, pool, ("pool", &within), names, |owner| owner == Owner::Pool(here));
            }
            Op::Signal { to, .. } if !matches!(names.owners.get(to.as_str()), Some(Owner::Process(_))) => {
                self.not_of_kind(span, to, ("process", ""), names, |owner| {
                    matches!(owner, Owner::Process(_))
                });
            }
            Op::OnSignal { signal: Signal::Kill, .. } => {
                let help = "catch TERM; KILL ends the process at once, whatever it does";
                let span = self.named(span, None);
                self.fail(span, "KILL cannot be caught", "no handler can see this signal", help);
            }
            Op::OnSignal { .. } if runner != Runner::Main => {
                let span = self.named(span, None);
                let help = "Python installs handlers in the main thread only; move it into `main`";
                self.fail(span, "`on-signal` stands in `main`, and this is not", "not in `main`", help);
            }
            Op::OnTeardown { .. } | Op::OnIdle { .. } if runner != Runner::Main => {
                let name = if matches!(step.op, Op::OnIdle { .. }) { "on-idle" } else { "on-teardown" };
                let span = self.named(span, None);
                let message = format!("`{name}` stands in `main`, and this is not");
                self.fail(span, message, "not in `main`", "move it into `main`");
            }
            _ => {}
        }
    }

    fn check_start(&mut self, span: Span, name: &str, here: usize, runner: Runner, names: &Names) {
        let at = self.named(span, Some(name));
        match names.owners.get(name) {
            Some(Owner::Thread(process)) if *process == here => {
                if runner == Runner::Thread(name) {
                    let message = format!("the thread `{name}` starts itself");
                    self.fail(at, message, "it runs already", "let another thread start it");
                }
            }
            Some(Owner::Thread(process)) => {
                let message = format!("`{name}` is a thread of the process `{}`", names.processes[*process]);
                self.fail(at, message, "of another process", "a process starts only its own threads");
            }
            Some(Owner::Process(_)) => {
                let help = format!("write `spawn \"{name}\"`");
                self.fail(
                    at,
                    format!("`{name}` is a process, and `start` is for threads"),
                    "not a thread",
                    help,
                );
            }
            Some(Owner::Pool(_)) => {
                let help =
                    format!("hand it an item with `submit \"{name}\"`; it starts its workers by itself");
                self.fail(
                    at,
                    format!("`{name}` is a pool, and `start` is for threads"),
                    "not a thread",
                    help,
                );
            }
            None if name == "main" => {
                self.fail(at, "`main` is started with its process", "it runs already", "remove it");
            }
            None if names.one_of(name).is_some() => {
                let base = names.one_of(name).unwrap_or_default();
                let help = format!("write `start \"{base}\"`, which starts all of them");
                self.fail(at, format!("`{name}` cannot be started alone"), "one of several", help);
            }
            None => {
                let within = format!(" in the process `{}`", names.processes[here]);
                self.not_of_kind(span, name, ("thread", &within), names, |owner| {
                    owner == Owner::Thread(here)
                });
            }
        }
    }

    fn check_spawn(&mut self, span: Span, name: &str, here: usize, names: &Names) {
        let at = self.named(span, Some(name));
        match names.owners.get(name) {
            Some(Owner::Process(process)) if *process == here => {
                self.fail(
                    at,
                    format!("the process `{name}` spawns itself"),
                    "it runs already",
                    "spawn another one",
                );
            }
            Some(Owner::Process(0)) => {
                let message = format!("`{name}` is the first process, which nobody spawns");
                self.fail(at, message, "it runs from the start", "spawn another one");
            }
            Some(Owner::Process(_)) => {}
            _ => self.not_of_kind(span, name, ("process", ""), names, |owner| {
                matches!(owner, Owner::Process(1..))
            }),
        }
    }

    fn check_join(&mut self, span: Span, name: &str, here: usize, runner: Runner, names: &Names) {
        let at = self.named(span, Some(name));
        match names.owners.get(name) {
            Some(Owner::Thread(_)) if names.timers.contains(name) => {
                let message = format!("`{name}` is a timer, and a timer cannot be joined");
                self.fail(at, message, "not a thread", "wait for an event that it sets");
            }
            Some(Owner::Thread(process)) if *process == here => {
                if runner == Runner::Thread(name) {
                    let message = format!("the thread `{name}` waits for its own end");
                    self.fail(at, message, "this is the thread itself", "let another thread join it");
                }
            }
            Some(Owner::Process(_))
                if names.spawners.get(name).is_some_and(|(parent, _)| *parent == here) => {}
            Some(Owner::Process(_)) => {
                let message = format!("the process `{name}` is not spawned by `{}`", names.processes[here]);
                self.fail(at, message, "not a child", "only the parent of a process can wait for it");
            }
            Some(Owner::Pool(_)) => {
                let help = "the runtime waits for the pool at the end of the process";
                self.fail(
                    at,
                    format!("`{name}` is a pool, and `join` is for threads and processes"),
                    "not a thread",
                    help,
                );
            }
            None if name == "main" => {
                let message = "`main` cannot be joined";
                self.fail(at, message, "not in scenarios", "wait for an event that `main` sets");
            }
            None if names.one_of(name).is_some() => {
                let base = names.one_of(name).unwrap_or_default();
                let help = format!("write `join \"{base}\"`");
                self.fail(at, format!("`{name}` cannot be joined alone"), "one of several", help);
            }
            _ => {
                let within = format!(" in the process `{}`", names.processes[here]);
                self.not_of_kind(span, name, ("thread or spawned process", &within), names, |owner| {
                    match owner {
                        Owner::Thread(process) => process == here,
                        Owner::Process(number) => number > 0 && number != here,
                        Owner::Pool(_) => false,
                    }
                });
            }
        }
    }

    fn check_open(&mut self, span: Span, verb: &str, path: &str, here: usize, names: &Names) {
        if names.files[here].contains(path) || self.suspects.contains(path) {
            return;
        }
        let process = names.processes[here];
        let at = self.named(span, Some(path));
        let mut known: Vec<&str> = names.files[here].iter().copied().collect();
        known.sort_unstable();
        let help = match crate::scenario::near::nearest(path, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write `open \"{path}\"` before it"),
        };
        self.fail(
            at,
            format!("`{verb}` needs an open file, and `{process}` never opens `{path}`"),
            "never opened",
            help,
        );
    }

    /// A name that should stand for one of the `wanted`, and does not.
    fn not_of_kind(
        &mut self,
        span: Span,
        name: &str,
        what: (&str, &str),
        names: &Names,
        wanted: impl Fn(Owner) -> bool,
    ) {
        let candidates = names.owners.iter().filter(|(_, owner)| wanted(**owner)).map(|(name, _)| *name);
        let candidates: Vec<&str> = candidates.collect();
        self.unresolved(span, what, name, &candidates);
    }

    /// Checks the names in `at`, `expect` and `suggest`.
    pub(super) fn check_outside(&mut self, scenario: &Scenario, names: &Names) {
        for target in std::mem::take(&mut self.targets) {
            let process = scenario.processes.iter().find(|process| process.name == target.name);
            if target.reads && process.is_some_and(|process| process.stdout != Stdout::Stalled) {
                let message = format!("the standard output of `{}` is read all the time", target.name);
                let help =
                    "write `process \"NAME\" stdout=\"stalled-pipe\"` for a pipe that nobody reads at first";
                self.fail(target.span, message, "nothing to begin", help);
            }
            if !matches!(names.owners.get(target.name.as_str()), Some(Owner::Process(_))) {
                self.not_of_kind(target.span, &target.name, ("process", ""), names, |owner| {
                    matches!(owner, Owner::Process(_))
                });
            }
        }
        for expectation in &scenario.expectations {
            self.check_claim(&expectation.claim, expectation.span, names);
        }
        for property in &scenario.properties {
            match &property.subject {
                Subject::Outcome(claim) => self.check_claim(claim, property.span, names),
                Subject::Moment(held) => self.check_held(held, property.span, names),
            }
        }
        for suggestion in &scenario.suggestions {
            self.check_suggestion(&suggestion.arguments);
        }
    }

    fn check_claim(&mut self, claim: &Claim, span: Span, names: &Names) {
        match claim {
            Claim::Keeps(path) | Claim::Loses(path)
                if !names.files.iter().any(|files| files.contains(path.as_str())) =>
            {
                let known: Vec<&str> = names.files.iter().flatten().copied().collect();
                self.unresolved(span, ("open file", ""), path, &known);
            }
            Claim::Runs(name) | Claim::Skips(name) if !names.handlers.contains(name.as_str()) => {
                let known: Vec<&str> = names.handlers.iter().copied().collect();
                self.unresolved(span, ("handler", ""), name, &known);
            }
            Claim::Finishes(name) | Claim::CutsOff(name) => self.check_thread(name, span, names),
            _ => {}
        }
    }

    fn check_thread(&mut self, name: &str, span: Span, names: &Names) {
        let known = name == "main"
            || names.one_of(name).is_some()
            || matches!(names.owners.get(name), Some(Owner::Thread(_)));
        if !known {
            self.not_of_kind(span, name, ("thread", ""), names, |owner| matches!(owner, Owner::Thread(_)));
        }
    }

    fn check_held(&mut self, held: &Held, span: Span, names: &Names) {
        for lock in held.locks.iter().filter(|lock| !names.locks.contains(lock.as_str())) {
            let known: Vec<&str> = names.locks.iter().copied().collect();
            self.unresolved(span, ("lock", ""), lock, &known);
        }
        for name in &held.by {
            self.check_thread(name, span, names);
        }
    }

    /// A suggestion must not turn a knob that does not exist.
    fn check_suggestion(&mut self, arguments: &str) {
        let mut words = arguments.split_whitespace();
        while let Some(word) = words.next() {
            let set = match word.strip_prefix("--set") {
                Some("") => words.next(),
                Some(rest) => rest.strip_prefix('='),
                None => None,
            };
            let Some((name, _)) = set.and_then(|set| set.split_once('=')) else { continue };
            let owner = name.strip_suffix(".daemon").unwrap_or(name);
            if !self.knobs.knows(name) && !self.suspects.contains(owner) {
                let whole = Span { start: 0, end: self.text.len() };
                let span = self.named(whole, Some(arguments));
                let message = format!("the suggestion turns a knob `{name}`, and there is none");
                let help =
                    "threads and spawned processes have a knob NAME.daemon, others are declared with `knob`";
                self.fail(span, message, "unknown knob", help);
            }
        }
    }
}
