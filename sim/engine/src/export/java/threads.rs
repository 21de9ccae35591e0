//! Starting threads and pool items, waiting for them, registering handlers.

use super::body::{Body, checked};
use super::text::string;
use crate::export::lines::Lines;
use crate::export::places::{Handle, Places};
use crate::export::survey::Role;
use crate::scenario::{Block, Signal, Thread};

/// Something to run: a method, wrapped if it throws checked exceptions, and told of in the trace.
pub(super) fn runnable(places: &Places, function: usize, trace: bool) -> String {
    let method = format!("Main::{}", places.function_names[function]);
    if trace {
        let (who, what) = match places.functions[function].role {
            Role::Thread(name, 1) => (string(name), "thread".to_owned()),
            Role::Thread(..) => ("Thread.currentThread().getName()".to_owned(), "thread".to_owned()),
            Role::PoolItem(_) => ("Thread.currentThread().getName()".to_owned(), "item".to_owned()),
            Role::ExitHandler(name) => ("\"main\"".to_owned(), format!("exit:{name}")),
            Role::SignalHandler(signal) => ("\"main\"".to_owned(), format!("signal:{}", signal.name())),
            Role::Finalizer(name) => ("\"main\"".to_owned(), format!("teardown:{name}")),
            Role::Main => ("\"main\"".to_owned(), "main".to_owned()),
        };
        format!("unchecked(() -> traced({who}, {}, {method}))", string(&what))
    } else if checked(places.functions[function].body, trace).is_empty() {
        method
    } else {
        format!("unchecked({method})")
    }
}

/// `new Thread(…)` for one copy of a thread.
pub(super) fn object(places: &Places, thread: &Thread, trace: bool) -> String {
    let function = places.function_with(|role| matches!(role, Role::Thread(name, _) if *name == thread.name));
    let body = function.map_or(String::new(), |function| runnable(places, function, trace));
    match thread.count {
        1 => format!("new Thread({body}, {})", string(&thread.name)),
        _ => format!("new Thread({body}, {} + number)", string(&format!("{}-", thread.name))),
    }
}

/// Declares or fills a list of all copies of a thread.
pub(super) fn objects(places: &Places, variable: &str, thread: &Thread, trace: bool, lines: &mut Lines) {
    lines.line(format!("{variable} = IntStream.rangeClosed(1, {})", thread.count));
    lines.line(format!("        .mapToObj(number -> {})", object(places, thread, trace)));
    lines.line("        .toList();");
}

impl Body<'_, '_> {
    /// Starts a thread, with all its copies.
    pub(super) fn start(&mut self, name: &str, lines: &mut Lines) {
        let Some(thread) = self.places.thread(name) else { return };
        let Some(handle) = self.places.threads.get(name) else { return };
        let variable = handle.name();
        if thread.count > 1 {
            self.import("java.util.List");
            self.import("java.util.stream.IntStream");
            match handle {
                Handle::Local(_) => {
                    let declared = format!("List<Thread> {variable}");
                    objects(self.places, &declared, thread, self.options.trace, lines);
                }
                Handle::AtStart(_) => objects(self.places, variable, thread, self.options.trace, lines),
                Handle::Ahead(_) => {}
            }
            lines.block(format!("for (Thread thread : {variable}) {{"), "}", |lines| {
                flag(thread, "thread", lines);
                lines.line("thread.start();");
            });
            return;
        }
        let one = object(self.places, thread, self.options.trace);
        match handle {
            Handle::Local(_) if thread.daemon.is_none() && !self.is_named_again(name) => {
                lines.line(format!("{one}.start();"));
                return;
            }
            Handle::Local(_) => lines.line(format!("Thread {variable} = {one};")),
            Handle::AtStart(_) => lines.line(format!("{variable} = {one};")),
            Handle::Ahead(_) => {}
        }
        flag(thread, variable, lines);
        lines.line(format!("{variable}.start();"));
    }

    fn is_named_again(&self, name: &str) -> bool {
        self.places.uses(|op| matches!(op, crate::scenario::Op::Join { target, .. } if target == name))
    }

    /// Waits for a thread, or for all of its copies.
    pub(super) fn join(&mut self, target: &str, limit: &str, lines: &mut Lines) {
        let Some(thread) = self.places.thread(target) else { return };
        let Some(handle) = self.places.threads.get(target) else { return };
        let variable = handle.name();
        if thread.count == 1 {
            lines.line(format!("{variable}.join({limit});"));
        } else {
            lines.block(format!("for (Thread thread : {variable}) {{"), "}", |lines| {
                lines.line(format!("thread.join({limit});"));
            });
        }
    }

    /// Hands one item to a pool.
    pub(super) fn submit(&mut self, pool: &str, lines: &mut Lines) {
        let Some(item) = self.places.function_with(|role| *role == Role::PoolItem(pool)) else { return };
        let Some(variable) = self.places.pools.get(pool) else { return };
        lines.line(format!("{variable}.submit({});", runnable(self.places, item, self.options.trace)));
    }

    /// Registers an exit handler.
    pub(super) fn on_exit(&mut self, name: &str, body: &Block, lines: &mut Lines) {
        let Some(function) = self.places.function_of(body) else { return };
        let body = runnable(self.places, function, self.options.trace);
        lines.line(format!("Runtime.getRuntime().addShutdownHook(new Thread({body}, {}));", string(name)));
    }

    /// Installs a signal handler, or has a signal ignored.
    pub(super) fn on_signal(&mut self, signal: Signal, body: Option<&Block>, lines: &mut Lines) {
        self.import("sun.misc.Signal");
        let name = string(signal.name());
        let Some(function) = body.and_then(|body| self.places.function_of(body)) else {
            self.import("sun.misc.SignalHandler");
            lines.line(format!("Signal.handle(new Signal({name}), SignalHandler.SIG_IGN);"));
            return;
        };
        let body = runnable(self.places, function, self.options.trace);
        let call = match body.strip_prefix("Main::") {
            Some(method) => format!("{method}()"),
            None => format!("{body}.run()"),
        };
        lines.line(format!("Signal.handle(new Signal({name}), signal -> {call});"));
    }

    /// Keeps an object whose cleaning action stands for a finalizer.
    pub(super) fn on_teardown(&mut self, name: &str, body: &Block, lines: &mut Lines) {
        let Some(function) = self.places.function_of(body) else { return };
        let Some(kept) = self.places.kept.get(name) else { return };
        let action = runnable(self.places, function, self.options.trace);
        lines.line(format!("CLEANER.register({kept}, {action});"));
    }
}

fn flag(thread: &Thread, variable: &str, lines: &mut Lines) {
    if let Some(daemon) = thread.daemon {
        lines.line(format!("{variable}.setDaemon({daemon});"));
    }
}
