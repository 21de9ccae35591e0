//! The class: its fields, `Main`, the methods, and what stands for real work.

use std::collections::BTreeSet;

use super::body::Body;
use super::files::type_of;
use super::text::span;
use super::{helpers, threads};
use crate::export::lines::Lines;
use crate::export::places::{Handle, Places};
use crate::export::stock::letter;
use crate::export::survey::Role;
use crate::export::words::{header, prose};
use crate::export::{ExportOptions, Target};
use crate::scenario::{FileMode, Op, Scenario};

/// The whole program.
pub(super) fn program(scenario: &Scenario, places: &Places, options: &ExportOptions) -> String {
    let mut imports = BTreeSet::new();
    imports.extend(["System", "System.Threading"]);
    let mut class = Lines::new("    ");
    class.line("static class Program");
    class.block("{", "}", |lines| {
        constants(places, &mut imports, lines);
        fields(places, options.trace, &mut imports, lines);
        main(places, options, &mut imports, lines);
        for function in 1..places.functions.len() {
            method(places, function, options, &mut imports, lines);
        }
        work(places, options, lines);
        helpers::helpers(places, options, &mut imports, lines);
    });

    let mut top = Lines::new("    ");
    let run = format!("mcs {0}.cs && mono {0}.exe", scenario.name);
    for line in header(scenario, Target::CSharp, options, &run) {
        top.line(format!("// {line}").trim_end());
    }
    if !places.process.pools.is_empty() {
        top.line("// .NET has one pool, which chooses its size itself; a semaphore lets so many items of a kind run at once.");
    }
    if places.uses(|op| matches!(op, Op::OnTeardown { .. })) {
        top.line("// Finalizers at exit are Mono's; .NET Core and later run none.");
    }
    top.gap();
    imports.iter().for_each(|import| top.line(format!("using {import};")));
    top.gap();
    top.append(class);
    top.text()
}

fn constants(places: &Places, imports: &mut BTreeSet<&'static str>, lines: &mut Lines) {
    for (record, constant) in &places.records {
        let many = |count: u64| format!("new string('{}', {count})", letter(record.name));
        let (kind, value) = match (record.mode, record.bytes) {
            (FileMode::Binary, bytes) => {
                imports.insert("System.Text");
                ("byte[]", format!("Encoding.ASCII.GetBytes({})", many(bytes)))
            }
            (FileMode::Text, 0) => ("string", "\"\"".to_owned()),
            (FileMode::Text, 1) => ("string", "\"\\n\"".to_owned()),
            (FileMode::Text, bytes) => ("string", format!("{} + \"\\n\"", many(bytes - 1))),
        };
        let note = format!("one {}, {} bytes", prose(record.name), record.bytes);
        lines.line(format!("static readonly {kind} {constant} = {value}; // {note}"));
    }
    lines.gap();
}

fn fields(places: &Places, trace: bool, imports: &mut BTreeSet<&'static str>, lines: &mut Lines) {
    for lock in places.locks.values() {
        lines.line(format!("static readonly object {lock} = new object();"));
    }
    for event in places.events.values() {
        lines.line(format!("static readonly ManualResetEvent {event} = new ManualResetEvent(false);"));
    }
    for queue in places.queues.values() {
        imports.insert("System.Collections.Concurrent");
        let own = helpers::needs_own_queue(places, queue);
        let kind = if own { "TaskQueue" } else { "BlockingCollection<string>" };
        lines.line(format!("static readonly {kind} {} = new {kind}();", queue.variable));
    }
    for pool in &places.process.pools {
        let Some(variable) = places.pools.get(pool.name.as_str()) else { continue };
        let size = pool.workers;
        lines.line(format!("static readonly Semaphore {variable} = new Semaphore({size}, {size});"));
    }
    for file in places.files.values().filter(|file| file.only.is_none()) {
        imports.insert("System.IO");
        lines.line(format!("static {} {};", type_of(file), file.variable));
    }
    for thread in &places.process.threads {
        // Nothing is inherited from who starts it, so it can be made ahead in any case.
        let Some(Handle::Ahead(name) | Handle::AtStart(name)) = places.threads.get(thread.name.as_str())
        else {
            continue;
        };
        if thread.count == 1 {
            let object = threads::object(places, thread, trace);
            lines.line(format!("static readonly Thread {name} = {object};"));
        } else {
            imports.insert("System.Linq");
            threads::objects(places, &format!("static readonly Thread[] {name}"), thread, trace, lines);
        }
    }
    if !places.kept.is_empty() {
        imports.insert("System.Collections.Generic");
        lines.line("static readonly List<object> Kept = new List<object>(); // until the end of the process");
    }
    lines.gap();
}

fn main(places: &Places, options: &ExportOptions, imports: &mut BTreeSet<&'static str>, lines: &mut Lines) {
    if options.trace {
        imports.insert("System.Diagnostics");
        lines.line("static void Main()");
        lines.block("{", "}", |lines| {
            lines.line("Trace(\"main\", \"pid\", Process.GetCurrentProcess().Id.ToString());");
            lines.line("Traced(\"main\", \"main\", MainBody);");
        });
        lines.gap();
    }
    let name = if options.trace { "MainBody" } else { "Main" };
    lines.line(format!("static void {name}()"));
    body(places, 0, options, imports, lines);
}

fn body(
    places: &Places,
    function: usize,
    options: &ExportOptions,
    imports: &mut BTreeSet<&'static str>,
    lines: &mut Lines,
) {
    lines.block("{", "}", |lines| {
        let most = places.process.pools.iter().map(|pool| pool.workers).max();
        if let (0, Some(most)) = (function, most) {
            lines.line(format!("ThreadPool.SetMinThreads({most}, {most});"));
        }
        let mut body = Body::new(places, function, options, imports);
        body.declare_files(lines);
        body.block(places.functions[function].body, lines);
    });
}

fn method(
    places: &Places,
    function: usize,
    options: &ExportOptions,
    imports: &mut BTreeSet<&'static str>,
    lines: &mut Lines,
) {
    lines.gap();
    if let Role::Finalizer(name) = places.functions[function].role
        && let Some(class) = places.kept.get(name)
    {
        let call = threads::call(places, function, options.trace);
        lines.line(format!("class {class}"));
        lines.block("{", "}", |lines| {
            lines.line(format!("~{class}()"));
            lines.block("{", "}", |lines| lines.line(format!("{call};")));
        });
        lines.gap();
    }
    lines.line(format!("static void {}()", places.function_names[function]));
    body(places, function, options, imports, lines);
}

fn work(places: &Places, options: &ExportOptions, lines: &mut Lines) {
    for (work, name) in &places.work {
        lines.gap();
        let (parameter, millis) = match work.time {
            Some(time) => ("", span(time, options.scale).0),
            None => ("int millis", "millis".to_owned()),
        };
        lines.line(format!("static void {name}({parameter})"));
        lines.block("{", "}", |lines| {
            lines.line(format!("Thread.Sleep({millis}); // stands for the real work"));
        });
    }
}
