//! A lane per thread over virtual time, in characters.

use crate::trace::{Doing, Fate, Lane, Trace};

use super::lanes::{self, Row};
use super::layout::{clean, fit, pad, pad_left, width, wrap};
use super::moments::{Moment, end_of_axis, moments, ticks};
use super::outcome::ending_words;
use super::paint::{Paint, Role};
use super::wording::{decimals, runtime, seconds, short};

/// More lanes than this do not fit a screen; the middle is left out.
const MOST_LANES: usize = 48;
/// The letters that mark moments below the lanes.
const LETTERS: &[u8] = b"abcdefghijkl";

/// What a cell of a lane shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Nothing,
    Idle,
    Doing(Doing),
    Cut,
    Raised,
    GoesOn,
}

/// Every sign with its meaning; the legend lists those that occur.
const SIGNS: [(Cell, char, Role, &str); 9] = [
    (Cell::Doing(Doing::Work), '█', Role::Work, "works"),
    (Cell::Doing(Doing::Sleep), '·', Role::Sleep, "sleeps"),
    (Cell::Doing(Doing::Wait), '░', Role::Wait, "waits"),
    (Cell::Doing(Doing::Shutdown), '▒', Role::Shutdown, "shuts down"),
    (Cell::Doing(Doing::Handler), '▓', Role::Handler, "handler"),
    (Cell::Idle, '─', Role::Dim, "exists"),
    (Cell::Cut, '×', Role::Bad, "cut off"),
    (Cell::Raised, '!', Role::Warn, "raised"),
    (Cell::GoesOn, '>', Role::Warn, "goes on"),
];

fn sign(cell: Cell) -> (char, Role) {
    SIGNS.iter().find(|(of, ..)| *of == cell).map_or((' ', Role::Dim), |(_, sign, role, _)| (*sign, *role))
}

/// The lanes as text, with a newline at the end: names on the left, what became of each thread on the right, the
/// turning points and a legend below. Less than 40 columns counts as 40.
pub fn timeline(trace: &Trace, paint: &dyn Paint, columns: usize) -> String {
    let columns = columns.max(40);
    let rows = lanes::rows(trace, MOST_LANES);
    let fates = rows.iter().filter_map(|row| match row {
        Row::Thread(_, lane) => Some(width(lanes::fate(trace, lane).0)),
        _ => None,
    });
    let names = rows.iter().map(|row| width(&name(row)));
    let left = names.max().unwrap_or(0).min(columns * 3 / 10);
    let right = fates.max().unwrap_or(0);
    let chart = Chart {
        trace,
        paint,
        end: end_of_axis(trace),
        left,
        bar: columns.saturating_sub(left + right + 4).max(10),
        columns,
    };
    chart.draw(&rows)
}

fn name(row: &Row<'_>) -> String {
    match row {
        Row::Process(name) => clean(name),
        Row::Thread(_, lane) => lanes::label(lane),
        Row::More(threads) => lanes::more_words(*threads),
    }
}

struct Chart<'a> {
    trace: &'a Trace,
    paint: &'a dyn Paint,
    /// The last moment, µs, at least 1.
    end: u64,
    /// Columns for the names, and for the bars.
    left: usize,
    bar: usize,
    columns: usize,
}

impl Chart<'_> {
    fn draw(&self, rows: &[Row<'_>]) -> String {
        let trace = self.trace;
        let mut out = Vec::new();
        let rest = format!("{} · {}", clean(&runtime(&trace.runtime)), ending_words(trace));
        let name = clean(&trace.scenario);
        for (at, line) in wrap(&format!("{name} · {rest}"), self.columns).into_iter().enumerate() {
            let head = line.strip_prefix(name.as_str()).filter(|_| at == 0);
            out.push(
                head.map_or(line.clone(), |rest| format!("{}{rest}", self.paint.paint(Role::Heading, &name))),
            );
        }
        out.push(String::new());
        out.extend(self.axis());
        let mut seen = Vec::new();
        for row in rows {
            out.push(match row {
                Row::Thread(index, lane) => self.lane(*index, lane, &mut seen),
                Row::Process(name) => self.paint.paint(Role::Heading, &fit(&clean(name), self.columns)),
                Row::More(threads) => self.paint.paint(Role::Dim, &lanes::more_words(*threads)),
            });
        }
        out.extend(self.moments());
        out.push(String::new());
        out.extend(self.legend(&seen));
        out.iter().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    /// The cell that holds a moment; the last moment belongs to the last cell.
    fn cell(&self, us: u64) -> usize {
        let cell = u128::from(us) * self.bar as u128 / u128::from(self.end);
        usize::try_from(cell).unwrap_or(usize::MAX).min(self.bar - 1)
    }

    fn axis(&self) -> [String; 2] {
        // A label takes about eight columns; two more keep it apart from the next.
        let ticks = ticks(self.end, (self.bar / 10).max(2));
        let margin = " ".repeat(self.left + 2);
        let mut rule: Vec<char> = vec!['─'; self.bar];
        let mut labels = String::new();
        for tick in ticks {
            let at = self.cell(tick);
            let label = short(tick);
            let used = width(&labels);
            if (used == 0 || at > used) && at + width(&label) <= self.columns - self.left - 2 {
                labels.push_str(&" ".repeat(at - used));
                labels.push_str(&label);
                rule[at] = if at == 0 { '├' } else { '┼' };
            }
        }
        let rule: String = rule.into_iter().collect();
        [labels, rule].map(|line| format!("{margin}{}", self.paint.paint(Role::Time, &line)))
    }

    fn lane(&self, index: usize, lane: &Lane, seen: &mut Vec<Cell>) -> String {
        let cells = self.cells(index, lane);
        let mut bar = String::new();
        let mut at = 0;
        while at < cells.len() {
            let run = cells[at..].iter().take_while(|cell| **cell == cells[at]).count();
            let (sign, role) = sign(cells[at]);
            let text: String = std::iter::repeat_n(sign, run).collect();
            bar.push_str(&if cells[at] == Cell::Nothing { text } else { self.paint.paint(role, &text) });
            if !seen.contains(&cells[at]) {
                seen.push(cells[at]);
            }
            at += run;
        }
        let label = pad(&fit(&lanes::label(lane), self.left), self.left);
        let (fate, role) = lanes::fate(self.trace, lane);
        format!("{}  {bar}  {}", self.paint.paint(Role::Who, &label), self.paint.paint(role, fate))
    }

    /// What each cell of a lane shows: what the thread did longest in it.
    fn cells(&self, index: usize, lane: &Lane) -> Vec<Cell> {
        let mut cells = vec![Cell::Nothing; self.bar];
        let Some((from, to)) = lanes::extent(lane, self.end) else { return cells };
        let (first, last) = (self.cell(from), self.last_cell(from, to));
        cells[first..=last].fill(Cell::Idle);
        if lane.fate == Fate::Alive && lanes::stuck(self.trace) {
            let done = lanes::spans(self.trace, index, self.end).map(|(_, to, _)| to).max().unwrap_or(from);
            cells[self.cell(done)..=last].fill(Cell::Doing(Doing::Wait));
        }
        let mut longest = vec![0u128; self.bar];
        for (from, to, span) in lanes::spans(self.trace, index, self.end) {
            for cell in self.cell(from)..=self.last_cell(from, to) {
                let overlap = self.overlap(cell, from, to);
                if overlap > longest[cell] {
                    longest[cell] = overlap;
                    cells[cell] = Cell::Doing(span.doing);
                }
            }
        }
        match lane.fate {
            Fate::CutOff => cells[last] = Cell::Cut,
            Fate::Raised => cells[last] = Cell::Raised,
            Fate::Alive => cells[last] = Cell::GoesOn,
            Fate::Finished | Fate::NeverStarted => {}
        }
        cells
    }

    /// The last cell that a stretch touches. Its end is open: a stretch up to 1s leaves the cell from 1s on alone.
    fn last_cell(&self, from: u64, to: u64) -> usize {
        self.cell(to.saturating_sub(1).max(from))
    }

    /// How much of a cell a stretch covers; the unit is the same for all cells. At least 1, so that nothing that
    /// happened is invisible.
    fn overlap(&self, cell: usize, from: u64, to: u64) -> u128 {
        let (bar, end) = (self.bar as u128, u128::from(self.end));
        let (start, stop) = (cell as u128 * end, (cell as u128 + 1) * end);
        let (from, to) = (u128::from(from) * bar, u128::from(to) * bar);
        stop.min(to).saturating_sub(start.max(from)).max(1)
    }

    /// A row of letters below the lanes, and a line for each letter.
    fn moments(&self) -> Vec<String> {
        let moments = moments(self.trace, 12);
        let mut groups: Vec<(usize, Vec<&Moment>)> = Vec::new();
        for moment in &moments {
            let cell = self.cell(moment.at_us);
            match groups.iter_mut().find(|(at, _)| *at == cell) {
                Some((_, group)) => group.push(moment),
                None => groups.push((cell, vec![moment])),
            }
        }
        groups.sort_by_key(|(cell, _)| *cell);
        let decimals = decimals(moments.iter().map(|moment| moment.at_us));
        let time = |us| seconds(us, decimals);
        let column = moments.iter().map(|moment| time(moment.at_us).len()).max().unwrap_or(0);
        let mut letters = vec![' '; self.bar];
        let mut lines = Vec::new();
        for ((cell, group), letter) in groups.iter().zip(LETTERS) {
            letters[*cell] = char::from(*letter);
            for (at, moment) in group.iter().enumerate() {
                let letter = if at == 0 { char::from(*letter) } else { ' ' };
                let time_text = self.paint.paint(Role::Time, &pad_left(&time(moment.at_us), column));
                let room = self.columns.saturating_sub(column + 5);
                for (line, text) in wrap(&moment.text, room).into_iter().enumerate() {
                    let role = if moment.hard { Role::Bad } else { Role::Who };
                    let text = self.paint.paint(role, &text);
                    lines.push(match line {
                        0 => format!("{letter}  {time_text}  {text}"),
                        _ => format!("{}{text}", " ".repeat(column + 5)),
                    });
                }
            }
        }
        if lines.is_empty() {
            return lines;
        }
        let letters: String = letters.into_iter().collect();
        let row = format!("{}{}", " ".repeat(self.left + 2), self.paint.paint(Role::Time, &letters));
        [vec![row, String::new()], lines].concat()
    }

    fn legend(&self, seen: &[Cell]) -> Vec<String> {
        let mut lines = vec![String::new()];
        let mut used = 0;
        for (_, sign, role, meaning) in SIGNS.iter().filter(|(cell, ..)| seen.contains(cell)) {
            let columns = 2 + width(meaning);
            if used > 0 && used + 3 + columns > self.columns {
                lines.push(String::new());
                used = 0;
            }
            let gap = if used > 0 { "   " } else { "" };
            let line = format!("{gap}{} {meaning}", self.paint.paint(*role, &sign.to_string()));
            used += width(gap) + columns;
            lines.last_mut().expect("there is always a line").push_str(&line);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::fixtures;
    use crate::show::paint::Plain;

    #[test]
    fn pdf_shutdown_at_80() {
        insta::assert_snapshot!(timeline(&fixtures::pdf_shutdown(), &Plain, 80));
    }

    #[test]
    fn pdf_shutdown_at_140() {
        insta::assert_snapshot!(timeline(&fixtures::pdf_shutdown(), &Plain, 140));
    }

    #[test]
    fn pdf_shutdown_at_40() {
        insta::assert_snapshot!(timeline(&fixtures::pdf_shutdown(), &Plain, 40));
    }

    #[test]
    fn hang() {
        insta::assert_snapshot!(timeline(&fixtures::hang(), &Plain, 80));
    }

    #[test]
    fn killed() {
        insta::assert_snapshot!(timeline(&fixtures::killed(), &Plain, 80));
    }

    #[test]
    fn family() {
        insta::assert_snapshot!(timeline(&fixtures::family(), &Plain, 80));
    }

    #[test]
    fn empty() {
        insta::assert_snapshot!(timeline(&fixtures::empty(), &Plain, 80));
    }

    #[test]
    fn busy() {
        insta::assert_snapshot!(timeline(&fixtures::busy(300), &Plain, 80));
    }

    #[test]
    fn whoever_is_stuck_does_not_work() {
        let mut trace = fixtures::hang();
        trace.spans.retain(|span| span.doing == Doing::Sleep);
        trace.spans[0].doing = Doing::Work;
        let text = timeline(&trace, &Plain, 80);
        assert!(text.lines().any(|line| line.starts_with("main") && line.contains("█░░>")), "{text}");
    }

    #[test]
    fn fits_the_page_whatever_its_width() {
        let crowd = fixtures::crowd(1_000);
        for trace in [fixtures::pdf_shutdown(), fixtures::hang(), fixtures::family(), crowd] {
            for columns in [0, 40, 57, 80, 140, 300] {
                let text = timeline(&trace, &Plain, columns);
                let widest = text.lines().map(width).max().unwrap_or(0);
                assert!(widest <= columns.max(40), "{} at {columns}: {widest}\n{text}", trace.scenario);
                assert!(text.lines().count() < 80);
            }
        }
    }
}
