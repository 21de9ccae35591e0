//! The replay, step by step: when, who, what and why; then what it cost and what to try next.

use crate::trace::{Event, Kind, Trace};

use super::fold::{self, Row};
use super::hang::why_it_hangs;
use super::layout::{clean, fit, pad, pad_left, width, wrap};
use super::moments::who;
use super::outcome::{About, outcome_lines};
use super::paint::{Paint, Role};
use super::wording::{count, decimals, number, runtime, seconds};

/// How a replay is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextOptions {
    /// Columns of the page; less than 40 counts as 40.
    pub width: usize,
    /// Whether routine steps (work done, sleep over) are listed.
    pub routine: bool,
    /// Whether a thread that repeats itself is told once ("… 12 more times").
    pub fold: bool,
    /// The most rows; the middle of a longer listing is left out. `None`: no limit.
    pub limit: Option<usize>,
}

impl TextOptions {
    /// What a reader wants: no routine, repetitions folded, at most 200 rows.
    pub const fn new(width: usize) -> Self {
        TextOptions { width, routine: false, fold: true, limit: Some(200) }
    }

    /// Every single step.
    pub const fn full(width: usize) -> Self {
        TextOptions { width, routine: true, fold: false, limit: None }
    }
}

/// Columns in front of the time, for the mark of a step that ends something badly.
const MARK: usize = 2;
/// Columns between two cells.
const GAP: usize = 2;
/// A column for the reasons narrower than this is no column: they go below their steps.
const NARROWEST_WHY: usize = 26;
/// Reasons that would take more lines than this in their column go below as well.
const MOST_WHY_LINES: usize = 3;
/// What stands for a reason that the row above has just given.
const SAME_REASON: &str = "for the same reason";
/// What is said of the step that decides.
pub const DECISIVE: &str = "from here on it can no longer end as in the default run";
/// Names longer than this are shortened in the listing (not in the outcome).
const WIDEST_WHO: usize = 22;

/// The replay as text, with a newline at the end. No line is wider than asked, except commands, which can be copied.
pub fn text(trace: &Trace, paint: &dyn Paint, options: &TextOptions) -> String {
    let mut page = Page { out: String::new(), paint, width: options.width.max(40) };
    page.header(trace);
    page.listing(trace, options);
    page.outcome(trace);
    page.why(trace);
    page.proposals(trace);
    page.out
}

/// Only what it came to: the last part of [`text`], for those who have told the steps themselves.
pub fn outcome_text(trace: &Trace, paint: &dyn Paint, columns: usize) -> String {
    let mut page = Page { out: String::new(), paint, width: columns.max(40) };
    page.outcome(trace);
    page.why(trace);
    page.out
}

struct Page<'a> {
    out: String,
    paint: &'a dyn Paint,
    width: usize,
}

/// Where the cells of a row stand.
struct Columns {
    time: usize,
    decimals: usize,
    who: usize,
    what: usize,
    /// `None`: reasons go below their steps.
    why: Option<usize>,
}

impl Columns {
    fn what_at(&self) -> usize {
        MARK + self.time + GAP + self.who + GAP
    }
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn header(&mut self, trace: &Trace) {
        let name = clean(&trace.scenario);
        let rest =
            format!("{} · {}", clean(&trace.title), clean(&runtime(&trace.runtime)).replace(' ', "\u{a0}"));
        let indent = width(&name) + 3;
        let lines = if indent + 20 > self.width {
            self.line(&self.paint.paint(Role::Heading, &name));
            wrap(&rest, self.width - 2).into_iter().map(|line| format!("  {line}")).collect()
        } else {
            let mut lines = wrap(&rest, self.width - indent);
            let first = format!("{} · {}", self.paint.paint(Role::Heading, &name), lines[0]);
            self.line(&first);
            lines.drain(1..).map(|line| format!("{}{line}", " ".repeat(indent))).collect::<Vec<_>>()
        };
        for line in lines {
            self.line(&line);
        }
        let mut with: Vec<String> = trace.arguments.iter().map(|argument| clean(argument)).collect();
        if trace.seed != 0 {
            with.push(format!("--seed {}", trace.seed));
        }
        if !with.is_empty() {
            for line in wrap(&format!("with {}", with.join(" ")), self.width) {
                self.line(&self.paint.paint(Role::Dim, &line));
            }
        }
        for note in &trace.notes {
            for line in wrap(&format!("near enough: {}", clean(note)), self.width) {
                self.line(&self.paint.paint(Role::Warn, &line));
            }
        }
        self.line("");
    }

    fn listing(&mut self, trace: &Trace, options: &TextOptions) {
        let events: Vec<&Event> =
            trace.events.iter().filter(|event| options.routine || !event.routine).collect();
        let rows =
            if options.fold { fold::rows(&events) } else { events.iter().map(|e| Row::Step(e)).collect() };
        let rows = fold::cut(rows, options.limit.unwrap_or(usize::MAX));
        if rows.is_empty() {
            self.line("Nothing happens.");
            self.line("");
            return;
        }
        let columns = self.columns(trace, &rows);
        let mut head = format!("  {}  {}  ", pad_left("time", columns.time), pad("who", columns.who));
        match columns.why {
            Some(_) => head.push_str(&format!("{}  why", pad("what", columns.what))),
            None => head.push_str("what, and └ why"),
        }
        self.line(&self.paint.paint(Role::Dim, &head));
        let mut told = None;
        for row in &rows {
            match row {
                Row::Step(event) => {
                    let again = told == event.reason.why;
                    self.step(trace, event, again, &columns);
                    told = event.reason.why;
                }
                Row::Again { like, steps, times, until_us } => {
                    told = None;
                    let what = if *steps == 1 { String::new() } else { format!("these {steps} steps ") };
                    let until = seconds(*until_us, columns.decimals);
                    let what = format!("… {what}{} more times, until {until}", number(*times as u64));
                    self.cells("", "", &who(trace, like), &what, Role::Dim, "", &columns);
                }
                Row::Likewise { threads, .. } => {
                    let what = format!("… and {} likewise", count(*threads as u64, "more thread"));
                    self.cells("", "", "", &what, Role::Dim, "", &columns);
                }
                Row::Gap { steps, from_us, to_us } => {
                    told = None;
                    let time = |us| seconds(us, columns.decimals);
                    let what = format!(
                        "… {} between {} and {} left out here; --format json has them all",
                        count(*steps as u64, "step"),
                        time(*from_us),
                        time(*to_us)
                    );
                    for line in wrap(&what, self.width - 2) {
                        self.line(&self.paint.paint(Role::Dim, &format!("  {line}")));
                    }
                }
            }
        }
        self.line("");
    }

    fn columns(&self, trace: &Trace, rows: &[Row<'_>]) -> Columns {
        let steps = || {
            rows.iter().filter_map(|row| match row {
                Row::Step(event) => Some(*event),
                Row::Again { like, .. } | Row::Likewise { like, .. } => Some(*like),
                Row::Gap { .. } => None,
            })
        };
        let decimals = decimals(steps().map(|event| event.at_us));
        let time = steps().map(|event| seconds(event.at_us, decimals).len()).max().unwrap_or(0).max(6);
        let who = steps().map(|event| width(&who(trace, event))).max().unwrap_or(0).clamp(3, WIDEST_WHO);
        let mut columns = Columns { time, decimals, who, what: 0, why: None };
        let room = self.width.saturating_sub(columns.what_at()).max(10);
        let widest_what = |explained: bool| {
            let steps = steps().filter(|event| !explained || event.reason.why.is_some());
            steps.map(|event| width(&clean(&event.text))).max().unwrap_or(0).max(4)
        };
        let widest_why = steps().filter_map(|event| event.reason.why).map(width).max().unwrap_or(0).max(3);
        // Best: no cell wraps. Else only steps with a reason make room for it, and both wrap a little. On a narrow
        // page the reasons go below their steps.
        let all = widest_what(false);
        if all + GAP + widest_why <= room {
            columns.what = all;
            columns.why = Some(widest_why);
            return columns;
        }
        let what = widest_what(true).min(room * 11 / 20);
        let why = room.saturating_sub(what + GAP);
        if why >= NARROWEST_WHY && widest_why <= MOST_WHY_LINES * why {
            columns.what = what;
            columns.why = Some(why);
        } else {
            columns.what = room;
        }
        columns
    }

    /// One step. A long reason that the row above has just given is not given `again`.
    fn step(&mut self, trace: &Trace, event: &Event, again: bool, columns: &Columns) {
        let (mark, role) = match event.kind {
            Kind::CutOff | Kind::Killed | Kind::Lost => ("×", Role::Bad),
            Kind::Blocked => ("!", Role::Bad),
            Kind::Raise => (" ", Role::Warn),
            _ => (" ", Role::Who),
        };
        let time = seconds(event.at_us, columns.decimals);
        let why = event.reason.why.unwrap_or("");
        let why = if again && width(why) > width(SAME_REASON) { SAME_REASON } else { why };
        self.cells(mark, &time, &who(trace, event), &clean(&event.text), role, why, columns);
        if event.decisive {
            let indent = columns.what_at();
            for (at, line) in wrap(DECISIVE, self.width.saturating_sub(indent + 2)).into_iter().enumerate() {
                let sign = if at == 0 { "◆ " } else { "  " };
                let line = self.paint.paint(Role::Warn, &format!("{sign}{line}"));
                self.line(&format!("{}{line}", " ".repeat(indent)));
            }
        }
    }

    /// One row of cells, on as many lines as it takes. Cells are padded before they are painted.
    #[allow(clippy::too_many_arguments)]
    fn cells(
        &mut self,
        mark: &str,
        time: &str,
        who: &str,
        what: &str,
        role: Role,
        why: &str,
        columns: &Columns,
    ) {
        let room =
            if why.is_empty() { self.width.saturating_sub(columns.what_at()).max(10) } else { columns.what };
        let mut whats = wrap(what, room);
        let mut whys = Vec::new();
        if let Some(why_columns) = columns.why.filter(|_| !why.is_empty()) {
            whys = wrap(why, why_columns);
        }
        // A row that ends badly is painted whole; elsewhere only the name is.
        let what_role = if role == Role::Who { None } else { Some(role) };
        for at in 0..whats.len().max(whys.len()) {
            let mut line = String::new();
            if at == 0 {
                line.push_str(&self.paint.paint(role, &pad(mark, MARK)));
                line.push_str(&self.paint.paint(Role::Time, &pad_left(time, columns.time)));
                line.push_str("  ");
                line.push_str(&self.paint.paint(role, &pad(&fit(who, columns.who), columns.who)));
                line.push_str("  ");
            } else {
                line.push_str(&" ".repeat(columns.what_at()));
            }
            let what = whats.get_mut(at).map(std::mem::take).unwrap_or_default();
            let why = whys.get(at);
            let what = if why.is_some() { pad(&what, columns.what) } else { what };
            line.push_str(&what_role.map_or(what.clone(), |role| self.paint.paint(role, &what)));
            if let Some(why) = why {
                line.push_str("  ");
                line.push_str(&self.paint.paint(Role::Dim, why));
            }
            self.line(&line);
        }
        if columns.why.is_none() && !why.is_empty() {
            let indent = columns.what_at();
            for (at, line) in wrap(why, self.width.saturating_sub(indent + 2)).into_iter().enumerate() {
                let bend = if at == 0 { "└ " } else { "  " };
                let line = self.paint.paint(Role::Dim, &format!("{bend}{line}"));
                self.line(&format!("{}{line}", " ".repeat(indent)));
            }
        }
    }

    fn outcome(&mut self, trace: &Trace) {
        let lines = outcome_lines(trace);
        let indent_of = |about, process: &Option<String>| match (about, process) {
            (About::Thread | About::Handler, Some(_)) => 2,
            _ => 0,
        };
        // A path too long for the column keeps a line of its own: shortening it would hide which file it is.
        let labels = lines.iter().map(|line| width(&line.label) + indent_of(line.about, &line.process));
        let column = labels.filter(|&label| label <= self.width / 3).max().unwrap_or(0);
        for line in &lines {
            if line.about == About::Ending {
                for (at, text) in wrap(&line.text, self.width - 9).into_iter().enumerate() {
                    let head = if at == 0 { "Outcome" } else { "" };
                    let head = self.paint.paint(Role::Heading, &pad(head, 7));
                    self.line(&format!("{head}  {}", self.paint.paint(line.role, &text)));
                }
                continue;
            }
            let indent = indent_of(line.about, &line.process);
            let label = format!("{}{}", " ".repeat(indent), line.label);
            let margin = " ".repeat(9);
            let room = self.width.saturating_sub(9 + column + GAP).max(10);
            if width(&label) > column {
                self.line(&format!("{margin}{}", self.paint.paint(Role::Who, &label)));
            }
            for (at, text) in wrap(&line.text, room).into_iter().enumerate() {
                let label = if at == 0 && width(&label) <= column { label.as_str() } else { "" };
                let label = self.paint.paint(Role::Who, &pad(label, column));
                self.line(&format!("{margin}{label}  {}", self.paint.paint(line.role, &text)));
            }
        }
    }

    /// Why it never ends: the waits that the outcome lists one by one, put together.
    fn why(&mut self, trace: &Trace) {
        let Some(words) = why_it_hangs(&trace.outcome) else { return };
        for (at, line) in wrap(&words, self.width - 9).into_iter().enumerate() {
            let head = self.paint.paint(Role::Heading, &pad(if at == 0 { "Why" } else { "" }, 7));
            self.line(&format!("{head}  {line}"));
        }
    }

    fn proposals(&mut self, trace: &Trace) {
        let commands: Vec<_> =
            trace.next.iter().map(|next| format!("cargo run -- {}", clean(&next.command))).collect();
        let texts: Vec<_> = trace.next.iter().map(|next| clean(&next.text)).collect();
        let column = commands.iter().map(|command| width(command)).max().unwrap_or(0);
        let widest = texts.iter().map(|text| width(text)).max().unwrap_or(0);
        let beside = 9 + column + GAP + widest <= self.width;
        for (at, (command, text)) in commands.iter().zip(&texts).enumerate() {
            let head = self.paint.paint(Role::Heading, &pad(if at == 0 { "Try" } else { "" }, 7));
            if beside {
                let command = self.paint.paint(Role::Command, &pad(command, column));
                self.line(&format!("{head}  {command}  {}", self.paint.paint(Role::Dim, text)));
            } else {
                self.line(&format!("{head}  {}", self.paint.paint(Role::Command, command)));
                for line in wrap(text, self.width - 13) {
                    self.line(&format!("{}{}", " ".repeat(13), self.paint.paint(Role::Dim, &line)));
                }
            }
        }
        for (at, path) in chapters(trace).iter().enumerate() {
            let head = self.paint.paint(Role::Heading, &pad(if at == 0 { "Read" } else { "" }, 7));
            self.line(&format!("{head}  {path}"));
        }
    }
}

/// The chapter of the scenario, or else those of the first reasons, as paths from the root of the repository.
fn chapters(trace: &Trace) -> Vec<String> {
    let mut named: Vec<&str> = trace.chapter.as_deref().into_iter().collect();
    if named.is_empty() {
        for chapter in trace.events.iter().filter_map(|event| event.reason.chapter) {
            if !named.contains(&chapter) && named.len() < 3 {
                named.push(chapter);
            }
        }
    }
    let path = |chapter: &&str| {
        let (file, heading) = match chapter.split_once('#') {
            Some((file, heading)) => (file, format!("#{heading}")),
            None => (*chapter, String::new()),
        };
        let end = if file.ends_with(".md") { "" } else { ".md" };
        clean(&format!("book/src/{file}{end}{heading}"))
    };
    named.iter().map(path).collect()
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
