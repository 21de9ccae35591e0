//! Two runtimes, or two versions of one, side by side: only what differs.

use serde::Serialize;

use super::told::{Fact, facts_of, steps};
use super::{ExceptionCode, Phase, Rule, Runtime, paired_rules};

/// What differs between two rule sets. Two sources for the same statement are no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesDiff {
    /// Facts that have another value.
    pub facts: Vec<(Fact, Fact)>,
    /// Phases of the end of a program.
    pub phases: Vec<PhaseDiff>,
    /// Phases of the end of a spawned process.
    pub child_phases: Vec<PhaseDiff>,
    /// Reasons that are worded otherwise, one pair for each topic.
    pub rules: Vec<(&'static Rule, &'static Rule)>,
}

/// A phase that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhaseDiff {
    /// Only the left side has it.
    Left(Phase),
    /// Only the right side has it.
    Right(Phase),
    /// Both have it, and these of its lines differ.
    Both(Phase, Phase, Vec<Line>),
}

/// One line of a phase on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it says, as in "waits for".
    pub name: &'static str,
    /// As the left side has it.
    pub left: String,
    /// As the right side has it.
    pub right: String,
}

impl RulesDiff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
            && self.phases.is_empty()
            && self.child_phases.is_empty()
            && self.rules.is_empty()
    }
}

/// What differs between two runtimes.
pub fn diff(left: &Runtime, right: &Runtime) -> RulesDiff {
    let same_runtime = left.name == right.name;
    let facts = paired(facts_of(left), facts_of(right));
    RulesDiff {
        facts: facts.into_iter().filter(|(left, right)| left.value != right.value).collect(),
        phases: phases(&left.phases, &right.phases, same_runtime),
        child_phases: phases(&left.child_phases, &right.child_phases, same_runtime),
        rules: paired_rules(left, right)
            .into_iter()
            .filter(|(left, right)| left.sentence != right.sentence)
            .collect(),
    }
}

/// Pairs facts that answer the same question. Only what a runtime has not is a fact that another one may lack.
fn paired(left: Vec<Fact>, mut right: Vec<Fact>) -> Vec<(Fact, Fact)> {
    let has = |name| Fact { name, value: "is there".to_owned(), rule: None, about: None };
    let mut pairs = Vec::new();
    for fact in left {
        let other = right.iter().position(|other| other.name == fact.name);
        let other = other.map_or_else(|| has(fact.name), |position| right.remove(position));
        pairs.push((fact, other));
    }
    let only_right = right.into_iter().map(|fact| (has(fact.name), fact));
    only_right.chain(pairs).collect()
}

/// The lines of a phase: what it says, then what the engine executes.
pub fn lines_of(phase: &Phase) -> Vec<(&'static str, String)> {
    let code = match phase.exception_code {
        ExceptionCode::Kept => "the exit code stays".to_owned(),
        ExceptionCode::Set(code) => format!("the exit code is {code}"),
        ExceptionCode::AsInMain => "the exit code is that of one that leaves main".to_owned(),
    };
    vec![
        ("name", phase.name.to_owned()),
        ("waits for", phase.waits_for.to_owned()),
        ("keeps running", phase.keeps_running.to_owned()),
        ("stops", phase.stops.to_owned()),
        ("runs", phase.runs.to_owned()),
        ("flushes", phase.flushes.to_owned()),
        ("does", steps(phase.ops)),
        ("an exception", format!("leads to {}; {code}", phase.on_exception)),
    ]
}

fn phases(left: &[Phase], right: &[Phase], same_runtime: bool) -> Vec<PhaseDiff> {
    let mut found = Vec::new();
    for pair in aligned(left, right, same_runtime) {
        match pair {
            (Some(left), None) => found.push(PhaseDiff::Left(*left)),
            (None, Some(right)) => found.push(PhaseDiff::Right(*right)),
            (Some(left), Some(right)) => {
                let both = lines_of(left).into_iter().zip(lines_of(right));
                let lines: Vec<_> = both
                    .filter(|(left, right)| left != right)
                    .map(|((name, left), (_, right))| Line { name, left, right })
                    .collect();
                if !lines.is_empty() {
                    found.push(PhaseDiff::Both(*left, *right, lines));
                }
            }
            (None, None) => {}
        }
    }
    found
}

/// Puts phases that correspond beside each other and keeps the order of both sides: a longest common subsequence.
///
/// Versions of one runtime name their phases alike. Different runtimes do not; there two phases correspond if they
/// have a step in common.
fn aligned<'p>(
    left: &'p [Phase],
    right: &'p [Phase],
    same_runtime: bool,
) -> Vec<(Option<&'p Phase>, Option<&'p Phase>)> {
    let alike = |left: &Phase, right: &Phase| match same_runtime {
        true => left.id == right.id,
        false => {
            left.ops.iter().any(|op| right.ops.contains(op)) || (left.ops.is_empty() && right.ops.is_empty())
        }
    };
    // How many can be paired of what follows these positions.
    let mut most = vec![vec![0_usize; right.len() + 1]; left.len() + 1];
    for (l, phase) in left.iter().enumerate().rev() {
        for (r, other) in right.iter().enumerate().rev() {
            most[l][r] = match alike(phase, other) {
                true => most[l + 1][r + 1] + 1,
                false => most[l + 1][r].max(most[l][r + 1]),
            };
        }
    }
    let (mut l, mut r, mut pairs) = (0, 0, Vec::new());
    while l < left.len() || r < right.len() {
        match (left.get(l), right.get(r)) {
            (Some(phase), Some(other)) if alike(phase, other) => {
                pairs.push((Some(phase), Some(other)));
                (l, r) = (l + 1, r + 1);
            }
            (Some(phase), other) if other.is_none() || most[l + 1][r] >= most[l][r + 1] => {
                pairs.push((Some(phase), None));
                l += 1;
            }
            (_, other) => {
                pairs.push((None, other));
                r += 1;
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;

    fn between(left: &str, right: &str) -> RulesDiff {
        diff(&find(left).unwrap(), &find(right).unwrap())
    }

    #[test]
    fn a_runtime_does_not_differ_from_itself() {
        assert!(between("cpython", "cpython-3.13").is_empty());
        assert!(!between("cpython-3.12", "cpython-3.12.1").is_empty());
    }

    #[test]
    fn what_3_12_changed() {
        let found = between("cpython-3.11", "cpython-3.12");
        let facts: Vec<_> =
            found.facts.iter().map(|(left, right)| (left.name, &*left.value, &*right.value)).collect();
        let refused = "RuntimeError: can't create new thread at interpreter shutdown";
        assert_eq!(facts, [("a thread started during teardown", "whoever starts it hangs", refused)]);
        assert_eq!(found.facts[0].0.rule.unwrap().id, "cpython/start-hangs");
        assert_eq!(found.facts[0].1.rule.unwrap().id, "cpython/start-refused");
        assert!(found.phases.is_empty() && found.child_phases.is_empty() && found.rules.is_empty());
    }

    #[test]
    fn a_step_that_moves_to_another_phase_is_seen_on_both() {
        let found = between("cpython-3.8", "cpython-3.9");
        let does = |at: usize| match &found.phases[at] {
            PhaseDiff::Both(left, _, lines) => {
                let line = lines.iter().find(|line| line.name == "does").unwrap();
                (left.id, line.left.clone(), line.right.clone())
            }
            other => panic!("{other:?}"),
        };
        let drain = "wait until the thread pools have done everything";
        assert_eq!(does(0), ("P1", "nothing".into(), format!("run the early exit handlers, {drain}")));
        assert_eq!(
            does(1),
            ("P3", format!("run the exit handlers, {drain}"), "run the exit handlers".into())
        );
        assert_eq!(found.phases.len(), 2);
    }

    #[test]
    fn phases_come_and_go_in_their_order() {
        let found = between("cpython-3.12", "cpython-3.13");
        let ids: Vec<_> = found
            .child_phases
            .iter()
            .map(|phase| match phase {
                PhaseDiff::Left(left) => format!("-{}", left.id),
                PhaseDiff::Right(right) => format!("+{}", right.id),
                PhaseDiff::Both(left, ..) => format!("={}", left.id),
            })
            .collect();
        assert_eq!(ids.join(" "), "+C2a +C2b +C2c +C3 =C1 -C2");
        let back = between("cpython-3.13", "cpython-3.12").child_phases.len();
        assert_eq!(back, ids.len());
    }

    #[test]
    fn phases_of_other_names_are_paired_by_what_they_do() {
        let renamed = |phase: &Phase| Phase { id: "X", name: "other", ..*phase };
        let mine = find("cpython").unwrap().phases;
        let other: Vec<_> = mine.iter().skip(2).map(renamed).collect();
        let pairs = aligned(&mine, &other, false);
        let paired = pairs.iter().filter(|(left, right)| left.is_some() && right.is_some()).count();
        assert_eq!((pairs.len(), paired), (7, 5));
        assert_eq!(aligned(&mine, &other, true).len(), 12, "by name nothing corresponds");
    }
}
