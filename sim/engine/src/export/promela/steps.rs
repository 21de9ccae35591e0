//! The steps of each thread: one `d_step` for each instruction.

use super::Model;
use super::code::{Code, code};
use super::places::Region;
use super::settle::Within;
use crate::program::exception::{
    DAEMONIC_CHILDREN, FILE_CLOSED, JOIN_UNSTARTED, JOIN_UNSTARTED_PROCESS, POOL_SHUT, RETURN, SPAWN_TWICE,
    START_IN_TEARDOWN, START_REFUSED, START_TWICE,
};
use crate::program::{ExceptionId, Instr, Pc, PoolId, ProcessId, QueueId, ThreadId};

/// Where an instruction stands.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) group: usize,
    pub(super) region: Region,
    pub(super) pc: Pc,
}

impl Model<'_> {
    /// The `proctype` of a group of threads.
    pub(super) fn proctype(&self, group: usize, out: &mut Code) {
        let held = self.entry(group).1;
        out.block(format!("proctype {}(byte me)", self.names.groups[group]), |out| {
            for (register, most) in self.registers(group) {
                let name = self.register(group, register);
                if name.starts_with("saved") && !self.raises[group] {
                    continue;
                }
                let start = held.iter().find(|(known, _)| *known == name).map_or(0, |(_, value)| *value);
                let kind = if most > 255 { "int" } else { "byte" };
                out.line(format!("{kind} {name} = {start};"));
            }
            out.line("do");
            self.take_signals(group, out);
            for (region, pc) in self.code_of(group) {
                if !self.program.instr(pc).is_local() {
                    self.step(At { group, region, pc }, out);
                }
            }
            out.line("od");
        });
        out.gap();
    }

    fn step(&self, at: At, out: &mut Code) {
        let At { group, region, pc } = at;
        let instr = self.program.instr(pc);
        let mut guard = format!("here({})", self.place(group, pc));
        if let Some(signalled) = self.signalled(group).filter(|_| instr.is_interruptible()) {
            guard = format!("{guard} && !{signalled}");
        }
        if let Some(condition) = self.condition(group, region, pc) {
            guard = format!("{guard} && {condition}");
        }
        out.under(format!(":: d_step {{ {guard} -> /* {} */", self.describe(instr)), |out| {
            out.append(code(|code| self.effects(at, code)));
        });
        out.line("}");
        if instr.timeout().is_some() {
            let place = self.place(group, pc);
            out.under(format!(":: d_step {{ here({place}) && nobody_moves -> /* the timeout */"), |out| {
                let next = match instr {
                    Instr::Acquire { skip, .. } | Instr::Get { skip, .. } => *skip,
                    _ => Pc(pc.0 + 1),
                };
                self.go(group, next, Within::Step, out);
            });
            out.line("}");
        }
    }

    /// Raises an exception where the thread stands.
    pub(super) fn raise(&self, group: usize, exception: ExceptionId, out: &mut Code) {
        let name = if exception == RETURN { "x_return" } else { &self.names.exceptions[exception.index()] };
        out.line(format!("thrown = {name};"));
        out.line(format!("unwind_{}();", self.names.groups[group]));
    }

    /// What an instruction does, and where the thread stands then.
    fn effects(&self, at: At, out: &mut Code) {
        let At { group, region, pc } = at;
        let names = &self.names;
        let next = |code: &mut Code| self.go(group, Pc(pc.0 + 1), Within::Step, code);
        match self.program.instr(pc) {
            Instr::Start { first, end } => return self.start(at, *first, *end, out),
            Instr::Spawn(child) => return self.spawn(at, *child, out),
            Instr::Join { first, end, .. } => {
                let unstarted: Vec<String> = (first.0..end.0)
                    .map(|thread| format!("status[{}] == unstarted", names.threads[thread as usize]))
                    .collect();
                let fail = code(|code| self.raise(group, JOIN_UNSTARTED, code));
                return out.choose(vec![(unstarted.join(" || "), fail)], code(next));
            }
            Instr::JoinProcess { process, .. } => {
                let fail = code(|code| self.raise(group, JOIN_UNSTARTED_PROCESS, code));
                let unstarted = format!("fate[{}] == unstarted", names.processes[process.index()]);
                return out.choose(vec![(unstarted, fail)], code(next));
            }
            Instr::Print { file, bytes, .. } => {
                out.line(self.write(*file, bytes - 1, false));
                out.line(self.write(*file, 1, true));
            }
            Instr::Open(file) => self.open(*file, out),
            Instr::Write { file, .. } | Instr::WriteBegin { file, .. } | Instr::Flush(file)
                if self.may_be_closed(*file) =>
            {
                let fail = code(|code| self.raise(group, FILE_CLOSED, code));
                let go_on = code(|code| {
                    self.use_file(pc, code);
                    next(code);
                });
                return out.choose(vec![(format!("was_closed[{}]", names.files[file.index()]), fail)], go_on);
            }
            Instr::Write { .. } | Instr::WriteBegin { .. } | Instr::Flush(_) => self.use_file(pc, out),
            Instr::WriteRest { file, bytes, .. } => self.end_write(*file, *bytes, out),
            Instr::Close(file) => out.line(format!("close({});", names.files[file.index()])),
            Instr::Acquire { lock, .. } => out.line(format!("{} = true;", names.locks[lock.index()])),
            Instr::Release(lock) => out.line(format!("{} = false;", names.locks[lock.index()])),
            Instr::Set(event) => out.line(format!("{} = true;", names.events[event.index()])),
            Instr::IfSet { event, target } => {
                let set = code(|code| self.go(group, *target, Within::Step, code));
                return out.choose(vec![(names.events[event.index()].clone(), set)], code(next));
            }
            Instr::Put { queue, stop } => self.put(*queue, *stop, out),
            Instr::Get { queue, skip, .. } => return self.get(at, *queue, *skip, out),
            Instr::Done(queue) => {
                let queue = &names.queues[queue.index()];
                let less = code(|code| code.line(format!("{queue}_undone--;")));
                out.choose(vec![(format!("{queue}_undone > 0"), less)], Code::default());
            }
            Instr::Submit(pool) => return self.submit(at, *pool, out),
            Instr::Take { pool, end } => {
                let pool = &names.pools[pool.index()];
                let over = code(|code| self.go(group, *end, Within::Step, code));
                let item = code(|code| {
                    code.line(format!("{pool}_items--;"));
                    next(code);
                });
                return out.choose(vec![(format!("{pool}_items == 0"), over)], item);
            }
            Instr::Raise(exception) => return self.raise(group, *exception, out),
            // See `refuse`.
            Instr::SetDaemon { .. } | Instr::Exit(_) | Instr::EndThread(_) => {}
            Instr::ExitNow(value) => {
                let process = &names.processes[self.process_of(group).index()];
                out.line(format!("bury_{process}(exited, {value}, me);"));
                return out.line("status[me] = finished;");
            }
            Instr::Register(handler) => return self.register_handler(group, region, pc, *handler, out),
            Instr::Install { signal, handler } => {
                if self.has_handlers(*signal) {
                    let process = &names.processes[self.process_of(group).index()];
                    let to = handler.map_or("ignored", |handler| &names.handlers[handler.index()]);
                    out.line(format!("on_{}[{process}] = {to};", signal.name()));
                    if handler.is_none() && self.can_wait(self.process_of(group)).contains(signal) {
                        out.line(format!("pending_{}[{process}] = false;", signal.name()));
                    }
                }
            }
            Instr::Kill { signal, process } => {
                out.line(format!("deliver_{}_{}();", signal.name(), names.processes[process.index()]));
                return out.choose(vec![("status[me] == live".into(), code(next))], Code::default());
            }
            Instr::DropLocals => self.drop_files(group, out),
            Instr::End => return self.end_of_body(group, pc, out),
            Instr::Runtime(op) => return self.runtime(at, *op, out),
            Instr::Work { .. }
            | Instr::Sleep(_)
            | Instr::Wait { .. }
            | Instr::Drain(_)
            | Instr::Jump(_)
            | Instr::LoopStart { .. }
            | Instr::LoopNext { .. }
            | Instr::Clear(_)
            | Instr::Rethrow(_) => {}
        }
        next(out);
    }

    fn use_file(&self, pc: Pc, out: &mut Code) {
        match self.program.instr(pc) {
            Instr::Write { file, bytes, .. } => out.line(self.write(*file, *bytes, true)),
            Instr::WriteBegin { file, bytes, .. } => self.begin_write(*file, *bytes, out),
            Instr::Flush(file) => out.line(format!("flush({});", self.names.files[file.index()])),
            _ => {}
        }
    }

    /// Why a start is refused, if it can be: conditions with what is raised.
    fn refusals(&self, at: At, raised: &[ExceptionId]) -> Vec<(String, Code)> {
        let process = &self.names.processes[self.process_of(at.group).index()];
        let mut cases = Vec::new();
        for (exception, flag) in [(START_IN_TEARDOWN, "finalizing"), (START_REFUSED, "main_over")] {
            if raised.contains(&exception) {
                let fail = code(|code| self.raise(at.group, exception, code));
                cases.push((format!("{flag}[{process}]"), fail));
            }
        }
        cases
    }

    fn start(&self, at: At, first: ThreadId, end: ThreadId, out: &mut Code) {
        let raised = self.raised_by(at.group, at.region, at.pc);
        let cases = self.refusals(at, &raised);
        let process = &self.names.processes[self.process_of(at.group).index()];
        let first_name = &self.names.threads[first.index()];
        let begin = |out: &mut Code, thread: &str| {
            if self.program.group(first).daemon.is_none() {
                out.line(format!("is_daemon[{thread}] = is_daemon[me]; /* the flag is inherited */"));
            }
            out.line(format!("begin_thread({thread}, {process});"));
        };
        let begin_all = code(|out| {
            if !raised.contains(&START_TWICE) {
                for thread in first.0..end.0 {
                    begin(out, &self.names.threads[thread as usize]);
                }
                return self.go(at.group, Pc(at.pc.0 + 1), Within::Step, out);
            }
            out.line(format!("fresh = {first_name};"));
            out.line("do");
            out.under(format!(":: fresh < {} && status[fresh] == unstarted ->", end.0), |out| {
                begin(out, "fresh");
                out.line("fresh++;");
            });
            out.line(":: else -> break;");
            out.line("od;");
            let twice = code(|code| self.raise(at.group, START_TWICE, code));
            let go_on = code(|code| self.go(at.group, Pc(at.pc.0 + 1), Within::Step, code));
            out.choose(vec![(format!("fresh < {}", end.0), twice)], go_on);
        });
        out.choose(cases, begin_all);
    }

    fn spawn(&self, at: At, child: ProcessId, out: &mut Code) {
        let parent = self.process_of(at.group);
        let raised = self.raised_by(at.group, at.region, at.pc);
        let name = &self.names.processes[child.index()];
        let mut cases = Vec::new();
        if raised.contains(&SPAWN_TWICE) {
            let fail = code(|code| self.raise(at.group, SPAWN_TWICE, code));
            cases.push((format!("fate[{name}] != unstarted"), fail));
        }
        if raised.contains(&DAEMONIC_CHILDREN) {
            return out.choose(cases, code(|code| self.raise(at.group, DAEMONIC_CHILDREN, code)));
        }
        cases.extend(self.refusals(at, &raised));
        let spawn = code(|out| {
            if let Some(handler) = self.program.process(parent).spawn_handler {
                self.register_for_children(handler, out);
            }
            self.inherit(parent, child, out);
            let main = self.program.process(child).main;
            let thread = &self.names.threads[main.index()];
            if self.program.group(main).daemon.is_none() {
                out.line(format!("is_daemon[{thread}] = is_daemon[me];"));
            }
            out.line(format!("begin_process({name}, {thread});"));
            self.go(at.group, Pc(at.pc.0 + 1), Within::Step, out);
        });
        out.choose(cases, spawn);
    }

    /// Items, then the end marks behind them, then the items behind those.
    fn put(&self, queue: QueueId, stop: bool, out: &mut Code) {
        let queue = &self.names.queues[queue.index()];
        if stop {
            out.line(format!("{queue}_stops++;"));
        } else {
            out.line(format!("if :: {queue}_stops > 0 -> {queue}_behind++; :: else -> {queue}_items++; fi;"));
        }
        out.line(format!("{queue}_undone++;"));
    }

    fn get(&self, at: At, queue: QueueId, skip: Pc, out: &mut Code) {
        let queue = &self.names.queues[queue.index()];
        let item = code(|code| {
            code.line(format!("{queue}_items--;"));
            self.go(at.group, Pc(at.pc.0 + 1), Within::Step, code);
        });
        let mark = code(|out| {
            out.line(format!("{queue}_stops--;"));
            let turn = code(|code| {
                code.line(format!("{queue}_items = {queue}_behind; {queue}_behind = 0;"));
            });
            out.choose(vec![(format!("{queue}_stops == 0"), turn)], Code::default());
            self.go(at.group, skip, Within::Step, out);
        });
        out.choose(vec![(format!("{queue}_items > 0"), item)], mark);
    }

    /// A new worker is started only when none is free and there may be more.
    fn submit(&self, at: At, pool: PoolId, out: &mut Code) {
        let info = &self.program.pools[pool.index()];
        let name = &self.names.pools[pool.index()];
        let process = &self.names.processes[info.process.index()];
        let first = &self.names.threads[info.first.index()];
        let submit = code(|out| {
            let workers = info.first.0..info.first.0 + info.workers;
            let free: Vec<String> = workers
                .map(|worker| {
                    let worker = &self.names.threads[worker as usize];
                    format!("(status[{worker}] == live && at[{worker}] == 0 -> 1 : 0)")
                })
                .collect();
            out.line(format!("fresh = {};", free.join(" + ")));
            let begin = code(|out| {
                out.line(format!("fresh = {first} + {name}_started;"));
                out.line(format!("begin_thread(fresh, {process});"));
                out.line(format!("{name}_started++;"));
            });
            let wanted = format!("fresh <= {name}_items && {name}_started < {}", info.workers);
            out.choose(vec![(wanted, begin)], Code::default());
            out.line(format!("{name}_items++;"));
            self.go(at.group, Pc(at.pc.0 + 1), Within::Step, out);
        });
        let mut cases = Vec::new();
        if self.raised_by(at.group, at.region, at.pc).contains(&POOL_SHUT) {
            let fail = code(|code| self.raise(at.group, POOL_SHUT, code));
            cases.push((format!("{name}_shut"), fail));
        }
        out.choose(cases, submit);
    }
}
