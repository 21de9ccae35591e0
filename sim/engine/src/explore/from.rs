//! A search that begins in the middle of a run: what if, from here?

use super::{Exploration, Limits, Watch, explore};
use crate::program::Program;
use crate::replay::Mismatch;
use crate::world::{self, Choice, State, step};

/// Finds every outcome of the runs that begin with these choices. The witnesses begin with them as well.
///
/// # Errors
///
/// The first choice that is not possible where it stands.
pub fn explore_from(
    program: &Program,
    prefix: &[Choice],
    limits: &Limits,
    watch: Watch,
) -> Result<Exploration, Mismatch> {
    let mut state = world::initial(program);
    for (position, choice) in prefix.iter().enumerate() {
        if !is_known(program, *choice) || !step(program, &mut state, *choice, &mut ()) {
            return Err(Mismatch { position, choice: *choice });
        }
    }
    Ok(explore(program, &Limits { after: prefix.to_vec(), ..limits.clone() }, watch))
}

/// Whether there is such a thread or process at all.
fn is_known(program: &Program, choice: Choice) -> bool {
    match choice {
        Choice::Run(thread) | Choice::Timeout(thread) => thread.index() < program.threads.len(),
        Choice::Stimulus(number) => (number as usize) < program.stimuli.len(),
        Choice::Signal(process, _) => process.index() < program.processes.len(),
    }
}

/// The state in which a search begins.
pub(super) fn start(program: &Program, limits: &Limits) -> State {
    let mut state = world::initial(program);
    for choice in &limits.after {
        step(program, &mut state, *choice, &mut ());
    }
    state
}
