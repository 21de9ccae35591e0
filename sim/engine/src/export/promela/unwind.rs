//! Where an exception goes: one inline for each body, which ends when the thread has found its place.

use super::Model;
use super::code::{Code, code};
use super::settle::Within;
use crate::program::exception::RETURN;
use crate::program::{Exception, ExceptionId, ExceptionKind, Instr, Pc};
use crate::rules::ExceptionCode;
use crate::trace::HandlerKind;

impl Model<'_> {
    /// `unwind_…()`: the exception `thrown` is on its way in the thread `me`.
    pub(super) fn unwinding(&self, group: usize, out: &mut Code) {
        let raised = self.raised_in(group);
        let info = &self.program.groups[group];
        let mut cases = self.landings(group, &raised);
        if info.main {
            cases.extend(self.out_of_handlers(group));
            cases.extend(self.out_of_phases(group));
        }
        if raised.contains(&RETURN) {
            let leave = code(|code| self.go(group, info.left, Within::Unwind, code));
            // In the phases at the end of a process there is no `return`; in a handler it ends the handler.
            cases.push(("thrown == x_return".into(), leave));
        }
        let leave = code(|code| self.out_of_body(group, &raised, code));
        out.block(format!("inline unwind_{}()", self.names.groups[group]), |out| {
            out.line("do");
            out.under(":: true ->", |out| {
                self.forget_joined(group, out);
                out.choose(cases, leave);
            });
            out.line("od;");
            out.line("skip;");
        });
        out.gap();
    }

    /// The blocks that catch or clean up, innermost first.
    fn landings(
        &self,
        group: usize,
        raised: &std::collections::BTreeSet<ExceptionId>,
    ) -> Vec<(String, Code)> {
        let regions = self.regions(group);
        let mine = |pc: Pc| regions.iter().any(|(_, start, end)| *start <= pc && pc < *end);
        let mut cases = Vec::new();
        for landing in self.program.landings.iter().filter(|landing| mine(landing.start)) {
            if landing.start == landing.end {
                continue;
            }
            let place = self.stands_in(group, "me", landing.start, landing.end);
            let wanted = match &landing.class {
                None => place,
                Some(class) => {
                    let caught: Vec<String> = raised
                        .iter()
                        .filter(|id| self.catches(class, self.program.exception(**id)))
                        .map(|id| format!("thrown == {}", self.names.exceptions[id.index()]))
                        .collect();
                    if caught.is_empty() {
                        continue;
                    }
                    format!("{place} && ({})", caught.join(" || "))
                }
            };
            let body = code(|code| {
                if let Some(register) = landing.save {
                    code.line(format!("{} = thrown;", self.register(group, register)));
                }
                self.go(group, landing.target, Within::Unwind, code);
            });
            cases.push((wanted, body));
        }
        cases
    }

    /// Out of a handler: a `return` ends it; an error in an exit handler or finalizer is printed and ends it; from any
    /// other the exception goes on where the handler was called.
    fn out_of_handlers(&self, group: usize) -> Vec<(String, Code)> {
        let process = self.process_of(group);
        let who = &self.names.processes[process.index()];
        let handlers = self.program.process(process).handlers.iter();
        handlers
            .map(|handler| {
                let info = self.program.handler(*handler);
                let inside = self.stands_in(group, "me", info.start, Pc(info.end.0 + 1));
                let ends = matches!(info.kind, HandlerKind::Exit | HandlerKind::Teardown);
                let body = code(|out| {
                    out.line(format!("go_back_{who}();"));
                    let returns = code(|code| {
                        code.line(format!("ran_{} = completed;", self.names.handlers[handler.index()]));
                        code.line("break;");
                    });
                    let fails = code(|code| {
                        code.line(if ends { "break;" } else { "skip; /* it goes on from there */" });
                    });
                    out.choose(vec![("thrown == x_return".into(), returns)], fails);
                });
                (inside, body)
            })
            .collect()
    }

    /// Out of a phase of the end of a process: on to the phase that the runtime's table names.
    fn out_of_phases(&self, group: usize) -> Vec<(String, Code)> {
        let process = self.process_of(group);
        let info = self.program.process(process);
        let phases = info.phases.iter().filter(|phase| phase.start < phase.end);
        phases
            .map(|phase| {
                let body = code(|code| {
                    match phase.phase.exception_code {
                        ExceptionCode::Kept => {}
                        ExceptionCode::Set(value) => {
                            code.line(format!("code[{}] = {value};", self.names.processes[process.index()]));
                        }
                        ExceptionCode::AsInMain => self.set_code(group, code),
                    }
                    self.skip_handlers(process, phase.start, phase.on_exception, code);
                    self.go(group, phase.on_exception, Within::Unwind, code);
                });
                (self.stands_in(group, "me", phase.start, phase.end), body)
            })
            .collect()
    }

    fn out_of_body(&self, group: usize, raised: &std::collections::BTreeSet<ExceptionId>, out: &mut Code) {
        let info = &self.program.groups[group];
        if info.pool.is_some() {
            return self.go(group, info.left, Within::Unwind, out);
        }
        if !info.main {
            let polite = self.any_of(raised, |kind| matches!(kind, ExceptionKind::Exit(_)));
            let error = code(|code| self.thread_ends(group, "raised", code));
            match polite {
                None => out.append(error),
                Some(polite) => {
                    let finish = code(|code| self.thread_ends(group, "finished", code));
                    out.choose(vec![(polite, finish)], error);
                }
            }
            out.line("break;");
            return;
        }
        let process = self.process_of(group);
        let who = &self.names.processes[process.index()];
        self.set_code(group, out);
        let polite = self.any_of(raised, |kind| matches!(kind, ExceptionKind::Exit(_)));
        match polite {
            None => out.line(format!("main_raised[{who}] = true;")),
            Some(polite) => out.line(format!("main_raised[{who}] = !({polite});")),
        }
        let spawned = self.program.process(process).parent.is_some();
        let interrupt = self.any_of(raised, |kind| matches!(kind, ExceptionKind::Interrupt(_)));
        if let Some(interrupt) = interrupt.filter(|_| self.program.runtime.facts.interrupt_kills(spawned)) {
            let set = code(|code| code.line(format!("interrupted[{who}] = true;")));
            out.choose(vec![(interrupt, set)], Code::default());
        }
        self.main_ends(group, Within::Unwind, out);
    }

    /// The exit code for the exception `thrown`.
    fn set_code(&self, group: usize, out: &mut Code) {
        let who = &self.names.processes[self.process_of(group).index()];
        let mut value = self.program.runtime.facts.uncaught.code.to_string();
        for id in self.raised_in(group) {
            if let ExceptionKind::Exit(code) = self.program.exception(id).kind {
                value = format!("(thrown == {} -> {code} : {value})", self.names.exceptions[id.index()]);
            }
        }
        out.line(format!("code[{who}] = {value};"));
    }

    fn any_of(
        &self,
        raised: &std::collections::BTreeSet<ExceptionId>,
        wanted: impl Fn(ExceptionKind) -> bool,
    ) -> Option<String> {
        let some: Vec<String> = raised
            .iter()
            .filter(|id| wanted(self.program.exception(**id).kind))
            .map(|id| format!("thrown == {}", self.names.exceptions[id.index()]))
            .collect();
        (!some.is_empty()).then(|| some.join(" || "))
    }

    /// Some versions take a thread for ended when an exception strikes inside the wait for it.
    fn forget_joined(&self, group: usize, out: &mut Code) {
        if !self.program.runtime.facts.interrupted_join_forgets {
            return;
        }
        for (_, pc) in self.code_of(group) {
            let Instr::Join { first, end, .. } = self.program.instr(pc) else { continue };
            let here = format!("at[me] == {}", self.place(group, pc));
            let who = &self.names.processes[self.process_of(group).index()];
            let forget = code(|code| code.line(format!("forget_one({}, {}, {who});", first.0, end.0)));
            out.choose(vec![(here, forget)], Code::default());
        }
    }

    /// Whether `except class` catches an exception.
    fn catches(&self, class: &str, raised: &Exception) -> bool {
        let parents = self.program.runtime.facts.exception_parents;
        let mut line = vec![raised.class.as_str()];
        while let Some((_, parent)) = parents.iter().find(|(child, _)| Some(child) == line.last()) {
            line.push(parent);
        }
        match (raised.kind, class) {
            (ExceptionKind::Return, _) => false,
            (_, "BaseException") => true,
            (kind, "Exception") => kind == ExceptionKind::Error,
            (_, class) => line.contains(&class),
        }
    }
}
