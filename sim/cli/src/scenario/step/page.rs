//! What is shown while somebody walks through a run.

use closing_time_engine::Loaded;
use closing_time_engine::rules::{self, Runtime};
use closing_time_engine::show::{
    DECISIVE, Paint as _, Role, clean, count, fit, number, outcome_text, pad, pad_left, seconds, who, width,
    wrap,
};
use closing_time_engine::trace::{Event, Fate, Kind, Trace};

use super::command::KEYS;
use super::emit;
use super::walk::News;
use crate::failure::Failure;
use crate::style::Screen;

/// More events at once than this are cut in the middle.
const MOST_EVENTS: usize = 60;
/// More threads than this are not told one by one.
const MOST_THREADS: usize = 12;
/// Columns of the names.
const WIDEST_WHO: usize = 22;

/// Where steps are written.
pub(super) struct Page<'s> {
    loaded: &'s Loaded,
    screen: &'s Screen,
    /// Columns of the names.
    who: usize,
}

impl<'s> Page<'s> {
    pub(super) fn new(loaded: &'s Loaded, screen: &'s Screen) -> Page<'s> {
        let program = &loaded.program;
        let several = program.processes.len() > 1;
        let groups = program.groups.iter().map(|group| width(&group.name));
        let names = program.processes.iter().map(|process| width(&process.name));
        let longest = if several {
            names.max().unwrap_or(0) + 1 + groups.max().unwrap_or(0)
        } else {
            names.chain(groups).max().unwrap_or(0)
        };
        Page { loaded, screen, who: longest.clamp(7, WIDEST_WHO) }
    }

    /// The first lines; `written`: steps of a schedule.
    pub(super) fn welcome(&self, written: usize) -> Result<(), Failure> {
        let scenario = &self.loaded.scenario;
        let name = self.screen.out.paint(Role::Heading, &clean(&scenario.name));
        let runtime = &self.loaded.program.runtime;
        let rest = format!("{} · {}", clean(&scenario.title), runtime.spoken());
        emit(&format!("{name} · {rest}\n"))?;
        if written > 0 {
            self.say(&format!("the schedule has {}", count(written as u64, "step")))?;
        }
        self.say("Enter takes one step; h lists what else there is")?;
        emit("\n")
    }

    /// A remark.
    pub(super) fn say(&self, text: &str) -> Result<(), Failure> {
        for line in wrap(text, self.screen.width) {
            emit(&format!("{}\n", self.screen.out.paint(Role::Dim, &line)))?;
        }
        Ok(())
    }

    pub(super) fn help(&self) -> Result<(), Failure> {
        for (key, what) in KEYS {
            for (at, line) in wrap(what, self.screen.width.saturating_sub(24).max(20)).iter().enumerate() {
                let key = self.screen.out.paint(Role::Command, &pad(if at == 0 { key } else { "" }, 20));
                emit(&format!("  {key}  {line}\n"))?;
            }
        }
        Ok(())
    }

    /// Steps with their reasons.
    pub(super) fn news(&self, news: &News) -> Result<(), Failure> {
        let events = news.trace.events.get(news.from..).unwrap_or_default();
        let half = MOST_EVENTS / 2;
        let middle = if events.len() > MOST_EVENTS { half..events.len() - half } else { 0..0 };
        for (at, event) in events.iter().enumerate() {
            if at == middle.start && !middle.is_empty() {
                let left_out = count(middle.len() as u64, "step");
                self.say(&format!("  … {left_out} left out here; without --step, --all lists them"))?;
            }
            if !middle.contains(&at) {
                emit(&self.event(&news.trace, event))?;
            }
        }
        Ok(())
    }

    /// One step: when, who, what; below it, why.
    fn event(&self, trace: &Trace, event: &Event) -> String {
        let out = &self.screen.out;
        let (mark, role) = match event.kind {
            Kind::CutOff | Kind::Killed => ("×", Role::Bad),
            Kind::Blocked => ("!", Role::Bad),
            Kind::Raise => (" ", Role::Warn),
            _ => (" ", Role::Who),
        };
        let decimals = if event.at_us.is_multiple_of(1_000) { 3 } else { 6 };
        let time = pad_left(&seconds(event.at_us, decimals), 8);
        let name = pad(&fit(&who(trace, event), self.who), self.who);
        let margin = 2 + width(&time) + 2 + self.who + 2;
        let room = self.screen.width.saturating_sub(margin).max(20);
        let mut text = String::new();
        for (at, line) in wrap(&clean(&event.text), room).into_iter().enumerate() {
            if at == 0 {
                let (mark, time) = (out.paint(role, mark), out.paint(Role::Time, &time));
                text.push_str(&format!("{mark} {time}  {}  {line}\n", out.paint(role, &name)));
            } else {
                text.push_str(&format!("{}{line}\n", " ".repeat(margin)));
            }
        }
        for (at, line) in
            wrap(event.reason.why.unwrap_or_default(), room.saturating_sub(2)).into_iter().enumerate()
        {
            if !line.is_empty() {
                let bend = if at == 0 { "└ " } else { "  " };
                let line = out.paint(Role::Dim, &format!("{bend}{line}"));
                text.push_str(&format!("{}{line}\n", " ".repeat(margin)));
            }
        }
        if event.decisive {
            for (at, line) in wrap(DECISIVE, room.saturating_sub(2)).into_iter().enumerate() {
                let sign = if at == 0 { "◆ " } else { "  " };
                let line = out.paint(Role::Warn, &format!("{sign}{line}"));
                text.push_str(&format!("{}{line}\n", " ".repeat(margin)));
            }
        }
        text
    }

    /// The step at which the reader stands again.
    pub(super) fn back(&self, trace: &Trace) -> Result<(), Failure> {
        match trace.events.last() {
            None => self.say("back at the beginning"),
            Some(event) => {
                self.say("back, right after this step:")?;
                emit(&self.event(trace, event))
            }
        }
    }

    /// What it came to, and how to see it again.
    pub(super) fn end(&self, trace: &Trace, command: &str) -> Result<(), Failure> {
        let outcome = outcome_text(trace, &self.screen.out, self.screen.width);
        let head = self.screen.out.paint(Role::Heading, "Repeat ");
        emit(&format!("\n{outcome}{head}  {}\n", self.screen.out.paint(Role::Command, command)))
    }

    /// The rule behind the last step, and what everybody is doing.
    pub(super) fn why(&self, trace: &Trace, runtime: &Runtime) -> Result<(), Failure> {
        let last = trace.events.last();
        let rule = last.and_then(|event| event.reason.rule);
        match rules::rules_of(runtime).into_iter().find(|one| Some(one.id) == rule) {
            Some(rule) => {
                self.fact("rule", rule.id, Role::Who)?;
                self.fact("", rule.sentence, Role::Who)?;
                self.fact("source", rule.source, Role::Dim)?;
                self.fact("chapter", &format!("book/src/{}", rule.chapter), Role::Dim)?;
            }
            None if last.is_none() => self.say("nothing has happened yet")?,
            None if last.is_some_and(|event| event.kind == Kind::Blocked) => {}
            None if last.is_some_and(|event| event.thread.is_none()) => {
                self.say("no rule of the runtime: it comes from outside, or follows from the step before")?;
            }
            None => self.say("no rule of the runtime: it is the next line of the program")?,
        }
        self.now(trace)
    }

    fn now(&self, trace: &Trace) -> Result<(), Failure> {
        let several = trace.outcome.processes.len() > 1;
        let threads =
            trace.outcome.processes.iter().flat_map(|process| {
                process.threads.iter().map(move |thread| (process.name.as_str(), thread))
            });
        let alive: Vec<_> = threads.filter(|(_, thread)| thread.fate == Fate::Alive).collect();
        if alive.is_empty() {
            return self.fact("now", "nobody is left", Role::Dim);
        }
        for (at, (process, thread)) in alive.iter().take(MOST_THREADS).enumerate() {
            let name = if several { format!("{process}/{}", thread.name) } else { thread.name.clone() };
            let name = format!("{name}{}", if thread.daemon { " (daemon)" } else { "" });
            let during = thread.during.as_deref().unwrap_or("runs");
            let holding = match thread.holding.as_slice() {
                [] => String::new(),
                locks => format!(", holding {}", locks.join(", ")),
            };
            let line = format!("{}  {during}{holding}", pad(&fit(&name, 30), self.who.max(16)));
            self.fact(if at == 0 { "now" } else { "" }, &clean(&line), Role::Time)?;
        }
        match alive.len().checked_sub(MOST_THREADS) {
            Some(more @ 1..) => self.fact("", &format!("… and {} more", number(more as u64)), Role::Dim),
            _ => Ok(()),
        }
    }

    /// A label and a line that keeps its own spaces.
    fn fact(&self, label: &str, text: &str, role: Role) -> Result<(), Failure> {
        let label = self.screen.out.paint(Role::Dim, &pad(label, 8));
        let text = match role {
            Role::Time => text.to_owned(),
            role => self.screen.out.paint(role, text),
        };
        emit(&format!("  {label}{text}\n"))
    }
}
