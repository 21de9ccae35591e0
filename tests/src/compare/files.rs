//! How much of each file is on disk.

use std::collections::BTreeSet;

use closing_time_engine::scenario::{Block, Op, Scenario};

use super::Prediction;
use crate::run::Observed;

/// Compares the size of every file.
pub(super) fn sizes(prediction: &Prediction, seen: &Observed, found: &mut Vec<String>) {
    let slow = written_slowly(prediction.scenario);
    for file in &prediction.outcome().files {
        let path = &file.path;
        let Some(real) = seen.files.get(path).copied() else {
            found.push(format!("{path}: predicted to be opened, but it is not there"));
            continue;
        };
        if slow.contains(path.as_str()) {
            // How far the kernel gets within one call is its own affair; whether it gets to the end is not.
            if (file.lost == 0) != (real >= file.written) {
                found.push(format!(
                    "{path}: predicted {} of {} bytes, seen {real}",
                    file.durable, file.written
                ));
            }
        } else if prediction.is_final() && real != file.durable {
            found.push(format!("{path}: predicted {} of {} bytes, seen {real}", file.durable, file.written));
        } else if real < file.durable {
            found.push(format!("{path}: predicted at least {} bytes, seen {real}", file.durable));
        }
    }
    for (path, size) in &seen.files {
        if !prediction.outcome().files.iter().any(|file| file.path == *path) {
            found.push(format!("{path}: predicted never to be opened, but it has {size} bytes"));
        }
    }
}

/// Files with a write that spends time in the kernel.
fn written_slowly(scenario: &Scenario) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for process in &scenario.processes {
        look(&process.main, &mut found);
        process.threads.iter().for_each(|thread| look(&thread.body, &mut found));
        process.pools.iter().for_each(|pool| look(&pool.body, &mut found));
    }
    found
}

fn look<'s>(block: &'s Block, found: &mut BTreeSet<&'s str>) {
    for step in block {
        if let Op::Write { path, time, .. } = &step.op
            && time.max_us > 0
        {
            found.insert(path);
        }
        step.op.each_block(&mut |inner| look(inner, found));
    }
}
