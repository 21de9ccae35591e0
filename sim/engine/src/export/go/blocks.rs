//! Blocks that clean up behind themselves. What is deferred runs at the end of a *function*, so such a block becomes a
//! function literal that is called where it stands.

use super::body::{Around, Body, Leave};
use super::code::Code;
use super::names::class;
use crate::export::stock::uses;
use crate::export::survey::each_op;
use crate::scenario::{Block, Except, Op, TimeRange};

/// Ends the function here.
pub(super) fn leave(around: &Around, code: &mut Code) {
    for unlock in around.unlock.iter().rev() {
        code.line(unlock);
    }
    match around.leave {
        Leave::Plain => code.line("return"),
        Leave::Literal => code.line("return true"),
        Leave::Deferred => {
            code.line("done = true");
            code.line("return");
        }
        // A `return` in a clean-up block ends what is raised as well.
        Leave::Finally { done } => {
            code.line("recover()");
            if done {
                code.line("done = true");
            }
            code.line("return");
        }
    }
}

fn has(block: &Block, kind: impl Fn(&Op) -> bool) -> bool {
    let mut found = false;
    each_op(block, &mut |op| found |= kind(op));
    found
}

/// Whether an exception may leave a block that has this statement.
fn leaves(op: &Op) -> bool {
    matches!(op, Op::Raise { .. } | Op::ExitThread)
}

/// Whether nothing can come behind a block.
fn ends(block: &Block) -> bool {
    block.last().is_some_and(|step| match &step.op {
        Op::Return | Op::Raise { .. } | Op::Forever(_) => true,
        Op::Lock { timeout: None, body, .. } => ends(body) && !has(body, leaves),
        _ => false,
    })
}

/// A function literal that is called where it stands. `inside` writes its body.
fn literal(
    returns: bool,
    block: &Block,
    around: &Around,
    inside: impl FnOnce(&Around, &mut Code),
    code: &mut Code,
) {
    let inner = Around { leave: Leave::Literal, unlock: Vec::new() };
    if !returns {
        return code.block_to("func() {", "}()", |code| inside(&inner, code));
    }
    code.block_to("if func() (done bool) {", "}() {", |code| {
        inside(&inner, code);
        if !ends(block) {
            code.line("return false");
        }
    });
    code.indented(|code| leave(around, code));
    code.line("}");
}

/// Holds a lock. A mutex cannot be waited for with a limit, but a channel with room for one can.
pub(super) fn lock(
    body: &Body,
    lock: &str,
    timeout: Option<TimeRange>,
    block: &Block,
    around: &Around,
    code: &mut Code,
) {
    let name = body.plan.names.lock(lock);
    let (take, give) = if is_timed(body, lock) {
        (format!("{name} <- struct{{}}{{}}"), format!("<-{name}"))
    } else {
        (format!("{name}.Lock()"), format!("{name}.Unlock()"))
    };
    let hold = |code: &mut Code| {
        if has(block, leaves) {
            let returns = has(block, |op| *op == Op::Return);
            let give = if give.starts_with("<-") { format!("func() {{ {give} }}()") } else { give.clone() };
            return literal(
                returns,
                block,
                around,
                |inner, code| {
                    code.line(format!("defer {give}"));
                    body.block(block, inner, code);
                },
                code,
            );
        }
        let mut inner = around.clone();
        inner.unlock.push(give.clone());
        body.block(block, &inner, code);
        if block.last().is_none_or(|step| step.op != Op::Return) {
            code.line(&give);
        }
    };
    let Some(timeout) = timeout else {
        code.line(take);
        return hold(code);
    };
    let span = body.span(timeout, code);
    code.line("select {");
    code.part(format!("case {take}:"), hold);
    code.line(format!("case <-time.After({span}):"));
    code.line("}");
}

/// Whether somebody waits for a lock with a limit.
pub(super) fn is_timed(body: &Body, lock: &str) -> bool {
    timed(body.plan.process, lock)
}

/// As [`is_timed`], for the declaration.
pub(super) fn timed(process: &crate::scenario::Process, lock: &str) -> bool {
    uses(process, |op| matches!(op, Op::Lock { lock: known, timeout: Some(_), .. } if known == lock))
}

/// A body with clean-up and handlers.
pub(super) fn attempt(
    body: &Body,
    block: &Block,
    handlers: &[Except],
    finally: Option<&Block>,
    around: &Around,
    code: &mut Code,
) {
    if handlers.is_empty() && finally.is_none() {
        return body.block(block, around, code);
    }
    let is_return = |op: &Op| *op == Op::Return;
    let returns = has(block, is_return)
        || handlers.iter().any(|handler| has(&handler.body, is_return))
        || finally.is_some_and(|finally| has(finally, is_return));
    let inside = |inner: &Around, code: &mut Code| {
        let leave = if returns { Leave::Deferred } else { Leave::Plain };
        defers(body, handlers, finally, &Around { leave, ..Around::default() }, code);
        body.block(block, inner, code);
    };
    literal(returns, block, around, inside, code);
}

/// What runs when the function around it ends; `around` is the inside of what is deferred.
pub(super) fn defers(
    body: &Body,
    handlers: &[Except],
    finally: Option<&Block>,
    around: &Around,
    code: &mut Code,
) {
    if let Some(finally) = finally {
        code.block_to("defer func() {", "}()", |code| {
            body.trace("finally", code);
            let leave = Leave::Finally { done: around.leave == Leave::Deferred };
            body.block(finally, &Around { leave, ..around.clone() }, code);
        });
    }
    if !handlers.is_empty() {
        code.block_to("defer func() {", "}()", |code| recover(body, handlers, around, code));
    }
}

/// First match wins; what nobody catches goes on.
fn recover(body: &Body, handlers: &[Except], deferred: &Around, code: &mut Code) {
    let catches_all = |handler: &Except| matches!(handler.exception.as_str(), "Exception" | "BaseException");
    let all = handlers.iter().position(catches_all);
    let head = if all.is_some() { "switch recover().(type) {" } else { "switch err := recover().(type) {" };
    code.line(head);
    code.line("case nil:");
    let mut caught: Vec<&str> = Vec::new();
    for handler in &handlers[..all.unwrap_or(handlers.len())] {
        if !caught.contains(&handler.exception.as_str()) {
            caught.push(&handler.exception);
            code.part(format!("case {}:", class(&handler.exception)), |code| {
                body.block(&handler.body, deferred, code);
            });
        }
    }
    match all {
        Some(index) => code.part("default:", |code| body.block(&handlers[index].body, deferred, code)),
        None => code.part("default:", |code| code.line("panic(err)")),
    }
    code.line("}");
}
