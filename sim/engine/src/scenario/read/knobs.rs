//! Knobs: declared ones, the daemon flags, and what `--set` makes of them.

use std::collections::HashSet;

use super::schema::Place;
use super::value::{Given, is_name, kind};
use super::{Reader, limits};
use crate::diagnostic::Diagnostic;
use crate::scenario::clip::clip;
use crate::scenario::kdl::{KdlEntry, KdlNode};
use crate::scenario::{Knob, KnobValue, Setup, format_range, near, parse_time};

/// All knobs of a scenario and the changes asked for.
#[derive(Default)]
pub(super) struct Knobs {
    declared: Vec<Knob>,
    /// The daemon flags of threads and spawned processes that are part of the scenario.
    daemons: Vec<Knob>,
    /// Names of the daemon flags of those that are not.
    left_out: HashSet<String>,
    sets: Vec<Set>,
}

/// One `--set`.
struct Set {
    name: String,
    value: String,
    used: bool,
}

impl Knobs {
    /// Takes the changes; the last one for a name counts.
    pub(super) fn new(setup: &Setup) -> Knobs {
        let sets = setup.set.iter().enumerate().filter(|(n, (name, _))| {
            // An earlier one of the same name is overridden.
            !setup.set[n + 1..].iter().any(|(later, _)| later == name)
        });
        let sets =
            sets.map(|(_, (name, value))| Set { name: name.clone(), value: value.clone(), used: false });
        Knobs { sets: sets.collect(), ..Knobs::default() }
    }

    /// The value of a declared knob.
    pub(super) fn value(&self, name: &str) -> Option<KnobValue> {
        self.declared.iter().find(|knob| knob.name == name).map(|knob| knob.value.clone())
    }

    pub(super) fn declared_names(&self) -> impl Iterator<Item = &str> {
        self.declared.iter().map(|knob| knob.name.as_str())
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.declared_names().chain(self.daemons.iter().map(|knob| knob.name.as_str()))
    }

    /// Whether a knob has this name, be it part of the scenario or left out.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.names().any(|known| known == name) || self.left_out.contains(name)
    }

    /// All of them, declared ones first.
    pub(super) fn into_list(self) -> Vec<Knob> {
        let mut all = self.declared;
        all.extend(self.daemons);
        all
    }

    /// What `--set` makes of a knob: its value, or what is wrong with it.
    fn turned(&mut self, knob: &Knob) -> Result<KnobValue, Diagnostic> {
        let Some(set) = self.sets.iter_mut().find(|set| set.name == knob.name) else {
            return Ok(knob.value.clone());
        };
        set.used = true;
        parse(knob, &set.value).map_err(|reason| {
            let message = format!("`--set {}={}`: {reason}", clip(&knob.name), clip(&set.value));
            Diagnostic::general(message).help(accepts(knob))
        })
    }

    /// What is wrong with changes of knobs that do not exist.
    pub(super) fn unknown(&self, suspects: &HashSet<String>) -> Vec<Diagnostic> {
        let mut found = vec![];
        for Set { name, .. } in self.sets.iter().filter(|set| !set.used) {
            let owner = name.strip_suffix(".daemon").unwrap_or(name);
            if suspects.contains(owner) {
                continue;
            }
            found.push(if self.left_out.contains(name) {
                Diagnostic::general(format!(
                    "the knob `{}` has nothing to act on: `{owner}` is left out",
                    clip(name)
                ))
                .help("the `when` or `unless` around it drops it; set the knob that it asks as well")
            } else {
                let help = near::suggest(name, self.names());
                let help = if help.is_empty() { "this scenario has no knobs".into() } else { help };
                Diagnostic::general(format!("there is no knob `{}`", clip(name))).help(help)
            });
        }
        found
    }
}

/// Reads a value for `knob`.
fn parse(knob: &Knob, text: &str) -> Result<KnobValue, String> {
    let wrong = || format!("the knob is {}, but \"{}\" is not", kind(&knob.default), clip(text));
    let daemon = knob.choices.is_empty() && knob.name.ends_with(".daemon");
    match &knob.default {
        KnobValue::Flag(_) | KnobValue::Inherit => match text {
            "true" | "#true" => Ok(KnobValue::Flag(true)),
            "false" | "#false" => Ok(KnobValue::Flag(false)),
            "inherit" if daemon && allows_inherit(knob) => Ok(KnobValue::Inherit),
            _ => Err(wrong()),
        },
        KnobValue::Number(_) => text.parse().map(KnobValue::Number).map_err(|_| wrong()),
        KnobValue::Time(_) => parse_time(text).map(KnobValue::Time),
        KnobValue::Word(_) if knob.choices.iter().any(|choice| choice == text) => {
            Ok(KnobValue::Word(text.to_owned()))
        }
        KnobValue::Word(_) => Err(format!("\"{}\" is not among the choices", clip(text))),
    }
}

/// The help text of a thread's flag says so; a process cannot inherit.
fn allows_inherit(knob: &Knob) -> bool {
    knob.help.ends_with(THREAD_FLAG)
}

const THREAD_FLAG: &str = "(true, false or inherit)";

/// What a knob accepts, for a help line.
fn accepts(knob: &Knob) -> String {
    match &knob.default {
        KnobValue::Flag(_) | KnobValue::Inherit if allows_inherit(knob) => {
            "it accepts true, false or inherit".into()
        }
        KnobValue::Flag(_) | KnobValue::Inherit => "it accepts true or false".into(),
        KnobValue::Number(default) => format!("it accepts a whole number, such as {default}"),
        KnobValue::Time(default) => {
            format!("it accepts a time, such as {} or 1s..3s", format_range(*default))
        }
        KnobValue::Word(_) => format!("it accepts {}", knob.choices.join(", ")),
    }
}

impl Reader<'_> {
    /// Reads a `knob` node and applies `--set` to it.
    pub(super) fn declare_knob(&mut self, node: &KdlNode) {
        if let Some(knob) = self.knob(node) {
            self.turn_and_add(knob, false);
        } else {
            self.suspect(node);
        }
    }

    fn knob(&mut self, node: &KdlNode) -> Option<Knob> {
        let found = self.node(node, Place::Scenario)?;
        let name = self.name(found.value(0)?, "the name of a knob")?;
        if self.knobs.value(&name).is_some() {
            let span = found.value(0)?.span();
            self.fail(span, format!("two knobs are called `{name}`"), "the second one", "rename one of them");
            return None;
        }
        if self.knobs.declared.len() >= limits::KNOBS {
            let message = format!("a scenario has at most {} knobs", limits::KNOBS);
            self.fail(found.span, message, "one too many", "remove some");
            return None;
        }
        let help = found
            .property("help")
            .and_then(|entry| self.line(entry, "the help of a knob"))
            .unwrap_or_default();
        let choices =
            found.property("choices").and_then(|entry| self.line(entry, "the choices")).unwrap_or_default();
        let choices: Vec<String> = choices.split_whitespace().map(str::to_owned).collect();
        let entry = found.property("default")?;
        let default = if choices.is_empty() {
            self.default(entry)?
        } else {
            let listed: Vec<(&str, usize)> =
                choices.iter().enumerate().map(|(n, word)| (word.as_str(), n)).collect();
            KnobValue::Word(choices[self.word(entry, "one of the choices", &listed)?].clone())
        };
        Some(Knob { name, help, value: default.clone(), default, choices })
    }

    fn default(&mut self, entry: &KdlEntry) -> Option<KnobValue> {
        Some(match self.given(entry)? {
            Given::Flag(flag) => KnobValue::Flag(flag),
            Given::Number(_) => KnobValue::Number(self.number(entry, 0..=u64::MAX.into(), "")? as u64),
            Given::Knob(..) => {
                let span = entry.span();
                self.fail(span, "the default of a knob cannot be another knob", "not here", "write a value");
                return None;
            }
            Given::Text(text) if parse_time(text).is_err() && is_name(text) => {
                let span = entry.span();
                let message =
                    format!("a knob that is a word needs `choices=`, but \"{}\" has none", clip(text));
                let help = format!("list them: choices=\"{} …\"; or write a time, as in \"1s\"", clip(text));
                self.fail(span, message, "a word without choices", help);
                return None;
            }
            _ => KnobValue::Time(self.time(entry)?),
        })
    }

    /// The daemon flag of a thread or a spawned process, which is a knob without being declared.
    ///
    /// `live` is false for one that a condition drops; its knob is then known, but of no use.
    pub(super) fn daemon_knob(
        &mut self,
        owner: &str,
        thread: bool,
        written: Option<bool>,
        live: bool,
    ) -> KnobValue {
        let name = format!("{owner}.daemon");
        let default = match written {
            Some(flag) => KnobValue::Flag(flag),
            None if thread => KnobValue::Inherit,
            None => KnobValue::Flag(false),
        };
        if !live {
            self.knobs.left_out.insert(name);
            return default;
        }
        let help = if thread {
            format!("whether the thread {owner} is a daemon {THREAD_FLAG}")
        } else {
            format!("whether the process {owner} is a daemon (true or false)")
        };
        self.turn_and_add(Knob { name, help, value: default.clone(), default, choices: vec![] }, true)
    }

    fn turn_and_add(&mut self, mut knob: Knob, daemon: bool) -> KnobValue {
        match self.knobs.turned(&knob) {
            Ok(value) => knob.value = value,
            Err(diagnostic) => self.diagnostics.push(diagnostic),
        }
        let value = knob.value.clone();
        let list = if daemon { &mut self.knobs.daemons } else { &mut self.knobs.declared };
        list.push(knob);
        value
    }

    /// Whether a `when` or `unless` keeps its block; `None` if it cannot be said, which has been reported.
    pub(super) fn condition(&mut self, node: &KdlNode) -> Option<bool> {
        let found = self.node(node, Place::Scenario)?;
        let name = self.name(found.value(0)?, "the name of a knob")?;
        let span = found.value(0)?.span();
        let Some(knob) = self.knobs.declared.iter().find(|knob| knob.name == name).cloned() else {
            if name.ends_with(".daemon") && !self.suspects.contains(&name) {
                let message =
                    format!("`{name}` is a daemon flag, and conditions ask only knobs that are declared");
                let help = "declare a knob, and write `daemon=(knob)\"NAME\"`";
                self.fail(span, message, "not declared", help);
            } else {
                self.unknown_knob(span, &name);
            }
            return None;
        };
        let holds = match (found.property("is"), &knob.value) {
            (None, KnobValue::Flag(flag)) => *flag,
            (None, _) => {
                let message =
                    format!("the knob `{name}` is {}, so it is compared with `is=`", kind(&knob.value));
                let help = format!(
                    "write it as in `{} \"{name}\" is=\"{}\" {{ … }}`",
                    found.shape.name,
                    shown(&knob.value)
                );
                self.fail(span, message, "`is=` is missing", help);
                return None;
            }
            (Some(entry), _) => self.is_one_of(entry, &knob)?,
        };
        Some(holds == (found.shape.name == "when"))
    }

    fn is_one_of(&mut self, entry: &KdlEntry, knob: &Knob) -> Option<bool> {
        let words = self.line(entry, "the value of a knob")?;
        let span = entry.span();
        let mut holds = false;
        for word in words.split_whitespace() {
            match parse(knob, word) {
                Ok(value) => holds |= value == knob.value,
                Err(reason) => {
                    let near = near::nearest(word, knob.choices.iter().map(String::as_str));
                    let help = near.map_or_else(|| accepts(knob), |near| format!("did you mean `{near}`?"));
                    self.fail(
                        span,
                        format!("the knob `{}` is never so: {reason}", knob.name),
                        "never so",
                        help,
                    );
                    return None;
                }
            }
        }
        Some(holds)
    }
}

/// A value as it is typed after `--set NAME=`.
fn shown(value: &KnobValue) -> String {
    match value {
        KnobValue::Flag(flag) => flag.to_string(),
        KnobValue::Inherit => "inherit".into(),
        KnobValue::Number(number) => number.to_string(),
        KnobValue::Time(time) => format_range(*time),
        KnobValue::Word(word) => word.clone(),
    }
}
