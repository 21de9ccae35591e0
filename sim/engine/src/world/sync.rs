//! Locks, events, queues and thread pools.

use super::happening::{Resource, Sink, What};
use super::machine::Machine;
use super::state::ThreadStatus;
use crate::program::exception::POOL_SHUT;
use crate::program::{EventId, Instr, LockId, Pc, PoolId, QueueId, ThreadId};

impl<S: Sink> Machine<'_, S> {
    pub(super) fn acquire(&mut self, thread: ThreadId, lock: LockId) {
        let owner = self.program.number_of(thread) + 1;
        self.state.set(self.program.layout.locks[lock.index()], owner);
        self.tell(thread, What::Acquired { lock });
    }

    pub(super) fn release(&mut self, thread: ThreadId, lock: LockId) {
        self.state.set(self.program.layout.locks[lock.index()], 0);
        self.tell(thread, What::Released { lock });
        self.touch(Resource::Lock(lock));
    }

    pub(super) fn set_event(&mut self, thread: ThreadId, event: EventId) {
        self.state.set(self.program.layout.events[event.index()], 1);
        self.tell(thread, What::EventSet { event });
        self.touch(Resource::Event(event));
    }

    pub(super) fn check(&mut self, thread: ThreadId, event: EventId, target: Pc) {
        let set = self.state.get(self.program.layout.events[event.index()]) == 1;
        self.tell(thread, What::Checked { event, set });
        if set {
            self.state.set_pc(self.program, thread, target);
        } else {
            self.advance(thread);
        }
    }

    pub(super) fn put(&mut self, thread: ThreadId, queue: QueueId, stop: bool) {
        let fields = self.program.layout.queues[queue.index()];
        let field = match stop {
            true => fields.stops,
            false if self.state.get(fields.stops) > 0 => fields.behind,
            false => fields.items,
        };
        self.state.set(field, self.state.get(field) + 1);
        self.state.set(fields.unfinished, self.state.get(fields.unfinished) + 1);
        self.tell(thread, What::Put { queue, stop });
        self.touch(Resource::Queue(queue));
    }

    /// First in, first out: items, then the end marks behind them, then the items behind those. (An end mark that
    /// is put behind such items joins the end marks before them.)
    pub(super) fn take_item(&mut self, thread: ThreadId, queue: QueueId, skip: Pc) {
        let fields = self.program.layout.queues[queue.index()];
        let items = self.state.get(fields.items);
        if items > 0 {
            self.state.set(fields.items, items - 1);
            self.tell(thread, What::Got { queue });
            self.advance(thread);
        } else {
            let stops = self.state.get(fields.stops) - 1;
            self.state.set(fields.stops, stops);
            if stops == 0 {
                let behind = self.state.get(fields.behind);
                self.state.set(fields.items, behind);
                self.state.set(fields.behind, 0);
            }
            self.tell(thread, What::GotStop { queue });
            self.state.set_pc(self.program, thread, skip);
        }
        self.touch(Resource::Queue(queue));
    }

    pub(super) fn mark_done(&mut self, thread: ThreadId, queue: QueueId) {
        let fields = self.program.layout.queues[queue.index()];
        self.state.set(fields.unfinished, self.state.get(fields.unfinished).saturating_sub(1));
        self.tell(thread, What::Done { queue });
        self.touch(Resource::Queue(queue));
    }

    /// A new worker is started only when no worker is free and there may be more.
    pub(super) fn submit(&mut self, thread: ThreadId, pool: PoolId) {
        let program = self.program;
        let fields = program.layout.pools[pool.index()];
        if self.state.get(fields.shut) == 1 {
            return self.fail(thread, POOL_SHUT);
        }
        let waiting = self.state.get(fields.items);
        self.state.set(fields.items, waiting + 1);
        self.tell(thread, What::Submitted { pool });
        let info = &program.pools[pool.index()];
        let started = self.state.get(fields.started);
        let workers = (info.first.0..info.first.0 + started as u32).map(ThreadId);
        let at_rest = workers.filter(|worker| self.is_at_rest(*worker)).count() as u64;
        if at_rest <= waiting && started < u64::from(info.workers) {
            let worker = ThreadId(info.first.0 + started as u32);
            self.state.set(fields.started, started + 1);
            let daemon = self.state.is_daemon(program, worker);
            self.begin_thread(worker, daemon);
            self.tell(thread, What::Started { thread: worker, daemon, inherited: false });
        }
        self.touch(Resource::Pool(pool));
        self.advance(thread);
    }

    fn is_at_rest(&self, worker: ThreadId) -> bool {
        let lives = self.state.thread_status(self.program, worker) == ThreadStatus::Live;
        lives && matches!(self.program.instr(self.state.pc(self.program, worker)), Instr::Take { .. })
    }

    pub(super) fn take_work(&mut self, thread: ThreadId, pool: PoolId, end: Pc) {
        let fields = self.program.layout.pools[pool.index()];
        let items = self.state.get(fields.items);
        if items == 0 {
            return self.state.set_pc(self.program, thread, end);
        }
        self.state.set(fields.items, items - 1);
        self.tell(thread, What::Took { pool });
        self.touch(Resource::Pool(pool));
        self.advance(thread);
    }
}
