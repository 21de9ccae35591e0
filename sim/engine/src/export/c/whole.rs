//! The program from top to bottom: comment, headers, helpers, globals, functions.

use std::collections::BTreeSet;

use super::Plan;
use super::code::Code;
use super::functions;
use super::helpers::Helper;
use crate::export::Target;
use crate::export::lines::Lines;
use crate::export::stock::{events, locks, queues, records, uses};
use crate::export::survey::Role;
use crate::export::words::{header, prose};
use crate::scenario::{Op, Scenario};

/// What is named, and where it is declared.
const HEADERS: [(&str, &[&str]); 13] = [
    ("errno.h", &["errno", "EINTR", "ETIMEDOUT"]),
    ("fcntl.h", &["O_WRONLY"]),
    ("pthread.h", &["pthread_"]),
    ("semaphore.h", &["sem_"]),
    ("signal.h", &["SIG", "sigaction"]),
    ("stdatomic.h", &["atomic_"]),
    ("stdbool.h", &["bool", "true", "false"]),
    ("stdio.h", &["FILE", "puts", "snprintf", "fwrite"]),
    ("stdlib.h", &["atexit", "exit", "malloc", "rand", "srand", "getenv", "EXIT_FAILURE"]),
    ("string.h", &["memset", "strlen"]),
    ("sys/stat.h", &["mkdir"]),
    ("time.h", &["time", "nanosleep", "clock_gettime", "timespec"]),
    ("unistd.h", &["_exit", "getpid", "write", "STDOUT_FILENO"]),
];

const TRACE: &str = "\
/* What really happened, for comparison with the model: one unbuffered line per step. */
static int trace_file;

static void trace(const char *thread, const char *what)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long us = now.tv_sec * 1000000LL + now.tv_nsec / 1000;
    char line[4096];
    int size = snprintf(line, sizeof line, \"%lld PROCESS %s %s\\n\", us, thread, what);
    if (write(trace_file, line, (size_t)size) == -1)
        abort();
}";

/// The whole program.
pub(super) fn program(plan: &Plan, scenario: &Scenario) -> String {
    let mut all = Code::new();
    let texts: Vec<Lines> = (0..plan.functions.len())
        .map(|place| {
            let mut code = Code::new();
            functions::function(plan, place, &mut code);
            all.helpers.append(&mut code.helpers);
            all.ahead.append(&mut code.ahead);
            code.lines
        })
        .collect();
    let mut work = Code::new();
    functions::work(plan, &mut work);
    all.helpers.append(&mut work.helpers);

    let mut below = Lines::new("    ");
    helpers(plan, &all.helpers, &mut below);
    globals(plan, &mut below);
    below.gap();
    below.append(work.lines);
    below.gap();
    for place in &all.ahead {
        below.line(format!("{};", functions::head(plan, &plan.functions[*place].role)));
    }
    for text in texts {
        below.gap();
        below.append(text);
    }
    let below = below.text();
    format!("{}{}", top(scenario, plan, &below), below)
}

fn top(scenario: &Scenario, plan: &Plan, below: &str) -> String {
    let name = &scenario.name;
    let mut top = Lines::new("    ");
    top.line("/*");
    let run = format!("gcc -pthread {name}.c -o {name} && ./{name}");
    let mut comment = header(scenario, Target::C, plan.options, &run);
    if plan.process.threads.iter().any(|thread| thread.daemon.is_some()) {
        comment.push(
            "C has no daemon flag: every thread is like any other, and the end of main waits for none."
                .into(),
        );
    }
    if uses(plan.process, |op| matches!(op, Op::Try { .. })) {
        comment.push("C has no finally: clean-up runs when its block ends or the thread exits, not when the process does.".into());
    }
    comment.iter().for_each(|line| top.line(format!(" * {line}").trim_end()));
    top.line(" */");
    let words: BTreeSet<&str> = below.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect();
    if words.contains("pthread_timedjoin_np") {
        top.line("#define _GNU_SOURCE");
        top.line("");
    }
    for (file, declares) in HEADERS {
        let is_needed = |word: &&str| {
            let is_it = |known: &&str| {
                *word == *known || (known.ends_with('_') || *known == "SIG") && word.starts_with(known)
            };
            declares.iter().any(is_it)
        };
        if words.iter().any(is_needed) {
            top.line(format!("#include <{file}>"));
        }
    }
    top.line("");
    top.text()
}

fn helpers(plan: &Plan, used: &BTreeSet<Helper>, lines: &mut Lines) {
    let mut all = used.clone();
    all.extend(used.iter().flat_map(|helper| helper.needs()));
    if all.range(Helper::EventInit..=Helper::EventWaitFor).next().is_some() {
        all.insert(Helper::EventInit);
    }
    if all.range(Helper::Queue..).next().is_some() {
        all.insert(Helper::Queue);
    }
    for helper in all {
        lines.gap();
        helper.text().lines().for_each(|line| lines.line(line));
    }
    if plan.options.trace {
        lines.gap();
        let text = TRACE.replace("PROCESS", &plan.process.name);
        text.lines().for_each(|line| lines.line(line));
    }
    lines.gap();
}

/// What all functions see.
fn globals(plan: &Plan, lines: &mut Lines) {
    for record in records(plan.process).iter().filter(|record| record.bytes > 0) {
        let name = plan.names.record(record.name, record.mode, record.bytes);
        lines.line(format!("static char {name}[{}]; /* one {} */", record.bytes, prose(record.name)));
    }
    for lock in locks(plan.process) {
        lines.line(format!("static pthread_mutex_t {} = PTHREAD_MUTEX_INITIALIZER;", plan.names.lock(lock)));
    }
    for event in events(plan.process) {
        lines.line(format!("static struct event {};", plan.names.event(event)));
    }
    for queue in queues(plan.process) {
        lines.line(format!("static struct queue {} = QUEUE_INITIALIZER;", plan.names.queue(queue)));
    }
    for (path, file) in &plan.files {
        if file.only.is_none() {
            lines.line(format!("static FILE *{};", plan.file(path)));
        }
    }
    for function in &plan.functions {
        if let Role::Thread(name, count) = function.role {
            let size = if count == 1 { String::new() } else { format!("[{count}]") };
            let word = if count == 1 { "thread" } else { "threads" };
            lines.line(format!("static pthread_t {}{size};", plan.names.of_thread(name, word)));
        }
    }
}
