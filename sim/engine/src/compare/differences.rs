//! What differs from the first row, each with the rules that explain it.

use super::cells::{Cell, Column, Subject};
use super::parting::{Parting, Side};
use super::run::Run;
use crate::rules::{self, Rule};
use crate::scenario::clip::clip_line;
use crate::show::clean;
use crate::trace::{Event, Kind, Reason, Trace};

/// One thing that differs from the first row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What.
    pub subject: Subject,
    /// What it is called.
    pub name: String,
    /// What became of it here.
    pub here: String,
    /// What became of it in the first row.
    pub there: String,
    /// What says more than the two; may be empty.
    pub detail: String,
    /// The rules behind it: the one here first. Empty if the runs name none.
    pub because: Vec<Because>,
}

/// A rule that explains a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// Whose rule it is, as in `cpython-3.13`.
    pub runtime: String,
    /// The rule.
    pub rule: Rule,
}

impl Difference {
    /// Without the rules: "pdf: finished instead of cut off".
    pub fn fact(&self) -> String {
        let Difference { name, here, there, detail, .. } = self;
        match detail.as_str() {
            "" => format!("{name}: {here} instead of {there}"),
            detail => format!("{name}: {here} ({detail})"),
        }
    }

    /// Only what became of it: "pdf finished".
    pub(super) fn brief(&self) -> String {
        match self.detail.as_str() {
            "" => format!("{} {}", self.name, self.here),
            detail => format!("{} {} ({detail})", self.name, self.here),
        }
    }

    /// The rules to show beside a row of this runtime. Those of the first row are told where this one has none to
    /// tell: else each row would repeat them.
    pub(super) fn shown(&self, runtime: &str) -> &[Because] {
        match self.because.as_slice() {
            [first, ..] if first.runtime == runtime => &self.because[..1],
            all => all,
        }
    }

    fn says_the_same_as(&self, other: &Difference) -> bool {
        (&self.here, &self.there, &self.detail, &self.because)
            == (&other.here, &other.there, &other.detail, &other.because)
    }

    /// One sentence with its rules, without a full stop.
    pub fn sentence(&self) -> String {
        let because = |because: &Because| {
            format!("{} [{}, {}]", because.rule.sentence, because.runtime, because.rule.id)
        };
        match self.because.as_slice() {
            [] => self.fact(),
            [only] => format!("{}: {}", self.fact(), because(only)),
            [here, rest @ ..] => {
                let rest: Vec<_> = rest.iter().map(because).collect();
                format!("{}: {}; there {}", self.fact(), because(here), rest.join("; "))
            }
        }
    }
}

/// Those of which the same is to be said become one, with all their names.
pub(super) fn joined(differences: &[Difference]) -> Vec<Difference> {
    let mut joined: Vec<Difference> = Vec::new();
    for difference in differences {
        match joined.iter_mut().find(|other| other.says_the_same_as(difference)) {
            Some(same) => same.name = format!("{}, {}", same.name, difference.name),
            None => joined.push(difference.clone()),
        }
    }
    joined
}

/// Those with the same [`Difference::shown`], in the order of the first of each.
pub(super) fn by_rule<'d>(differences: &'d [Difference], runtime: &str) -> Vec<Vec<&'d Difference>> {
    let mut groups: Vec<Vec<&Difference>> = Vec::new();
    for difference in differences {
        match groups.iter_mut().find(|group| group[0].shown(runtime) == difference.shown(runtime)) {
            Some(group) => group.push(difference),
            None => groups.push(vec![difference]),
        }
    }
    groups
}

/// The two runs that a difference is between, each with its runtime.
pub(super) struct Sides<'r> {
    pub(super) here: (&'r str, &'r Run),
    pub(super) there: (&'r str, &'r Run),
    pub(super) parting: Option<&'r Parting>,
}

pub(super) fn difference(column: &Column, here: &Cell, there: &Cell, sides: &Sides<'_>) -> Difference {
    let (mine, theirs) = (&sides.here.1.trace, &sides.there.1.trace);
    let since = |side: fn(&Parting) -> Option<&Side>| sides.parting.and_then(side).map_or(0, |side| side.seq);
    let (here_since, there_since) = (since(|p| p.here.as_ref()), since(|p| p.there.as_ref()));
    let subject = &column.subject;
    let own = (about(subject, mine, here_since, theirs), about(subject, theirs, there_since, mine));
    let parting = sides.parting.map_or((None, None), |parting| {
        let reason =
            |side: Option<&Side>| side.map(|side| side.reason).filter(|reason| reason.rule.is_some());
        (reason(parting.here.as_ref()), reason(parting.there.as_ref()))
    });
    let mut reasons = (own.0.or(parting.0).unwrap_or_default(), own.1.or(parting.1).unwrap_or_default());
    // The same rule on both sides explains nothing: then where they part has to.
    if sentence(reasons.0) == sentence(reasons.1) {
        reasons = (parting.0.unwrap_or_default(), parting.1.unwrap_or_default());
    }
    let mut because: Vec<_> = because(sides.here.0, reasons.0).into_iter().collect();
    if sentence(reasons.0) != sentence(reasons.1) {
        because.extend(self::because(sides.there.0, reasons.1));
    }
    Difference {
        subject: column.subject.clone(),
        name: column.head.clone(),
        here: here.text.clone(),
        there: there.text.clone(),
        detail: match column.subject {
            Subject::Printed => first_other_line(&sides.here.1.trace, &sides.there.1.trace),
            _ => String::new(),
        },
        because,
    }
}

fn sentence(reason: Reason) -> Option<&'static str> {
    reason.why
}

fn because(runtime: &str, reason: Reason) -> Option<Because> {
    let found = rules::find(runtime).ok()?;
    let rule = rules::rules_of(&found).into_iter().find(|rule| Some(rule.id) == reason.rule)?;
    Some(Because { runtime: runtime.to_owned(), rule: *rule })
}

/// As in `line 2 is “goodbye”, not “one more picture”`.
fn first_other_line(here: &Trace, there: &Trace) -> String {
    let (here, there) = (&here.outcome.stdout, &there.outcome.stdout);
    let Some(at) = other_line(here, there) else { return String::new() };
    let line = |lines: &[String]| {
        lines.get(at).map_or("missing".to_owned(), |line| format!("“{}”", clean(&clip_line(line))))
    };
    format!("line {} is {}, not {}", at + 1, line(here), line(there))
}

fn other_line(here: &[String], there: &[String]) -> Option<usize> {
    (0..here.len().max(there.len())).find(|at| here.get(*at) != there.get(*at))
}

/// The first rule, since the runs have parted, that decided about a subject; none where no event about it names one.
fn about(subject: &Subject, trace: &Trace, since: u64, other: &Trace) -> Option<Reason> {
    let first = |concerns: &dyn Fn(&Event) -> bool| {
        let mut events = trace.events.iter().filter(|event| event.seq >= since);
        events.find(|event| event.reason.rule.is_some() && concerns(event)).map(|event| event.reason)
    };
    match subject {
        // That a run ends, and when, is decided where it parts from the other one.
        Subject::Ending | Subject::When | Subject::Process(_) | Subject::LeftBehind => None,
        Subject::Thread { process, name } => first(&|event| {
            let itself = event.thread.as_ref() == Some(name)
                && matches!(event.kind, Kind::CutOff | Kind::Finish | Kind::Raise | Kind::Blocked);
            let is_named = matches!(event.kind, Kind::Await | Kind::Abandon | Kind::StartThread);
            &event.process == process && (itself || is_named && names(&event.text, name))
        }),
        Subject::Threads { process, stem } => first(&|event| {
            let thread = event.thread.as_deref().unwrap_or_default();
            &event.process == process
                && crate::show::stem(thread) == stem
                && matches!(event.kind, Kind::CutOff | Kind::Finish | Kind::Raise | Kind::Blocked)
        }),
        Subject::File(path) => first(&|event| {
            matches!(event.kind, Kind::Lost | Kind::Flush | Kind::Close | Kind::Teardown)
                && names(&event.text, path)
        }),
        Subject::Handler { process, name, .. } => first(&|event| {
            let runs = matches!(event.kind, Kind::Handler | Kind::Register | Kind::Raise | Kind::Signal);
            &event.process == process && runs && names(&event.text, name)
        }),
        Subject::Printed => {
            let at = other_line(&trace.outcome.stdout, &other.outcome.stdout);
            at.and_then(|at| why_printed(trace, at))
        }
    }
}

/// Why the thread that printed this line had come there.
fn why_printed(trace: &Trace, line: usize) -> Option<Reason> {
    let text = trace.outcome.stdout.get(line)?;
    let nth = trace.outcome.stdout[..line].iter().filter(|other| *other == text).count();
    let prints = |event: &&Event| event.kind == Kind::Print && event.text == format!("prints \"{text}\"");
    let print = trace.events.iter().filter(prints).nth(nth)?;
    let before = trace.events.iter().take_while(|event| event.seq < print.seq);
    let mine = before.filter(|event| event.process == print.process && event.thread == print.thread);
    let leads_there = |event: &&Event| {
        event.reason.rule.is_some()
            && matches!(event.kind, Kind::Handler | Kind::Raise | Kind::Return | Kind::Signal | Kind::Await)
    };
    mine.filter(leads_there).last().map(|event| event.reason)
}

/// Whether a name stands in a sentence as a word of its own.
fn names(text: &str, name: &str) -> bool {
    let inside = |letter: Option<char>| letter.is_some_and(|l| l.is_alphanumeric() || matches!(l, '-' | '_'));
    text.match_indices(name).any(|(at, _)| {
        !inside(text[..at].chars().next_back()) && !inside(text[at + name.len()..].chars().next())
    })
}
