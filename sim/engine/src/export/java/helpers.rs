//! What stands below the program proper: exceptions, wrappers, the tracing calls.

use std::collections::BTreeSet;

use super::body::checked;
use super::text::string;
use crate::export::ExportOptions;
use crate::export::lines::Lines;
use crate::export::places::Places;
use crate::scenario::{Buffering, FileMode, Op};

/// Everything that the program needs of it.
pub(super) fn helpers(
    places: &Places,
    options: &ExportOptions,
    imports: &mut BTreeSet<&'static str>,
    lines: &mut Lines,
) {
    exceptions(places, lines);
    if places.queues.values().any(|queue| queue.drained) {
        task_queue(imports, lines);
    }
    let throwing = places.functions[1..].iter().any(|function| !checked(function.body, false).is_empty());
    let wrapped = places.functions.len() > 1 && (options.trace || throwing);
    if options.trace || wrapped {
        lines.gap();
        lines.block("private interface Body {", "}", |lines| lines.line("void run() throws Exception;"));
    }
    if wrapped {
        lines.gap();
        lines.line("/** A body whose checked exceptions end its thread like any others. */");
        lines.block("private static Runnable unchecked(Body body) {", "}", |lines| {
            lines.block("return () -> {", "};", |lines| {
                lines.line("try {");
                lines.indented(|lines| lines.line("body.run();"));
                lines.line("} catch (RuntimeException error) {");
                lines.indented(|lines| lines.line("throw error;"));
                lines.block("} catch (Exception error) {", "}", |lines| {
                    lines.line("throw new IllegalStateException(error);");
                });
            });
        });
    }
    if options.trace {
        trace(places, imports, lines);
    }
}

fn exceptions(places: &Places, lines: &mut Lines) {
    for (class, name) in &places.exceptions {
        if matches!(*class, "Exception" | "BaseException") {
            continue;
        }
        lines.gap();
        lines.block(format!("private static final class {name} extends RuntimeException {{"), "}", |lines| {
            let raised = |bare: bool| {
                places.uses(|op| matches!(op, Op::Raise { exception, message } if exception == class && message.is_empty() == bare))
            };
            if raised(true) && raised(false) {
                lines.block(format!("{name}() {{"), "}", |_| {});
                lines.gap();
            }
            if raised(false) {
                lines.block(format!("{name}(String message) {{"), "}", |lines| lines.line("super(message);"));
            }
        });
    }
}

fn task_queue(imports: &mut BTreeSet<&'static str>, lines: &mut Lines) {
    imports.insert("java.util.concurrent.TimeUnit");
    lines.gap();
    lines.line(
        "/** A queue that knows how many of its items are not done yet, and can wait until all are. */",
    );
    lines.block("private static final class TaskQueue {", "}", |lines| {
        lines.line("private final BlockingQueue<String> items = new LinkedBlockingQueue<>();");
        lines.line("private int unfinished;");
        lines.gap();
        lines.block("synchronized void add(String item) {", "}", |lines| {
            lines.line("unfinished++;");
            lines.line("items.add(item);");
        });
        lines.gap();
        lines.block("String take() throws InterruptedException {", "}", |lines| {
            lines.line("return items.take();");
        });
        lines.gap();
        lines.block("String poll(long timeout, TimeUnit unit) throws InterruptedException {", "}", |lines| {
            lines.line("return items.poll(timeout, unit);");
        });
        lines.gap();
        lines.block("synchronized void done() {", "}", |lines| {
            lines.line("unfinished--;");
            lines.line("notifyAll();");
        });
        lines.gap();
        lines.block("synchronized void drain() throws InterruptedException {", "}", |lines| {
            lines.block("while (unfinished > 0) {", "}", |lines| lines.line("wait();"));
        });
    });
}

/// It must not change how the program ends: it starts no thread, registers nothing, takes no lock and buffers
/// nothing. A `write` of a short line is one system call.
fn trace(places: &Places, imports: &mut BTreeSet<&'static str>, lines: &mut Lines) {
    imports.extend(["java.io.FileOutputStream", "java.io.IOException", "java.nio.charset.StandardCharsets"]);
    lines.gap();
    lines.line("// What really happened, for comparison with the model: one unbuffered line per step.");
    lines.line("private static final FileOutputStream TRACE = openTrace();");
    lines.gap();
    lines.block("private static FileOutputStream openTrace() {", "}", |lines| {
        lines.line("try {");
        lines.indented(|lines| {
            lines.line("return new FileOutputStream(System.getenv(\"CLOSING_TIME_TRACE\"), true);");
        });
        lines.block("} catch (IOException error) {", "}", |lines| {
            lines.line("throw new IllegalStateException(error);");
        });
    });
    lines.gap();
    lines.block("private static void trace(String thread, String kind, String detail) {", "}", |lines| {
        lines.line("long micros = System.nanoTime() / 1000;");
        lines.line(format!(
            "String line = micros + {} + thread + ' ' + kind + ' ' + detail + '\\n';",
            string(&format!(" {} ", places.process.name))
        ));
        lines.line("try {");
        lines.indented(|lines| lines.line("TRACE.write(line.getBytes(StandardCharsets.UTF_8));"));
        lines.block("} catch (IOException error) {", "}", |lines| {
            lines.line("throw new IllegalStateException(error);");
        });
    });
    lines.gap();
    lines.block(
        "private static void traced(String thread, String what, Body body) throws Exception {",
        "}",
        |lines| {
            lines.line("trace(thread, \"begin\", what);");
            lines.line("try {");
            lines.indented(|lines| lines.line("body.run();"));
            lines.block("} catch (Throwable error) {", "}", |lines| {
                lines.line("trace(thread, \"raise\", what + ' ' + error.getClass().getSimpleName());");
                lines.line("throw error;");
            });
            lines.line("trace(thread, \"end\", what);");
        },
    );
    if !places.pools.is_empty() {
        imports.insert("java.util.concurrent.ThreadFactory");
        imports.insert("java.util.concurrent.atomic.AtomicInteger");
        lines.gap();
        lines.block("private static ThreadFactory named(String prefix) {", "}", |lines| {
            lines.line("AtomicInteger number = new AtomicInteger();");
            lines.line("return body -> new Thread(body, prefix + number.incrementAndGet());");
        });
    }
    slow_writes(places, lines);
}

/// How long a real call stays in the kernel is up to the disk. So that a run can be compared with the model, such a
/// write is made of two halves with the time between them.
fn slow_writes(places: &Places, lines: &mut Lines) {
    for (mode, parameter, length) in [
        (FileMode::Binary, "OutputStream file, byte[] record", "record.length"),
        (FileMode::Text, "Writer file, String record", "record.length()"),
    ] {
        let slow = places.uses(|op| match op {
            Op::Write { path, bytes, time, .. } => places.files.get(path.as_str()).is_some_and(|file| {
                let large = *bytes > 8192 || file.buffering == Buffering::None;
                file.mode == mode && time.max_us > 0 && large
            }),
            _ => false,
        });
        if !slow {
            continue;
        }
        lines.gap();
        let throws = "throws IOException, InterruptedException";
        let head = format!("private static void slowWrite({parameter}, long millis) {throws} {{");
        lines.block(head, "}", |lines| {
            lines.line(format!("int half = {length} / 2;"));
            lines.line("file.flush();");
            lines.line("file.write(record, 0, half);");
            lines.line("file.flush();");
            lines.line("Thread.sleep(millis);");
            lines.line(format!("file.write(record, half, {length} - half);"));
            lines.line("file.flush();");
        });
    }
}
