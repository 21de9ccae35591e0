//! The mdBook preprocessor of this book: a scenario's name becomes a figure.
//!
//! ```text
//! {{#scenario pdf-shutdown set="pdf.daemon=false" signal="TERM@2s" runtime="cpython-3.12" title="…"}}
//! {{#outcome pdf-shutdown set="pdf.daemon=false"}}
//! {{#rules cpython}}
//! ```
//!
//! # Layout
//!
//! * [`code`]: which parts of a chapter are code, where a directive is only text.
//! * [`directive`]: finds and reads directives.
//! * [`figure`]: the only file that calls the engine.
//! * [`caption`]: an outcome in one sentence.
//! * [`html`]: what a directive is replaced by.
//! * [`rules`]: a runtime's rules as a page.
//! * [`problem`]: what is wrong, in which file and line.

pub mod caption;
pub mod code;
pub mod directive;
pub mod figure;
pub mod html;
pub mod problem;
pub mod rules;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::errors::{Error, Result};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use directive::{Directive, Kind};
use problem::Problem;

/// The preprocessor, as `[preprocessor.closing-time]` in `book.toml` names it.
pub struct ClosingTime;

impl Preprocessor for ClosingTime {
    fn name(&self) -> &str {
        "closing-time"
    }

    /// Replaces every directive of every chapter. All that is wrong in the whole book comes in one error.
    fn run(&self, ctx: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let pages: BTreeSet<PathBuf> = book.chapters().filter_map(|c| c.source_path.clone()).collect();
        let mut report = Vec::new();
        book.for_each_chapter_mut(|chapter| {
            // A chapter without a file has no line to point at, and nobody wrote a directive into it.
            let Some(path) = chapter.source_path.clone() else { return };
            match expand(&chapter.content, &path, &pages) {
                Ok(content) => chapter.content = content,
                Err(problems) => {
                    let shown = ctx.config.book.src.join(&path);
                    report.extend(problems.iter().map(|problem| problem.show(&shown)));
                }
            }
        });
        if report.is_empty() { Ok(book) } else { Err(Error::msg(problem::summary(&report))) }
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        // The figures are HTML; for any other renderer they would be noise.
        Ok(renderer == "html")
    }
}

/// Replaces the directives of one chapter.
///
/// `path` is the chapter's file below the book's `src`, `pages` are all such files: a figure links only to pages
/// that exist.
///
/// # Errors
///
/// Everything that is wrong with the chapter's directives, in the order of its lines.
pub fn expand(text: &str, path: &Path, pages: &BTreeSet<PathBuf>) -> Result<String, Vec<Problem>> {
    let (directives, mut problems) = directive::find(text);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (number, directive) in directives.iter().enumerate() {
        let id = format!("{}-{}", path.with_extension("").display(), number + 1).replace(['/', '\\'], "-");
        out.push_str(&text[done..directive.range.start]);
        done = directive.range.end;
        match replacement(directive, &html::Links { from: path, pages, id: &id }) {
            // Blank lines on both sides keep the HTML block apart from a paragraph that touches the directive.
            Ok(html) => {
                out.push('\n');
                out.push_str(&html);
                out.push('\n');
            }
            Err(found) => problems.extend(found),
        }
    }
    out.push_str(&text[done..]);
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

fn replacement(directive: &Directive, links: &html::Links) -> Result<String, Vec<Problem>> {
    let at = |wrong: Vec<figure::Wrong>| {
        wrong.into_iter().map(|w| Problem::new(directive.line, w.message).help(w.help)).collect::<Vec<_>>()
    };
    match &directive.kind {
        Kind::Scenario { request, title } => {
            let trace = figure::play(request).map_err(at)?;
            Ok(html::figure(&trace, request, title.as_deref(), links))
        }
        Kind::Outcome { request } => {
            let trace = figure::play(request).map_err(at)?;
            Ok(html::outcome(&trace, request))
        }
        Kind::Compare { request, runtimes } => {
            let (table, rest) = figure::compare(request, runtimes).map_err(at)?;
            let command = html::escape(&request.command().replacen("scenario", "compare", 1));
            Ok(format!(
                "<div class=\"closing-time compare\">\n\n{table}\n\n<details><summary>What differs, and why\
                 </summary>\n\n{rest}\n\n</details>\n\n<p><code>{command}</code></p>\n</div>\n"
            ))
        }
        Kind::Rules { runtime } => Ok(rules::tables(&figure::runtime(runtime).map_err(at)?, links)),
    }
}
