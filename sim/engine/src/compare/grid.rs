//! Columns on a page: as wide as they want, narrower where the page ends, and in bands one below the other where even
//! that does not help.

use crate::show::{self, Paint, Role, pad, width};

/// Stands before a cell that differs from the first row, so that colour is not needed to see it.
pub(super) const DIFFERS: char = '≠';
/// Columns between two cells: room for the mark.
const GAP: usize = 3;
/// Words up to this width stay together.
const PHRASE: usize = 11;
/// Longer words are broken.
const WORD: usize = 26;

/// A column of a table.
pub(super) struct Field {
    /// Neighbours of the same group share this heading; may be empty.
    pub(super) group: &'static str,
    pub(super) head: String,
}

/// A row of a table.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) body: Body,
}

/// What stands in a row.
pub(super) enum Body {
    /// One for each column: the text, its role, and whether it differs.
    Cells(Vec<(String, Role, bool)>),
    /// A note over all columns.
    Note(String),
}

/// The table, in lines of at most so many columns.
pub(super) fn grid(title: &str, fields: &[Field], lines: &[Line], paint: &dyn Paint, page: usize) -> String {
    let names = || lines.iter().map(|line| line.name.as_str()).chain([title]);
    let widest = names().map(width).max().unwrap_or(0);
    let columns: Vec<_> = (0..fields.len()).map(|at| Column::of(at, fields, lines)).collect();
    // Names are broken if that saves the table from being cut in two, and where they would take half of the page.
    let narrow = names().map(least).max().unwrap_or(0).min(widest);
    let in_one = |first: usize| bands(&columns, page.saturating_sub(first)).len() < 2;
    let first = match widest <= page / 2 && (in_one(widest) || !in_one(narrow)) {
        true => widest,
        false => {
            (narrow..=widest.min(page / 2).max(narrow)).rev().find(|first| in_one(*first)).unwrap_or(narrow)
        }
    };
    let mut out = String::new();
    for (at, band) in bands(&columns, page.saturating_sub(first)).into_iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let widths = widths(&columns[band.clone()], page.saturating_sub(first));
        let table = Band { first, widths, paint, fields: &fields[band.clone()] };
        table.heads(&mut out, title);
        for line in lines {
            match &line.body {
                Body::Cells(cells) => table.row(&mut out, &line.name, &cells[band.clone()]),
                Body::Note(text) if at == 0 => table.note(&mut out, &line.name, text, page),
                Body::Note(_) => {}
            }
        }
    }
    out
}

/// How wide a column would like to be, and how narrow it may become.
struct Column {
    wanted: usize,
    least: usize,
}

impl Column {
    fn of(at: usize, fields: &[Field], lines: &[Line]) -> Column {
        let field = &fields[at];
        let cells = lines.iter().filter_map(|line| match &line.body {
            Body::Cells(cells) => Some(cells[at].0.as_str()),
            Body::Note(_) => None,
        });
        let is_first = at == 0 || fields[at - 1].group != field.group;
        let texts: Vec<_> =
            cells.chain([field.head.as_str()]).chain(is_first.then_some(field.group)).collect();
        Column {
            wanted: texts.iter().map(|text| width(text)).max().unwrap_or(0),
            least: texts.iter().map(|text| least(text)).max().unwrap_or(0),
        }
    }
}

/// Lines of at most so many columns; a size stays with its unit, and one version with the other.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let lines = show::wrap(&held(text), columns).into_iter();
    lines.map(|line| line.replace('\u{a0}', " ")).collect()
}

fn held(text: &str) -> String {
    ["KiB", "MiB", "GiB", "B"]
        .iter()
        .fold(text.to_owned(), |text, unit| text.replace(&format!(" {unit}"), &format!("\u{a0}{unit}")))
        .replace(" to ", "\u{a0}to\u{a0}")
}

/// The width that a text needs so as not to be torn: it may be broken behind a comma, and long parts anywhere.
fn least(text: &str) -> usize {
    let part = |part: &str| match width(part.trim_end_matches(',')) {
        short if short <= PHRASE => width(part),
        _ => held(part).split(' ').map(width).max().unwrap_or(0).clamp(PHRASE, WORD),
    };
    text.split_inclusive(',').map(|text| part(text.trim())).max().unwrap_or(0)
}

/// Which columns stand beside each other: as many as fit, at least one.
fn bands(columns: &[Column], page: usize) -> Vec<std::ops::Range<usize>> {
    let (mut bands, mut start, mut used) = (Vec::new(), 0, 0);
    for (at, column) in columns.iter().enumerate() {
        if at > start && used + GAP + column.least > page {
            bands.push(start..at);
            (start, used) = (at, 0);
        }
        used += GAP + column.least;
    }
    if start < columns.len() {
        bands.push(start..columns.len());
    }
    bands
}

/// The least of each, and what is left over to those who want it, one by one.
fn widths(columns: &[Column], page: usize) -> Vec<usize> {
    let mut widths: Vec<_> = columns.iter().map(|column| column.least).collect();
    let mut left = page.saturating_sub(widths.iter().map(|width| GAP + width).sum());
    // A column that cannot have all that it wants still becomes less high with a part of it.
    while left > 0 {
        let mut grown = false;
        for (width, column) in widths.iter_mut().zip(columns) {
            if *width < column.wanted && left > 0 {
                (*width, left, grown) = (*width + 1, left - 1, true);
            }
        }
        if !grown {
            break;
        }
    }
    widths
}

struct Band<'t> {
    first: usize,
    widths: Vec<usize>,
    paint: &'t dyn Paint,
    fields: &'t [Field],
}

impl Band<'_> {
    fn heads(&self, out: &mut String, title: &str) {
        if self.fields.iter().any(|field| !field.group.is_empty()) {
            let mut line = " ".repeat(self.first);
            let mut at = 0;
            while let Some(field) = self.fields.get(at) {
                let members = self.fields[at..].iter().take_while(|other| other.group == field.group).count();
                let room = self.widths[at..at + members].iter().map(|width| GAP + width).sum::<usize>();
                line.push_str(&pad(&format!("{}{}", " ".repeat(GAP), field.group), room));
                at += members;
            }
            self.push(out, &self.paint.paint(Role::Dim, line.trim_end()));
        }
        let heads =
            self.fields.iter().map(|field| (field.head.clone(), Role::Heading, false)).collect::<Vec<_>>();
        self.lines(out, title, Role::Heading, &heads);
    }

    fn row(&self, out: &mut String, name: &str, cells: &[(String, Role, bool)]) {
        self.lines(out, name, Role::Who, cells);
    }

    fn note(&self, out: &mut String, name: &str, text: &str, page: usize) {
        let room = page.saturating_sub(self.first + GAP);
        if room < WORD {
            // Too narrow to stand beside its name.
            wrap(name, page).iter().for_each(|line| self.push(out, &self.paint.paint(Role::Who, line)));
            let texts = wrap(text, page.saturating_sub(GAP).max(1));
            let text = |line: &String| format!("{}{}", " ".repeat(GAP), self.paint.paint(Role::Warn, line));
            return texts.iter().for_each(|line| self.push(out, &text(line)));
        }
        let names = wrap(name, self.first.max(1));
        let texts = wrap(text, room);
        for at in 0..names.len().max(texts.len()) {
            let name =
                self.paint.paint(Role::Who, &pad(names.get(at).map_or("", String::as_str), self.first));
            let text = self.paint.paint(Role::Warn, texts.get(at).map_or("", String::as_str));
            self.push(out, &format!("{name}{}{text}", " ".repeat(GAP)));
        }
    }

    fn lines(&self, out: &mut String, name: &str, role: Role, cells: &[(String, Role, bool)]) {
        let names = wrap(name, self.first.max(1));
        let wrapped: Vec<_> =
            cells.iter().zip(&self.widths).map(|(cell, width)| wrap(&cell.0, (*width).max(1))).collect();
        let height = wrapped.iter().map(Vec::len).chain([names.len()]).max().unwrap_or(0);
        for at in 0..height {
            let text = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
            let mut line = self.paint.paint(role, &pad(&text(&names), self.first));
            for (((_, role, differs), lines), width) in cells.iter().zip(&wrapped).zip(&self.widths) {
                let mark = if *differs && at == 0 { DIFFERS } else { ' ' };
                line.push_str(&self.paint.paint(Role::Heading, &format!(" {mark} ")));
                line.push_str(&self.paint.paint(*role, &pad(&text(lines), *width)));
            }
            self.push(out, &line);
        }
    }

    fn push(&self, out: &mut String, line: &str) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}
