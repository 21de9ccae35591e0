//! What a directive is replaced by.
//!
//! The HTML stands in Markdown, where a blank line ends an HTML block. So nothing in here has a blank line: text of
//! several lines is put on one, with `&#10;` for its line ends.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use closing_time_engine::trace::{Event, Trace};

use crate::caption;
use crate::figure::{self, Request};

/// More steps than this are not listed: the reader replays it.
const MOST_STEPS: usize = 120;

/// Where a figure stands, so that its links to chapters can be written.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    /// The chapter's file below the book's `src`.
    pub from: &'a Path,
    /// The files of all chapters.
    pub pages: &'a BTreeSet<PathBuf>,
}

/// The timeline with its caption, its steps as a table and the command that replays it.
pub fn figure(trace: &Trace, request: &Request, title: Option<&str>, links: &Links) -> String {
    let svg = without_blank_lines(&figure::svg(trace));
    let title = title.map_or_else(String::new, |title| format!("<strong>{}</strong> ", escape(title)));
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
    let told: Vec<&Event> = trace.events.iter().filter(|event| !event.routine).collect();
    let mut out = format!(
        "<details>\n<summary>Step by step ({} steps)</summary>\n<div class=\"table-wrapper\"><table>\n\
         <thead><tr><th>time</th><th>who</th><th>what</th><th>why</th></tr></thead>\n<tbody>\n",
        told.len()
    );
    for event in told.iter().take(MOST_STEPS) {
        let time = format!("{}.{:03} s", event.at_us / 1_000_000, event.at_us % 1_000_000 / 1000);
        let (who, what) = (escape(&figure::who(trace, event)), escape(&event.text));
        let why = why(event, links);
        let _ = writeln!(out, "<tr><td>{time}</td><td>{who}</td><td>{what}</td><td>{why}</td></tr>");
    }
    if let Some(more) = told.len().checked_sub(MOST_STEPS).filter(|more| *more > 0) {
        let _ = writeln!(out, "<tr><td></td><td></td><td>… and {more} more steps</td><td></td></tr>");
    }
    out.push_str("</tbody>\n</table></div>\n</details>");
    out
}

/// The reason, linked to the chapter that explains it, if the book has that chapter.
fn why(event: &Event, links: &Links) -> String {
    let Some(why) = event.reason.why else { return String::new() };
    let why = escape(why);
    let Some(chapter) = event.reason.chapter else { return why };
    let (page, anchor) =
        chapter.split_once('#').map_or((chapter, None), |(page, anchor)| (page, Some(anchor)));
    let page = if page.ends_with(".md") { page.to_owned() } else { format!("{page}.md") };
    if !links.pages.contains(Path::new(&page)) {
        return why;
    }
    let up = "../".repeat(links.from.components().count().saturating_sub(1));
    let anchor = anchor.map_or_else(String::new, |anchor| format!("#{anchor}"));
    format!("<a href=\"{up}{page}{anchor}\">{why}</a>")
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
