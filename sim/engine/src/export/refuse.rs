//! What no language but Python can be asked for.

use super::survey::{each_step, functions};
use crate::diagnostic::Diagnostic;
use crate::scenario::{Op, Process, Scenario};

/// The largest record that an exported program makes in memory.
const LARGEST_RECORD: u64 = 1 << 30;

/// The one process of a scenario.
///
/// # Errors
///
/// It has several, has handlers that only CPython has, writes outside of its working directory, or writes a record
/// of more than 1 GiB.
pub(super) fn only_process(scenario: &Scenario) -> Result<&Process, Diagnostic> {
    let [process] = &scenario.processes[..] else {
        let Some(second) = scenario.processes.get(1) else {
            return Err(Diagnostic::general("it has no process"));
        };
        return Err(Diagnostic::at(
            second.span,
            "a family of processes cannot be written in this language",
            "the second process",
        )
        .help("processes that start each other are modelled as Python's multiprocessing: --to python"));
    };
    let mut refusal = None;
    for function in functions(process) {
        each_step(function.body, &mut |step| {
            let problem = match &step.op {
                Op::Spawn(_) => Some((
                    "a spawned process cannot be written in this language".to_string(),
                    "Python's multiprocessing",
                )),
                Op::OnExit { early: true, .. } => Some((
                    "an early exit handler cannot be written in this language".to_string(),
                    "only Python has handlers that run before the wait for threads",
                )),
                Op::Open { path, .. } if is_outside(path) => Some((
                    format!(
                        "\"{path}\" lies outside of the working directory, and an exported program must not write there"
                    ),
                    "this path",
                )),
                Op::Write { bytes, .. } if *bytes > LARGEST_RECORD => Some((
                    format!("a record of {bytes} bytes is too large to be made in memory (at most 1 GiB)"),
                    "this record",
                )),
                _ => None,
            };
            if let Some((message, label)) = problem {
                refusal.get_or_insert(Diagnostic::at(step.span, message, label));
            }
        });
    }
    refusal.map_or(Ok(process), Err)
}

fn is_outside(path: &str) -> bool {
    path.is_empty()
        || path.starts_with('/')
        || path.contains('\0')
        || path.split('/').any(|part| part == "..")
}
