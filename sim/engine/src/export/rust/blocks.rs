//! Blocks that clean up behind themselves: locks, and `try`.

use super::body::{Body, Leave};
use super::code::Code;
use super::helpers::Helper;
use super::names::class;
use crate::export::stock::uses;
use crate::export::survey::each_op;
use crate::scenario::{Block, Except, Op, Process, TimeRange};

/// Whether the compiler sees that nothing comes behind a statement.
pub(super) fn diverges(op: &Op) -> bool {
    let ends = |block: &Block| block.iter().any(|step| diverges(&step.op));
    match op {
        Op::Return | Op::Raise { .. } | Op::Exit(_) | Op::ExitNow(_) | Op::Forever(_) => true,
        Op::Lock { timeout: None, body, .. } => ends(body),
        Op::Try { handlers, finally, body } => {
            finally.as_ref().is_some_and(ends) || (handlers.is_empty() && finally.is_none() && ends(body))
        }
        _ => false,
    }
}

fn has(block: &Block, kind: impl Fn(&Op) -> bool) -> bool {
    let mut found = false;
    each_op(block, &mut |op| found |= kind(op));
    found
}

/// Whether somebody waits for a lock with a limit.
pub(super) fn is_timed(process: &Process, lock: &str) -> bool {
    uses(process, |op| matches!(op, Op::Lock { lock: known, timeout: Some(_), .. } if known == lock))
}

/// Whether an exception may leave a block that holds the lock, and so poison it.
fn is_poisoned(process: &Process, lock: &str) -> bool {
    uses(process, |op| match op {
        Op::Lock { lock: known, body, .. } => known == lock && has(body, |op| matches!(op, Op::Raise { .. })),
        _ => false,
    })
}

/// Holds a lock until the end of a block.
pub(super) fn lock(
    body: &Body,
    lock: &str,
    timeout: Option<TimeRange>,
    block: &Block,
    leave: Leave,
    code: &mut Code,
) {
    let name = body.plan.names.lock(lock);
    if let Some(timeout) = timeout {
        let span = body.span(timeout, code);
        code.help(Helper::Lock);
        return code.block(format!("if let Some(_held) = {name}.lock_for({span}) {{"), |code| {
            body.block(block, leave, code);
        });
    }
    let guard = if is_timed(body.plan.process, lock) {
        code.help(Helper::LockPlain);
        format!("{name}.lock()")
    } else if is_poisoned(body.plan.process, lock) {
        code.bring("std::sync::PoisonError");
        format!("{name}.lock().unwrap_or_else(PoisonError::into_inner)")
    } else {
        format!("{name}.lock().unwrap()")
    };
    code.block("{", |code| {
        code.line(format!("let _held = {guard};"));
        body.block(block, leave, code);
    });
}

/// A body with clean-up and handlers.
pub(super) fn attempt(
    body: &Body,
    block: &Block,
    handlers: &[Except],
    finally: Option<&Block>,
    leave: Leave,
    code: &mut Code,
) {
    let Some(finally) = finally else {
        match handlers {
            [] => body.block(block, leave, code),
            _ => catch(body, block, handlers, leave, code),
        }
        return;
    };
    let is_return = |op: &Op| *op == Op::Return;
    let returns = has(block, is_return) || handlers.iter().any(|handler| has(&handler.body, is_return));
    let clean_up = |code: &mut Code| {
        body.trace("finally", code);
        body.block(finally, leave, code);
    };
    code.bring("std::panic");
    code.bring("std::panic::AssertUnwindSafe");
    let ends = finally.iter().any(|step| diverges(&step.op));
    let variable = if ends { "_" } else { "result" };
    code.block_to(format!("let {variable} = panic::catch_unwind(AssertUnwindSafe(|| {{"), "}));", |code| {
        let inner = if returns { Leave::Closure } else { Leave::Plain };
        match handlers {
            [] => body.block(block, inner, code),
            _ => catch(body, block, handlers, inner, code),
        }
        if returns && !(handlers.is_empty() && block.iter().any(|step| diverges(&step.op))) {
            code.line("false");
        }
    });
    clean_up(code);
    match (ends, returns) {
        (true, _) => {}
        (false, false) => code.block("if let Err(error) = result {", |code| {
            code.line("panic::resume_unwind(error);");
        }),
        (false, true) => code.block("match result {", |code| {
            code.line(format!("Ok(true) => {}", leave.text().replace(';', ",")));
            code.line("Ok(false) => {}");
            code.line("Err(error) => panic::resume_unwind(error),");
        }),
    }
}

/// A body with handlers; first match wins, and what nobody catches goes on.
fn catch(body: &Body, block: &Block, handlers: &[Except], leave: Leave, code: &mut Code) {
    code.bring("std::panic");
    code.bring("std::panic::AssertUnwindSafe");
    let returns = has(block, |op| *op == Op::Return);
    let inner = if returns { Leave::Closure } else { Leave::Plain };
    code.block_to("match panic::catch_unwind(AssertUnwindSafe(|| {", "})) {", |code| {
        body.block(block, inner, code);
        if returns && !block.iter().any(|step| diverges(&step.op)) {
            code.line("false");
        }
    });
    code.indented(|code| {
        if returns {
            code.line(format!("Ok(true) => {}", leave.text().replace(';', ",")));
            code.line("Ok(false) => {}");
        } else {
            code.line("Ok(()) => {}");
        }
        for handler in handlers {
            let all = matches!(handler.exception.as_str(), "Exception" | "BaseException");
            let head = if all {
                "Err(_) => {".to_string()
            } else {
                format!("Err(error) if error.is::<{}>() => {{", class(&handler.exception))
            };
            code.block(head, |code| body.block(&handler.body, leave, code));
            if all {
                return;
            }
        }
        code.line("Err(error) => panic::resume_unwind(error),");
    });
    code.line("}");
}
