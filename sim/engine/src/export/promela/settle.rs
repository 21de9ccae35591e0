//! What a thread does without a step of its own: loop counters, jumps, the way out of a clean-up block.

use super::Model;
use super::code::{Code, code};
use crate::program::{Instr, Pc, RuntimeOp};

/// Where the statements stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// A step.
    Step,
    /// The loop that looks where an exception goes: it is left once the thread has found its place.
    Unwind,
}

impl Model<'_> {
    /// The statements that bring a thread to the next place where it does something that others can see.
    pub(super) fn go(&self, group: usize, target: Pc, within: Within, code: &mut Code) {
        let next = Pc(target.0 + 1);
        match self.program.instr(target) {
            Instr::Jump(to) => self.go(group, *to, within, code),
            Instr::Clear(saved) => {
                if self.raises[group] {
                    code.line(format!("{} = 0;", self.register(group, *saved)));
                }
                self.go(group, next, within, code);
            }
            Instr::Runtime(RuntimeOp::AnnounceWait) => self.go(group, next, within, code),
            Instr::LoopStart { times: 0, end, .. } => self.go(group, *end, within, code),
            Instr::LoopStart { counter, times, .. } => {
                code.line(format!("{} = {times};", self.register(group, *counter)));
                self.go(group, next, within, code);
            }
            // All rounds of a loop in which nothing can be seen are over at once.
            Instr::LoopNext { counter, body } if self.is_silent(*body, target) => {
                code.line(format!("{} = 0;", self.register(group, *counter)));
                self.go(group, next, within, code);
            }
            Instr::LoopNext { counter, body } => self.next_round(group, *counter, *body, next, within, code),
            Instr::Rethrow(saved) if self.raises[group] => {
                self.rethrow(group, target, *saved, within, code);
            }
            Instr::Rethrow(_) => self.go(group, next, within, code),
            _ => {
                code.line(format!("at[me] = {};", self.place(group, target)));
                if within == Within::Unwind {
                    code.line("break;");
                }
            }
        }
    }

    /// Whether nothing between two places can be seen. (What a forked process takes over from its parent may name
    /// threads that it does not have; nothing is left of such steps.)
    pub(super) fn is_silent(&self, start: Pc, end: Pc) -> bool {
        (start.0..end.0).all(|pc| self.program.instr(Pc(pc)).is_local())
    }

    fn next_round(
        &self,
        group: usize,
        counter: crate::program::Register,
        body: Pc,
        behind: Pc,
        within: Within,
        out: &mut Code,
    ) {
        let counter = self.register(group, counter);
        let again = code(|code| {
            code.line(format!("{counter}--;"));
            self.go(group, body, within, code);
        });
        let done = code(|code| {
            code.line(format!("{counter} = 0;"));
            self.go(group, behind, within, code);
        });
        out.choose(vec![(format!("{counter} > 1"), again)], done);
    }

    fn rethrow(
        &self,
        group: usize,
        here: Pc,
        saved: crate::program::Register,
        within: Within,
        out: &mut Code,
    ) {
        let saved = self.register(group, saved);
        let raise = code(|code| {
            code.line(format!("thrown = {saved};"));
            code.line(format!("{saved} = 0;"));
            code.line(format!("at[me] = {};", self.place(group, here)));
            if within == Within::Step {
                code.line(format!("unwind_{}();", self.names.groups[group]));
            }
        });
        let on = code(|code| self.go(group, Pc(here.0 + 1), within, code));
        out.choose(vec![(format!("{saved} != 0"), raise)], on);
    }

    /// Where a thread of the group stands when it has just been started, and what its registers hold then.
    pub(super) fn entry(&self, group: usize) -> (Pc, Vec<(String, u64)>) {
        let mut pc = self.program.groups[group].start;
        let mut held: Vec<(String, u64)> = Vec::new();
        // Local instructions at the start of a body are few: each is come by once.
        for _ in 0..=self.program.code.len() {
            let next = Pc(pc.0 + 1);
            let mut set = |name: String, value: u64| {
                held.retain(|(known, _)| *known != name);
                held.push((name, value));
            };
            pc = match self.program.instr(pc) {
                Instr::Jump(to) => *to,
                Instr::LoopStart { times: 0, end, .. } => *end,
                Instr::LoopStart { counter, times, .. } => {
                    set(self.register(group, *counter), *times);
                    next
                }
                Instr::LoopNext { counter, body } if self.is_silent(*body, pc) => {
                    set(self.register(group, *counter), 0);
                    next
                }
                Instr::LoopNext { counter, body } => {
                    let name = self.register(group, *counter);
                    let left = held.iter().find(|(known, _)| *known == name).map_or(0, |(_, left)| *left);
                    let left = left.saturating_sub(1);
                    held.retain(|(known, _)| *known != name);
                    held.push((name, left));
                    if left > 0 { *body } else { next }
                }
                Instr::Clear(_) | Instr::Rethrow(_) | Instr::Runtime(RuntimeOp::AnnounceWait) => next,
                _ => break,
            };
        }
        (pc, held)
    }
}
