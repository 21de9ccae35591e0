//! The layout of a state: just the bits that each value needs.

use super::super::layout::Allocator;
use super::super::{
    ExceptionKind, Field, FileFields, FileInfo, GroupInfo, Instr, Layout, Pc, PipeFields, PoolFields,
    ProcessFields, ProcessId, Program, QueueFields, RuntimeOp, Stack, ThreadFields, ThreadPlace,
};
use super::emit::RegisterUse;
use super::volume::Volume;
use crate::rules::{
    DefaultAction, ExceptionCode, FullPipe, HandlerOrder, HandlerThread, Rescue, Sudden, UncaughtInThread,
};
use crate::scenario::{Buffering, FileMode, Signal};
use crate::trace::HandlerKind;
use crate::world::{SLOT_BYTES, SLOTS};

/// Most items that a queue or pool holds when nothing bounds them.
pub(crate) const MOST_ITEMS: u64 = (1 << 20) - 1;
/// Bytes of a file when nothing bounds them: more than a million records of the largest size.
const UNBOUNDED_BYTES: u64 = (1 << 62) - 1;
/// Signal handlers that may run on top of each other.
const NESTED_SIGNALS: usize = 3;

/// Lays a state out.
pub(super) fn layout(program: &Program, registers: &[Vec<RegisterUse>], volume: &Volume) -> Layout {
    let mut next = Allocator::default();
    let mut layout = Layout::default();
    let process_ids = || (0..program.processes.len() as u32).map(ProcessId);
    for process in process_ids() {
        layout.processes.push(process_fields(program, process, &mut next));
    }
    let sizes: Vec<u32> = (0..program.groups.len())
        .map(|number| {
            let group = &program.groups[number];
            let registers = shared_registers(program, registers, number);
            let mut own = Allocator::default();
            layout.groups.push(thread_fields(program, group, &registers, &mut own));
            own.used()
        })
        .collect();
    layout.group_bits.clone_from(&sizes);
    for thread in &program.threads {
        let base = next.record(sizes[thread.group as usize]);
        let fields = &layout.groups[thread.group as usize];
        let at = |field: Field| Field { bit: field.bit + base, ..field };
        let start = first_place(program, &program.groups[thread.group as usize], thread.process);
        layout.threads.push(ThreadPlace { status: at(fields.status), pc: at(fields.pc), start });
        layout.thread_base.push(base);
    }
    for lock in &program.locks {
        let threads = program.threads_of(lock.process).count() as u64;
        layout.locks.push(next.up_to(threads));
    }
    layout.events = program.events.iter().map(|_| next.field(1)).collect();
    for queue in &program.queues {
        let (items, stops) = volume.queue_bound(queue.process.index(), &queue.name);
        let (items, stops) =
            (items.unwrap_or(MOST_ITEMS).min(MOST_ITEMS), stops.unwrap_or(MOST_ITEMS).min(MOST_ITEMS));
        layout.queues.push(QueueFields {
            items: next.up_to(items),
            stops: next.up_to(stops),
            behind: next.up_to(if stops == 0 { 0 } else { items }),
            unfinished: next.up_to(items + stops),
        });
    }
    for pool in &program.pools {
        let items = volume.pool_bound(pool.process.index(), &pool.name).unwrap_or(MOST_ITEMS).min(MOST_ITEMS);
        layout.pools.push(PoolFields {
            items: next.up_to(items),
            started: next.up_to(u64::from(pool.workers)),
            shut: next.field(1),
        });
    }
    layout.handlers = program.handlers.iter().map(|_| next.field(2)).collect();
    layout.stimuli = program.stimuli.iter().map(|_| next.field(1)).collect();
    layout.files = program.files.iter().map(|file| file_state(program, file, &mut next)).collect();
    layout.control_bits = next.used();
    for (file, fields) in program.files.iter().zip(&mut layout.files) {
        let bound = volume.file_bound(file.process.index(), &file.path).unwrap_or(UNBOUNDED_BYTES);
        count_bytes(program, file, fields, bound.min(UNBOUNDED_BYTES), &mut next);
    }
    layout.words = next.used().div_ceil(64) as usize;
    layout
}

/// The registers of a group. Handlers use those of main; who may come to run them needs the same.
fn shared_registers(program: &Program, registers: &[Vec<RegisterUse>], number: usize) -> Vec<RegisterUse> {
    let mut mine = registers[number].clone();
    let member = program.threads.iter().find(|thread| thread.group as usize == number);
    if let Some(member) = member.filter(|_| program.groups[number].may_exit) {
        let main = program.threads[program.process(member.process).main.index()].group as usize;
        mine.resize(mine.len().max(registers[main].len()), RegisterUse::default());
        for (mine, main) in mine.iter_mut().zip(&registers[main]) {
            mine.most = mine.most.max(main.most);
            mine.exception |= main.exception;
        }
    }
    mine
}

fn process_fields(program: &Program, process: ProcessId, next: &mut Allocator) -> ProcessFields {
    let info = program.process(process);
    let count = |kind| info.handlers.iter().filter(|handler| program.handler(**handler).kind == kind).count();
    let number = info.handlers.len().saturating_sub(1) as u64;
    let mut fields = ProcessFields {
        status: next.field(2),
        code: next.up_to(highest_code(program)),
        interrupted: next.up_to(most_interrupted(program)),
        exiting: next.up_to(if exits(program) { program.threads_of(process).count() as u64 } else { 0 }),
        raised: next.field(1),
        main_over: next.field(1),
        finalizing: next.field(1),
        unnoticed: next
            .field(u8::from(program.runtime.facts.deadlock.is_some_and(|deadlock| deadlock.only_at_a_wait))),
        non_daemons: next.up_to(program.threads_of(process).count() as u64),
        orphaned: next.field(u8::from(info.parent.is_some())),
        exit_handlers: next.stack(count(HandlerKind::Exit), number),
        early_handlers: next.stack(count(HandlerKind::EarlyExit), number),
        finalizers: next.stack(count(HandlerKind::Teardown), number),
        idle_handlers: next.stack(count(HandlerKind::Idle), number),
        idle_asked: next.stack(count(HandlerKind::Idle), number),
        idle_started: next.field(u8::from(count(HandlerKind::Idle) > 0)),
        ..ProcessFields::default()
    };
    // A spawned process may take over what its parent ignores, so any signal that is named anywhere may vary.
    let mut waiting = 0;
    for (number, signal) in Signal::ALL.into_iter().enumerate() {
        let named = |instr: &Instr| matches!(instr, Instr::Install { signal: named, .. } if *named == signal);
        let named = program.code.iter().any(named);
        if named {
            fields.dispositions[number] = next.up_to(1 + info.handlers.len() as u64);
        }
        // Only a signal with a handler waits, and one that has an exception from the start.
        if named || raises(program, signal) {
            fields.pending_bits[number] = Some(waiting);
            waiting += 1;
        }
    }
    fields.pending = next.field(waiting);
    fields
}

/// Whether the exception of a signal may end a process, as the highest value of `interrupted`.
fn most_interrupted(program: &Program) -> u64 {
    let raising = Signal::ALL.into_iter().enumerate().filter(|(_, signal)| raises(program, *signal));
    raising.map(|(position, _)| position as u64 + 1).max().unwrap_or_default()
}

fn raises(program: &Program, signal: Signal) -> bool {
    matches!(program.runtime.facts.default_action(signal), DefaultAction::Raises(_))
}

/// Whether anybody may come to run exit phases.
fn exits(program: &Program) -> bool {
    program.code.iter().any(|instr| matches!(instr, Instr::Exit(_) | Instr::Runtime(RuntimeOp::BeginExit)))
        || program.processes.iter().any(|process| process.exit != process.epilogue)
}

/// Where the code of a thread begins: one that may come to the exit phases counts from the start of its process.
fn first_place(program: &Program, group: &GroupInfo, process: ProcessId) -> Pc {
    if group.may_exit { program.group(program.process(process).main).start } else { group.start }
}

fn thread_fields(
    program: &Program,
    group: &GroupInfo,
    registers: &[RegisterUse],
    own: &mut Allocator,
) -> ThreadFields {
    let last_exception = program.exceptions.len() as u64 - 1;
    let process =
        program.threads.iter().find(|thread| std::ptr::eq(&program.groups[thread.group as usize], group));
    let process = process.map_or(ProcessId(0), |thread| thread.process);
    let start = first_place(program, group, process);
    // The code of a main thread goes on with the epilogue and the handlers of its process.
    let last = if group.main || group.may_exit {
        let process = program.process(process);
        let handlers = process.handlers.iter().map(|handler| program.handler(*handler).end);
        let ends = handlers.chain(process.phases.iter().map(|phase| phase.end)).chain([group.end]);
        ends.max().unwrap_or(group.end)
    } else {
        group.end
    };
    let reach = u64::from(last.0 - start.0);
    let facts = &program.runtime.facts;
    let runs_handlers = group.main || group.may_exit && facts.handler_order != HandlerOrder::Together;
    let handlers = if runs_handlers { program.handlers.len() } else { 0 };
    let signals = group.main
        && facts.signal_handlers == HandlerThread::Main
        && program.handlers.iter().any(|handler| handler.kind == HandlerKind::Signal);
    let nested = if handlers == 0 { 0 } else { 1 + if signals { NESTED_SIGNALS } else { 0 } };
    ThreadFields {
        status: own.field(3),
        daemon: own.field(u8::from(group.daemon.is_none() || group.flag_varies)),
        pc: own.up_to(reach),
        forgotten: own.field(u8::from(facts.interrupted_join_forgets && !group.main)),
        raised: own.up_to(if facts.join_raises && !group.main { last_exception } else { 0 }),
        exit_code: own.up_to(if (group.main || group.may_exit) && exits(program) {
            highest_code(program)
        } else {
            0
        }),
        registers: registers
            .iter()
            .map(|held| own.up_to(held.most.max(if held.exception { last_exception } else { 0 })))
            .collect(),
        returns: if nested == 0 { Stack::default() } else { own.stack(nested, reach) },
    }
}

/// Whether a file is open, and for whom, decides what its next write does.
fn file_state(program: &Program, file: &FileInfo, next: &mut Allocator) -> FileFields {
    let threads = program.threads_of(file.process).count() as u64;
    FileFields {
        open: next.field(if file.stdout { 0 } else { 2 }),
        opener: next.up_to(if file.stdout { 0 } else { threads }),
        pipe: if file.stalled {
            PipeFields {
                slots: next.up_to(SLOTS),
                room: next.up_to(SLOT_BYTES - 1),
                read: next.field(1),
                queued: next.field(1),
            }
        } else {
            PipeFields::default()
        },
        // How much is in the buffers decides when a pipe is full.
        pending: next.up_to(if file.stalled { layers(program, file).0 } else { 0 }),
        buffered: next.up_to(if file.stalled { layers(program, file).1 } else { 0 }),
        ..FileFields::default()
    }
}

/// The sizes of the text layer and of the binary buffer of a file.
fn layers(program: &Program, file: &FileInfo) -> (u64, u64) {
    let buffers = program.runtime.facts.buffers;
    let binary = match file.buffering {
        Buffering::Full => buffers.full,
        Buffering::Default => buffers.default,
        Buffering::Line | Buffering::None => 0,
    };
    let text = if file.mode == FileMode::Text && binary > 0 { buffers.text_chunk } else { 0 };
    (text, binary)
}

fn count_bytes(
    program: &Program,
    file: &FileInfo,
    fields: &mut FileFields,
    bound: u64,
    next: &mut Allocator,
) {
    let (text, binary) = layers(program, file);
    fields.torn = next.field(1);
    if !file.stalled {
        fields.pending = next.up_to(text.min(bound));
        fields.buffered = next.up_to(binary.min(bound));
    } else if program.runtime.facts.full_pipe == FullPipe::Queues {
        fields.buffered = next.up_to(bound);
    }
    fields.durable = next.up_to(bound);
}

/// The highest exit code, or position of a signal, that a process can end with.
fn highest_code(program: &Program) -> u64 {
    let raised = program.exceptions.iter().filter_map(|exception| match exception.kind {
        ExceptionKind::Exit(code) => Some(code),
        _ => None,
    });
    let at_once = program.code.iter().filter_map(|instr| match instr {
        Instr::ExitNow(code) | Instr::Exit(code) => Some(*code),
        _ => None,
    });
    let runtime = &program.runtime;
    let phases = runtime
        .phases
        .iter()
        .chain(&runtime.child_phases)
        .chain(&runtime.exit_phases)
        .chain(&runtime.leave_phases);
    let set = phases.filter_map(|phase| match phase.exception_code {
        ExceptionCode::Set(code) => Some(code),
        ExceptionCode::Kept | ExceptionCode::AsInMain => None,
    });
    let codes = raised.chain(at_once).chain(set);
    let facts = &program.runtime.facts;
    let codes = codes.chain([facts.uncaught.code, Signal::ALL.len() as u8]);
    let codes = codes.chain(facts.handler_fails.code).chain(facts.uncaught_in_item.and_then(Sudden::code));
    let codes = codes.chain(match facts.deadlock.map(|deadlock| deadlock.then) {
        Some(Rescue::EndsWith(code)) => Some(code),
        Some(Rescue::RaisesInMain(..)) | None => None,
    });
    let codes = codes.chain(match facts.uncaught_in_thread {
        UncaughtInThread::EndsThread => None,
        UncaughtInThread::EndsProcess(end) => end.code(),
        UncaughtInThread::ExitsInMain(code) => Some(code),
    });
    let codes = codes.chain(facts.signals.iter().filter_map(|(_, action)| match action {
        DefaultAction::Exits(code) => Some(*code),
        DefaultAction::EndsWith(end) => end.code(),
        DefaultAction::Kills | DefaultAction::Raises(_) | DefaultAction::Ignored => None,
    }));
    u64::from(codes.max().unwrap_or_default())
}
