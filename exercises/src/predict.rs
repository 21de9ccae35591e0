//! Grades predictions: the engine runs what was asked about and its answer is compared with the learner's.
//!
//! No answer is stored anywhere. The scenario is the untouched one, so the learner is free to play with the other.

use closing_time_engine::replay::Options;
use closing_time_engine::scenario::{Setup, Signal, parse_moment};
use closing_time_engine::trace::{Fate, Outcome, Status};
use closing_time_engine::{Loaded, load};

use crate::answers::{self, Answer};
use crate::checks::{self, Ask, Run};
use crate::{Exercise, Finding, Group, Mark, Problem, Report, command};

/// Grades `text`, the content of an answer file.
pub(crate) fn grade(exercise: &Exercise, text: &str) -> Result<Report, Problem> {
    let original = checks::original(exercise)?;
    let runs = checks::read(exercise, &original)?;
    let answers = match answers::parse(text) {
        Ok(answers) => answers,
        Err(mistakes) => {
            let why = format!("{}:\n  {}", exercise.shown(&exercise.file), mistakes.join("\n  "));
            return Ok(Report::unreadable(exercise, why));
        }
    };
    let groups = runs.iter().map(|run| group(exercise, run, &original, &answers));
    Ok(Report::new(exercise, groups.collect::<Result<_, _>>()?))
}

fn group(exercise: &Exercise, run: &Run, original: &str, answers: &[Answer]) -> Result<Group, Problem> {
    let outcome = outcome(original, &run.setup)?;
    let mut looks = vec![];
    let mut findings = vec![];
    for ask in &run.asks {
        let question = Question::parse(&ask.question)?;
        let name = run.name.to_lowercase();
        let mine = answers.iter().rfind(|one| one.run == name && one.question == ask.question.to_lowercase());
        let (mark, found) = judge(question, mine, &outcome);
        if mark == Mark::Wrong && !ask.look.is_empty() {
            looks.push(format!("{}: {}", ask.question, ask.look));
        }
        findings.push(Finding { mark, text: described(ask, mine), found });
    }
    let right = findings.iter().all(|finding| finding.mark == Mark::Right);
    // Only who has the answers is shown the way to them.
    let command = right.then(|| command::replay(&exercise.shown("scenario.kdl"), &run.setup, 0));
    Ok(Group { title: run.name.clone(), findings, look: looks.join("\n"), command })
}

fn described(ask: &Ask, mine: Option<&Answer>) -> String {
    let answer = mine.filter(|one| !one.is_open()).map_or("?", |one| one.answer.as_str());
    let shown: String = answer.chars().filter(|c| !c.is_control()).take(60).collect();
    format!("{} = {shown}", ask.question)
}

fn judge(question: Question<'_>, mine: Option<&Answer>, outcome: &Outcome) -> (Mark, String) {
    let Some(mine) = mine else { return (Mark::Open, "this line is missing in your file".into()) };
    if mine.is_open() {
        return (Mark::Open, "not answered yet".into());
    }
    match question.read(&mine.answer, outcome) {
        Err(expected) => (Mark::Wrong, format!("expected {expected}")),
        Ok(said) if said == question.truth(outcome) => (Mark::Right, String::new()),
        Ok(_) => (Mark::Wrong, "it is not so".into()),
    }
}

/// What comes of a run of the original.
fn outcome(original: &str, setup: &Setup) -> Result<Outcome, Problem> {
    let broken = |what: &str| Problem::new(format!("the original scenario does not run: {what}"));
    let loaded: Loaded = load(original, setup).map_err(|found| {
        broken(found.first().map_or("it cannot be read", |diagnostic| diagnostic.message.as_str()))
    })?;
    let trace = loaded.replay(&Options::default()).map_err(|_| broken("no choice was scripted"))?;
    Ok(trace.outcome)
}

/// The questions that the harness can answer.
#[derive(Clone, Copy)]
enum Question<'a> {
    /// `exit`: the exit code of the first process, or the signal that killed it.
    Exit,
    /// `ends after`: when the last process ended.
    EndsAfter,
    /// `cut off`: which threads, `main` aside, were stopped where they stood.
    CutOff,
    /// `bytes of PATH`: how many bytes are on disk.
    BytesOf(&'a str),
}

/// An answer that can be compared.
#[derive(PartialEq, Eq)]
enum Said {
    Code(u8),
    Killed(&'static str),
    After(u64),
    Never,
    Names(Vec<String>),
    Bytes(u64),
}

impl<'a> Question<'a> {
    fn parse(text: &'a str) -> Result<Self, Problem> {
        match text {
            "exit" => Ok(Question::Exit),
            "ends after" => Ok(Question::EndsAfter),
            "cut off" => Ok(Question::CutOff),
            _ => text
                .strip_prefix("bytes of ")
                .map(Question::BytesOf)
                .ok_or_else(|| Problem::new(format!("nobody can answer `{text}`"))),
        }
    }

    /// The learner's answer.
    ///
    /// # Errors
    ///
    /// What an answer to this question looks like.
    fn read(self, answer: &str, outcome: &Outcome) -> Result<Said, String> {
        let lower = answer.to_lowercase();
        match self {
            _ if lower == "never" && !matches!(self, Question::BytesOf(_) | Question::CutOff) => {
                Ok(Said::Never)
            }
            Question::Exit => {
                let word = lower.rsplit(' ').next().unwrap_or("");
                let code = word.parse().ok().map(Said::Code);
                code.or_else(|| Signal::parse(word).map(|signal| Said::Killed(signal.name())))
                    .ok_or_else(|| "an exit code such as 1, a signal such as KILL, or `never`".into())
            }
            Question::EndsAfter => parse_moment(&lower.replace(' ', ""))
                .map(Said::After)
                .map_err(|_| "a time such as 1.5s, or `never`".into()),
            Question::CutOff => {
                let mut names: Vec<String> = match lower.as_str() {
                    "none" | "nobody" | "nothing" | "-" => vec![],
                    _ => lower
                        .split([',', ' '])
                        .filter(|w| !w.is_empty() && *w != "and")
                        .map(String::from)
                        .collect(),
                };
                let threads = threads(outcome, |_| true);
                if let Some(stranger) = names.iter().find(|name| !threads.contains(name)) {
                    let shown: String = stranger.chars().take(30).collect();
                    return Err(format!("some of {}, or `none`; not `{shown}`", threads.join(", ")));
                }
                names.sort();
                names.dedup();
                Ok(Said::Names(names))
            }
            Question::BytesOf(_) => {
                bytes(&lower).map(Said::Bytes).ok_or_else(|| "a number of bytes such as 1024 or 1 KiB".into())
            }
        }
    }

    fn truth(self, outcome: &Outcome) -> Said {
        match self {
            Question::Exit => match outcome.processes.first().and_then(|first| first.status.as_ref()) {
                Some(Status::Code(code)) => Said::Code(*code),
                Some(Status::Signal(name)) => Said::Killed(name),
                None => Said::Never,
            },
            Question::EndsAfter => outcome.ended_at_us.map_or(Said::Never, Said::After),
            Question::CutOff => Said::Names(threads(outcome, |fate| fate == Fate::CutOff)),
            Question::BytesOf(path) => Said::Bytes(outcome.file(path).map_or(0, |file| file.durable)),
        }
    }
}

/// The names of the threads with a fate, sorted. `main` is left out: whether its end counts as "cut off" would be
/// a question about words.
fn threads(outcome: &Outcome, wanted: impl Fn(Fate) -> bool) -> Vec<String> {
    let threads = outcome.processes.iter().flat_map(|process| &process.threads);
    let mut names: Vec<String> = threads
        .filter(|thread| thread.name != "main" && wanted(thread.fate))
        .map(|thread| thread.name.to_lowercase())
        .collect();
    names.sort();
    names
}

/// `8192`, `8_192`, `8,192`, `8192 bytes`, `8 KiB`.
fn bytes(text: &str) -> Option<u64> {
    let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '_' | ',')).collect();
    let plain = plain.trim_end_matches("bytes").trim_end_matches("byte");
    match plain.strip_suffix("kib") {
        Some(number) => number.parse::<u64>().ok()?.checked_mul(1024),
        None => plain.parse().ok(),
    }
}
