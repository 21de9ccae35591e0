//! Processes: how they begin, and the ways they end.

use super::happening::{Resource, Sink, Way, What};
use super::machine::Machine;
use super::signals::position;
use super::state::{ProcessStatus, ThreadStatus};
use crate::program::exception::{DAEMONIC_CHILDREN, SPAWN_TWICE};
use crate::program::{FileId, ProcessId, ThreadId};
use crate::rules::Sudden;
use crate::scenario::Signal;

impl<S: Sink> Machine<'_, S> {
    /// `daemon` is the flag of its main thread, for threads that inherit it.
    pub(super) fn begin_process(&mut self, process: ProcessId, daemon: bool) {
        self.state.set_process_status(self.program, process, ProcessStatus::Live);
        for thread in self.program.threads_of(process) {
            let group = self.program.group(thread);
            if group.flag_varies {
                self.state.set_daemon(self.program, thread, group.daemon.unwrap_or(daemon));
            }
        }
        self.begin_thread(self.program.process(process).main, daemon);
        if let Some(watchdog) = self.program.process(process).watchdog {
            self.begin_thread(watchdog, true);
        }
    }

    pub(super) fn spawn(&mut self, thread: ThreadId, child: ProcessId) {
        let parent = self.program.process_of(thread);
        // The assertions of `Process.start` come before the fork that a late parent is refused.
        if self.state.process_status(self.program, child) != ProcessStatus::Unstarted {
            return self.fail(thread, SPAWN_TWICE);
        }
        if self.program.process(parent).daemon {
            return self.fail(thread, DAEMONIC_CHILDREN);
        }
        if let Some(exception) = self.start_refused(parent) {
            return self.fail(thread, exception);
        }
        self.tell(thread, What::Spawned { child });
        if let Some(handler) = self.program.process(parent).spawn_handler {
            self.register_quietly(handler);
        }
        self.inherit_dispositions(parent, child);
        self.begin_process(child, self.state.is_daemon(self.program, thread));
        self.advance(thread);
    }

    /// Ends a process at the bottom of its epilogue.
    pub(super) fn end_process(&mut self, process: ProcessId, thread: ThreadId) {
        let program = self.program;
        let fields = &program.layout.processes[process.index()];
        let main = program.process(process).main;
        let status = if self.state.main_raised(program, process) {
            ThreadStatus::Raised
        } else {
            ThreadStatus::Finished
        };
        // Who was overtaken and is first all the same ends the process with its own code.
        if self.state.exiting(program, process).is_some_and(|exiting| exiting != thread) {
            self.state.set(fields.code, self.state.kept_exit_code(program, thread));
        }
        if thread != main {
            self.state.set_thread_status(program, thread, ThreadStatus::Finished);
        }
        let over = self.state.main_over(program, process);
        self.cut_off(process, over.then_some(main), false);
        if over {
            self.state.set_thread_status(program, main, status);
        }
        if let Some(position) = self.state.get(fields.interrupted).checked_sub(1) {
            self.state.set(fields.code, position);
            let signal = Signal::ALL[position as usize % Signal::ALL.len()];
            self.tell_process(process, What::ProcessKilled { signal });
            self.bury(process, ProcessStatus::Killed);
        } else {
            let code = self.state.exit_code(program, process);
            self.tell_process(process, What::ProcessExited { code, way: Way::InOrder });
            self.bury(process, ProcessStatus::Exited);
        }
    }

    /// The immediate exit: nothing else runs.
    pub(super) fn exit_now(&mut self, thread: ThreadId, code: u8, way: Way) {
        let by = Some((thread, ThreadStatus::Finished));
        self.exit_by(self.program.process_of(thread), by, Sudden::Code(code), way);
    }

    /// The process ends at once because of an exception, and its thread counts as `status`.
    pub(super) fn end_at_once(&mut self, thread: ThreadId, end: Sudden, status: ThreadStatus) {
        self.exit_by(self.program.process_of(thread), Some((thread, status)), end, Way::Struck);
    }

    /// The process ends at once, by a thread or by the runtime itself.
    pub(super) fn exit_by(
        &mut self,
        process: ProcessId,
        by: Option<(ThreadId, ThreadStatus)>,
        end: Sudden,
        way: Way,
    ) {
        let (code, what, status) = match end {
            Sudden::Code(code) => (u64::from(code), What::ProcessExited { code, way }, ProcessStatus::Exited),
            Sudden::Aborts => {
                let signal = Signal::Abrt;
                (position(signal) as u64, What::ProcessKilled { signal }, ProcessStatus::Killed)
            }
        };
        self.state.set(self.program.layout.processes[process.index()].code, code);
        self.tell_process(process, what);
        self.cut_off(process, by.map(|(thread, _)| thread), true);
        if let Some((thread, status)) = by {
            self.state.set_thread_status(self.program, thread, status);
        }
        self.bury(process, status);
    }

    /// A signal ends the process.
    pub(super) fn kill(&mut self, process: ProcessId, signal: Signal, position: u64) {
        self.state.set(self.program.layout.processes[process.index()].code, position);
        self.cut_off(process, None, true);
        self.tell_process(process, What::ProcessKilled { signal });
        self.bury(process, ProcessStatus::Killed);
    }

    fn bury(&mut self, process: ProcessId, status: ProcessStatus) {
        let program = self.program;
        self.state.set_process_status(program, process, status);
        self.state.set(program.layout.processes[process.index()].pending, 0);
        self.count_what_was_taken(process);
        for (index, _) in program.files.iter().enumerate().filter(|(_, info)| info.process == process) {
            let file = FileId(index as u32);
            let (_, bytes, _) = self.state.file(program, file);
            if bytes > 0 {
                self.tell_process(process, What::Lost { file, bytes });
            }
        }
        for number in 0..program.processes.len() as u32 {
            let child = ProcessId(number);
            let lives = self.state.process_status(program, child) == ProcessStatus::Live;
            if lives && program.process(child).parent == Some(process) {
                self.state.set(program.layout.processes[child.index()].orphaned, 1);
                self.tell_process(child, What::Orphaned { parent: process });
            }
        }
        self.touch(Resource::ProcessEnd(process));
    }
}
