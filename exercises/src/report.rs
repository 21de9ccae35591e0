//! What grading found, and how it is told.

use closing_time_engine::show::{Paint, Role, wrap};

use crate::Exercise;

/// The verdict on an exercise, with everything that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The exercise's name.
    pub exercise: String,
    /// Its title.
    pub title: String,
    /// Why the learner's file could not be graded at all, several lines; empty when it could.
    pub unreadable: String,
    /// What was checked, one group per run.
    pub groups: Vec<Group>,
}

/// The checks that belong to one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Which run, in words.
    pub title: String,
    /// Its checks.
    pub findings: Vec<Finding>,
    /// What to think about when something is wrong; may be empty.
    pub look: String,
    /// The command that replays this run; `None` where it would give the answer away.
    pub command: Option<String>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The answer.
    pub mark: Mark,
    /// What was checked.
    pub text: String,
    /// What was found instead; empty when it is right.
    pub found: String,
}

/// The answer of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is so.
    Right,
    /// It is not.
    Wrong,
    /// Nobody has answered yet.
    Open,
}

impl Mark {
    /// The sign in front of a line, and the role of its colour. The three differ without colour, too.
    pub const fn sign(self) -> (&'static str, Role) {
        match self {
            Mark::Right => ("✓", Role::Good),
            Mark::Wrong => ("✗", Role::Bad),
            Mark::Open => ("?", Role::Warn),
        }
    }
}

impl Group {
    /// The worst of its findings; open counts as worse than right and better than wrong.
    pub fn mark(&self) -> Mark {
        let any = |mark| self.findings.iter().any(|finding| finding.mark == mark);
        match (any(Mark::Wrong), any(Mark::Open)) {
            (true, _) => Mark::Wrong,
            (false, true) => Mark::Open,
            (false, false) => Mark::Right,
        }
    }

    fn details(&self, paint: &dyn Paint, columns: usize, out: &mut String) {
        let width = self.findings.iter().map(|finding| finding.text.chars().count()).max().unwrap_or(0);
        for finding in &self.findings {
            let (sign, role) = finding.mark.sign();
            let space = " ".repeat(width - finding.text.chars().count());
            let line = format!("{}{space}  {}", finding.text, finding.found);
            out.push_str(&format!("      {} {}\n", paint.paint(role, sign), line.trim_end()));
        }
        for line in self.look.lines().flat_map(|line| wrap(line, columns.saturating_sub(6).max(20))) {
            out.push_str(&format!("      {}\n", paint.paint(Role::Dim, &line)));
        }
    }
}

impl Report {
    pub(crate) fn new(exercise: &Exercise, groups: Vec<Group>) -> Report {
        let (name, title) = (exercise.name.clone(), exercise.title.clone());
        Report { exercise: name, title, unreadable: String::new(), groups }
    }

    pub(crate) fn unreadable(exercise: &Exercise, why: String) -> Report {
        Report { unreadable: why, ..Report::new(exercise, vec![]) }
    }

    /// Whether the exercise is solved: there were checks, and all of them hold.
    pub fn solved(&self) -> bool {
        self.unreadable.is_empty()
            && !self.groups.is_empty()
            && self.groups.iter().all(|group| group.mark() == Mark::Right)
    }

    /// How many checks hold, and how many there are.
    pub fn score(&self) -> (usize, usize) {
        let findings = || self.groups.iter().flat_map(|group| &group.findings);
        (findings().filter(|finding| finding.mark == Mark::Right).count(), findings().count())
    }

    /// The report as text, with a newline at the end. Advice is wrapped to so many columns; commands, which can be
    /// copied, are not.
    pub fn render(&self, paint: &dyn Paint, columns: usize) -> String {
        let mut out = format!("{} · {}\n", paint.paint(Role::Heading, &self.exercise), self.title);
        if !self.unreadable.is_empty() {
            out.push_str(&format!("\n{}\n", self.unreadable.trim_end()));
        }
        let mut compact = false;
        for group in &self.groups {
            let (sign, role) = group.mark().sign();
            // What is right needs no details; a group with details stands apart.
            let details = group.mark() != Mark::Right;
            if details || !compact {
                out.push('\n');
            }
            compact = !details;
            out.push_str(&format!("  {} {}\n", paint.paint(role, sign), group.title));
            if details {
                group.details(paint, columns, &mut out);
            }
            if let Some(command) = &group.command {
                out.push_str(&format!("      see it: {}\n", paint.paint(Role::Command, command)));
            }
        }
        let (right, of) = self.score();
        let verdict = match (self.solved(), of) {
            (true, _) => paint.paint(Role::Good, "Solved."),
            (false, 0) => paint.paint(Role::Bad, "Not solved: the file cannot be graded as it is."),
            (false, _) => paint.paint(Role::Bad, &format!("Not solved yet: {right} of {of} are right.")),
        };
        out.push_str(&format!("\n{verdict}\n"));
        out
    }
}
