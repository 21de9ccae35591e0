//! The statements of one function.

use super::Code;
use super::handles::Handle;
use super::plan::{Plan, ProcessPlan};
use super::text::{prose, span, string};
use super::threads::{self, Who};
use super::trace;
use crate::export::ExportOptions;
use crate::export::survey::Role;
use crate::scenario::{Block, Buffering, Except, FileMode, Op, Signal, TimeRange};

/// Writes the body of one function.
pub(super) struct Body<'p, 's> {
    pub(super) plan: &'p Plan<'s>,
    pub(super) process: &'p ProcessPlan<'s>,
    /// Index into the functions of the process.
    pub(super) function: usize,
    pub(super) options: &'p ExportOptions,
    /// Whether `return` may be written; it may not at module level, where the last one is simply left out.
    pub(super) may_return: bool,
}

impl Body<'_, '_> {
    /// Writes statements one after the other.
    pub(super) fn block(&self, block: &Block, code: &mut Code) {
        for step in block {
            self.step(&step.op, code);
        }
    }

    fn who(&self) -> Who {
        Who::of(self.process, &self.process.functions[self.function].role)
    }

    fn trace(&self, kind: &str, detail: &str, code: &mut Code) {
        if self.options.trace {
            code.line(trace::call(&self.who(), kind, detail));
        }
    }

    fn span(&self, time: TimeRange, code: &mut Code) -> String {
        span(time, self.options.scale, code)
    }

    fn limit(&self, timeout: Option<TimeRange>, code: &mut Code) -> String {
        timeout.map_or(String::new(), |time| self.span(time, code))
    }

    fn file(&self, path: &str) -> &str {
        self.process.files.get(path).map_or("None", |variable| &variable.name)
    }

    fn step(&self, op: &Op, code: &mut Code) {
        match op {
            Op::Start(names) => {
                for name in names {
                    threads::start(self.plan, self.process, name, self.options.trace, code);
                }
            }
            Op::Spawn(name) => threads::start(self.plan, self.process, name, self.options.trace, code),
            Op::Join { target, timeout } => {
                let limit = self.limit(*timeout, code);
                threads::join(self.process, target, &limit, code);
            }
            Op::Work { label, time } => self.work(label, *time, code),
            Op::Sleep(time) => {
                let seconds = self.span(*time, code);
                code.import("time");
                code.line(format!("time.sleep({seconds})"));
            }
            Op::Print(text) => {
                code.line(format!("print({})", string(text)));
                self.trace("print", &prose(text), code);
            }
            Op::Open { path, mode, buffering } => self.open(path, *mode, *buffering, code),
            Op::Write { path, record, bytes, time } => self.write(path, record, *bytes, *time, code),
            Op::Flush(path) => code.line(format!("{}.flush()", self.file(path))),
            Op::Close(path) => code.line(format!("{}.close()", self.file(path))),
            Op::Lock { lock, timeout, body } => self.lock(lock, *timeout, body, code),
            Op::Set(event) => code.line(format!("{}.set()", name(&self.process.events, event))),
            Op::Wait { event, timeout } => {
                let limit = self.limit(*timeout, code);
                code.line(format!("{}.wait({limit})", name(&self.process.events, event)));
            }
            Op::Put { queue, stop } => {
                let (queue, item) = self.queue(queue);
                let value = if *stop { "None".to_string() } else { string(item) };
                code.line(format!("{queue}.put({value})"));
            }
            Op::Get { queue, timeout, body } => self.get(queue, *timeout, body, code),
            Op::ForEach { queue, body } => {
                let (queue, item) = self.queue(queue);
                code.block(format!("while ({item} := {queue}.get()) is not None:"), |code| {
                    self.block(body, code);
                    code.line(format!("{queue}.task_done()"));
                });
            }
            Op::Drain(queue) => code.line(format!("{}.join()", self.queue(queue).0)),
            Op::Submit(pool) => self.submit(pool, code),
            Op::Repeat { times, body } => {
                code.block(format!("for _ in range({times}):"), |code| self.block(body, code));
            }
            Op::Forever(body) => code.block("while True:", |code| self.block(body, code)),
            Op::WhileRunning { stop, body } => {
                let running = name(&self.process.running, stop);
                code.block(format!("while {running}():"), |code| self.block(body, code));
            }
            Op::UnlessSet { event, body } => {
                let event = name(&self.process.events, event);
                code.block(format!("if not {event}.is_set():"), |code| self.block(body, code));
            }
            Op::Try { body, handlers, finally } => self.attempt(body, handlers, finally.as_ref(), code),
            Op::Raise { exception, message } => {
                let class = self.plan.exception(exception);
                let message =
                    if message.is_empty() { String::new() } else { format!("({})", string(message)) };
                code.line(format!("raise {class}{message}"));
            }
            Op::Exit(status) => {
                code.import("sys");
                code.line(format!("sys.exit({status})"));
            }
            Op::SetDaemon { thread, .. } => code.refuse(format!(
                "it changes the daemon flag of `{thread}`, which CPython refuses for a thread that lives"
            )),
            Op::ExitThread => {
                code.import("sys");
                code.line("sys.exit()");
            }
            Op::ExitNow(status) => {
                code.import("os");
                self.trace("exit-now", &status.to_string(), code);
                code.line(format!("os._exit({status})"));
            }
            Op::Return => {
                if self.may_return {
                    code.line("return");
                }
            }
            Op::OnExit { early, body, .. } => self.on_exit(*early, body, code),
            Op::OnSignal { signal, body } => self.on_signal(*signal, body.as_ref(), code),
            Op::OnTeardown { body, .. } => {
                if let Some((class, _)) = self.handler(body) {
                    code.line(format!(
                        "{}({}, {class}())",
                        self.plan.keep,
                        string(&format!("kept for {class}"))
                    ));
                }
            }
            Op::Signal { signal, to } => self.kill(*signal, to, code),
            // Left out before.
            Op::OnIdle { .. } => {}
        }
    }

    fn work(&self, label: &str, time: TimeRange, code: &mut Code) {
        let Some(work) = self.plan.work.iter().find(|work| work.label == label) else { return };
        let seconds = if work.time.is_some() { String::new() } else { self.span(time, code) };
        self.trace("work", &prose(label), code);
        code.line(format!("{}({seconds})", work.name));
        self.trace("done", &prose(label), code);
    }

    fn open(&self, path: &str, mode: FileMode, buffering: Buffering, code: &mut Code) {
        if let Some((folder, _)) = path.rsplit_once('/') {
            code.import("os");
            code.line(format!("os.makedirs({}, exist_ok=True)", string(folder)));
        }
        let mode = match mode {
            FileMode::Binary => "wb",
            FileMode::Text => "w",
        };
        let buffering = match buffering {
            Buffering::Full => ", buffering=8192",
            Buffering::Default => "",
            Buffering::Line => ", buffering=1",
            Buffering::None => ", buffering=0",
        };
        code.line(format!("{} = open({}, \"{mode}\"{buffering})", self.file(path), string(path)));
    }

    fn write(&self, path: &str, record: &str, bytes: u64, time: TimeRange, code: &mut Code) {
        let (file, constant) = (self.file(path), self.plan.record(record, self.process.mode(path), bytes));
        self.trace("writing", &format!("{path} {bytes}"), code);
        if time.max_us == 0 {
            code.line(format!("{file}.write({constant})"));
        } else if self.options.trace {
            let seconds = self.span(time, code);
            code.line(format!("_slow_write({file}, {constant}, {seconds})"));
        } else {
            code.line(format!("{file}.write({constant})  # one large call, long in the kernel"));
        }
        self.trace("wrote", &format!("{path} {bytes}"), code);
    }

    fn lock(&self, lock: &str, timeout: Option<TimeRange>, body: &Block, code: &mut Code) {
        let lock = name(&self.process.locks, lock);
        let Some(timeout) = timeout else {
            code.block(format!("with {lock}:"), |code| self.block(body, code));
            return;
        };
        let seconds = self.span(timeout, code);
        code.block(format!("if {lock}.acquire(timeout={seconds}):"), |code| {
            code.block("try:", |code| self.block(body, code));
            code.block("finally:", |code| code.line(format!("{lock}.release()")));
        });
    }

    fn queue(&self, queue: &str) -> (&str, &str) {
        self.process.queues.get(queue).map_or(("None", "item"), |(queue, item)| (queue, item))
    }

    fn get(&self, queue: &str, timeout: Option<TimeRange>, body: &Block, code: &mut Code) {
        let ends = self.process.has_end_mark(queue);
        let (queue, item) = self.queue(queue);
        let inside = |code: &mut Code| {
            let work = |code: &mut Code| {
                self.block(body, code);
                code.line(format!("{queue}.task_done()"));
            };
            match ends {
                true => code.block(format!("if {item} is not None:"), work),
                false => work(code),
            }
        };
        let Some(timeout) = timeout else {
            code.line(format!("{item} = {queue}.get()"));
            inside(code);
            return;
        };
        let seconds = self.span(timeout, code);
        code.block("try:", |code| code.line(format!("{item} = {queue}.get(timeout={seconds})")));
        code.import("queue");
        code.block("except queue.Empty:", |code| code.line("pass"));
        code.block("else:", inside);
    }

    fn submit(&self, pool: &str, code: &mut Code) {
        let executor = name(&self.process.pools, pool);
        let item = self.process.functions.iter().position(|function| function.role == Role::PoolItem(pool));
        let Some(item) = item else { return };
        let mut arguments = vec![self.process.function_names[item].clone()];
        arguments.extend(threads::parameters(self.process, item));
        if self.options.trace {
            let who = Who::of(self.process, &Role::PoolItem(pool));
            arguments.insert(0, trace::run_arguments(&who, "item"));
            arguments.insert(0, "_run".to_string());
        }
        code.line(format!("{executor}.submit({})", arguments.join(", ")));
    }

    fn attempt(&self, body: &Block, handlers: &[Except], finally: Option<&Block>, code: &mut Code) {
        if handlers.is_empty() && finally.is_none() {
            self.block(body, code);
            return;
        }
        code.block("try:", |code| self.block(body, code));
        for handler in handlers {
            let class = self.plan.exception(&handler.exception);
            code.block(format!("except {class}:"), |code| self.block(&handler.body, code));
        }
        if let Some(finally) = finally {
            code.block("finally:", |code| {
                self.trace("finally", "", code);
                self.block(finally, code);
            });
        }
    }

    /// The name of the function that a handler's body became, and its role.
    fn handler(&self, body: &Block) -> Option<(&str, Role<'_>)> {
        let index = self.process.functions.iter().position(|function| std::ptr::eq(function.body, body))?;
        Some((&self.process.function_names[index], self.process.functions[index].role))
    }

    fn on_exit(&self, early: bool, body: &Block, code: &mut Code) {
        let Some((function, role)) = self.handler(body) else { return };
        let argument = self.traced_handler(function, &role);
        if early {
            code.import("threading");
            code.line(format!("threading._register_atexit({argument})  # private; Python 3.9 and newer"));
        } else {
            code.import("atexit");
            code.line(format!("atexit.register({argument})"));
        }
    }

    fn traced_handler(&self, function: &str, role: &Role) -> String {
        if self.options.trace {
            let who = Who::of(self.process, role);
            format!("_run, {}, {function}", trace::run_arguments(&who, &what(role)))
        } else {
            function.to_string()
        }
    }

    fn on_signal(&self, signal: Signal, body: Option<&Block>, code: &mut Code) {
        code.import("signal");
        let handler = match body.and_then(|body| self.handler(body)) {
            None => "signal.SIG_IGN".to_string(),
            Some((function, _)) if !self.options.trace => function.to_string(),
            Some((function, role)) => {
                let run = trace::run_arguments(&Who::of(self.process, &role), &what(&role));
                format!("lambda signum, frame: _run({run}, {function}, signum, frame)")
            }
        };
        code.line(format!("signal.signal(signal.SIG{}, {handler})", signal.name()));
    }

    fn kill(&self, signal: Signal, to: &str, code: &mut Code) {
        code.import("os");
        let target = self.plan.process(to);
        let pid = match self.process.handles.get(to) {
            Some(Handle::Ahead(name)) => format!("{name}.pid"),
            Some(Handle::InPlace(variable)) => format!("{}.pid", variable.name),
            None if self.process.process.name == to => "os.getpid()".to_string(),
            None if target == self.process.parent => "os.getppid()".to_string(),
            None => {
                code.refuse(format!(
                    "\"{}\" sends a signal to \"{to}\", whose process id a program in its place would not know",
                    self.process.process.name
                ));
                return;
            }
        };
        code.import("signal");
        code.line(format!("os.kill({pid}, signal.SIG{})", signal.name()));
    }
}

/// What a traced handler is called in the trace.
pub(super) fn what(role: &Role) -> String {
    match role {
        Role::ExitHandler(name) => format!("exit:{name}"),
        Role::SignalHandler(signal) => format!("signal:{}", signal.name()),
        Role::Finalizer(name) => format!("teardown:{name}"),
        Role::Main => "main".to_string(),
        Role::Thread(..) => "thread".to_string(),
        Role::PoolItem(_) => "item".to_string(),
    }
}

fn name<'a>(names: &'a std::collections::BTreeMap<&str, String>, key: &str) -> &'a str {
    names.get(key).map_or("None", String::as_str)
}
