//! What a thread may still come to, read off its code: every branch may be taken, every exception caught where it can
//! be. It is asked of threads that are stuck: what would this one do if it could go on?

use super::state::State;
use crate::program::{HandlerId, Instr, Pc, Program, RuntimeOp, ThreadId};
use crate::trace::HandlerKind;

/// The instructions that a thread may still come to.
pub(super) struct Future {
    reached: Vec<bool>,
}

impl Future {
    /// From where a thread stands, the instruction there included.
    pub(super) fn of(program: &Program, state: &State, thread: ThreadId) -> Self {
        let mut search = Search {
            program,
            state,
            future: Future { reached: vec![false; program.code.len()] },
            todo: state.return_places(program, thread).chain([state.pc(program, thread)]).collect(),
        };
        let main = program.is_main(thread);
        while let Some(pc) = search.todo.pop() {
            if !std::mem::replace(&mut search.future.reached[pc.index()], true) {
                search.follow(thread, main, pc);
            }
        }
        search.future
    }

    /// Whether one of them is such an instruction.
    pub(super) fn has(&self, program: &Program, wanted: &dyn Fn(&Instr) -> bool) -> bool {
        program.code.iter().zip(&self.reached).any(|(instr, reached)| *reached && wanted(instr))
    }
}

struct Search<'a> {
    program: &'a Program,
    state: &'a State,
    future: Future,
    todo: Vec<Pc>,
}

impl Search<'_> {
    fn follow(&mut self, thread: ThreadId, main: bool, pc: Pc) {
        let next = Pc(pc.0 + 1);
        let process = self.program.process_of(thread);
        match self.program.instr(pc) {
            Instr::Jump(target) => self.todo.push(*target),
            Instr::LoopStart { end, .. } => self.todo.extend([next, *end]),
            Instr::LoopNext { body, .. } => self.todo.extend([next, *body]),
            Instr::Acquire { timeout: Some(_), skip, .. } | Instr::Get { skip, .. } => {
                self.todo.extend([next, *skip]);
            }
            Instr::Take { end, .. } => self.todo.extend([next, *end]),
            Instr::IfSet { event, target } => {
                // An event that is set stays set.
                let set = self.state.get(self.program.layout.events[event.index()]) == 1;
                self.todo.push(*target);
                self.todo.extend((!set).then_some(next));
            }
            Instr::Raise(_) => self.raise(thread, main, pc),
            Instr::Rethrow(saved) => {
                // Whatever is raised on the way has been led to all blocks around it.
                // Only its own registers are its own: threads that it starts have others.
                let group = self.program.group(thread);
                let handler = self.program.handler_at(pc).map(|handler| self.program.handler(handler));
                let own = match handler {
                    Some(handler) if handler.thread.is_some() => handler.thread == Some(thread),
                    Some(handler) => main && handler.process == process,
                    None => group.start <= pc && pc <= group.end,
                };
                if own && self.state.register(self.program, thread, *saved) > 0 {
                    self.raise(thread, main, pc);
                }
                self.todo.push(next);
            }
            Instr::ExitNow(_) | Instr::EndThread(_) | Instr::Runtime(RuntimeOp::EndProcess) => {}
            Instr::Exit(_) => self.todo.push(self.program.process(process).exit),
            Instr::End if main && self.program.handler_at(pc).is_none() => {
                self.todo.push(self.program.process(process).epilogue);
            }
            Instr::End => {}
            Instr::Start { first, end } => {
                self.begin((first.0..end.0).map(ThreadId));
                self.todo.push(next);
            }
            Instr::Submit(pool) => {
                let pool = &self.program.pools[pool.index()];
                self.begin((pool.first.0..pool.first.0 + pool.workers).map(ThreadId));
                self.todo.push(next);
            }
            Instr::Register(handler) => {
                self.todo.extend([next, self.program.handler(*handler).start]);
            }
            Instr::Runtime(RuntimeOp::RunEarlyHandlers) => self.run(pc, HandlerKind::EarlyExit, process),
            Instr::Runtime(RuntimeOp::RunExitHandlers | RuntimeOp::StartHandlerThreads) => {
                self.run(pc, HandlerKind::Exit, process);
            }
            Instr::Runtime(RuntimeOp::RunFinalizers) => self.run(pc, HandlerKind::Teardown, process),
            Instr::Runtime(RuntimeOp::RunIdleHandlers) => self.run(pc, HandlerKind::Idle, process),
            Instr::Kill { process: to, .. } => self.run(pc, HandlerKind::Signal, *to),
            _ => self.todo.push(next),
        }
    }

    /// The registered handlers of one kind, and what comes behind them.
    fn run(&mut self, pc: Pc, kind: HandlerKind, process: crate::program::ProcessId) {
        let registered = (0..self.program.handlers.len() as u32).map(HandlerId).filter(|handler| {
            let info = self.program.handler(*handler);
            info.kind == kind && info.process == process && self.state.is_registered(self.program, *handler)
        });
        self.todo.extend(registered.map(|handler| self.program.handler(handler).start));
        self.todo.push(Pc(pc.0 + 1));
    }

    /// Threads that it may start.
    fn begin(&mut self, threads: impl Iterator<Item = ThreadId>) {
        let new = threads.filter(|thread| self.state.may_start(self.program, *thread));
        self.todo.extend(new.map(|thread| self.program.group(thread).start));
    }

    /// Where an exception, or a `return`, may lead.
    fn raise(&mut self, thread: ThreadId, main: bool, pc: Pc) {
        let covers = self.program.landings.iter().filter(|landing| landing.start <= pc && pc < landing.end);
        self.todo.extend(covers.map(|landing| landing.target));
        let group = self.program.group(thread);
        self.todo.push(group.left);
        if main {
            let process = self.program.process(self.program.process_of(thread));
            self.todo.extend([process.epilogue, process.exit, process.leave]);
        }
    }
}
