//! The runtime's phases, as instructions behind main.
//!
//! An instruction that cannot do anything in this process (no pool to drain, nothing ever printed) is left out: it
//! would be a step in which nothing happens, and a search would have to go through it.

use super::super::{Instr, PhaseCode, RuntimeOp};
use super::emit::Emitter;
use super::names::each_op;
use crate::scenario::{Block, Op, Process};

/// What a process has that its epilogue must look after.
#[derive(Clone, Copy, Default)]
struct Needs {
    printing: bool,
    early_handlers: bool,
    exit_handlers: bool,
    finalizers: bool,
    files: bool,
    children: bool,
    threads: bool,
    pools: bool,
}

impl Needs {
    /// `handlers` are the bodies of its signal handlers; those that it takes over from its parent stand nowhere else.
    fn of(process: &Process, handlers: &[&Block]) -> Needs {
        let mut needs = Needs {
            threads: !process.threads.is_empty(),
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
                Op::Open { .. } => needs.files = true,
                Op::Spawn(_) => needs.children = true,
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
            RuntimeOp::RunFinalizers => self.finalizers,
            RuntimeOp::CloseFiles => self.files,
            RuntimeOp::TerminateDaemonicChildren | RuntimeOp::AwaitChildren => self.children,
            RuntimeOp::AnnounceWait | RuntimeOp::AwaitNonDaemons => self.threads || self.pools,
            RuntimeOp::DrainPools => self.pools,
            RuntimeOp::Freeze | RuntimeOp::EndProcess => true,
        }
    }
}

impl Emitter<'_> {
    /// Emits the epilogue of the current process.
    pub(super) fn epilogue(&mut self, source: &Process) {
        let process = self.current_process();
        let spawned = self.names.processes[process.index()].parent.is_some();
        let phases = self.runtime.phases_of(spawned);
        let needs = Needs::of(source, &self.signal_handlers()[process.index()]);
        let epilogue = self.here();
        let mut codes = Vec::new();
        for (number, phase) in phases.iter().enumerate() {
            let start = self.here();
            for op in phase.ops.iter().filter(|op| needs.want(**op)) {
                self.emit(Instr::Runtime(*op));
            }
            codes.push(PhaseCode { start, end: self.here(), on_exception: start, phase: number });
        }
        for (number, phase) in phases.iter().enumerate() {
            let target = phases.iter().position(|other| other.id == phase.on_exception).unwrap_or(number);
            codes[number].on_exception = codes[target].start;
        }
        let info = &mut self.names.processes[process.index()];
        (info.epilogue, info.phases) = (epilogue, codes);
    }
}
