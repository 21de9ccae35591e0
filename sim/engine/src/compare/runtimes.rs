//! Which runtimes are compared when none is named, and how versions that end alike share a row.

use super::Refused;
use super::run::Run;
use crate::rules;
use crate::show::runtime_words;

/// A row in the making.
pub(super) struct Candidate {
    pub(super) runtime: String,
    pub(super) runtimes: Vec<String>,
    pub(super) name: String,
    pub(super) run: Result<Run, Refused>,
}

impl Candidate {
    /// A runtime that was named. Its label says the version, whether it was named or not.
    pub(super) fn one(label: &str, run: impl Fn(&str) -> Result<Run, Refused>) -> Candidate {
        let label = rules::find(label).map_or_else(|_| label.to_owned(), |found| found.label());
        let (runtimes, name, run) = (vec![label.clone()], runtime_words(&label), run(&label));
        Candidate { runtime: label, runtimes, name, run }
    }
}

/// The runtime of which all versions are meant: `cpython` of `cpython-all`.
pub(super) fn family_of(label: &str) -> Option<&str> {
    label.strip_suffix("-all")
}

/// The rows of a runtime that was named.
pub(super) fn named(label: &str, run: impl Fn(&str) -> Result<Run, Refused>) -> Vec<Candidate> {
    let Some(name) = family_of(label) else { return vec![Candidate::one(label, run)] };
    let own = rules::find(name).map_or_else(|_| name.to_owned(), |found| found.label());
    let family = families(&own).into_iter().filter(|family| family.name == name);
    family.flat_map(|family| rows_of(&family, &run)).collect()
}

/// Every runtime there is, `own` first; of each the default version first, and one row for all that end alike.
pub(super) fn folded(own: &str, run: impl Fn(&str) -> Result<Run, Refused>) -> Vec<Candidate> {
    let mut families = families(own);
    families.sort_by_key(|family| family.first != own);
    families.iter().flat_map(|family| rows_of(family, &run)).collect()
}

/// The rows of all versions of a runtime, one for all that end alike.
fn rows_of(family: &Family, run: impl Fn(&str) -> Result<Run, Refused>) -> Vec<Candidate> {
    let others = family.labels.iter().filter(|label| **label != family.first);
    let mut groups: Vec<Candidate> = Vec::new();
    for label in std::iter::once(&family.first).chain(others) {
        let run = run(label);
        match groups.iter_mut().find(|group| alike(group, label, &run)) {
            Some(group) => group.runtimes.push(label.clone()),
            None => groups.push(Candidate {
                runtime: label.clone(),
                runtimes: vec![label.clone()],
                name: String::new(),
                run,
            }),
        }
    }
    for group in &mut groups {
        group.runtimes.sort_by_key(|label| family.labels.iter().position(|other| other == label));
        group.name = name(family.name, &family.labels, &group.runtimes);
    }
    groups
}

/// A runtime with the labels of its versions, in order.
struct Family {
    name: &'static str,
    first: String,
    labels: Vec<String>,
}

fn families(own: &str) -> Vec<Family> {
    let family = |(name, versions): (&'static str, &'static [&'static str])| {
        let default = rules::find(name).ok();
        let own = rules::find(own).ok().filter(|own| own.name == name);
        let first = own.or(default)?.label();
        let mut labels: Vec<_> = versions.iter().map(|version| format!("{name}-{version}")).collect();
        labels.retain(|label| rules::find(label).is_ok());
        if !labels.contains(&first) {
            labels.insert(0, first.clone());
        }
        Some(Family { name, first, labels })
    };
    rules::all().filter_map(family).collect()
}

fn alike(group: &Candidate, label: &str, run: &Result<Run, Refused>) -> bool {
    match (&group.run, run) {
        (Ok(group), Ok(run)) => group.ends_like(run),
        (Err(there), Err(here)) => {
            // A message may name the version that it is about.
            let words = |refused: &Refused, label: &str| {
                refused.sentences().iter().map(|text| text.replace(label, "")).collect::<Vec<_>>()
            };
            words(there, &group.runtime) == words(here, label)
        }
        _ => false,
    }
}

/// As in `cpython 3.8 to 3.11, 3.13`.
fn name(family: &str, all: &[String], mine: &[String]) -> String {
    let version = |label: &str| {
        label.strip_prefix(family).map_or(label, |rest| rest.trim_start_matches('-')).to_owned()
    };
    let place = |label: &String| all.iter().position(|other| other == label);
    let mut stretches: Vec<Vec<&String>> = Vec::new();
    for label in mine {
        match stretches.last_mut() {
            Some(stretch) if place(label) == stretch.last().and_then(|last| place(last)).map(|at| at + 1) => {
                stretch.push(label);
            }
            _ => stretches.push(vec![label]),
        }
    }
    let is_number = |label: &String| version(label).starts_with(|letter: char| letter.is_ascii_digit());
    let words = stretches.iter().flat_map(|stretch| match stretch.as_slice() {
        [first, .., last] if stretch.len() > 2 && stretch.iter().all(|label| is_number(label)) => {
            vec![format!("{} to {}", version(first), version(last))]
        }
        few => few.iter().map(|label| version(label)).collect(),
    });
    let words = words.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ");
    format!("{family} {words}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_a_stretch() {
        let labels = |versions: &[&str]| versions.iter().map(|v| format!("x-{v}")).collect::<Vec<_>>();
        let all = labels(&["1", "2", "3", "3.1", "4", "next"]);
        let named = |versions: &[&str]| name("x", &all, &labels(versions));
        assert_eq!(named(&["1", "2", "3"]), "x 1 to 3");
        assert_eq!(named(&["1", "2"]), "x 1, 2");
        assert_eq!(named(&["1", "2", "3", "4"]), "x 1 to 3, 4");
        assert_eq!(named(&["3.1", "4", "next"]), "x 3.1, 4, next", "only numbers have an order to read");
        assert_eq!(name("x", &["x".to_owned()], &["x".to_owned()]), "x", "a runtime without versions");
    }
}
