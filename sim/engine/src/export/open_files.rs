//! Who uses which file, and how it is opened.

use std::collections::{BTreeMap, BTreeSet};

use super::survey::{Function, each_op, file_of};
use crate::scenario::{Buffering, FileMode, Op, Step};

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
    /// Whether it is opened outside of all blocks, so that the rest of the function sees a variable made there.
    pub(super) at_top: bool,
    /// Whether something is done with it after it was opened.
    pub(super) used: bool,
    /// Whether it is closed within a block, or before the last statement that uses it.
    pub(super) closed_early: bool,
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
        let uses_it = |step: &&Step| {
            let mut uses = false;
            each_op(std::slice::from_ref(*step), &mut |op| uses |= file_of(op) == Some(*path));
            uses
        };
        file.at_top = body.iter().find(uses_it).is_some_and(|step| matches!(step.op, Op::Open { .. }));
        let closed = body.iter().position(|step| matches!(&step.op, Op::Close(closed) if closed == path));
        let mut closes = 0;
        each_op(body, &mut |op| closes += usize::from(matches!(op, Op::Close(closed) if closed == path)));
        let mut used_after = false;
        for step in body.iter().skip(closed.map_or(body.len(), |at| at + 1)) {
            each_op(std::slice::from_ref(step), &mut |op| used_after |= file_of(op) == Some(*path));
        }
        file.closed_early = closes > usize::from(closed.is_some()) || used_after;
    }
    found
}
