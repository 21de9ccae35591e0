//! What there is: the names, and everything that can change.

use super::Model;
use super::code::Code;
use crate::program::{ExceptionId, ProcessId, ThreadId};
use crate::scenario::Signal;

impl Model<'_> {
    /// `byte`, or `short` if some thread has many places.
    pub(super) fn place_type(&self) -> &'static str {
        if self.most_places() > 255 { "short" } else { "byte" }
    }

    /// The highest number of a place.
    pub(super) fn most_places(&self) -> u32 {
        let groups = 0..self.program.groups.len();
        let last = groups.map(|group| self.code_of(group).iter().map(|(_, pc)| self.place(group, *pc)).max());
        last.flatten().max().unwrap_or_default()
    }

    /// The names of threads, processes, files, handlers, signals and exceptions.
    pub(super) fn constants(&self, out: &mut Code) {
        let number = |names: &[String], out: &mut Code| {
            names.iter().enumerate().for_each(|(number, name)| out.line(format!("#define {name} {number}")));
        };
        out.line("/* Threads; those of a process lie side by side, main first. */");
        number(&self.names.threads, out);
        out.line("#define NOBODY 255");
        out.gap();
        out.line("/* Processes. */");
        number(&self.names.processes, out);
        out.gap();
        let files: Vec<&String> = self.files().map(|file| &self.names.files[file.index()]).collect();
        if !files.is_empty() {
            out.line("/* Files. */");
            files.iter().enumerate().for_each(|(n, name)| out.line(format!("#define {name} {n}")));
            out.gap();
        }
        if !self.program.handlers.is_empty() {
            out.line("/* Handlers: numbers for what a signal does, and for what is registered. */");
            out.line("#define by_default 0");
            out.line("#define ignored 1");
            for (info, name) in self.program.handlers.iter().zip(&self.names.handlers) {
                out.line(format!("#define {name} {}", info.number + 2));
            }
            out.gap();
        } else if Signal::ALL.into_iter().any(|signal| self.has_handlers(signal)) {
            out.line("#define by_default 0");
            out.line("#define ignored 1");
            out.gap();
        }
        out.line("/* Signals, by their numbers on Linux. */");
        for signal in Signal::ALL {
            out.line(format!("#define SIG{} {}", signal.name(), signal.number()));
        }
        out.gap();
        let raised: std::collections::BTreeSet<ExceptionId> =
            (0..self.program.groups.len()).flat_map(|group| self.raised_in(group)).collect();
        if !raised.is_empty() {
            out.line("/* Exceptions. A `return` finds its way out as they do. */");
            out.line("#define x_return 1");
            for id in raised.into_iter().filter(|id| id.0 > 1) {
                let exception = self.program.exception(id);
                let message = super::names::plain(&exception.message);
                let name = &self.names.exceptions[id.index()];
                out.line(format!("#define {name} {} /* {message} */", id.0).replace(" /*  */", ""));
            }
            out.gap();
        }
    }

    /// The files that the model has: not a standard output to which nothing is printed.
    pub(super) fn files(&self) -> impl Iterator<Item = crate::program::FileId> + '_ {
        let all = (0..self.program.files.len() as u32).map(crate::program::FileId);
        all.filter(|file| !self.program.files[file.index()].stdout || self.is_written(*file))
    }

    /// The variables.
    pub(super) fn variables(&self, out: &mut Code) {
        let program = self.program;
        let (threads, processes, files) =
            (program.threads.len(), program.processes.len(), self.files().count());
        out.line(
            "mtype = { unstarted, live, finished, raised, cut_off, exited, killed, idle, begun, completed };",
        );
        out.gap();
        out.line("/* Threads: what became of each, where it stands, whether it is a daemon. */");
        out.line(format!("mtype status[{threads}] = unstarted;"));
        out.line(format!("{} at[{threads}];", self.place_type()));
        out.line(format!("bool is_daemon[{threads}];"));
        if program.runtime.facts.interrupted_join_forgets {
            out.line(format!("bool forgotten[{threads}]; /* an interrupted join took it for ended */"));
        }
        out.gap();
        out.line("/* Processes. `awaited`: how many non-daemon threads its end waits for. */");
        out.line(format!("mtype fate[{processes}] = unstarted;"));
        out.line(format!("byte code[{processes}], awaited[{processes}];"));
        out.line(format!("bool main_over[{processes}], main_raised[{processes}], interrupted[{processes}];"));
        out.line(format!("bool finalizing[{processes}], orphan[{processes}];"));
        for process in (0..processes as u32).map(ProcessId) {
            self.handler_variables(process, out);
        }
        out.gap();
        self.signal_variables(processes, out);
        for name in &self.names.handlers {
            out.line(format!("mtype ran_{name} = idle;"));
        }
        for name in self.names.locks.iter().chain(&self.names.events) {
            out.line(format!("bool {name};"));
        }
        for name in &self.names.queues {
            out.line(format!("int {name}_items, {name}_stops, {name}_behind, {name}_undone;"));
        }
        for name in &self.names.pools {
            out.line(format!("int {name}_items; byte {name}_started; bool {name}_shut;"));
        }
        if files > 0 {
            out.line(format!("int in_text[{files}], in_buffer[{files}], on_disk[{files}]; /* bytes */"));
            out.line(format!("bool torn[{files}], is_open[{files}], was_closed[{files}];"));
            out.line(format!("byte opener[{files}];"));
        }
        out.gap();
        out.line("/* Used within one step only. */");
        out.line("hidden byte thrown;");
        out.line("hidden short one, fresh;");
        out.gap();
        out.line("#define here(place) (status[me] == live && at[me] == place)");
        out.gap();
    }

    fn signal_variables(&self, processes: usize, out: &mut Code) {
        for signal in Signal::ALL {
            let name = signal.name();
            if self.has_handlers(signal) {
                out.line(format!("byte on_{name}[{processes}]; /* what {name} does */"));
            }
            let mut all = (0..processes as u32).map(ProcessId);
            if all.any(|process| self.can_wait(process).contains(&signal)) {
                out.line(format!("bool pending_{name}[{processes}]; /* {name} waits for main */"));
            }
        }
        if !self.program.stimuli.is_empty() {
            out.line(format!("bool struck[{}]; /* from outside */", self.program.stimuli.len()));
        }
    }

    /// The beginning of the run.
    pub(super) fn init(&self, out: &mut Code) {
        let program = self.program;
        out.under("init { atomic {", |out| {
            for thread in (0..program.threads.len() as u32).map(ThreadId) {
                if program.group(thread).daemon == Some(true) {
                    out.line(format!("is_daemon[{}] = true;", self.names.threads[thread.index()]));
                }
            }
            for (process, name) in program.processes.iter().zip(&self.names.processes) {
                if process.parent.is_none() {
                    let main = &self.names.threads[process.main.index()];
                    out.line(format!("begin_process({name}, {main});"));
                }
            }
            for group in 0..program.groups.len() {
                for thread in self.members(group) {
                    let thread = &self.names.threads[thread.index()];
                    out.line(format!("run {}({thread});", self.names.groups[group]));
                }
            }
            if !program.stimuli.is_empty() {
                out.line("run outside();");
            }
            out.line("run observer();");
        });
        out.line("} }");
    }
}
