//! The statements of one method.

use super::plan::Plan;
use super::text::{prose, span, string};
use crate::export::lines::Lines;
use crate::export::survey::returns_early;
use crate::export::{ExportOptions, stock};
use crate::scenario::{Block, Buffering, Except, FileMode, Op, Signal, TimeRange};

/// Writes the body of one method.
pub(super) struct Body<'p, 's> {
    plan: &'p Plan<'s>,
    options: &'p ExportOptions,
    /// An expression for the name of the thread that runs it.
    who: String,
}

impl<'p, 's> Body<'p, 's> {
    /// For a thread, by its index, or for main.
    pub(super) fn new(plan: &'p Plan<'s>, options: &'p ExportOptions, thread: Option<usize>) -> Self {
        let who = match thread.and_then(|index| plan.process.threads.get(index)) {
            None => "\"main\"".to_string(),
            Some(thread) if thread.count == 1 => string(&thread.name),
            Some(_) => "Thread.current.name".to_string(),
        };
        Body { plan, options, who }
    }

    /// The whole method: a `try` that is all of it needs no `begin`, and a `return` at its end is left out.
    pub(super) fn whole(&self, block: &Block, lines: &mut Lines) {
        match &block[..] {
            [step] if let Op::Try { body, handlers, finally } = &step.op => {
                self.block(body, lines);
                self.rescues(handlers, finally.as_ref(), lines);
            }
            _ => self.block(block, lines),
        }
    }

    /// Statements one after the other.
    pub(super) fn block(&self, block: &Block, lines: &mut Lines) {
        let last = block.len().wrapping_sub(1);
        for (index, step) in block.iter().enumerate() {
            if index == last && step.op == Op::Return && !self.is_nested(block) {
                continue;
            }
            self.step(&step.op, lines);
        }
    }

    /// Whether a block stands inside another statement of a method.
    fn is_nested(&self, block: &Block) -> bool {
        let process = self.plan.process;
        !std::ptr::eq(block, &raw const process.main)
            && !process.threads.iter().any(|thread| std::ptr::eq(block, &raw const thread.body))
    }

    fn trace(&self, kind: &str, detail: &str, lines: &mut Lines) {
        if self.options.trace {
            let detail = if detail.is_empty() { String::new() } else { format!(", {}", string(detail)) };
            lines.line(format!("trace({}, {}{detail})", self.who, string(kind)));
        }
    }

    fn span(&self, time: TimeRange) -> String {
        span(time, self.options.scale)
    }

    fn limit(&self, timeout: Option<TimeRange>) -> String {
        timeout.map_or(String::new(), |time| format!("({})", self.span(time)))
    }

    fn step(&self, op: &Op, lines: &mut Lines) {
        let plan = self.plan;
        match op {
            Op::Start(names) => names.iter().for_each(|name| self.start(name, lines)),
            Op::Join { target, timeout } => self.join(target, *timeout, lines),
            Op::Work { label, time } => {
                let differs =
                    stock::works(plan.process).iter().any(|work| work.label == label && work.time.is_none());
                let seconds = if differs { format!("({})", self.span(*time)) } else { String::new() };
                lines.line(format!("{}{seconds}", plan.works[label.as_str()]));
            }
            Op::Sleep(time) => lines.line(format!("sleep {}", self.span(*time))),
            Op::Print(text) => {
                lines.line(format!("puts {}", string(text)));
                self.trace("print", &prose(text), lines);
            }
            Op::Open { path, mode, buffering } => self.open(path, *mode, *buffering, lines),
            Op::Write { path, record, bytes, time } => {
                let (file, record) = (&plan.files[path.as_str()], plan.record(path, record, *bytes));
                lines.line(match (time.max_us, self.options.trace) {
                    (0, _) => format!("{file}.write({record})"),
                    (_, true) => format!("slow_write({file}, {record}, {})", self.span(*time)),
                    (_, false) => format!("{file}.write({record}) # one large call, long in the kernel"),
                });
            }
            Op::Flush(path) => lines.line(format!("{}.flush", plan.files[path.as_str()])),
            Op::Close(path) => lines.line(format!("{}.close", plan.files[path.as_str()])),
            Op::Lock { lock, timeout, body } => self.lock(&plan.locks[lock.as_str()], *timeout, body, lines),
            Op::Set(event) => lines.line(format!("{}.set", plan.events[event.as_str()])),
            Op::Wait { event, timeout } => {
                lines.line(format!("{}.wait{}", plan.events[event.as_str()], self.limit(*timeout)));
            }
            Op::Put { queue, stop } => {
                let queue = &plan.queues[queue.as_str()];
                let item = if *stop { "nil".to_string() } else { format!(":{}", queue.item) };
                lines.line(format!("{} << {item}", queue.name));
            }
            Op::Get { queue, timeout, body } => self.get(queue, *timeout, body, lines),
            Op::ForEach { queue, body } => {
                let queue = &plan.queues[queue.as_str()];
                lines.block(format!("while ({} = {}.pop)", queue.item, queue.name), "end", |lines| {
                    self.block(body, lines);
                    if queue.drained {
                        lines.line(format!("{}.done", queue.name));
                    }
                });
            }
            Op::Drain(queue) => lines.line(format!("{}.drain", plan.queues[queue.as_str()].name)),
            Op::Repeat { times, body } => {
                lines.block(format!("{times}.times do"), "end", |lines| self.block(body, lines));
            }
            Op::Forever(body) => lines.block("loop do", "end", |lines| self.block(body, lines)),
            Op::WhileRunning { stop, body } => {
                let head = format!("until {}.set?", plan.events[stop.as_str()]);
                lines.block(head, "end", |lines| self.block(body, lines));
            }
            Op::UnlessSet { event, body } => {
                let head = format!("unless {}.set?", plan.events[event.as_str()]);
                lines.block(head, "end", |lines| self.block(body, lines));
            }
            Op::Try { body, handlers, finally } if handlers.is_empty() && finally.is_none() => {
                self.block(body, lines);
            }
            Op::Try { body, handlers, finally } => lines.block("begin", "end", |lines| {
                self.block(body, lines);
                self.rescues(handlers, finally.as_ref(), lines);
            }),
            Op::Raise { exception, message } => {
                let message =
                    if message.is_empty() { String::new() } else { format!(", {}", string(message)) };
                lines.line(format!("raise {}{message}", plan.classes[exception.as_str()]));
            }
            Op::Exit(status) => {
                self.trace("exit", &status.to_string(), lines);
                lines.line(if *status == 0 { "exit".to_string() } else { format!("exit({status})") });
            }
            Op::ExitNow(status) => {
                self.trace("exit-now", &status.to_string(), lines);
                lines.line(format!("exit!({status})"));
            }
            Op::ExitThread => {
                self.trace("exit-thread", "", lines);
                lines.line("Thread.exit");
            }
            Op::Return => lines.line("return"),
            Op::OnExit { name, body, .. } => {
                self.handler("at_exit", "", &format!("exit:{name}"), body, lines);
            }
            Op::OnSignal { signal, body: None } => {
                lines.line(format!("trap(\"{}\", \"IGNORE\")", signal.name()));
            }
            Op::OnSignal { signal, body: Some(body) } => {
                self.handler(
                    "trap",
                    &format!("\"{}\"", signal.name()),
                    &format!("signal:{}", signal.name()),
                    body,
                    lines,
                );
            }
            Op::OnTeardown { name, body } => {
                lines.line(format!("$kept = [*$kept, Object.new] # {}", prose(name)));
                let what = format!("teardown:{name}");
                self.handler("ObjectSpace.define_finalizer", "$kept.last", &what, body, lines);
            }
            Op::Signal { signal, .. } => self.kill(*signal, lines),
            // Refused, or left out, before.
            Op::Spawn(_) | Op::SetDaemon { .. } | Op::Submit(_) | Op::OnIdle { .. } => {}
        }
    }

    fn start(&self, name: &str, lines: &mut Lines) {
        let thread = &self.plan.threads[name];
        let run = |label: String| match self.options.trace {
            true => format!("traced({label}, \"thread\") {{ {} }}", thread.method),
            false => thread.method.clone(),
        };
        let new = match thread.count {
            1 => format!("Thread.new {{ {} }}", run(string(name))),
            many => {
                let label = format!("\"{name}-#{{number}}\"");
                let parameter = if self.options.trace { "|number| " } else { "" };
                let one = format!("Thread.new {{ {} }}", run(label));
                match thread.handle {
                    Some(_) => format!("(1..{many}).map {{ {parameter}{one} }}"),
                    None => format!("(1..{many}).each {{ {parameter}{one} }}"),
                }
            }
        };
        match &thread.handle {
            Some(handle) => lines.line(format!("{handle} = {new}")),
            None => lines.line(new),
        }
    }

    fn join(&self, target: &str, timeout: Option<TimeRange>, lines: &mut Lines) {
        let limit = self.limit(timeout);
        let Some(thread) = self.plan.threads.get(target) else { return };
        let Some(handle) = &thread.handle else { return };
        // A global is nil as long as nobody has started the thread.
        let dot = if handle.starts_with('$') { "&." } else { "." };
        lines.line(match (thread.count, limit.is_empty()) {
            (1, _) => format!("{handle}{dot}join{limit}"),
            (_, true) => format!("{handle}{dot}each(&:join)"),
            (_, false) => format!("{handle}{dot}each {{ |thread| thread.join{limit} }}"),
        });
    }

    fn open(&self, path: &str, mode: FileMode, buffering: Buffering, lines: &mut Lines) {
        if let Some((folder, _)) = path.rsplit_once('/') {
            lines.line(format!("FileUtils.mkdir_p({})", string(folder)));
        }
        let file = &self.plan.files[path];
        let mode = if mode == FileMode::Binary { "wb" } else { "w" };
        lines.line(format!("{file} = File.open({}, \"{mode}\")", string(path)));
        if matches!(buffering, Buffering::Line | Buffering::None) {
            lines.line(format!("{file}.sync = true"));
        }
    }

    fn lock(&self, lock: &str, timeout: Option<TimeRange>, body: &Block, lines: &mut Lines) {
        let Some(timeout) = timeout else {
            lines.block(format!("{lock}.synchronize do"), "end", |lines| self.block(body, lines));
            return;
        };
        lines.block(format!("if lock_within({lock}, {})", self.span(timeout)), "end", |lines| {
            lines.block("begin", "end", |lines| {
                self.block(body, lines);
                lines.part("ensure", |lines| lines.line(format!("{lock}.unlock")));
            });
        });
    }

    fn get(&self, queue: &str, timeout: Option<TimeRange>, body: &Block, lines: &mut Lines) {
        let queue = &self.plan.queues[queue];
        let limit = timeout.map_or(String::new(), |time| format!("(timeout: {})", self.span(time)));
        let pop = format!("{}.pop{limit}", queue.name);
        if body.is_empty() && !queue.drained {
            lines.line(pop);
            return;
        }
        lines.block(format!("if ({} = {pop})", queue.item), "end", |lines| {
            self.block(body, lines);
            if queue.drained {
                lines.line(format!("{}.done", queue.name));
            }
        });
    }

    fn rescues(&self, handlers: &[Except], finally: Option<&Block>, lines: &mut Lines) {
        for handler in handlers {
            let class = match self.plan.classes[handler.exception.as_str()].as_str() {
                "StandardError" => String::new(),
                class => format!(" {class}"),
            };
            lines.part(format!("rescue{class}"), |lines| self.block(&handler.body, lines));
        }
        if let Some(finally) = finally {
            lines.part("ensure", |lines| {
                self.trace("finally", "", lines);
                self.block(finally, lines);
            });
        }
    }

    /// A block where it is registered; a lambda if it may return from within.
    fn handler(&self, call: &str, argument: &str, what: &str, body: &Block, lines: &mut Lines) {
        let who = "\"main\"".to_string();
        let inner = Body { plan: self.plan, options: self.options, who };
        let run = format!("traced(\"main\", {}", string(what));
        let returns = returns_early(body);
        let arguments = if argument.is_empty() { String::new() } else { format!("({argument})") };
        let statements = |lines: &mut Lines| inner.handler_body(body, lines);
        match (self.options.trace, returns) {
            (false, false) => lines.block(format!("{call}{arguments} do"), "end", statements),
            (false, true) => {
                let before = if argument.is_empty() { String::new() } else { format!("{argument}, ") };
                lines.block(format!("{call}({before}&lambda do |*|"), "end)", statements);
            }
            (true, returns) => lines.block(format!("{call}{arguments} do"), "end", |lines| match returns {
                true => lines.block(format!("{run}, &lambda do |*|"), "end)", statements),
                false => lines.block(format!("{run}) do"), "end", statements),
            }),
        }
    }

    fn handler_body(&self, body: &Block, lines: &mut Lines) {
        let ends = body.last().is_some_and(|step| step.op == Op::Return) && !returns_early(body);
        let count = body.len() - usize::from(ends);
        body.iter().take(count).for_each(|step| self.step(&step.op, lines));
    }

    fn kill(&self, signal: Signal, lines: &mut Lines) {
        lines.line(format!("Process.kill(\"{}\", Process.pid)", signal.name()));
    }
}
