//! Identifiers made from a scenario's names, each given out once.

use std::collections::{BTreeMap, HashSet};

/// How a language writes a name of several words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Case {
    /// `flush_log`
    Snake,
    /// `flushLog`
    Camel,
    /// `FlushLog`
    Pascal,
    /// `FLUSH_LOG`
    Upper,
}

/// Gives identifiers out.
pub(super) struct Identifiers {
    taken: HashSet<String>,
    known: BTreeMap<(&'static str, String, Case), String>,
}

impl Identifiers {
    /// None is given yet; those in `reserved` never will be: keywords, and what the program calls by name.
    pub(super) fn new(reserved: &[&str]) -> Self {
        Identifiers {
            taken: reserved.iter().map(|word| (*word).to_owned()).collect(),
            known: BTreeMap::new(),
        }
    }

    /// The identifier of a thing, the same for each call. `kind` keeps a lock and an event of the same name apart,
    /// and is put behind the name when that alone is taken.
    pub(super) fn of(&mut self, kind: &'static str, name: &str, case: Case) -> String {
        self.distinct(kind, name, name, case)
    }

    /// As [`Identifiers::of`], for things that may have the same name and are told apart by `which`.
    pub(super) fn distinct(&mut self, kind: &'static str, name: &str, which: &str, case: Case) -> String {
        let key = (kind, which.to_owned(), case);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let plain = write(words(name), case);
        let with_kind = write(words(&format!("{name} {kind}")), case);
        let numbered = (2..).map(|number| write(words(&format!("{name} {kind} {number}")), case));
        let free = [plain, with_kind].into_iter().chain(numbered).find(|free| !self.taken.contains(free));
        let free = free.unwrap_or_default();
        self.taken.insert(free.clone());
        self.known.insert(key, free.clone());
        free
    }

    /// Takes an identifier as it stands, if it is free.
    pub(super) fn claim(&mut self, identifier: &str) -> bool {
        self.taken.insert(identifier.to_owned())
    }
}

/// The words of a name, in lower case, of ASCII letters and digits; never empty, never beginning with a digit.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    if words.first().is_none_or(|word| word.starts_with(|c: char| c.is_ascii_digit())) {
        words.insert(0, "x".to_owned());
    }
    words
}

fn write(words: Vec<String>, case: Case) -> String {
    let capital = |word: &String| word[..1].to_ascii_uppercase() + &word[1..];
    match case {
        Case::Snake => words.join("_"),
        Case::Upper => words.join("_").to_ascii_uppercase(),
        Case::Pascal => words.iter().map(capital).collect(),
        Case::Camel => words[..1].iter().cloned().chain(words[1..].iter().map(capital)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_once_and_never_a_keyword() {
        let mut identifiers = Identifiers::new(&["log"]);
        assert_eq!(identifiers.of("lock", "log", Case::Snake), "log_lock");
        assert_eq!(identifiers.of("event", "stop-now", Case::Camel), "stopNow");
        assert_eq!(identifiers.of("queue", "stop now", Case::Camel), "stopNowQueue");
        assert_eq!(identifiers.of("event", "stop-now", Case::Camel), "stopNow");
        assert_eq!(identifiers.of("file", "2.bin", Case::Pascal), "X2Bin");
    }
}
