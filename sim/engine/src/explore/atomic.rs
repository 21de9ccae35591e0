//! Steps that need no interleaving: what one thread does in one go.
//!
//! * A **local** step (`work`, `sleep`) changes nothing but where its thread stands, and where a thread stood when it
//!   was cut off is not told apart. It is taken together with the step before it.
//! * A **critical section** with a single step in it that others could see is taken as one step. Taking a lock can be
//!   put off until just before that step, and releasing it can be brought forward to just behind it, because whoever
//!   wants the lock meanwhile has to wait (Lipton, CACM 1975: right mover, at most one non-mover, left mover).
//!
//! Neither holds where something can strike in between and make a difference, so they are refused
//!
//! * in main code of a process that a signal can reach which is not deadly at once: the handler, or
//!   `KeyboardInterrupt`, would strike at a certain line;
//! * for a lock that a finalizer takes: a thread that is stopped inside the section makes it hang;
//! * while timeouts may fire at any time: one could, while the lock is held.
//!
//! A search that is asked about moments merges nothing.

use crate::program::{Instr, Pc, Program, Register, ThreadId};
use crate::scenario::Signal;
use crate::trace::HandlerKind;
use crate::world::{Choice, Ready, State, ThreadStatus, ready, step};

/// Local steps that are taken in one go at most: a loop of nothing else must come up for air.
const MOST_LOCAL: usize = 32;

/// Which instructions need no interleaving.
pub(super) struct Atomic {
    /// The instruction is local.
    local: Vec<bool>,
    /// The instruction takes a lock, and its section ends with the release at this place.
    section: Vec<Option<Pc>>,
}

impl Atomic {
    /// Nothing is merged.
    pub(super) fn nothing(program: &Program) -> Self {
        Atomic { local: vec![false; program.code.len()], section: vec![None; program.code.len()] }
    }

    /// Looks through the code of a program.
    pub(super) fn of(program: &Program, early_timeouts: bool) -> Self {
        let mut atomic = Atomic::nothing(program);
        let disturbed = disturbed(program);
        for (number, instr) in program.code.iter().enumerate() {
            let pc = Pc(number as u32);
            if disturbed[number] {
                continue;
            }
            match instr {
                Instr::Work { .. } | Instr::Sleep(_) => {
                    atomic.local[number] = ends_plainly(program, Pc(pc.0 + 1), None);
                }
                Instr::Acquire { lock, .. } if !early_timeouts => {
                    let finalizers =
                        program.handlers.iter().filter(|handler| handler.kind == HandlerKind::Teardown);
                    let takes =
                        |at: &Instr| matches!(at, Instr::Acquire { lock: other, .. } if other == lock);
                    let wanted = finalizers
                        .flat_map(|handler| handler.start.0..=handler.end.0)
                        .any(|at| takes(&program.code[at as usize]));
                    if !wanted {
                        atomic.section[number] = section(program, pc);
                    }
                }
                _ => {}
            }
        }
        atomic
    }

    /// Takes a step, and everything behind it that needs no interleaving. `taken` hears each choice, and
    /// whether it was taken only because it is local.
    pub(super) fn step(
        &self,
        program: &Program,
        state: &mut State,
        choice: Choice,
        taken: &mut impl FnMut(Choice, bool),
    ) {
        let until = match choice {
            Choice::Run(thread) if ready(program, state, thread) == Ready::Now => {
                self.section[state.pc(program, thread).index()]
            }
            _ => None,
        };
        step(program, state, choice, &mut ());
        taken(choice, false);
        let (Choice::Run(thread) | Choice::Timeout(thread)) = choice else { return };
        let again = Choice::Run(thread);
        if let Some(release) = until {
            while let Some(pc) = self.stands(program, state, thread) {
                step(program, state, again, &mut ());
                taken(again, false);
                if pc == release {
                    break;
                }
            }
        }
        for _ in 0..MOST_LOCAL {
            match self.stands(program, state, thread) {
                Some(pc) if self.local[pc.index()] => {
                    step(program, state, again, &mut ());
                    taken(again, true);
                }
                _ => return,
            }
        }
    }

    /// Where a thread stands, if it lives.
    fn stands(&self, program: &Program, state: &State, thread: ThreadId) -> Option<Pc> {
        let lives = state.thread_status(program, thread) == ThreadStatus::Live;
        lives.then(|| state.pc(program, thread))
    }
}

/// Where the section that begins at `acquire` ends, if it is a straight line with at most one step that others see.
fn section(program: &Program, acquire: Pc) -> Option<Pc> {
    let Instr::Acquire { lock, .. } = program.instr(acquire) else { return None };
    let (mut visible, mut own) = (0, None);
    for number in acquire.0 + 1..program.code.len() as u32 {
        match &program.code[number as usize] {
            Instr::Release(released) if released == lock => {
                let plain = ends_plainly(program, Pc(number + 1), own);
                return (visible <= 1 && plain).then_some(Pc(number));
            }
            Instr::Clear(saved) => own = Some(*saved),
            Instr::Work { .. } | Instr::Sleep(_) => {}
            Instr::Write { .. }
            | Instr::Flush(_)
            | Instr::Close(_)
            | Instr::Open(_)
            | Instr::Print { .. }
            | Instr::Set(_)
            | Instr::Done(_) => visible += 1,
            _ => return None,
        }
    }
    None
}

/// Whether what runs as part of the step before `pc` leads to nothing but another instruction. An exception that a
/// clean-up block raises again may end the thread, which everybody can see. `own`: the register of a lock's own
/// clean-up block, which is empty on the normal path.
fn ends_plainly(program: &Program, pc: Pc, own: Option<Register>) -> bool {
    let mut todo = vec![pc];
    let mut seen = Vec::new();
    while let Some(pc) = todo.pop() {
        if seen.contains(&pc) {
            continue;
        }
        seen.push(pc);
        let next = Pc(pc.0 + 1);
        match program.instr(pc) {
            Instr::Jump(target) => todo.push(*target),
            Instr::LoopStart { end, .. } => todo.extend([next, *end]),
            Instr::LoopNext { body, .. } => todo.extend([next, *body]),
            Instr::Clear(_) => todo.push(next),
            Instr::Rethrow(saved) if own == Some(*saved) => todo.push(next),
            Instr::Rethrow(_) => return false,
            _ => {}
        }
    }
    true
}

/// The instructions at which something other than death can strike: main code of processes that a signal reaches
/// which is handled, ignored or raises an exception.
fn disturbed(program: &Program) -> Vec<bool> {
    let gentle = |signal: Signal| {
        let named = |instr: &Instr| matches!(instr, Instr::Install { signal: named, .. } if *named == signal);
        signal == Signal::Int || program.code.iter().any(named)
    };
    let sent = program.code.iter().filter_map(|instr| match instr {
        Instr::Kill { signal, process } => Some((*signal, *process)),
        _ => None,
    });
    let struck = program.stimuli.iter().map(|stimulus| (stimulus.signal, stimulus.process));
    let mut reached: Vec<_> =
        sent.chain(struck).filter(|(signal, _)| gentle(*signal)).map(|(_, process)| process).collect();
    // A parent terminates its daemonic children.
    if gentle(Signal::Term) {
        let children = (0..program.processes.len() as u32).map(crate::program::ProcessId);
        reached.extend(children.filter(|child| program.process(*child).daemon));
    }
    let mut disturbed = vec![false; program.code.len()];
    for process in reached {
        let info = program.process(process);
        let main = program.group(info.main);
        let epilogue = info.phases.last().map_or(main.end, |phase| phase.end);
        let bodies = info.handlers.iter().map(|handler| program.handler(*handler));
        let bodies = bodies.map(|handler| (handler.start, handler.end)).chain([(main.start, epilogue)]);
        for (start, end) in bodies {
            disturbed[start.index()..=end.index().min(program.code.len() - 1)].fill(true);
        }
    }
    disturbed
}
