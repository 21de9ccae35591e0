//! How a .NET process ends, phase by phase.

use crate::program::{Flushes, RuntimeOp as Op};
use crate::rules::{ExceptionCode, Phase};

/// The end of Main on Mono.
pub(super) const MONO: [Phase; 5] = [M0, M1, M2, M3, M4];
/// `Environment.Exit` on Mono: nobody is aborted.
pub(super) const MONO_EXIT: [Phase; 3] = [M1, M3, M4];
/// The end of Main on .NET.
pub(super) const CORE: [Phase; 3] = [N0, N1, N2];
/// `Environment.Exit` on .NET.
pub(super) const CORE_EXIT: [Phase; 2] = [N1, N2];

const M0: Phase = Phase {
    id: "M0",
    name: "Main returns",
    waits_for: "every foreground thread, without limit, also ones that become foreground threads meanwhile",
    keeps_running: "background threads",
    stops: "-",
    runs: "-",
    flushes: "Console was never buffered",
    source: "Thread.IsBackground; mono/metadata/threads.c mono_thread_manage; mono-01, 04, 08, 10",
    ops: &[Op::AnnounceWait, Op::AwaitNonDaemons, Op::BeginExit],
    on_exception: "M1",
    exception_code: ExceptionCode::Kept,
};

const M1: Phase = Phase {
    id: "M1",
    name: "ProcessExit",
    waits_for: "each handler, without limit",
    keeps_running: "all threads, also new ones",
    stops: "-",
    runs: "handlers, one after the other, first registered first; an exception ends the list silently",
    flushes: "-",
    source: "AppDomain.ProcessExit; mono-02, 04, 06, 10",
    ops: &[Op::RunExitHandlers],
    on_exception: "M2",
    exception_code: ExceptionCode::Kept,
};

const M2: Phase = Phase {
    id: "M2",
    name: "the threads that are left are aborted",
    waits_for: "their finally blocks, without limit",
    keeps_running: "what runs in a finally block",
    stops: "all other threads, by a ThreadAbortException",
    runs: "finally blocks of all threads; not after Environment.Exit",
    flushes: "-",
    source: "mono/metadata/threads.c abort_threads; mono-02, 09",
    ops: &[Op::UnwindThreads, Op::AwaitThreads],
    on_exception: "M3",
    exception_code: ExceptionCode::Kept,
};

const M3: Phase = Phase {
    id: "M3",
    name: "finalizers",
    waits_for: "-",
    keeps_running: "nothing",
    stops: "all threads, where they stand",
    runs: "finalizers, in no order",
    flushes: "FileStream, but not the StreamWriter above one",
    source: "mono/metadata/gc.c mono_gc_cleanup; mono-01, 03",
    ops: &[Op::Freeze, Op::RunFinalizers, Op::FlushFiles(Flushes::LowerLayer)],
    on_exception: "M4",
    exception_code: ExceptionCode::Kept,
};

const M4: Phase = Phase { source: "mono-01, 06", id: "M4", on_exception: "M4", ..END };

const N0: Phase = Phase {
    id: "N0",
    source: "Thread.IsBackground, ECMA-335; documented, not run",
    on_exception: "N1",
    ..M0
};

const N1: Phase = Phase {
    id: "N1",
    runs: "handlers, one after the other, first registered first",
    source: "AppDomain.ProcessExit: no time limit since .NET Core; documented, not run",
    on_exception: "N2",
    ..M1
};

const N2: Phase = Phase {
    id: "N2",
    source: "dotnet/runtime HostShutdown.md; dotnet/csharpstandard #291; documented, not run",
    on_exception: "N2",
    ..END
};

const END: Phase = Phase {
    id: "-",
    name: "the process ends",
    waits_for: "-",
    keeps_running: "nothing",
    stops: "all threads, where they stand",
    runs: "no finally",
    flushes: "-",
    source: "-",
    ops: &[Op::EndProcess],
    on_exception: "-",
    exception_code: ExceptionCode::Kept,
};
