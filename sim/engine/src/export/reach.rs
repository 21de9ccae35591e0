//! Which statements can be reached, for compilers that refuse or complain of the others.

use super::survey::each_step;
use crate::diagnostic::Diagnostic;
use crate::scenario::{Block, Except, Op, Step};

/// Whether what stands behind a block can be reached, as a compiler sees it: it knows `throw`, `return` and
/// `while (true)`, and takes a call that ends the process for any other.
pub(super) fn completes(block: &Block) -> bool {
    block.iter().all(|step| step_completes(&step.op))
}

/// As [`completes`], for one statement.
pub(super) fn step_completes(op: &Op) -> bool {
    match op {
        Op::Raise { .. } | Op::Return | Op::Forever(_) => false,
        Op::Lock { timeout: None, body, .. } => completes(body),
        Op::Try { body, handlers, finally } => {
            let left = completes(body) || catching(handlers).any(|handler| completes(&handler.body));
            left && finally.as_ref().is_none_or(completes)
        }
        _ => true,
    }
}

/// The handlers that can catch something: none behind one that catches all of it already.
pub(super) fn catching(handlers: &[Except]) -> impl Iterator<Item = &Except> {
    handlers
        .iter()
        .enumerate()
        .filter(|(index, handler)| {
            let wider = |known: &Except| {
                known.exception == handler.exception
                    || known.exception == "BaseException"
                    || (known.exception == "Exception" && handler.exception != "BaseException")
            };
            !handlers[..*index].iter().any(wider)
        })
        .map(|(_, handler)| handler)
}

/// The place where a body takes a lock that it holds already, which a lock of these languages allows.
pub(super) fn lock_in_itself(block: &[Step]) -> Option<Diagnostic> {
    let mut found = None;
    each_step(block, &mut |step| {
        if let Op::Lock { lock, body, .. } = &step.op {
            each_step(body, &mut |inner| {
                if matches!(&inner.op, Op::Lock { lock: again, .. } if again == lock) {
                    found.get_or_insert(
                        Diagnostic::at(
                            inner.span,
                            format!("the lock \"{lock}\" is taken by its holder, who would simply have it twice in this language"),
                            "taken a second time",
                        )
                        .help("a lock that deadlocks with itself is Python's threading.Lock: --to python"),
                    );
                }
            });
        }
    });
    found
}
