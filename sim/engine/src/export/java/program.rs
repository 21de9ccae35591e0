//! The class: its fields, `main`, the methods, and what stands for real work.

use std::collections::BTreeSet;

use super::body::{Body, checked};
use super::files::type_of;
use super::text::{comment, string};
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
    let mut class = Lines::new("    ");
    class.block("class Main {", "}", |lines| {
        constants(places, lines);
        fields(places, options.trace, &mut imports, lines);
        main(places, options, &mut imports, lines);
        for function in 1..places.functions.len() {
            let name = &places.function_names[function];
            method(places, function, name, options, &mut imports, lines);
        }
        work(places, options, &mut imports, lines);
        helpers::helpers(places, options, &mut imports, lines);
    });

    let mut top = Lines::new("    ");
    let run = format!("java {}.java", scenario.name);
    for line in header(scenario, Target::Java, options, &run) {
        top.line(comment(format!("// {line}").trim_end()));
    }
    if places.uses(|op| matches!(op, Op::OnTeardown { .. })) {
        top.line("// Java runs no finalizer at exit; a Cleaner's action is the nearest that it has.");
    }
    top.gap();
    imports.iter().for_each(|import| top.line(format!("import {import};")));
    top.gap();
    top.append(class);
    top.text()
}

fn constants(places: &Places, lines: &mut Lines) {
    for (record, constant) in &places.records {
        let letter = letter(record.name).to_string();
        let many = |count: u64| match count {
            0 => "\"\"".to_owned(),
            1 => string(&letter),
            _ => format!("{}.repeat({count})", string(&letter)),
        };
        let (kind, value) = match (record.mode, record.bytes) {
            (FileMode::Binary, bytes) => ("byte[]", format!("{}.getBytes()", many(bytes))),
            (FileMode::Text, 0) => ("String", "\"\"".to_owned()),
            (FileMode::Text, 1) => ("String", "\"\\n\"".to_owned()),
            (FileMode::Text, bytes) => ("String", format!("{} + \"\\n\"", many(bytes - 1))),
        };
        let note = comment(&format!("one {}, {} bytes", prose(record.name), record.bytes));
        lines.line(format!("private static final {kind} {constant} = {value}; // {note}"));
    }
    if places.queues.values().any(|queue| queue.ends) {
        lines.line("private static final String END = \"<end>\"; // stops whoever takes it from a queue");
    }
    lines.gap();
}

fn fields(places: &Places, trace: bool, imports: &mut BTreeSet<&'static str>, lines: &mut Lines) {
    for lock in places.locks.values() {
        imports.insert("java.util.concurrent.locks.ReentrantLock");
        lines.line(format!("private static final ReentrantLock {lock} = new ReentrantLock();"));
    }
    for event in places.events.values() {
        imports.insert("java.util.concurrent.CountDownLatch");
        lines.line(format!("private static final CountDownLatch {event} = new CountDownLatch(1);"));
    }
    for queue in places.queues.values() {
        let (kind, value) = match queue.drained {
            true => ("TaskQueue", "new TaskQueue()"),
            false => ("BlockingQueue<String>", "new LinkedBlockingQueue<>()"),
        };
        imports.insert("java.util.concurrent.BlockingQueue");
        imports.insert("java.util.concurrent.LinkedBlockingQueue");
        lines.line(format!("private static final {kind} {} = {value};", queue.variable));
    }
    for pool in &places.process.pools {
        imports.insert("java.util.concurrent.ExecutorService");
        imports.insert("java.util.concurrent.Executors");
        let Some(variable) = places.pools.get(pool.name.as_str()) else { continue };
        let factory = match trace {
            true => format!(", named({})", string(&format!("{}-", pool.name))),
            false => String::new(),
        };
        lines.line(format!(
            "private static final ExecutorService {variable} = Executors.newFixedThreadPool({}{factory});",
            pool.workers
        ));
    }
    for file in places.files.values().filter(|file| file.only.is_none()) {
        imports.insert(match file.mode {
            FileMode::Binary => "java.io.OutputStream",
            FileMode::Text => "java.io.Writer",
        });
        lines.line(format!("private static {} {};", type_of(file), file.variable));
    }
    thread_fields(places, trace, imports, lines);
    if places.uses(|op| matches!(op, Op::OnTeardown { .. })) {
        imports.insert("java.lang.ref.Cleaner");
        lines.line("private static final Cleaner CLEANER = Cleaner.create();");
        for kept in places.kept.values() {
            lines.line(format!("private static final Object {kept} = new Object();"));
        }
    }
    lines.gap();
}

fn thread_fields(places: &Places, trace: bool, imports: &mut BTreeSet<&'static str>, lines: &mut Lines) {
    for thread in &places.process.threads {
        let Some(handle) = places.threads.get(thread.name.as_str()) else { continue };
        let kind = if thread.count == 1 { "Thread" } else { "List<Thread>" };
        match handle {
            Handle::Local(_) => continue,
            Handle::Ahead(name) => {
                let declared = format!("private static final {kind} {name}");
                match thread.count {
                    1 => lines.line(format!("{declared} = {};", threads::object(places, thread, trace))),
                    _ => threads::objects(places, &declared, thread, trace, lines),
                }
            }
            Handle::AtStart(name) => lines.line(format!("private static volatile {kind} {name};")),
        }
        if thread.count > 1 {
            imports.insert("java.util.List");
            imports.insert("java.util.stream.IntStream");
        }
    }
}

fn main(places: &Places, options: &ExportOptions, imports: &mut BTreeSet<&'static str>, lines: &mut Lines) {
    if !options.trace {
        method(places, 0, "main", options, imports, lines);
        return;
    }
    lines.block("public static void main(String[] args) throws Exception {", "}", |lines| {
        lines.line("trace(\"main\", \"pid\", Long.toString(ProcessHandle.current().pid()));");
        lines.line("traced(\"main\", \"main\", Main::mainBody);");
    });
    lines.gap();
    method(places, 0, "mainBody", options, imports, lines);
}

/// One method.
fn method(
    places: &Places,
    function: usize,
    name: &str,
    options: &ExportOptions,
    imports: &mut BTreeSet<&'static str>,
    lines: &mut Lines,
) {
    let block = places.functions[function].body;
    let exceptions = checked(block, options.trace);
    if exceptions.contains(&"IOException") {
        imports.insert("java.io.IOException");
    }
    let throws = match exceptions.is_empty() {
        true => String::new(),
        false => format!(" throws {}", exceptions.join(", ")),
    };
    let head = match name {
        "main" => "public static void main(String[] args)".to_owned(),
        _ => format!("private static void {name}()"),
    };
    lines.gap();
    if let Role::ExitHandler(handler) = places.functions[function].role
        && prose(handler) != *name
    {
        lines.line(comment(&format!("/** The exit handler {}. */", prose(handler))));
    }
    lines.block(format!("{head}{throws} {{"), "}", |lines| {
        let mut body = Body::new(places, function, options, imports);
        body.declare_files(lines);
        body.block(block, lines);
    });
}

fn work(places: &Places, options: &ExportOptions, imports: &mut BTreeSet<&'static str>, lines: &mut Lines) {
    for (work, name) in &places.work {
        lines.gap();
        let (parameter, millis) = match work.time {
            Some(time) => {
                let (millis, random) = super::text::span(time, options.scale);
                if random {
                    imports.insert("java.util.concurrent.ThreadLocalRandom");
                }
                ("", millis)
            }
            None => ("long millis", "millis".to_owned()),
        };
        let head = format!("private static void {name}({parameter}) throws InterruptedException {{");
        lines.block(head, "}", |lines| {
            lines.line(format!("Thread.sleep({millis}); // stands for the real work"));
        });
    }
}
