//! Timers of main's event loop.

use super::body::Body;
use super::plan::Place;
use super::text::string;
use crate::export::lines::Lines;
use crate::scenario::{Op, Step, Thread, Timer};

impl Body<'_, '_> {
    /// Starts a timer where it stands: the callback sees the variables of main.
    pub(super) fn start_timer(&self, thread: &Thread, timer: Timer<'_>, lines: &mut Lines) {
        let names = &self.plan.threads[thread.name.as_str()];
        let call = if timer.repeats { "setInterval" } else { "setTimeout" };
        let (traced, close) = match self.options.trace {
            true => (format!("timer({}, {}, ", string(&thread.name), timer.repeats), ")"),
            false => (String::new(), ""),
        };
        let variable = match &names.handle {
            Some(Place::Ahead(variable)) => format!("{variable} = "),
            Some(Place::Here(variable) | Place::Shared(variable)) => format!("const {variable} = "),
            None => String::new(),
        };
        let ms = self.millis(timer.time);
        let unref = if names.daemon { ".unref()" } else { "" };
        let tail = format!("}}{close}, {ms}){unref};");
        lines.block(format!("{variable}{call}({traced}() => {{"), &tail, |lines| {
            let callback = Body { awaits: false, ..*self };
            timer.callback.iter().for_each(|step| callback.step(&step.op, lines));
        });
    }
}

/// What the callbacks of all timers do: in front of main's own code, because they may come before any of it.
pub(super) fn callbacks(threads: &[Thread]) -> impl Iterator<Item = Step> {
    let timers = threads.iter().filter_map(|thread| Some((thread, thread.as_timer()?)));
    timers.map(|(thread, timer)| Step { op: Op::Forever(timer.callback.to_vec()), span: thread.span })
}
