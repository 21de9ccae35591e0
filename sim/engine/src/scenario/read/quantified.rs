//! Claims about all runs at once: `always { … }`, `never { … }`, `sometimes { … }`, `eventually after=… { … }`.

use super::Reader;
use super::node::Node;
use super::outside::words;
use super::schema::{ONE_RUN, Place};
use crate::scenario::{Held, Property, Quantifier, Subject};

/// What may stand in the block of a quantifier; `None` if it is no quantifier.
pub(super) fn place_of(name: &str) -> Option<Place> {
    Some(match name {
        "always" => Place::Always,
        "never" => Place::Never,
        "sometimes" => Place::Sometimes,
        "eventually" => Place::Eventually,
        _ => return None,
    })
}

impl Reader<'_> {
    /// The claims in the block of a quantifier.
    pub(super) fn quantified(&mut self, found: &Node, live: bool) -> Vec<Property> {
        let Some(at) = place_of(found.shape.name) else { return vec![] };
        let quantifier = match at {
            Place::Always => Some(Quantifier::Always),
            Place::Never => Some(Quantifier::Never),
            Place::Sometimes => Some(Quantifier::Sometimes),
            _ => {
                let after = found.property("after").and_then(|entry| self.signal(entry));
                after.map(|after| Quantifier::Eventually { after })
            }
        };
        let mut out = vec![];
        for (child, live) in self.kept(found.block(), live) {
            let name = child.name().value();
            if let Some(shape) = ONE_RUN.iter().find(|shape| shape.name == name) {
                let message = format!("`{}` cannot be claimed of all runs at once", shape.name);
                let help = "a search knows neither time nor the order of lines; write it directly in `expect`, where \
                            one replay is asked";
                self.fail(child.name().span(), message, "for one run only", help);
                continue;
            }
            let Some(what) = self.node(child, at) else { continue };
            let subject = match what.shape.name {
                "held" => self.held(&what).map(Subject::Moment),
                _ => self.claim(&what).map(Subject::Outcome),
            };
            let (Some(subject), Some(quantifier), true) = (subject, quantifier, live) else { continue };
            let text = match quantifier {
                Quantifier::Eventually { after } => {
                    format!("eventually {} after {}", words(child), after.name())
                }
                _ => format!("{} {}", quantifier.name(), words(child)),
            };
            out.push(Property { quantifier, subject, text, span: what.span });
        }
        out
    }

    /// `held "LOCK" … by="THREAD …" frozen=#true`.
    fn held(&mut self, what: &Node) -> Option<Held> {
        let locks: Vec<_> =
            what.values().iter().map(|entry| self.name(entry, "the name of a lock")).collect();
        let locks: Vec<_> = locks.into_iter().collect::<Option<_>>()?;
        let by = match what.property("by") {
            None => vec![],
            Some(entry) => {
                let line = self.line(entry, "the name of a thread")?;
                let by: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
                if by.len() != 1 && by.len() != locks.len() {
                    let message = format!("`by=` names {} threads for {} locks", by.len(), locks.len());
                    let help =
                        "name one thread for all locks, or as many as there are locks, in the same order";
                    self.fail(entry.span(), message, "not one each", help);
                    return None;
                }
                by
            }
        };
        let frozen = match what.property("frozen") {
            None => false,
            Some(entry) => self.flag(entry)?,
        };
        (!locks.is_empty()).then_some(Held { locks, by, frozen })
    }
}
