//! One sentence for each thing that can happen.

use super::super::words::{bytes, doing, list, names, path};
use super::parts::{arrived, cut_off_at};
use super::{Narrator, Told, told};
use crate::program::{ExceptionId, ProcessId, ThreadId};
use crate::rules::{HandlerThread, Topic, UncaughtInThread};
use crate::scenario::clip::clip_line;
use crate::trace::{HandlerKind, Kind};
use crate::world::{Way, What};

impl Narrator<'_> {
    /// `None` for what is not worth telling.
    pub(super) fn sentence(
        &mut self,
        process: ProcessId,
        thread: Option<ThreadId>,
        what: What,
    ) -> Option<Told> {
        let program = self.program;
        let lock = |lock: crate::program::LockId| &program.locks[lock.index()].name;
        let event = |event: crate::program::EventId| &program.events[event.index()].name;
        let queue = |queue: crate::program::QueueId| &program.queues[queue.index()].name;
        let class = |exception: ExceptionId| self.exception(exception);
        Some(match what {
            What::Started { .. } => return None,
            What::StartHangs => {
                told(Kind::Blocked, "starts a thread that never begins").why(Topic::StartHangs)
            }
            What::Spawned { child } => {
                let flag = if program.process(child).daemon { " (daemon)" } else { "" };
                told(Kind::StartProcess, format!("starts process {}{flag}", program.process(child).name))
            }
            What::Worked { label } => told(Kind::Work, format!("done: {}", program.text(label))).routine(),
            What::Slept => told(Kind::Sleep, "wakes up").routine(),
            What::Printed { line } => {
                told(Kind::Print, format!("prints \"{}\"", clip_line(program.text(line))))
            }
            What::PrintQueued { line } => {
                told(Kind::Print, format!("prints \"{}\", which has to wait", clip_line(program.text(line))))
                    .why(Topic::PipeFull)
            }
            What::Opened { file } => told(Kind::Open, format!("opens {}", path(program, file))).routine(),
            What::Wrote { file, record, bytes: size, flushed, in_buffer } => {
                return Some(self.wrote(file, record, size, flushed, in_buffer));
            }
            What::WriteBegun { file, record, bytes: size } => {
                let text = format!(
                    "begins to write a {} of {} to {}",
                    program.text(record),
                    bytes(size),
                    path(program, file)
                );
                told(Kind::Write, text)
            }
            What::WriteEnded { file } => told(Kind::Write, format!("has written to {}", path(program, file))),
            What::Flushed { file, bytes: size } => {
                told(Kind::Flush, format!("flushes {}: {} go to disk", path(program, file), bytes(size)))
            }
            What::Closed { file, bytes: size } => {
                let more = if size > 0 { format!(": {} go to disk", bytes(size)) } else { String::new() };
                told(Kind::Close, format!("closes {}{more}", path(program, file)))
            }
            What::Dropped { file, bytes: size, global } => {
                let topic = if global { Topic::GlobalFileClosed } else { Topic::LocalFileClosed };
                let verb = if global { "is closed" } else { "is flushed and closed" };
                let more = if size > 0 { format!(": {} go to disk", bytes(size)) } else { String::new() };
                let told = told(Kind::Close, format!("{} {verb}{more}", path(program, file))).why(topic);
                if size == 0 { told.routine() } else { told }
            }
            What::Kept { bytes: 0, .. } => return None,
            What::Kept { file, bytes: size } => {
                let text = format!("{} stays open: nobody flushes its {}", path(program, file), bytes(size));
                told(Kind::Teardown, text).why(Topic::GlobalFileKept)
            }
            What::Lost { file, bytes: size } if program.files[file.index()].stalled => {
                let text =
                    format!("{} loses {} that the pipe has not taken", path(program, file), bytes(size));
                told(Kind::Lost, text).why(Topic::PipeFull)
            }
            What::Lost { file, bytes: size } => {
                let text =
                    format!("{} loses {} that were still in its buffer", path(program, file), bytes(size));
                told(Kind::Lost, text).why(Topic::BufferLost)
            }
            What::Acquired { lock: id } => told(Kind::Acquire, format!("takes lock {}", lock(id))),
            What::Released { lock: id } => told(Kind::Release, format!("releases lock {}", lock(id))),
            What::EventSet { event: id } => told(Kind::Set, format!("sets {}", event(id))),
            What::Waited { event: id } => told(Kind::Wait, format!("sees that {} is set", event(id))),
            What::Joined { first, end } => {
                let names = names(program, (first.0..end.0).map(ThreadId));
                told(Kind::Join, format!("has joined {}", list(&names)))
            }
            What::JoinRaised { exception } => {
                let class = &program.exception(exception).class;
                told(Kind::Raise, format!("gets the {class} of the thread that it has joined"))
                    .why(Topic::JoinRaises)
            }
            What::JoinedProcess { child } => {
                told(Kind::Join, format!("has joined process {}", program.process(child).name))
            }
            What::Put { queue: id, stop } => told(
                Kind::Put,
                format!("puts {} into {}", if stop { "the end mark" } else { "an item" }, queue(id)),
            ),
            What::Got { queue: id } => told(Kind::Get, format!("takes an item from {}", queue(id))),
            What::GotStop { queue: id } => told(Kind::Get, format!("takes the end mark from {}", queue(id))),
            What::Done { queue: id } => {
                told(Kind::Get, format!("marks an item of {} as done", queue(id))).routine()
            }
            What::Drained { queue: id } => {
                told(Kind::Join, format!("sees that every item of {} is marked done", queue(id)))
                    .why(Topic::QueueJoin)
            }
            What::Submitted { pool } => {
                told(Kind::Submit, format!("submits an item to {}", program.pools[pool.index()].name))
            }
            What::Took { pool } => {
                told(Kind::Get, format!("takes an item of {}", program.pools[pool.index()].name)).routine()
            }
            What::Checked { event: id, set: false } => {
                told(Kind::Check, format!("{} is not set: goes on", event(id))).routine()
            }
            What::Checked { event: id, set: true } => {
                told(Kind::Check, format!("sees that {} is set", event(id)))
            }
            What::TimedOut => told(Kind::Timeout, "gives up waiting"),
            What::Raised { exception } => self.raised(exception),
            What::Caught { exception } => told(Kind::Catch, format!("catches {}", class(exception))),
            What::CleanUp { exception } => {
                told(Kind::Catch, format!("{} is on its way: cleans up", class(exception))).routine()
            }
            What::Registered { handler, too_late } => {
                let verb = if program.handler(handler).kind == HandlerKind::Teardown {
                    "keeps"
                } else {
                    "registers"
                };
                let text = format!("{verb} {}", self.handler(handler));
                if too_late {
                    told(Kind::Register, format!("{text}, too late")).why(Topic::HandlerTooLate)
                } else {
                    told(Kind::Register, text)
                }
            }
            What::Installed { signal, handler } => told(
                Kind::Register,
                match handler {
                    Some(_) => format!("installs a handler for SIG{}", signal.name()),
                    None => format!("ignores SIG{} from now on", signal.name()),
                },
            ),
            What::SignalSent { signal, to } => {
                told(Kind::Signal, format!("sends SIG{} to {}", signal.name(), program.process(to).name))
            }
            What::SignalArrived { signal, effect } => {
                let own = program.runtime.facts.signal_handlers == HandlerThread::Own;
                arrived(signal, effect, own)
            }
            What::HandlerBegins { handler } => self.begins(handler)?,
            What::HandlerEnds { handler } if program.handler(handler).internal => return None,
            What::HandlerEnds { handler } => {
                told(Kind::HandlerEnd, format!("{} is done", self.handler(handler))).routine()
            }
            What::HandlerFails { handler, exception } => {
                let told =
                    told(Kind::Raise, format!("{} leaves {}", class(exception), self.handler(handler)));
                match program.handler(handler).kind {
                    HandlerKind::Exit | HandlerKind::Teardown => told.why(Topic::HandlerErrorIgnored),
                    HandlerKind::EarlyExit | HandlerKind::Signal | HandlerKind::Idle => told,
                }
            }
            What::MainReturned => told(Kind::Return, "returns").why(Topic::MainReturned),
            What::MainRaised { exception } => self.main_raised(exception),
            What::ThreadFinished => told(Kind::Finish, "finishes"),
            What::ThreadExited { .. } => told(Kind::Finish, "ends silently").why(Topic::PoliteExitInThread),
            What::ThreadRaised { exception } => {
                told(Kind::Raise, format!("ends by {}: {}", class(exception), program.runtime.facts.report))
                    .why(match program.runtime.facts.uncaught_in_thread {
                        UncaughtInThread::EndsThread => Topic::ThreadRaised,
                        _ => Topic::ThreadEndsProcess,
                    })
            }
            What::ThreadLeft => told(Kind::Finish, "ends itself").why(Topic::ThreadLeft),
            What::FlagChanged { thread, daemon } => {
                let name = program.thread_name(thread);
                let kind = if daemon { "a daemon" } else { "no daemon" };
                told(Kind::Register, format!("makes {name} {kind}")).why(Topic::FlagChanged)
            }
            What::ExitBegins { code, second } => {
                let call = program.runtime.facts.exit_call;
                let topic = if second { Topic::SecondExit } else { Topic::PoliteExit };
                told(Kind::Return, format!("calls {call}({code})")).why(topic)
            }
            What::Unwound => told(Kind::Freeze, "is told to end: only its cleanup runs").why(Topic::Unwound),
            What::FileFlushed { file, bytes: size } => {
                let text = format!("{} is flushed: {} go to disk", path(program, file), bytes(size));
                told(Kind::Flush, text).why(Topic::FilesFlushed)
            }
            What::DeadlockFound => {
                told(Kind::Abandon, "notices that nothing can ever move again").why(Topic::DeadlockFound)
            }
            What::ItemFailed { exception } => {
                told(Kind::Raise, format!("keeps {} in the item's future", class(exception)))
                    .why(Topic::ItemFailed)
            }
            What::Forgotten { thread } => {
                let name = program.thread_name(thread);
                told(Kind::Abandon, format!("takes {name} for ended, although it lives"))
                    .why(Topic::WaitForgotten)
            }
            What::PrintGoesOn => {
                told(Kind::Print, "goes on printing: it had to wait for that").why(Topic::PipeFull)
            }
            What::AwaitsReader => told(Kind::Await, "waits for somebody who reads what was printed")
                .why(Topic::NonDaemonAwaited),
            What::QueueHandedOver { bytes: size } => {
                told(Kind::Flush, format!("prints what had to wait: {}", bytes(size)))
            }
            What::ReadingBegins { bytes: size } => {
                told(Kind::Read, format!("somebody reads the pipe, which holds {}", bytes(size)))
            }
            What::StdioFlushed { bytes: 0 } => return None,
            What::StdioFlushed { bytes: size } => {
                told(Kind::Flush, format!("flushes standard output: {}", bytes(size)))
                    .why(Topic::StdioFlushed)
            }
            What::PoolsDrained => {
                told(Kind::Await, "the thread pools have done all that was submitted").why(Topic::PoolDrained)
            }
            What::Awaits => {
                let names = self.live_threads(process, false);
                if names.is_empty() {
                    return None;
                }
                told(Kind::Await, format!("waits for {}", list(&names))).why(Topic::NonDaemonAwaited)
            }
            What::LoopGoesOn => told(Kind::Await, "has something to wait for again").why(Topic::IdleHandlers),
            What::AwaitDone => {
                let names = self.live_threads(process, true);
                if names.is_empty() {
                    return None;
                }
                told(Kind::Await, format!("does not wait for {}", list(&names))).why(Topic::DaemonNotAwaited)
            }
            What::PhaseAbandoned { exception, .. } => {
                let left = list(&self.live_threads(process, false));
                let more =
                    if left.is_empty() { String::new() } else { format!(": gives up waiting for {left}") };
                told(Kind::Abandon, format!("{} ends this part of the shutdown{more}", class(exception)))
                    .why(Topic::WaitAbandoned)
            }
            What::Terminates { child } => {
                let name = &program.process(child).name;
                told(Kind::Signal, format!("sends SIGTERM to its daemonic child {name}"))
                    .why(Topic::ChildrenTerminated)
            }
            What::ChildrenAwaited => {
                told(Kind::Await, "all its child processes have ended").why(Topic::ChildrenAwaited)
            }
            What::Froze => {
                told(Kind::Freeze, "closes the interpreter: no other thread runs any more").routine()
            }
            What::CutOff { killed } => {
                let thread = thread?;
                let state = &self.recording.state;
                let at = cut_off_at(&doing(program, state, thread, state.pc(program, thread)));
                let topic = match killed {
                    true => Topic::KilledInPlace,
                    false if program.group(thread).in_event_loop => Topic::LoopStands,
                    false => Topic::Frozen,
                };
                told(Kind::CutOff, format!("is cut off {at}")).why(topic)
            }
            What::ProcessExited { code, way: Way::InOrder } => {
                told(Kind::EndProcess, format!("exits with code {code}")).why(Topic::ExitStatus)
            }
            What::ProcessExited { code, way } => {
                let told = told(Kind::EndProcess, format!("exits with code {code}, at once"));
                match way {
                    Way::Asked => told.why(Topic::ImmediateExit),
                    Way::AskedAgain => told.why(Topic::SecondExit),
                    // What happened just before has a reason of its own.
                    Way::Struck | Way::InOrder => told,
                }
            }
            What::ProcessKilled { signal } => {
                told(Kind::Killed, format!("is killed by SIG{}", signal.name()))
            }
            What::Orphaned { parent } => {
                let name = &program.process(parent).name;
                told(Kind::Abandon, format!("runs on without its parent {name}")).why(Topic::ChildrenOrphaned)
            }
        })
    }
}
