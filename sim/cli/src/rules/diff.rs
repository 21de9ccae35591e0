//! `rules --diff A B`: what differs between two rule sets, with the sources of both sides.

use closing_time_engine::rules::{self, Fact, Phase, PhaseDiff, Rule, Runtime, lines_of};
use closing_time_engine::show::{Paint as _, Role, pad, width, wrap};
use serde::Serialize;

use super::{PhaseEntry, RuleEntry, phase_entry, rule_entry};
use crate::style::Screen;

/// The answer for people.
pub(super) fn text(left: &Runtime, right: &Runtime, screen: &Screen) -> String {
    let diff = rules::diff(left, right);
    let labels = [name(left), name(right)];
    let column = labels.iter().map(|label| width(label)).max().unwrap_or(0) + 2;
    let mut page = Page { out: String::new(), screen, labels, column };
    let (left, right) = (page.labels[0].clone(), page.labels[1].clone());
    if diff.is_empty() {
        page.heading(&format!("{left} and {right} have the same rules: no fact, phase or reason differs"));
        return page.out;
    }
    page.heading(&format!("What differs between {left} and {right}"));
    if !diff.facts.is_empty() {
        page.section("Facts");
        diff.facts.iter().for_each(|(left, right)| page.fact(left, right));
    }
    for (title, phases) in [
        ("How a process ends", &diff.phases),
        ("How a process ends that another one spawned", &diff.child_phases),
    ] {
        if !phases.is_empty() {
            page.section(title);
            phases.iter().for_each(|phase| page.phase(phase));
        }
    }
    if !diff.rules.is_empty() {
        page.section("The reasons that a replay gives");
        diff.rules.iter().for_each(|(left, right)| page.reason(left, right));
    }
    page.out
}

fn name(runtime: &Runtime) -> String {
    runtime.spoken()
}

/// Where the two sides begin.
const MARGIN: usize = 4;

struct Page<'s> {
    out: String,
    screen: &'s Screen,
    labels: [String; 2],
    /// Columns of the labels of the two sides.
    column: usize,
}

impl Page<'_> {
    fn heading(&mut self, text: &str) {
        for line in wrap(text, self.screen.width) {
            self.out.push_str(&format!("{}\n", self.screen.out.paint(Role::Heading, &line)));
        }
    }

    fn section(&mut self, text: &str) {
        self.out.push('\n');
        self.heading(text);
    }

    fn line(&mut self, margin: usize, text: &str, role: Option<Role>) {
        let room = self.screen.width.saturating_sub(margin).max(20);
        for line in wrap(text, room) {
            let line = role.map_or(line.clone(), |role| self.screen.out.paint(role, &line));
            self.out.push_str(&format!("{}{line}\n", " ".repeat(margin)));
        }
    }

    /// What one side says, behind its label, and where it is written down.
    fn side(&mut self, side: usize, text: &str, rule: Option<&Rule>) {
        let margin = MARGIN + self.column;
        let room = self.screen.width.saturating_sub(margin).max(20);
        let label = self.screen.out.paint(Role::Time, &pad(&self.labels[side], self.column));
        for (at, line) in wrap(text, room).into_iter().enumerate() {
            let start = if at == 0 { label.clone() } else { " ".repeat(self.column) };
            self.out.push_str(&format!("{}{start}{line}\n", " ".repeat(MARGIN)));
        }
        rule.into_iter().for_each(|rule| self.rule(margin, rule));
    }

    fn rule(&mut self, margin: usize, rule: &Rule) {
        let text = format!("{} · {} · {}", rule.sentence, rule.id, rule.source);
        self.line(margin, &text, Some(Role::Dim));
    }

    fn fact(&mut self, left: &Fact, right: &Fact) {
        self.line(2, left.name, Some(Role::Who));
        // A rule that both sides have is told once.
        let shared = left.rule == right.rule;
        let own = |fact: &Fact| fact.rule.filter(|_| !shared);
        self.side(0, &left.value, own(left));
        self.side(1, &right.value, own(right));
        left.rule.filter(|_| shared).into_iter().for_each(|rule| self.rule(MARGIN, rule));
    }

    fn phase(&mut self, phase: &PhaseDiff) {
        match phase {
            PhaseDiff::Left(phase) => self.whole(0, phase),
            PhaseDiff::Right(phase) => self.whole(1, phase),
            PhaseDiff::Both(left, right, lines) => {
                let ids = if left.id == right.id {
                    left.id.to_owned()
                } else {
                    format!("{}, {}", left.id, right.id)
                };
                let name = if left.name == right.name { left.name } else { "" };
                self.line(2, [ids.as_str(), name].join(" · ").trim_end_matches(" · "), Some(Role::Who));
                for line in lines {
                    self.line(MARGIN, line.name, Some(Role::Dim));
                    self.side(0, &line.left, None);
                    self.side(1, &line.right, None);
                }
                self.line(MARGIN, "source", Some(Role::Dim));
                if left.source == right.source {
                    return self.line(MARGIN + self.column, left.source, None);
                }
                self.side(0, left.source, None);
                self.side(1, right.source, None);
            }
        }
    }

    /// A phase that the other side does not have.
    fn whole(&mut self, side: usize, phase: &Phase) {
        let only = format!("{} · {} (only {})", phase.id, phase.name, self.labels[side]);
        self.line(2, &only, Some(Role::Who));
        let lines = lines_of(phase)
            .into_iter()
            .filter(|(name, text)| *name != "name" && !matches!(text.as_str(), "-" | ""));
        let source = ("source", phase.source.to_owned());
        for (name, text) in lines.chain([source]) {
            let room = self.screen.width.saturating_sub(MARGIN + 16).max(20);
            for (at, line) in wrap(&text, room).into_iter().enumerate() {
                let label = self.screen.out.paint(Role::Dim, &pad(if at == 0 { name } else { "" }, 16));
                self.out.push_str(&format!("{}{label}{line}\n", " ".repeat(MARGIN)));
            }
        }
    }

    fn reason(&mut self, left: &Rule, right: &Rule) {
        for (side, rule) in [left, right].into_iter().enumerate() {
            self.side(side, rule.sentence, None);
            let source = format!("{} · {}", rule.id, rule.source);
            self.line(MARGIN + self.column, &source, Some(Role::Dim));
        }
        self.out.push('\n');
    }
}

#[derive(Serialize)]
struct Report {
    schema: &'static str,
    left: String,
    right: String,
    equal: bool,
    facts: Vec<FactEntry>,
    phases: Vec<PhasePair>,
    child_phases: Vec<PhasePair>,
    rules: Vec<RulePair>,
}

#[derive(Serialize)]
struct FactEntry {
    name: &'static str,
    left: ValueEntry,
    right: ValueEntry,
}

#[derive(Serialize)]
struct ValueEntry {
    value: String,
    rule: Option<RuleEntry>,
}

/// `null`: this side does not have the phase.
#[derive(Serialize)]
struct PhasePair {
    left: Option<PhaseEntry>,
    right: Option<PhaseEntry>,
    lines: Vec<rules::Line>,
}

#[derive(Serialize)]
struct RulePair {
    left: RuleEntry,
    right: RuleEntry,
}

/// The answer for programs: `closing-time/rules-diff/1`.
pub(super) fn json(left: &Runtime, right: &Runtime) -> String {
    let diff = rules::diff(left, right);
    let value = |fact: Fact| ValueEntry { value: fact.value, rule: fact.rule.map(rule_entry) };
    super::json(&Report {
        schema: "closing-time/rules-diff/1",
        left: left.label(),
        right: right.label(),
        equal: diff.is_empty(),
        facts: diff
            .facts
            .into_iter()
            .map(|(left, right)| FactEntry { name: left.name, left: value(left), right: value(right) })
            .collect(),
        phases: diff.phases.into_iter().map(pair).collect(),
        child_phases: diff.child_phases.into_iter().map(pair).collect(),
        rules: diff
            .rules
            .into_iter()
            .map(|(left, right)| RulePair { left: rule_entry(left), right: rule_entry(right) })
            .collect(),
    })
}

fn pair(phase: PhaseDiff) -> PhasePair {
    match phase {
        PhaseDiff::Left(left) => PhasePair { left: Some(phase_entry(&left)), right: None, lines: Vec::new() },
        PhaseDiff::Right(right) => {
            PhasePair { left: None, right: Some(phase_entry(&right)), lines: Vec::new() }
        }
        PhaseDiff::Both(left, right, lines) => {
            PhasePair { left: Some(phase_entry(&left)), right: Some(phase_entry(&right)), lines }
        }
    }
}
