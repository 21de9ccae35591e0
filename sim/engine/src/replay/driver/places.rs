//! Where each thread is between two steps: ready, due at a time, or in a line for something.

use std::cmp::Reverse;

use rand::rand_core::Rng as _;

use super::{Candidate, Driver, Listener};
use crate::program::{Instr, Pc, ThreadId};
use crate::scenario::TimeRange;
use crate::world::{self, Ready, Resource};

impl<'p, L: Listener> Driver<'p, L> {
    /// A thread leaves the instruction at which it stands. Returns that place, its depth, and its deadline.
    pub(super) fn leave(&mut self, thread: ThreadId) -> (Pc, usize, Option<u64>) {
        // A scripted choice may come early: then the clock moves with it.
        let seat = &mut self.seats[thread.index()];
        let deadline = seat.deadline.take();
        if let Some(deadline) = deadline
            && world::ready(self.program, &self.state, thread) == Ready::Now
            && self.program.instr(self.state.pc(self.program, thread)).time().is_some()
        {
            self.now = self.now.max(deadline);
        }
        self.leave_seat(thread);
        (self.state.pc(self.program, thread), self.state.depth(self.program, thread), deadline)
    }

    fn leave_seat(&mut self, thread: ThreadId) {
        let seat = &mut self.seats[thread.index()];
        seat.generation += 1;
        if let Some((resource, ticket)) = seat.waits.take()
            && let Some(line) = self.lines.get_mut(&resource)
        {
            line.remove(&ticket);
        }
        self.listener.leave(self.now, thread);
    }

    /// Whether a thread stands elsewhere than where it has come to by itself: another one has raised something in it.
    pub(super) fn was_moved(&self, thread: ThreadId) -> bool {
        let now_at = (self.state.pc(self.program, thread), self.state.depth(self.program, thread));
        self.seats[thread.index()].place.is_some_and(|place| place != now_at)
    }

    /// Forgets what a thread was waiting for when it was moved.
    pub(super) fn move_on(&mut self, thread: ThreadId) {
        let seat = &mut self.seats[thread.index()];
        let Some((pc, depth)) = seat.place else { return };
        seat.deadline = None;
        self.leave_seat(thread);
        self.follow_handlers(thread, (pc, depth, None));
        self.arrive(thread, None, false);
    }

    /// Keeps the deadline of what a handler interrupts; returns it when the handler has gone back there.
    pub(super) fn follow_handlers(
        &mut self,
        thread: ThreadId,
        before: (Pc, usize, Option<u64>),
    ) -> Option<u64> {
        let (pc, depth, deadline) = before;
        let now_at = self.state.pc(self.program, thread);
        let now_deep = self.state.depth(self.program, thread);
        let skips = self.program.runtime.facts.join_timeout_skips_handlers
            && matches!(self.program.instr(now_at), Instr::Join { .. });
        let seat = &mut self.seats[thread.index()];
        if now_deep > depth {
            seat.interrupted.push((pc, deadline, self.now));
        }
        let mut resumed = None;
        while seat.interrupted.len() > now_deep {
            resumed =
                seat.interrupted.pop().filter(|(place, ..)| *place == now_at).and_then(
                    |(_, deadline, since)| Some(deadline? + if skips { self.now - since } else { 0 }),
                );
        }
        resumed
    }

    pub(super) fn is_new(&self, thread: ThreadId) -> bool {
        let seat = &self.seats[thread.index()];
        seat.place.is_none() && seat.deadline.is_none() && seat.waits.is_none() && !seat.queued
    }

    /// A thread has come to an instruction: it is ready, or due later, or has to wait. `first`: ahead of the others.
    pub(super) fn arrive(&mut self, thread: ThreadId, resumed: Option<u64>, first: bool) {
        let ready = world::ready(self.program, &self.state, thread);
        if ready == Ready::Gone {
            // It may be started again.
            self.seats[thread.index()].place = None;
            return;
        }
        let pc = self.state.pc(self.program, thread);
        self.seats[thread.index()].place = Some((pc, self.state.depth(self.program, thread)));
        let instr = self.program.instr(pc);
        let waits = matches!(ready, Ready::Blocked(_));
        if let Some(range) = instr.time().or(instr.timeout().filter(|_| waits)) {
            let deadline = resumed.unwrap_or_else(|| self.now.saturating_add(self.draw(range)));
            self.tickets += 1;
            let seat = &mut self.seats[thread.index()];
            seat.deadline = Some(deadline);
            self.timers.push(Reverse((deadline, self.tickets, thread, seat.generation)));
        }
        if instr.time().is_some() || waits {
            self.listener.arrive(self.now, thread, pc);
        }
        match ready {
            Ready::Signalled => self.enqueue(thread, first),
            Ready::Now if instr.time().is_none() => self.enqueue(thread, first),
            Ready::Blocked(resource) => self.line_up(thread, resource),
            Ready::Now | Ready::Gone => {}
        }
    }

    pub(super) fn enqueue(&mut self, thread: ThreadId, first: bool) {
        if std::mem::replace(&mut self.seats[thread.index()].queued, true) {
            return;
        }
        if first {
            self.ready.push_front(Candidate::Thread(thread));
        } else {
            self.ready.push_back(Candidate::Thread(thread));
        }
    }

    pub(super) fn line_up(&mut self, thread: ThreadId, resource: Resource) {
        if self.seats[thread.index()].waits.is_some() {
            return;
        }
        self.tickets += 1;
        self.seats[thread.index()].waits = Some((resource, self.tickets));
        self.lines.entry(resource).or_default().insert(self.tickets, thread);
    }

    pub(super) fn draw(&mut self, range: TimeRange) -> u64 {
        let width = range.max_us - range.min_us;
        match &mut self.lengths {
            Some(random) if width > 0 => range.min_us + random.next_u64() % (width + 1),
            _ => range.min_us,
        }
    }

    pub(super) fn instr(&self, thread: ThreadId) -> &'p Instr {
        self.program.instr(self.state.pc(self.program, thread))
    }
}
