//! Finds and reads directives. A directive stands alone on its line, at its beginning.

use std::ops::Range;

use crate::code;
use crate::figure::Request;
use crate::problem::{Problem, nearest};

/// Directives of ours.
const OURS: [&str; 4] = ["scenario", "outcome", "compare", "rules"];
/// mdBook's own, which its `links` preprocessor reads after us.
const MDBOOK: [&str; 6] = ["include", "rustdoc_include", "playground", "playpen", "title", "template"];

/// One directive of a chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Line of the chapter's file, from 1.
    pub line: usize,
    /// From `{{#` to `}}`.
    pub range: Range<usize>,
    /// What it asks for.
    pub kind: Kind,
}

/// What a directive asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A figure.
    Scenario {
        /// Of which run.
        request: Request,
        /// Words before the caption.
        title: Option<String>,
    },
    /// Only the end of a run, as the terminal shows it.
    Outcome {
        /// Of which run.
        request: Request,
    },
    /// One run under several runtimes, side by side.
    Compare {
        /// Which run; its runtime is not asked for.
        request: Request,
        /// Under which runtimes; empty: all.
        runtimes: Vec<String>,
    },
    /// A runtime's table.
    Rules {
        /// Which.
        runtime: String,
    },
}

/// All directives of a chapter, and what is wrong with the others.
pub fn find(text: &str) -> (Vec<Directive>, Vec<Problem>) {
    let code = code::ranges(text);
    let (mut directives, mut problems) = (Vec::new(), Vec::new());
    let mut from = 0;
    while let Some(start) = text[from..].find("{{#").map(|i| from + i) {
        from = start + 3;
        let word: &str =
            text[from..].split(|c: char| !c.is_alphanumeric() && !"-_".contains(c)).next().unwrap_or("");
        let before = &text[..start];
        let indent = before.rsplit('\n').next().unwrap_or("");
        let is_code = code.iter().any(|range| range.contains(&start))
            || ((indent.starts_with("    ") || indent.starts_with('\t')) && indent.trim().is_empty());
        if is_code || before.ends_with('\\') || MDBOOK.contains(&word) {
            continue;
        }
        let line = before.matches('\n').count() + 1;
        // A directive ends within its paragraph: without `}}` it would swallow the chapter.
        let paragraph = start + paragraph_length(&text[start..]);
        let Some(end) = text[start..paragraph].find("}}").map(|i| start + i + 2) else {
            problems.push(
                Problem::new(line, format!("`{{{{#{word}` is not closed")).help("a directive ends with `}}`"),
            );
            continue;
        };
        from = end;
        if !OURS.contains(&word) {
            let message = format!("there is no directive `{word}`");
            problems.push(Problem::new(line, message).help(nearest(word, OURS.into_iter().chain(MDBOOK))));
            continue;
        }
        let after = text[end..].split('\n').next().unwrap_or("").trim();
        if !indent.is_empty() || !after.is_empty() {
            problems.push(
                Problem::new(line, format!("`{word}` shares its line with other text"))
                    .help("a figure stands on a line of its own, without indentation"),
            );
            continue;
        }
        match read(word, &text[start + 3 + word.len()..end - 2]) {
            Ok(kind) => directives.push(Directive { line, range: start..end, kind }),
            Err(wrong) => {
                problems.extend(wrong.into_iter().map(|(m, help)| Problem::new(line, m).help(help)));
            }
        }
    }
    (directives, problems)
}

/// Bytes up to the first blank line.
fn paragraph_length(text: &str) -> usize {
    text.split_inclusive('\n').take_while(|line| !line.trim().is_empty()).map(str::len).sum()
}

type Wrong = (String, String);

/// Reads what stands between the directive's word and `}}`.
fn read(word: &str, inner: &str) -> Result<Kind, Vec<Wrong>> {
    let arguments = split(inner).map_err(|wrong| vec![wrong])?;
    let known: &[&str] = match word {
        "scenario" => &["set", "signal", "runtime", "title"],
        "outcome" => &["set", "signal", "runtime"],
        "compare" => &["set", "signal", "runtimes"],
        _ => &[],
    };
    let mut wrong = Vec::new();
    let mut name = None;
    let mut title = None;
    let mut runtimes = Vec::new();
    let mut request = Request::default();
    let mut seen: Vec<&str> = Vec::new();
    for argument in &arguments {
        match argument {
            Argument::Word(text) if name.is_none() => name = Some(text.clone()),
            Argument::Word(text) => {
                wrong.push((
                    format!("`{text}` stands alone"),
                    "attributes are written `set=\"…\"`".to_owned(),
                ));
            }
            Argument::Pair(key, _) if !known.contains(&key.as_str()) => {
                let help = if known.is_empty() {
                    "it takes none".to_owned()
                } else {
                    nearest(key, known.iter().copied())
                };
                wrong.push((format!("`{word}` has no attribute `{key}`"), help));
            }
            Argument::Pair(key, _) if seen.contains(&key.as_str()) => {
                wrong.push((
                    format!("`{key}` is given twice"),
                    "several values stand in one, separated by spaces".to_owned(),
                ));
            }
            Argument::Pair(key, value) => {
                seen.push(key);
                let several = || value.split([' ', ',', '\n']).filter(|v| !v.is_empty()).map(str::to_owned);
                match key.as_str() {
                    "title" => title = Some(value.clone()),
                    "runtime" => request.runtime = Some(value.clone()),
                    "runtimes" => runtimes.extend(several()),
                    "signal" => request.signals.extend(several()),
                    _ => request.set.extend(several()),
                }
            }
        }
    }
    let Some(name) = name else {
        wrong.push((format!("`{word}` needs a name"), format!("as in `{{{{#{word} pdf-shutdown}}}}`")));
        return Err(wrong);
    };
    if !wrong.is_empty() {
        return Err(wrong);
    }
    request.name.clone_from(&name);
    Ok(match word {
        "scenario" => Kind::Scenario { request, title },
        "outcome" => Kind::Outcome { request },
        "compare" => Kind::Compare { request, runtimes },
        _ => Kind::Rules { runtime: name },
    })
}

enum Argument {
    Word(String),
    Pair(String, String),
}

/// Splits `name key="value with spaces" key=value`.
fn split(inner: &str) -> Result<Vec<Argument>, Wrong> {
    let mut arguments = Vec::new();
    let mut rest = inner.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        match after.strip_prefix('=') {
            None => {
                arguments.push(Argument::Word(word.to_owned()));
                rest = after.trim_start();
            }
            Some(after) => {
                let (value, after) = match after.strip_prefix('"') {
                    Some(quoted) => quoted.split_once('"').ok_or_else(|| {
                        (format!("the value of `{word}` is not closed"), "it ends with `\"`".to_owned())
                    })?,
                    None => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
                };
                arguments.push(Argument::Pair(word.to_owned(), value.to_owned()));
                rest = after.trim_start();
            }
        }
    }
    Ok(arguments)
}
