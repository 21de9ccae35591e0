//! Steps → instructions. `handlers`: the bodies that are called, not run into.

mod handlers;

use std::collections::VecDeque;

use super::names::{Names, Texts};
use crate::diagnostic::Span;
use crate::program::exception::{LEAVE, RETURN};
use crate::program::{
    EventId, Exception, ExceptionId, ExceptionKind, HandlerId, HandlerInfo, Instr, Landing, Pc, ProcessId,
    QueueId, Register, RuntimeOp, TextId, ThreadId,
};
use crate::rules::{Exit, Runtime};
use crate::scenario::{Block, Buffering, FileMode, Op, Process, Scenario, Signal, Step, TimeRange};
use crate::trace::HandlerKind;

/// What emitting leaves behind besides the names.
#[derive(Default)]
pub(super) struct Output {
    pub(super) code: Vec<Instr>,
    pub(super) spans: Vec<Span>,
    pub(super) landings: Vec<Landing>,
    pub(super) handlers: Vec<HandlerInfo>,
    pub(super) exceptions: Vec<Exception>,
    pub(super) texts: Texts,
    /// For each group: what its registers must hold.
    pub(super) registers: Vec<Vec<RegisterUse>>,
}

/// What a block keeps in a register.
#[derive(Clone, Copy)]
pub(super) enum Holds {
    /// A number up to this.
    Count(u64),
    /// An exception.
    Exception,
}

/// All that a register is used for.
#[derive(Clone, Copy, Default)]
pub(super) struct RegisterUse {
    /// The highest count.
    pub(super) most: u64,
    /// Whether it holds exceptions as well.
    pub(super) exception: bool,
}

/// A handler whose body is still to be emitted.
struct Waiting<'a> {
    handler: HandlerId,
    body: HandlerBody<'a>,
}

/// What a handler does.
#[derive(Clone, Copy)]
enum HandlerBody<'a> {
    Scenario(&'a Block),
    Runtime(&'static [RuntimeOp]),
}

/// A signal handler that a spawned process may take over.
type Installed<'a> = (u32, Signal, &'a Block);

/// Emits one process after the other.
pub(super) struct Emitter<'a> {
    scenario: &'a Scenario,
    pub(super) runtime: &'a Runtime,
    pub(super) names: Names,
    pub(super) out: Output,
    waiting: VecDeque<Waiting<'a>>,
    installed: Vec<Vec<Installed<'a>>>,
    /// Where the code that is being emitted belongs.
    pub(super) process: ProcessId,
    group: usize,
    /// How many exceptions the runtime itself raises; they come first.
    runtimes_own: usize,
    pub(super) in_use: usize,
    /// Only there can a signal raise something at any place.
    pub(super) is_main_code: bool,
    span: Span,
}

impl<'a> Emitter<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        runtime: &'a Runtime,
        names: Names,
        exceptions: Vec<Exception>,
    ) -> Self {
        let registers = vec![Vec::new(); names.groups.len()];
        let installed = vec![Vec::new(); names.processes.len()];
        Emitter {
            scenario,
            runtime,
            names,
            runtimes_own: exceptions.len(),
            out: Output { exceptions, registers, ..Output::default() },
            waiting: VecDeque::new(),
            installed,
            process: ProcessId(0),
            group: 0,
            in_use: 0,
            is_main_code: true,
            span: Span::default(),
        }
    }

    /// The bodies of the signal handlers of each process, with those that it takes over from its parent.
    pub(super) fn signal_handlers(&self) -> Vec<Vec<&'a Block>> {
        let bodies = self.installed.iter().map(|all| all.iter().map(|(.., body)| *body).collect());
        bodies.collect()
    }

    pub(super) fn finish(self) -> (Names, Output) {
        (self.names, self.out)
    }

    /// The position of the next instruction.
    pub(super) fn here(&self) -> Pc {
        Pc(self.out.code.len() as u32)
    }

    pub(super) fn emit(&mut self, instr: Instr) -> Pc {
        let pc = self.here();
        self.out.code.push(instr);
        self.out.spans.push(self.span);
        pc
    }

    /// All code of a process: main, the epilogue, the other threads, and the handlers last.
    pub(super) fn process(&mut self, process: ProcessId) {
        let scenario = self.scenario;
        let source = &scenario.processes[process.index()];
        self.process = process;
        self.take_over_handlers(process);
        let main_group =
            self.names.threads[self.names.processes[process.index()].main.index()].group as usize;
        self.thread(main_group, &source.main);
        self.span = Span::default();
        self.epilogue(source);
        let bodies =
            source.threads.iter().map(|thread| &thread.body).chain(source.pools.iter().map(|p| &p.body));
        for (offset, body) in bodies.enumerate() {
            self.thread(main_group + 1 + offset, body);
        }
        while let Some(waiting) = self.waiting.pop_front() {
            self.in_use = self.out.registers[main_group].len();
            let counters = self.out.registers[main_group].len();
            let own = self.out.handlers[waiting.handler.index()].thread;
            let own = own.map(|thread| self.names.threads[thread.index()].group as usize);
            self.group = own.unwrap_or(main_group);
            self.is_main_code = own.is_none();
            if own.is_some() {
                self.in_use = 0;
            }
            let start = self.here();
            match waiting.body {
                HandlerBody::Scenario(block) => self.block(block),
                HandlerBody::Runtime(ops) => {
                    self.span = Span::default();
                    ops.iter().for_each(|op| _ = self.emit(Instr::Runtime(*op)));
                }
            }
            let end = self.emit(Instr::End);
            if let Some(own) = own {
                let group = &mut self.names.groups[own];
                (group.start, group.end, group.left) = (start, end, end);
            }
            let counts = self.out.registers[main_group].len() > counters;
            let info = &mut self.out.handlers[waiting.handler.index()];
            (info.start, info.end, info.counts) = (start, end, counts);
        }
    }

    fn thread(&mut self, group: usize, body: &'a Block) {
        self.group = group;
        self.in_use = 0;
        self.is_main_code = self.names.groups[group].main;
        let start = self.here();
        let take = self.names.groups[group].pool.map(|pool| self.emit(Instr::Take { pool, end: Pc(0) }));
        self.block(body);
        let left = self.here();
        if take.is_some() {
            self.emit(Instr::DropLocals);
            self.emit(Instr::Jump(start));
        }
        let end = self.emit(Instr::End);
        if let Some(take) = take
            && let Instr::Take { end: target, .. } = &mut self.out.code[take.index()]
        {
            *target = end;
        }
        let info = &mut self.names.groups[group];
        (info.start, info.end, info.left) = (start, end, left);
    }

    pub(super) fn block(&mut self, block: &'a Block) {
        for step in block {
            self.span = step.span;
            self.step(step);
        }
    }

    fn step(&mut self, step: &'a Step) {
        let process = self.process;
        match &step.op {
            Op::Start(names) => {
                for name in names {
                    if let Some((first, end)) = self.names.threads_named(process, name) {
                        self.emit(Instr::Start { first, end });
                    }
                }
            }
            Op::Spawn(name) => {
                if let Some(child) = self.names.process(name) {
                    self.spawn_handler();
                    self.emit(Instr::Spawn(child));
                }
            }
            Op::Join { target, timeout } => {
                if let Some((first, end)) = self.names.threads_named(process, target) {
                    // Each thread of a group gets the whole timeout, as in a loop over them; and the first death ends the loop.
                    let one_by_one = timeout.is_some() || self.runtime.facts.join_raises;
                    let each = if one_by_one { 1 } else { end.0 - first.0 };
                    for first in (first.0..end.0).step_by(each.max(1) as usize) {
                        let (first, end) = (ThreadId(first), ThreadId(first + each));
                        self.emit(Instr::Join { first, end, timeout: *timeout });
                    }
                } else if let Some(child) = self.names.process(target) {
                    self.emit(Instr::JoinProcess { process: child, timeout: *timeout });
                }
            }
            Op::Work { label, time } => {
                let label = self.text(label);
                self.emit(Instr::Work { label, time: *time });
            }
            Op::Sleep(time) => {
                self.emit(Instr::Sleep(*time));
            }
            Op::Print(line) => {
                let bytes = line.len() as u64 + 1;
                let (line, file) = (self.text(line), self.names.processes[process.index()].stdout);
                self.emit(Instr::Print { line, file, bytes });
            }
            Op::Open { path, mode, buffering } => {
                let file = self.names.file(process, path, *mode, *buffering);
                let info = &mut self.names.files[file.index()];
                (info.mode, info.buffering) = (*mode, *buffering);
                info.shared = is_shared(&self.scenario.processes[process.index()], path);
                self.emit(Instr::Open(file));
            }
            Op::Write { path, record, bytes, time } => self.write(path, record, *bytes, *time),
            Op::Flush(path) => {
                let file = self.names.file(process, path, FileMode::Binary, Buffering::Full);
                self.emit(Instr::Flush(file));
            }
            Op::Close(path) => {
                let file = self.names.file(process, path, FileMode::Binary, Buffering::Full);
                self.emit(Instr::Close(file));
            }
            Op::Lock { lock, timeout, body } => self.lock(lock, *timeout, body),
            Op::Set(event) => {
                let event = self.event(event);
                self.emit(Instr::Set(event));
            }
            Op::Wait { event, timeout } => {
                let event = self.event(event);
                self.emit(Instr::Wait { event, timeout: *timeout });
            }
            Op::Put { queue, stop } => {
                let queue = self.queue(queue);
                self.emit(Instr::Put { queue, stop: *stop });
            }
            Op::Get { queue, timeout, body } => {
                let queue = self.queue(queue);
                let get = self.emit(Instr::Get { queue, timeout: *timeout, skip: Pc(0) });
                self.block(body);
                self.emit(Instr::Done(queue));
                self.patch(get);
            }
            Op::ForEach { queue, body } => {
                let queue = self.queue(queue);
                let get = self.emit(Instr::Get { queue, timeout: None, skip: Pc(0) });
                self.block(body);
                self.emit(Instr::Done(queue));
                self.emit(Instr::Jump(get));
                self.patch(get);
            }
            Op::Drain(queue) => {
                let queue = self.queue(queue);
                self.emit(Instr::Drain(queue));
            }
            Op::Submit(pool) => {
                if let Some(pool) = self.names.pool(process, pool) {
                    self.emit(Instr::Submit(pool));
                }
            }
            Op::Repeat { times, body } => {
                let counter = self.register(Holds::Count(*times));
                let head = self.emit(Instr::LoopStart { counter, times: *times, end: Pc(0) });
                let first = self.here();
                self.block(body);
                self.emit(Instr::LoopNext { counter, body: first });
                self.patch(head);
                self.in_use -= 1;
            }
            Op::Forever(body) => {
                let first = self.here();
                self.block(body);
                if self.out.code[first.index()..].iter().all(Instr::is_local) {
                    // A handler that a fork takes over may name threads that it does not have; nothing is left of such
                    // steps. A loop of nothing else spins, but each round must be a step.
                    self.emit(Instr::Sleep(TimeRange::fixed(0)));
                }
                self.emit(Instr::Jump(first));
            }
            Op::WhileRunning { stop, body } => {
                let event = self.event(stop);
                let head = self.emit(Instr::IfSet { event, target: Pc(0) });
                self.block(body);
                self.emit(Instr::Jump(head));
                self.patch(head);
            }
            Op::UnlessSet { event, body } => {
                let event = self.event(event);
                let head = self.emit(Instr::IfSet { event, target: Pc(0) });
                self.block(body);
                self.patch(head);
            }
            Op::Try { body, handlers, finally } => self.attempt(body, handlers, finally.as_ref()),
            Op::Raise { exception, message } => {
                let exception = self.exception(exception, message, ExceptionKind::Error);
                self.emit(Instr::Raise(exception));
            }
            Op::Exit(code) => self.exit(code.rem_euclid(256) as u8),
            Op::ExitNow(code) => {
                self.emit(Instr::ExitNow(code.rem_euclid(256) as u8));
            }
            Op::SetDaemon { thread, daemon } => {
                if let Some((first, end)) = self.names.threads_named(process, thread) {
                    self.emit(Instr::SetDaemon { first, end, daemon: *daemon });
                }
            }
            Op::ExitThread if self.runtime.leave_phases.is_empty() => self.exit(0),
            Op::ExitThread => _ = self.emit(Instr::Raise(LEAVE)),
            Op::Return => {
                self.emit(Instr::Raise(RETURN));
            }
            Op::OnExit { name, early, body } => {
                let kind = if *early { HandlerKind::EarlyExit } else { HandlerKind::Exit };
                let handler = self.handler(name, kind, None, HandlerBody::Scenario(body));
                self.emit(Instr::Register(handler));
            }
            Op::OnTeardown { name, body } => {
                let handler = self.handler(name, HandlerKind::Teardown, None, HandlerBody::Scenario(body));
                self.emit(Instr::Register(handler));
            }
            Op::OnIdle { name, body } => {
                let handler = self.handler(name, HandlerKind::Idle, None, HandlerBody::Scenario(body));
                self.emit(Instr::Register(handler));
            }
            Op::OnSignal { signal, body } => {
                let handler = body.as_ref().map(|body| self.signal_handler(*signal, body));
                self.emit(Instr::Install { signal: *signal, handler });
            }
            Op::Signal { signal, to } => {
                if let Some(process) = self.names.process(to) {
                    self.emit(Instr::Kill { signal: *signal, process });
                }
            }
        }
    }

    /// The polite exit, as the runtime means it in main or in another thread.
    fn exit(&mut self, code: u8) {
        let facts = &self.runtime.facts;
        let called_by_main = self.is_main_code || self.names.groups[self.group].in_event_loop;
        let way = if called_by_main { facts.exit } else { facts.exit_in_thread };
        let exception = self.exception("SystemExit", &code.to_string(), ExceptionKind::Exit(code));
        self.emit(match way {
            Exit::Raises | Exit::RaisesInMain => Instr::Raise(exception),
            Exit::Runs => Instr::Exit(code),
            Exit::EndsThread => Instr::EndThread(exception),
            Exit::AtOnce => Instr::ExitNow(code),
        });
        if way == Exit::Runs {
            self.names.groups[self.group].may_exit = true;
        }
    }

    fn write(&mut self, path: &str, record: &str, bytes: u64, time: TimeRange) {
        let file = self.names.file(self.process, path, FileMode::Binary, Buffering::Full);
        let record = self.text(record);
        if time.max_us == 0 {
            self.emit(Instr::Write { file, record, bytes });
        } else {
            self.emit(Instr::WriteBegin { file, record, bytes });
            self.emit(Instr::WriteRest { file, bytes, time });
        }
    }

    /// Makes the jump at `at` lead here.
    pub(super) fn patch(&mut self, at: Pc) {
        let here = self.here();
        match &mut self.out.code[at.index()] {
            Instr::Jump(target)
            | Instr::IfSet { target, .. }
            | Instr::LoopStart { end: target, .. }
            | Instr::Get { skip: target, .. }
            | Instr::Acquire { skip: target, .. } => *target = here,
            _ => {}
        }
    }

    /// Takes the next free register of the thread; given back by lowering `in_use`. One that holds a counter here and
    /// an exception there must be wide enough for both.
    pub(super) fn register(&mut self, holds: Holds) -> Register {
        let registers = &mut self.out.registers[self.group];
        if registers.len() == self.in_use {
            registers.push(RegisterUse::default());
        }
        let known = &mut registers[self.in_use];
        match holds {
            Holds::Count(most) => known.most = known.most.max(most),
            Holds::Exception => known.exception = true,
        }
        self.in_use += 1;
        Register(self.in_use as u32 - 1)
    }

    fn exception(&mut self, class: &str, message: &str, kind: ExceptionKind) -> ExceptionId {
        let exception = Exception { class: class.into(), message: message.into(), kind };
        // Those of the runtime have reasons of their own, also where one looks the same.
        let own = self.runtimes_own;
        let known = self.out.exceptions.iter().skip(own).position(|known| *known == exception);
        let position = known.map(|position| position + own).unwrap_or_else(|| {
            self.out.exceptions.push(exception);
            self.out.exceptions.len() - 1
        });
        ExceptionId(position as u32)
    }

    fn text(&mut self, text: &str) -> TextId {
        TextId(self.out.texts.intern(text))
    }

    fn event(&mut self, name: &str) -> EventId {
        EventId(self.names.events.intern(self.process, name))
    }

    fn queue(&mut self, name: &str) -> QueueId {
        QueueId(self.names.queues.intern(self.process, name))
    }

    pub(super) fn current_process(&self) -> ProcessId {
        self.process
    }

    /// The process whose code is being emitted, as the scenario declares it.
    pub(super) fn declared(&self) -> &'a Process {
        &self.scenario.processes[self.process.index()]
    }
}

/// Whether more than one body of a process uses a file; a handler is a body of its own.
fn is_shared(process: &Process, wanted: &str) -> bool {
    let threads = process.threads.iter().map(|thread| &thread.body);
    let bodies = threads.chain(process.pools.iter().map(|pool| &pool.body)).chain([&process.main]);
    bodies.map(|body| users(body, wanted)).sum::<usize>() > 1
}

/// How many bodies use a file: this one, and those of the handlers in it.
fn users(body: &Block, wanted: &str) -> usize {
    fn visit(block: &Block, wanted: &str, here: &mut bool, others: &mut usize) {
        for step in block {
            match &step.op {
                Op::Open { path, .. } | Op::Write { path, .. } | Op::Flush(path) | Op::Close(path) => {
                    *here |= path == wanted;
                }
                Op::OnExit { body, .. }
                | Op::OnTeardown { body, .. }
                | Op::OnIdle { body, .. }
                | Op::OnSignal { body: Some(body), .. } => {
                    *others += users(body, wanted);
                }
                op => op.each_block(&mut |inner| visit(inner, wanted, here, others)),
            }
        }
    }
    let (mut here, mut others) = (false, 0);
    visit(body, wanted, &mut here, &mut others);
    usize::from(here) + others
}
