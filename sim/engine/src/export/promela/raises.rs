//! Which exceptions a step can raise. What cannot come is left out of the model, to keep it short.

use std::collections::BTreeSet;

use super::Model;
use super::places::Region;
use crate::program::exception::{
    DAEMONIC_CHILDREN, FILE_CLOSED, INTERRUPT, JOIN_UNSTARTED, JOIN_UNSTARTED_PROCESS, POOL_SHUT,
    REGISTER_LATE, SPAWN_TWICE, START_IN_TEARDOWN, START_REFUSED, START_TWICE,
};
use crate::program::{ExceptionId, FileId, Instr, Pc, ProcessId};
use crate::rules::LateStart;
use crate::scenario::Signal;
use crate::trace::HandlerKind;

impl Model<'_> {
    /// Everything that can be raised in a group's code.
    pub(super) fn raised_in(&self, group: usize) -> BTreeSet<ExceptionId> {
        let code = self.code_of(group);
        let mut all: BTreeSet<_> =
            code.into_iter().flat_map(|(region, pc)| self.raised_by(group, region, pc)).collect();
        if self.program.groups[group].main && self.can_arrive(Signal::Int, self.process_of(group)) {
            all.insert(INTERRUPT);
        }
        all
    }

    /// What the instruction at a place can raise.
    pub(super) fn raised_by(&self, group: usize, region: Region, pc: Pc) -> Vec<ExceptionId> {
        let process = self.process_of(group);
        let later = !(self.program.groups[group].main && region == Region::Body);
        match self.program.instr(pc) {
            Instr::Raise(exception) => vec![*exception],
            Instr::Start { .. } => {
                let mut all = self.start_refusals(region, process, later);
                all.extend(self.may_repeat(group, region, pc).then_some(START_TWICE));
                all
            }
            Instr::Spawn(_) if self.program.process(process).daemon => vec![SPAWN_TWICE, DAEMONIC_CHILDREN],
            Instr::Spawn(_) => {
                let mut all = self.start_refusals(region, process, later);
                all.extend(self.may_repeat(group, region, pc).then_some(SPAWN_TWICE));
                all
            }
            Instr::Join { .. } => vec![JOIN_UNSTARTED],
            Instr::JoinProcess { .. } => vec![JOIN_UNSTARTED_PROCESS],
            Instr::Write { file, .. } | Instr::WriteBegin { file, .. } | Instr::Flush(file)
                if self.may_be_closed(*file) =>
            {
                vec![FILE_CLOSED]
            }
            Instr::Submit(_) if later => vec![POOL_SHUT],
            Instr::Register(handler)
                if later && self.program.handler(*handler).kind == HandlerKind::EarlyExit =>
            {
                vec![REGISTER_LATE]
            }
            _ => Vec::new(),
        }
    }

    /// Once main is over a start may be refused; while modules are torn down, only finalizers run.
    fn start_refusals(&self, region: Region, process: ProcessId, later: bool) -> Vec<ExceptionId> {
        let facts = &self.program.runtime.facts;
        let spawned = self.program.process(process).parent.is_some();
        let mut all = Vec::new();
        if self.is_finalizer(region) && facts.start_in_teardown != LateStart::Allowed {
            all.push(START_IN_TEARDOWN);
        }
        if later && facts.start_after_main(spawned) != LateStart::Allowed {
            all.push(START_REFUSED);
        }
        all
    }

    pub(super) fn is_finalizer(&self, region: Region) -> bool {
        match region {
            Region::Handler(handler) => self.program.handler(handler).kind == HandlerKind::Teardown,
            Region::Body | Region::Epilogue => false,
        }
    }

    /// Whether what this instruction starts may be started a second time: it stands in a loop, in code that several
    /// threads or signals run, or another one starts the same.
    fn may_repeat(&self, group: usize, region: Region, pc: Pc) -> bool {
        let info = &self.program.groups[group];
        let many = info.count > 1 || info.pool.is_some() || matches!(region, Region::Handler(_));
        let (mine, code) = (self.program.instr(pc), &self.program.code);
        let others = code.iter().filter(|other| same_start(mine, other)).count() > 1;
        let loops = self.code_of(group).into_iter().any(|(_, from)| match self.program.instr(from) {
            Instr::Jump(to) | Instr::LoopNext { body: to, .. } => *to <= pc && pc <= from,
            _ => false,
        });
        many || others || loops
    }

    /// Whether a file can be closed while somebody may still write to it.
    pub(super) fn may_be_closed(&self, file: FileId) -> bool {
        let closed = self.program.code.contains(&Instr::Close(file));
        let spawned = self.program.process(self.program.files[file.index()].process).parent.is_some();
        let many = (0..self.program.groups.len()).any(|group| {
            let info = &self.program.groups[group];
            let opens =
                || self.code_of(group).iter().any(|(_, pc)| *self.program.instr(*pc) == Instr::Open(file));
            (info.count > 1 || info.pool.is_some()) && opens()
        });
        closed || spawned || many
    }
}

fn same_start(one: &Instr, other: &Instr) -> bool {
    match (one, other) {
        (Instr::Start { first, end }, Instr::Start { first: start, end: last }) => {
            first < last && start < end
        }
        (Instr::Spawn(one), Instr::Spawn(other)) => one == other,
        _ => false,
    }
}
