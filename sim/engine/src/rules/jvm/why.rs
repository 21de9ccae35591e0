//! Why Java does what it does: one sentence and one source for every topic.

/// The rules that hold for platform threads and virtual ones, with those of one kind in front.
macro_rules! with_common {
    ($runtime:literal; $($own:tt)*) => {
        rules! { $runtime;
            $($own)*
            DaemonNotAwaited: "daemons-not-awaited",
                "the end of main waits for no daemon thread",
                "daemon-threads.md", "java.lang.Thread; java-02, 04";
            Frozen: "cut-off-at-halt",
                "the machine halts around it: its finally blocks never run",
                "cut-off.md", "Runtime.halt, Shutdown.java; java-02, 03";
            KilledInPlace: "killed-in-place",
                "the whole process ends at once: no finally, no hook, no flush",
                "cut-off.md", "Runtime.halt, signal(7); java-08, 09";
            Buffered: "buffered-write",
                "a write goes to a buffer inside the process first",
                "cut-off.md#buffers", "java.io.BufferedOutputStream, BufferedWriter; java-03";
            BufferFull: "buffer-full",
                "the buffer has no room for more: what it held goes on towards the kernel",
                "cut-off.md#buffers", "BufferedOutputStream.write, BufferedWriter.flushBuffer, StreamEncoder.implWrite; java-03";
            PipeFull: "pipe-full",
                "println writes each line at once, and its thread waits in the kernel while a pipe is full",
                "other-runtimes.md#full-pipe", "pipe(7); measured on 17.0.15";
            BufferLost: "buffer-lost",
                "what is still in a buffer inside the process dies with it: nobody flushes it at exit",
                "cut-off.md#buffers", "java-01, 03, 07";
            ExitHandlers: "hooks-together",
                "shutdown hooks run all at once, each in a thread of its own, while all other threads go on",
                "daemon-threads.md#order", "Runtime.addShutdownHook; java-07, 11";
            HandlerErrorIgnored: "hook-error-ignored",
                "an exception in a hook is printed, the others run, and the exit status stays",
                "daemon-threads.md#order", "ApplicationShutdownHooks.java; java-14";
            RegisterRefused: "register-refused",
                "no hook can be added once the shutdown has begun",
                "daemon-threads.md#order", "Runtime.addShutdownHook; java-15";
            MainReturned: "main-returned",
                "the end of main is the end of one thread",
                "daemon-threads.md#order", "JLS 12.8; java-01";
            MainRaised: "main-raised",
                "the stack trace is printed now; then the process ends like any other, with code 1",
                "daemon-threads.md#order", "java.base LauncherHelper; java-05";
            PoliteExit: "exit",
                "System.exit runs the hooks and halts: it waits for no thread, and nobody's finally runs",
                "the-program-that-would-not-exit.md", "Runtime.exit; java-07";
            PoliteExitInThread: "exit-in-thread",
                "System.exit ends the whole process from any thread",
                "the-program-that-would-not-exit.md", "Runtime.exit; java-07";
            ExitBegins: "exit-anywhere",
                "System.exit starts the hooks from whichever thread calls it",
                "daemon-threads.md#order", "Runtime.exit; java-07, 11";
            SecondExit: "second-exit-blocks",
                "the shutdown has begun: a second System.exit blocks for ever, also in a hook, which the exit waits for",
                "daemon-threads.md#order", "Runtime.exit, Shutdown.java; java-12, 13";
            ImmediateExit: "immediate-exit",
                "Runtime.halt ends the process at once: no finally, no hook, no flush",
                "cut-off.md", "Runtime.halt; java-08";
            ThreadRaised: "thread-raised",
                "an exception in a thread ends that thread only; the exit status does not tell",
                "daemon-threads.md", "Thread.UncaughtExceptionHandler; java-06";
            SignalDefault: "signal-default",
                "the machine does not handle this signal, so the kernel ends the process at once",
                "cut-off.md#signals", "signal(7); java-09";
            SignalExits: "signal-exits",
                "TERM, INT and HUP are handled by the machine: a thread of it calls exit with 128 and the signal's number",
                "cut-off.md#signals", "java.lang.Terminator; java-09, 22";
            SignalEnds: "signal-crash",
                "USR2 is the machine's own, to stop threads: sent from outside it crashes, and dies by SIGABRT",
                "cut-off.md#signals", "os_posix.cpp SR_handler; measured on 17.0.15";
            SignalKill: "signal-kill",
                "SIGKILL cannot be handled",
                "cut-off.md#signals", "signal(7); java-09";
            SignalHandled: "signal-handled",
                "a handler runs at once in a daemon thread of its own, whatever main does",
                "the-program-that-would-not-exit.md#signals", "jdk.internal.misc.Signal.dispatch; java-10";
            SignalIgnored: "signal-ignored",
                "the process ignores this signal, or the shutdown has begun already",
                "the-program-that-would-not-exit.md#signals", "signal(7), Terminator; java-09, 12";
            HandlerFails: "signal-handler-fails",
                "an exception in a signal handler ends the handler's thread, and nothing else",
                "the-program-that-would-not-exit.md#signals", "java-10";
            StartTwice: "start-twice",
                "a thread can only be started once",
                "daemon-threads.md", "Thread.start; java-16";
            JoinUnstarted: "join-unstarted",
                "join returns at once if the thread was not started",
                "daemon-threads.md", "Thread.join: while (isAlive()); java-16";
            LockStaysHeld: "lock-stays-held",
                "a thread that is stopped at halt never unlocks, and a hook may wait for a living one for ever",
                "cut-off.md#locks", "java-21";
            QueueJoin: "queue-join",
                "all items are done; that flushes no file",
                "cut-off.md#buffers", "java-03, 17";
            StdioFlushed: "stdout-unbuffered",
                "System.out hands every line to the kernel at once",
                "cut-off.md#buffers", "java-01, 24";
            Teardown: "no-finalizers",
                "nothing is finalized at exit",
                "cut-off.md", "java.lang.ref.Cleaner; java-01";
            ExitStatus: "exit-status",
                "the exit status is that of the first exit, modulo 256",
                "daemon-threads.md#order", "Runtime.exit; java-05, 08, 13";
        }
    };
}

/// Threads of the platform.
pub(super) mod platform {
    use super::super::super::why::rules;

    with_common! { "jvm";
        DaemonFlag: "daemon-flag",
            "the process will not wait for a daemon thread",
            "daemon-threads.md", "Thread.setDaemon; java-02, 16";
        FlagInherited: "flag-inherited",
            "it takes the daemon flag of the thread that creates it",
            "daemon-threads.md#inheritance", "java.lang.Thread; java-16";
        NonDaemonAwaited: "non-daemons-awaited",
            "it is not a daemon: the process waits, without limit",
            "daemon-threads.md", "Runtime \"Virtual Machine Shutdown\"; java-01, 04";
        PoolDrained: "executor-not-shut-down",
            "an executor's idle worker is a non-daemon thread: the process waits for it until somebody calls shutdown",
            "daemon-threads.md#pools", "java.util.concurrent.Executors; java-17, 18";
        ItemFailed: "item-failed",
            "an exception in a submitted task is kept in its Future: the worker takes the next task",
            "daemon-threads.md", "java.util.concurrent.FutureTask.setException; java-17";
    }
}

/// Virtual threads.
pub(super) mod virtual_threads {
    use super::super::super::why::rules;

    with_common! { "jvm-virtual";
        NoDaemonFlag: "always-daemons",
            "a virtual thread is always a daemon: nobody waits for it unless somebody joins it",
            "daemon-threads.md", "JEP 444, documented, not run";
    }
}
