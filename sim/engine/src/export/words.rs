//! Numbers, and words that are safe inside comments.

use super::{ExportOptions, Target, command};
use crate::scenario::{Outside, Scenario};

/// Text for a comment: one line, and nothing that could end it or hide what stands around it.
pub(super) fn prose(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .chars()
        .map(|c| match c {
            '\\' => '/',
            c if is_plain(c) => c,
            _ => '?',
        })
        .collect::<String>()
        .replace("\"\"\"", "'''")
        .replace("*/", "* /")
}

/// No control characters, and none that reorder or hide the text around them.
pub(super) fn is_plain(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
}

/// A number of seconds, without trailing zeros: `1`, `1.5`, `0.0001`.
pub(super) fn seconds(us: u64, scale: f64) -> String {
    let text = format!("{:.6}", us as f64 * scale / 1e6);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// The lines of the comment above a program, without comment marks: its title, what made it, how to run it, and what
/// is done to it from outside.
pub(super) fn header(scenario: &Scenario, target: Target, options: &ExportOptions, run: &str) -> Vec<String> {
    let title = prose(&scenario.title);
    let title = if title.ends_with(['.', '!', '?']) { title } else { format!("{title}.") };
    let made = format!("Made by: {}", prose(&command(scenario, target, options)));
    let mut lines = vec![title, String::new(), made, format!("Run it:  {run}")];
    lines.extend(scenario.stimuli.iter().map(|stimulus| {
        let when = match stimulus.at_us {
            Some(us) => format!("after {} s", seconds(us, options.scale)),
            None => "at any moment".to_string(),
        };
        match stimulus.what {
            Outside::Signal(signal) => format!("{when}: kill -{} <pid>", signal.name()),
            Outside::Read => format!("{when}: its output is read; before that, nobody reads the pipe"),
        }
    }));
    lines
}
