//! What SPIN cannot be given, because there would be no end of states or numbers would not fit.

use super::Model;
use crate::diagnostic::Diagnostic;
use crate::program::{Instr, Pc, PoolId, Program, QueueId, RuntimeOp};
use crate::rules::{LateHandler, UncaughtInThread};
use crate::scenario::Signal;
use crate::trace::HandlerKind;

/// Items of a queue that nothing bounds are given this many bits.
const UNBOUNDED_BITS: u8 = 20;
/// SPIN has 255 processes; some are not threads.
const MOST_THREADS: usize = 250;

/// Whether a process may end in ways that the translation does not know: by a thread that calls exit, by threads that
/// are told to end, by handlers or signals that have a thread of their own.
fn ends_otherwise(program: &Program) -> bool {
    let facts = &program.runtime.facts;
    let plain = |instr: &Instr| {
        !matches!(instr, Instr::SetDaemon { .. } | Instr::Exit(_) | Instr::EndThread(_))
            && !matches!(
                instr,
                Instr::Runtime(RuntimeOp::BeginExit | RuntimeOp::UnwindThreads | RuntimeOp::FlushFiles(_))
            )
    };
    let interrupts = facts.signals.iter().all(|(signal, _)| *signal == Signal::Int);
    !interrupts
        || facts.uncaught_in_thread != UncaughtInThread::EndsThread
        || facts.late_handler != LateHandler::Dropped
        || !program.code.iter().all(plain)
}

impl Model<'_> {
    /// The first thing that cannot be translated.
    ///
    /// # Errors
    ///
    /// It, with its place.
    pub(super) fn refuse(&self) -> Result<(), Diagnostic> {
        let program = self.program;
        if ends_otherwise(program) {
            let message = format!(
                "a model for SPIN is made of runtimes that end as CPython does, and {} does not",
                program.runtime.label()
            );
            return Err(Diagnostic::general(message).help("choose another runtime with --runtime"));
        }
        if program.threads.len() > MOST_THREADS {
            let message =
                format!("{} threads are too many for SPIN (at most {MOST_THREADS})", program.threads.len());
            return Err(Diagnostic::general(message));
        }
        if self.most_places() > 32_000 {
            return Err(Diagnostic::general("a body has too many steps for SPIN (at most 32,000)"));
        }
        for file in self.written() {
            let info = &program.files[file.index()];
            let writes = |instr: &Instr| match instr {
                Instr::Print { file: to, .. }
                | Instr::Write { file: to, .. }
                | Instr::WriteBegin { file: to, .. } => *to == file,
                _ => false,
            };
            match info.planned {
                None => {
                    return Err(self.endless(&format!("`{}` is written to", info.path), &writes));
                }
                Some(bytes) if bytes > i32::MAX as u64 => {
                    let message = format!("`{}` gets {bytes} bytes, too many for SPIN's numbers", info.path);
                    return Err(self.at(message, "its bytes are counted here", &writes));
                }
                Some(_) => {}
            }
        }
        for (number, info) in program.queues.iter().enumerate() {
            let fields = program.layout.queues[number];
            let puts =
                |instr: &Instr| matches!(instr, Instr::Put { queue, .. } if *queue == QueueId(number as u32));
            if fields.items.width >= UNBOUNDED_BITS || fields.stops.width >= UNBOUNDED_BITS {
                return Err(self.endless(&format!("queue `{}` is filled", info.name), &puts));
            }
        }
        for (number, info) in program.pools.iter().enumerate() {
            let submits = |instr: &Instr| *instr == Instr::Submit(PoolId(number as u32));
            if program.layout.pools[number].items.width >= UNBOUNDED_BITS {
                return Err(self.endless(&format!("pool `{}` is given items", info.name), &submits));
            }
        }
        self.refuse_loops()?;
        self.refuse_signals()
    }

    fn refuse_loops(&self) -> Result<(), Diagnostic> {
        let mut code = self.program.code.iter().enumerate();
        let spins = |(pc, instr): &(usize, &Instr)| match instr {
            Instr::Jump(to) => to.index() <= *pc && self.is_silent(*to, Pc(*pc as u32)),
            _ => false,
        };
        if let Some((pc, _)) = code.find(spins) {
            let message = "this goes round for ever without a step that can be seen";
            return Err(Diagnostic::at(self.program.spans[pc], message, "in a forked process"));
        }
        Ok(())
    }

    /// A handler that writes, of a signal that is sent without end.
    fn refuse_signals(&self) -> Result<(), Diagnostic> {
        for handler in self.program.handlers.iter().filter(|handler| handler.kind == HandlerKind::Signal) {
            let body = &self.program.code[handler.start.index()..=handler.end.index()];
            let grows = body.iter().any(|instr| {
                matches!(
                    instr,
                    Instr::Print { .. }
                        | Instr::Write { .. }
                        | Instr::WriteBegin { .. }
                        | Instr::Put { .. }
                        | Instr::Submit(_)
                )
            });
            let sends = |instr: &Instr| {
                matches!(instr, Instr::Kill { signal, process }
                    if Some(*signal) == handler.signal && *process == handler.process)
            };
            let code = &self.program.code;
            let endless = (0..code.len()).any(|pc| {
                let pc = Pc(pc as u32);
                let own = handler.start <= pc && pc <= handler.end;
                sends(&code[pc.index()]) && (own || self.loops_without_end(pc))
            });
            if grows && endless {
                let what = format!("the handler of {} writes, and the signal is sent", handler.name);
                return Err(self.endless(&what, &sends));
            }
        }
        Ok(())
    }

    /// Whether an instruction stands in a loop that nothing bounds. (A loop over items is bounded by those.)
    fn loops_without_end(&self, pc: Pc) -> bool {
        let code = self.program.code.iter().enumerate();
        code.into_iter().any(|(from, instr)| match instr {
            Instr::Jump(to) => {
                let by_items = matches!(self.program.instr(*to), Instr::Get { .. } | Instr::Take { .. });
                *to <= pc && pc.index() <= from && !by_items
            }
            _ => false,
        })
    }

    fn endless(&self, what: &str, is_it: &dyn Fn(&Instr) -> bool) -> Diagnostic {
        let message = format!("{what} without end: that is no finite model for SPIN");
        let looping = |pc: usize| self.loops_without_end(Pc(pc as u32));
        let found = self.program.code.iter().enumerate();
        let mut found = found.filter(|(_, instr)| is_it(instr)).map(|(pc, _)| pc);
        let first = found.clone().next();
        match found.find(|pc| looping(*pc)).or(first) {
            Some(pc) => Diagnostic::at(self.program.spans[pc], message, "again and again"),
            None => Diagnostic::general(message),
        }
        .help("`repeat` instead of an endless loop gives it an end; `explore` follows such a loop for --unroll records")
    }

    fn at(&self, message: String, label: &str, is_it: &dyn Fn(&Instr) -> bool) -> Diagnostic {
        match self.program.code.iter().position(is_it) {
            Some(pc) => Diagnostic::at(self.program.spans[pc], message, label),
            None => Diagnostic::general(message),
        }
    }
}
