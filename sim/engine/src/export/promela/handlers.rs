//! Exit handlers, early ones, finalizers: registering them, and running them, last registered first.

use super::Model;
use super::code::{Code, code};
use super::places::Region;
use super::settle::Within;
use crate::program::exception::REGISTER_LATE;
use crate::program::{HandlerId, Instr, Pc, ProcessId, RuntimeOp};
use crate::trace::HandlerKind;

/// The kinds that the end of a process runs.
const KINDS: [HandlerKind; 3] = [HandlerKind::EarlyExit, HandlerKind::Exit, HandlerKind::Teardown];

fn stack(kind: HandlerKind) -> &'static str {
    match kind {
        HandlerKind::EarlyExit => "early",
        HandlerKind::Exit | HandlerKind::Signal | HandlerKind::Idle => "exits",
        HandlerKind::Teardown => "finalizers",
    }
}

fn runs(kind: HandlerKind) -> RuntimeOp {
    match kind {
        HandlerKind::EarlyExit => RuntimeOp::RunEarlyHandlers,
        HandlerKind::Exit | HandlerKind::Signal | HandlerKind::Idle => RuntimeOp::RunExitHandlers,
        HandlerKind::Teardown => RuntimeOp::RunFinalizers,
    }
}

impl Model<'_> {
    /// The variables for the handlers of a process.
    pub(super) fn handler_variables(&self, process: ProcessId, out: &mut Code) {
        let who = &self.names.processes[process.index()];
        let group = self.main_group(process);
        let depth = self.program.layout.groups[group].returns.entries.len();
        if depth > 0 && !self.program.process(process).handlers.is_empty() {
            let place = self.place_type();
            out.line(format!("{place} back_{who}[{depth}]; /* where its handlers go back to */"));
            out.line(format!("byte depth_{who};"));
        }
        for kind in KINDS {
            let count = self.handlers_of(process, kind).len();
            if count > 0 {
                let name = stack(kind);
                out.line(format!("byte {name}_{who}[{count}], {name}_count_{who};"));
                out.line(format!("bool {name}_begun_{who};"));
            }
        }
    }

    /// `call_…()` and `go_back_…()`.
    pub(super) fn handler_library(&self, out: &mut Code) {
        for (number, info) in self.program.processes.iter().enumerate() {
            if info.handlers.is_empty() {
                continue;
            }
            let who = &self.names.processes[number];
            out.block(format!("inline call_{who}()"), |out| {
                out.line(format!("back_{who}[depth_{who}] = at[me]; depth_{who}++;"));
            });
            out.block(format!("inline go_back_{who}()"), |out| {
                out.line(format!(
                    "depth_{who}--; at[me] = back_{who}[depth_{who}]; back_{who}[depth_{who}] = 0;"
                ));
            });
            out.gap();
        }
    }

    /// A step that registers a handler; `later`: it may be too late.
    pub(super) fn register_handler(
        &self,
        group: usize,
        region: Region,
        pc: Pc,
        id: HandlerId,
        out: &mut Code,
    ) {
        let kind = self.program.handler(id).kind;
        let later = !(self.program.groups[group].main && region == Region::Body);
        let push = code(|code| {
            self.push(id, code);
            self.go(group, Pc(pc.0 + 1), Within::Step, code);
        });
        if !later {
            return out.append(push);
        }
        let late = code(|code| match kind {
            HandlerKind::EarlyExit => self.raise(group, REGISTER_LATE, code),
            _ => self.go(group, Pc(pc.0 + 1), Within::Step, code),
        });
        out.choose(vec![(self.too_late(id), late)], push);
    }

    /// Registers a handler, once.
    fn push(&self, id: HandlerId, out: &mut Code) {
        let info = self.program.handler(id);
        let (who, handler) = (&self.names.processes[info.process.index()], &self.names.handlers[id.index()]);
        let name = stack(info.kind);
        let count = self.handlers_of(info.process, info.kind).len();
        let known: Vec<String> =
            (0..count).map(|place| format!("{name}_{who}[{place}] == {handler}")).collect();
        let push = code(|code| {
            code.line(format!("{name}_{who}[{name}_count_{who}] = {handler};"));
            code.line(format!("{name}_count_{who}++;"));
        });
        out.choose(vec![(known.join(" || "), Code::default())], push);
    }

    /// The handler that the runtime registers with the first spawned process.
    pub(super) fn register_for_children(&self, id: HandlerId, out: &mut Code) {
        let push = code(|code| self.push(id, code));
        out.choose(vec![(self.too_late(id), Code::default())], push);
    }

    /// The condition that handlers of this kind are being run already, or are over.
    fn too_late(&self, id: HandlerId) -> String {
        let info = self.program.handler(id);
        let (who, name) = (&self.names.processes[info.process.index()], stack(info.kind));
        let mut begun = format!("{name}_begun_{who}");
        if info.kind == HandlerKind::EarlyExit {
            let group = self.main_group(info.process);
            let op = Instr::Runtime(runs(info.kind));
            let all = self.code_of(group).into_iter();
            let mut places = all.filter(|(_, pc)| *self.program.instr(*pc) == op);
            if let Some((_, pc)) = places.next() {
                let place = self.place(group, pc);
                begun = format!("{begun} || depth_{who} > 0 && back_{who}[0] == {place}");
            }
        }
        begun
    }

    /// A step that runs the newest handler that is left.
    pub(super) fn run_handlers(&self, group: usize, pc: Pc, op: RuntimeOp, out: &mut Code) {
        let process = self.process_of(group);
        let who = &self.names.processes[process.index()];
        let kind = KINDS.into_iter().find(|kind| runs(*kind) == op).unwrap_or(HandlerKind::Exit);
        let next = |code: &mut Code| self.go(group, Pc(pc.0 + 1), Within::Step, code);
        let handlers = self.handlers_of(process, kind);
        if handlers.is_empty() {
            return next(out);
        }
        let name = stack(kind);
        out.line(format!("{name}_begun_{who} = true;"));
        let none = code(next);
        let newest = code(|out| {
            out.line(format!("{name}_count_{who}--; one = {name}_{who}[{name}_count_{who}];"));
            out.line(format!("{name}_{who}[{name}_count_{who}] = 0;"));
            let cases = handlers.iter().map(|handler| {
                let body = code(|code| self.call(group, *handler, code));
                (format!("one == {}", self.names.handlers[handler.index()]), body)
            });
            out.choose(cases.collect(), Code::default());
        });
        out.choose(vec![(format!("{name}_count_{who} == 0"), none)], newest);
    }

    /// Handlers between two places of the end of a process do not run any more.
    pub(super) fn skip_handlers(&self, process: ProcessId, from: Pc, to: Pc, out: &mut Code) {
        let who = &self.names.processes[process.index()];
        for pc in from.0..to.0 {
            let found =
                KINDS.into_iter().find(|kind| *self.program.instr(Pc(pc)) == Instr::Runtime(runs(*kind)));
            if let Some(kind) = found.filter(|kind| !self.handlers_of(process, *kind).is_empty()) {
                out.line(format!("{}_begun_{who} = true;", stack(kind)));
            }
        }
    }
}
