//! The statements of one method.

use std::collections::{BTreeMap, BTreeSet};

use super::text::{span, string};
use super::threads::who;
use crate::export::ExportOptions;
use crate::export::lines::Lines;
use crate::export::places::{Places, Queue};
use crate::export::reach::{catching, completes, step_completes};
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
}

impl<'p, 's> Body<'p, 's> {
    /// A body with nothing around it.
    pub(super) fn new(
        places: &'p Places<'s>,
        function: usize,
        options: &'p ExportOptions,
        imports: &'p mut BTreeSet<&'static str>,
    ) -> Self {
        Body { places, function, options, imports, loops: 0, taken: BTreeMap::new() }
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
    pub(super) fn span(&self, time: TimeRange) -> String {
        span(time, self.options.scale).0
    }

    /// A block with its braces on lines of their own.
    fn braces(&mut self, head: impl AsRef<str>, body: &Block, lines: &mut Lines) {
        lines.line(head);
        lines.block("{", "}", |lines| self.block(body, lines));
    }

    fn trace(&self, kind: &str, detail: &str, lines: &mut Lines) {
        if self.options.trace {
            let who = who(&self.places.functions[self.function].role);
            lines.line(format!("Trace({who}, {}, {});", string(kind), string(detail)));
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
            Op::SetDaemon { thread, daemon } => {
                self.with_thread(thread, &format!("IsBackground = {daemon};"), lines);
            }
            Op::Join { target, timeout } => {
                let limit = timeout.map_or(String::new(), |time| self.span(time));
                self.with_thread(target, &format!("Join({limit});"), lines);
            }
            Op::Work { label, time } => {
                let (name, differs) = places.work(label);
                let millis = if differs { self.span(*time) } else { String::new() };
                lines.line(format!("{name}({millis});"));
            }
            Op::Sleep(time) => {
                let millis = self.span(*time);
                lines.line(format!("Thread.Sleep({millis});"));
            }
            Op::Print(text) => {
                lines.line(format!("Console.WriteLine({});", string(text)));
                self.trace("print", &prose(text), lines);
            }
            Op::Open { .. } => self.open(op, lines),
            Op::Write { path, record, bytes, time } => self.write(path, record, *bytes, *time, lines),
            Op::Flush(path) => lines.line(format!("{}.Flush();", self.file(path))),
            Op::Close(path) => lines.line(format!("{}.Close();", self.file(path))),
            Op::Lock { lock, timeout, body } => {
                self.lock(&places.locks[lock.as_str()], *timeout, body, lines);
            }
            Op::Set(event) => lines.line(format!("{}.Set();", places.events[event.as_str()])),
            Op::Wait { event, timeout } => {
                let limit = timeout.map_or(String::new(), |time| self.span(time));
                lines.line(format!("{}.WaitOne({limit});", places.events[event.as_str()]));
            }
            Op::Put { queue, stop } => {
                let queue = &places.queues[queue.as_str()];
                let item = if *stop { "null".to_owned() } else { string(&queue.items[0]) };
                lines.line(format!("{}.Add({item});", queue.variable));
            }
            Op::Get { queue, timeout, body } => self.get(queue, *timeout, body, lines),
            Op::ForEach { queue, body } => self.for_each(queue, body, lines),
            Op::Drain(queue) => lines.line(format!("{}.Drain();", places.queues[queue.as_str()].variable)),
            Op::Submit(pool) => self.submit(pool, lines),
            Op::Repeat { times, body } => self.repeat(*times, body, lines),
            Op::Forever(body) => self.braces("while (true)", body, lines),
            Op::WhileRunning { stop, body } => {
                self.braces(format!("while (!{}.WaitOne(0))", places.events[stop.as_str()]), body, lines);
            }
            Op::UnlessSet { event, body } => {
                self.braces(format!("if (!{}.WaitOne(0))", places.events[event.as_str()]), body, lines);
            }
            Op::Try { body, handlers, finally } => self.attempt(body, handlers, finally.as_ref(), lines),
            Op::Raise { exception, message } => {
                let class = match exception.as_str() {
                    "Exception" | "BaseException" => "Exception",
                    _ => &places.exceptions[exception.as_str()],
                };
                let message = if message.is_empty() { String::new() } else { string(message) };
                lines.line(format!("throw new {class}({message});"));
            }
            Op::Exit(status) => {
                self.trace("exit", &status.to_string(), lines);
                lines.line(format!("Environment.Exit({});", status_argument(*status)));
            }
            Op::ExitNow(status) => {
                self.imports.insert("System.Runtime.InteropServices");
                self.trace("exit-now", &status.to_string(), lines);
                lines.line(format!("ExitNow({});", status_argument(*status)));
            }
            Op::Return => lines.line("return;"),
            Op::OnExit { body, .. } => self.on_exit(body, lines),
            Op::OnTeardown { name, .. } => self.on_teardown(name, lines),
            Op::Signal { signal, .. } => self.signal(*signal, lines),
            // Refused, or left out, before anything is written.
            Op::Spawn(_) | Op::OnSignal { .. } | Op::ExitThread | Op::OnIdle { .. } => {}
        }
    }

    fn lock(&mut self, lock: &str, timeout: Option<TimeRange>, body: &Block, lines: &mut Lines) {
        let Some(time) = timeout else {
            self.braces(format!("lock ({lock})"), body, lines);
            return;
        };
        lines.line(format!("if (Monitor.TryEnter({lock}, {}))", self.span(time)));
        lines.block("{", "}", |lines| {
            self.braces("try", body, lines);
            lines.line("finally");
            lines.block("{", "}", |lines| lines.line(format!("Monitor.Exit({lock});")));
        });
    }

    fn get(&mut self, name: &str, timeout: Option<TimeRange>, body: &Block, lines: &mut Lines) {
        let queue = &self.places.queues[name];
        let (variable, item) = (&queue.variable, self.next_item(name));
        let end = if queue.ends { format!(" && {item} != null") } else { String::new() };
        let take = match timeout {
            Some(time) => format!("{variable}.TryTake(out string {item}, {}){end}", self.span(time)),
            None if queue.ends => format!("{variable}.Take() != null"),
            None => {
                lines.line(format!("{variable}.Take();"));
                self.item(queue, body, lines);
                return;
            }
        };
        lines.line(format!("if ({take})"));
        lines.block("{", "}", |lines| self.item(queue, body, lines));
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
            lines.line(format!("{}.Done();", queue.variable));
        }
    }

    fn for_each(&mut self, name: &str, body: &Block, lines: &mut Lines) {
        let queue = &self.places.queues[name];
        let (variable, item) = (&queue.variable, self.next_item(name));
        let take = format!("{variable}.Take()");
        lines.line(format!("for (string {item} = {take}; {item} != null; {item} = {take})"));
        lines.block("{", "}", |lines| self.item(queue, body, lines));
    }

    fn repeat(&mut self, times: u64, body: &Block, lines: &mut Lines) {
        let counter = counter(self.loops);
        self.loops += 1;
        let head = format!("for (int {counter} = 0; {counter} < {times}; {counter}++)");
        self.braces(head, body, lines);
        self.loops -= 1;
    }

    fn attempt(&mut self, body: &Block, handlers: &[Except], finally: Option<&Block>, lines: &mut Lines) {
        if handlers.is_empty() && finally.is_none() {
            self.block(body, lines);
            return;
        }
        self.braces("try", body, lines);
        for handler in catching(handlers) {
            let head = match handler.exception.as_str() {
                // Mono ends a background thread by an exception, which is none of the program's.
                "BaseException" | "Exception" => {
                    "catch (Exception error) when (!(error is ThreadAbortException))".to_owned()
                }
                other => format!("catch ({})", self.places.exceptions[other]),
            };
            self.braces(head, &handler.body, lines);
            if matches!(handler.exception.as_str(), "BaseException" | "Exception") {
                break;
            }
        }
        if let Some(finally) = finally {
            lines.line("finally");
            lines.block("{", "}", |lines| {
                self.trace("finally", "", lines);
                self.block(finally, lines);
            });
        }
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
        Err(_) => format!("unchecked((int){status}L)"),
    }
}
