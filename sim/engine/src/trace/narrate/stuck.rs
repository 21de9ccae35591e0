//! The end of a run that never ends: who is still there, and what for.

use super::super::words::doing;
use super::{Narrator, Told, told};
use crate::program::{Instr, Program, RuntimeOp, ThreadId};
use crate::rules::Topic;
use crate::trace::{Ending, Kind};
use crate::world::{Ready, Resource, State, ThreadStatus, ready};

impl Narrator<'_> {
    /// Who is still there when a run never ends, and what for.
    pub(super) fn tell_end(&mut self) {
        if !matches!(self.recording.ending, Ending::Hang | Ending::Endless) {
            return;
        }
        self.now = self.recording.until_us;
        let (program, state) = (self.program, &self.recording.state);
        let threads = (0..program.threads.len() as u32).map(ThreadId);
        let threads = threads.filter(|thread| !is_watchdog(program, *thread));
        for thread in threads.filter(|thread| state.thread_status(program, *thread) == ThreadStatus::Live) {
            let at = doing(program, state, thread, state.pc(program, thread));
            let told = match ready(program, state, thread) {
                Ready::Blocked(resource) if program.instr(state.pc(program, thread)).timeout().is_none() => {
                    let (more, topic) = match resource {
                        Resource::Lock(lock) => match state.holder(program, lock) {
                            Some(holder) if state.thread_status(program, holder) == ThreadStatus::CutOff => {
                                let name = program.thread_name(holder);
                                (format!(", held by {name}, which was cut off"), Some(Topic::LockStaysHeld))
                            }
                            Some(holder) => (format!(", held by {}", program.thread_name(holder)), None),
                            None => (String::new(), None),
                        },
                        Resource::ThreadCount(_) => {
                            (String::new(), Some(awaited_why(program, state, thread)))
                        }
                        Resource::Pipe(_) => (", which nobody reads".to_owned(), Some(Topic::PipeFull)),
                        Resource::EventLoop(_) => (String::new(), Some(Topic::LoopStands)),
                        Resource::Never => {
                            let starts =
                                matches!(program.instr(state.pc(program, thread)), Instr::Start { .. });
                            let waits = *program.instr(state.pc(program, thread))
                                == Instr::Runtime(RuntimeOp::NoticeDeadlock);
                            let topic = match (starts, waits) {
                                (true, _) => Topic::StartHangs,
                                (_, true) => Topic::DeadlockFound,
                                _ => Topic::SecondExit,
                            };
                            (String::new(), Some(topic))
                        }
                        _ => (String::new(), None),
                    };
                    Told { topic, ..told(Kind::Blocked, format!("stays for ever: {at}{more}")) }
                }
                _ => told(Kind::Blocked, "goes round for ever".to_owned()),
            };
            self.push(program.process_of(thread), Some(thread), told);
        }
    }
}

fn is_watchdog(program: &Program, thread: ThreadId) -> bool {
    program.process(program.process_of(thread)).watchdog == Some(thread)
}

/// Why main, or whoever ends the process, waits for others.
fn awaited_why(program: &Program, state: &State, thread: ThreadId) -> Topic {
    match program.instr(state.pc(program, thread)) {
        Instr::Runtime(RuntimeOp::AwaitHandlerThreads) => Topic::ExitHandlers,
        Instr::Runtime(RuntimeOp::AwaitThreads) if program.runtime.topics.contains(&Topic::Unwound) => {
            Topic::Unwound
        }
        _ => Topic::NonDaemonAwaited,
    }
}
