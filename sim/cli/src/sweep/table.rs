//! A bar over the timeline, and the stretches as a table.

use closing_time_engine::replay::{Moments, Sweep};
use closing_time_engine::scenario::format_time;
use closing_time_engine::show::{
    Paint, Role, bytes, count, pad, pad_left, short, summary, summary_role, ticks, width, wrap,
};
use closing_time_engine::trace::Outcome;

use super::{Findings, moment};

/// More rows than this are for `--format json`.
const MOST_ROWS: usize = 40;
/// One letter per outcome, in the order in which they come.
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// What was swept, the bar, the table, and a command for each outcome.
pub(super) fn text(findings: &Findings, paint: &dyn Paint, columns: usize) -> String {
    let columns = columns.max(40);
    let sweep = &findings.sweep;
    let kinds = Kinds::of(sweep);
    let mut out = format!(
        "{} · {} · {}{} at every moment from 0s to {}: {}\n",
        paint.paint(Role::Heading, &findings.loaded.scenario.name),
        findings.loaded.program.runtime.label().replacen('-', " ", 1),
        findings.signal,
        findings.to.as_ref().map(|process| format!(" to {process}")).unwrap_or_default(),
        format_time(sweep.until_us),
        count(kinds.outcomes.len() as u64, "outcome"),
    );
    for (role, note) in notes(findings) {
        for line in wrap(&note, columns) {
            out.push_str(&format!("{}\n", paint.paint(role, &line)));
        }
    }
    out.push('\n');
    for line in bar(sweep, &kinds, paint, columns - 2) {
        out.push_str(&format!("  {}\n", line.trim_end()));
    }
    out.push('\n');
    rows(&mut out, sweep, &kinds, paint, columns);
    out.push('\n');
    let firsts = kinds.firsts(sweep);
    for (at, stretch) in firsts.iter().take(6).enumerate() {
        let head = paint.paint(Role::Heading, if at == 0 { "Replay" } else { "      " });
        let command = format!("cargo run -- {}", findings.command(stretch));
        let (letter, command) = (kinds.letter(&stretch.outcome), paint.paint(Role::Command, &command));
        out.push_str(&format!("{head}  {letter}  {command}\n"));
    }
    out
}

/// What a reader must know before believing the table.
fn notes(findings: &Findings) -> Vec<(Role, String)> {
    let sweep = &findings.sweep;
    let mut notes = Vec::new();
    if sweep.complete {
        notes.push((
            Role::Dim,
            format!(
                "Between two steps nothing changes, so {} cover every microsecond",
                count(sweep.replays, "replay")
            ),
        ));
    } else {
        notes.push((
            Role::Warn,
            format!(
                "INCOMPLETE: stopped after {} (--max-steps, Ctrl-C); moments without a letter were not looked at",
                count(sweep.replays, "replay")
            ),
        ));
    }
    if sweep.cut {
        notes.push((
            Role::Warn,
            format!(
                "Without the signal it never ends; it was swept up to {}, and what comes later was not looked at",
                format_time(sweep.until_us)
            ),
        ));
    }
    notes.push((Role::Dim, format!("Without the signal: {}", summary(&sweep.base))));
    notes
}

/// The different outcomes, in the order in which they come.
struct Kinds<'s> {
    outcomes: Vec<&'s Outcome>,
}

impl<'s> Kinds<'s> {
    fn of(sweep: &'s Sweep) -> Self {
        let mut outcomes = Vec::new();
        for stretch in &sweep.stretches {
            if !outcomes.contains(&&stretch.outcome) {
                outcomes.push(&stretch.outcome);
            }
        }
        Kinds { outcomes }
    }

    fn letter(&self, outcome: &Outcome) -> char {
        let place = self.outcomes.iter().position(|other| *other == outcome);
        place.and_then(|place| LETTERS.get(place)).map_or('*', |letter| char::from(*letter))
    }

    /// The longest stretch of each outcome.
    fn firsts(&self, sweep: &'s Sweep) -> Vec<&'s Moments> {
        let longest = |outcome: &&Outcome| {
            let same = sweep.stretches.iter().filter(|stretch| &stretch.outcome == *outcome);
            // Of equals the first.
            same.rev().max_by_key(|stretch| length(sweep, stretch))
        };
        self.outcomes.iter().filter_map(longest).collect()
    }

    /// One line; outcomes that differ only in what is not worth a word elsewhere say it here.
    fn words(&self, outcome: &Outcome) -> String {
        let text = summary(outcome);
        if self.outcomes.iter().filter(|other| summary(other) == text).count() == 1 {
            return text;
        }
        let files = outcome.files.iter().map(|file| format!("{} has {}", file.path, bytes(file.durable)));
        let handlers = outcome.processes.iter().flat_map(|process| &process.handlers);
        let ran = handlers.filter(|handler| handler.completed).map(|handler| format!("{} ran", handler.name));
        std::iter::once(text).chain(files).chain(ran).collect::<Vec<_>>().join("; ")
    }
}

/// Microseconds of the run that a stretch covers.
fn length(sweep: &Sweep, stretch: &Moments) -> u64 {
    let to = stretch.to_us.unwrap_or(sweep.until_us).min(sweep.until_us);
    (to + 1).saturating_sub(stretch.from_us)
}

/// Of the moments of the run, 0 to 1.
pub(super) fn share(sweep: &Sweep, stretch: &Moments) -> f64 {
    length(sweep, stretch) as f64 / (sweep.until_us + 1) as f64
}

/// An axis, and below it in each column the letter of the outcome that has most of its time.
fn bar(sweep: &Sweep, kinds: &Kinds<'_>, paint: &dyn Paint, columns: usize) -> Vec<String> {
    let end = u128::from(sweep.until_us) + 1;
    let cell = |us: u64| usize::try_from(u128::from(us) * columns as u128 / end).unwrap_or(columns);
    let (mut labels, mut rule) = (String::new(), vec!['─'; columns]);
    for tick in ticks(sweep.until_us.max(1), columns / 10) {
        let (at, label, used) = (cell(tick), short(tick), width(&labels));
        if (used == 0 || at > used) && at + width(&label) <= columns {
            labels.push_str(&" ".repeat(at - used));
            labels.push_str(&label);
            rule[at] = if at == 0 { '├' } else { '┼' };
        }
    }
    let rule: String = rule.into_iter().collect();
    let mut lines: Vec<_> = [labels, rule].iter().map(|line| paint.paint(Role::Time, line)).collect();
    let mut letters = String::new();
    for at in 0..columns as u128 {
        let (first, last) = (at * end / columns as u128, (at + 1) * end / columns as u128);
        let overlap = |stretch: &&Moments| {
            let to = stretch.to_us.map_or(u128::MAX, |to| u128::from(to) + 1);
            to.min(last.max(first + 1)).saturating_sub(first.max(u128::from(stretch.from_us)))
        };
        let here = sweep.stretches.iter().rev().filter(|stretch| overlap(stretch) > 0).max_by_key(overlap);
        letters.push_str(&here.map_or(" ".to_owned(), |stretch| {
            paint.paint(summary_role(&stretch.outcome), &kinds.letter(&stretch.outcome).to_string())
        }));
    }
    lines.push(letters);
    lines
}

fn rows(out: &mut String, sweep: &Sweep, kinds: &Kinds<'_>, paint: &dyn Paint, columns: usize) {
    let ends = |stretch: &Moments| (moment::from(stretch.from_us), moment::to(stretch.to_us));
    let shown = &sweep.stretches[..sweep.stretches.len().min(MOST_ROWS)];
    let from = shown.iter().map(|stretch| width(&ends(stretch).0)).max().unwrap_or(0).max(4);
    let to = shown.iter().map(|stretch| width(&ends(stretch).1)).max().unwrap_or(0).max(2);
    let margin = 3 + from + 2 + to + 2 + 6 + 2;
    let head = format!("   {}  {}   share  outcome", pad("from", from), pad("to", to));
    out.push_str(&format!("{}\n", paint.paint(Role::Dim, &head)));
    for stretch in shown {
        let (first, last) = ends(stretch);
        let role = summary_role(&stretch.outcome);
        let letter = paint.paint(role, &kinds.letter(&stretch.outcome).to_string());
        let time = paint.paint(Role::Time, &format!("{}  {}", pad(&first, from), pad(&last, to)));
        let share = pad_left(&percent(sweep, stretch), 6);
        for (at, line) in wrap(&kinds.words(&stretch.outcome), columns.saturating_sub(margin).max(20))
            .into_iter()
            .enumerate()
        {
            let start = if at == 0 { format!("{letter}  {time}  {share}  ") } else { " ".repeat(margin) };
            out.push_str(&format!("{start}{}\n", paint.paint(role, &line)));
        }
    }
    if sweep.stretches.len() > MOST_ROWS {
        let line = format!(
            "… {}; --format json has all",
            count((sweep.stretches.len() - MOST_ROWS) as u64, "more stretch")
        );
        out.push_str(&format!("{}\n", paint.paint(Role::Dim, &line)));
    }
}

/// As in `12.3%`. A single moment, and what lies behind the end of the run, has no share of its time.
fn percent(sweep: &Sweep, stretch: &Moments) -> String {
    match length(sweep, stretch) {
        0 => "–".into(),
        1 if sweep.until_us > 0 => "moment".into(),
        _ => match share(sweep, stretch) * 100.0 {
            tiny if tiny < 0.05 => "<0.1%".into(),
            most if most > 99.95 && sweep.stretches.len() > 1 => ">99.9%".into(),
            some => format!("{some:.1}%"),
        },
    }
}
