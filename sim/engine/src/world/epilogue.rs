//! What the instructions of a runtime's epilogue do. When they run is the runtime's table.

use super::files::OPEN;
use super::happening::{Resource, Sink, What};
use super::machine::Machine;
use super::state::{HandlerState, ThreadStatus};
use crate::program::exception::REGISTER_LATE;
use crate::program::{FileId, HandlerId, Instr, Pc, ProcessId, RuntimeOp, Stack, ThreadId};
use crate::rules::{FileOwner, HandlerOrder, LateHandler};
use crate::scenario::Signal;
use crate::trace::HandlerKind;

impl<S: Sink> Machine<'_, S> {
    /// Main is over: its thread goes on with the epilogue.
    pub(super) fn enter_epilogue(&mut self, thread: ThreadId, place: Pc) {
        let process = self.program.process_of(thread);
        self.state.set(self.program.layout.processes[process.index()].main_over, 1);
        // The main code of a spawned process is a function: its files are local to it.
        let closes = self.program.runtime.facts.closes_files_of;
        let spawned = self.program.process(process).parent.is_some();
        let always = closes == FileOwner::Bodies;
        if always || spawned && closes != FileOwner::Nobody {
            self.drop_files(thread);
        }
        self.state.set_pc(self.program, thread, place);
    }

    pub(super) fn runtime(&mut self, thread: ThreadId, process: ProcessId, op: RuntimeOp) {
        let fields = &self.program.layout.processes[process.index()];
        match op {
            RuntimeOp::FlushStdio => {
                let stdout = self.program.process(process).stdout;
                let bytes = self.flush(stdout);
                self.fill_pipe(stdout, bytes);
                self.tell_process(process, What::StdioFlushed { bytes });
            }
            RuntimeOp::RunEarlyHandlers => return self.run_handlers(thread, process, &fields.early_handlers),
            RuntimeOp::RunExitHandlers => return self.run_handlers(thread, process, &fields.exit_handlers),
            RuntimeOp::RunFinalizers => return self.run_handlers(thread, process, &fields.finalizers),
            RuntimeOp::RunIdleHandlers => return self.ask_idle_handlers(thread, process),
            RuntimeOp::DrainPools if !self.state.pools_shut(self.program, process) => {
                return self.shut_pools(process);
            }
            RuntimeOp::DrainPools => {
                if self.program.pools.iter().any(|pool| pool.process == process) {
                    self.tell_process(process, What::PoolsDrained);
                }
            }
            RuntimeOp::NoticeDeadlock => return self.rescue(thread, process),
            RuntimeOp::BeginExit => self.main_begins_exit(thread, process),
            RuntimeOp::StartHandlerThreads => {
                while let Some(number) = self.state.pop_oldest(&fields.exit_handlers) {
                    self.begin_handler(self.program.process(process).handlers[number as usize]);
                }
            }
            RuntimeOp::UnwindThreads => self.unwind_others(thread, process),
            RuntimeOp::DropSignalHandlers => self.retire_handlers(process, false),
            RuntimeOp::MuteSignalHandlers => self.retire_handlers(process, true),
            RuntimeOp::FlushFiles(which) => self.flush_files(process, which),
            RuntimeOp::AwaitThreads | RuntimeOp::AwaitHandlerThreads => {}
            RuntimeOp::AwaitNonDaemons => self.tell_process(process, What::AwaitDone),
            RuntimeOp::TerminateDaemonicChildren => self.terminate_children(process),
            RuntimeOp::AwaitChildren => {
                if self.children(process).next().is_some() {
                    self.tell_process(process, What::ChildrenAwaited);
                }
            }
            RuntimeOp::Freeze => {
                self.state.set(fields.finalizing, 1);
                self.state.set(fields.pending, 0);
                self.tell_process(process, What::Froze);
                self.cut_off(process, Some(thread), false);
            }
            RuntimeOp::CloseFiles => self.close_files(process),
            RuntimeOp::EndProcess => return self.end_process(process, thread),
            RuntimeOp::AnnounceWait => {}
        }
        self.advance(thread);
    }

    /// Calls the next handler that is left; the instruction stays until none is.
    fn run_handlers(&mut self, thread: ThreadId, process: ProcessId, stack: &Stack) {
        let next = match self.program.runtime.facts.handler_order {
            HandlerOrder::FirstFirst => self.state.pop_oldest(stack),
            HandlerOrder::LastFirst | HandlerOrder::Together => self.state.pop(stack),
        };
        match next {
            Some(number) => {
                let handler = self.program.process(process).handlers[number as usize];
                self.call(thread, handler);
            }
            None => self.advance(thread),
        }
    }

    /// Registers an exit handler or a finalizer. What becomes of one that comes too late is the runtime's habit
    /// ([`LateHandler`]); for early handlers it is an error.
    pub(super) fn register(&mut self, thread: ThreadId, handler: HandlerId) {
        let too_late = self.register_quietly(handler);
        let refused = self.program.runtime.facts.late_handler == LateHandler::Refused;
        if too_late && (refused || self.program.handler(handler).kind == HandlerKind::EarlyExit) {
            return self.fail(thread, REGISTER_LATE);
        }
        self.tell(thread, What::Registered { handler, too_late });
        self.advance(thread);
    }

    /// Returns whether it is too late.
    pub(super) fn register_quietly(&mut self, handler: HandlerId) -> bool {
        let program = self.program;
        let info = program.handler(handler);
        let fields = &program.layout.processes[info.process.index()];
        let (stack, op) = match info.kind {
            HandlerKind::EarlyExit => (&fields.early_handlers, RuntimeOp::RunEarlyHandlers),
            HandlerKind::Teardown => (&fields.finalizers, RuntimeOp::RunFinalizers),
            HandlerKind::Idle => {
                self.register_idle(handler);
                return false;
            }
            HandlerKind::Exit | HandlerKind::Signal => (&fields.exit_handlers, RuntimeOp::RunExitHandlers),
        };
        let begun = || self.has_begun(info.process, op) || self.some_ran(info.process, info.kind);
        let too_late = match program.runtime.facts.late_handler {
            LateHandler::RunsNext if info.kind == HandlerKind::Exit => false,
            _ => {
                let exits = info.kind == HandlerKind::Exit;
                begun() || exits && self.state.exiting(program, info.process).is_some()
            }
        };
        if !too_late && !self.state.is_registered(program, handler) {
            self.state.push(stack, u64::from(info.number));
        }
        too_late
    }

    /// Whether a handler of this kind has been called. Between two of them the process stands where it stood before the
    /// first one, but goes through the list that it had then: what is added now is thrown away with it.
    fn some_ran(&self, process: ProcessId, kind: HandlerKind) -> bool {
        let handlers = &self.program.process(process).handlers;
        let mut same = handlers.iter().filter(|handler| self.program.handler(**handler).kind == kind);
        same.any(|handler| self.state.handler_state(self.program, *handler) != HandlerState::Idle)
    }

    /// Whether the epilogue has come to, or past, this instruction.
    pub(super) fn has_begun(&self, process: ProcessId, op: RuntimeOp) -> bool {
        let program = self.program;
        let info = program.process(process);
        if !self.state.main_over(program, process) {
            return false;
        }
        let base = self.state.base_pc(program, info.main);
        let running = self.state.depth(program, info.main) > 0;
        let last = info.phases.last().map_or(info.epilogue, |phase| phase.end);
        let place = (info.epilogue.0..last.0).find(|pc| program.code[*pc as usize] == Instr::Runtime(op));
        place.is_some_and(|place| base.0 > place || base.0 == place && running)
    }

    fn shut_pools(&mut self, process: ProcessId) {
        for (index, pool) in self.program.pools.iter().enumerate() {
            if pool.process == process {
                self.state.set(self.program.layout.pools[index].shut, 1);
                self.touch(Resource::Pool(crate::program::PoolId(index as u32)));
            }
        }
    }

    fn children(&self, process: ProcessId) -> impl Iterator<Item = ProcessId> + use<S> {
        let parents: Vec<_> = self.program.processes.iter().map(|info| info.parent).collect();
        let ids = (0..parents.len() as u32).map(ProcessId);
        ids.filter(move |child| parents[child.index()] == Some(process))
    }

    fn terminate_children(&mut self, process: ProcessId) {
        for child in self.children(process) {
            let lives = self.state.process_status(self.program, child) == super::ProcessStatus::Live;
            if lives && self.program.process(child).daemon {
                self.tell_process(process, What::Terminates { child });
                self.deliver(child, Signal::Term);
            }
        }
    }

    /// The files that main opened are closed if nothing refers to the module's globals any more; the frame of a
    /// thread that was stopped does, unless it is a pool's worker between two items, which stands in code of the
    /// library (measured on 3.9 and 3.13).
    fn close_files(&mut self, process: ProcessId) {
        let program = self.program;
        let stopped = |thread| {
            self.state.thread_status(program, thread) == ThreadStatus::CutOff
                && !matches!(program.instr(self.state.pc(program, thread)), Instr::Take { .. })
        };
        let referenced = program.threads_of(process).any(stopped);
        for (index, info) in program.files.iter().enumerate() {
            let fields = program.layout.files[index];
            let by_main = self.state.get(fields.opener) == 1 && self.state.get(fields.open) == OPEN;
            if info.process != process || info.stdout || !by_main {
                continue;
            }
            let file = FileId(index as u32);
            if referenced {
                let (_, bytes, _) = self.state.file(program, file);
                self.tell_process(process, What::Kept { file, bytes });
            } else {
                let bytes = self.close(file);
                self.tell_process(process, What::Dropped { file, bytes, global: true });
            }
        }
    }
}
