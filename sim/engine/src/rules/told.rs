//! The facts of a runtime in words, so that two runtimes can be set side by side.

use super::{Buffers, Facts, Feature, LateStart, Rule, Runtime, Support, Topic, words};
use crate::program::{Flushes, RuntimeOp};

/// One fact of a runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What is asked, the same for every runtime.
    pub name: &'static str,
    /// The answer.
    pub value: String,
    /// The rule that says why, with its source; `None` where there is nothing to say.
    pub rule: Option<&'static Rule>,
    /// What a runtime must have for the question to make sense.
    pub about: Option<Feature>,
}

/// The facts of a runtime that say something about it: not how it would treat what it has not.
pub fn relevant_facts(runtime: &Runtime) -> Vec<Fact> {
    let has = |feature| !matches!(runtime.facts.support(feature), Support::Lacks(_));
    let mut facts = facts_of(runtime);
    facts.retain(|fact| fact.about.is_none_or(has) && fact.value != "-");
    facts
}

/// Every fact of a runtime, in the order of [`Facts`].
pub fn facts_of(runtime: &Runtime) -> Vec<Fact> {
    // Taken apart, so that no new fact is forgotten here.
    let Facts {
        // See `lacks`.
        features: _,
        only_in_main,
        exit_call,
        report,
        flag,
        flag_before_start,
        uncaught,
        uncaught_in_thread,
        uncaught_in_item,
        exit,
        exit_in_thread,
        exit_again,
        exit_beside,
        handler_order,
        late_handler,
        handler_fails,
        signal_handlers,
        signals,
        deadlock,
        start_after_main,
        start_in_teardown,
        interrupted_join_forgets,
        join_timeout_skips_handlers,
        start_flushes,
        join_unstarted_returns,
        join_raises,
        pool_workers_are_daemons,
        spawn_registers,
        children_inherit_handlers,
        children_inherit_flag,
        interrupt_kills,
        exception_parents,
        mistakes,
        closes_files_of,
        buffers,
        piped_stdout,
        full_pipe,
    } = runtime.facts;
    let fact = |name, value: String, topic: Option<Topic>| Fact {
        name,
        value,
        // A rule that only says that there is none says nothing here.
        rule: topic.filter(|topic| runtime.topics.contains(topic)).map(|topic| runtime.rule(topic)),
        about: None,
    };
    let answer = |name, value: bool, topic| fact(name, yes_or_no(value), Some(topic));
    let late = |name, value: LateStart| {
        let (value, topic) = match value {
            LateStart::Allowed => ("it starts".to_owned(), None),
            LateStart::Refused(class, message) => (format!("{class}: {message}"), Some(Topic::StartRefused)),
            LateStart::Hangs => ("whoever starts it hangs".to_owned(), Some(Topic::StartHangs)),
        };
        fact(name, value, topic)
    };
    let interrupt = |name, kills: bool| {
        let value = if kills { "it dies of that signal" } else { "it exits with a code" };
        fact(name, value.to_owned(), Some(Topic::MainInterrupted))
    };
    let parents = exception_parents.iter().map(|(child, parent)| format!("{child} is a {parent}"));
    let mistakes = mistakes.iter().map(|(_, class, message)| format!("{class}: {message}"));
    let lacks = Feature::ALL.into_iter().filter_map(|feature| match runtime.facts.support(feature) {
        Support::Has => None,
        Support::Equivalent(sentence) => Some((feature.name(), format!("near enough: {sentence}"))),
        Support::Lacks(sentence) => Some((feature.name(), format!("not to be had: {sentence}"))),
    });
    let mut facts: Vec<Fact> = lacks.map(|(name, value)| fact(name, value, None)).collect();
    let only = only_in_main.iter().map(|(feature, why)| (feature.name(), format!("in main only: {why}")));
    facts.extend(only.map(|(name, value)| fact(name, value, None)));
    facts.extend([
        fact("the polite exit is called", exit_call.to_owned(), None),
        fact("an uncaught exception", report.to_owned(), None),
        fact("daemon flag of a new thread", words::flag(flag).to_owned(), Some(Topic::FlagInherited)),
        fact(
            "the daemon flag of a thread that is not started yet",
            if flag_before_start { "can be changed" } else { "is not there yet: nothing changes" }.to_owned(),
            Some(Topic::FlagChanged),
        ),
        fact("an exception leaves main", words::uncaught(uncaught), Some(Topic::MainRaised)),
        fact("an exception leaves another thread", words::uncaught_in_thread(uncaught_in_thread), {
            let ends = uncaught_in_thread == super::UncaughtInThread::EndsThread;
            Some(if ends { Topic::ThreadRaised } else { Topic::ThreadEndsProcess })
        }),
        fact("an exception leaves an item of a thread pool", words::uncaught_in_item(uncaught_in_item), {
            Some(Topic::ItemFailed)
        }),
        fact("the polite exit in main", words::exit(exit).to_owned(), Some(Topic::PoliteExit)),
        fact(
            "the polite exit in another thread",
            words::exit(exit_in_thread).to_owned(),
            Some(Topic::PoliteExitInThread),
        ),
        fact("exit in an exit handler", words::second(exit_again).to_owned(), Some(Topic::SecondExit)),
        fact(
            "exit in another thread meanwhile",
            words::second(exit_beside).to_owned(),
            Some(Topic::SecondExit),
        ),
        fact("order of exit handlers", words::order(handler_order).to_owned(), Some(Topic::ExitHandlers)),
        fact(
            "an exit handler registered in an exit handler",
            words::late_handler(late_handler).to_owned(),
            Some(Topic::HandlerTooLate),
        ),
        fact("an exception in an exit handler", words::handler_fails(handler_fails), {
            Some(Topic::HandlerErrorIgnored)
        }),
        fact(
            "who runs a signal handler",
            words::signal_handlers(signal_handlers, runtime.facts.has_event_loop()).to_owned(),
            Some(Topic::SignalHandled),
        ),
        fact("signals without a handler", words::signals(signals), Some(Topic::SignalDefault)),
        fact(
            "a process that cannot go on",
            deadlock.map_or("hangs".to_owned(), words::deadlock),
            Some(Topic::DeadlockFound),
        ),
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
        answer(
            "to start a thread flushes the files of the one that starts it",
            start_flushes,
            Topic::FilesFlushed,
        ),
        answer("to join a thread that was not started returns at once", join_unstarted_returns, {
            Topic::JoinUnstarted
        }),
        answer("to join a thread that died of an exception raises it", join_raises, Topic::JoinRaises),
        answer("the workers of a thread pool are daemons", pool_workers_are_daemons, Topic::PoolDrained),
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
        interrupt("a process whose main ends by the exception of a signal", interrupt_kills.0),
        interrupt("a spawned process whose main ends by the exception of a signal", interrupt_kills.1),
        fact("which exception is a kind of which", none_or(parents.collect()), None),
        fact("mistakes raise", none_or(mistakes.collect()), None),
        fact("files that are closed when their owner ends", words::owner(closes_files_of).to_owned(), {
            Some(Topic::LocalFileClosed)
        }),
        fact("standard output into a pipe", words::piped(piped_stdout).to_owned(), Some(Topic::StdioFlushed)),
        fact(
            "a line that a full pipe does not take",
            words::full_pipe(full_pipe).to_owned(),
            Some(Topic::PipeFull),
        ),
    ]);
    for fact in &mut facts {
        fact.about = needed(fact.name);
    }
    facts.extend(buffer_facts(runtime, buffers));
    facts
}

/// What a question is about, where not every runtime has that.
fn needed(question: &str) -> Option<Feature> {
    let words = [
        ("not started yet", Feature::SetDaemon),
        ("spawned process", Feature::Spawn),
        ("thread pool", Feature::Pool),
        ("teardown", Feature::Teardown),
        ("uncaught exception", Feature::Exception),
        ("exception leaves", Feature::Exception),
        ("exception in an exit handler", Feature::Exception),
        ("exception inside join", Feature::Exception),
        ("kind of which", Feature::Exception),
        ("signal handler", Feature::SignalHandler),
        ("full pipe", Feature::StalledPipe),
    ];
    words.into_iter().find(|(word, _)| question.contains(word)).map(|(_, feature)| feature)
}

fn yes_or_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

fn none_or(all: Vec<String>) -> String {
    if all.is_empty() { "-".to_owned() } else { all.join(", ") }
}

fn buffer_facts(runtime: &Runtime, buffers: Buffers) -> Vec<Fact> {
    let Buffers {
        text_chunk,
        text_hands_down_before,
        text_hands_down_before_large,
        text_splits,
        text_waits_when_full,
        text_overflow,
        full,
        default,
        full_record_passes,
        first_full_record_passes,
        overflow,
        leaves_when_full,
    } = buffers;
    let rule = |topic| runtime.topics.contains(&topic).then(|| runtime.rule(topic));
    let fact = |name, value: String, topic| Fact {
        name,
        value,
        rule: rule(topic),
        about: Some(Feature::BufferedFile),
    };
    let size = |name, value| fact(name, size_in_words(value), Topic::Buffered);
    let answer = |name, value: bool| fact(name, yes_or_no(value), Topic::BufferFull);
    vec![
        size("text collects up to", text_chunk),
        answer("text is handed down before it takes a record that would not fit", text_hands_down_before),
        answer("text is handed down before it takes a record of a whole chunk", text_hands_down_before_large),
        answer("text is handed down in the middle of a record", text_splits),
        answer("text that fills its layer exactly stays there", text_waits_when_full),
        fact(
            "text that does not fit into the binary buffer",
            words::overflow(text_overflow.unwrap_or(overflow)).to_owned(),
            Topic::BufferFull,
        ),
        size("buffer of a file that asks for 8 KiB", full),
        size("buffer of a file that asks for none", default),
        answer(
            "a record that would exactly fill an empty buffer goes straight to the kernel",
            full_record_passes,
        ),
        answer(
            "a record that would exactly fill the buffer and is the first of its file goes straight to the kernel",
            full_record_passes || first_full_record_passes,
        ),
        fact("a record that does not fit", words::overflow(overflow).to_owned(), Topic::BufferFull),
        answer("a buffer goes to the kernel the moment it is full", leaves_when_full),
    ]
}

fn size_in_words(value: u64) -> String {
    if value == 0 {
        "no buffer".to_owned()
    } else if value.is_multiple_of(1024) {
        format!("{} KiB", value / 1024)
    } else {
        format!("{value} B")
    }
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
        RuntimeOp::NoticeDeadlock => "notice a deadlock",
        RuntimeOp::BeginExit => "begin the exit",
        RuntimeOp::StartHandlerThreads => "start a thread for each exit handler",
        RuntimeOp::AwaitHandlerThreads => "wait for the exit handlers",
        RuntimeOp::AwaitThreads => "wait for every other thread",
        RuntimeOp::UnwindThreads => "tell every other thread to end, which runs its cleanup",
        RuntimeOp::DropSignalHandlers => "forget the signal handlers",
        RuntimeOp::MuteSignalHandlers => "call no signal handler any more",
        RuntimeOp::FlushFiles(Flushes::All) => "flush all files",
        RuntimeOp::FlushFiles(Flushes::OfMain) => "flush the files of main",
        RuntimeOp::FlushFiles(Flushes::LowerLayer) => "flush the lower buffer of all files",
        RuntimeOp::Freeze => "stop all other threads for good",
        RuntimeOp::RunFinalizers => "run the finalizers",
        RuntimeOp::CloseFiles => "close the files that nothing refers to",
        RuntimeOp::EndProcess => "end the process",
        RuntimeOp::RunIdleHandlers => {
            "call the handlers for a process that has nothing left to wait for, and wait again if they start something"
        }
    })
}
