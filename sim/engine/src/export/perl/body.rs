//! The statements of one subroutine.

use super::plan::{Plan, Variable};
use super::text::{inside, prose, span, string};
use crate::export::lines::Lines;
use crate::export::survey::file_of;
use crate::export::{ExportOptions, stock};
use crate::scenario::{Block, Buffering, Except, FileMode, Op, TimeRange};

/// Writes the body of one subroutine.
pub(super) struct Body<'p, 's> {
    plan: &'p Plan<'s>,
    options: &'p ExportOptions,
    in_thread: bool,
}

impl<'p, 's> Body<'p, 's> {
    /// For a thread or for main.
    pub(super) fn new(plan: &'p Plan<'s>, options: &'p ExportOptions, in_thread: bool) -> Self {
        Body { plan, options, in_thread }
    }

    /// The whole subroutine, with the variables that are declared ahead; a `return` at its end is left out.
    pub(super) fn whole(&self, block: &Block, lines: &mut Lines) {
        for (path, file) in &self.plan.files {
            if file.ahead && mentions(block, path) {
                lines.line(format!("my ${};", file.name));
            }
        }
        if !self.in_thread {
            for thread in self.plan.threads.values() {
                if let Some(Variable { name, ahead: true }) = &thread.handle {
                    lines.line(format!("my {}{name};", if thread.count == 1 { '$' } else { '@' }));
                }
            }
        }
        self.statements(block, lines);
    }

    fn statements(&self, block: &Block, lines: &mut Lines) {
        let last = usize::from(block.last().is_some_and(|step| step.op == Op::Return));
        block.iter().take(block.len() - last).for_each(|step| self.step(&step.op, lines));
    }

    fn block(&self, block: &Block, lines: &mut Lines) {
        block.iter().for_each(|step| self.step(&step.op, lines));
    }

    fn trace(&self, kind: &str, detail: &str, lines: &mut Lines) {
        if self.options.trace {
            let detail = if detail.is_empty() { String::new() } else { format!(", {}", string(detail)) };
            lines.line(format!("trace({}{detail});", string(kind)));
        }
    }

    fn span(&self, time: TimeRange) -> String {
        span(time, self.options.scale)
    }

    fn file(&self, path: &str) -> String {
        format!("${}", self.plan.files[path].name)
    }

    fn step(&self, op: &Op, lines: &mut Lines) {
        let plan = self.plan;
        match op {
            Op::Start(names) => names.iter().for_each(|name| self.start(name, lines)),
            Op::Join { target, timeout } => self.join(target, *timeout, lines),
            Op::Work { label, time } => {
                let differs =
                    stock::works(plan.process).iter().any(|work| work.label == label && work.time.is_none());
                let seconds = if differs { self.span(*time) } else { String::new() };
                lines.line(format!("{}({seconds});", plan.works[label.as_str()]));
            }
            Op::Sleep(time) => lines.line(format!("sleep_fully({});", self.span(*time))),
            Op::Print(text) => {
                lines.line(format!("print \"{}\\n\";", inside(text)));
                self.trace("print", &prose(text), lines);
            }
            Op::Open { path, mode, buffering } => self.open(path, *mode, *buffering, lines),
            Op::Write { path, record, bytes, time } => {
                let (file, record) = (self.file(path), plan.record(path, record, *bytes));
                lines.line(match (time.max_us, self.options.trace) {
                    (0, _) => format!("print {{{file}}} {record};"),
                    (_, true) => {
                        let direct = u8::from(self.is_direct(path));
                        format!("slow_write({file}, {record}, {}, {direct});", self.span(*time))
                    }
                    (_, false) => {
                        format!("print {{{file}}} {record};    # one large call, long in the kernel")
                    }
                });
            }
            Op::Flush(path) => lines.line(format!("{}->flush;", self.file(path))),
            Op::Close(path) => lines.line(format!("close({});", self.file(path))),
            Op::Lock { lock, timeout, body } => self.lock(lock, *timeout, body, lines),
            Op::Set(event) => lines.line(format!("${} = 1;", plan.events[event.as_str()])),
            Op::Wait { event, timeout } => {
                let limit = timeout.map_or(String::new(), |time| format!(", {}", self.span(time)));
                lines.line(format!("wait_for(\\${}{limit});", plan.events[event.as_str()]));
            }
            Op::Put { queue, stop } => {
                let queue = &plan.queues[queue.as_str()];
                if queue.drained {
                    lines.line(format!("{{ lock(${0}); ${0}++; }}", queue.open));
                }
                lines.line(format!("${}->enqueue({});", queue.name, if *stop { "undef" } else { "1" }));
            }
            Op::Get { queue, timeout, body } => self.get(queue, *timeout, body, lines),
            Op::ForEach { queue, body } => {
                let names = &plan.queues[queue.as_str()];
                let head = format!("while (defined(my ${} = ${}->dequeue)) {{", names.item, names.name);
                lines.block(head, "}", |lines| {
                    self.block(body, lines);
                    self.done(queue, lines);
                });
            }
            Op::Drain(queue) => {
                lines.line(format!("sleep(0.01) while ${};", plan.queues[queue.as_str()].open));
            }
            Op::Repeat { times, body } => {
                lines.block(format!("for (1 .. {times}) {{"), "}", |lines| self.block(body, lines));
            }
            Op::Forever(body) => lines.block("while (1) {", "}", |lines| self.block(body, lines)),
            Op::WhileRunning { stop, body } => {
                let head = format!("until (${}) {{", plan.events[stop.as_str()]);
                lines.block(head, "}", |lines| self.block(body, lines));
            }
            Op::UnlessSet { event, body } => {
                let head = format!("unless (${}) {{", plan.events[event.as_str()]);
                lines.block(head, "}", |lines| self.block(body, lines));
            }
            Op::Try { body, handlers, finally } => self.attempt(body, handlers, finally.as_ref(), lines),
            Op::Raise { exception, message } => {
                let message = if message.is_empty() { String::new() } else { string(message) };
                lines.line(format!("die {}->new({message});", plan.classes[exception.as_str()]));
            }
            Op::Exit(status) => {
                self.trace("exit", &status.to_string(), lines);
                lines.line(format!("exit({status});"));
            }
            Op::ExitNow(status) => {
                self.trace("exit-now", &status.to_string(), lines);
                lines.line(format!("POSIX::_exit({status});"));
            }
            Op::ExitThread => {
                self.trace("exit-thread", "", lines);
                lines.line("threads->exit;");
            }
            Op::Return => lines.line("return;"),
            Op::OnExit { name, body, .. } => {
                self.handler("push @at_exit, sub", &format!("exit:{name}"), body, lines);
            }
            Op::OnSignal { signal, body: None } => {
                lines.line(format!("$SIG{{{}}} = 'IGNORE';", signal.name()));
            }
            Op::OnSignal { signal, body: Some(body) } => {
                let name = signal.name();
                self.handler(&format!("$SIG{{{name}}} = sub"), &format!("signal:{name}"), body, lines);
            }
            Op::Signal { signal, .. } => lines.line(format!("kill('{}', $$);", signal.name())),
            // Refused, or left out, before.
            Op::Spawn(_)
            | Op::SetDaemon { .. }
            | Op::Submit(_)
            | Op::OnTeardown { .. }
            | Op::OnIdle { .. } => {}
        }
    }

    fn start(&self, name: &str, lines: &mut Lines) {
        let thread = &self.plan.threads[name];
        let label = if thread.count == 1 { string(name) } else { format!("\"{}-$_\"", inside(name)) };
        let new = match self.options.trace {
            true => format!("threads->create(\\&traced, {label}, 'thread', \\&{})", thread.sub),
            false => format!("threads->create(\\&{})", thread.sub),
        };
        let my = |ahead: bool| if ahead { "" } else { "my " };
        lines.line(match (&thread.handle, thread.count) {
            (Some(Variable { name, ahead }), 1) => format!("{}${name} = {new};", my(*ahead)),
            (Some(Variable { name, ahead }), many) => {
                format!("{}@{name} = map {{ {new} }} 1 .. {many};", my(*ahead))
            }
            (None, 1) => format!("{new};"),
            (None, many) => format!("{new} for 1 .. {many};"),
        });
    }

    fn join(&self, target: &str, timeout: Option<TimeRange>, lines: &mut Lines) {
        let Some(thread) = self.plan.threads.get(target) else { return };
        let Some(Variable { name, .. }) = &thread.handle else { return };
        lines.line(match (thread.count, timeout) {
            (1, None) => format!("${name}->join;"),
            (1, Some(time)) => format!("wait_for_thread(${name}, {});", self.span(time)),
            (_, None) => format!("$_->join for @{name};"),
            (_, Some(time)) => format!("wait_for_thread($_, {}) for @{name};", self.span(time)),
        });
    }

    fn is_direct(&self, path: &str) -> bool {
        let direct = |op: &Op| matches!(op, Op::Open { path: opened, buffering: Buffering::None, .. } if opened == path);
        stock::uses(self.plan.process, direct)
    }

    fn open(&self, path: &str, mode: FileMode, buffering: Buffering, lines: &mut Lines) {
        if let Some((folder, _)) = path.rsplit_once('/') {
            lines.line(format!("make_path({});", string(folder)));
        }
        let (file, my) = (self.file(path), if self.plan.files[path].ahead { "" } else { "my " });
        let mode = if mode == FileMode::Binary { ">:raw" } else { ">" };
        lines.line(format!("open({my}{file}, '{mode}', {}) or die \"{}: $!\";", string(path), inside(path)));
        if matches!(buffering, Buffering::Line | Buffering::None) {
            lines.line(format!("{file}->autoflush(1);"));
        }
    }

    fn lock(&self, lock: &str, timeout: Option<TimeRange>, body: &Block, lines: &mut Lines) {
        let name = &self.plan.locks[lock];
        if !self.plan.is_semaphore(lock) {
            lines.block("{", "}", |lines| {
                lines.line(format!("lock(${name});"));
                self.block(body, lines);
            });
            return;
        }
        let held = |lines: &mut Lines| {
            lines.block("try {", "}", |lines| {
                self.block(body, lines);
                lines.chain("}", "catch ($error) {", |lines| lines.line("die $error;"));
                lines.chain("}", "finally {", |lines| lines.line(format!("${name}->up;")));
            });
        };
        match timeout {
            Some(time) => {
                let head = format!("if (down_within(${name}, {})) {{", self.span(time));
                lines.block(head, "}", held);
            }
            None => {
                lines.line(format!("${name}->down;"));
                held(lines);
            }
        }
    }

    fn get(&self, queue: &str, timeout: Option<TimeRange>, body: &Block, lines: &mut Lines) {
        let names = &self.plan.queues[queue];
        let take = match timeout {
            Some(time) => format!("${}->dequeue_timed(time + {})", names.name, self.span(time)),
            None => format!("${}->dequeue", names.name),
        };
        if body.is_empty() && !names.drained {
            lines.line(format!("{take};"));
            return;
        }
        lines.block(format!("if (defined(my ${} = {take})) {{", names.item), "}", |lines| {
            self.block(body, lines);
            self.done(queue, lines);
        });
    }

    fn done(&self, queue: &str, lines: &mut Lines) {
        let queue = &self.plan.queues[queue];
        if queue.drained {
            lines.line(format!("{{ lock(${0}); ${0}--; }}", queue.open));
        }
    }

    /// `finally` needs a `catch` before it.
    fn attempt(&self, body: &Block, handlers: &[Except], finally: Option<&Block>, lines: &mut Lines) {
        if handlers.is_empty() && finally.is_none() {
            self.block(body, lines);
            return;
        }
        lines.block("try {", "}", |lines| {
            self.block(body, lines);
            lines.chain("}", "catch ($error) {", |lines| self.catches(handlers, lines));
            if let Some(finally) = finally {
                lines.chain("}", "finally {", |lines| {
                    self.trace("finally", "", lines);
                    self.block(finally, lines);
                });
            }
        });
    }

    fn catches(&self, handlers: &[Except], lines: &mut Lines) {
        let Some((first, rest)) = handlers.split_first() else {
            lines.line("die $error;");
            return;
        };
        let asks =
            |handler: &Except| format!("($error isa {}) {{", self.plan.classes[handler.exception.as_str()]);
        lines.block(format!("if {}", asks(first)), "}", |lines| {
            self.block(&first.body, lines);
            for handler in rest {
                lines.chain("}", &format!("elsif {}", asks(handler)), |lines| {
                    self.block(&handler.body, lines);
                });
            }
            lines.chain("}", "else {", |lines| lines.line("die $error;"));
        });
    }

    fn handler(&self, head: &str, what: &str, body: &Block, lines: &mut Lines) {
        let statements = |lines: &mut Lines| self.statements(body, lines);
        match self.options.trace {
            true => {
                let head = format!("{head} {{ traced('main', {}, sub {{", string(what));
                lines.block(head, "}) };", statements);
            }
            false => lines.block(format!("{head} {{"), "};", statements),
        }
    }
}

/// Whether a file is used in a body or in its handlers.
fn mentions(block: &Block, path: &str) -> bool {
    block.iter().any(|step| {
        let mut found = file_of(&step.op) == Some(path);
        step.op.each_block(&mut |inner| found |= mentions(inner, path));
        found
    })
}
