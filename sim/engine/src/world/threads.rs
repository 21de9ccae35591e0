//! Starting, joining and ending threads.

use super::happening::{Resource, Sink, What};
use super::machine::Machine;
use super::state::{HandlerState, ThreadStatus};
use crate::program::exception::{
    FLAG_OF_DEAD, JOIN_UNSTARTED, NONE, START_IN_TEARDOWN, START_REFUSED, START_TWICE,
};
use crate::program::{ExceptionId, HandlerId, Pc, ProcessId, ThreadId};
use crate::rules::{FileOwner, LateStart, Mistake};

impl<S: Sink> Machine<'_, S> {
    /// Starts the threads `first..end`, unless it is too late.
    pub(super) fn start(&mut self, thread: ThreadId, first: ThreadId, end: ThreadId) {
        if let Some(exception) = self.start_refused(self.program.process_of(thread)) {
            return self.fail(thread, exception);
        }
        for new in (first.0..end.0).map(ThreadId) {
            if !self.state.may_start(self.program, new) {
                return self.fail(thread, START_TWICE);
            }
            let inherited = self.program.group(new).daemon.is_none();
            let daemon = self.state.is_daemon(self.program, if inherited { thread } else { new });
            self.begin_thread(new, daemon);
            self.note_start(new);
            self.tell(thread, What::Started { thread: new, daemon, inherited });
        }
        if self.program.runtime.facts.start_flushes {
            self.flush_files_of(thread);
        }
        self.advance(thread);
    }

    /// The exception that a start raises now, if any.
    pub(super) fn start_refused(&self, process: ProcessId) -> Option<ExceptionId> {
        let facts = self.program.runtime.facts;
        if self.state.is_finalizing(self.program, process) {
            return (facts.start_in_teardown != LateStart::Allowed).then_some(START_IN_TEARDOWN);
        }
        let spawned = self.program.process(process).parent.is_some();
        let late = self.state.main_over(self.program, process);
        (late && facts.start_after_main(spawned) != LateStart::Allowed).then_some(START_REFUSED)
    }

    /// Raises one of the runtime's own exceptions.
    pub(super) fn fail(&mut self, thread: ThreadId, exception: ExceptionId) {
        self.tell(thread, What::Raised { exception });
        self.unwind(thread, exception);
    }

    pub(super) fn begin_thread(&mut self, new: ThreadId, daemon: bool) {
        let program = self.program;
        self.state.set_thread_status(program, new, ThreadStatus::Live);
        self.state.set_daemon(program, new, daemon);
        self.state.set_pc(program, new, program.group(new).start);
        if !daemon && !program.is_main(new) {
            self.count_non_daemon(program.process_of(new), 1);
        }
        self.settle(new);
        self.touch(Resource::Thread(new));
    }

    fn count_non_daemon(&mut self, process: ProcessId, change: i64) {
        let field = self.program.layout.processes[process.index()].non_daemons;
        let count = self.state.get(field) as i64 + change;
        self.state.set(field, count.max(0) as u64);
        self.touch(Resource::ThreadCount(process));
    }

    /// Every thread that is joined has ended.
    pub(super) fn join(&mut self, thread: ThreadId, first: ThreadId, end: ThreadId) {
        let mut all = (first.0..end.0).map(ThreadId);
        let returns = self.program.runtime.facts.join_unstarted_returns;
        let unstarted = |other| self.state.thread_status(self.program, other) == ThreadStatus::Unstarted;
        if !returns && all.any(unstarted) {
            return self.fail(thread, JOIN_UNSTARTED);
        }
        self.tell(thread, What::Joined { first, end });
        let deaths = (first.0..end.0).map(|other| self.state.died_of(self.program, ThreadId(other)));
        match deaths.into_iter().find(|death| *death != NONE) {
            Some(exception) => {
                self.tell(thread, What::JoinRaised { exception });
                self.unwind(thread, exception);
            }
            None => self.advance(thread),
        }
    }

    /// A body has reached its end: main goes on with the epilogue, a handler goes back, a thread finishes.
    pub(super) fn end(&mut self, thread: ThreadId, pc: Pc) {
        let process = self.program.process_of(thread);
        if let Some(handler) = self.program.handler_at(pc) {
            // A thread that handles a signal may have called exit, and so run other handlers on top.
            if self.program.group(thread).internal && self.state.depth(self.program, thread) == 0 {
                return self.end_own_thread(thread, handler);
            }
            return self.end_handler(thread, handler);
        }
        if self.program.is_main(thread) {
            self.tell(thread, What::MainReturned);
            return self.enter_epilogue(thread, self.program.process(process).epilogue);
        }
        self.tell(thread, What::ThreadFinished);
        self.finish(thread, ThreadStatus::Finished);
    }

    /// A handler that has a thread of its own is done.
    fn end_own_thread(&mut self, thread: ThreadId, handler: HandlerId) {
        self.state.set_handler_state(self.program, handler, HandlerState::Completed);
        self.tell(thread, What::HandlerEnds { handler });
        self.finish(thread, ThreadStatus::Finished);
    }

    /// Changes the daemon flag of threads that live, or are still to be started.
    pub(super) fn set_flag(&mut self, thread: ThreadId, first: ThreadId, end: ThreadId, daemon: bool) {
        let program = self.program;
        let process = program.process_of(thread);
        for other in (first.0..end.0).map(ThreadId) {
            let status = self.state.thread_status(program, other);
            if status == ThreadStatus::Unstarted && !program.runtime.facts.flag_before_start {
                continue;
            }
            if !matches!(status, ThreadStatus::Live | ThreadStatus::Unstarted) {
                if program.runtime.facts.is_mistake(Mistake::FlagOfDead) {
                    return self.fail(thread, FLAG_OF_DEAD);
                }
                continue;
            }
            let before = self.state.is_daemon(program, other);
            self.state.set_daemon(program, other, daemon);
            if status == ThreadStatus::Live && before != daemon {
                self.count_non_daemon(process, if daemon { -1 } else { 1 });
            }
            self.tell(thread, What::FlagChanged { thread: other, daemon });
        }
        self.advance(thread);
    }

    /// A thread ends by itself; the files that only it refers to are closed.
    pub(super) fn finish(&mut self, thread: ThreadId, status: ThreadStatus) {
        let program = self.program;
        let process = program.process_of(thread);
        if program.runtime.facts.closes_files_of != FileOwner::Nobody {
            self.drop_files(thread);
        }
        self.state.set_thread_status(program, thread, status);
        if !self.state.is_daemon(program, thread) && !self.state.is_forgotten(program, thread) {
            self.count_non_daemon(process, -1);
        }
        self.touch(Resource::ThreadEnd(thread));
        self.touch(Resource::ThreadCount(process));
        if program.group(thread).internal {
            self.handle_again(thread);
        }
    }

    /// An exception has struck inside a join: some versions take the thread for ended from now on.
    pub(super) fn forget(&mut self, joined: ThreadId) {
        let program = self.program;
        if self.state.forget(program, joined) {
            if !self.state.is_daemon(program, joined) {
                self.count_non_daemon(program.process_of(joined), -1);
            }
            self.tell_process(program.process_of(joined), What::Forgotten { thread: joined });
            self.touch(Resource::ThreadEnd(joined));
        }
    }

    /// Stops every live thread of a process but `except`, where it stands.
    pub(super) fn cut_off(&mut self, process: ProcessId, except: Option<ThreadId>, killed: bool) {
        for other in self.program.threads_of(process) {
            let lives = self.state.thread_status(self.program, other) == ThreadStatus::Live;
            if lives && Some(other) != except {
                self.state.set_thread_status(self.program, other, ThreadStatus::CutOff);
                // The one that looks for deadlocks is no thread of the program.
                if self.program.process(process).watchdog != Some(other) {
                    self.tell(other, What::CutOff { killed });
                }
            }
        }
    }
}
