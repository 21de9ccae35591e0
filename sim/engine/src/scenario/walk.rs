//! Statements and the blocks that stand in them.

use super::{Block, Op};

impl Op {
    /// Whether this registers a body that runs later, on its own.
    pub const fn is_handler(&self) -> bool {
        matches!(self, Op::OnExit { .. } | Op::OnSignal { .. } | Op::OnTeardown { .. } | Op::OnIdle { .. })
    }

    /// Calls `visit` for each block that stands directly in this statement.
    pub fn each_block<'a>(&'a self, visit: &mut dyn FnMut(&'a Block)) {
        match self {
            Op::Lock { body, .. }
            | Op::Get { body, .. }
            | Op::ForEach { body, .. }
            | Op::Repeat { body, .. }
            | Op::Forever(body)
            | Op::WhileRunning { body, .. }
            | Op::UnlessSet { body, .. }
            | Op::OnExit { body, .. }
            | Op::OnTeardown { body, .. }
            | Op::OnIdle { body, .. }
            | Op::OnSignal { body: Some(body), .. } => visit(body),
            Op::Try { body, handlers, finally } => {
                visit(body);
                handlers.iter().for_each(|handler| visit(&handler.body));
                if let Some(block) = finally {
                    visit(block);
                }
            }
            _ => {}
        }
    }

    /// The same, for changing them.
    pub(crate) fn each_block_mut(&mut self, visit: &mut dyn FnMut(&mut Block)) {
        match self {
            Op::Lock { body, .. }
            | Op::Get { body, .. }
            | Op::ForEach { body, .. }
            | Op::Repeat { body, .. }
            | Op::Forever(body)
            | Op::WhileRunning { body, .. }
            | Op::UnlessSet { body, .. }
            | Op::OnExit { body, .. }
            | Op::OnTeardown { body, .. }
            | Op::OnIdle { body, .. }
            | Op::OnSignal { body: Some(body), .. } => visit(body),
            Op::Try { body, handlers, finally } => {
                visit(body);
                handlers.iter_mut().for_each(|handler| visit(&mut handler.body));
                if let Some(block) = finally {
                    visit(block);
                }
            }
            _ => {}
        }
    }
}

/// A block without the statements that `drop` names, at any depth.
pub(crate) fn without(block: &Block, drop: &impl Fn(&Op) -> bool) -> Block {
    let kept = block.iter().filter(|step| !drop(&step.op)).cloned();
    let mut kept: Block = kept.collect();
    for step in &mut kept {
        step.op.each_block_mut(&mut |inner| *inner = without(inner, drop));
    }
    kept
}
