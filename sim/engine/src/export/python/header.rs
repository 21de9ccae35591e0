//! What stands above the functions: docstring, imports, constants, the stand-ins for real work.

use super::Code;
use super::plan::Plan;
use super::text::{prose, seconds, span, string};
use super::trace;
use crate::export::{ExportOptions, Target, command};
use crate::scenario::{FileMode, Op};

/// The whole program: the header, then the functions.
pub(super) fn whole(plan: &Plan, options: &ExportOptions, functions: Code) -> String {
    let mut constants = Code::default();
    if options.trace {
        trace::prelude(&mut constants);
        if uses(plan, |op| matches!(op, Op::Write { time, .. } if time.max_us > 0)) {
            trace::slow_write(&mut constants);
        }
        constants.gap();
    }
    definitions(plan, options, &mut constants);

    let mut top = Code::default();
    docstring(plan, options, &mut top);
    imports(&constants, &functions, &mut top);

    let mut parts = vec![top.text()];
    parts.extend([constants.text(), functions.text()].into_iter().filter(|part| !part.trim().is_empty()));
    let parts: Vec<&str> = parts.iter().map(|part| part.trim_matches('\n')).collect();
    format!("{}\n", parts.join("\n\n\n"))
}

fn docstring(plan: &Plan, options: &ExportOptions, code: &mut Code) {
    let scenario = plan.scenario;
    let title = prose(&scenario.title);
    let title = if title.ends_with(['.', '!', '?']) { title } else { format!("{title}.") };
    code.line(format!("\"\"\"{}", title.replace('"', "'")));
    code.line("");
    let command = command(scenario, Target::Python, options);
    code.line(format!("Made by: {}", prose(&command).replace('"', "'")));
    code.line("\"\"\"");
    for stimulus in &scenario.stimuli {
        let whom =
            if scenario.processes.len() == 1 { "pid".to_string() } else { format!("pid of {}", stimulus.to) };
        let when = match stimulus.at_us {
            Some(us) => format!("after {} s", seconds(us, options.scale)),
            None => "at any moment".to_string(),
        };
        if let Some(signal) = stimulus.what.signal() {
            code.line(format!("# {when}: kill -{} <{whom}>", signal.name()));
        }
    }
    code.line("");
}

fn imports(constants: &Code, functions: &Code, code: &mut Code) {
    let all: std::collections::BTreeSet<&str> = constants.imports().chain(functions.imports()).collect();
    for module in all.iter().filter(|module| **module != "ThreadPoolExecutor") {
        code.line(format!("import {module}"));
    }
    if all.contains("ThreadPoolExecutor") {
        code.line("from concurrent.futures import ThreadPoolExecutor");
    }
}

fn definitions(plan: &Plan, options: &ExportOptions, code: &mut Code) {
    for record in &plan.records {
        let letter = record.record.chars().find(char::is_ascii_alphanumeric).unwrap_or('x').to_string();
        let value = match (record.mode, record.bytes) {
            (FileMode::Binary, bytes) => format!("b{} * {bytes}", string(&letter)),
            (FileMode::Text, 0) => "\"\"".to_string(),
            (FileMode::Text, 1) => "\"\\n\"".to_string(),
            (FileMode::Text, bytes) => format!("{} * {} + \"\\n\"", string(&letter), bytes - 1),
        };
        code.line(format!(
            "{} = {value}  # one {}, {} bytes",
            record.name,
            prose(record.record),
            record.bytes
        ));
    }
    for (_, name) in &plan.exceptions {
        code.gap();
        code.block(format!("class {name}(Exception):"), |code| code.line("pass"));
    }
    for work in &plan.work {
        code.gap();
        match work.time {
            Some(time) => {
                let seconds = span(time, options.scale, code);
                code.block(format!("def {}():", work.name), |code| stand_in(&seconds, code));
            }
            None => code.block(format!("def {}(seconds):", work.name), |code| stand_in("seconds", code)),
        }
    }
    if uses(plan, |op| matches!(op, Op::OnTeardown { .. })) {
        keeper(plan, code);
    }
}

/// Whether some statement of the scenario is of a kind.
fn uses(plan: &Plan, kind: impl Fn(&Op) -> bool) -> bool {
    let mut found = false;
    for process in &plan.processes {
        process.each(&mut |_, op| found |= kind(op));
    }
    found
}

fn stand_in(seconds: &str, code: &mut Code) {
    code.import("time");
    code.line(format!("time.sleep({seconds})  # stands for the real work"));
}

/// A frozen daemon's frame refers to this module's globals and would keep the object alive for ever; a module of
/// its own is torn down all the same (facts: cpython-28, cpython-38).
fn keeper(plan: &Plan, code: &mut Code) {
    code.gap();
    code.import("sys");
    code.import("types");
    code.block(format!("def {}(name, kept):", plan.keep), |code| {
        code.line(
            "\"\"\"Keeps an object in a module of its own, which daemon threads do not hold on to.\"\"\"",
        );
        code.line("module = types.ModuleType(name)");
        code.line("module.kept = kept");
        code.line("sys.modules[name] = module");
    });
}
