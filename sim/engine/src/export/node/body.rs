//! The statements of one function.

use super::plan::{Place, Plan};
use super::text::{millis, prose, string};
use crate::export::lines::Lines;
use crate::export::{ExportOptions, stock};
use crate::scenario::{Block, Except, Op, Step, Thread, TimeRange};

/// Writes the body of one function.
#[derive(Clone, Copy)]
pub(super) struct Body<'p, 's> {
    pub(super) plan: &'p Plan<'s>,
    pub(super) options: &'p ExportOptions,
    /// Main awaits; workers and handlers block.
    pub(super) awaits: bool,
    /// A worker, whose console has to go through main.
    pub(super) in_worker: bool,
}

impl<'p, 's> Body<'p, 's> {
    /// For a worker, or for main.
    pub(super) fn new(plan: &'p Plan<'s>, options: &'p ExportOptions, in_worker: bool) -> Self {
        Body { plan, options, awaits: !in_worker, in_worker }
    }

    /// The whole function, with the variables that are declared ahead; a `return` at its end is left out.
    pub(super) fn function(&self, block: &Block, lines: &mut Lines) {
        for path in self.files_ahead(block) {
            lines.line(format!("let {path};"));
        }
        if !self.in_worker {
            for thread in self.plan.threads.values() {
                if let Some(Place::Ahead(name)) = &thread.handle {
                    let empty = if thread.count > 1 { " = []" } else { "" };
                    lines.line(format!("let {name}{empty};"));
                }
            }
        }
        self.statements(block, lines);
    }

    fn files_ahead(&self, block: &Block) -> Vec<&'p str> {
        let ahead = self.plan.files.iter().filter_map(|(path, place)| match place {
            Place::Ahead(name) if mentions(block, path) || self.called_back_with(path) => Some(name.as_str()),
            _ => None,
        });
        ahead.collect()
    }

    /// Whether a timer, which sees the variables of main, uses a file.
    fn called_back_with(&self, path: &str) -> bool {
        let mut timers = self.plan.process.threads.iter().filter_map(Thread::as_timer);
        !self.in_worker && timers.any(|timer| mentions(timer.callback, path))
    }

    fn statements(&self, block: &Block, lines: &mut Lines) {
        let last = if block.last().is_some_and(|step| step.op == Op::Return) { 1 } else { 0 };
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

    pub(super) fn millis(&self, time: TimeRange) -> String {
        millis(time, self.options.scale)
    }

    fn limit(&self, timeout: Option<TimeRange>) -> String {
        timeout.map_or(String::new(), |time| self.millis(time))
    }

    /// A call that may wait: `await x.lockAsync()` for main, `x.lock()` for others.
    fn wait(&self, call: &str, arguments: &str) -> String {
        match self.awaits {
            true => format!("await {call}Async({arguments})"),
            false => format!("{call}({arguments})"),
        }
    }

    fn sleep(&self, ms: &str) -> String {
        if self.awaits { format!("await sleep({ms});") } else { format!("sleepSync({ms});") }
    }

    fn descriptor(&self, path: &str) -> String {
        match &self.plan.files[path] {
            Place::Here(name) | Place::Ahead(name) => name.clone(),
            Place::Shared(name) => format!("{name}.fd"),
        }
    }

    pub(super) fn step(&self, op: &Op, lines: &mut Lines) {
        let plan = self.plan;
        match op {
            Op::Start(names) => names.iter().for_each(|name| self.start(name, lines)),
            Op::Join { target, timeout } => self.join(target, *timeout, lines),
            Op::Work { label, time } => {
                let names = &plan.works[label.as_str()];
                let differs =
                    stock::works(plan.process).iter().any(|work| work.label == label && work.time.is_none());
                let ms = if differs { self.millis(*time) } else { String::new() };
                match (self.awaits, &names.awaited, &names.blocking) {
                    (true, Some(name), _) => lines.line(format!("await {name}({ms});")),
                    (_, _, Some(name)) => lines.line(format!("{name}({ms});")),
                    _ => {}
                }
            }
            Op::Sleep(time) => lines.line(self.sleep(&self.millis(*time))),
            Op::Print(text) => {
                lines.line(match self.in_worker {
                    true => format!("fs.writeSync(1, {});", string(&format!("{text}\n"))),
                    false => format!("console.log({});", string(text)),
                });
                self.trace("print", &prose(text), lines);
            }
            Op::Open { path, .. } => self.open(path, lines),
            Op::Write { path, record, bytes, time } => {
                let (file, record) = (self.descriptor(path), plan.record(path, record, *bytes));
                lines.line(match (time.max_us, self.options.trace, self.awaits) {
                    (0, _, _) => format!("fs.writeSync({file}, {record});"),
                    (_, true, true) => format!("await slowWrite({file}, {record}, {});", self.millis(*time)),
                    (_, true, false) => format!("slowWriteSync({file}, {record}, {});", self.millis(*time)),
                    (_, false, _) => {
                        format!("fs.writeSync({file}, {record}); // one large call, long in the kernel")
                    }
                });
            }
            Op::Flush(path) => lines.line(format!("// {} has no buffer that could be flushed", prose(path))),
            Op::Close(path) => lines.line(format!("fs.closeSync({});", self.descriptor(path))),
            Op::Lock { lock, timeout, body } => {
                self.lock(&plan.locks[lock.as_str()], *timeout, body, lines);
            }
            Op::Set(event) => lines.line(format!("{}.set();", plan.events[event.as_str()])),
            Op::Wait { event, timeout } => {
                let call = format!("{}.wait", plan.events[event.as_str()]);
                lines.line(format!("{};", self.wait(&call, &self.limit(*timeout))));
            }
            Op::Put { queue, stop } => {
                let item = if *stop { "Queue.END" } else { "" };
                lines.line(format!("{}.put({item});", plan.queues[queue.as_str()]));
            }
            Op::Get { queue, timeout, body } => self.get(queue, *timeout, body, lines),
            Op::ForEach { queue, body } => {
                let name = &plan.queues[queue.as_str()];
                let take = self.wait(&format!("{name}.take"), "");
                let take = if self.awaits { format!("({take})") } else { take };
                lines.block(format!("while ({take} !== Queue.END) {{"), "}", |lines| {
                    self.block(body, lines);
                    self.done(queue, lines);
                });
            }
            Op::Drain(queue) => {
                let call = format!("{}.drain", plan.queues[queue.as_str()]);
                lines.line(format!("{};", self.wait(&call, "")));
            }
            Op::Repeat { times, body } => {
                let head = format!("for (let round = 0; round < {times}; round++) {{");
                lines.block(head, "}", |lines| self.block(body, lines));
            }
            Op::Forever(body) => lines.block("for (;;) {", "}", |lines| self.block(body, lines)),
            Op::WhileRunning { stop, body } => {
                let head = format!("while (!{}.isSet()) {{", plan.events[stop.as_str()]);
                lines.block(head, "}", |lines| self.block(body, lines));
            }
            Op::UnlessSet { event, body } => {
                let head = format!("if (!{}.isSet()) {{", plan.events[event.as_str()]);
                lines.block(head, "}", |lines| self.block(body, lines));
            }
            Op::Try { body, handlers, finally } => self.attempt(body, handlers, finally.as_ref(), lines),
            Op::Raise { exception, message } => {
                let message = if message.is_empty() { String::new() } else { string(message) };
                lines.line(format!("throw new {}({message});", plan.classes[exception.as_str()]));
            }
            Op::Exit(status) => {
                self.trace("exit", &status.to_string(), lines);
                lines.line(format!("process.exit({status});"));
            }
            Op::ExitNow(status) => {
                self.trace("exit-now", &status.to_string(), lines);
                lines.line(format!("process.reallyExit({status});"));
            }
            Op::Return => lines.line("return;"),
            Op::OnExit { name, body, .. } => self.handler("exit", &format!("exit:{name}"), body, lines),
            Op::OnSignal { signal, body: None } => {
                lines.line(format!("process.on(\"SIG{}\", () => {{}});", signal.name()));
            }
            Op::OnSignal { signal, body: Some(body) } => {
                let event = format!("SIG{}", signal.name());
                self.handler(&event, &format!("signal:{}", signal.name()), body, lines);
            }
            Op::OnTeardown { name, body } => {
                let name = string(&prose(name));
                let head = format!("kept.set({name}, new FinalizationRegistry(() => {{");
                let what = format!("teardown:{}", name.trim_matches('"'));
                lines.block(head, "}));", |lines| self.handler_body(&what, body, lines));
                lines.line(format!("kept.get({name}).register(kept.get({name}));"));
            }
            Op::OnIdle { name, body } => self.handler("beforeExit", &format!("idle:{name}"), body, lines),
            Op::Signal { signal, .. } => {
                lines.line(format!("process.kill(process.pid, \"SIG{}\");", signal.name()));
            }
            Op::SetDaemon { thread, daemon } => {
                let thread = &plan.threads[thread.as_str()];
                let Some(Place::Here(name) | Place::Ahead(name) | Place::Shared(name)) = &thread.handle
                else {
                    return;
                };
                let call = if *daemon { "unref" } else { "ref" };
                let dot = if matches!(thread.handle, Some(Place::Ahead(_))) { "?." } else { "." };
                lines.line(match thread.count {
                    1 => format!("{name}{dot}{call}();"),
                    _ => format!("for (const worker of {name}) worker.{call}();"),
                });
            }
            // Refused before.
            Op::Spawn(_) | Op::ExitThread | Op::Submit(_) => {}
        }
    }

    fn start(&self, name: &str, lines: &mut Lines) {
        let threads = &self.plan.process.threads;
        if let Some(declared) = threads.iter().find(|thread| thread.name == name)
            && let Some(timer) = declared.as_timer()
        {
            return self.start_timer(declared, timer, lines);
        }
        let thread = &self.plan.threads[name];
        let new = match (thread.count, self.options.trace) {
            (1, true) => format!("start({})", string(name)),
            (1, false) => format!("start({})", string(&thread.function)),
            (many, true) => {
                format!("Array.from({{ length: {many} }}, (_, number) => start(`{name}-${{number + 1}}`))")
            }
            (many, false) => {
                format!("Array.from({{ length: {many} }}, () => start({}))", string(&thread.function))
            }
        };
        let variable = match &thread.handle {
            Some(Place::Ahead(variable)) => {
                lines.line(format!("{variable} = {new};"));
                Some(variable)
            }
            Some(Place::Here(variable) | Place::Shared(variable)) => {
                lines.line(format!("const {variable} = {new};"));
                Some(variable)
            }
            None => None,
        };
        let unref = |workers: &str| format!("for (const worker of {workers}) worker.unref();");
        match (variable, thread.daemon, thread.count) {
            (None, true, 1) => lines.line(format!("{new}.unref();")),
            (None, true, _) => lines.line(unref(&new)),
            (None, false, _) => lines.line(format!("{new};")),
            (Some(variable), true, 1) => lines.line(format!("{variable}.unref();")),
            (Some(variable), true, _) => lines.line(unref(variable)),
            (Some(_), false, _) => {}
        }
    }

    fn join(&self, target: &str, timeout: Option<TimeRange>, lines: &mut Lines) {
        let Some(thread) = self.plan.threads.get(target) else { return };
        let limit = self.limit(timeout);
        if let (false, Some(latch)) = (self.awaits, &thread.ended) {
            lines.line(format!("{latch}.wait({limit});"));
            return;
        }
        let Some(Place::Here(name) | Place::Ahead(name) | Place::Shared(name)) = &thread.handle else {
            return;
        };
        let limit = if limit.is_empty() { limit } else { format!(", {limit}") };
        lines.line(match thread.count {
            1 => format!("await join({name}{limit});"),
            _ => format!("for (const worker of {name}) await join(worker{limit});"),
        });
    }

    fn open(&self, path: &str, lines: &mut Lines) {
        if let Some((folder, _)) = path.rsplit_once('/') {
            lines.line(format!("fs.mkdirSync({}, {{ recursive: true }});", string(folder)));
        }
        let keyword = if matches!(self.plan.files[path], Place::Here(_)) { "const " } else { "" };
        lines.line(format!("{keyword}{} = fs.openSync({}, \"w\");", self.descriptor(path), string(path)));
    }

    fn lock(&self, lock: &str, timeout: Option<TimeRange>, body: &Block, lines: &mut Lines) {
        let call = self.wait(&format!("{lock}.lock"), &self.limit(timeout));
        let held = |lines: &mut Lines| {
            lines.block("try {", "}", |lines| {
                self.block(body, lines);
                lines.part("} finally {", |lines| lines.line(format!("{lock}.unlock();")));
            });
        };
        match timeout {
            Some(_) => lines.block(format!("if ({call}) {{"), "}", held),
            None => {
                lines.line(format!("{call};"));
                held(lines);
            }
        }
    }

    fn get(&self, queue: &str, timeout: Option<TimeRange>, body: &Block, lines: &mut Lines) {
        let used = stock::queue_use(self.plan.process, queue);
        let name = &self.plan.queues[queue];
        let take = self.wait(&format!("{name}.take"), &self.limit(timeout));
        if body.is_empty() && !used.drained {
            lines.line(format!("{take};"));
            return;
        }
        let inside = |lines: &mut Lines| {
            self.block(body, lines);
            self.done(queue, lines);
        };
        let head = match (used.ends, self.awaits) {
            (false, _) => format!("if ({take}) {{"),
            (true, true) => format!("if (({take}) === 1) {{"),
            (true, false) => format!("if ({take} === 1) {{"),
        };
        lines.block(head, "}", inside);
    }

    fn done(&self, queue: &str, lines: &mut Lines) {
        if stock::queue_use(self.plan.process, queue).drained {
            lines.line(format!("{}.done();", self.plan.queues[queue]));
        }
    }

    fn attempt(&self, body: &Block, handlers: &[Except], finally: Option<&Block>, lines: &mut Lines) {
        if handlers.is_empty() && finally.is_none() {
            self.block(body, lines);
            return;
        }
        lines.block("try {", "}", |lines| {
            self.block(body, lines);
            if !handlers.is_empty() {
                self.catches(handlers, lines);
            }
            if let Some(finally) = finally {
                lines.part("} finally {", |lines| {
                    self.trace("finally", "", lines);
                    self.block(finally, lines);
                });
            }
        });
    }

    /// One `catch` with a question for each class; `Error` is all there is.
    fn catches(&self, handlers: &[Except], lines: &mut Lines) {
        let class = |handler: &Except| self.plan.classes[handler.exception.as_str()].clone();
        let all = handlers.iter().position(|handler| class(handler) == "Error");
        if all == Some(0) {
            lines.part("} catch {", |lines| self.block(&handlers[0].body, lines));
            return;
        }
        let asked = &handlers[..all.unwrap_or(handlers.len())];
        lines.part("} catch (error) {", |lines| {
            let head = |handler: &Except| format!("if (error instanceof {}) {{", class(handler));
            lines.block(head(&asked[0]), "}", |lines| {
                self.block(&asked[0].body, lines);
                for handler in &asked[1..] {
                    lines
                        .part(format!("}} else {}", head(handler)), |lines| self.block(&handler.body, lines));
                }
                lines.part("} else {", |lines| match all {
                    Some(index) => self.block(&handlers[index].body, lines),
                    None => lines.line("throw error;"),
                });
            });
        });
    }

    fn handler(&self, event: &str, what: &str, body: &Block, lines: &mut Lines) {
        lines.block(format!("process.on(\"{event}\", () => {{"), "});", |lines| {
            self.handler_body(what, body, lines);
        });
    }

    fn handler_body(&self, what: &str, body: &Block, lines: &mut Lines) {
        let inner = Body { plan: self.plan, options: self.options, awaits: false, in_worker: false };
        match self.options.trace {
            true => lines.block(format!("traced({}, () => {{", string(what)), "});", |lines| {
                inner.statements(body, lines);
            }),
            false => inner.statements(body, lines),
        }
    }
}

/// Whether a file is used in a body or in its handlers.
fn mentions(block: &[Step], path: &str) -> bool {
    block.iter().any(|step| {
        let mut found = crate::export::survey::file_of(&step.op) == Some(path);
        step.op.each_block(&mut |inner| found |= mentions(inner, path));
        found
    })
}
