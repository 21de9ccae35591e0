//! The statements of one function.

use super::Plan;
use super::blocks;
use super::code::{Code, string};
use super::files;
use super::helpers::Helper;
use super::names::class;
use super::threads;
use crate::export::stock::{item, queue_use, works};
use crate::export::survey::Role;
use crate::export::words::prose;
use crate::scenario::{Block, Op, Signal, Step, TimeRange};

/// Writes the body of one function.
pub(super) struct Body<'p, 's> {
    pub(super) plan: &'p Plan<'s>,
    /// Its place in the plan.
    pub(super) function: usize,
}

/// How a `return` of the scenario is written.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Leave {
    /// The statement stands in the function itself.
    #[default]
    Plain,
    /// It stands in a function literal, which says whether the function around it is to return as well.
    Literal,
    /// It stands in a deferred function of such a literal.
    Deferred,
    /// It stands in a deferred clean-up block, and `done` says whether that of such a literal.
    Finally { done: bool },
}

/// What stands around a statement.
#[derive(Clone, Default)]
pub(super) struct Around {
    pub(super) leave: Leave,
    /// What gives back the locks that are held without a `defer`, outermost first.
    pub(super) unlock: Vec<String>,
}

impl<'s> Body<'_, 's> {
    pub(super) fn role(&self) -> Role<'s> {
        self.plan.functions[self.function].role
    }

    /// Writes statements one after the other.
    pub(super) fn block(&self, block: &[Step], around: &Around, code: &mut Code) {
        for step in block {
            self.step(&step.op, around, code);
        }
    }

    /// Writes a whole body. A `try` at its end needs no function of its own for what it defers, and a last `return`
    /// goes without saying.
    pub(super) fn whole(&self, block: &Block, code: &mut Code) {
        let around = Around::default();
        let Some((last, rest)) = block.split_last() else { return };
        self.block(rest, &around, code);
        match &last.op {
            Op::Return => {}
            Op::Try { body, handlers, finally } => {
                blocks::defers(self, handlers, finally.as_ref(), &around, code);
                self.whole(body, code);
            }
            op => self.step(op, &around, code),
        }
    }

    /// Writes a line of trace.
    pub(super) fn trace(&self, what: &str, code: &mut Code) {
        if self.plan.options.trace {
            let who = match self.role() {
                Role::Thread(_, count) if count > 1 => "name".to_string(),
                Role::Thread(name, _) => string(name),
                _ => string("main"),
            };
            code.help(Helper::Trace);
            code.line(format!("trace({who}, {})", string(what)));
        }
    }

    pub(super) fn span(&self, time: TimeRange, code: &mut Code) -> String {
        code.span(time, self.plan.options.scale)
    }

    fn step(&self, op: &Op, around: &Around, code: &mut Code) {
        let names = &self.plan.names;
        match op {
            Op::Start(started) => started.iter().for_each(|thread| threads::start(self, thread, code)),
            Op::Join { target, timeout } => threads::join(self, target, *timeout, code),
            Op::Work { label, time } => self.work(label, *time, code),
            Op::Sleep(time) => {
                let span = self.span(*time, code);
                code.line(format!("time.Sleep({span})"));
            }
            Op::Print(text) => {
                code.import("fmt");
                code.line(format!("fmt.Println({})", string(text)));
                self.trace(&format!("print {}", prose(text)), code);
            }
            Op::Open { path, .. } => files::open(self, path, code),
            Op::Write { path, record, bytes, time } => files::write(self, path, record, *bytes, *time, code),
            Op::Flush(path) => files::flush(self, path, code),
            Op::Close(path) => files::close(self, path, code),
            Op::Lock { lock, timeout, body } => blocks::lock(self, lock, *timeout, body, around, code),
            Op::Set(event) => {
                code.help(Helper::Event);
                code.line(format!("{}.set()", names.event(event)));
            }
            Op::Wait { event, timeout } => {
                code.help(Helper::Event);
                self.receive(&format!("{}.done", names.event(event)), *timeout, code);
            }
            Op::Put { queue, stop } => {
                if queue_use(self.plan.process, queue).drained {
                    code.line(format!("{}.Add(1)", names.of_thread(queue, "left")));
                }
                let what = if *stop { "\"\"".to_string() } else { string(item(queue)) };
                code.line(format!("{} <- {what}", names.queue(queue)));
            }
            Op::Get { queue, timeout, body } => self.get(queue, *timeout, body, around, code),
            Op::ForEach { queue, body } => {
                let (channel, one) = (names.queue(queue), names.item(queue));
                let head = format!("for {one} := <-{channel}; {one} != \"\"; {one} = <-{channel} {{");
                code.block(head, |code| self.item(queue, body, around, code));
            }
            Op::Drain(queue) => code.line(format!("{}.Wait()", names.of_thread(queue, "left"))),
            Op::Repeat { times, body } => {
                code.block(format!("for i := 0; i < {times}; i++ {{"), |code| self.block(body, around, code));
            }
            Op::Forever(body) => code.block("for {", |code| self.block(body, around, code)),
            Op::WhileRunning { stop: event, body } => {
                code.block(format!("for !{}.isSet() {{", names.event(event)), |code| {
                    self.block(body, around, code);
                });
            }
            Op::UnlessSet { event, body } => {
                code.block(format!("if !{}.isSet() {{", names.event(event)), |code| {
                    self.block(body, around, code);
                });
            }
            Op::Try { body, handlers, finally } => {
                blocks::attempt(self, body, handlers, finally.as_ref(), around, code);
            }
            Op::Raise { exception, message } => {
                code.line(format!("panic({}({}))", class(exception), string(message)));
            }
            Op::Exit(status) => {
                self.trace(&format!("exit {status}"), code);
                code.import("os");
                code.line(format!("os.Exit({status})"));
            }
            Op::ExitNow(status) => {
                self.trace(&format!("exit-now {status}"), code);
                code.import("syscall");
                code.line(format!("syscall.Exit({status})"));
            }
            Op::ExitThread => {
                self.trace("exit-thread", code);
                code.import("runtime");
                code.line("runtime.Goexit()");
            }
            Op::Return => blocks::leave(around, code),
            Op::OnExit { body, .. } => {
                code.help(Helper::AtExit);
                let handler = self.handler(body, code);
                code.line(format!("atExit = append(atExit, {handler})"));
            }
            Op::OnSignal { signal, body } => self.on_signal(*signal, body.as_ref(), code),
            Op::Signal { signal, .. } => {
                code.import("os");
                code.import("syscall");
                code.line(format!("syscall.Kill(os.Getpid(), syscall.SIG{})", signal.name()));
            }
            // Refused, or left out, before.
            Op::Spawn(_)
            | Op::SetDaemon { .. }
            | Op::Submit(_)
            | Op::OnTeardown { .. }
            | Op::OnIdle { .. } => {}
        }
    }

    /// Waits for a channel.
    pub(super) fn receive(&self, channel: &str, timeout: Option<TimeRange>, code: &mut Code) {
        let Some(timeout) = timeout else { return code.line(format!("<-{channel}")) };
        let span = self.span(timeout, code);
        code.line("select {");
        code.line(format!("case <-{channel}:"));
        code.line(format!("case <-time.After({span}):"));
        code.line("}");
    }

    fn work(&self, label: &str, time: TimeRange, code: &mut Code) {
        let name = self.plan.names.work(label);
        let same = works(self.plan.process).iter().any(|work| work.label == label && work.time.is_some());
        let span = if same { String::new() } else { self.span(time, code) };
        code.line(format!("{name}({span})"));
    }

    /// What is done with an item.
    fn item(&self, queue: &str, body: &Block, around: &Around, code: &mut Code) {
        self.block(body, around, code);
        if queue_use(self.plan.process, queue).drained {
            code.line(format!("{}.Done()", self.plan.names.of_thread(queue, "left")));
        }
    }

    fn get(&self, queue: &str, timeout: Option<TimeRange>, body: &Block, around: &Around, code: &mut Code) {
        let uses = queue_use(self.plan.process, queue);
        let (channel, one) = (self.plan.names.queue(queue), self.plan.names.item(queue));
        let inside = |code: &mut Code| self.item(queue, body, around, code);
        match timeout {
            None if uses.ends => code.block(format!("if {one} := <-{channel}; {one} != \"\" {{"), inside),
            None => {
                code.line(format!("<-{channel}"));
                inside(code);
            }
            Some(time) => {
                let span = self.span(time, code);
                code.line("select {");
                let arrives = if uses.ends { format!("{one} := ") } else { String::new() };
                code.part(format!("case {arrives}<-{channel}:"), |code| match uses.ends {
                    true => code.block(format!("if {one} != \"\" {{"), inside),
                    false => inside(code),
                });
                code.line(format!("case <-time.After({span}):"));
                code.line("}");
            }
        }
    }

    /// A handler as a function value.
    fn handler(&self, body: &Block, code: &mut Code) -> String {
        let is_it = |f: &crate::export::survey::Function| std::ptr::eq(f.body, body);
        let Some(function) = self.plan.functions.iter().find(|f| is_it(f)) else { return "nil".to_string() };
        let name = self.plan.names.function(&function.role);
        if !self.plan.options.trace {
            return name;
        }
        let what = match function.role {
            Role::SignalHandler(signal) => format!("signal:{}", signal.name()),
            Role::ExitHandler(name) => format!("exit:{name}"),
            _ => String::new(),
        };
        code.help(Helper::Trace);
        format!("func() {{ traced(\"main\", {}, {name}) }}", string(&what))
    }

    fn on_signal(&self, signal: Signal, body: Option<&Block>, code: &mut Code) {
        code.import("syscall");
        match body {
            None => {
                code.import("os/signal");
                code.line(format!("signal.Ignore(syscall.SIG{})", signal.name()));
            }
            Some(body) => {
                code.help(Helper::Handle);
                let handler = self.handler(body, code);
                code.line(format!("handle(syscall.SIG{}, {handler})", signal.name()));
            }
        }
    }
}
