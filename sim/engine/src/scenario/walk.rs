//! Statements and the blocks that stand in them.

use super::{Block, Op};

/// Calls something for each block that stands directly in a statement, shared or to be changed.
macro_rules! each_block {
    ($op:expr, $visit:expr, $handlers:ident $(, $change:tt)?) => {
        match $op {
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
            | Op::OnSignal { body: Some(body), .. } => $visit(body),
            Op::Try { body, handlers, finally } => {
                $visit(body);
                handlers.$handlers().for_each(|handler| $visit(&$($change)? handler.body));
                if let Some(block) = finally {
                    $visit(block);
                }
            }
            _ => {}
        }
    };
}

impl Op {
    /// Whether this registers a body that runs later, on its own.
    pub const fn is_handler(&self) -> bool {
        matches!(self, Op::OnExit { .. } | Op::OnSignal { .. } | Op::OnTeardown { .. } | Op::OnIdle { .. })
    }

    /// Calls `visit` for each block that stands directly in this statement.
    pub fn each_block<'a>(&'a self, visit: &mut dyn FnMut(&'a Block)) {
        each_block!(self, visit, iter);
    }

    /// The same, for changing them.
    pub(crate) fn each_block_mut(&mut self, visit: &mut dyn FnMut(&mut Block)) {
        each_block!(self, visit, iter_mut, mut);
    }
}

/// A block without the statements that `drop` names, at any depth.
pub(crate) fn without(block: &Block, drop: &impl Fn(&Op) -> bool) -> Block {
    let mut kept: Block = block.iter().filter(|step| !drop(&step.op)).cloned().collect();
    for step in &mut kept {
        step.op.each_block_mut(&mut |inner| *inner = without(inner, drop));
    }
    kept
}
