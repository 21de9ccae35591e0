//! How much of each file is on disk.

use super::Prediction;
use crate::run::Observed;

/// Standard output among the files of an outcome.
const STDOUT: &str = "<stdout>";

/// Compares the size of every file.
pub(super) fn sizes(prediction: &Prediction, seen: &Observed, found: &mut Vec<String>) {
    // What is lost of standard output shows in what is left of it.
    for file in prediction.outcome.files.iter().filter(|file| file.path != STDOUT) {
        let path = &file.path;
        // The prediction also lists files that nobody came to open; nothing was written to those.
        let Some(real) = seen.files.get(path).copied().or((file.written == 0).then_some(0)) else {
            found.push(format!("{path}: predicted to be opened, but it is not there"));
            continue;
        };
        if prediction.is_final() && real != file.durable {
            found.push(format!("{path}: predicted {} of {} bytes, seen {real}", file.durable, file.written));
        } else if real < file.durable {
            found.push(format!("{path}: predicted at least {} bytes, seen {real}", file.durable));
        }
    }
    for (path, size) in &seen.files {
        if !prediction.outcome.files.iter().any(|file| file.path == *path) {
            found.push(format!("{path}: predicted never to be opened, but it has {size} bytes"));
        }
    }
}
