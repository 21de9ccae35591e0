//! Why .NET does what it does: one sentence and one source for every topic.

/// The rules that hold for Mono and for .NET, with those of one of them in front.
macro_rules! with_common {
    ($runtime:literal; $($own:tt)*) => {
        rules! { $runtime;
            $($own)*
            DaemonFlag: "background-flag",
                "the process will not wait for a background thread",
                "daemon-threads.md", "Thread.IsBackground; mono-02, 08";
            FlagOwn: "flag-not-inherited",
                "a new thread is a foreground thread, whoever starts it",
                "daemon-threads.md#inheritance", "Thread.IsBackground; mono-08";
            FlagChanged: "flag-may-change",
                "IsBackground may be changed as long as the thread lives, also after Main has returned",
                "daemon-threads.md#inheritance", "Thread.IsBackground; mono-08";
            NonDaemonAwaited: "foreground-awaited",
                "it is a foreground thread: the process waits, without limit",
                "daemon-threads.md", "Thread.IsBackground; mono-01, 04, 10";
            DaemonNotAwaited: "background-not-awaited",
                "the end of Main waits for no background thread",
                "daemon-threads.md", "Thread.IsBackground; mono-02, 04";
            KilledInPlace: "killed-in-place",
                "the whole process ends at once: no finally, no ProcessExit, no flush",
                "cut-off.md", "signal(7), _exit(2); mono-05, 07";
            Buffered: "buffered-write",
                "a write goes to a buffer inside the process first",
                "cut-off.md#buffers", "System.IO.FileStream, StreamWriter; mono-03";
            BufferFull: "buffer-full",
                "the buffer is full: it goes on towards the kernel, in the middle of a record if need be",
                "cut-off.md#buffers", "System.IO.FileStream, StreamWriter; mono-03";
            PipeFull: "pipe-full",
                "WriteLine writes each line at once, and its thread waits in the kernel while a pipe is full",
                "other-runtimes.md#full-pipe", "pipe(7); measured on Mono 6.8";
            ExitHandlers: "process-exit-in-order",
                "ProcessExit handlers run one after the other, first registered first, while all threads go on",
                "daemon-threads.md#order", "AppDomain.ProcessExit; mono-02, 04, 10";
            HandlerTooLate: "handler-too-late",
                "the handlers are being called already, so this one never will be",
                "daemon-threads.md#order", "measured on Mono";
            MainReturned: "main-returned",
                "the end of Main is not the end of the process",
                "daemon-threads.md#order", "Thread.IsBackground; mono-01";
            PoliteExit: "exit",
                "Environment.Exit raises ProcessExit and ends the process: it waits for no thread, and nobody's finally runs",
                "the-program-that-would-not-exit.md", "Environment.Exit, HostShutdown.md; mono-06";
            PoliteExitInThread: "exit-in-thread",
                "Environment.Exit ends the whole process from any thread",
                "the-program-that-would-not-exit.md", "Environment.Exit; mono-06";
            ExitBegins: "exit-anywhere",
                "Environment.Exit raises ProcessExit in the thread that calls it, while all others go on",
                "daemon-threads.md#order", "Environment.Exit; mono-06";
            SecondExit: "second-exit",
                "in a handler Environment.Exit ends the process at once; in another thread it blocks, and the first goes on",
                "daemon-threads.md#order", "mono-06, measured on Mono";
            ImmediateExit: "immediate-exit",
                "_exit ends the process at once: no finally, no ProcessExit, no flush",
                "cut-off.md", "_exit(2)";
            SignalDefault: "signal-default",
                "the runtime does not handle this signal, so the kernel ends the process at once",
                "cut-off.md#signals", "signal(7); mono-07";
            SignalKill: "signal-kill",
                "SIGKILL cannot be handled",
                "cut-off.md#signals", "signal(7); mono-07";
            StartTwice: "start-twice",
                "a thread can only be started once",
                "daemon-threads.md", "Thread.Start";
            JoinUnstarted: "join-unstarted",
                "what was never started cannot be joined",
                "daemon-threads.md", "Thread.Join";
            PoolDrained: "pool-not-drained",
                "the threads of the pool are background threads: what is queued is never begun",
                "daemon-threads.md#pools", "System.Threading.ThreadPool; mono-09";
            ItemFailed: "item-ends-process",
                "an exception that leaves an item of the pool ends the process",
                "daemon-threads.md", "ThreadPool.QueueUserWorkItem; mono-05";
            LockStaysHeld: "lock-stays-held",
                "a thread that was stopped where it stood never leaves its lock",
                "cut-off.md#locks", "mono-10";
            QueueJoin: "queue-join",
                "all items are done; that flushes no file",
                "cut-off.md#buffers", "mono-03, 09";
            StdioFlushed: "stdout-unbuffered",
                "Console hands every line to the kernel at once",
                "cut-off.md#buffers", "mono-01";
            ExitStatus: "exit-status",
                "the exit status is that of the first exit, modulo 256",
                "daemon-threads.md#order", "Environment.Exit; mono-01, 06";
        }
    };
}

/// Mono 6.8.
pub(super) mod mono {
    use super::super::super::why::rules;

    with_common! { "dotnet-mono";
        Unwound: "aborted",
            "Main has returned: every thread that is left is aborted, and its finally blocks run",
            "cut-off.md", "mono/metadata/threads.c abort_threads; mono-02";
        Frozen: "cut-off-at-exit",
            "Environment.Exit ends the process around it: its finally blocks never run",
            "cut-off.md", "Environment.Exit; mono-06";
        BufferLost: "buffer-lost",
            "what a StreamWriter holds dies with the process, and after a crash all that is in a buffer",
            "cut-off.md#buffers", "mono-01, 03";
        FilesFlushed: "file-streams-flushed",
            "a FileStream has a finalizer, which flushes it at exit; the StreamWriter above it has none",
            "cut-off.md#buffers", "System.IO.FileStream; mono-01, 03";
        MainRaised: "main-raised",
            "nobody catches it: the process ends at once with code 1, without ProcessExit and without waiting",
            "daemon-threads.md#order", "AppDomain.UnhandledException; mono-05";
        ThreadEndsProcess: "thread-ends-process",
            "nobody catches it: the whole process ends at once with code 1",
            "daemon-threads.md", "AppDomain.UnhandledException; mono-05";
        HandlerErrorIgnored: "handler-error-ends-list",
            "an exception in a handler is swallowed, the other handlers do not run, and the exit status stays",
            "daemon-threads.md#order", "mono-10, measured";
        SignalIgnored: "signal-ignored",
            "the runtime only writes down what its threads do",
            "the-program-that-would-not-exit.md#signals", "mono-07";
        Teardown: "finalizers",
            "finalizers run at exit, in no order",
            "cut-off.md", "mono/metadata/gc.c; mono-01";
    }
}

/// .NET 5 to 10.
pub(super) mod core {
    use super::super::super::why::rules;

    with_common! { "dotnet";
        Frozen: "cut-off-at-exit",
            "the process ends around it: its finally blocks never run",
            "cut-off.md", "HostShutdown.md, documented, not run";
        BufferLost: "buffer-lost",
            "what is still in a buffer inside the process dies with it: no finalizer flushes it at exit",
            "cut-off.md#buffers", "dotnet/csharpstandard #291, documented, not run";
        MainRaised: "main-raised",
            "nobody catches it: the process aborts at once, without ProcessExit and without waiting",
            "daemon-threads.md#order", "AppDomain.UnhandledException, documented, not run";
        ThreadEndsProcess: "thread-ends-process",
            "nobody catches it: the whole process aborts at once",
            "daemon-threads.md", "AppDomain.UnhandledException, documented, not run";
        HandlerErrorIgnored: "handler-error-aborts",
            "an exception in a handler is one that nobody catches: the process aborts",
            "daemon-threads.md#order", "AppDomain.UnhandledException, documented, not run";
        SignalExits: "signal-exits",
            "up to .NET 9 the runtime handles SIGTERM: a thread of it raises ProcessExit and ends the process with 143",
            "cut-off.md#signals", "Microsoft Learn, sigterm-signal-handler (.NET 10), documented, not run";
        SignalHandled: "signal-handled",
            "PosixSignalRegistration runs the handler in a thread of its own, whatever Main does",
            "the-program-that-would-not-exit.md#signals", "PosixSignalRegistration.Create, documented, not run";
        SignalIgnored: "signal-ignored",
            "the process ignores this signal, or its end has begun already",
            "the-program-that-would-not-exit.md#signals", "signal(7)";
        HandlerFails: "signal-handler-fails",
            "an exception in a signal handler ends the handler",
            "the-program-that-would-not-exit.md#signals", "documented, not run";
        Teardown: "no-finalizers",
            "no finalizer runs at exit",
            "cut-off.md", "dotnet/csharpstandard #291, documented, not run";
    }
}
