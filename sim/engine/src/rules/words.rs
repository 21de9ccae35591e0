//! The values of facts in words.

use super::{
    Deadlock, DefaultAction, End, Exit, FileOwner, Flag, FullPipe, HandlerFails, HandlerOrder, HandlerThread,
    LateHandler, Overflow, Rescue, SecondExit, Sudden, Uncaught, UncaughtInThread,
};
use crate::scenario::{Buffering, Signal};

pub(super) fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::Inherited => "its own, else that of the thread that starts it",
        Flag::OwnOrNot => "its own, else no daemon",
        Flag::AllDaemons => "there is none: no thread keeps the process alive",
    }
}

pub(super) fn uncaught(uncaught: Uncaught) -> String {
    let way = match uncaught.way {
        End::Phases => "the process ends as when main returns",
        End::ExitPhases => "the process ends as by the polite exit",
        End::AtOnce => "the process ends at once",
        End::Aborts => return "the process ends at once, by SIGABRT".to_owned(),
    };
    format!("{way}, with code {}", uncaught.code)
}

pub(super) fn uncaught_in_thread(what: UncaughtInThread) -> String {
    match what {
        UncaughtInThread::EndsThread => "that thread ends, and nothing else".to_owned(),
        UncaughtInThread::EndsProcess(end) => format!("the process ends at once {}", sudden(end)),
        UncaughtInThread::ExitsInMain(code) => {
            format!("the process ends as by the polite exit, with code {code}")
        }
    }
}

pub(super) fn uncaught_in_item(end: Option<Sudden>) -> String {
    match end {
        None => "it is kept, and the worker takes the next item".to_owned(),
        Some(end) => format!("the process ends at once {}", sudden(end)),
    }
}

fn sudden(end: Sudden) -> String {
    match end {
        Sudden::Code(code) => format!("with code {code}"),
        Sudden::Aborts => "by SIGABRT".to_owned(),
    }
}

pub(super) fn exit(exit: Exit) -> &'static str {
    match exit {
        Exit::Raises => "raises an exception there: cleanup runs",
        Exit::RaisesInMain => "raises an exception there, then in main: cleanup runs",
        Exit::Runs => "ends the process from there: no cleanup runs",
        Exit::EndsThread => "ends that thread only: no cleanup runs",
        Exit::AtOnce => "ends the process at once",
    }
}

pub(super) fn second(second: SecondExit) -> &'static str {
    match second {
        SecondExit::Overtakes => "runs what is left of the exit, with its own code",
        SecondExit::Blocks => "blocks for ever",
        SecondExit::EndsThread => {
            "ends its thread, and its code counts if main has come to its end by itself"
        }
        SecondExit::AtOnce => "ends the process at once",
        SecondExit::Aborts => "ends the process at once, by SIGABRT",
    }
}

pub(super) fn order(order: HandlerOrder) -> &'static str {
    match order {
        HandlerOrder::LastFirst => "last registered first",
        HandlerOrder::FirstFirst => "first registered first",
        HandlerOrder::Together => "all at the same time, each in a thread of its own",
    }
}

pub(super) fn late_handler(late: LateHandler) -> &'static str {
    match late {
        LateHandler::Dropped => "is dropped without a word",
        LateHandler::RunsNext => "runs next",
        LateHandler::Refused => "is refused",
    }
}

pub(super) fn handler_fails(fails: HandlerFails) -> String {
    if fails.aborts {
        return "the process ends at once, by SIGABRT".to_owned();
    }
    let rest = if fails.rest_runs { "the others run" } else { "the others do not run" };
    let code = fails.code.map_or("the exit code stays".to_owned(), |code| match fails.keeps_other_codes {
        true => format!("the exit code is {code} if it was 0"),
        false => format!("the exit code is {code}"),
    });
    let exit = if fails.exit_code_counts { ", that of a polite exit counts" } else { "" };
    format!("{rest}, {code}{exit}")
}

pub(super) fn signal_handlers(thread: HandlerThread, event_loop: bool) -> &'static str {
    match thread {
        HandlerThread::Main if event_loop => "the main thread, when it is back at its event loop",
        HandlerThread::Main => "the main thread, on top of what it does",
        HandlerThread::Own => "a thread of its own",
    }
}

pub(super) fn signals(signals: &[(Signal, DefaultAction)]) -> String {
    let mut words: Vec<String> = signals
        .iter()
        .map(|(signal, action)| {
            let what = match action {
                DefaultAction::Kills => "kills".to_owned(),
                DefaultAction::Raises(class) => format!("raises {class} in main"),
                DefaultAction::Exits(code) => format!("ends as by the polite exit, with code {code}"),
                DefaultAction::EndsWith(end) => format!("ends at once {}", sudden(*end)),
                DefaultAction::Ignored => "is ignored".to_owned(),
            };
            format!("{} {what}", signal.name())
        })
        .collect();
    words.push(if signals.is_empty() { "all kill" } else { "all others kill" }.to_owned());
    words.join("; ")
}

pub(super) fn owner(owner: FileOwner) -> &'static str {
    match owner {
        FileOwner::Nobody => "none",
        FileOwner::Threads => "those of a thread that ends, not those of main",
        FileOwner::Bodies => "those that only a thread that ends has used, also main; no others",
    }
}

pub(super) fn piped(buffering: Buffering) -> &'static str {
    match buffering {
        Buffering::Full | Buffering::Default => "is buffered like a file",
        Buffering::Line => "is written line by line",
        Buffering::None => "is not buffered",
    }
}

pub(super) fn full_pipe(full: FullPipe) -> &'static str {
    match full {
        FullPipe::Blocks => "the thread that prints waits until somebody reads",
        FullPipe::Queues => "it waits in the process, with all that follows, until the event loop finds room",
    }
}

pub(super) fn overflow(overflow: Overflow) -> &'static str {
    match overflow {
        Overflow::Whole => "is kept whole: what is older goes to the kernel first",
        Overflow::SplitsThenPasses => "fills the buffer up; what is larger than a buffer then goes past it",
        Overflow::SplitsInBlocks => "fills the buffer up; then whole blocks go past it",
        Overflow::Splits => "fills the buffer up, again and again",
        Overflow::SplitsUnlessLarger => "fills the buffer up; what is larger than a buffer goes past it",
        Overflow::GoesAlong => "goes to the kernel together with what is older",
    }
}

pub(super) fn deadlock(deadlock: Deadlock) -> String {
    let hidden = match (deadlock.handlers_hide_it, deadlock.events_hide_it) {
        (true, _) => ", unless a signal handler is installed",
        (false, true) => ", unless one of them waits for an event, and one begins to wait as the last",
        (false, false) => "",
    };
    let then = match deadlock.then {
        Rescue::EndsWith(code) => format!("it ends at once with code {code}"),
        Rescue::RaisesInMain(class, message) => format!("{class} ({message}) is raised in main"),
    };
    format!("when every thread is blocked{hidden}: {then}")
}
