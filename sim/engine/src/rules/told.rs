//! The facts of a runtime in words, so that two runtimes can be set side by side.

use super::{Buffers, Facts, LateStart, Rule, Runtime, Topic};
use crate::program::RuntimeOp;

/// One fact of a runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What is asked, the same for every runtime.
    pub name: &'static str,
    /// The answer.
    pub value: String,
    /// The rule that says why, with its source; `None` where there is nothing to say.
    pub rule: Option<&'static Rule>,
}

/// Every fact of a runtime, in the order of [`Facts`].
pub fn facts_of(runtime: &Runtime) -> Vec<Fact> {
    // Taken apart, so that no new fact is forgotten here.
    let Facts {
        uncaught_code,
        start_after_main,
        start_in_teardown,
        interrupted_join_forgets,
        join_timeout_skips_handlers,
        pool_workers_are_daemons,
        has_early_handlers,
        spawn_registers,
        children_inherit_handlers,
        children_inherit_flag,
        interrupt_kills,
        exception_parents,
        buffers,
    } = runtime.facts;
    let fact = |name, value: String, topic: Option<Topic>| Fact {
        name,
        value,
        rule: topic.map(|topic| runtime.rule(topic)),
    };
    let answer =
        |name, value: bool, topic| fact(name, if value { "yes" } else { "no" }.to_owned(), Some(topic));
    let late = |name, value: LateStart| {
        let (value, topic) = match value {
            LateStart::Allowed => ("it starts".to_owned(), None),
            LateStart::Refused(class, message) => (format!("{class}: {message}"), Some(Topic::StartRefused)),
            LateStart::Hangs => ("whoever starts it hangs".to_owned(), Some(Topic::StartHangs)),
        };
        fact(name, value, topic)
    };
    let interrupt = |name, kills: bool| {
        let value = if kills { "it dies of SIGINT" } else { "it exits with a code" };
        fact(name, value.to_owned(), Some(Topic::MainInterrupted))
    };
    let parents = exception_parents.iter().map(|(child, parent)| format!("{child} is a {parent}"));
    let mut facts = vec![
        fact("exit code when an exception leaves main", uncaught_code.to_string(), Some(Topic::MainRaised)),
        late("a thread started once main is over", start_after_main.0),
        late("a thread started once main of a spawned process is over", start_after_main.1),
        late("a thread started during teardown", start_in_teardown),
        answer(
            "an exception inside join marks the live thread as ended",
            interrupted_join_forgets,
            Topic::WaitForgotten,
        ),
        answer(
            "the timeout of a join stands still while a signal handler interrupts it",
            join_timeout_skips_handlers,
            Topic::SignalHandled,
        ),
        answer("the workers of a thread pool are daemons", pool_workers_are_daemons, Topic::PoolDrained),
        answer("early exit handlers exist", has_early_handlers, Topic::EarlyHandlers),
        fact(
            "exit handler that the first spawned process registers",
            steps(spawn_registers),
            Some(Topic::ChildrenAwaited),
        ),
        answer(
            "a spawned process takes over the signal handlers",
            children_inherit_handlers,
            Topic::SignalHandled,
        ),
        answer(
            "main of a spawned process has the daemon flag of the thread that spawned it",
            children_inherit_flag,
            Topic::FlagInherited,
        ),
        interrupt("a process that Ctrl-C has interrupted in main", interrupt_kills.0),
        interrupt("a spawned process that Ctrl-C has interrupted in main", interrupt_kills.1),
        fact("which exception is a kind of which", parents.collect::<Vec<_>>().join(", "), None),
    ];
    facts.extend(buffer_facts(runtime, buffers));
    facts
}

fn buffer_facts(runtime: &Runtime, buffers: Buffers) -> Vec<Fact> {
    let Buffers {
        text_chunk,
        text_hands_down_before,
        text_hands_down_before_large,
        full,
        default,
        full_record_passes,
    } = buffers;
    let fact = |name, value: String, topic| Fact { name, value, rule: Some(runtime.rule(topic)) };
    let size = |name, value| fact(name, size_in_words(value), Topic::Buffered);
    let answer =
        |name, value: bool| fact(name, if value { "yes" } else { "no" }.to_owned(), Topic::BufferFull);
    vec![
        size("text collects up to", text_chunk),
        answer("text is handed down before it takes a record that would not fit", text_hands_down_before),
        answer("text is handed down before it takes a record of a whole chunk", text_hands_down_before_large),
        size("buffer of a file that asks for 8 KiB", full),
        size("buffer of a file that asks for none", default),
        answer(
            "a record that would exactly fill an empty buffer goes straight to the kernel",
            full_record_passes,
        ),
    ]
}

fn size_in_words(value: u64) -> String {
    if value.is_multiple_of(1024) { format!("{} KiB", value / 1024) } else { format!("{value} B") }
}

/// A program of a runtime in words: "runs the exit handlers, waits for the children".
pub fn steps(ops: &[RuntimeOp]) -> String {
    match ops {
        [] => "nothing".to_owned(),
        _ => ops.iter().filter_map(|op| step(*op)).collect::<Vec<_>>().join(", "),
    }
}

/// `None` for what only tells others what the next step does.
fn step(op: RuntimeOp) -> Option<&'static str> {
    Some(match op {
        RuntimeOp::FlushStdio => "flush standard output",
        RuntimeOp::RunEarlyHandlers => "run the early exit handlers",
        RuntimeOp::DrainPools => "wait until the thread pools have done everything",
        RuntimeOp::AnnounceWait => return None,
        RuntimeOp::AwaitNonDaemons => "wait for the non-daemon threads",
        RuntimeOp::RunExitHandlers => "run the exit handlers",
        RuntimeOp::TerminateDaemonicChildren => "send SIGTERM to the daemonic child processes",
        RuntimeOp::AwaitChildren => "wait for the child processes",
        RuntimeOp::Freeze => "stop all other threads for good",
        RuntimeOp::RunFinalizers => "run the finalizers",
        RuntimeOp::CloseFiles => "close the files that nothing refers to",
        RuntimeOp::EndProcess => "end the process",
    })
}
