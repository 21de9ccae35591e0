//! The comment beside each step: the step as the scenario has it.

use super::Model;
use super::names::plain;
use crate::program::{Instr, RuntimeOp};

impl Model<'_> {
    /// What an instruction is in the scenario.
    pub(super) fn describe(&self, instr: &Instr) -> String {
        let program = self.program;
        let span = |first: crate::program::ThreadId, end: crate::program::ThreadId| {
            let group = program.group(first);
            match end.0 - first.0 == group.count {
                true => group.name.clone(),
                false => program.thread_name(first),
            }
        };
        let file = |file: crate::program::FileId| program.files[file.index()].path.clone();
        let timeout = if instr.timeout().is_some() { " timeout" } else { "" };
        let text = match instr {
            Instr::Work { label, .. } => format!("work \"{}\"", program.text(*label)),
            Instr::Sleep(_) => "sleep".into(),
            Instr::Start { first, end } => format!("start \"{}\"", span(*first, *end)),
            Instr::Spawn(process) => format!("spawn \"{}\"", program.process(*process).name),
            Instr::Join { first, end, .. } => format!("join \"{}\"{timeout}", span(*first, *end)),
            Instr::JoinProcess { process, .. } => {
                format!("join \"{}\"{timeout}", program.process(*process).name)
            }
            Instr::Print { line, .. } => format!("print \"{}\"", program.text(*line)),
            Instr::Open(at) => format!("open \"{}\"", file(*at)),
            Instr::Write { file: at, record, bytes } => {
                format!("write \"{}\" \"{}\" bytes={bytes}", file(*at), program.text(*record))
            }
            Instr::WriteBegin { file: at, record, bytes } => {
                format!("write \"{}\" \"{}\" bytes={bytes} for=..., begins", file(*at), program.text(*record))
            }
            Instr::WriteRest { file: at, .. } => format!("write \"{}\", the rest", file(*at)),
            Instr::Flush(at) => format!("flush \"{}\"", file(*at)),
            Instr::Close(at) => format!("close \"{}\"", file(*at)),
            Instr::Acquire { lock, .. } => {
                format!("lock \"{}\"{timeout}: take it", program.locks[lock.index()].name)
            }
            Instr::Release(lock) => format!("lock \"{}\": release it", program.locks[lock.index()].name),
            Instr::Set(event) => format!("set \"{}\"", program.events[event.index()].name),
            Instr::Wait { event, .. } => format!("wait \"{}\"{timeout}", program.events[event.index()].name),
            Instr::Put { queue, stop } => {
                let mark = if *stop { " stop=#true" } else { "" };
                format!("put \"{}\"{mark}", program.queues[queue.index()].name)
            }
            Instr::Get { queue, .. } => format!("get \"{}\"{timeout}", program.queues[queue.index()].name),
            Instr::Done(queue) => format!("\"{}\": the item is done", program.queues[queue.index()].name),
            Instr::Drain(queue) => format!("drain \"{}\"", program.queues[queue.index()].name),
            Instr::Submit(pool) => format!("submit \"{}\"", program.pools[pool.index()].name),
            Instr::Take { pool, .. } => {
                format!("pool \"{}\": take an item", program.pools[pool.index()].name)
            }
            Instr::IfSet { event, .. } => format!("is \"{}\" set?", program.events[event.index()].name),
            Instr::Raise(exception) => match *exception {
                crate::program::exception::RETURN => "return".into(),
                other => {
                    let raised = program.exception(other);
                    format!("raise \"{}\" \"{}\"", raised.class, raised.message)
                }
            },
            Instr::SetDaemon { .. } | Instr::Exit(_) | Instr::EndThread(_) => String::new(),
            Instr::ExitNow(code) => format!("exit-now {code}"),
            Instr::Register(handler) => format!("register handler \"{}\"", program.handler(*handler).name),
            Instr::Install { signal, handler: Some(_) } => format!("on-signal \"{}\"", signal.name()),
            Instr::Install { signal, handler: None } => format!("on-signal \"{}\" ignore", signal.name()),
            Instr::Kill { signal, process } => {
                format!("signal \"{}\" to=\"{}\"", signal.name(), program.process(*process).name)
            }
            Instr::DropLocals => "the item is over: its local files are closed".into(),
            Instr::End => "the end of this body".into(),
            Instr::Runtime(op) => runtime(*op).into(),
            Instr::Jump(_)
            | Instr::LoopStart { .. }
            | Instr::LoopNext { .. }
            | Instr::Clear(_)
            | Instr::Rethrow(_) => String::new(),
        };
        plain(&text)
    }
}

fn runtime(op: RuntimeOp) -> &'static str {
    match op {
        RuntimeOp::FlushStdio => "the runtime flushes standard output",
        RuntimeOp::RunEarlyHandlers => "the runtime runs the early exit handlers",
        RuntimeOp::DrainPools => "the runtime shuts the pools down and waits for their workers",
        RuntimeOp::AnnounceWait
        | RuntimeOp::NoticeDeadlock
        | RuntimeOp::BeginExit
        | RuntimeOp::StartHandlerThreads
        | RuntimeOp::AwaitHandlerThreads
        | RuntimeOp::AwaitThreads
        | RuntimeOp::UnwindThreads
        | RuntimeOp::DropSignalHandlers
        | RuntimeOp::MuteSignalHandlers
        | RuntimeOp::FlushFiles(_)
        | RuntimeOp::RunIdleHandlers => "",
        RuntimeOp::AwaitNonDaemons => "the runtime waits for the non-daemon threads",
        RuntimeOp::RunExitHandlers => "the runtime runs the exit handlers",
        RuntimeOp::TerminateDaemonicChildren => "TERM for the daemonic children",
        RuntimeOp::AwaitChildren => "the runtime waits for the children",
        RuntimeOp::Freeze => "no other thread runs from here on",
        RuntimeOp::RunFinalizers => "the runtime runs the finalizers",
        RuntimeOp::CloseFiles => "files that nothing refers to are closed",
        RuntimeOp::EndProcess => "the process ends",
    }
}
