//! Blocks that clean up behind themselves: locks, and `try`.

use super::super::{Instr, Landing, LockId, Pc, RuntimeOp};
use super::emit::{Emitter, Holds};
use super::names::each_op;
use crate::scenario::{Block, Except, Op, Process, TimeRange};

impl<'a> Emitter<'a> {
    pub(super) fn lock(&mut self, lock: &str, timeout: Option<TimeRange>, body: &'a Block) {
        let lock = LockId(self.names.locks.intern(self.process, lock));
        let acquire = self.emit(Instr::Acquire { lock, timeout, skip: Pc(0) });
        if !self.is_main_code && !self.can_raise(body) && !self.is_unwound() {
            self.block(body);
            self.emit(Instr::Release(lock));
            return self.patch(acquire);
        }
        let saved = self.register(Holds::Exception);
        let start = self.here();
        self.block(body);
        let end = self.here();
        self.emit(Instr::Clear(saved));
        let target = self.emit(Instr::Release(lock));
        self.emit(Instr::Rethrow(saved));
        self.out.landings.push(Landing { start, end, target, class: None, save: Some(saved) });
        self.in_use -= 1;
        self.patch(acquire);
    }

    pub(super) fn attempt(&mut self, body: &'a Block, handlers: &'a [Except], finally: Option<&'a Block>) {
        let saved = finally.map(|_| self.register(Holds::Exception));
        let start = self.here();
        self.block(body);
        let mut jumps = Vec::new();
        let body_end = self.here();
        for handler in handlers {
            jumps.push(self.emit(Instr::Jump(Pc(0))));
            let target = self.here();
            let class = Some(handler.exception.clone());
            self.out.landings.push(Landing { start, end: body_end, target, class, save: None });
            self.block(&handler.body);
        }
        let end = self.here();
        if let (Some(block), Some(saved)) = (finally, saved) {
            let clear = self.emit(Instr::Clear(saved));
            let target = self.here();
            self.block(block);
            self.emit(Instr::Rethrow(saved));
            self.out.landings.push(Landing { start, end, target, class: None, save: Some(saved) });
            self.in_use -= 1;
            jumps.into_iter().for_each(|jump| self.out.code[jump.index()] = Instr::Jump(clear));
        } else {
            jumps.into_iter().for_each(|jump| self.patch(jump));
        }
    }

    /// Whether the runtime may tell this thread to end, wherever it stands.
    fn is_unwound(&self) -> bool {
        let phases = self.runtime.phases.iter().chain(&self.runtime.exit_phases);
        phases.flat_map(|phase| phase.ops).any(|op| *op == RuntimeOp::UnwindThreads)
    }

    /// Whether a step of a block can raise something by itself.
    fn can_raise(&self, block: &Block) -> bool {
        let mut raises = false;
        each_op(block, &mut |op| {
            raises |= match op {
                Op::Raise { .. }
                | Op::Exit(_)
                | Op::ExitThread
                | Op::SetDaemon { .. }
                | Op::Return
                | Op::Start(_)
                | Op::Spawn(_)
                | Op::Join { .. }
                | Op::Submit(_)
                // An early handler cannot be registered any more when the others have been run.
                | Op::OnExit { .. } => true,
                Op::Write { path, .. } | Op::Flush(path) => may_be_closed(self.declared(), path),
                _ => false,
            };
        });
        raises
    }
}

/// Whether a thread that writes to a file may find it closed: somebody closes it, or it belongs to one of several
/// threads with the same body and ends with that one.
fn may_be_closed(process: &Process, path: &str) -> bool {
    let closes = |op: &Op| matches!(op, Op::Close(closed) if closed == path);
    let opens = |op: &Op| matches!(op, Op::Open { path: opened, .. } if opened == path);
    let bodies = process.threads.iter().map(|thread| (&thread.body, thread.count > 1));
    let bodies = bodies.chain(process.pools.iter().map(|pool| (&pool.body, true)));
    bodies.chain([(&process.main, false)]).any(|(body, several)| {
        let mut found = false;
        each_op(body, &mut |op| found |= closes(op) || several && opens(op));
        found
    })
}
