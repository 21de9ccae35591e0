//! Where a run ends, when time does not exist.

use super::Limits;
use crate::program::{FileId, ProcessId, Program};
use crate::trace::Ending;
use crate::world::{ProcessStatus, State};

/// Whether a loop without end has written enough to be followed no further.
pub(super) fn has_written_enough(program: &Program, state: &State, limits: &Limits) -> bool {
    program.files.iter().enumerate().any(|(number, info)| {
        let record = info.record_bytes.unwrap_or(1).max(1);
        let (durable, inside, _) = state.file(program, FileId(number as u32));
        info.planned.is_none() && (durable + inside) / record > limits.unroll
    })
}

/// How a run ends in a state in which nobody moves any more.
pub(super) fn ending(program: &Program, state: &State, limits: &Limits) -> Ending {
    let mut processes = (0..program.processes.len() as u32).map(ProcessId);
    match processes.any(|process| state.process_status(program, process) == ProcessStatus::Live) {
        false => Ending::Exit,
        true if has_written_enough(program, state, limits) => Ending::Bound,
        true => Ending::Hang,
    }
}
