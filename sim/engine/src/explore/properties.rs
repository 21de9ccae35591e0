//! What is claimed of all runs, checked while they are searched: moments on every state, claims about outcomes on
//! every state in which runs end.
//!
//! The search sees states in the order of their distance, so the first counterexample is a nearest one.
//! Endless loops are found when all states are known; they count with the distance at which they begin.

use std::collections::HashSet;

use super::observes::{Observes, locks, stimuli, threads};
use crate::program::{LockId, Program, ThreadId};
use crate::scenario::{Claim, Held, Quantifier, Scenario, Subject};
use crate::trace::{Ending, judge, outcome_of};
use crate::world::{Choice, ProcessStatus, State, ThreadStatus};

/// The answer to one claim about all runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The claim in one line, such as `never hangs`.
    pub text: String,
    /// In which runs it is to hold; `None` for a claim that the scenario makes of its default run only, and that is
    /// here asked of every run.
    pub quantifier: Option<Quantifier>,
    /// Whether it holds; `None`: the search did not see everything, and nothing that it saw decides.
    pub holds: Option<bool>,
    /// A shortest way to what decides: the counterexample of what is refuted, the example of a `sometimes`.
    pub witness: Option<Vec<Choice>>,
    /// What is worth saying besides: what the counterexample does instead, or that nothing was ever put to the test.
    pub found: String,
}

/// The claims, and what decides them so far.
pub(super) struct Properties<'p> {
    program: &'p Program,
    asked: Vec<Asked<'p>>,
    observes: Observes,
    /// Ends of runs that were judged, by what is observed of them.
    judged: HashSet<Vec<u64>>,
}

struct Asked<'p> {
    text: &'p str,
    quantifier: Option<Quantifier>,
    subject: Compiled<'p>,
    /// The state that decides, its distance, and what is so there.
    decided: Option<(usize, u32, String)>,
    /// Whether some run put it to the test.
    tested: bool,
}

enum Compiled<'p> {
    Outcome(&'p Claim),
    Moment(Moment),
}

/// Locks with the threads one of which is to hold it; no threads: anyone.
struct Moment {
    wanted: Vec<(Vec<LockId>, Option<Vec<ThreadId>>)>,
    frozen: bool,
}

impl<'p> Properties<'p> {
    /// Nothing is claimed.
    pub(super) fn none(program: &'p Program) -> Self {
        Properties { program, asked: Vec::new(), observes: Observes::default(), judged: HashSet::new() }
    }

    /// Everything that a scenario claims, as far as it can be asked of all runs.
    pub(super) fn of(program: &'p Program, scenario: &'p Scenario) -> Self {
        let mut properties = Self::none(program);
        for plain in &scenario.expectations {
            if !matches!(plain.claim, Claim::EndsWithin(_) | Claim::Prints(_)) {
                properties.ask(&plain.text, None, Compiled::Outcome(&plain.claim));
                properties.observes.add_claim(program, &plain.claim);
            }
        }
        for property in &scenario.properties {
            let subject = match &property.subject {
                Subject::Outcome(claim) => {
                    properties.observes.add_claim(program, claim);
                    Compiled::Outcome(claim)
                }
                Subject::Moment(held) => {
                    properties.observes.add_held(program, held);
                    Compiled::Moment(Moment::of(program, held))
                }
            };
            if let Quantifier::Eventually { after } = property.quantifier {
                properties.observes.add_signal(program, after);
            }
            properties.ask(&property.text, Some(property.quantifier), subject);
        }
        properties
    }

    fn ask(&mut self, text: &'p str, quantifier: Option<Quantifier>, subject: Compiled<'p>) {
        self.asked.push(Asked { text, quantifier, subject, decided: None, tested: false });
    }

    /// What the claims look at: whoever leaves states out of the search must not hide it.
    pub(super) fn observes(&self) -> &Observes {
        &self.observes
    }

    /// Whether something is claimed of every state.
    pub(super) fn ask_moments(&self) -> bool {
        self.asked.iter().any(|asked| matches!(asked.subject, Compiled::Moment(_)))
    }

    /// A state is reached, in the order of the distance.
    pub(super) fn see(&mut self, state: &State, position: usize, distance: u32) {
        for asked in self.asked.iter_mut().filter(|asked| asked.decided.is_none()) {
            if let Compiled::Moment(moment) = &asked.subject
                && moment.is_now(self.program, state)
            {
                asked.decided = Some((position, distance, String::new()));
            }
        }
    }

    /// A run ends in a state, or goes round there for ever.
    pub(super) fn end(&mut self, state: &State, position: usize, distance: u32, ending: Ending) {
        // What lies behind a cut is unknown.
        if !self.observes.endings || ending == Ending::Bound {
            return;
        }
        let is_new = self.judged.insert(self.observes.key(self.program, state, ending));
        // An endless loop may begin nearer than an end that was judged before it.
        if !is_new && ending != Ending::Endless {
            return;
        }
        let outcome = outcome_of(self.program, state, ending, None, Vec::new());
        for asked in &mut self.asked {
            let Compiled::Outcome(claim) = asked.subject else { continue };
            if let Some(Quantifier::Eventually { after }) = asked.quantifier {
                let mut sent = stimuli(self.program, after);
                if sent.all(|number| state.may_strike(self.program, number)) {
                    continue;
                }
            }
            asked.tested = true;
            let (holds, found) = judge(claim, &outcome);
            let nearer = asked.decided.as_ref().is_none_or(|(_, known, _)| distance < *known);
            if holds == asked.looks_for() && nearer {
                asked.decided = Some((position, distance, if holds { String::new() } else { found }));
            }
        }
    }

    /// The answers. `complete`: whether every state was seen.
    /// `way`: the choices that lead to a state.
    pub(super) fn finish(self, complete: bool, way: impl Fn(usize) -> Vec<Choice>) -> Vec<Verdict> {
        let verdict = |asked: Asked<'p>| {
            let exists = asked.quantifier == Some(Quantifier::Sometimes);
            let untested = match asked.quantifier {
                Some(Quantifier::Eventually { after }) if complete && !asked.tested => {
                    format!("{} never strikes", after.name())
                }
                _ => String::new(),
            };
            let holds = match &asked.decided {
                Some(_) => Some(exists),
                None => complete.then_some(!exists),
            };
            let (witness, found) = match asked.decided {
                Some((position, _, found)) => (Some(way(position)), found),
                None => (None, untested),
            };
            Verdict { text: asked.text.to_owned(), quantifier: asked.quantifier, holds, witness, found }
        };
        self.asked.into_iter().map(verdict).collect()
    }
}

impl Asked<'_> {
    /// Whether a claim that is true decides, or one that is false.
    fn looks_for(&self) -> bool {
        matches!(self.quantifier, Some(Quantifier::Never | Quantifier::Sometimes))
    }
}

impl Moment {
    fn of(program: &Program, held: &Held) -> Self {
        let by = |number: usize| match &held.by[..] {
            [] => None,
            [one] => Some(one),
            each => each.get(number),
        };
        let wanted = held.locks.iter().enumerate().map(|(number, name)| {
            let by = by(number).map(|name| threads(program, name).collect());
            (locks(program, name).collect(), by)
        });
        Moment { wanted: wanted.collect(), frozen: held.frozen }
    }

    fn is_now(&self, program: &Program, state: &State) -> bool {
        self.wanted.iter().all(|(locks, by)| {
            locks.iter().any(|lock| {
                let Some(holder) = state.holder(program, *lock) else { return false };
                let process = state.process_status(program, program.process_of(holder));
                let frozen = || state.thread_status(program, holder) == ThreadStatus::CutOff;
                process == ProcessStatus::Live
                    && by.as_ref().is_none_or(|by| by.contains(&holder))
                    && (!self.frozen || frozen())
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load;
    use crate::scenario::Setup;

    #[test]
    fn a_reduction_is_told_what_claims_look_at() {
        let text = r#"scenario "t" format=1 {
            title "T"
            process "p" {
                main { open "f"; open "g"; on-exit "bye" { }; on-exit "other" { }; start "w" "v"; }
                thread "w" count=3 { lock "l" { }; }
                thread "v" { lock "m" { }; }
            }
            at "1s" { signal "HUP" to="p"; }
            at "1s" { signal "TERM" to="p"; }
            expect {
                never { loses "g"; held "l" by="w-2"; }
                always { runs "bye"; finishes "w"; }
                eventually after="TERM" { exits; }
            }
        }"#;
        let loaded = load(text, &Setup::default()).unwrap();
        let program = &loaded.program;
        let properties = Properties::of(program, &loaded.scenario);
        let observes = properties.observes();
        let names = |threads: &mut dyn Iterator<Item = &ThreadId>| {
            threads.map(|thread| program.thread_name(*thread)).collect::<Vec<_>>()
        };
        assert!(observes.endings);
        assert_eq!(names(&mut observes.threads.iter()), ["w-1", "w-2", "w-3"]);
        assert_eq!(names(&mut observes.holders.iter()), ["w-2"]);
        let locks: Vec<_> = observes.locks.iter().map(|lock| &program.locks[lock.index()].name).collect();
        assert_eq!(locks, ["l"]);
        let files: Vec<_> = observes.files.iter().map(|file| &program.files[file.index()].path).collect();
        assert_eq!(files, ["g"]);
        let handlers: Vec<_> = observes.handlers.iter().map(|id| &program.handler(*id).name).collect();
        assert_eq!(handlers, ["bye"]);
        assert_eq!(observes.stimuli.iter().collect::<Vec<_>>(), [&1]);
        assert_eq!(*Properties::none(program).observes(), Observes::default());
    }
}
