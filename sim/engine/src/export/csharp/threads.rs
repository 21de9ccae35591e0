//! Starting threads and pool items, waiting for them, registering handlers.

use super::body::Body;
use super::text::string;
use crate::export::lines::Lines;
use crate::export::places::{Handle, Places};
use crate::export::survey::Role;
use crate::scenario::{Block, Op, Signal, Thread};

/// Who speaks in the trace: the thread column.
pub(super) fn who(role: &Role) -> String {
    match role {
        Role::Thread(name, 1) => string(name),
        Role::Thread(..) => "Thread.CurrentThread.Name".to_owned(),
        Role::PoolItem(name) => format!("WorkerName({})", string(name)),
        Role::Main | Role::ExitHandler(_) | Role::SignalHandler(_) | Role::Finalizer(_) => {
            "\"main\"".to_owned()
        }
    }
}

/// A call of a function, told of in the trace.
pub(super) fn call(places: &Places, function: usize, trace: bool) -> String {
    let method = &places.function_names[function];
    if !trace {
        return format!("{method}()");
    }
    let role = &places.functions[function].role;
    let what = match role {
        Role::Thread(..) => "thread".to_owned(),
        Role::PoolItem(_) => "item".to_owned(),
        Role::ExitHandler(name) => format!("exit:{name}"),
        Role::SignalHandler(signal) => format!("signal:{}", signal.name()),
        Role::Finalizer(name) => format!("teardown:{name}"),
        Role::Main => "main".to_owned(),
    };
    format!("Traced({}, {}, {method})", who(role), string(&what))
}

/// `new Thread(…) { … }` for one copy of a thread.
pub(super) fn object(places: &Places, thread: &Thread, trace: bool) -> String {
    let function = places.function_with(|role| matches!(role, Role::Thread(name, _) if *name == thread.name));
    let body = function.map_or(String::new(), |function| match trace {
        true => format!("() => {}", call(places, function, true)),
        false => places.function_names[function].clone(),
    });
    let name = match thread.count {
        1 => string(&thread.name),
        _ => format!("{} + number", string(&format!("{}-", thread.name))),
    };
    let flag = thread.daemon.map_or(String::new(), |daemon| format!(", IsBackground = {daemon}"));
    format!("new Thread({body}) {{ Name = {name}{flag} }}")
}

/// Makes an array of all copies of a thread.
pub(super) fn objects(places: &Places, variable: &str, thread: &Thread, trace: bool, lines: &mut Lines) {
    lines.line(format!("{variable} = Enumerable.Range(1, {})", thread.count));
    lines.line(format!("    .Select(number => {})", object(places, thread, trace)));
    lines.line("    .ToArray();");
}

impl Body<'_, '_> {
    /// Starts a thread, with all its copies.
    pub(super) fn start(&mut self, name: &str, lines: &mut Lines) {
        let Some(thread) = self.places.thread(name) else { return };
        let Some(handle) = self.places.threads.get(name) else { return };
        let variable = handle.name();
        let trace = self.options.trace;
        let local = matches!(handle, Handle::Local(_));
        if local && !self.is_named_again(name) {
            let started = format!("{}.Start();", object(self.places, thread, trace));
            if thread.count == 1 {
                lines.line(started);
            } else {
                let count = thread.count;
                lines.line(format!("for (int number = 1; number <= {count}; number++)"));
                lines.block("{", "}", |lines| lines.line(started));
            }
            return;
        }
        match (local, thread.count) {
            (true, 1) => lines.line(format!("Thread {variable} = {};", object(self.places, thread, trace))),
            (true, _) => {
                self.imports.insert("System.Linq");
                objects(self.places, &format!("Thread[] {variable}"), thread, trace, lines);
            }
            (false, _) => {}
        }
        self.each_copy(thread, variable, "Start();", lines);
    }

    fn is_named_again(&self, name: &str) -> bool {
        self.places.uses(|op| match op {
            Op::Join { target, .. } | Op::SetDaemon { thread: target, .. } => target == name,
            _ => false,
        })
    }

    fn each_copy(&self, thread: &Thread, variable: &str, what: &str, lines: &mut Lines) {
        if thread.count == 1 {
            lines.line(format!("{variable}.{what}"));
        } else {
            lines.line(format!("foreach (Thread thread in {variable})"));
            lines.block("{", "}", |lines| lines.line(format!("thread.{what}")));
        }
    }

    /// Does something with a thread that has a variable, or with all of its copies.
    pub(super) fn with_thread(&mut self, name: &str, what: &str, lines: &mut Lines) {
        let Some(thread) = self.places.thread(name) else { return };
        let Some(handle) = self.places.threads.get(name) else { return };
        self.each_copy(thread, handle.name(), what, lines);
    }

    /// Hands one item to the pool.
    pub(super) fn submit(&mut self, pool: &str, lines: &mut Lines) {
        let Some(item) = self.places.function_with(|role| *role == Role::PoolItem(pool)) else { return };
        let Some(limit) = self.places.pools.get(pool) else { return };
        let item = match self.options.trace {
            true => format!("() => {}", call(self.places, item, true)),
            false => self.places.function_names[item].clone(),
        };
        lines.line(format!("ThreadPool.QueueUserWorkItem(_ => Limited({limit}, {item}));"));
    }

    /// Registers an exit handler.
    pub(super) fn on_exit(&mut self, body: &Block, lines: &mut Lines) {
        let Some(function) = self.places.function_of(body) else { return };
        let call = call(self.places, function, self.options.trace);
        lines.line(format!("AppDomain.CurrentDomain.ProcessExit += (sender, args) => {call};"));
    }

    /// Keeps an object with a finalizer.
    pub(super) fn on_teardown(&mut self, name: &str, lines: &mut Lines) {
        let Some(class) = self.places.kept.get(name) else { return };
        lines.line(format!("Kept.Add(new {class}());"));
    }

    /// Sends a signal to this process.
    pub(super) fn signal(&mut self, signal: Signal, lines: &mut Lines) {
        self.imports.extend(["System.Diagnostics", "System.Runtime.InteropServices"]);
        let (number, name) = (signal.number(), signal.name());
        lines.line(format!("Kill(Process.GetCurrentProcess().Id, {number}); // SIG{name}"));
    }
}
