//! Thread and process objects: which of them need a name, and where they are made.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Names, with_suffix};
use super::plan::{ProcessPlan, Variable};
use crate::export::survey::{Role, each_repeated};
use crate::scenario::{Op, Scenario};

/// Where a thread or process object comes from.
#[derive(Clone, Debug)]
pub(super) enum Handle {
    /// It is made where it is started.
    InPlace(Variable),
    /// It is made before main begins, because others refer to it or because it must be the same object each time.
    Ahead(String),
}

/// What the functions of a process do with one thread or process object.
#[derive(Default)]
struct Uses {
    /// Functions that start it.
    starters: BTreeSet<usize>,
    /// Functions that join it or signal it.
    users: BTreeSet<usize>,
    /// Whether something uses it before its start in the order of the text.
    early: bool,
    /// Whether it may be started a second time, which Python refuses for the same object.
    again: bool,
}

/// The objects of a process that need a name.
pub(super) fn handles<'s>(
    scenario: &'s Scenario,
    process: &ProcessPlan<'s>,
    names: &mut Names,
) -> BTreeMap<&'s str, Handle> {
    let threads = process.process.threads.iter().map(|thread| {
        let kind = if thread.count == 1 { "thread" } else { "threads" };
        (thread.name.as_str(), thread.daemon, kind)
    });
    let children =
        scenario.processes.iter().map(|child| (child.name.as_str(), Some(child.daemon), "process"));
    let mut handles = BTreeMap::new();
    for (name, flag, kind) in threads.chain(children) {
        let uses = uses(process, name);
        let elsewhere = kind == "process" && uses.starters.is_empty();
        if elsewhere || (uses.users.is_empty() && !uses.again) {
            continue;
        }
        let variable = names.take(&[with_suffix(name, kind)]);
        let only = uses.users.first().copied();
        let alone = !uses.early && !uses.again && uses.users.len() == 1 && uses.users == uses.starters;
        // A flag that is not given is inherited from whoever makes the object, so somebody else must not make it.
        let main_may_make_it = flag.is_some() || uses.starters.iter().all(|function| *function == 0);
        let handle = if alone {
            Handle::InPlace(Variable { name: variable, only: only.filter(|function| *function != 0) })
        } else if main_may_make_it {
            Handle::Ahead(variable)
        } else {
            Handle::InPlace(Variable { name: variable, only: None })
        };
        handles.insert(name, handle);
    }
    handles
}

fn uses(process: &ProcessPlan, name: &str) -> Uses {
    let mut uses = Uses::default();
    let mut starts = 0;
    process.each(&mut |function, op| match op {
        op if starts_it(op, name) => {
            starts += 1;
            uses.starters.insert(function);
        }
        Op::Join { target, .. } | Op::Signal { to: target, .. } if refers_to(target, name) => {
            uses.early |= !uses.starters.contains(&function);
            uses.users.insert(function);
        }
        _ => {}
    });
    uses.again = starts > 1;
    for function in &uses.starters {
        let function = &process.functions[*function];
        uses.again |= match function.role {
            Role::Main | Role::Thread(_, 1) | Role::Finalizer(_) => false,
            Role::Thread(..) | Role::PoolItem(_) | Role::ExitHandler(_) | Role::SignalHandler(_) => true,
        };
        each_repeated(function.body, &mut |op| uses.again |= starts_it(op, name));
    }
    uses
}

fn starts_it(op: &Op, name: &str) -> bool {
    match op {
        Op::Start(started) => started.iter().any(|started| started == name),
        Op::Spawn(started) => started == name,
        _ => false,
    }
}

/// Whether `target` is the thread itself or one of its copies, as in `worker-2`.
pub(super) fn refers_to(target: &str, thread: &str) -> bool {
    target == thread
        || target
            .strip_prefix(thread)
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|number| number.parse::<u32>().is_ok())
}
