//! Versions of a runtime.

use std::fmt;

/// `major.minor`, with a patch level where it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// As in 3.
    pub major: u16,
    /// As in 12.
    pub minor: u16,
    /// As in 1; `None` stands for the newest one.
    pub patch: Option<u16>,
}

/// The minor version of one that has none: whatever is the newest.
const NEWEST: u16 = u16::MAX;

impl Version {
    /// The newest patch of `major.minor`.
    pub const fn new(major: u16, minor: u16) -> Self {
        Version { major, minor, patch: None }
    }

    /// The newest release of a runtime that counts in whole numbers: `17`.
    pub const fn whole(major: u16) -> Self {
        Version { major, minor: NEWEST, patch: None }
    }

    /// Reads `17`.
    pub fn parse_whole(text: &str) -> Option<Version> {
        text.parse().ok().map(Version::whole)
    }

    /// Reads `3.12` or `3.12.1`.
    pub fn parse(text: &str) -> Option<Version> {
        let mut parts = text.split('.');
        let mut number = || parts.next().map(|part| part.parse::<u16>().ok());
        let (major, minor, patch) = (number()??, number()??, number());
        if parts.next().is_some() {
            return None;
        }
        match patch {
            None => Some(Version { major, minor, patch: None }),
            Some(patch) => Some(Version { major, minor, patch: Some(patch?) }),
        }
    }

    /// Whether it is `major.minor` or later.
    pub fn at_least(self, major: u16, minor: u16) -> bool {
        (self.major, self.minor) >= (major, minor)
    }

    /// Whether it is `major.minor` with a patch level up to `patch`; an unnamed patch is the newest.
    pub fn is_early_patch(self, major: u16, minor: u16, patch: u16) -> bool {
        (self.major, self.minor) == (major, minor) && self.patch.is_some_and(|mine| mine <= patch)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.minor == NEWEST {
            return write!(formatter, "{}", self.major);
        }
        write!(formatter, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(formatter, ".{patch}"))
    }
}
