//! The comparison for people: a table, then each difference with its reason, then how to look closer.

use super::differences::{Because, Difference, by_rule, joined};
use super::grid::{Body, DIFFERS, Field, Line, grid};
use super::parting::Side;
use super::{Comparison, Ran, Row, Subject};
use crate::rules::Rule;
use crate::show::{Paint, Role, clean, count, span, wrap};

/// When more rows than this differ, they are told briefly.
const MOST_AT_LENGTH: usize = 2;
/// More differences than this in a row are left to the other formats.
const MOST_DIFFERENCES: usize = 12;
/// Of more columns than this, those that are the same in every row are left to the other formats.
const MOST_COLUMNS: usize = 24;

/// The comparison on a page of so many columns.
pub fn text(comparison: &Comparison, paint: &dyn Paint, columns: usize) -> String {
    let columns = columns.max(40);
    let mut page = Page { out: String::new(), paint, columns };
    page.title(comparison);
    page.table(comparison);
    page.differences(comparison);
    page.proposals(comparison);
    page.out
}

struct Page<'p> {
    out: String,
    paint: &'p dyn Paint,
    columns: usize,
}

impl Page<'_> {
    fn push(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// A text that may be long, behind a beginning of its own.
    fn block(&mut self, first: &str, margin: usize, text: &str, role: Option<Role>) {
        let room = self.columns.saturating_sub(margin).max(20);
        for (at, line) in wrap(text, room).into_iter().enumerate() {
            let start = if at == 0 { first.to_owned() } else { " ".repeat(margin) };
            let line = role.map_or(line.clone(), |role| self.paint.paint(role, &line));
            self.push(&format!("{start}{line}"));
        }
    }

    fn title(&mut self, comparison: &Comparison) {
        let name = clean(&comparison.scenario);
        let rest = format!("{name} · {}", clean(&comparison.title));
        for (at, line) in wrap(&rest, self.columns).into_iter().enumerate() {
            match line.strip_prefix(&name) {
                Some(rest) if at == 0 => {
                    let name = self.paint.paint(Role::Heading, &name);
                    self.push(&format!("{name}{rest}"));
                }
                _ => self.push(&line),
            }
        }
        if !comparison.arguments.is_empty() {
            let with = format!("with {}", clean(&comparison.arguments.join(" ")));
            self.block("", 0, &with, Some(Role::Dim));
        }
        self.push("");
    }

    fn table(&mut self, comparison: &Comparison) {
        let shown = shown_columns(comparison);
        let field = |at: &usize| {
            let column = &comparison.columns[*at];
            Field { group: column.subject.group(), head: column.head.clone() }
        };
        let fields: Vec<_> = shown.iter().map(field).collect();
        let lines: Vec<_> = comparison.rows.iter().map(|row| line(row, &shown)).collect();
        self.out.push_str(&grid("runtime", &fields, &lines, self.paint, self.columns));
        if let Some(rest @ 1..) = comparison.columns.len().checked_sub(shown.len()) {
            let rest = count(rest as u64, "more column");
            let text = format!("… {rest}, the same in every row; --format json has all");
            self.block("", 0, &text, Some(Role::Dim));
        }
    }

    fn differences(&mut self, comparison: &Comparison) {
        let Some(first) = comparison.first() else { return };
        self.push("");
        if let Some(words) = all_alike(comparison) {
            return self.block("", 0, &words, None);
        }
        let mark = self.paint.paint(Role::Heading, &DIFFERS.to_string());
        self.block(&format!("{mark} "), 2, &format!("differs from {}", first.name), Some(Role::Dim));
        let gathered = gathered(comparison);
        if gathered.iter().map(|group| group.rows.len()).sum::<usize>() > MOST_AT_LENGTH {
            return gathered.iter().for_each(|group| self.briefly(group));
        }
        for row in &comparison.rows {
            if let Ok(ran) = &row.result
                && !ran.differences.is_empty()
            {
                self.push("");
                self.parting(row, ran, first);
                let differences = joined(&ran.differences);
                let shown = &differences[..differences.len().min(MOST_DIFFERENCES)];
                by_rule(shown, &row.runtime).iter().for_each(|group| self.group(group, row));
                if let Some(rest @ 1..) = differences.len().checked_sub(MOST_DIFFERENCES) {
                    let rest = count(rest as u64, "more difference");
                    self.block("    ", 4, &format!("… {rest}; --format json has all"), Some(Role::Dim));
                }
            }
        }
    }

    /// Rows that differ alike, in a line for what differs and a line for each rule behind it: the table above has said
    /// from what.
    fn briefly(&mut self, group: &Gathered<'_>) {
        self.push("");
        let names: Vec<_> = group.rows.iter().map(|row| clean(&row.name)).collect();
        self.block("", 0, &names.join(", "), Some(Role::Who));
        let [first, ..] = group.rows.as_slice() else { return };
        let rows = group.rows.clone();
        let differences = joined(&group.ran.differences);
        for group in by_rule(&differences[..differences.len().min(MOST_DIFFERENCES)], &first.runtime) {
            let mark = self.paint.paint(Role::Heading, &DIFFERS.to_string());
            let facts: Vec<_> = group.iter().map(|one| one.brief()).collect();
            self.block(&format!("  {mark} "), 4, &facts.join("; "), None);
            // One rule of each row: its own where it has one. Two that say the same in the same words say it once.
            let mut told: Vec<(&'static str, Vec<&'static str>)> = Vec::new();
            for row in &rows {
                let Some(rule) = rule_of(row, &group[0].subject) else { continue };
                match told.iter_mut().find(|(sentence, _)| *sentence == rule.sentence) {
                    Some((_, ids)) if ids.contains(&rule.id) => {}
                    Some((_, ids)) => ids.push(rule.id),
                    None => told.push((rule.sentence, vec![rule.id])),
                }
            }
            for (sentence, ids) in told {
                self.block("    ", 4, &format!("{sentence} ({})", ids.join(", ")), Some(Role::Dim));
            }
        }
    }

    fn parting(&mut self, row: &Row, ran: &Ran, first: &Row) {
        let name = self.paint.paint(Role::Who, &clean(&row.name));
        let margin = crate::show::width(&row.name) + 2;
        let Some(parting) = &ran.parting else { return self.push(&name) };
        let sides = [parting.here.as_ref(), parting.there.as_ref()];
        let at = sides.iter().flatten().map(|side| side.at_us).min().unwrap_or(0);
        let step = |side: Option<&Side>| {
            let Some(side) = side else { return "nothing more happens".to_owned() };
            let who = if side.who == "runtime" { "the runtime" } else { &side.who };
            let when = if side.at_us == at { String::new() } else { format!(" at {}", span(side.at_us)) };
            // A signal is nobody's deed.
            let colon = if side.text.starts_with("SIG") { ":" } else { "" };
            format!("{who}{colon} {}{when}", side.text)
        };
        let text = format!(
            "parts at {}: {}; under {} {}",
            span(at),
            step(parting.here.as_ref()),
            first.name,
            step(parting.there.as_ref())
        );
        if margin > self.columns / 3 {
            self.push(&name);
            return self.block("  ", 2, &text, None);
        }
        self.block(&format!("{name}  "), margin, &text, None);
    }

    /// Differences with the rules that explain them all.
    fn group(&mut self, group: &[&Difference], row: &Row) {
        let mark = self.paint.paint(Role::Heading, &DIFFERS.to_string());
        let facts: Vec<_> = group.iter().map(|one| one.fact()).collect();
        self.block(&format!("  {mark} "), 4, &facts.join("; "), None);
        for Because { runtime, rule } in group.first().map_or(&[][..], |one| one.shown(&row.runtime)) {
            let text = format!("{} · {runtime}, {}", rule.sentence, rule.id);
            self.block("      ", 6, &text, Some(Role::Dim));
        }
    }

    fn proposals(&mut self, comparison: &Comparison) {
        let Some(first) = comparison.first() else { return };
        let others = comparison.rows.iter().filter(|row| row.runtime != first.runtime);
        let mut commands = Vec::new();
        let shown = others.filter(|row| row.result.is_ok()).take(1);
        for row in shown {
            commands.push(comparison.command(row));
            commands.push(format!("rules --diff {} {}", first.runtime, row.runtime));
        }
        if commands.is_empty() {
            commands.push(comparison.command(first));
        }
        self.push("");
        for (at, command) in commands.iter().enumerate() {
            let head = self.paint.paint(Role::Heading, if at == 0 { "Try" } else { "   " });
            let command = self.paint.paint(Role::Command, &format!("cargo run -- {command}"));
            self.push(&format!("{head}  {command}"));
        }
    }
}

/// The rule by which a row differs in a subject: its own if it has one, else that of the first row.
fn rule_of(row: &Row, subject: &Subject) -> Option<Rule> {
    let ran = row.result.as_ref().ok()?;
    let difference = ran.differences.iter().find(|difference| difference.subject == *subject)?;
    difference.because.first().map(|because| because.rule)
}

/// Rows of which the same is to be said.
struct Gathered<'c> {
    rows: Vec<&'c Row>,
    ran: &'c Ran,
}

/// The rows that differ from the first one; those that differ in the same cells by the same text together.
fn gathered(comparison: &Comparison) -> Vec<Gathered<'_>> {
    let mut groups: Vec<Gathered<'_>> = Vec::new();
    for row in &comparison.rows {
        let Ok(ran) = &row.result else { continue };
        if ran.differences.is_empty() {
            continue;
        }
        let alike = |group: &&mut Gathered<'_>| {
            let texts = |ran: &Ran| ran.cells.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>();
            texts(group.ran) == texts(ran)
        };
        match groups.iter_mut().find(alike) {
            Some(group) => group.rows.push(row),
            None => groups.push(Gathered { rows: vec![row], ran }),
        }
    }
    groups
}

/// The columns to show: all, or, if they are too many, those that differ and the first of the others.
fn shown_columns(comparison: &Comparison) -> Vec<usize> {
    let all = comparison.columns.len();
    let differs = |at: usize| {
        let mut rows = comparison.rows.iter().filter_map(|row| row.result.as_ref().ok());
        rows.any(|ran| ran.cells.get(at).is_some_and(|cell| cell.differs))
    };
    let differing = (0..all).filter(|at| differs(*at)).count();
    let mut room = MOST_COLUMNS.max(differing) - differing;
    let mut keep = |at: &usize| {
        differs(*at) || {
            let fits = room > 0;
            room = room.saturating_sub(1);
            fits
        }
    };
    (0..all).filter(|at| all <= MOST_COLUMNS || keep(at)).collect()
}

fn line(row: &Row, shown: &[usize]) -> Line {
    let body = match &row.result {
        Ok(ran) => {
            let cells = shown.iter().filter_map(|at| ran.cells.get(*at));
            Body::Cells(cells.map(|cell| (cell.text.clone(), cell.role, cell.differs)).collect())
        }
        Err(refused) => Body::Note(clean(&format!("cannot run: {}", refused.sentences().join("; ")))),
    };
    Line { name: clean(&row.name), body }
}

/// The sentence that takes the place of the differences if there are none.
pub(super) fn all_alike(comparison: &Comparison) -> Option<String> {
    let ran = comparison.rows.iter().filter(|row| row.result.is_ok());
    if ran.clone().any(|row| row.result.as_ref().is_ok_and(|ran| !ran.differences.is_empty())) {
        return None;
    }
    let names: Vec<_> = ran.clone().map(|row| clean(&row.name)).collect();
    let runtimes = ran.map(|row| row.runtimes.len()).sum::<usize>();
    if comparison.is_bounded() {
        return Some(
            "Unknown: the limit of steps was reached before the end; up to there nothing differs".to_owned(),
        );
    }
    Some(match (names.as_slice(), runtimes) {
        ([], _) => return None,
        ([only], 1) => format!("No difference: only {only} has run it"),
        ([only], _) => format!("No difference: it ends alike under {only}"),
        (_, 2) => "No difference: it ends alike under both".to_owned(),
        (_, all) => format!("No difference: it ends alike under all {all} runtimes"),
    })
}
