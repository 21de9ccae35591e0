//! The built-in scenarios: the files of `sim/scenarios`, compiled in.

use super::near;

/// One built-in scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name it is run by: the name of its file without `.kdl`.
    pub name: &'static str,
    /// Its text, for [`read`](super::read).
    pub source: &'static str,
}

/// Written by `build.rs`.
static ENTRIES: &[Entry] = include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// All built-in scenarios: `pdf-shutdown` first, the others by name.
pub fn all() -> &'static [Entry] {
    ENTRIES
}

/// The scenario with exactly this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

/// The name that was probably meant by `name`, if one is near.
pub fn nearest(name: &str) -> Option<&'static str> {
    near::nearest(name, ENTRIES.iter().map(|entry| entry.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::render;
    use crate::scenario::{Setup, read};

    #[test]
    fn every_built_in_scenario_reads_and_is_called_like_its_file() {
        for entry in all() {
            match read(entry.source, &Setup::default()) {
                Ok(scenario) => assert_eq!(scenario.name, entry.name),
                Err(diagnostics) => {
                    panic!("{}", render(&diagnostics, &format!("{}.kdl", entry.name), entry.source, false))
                }
            }
        }
    }

    #[test]
    fn the_list_is_sorted_after_the_flagship() {
        let names: Vec<_> = all().iter().map(|entry| entry.name).collect();
        let rest = names.strip_prefix(&["pdf-shutdown"]).unwrap_or(&names);
        assert!(rest.is_sorted(), "{rest:?}");
    }
}
