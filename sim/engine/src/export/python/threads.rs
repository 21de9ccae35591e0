//! Starting threads, processes and pool items, and saying who is who.

use super::Code;
use super::handles::{Handle, refers_to};
use super::plan::{Plan, ProcessPlan};
use super::text::string;
use super::trace::run_arguments;
use crate::export::survey::{Role, each_op};
use crate::scenario::Op;

/// Who a line of trace speaks of.
pub(super) struct Who {
    /// `None`: a forked child has its parent's handlers, so only the process that runs this code knows who it is.
    process: Option<String>,
    /// `None`: several threads run this code, and each knows its own name.
    thread: Option<String>,
}

impl Who {
    /// Who runs a function.
    pub(super) fn of(process: &ProcessPlan, role: &Role) -> Who {
        let thread = match role {
            Role::Thread(name, 1) => Some((*name).to_string()),
            Role::Thread(..) | Role::PoolItem(_) => None,
            Role::Main | Role::ExitHandler(_) | Role::SignalHandler(_) | Role::Finalizer(_) => {
                Some("main".to_string())
            }
        };
        let inherited = matches!(role, Role::ExitHandler(_) | Role::SignalHandler(_));
        Who { process: (!inherited).then(|| process.process.name.clone()), thread }
    }

    /// The two first arguments of the tracing functions.
    pub(super) fn arguments(&self) -> String {
        let name = |name: &Option<String>| name.as_deref().map_or("None".to_string(), string);
        format!("{}, {}", name(&self.process), name(&self.thread))
    }
}

/// The `running` functions that a function is given, in the order of their names.
pub(super) fn parameters(process: &ProcessPlan, function: usize) -> Vec<String> {
    if !matches!(process.functions[function].role, Role::Thread(..) | Role::PoolItem(_)) {
        return Vec::new();
    }
    let mut found = std::collections::BTreeSet::new();
    each_op(process.functions[function].body, &mut |op| {
        if let Op::WhileRunning { stop, .. } = op {
            found.insert(stop.as_str());
        }
    });
    found.into_iter().filter_map(|stop| process.running.get(stop).cloned()).collect()
}

/// `threading.Thread(…)` for a thread of this process.
fn thread_object(process: &ProcessPlan, name: &str, trace: bool, code: &mut Code) -> String {
    let thread = process.process.threads.iter().find(|thread| thread.name == name);
    let function = process
        .functions
        .iter()
        .position(|function| matches!(function.role, Role::Thread(known, _) if known == name));
    let (Some(thread), Some(function)) = (thread, function) else { return "None".to_string() };
    let mut arguments = parameters(process, function);
    let mut target = process.function_names[function].clone();
    if trace {
        arguments.insert(0, target);
        arguments.insert(0, run_arguments(&Who::of(process, &process.functions[function].role), "thread"));
        target = "_run".to_string();
    }
    let label =
        if thread.count > 1 { format!("f{}", string(&format!("{name}-{{number}}"))) } else { string(name) };
    let flag = thread.daemon.map_or("", |daemon| if daemon { ", daemon=True" } else { ", daemon=False" });
    code.import("threading");
    format!("threading.Thread(target={target}{}, name={label}{flag})", tuple(&arguments))
}

/// `multiprocessing.Process(…)` for a spawned process.
fn process_object(plan: &Plan, name: &str, trace: bool, code: &mut Code) -> String {
    let Some(child) = plan.process(name).map(|child| &plan.processes[child]) else {
        return "None".to_string();
    };
    let mut arguments = Vec::new();
    let mut target = child.entry.clone();
    if trace {
        arguments = vec![run_arguments(&Who::of(child, &Role::Main), "main"), target];
        target = "_run".to_string();
    }
    let flag = if child.process.daemon { "True" } else { "False" };
    code.import("multiprocessing");
    format!(
        "multiprocessing.Process(target={target}{}, name={}, daemon={flag})",
        tuple(&arguments),
        string(name)
    )
}

/// `, args=(a, b)`, or nothing.
fn tuple(arguments: &[String]) -> String {
    match arguments {
        [] => String::new(),
        [one] if !one.contains(", ") => format!(", args=({one},)"),
        several => format!(", args=({})", several.join(", ")),
    }
}

/// Makes the objects that others refer to before main begins.
pub(super) fn make_ahead(plan: &Plan, process: &ProcessPlan, trace: bool, code: &mut Code) {
    for (name, handle) in &process.handles {
        if let Handle::Ahead(variable) = handle {
            make(plan, process, name, variable, trace, code);
        }
    }
}

fn count(process: &ProcessPlan, name: &str) -> u32 {
    process.process.threads.iter().find(|thread| thread.name == name).map_or(1, |thread| thread.count)
}

fn make(plan: &Plan, process: &ProcessPlan, name: &str, variable: &str, trace: bool, code: &mut Code) {
    let object = object(plan, process, name, trace, code);
    match count(process, name) {
        1 => code.line(format!("{variable} = {object}")),
        many => code.line(format!("{variable} = [{object} for number in range(1, {})]", u64::from(many) + 1)),
    }
}

fn object(plan: &Plan, process: &ProcessPlan, name: &str, trace: bool, code: &mut Code) -> String {
    if process.process.threads.iter().any(|thread| thread.name == name) {
        thread_object(process, name, trace, code)
    } else {
        process_object(plan, name, trace, code)
    }
}

/// Starts a thread, with all its copies, or a process.
pub(super) fn start(plan: &Plan, process: &ProcessPlan, name: &str, trace: bool, code: &mut Code) {
    let many = count(process, name);
    let variable = match process.handles.get(name) {
        Some(Handle::InPlace(variable)) => {
            make(plan, process, name, &variable.name, trace, code);
            &variable.name
        }
        Some(Handle::Ahead(variable)) => variable,
        None => {
            let object = object(plan, process, name, trace, code);
            if many == 1 {
                code.line(format!("{object}.start()"));
            } else {
                let range = format!("range(1, {})", u64::from(many) + 1);
                code.block(format!("for number in {range}:"), |code| code.line(format!("{object}.start()")));
            }
            return;
        }
    };
    if many == 1 {
        code.line(format!("{variable}.start()"));
    } else {
        code.block(format!("for thread in {variable}:"), |code| code.line("thread.start()"));
    }
}

/// Waits for a thread, all its copies, one of its copies, or a process; `limit` in seconds or empty.
pub(super) fn join(process: &ProcessPlan, target: &str, limit: &str, code: &mut Code) {
    let found = process.handles.iter().find(|(name, _)| refers_to(target, name));
    let Some((name, Handle::Ahead(variable) | Handle::InPlace(super::plan::Variable { name: variable, .. }))) =
        found
    else {
        code.line(format!("# {target} is never started here, so there is nothing to wait for"));
        return;
    };
    let copy =
        target.strip_prefix(name).and_then(|rest| rest.strip_prefix('-')).and_then(|n| n.parse::<u32>().ok());
    match (count(process, name), copy) {
        (1, _) => code.line(format!("{variable}.join({limit})")),
        (_, Some(number)) => code.line(format!("{variable}[{}].join({limit})", number.saturating_sub(1))),
        (_, None) => {
            code.block(format!("for thread in {variable}:"), |code| {
                code.line(format!("thread.join({limit})"));
            });
        }
    }
}
