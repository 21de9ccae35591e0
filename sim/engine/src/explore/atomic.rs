//! Steps that need no interleaving: what one thread does in one go.
//!
//! * A **local** step (`work`, `sleep`) changes nothing but where its thread stands, and where a thread stood when it
//!   was cut off is not told apart. It is put off until its thread takes its next other step: whoever is cut off before
//!   that need not take it at all.
//! * A **critical section** with a single step in it that others could see is taken as one step. Taking a lock can be
//!   put off until just before that step, and releasing it can be brought forward to just behind it, because whoever
//!   wants the lock meanwhile has to wait (Lipton, CACM 1975: right mover, at most one non-mover, left mover).
//! * The **end** of a non-daemon thread is taken together with its last step, where nothing can cut it off in between
//!   because the shutdown is sure to wait for it: whoever waits for it can only go on sooner.
//!
//! The first two do not hold where something can strike in between and make a difference, so they are refused
//!
//! * in code of a process that a signal can reach which is not deadly at once: the handler, or `KeyboardInterrupt`,
//!   would strike at a certain line;
//! * in a thread pool's workers: whether one that is cut off stood between two items decides whether the files of main
//!   are closed;
//! * sections, for a lock that a finalizer takes: a thread that is stopped inside makes it hang;
//! * sections, while timeouts may fire at any time: one could, while the lock is held.
//!
//! A search that is asked about moments merges nothing.

use super::Limits;
use crate::program::{Instr, Pc, Program, Register, RuntimeOp, ThreadId};
use crate::rules::UncaughtInThread;
use crate::scenario::Signal;
use crate::trace::HandlerKind;
use crate::world::{Choice, Ready, Sink, State, ThreadStatus, ready, step};

/// Local steps that are taken in one go at most: a loop of nothing else must come up for air.
const MOST_LOCAL: usize = 32;

/// Whether a thread can move, when local steps are put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// It can.
    Moves,
    /// It has to wait.
    Waits,
    /// It could take local steps, but would have to wait behind them.
    PutOff,
    /// It does not live.
    Gone,
}

/// A critical section that is taken as one step.
#[derive(Clone, Copy)]
struct Section {
    /// Where its lock is released.
    release: Pc,
    /// Where an exception that leaves it is kept until the lock is released.
    saved: Option<Register>,
}

/// Which instructions need no interleaving.
pub(super) struct Atomic {
    /// The instruction is local.
    local: Vec<bool>,
    /// The instruction takes a lock, and begins such a section.
    section: Vec<Option<Section>>,
    /// The instruction ends a thread that nothing can cut off.
    last: Vec<bool>,
    early_timeouts: bool,
}

impl Atomic {
    /// Looks through the code of a program.
    pub(super) fn of(program: &Program, limits: &Limits) -> Self {
        let early_timeouts = limits.early_timeouts;
        let length = program.code.len();
        let mut atomic = Atomic {
            local: vec![false; length],
            section: vec![None; length],
            last: last(program, limits),
            early_timeouts,
        };
        if ends_anywhere(program) {
            atomic.last.fill(false);
            return atomic;
        }
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

    /// Whether a thread can move: whether it can after the local steps in front of it, which are put off until then.
    pub(super) fn look(&self, program: &Program, state: &State, thread: ThreadId) -> Look {
        match ready(program, state, thread) {
            Ready::Gone => return Look::Gone,
            Ready::Blocked(_) => return Look::Waits,
            Ready::Signalled => return Look::Moves,
            Ready::Now if !self.is_local(program, state, thread) => return Look::Moves,
            Ready::Now => {}
        }
        let mut ahead = state.clone();
        for _ in 0..MOST_LOCAL {
            step(program, &mut ahead, Choice::Run(thread), &mut ());
            if !self.is_local(program, &ahead, thread) {
                return if self.is_stuck(program, &ahead, thread) { Look::PutOff } else { Look::Moves };
            }
        }
        Look::Moves
    }

    /// Takes a step of the search: the local steps that were put off, the step itself, and its critical section.
    /// Returns how many steps that were; `taken` hears them.
    pub(super) fn step(
        &self,
        program: &Program,
        state: &mut State,
        choice: Choice,
        sink: &mut impl Sink,
        taken: &mut impl FnMut(Choice),
    ) -> u32 {
        let mut count = 0;
        let mut take = |state: &mut State| {
            step(program, state, choice, sink);
            taken(choice);
            count += 1;
        };
        let Choice::Run(thread) = choice else {
            take(state);
            return count;
        };
        let mut put_off = 0;
        while put_off < MOST_LOCAL && self.is_local(program, state, thread) {
            take(state);
            put_off += 1;
        }
        if put_off == MOST_LOCAL || put_off > 0 && matches!(ready(program, state, thread), Ready::Blocked(_))
        {
            // It is the turn of what was put off only when nobody can do anything else: then all catch up.
            if self.is_stuck(program, state, thread) {
                return count + self.catch_up(program, state, sink, taken);
            }
            return count;
        }
        let acquire = state.pc(program, thread);
        let section = self.section[acquire.index()].filter(|_| ready(program, state, thread) == Ready::Now);
        take(state);
        if let Some(Section { release, saved }) = section {
            let inside = |pc: &Pc| acquire < *pc && *pc <= release;
            while let Some(pc) = stands(program, state, thread).filter(inside) {
                // Behind the release an exception goes on, and may end the thread, which others can see.
                let fails = || saved.is_some_and(|saved| state.keeps_exception(program, thread, saved));
                if pc == release && fails() {
                    return count;
                }
                take(state);
                if pc == release {
                    break;
                }
            }
        }
        if stands(program, state, thread).is_some_and(|pc| self.last[pc.index()]) {
            take(state);
        }
        count
    }

    /// Takes the local steps that threads have put off because they would wait behind them.
    pub(super) fn catch_up(
        &self,
        program: &Program,
        state: &mut State,
        sink: &mut impl Sink,
        taken: &mut impl FnMut(Choice),
    ) -> u32 {
        let mut count = 0;
        for thread in (0..program.threads.len() as u32).map(ThreadId) {
            if self.look(program, state, thread) != Look::PutOff {
                continue;
            }
            while self.is_local(program, state, thread) {
                step(program, state, Choice::Run(thread), sink);
                taken(Choice::Run(thread));
                count += 1;
            }
        }
        count
    }

    /// Whether a thread has to wait, and can do nothing about it.
    fn is_stuck(&self, program: &Program, state: &State, thread: ThreadId) -> bool {
        let gives_up = || program.instr(state.pc(program, thread)).timeout().is_some();
        matches!(ready(program, state, thread), Ready::Blocked(_)) && !(self.early_timeouts && gives_up())
    }

    fn is_local(&self, program: &Program, state: &State, thread: ThreadId) -> bool {
        self.local[state.pc(program, thread).index()]
            && state.thread_status(program, thread) == ThreadStatus::Live
    }
}

/// Where a thread stands, if it lives.
fn stands(program: &Program, state: &State, thread: ThreadId) -> Option<Pc> {
    let lives = state.thread_status(program, thread) == ThreadStatus::Live;
    lives.then(|| state.pc(program, thread))
}

/// The ends of threads that are sure to be reached: non-daemon threads of a single process that nothing strikes from
/// outside or leaves at once. An early exit handler that fails cancels the wait for them. What a thread opened itself is
/// closed when it ends, which others could see.
fn last(program: &Program, limits: &Limits) -> Vec<bool> {
    let mut last = vec![false; program.code.len()];
    let strikes = |instr: &Instr| matches!(instr, Instr::Kill { .. } | Instr::ExitNow(_));
    let waits = |instr: &Instr| matches!(instr, Instr::Runtime(RuntimeOp::AwaitNonDaemons));
    let cancels = program.handlers.iter().any(|handler| handler.kind == HandlerKind::EarlyExit);
    let is_awaited = program.code.iter().any(waits) && !program.code.iter().any(strikes) && !cancels;
    let is_struck = !program.stimuli.is_empty() || !limits.after.is_empty();
    if !is_awaited || is_struck || program.processes.len() > 1 {
        return last;
    }
    let groups = program.groups.iter().filter(|group| group.daemon == Some(false) && group.pool.is_none());
    for group in groups.filter(|group| !group.main) {
        let body = &program.code[group.start.index()..=group.end.index()];
        let opens = body.iter().any(|instr| matches!(instr, Instr::Open(_)));
        last[group.end.index()] = !opens && *program.instr(group.end) == Instr::End;
    }
    last
}

/// Whether a thread may come to an end of the process, be told to end, or turn into a daemon at a moment that no place
/// in its own code tells. Then no two steps are taken as one.
pub(super) fn ends_anywhere(program: &Program) -> bool {
    let facts = &program.runtime.facts;
    let strange = |instr: &Instr| {
        matches!(
            instr,
            Instr::Exit(_)
                | Instr::EndThread(_)
                | Instr::SetDaemon { .. }
                | Instr::Runtime(RuntimeOp::BeginExit | RuntimeOp::UnwindThreads | RuntimeOp::AwaitThreads)
        )
    };
    facts.uncaught_in_thread != UncaughtInThread::EndsThread
        || program.files.iter().any(|file| file.stalled)
        || facts.deadlock.is_some()
        || program.code.iter().any(strange)
}

/// Where the section that begins at `acquire` ends, if it is a straight line with at most one step that others see.
fn section(program: &Program, acquire: Pc) -> Option<Section> {
    let Instr::Acquire { lock, .. } = program.instr(acquire) else { return None };
    let (mut visible, mut own) = (0, None);
    for number in acquire.0 + 1..program.code.len() as u32 {
        match &program.code[number as usize] {
            Instr::Release(released) if released == lock => {
                let plain = ends_plainly(program, Pc(number + 1), own);
                return (visible <= 1 && plain).then_some(Section { release: Pc(number), saved: own });
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
/// which is handled, ignored or raises an exception. And the code of pools' workers.
fn disturbed(program: &Program) -> Vec<bool> {
    let gentle = |signal: Signal| {
        let named = |instr: &Instr| matches!(instr, Instr::Install { signal: named, .. } if *named == signal);
        signal == Signal::Int || program.code.iter().any(named)
    };
    let sent = program.code.iter().filter_map(|instr| match instr {
        Instr::Kill { signal, process } => Some((*signal, *process)),
        _ => None,
    });
    let struck =
        program.stimuli.iter().filter_map(|stimulus| Some((stimulus.what.signal()?, stimulus.process)));
    let mut reached: Vec<_> =
        sent.chain(struck).filter(|(signal, _)| gentle(*signal)).map(|(_, process)| process).collect();
    // A parent terminates its daemonic children.
    if gentle(Signal::Term) {
        let children = (0..program.processes.len() as u32).map(crate::program::ProcessId);
        reached.extend(children.filter(|child| program.process(*child).daemon));
    }
    let mut disturbed = vec![false; program.code.len()];
    for group in program.groups.iter().filter(|group| group.pool.is_some()) {
        disturbed[group.start.index()..=group.end.index()].fill(true);
    }
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
