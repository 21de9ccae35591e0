//! `rules [RUNTIME]`: what a runtime does when a program ends, as the simulator executes it.
//!
//! * `diff`: what differs between two of them.

mod diff;

use clap::{Args, ValueEnum};
use closing_time_engine::rules::{self, Fact, Phase, Rule, Runtime};
use closing_time_engine::show::{Paint as _, Role, pad, width, wrap};
use serde::Serialize;

use crate::failure::{Answer, Failure};
use crate::output;
use crate::style::Screen;

/// Show the rules of a runtime: the phases of its shutdown, and every reason with its source.
#[derive(Args)]
pub(crate) struct RulesArgs {
    /// The runtime, as in `cpython` or `cpython-3.12`; without one, the list.
    #[arg(conflicts_with = "diff")]
    runtime: Option<String>,

    /// Show what differs between two runtimes, or two versions of one, as in `cpython-3.11 cpython-3.12`.
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    diff: Option<Vec<String>>,

    /// How to write it.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

pub(crate) fn run(args: &RulesArgs, screen: &Screen) -> Result<Answer, Failure> {
    if let Some([left, right]) = args.diff.as_deref() {
        let (left, right) = (find(left)?, find(right)?);
        output::emit(&match args.format {
            Format::Text => diff::text(&left, &right, screen),
            Format::Json => diff::json(&left, &right),
        })?;
        return Ok(Answer::Yes);
    }
    let text = match (&args.runtime, args.format) {
        (None, Format::Text) => list(screen),
        (None, Format::Json) => json(&List::new()),
        (Some(label), format) => {
            let runtime = find(label)?;
            match format {
                Format::Text => page(&runtime, screen),
                Format::Json => json(&Table::of(&runtime)),
            }
        }
    };
    output::emit(&text)?;
    Ok(Answer::Yes)
}

fn find(label: &str) -> Result<Runtime, Failure> {
    rules::find(label).map_err(|message| Failure::with_help(message, "`closing-time rules` lists them"))
}

fn list(screen: &Screen) -> String {
    let mut out = String::from("Runtimes, with the versions whose rules differ\n\n");
    for (name, versions) in rules::all() {
        let name = screen.out.paint(Role::Who, &pad(name, 10));
        for (at, line) in wrap(&versions.join(", "), screen.width.saturating_sub(14)).iter().enumerate() {
            out.push_str(&format!("  {}  {line}\n", if at == 0 { name.clone() } else { " ".repeat(10) }));
        }
    }
    out.push_str(&format!(
        "\n{}  {}\n",
        screen.out.paint(Role::Heading, "Try"),
        screen.out.paint(Role::Command, "cargo run -- rules cpython")
    ));
    out
}

fn page(runtime: &Runtime, screen: &Screen) -> String {
    let mut page = Page { out: String::new(), screen };
    page.heading(&format!("How a process ends under {}", runtime.spoken()));
    page.text(rules::about(runtime));
    runtime.phases.iter().for_each(|phase| page.phase(phase));
    for end in runtime.other_ends() {
        page.heading(&format!("The end {}", end.how));
        end.phases.iter().for_each(|phase| page.phase(phase));
        page.text(&end.goes_on());
    }
    if !runtime.child_phases.is_empty() {
        page.heading("How a process ends that another one spawned");
        runtime.child_phases.iter().for_each(|phase| page.phase(phase));
    }
    page.heading("What it does, question by question");
    rules::relevant_facts(runtime).iter().for_each(|fact| page.fact(fact));
    page.out.push('\n');
    page.heading("The reasons that a replay gives");
    rules::rules_of(runtime).into_iter().for_each(|rule| page.rule(rule));
    page.out
}

/// Columns of the labels of a phase, with their margin.
const LABEL: usize = 20;

/// Columns of a question, where its answer stands beside it.
const QUESTION: usize = 44;

struct Page<'s> {
    out: String,
    screen: &'s Screen,
}

impl Page<'_> {
    fn heading(&mut self, text: &str) {
        for line in wrap(text, self.screen.width) {
            self.out.push_str(&format!("{}\n", self.screen.out.paint(Role::Heading, &line)));
        }
        self.out.push('\n');
    }

    fn phase(&mut self, phase: &Phase) {
        let id = self.screen.out.paint(Role::Time, &pad(phase.id, 4));
        self.out.push_str(&format!("{id}{}\n", self.screen.out.paint(Role::Who, phase.name)));
        let cells = [
            ("waits for", phase.waits_for),
            ("keeps running", phase.keeps_running),
            ("stops", phase.stops),
            ("runs", phase.runs),
            ("flushes", phase.flushes),
        ];
        for (label, text) in cells.into_iter().filter(|(_, text)| !matches!(*text, "-" | "")) {
            self.cell(label, text, None);
        }
        self.cell("source", phase.source, Some(Role::Dim));
        self.out.push('\n');
    }

    fn cell(&mut self, label: &str, text: &str, role: Option<Role>) {
        let room = self.screen.width.saturating_sub(LABEL).max(20);
        for (at, line) in wrap(text, room).into_iter().enumerate() {
            let label = format!("    {}", if at == 0 { label } else { "" });
            let label = self.screen.out.paint(Role::Dim, &pad(&label, LABEL));
            let line = role.map_or(line.clone(), |role| self.screen.out.paint(role, &line));
            self.out.push_str(&format!("{label}{line}\n"));
        }
    }

    /// A paragraph; nothing for an empty one.
    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            wrap(text, self.screen.width).iter().for_each(|line| self.out.push_str(&format!("{line}\n")));
            self.out.push('\n');
        }
    }

    /// A question, and its answer beside it; below it where the page is narrow.
    fn fact(&mut self, fact: &Fact) {
        let beside = self.screen.width >= 2 * QUESTION;
        let (left, right) =
            if beside { (QUESTION, self.screen.width - QUESTION) } else { (4, self.screen.width - 4) };
        let questions = wrap(fact.name, if beside { QUESTION - 2 } else { self.screen.width });
        let answers = wrap(&fact.value, right.max(20));
        let dim = |text: &str| self.screen.out.paint(Role::Dim, text);
        if !beside {
            questions.iter().for_each(|line| self.out.push_str(&format!("{}\n", dim(line))));
            answers.iter().for_each(|line| self.out.push_str(&format!("{}{line}\n", " ".repeat(left))));
            return;
        }
        for at in 0..questions.len().max(answers.len()) {
            let question = dim(&pad(questions.get(at).map_or("", String::as_str), left));
            let line = format!("{question}{}", answers.get(at).map_or("", String::as_str));
            self.out.push_str(&format!("{}\n", line.trim_end()));
        }
    }

    fn rule(&mut self, rule: &Rule) {
        self.out.push_str(&format!("{}\n", self.screen.out.paint(Role::Who, rule.id)));
        let room = self.screen.width.saturating_sub(4).max(20);
        for line in wrap(rule.sentence, room) {
            self.out.push_str(&format!("    {line}\n"));
        }
        let source = format!("{} · book/src/{}", rule.source, rule.chapter);
        let lines = if width(&source) <= room {
            vec![source]
        } else {
            let mut lines = wrap(rule.source, room);
            lines.push(format!("book/src/{}", rule.chapter));
            lines
        };
        for line in lines {
            self.out.push_str(&format!("    {}\n", self.screen.out.paint(Role::Dim, &line)));
        }
    }
}

fn json(value: &impl Serialize) -> String {
    // Plain data with string keys cannot fail to serialize.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    format!("{text}\n")
}

const SCHEMA: &str = "closing-time/rules/1";

#[derive(Serialize)]
struct List {
    schema: &'static str,
    runtimes: Vec<RuntimeEntry>,
}

#[derive(Serialize)]
struct RuntimeEntry {
    name: &'static str,
    versions: &'static [&'static str],
}

impl List {
    fn new() -> List {
        let runtimes = rules::all().map(|(name, versions)| RuntimeEntry { name, versions }).collect();
        List { schema: "closing-time/runtimes/1", runtimes }
    }
}

#[derive(Serialize)]
struct Table {
    schema: &'static str,
    runtime: String,
    phases: Vec<PhaseEntry>,
    exit_phases: Vec<PhaseEntry>,
    leave_phases: Vec<PhaseEntry>,
    child_phases: Vec<PhaseEntry>,
    facts: Vec<FactEntry>,
    rules: Vec<RuleEntry>,
}

#[derive(Serialize)]
struct FactEntry {
    question: &'static str,
    answer: String,
    rule: Option<&'static str>,
}

/// A dash in a table stands for nothing; in JSON that is `null`.
#[derive(Serialize)]
struct PhaseEntry {
    id: &'static str,
    name: &'static str,
    waits_for: Option<&'static str>,
    keeps_running: Option<&'static str>,
    stops: Option<&'static str>,
    runs: Option<&'static str>,
    flushes: Option<&'static str>,
    source: &'static str,
}

#[derive(Serialize)]
struct RuleEntry {
    id: &'static str,
    sentence: &'static str,
    chapter: &'static str,
    source: &'static str,
}

impl Table {
    fn of(runtime: &Runtime) -> Table {
        Table {
            schema: SCHEMA,
            runtime: runtime.label(),
            phases: runtime.phases.iter().map(phase_entry).collect(),
            exit_phases: runtime.exit_phases.iter().map(phase_entry).collect(),
            leave_phases: runtime.leave_phases.iter().map(phase_entry).collect(),
            child_phases: runtime.child_phases.iter().map(phase_entry).collect(),
            facts: rules::facts_of(runtime).into_iter().map(fact_entry).collect(),
            rules: rules::rules_of(runtime).into_iter().map(rule_entry).collect(),
        }
    }
}

fn fact_entry(fact: Fact) -> FactEntry {
    FactEntry { question: fact.name, answer: fact.value, rule: fact.rule.map(|rule| rule.id) }
}

fn rule_entry(rule: &Rule) -> RuleEntry {
    RuleEntry { id: rule.id, sentence: rule.sentence, chapter: rule.chapter, source: rule.source }
}

fn phase_entry(phase: &Phase) -> PhaseEntry {
    let told = |text: &'static str| Some(text).filter(|text| !matches!(*text, "-" | ""));
    PhaseEntry {
        id: phase.id,
        name: phase.name,
        waits_for: told(phase.waits_for),
        keeps_running: told(phase.keeps_running),
        stops: told(phase.stops),
        runs: told(phase.runs),
        flushes: told(phase.flushes),
        source: phase.source,
    }
}
