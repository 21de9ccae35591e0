//! Signals: what becomes of one that reaches a process, and when a main thread takes one that waits.

use super::Model;
use super::code::{Code, code};
use super::settle::Within;
use crate::program::exception::INTERRUPT;
use crate::program::{HandlerId, Instr, Pc, ProcessId};
use crate::scenario::Signal;
use crate::trace::HandlerKind;

impl Model<'_> {
    /// Whether a signal may reach a process.
    pub(super) fn can_arrive(&self, signal: Signal, process: ProcessId) -> bool {
        let program = self.program;
        let info = program.process(process);
        let outside =
            program.stimuli.iter().any(|from| from.what.signal() == Some(signal) && from.process == process);
        let sent = program.code.contains(&Instr::Kill { signal, process });
        outside || sent || signal == Signal::Term && info.daemon && info.parent.is_some()
    }

    fn processes(&self) -> impl Iterator<Item = ProcessId> + use<> {
        (0..self.program.processes.len() as u32).map(ProcessId)
    }

    /// Whether somebody changes what a signal does, and somebody gets it.
    pub(super) fn has_handlers(&self, signal: Signal) -> bool {
        let installs = |instr: &Instr| matches!(instr, Instr::Install { signal: of, .. } if *of == signal);
        let arrives = self.processes().any(|process| self.can_arrive(signal, process));
        arrives && self.program.code.iter().any(installs)
    }

    /// The signals that can wait for a main thread.
    pub(super) fn can_wait(&self, process: ProcessId) -> Vec<Signal> {
        let waits = |signal: &Signal| {
            let handled = *signal == Signal::Int || self.has_handlers(*signal);
            *signal != Signal::Kill && handled && self.can_arrive(*signal, process)
        };
        Signal::ALL.into_iter().filter(waits).collect()
    }

    /// The name of the condition that the main thread of this group takes a signal before anything else.
    pub(super) fn signalled(&self, group: usize) -> Option<String> {
        let process = self.process_of(group);
        let some = self.program.groups[group].main && !self.can_wait(process).is_empty();
        some.then(|| format!("signalled_{}", self.names.processes[process.index()]))
    }

    fn handlers_for(&self, process: ProcessId, signal: Signal) -> Vec<HandlerId> {
        let all = self.program.process(process).handlers.iter().copied();
        all.filter(|handler| self.program.handler(*handler).signal == Some(signal)).collect()
    }

    /// No signal waits any more.
    pub(super) fn forget_signals(&self, process: ProcessId, out: &mut Code) {
        for signal in self.can_wait(process) {
            let who = &self.names.processes[process.index()];
            out.line(format!("pending_{}[{who}] = false;", signal.name()));
        }
    }

    /// The conditions and inlines for every signal that may come.
    pub(super) fn signal_library(&self, out: &mut Code) {
        for process in self.processes() {
            for signal in Signal::ALL.into_iter().filter(|signal| self.can_arrive(*signal, process)) {
                self.deliver(process, signal, out);
            }
            self.taking(process, out);
        }
    }

    fn deliver(&self, process: ProcessId, signal: Signal, out: &mut Code) {
        let (who, name) = (&self.names.processes[process.index()], signal.name());
        let kill = || code(|code| code.line(format!("bury_{who}(killed, SIG{name}, NOBODY);")));
        let mut cases = vec![(format!("fate[{who}] != live"), Code::default())];
        let handled = self.has_handlers(signal) && signal != Signal::Kill;
        if handled {
            cases.push((format!("on_{name}[{who}] == ignored"), Code::default()));
        }
        if handled && signal != Signal::Int {
            cases.push((format!("on_{name}[{who}] == by_default"), kill()));
        }
        let waits = self.can_wait(process).contains(&signal);
        if waits {
            // The runtime's own handling is gone by then, that of the kernel is not.
            cases.push((format!("finalizing[{who}]"), kill()));
        }
        let last = match waits {
            true => code(|code| code.line(format!("pending_{name}[{who}] = true;"))),
            false => kill(),
        };
        out.block(format!("inline deliver_{name}_{who}()"), |out| out.choose(cases, last));
    }

    /// The conditions under which a main thread takes a signal.
    fn taking(&self, process: ProcessId, out: &mut Code) {
        let group = self.main_group(process);
        let Some(signalled) = self.signalled(group) else { return };
        let who = &self.names.processes[process.index()];
        let main = &self.names.threads[self.program.process(process).main.index()];
        let deaf: Vec<String> = self
            .code_of(group)
            .into_iter()
            .filter(|(_, pc)| {
                let instr = self.program.instr(*pc);
                !instr.is_local() && !instr.is_interruptible()
            })
            .map(|(_, pc)| format!("at[{main}] == {}", self.place(group, pc)))
            .collect();
        let mut any = Vec::new();
        for signal in self.can_wait(process) {
            let name = signal.name();
            let mut wanted = format!("pending_{name}[{who}]");
            let handlers = self.handlers_for(process, signal);
            if self.has_handlers(signal) && !handlers.is_empty() {
                let most = self.program.layout.groups[group].returns.entries.len();
                let mut free = vec![format!("depth_{who} < {most}")];
                for handler in handlers.iter().filter(|handler| self.program.handler(**handler).counts) {
                    let handler_name = &self.names.handlers[handler.index()];
                    free.push(format!(
                        "(on_{name}[{who}] != {handler_name} || !({}))",
                        self.runs(process, *handler)
                    ));
                }
                wanted = format!("{wanted} && (on_{name}[{who}] == by_default || {})", free.join(" && "));
            }
            out.line(format!("#define takes_{name}_{who} ({wanted})"));
            any.push(format!("takes_{name}_{who}"));
        }
        let deaf = if deaf.is_empty() { "false".into() } else { deaf.join(" || ") };
        out.line(format!("#define {signalled} (!({deaf}) && ({}))", any.join(" || ")));
        out.gap();
    }

    /// The condition that a handler runs, on top or below another one.
    fn runs(&self, process: ProcessId, handler: HandlerId) -> String {
        let group = self.main_group(process);
        let info = self.program.handler(handler);
        let who = &self.names.processes[process.index()];
        let main = &self.names.threads[self.program.process(process).main.index()];
        let depth = self.program.layout.groups[group].returns.entries.len();
        let places = (0..depth).map(|level| format!("back_{who}[{level}]"));
        let places: Vec<String> = std::iter::once(format!("at[{main}]"))
            .chain(places)
            .map(|place| format!("({})", self.place_in(group, &place, info.start, Pc(info.end.0 + 1))))
            .collect();
        places.join(" || ")
    }

    /// The steps with which a main thread takes a signal.
    pub(super) fn take_signals(&self, group: usize, out: &mut Code) {
        let Some(signalled) = self.signalled(group) else { return };
        let process = self.process_of(group);
        let who = &self.names.processes[process.index()];
        let mut before = String::new();
        for signal in self.can_wait(process) {
            let name = signal.name();
            let mut cases = Vec::new();
            if self.has_handlers(signal) {
                for handler in self.handlers_for(process, signal) {
                    let body = code(|code| self.call(group, handler, code));
                    let handler = &self.names.handlers[handler.index()];
                    cases.push((format!("on_{name}[{who}] == {handler}"), body));
                }
            }
            let otherwise = code(|code| {
                if signal == Signal::Int {
                    self.raise(group, INTERRUPT, code);
                }
            });
            out.under(
                format!(
                    ":: d_step {{ status[me] == live && {signalled} && takes_{name}_{who}{before} -> /* {name} */"
                ),
                |out| {
                    out.line(format!("pending_{name}[{who}] = false;"));
                    out.choose(cases, otherwise);
                },
            );
            out.line("}");
            before = format!("{before} && !takes_{name}_{who}");
        }
    }

    /// A handler runs on top of what main does.
    pub(super) fn call(&self, group: usize, handler: HandlerId, out: &mut Code) {
        let who = &self.names.processes[self.process_of(group).index()];
        out.line(format!("call_{who}();"));
        out.line(format!("ran_{} = begun;", self.names.handlers[handler.index()]));
        self.go(group, self.program.handler(handler).start, Within::Step, out);
    }

    /// What a spawned process takes over: what is ignored, and, in a fork, handlers.
    pub(super) fn inherit(&self, parent: ProcessId, child: ProcessId, out: &mut Code) {
        let (from, to) = (&self.names.processes[parent.index()], &self.names.processes[child.index()]);
        for signal in Signal::ALL.into_iter().filter(|signal| self.has_handlers(*signal)) {
            let name = signal.name();
            let mut cases = vec![(
                format!("on_{name}[{from}] <= ignored"),
                code(|code| code.line(format!("on_{name}[{to}] = on_{name}[{from}];"))),
            )];
            for (theirs, mine) in &self.program.process(child).inherited {
                let theirs = self.program.process(parent).handlers[*theirs as usize];
                let mine = self.program.process(child).handlers[*mine as usize];
                if self.program.handler(theirs).signal == Some(signal) {
                    let set = code(|code| {
                        code.line(format!("on_{name}[{to}] = {};", self.names.handlers[mine.index()]));
                    });
                    let theirs = &self.names.handlers[theirs.index()];
                    cases.push((format!("on_{name}[{from}] == {theirs}"), set));
                }
            }
            let none = code(|code| code.line(format!("on_{name}[{to}] = by_default;")));
            out.choose(cases, none);
        }
    }

    /// Whether handlers of a kind exist in a process.
    pub(super) fn handlers_of(&self, process: ProcessId, kind: HandlerKind) -> Vec<HandlerId> {
        let all = self.program.process(process).handlers.iter().copied();
        all.filter(|handler| self.program.handler(*handler).kind == kind).collect()
    }

    /// What comes from outside, each signal once, before any step, as long as the process has not ended.
    pub(super) fn outside(&self, out: &mut Code) {
        if self.program.stimuli.is_empty() {
            return;
        }
        out.line(
            "/* From outside: each strikes once, before any step, as long as its process has not ended. */",
        );
        out.block("proctype outside()", |out| {
            out.line("do");
            for (number, stimulus) in self.program.stimuli.iter().enumerate() {
                let who = &self.names.processes[stimulus.process.index()];
                let ended = format!("fate[{who}] == exited || fate[{who}] == killed");
                out.under(format!(":: d_step {{ !struck[{number}] && !({ended}) ->"), |out| {
                    out.line(format!("struck[{number}] = true;"));
                    // No runtime that a model can be made of has a pipe that fills up.
                    let Some(signal) = stimulus.what.signal() else { return };
                    out.line(format!("deliver_{}_{who}();", signal.name()));
                });
                out.line("}");
            }
            out.line("od");
        });
        out.gap();
    }
}
