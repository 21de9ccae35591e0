//! The statements of one method.

use std::collections::{BTreeMap, BTreeSet};

use super::text::{span, string};
use crate::export::ExportOptions;
use crate::export::lines::Lines;
use crate::export::places::{Places, Queue};
use crate::export::reach::{catching, completes, step_completes};
use crate::export::survey::{Role, each_op, file_of};
use crate::export::words::prose;
use crate::scenario::{Block, Except, Op, TimeRange};

/// Writes the body of one method.
pub(super) struct Body<'p, 's> {
    pub(super) places: &'p Places<'s>,
    /// Index into the functions of the process.
    pub(super) function: usize,
    pub(super) options: &'p ExportOptions,
    pub(super) imports: &'p mut BTreeSet<&'static str>,
    /// How many counted loops stand around.
    loops: usize,
    /// How many items were taken from each queue before, in the order of the text.
    taken: BTreeMap<String, usize>,
    /// How many `catch` blocks stand around.
    catches: usize,
}

/// The checked exceptions that a body lets out.
pub(super) fn checked(block: &Block, trace: bool) -> Vec<&'static str> {
    let (mut io, mut interrupted) = (false, false);
    each_op(block, &mut |op| {
        io |= file_of(op).is_some();
        interrupted |= match op {
            Op::Work { .. }
            | Op::Sleep(_)
            | Op::Join { .. }
            | Op::Wait { .. }
            | Op::Get { .. }
            | Op::ForEach { .. }
            | Op::Drain(_) => true,
            Op::Lock { timeout, .. } => timeout.is_some(),
            Op::Write { time, .. } => trace && time.max_us > 0,
            _ => false,
        };
    });
    let mut found = Vec::new();
    found.extend(io.then_some("IOException"));
    found.extend(interrupted.then_some("InterruptedException"));
    found
}

impl<'p, 's> Body<'p, 's> {
    /// A body with nothing around it.
    pub(super) fn new(
        places: &'p Places<'s>,
        function: usize,
        options: &'p ExportOptions,
        imports: &'p mut BTreeSet<&'static str>,
    ) -> Self {
        Body { places, function, options, imports, loops: 0, taken: BTreeMap::new(), catches: 0 }
    }

    pub(super) fn import(&mut self, class: &'static str) {
        self.imports.insert(class);
    }

    /// Writes statements one after the other, as far as they can be reached.
    pub(super) fn block(&mut self, block: &Block, lines: &mut Lines) {
        for (index, step) in block.iter().enumerate() {
            self.step(&step.op, lines);
            if !step_completes(&step.op) && index + 1 < block.len() {
                lines.line("// What would follow is never reached.");
                break;
            }
        }
    }

    /// An expression for a time span in milliseconds.
    pub(super) fn span(&mut self, time: TimeRange) -> String {
        let (millis, random) = span(time, self.options.scale);
        if random {
            self.import("java.util.concurrent.ThreadLocalRandom");
        }
        millis
    }

    /// Arguments for a time limit: `2, TimeUnit.SECONDS`.
    fn limit(&mut self, time: TimeRange) -> String {
        self.import("java.util.concurrent.TimeUnit");
        let millis = self.span(time);
        match millis.strip_suffix("000") {
            Some(seconds) if !seconds.is_empty() => format!("{seconds}, TimeUnit.SECONDS"),
            _ => format!("{millis}, TimeUnit.MILLISECONDS"),
        }
    }

    fn trace(&self, kind: &str, detail: &str, lines: &mut Lines) {
        if self.options.trace {
            let who = match self.places.functions[self.function].role {
                Role::Thread(name, 1) => string(name),
                Role::Thread(..) | Role::PoolItem(_) => "Thread.currentThread().getName()".to_owned(),
                _ => "\"main\"".to_owned(),
            };
            lines.line(format!("trace({who}, {}, {});", string(kind), string(detail)));
        }
    }

    fn file(&self, path: &str) -> &'p str {
        let places = self.places;
        places.files.get(path).map_or("", |file| &file.variable)
    }

    fn step(&mut self, op: &Op, lines: &mut Lines) {
        let places = self.places;
        match op {
            Op::Start(names) => names.iter().for_each(|name| self.start(name, lines)),
            Op::Join { target, timeout } => {
                let limit = timeout.map_or(String::new(), |time| self.span(time));
                self.join(target, &limit, lines);
            }
            Op::Work { label, time } => {
                let (name, differs) = places.work(label);
                let millis = if differs { self.span(*time) } else { String::new() };
                lines.line(format!("{name}({millis});"));
            }
            Op::Sleep(time) => {
                let millis = self.span(*time);
                lines.line(format!("Thread.sleep({millis});"));
            }
            Op::Print(text) => {
                lines.line(format!("System.out.println({});", string(text)));
                self.trace("print", &prose(text), lines);
            }
            Op::Open { .. } => self.open(op, lines),
            Op::Write { path, record, bytes, time } => self.write(path, record, *bytes, *time, lines),
            Op::Flush(path) => lines.line(format!("{}.flush();", self.file(path))),
            Op::Close(path) => lines.line(format!("{}.close();", self.file(path))),
            Op::Lock { lock, timeout, body } => {
                self.lock(&places.locks[lock.as_str()], *timeout, body, lines);
            }
            Op::Set(event) => lines.line(format!("{}.countDown();", places.events[event.as_str()])),
            Op::Wait { event, timeout } => {
                let limit = timeout.map_or(String::new(), |time| self.limit(time));
                lines.line(format!("{}.await({limit});", places.events[event.as_str()]));
            }
            Op::Put { queue, stop } => {
                let queue = &places.queues[queue.as_str()];
                let item = if *stop { "END".to_owned() } else { string(&queue.items[0]) };
                lines.line(format!("{}.add({item});", queue.variable));
            }
            Op::Get { queue, timeout, body } => self.get(queue, *timeout, body, lines),
            Op::ForEach { queue, body } => self.for_each(queue, body, lines),
            Op::Drain(queue) => lines.line(format!("{}.drain();", places.queues[queue.as_str()].variable)),
            Op::Submit(pool) => self.submit(pool, lines),
            Op::Repeat { times, body } => self.repeat(*times, body, lines),
            Op::Forever(body) => lines.block("while (true) {", "}", |lines| self.block(body, lines)),
            Op::WhileRunning { stop, body } => {
                let head = format!("while ({}.getCount() > 0) {{", places.events[stop.as_str()]);
                lines.block(head, "}", |lines| self.block(body, lines));
            }
            Op::UnlessSet { event, body } => {
                let head = format!("if ({}.getCount() > 0) {{", places.events[event.as_str()]);
                lines.block(head, "}", |lines| self.block(body, lines));
            }
            Op::Try { body, handlers, finally } => self.attempt(body, handlers, finally.as_ref(), lines),
            Op::Raise { exception, message } => {
                let class = match exception.as_str() {
                    "Exception" | "BaseException" => "RuntimeException",
                    _ => &places.exceptions[exception.as_str()],
                };
                let message = if message.is_empty() { String::new() } else { string(message) };
                lines.line(format!("throw new {class}({message});"));
            }
            Op::Exit(status) => {
                self.trace("exit", &status.to_string(), lines);
                lines.line(format!("System.exit({});", status_argument(*status)));
            }
            Op::ExitNow(status) => {
                self.trace("exit-now", &status.to_string(), lines);
                lines.line(format!("Runtime.getRuntime().halt({});", status_argument(*status)));
            }
            Op::Return => lines.line("return;"),
            Op::OnExit { name, body, .. } => self.on_exit(name, body, lines),
            Op::OnSignal { signal, body } => self.on_signal(*signal, body.as_ref(), lines),
            Op::OnTeardown { name, body } => self.on_teardown(name, body, lines),
            Op::Signal { signal, .. } => {
                self.import("sun.misc.Signal");
                lines.line(format!("Signal.raise(new Signal({}));", string(signal.name())));
            }
            // Refused, or left out, before anything is written.
            Op::Spawn(_) | Op::SetDaemon { .. } | Op::ExitThread | Op::OnIdle { .. } => {}
        }
    }

    fn lock(&mut self, lock: &str, timeout: Option<TimeRange>, body: &Block, lines: &mut Lines) {
        let inside = |this: &mut Self, lines: &mut Lines| {
            lines.line("try {");
            lines.indented(|lines| this.block(body, lines));
            lines.block("} finally {", "}", |lines| lines.line(format!("{lock}.unlock();")));
        };
        match timeout {
            None => {
                lines.line(format!("{lock}.lock();"));
                inside(self, lines);
            }
            Some(time) => {
                let limit = self.limit(time);
                lines.block(format!("if ({lock}.tryLock({limit})) {{"), "}", |lines| inside(self, lines));
            }
        }
    }

    fn get(&mut self, name: &str, timeout: Option<TimeRange>, body: &Block, lines: &mut Lines) {
        let queue = &self.places.queues[name];
        let (variable, item) = (&queue.variable, self.next_item(name));
        let take = match timeout {
            Some(time) => format!("{variable}.poll({})", self.limit(time)),
            None => format!("{variable}.take()"),
        };
        let mut conditions = Vec::new();
        conditions.extend(timeout.map(|_| format!("{item} != null")));
        conditions.extend(queue.ends.then(|| format!("!{item}.equals(END)")));
        if conditions.is_empty() || (body.is_empty() && !queue.drained) {
            lines.line(format!("{take};"));
            self.item(queue, body, lines);
            return;
        }
        lines.line(format!("String {item} = {take};"));
        lines.block(format!("if ({}) {{", conditions.join(" && ")), "}", |lines| {
            self.item(queue, body, lines);
        });
    }

    /// A variable for the next item that this method takes from a queue.
    fn next_item(&mut self, name: &str) -> &'p str {
        let taken = self.taken.entry(name.to_owned()).or_default();
        *taken += 1;
        let places = self.places;
        places.queues[name].items.get(*taken - 1).map_or("", |item| item)
    }

    /// What is done with an item.
    fn item(&mut self, queue: &Queue, body: &Block, lines: &mut Lines) {
        self.block(body, lines);
        if queue.drained && completes(body) {
            lines.line(format!("{}.done();", queue.variable));
        }
    }

    fn for_each(&mut self, name: &str, body: &Block, lines: &mut Lines) {
        let queue = &self.places.queues[name];
        let (variable, item) = (&queue.variable, self.next_item(name));
        let take = format!("{variable}.take()");
        let head = format!("for (String {item} = {take}; !{item}.equals(END); {item} = {take}) {{");
        lines.block(head, "}", |lines| self.item(queue, body, lines));
    }

    fn repeat(&mut self, times: u64, body: &Block, lines: &mut Lines) {
        let counter = counter(self.loops);
        self.loops += 1;
        let head = format!("for (int {counter} = 0; {counter} < {times}; {counter}++) {{");
        lines.block(head, "}", |lines| self.block(body, lines));
        self.loops -= 1;
    }

    fn attempt(&mut self, body: &Block, handlers: &[Except], finally: Option<&Block>, lines: &mut Lines) {
        if handlers.is_empty() && finally.is_none() {
            self.block(body, lines);
            return;
        }
        let mut heads: Vec<String> = Vec::new();
        let number = if self.catches == 0 { String::new() } else { (self.catches + 1).to_string() };
        let caught: Vec<&Except> = catching(handlers).collect();
        for handler in &caught {
            let class = match handler.exception.as_str() {
                "BaseException" => "Throwable",
                "Exception" => "Exception",
                other => &self.places.exceptions[other],
            };
            heads.push(format!("}} catch ({class} error{number}) {{"));
        }
        heads.extend(finally.map(|_| "} finally {".to_owned()));
        lines.line("try {");
        lines.indented(|lines| self.block(body, lines));
        for (index, head) in heads.iter().enumerate() {
            lines.line(head);
            lines.indented(|lines| match (caught.get(index), finally) {
                (Some(handler), _) => {
                    self.catches += 1;
                    self.block(&handler.body, lines);
                    self.catches -= 1;
                }
                (None, Some(finally)) => {
                    self.trace("finally", "", lines);
                    self.block(finally, lines);
                }
                (None, None) => {}
            });
        }
        lines.line("}");
    }
}

/// The variable of a counted loop inside so many others.
fn counter(depth: usize) -> String {
    match ["i", "j", "k"].get(depth) {
        Some(letter) => (*letter).to_owned(),
        None => format!("i{depth}"),
    }
}

/// An exit status as an `int`; Java takes nothing larger, and the system keeps the low eight bits only.
fn status_argument(status: i64) -> String {
    match i32::try_from(status) {
        Ok(status) => status.to_string(),
        Err(_) => format!("(int) {status}L"),
    }
}
