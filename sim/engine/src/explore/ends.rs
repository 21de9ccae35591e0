//! Where a run ends, when time does not exist.

use super::Limits;
use crate::program::{FileId, ProcessId, Program};
use crate::trace::Ending;
use crate::world::{ProcessStatus, State};

/// Whether a loop without end has written enough to be followed no further.
pub(super) fn has_written_enough(program: &Program, state: &State, limits: &Limits) -> bool {
    let mut endless = program.files.iter().enumerate().filter(|(_, info)| info.planned.is_none());
    endless.any(|(number, info)| {
        let (durable, inside, _) = state.file(program, FileId(number as u32));
        // What was printed is forgotten.
        let durable = if info.stdout { 0 } else { durable };
        (durable + inside) / info.largest_bytes.max(1) > limits.unroll
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
