//! The places where a thread can stand: its instructions, counted from the first of its body. Main goes on with the
//! end of its process and with the handlers.

use super::Model;
use crate::program::{HandlerId, Instr, Pc, ProcessId, Register, ThreadId};

/// What a stretch of code belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Region {
    Body,
    /// The end of the process.
    Epilogue,
    Handler(HandlerId),
}

impl Model<'_> {
    /// All code that the threads of a group can run: first instruction, one past the last.
    pub(super) fn regions(&self, group: usize) -> Vec<(Region, Pc, Pc)> {
        let program = self.program;
        let info = &program.groups[group];
        let mut regions = vec![(Region::Body, info.start, Pc(info.end.0 + 1))];
        if info.main {
            let process = program.process(self.process_of(group));
            let end = process.phases.last().map_or(process.epilogue, |phase| phase.end);
            regions.push((Region::Epilogue, process.epilogue, end));
            for handler in &process.handlers {
                let info = program.handler(*handler);
                regions.push((Region::Handler(*handler), info.start, Pc(info.end.0 + 1)));
            }
        }
        regions
    }

    /// Every instruction of a group with its position and what it belongs to.
    pub(super) fn code_of(&self, group: usize) -> Vec<(Region, Pc)> {
        let all = self.regions(group).into_iter();
        all.flat_map(|(region, start, end)| (start.0..end.0).map(move |pc| (region, Pc(pc)))).collect()
    }

    /// The threads of a group.
    pub(super) fn members(&self, group: usize) -> Vec<ThreadId> {
        let all = (0..self.program.threads.len() as u32).map(ThreadId);
        all.filter(|thread| self.program.threads[thread.index()].group as usize == group).collect()
    }

    /// The process of a group.
    pub(super) fn process_of(&self, group: usize) -> ProcessId {
        self.members(group).first().map_or(ProcessId(0), |thread| self.program.process_of(*thread))
    }

    /// The group of main threads of a process.
    pub(super) fn main_group(&self, process: ProcessId) -> usize {
        self.program.threads[self.program.process(process).main.index()].group as usize
    }

    /// The number of a place.
    pub(super) fn place(&self, group: usize, pc: Pc) -> u32 {
        pc.0 - self.program.groups[group].start.0
    }

    /// The condition that the thread `who` stands in `start..end`.
    pub(super) fn stands_in(&self, group: usize, who: &str, start: Pc, end: Pc) -> String {
        self.place_in(group, &format!("at[{who}]"), start, end)
    }

    /// The condition that a place is one of `start..end`.
    pub(super) fn place_in(&self, group: usize, place: &str, start: Pc, end: Pc) -> String {
        let (first, last) = (self.place(group, start), self.place(group, end).saturating_sub(1));
        match (first, last) {
            (first, last) if first == last => format!("{place} == {first}"),
            (0, last) => format!("{place} <= {last}"),
            (first, last) => format!("{place} >= {first} && {place} <= {last}"),
        }
    }

    /// The name of a loop counter, or of what a clean-up block keeps.
    pub(super) fn register(&self, group: usize, register: Register) -> String {
        let holds = |wanted: fn(&Instr) -> Option<Register>| {
            let all = self.code_of(group).into_iter();
            all.filter_map(|(_, pc)| wanted(self.program.instr(pc))).any(|found| found == register)
        };
        let counts = holds(|instr| match instr {
            Instr::LoopStart { counter, .. } => Some(*counter),
            _ => None,
        });
        let saves = holds(|instr| match instr {
            Instr::Rethrow(saved) => Some(*saved),
            _ => None,
        });
        let kind = match (counts, saves) {
            (true, false) => "rounds",
            (false, true) => "saved",
            _ => "kept",
        };
        format!("{kind}_{}", register.0)
    }

    /// The registers of a group, each with the highest number that it counts from.
    pub(super) fn registers(&self, group: usize) -> Vec<(Register, u64)> {
        let mut found = std::collections::BTreeMap::new();
        for (_, pc) in self.code_of(group) {
            let (register, most) = match self.program.instr(pc) {
                Instr::LoopStart { counter, times, .. } => (*counter, *times),
                Instr::Clear(saved) | Instr::Rethrow(saved) => (*saved, 0),
                _ => continue,
            };
            let known = found.entry(register).or_insert(0);
            *known = most.max(*known);
        }
        found.into_iter().collect()
    }
}
