//! Values: text, names, numbers, flags, times and words, or a knob in their place.

use std::ops::RangeInclusive;

use super::{Reader, limits};
use crate::scenario::clip::clip;
use crate::scenario::kdl::{KdlEntry, KdlValue};
use crate::scenario::{KnobValue, Signal, TimeRange, near, parse_moment, parse_time};

/// What stands in a place of a value.
pub(super) enum Given<'e> {
    Text(&'e str),
    /// A word without quotes, which KDL would take for text.
    Bare(&'e str),
    Number(i128),
    Fraction(f64),
    Flag(bool),
    Null,
    Knob(KnobValue, &'e str),
}

impl Given<'_> {
    /// As in "but found …".
    fn describe(&self) -> String {
        match self {
            Given::Text(text) => format!("the text \"{}\"", clip(text)),
            Given::Bare(word) => format!("the bare word `{}`", clip(word)),
            Given::Number(number) => format!("the number {number}"),
            Given::Fraction(number) if number.is_finite() => format!("the number {number}"),
            Given::Fraction(_) => "`#nan` or `#inf`".into(),
            Given::Flag(flag) => format!("`#{flag}`"),
            Given::Null => "`#null`".into(),
            Given::Knob(value, name) => format!("the knob `{name}` ({})", kind(value)),
        }
    }
}

/// The kind of a knob, as in "which is …".
pub(super) const fn kind(value: &KnobValue) -> &'static str {
    match value {
        KnobValue::Flag(_) => "a flag",
        KnobValue::Inherit => "a daemon flag",
        KnobValue::Number(_) => "a number",
        KnobValue::Time(_) => "a time",
        KnobValue::Word(_) => "a word",
    }
}

/// Whether a text may be a name.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= limits::NAME_CHARS
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

impl Reader<'_> {
    /// What a value is; `None` if it is unusable, which has then been reported.
    pub(super) fn given<'e>(&mut self, entry: &'e KdlEntry) -> Option<Given<'e>> {
        let span = entry.span();
        if let Some(annotation) = entry.ty() {
            if annotation.value() != "knob" {
                let message = format!("`({})` is unknown before a value", clip(annotation.value()));
                self.fail(span, message, "unknown", "the only one is `(knob)`, as in `for=(knob)\"render\"`");
                return None;
            }
            let Some(name) = entry.value().as_string() else {
                self.fail(
                    span,
                    "`(knob)` stands before the name of a knob",
                    "not a name",
                    "write it as in `(knob)\"render\"`",
                );
                return None;
            };
            let value = self.knobs.value(name);
            if value.is_none() {
                self.unknown_knob(span, name);
            }
            return value.map(|value| Given::Knob(value, name));
        }
        Some(match entry.value() {
            KdlValue::Text(text) if self.text[span.start..span.end].ends_with(['"', '#']) => {
                Given::Text(text)
            }
            KdlValue::Text(word) => Given::Bare(word),
            KdlValue::Integer(number) => Given::Number(*number),
            KdlValue::Float(number) => Given::Fraction(*number),
            KdlValue::Flag(flag) => Given::Flag(*flag),
            KdlValue::Null => Given::Null,
            KdlValue::Broken => return None,
        })
    }

    /// A knob that nobody declared.
    pub(super) fn unknown_knob(&mut self, span: crate::diagnostic::Span, name: &str) {
        if self.suspects.contains(name) {
            return;
        }
        let help = near::suggest(name, self.knobs.declared_names());
        let help = if help.is_empty() {
            format!("declare it in `scenario`: `knob \"{}\" default=…`", clip(name))
        } else {
            help
        };
        self.fail(span, format!("no knob is called `{}`", clip(name)), "unknown knob", help);
    }

    fn expected<T>(
        &mut self,
        entry: &KdlEntry,
        what: &str,
        found: &Given,
        help: impl Into<String>,
    ) -> Option<T> {
        let span = entry.span();
        let message = format!("{what} is expected, but {} was found", found.describe());
        let help = if let Given::Knob(_, name) = found {
            format!("the knob `{name}` cannot stand here")
        } else {
            help.into()
        };
        self.fail(span, message, format!("not {what}"), help);
        None
    }

    /// Text in quotes; `what` as in "a title".
    fn any_text<'e>(&mut self, entry: &'e KdlEntry, what: &str) -> Option<&'e str> {
        match self.given(entry)? {
            Given::Text(text) => Some(text),
            found @ (Given::Bare(word) | Given::Knob(_, word)) => {
                let help = format!("write it in quotes: \"{}\"", clip(word));
                self.expected(entry, &format!("{what} in quotes"), &found, help)
            }
            found => {
                self.expected(entry, &format!("{what} in quotes"), &found, "text stands in quotes: \"…\"")
            }
        }
    }

    /// Text that may have several lines.
    pub(super) fn paragraph(&mut self, entry: &KdlEntry, what: &str) -> Option<String> {
        let text = self.any_text(entry, what)?;
        let span = entry.span();
        if text.chars().count() > limits::TEXT_CHARS {
            let message = format!("{what} has at most {} characters", limits::TEXT_CHARS);
            self.fail(span, message, "too long", "shorten it");
            return None;
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            // They could take over the terminal that shows the text.
            self.fail(span, format!("{what} has a control character"), "not printable", "remove it");
            return None;
        }
        Some(text.to_owned())
    }

    /// Text of one line that is not empty.
    pub(super) fn line(&mut self, entry: &KdlEntry, what: &str) -> Option<String> {
        let text = self.paragraph(entry, what)?;
        let span = entry.span();
        if text.trim().is_empty() {
            self.fail(span, format!("{what} is empty"), "nothing in it", "write something in the quotes");
            return None;
        }
        if text.contains('\n') {
            self.fail(span, format!("{what} is one line"), "several lines", "remove the line break");
            return None;
        }
        Some(text)
    }

    /// A name; `what` as in "the name of a thread".
    pub(super) fn name(&mut self, entry: &KdlEntry, what: &str) -> Option<String> {
        let text = self.any_text(entry, what)?;
        if is_name(text) {
            return Some(text.to_owned());
        }
        let span = entry.span();
        let message = format!("`{}` cannot be {what}", clip(text));
        let help = "a name begins with a letter and has up to 64 letters, digits, `-`, `_` and `.`";
        self.fail(span, message, "not a name", help);
        self.suspects.insert(text.to_owned());
        None
    }

    /// The class of an exception.
    pub(super) fn class(&mut self, entry: &KdlEntry) -> Option<String> {
        let text = self.any_text(entry, "the class of an exception")?;
        let fits = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && text.len() <= limits::NAME_CHARS
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !fits {
            let span = entry.span();
            let message = format!("`{}` cannot be the class of an exception", clip(text));
            self.fail(span, message, "not an identifier", "write it as in \"ValueError\"");
            return None;
        }
        Some(text.to_owned())
    }

    /// `#true` or `#false`.
    pub(super) fn flag(&mut self, entry: &KdlEntry) -> Option<bool> {
        match self.given(entry)? {
            Given::Flag(flag) | Given::Knob(KnobValue::Flag(flag), _) => Some(flag),
            found @ (Given::Bare(word) | Given::Text(word)) => {
                let help = match near::nearest(word, ["true", "false", "yes", "no", "on", "off"]) {
                    Some("true" | "yes" | "on") => "write `#true`",
                    Some(_) => "write `#false`",
                    None => "write `#true` or `#false`",
                };
                self.expected(entry, "`#true` or `#false`", &found, help)
            }
            found => self.expected(entry, "`#true` or `#false`", &found, "write `#true` or `#false`"),
        }
    }

    /// A whole number within `range`; `unit` as in " bytes", with its space, or empty.
    pub(super) fn number(
        &mut self,
        entry: &KdlEntry,
        range: RangeInclusive<i128>,
        unit: &str,
    ) -> Option<i128> {
        let number = match self.given(entry)? {
            Given::Number(number) => number,
            Given::Knob(KnobValue::Number(number), _) => number.into(),
            found => {
                let help = match &found {
                    Given::Text(text) if text.parse::<u64>().is_ok() => {
                        format!("write it without quotes: {text}")
                    }
                    _ => "write it as in 5".into(),
                };
                return self.expected(entry, "a whole number", &found, help);
            }
        };
        if range.contains(&number) {
            return Some(number);
        }
        let span = entry.span();
        let (from, to) = range.into_inner();
        let message = format!("a number from {from} to {to}{unit} is expected, but {number} was found");
        let label = if number < from { "too small" } else { "too large" };
        self.fail(span, message, label, format!("write a number from {from} to {to}"));
        None
    }

    /// A time, or a range of times.
    pub(super) fn time(&mut self, entry: &KdlEntry) -> Option<TimeRange> {
        self.timed(entry, |text| parse_time(text), Some)
    }

    /// A time that cannot be a range, µs.
    pub(super) fn moment(&mut self, entry: &KdlEntry) -> Option<u64> {
        self.timed(entry, parse_moment, |time| (time.min_us == time.max_us).then_some(time.min_us))
    }

    fn timed<T>(
        &mut self,
        entry: &KdlEntry,
        parse: impl Fn(&str) -> Result<T, String>,
        from_knob: impl Fn(TimeRange) -> Option<T>,
    ) -> Option<T> {
        let span = entry.span();
        match self.given(entry)? {
            Given::Text(text) => match parse(text) {
                Ok(time) => Some(time),
                Err(reason) => {
                    let message = format!("a time is expected, but found \"{}\": {reason}", clip(text));
                    let help = match text.parse::<u64>() {
                        Ok(number) => format!("write \"{number}s\" or \"{number}ms\""),
                        Err(_) => {
                            "a time is a number with a unit (us, ms, s, m, h, d), as in \"1.5s\"".into()
                        }
                    };
                    self.fail(span, message, "not a time", help);
                    None
                }
            },
            Given::Knob(KnobValue::Time(time), name) => {
                let time = from_knob(time);
                if time.is_none() {
                    let message = format!("one time is expected, but the knob `{name}` is a range");
                    self.fail(span, message, "a range", "give the knob one time, as in \"2s\"");
                }
                time
            }
            found @ Given::Number(number) if number >= 0 => {
                self.expected(entry, "a time", &found, format!("write \"{number}s\" or \"{number}ms\""))
            }
            found @ Given::Bare(word) => {
                self.expected(entry, "a time", &found, format!("write it in quotes: \"{}\"", clip(word)))
            }
            found => self.expected(entry, "a time", &found, "write it as in \"1.5s\""),
        }
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&mut self, entry: &KdlEntry, what: &str, choices: &[(&str, T)]) -> Option<T> {
        let names = || choices.iter().map(|(name, _)| *name);
        let knob;
        let word = match self.given(entry)? {
            Given::Text(text) => text,
            Given::Knob(KnobValue::Word(word), _) => {
                knob = word;
                &knob
            }
            found => {
                let help = match &found {
                    Given::Bare(word) => format!("write it in quotes: \"{}\"", clip(word)),
                    _ => near::suggest("", names()),
                };
                return self.expected(entry, &format!("{what} in quotes"), &found, help);
            }
        };
        let found = choices.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        if found.is_none() {
            let span = entry.span();
            let message = format!("{what} is expected, but \"{}\" was found", clip(word));
            self.fail(span, message, format!("not {what}"), near::suggest(word, names()));
        }
        found
    }

    /// A signal, with or without `SIG`.
    pub(super) fn signal(&mut self, entry: &KdlEntry) -> Option<Signal> {
        self.one_signal(entry, Signal::parse)
    }

    /// One that a process can die of.
    pub(super) fn deadly_signal(&mut self, entry: &KdlEntry) -> Option<Signal> {
        self.one_signal(entry, Signal::parse_deadly)
    }

    fn one_signal(&mut self, entry: &KdlEntry, parse: fn(&str) -> Option<Signal>) -> Option<Signal> {
        if let KdlValue::Text(text) = entry.value()
            && entry.ty().is_none()
            && self.text[..entry.span().end].ends_with('"')
            && let Some(signal) = parse(text)
        {
            return Some(signal);
        }
        self.word(entry, "a signal", &Signal::ALL.map(|signal| (signal.name(), signal)))
    }
}
