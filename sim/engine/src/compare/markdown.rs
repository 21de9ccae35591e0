//! The comparison as Markdown, for a page of the book: a table, then each difference with its rule and source.

use super::differences::{Difference, joined};
use super::grid::DIFFERS;
use super::text::all_alike;
use super::{Comparison, Row};
use crate::show::clean;

/// The comparison as Markdown (with the tables of GitHub and mdBook).
pub fn markdown(comparison: &Comparison) -> String {
    let mut out = String::new();
    let heads: Vec<_> = comparison.columns.iter().map(|column| escape(&column.head)).collect();
    out.push_str(&format!("| runtime | {} |\n", heads.join(" | ")));
    out.push_str(&format!("|{}\n", "---|".repeat(heads.len() + 1)));
    for row in &comparison.rows {
        out.push_str(&format!("| {} | {} |\n", escape(&row.name), cells(row, heads.len()).join(" | ")));
    }
    out.push('\n');
    if let Some(words) = all_alike(comparison) {
        out.push_str(&format!("{}.\n", escape(&words)));
        out.push_str(&refusals(comparison));
        return out;
    }
    let first = comparison.first().map(|row| escape(&row.name)).unwrap_or_default();
    out.push_str(&format!("{DIFFERS} differs from {first}.\n"));
    out.push_str(&refusals(comparison));
    for row in &comparison.rows {
        let Ok(ran) = &row.result else { continue };
        if !ran.differences.is_empty() {
            out.push_str(&format!("\n**{}**\n\n", escape(&row.name)));
            joined(&ran.differences).iter().for_each(|one| item(&mut out, one));
        }
    }
    out
}

fn cells(row: &Row, columns: usize) -> Vec<String> {
    match &row.result {
        Ok(ran) => {
            let cell = |cell: &super::Cell| match cell.differs {
                true => format!("**{DIFFERS} {}**", escape(&cell.text)),
                false => escape(&cell.text),
            };
            ran.cells.iter().map(cell).collect()
        }
        // Why stands below: a sentence would make the first column wider than a page.
        Err(_) => {
            let mut cells = vec![String::new(); columns];
            cells.first_mut().into_iter().for_each(|first| *first = "*cannot run*".into());
            cells
        }
    }
}

/// Why some cannot run it, each reason once.
fn refusals(comparison: &Comparison) -> String {
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for row in &comparison.rows {
        let Err(refused) = &row.result else { continue };
        let reason = escape(&refused.sentences().join("; "));
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, names)) => names.push(escape(&row.name)),
            None => reasons.push((reason, vec![escape(&row.name)])),
        }
    }
    let told =
        reasons.iter().map(|(reason, names)| format!("\n{} cannot run it: {reason}.\n", names.join(", ")));
    told.collect()
}

fn item(out: &mut String, difference: &Difference) {
    out.push_str(&format!("* {}", escape(&difference.fact())));
    for (at, because) in difference.because.iter().enumerate() {
        let rule = because.rule;
        let start = if at == 0 { ": " } else { "; there " };
        out.push_str(&format!("{start}{} (`{}`, {})", escape(rule.sentence), rule.id, escape(rule.source)));
    }
    out.push_str(".\n");
}

/// Names come from whoever wrote the scenario: nothing in them may end a cell, or begin anything of Markdown or HTML.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for letter in clean(text).chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '|' | '*' | '`' | '[' | ']' | '~' => out.extend(['\\', letter]),
            // Inside a word it means nothing.
            _ => out.push(letter),
        }
    }
    out
}
