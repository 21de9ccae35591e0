//! The statements of one function.

use super::Plan;
use super::blocks::{self, diverges};
use super::code::{Code, format_string, string};
use super::files;
use super::helpers::Helper;
use super::names::class;
use super::threads;
use crate::export::stock::{item, queue_use, works};
use crate::export::survey::{Function, Role};
use crate::export::words::prose;
use crate::scenario::{Block, Op, Signal, Step, TimeRange};

/// Writes the body of one function.
pub(super) struct Body<'p, 's> {
    pub(super) plan: &'p Plan<'s>,
    /// Its place in the plan.
    pub(super) function: usize,
}

/// How a `return` of the scenario is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// `return;`
    Plain,
    /// `return true;` out of a closure, which tells the function around it to return as well.
    Closure,
}

impl<'s> Body<'_, 's> {
    pub(super) fn role(&self) -> Role<'s> {
        self.plan.functions[self.function].role
    }

    /// Writes statements one after the other, as far as one comes.
    pub(super) fn block(&self, block: &[Step], leave: Leave, code: &mut Code) {
        for (index, step) in block.iter().enumerate() {
            self.step(&step.op, leave, code);
            if diverges(&step.op) {
                code.cut |= index + 1 < block.len();
                return;
            }
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
            code.line(format!("trace({who}, {});", string(what)));
        }
    }

    pub(super) fn span(&self, time: TimeRange, code: &mut Code) -> String {
        code.span(time, self.plan.options.scale)
    }

    fn step(&self, op: &Op, leave: Leave, code: &mut Code) {
        let names = &self.plan.names;
        match op {
            Op::Start(started) => started.iter().for_each(|thread| threads::start(self, thread, code)),
            Op::Join { target, timeout } => threads::join(self, target, *timeout, code),
            Op::Work { label, time } => self.work(label, *time, code),
            Op::Sleep(time) => {
                let span = self.span(*time, code);
                code.bring("std::thread");
                code.line(format!("thread::sleep({span});"));
            }
            Op::Print(text) => {
                code.line(format!("println!({});", format_string(text)));
                self.trace(&format!("print {}", prose(text)), code);
            }
            Op::Open { path, .. } => files::open(self, path, code),
            Op::Write { path, record, bytes, time } => files::write(self, path, record, *bytes, *time, code),
            Op::Flush(path) => files::flush(self, path, code),
            Op::Close(path) => files::close(self, path, code),
            Op::Lock { lock, timeout, body } => blocks::lock(self, lock, *timeout, body, leave, code),
            Op::Set(event) => {
                code.help(Helper::EventSet);
                code.line(format!("{}.set();", names.event(event)));
            }
            Op::Wait { event, timeout } => self.wait(&names.event(event), *timeout, code),
            Op::Put { queue, stop } => {
                code.help(Helper::QueuePut);
                let what = if *stop { "None".to_string() } else { format!("Some({})", string(item(queue))) };
                code.line(format!("{}.put({what});", names.queue(queue)));
            }
            Op::Get { queue, timeout, body } => self.get(queue, *timeout, body, leave, code),
            Op::ForEach { queue, body } => {
                code.help(Helper::QueueGet);
                let head =
                    format!("while let Some(_{}) = {}.get() {{", names.item(queue), names.queue(queue));
                code.block(head, |code| self.item(queue, body, leave, code));
            }
            Op::Drain(queue) => {
                code.help(Helper::QueueDrain);
                code.line(format!("{}.drain();", names.queue(queue)));
            }
            Op::Repeat { times, body } => {
                code.block(format!("for _ in 0..{times} {{"), |code| self.block(body, leave, code));
            }
            Op::Forever(body) => code.block("loop {", |code| self.block(body, leave, code)),
            Op::WhileRunning { stop: event, body } => self.if_not_set("while", event, body, leave, code),
            Op::UnlessSet { event, body } => self.if_not_set("if", event, body, leave, code),
            Op::Try { body, handlers, finally } => {
                blocks::attempt(self, body, handlers, finally.as_ref(), leave, code);
            }
            Op::Raise { exception, message } => {
                code.bring("std::panic");
                code.line(format!("panic::panic_any({}({}));", class(exception), string(message)));
            }
            Op::Exit(status) => {
                self.trace(&format!("exit {status}"), code);
                code.bring("std::process");
                code.line(format!("process::exit({});", *status as i32));
            }
            Op::ExitNow(status) => {
                self.trace(&format!("exit-now {status}"), code);
                code.help(Helper::ExitNow);
                code.line(format!("unsafe {{ _exit({}) }};", *status as i32));
            }
            Op::Return => code.line(leave.text()),
            Op::OnExit { body, .. } => {
                code.help(Helper::AtExit);
                code.line(format!("unsafe {{ atexit({}) }};", self.handler(body)));
            }
            Op::OnSignal { signal, body } => self.on_signal(*signal, body.as_ref(), code),
            Op::Signal { signal, .. } => {
                code.bring("std::process");
                code.help(Helper::Kill);
                code.line(format!(
                    "unsafe {{ kill(process::id(), {}) }}; // {}",
                    signal.number(),
                    sig(*signal)
                ));
            }
            // Refused, or left out, before.
            Op::Spawn(_)
            | Op::SetDaemon { .. }
            | Op::Submit(_)
            | Op::OnTeardown { .. }
            | Op::OnIdle { .. }
            | Op::ExitThread => {}
        }
    }

    /// Waits for an event.
    pub(super) fn wait(&self, event: &str, timeout: Option<TimeRange>, code: &mut Code) {
        match timeout {
            None => {
                code.help(Helper::EventWait);
                code.line(format!("{event}.wait();"));
            }
            Some(time) => {
                let span = self.span(time, code);
                code.help(Helper::EventWaitFor);
                code.line(format!("{event}.wait_for({span});"));
            }
        }
    }

    fn if_not_set(&self, word: &str, event: &str, body: &Block, leave: Leave, code: &mut Code) {
        code.help(Helper::EventIsSet);
        code.block(format!("{word} !{}.is_set() {{", self.plan.names.event(event)), |code| {
            self.block(body, leave, code);
        });
    }

    fn work(&self, label: &str, time: TimeRange, code: &mut Code) {
        let name = self.plan.names.work(label);
        let same = works(self.plan.process).iter().any(|work| work.label == label && work.time.is_some());
        let span = if same { String::new() } else { self.span(time, code) };
        code.line(format!("{name}({span});"));
    }

    /// What is done with an item.
    fn item(&self, queue: &str, body: &Block, leave: Leave, code: &mut Code) {
        self.block(body, leave, code);
        if queue_use(self.plan.process, queue).drained && !body.iter().any(|step| diverges(&step.op)) {
            code.help(Helper::QueueDone);
            code.line(format!("{}.done();", self.plan.names.queue(queue)));
        }
    }

    fn get(&self, queue: &str, timeout: Option<TimeRange>, body: &Block, leave: Leave, code: &mut Code) {
        let ends = queue_use(self.plan.process, queue).ends;
        let (name, one) = (self.plan.names.queue(queue), self.plan.names.item(queue));
        let inside = |code: &mut Code| self.item(queue, body, leave, code);
        match timeout {
            None => {
                code.help(Helper::QueueGet);
                if ends {
                    return code.block(format!("if let Some(_{one}) = {name}.get() {{"), inside);
                }
                code.line(format!("let _{one} = {name}.get();"));
                inside(code);
            }
            Some(time) => {
                let span = self.span(time, code);
                code.help(Helper::QueueGetFor);
                let pattern = if ends { format!("Some(Some(_{one}))") } else { format!("Some(_{one})") };
                code.block(format!("if let {pattern} = {name}.get_for({span}) {{"), inside);
            }
        }
    }

    /// The function that a handler's body became.
    fn handler(&self, body: &Block) -> String {
        let is_it = |function: &&Function| std::ptr::eq(function.body, body);
        let found = self.plan.functions.iter().find(is_it);
        found.map_or(String::new(), |function| self.plan.names.function(&function.role))
    }

    fn on_signal(&self, signal: Signal, body: Option<&Block>, code: &mut Code) {
        let number = signal.number();
        let Some(body) = body else {
            code.help(Helper::Ignore);
            code.line("const SIG_IGN: usize = 1;");
            return code.line(format!("unsafe {{ signal({number}, SIG_IGN) }}; // {}", sig(signal)));
        };
        code.help(Helper::OnSignal);
        if !threads::starts_before_handlers(self.plan) {
            code.line(format!("block_signal({number}); // {}", sig(signal)));
        }
        code.line(format!("on_signal({number}, {});", self.handler(body)));
    }
}

impl Leave {
    /// The statement.
    pub(super) fn text(self) -> &'static str {
        match self {
            Leave::Plain => "return;",
            Leave::Closure => "return true;",
        }
    }
}

/// The name of a signal, for a comment beside its number.
pub(super) fn sig(signal: Signal) -> String {
    format!("SIG{}", signal.name())
}
