//! What was printed.

use closing_time_engine::trace::Kind;

use super::{Prediction, clock};
use crate::run::Observed;

/// Compares the lines on standard output; their order only where the moments lie far enough apart.
pub(super) fn lines(prediction: &Prediction, seen: &Observed, found: &mut Vec<String>) {
    let predicted = &prediction.outcome().stdout;
    if !prediction.is_final() {
        // It goes on printing for ever; what was predicted must be there.
        let mut rest = seen.stdout.clone();
        for line in predicted {
            match rest.iter().position(|real| real == line) {
                Some(index) => drop(rest.remove(index)),
                None => found.push(format!("output: predicted \"{line}\", but it is missing")),
            }
        }
        return;
    }
    let (mut model, mut nature) = (predicted.clone(), seen.stdout.clone());
    if !well_apart(prediction) {
        model.sort();
        nature.sort();
    }
    if model != nature {
        found.push(format!("output: predicted {model:?}, seen {nature:?}"));
    }
}

/// Whether any two lines were printed at clearly different moments, or by the same thread.
fn well_apart(prediction: &Prediction) -> bool {
    let prints: Vec<_> = prediction.trace.events.iter().filter(|event| event.kind == Kind::Print).collect();
    prints.windows(2).all(|pair| {
        let same_thread = (&pair[0].process, &pair[0].thread) == (&pair[1].process, &pair[1].thread);
        same_thread || clock::is_decisive(prediction, pair[0].at_us, pair[1].at_us)
    })
}
