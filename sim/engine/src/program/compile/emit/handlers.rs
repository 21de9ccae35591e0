//! Handlers: registered once, emitted behind the code of their process.

use super::{Emitter, HandlerBody, Waiting};
use crate::program::{GroupInfo, HandlerId, HandlerInfo, Pc, ProcessId, ThreadId};
use crate::rules::{HandlerOrder, HandlerThread};
use crate::scenario::{Block, Signal};
use crate::trace::HandlerKind;

impl<'a> Emitter<'a> {
    /// A fork has its parent's signal handlers.
    pub(super) fn take_over_handlers(&mut self, process: ProcessId) {
        let Some(parent) = self.names.processes[process.index()].parent else { return };
        if !self.runtime.facts.children_inherit_handlers {
            return;
        }
        for (theirs, signal, body) in self.installed[parent.index()].clone() {
            let mine = self.signal_handler(signal, body);
            let mine = self.out.handlers[mine.index()].number;
            self.names.processes[process.index()].inherited.push((theirs, mine));
        }
    }

    /// A body becomes a handler once in each process: nested ones that were taken over come by here again when the
    /// handler around them is emitted.
    pub(super) fn signal_handler(&mut self, signal: Signal, body: &'a Block) -> HandlerId {
        let process = self.process.index();
        if let Some((number, ..)) =
            self.installed[process].iter().find(|(.., known)| std::ptr::eq(*known, body))
        {
            return self.names.processes[process].handlers[*number as usize];
        }
        let handler =
            self.handler(signal.name(), HandlerKind::Signal, Some(signal), HandlerBody::Scenario(body));
        let number = self.out.handlers[handler.index()].number;
        self.installed[process].push((number, signal, body));
        handler
    }

    pub(super) fn handler(
        &mut self,
        name: &str,
        kind: HandlerKind,
        signal: Option<Signal>,
        body: HandlerBody<'a>,
    ) -> HandlerId {
        let handler = HandlerId(self.out.handlers.len() as u32);
        let process = self.process;
        let mine = &mut self.names.processes[process.index()].handlers;
        let number = mine.len() as u32;
        mine.push(handler);
        let (start, end) = (Pc(0), Pc(0));
        let internal = matches!(body, HandlerBody::Runtime(_));
        let name = name.to_owned();
        self.out.handlers.push(HandlerInfo {
            name,
            kind,
            signal,
            process,
            number,
            start,
            counts: false,
            internal,
            end,
            thread: None,
        });
        self.waiting.push_back(Waiting { handler, body });
        self.own_thread(handler);
        handler
    }

    /// Gives a handler a thread of its own, where the runtime does.
    fn own_thread(&mut self, handler: HandlerId) {
        let own = match self.out.handlers[handler.index()].kind {
            HandlerKind::Exit => self.runtime.facts.handler_order == HandlerOrder::Together,
            HandlerKind::Signal => self.runtime.facts.signal_handlers == HandlerThread::Own,
            HandlerKind::EarlyExit | HandlerKind::Teardown | HandlerKind::Idle => false,
        };
        if own {
            let name = self.out.handlers[handler.index()].name.clone();
            self.out.handlers[handler.index()].thread = self.take_thread(&name);
        }
    }

    /// The next of the threads that were set aside for the runtime itself.
    pub(in super::super) fn take_thread(&mut self, name: &str) -> Option<ThreadId> {
        let free = |group: &&mut GroupInfo| group.internal && group.name.is_empty();
        let process = self.process;
        let mine = self.names.threads.iter().enumerate().filter(|(_, info)| info.process == process);
        let mine: Vec<(usize, usize)> = mine.map(|(thread, info)| (thread, info.group as usize)).collect();
        let (thread, group) = mine.into_iter().find(|(_, group)| free(&&mut self.names.groups[*group]))?;
        self.names.groups[group].name = name.to_owned();
        Some(ThreadId(thread as u32))
    }

    /// The exit handler that the runtime registers with the first spawned process.
    pub(super) fn spawn_handler(&mut self) {
        let known = self.names.processes[self.process.index()].spawn_handler;
        let spawned = self.names.processes[self.process.index()].parent.is_some();
        let ops = self.runtime.facts.spawn_registers;
        if known.is_none() && !spawned && !ops.is_empty() {
            let handler = self.handler("children", HandlerKind::Exit, None, HandlerBody::Runtime(ops));
            self.names.processes[self.process.index()].spawn_handler = Some(handler);
        }
    }
}
