//! The state: a few words of bits whose places the program's layout knows.

use crate::program::{
    ExceptionId, Field, FileId, HandlerId, LockId, Pc, ProcessId, Program, Register, Stack, ThreadId,
};
use crate::scenario::Signal;

/// One situation. Small, cheap to copy, exact to compare.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct State {
    words: Box<[u64]>,
}

/// What became of a thread so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadStatus {
    /// Not started.
    Unstarted,
    /// Lives.
    Live,
    /// Ran to its end.
    Finished,
    /// Ended by an exception.
    Raised,
    /// Stopped where it stood.
    CutOff,
}

/// What became of a process so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessStatus {
    /// Not started.
    Unstarted,
    /// Lives.
    Live,
    /// Ended with an exit code.
    Exited,
    /// Killed by a signal.
    Killed,
}

/// What became of a handler so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandlerState {
    /// It did not run.
    Idle,
    /// It began.
    Begun,
    /// It ran to its end.
    Completed,
}

impl State {
    /// All bits 0: nothing is started, nothing is held.
    pub(super) fn empty(program: &Program) -> State {
        State { words: vec![0; program.layout.words].into_boxed_slice() }
    }

    /// All bits 1: no situation, but a way to find out which bits something touches.
    pub(crate) fn full(program: &Program) -> State {
        State { words: vec![u64::MAX; program.layout.words].into_boxed_slice() }
    }

    /// Clears all bits of these words but some.
    pub(crate) fn keep_bits(&mut self, keep: &[(usize, u64)]) {
        for (word, keep) in keep {
            self.words[*word] &= keep;
        }
    }

    /// The packed words.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Makes this the state with these words.
    pub fn load(&mut self, words: &[u64]) {
        self.words.copy_from_slice(words);
    }

    /// Whether a stimulus of the scenario has not struck yet.
    pub fn may_strike(&self, program: &Program, stimulus: u32) -> bool {
        program.layout.stimuli.get(stimulus as usize).is_some_and(|field| self.get(*field) == 0)
    }

    /// Whether two states differ at most in the byte counts of files, which decide nothing.
    pub fn is_same_situation(&self, program: &Program, other: &State) -> bool {
        let bits = program.layout.control_bits;
        let (whole, rest) = ((bits / 64) as usize, bits % 64);
        let mask = (1 << rest) - 1;
        let same_rest = || self.words[whole] & mask == other.words[whole] & mask;
        self.words[..whole] == other.words[..whole] && (rest == 0 || same_rest())
    }

    /// Forgets how many bytes lie where, which decides nothing.
    pub(crate) fn forget_bytes(&mut self, program: &Program) {
        let bits = program.layout.control_bits;
        let (whole, rest) = ((bits / 64) as usize, bits % 64);
        for (number, word) in self.words.iter_mut().enumerate().skip(whole) {
            *word &= if number == whole { (1 << rest) - 1 } else { 0 };
        }
    }

    pub(crate) fn get(&self, field: Field) -> u64 {
        if field.width == 0 {
            return 0;
        }
        (self.words[(field.bit / 64) as usize] >> (field.bit % 64)) & ((1 << field.width) - 1)
    }

    pub(crate) fn set(&mut self, field: Field, value: u64) {
        if field.width == 0 {
            return;
        }
        let mask = (1 << field.width) - 1;
        debug_assert!(value <= mask, "{value} does not fit into {} bits", field.width);
        let word = &mut self.words[(field.bit / 64) as usize];
        *word = *word & !(mask << (field.bit % 64)) | (value & mask) << (field.bit % 64);
    }

    fn of(program: &Program, thread: ThreadId, field: Field) -> Field {
        Field { bit: field.bit + program.layout.thread_base[thread.index()], ..field }
    }

    fn thread_fields(program: &Program, thread: ThreadId) -> &crate::program::ThreadFields {
        &program.layout.groups[program.threads[thread.index()].group as usize]
    }

    /// What became of a thread.
    pub fn thread_status(&self, program: &Program, thread: ThreadId) -> ThreadStatus {
        match self.get(program.layout.threads[thread.index()].status) {
            0 => ThreadStatus::Unstarted,
            1 => ThreadStatus::Live,
            2 => ThreadStatus::Finished,
            3 => ThreadStatus::Raised,
            _ => ThreadStatus::CutOff,
        }
    }

    pub(super) fn set_thread_status(&mut self, program: &Program, thread: ThreadId, status: ThreadStatus) {
        self.set(program.layout.threads[thread.index()].status, status as u64);
    }

    /// Whether a thread is a daemon; for one that was not started and inherits, false.
    pub fn is_daemon(&self, program: &Program, thread: ThreadId) -> bool {
        let group = program.group(thread);
        group.daemon.filter(|_| !group.flag_varies).unwrap_or_else(|| {
            self.get(Self::of(program, thread, Self::thread_fields(program, thread).daemon)) == 1
        })
    }

    pub(super) fn set_daemon(&mut self, program: &Program, thread: ThreadId, daemon: bool) {
        self.set(Self::of(program, thread, Self::thread_fields(program, thread).daemon), u64::from(daemon));
    }

    /// Where a thread stands.
    pub fn pc(&self, program: &Program, thread: ThreadId) -> Pc {
        let place = &program.layout.threads[thread.index()];
        Pc(place.start.0 + self.get(place.pc) as u32)
    }

    pub(super) fn set_pc(&mut self, program: &Program, thread: ThreadId, pc: Pc) {
        let place = &program.layout.threads[thread.index()];
        self.set(place.pc, u64::from(pc.0 - place.start.0));
    }

    pub(super) fn is_forgotten(&self, program: &Program, thread: ThreadId) -> bool {
        self.get(Self::of(program, thread, Self::thread_fields(program, thread).forgotten)) == 1
    }

    /// Returns false where the runtime has no such habit.
    pub(super) fn forget(&mut self, program: &Program, thread: ThreadId) -> bool {
        let field = Self::of(program, thread, Self::thread_fields(program, thread).forgotten);
        self.set(field, 1);
        field.width > 0
    }

    /// The exception that a thread died of, where the runtime remembers it.
    pub(super) fn died_of(&self, program: &Program, thread: ThreadId) -> ExceptionId {
        let field = Self::of(program, thread, Self::thread_fields(program, thread).raised);
        ExceptionId(self.get(field) as u32)
    }

    pub(super) fn remember_death(&mut self, program: &Program, thread: ThreadId, exception: ExceptionId) {
        let field = Self::of(program, thread, Self::thread_fields(program, thread).raised);
        self.set(field, u64::from(exception.0));
    }

    pub(super) fn register(&self, program: &Program, thread: ThreadId, register: Register) -> u64 {
        let field = Self::thread_fields(program, thread).registers[register.index()];
        self.get(Self::of(program, thread, field))
    }

    pub(super) fn set_register(
        &mut self,
        program: &Program,
        thread: ThreadId,
        register: Register,
        value: u64,
    ) {
        let field = Self::thread_fields(program, thread).registers[register.index()];
        self.set(Self::of(program, thread, field), value);
    }

    /// Whether a clean-up block keeps an exception that it will raise again.
    pub(crate) fn keeps_exception(&self, program: &Program, thread: ThreadId, register: Register) -> bool {
        self.register(program, thread, register) > 0
    }

    pub(super) fn saved_exception(
        &self,
        program: &Program,
        thread: ThreadId,
        register: Register,
    ) -> ExceptionId {
        ExceptionId(self.register(program, thread, register) as u32)
    }

    /// How many handlers run on top of a thread's body.
    pub fn depth(&self, program: &Program, thread: ThreadId) -> usize {
        self.get(Self::of(program, thread, Self::thread_fields(program, thread).returns.depth)) as usize
    }

    /// Where the body of a thread stands, below the handlers that run on top of it.
    pub fn base_pc(&self, program: &Program, thread: ThreadId) -> Pc {
        if self.depth(program, thread) == 0 {
            return self.pc(program, thread);
        }
        let lowest = Self::thread_fields(program, thread).returns.entries[0];
        Pc(program.base_of(thread).0 + self.get(Self::of(program, thread, lowest)) as u32)
    }

    /// Whether a thread, or a handler below the one that it runs, stands between two places.
    pub(super) fn is_inside(&self, program: &Program, thread: ThreadId, start: Pc, end: Pc) -> bool {
        let below = self.return_places(program, thread);
        below.chain([self.pc(program, thread)]).any(|pc| start <= pc && pc <= end)
    }

    /// Where the handlers that a thread runs will return to, the lowest first.
    pub(super) fn return_places<'a>(
        &'a self,
        program: &'a Program,
        thread: ThreadId,
    ) -> impl Iterator<Item = Pc> + 'a {
        let returns = &Self::thread_fields(program, thread).returns;
        let base = program.base_of(thread).0;
        let below = returns.entries.iter().take(self.depth(program, thread));
        below.map(move |entry| Pc(base + self.get(Self::of(program, thread, *entry)) as u32))
    }

    /// The most handlers that can run on top of each other.
    pub(super) fn depth_limit(program: &Program, thread: ThreadId) -> usize {
        Self::thread_fields(program, thread).returns.entries.len()
    }

    pub(super) fn push_return(&mut self, program: &Program, thread: ThreadId, pc: Pc) {
        let depth = self.depth(program, thread);
        let returns = &Self::thread_fields(program, thread).returns;
        let relative = u64::from(pc.0 - program.base_of(thread).0);
        self.set(Self::of(program, thread, returns.entries[depth]), relative);
        self.set(Self::of(program, thread, returns.depth), depth as u64 + 1);
    }

    pub(super) fn pop_return(&mut self, program: &Program, thread: ThreadId) -> Pc {
        let depth = self.depth(program, thread) - 1;
        let returns = &Self::thread_fields(program, thread).returns;
        let entry = Self::of(program, thread, returns.entries[depth]);
        let pc = Pc(program.base_of(thread).0 + self.get(entry) as u32);
        self.set(entry, 0);
        self.set(Self::of(program, thread, returns.depth), depth as u64);
        pc
    }

    /// What became of a process.
    pub fn process_status(&self, program: &Program, process: ProcessId) -> ProcessStatus {
        match self.get(program.layout.processes[process.index()].status) {
            0 => ProcessStatus::Unstarted,
            1 => ProcessStatus::Live,
            2 => ProcessStatus::Exited,
            _ => ProcessStatus::Killed,
        }
    }

    pub(super) fn set_process_status(
        &mut self,
        program: &Program,
        process: ProcessId,
        status: ProcessStatus,
    ) {
        self.set(program.layout.processes[process.index()].status, status as u64);
    }

    /// The exit code of a process that exited (or, in its epilogue, will exit).
    pub fn exit_code(&self, program: &Program, process: ProcessId) -> u8 {
        self.get(program.layout.processes[process.index()].code) as u8
    }

    /// The signal that killed a process.
    pub fn killer(&self, program: &Program, process: ProcessId) -> Signal {
        Signal::ALL.get(self.exit_code(program, process) as usize).copied().unwrap_or(Signal::Abrt)
    }

    /// Whether an exception left main.
    pub fn main_raised(&self, program: &Program, process: ProcessId) -> bool {
        self.get(program.layout.processes[process.index()].raised) == 1
    }

    /// Whether main's body is over.
    pub fn main_over(&self, program: &Program, process: ProcessId) -> bool {
        self.get(program.layout.processes[process.index()].main_over) == 1
    }

    /// Whether the threads of a process are stopped for good.
    pub fn is_finalizing(&self, program: &Program, process: ProcessId) -> bool {
        self.get(program.layout.processes[process.index()].finalizing) == 1
    }

    /// The thread that runs the exit phases of a process.
    pub fn exiting(&self, program: &Program, process: ProcessId) -> Option<ThreadId> {
        let number = self.get(program.layout.processes[process.index()].exiting).checked_sub(1)?;
        Some(ThreadId(program.process(process).main.0 + number as u32))
    }

    /// Keeps the code that a thread has called exit with.
    pub(super) fn keep_exit_code(&mut self, program: &Program, thread: ThreadId, code: u64) {
        let field = Self::of(program, thread, Self::thread_fields(program, thread).exit_code);
        self.set(field, code);
    }

    /// The code that a thread has called exit with.
    pub(super) fn kept_exit_code(&self, program: &Program, thread: ThreadId) -> u64 {
        self.get(Self::of(program, thread, Self::thread_fields(program, thread).exit_code))
    }

    /// Forgets which handlers run on top of a thread's body.
    pub(super) fn clear_returns(&mut self, program: &Program, thread: ThreadId) {
        let returns = &Self::thread_fields(program, thread).returns;
        for field in returns.entries.iter().chain([&returns.depth]) {
            self.set(Self::of(program, thread, *field), 0);
        }
    }

    /// Takes the oldest entry of a stack.
    pub(super) fn pop_oldest(&mut self, stack: &Stack) -> Option<u64> {
        let all: Vec<u64> = self.stack(stack).collect();
        let (oldest, rest) = all.split_first()?;
        self.empty_stack(stack);
        rest.iter().for_each(|entry| self.push(stack, *entry));
        Some(*oldest)
    }

    /// Empties a stack.
    pub(super) fn empty_stack(&mut self, stack: &Stack) {
        for field in stack.entries.iter().chain([&stack.depth]) {
            self.set(*field, 0);
        }
    }

    /// Whether a process outlived its parent.
    pub fn is_orphan(&self, program: &Program, process: ProcessId) -> bool {
        self.get(program.layout.processes[process.index()].orphaned) == 1
    }

    /// What became of a handler.
    pub fn handler_state(&self, program: &Program, handler: HandlerId) -> HandlerState {
        match self.get(program.layout.handlers[handler.index()]) {
            0 => HandlerState::Idle,
            1 => HandlerState::Begun,
            _ => HandlerState::Completed,
        }
    }

    pub(super) fn set_handler_state(&mut self, program: &Program, handler: HandlerId, state: HandlerState) {
        self.set(program.layout.handlers[handler.index()], state as u64);
    }

    /// Who holds a lock.
    pub fn holder(&self, program: &Program, lock: LockId) -> Option<ThreadId> {
        let owner = self.get(program.layout.locks[lock.index()]);
        let main = program.process(program.locks[lock.index()].process).main;
        owner.checked_sub(1).map(|number| ThreadId(main.0 + number as u32))
    }

    /// Whether a file was ever opened; standard output always is.
    pub fn was_opened(&self, program: &Program, file: FileId) -> bool {
        program.files[file.index()].stdout || self.get(program.layout.files[file.index()].open) != 0
    }

    /// Bytes of a file in the kernel, in the buffers inside the process, and whether it ends inside a record.
    pub fn file(&self, program: &Program, file: FileId) -> (u64, u64, bool) {
        let fields = program.layout.files[file.index()];
        let inside = self.get(fields.pending) + self.get(fields.buffered);
        let process = program.files[file.index()].process;
        let lives = self.process_status(program, process) == ProcessStatus::Live;
        let taken = if lives && program.files[file.index()].stalled {
            self.taken_so_far(program, process)
        } else {
            0
        };
        (self.get(fields.durable) + taken, inside - taken, self.get(fields.torn) == 1)
    }

    /// Forgets how many bytes have left through standard output: nothing reads that again.
    pub fn forget_printed(&mut self, program: &Program) {
        for process in &program.processes {
            self.set(program.layout.files[process.stdout.index()].durable, 0);
        }
    }

    /// The entries of a stack, oldest first.
    pub(super) fn stack<'a>(&'a self, stack: &'a Stack) -> impl Iterator<Item = u64> + 'a {
        stack.entries.iter().take(self.get(stack.depth) as usize).map(|entry| self.get(*entry))
    }

    pub(super) fn push(&mut self, stack: &Stack, value: u64) {
        let depth = self.get(stack.depth);
        if let Some(entry) = stack.entries.get(depth as usize) {
            self.set(*entry, value);
            self.set(stack.depth, depth + 1);
        }
    }

    pub(super) fn pop(&mut self, stack: &Stack) -> Option<u64> {
        let depth = self.get(stack.depth).checked_sub(1)?;
        let value = self.get(stack.entries[depth as usize]);
        self.set(stack.entries[depth as usize], 0);
        self.set(stack.depth, depth);
        Some(value)
    }

    /// Whether a handler is registered: waits to be run, or is installed for its signal.
    pub fn is_registered(&self, program: &Program, handler: HandlerId) -> bool {
        use crate::trace::HandlerKind;
        let info = program.handler(handler);
        let fields = &program.layout.processes[info.process.index()];
        let number = u64::from(info.number);
        match info.kind {
            HandlerKind::Exit => self.stack(&fields.exit_handlers).any(|entry| entry == number),
            HandlerKind::EarlyExit => self.stack(&fields.early_handlers).any(|entry| entry == number),
            HandlerKind::Teardown => self.stack(&fields.finalizers).any(|entry| entry == number),
            HandlerKind::Idle => {
                let both = self.stack(&fields.idle_handlers).chain(self.stack(&fields.idle_asked));
                both.into_iter().any(|entry| entry == number)
            }
            HandlerKind::Signal => info.signal.is_some_and(|signal| {
                let position = Signal::ALL.iter().position(|known| *known == signal).unwrap_or_default();
                self.get(fields.dispositions[position]) == number + 2
            }),
        }
    }

    /// Forgets where a thread that has ended stood, and its counters: nothing reads them any more.
    pub(crate) fn forget_place(&mut self, program: &Program, thread: ThreadId) {
        let fields = Self::thread_fields(program, thread);
        let returns = fields.returns.entries.iter().chain([&fields.returns.depth]);
        for field in fields.registers.iter().chain(returns).chain([&fields.pc, &fields.exit_code]) {
            self.set(Self::of(program, thread, *field), 0);
        }
    }

    /// Forgets what a process that has ended still held: signals, handlers, locks, events, queues.
    pub(crate) fn forget_belongings(&mut self, program: &Program, process: ProcessId) {
        let layout = &program.layout;
        let fields = &layout.processes[process.index()];
        let stacks = [&fields.exit_handlers, &fields.early_handlers, &fields.finalizers];
        let stacks = stacks.into_iter().chain([&fields.idle_handlers, &fields.idle_asked]);
        let stacks = stacks.into_iter().flat_map(|stack| stack.entries.iter().chain([&stack.depth]));
        let flags =
            [fields.interrupted, fields.raised, fields.main_over, fields.finalizing, fields.non_daemons];
        let flags = flags.into_iter().chain([fields.exiting, fields.unnoticed, fields.idle_started]);
        for field in flags.chain(fields.dispositions).chain(stacks.copied()) {
            self.set(field, 0);
        }
        let mine = |owner: ProcessId| owner == process;
        let locks = program.locks.iter().zip(&layout.locks).filter(|(info, _)| mine(info.process));
        let events = program.events.iter().zip(&layout.events).filter(|(info, _)| mine(info.process));
        for field in locks.chain(events).map(|(_, field)| *field) {
            self.set(field, 0);
        }
        for (info, queue) in program.queues.iter().zip(&layout.queues) {
            if mine(info.process) {
                for field in [queue.items, queue.stops, queue.behind, queue.unfinished] {
                    self.set(field, 0);
                }
            }
        }
    }
}
