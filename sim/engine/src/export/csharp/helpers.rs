//! What stands below the program proper: exceptions, the calls into the C library, the tracing calls.

use std::collections::BTreeSet;

use crate::export::ExportOptions;
use crate::export::lines::Lines;
use crate::export::places::{Places, Queue};
use crate::scenario::{Buffering, FileMode, Op};

/// Everything that the program needs of it.
pub(super) fn helpers(
    places: &Places,
    options: &ExportOptions,
    imports: &mut BTreeSet<&'static str>,
    lines: &mut Lines,
) {
    exceptions(places, lines);
    if places.queues.values().any(|queue| needs_own_queue(places, queue)) {
        task_queue(places.queues.values().any(|queue| queue.drained), lines);
    }
    if !places.process.pools.is_empty() {
        method("static void Limited(Semaphore limit, Action item)", lines, |lines| {
            lines.line("limit.WaitOne();");
            lines.line("try");
            lines.block("{", "}", |lines| lines.line("item();"));
            lines.line("finally");
            lines.block("{", "}", |lines| lines.line("limit.Release();"));
        });
    }
    if places.uses(|op| matches!(op, Op::ExitNow(_))) {
        lines.gap();
        lines.line("[DllImport(\"libc\", EntryPoint = \"_exit\")]");
        lines.line("static extern void ExitNow(int status);");
    }
    if places.uses(|op| matches!(op, Op::Signal { .. })) {
        lines.gap();
        lines.line("[DllImport(\"libc\", EntryPoint = \"kill\")]");
        lines.line("static extern int Kill(int process, int signal);");
    }
    let mut times = Vec::new();
    if options.trace {
        trace(places, imports, lines);
    }
    for function in &places.functions {
        crate::export::survey::each_op(function.body, &mut |op| match op {
            Op::Work { time, .. } | Op::Sleep(time) | Op::Write { time, .. } => times.push(*time),
            Op::Join { timeout, .. }
            | Op::Lock { timeout, .. }
            | Op::Wait { timeout, .. }
            | Op::Get { timeout, .. } => times.extend(*timeout),
            _ => {}
        });
    }
    if times.iter().any(|time| super::text::span(*time, options.scale).1) {
        lines.gap();
        lines.line("static readonly Random random = new Random();");
        method("static int Between(int least, int most)", lines, |lines| {
            lines.line("lock (random)");
            lines.block("{", "}", |lines| lines.line("return random.Next(least, most + 1);"));
        });
    }
}

fn method(head: &str, lines: &mut Lines, inside: impl FnOnce(&mut Lines)) {
    lines.gap();
    lines.line(head);
    lines.block("{", "}", inside);
}

fn exceptions(places: &Places, lines: &mut Lines) {
    for (class, name) in &places.exceptions {
        if matches!(*class, "Exception" | "BaseException") {
            continue;
        }
        let raised = |bare: bool| {
            places.uses(|op| {
                matches!(op, Op::Raise { exception, message } if exception == class && message.is_empty() == bare)
            })
        };
        method(&format!("class {name} : Exception"), lines, |lines| {
            if raised(true) && raised(false) {
                lines.line(format!("public {name}() {{ }}"));
            }
            if raised(false) {
                lines.line(format!("public {name}(string message) : base(message) {{ }}"));
            }
        });
    }
}

/// Whether a queue cannot be a `BlockingCollection`, which does not know what is done.
///
/// Nor does `Environment.Exit` of Mono 6.8 come to an end while two threads wait for the same monitor, as they do in a
/// `BlockingCollection`, a `SemaphoreSlim` and a `ManualResetEventSlim`; with handles of the system it does (measured).
pub(super) fn needs_own_queue(places: &Places, queue: &Queue) -> bool {
    queue.drained || queue.takers > 1 && places.uses(|op| matches!(op, Op::Exit(_)))
}

fn task_queue(drained: bool, lines: &mut Lines) {
    lines.gap();
    lines.line(match drained {
        true => "// A queue that knows how many of its items are not done yet, and can wait until all are.",
        false => "// On Mono, Environment.Exit hangs while two threads wait in one BlockingCollection.",
    });
    lines.line("class TaskQueue");
    lines.block("{", "}", |lines| {
        lines.line("readonly ConcurrentQueue<string> items = new ConcurrentQueue<string>();");
        lines.line("readonly Semaphore count = new Semaphore(0, int.MaxValue);");
        if drained {
            lines.line("int unfinished;");
        }
        method("public void Add(string item)", lines, |lines| {
            if drained {
                lines.line("lock (items)");
                lines.block("{", "}", |lines| lines.line("unfinished++;"));
            }
            lines.line("items.Enqueue(item);");
            lines.line("count.Release();");
        });
        method("public string Take()", lines, |lines| {
            lines.line("TryTake(out string item, -1);");
            lines.line("return item;");
        });
        method("public bool TryTake(out string item, int millis)", lines, |lines| {
            lines.line("item = null;");
            lines.line("return count.WaitOne(millis) && items.TryDequeue(out item);");
        });
        if drained {
            marks(lines);
        }
    });
}

fn marks(lines: &mut Lines) {
    method("public void Done()", lines, |lines| {
        lines.line("lock (items)");
        lines.block("{", "}", |lines| {
            lines.line("unfinished--;");
            lines.line("Monitor.PulseAll(items);");
        });
    });
    method("public void Drain()", lines, |lines| {
        lines.line("lock (items)");
        lines.block("{", "}", |lines| {
            lines.line("while (unfinished > 0)");
            lines.block("{", "}", |lines| lines.line("Monitor.Wait(items);"));
        });
    });
}

/// It must not change how the program ends: it starts no thread, registers nothing, takes no lock, buffers nothing
/// and has nothing to finalize. A thread that is aborted at exit has neither ended nor raised.
fn trace(places: &Places, imports: &mut BTreeSet<&'static str>, lines: &mut Lines) {
    imports.extend(["System.Diagnostics", "System.Runtime.InteropServices", "System.Text"]);
    lines.gap();
    lines.line("// What really happened, for comparison with the model: one unbuffered line per step.");
    lines.line("[DllImport(\"libc\")]");
    lines.line("static extern int open(string path, int flags, int mode);");
    lines.gap();
    lines.line("[DllImport(\"libc\")]");
    lines.line("static extern IntPtr write(int file, byte[] bytes, IntPtr count);");
    lines.gap();
    lines.line("const int WriteAppendCreate = 0x1 | 0x400 | 0x40;");
    lines.line("static readonly int TraceFile =");
    lines.line(
        "    open(Environment.GetEnvironmentVariable(\"CLOSING_TIME_TRACE\"), WriteAppendCreate, 0x180);",
    );
    method("static void Trace(string thread, string kind, string detail)", lines, |lines| {
        lines.line("long micros = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000000);");
        let process = &places.process.name;
        lines.line(format!("string line = $\"{{micros}} {process} {{thread}} {{kind}} {{detail}}\\n\";"));
        lines.line("byte[] bytes = Encoding.UTF8.GetBytes(line);");
        lines.line("write(TraceFile, bytes, (IntPtr)bytes.Length);");
    });
    method("static void Traced(string thread, string what, Action body)", lines, |lines| {
        lines.line("Trace(thread, \"begin\", what);");
        lines.line("try");
        lines.block("{", "}", |lines| lines.line("body();"));
        lines.line("catch (Exception error) when (!(error is ThreadAbortException))");
        lines.block("{", "}", |lines| {
            lines.line("Trace(thread, \"raise\", what + \" \" + error.GetType().Name);");
            lines.line("throw;");
        });
        lines.line("Trace(thread, \"end\", what);");
    });
    if !places.process.pools.is_empty() {
        lines.gap();
        lines.line("static int workers;");
        lines.line("[ThreadStatic] static int worker;");
        method("static string WorkerName(string pool)", lines, |lines| {
            lines.line("if (worker == 0)");
            lines.block("{", "}", |lines| lines.line("worker = Interlocked.Increment(ref workers);"));
            lines.line("return pool + \"-\" + worker;");
        });
    }
    slow_writes(places, lines);
}

/// How long a real call stays in the kernel is up to the disk. So that a run can be compared with the model, such a
/// write is made of two halves with the time between them.
fn slow_writes(places: &Places, lines: &mut Lines) {
    for (mode, parameter) in [
        (FileMode::Binary, "FileStream file, byte[] record"),
        (FileMode::Text, "StreamWriter file, string record"),
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
        method(&format!("static void SlowWrite({parameter}, int millis)"), lines, |lines| {
            let part = |from: &str, count: &str| match mode {
                FileMode::Binary => format!("file.Write(record, {from}, {count});"),
                FileMode::Text => format!("file.Write(record.Substring({from}, {count}));"),
            };
            lines.line("int half = record.Length / 2;");
            lines.line("file.Flush();");
            lines.line(part("0", "half"));
            lines.line("file.Flush();");
            lines.line("Thread.Sleep(millis);");
            lines.line(part("half", "record.Length - half"));
            lines.line("file.Flush();");
        });
    }
}
