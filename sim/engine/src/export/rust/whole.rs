//! The program from top to bottom: comment, `use`, libc, helpers, statics, functions.

use std::collections::BTreeSet;

use super::Plan;
use super::blocks::is_timed;
use super::code::Code;
use super::files;
use super::functions;
use super::helpers::Helper;
use super::names::class;
use super::threads;
use crate::export::Target;
use crate::export::lines::Lines;
use crate::export::stock::{classes, events, letter, locks, queues, records, uses};
use crate::export::words::header;
use crate::scenario::{FileMode, Op, Scenario};

/// A record of more bytes than this is zeros, which take no room in the program's file.
const LARGE: u64 = 1 << 20;

/// The whole program.
pub(super) fn program(plan: &Plan, scenario: &Scenario) -> String {
    let mut below = Code::new();
    errors(plan, &mut below);
    globals(plan, &mut below);
    functions::work(plan, &mut below);
    for place in (1..plan.functions.len()).chain([0]) {
        below.lines.gap();
        functions::function(plan, place, &mut below);
    }
    let all = with_needs(&below.helpers);
    below.uses.extend(all.iter().flat_map(|helper| helper.uses()));

    let mut top = Lines::new("    ");
    comment(scenario, plan).iter().for_each(|line| top.line(format!("// {line}").trim_end()));
    top.line("");
    if below.cut {
        top.line("#![allow(dead_code)] // as something stands behind a statement that nothing comes behind");
        top.line("");
    }
    scope(&below.uses).iter().for_each(|line| top.line(line));
    externs(&all, &mut top);
    definitions(plan, &all, &mut top);
    top.gap();
    top.append(below.lines);
    top.text()
}

fn with_needs(used: &BTreeSet<Helper>) -> BTreeSet<Helper> {
    let mut all = used.clone();
    all.extend(used.iter().flat_map(|helper| helper.needs()));
    let types: Vec<Helper> = all.iter().filter_map(|helper| helper.of()).collect();
    all.extend(types);
    all
}

/// `use` lines; what comes from one module is one line.
fn scope(paths: &BTreeSet<&str>) -> Vec<String> {
    let mut modules: Vec<(&str, Vec<&str>)> = Vec::new();
    for path in paths {
        let (module, name) = match path.strip_suffix('}').and_then(|path| path.split_once("::{")) {
            Some((module, names)) => (module, names),
            None => path.rsplit_once("::").unwrap_or(("", path)),
        };
        match modules.iter_mut().find(|(known, _)| *known == module) {
            Some((_, names)) => names.push(name),
            None => modules.push((module, vec![name])),
        }
    }
    // A module of which more than itself is needed: `use std::panic::{self, AssertUnwindSafe};`.
    let mut lines = Vec::new();
    let inner: Vec<String> = modules.iter().map(|(module, _)| (*module).to_string()).collect();
    for (module, names) in &modules {
        let mut names: Vec<&str> = names.clone();
        names.retain(|name| !inner.contains(&format!("{module}::{name}")));
        let itself = modules
            .iter()
            .any(|(outer, names)| names.iter().any(|name| format!("{outer}::{name}") == *module));
        if itself {
            names.insert(0, "self");
        }
        match &names[..] {
            [] => {}
            [one] if !one.contains(',') => lines.push(format!("use {module}::{one};")),
            _ if *module == "std" => lines.extend(names.iter().map(|name| format!("use std::{name};"))),
            several => lines.push(format!("use {module}::{{{}}};", several.join(", "))),
        }
    }
    lines.sort();
    lines
}

fn comment(scenario: &Scenario, plan: &Plan) -> Vec<String> {
    let name = &scenario.name;
    let run = format!("rustc --edition 2021 {name}.rs && ./{name}");
    let mut comment = header(scenario, Target::Rust, plan.options, &run);
    if plan.process.threads.iter().any(|thread| thread.daemon.is_some()) {
        comment.push("Rust has no daemon flag: the end of main waits for no thread.".into());
    }
    if uses(plan.process, |op| matches!(op, Op::OnExit { .. })) {
        comment.push("Rust has no exit handlers of its own: C's atexit stands for them.".into());
    }
    if uses(plan.process, |op| matches!(op, Op::OnSignal { body: Some(_), .. })) {
        comment
            .push("Rust has no signal handlers: a thread that waits for the signal stands for one.".into());
    }
    comment
}

fn externs(all: &BTreeSet<Helper>, top: &mut Lines) {
    let functions: Vec<&str> = all.iter().flat_map(|helper| helper.externs()).copied().collect();
    if !functions.is_empty() {
        top.gap();
        top.block("extern \"C\" {", "}", |lines| functions.iter().for_each(|line| lines.line(line)));
    }
}

fn definitions(plan: &Plan, all: &BTreeSet<Helper>, top: &mut Lines) {
    let mut open = None;
    for helper in all {
        if open.is_some() && helper.of() != open {
            top.line("}");
            open = None;
        }
        if helper.text().is_empty() {
            continue;
        }
        if helper.of().is_none() || helper.of() == Some(*helper) {
            top.gap();
        }
        open = helper.of();
        let text = helper.text().replace("PROCESS", &plan.process.name);
        text.lines().for_each(|line| top.line(line));
    }
    if open.is_some() {
        top.line("}");
    }
    if plan.options.trace {
        top.gap();
        top.block("fn class(error: &(dyn Any + Send)) -> &'static str {", "}", |lines| {
            let known: Vec<&str> =
                classes(plan.process).into_iter().filter(|name| is_class(plan, name)).collect();
            if known.is_empty() {
                lines.line("let _ = error;");
            }
            for name in known {
                lines.block(format!("if error.is::<{}>() {{", class(name)), "}", |lines| {
                    lines.line(format!("return {};", super::code::string(name)));
                });
            }
            lines.line("\"panic\"");
        });
    }
}

/// Whether a class is one of the program's own; `Exception` as such is any panic.
fn is_class(plan: &Plan, name: &str) -> bool {
    !matches!(name, "Exception" | "BaseException")
        || uses(plan.process, |op| matches!(op, Op::Raise { exception, .. } if exception == name))
}

/// What is raised.
fn errors(plan: &Plan, code: &mut Code) {
    for name in classes(plan.process) {
        if is_class(plan, name) {
            code.lines.gap();
            code.line("#[allow(dead_code)] // the message is for whoever catches it");
            code.line(format!("struct {}(&'static str);", class(name)));
        }
    }
    code.lines.gap();
}

/// What all functions see.
fn globals(plan: &Plan, code: &mut Code) {
    let names = &plan.names;
    for record in records(plan.process) {
        let name = names.record(record.name, record.mode, record.bytes);
        let (bytes, filler) = (record.bytes, letter(record.name));
        let value = match record.mode {
            _ if bytes > LARGE => format!("[0; {bytes}]"),
            FileMode::Binary => format!("[b'{filler}'; {bytes}]"),
            FileMode::Text => {
                code.help(Helper::Text);
                format!("text(b'{filler}')")
            }
        };
        code.line(format!("static {name}: [u8; {bytes}] = {value};"));
    }
    for lock in locks(plan.process) {
        let lock_name = names.lock(lock);
        if is_timed(plan.process, lock) {
            code.help(Helper::Lock);
            code.line(format!("static {lock_name}: Lock = Lock::new();"));
        } else {
            code.bring("std::sync::Mutex");
            code.line(format!("static {lock_name}: Mutex<()> = Mutex::new(());"));
        }
    }
    for event in events(plan.process) {
        code.help(Helper::Event);
        code.line(format!("static {}: Event = Event::new();", names.event(event)));
    }
    for queue in queues(plan.process) {
        code.help(Helper::Queue);
        code.line(format!("static {}: Queue = Queue::new();", names.queue(queue)));
    }
    files::globals(plan, code);
    threads::globals(plan, code);
}
