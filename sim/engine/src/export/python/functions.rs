//! The functions of the program, from its locks and queues to the main body.

use std::collections::BTreeSet;

use super::Code;
use super::body::{Body, what};
use super::handles::Handle;
use super::plan::{Plan, ProcessPlan};
use super::text::string;
use super::threads::{self, Who};
use super::trace;
use crate::export::ExportOptions;
use crate::export::survey::{Role, each_op, returns_early};
use crate::scenario::{Op, Stdout};

/// Writes everything below the constants.
///
/// # Errors
///
/// Why Python would not accept it.
pub(super) fn program(plan: &Plan, options: &ExportOptions, code: &mut Code) -> Result<(), String> {
    let root = &plan.processes[plan.root];
    parts(plan, root, options, code);
    for child in plan.processes.iter().filter(|process| process.parent.is_some()) {
        code.gap();
        spawned(plan, child, options, code);
    }
    code.gap();
    main(plan, root, options, code);
    match code.refusal() {
        Some(sentence) => Err(sentence.to_string()),
        None => Ok(()),
    }
}

/// What threads share, and all functions but main.
fn parts(plan: &Plan, process: &ProcessPlan, options: &ExportOptions, code: &mut Code) {
    shared(process, code);
    for (stop, running) in &process.running {
        let Some(event) = process.events.get(stop) else { continue };
        code.gap();
        code.block(format!("def {running}():"), |code| code.line(format!("return not {event}.is_set()")));
    }
    for (index, function) in process.functions.iter().enumerate().skip(1) {
        code.gap();
        let name = &process.function_names[index];
        let body = Body { plan, process, function: index, options, may_return: true };
        let inside = |code: &mut Code| {
            assignments(process, index, process.parent.is_none(), code);
            body.block(function.body, code);
        };
        match function.role {
            Role::Finalizer(_) => code.block(format!("class {name}:"), |code| {
                code.block("def __del__(self):", |code| {
                    finalizer(process, &function.role, options, inside, code);
                });
            }),
            Role::SignalHandler(_) => code.block(format!("def {name}(signum, frame):"), inside),
            _ => {
                let parameters = threads::parameters(process, index).join(", ");
                code.block(format!("def {name}({parameters}):"), inside);
            }
        }
    }
}

fn finalizer(
    process: &ProcessPlan,
    role: &Role,
    options: &ExportOptions,
    inside: impl FnOnce(&mut Code),
    code: &mut Code,
) {
    if !options.trace {
        inside(code);
        return;
    }
    let who = Who::of(process, role);
    code.line(trace::call(&who, "begin", &what(role)));
    inside(code);
    code.line(trace::call(&who, "end", &what(role)));
}

/// Locks, events, queues and pools.
fn shared(process: &ProcessPlan, code: &mut Code) {
    for lock in process.locks.values() {
        code.import("threading");
        code.line(format!("{lock} = threading.Lock()"));
    }
    for event in process.events.values() {
        code.import("threading");
        code.line(format!("{event} = threading.Event()"));
    }
    for (queue, _) in process.queues.values() {
        code.import("queue");
        code.line(format!("{queue} = queue.Queue()"));
    }
    for pool in &process.process.pools {
        let Some(executor) = process.pools.get(pool.name.as_str()) else { continue };
        code.import("ThreadPoolExecutor");
        let prefix = string(&pool.name);
        code.line(format!(
            "{executor} = ThreadPoolExecutor(max_workers={}, thread_name_prefix={prefix})",
            pool.workers
        ));
    }
}

/// The shared variables that a function assigns.
fn assigned(process: &ProcessPlan, function: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let handle = |name: &str| match process.handles.get(name) {
        Some(Handle::InPlace(variable)) if variable.only.is_none() => Some(variable.name.clone()),
        _ => None,
    };
    each_op(process.functions[function].body, &mut |op| match op {
        Op::Open { path, .. } => {
            let shared = process.files.get(path.as_str()).filter(|file| file.only.is_none());
            found.extend(shared.map(|file| file.name.clone()));
        }
        Op::Start(names) => found.extend(names.iter().filter_map(|name| handle(name))),
        Op::Spawn(name) => found.extend(handle(name)),
        _ => {}
    });
    found
}

/// Declares the variables of others that a function assigns.
fn assignments(process: &ProcessPlan, function: usize, global: bool, code: &mut Code) {
    let names: Vec<String> = assigned(process, function).into_iter().collect();
    if !names.is_empty() {
        code.line(format!("{} {}", if global { "global" } else { "nonlocal" }, names.join(", ")));
    }
}

/// A spawned process: one function with everything inside.
fn spawned(plan: &Plan, process: &ProcessPlan, options: &ExportOptions, code: &mut Code) {
    code.block(format!("def {}():", process.entry), |code| {
        code.line(format!(
            "\"\"\"The process {}: its files and threads are local to this function.\"\"\"",
            process.process.name
        ));
        if options.trace {
            code.line("global _PROCESS");
        }
        beginning(process, options, code);
        let mut elsewhere = BTreeSet::new();
        for function in 1..process.functions.len() {
            elsewhere.extend(assigned(process, function));
        }
        for name in elsewhere {
            code.line(format!("{name} = None"));
        }
        parts(plan, process, options, code);
        code.gap();
        threads::make_ahead(plan, process, options.trace, code);
        Body { plan, process, function: 0, options, may_return: true }.block(process.functions[0].body, code);
    });
}

/// The main body of the program, under its guard.
fn main(plan: &Plan, process: &ProcessPlan, options: &ExportOptions, code: &mut Code) {
    let body = process.functions[0].body;
    let own_function = returns_early(body);
    let write = Body { plan, process, function: 0, options, may_return: own_function };
    if own_function {
        code.block("def main():", |code| {
            assignments(process, 0, true, code);
            write.block(body, code);
        });
        code.gap();
    }
    code.block("if __name__ == \"__main__\":", |code| {
        beginning(process, options, code);
        threads::make_ahead(plan, process, options.trace, code);
        let inside = |code: &mut Code| match own_function {
            true => code.line("main()"),
            false => write.block(body, code),
        };
        if !options.trace {
            inside(code);
            return;
        }
        let who = Who::of(process, &Role::Main);
        code.line(trace::call(&who, "begin", "main"));
        code.block("try:", inside);
        code.block("except BaseException as error:", |code| {
            code.line(format!("_trace({}, \"raise\", f\"main {{type(error).__name__}}\")", who.arguments()));
            code.line("raise");
        });
        code.line(trace::call(&who, "end", "main"));
    });
}

/// What a traced process says first, and how its output is buffered: the tests give it a pipe, whatever it has in
/// the scenario.
fn beginning(process: &ProcessPlan, options: &ExportOptions, code: &mut Code) {
    if options.trace {
        let who = Who::of(process, &Role::Main);
        code.import("os");
        code.import("sys");
        code.line(format!("_PROCESS = {}", string(&process.process.name)));
        code.line(format!("_trace({}, \"pid\", os.getpid())", who.arguments()));
        let terminal = if process.process.stdout == Stdout::Terminal { "True" } else { "False" };
        code.line(format!("sys.stdout.reconfigure(line_buffering={terminal})"));
    }
}
