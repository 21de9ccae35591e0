//! The statements of one function.

use std::cell::Cell;

use super::Plan;
use super::code::{Code, string};
use super::files;
use super::helpers::Helper;
use super::refuse::leaves_thread;
use crate::export::stock::{copy_of, queue_use, works};
use crate::export::survey::{Function, Role};
use crate::export::words::prose;
use crate::scenario::{Block, Op, Signal, TimeRange};

/// Writes the body of one function.
pub(super) struct Body<'p, 's> {
    pub(super) plan: &'p Plan<'s>,
    /// Its place in the plan.
    pub(super) function: usize,
    /// How many clean-up functions it has so far.
    pub(super) cleanups: Cell<usize>,
}

/// What stands around a statement.
#[derive(Clone, Default)]
pub(super) struct Around {
    /// Mutexes to unlock before `return`, outermost first.
    locks: Vec<String>,
    /// Whether this is a clean-up function, which only looks like a part of the body.
    in_cleanup: bool,
}

impl<'s> Body<'_, 's> {
    pub(super) fn role(&self) -> Role<'s> {
        self.plan.functions[self.function].role
    }

    /// Writes statements one after the other.
    pub(super) fn block(&self, block: &Block, around: &Around, code: &mut Code) {
        for step in block {
            self.step(&step.op, around, code);
        }
    }

    /// Writes a line of trace.
    pub(super) fn trace(&self, what: &str, code: &mut Code) {
        if self.plan.options.trace {
            let who = match self.role() {
                Role::Thread(_, count) if count > 1 => "self".to_string(),
                Role::Thread(name, _) => string(name),
                _ => string("main"),
            };
            code.line(format!("trace({who}, {});", string(what)));
        }
    }

    pub(super) fn span(&self, time: TimeRange, code: &mut Code) -> String {
        code.span(time, self.plan.options.scale)
    }

    fn step(&self, op: &Op, around: &Around, code: &mut Code) {
        let names = &self.plan.names;
        match op {
            Op::Start(threads) => threads.iter().for_each(|thread| self.start(thread, code)),
            Op::Join { target, timeout } => self.join(target, *timeout, code),
            Op::Work { label, time } => self.work(label, *time, code),
            Op::Sleep(time) => {
                let seconds = self.span(*time, code);
                let sleep_for = code.call(Helper::SleepFor);
                code.line(format!("{sleep_for}({seconds});"));
            }
            Op::Print(text) => self.print(text, code),
            Op::Open { path, .. } => files::open(self, path, code),
            Op::Write { path, record, bytes, time } => files::write(self, path, record, *bytes, *time, code),
            Op::Flush(path) => code.line(format!("fflush({});", self.plan.file(path))),
            Op::Close(path) => code.line(format!("fclose({});", self.plan.file(path))),
            Op::Lock { lock, timeout, body } => self.lock(lock, *timeout, body, around, code),
            Op::Set(event) => {
                let set = code.call(Helper::EventSet);
                code.line(format!("{set}(&{});", names.event(event)));
            }
            Op::Wait { event, timeout: None } => {
                let wait = code.call(Helper::EventWait);
                code.line(format!("{wait}(&{});", names.event(event)));
            }
            Op::Wait { event, timeout: Some(time) } => {
                let seconds = self.span(*time, code);
                let wait = code.call(Helper::EventWaitFor);
                code.line(format!("{wait}(&{}, {seconds});", names.event(event)));
            }
            Op::Put { queue, stop } => {
                let put = code.call(Helper::QueuePut);
                let item = if *stop { "END_MARK" } else { "ITEM" };
                code.line(format!("{put}(&{}, {item});", names.queue(queue)));
            }
            Op::Get { queue, timeout, body } => self.get(queue, *timeout, body, around, code),
            Op::ForEach { queue, body } => {
                let (get, done) = (code.call(Helper::QueueGet), code.call(Helper::QueueDone));
                let queue = names.queue(queue);
                code.block(format!("while ({get}(&{queue}) != END_MARK) {{"), |code| {
                    self.block(body, around, code);
                    code.line(format!("{done}(&{queue});"));
                });
            }
            Op::Drain(queue) => {
                let drain = code.call(Helper::QueueDrain);
                code.line(format!("{drain}(&{});", names.queue(queue)));
            }
            Op::Repeat { times, body } => {
                code.block(format!("for (long i = 0; i < {times}; i++) {{"), |code| {
                    self.block(body, around, code);
                });
            }
            Op::Forever(body) => code.block("for (;;) {", |code| self.block(body, around, code)),
            Op::WhileRunning { stop: event, body } => self.if_not_set("while", event, body, around, code),
            Op::UnlessSet { event, body } => self.if_not_set("if", event, body, around, code),
            Op::Try { body, finally, .. } => self.attempt(body, finally.as_ref(), around, code),
            Op::Exit(status) => {
                self.trace(&format!("exit {status}"), code);
                code.line(format!("exit({status});"));
            }
            Op::ExitNow(status) => {
                self.trace(&format!("exit-now {status}"), code);
                code.line(format!("_exit({status});"));
            }
            Op::ExitThread => {
                self.trace("exit-thread", code);
                code.line("pthread_exit(NULL);");
            }
            Op::Return => self.leave(around, code),
            Op::OnExit { body, .. } => {
                if let Some(handler) = self.handler(body, code) {
                    code.line(format!("atexit({handler});"));
                }
            }
            Op::OnSignal { signal, body } => self.on_signal(*signal, body.as_ref(), code),
            Op::Signal { signal, .. } => code.line(format!("kill(getpid(), SIG{});", signal.name())),
            // Refused, or left out, before.
            Op::Spawn(_)
            | Op::SetDaemon { .. }
            | Op::Submit(_)
            | Op::Raise { .. }
            | Op::OnTeardown { .. }
            | Op::OnIdle { .. } => {}
        }
    }

    /// Notes that a function is named here.
    fn refer(&self, function: usize, code: &mut Code) -> String {
        if function >= self.function {
            code.ahead.insert(function);
        }
        self.plan.names.function(&self.plan.functions[function].role)
    }

    fn start(&self, name: &str, code: &mut Code) {
        let is_it = |f: &Function| matches!(f.role, Role::Thread(known, _) if known == name);
        let Some(function) = self.plan.functions.iter().position(is_it) else { return };
        let Role::Thread(_, count) = self.plan.functions[function].role else { return };
        let body = self.refer(function, code);
        if count == 1 {
            let handle = self.plan.names.of_thread(name, "thread");
            return code.line(format!("pthread_create(&{handle}, NULL, {body}, NULL);"));
        }
        let handles = self.plan.names.of_thread(name, "threads");
        code.block(format!("for (long i = 0; i < {count}; i++) {{"), |code| {
            let argument = if self.plan.options.trace { "(void *)(i + 1)" } else { "NULL" };
            code.line(format!("pthread_create(&{handles}[i], NULL, {body}, {argument});"));
        });
    }

    fn join(&self, target: &str, timeout: Option<TimeRange>, code: &mut Code) {
        let is_it = |name: &str| target == name || copy_of(target, name).is_some();
        let Some(thread) = self.plan.process.threads.iter().find(|thread| is_it(&thread.name)) else {
            return;
        };
        let one = |handle: &str, code: &mut Code| match timeout {
            None => code.line(format!("pthread_join({handle}, NULL);")),
            Some(time) => {
                let seconds = self.span(time, code);
                let join_within = code.call(Helper::JoinWithin);
                code.line(format!("{join_within}({handle}, {seconds});"));
            }
        };
        if thread.count == 1 {
            return one(&self.plan.names.of_thread(&thread.name, "thread"), code);
        }
        let handles = self.plan.names.of_thread(&thread.name, "threads");
        match copy_of(target, &thread.name) {
            Some(index) => one(&format!("{handles}[{index}]"), code),
            None => code.block(format!("for (long i = 0; i < {}; i++) {{", thread.count), |code| {
                one(&format!("{handles}[i]"), code);
            }),
        }
    }

    fn work(&self, label: &str, time: TimeRange, code: &mut Code) {
        let name = self.plan.names.work(label);
        let same = works(self.plan.process).iter().any(|work| work.label == label && work.time.is_some());
        let seconds = if same { String::new() } else { self.span(time, code) };
        code.line(format!("{name}({seconds});"));
    }

    fn print(&self, text: &str, code: &mut Code) {
        if matches!(self.role(), Role::SignalHandler(_)) {
            let write_line = code.call(Helper::WriteLine);
            code.line(format!("{write_line}({});", string(&format!("{text}\n"))));
        } else {
            code.line(format!("puts({});", string(text)));
        }
        self.trace(&format!("print {}", prose(text)), code);
    }

    fn lock(&self, lock: &str, timeout: Option<TimeRange>, body: &Block, around: &Around, code: &mut Code) {
        let lock = self.plan.names.lock(lock);
        let hold = |code: &mut Code| {
            if leaves_thread(body) {
                let unlock = code.call(Helper::Unlock);
                code.line(format!("pthread_cleanup_push({unlock}, &{lock});"));
                self.block(body, around, code);
                code.line("pthread_cleanup_pop(1);");
                return;
            }
            let mut inside = around.clone();
            inside.locks.push(lock.clone());
            self.block(body, &inside, code);
            if body.last().is_none_or(|step| step.op != Op::Return) {
                code.line(format!("pthread_mutex_unlock(&{lock});"));
            }
        };
        let Some(timeout) = timeout else {
            code.line(format!("pthread_mutex_lock(&{lock});"));
            return hold(code);
        };
        let seconds = self.span(timeout, code);
        let lock_within = code.call(Helper::LockWithin);
        code.block(format!("if ({lock_within}(&{lock}, {seconds})) {{"), hold);
    }

    fn get(&self, queue: &str, timeout: Option<TimeRange>, body: &Block, around: &Around, code: &mut Code) {
        let name = self.plan.names.queue(queue);
        let done = code.call(Helper::QueueDone);
        let get = match timeout {
            None => format!("{}(&{name})", code.call(Helper::QueueGet)),
            Some(time) => {
                let seconds = self.span(time, code);
                format!("{}(&{name}, {seconds})", code.call(Helper::QueueGetFor))
            }
        };
        let inside = |code: &mut Code| {
            self.block(body, around, code);
            code.line(format!("{done}(&{name});"));
        };
        if timeout.is_none() && !queue_use(self.plan.process, queue).ends {
            code.line(format!("{get};"));
            return inside(code);
        }
        code.block(format!("if ({get} == ITEM) {{"), inside);
    }

    fn if_not_set(&self, word: &str, event: &str, body: &Block, around: &Around, code: &mut Code) {
        let is_set = code.call(Helper::EventIsSet);
        let event = self.plan.names.event(event);
        code.block(format!("{word} (!{is_set}(&{event})) {{"), |code| self.block(body, around, code));
    }

    fn attempt(&self, body: &Block, finally: Option<&Block>, around: &Around, code: &mut Code) {
        let Some(finally) = finally else { return self.block(body, around, code) };
        let number = self.cleanups.replace(self.cleanups.get() + 1);
        let base = self.plan.names.function(&self.role());
        let base =
            if number == 0 { format!("clean up {base}") } else { format!("clean up {base} {}", number + 1) };
        let name = self.plan.names.of("cleanup", &base, crate::export::identifiers::Case::Snake);
        let many = matches!(self.role(), Role::Thread(_, count) if count > 1) && self.plan.options.trace;
        let mut function = code.part(|code| {
            code.line(format!("static void {name}(void *{})", if many { "self" } else { "unused" }));
            code.block("{", |code| {
                if !many {
                    code.line("(void)unused;");
                }
                self.trace("finally", code);
                self.block(finally, &Around { in_cleanup: true, ..Around::default() }, code);
            });
        });
        function.line("");
        code.cleanups.push(function);
        code.line(format!("pthread_cleanup_push({name}, {});", if many { "self" } else { "NULL" }));
        self.block(body, around, code);
        code.line("pthread_cleanup_pop(1);");
    }

    /// Ends the function here.
    pub(super) fn leave(&self, around: &Around, code: &mut Code) {
        for lock in around.locks.iter().rev() {
            code.line(format!("pthread_mutex_unlock(&{lock});"));
        }
        let what = match self.role() {
            Role::Main => "end main".to_string(),
            Role::Thread(..) | Role::PoolItem(_) => "end thread".to_string(),
            Role::ExitHandler(name) => format!("end exit:{name}"),
            Role::SignalHandler(signal) => format!("end signal:{}", signal.name()),
            Role::Finalizer(name) => format!("end teardown:{name}"),
        };
        if around.in_cleanup {
            return code.line("return;");
        }
        self.trace(&what, code);
        code.line(match self.role() {
            Role::Main => "return 0;",
            Role::Thread(..) | Role::PoolItem(_) => "return NULL;",
            _ => "return;",
        });
    }

    fn handler(&self, body: &Block, code: &mut Code) -> Option<String> {
        let found = self.plan.functions.iter().position(|function| std::ptr::eq(function.body, body))?;
        Some(self.refer(found, code))
    }

    fn on_signal(&self, signal: Signal, body: Option<&Block>, code: &mut Code) {
        match body.and_then(|body| self.handler(body, code)) {
            None => code.line(format!("signal(SIG{}, SIG_IGN);", signal.name())),
            Some(handler) => code.line(format!(
                "sigaction(SIG{}, &(struct sigaction){{ .sa_handler = {handler}, .sa_flags = SA_RESTART }}, NULL);",
                signal.name()
            )),
        }
    }
}
