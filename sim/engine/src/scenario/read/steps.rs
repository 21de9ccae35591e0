//! Bodies: what threads and handlers do.

use super::node::Node;
use super::schema::Place;
use super::{Reader, limits};
use crate::scenario::kdl::{KdlDocument, KdlEntry, KdlNode};
use crate::scenario::{Block, Buffering, Except, FileMode, Op, Signal, Step, TimeRange};

/// Stands for a time that could not be read, so that the rest of the step can still be checked.
const SOME_TIME: TimeRange = TimeRange::fixed(1);

const MODES: [(&str, FileMode); 2] = [("binary", FileMode::Binary), ("text", FileMode::Text)];
const BUFFERINGS: [(&str, Buffering); 3] =
    [("full", Buffering::Full), ("line", Buffering::Line), ("none", Buffering::None)];

impl Reader<'_> {
    /// The steps of a block. With `live` false they are read for their mistakes only.
    pub(super) fn body(&mut self, block: Option<&KdlDocument>, live: bool) -> Block {
        let mut out = Block::new();
        // Whether `except` may follow, and whether `finally` may.
        let mut open = (false, false);
        for (node, live) in self.kept(block, live) {
            match node.name().value() {
                clause @ ("except" | "finally") => {
                    self.clause(node, &mut out, &mut open, live);
                    if clause == "finally" {
                        open = (false, false);
                    }
                }
                name => {
                    let op = self.step(node, live);
                    // What was not understood may have been meant as a `try`.
                    open = (name == "try" || op.is_none(), name == "try" || op.is_none());
                    if let Some(op) = op.filter(|_| live) {
                        out.push(Step { op, span: node.span() });
                    }
                }
            }
        }
        out
    }

    /// Adds an `except` or `finally` to the `try` before it.
    fn clause(&mut self, node: &KdlNode, out: &mut Block, open: &mut (bool, bool), live: bool) {
        let Some(found) = self.node(node, Place::Body) else { return };
        let name = found.shape.name;
        let body = self.body(found.block(), live);
        if !(if name == "except" { open.0 } else { open.1 }) {
            let span = node.name().span();
            let message =
                format!("`{name}` stands right after `try` or `except`, and there is none before it");
            let help = "write `try { … }` before it; `finally` comes last";
            return self.fail(span, message, "belongs to no `try`", help);
        }
        let exception = found.value(0).and_then(|entry| self.class(entry));
        let Some(Step { op: Op::Try { handlers, finally, .. }, .. }) = out.last_mut().filter(|_| live) else {
            return;
        };
        if name == "finally" {
            *finally = Some(body);
        } else {
            handlers.push(Except { exception: exception.unwrap_or_else(|| "Exception".into()), body });
        }
    }

    /// One step; `None` if too little of it was understood.
    fn step(&mut self, node: &KdlNode, live: bool) -> Option<Op> {
        let found = self.node(node, Place::Body)?;
        let op = self.simple(&found).or_else(|| self.nested(&found, live));
        if op.is_none() {
            self.suspect(node);
        }
        op
    }

    /// Steps without a block.
    fn simple(&mut self, found: &Node) -> Option<Op> {
        let first = found.value(0);
        Some(match found.shape.name {
            "start" => {
                let names = found.values().iter().map(|entry| self.name(entry, "the name of a thread"));
                Op::Start(names.collect::<Vec<_>>().into_iter().flatten().collect())
            }
            "set-daemon" => {
                let daemon = found.value(1).and_then(|entry| self.flag(entry)).unwrap_or(true);
                Op::SetDaemon { thread: self.name(first?, "the name of a thread")?, daemon }
            }
            "spawn" => Op::Spawn(self.name(first?, "the name of a process")?),
            "join" => {
                let timeout = self.timeout(found);
                Op::Join { target: self.name(first?, "the name of a thread or process")?, timeout }
            }
            "work" => {
                let time = found.property("for").and_then(|entry| self.time(entry)).unwrap_or(SOME_TIME);
                Op::Work { label: self.line(first?, "the label of a work step")?, time }
            }
            "sleep" => Op::Sleep(first.and_then(|entry| self.time(entry)).unwrap_or(SOME_TIME)),
            "print" => Op::Print(self.line(first?, "a line of output")?),
            "open" => self.open(found)?,
            "write" => self.write(found)?,
            "flush" => Op::Flush(self.path(first?)?),
            "close" => Op::Close(self.path(first?)?),
            "set" => Op::Set(self.name(first?, "the name of an event")?),
            "wait" => {
                let timeout = self.timeout(found);
                Op::Wait { event: self.name(first?, "the name of an event")?, timeout }
            }
            "put" => {
                let stop = found.property("stop").and_then(|entry| self.flag(entry)).unwrap_or(false);
                Op::Put { queue: self.name(first?, "the name of a queue")?, stop }
            }
            "drain" => Op::Drain(self.name(first?, "the name of a queue")?),
            "submit" => Op::Submit(self.name(first?, "the name of a pool")?),
            "raise" => {
                let message =
                    found.value(1).and_then(|entry| self.paragraph(entry, "the message of an exception"));
                Op::Raise { exception: self.class(first?)?, message: message.unwrap_or_default() }
            }
            "exit" => Op::Exit(self.exit_code(first)),
            "exit-now" => Op::ExitNow(self.exit_code(first)),
            "exit-thread" => Op::ExitThread,
            "return" => Op::Return,
            "signal" => {
                let signal = self.signal(first?).unwrap_or(Signal::Term);
                Op::Signal { signal, to: self.name(found.property("to")?, "the name of a process")? }
            }
            _ => return None,
        })
    }

    /// Steps with a block.
    fn nested(&mut self, found: &Node, live: bool) -> Option<Op> {
        // Read first, so that a mistake in the head does not hide those in the block.
        let has_block = [
            "lock",
            "get",
            "for-each",
            "repeat",
            "forever",
            "while-running",
            "unless-set",
            "try",
            "on-exit",
            "on-signal",
            "on-teardown",
            "on-idle",
        ];
        if !has_block.contains(&found.shape.name) {
            return None;
        }
        let body = self.body(found.block(), live);
        let first = found.value(0);
        Some(match found.shape.name {
            "lock" => {
                let timeout = self.timeout(found);
                Op::Lock { lock: self.name(first?, "the name of a lock")?, timeout, body }
            }
            "get" => {
                let timeout = self.timeout(found);
                Op::Get { queue: self.name(first?, "the name of a queue")?, timeout, body }
            }
            "for-each" => Op::ForEach { queue: self.name(first?, "the name of a queue")?, body },
            "repeat" => {
                let times = first.and_then(|entry| self.number(entry, 0..=limits::ROUNDS.into(), " rounds"));
                Op::Repeat { times: times.unwrap_or(1) as u64, body }
            }
            "forever" => Op::Forever(body),
            "while-running" => Op::WhileRunning { stop: self.name(first?, "the name of an event")?, body },
            "unless-set" => Op::UnlessSet { event: self.name(first?, "the name of an event")?, body },
            "try" => Op::Try { body, handlers: vec![], finally: None },
            "on-exit" => {
                let early = found.property("early").and_then(|entry| self.flag(entry)).unwrap_or(false);
                Op::OnExit { name: self.name(first?, "the name of a handler")?, early, body }
            }
            "on-signal" => {
                let signal = self.signal(first?)?;
                Op::OnSignal { signal, body: found.block().map(|_| body) }
            }
            "on-teardown" => Op::OnTeardown { name: self.name(first?, "the name of an object")?, body },
            "on-idle" => Op::OnIdle { name: self.name(first?, "the name of a handler")?, body },
            _ => return None,
        })
    }

    fn open(&mut self, found: &Node) -> Option<Op> {
        let mode = found.property("mode").and_then(|entry| self.word(entry, "a mode", &MODES));
        let entry = found.property("buffering");
        let buffering = entry.and_then(|entry| self.word(entry, "a kind of buffering", &BUFFERINGS));
        let path = self.path(found.value(0)?)?;
        let (mode, buffering) = (mode.unwrap_or(FileMode::Binary), buffering.unwrap_or(Buffering::Full));
        let fault = match (mode, buffering) {
            (FileMode::Binary, Buffering::Line) => Some(("line buffering is for text", "add mode=\"text\"")),
            (FileMode::Text, Buffering::None) => Some(("text cannot be unbuffered", "remove mode=\"text\"")),
            _ => None,
        };
        if let (Some((message, help)), Some(entry)) = (fault, entry) {
            self.fail(entry.span(), message, "not with this mode", help);
        }
        Some(Op::Open { path, mode, buffering })
    }

    fn write(&mut self, found: &Node) -> Option<Op> {
        let bytes = found.property("bytes");
        let bytes = bytes.and_then(|entry| self.number(entry, 1..=limits::RECORD_BYTES.into(), " bytes"));
        let time = found.property("for").map(|entry| self.time(entry).unwrap_or(SOME_TIME));
        let record = found.value(1).and_then(|entry| self.line(entry, "the name of a record"));
        Some(Op::Write {
            path: self.path(found.value(0)?)?,
            record: record.unwrap_or_default(),
            bytes: bytes.unwrap_or(1) as u64,
            time: time.unwrap_or(TimeRange::fixed(0)),
        })
    }

    /// The path of a file.
    pub(super) fn path(&mut self, entry: &KdlEntry) -> Option<String> {
        self.line(entry, "a path")
    }

    /// `timeout=`, if it is there.
    fn timeout(&mut self, found: &Node) -> Option<TimeRange> {
        found.property("timeout").map(|entry| self.time(entry).unwrap_or(SOME_TIME))
    }

    /// What `sys.exit` takes: the system keeps the lowest 8 bits of it.
    fn exit_code(&mut self, entry: Option<&KdlEntry>) -> i64 {
        let code =
            entry.and_then(|entry| self.number(entry, i128::from(i32::MIN)..=i128::from(i32::MAX), ""));
        code.unwrap_or(0) as i64
    }
}
