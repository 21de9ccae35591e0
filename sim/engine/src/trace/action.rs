//! One step in a few words, told from the state before it: for graphs, where no run gives it a context.

use super::words::{doing, list, names, path};
use crate::program::{Instr, Program, RuntimeOp, ThreadId};
use crate::scenario::Outside;
use crate::world::{Choice, Ready, State, ready};

/// Who takes the step, and what it is, as in `main` and `starts pdf`.
pub(crate) fn action(program: &Program, state: &State, choice: Choice) -> (String, String) {
    let several = program.processes.len() > 1;
    let who = |thread: ThreadId| {
        let process = &program.process(program.process_of(thread)).name;
        let name = program.thread_name(thread);
        if several { format!("{process}/{name}") } else { name }
    };
    match choice {
        Choice::Run(thread) if ready(program, state, thread) == Ready::Signalled => {
            (who(thread), "takes the signal".into())
        }
        Choice::Run(thread) => (who(thread), step(program, state, thread)),
        Choice::Timeout(thread) => {
            let at = doing(program, state, thread, state.pc(program, thread));
            (who(thread), format!("gives up {at}"))
        }
        Choice::Stimulus(number) => {
            let stimulus = program.stimuli[number as usize];
            let to = &program.process(stimulus.process).name;
            let what = match stimulus.what {
                Outside::Signal(signal) => format!("SIG{} to {to}", signal.name()),
                Outside::Read => format!("reads what {to} prints"),
            };
            ("outside".into(), what)
        }
        Choice::Signal(process, signal) => {
            ("outside".into(), format!("SIG{} to {}", signal.name(), program.process(process).name))
        }
    }
}

/// Where a live thread stands, as in `waiting for lock L`.
pub(crate) fn stands(program: &Program, state: &State, thread: ThreadId) -> String {
    let pc = state.pc(program, thread);
    match (doing(program, state, thread, pc), program.instr(pc)) {
        // The steps of a shutdown have to be told apart here.
        (words, Instr::Runtime(op)) if words == "shutting down" => format!("next: {}", runtime(*op)),
        (words, _) => words,
    }
}

fn step(program: &Program, state: &State, thread: ThreadId) -> String {
    let pc = state.pc(program, thread);
    let queue = |queue: &crate::program::QueueId| &program.queues[queue.index()].name;
    match program.instr(pc) {
        Instr::Work { label, .. } => program.text(*label).to_owned(),
        Instr::Sleep(_) => "wakes up".into(),
        Instr::Start { first, end } => {
            format!("starts {}", list(&names(program, (first.0..end.0).map(ThreadId))))
        }
        Instr::Spawn(child) => format!("starts process {}", program.process(*child).name),
        Instr::Join { first, end, .. } => {
            format!("joins {}", list(&names(program, (first.0..end.0).map(ThreadId))))
        }
        Instr::JoinProcess { process, .. } => format!("joins process {}", program.process(*process).name),
        Instr::Print { line, .. } => format!("prints \"{}\"", program.text(*line)),
        Instr::Open(file) => format!("opens {}", path(program, *file)),
        Instr::Write { file, record, .. } => {
            format!("writes a {} to {}", program.text(*record), path(program, *file))
        }
        Instr::WriteBegin { file, record, .. } => {
            format!("begins to write a {} to {}", program.text(*record), path(program, *file))
        }
        Instr::WriteRest { file, .. } => format!("ends the write to {}", path(program, *file)),
        Instr::Flush(file) => format!("flushes {}", path(program, *file)),
        Instr::Close(file) => format!("closes {}", path(program, *file)),
        Instr::Acquire { lock, .. } => format!("takes lock {}", program.locks[lock.index()].name),
        Instr::Release(lock) => format!("releases lock {}", program.locks[lock.index()].name),
        Instr::Set(event) => format!("sets {}", program.events[event.index()].name),
        Instr::Wait { event, .. } => format!("sees {}", program.events[event.index()].name),
        Instr::IfSet { event, .. } => format!("asks for {}", program.events[event.index()].name),
        Instr::Put { queue: to, .. } => format!("puts into {}", queue(to)),
        Instr::Get { queue: from, .. } => format!("gets from {}", queue(from)),
        Instr::Done(of) => format!("marks an item of {} as done", queue(of)),
        Instr::Drain(of) => format!("sees that {} is done", queue(of)),
        Instr::Submit(pool) => format!("submits to {}", program.pools[pool.index()].name),
        Instr::Take { .. } => "takes a work item, or ends".into(),
        Instr::Raise(exception) => format!("raises {}", program.exception(*exception).class),
        Instr::SetDaemon { first, .. } => format!("changes the flag of {}", program.thread_name(*first)),
        Instr::Exit(code) => format!("calls {}({code})", program.runtime.facts.exit_call),
        Instr::EndThread(_) => "ends itself".into(),
        Instr::ExitNow(code) => format!("ends the process with {code}"),
        Instr::Register(handler) => format!("registers {}", program.handler(*handler).name),
        Instr::Install { signal, .. } => format!("installs a handler for SIG{}", signal.name()),
        Instr::Kill { signal, process } => {
            format!("sends SIG{} to {}", signal.name(), program.process(*process).name)
        }
        Instr::DropLocals => "drops its files".into(),
        Instr::End => match program.handler_at(pc) {
            Some(handler) => format!("ends {}", program.handler(handler).name),
            None => "returns".into(),
        },
        Instr::Runtime(op) => runtime(*op).into(),
        Instr::Jump(_)
        | Instr::LoopStart { .. }
        | Instr::LoopNext { .. }
        | Instr::Clear(_)
        | Instr::Rethrow(_) => "goes on".into(),
    }
}

fn runtime(op: RuntimeOp) -> &'static str {
    match op {
        RuntimeOp::FlushStdio => "flushes standard output",
        RuntimeOp::RunEarlyHandlers => "runs the early exit handlers",
        RuntimeOp::DrainPools => "has waited for the pools",
        RuntimeOp::AnnounceWait | RuntimeOp::AwaitNonDaemons => "has waited for the non-daemon threads",
        RuntimeOp::RunExitHandlers => "runs the exit handlers",
        RuntimeOp::TerminateDaemonicChildren => "sends SIGTERM to the daemonic children",
        RuntimeOp::AwaitChildren => "has waited for the children",
        RuntimeOp::NoticeDeadlock => "notices the deadlock",
        RuntimeOp::BeginExit => "begins the exit",
        RuntimeOp::StartHandlerThreads => "starts the exit handlers",
        RuntimeOp::AwaitHandlerThreads => "has waited for the exit handlers",
        RuntimeOp::AwaitThreads => "has waited for all threads",
        RuntimeOp::UnwindThreads => "tells all other threads to end",
        RuntimeOp::DropSignalHandlers => "forgets the signal handlers",
        RuntimeOp::MuteSignalHandlers => "calls no signal handler any more",
        RuntimeOp::FlushFiles(_) => "flushes the files",
        RuntimeOp::Freeze => "stops all other threads for good",
        RuntimeOp::RunFinalizers => "runs the finalizers",
        RuntimeOp::CloseFiles => "closes the files",
        RuntimeOp::EndProcess => "ends the process",
        RuntimeOp::RunIdleHandlers => "asks whether anything is left to do",
    }
}
