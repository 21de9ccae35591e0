//! Who uses which file, and how it is opened.

use std::collections::{BTreeMap, BTreeSet};

use super::survey::{Function, each_op, file_of};
use crate::scenario::{Block, Buffering, FileMode, Op, Step};

/// How a file is used.
#[derive(Debug)]
pub(super) struct FileUse {
    /// The only function that uses it, an index into the functions; `None`: there are several.
    pub(super) only: Option<usize>,
    /// How it is opened first.
    pub(super) mode: FileMode,
    /// How it is buffered when it is opened first.
    pub(super) buffering: Buffering,
    /// How often a statement opens it.
    pub(super) opens: usize,
    /// Whether it is opened in the same block in which it is used, so that all that uses it sees a variable made there.
    pub(super) at_top: bool,
    /// Whether something is done with it after it was opened.
    pub(super) used: bool,
    /// Whether it is closed within a block, or before the last statement that uses it.
    pub(super) closed_early: bool,
}

/// The innermost block in which a file is opened, used and closed; the whole body if it is not closed there.
fn home<'s>(body: &'s Block, path: &str) -> &'s Block {
    let mut users = body.iter().filter(|step| uses(step, path));
    let (Some(only), None) = (users.next(), users.next()) else { return body };
    let mut inner = None;
    if !matches!(only.op, Op::Try { .. }) {
        only.op.each_block(&mut |block| inner = Some(block));
    }
    let closes = |block: &&Block| {
        let mut users = block.iter().filter(|step| uses(step, path));
        users.next().is_some_and(|step| is_open(&step.op))
            && block.iter().any(|step| matches!(&step.op, Op::Close(closed) if closed == path))
    };
    match inner {
        Some(block) if closes(&block) => block,
        Some(block) => Some(home(block, path)).filter(|deeper| !std::ptr::eq(*deeper, block)).unwrap_or(body),
        None => body,
    }
}

fn uses(step: &Step, path: &str) -> bool {
    let mut found = false;
    each_op(std::slice::from_ref(step), &mut |op| found |= file_of(op) == Some(path));
    found
}

fn is_open(op: &Op) -> bool {
    matches!(op, Op::Open { .. })
}

/// The files that are opened in these functions.
pub(super) fn files<'s>(functions: &[Function<'s>]) -> BTreeMap<&'s str, FileUse> {
    let mut found: BTreeMap<&str, FileUse> = BTreeMap::new();
    let mut users: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (index, function) in functions.iter().enumerate() {
        each_op(function.body, &mut |op| {
            let Some(path) = file_of(op) else { return };
            users.entry(path).or_default().insert(index);
            let file = found.entry(path).or_insert(FileUse {
                only: None,
                mode: FileMode::Binary,
                buffering: Buffering::Full,
                opens: 0,
                at_top: false,
                used: false,
                closed_early: false,
            });
            match op {
                Op::Open { mode, buffering, .. } => {
                    if file.opens == 0 {
                        (file.mode, file.buffering) = (*mode, *buffering);
                    }
                    file.opens += 1;
                }
                _ => file.used = true,
            }
        });
    }
    for (path, file) in &mut found {
        let indices = &users[path];
        file.only = indices.first().copied().filter(|_| indices.len() == 1);
        let Some(body) = file.only.map(|index| functions[index].body) else { continue };
        let body = home(body, path);
        file.at_top = body.iter().find(|step| uses(step, path)).is_some_and(|step| is_open(&step.op));
        let closed = body.iter().position(|step| matches!(&step.op, Op::Close(closed) if closed == path));
        let mut closes = 0;
        each_op(body, &mut |op| closes += usize::from(matches!(op, Op::Close(closed) if closed == path)));
        let mut used_after = false;
        for step in body.iter().skip(closed.map_or(body.len(), |at| at + 1)) {
            used_after |= uses(step, path);
        }
        file.closed_early = closes > usize::from(closed.is_some()) || used_after;
    }
    found
}
