//! The world outside: what is done to the processes, and what is claimed of the result.

use super::node::Node;
use super::schema::Place;
use super::{Reader, Target, quantified};
use crate::diagnostic::Diagnostic;
use crate::scenario::clip::clip;
use crate::scenario::kdl::{KdlNode, KdlValue};
use crate::scenario::{Claim, Expectation, Outside, Scenario, Signal, Stimulus, near, parse_moment};

/// In the place of a time: at any moment.
const ANY: &str = "any";

impl Reader<'_> {
    /// `at TIME { signal … }`, or `at "any" { … }` for a moment that only a search chooses.
    pub(super) fn at(&mut self, node: &KdlNode, live: bool) -> Vec<Stimulus> {
        let Some(found) = self.node(node, Place::Scenario) else { return vec![] };
        let at_us = found.value(0).and_then(|entry| match entry.value().as_string() {
            Some(ANY) if entry.ty().is_none() => None,
            _ => self.moment(entry),
        });
        let mut out = vec![];
        for (child, live) in self.kept(found.block(), live) {
            let Some(what) = self.node(child, Place::At) else { continue };
            let reads = what.shape.name == "read";
            let done = match reads {
                true => Some(Outside::Read),
                false => what.value(0).and_then(|entry| self.signal(entry)).map(Outside::Signal),
            };
            let Some(entry) = (if reads { what.value(0) } else { what.property("to") }) else { continue };
            let Some(to) = self.name(entry, "the name of a process") else { continue };
            if live {
                self.targets.push(Target { name: to.clone(), span: entry.span(), reads });
                out.extend(done.map(|what| Stimulus { at_us, what, to }));
            }
        }
        out
    }

    /// `expect { … }`.
    pub(super) fn expect(&mut self, node: &KdlNode, live: bool, scenario: &mut Scenario) {
        let Some(found) = self.node(node, Place::Scenario) else { return };
        for (child, live) in self.kept(found.block(), live) {
            let Some(what) = self.node(child, Place::Expect) else { continue };
            if quantified::place_of(what.shape.name).is_some() {
                let properties = self.quantified(&what, live);
                scenario.properties.extend(properties);
                continue;
            }
            let claim = self.claim(&what);
            if let (Some(claim), true) = (claim, live) {
                scenario.expectations.push(Expectation { claim, text: words(child), span: what.span });
            }
        }
    }

    pub(super) fn claim(&mut self, what: &Node) -> Option<Claim> {
        let first = what.value(0);
        Some(match what.shape.name {
            "exits" => {
                let code = what.property("code").map(|entry| self.number(entry, 0..=255, ""));
                Claim::Exits(match code {
                    Some(code) => Some(code? as i64),
                    None => None,
                })
            }
            "dies-of" => Claim::DiesOf(self.deadly_signal(first?)?),
            "hangs" => Claim::Hangs,
            "ends-within" => Claim::EndsWithin(self.moment(first?)?),
            "keeps" => Claim::Keeps(self.path(first?)?),
            "loses" => Claim::Loses(self.path(first?)?),
            "runs" => Claim::Runs(self.name(first?, "the name of a handler")?),
            "skips" => Claim::Skips(self.name(first?, "the name of a handler")?),
            "finishes" => Claim::Finishes(self.name(first?, "the name of a thread")?),
            "cuts-off" => Claim::CutsOff(self.name(first?, "the name of a thread")?),
            "prints" => Claim::Prints(self.line(first?, "a line of output")?),
            "leaves-nobody" => Claim::LeavesNobody,
            _ => return None,
        })
    }

    /// `--signal NAME@TIME`, sent to the first process.
    pub(super) fn outside_signal(&mut self, typed: &str, to: &str) -> Option<Stimulus> {
        let wrong = |reason: String| Diagnostic::general(format!("`--signal {}`: {reason}", clip(typed)));
        let (name, time) = match typed.split_once('@') {
            Some((name, time)) => (name, Some(time)),
            None => (typed, None),
        };
        let Some(signal) = Signal::parse(name) else {
            let names = Signal::ALL.map(Signal::name);
            let help = near::suggest(name.trim_start_matches("SIG"), names);
            let reason = if name.is_empty() {
                "the name of a signal is missing".to_owned()
            } else {
                format!("`{}` is not a signal", clip(name))
            };
            self.diagnostics.push(wrong(reason).help(help));
            return None;
        };
        let at_us = match time.map(parse_moment) {
            None => None,
            Some(Ok(us)) => Some(us),
            Some(Err(reason)) => {
                let help = format!(
                    "write it as in {}@2s; without a time it may strike at any moment",
                    signal.name()
                );
                self.diagnostics.push(wrong(reason).help(help));
                return None;
            }
        };
        Some(Stimulus { at_us, what: Outside::Signal(signal), to: to.to_owned() })
    }
}

/// A claim in one line, without quotes: `keeps report.pdf`.
pub(super) fn words(node: &KdlNode) -> String {
    let mut out = node.name().value().to_owned();
    for entry in node.entries() {
        out.push(' ');
        if let Some(key) = entry.name() {
            out.push_str(key.value());
            out.push('=');
        }
        match entry.value() {
            KdlValue::Text(text) => out.push_str(text),
            other => out.push_str(&other.to_string()),
        }
    }
    out
}
