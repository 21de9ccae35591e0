//! The longer sentences, and the names of handlers and exceptions.

use super::super::words::{bytes, names, path};
use super::{Narrator, Told, told};
use crate::program::{ExceptionId, ExceptionKind, FileId, HandlerId, ProcessId, TextId};
use crate::rules::Topic;
use crate::scenario::Signal;
use crate::trace::{HandlerKind, Kind};
use crate::world::Effect;

impl Narrator<'_> {
    pub(super) fn wrote(
        &mut self,
        file: FileId,
        record: TextId,
        size: u64,
        flushed: u64,
        in_buffer: u64,
    ) -> Told {
        let number = self.records.entry((file, record)).or_default();
        *number += 1;
        let durable = self.durable.entry(file).or_default();
        *durable += flushed;
        let (what, path) = (format!("{} {number}", self.program.text(record)), path(self.program, file));
        if flushed == 0 {
            let on_disk = if *durable == 0 { "0".into() } else { bytes(*durable) };
            let text = format!(
                "writes {what} of {path} into its buffer ({} there, {on_disk} on disk)",
                bytes(in_buffer)
            );
            return told(Kind::Write, text).why(Topic::Buffered);
        }
        if in_buffer == 0 && flushed == size {
            return told(Kind::Write, format!("writes {what} of {path}: {} on disk", bytes(size)));
        }
        let text = format!("writes {what} of {path}: the buffer is full, {} go to disk", bytes(flushed));
        told(Kind::Write, text).why(Topic::BufferFull)
    }

    pub(super) fn raised(&self, exception: ExceptionId) -> Told {
        let program = self.program;
        let told = |text: String| told(Kind::Raise, text);
        match program.exception(exception).kind {
            ExceptionKind::Exit(code) => {
                told(format!("calls {}({code})", program.runtime.facts.exit_call)).why(Topic::PoliteExit)
            }
            ExceptionKind::Interrupt(_) => {
                told(format!("gets {}", program.exception(exception).class)).why(Topic::KeyboardInterrupt)
            }
            _ => {
                use crate::program::exception as standard;
                let topic = match exception {
                    standard::START_REFUSED | standard::START_IN_TEARDOWN => Some(Topic::StartRefused),
                    standard::START_TWICE | standard::SPAWN_TWICE => Some(Topic::StartTwice),
                    standard::JOIN_UNSTARTED | standard::JOIN_UNSTARTED_PROCESS => Some(Topic::JoinUnstarted),
                    standard::REGISTER_LATE => Some(Topic::RegisterRefused),
                    standard::DAEMONIC_CHILDREN => Some(Topic::DaemonicNoChildren),
                    _ => None,
                };
                let found = program.exception(exception);
                let message =
                    if found.message.is_empty() { String::new() } else { format!(": {}", found.message) };
                Told { topic, ..told(format!("raises {}{message}", found.class)) }
            }
        }
    }

    pub(super) fn main_raised(&self, exception: ExceptionId) -> Told {
        let facts = &self.program.runtime.facts;
        let (exit, report) = (facts.exit_call, facts.report);
        match self.program.exception(exception).kind {
            ExceptionKind::Exit(code) => {
                told(Kind::Return, format!("ends by {exit}({code})")).why(Topic::PoliteExit)
            }
            ExceptionKind::Interrupt(_) => {
                let text = format!("ends by {}: {report}", self.exception(exception));
                told(Kind::Raise, text).why(Topic::MainInterrupted)
            }
            _ => {
                let text = format!("ends by {}: {report}", self.exception(exception));
                told(Kind::Raise, text).why(Topic::MainRaised)
            }
        }
    }

    pub(super) fn begins(&self, handler: HandlerId) -> Option<Told> {
        let info = self.program.handler(handler);
        let topic = match info.kind {
            _ if info.internal => return None,
            HandlerKind::Exit => Topic::ExitHandlers,
            HandlerKind::EarlyExit => Topic::EarlyHandlers,
            HandlerKind::Signal => Topic::SignalHandled,
            HandlerKind::Teardown => Topic::Teardown,
            HandlerKind::Idle => Topic::IdleHandlers,
        };
        Some(told(Kind::Handler, format!("runs {}", self.handler(handler))).why(topic))
    }

    pub(super) fn handler(&self, handler: HandlerId) -> String {
        let info = self.program.handler(handler);
        match info.kind {
            HandlerKind::Signal => format!("the handler for SIG{}", info.name),
            HandlerKind::Exit | HandlerKind::EarlyExit if info.internal => "the end of its children".into(),
            HandlerKind::Exit => format!("exit handler {}", info.name),
            HandlerKind::EarlyExit => format!("early exit handler {}", info.name),
            HandlerKind::Teardown => format!("finalizer {}", info.name),
            HandlerKind::Idle => format!("idle handler {}", info.name),
        }
    }

    pub(super) fn exception(&self, exception: ExceptionId) -> String {
        let found = self.program.exception(exception);
        match found.kind {
            ExceptionKind::Exit(code) => format!("SystemExit({code})"),
            _ => found.class.clone(),
        }
    }

    /// The live threads of a process with this flag, besides main, in the order of the program.
    pub(super) fn live_threads(&self, process: ProcessId, daemon: bool) -> Vec<String> {
        let mine = self
            .live
            .iter()
            .filter(|(thread, flag)| **flag == daemon && self.program.process_of(**thread) == process)
            .map(|(thread, _)| *thread);
        names(self.program, mine)
    }
}

/// Where a thread was cut off, as the end of a sentence.
pub(super) fn cut_off_at(doing: &str) -> String {
    match doing.split_once(' ') {
        _ if doing == "sleep" => "in its sleep".into(),
        Some(("work:", label)) => format!("in the middle of \"{label}\""),
        Some(("about", rest)) => format!("when it was about {rest}"),
        Some(("in", _)) => doing.into(),
        _ => format!("while {doing}"),
    }
}

pub(super) fn arrived(signal: Signal, effect: Effect, own_thread: bool) -> Told {
    let name = signal.name();
    let told = |text: &str| told(Kind::Signal, format!("SIG{name} {text}"));
    match effect {
        Effect::Kills if signal == Signal::Kill => told("arrives").why(Topic::SignalKill),
        Effect::Kills => told("arrives: nothing handles it").why(Topic::SignalDefault),
        Effect::KillsLate => told("arrives: its handler is gone").why(Topic::HandlersGone),
        Effect::Handled if own_thread => told("arrives: its handler runs in a thread of its own"),
        Effect::Handled => told("arrives: its handler will run in main"),
        Effect::Exits => told("arrives: the runtime ends the process").why(Topic::SignalExits),
        Effect::Ends => told("arrives: the runtime ends the process at once").why(Topic::SignalEnds),
        Effect::Ignored => told("arrives and is ignored").why(Topic::SignalIgnored),
        Effect::Interrupts => told("arrives").why(Topic::KeyboardInterrupt),
        Effect::Misses => told("finds no process"),
    }
}
