//! What a directive is replaced by.
//!
//! The HTML stands in Markdown, where a blank line ends an HTML block. So nothing in here has a blank line: text of
//! several lines is put on one, with `&#10;` for its line ends.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use closing_time_engine::trace::{Reason, Trace};

use crate::caption;
use crate::figure::{self, Request};

/// Of a longer listing the middle is left out: the terminal has it all.
const MOST_ROWS: usize = 80;

/// Where a figure stands, so that its links to chapters can be written.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    /// The chapter's file below the book's `src`.
    pub from: &'a Path,
    /// The files of all chapters.
    pub pages: &'a BTreeSet<PathBuf>,
    /// Begins the ids inside the figure; one per figure of the book, for the page that prints all chapters.
    pub id: &'a str,
}

/// The timeline with its caption, its steps as a table and the command that replays it.
pub fn figure(trace: &Trace, request: &Request, title: Option<&str>, links: &Links) -> String {
    let svg = without_blank_lines(&figure::svg(trace, links.id));
    // The scenario's own title tells of the run as the file has it; with other knobs it may be untrue.
    let own = request.is_unchanged().then(|| format!("{}.", trace.title));
    let title = title.map(str::to_owned).or(own);
    let title = title.map_or_else(String::new, |title| format!("<strong>{}</strong> ", escape(&title)));
    let caption = escape(&caption::sentence(&trace.outcome));
    let steps = steps(trace, links);
    let command = escape(&request.command());
    format!(
        "<figure class=\"closing-time\">\n<div class=\"timeline\">\n{svg}\n</div>\n\
         <figcaption>{title}{caption}</figcaption>\n{steps}\n\
         <p class=\"replay\">Replay it: <code>{command}</code></p>\n</figure>\n"
    )
}

/// The end of a run, as the terminal shows it.
pub fn outcome(trace: &Trace, request: &Request) -> String {
    format!(
        "<pre class=\"closing-time outcome\"><code class=\"language-text nohighlight\">$ {}&#10;{}</code></pre>\n",
        escape(&request.command()),
        one_line(&figure::outcome_text(trace))
    )
}

fn steps(trace: &Trace, links: &Links) -> String {
    let rows = figure::steps(trace, MOST_ROWS);
    let mut out = String::from(
        "<details>\n<summary>Step by step</summary>\n<div class=\"table-wrapper\"><table>\n\
         <thead><tr><th>time</th><th>who</th><th>what</th><th>why</th></tr></thead>\n<tbody>\n",
    );
    let mut given = HashSet::new();
    for row in &rows {
        let [time, who, what] = [&row.time, &row.who, &row.what].map(|text| escape(text));
        // A reason is given once; repeated row by row, it hides the others.
        let why = if given.insert(row.reason.rule) { why(&row.reason, links) } else { String::new() };
        let _ = writeln!(out, "<tr><td>{time}</td><td>{who}</td><td>{what}</td><td>{why}</td></tr>");
    }
    out.push_str("</tbody>\n</table></div>\n</details>");
    out
}

/// The reason, linked to the chapter that explains it, if the book has that chapter.
fn why(reason: &Reason, links: &Links) -> String {
    let Some(why) = reason.why else { return String::new() };
    let why = escape(why);
    let Some(chapter) = reason.chapter else { return why };
    link(chapter, links).map_or(why.clone(), |link| format!("<a href=\"{link}\">{why}</a>"))
}

/// The way from one chapter to `page.md#anchor`, if the book has that page.
pub fn link(chapter: &str, links: &Links) -> Option<String> {
    let page = chapter.split('#').next().unwrap_or(chapter);
    if !links.pages.contains(Path::new(page)) {
        return None;
    }
    let up = "../".repeat(links.from.components().count().saturating_sub(1));
    Some(format!("{up}{chapter}"))
}

/// `<`, `>`, `&` and `"` as text.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn one_line(text: &str) -> String {
    escape(text.trim_end()).replace('\n', "&#10;")
}

fn without_blank_lines(html: &str) -> String {
    html.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}
