//! The runtime's phases, as instructions behind main.
//!
//! An instruction that cannot do anything in this process (no pool to drain, nothing ever printed) is left out: it
//! would be a step in which nothing happens, and a search would have to go through it.

use super::super::{Instr, Pc, PhaseCode, RuntimeOp};
use super::emit::Emitter;
use super::names::{each_op, each_op_of};
use crate::rules::{DefaultAction, End, Exit, Phase, UncaughtInThread};
use crate::scenario::{Block, Op, Process, Stdout};

/// What a process has that its epilogue must look after.
#[derive(Clone, Copy, Default)]
struct Needs {
    printing: bool,
    early_handlers: bool,
    exit_handlers: bool,
    finalizers: bool,
    idle_handlers: bool,
    files: bool,
    children: bool,
    threads: bool,
    pools: bool,
    leaving: bool,
}

impl Needs {
    /// `handlers` are the bodies of its signal handlers; those that it takes over from its parent stand nowhere else.
    fn of(process: &Process, handlers: &[&Block]) -> Needs {
        let mut needs = Needs {
            // What waits for room in a pipe is waited for like a thread.
            threads: !process.threads.is_empty() || process.stdout == Stdout::Stalled,
            pools: !process.pools.is_empty(),
            ..Needs::default()
        };
        let bodies = process.threads.iter().map(|thread| &thread.body);
        let bodies = bodies.chain(process.pools.iter().map(|pool| &pool.body)).chain([&process.main]);
        let bodies = bodies.chain(handlers.iter().copied());
        for body in bodies {
            each_op(body, &mut |op| match op {
                Op::Print(_) => needs.printing = true,
                Op::OnExit { early: true, .. } => needs.early_handlers = true,
                Op::OnExit { early: false, .. } => needs.exit_handlers = true,
                Op::OnTeardown { .. } => needs.finalizers = true,
                Op::OnIdle { .. } => needs.idle_handlers = true,
                Op::Open { .. } => needs.files = true,
                Op::Spawn(_) => needs.children = true,
                Op::ExitThread => needs.leaving = true,
                _ => {}
            });
        }
        needs
    }

    fn want(self, op: RuntimeOp) -> bool {
        match op {
            RuntimeOp::FlushStdio => self.printing,
            RuntimeOp::RunEarlyHandlers => self.early_handlers,
            // The first spawned process registers a handler of the runtime's own.
            RuntimeOp::RunExitHandlers => self.exit_handlers || self.children,
            RuntimeOp::StartHandlerThreads | RuntimeOp::AwaitHandlerThreads => self.exit_handlers,
            RuntimeOp::RunFinalizers => self.finalizers,
            RuntimeOp::RunIdleHandlers => self.idle_handlers,
            RuntimeOp::CloseFiles | RuntimeOp::FlushFiles(_) => self.files,
            RuntimeOp::TerminateDaemonicChildren | RuntimeOp::AwaitChildren => self.children,
            RuntimeOp::AnnounceWait
            | RuntimeOp::AwaitNonDaemons
            | RuntimeOp::AwaitThreads
            | RuntimeOp::UnwindThreads => self.threads || self.pools,
            RuntimeOp::DrainPools => self.pools,
            RuntimeOp::NoticeDeadlock
            | RuntimeOp::BeginExit
            | RuntimeOp::DropSignalHandlers
            | RuntimeOp::MuteSignalHandlers
            | RuntimeOp::Freeze
            | RuntimeOp::EndProcess => true,
        }
    }
}

impl Emitter<'_> {
    /// Emits the epilogue of the current process, and the other ends that it may come to.
    pub(super) fn epilogue(&mut self, source: &Process) {
        let process = self.current_process();
        let spawned = self.names.processes[process.index()].parent.is_some();
        let needs = Needs::of(source, &self.signal_handlers()[process.index()]);
        let runtime = self.runtime;
        let epilogue = self.phases(runtime.phases_of(spawned), needs);
        let exit = if self.may_exit(source) { self.phases(&runtime.exit_phases, needs) } else { epilogue };
        let leave = if needs.leaving { self.phases(&runtime.leave_phases, needs) } else { epilogue };
        let by_signal =
            runtime.facts.signals.iter().any(|(_, action)| matches!(action, DefaultAction::Exits(_)));
        let exit_thread = if by_signal { self.take_thread("shutdown") } else { None };
        if let Some(thread) = exit_thread {
            let group = &mut self.names.groups[self.names.threads[thread.index()].group as usize];
            (group.may_exit, group.start, group.end, group.left) = (true, exit, exit, exit);
        }
        let watchdog = if runtime.facts.deadlock.is_some() { self.take_thread("watchdog") } else { None };
        if let Some(thread) = watchdog {
            let start = self.emit(Instr::Runtime(RuntimeOp::NoticeDeadlock));
            let group = &mut self.names.groups[self.names.threads[thread.index()].group as usize];
            (group.start, group.end, group.left) = (start, start, start);
        }
        let info = &mut self.names.processes[process.index()];
        info.watchdog = watchdog;
        (info.epilogue, info.exit, info.leave, info.exit_thread) = (epilogue, exit, leave, exit_thread);
    }

    /// Emits phases one after the other and returns where they begin.
    fn phases(&mut self, phases: &[Phase], needs: Needs) -> Pc {
        let process = self.current_process();
        let begin = self.here();
        let mut codes = Vec::new();
        for phase in phases {
            let start = self.here();
            for op in phase.ops.iter().filter(|op| needs.want(**op)) {
                self.emit(Instr::Runtime(*op));
            }
            codes.push(PhaseCode { start, end: self.here(), on_exception: start, phase: *phase });
        }
        for (number, phase) in phases.iter().enumerate() {
            let target = phases.iter().position(|other| other.id == phase.on_exception).unwrap_or(number);
            codes[number].on_exception = codes[target].start;
        }
        self.names.processes[process.index()].phases.extend(codes);
        begin
    }

    /// Whether somebody may come to the exit phases.
    fn may_exit(&self, source: &Process) -> bool {
        let facts = &self.runtime.facts;
        let by_signal = facts.signals.iter().any(|(_, action)| matches!(action, DefaultAction::Exits(_)));
        let by_exception = facts.uncaught.way == End::ExitPhases
            || matches!(facts.uncaught_in_thread, UncaughtInThread::ExitsInMain(_));
        let mut by_call = false;
        each_op_of(source, &mut |op| by_call |= matches!(op, Op::Exit(_)));
        by_signal || by_exception || by_call && [facts.exit, facts.exit_in_thread].contains(&Exit::Runs)
    }
}
