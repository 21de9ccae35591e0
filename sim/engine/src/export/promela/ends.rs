//! How threads and processes begin and end.

use super::Model;
use super::code::{Code, code};
use super::settle::Within;
use crate::program::{Pc, ProcessId};

impl Model<'_> {
    /// The processes that a process spawns.
    pub(super) fn children(&self, process: ProcessId) -> Vec<ProcessId> {
        let all = (0..self.program.processes.len() as u32).map(ProcessId);
        all.filter(|child| self.program.process(*child).parent == Some(process)).collect()
    }

    /// A thread that is no main thread comes to its end.
    pub(super) fn thread_ends(&self, group: usize, status: &str, out: &mut Code) {
        self.drop_files(group, out);
        let process = &self.names.processes[self.process_of(group).index()];
        out.line(format!("end_thread({status}, {process});"));
    }

    /// Main is over: its thread goes on with the end of the process. The main code of a spawned process is a function:
    /// its files are local to it.
    pub(super) fn main_ends(&self, group: usize, within: Within, out: &mut Code) {
        let process = self.process_of(group);
        out.line(format!("main_over[{}] = true;", self.names.processes[process.index()]));
        if self.program.process(process).parent.is_some() {
            self.drop_files(group, out);
        }
        self.go(group, self.program.process(process).epilogue, within, out);
    }

    /// Threads: starting, stopping, forgetting.
    pub(super) fn thread_library(&self, out: &mut Code) {
        let facts = &self.program.runtime.facts;
        out.line("/* Threads. */");
        let forgets = if facts.interrupted_join_forgets { " && !forgotten[t]" } else { "" };
        out.line(format!("#define awaited_by_join(t) (status[t] == live{forgets} || status[t] == cut_off)"));
        let entries: Vec<String> = (0..self.program.groups.len())
            .flat_map(|group| {
                let entry = self.place(group, self.entry(group).0);
                self.members(group).into_iter().map(move |thread| (thread, entry))
            })
            .filter(|(_, entry)| *entry > 0)
            .map(|(thread, entry)| format!("t == {} -> {entry}", self.names.threads[thread.index()]))
            .collect();
        let entry = entries.iter().rev().fold("0".to_owned(), |rest, case| format!("({case} : {rest})"));
        out.line(format!("#define entry(t) {entry} /* where it begins */"));
        out.block("inline begin_thread(t, p)", |out| {
            out.line("status[t] = live; at[t] = entry(t);");
            out.line("awaited[p] = awaited[p] + (is_daemon[t] -> 0 : 1);");
        });
        out.block("inline begin_process(p, main)", |out| {
            out.line("fate[p] = live; status[main] = live; at[main] = entry(main);");
        });
        let forgotten = if facts.interrupted_join_forgets { " || forgotten[me]" } else { "" };
        out.block("inline end_thread(how, p)", |out| {
            out.line("status[me] = how;");
            out.line(format!("awaited[p] = awaited[p] - (is_daemon[me]{forgotten} -> 0 : 1);"));
        });
        out.block("inline cut_off_threads(first, end, except)", |out| {
            out.line("one = first;");
            out.line("do");
            out.line(":: one < end && status[one] == live && one != except -> status[one] = cut_off; one++;");
            out.line(":: one < end && !(status[one] == live && one != except) -> one++;");
            out.line(":: else -> break;");
            out.line("od;");
        });
        if facts.interrupted_join_forgets {
            out.line("/* An exception in the middle of a join: these versions take the thread for ended from then on. */");
            out.block("inline forget_one(first, end, p)", |out| {
                out.line("one = first;");
                out.line("do");
                out.line(":: one < end && !(status[one] == live && !forgotten[one]) -> one++;");
                out.line(":: else -> break;");
                out.line("od;");
                out.line("if");
                out.under(":: one < end ->", |out| {
                    out.line("forgotten[one] = true;");
                    out.line("awaited[p] = awaited[p] - (is_daemon[one] -> 0 : 1);");
                });
                out.line(":: else -> skip;");
                out.line("fi;");
            });
        }
        out.gap();
    }

    /// Processes: their end, for each one.
    pub(super) fn process_library(&self, out: &mut Code) {
        out.line("/* Processes: what is cut off and left behind when one ends. */");
        for (number, info) in self.program.processes.iter().enumerate() {
            let process = ProcessId(number as u32);
            let name = &self.names.processes[number];
            out.block(format!("inline bury_{name}(how, with, except)"), |out| {
                out.line(format!(
                    "cut_off_threads({}, {}, except);",
                    self.names.threads[info.main.index()],
                    info.threads_end.0
                ));
                out.line(format!("fate[{name}] = how; code[{name}] = with;"));
                self.forget_signals(process, out);
                for child in self.children(process) {
                    let child = &self.names.processes[child.index()];
                    let orphan = code(|code| code.line(format!("orphan[{child}] = true;")));
                    out.choose(vec![(format!("fate[{child}] == live"), orphan)], Code::default());
                }
            });
        }
        out.gap();
    }

    /// The last step of a process.
    pub(super) fn end_process(&self, process: ProcessId, out: &mut Code) {
        let name = &self.names.processes[process.index()];
        let killed = code(|code| code.line(format!("bury_{name}(killed, SIGINT, me);")));
        let exited = code(|code| code.line(format!("bury_{name}(exited, code[{name}], me);")));
        out.choose(vec![(format!("interrupted[{name}]"), killed)], exited);
        out.line(format!("status[me] = (main_raised[{name}] -> raised : finished);"));
    }

    /// A step that ends a body: of a handler, of main, of a thread.
    pub(super) fn end_of_body(&self, group: usize, pc: Pc, out: &mut Code) {
        if let Some(handler) = self.program.handler_at(pc) {
            out.line(format!("ran_{} = completed;", self.names.handlers[handler.index()]));
            out.line(format!("go_back_{}();", self.names.processes[self.process_of(group).index()]));
        } else if self.program.groups[group].main {
            self.main_ends(group, Within::Step, out);
        } else {
            self.thread_ends(group, "finished", out);
        }
    }
}
