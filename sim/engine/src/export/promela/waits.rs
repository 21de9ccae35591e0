//! Who waits for what, and when a timeout may fire: only when no thread can move, whatever may still come from outside.
//! SPIN's own `timeout` is not that: it also waits for the signals from outside.

use super::Model;
use super::code::Code;
use super::places::Region;
use crate::program::{Instr, Pc, RuntimeOp, ThreadId};
use crate::rules::LateStart;

impl Model<'_> {
    /// The condition under which an instruction can be carried out; `None`: always.
    pub(super) fn condition(&self, group: usize, region: Region, pc: Pc) -> Option<String> {
        let names = &self.names;
        let process = self.process_of(group);
        let live = |thread: &ThreadId| format!("status[{}] == live", names.threads[thread.index()]);
        Some(match self.program.instr(pc) {
            Instr::Acquire { lock, .. } => format!("!{}", names.locks[lock.index()]),
            Instr::Wait { event, .. } => names.events[event.index()].clone(),
            Instr::Get { queue, .. } => {
                let queue = &names.queues[queue.index()];
                format!("({queue}_items > 0 || {queue}_stops > 0)")
            }
            Instr::Drain(queue) => format!("{}_undone == 0", names.queues[queue.index()]),
            Instr::Take { pool, .. } => {
                let pool = &names.pools[pool.index()];
                format!("({pool}_items > 0 || {pool}_shut)")
            }
            Instr::Join { first, end, .. } => {
                let all: Vec<String> = (first.0..end.0)
                    .map(|thread| format!("!awaited_by_join({})", names.threads[thread as usize]))
                    .collect();
                all.join(" && ")
            }
            Instr::JoinProcess { process, .. } => {
                format!("fate[{}] != live", names.processes[process.index()])
            }
            Instr::Start { .. } => {
                let hangs = self.program.runtime.facts.start_in_teardown == LateStart::Hangs;
                if !(hangs && self.is_finalizer(region)) {
                    return None;
                }
                "false /* it waits for ever: threads do not run any more */".into()
            }
            Instr::Runtime(RuntimeOp::AwaitNonDaemons) => {
                format!("awaited[{}] == 0", names.processes[process.index()])
            }
            Instr::Runtime(RuntimeOp::DrainPools) => {
                let workers = self.program.threads_of(process);
                let workers = workers.filter(|thread| self.program.group(*thread).pool.is_some());
                let working: Vec<String> = workers.map(|worker| live(&worker)).collect();
                format!("(!{} || !({}))", self.pools_shut(process), working.join(" || "))
            }
            Instr::Runtime(RuntimeOp::AwaitChildren) => {
                let children = self.children(process).into_iter();
                let live: Vec<String> = children
                    .map(|child| format!("fate[{}] != live", names.processes[child.index()]))
                    .collect();
                if live.is_empty() {
                    return None;
                }
                live.join(" && ")
            }
            _ => return None,
        })
    }

    /// The name of the condition that no thread can move, and what it is made of.
    pub(super) fn quiet(&self, out: &mut Code) {
        if !self.program.code.iter().any(|instr| instr.timeout().is_some()) {
            return;
        }
        out.line("/* A timeout is slower than everything that can move. What may come from outside does not count. */");
        let mut all = Vec::new();
        for group in 0..self.program.groups.len() {
            let mut stuck = Vec::new();
            for (region, pc) in self.code_of(group) {
                if let Some(condition) = self.condition(group, region, pc) {
                    let condition = condition.split(" /*").next().unwrap_or_default().to_owned();
                    stuck.push(format!("at[t] == {} && !({condition})", self.place(group, pc)));
                }
            }
            let name = &self.names.groups[group];
            let stuck = if stuck.is_empty() { "false".into() } else { stuck.join(" || ") };
            let calm = self.signalled(group).map_or(String::new(), |name| format!("!{name} && "));
            out.line(format!("#define waits_{name}(t) ({calm}({stuck}))"));
            all.extend(self.members(group).iter().map(|thread| {
                let thread = &self.names.threads[thread.index()];
                format!("(status[{thread}] != live || waits_{name}({thread}))")
            }));
        }
        out.line(format!("#define nobody_moves ({})", all.join(" && ")));
        out.gap();
    }
}
