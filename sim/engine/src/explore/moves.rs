//! Who may be next, when time does not exist.

use super::Limits;
use super::atomic::Look;
use crate::program::{Program, ThreadId};
use crate::world::{Choice, ProcessStatus, Ready, State, ready};

/// Fills `moves` with every choice that is possible in a state.
pub(super) fn moves(program: &Program, state: &State, limits: &Limits, moves: &mut Vec<Choice>) {
    moves_by(program, state, limits, moves, |thread| match ready(program, state, thread) {
        Ready::Now | Ready::Signalled => Look::Moves,
        Ready::Blocked(_) => Look::Waits,
        Ready::Gone => Look::Gone,
    });
}

/// The same, where `look` says who can move.
pub(super) fn moves_by(
    program: &Program,
    state: &State,
    limits: &Limits,
    moves: &mut Vec<Choice>,
    look: impl Fn(ThreadId) -> Look,
) {
    moves.clear();
    let (mut waiting, mut put_off) = (false, None);
    for thread in (0..program.threads.len() as u32).map(ThreadId) {
        match look(thread) {
            Look::Moves => moves.push(Choice::Run(thread)),
            Look::Waits => waiting = true,
            Look::PutOff => put_off = put_off.or(Some(thread)),
            Look::Gone => {}
        }
    }
    // What was put off comes last, and in any order.
    if moves.is_empty() {
        moves.extend(put_off.map(Choice::Run));
    }
    if !limits.at_quiescence || moves.is_empty() {
        let left = (0..program.stimuli.len() as u32).filter(|number| may_strike(program, state, *number));
        moves.extend(left.map(Choice::Stimulus));
    }
    // A timeout is slower than everything that can move.
    let quiet = !moves.iter().any(|choice| matches!(choice, Choice::Run(_)));
    if waiting && (quiet || limits.early_timeouts) {
        let threads = (0..program.threads.len() as u32).map(ThreadId);
        let gives_up = threads.filter(|thread| {
            matches!(ready(program, state, *thread), Ready::Blocked(_))
                && program.instr(state.pc(program, *thread)).timeout().is_some()
        });
        moves.extend(gives_up.map(Choice::Timeout));
    }
}

/// A signal to a process that has ended reaches nobody: such a run is the run in which it never strikes.
fn may_strike(program: &Program, state: &State, number: u32) -> bool {
    let target = program.stimuli[number as usize].process;
    let ended =
        matches!(state.process_status(program, target), ProcessStatus::Exited | ProcessStatus::Killed);
    !ended && state.may_strike(program, number)
}
