//! Why CPython does what it does: one sentence and one source for every topic.

use super::super::why::rules;

rules! { "cpython";
    DaemonFlag: "daemon-flag",
        "the process will not wait for a daemon thread",
        "daemon-threads.md", "Lib/threading.py Thread.daemon; cpython-02, 26";
    FlagInherited: "flag-inherited",
        "it takes the daemon flag of the thread that starts it",
        "daemon-threads.md#inheritance", "Lib/threading.py Thread.__init__; cpython-26";
    NonDaemonAwaited: "non-daemons-awaited",
        "it is not a daemon: the process waits, without limit",
        "daemon-threads.md", "Lib/threading.py _shutdown; cpython-01, 05";
    DaemonNotAwaited: "daemons-not-awaited",
        "daemon threads are not waited for",
        "daemon-threads.md", "Lib/threading.py _shutdown; cpython-02, 05";
    WaitAbandoned: "interrupt-abandons-wait",
        "one Ctrl-C, or any exception, in the shutdown wait ends it: the threads that are left are treated as daemons",
        "the-program-that-would-not-exit.md#ctrl-c", "Lib/threading.py _shutdown, Modules/main.c; cpython-17, 61";
    WaitForgotten: "interrupted-join-forgets",
        "an exception inside join() marks the live thread as ended, so nobody waits for it any more (3.9 to 3.12)",
        "the-program-that-would-not-exit.md#ctrl-c", "python/cpython #90882; cpython-58";
    Frozen: "frozen-at-finalizing",
        "the interpreter is closing: a thread stops the moment it wants it, and its finally blocks never run",
        "cut-off.md", "Python/ceval_gil.c take_gil; cpython-02, 05, 53";
    KilledInPlace: "killed-in-place",
        "the whole process ends at once: no finally, no exit handler, no flush",
        "cut-off.md", "signal(7), _exit(2); cpython-11, 12, 13, 51, 59";
    Buffered: "buffered-write",
        "a write goes to a buffer inside the process first",
        "cut-off.md#buffers", "Modules/_io/bufferedio.c, textio.c; cpython-03";
    BufferFull: "buffer-full",
        "the buffer has no room for more: what it held goes to the kernel",
        "cut-off.md#buffers", "Modules/_io/bufferedio.c, textio.c; cpython-03, 04";
    BufferLost: "buffer-lost",
        "what is still in a buffer inside the process dies with it",
        "cut-off.md#buffers", "cpython-03, 11, 13";
    LocalFileClosed: "local-file-closed",
        "the thread's own file has no more references, so it is flushed and closed",
        "cut-off.md#buffers", "Objects/object.c reference counting, Modules/_io/iobase.c iobase_finalize";
    GlobalFileClosed: "global-file-closed",
        "nothing refers to the file any more, so module teardown flushes and closes it",
        "cut-off.md#idle", "Python/pylifecycle.c finalize_modules; cpython-28";
    GlobalFileKept: "global-file-kept",
        "the frame of a stopped thread still refers to the module's globals, so nobody flushes the file",
        "cut-off.md#idle", "cpython-28";
    ExitHandlers: "exit-handlers-lifo",
        "atexit handlers run last registered first, after the wait for non-daemon threads, while daemons go on",
        "daemon-threads.md#order", "Modules/atexitmodule.c; cpython-01, 05";
    EarlyHandlers: "early-handlers",
        "callbacks of threading._register_atexit run before the wait for non-daemon threads (3.9+)",
        "daemon-threads.md#order", "Lib/threading.py _register_atexit; cpython-01, 61";
    HandlerErrorIgnored: "handler-error-ignored",
        "an exception in an exit handler is printed, the others run, and the exit status stays",
        "daemon-threads.md#order", "Modules/atexitmodule.c atexit_callfuncs; cpython-10, 18";
    HandlerTooLate: "handler-too-late",
        "the handlers are being run already, so this one never will be",
        "daemon-threads.md#order", "cpython-10, 61";
    RegisterRefused: "register-refused",
        "threading._register_atexit refuses new callbacks once the shutdown has begun",
        "daemon-threads.md#order", "Lib/threading.py _register_atexit; cpython-61";
    MainReturned: "main-returned",
        "the end of main is not the end of the process",
        "daemon-threads.md#order", "Modules/main.c pymain_run_python; cpython-01";
    MainRaised: "main-raised",
        "the traceback is printed now; then the process ends like any other, with code 1",
        "daemon-threads.md#order", "Python/pythonrun.c; cpython-06";
    MainInterrupted: "main-interrupted",
        "KeyboardInterrupt leaves main: the process shuts down as usual and then dies of SIGINT",
        "the-program-that-would-not-exit.md#ctrl-c", "Modules/main.c exit_sigint; cpython-16";
    PoliteExit: "polite-exit",
        "sys.exit only raises SystemExit: the process still waits for its non-daemon threads",
        "the-program-that-would-not-exit.md", "Python/sysmodule.c sys_exit; cpython-08, 15";
    PoliteExitInThread: "polite-exit-in-thread",
        "sys.exit in a thread ends that thread only, silently",
        "the-program-that-would-not-exit.md", "Lib/threading.py excepthook; cpython-08";
    ImmediateExit: "immediate-exit",
        "os._exit ends the process at once: no finally, no exit handler, no flush",
        "cut-off.md", "os._exit, _exit(2); cpython-11";
    ThreadRaised: "thread-raised",
        "an exception in a thread ends that thread only; the exit status does not tell",
        "daemon-threads.md", "Lib/threading.py excepthook; cpython-07";
    ItemFailed: "item-failed",
        "an exception in an item of a pool, sys.exit too, is kept in the item's future: the worker takes the next item",
        "daemon-threads.md", "Lib/concurrent/futures/thread.py _WorkItem.run; cpython-29";
    SignalDefault: "signal-default",
        "no handler is installed, so the kernel ends the process at once",
        "cut-off.md#signals", "signal(7); cpython-13, 59";
    SignalKill: "signal-kill",
        "SIGKILL cannot be handled",
        "cut-off.md#signals", "signal(7); cpython-12";
    SignalHandled: "signal-handled",
        "Python runs signal handlers in the main thread, between two bytecodes",
        "the-program-that-would-not-exit.md#signals", "Modules/signalmodule.c; cpython-14, 19, 20";
    SignalIgnored: "signal-ignored",
        "the process ignores this signal",
        "the-program-that-would-not-exit.md#signals", "signal(7)";
    KeyboardInterrupt: "keyboard-interrupt",
        "SIGINT without a handler of your own raises KeyboardInterrupt in the main thread",
        "the-program-that-would-not-exit.md#ctrl-c", "Modules/signalmodule.c; cpython-16";
    HandlersGone: "handlers-gone",
        "in module teardown Python's handlers are gone: the signal has its default effect",
        "cut-off.md#signals", "Modules/signalmodule.c _PySignal_Fini; cpython-18";
    StartRefused: "start-refused",
        "this version starts no thread and no process once main is over",
        "daemon-threads.md#late", "python/cpython #113964; cpython-22, 23, 24, 25";
    StartHangs: "start-hangs",
        "a thread started in module teardown never gets the interpreter, and start() waits for it (3.8 to 3.11)",
        "daemon-threads.md#late", "cpython-25";
    StartTwice: "start-twice",
        "threads and processes can only be started once",
        "daemon-threads.md", "Lib/threading.py Thread.start, Lib/multiprocessing/process.py start; cpython-26";
    JoinUnstarted: "join-unstarted",
        "what was never started cannot be joined",
        "daemon-threads.md", "Lib/threading.py Thread.join; cpython-27";
    PoolDrained: "pool-drained",
        "every submitted item is run before the process ends",
        "daemon-threads.md#pools", "Lib/concurrent/futures/thread.py _python_exit; cpython-29";
    ChildrenTerminated: "children-terminated",
        "daemonic child processes get SIGTERM when their parent ends normally",
        "daemon-threads.md#processes", "Lib/multiprocessing/util.py _exit_function; cpython-34";
    ChildrenAwaited: "children-awaited",
        "child processes are joined when their parent ends normally",
        "daemon-threads.md#processes", "Lib/multiprocessing/util.py _exit_function; cpython-34";
    ChildrenOrphaned: "children-orphaned",
        "a parent that ends in any other way leaves all its children running, daemonic or not",
        "daemon-threads.md#processes", "cpython-34, 36";
    DaemonicNoChildren: "daemonic-no-children",
        "daemonic processes are not allowed to have children",
        "daemon-threads.md#processes", "Lib/multiprocessing/process.py start; cpython-35";
    LockStaysHeld: "lock-stays-held",
        "a thread that was stopped never releases its locks",
        "cut-off.md#locks", "cpython-38";
    QueueJoin: "queue-join",
        "queue.join() waits until every item is marked done; it flushes nothing",
        "cut-off.md#buffers", "Lib/queue.py Queue.join; cpython-55";
    ExitStatus: "exit-status",
        "the exit status tells how main ended, and nothing about the other threads",
        "daemon-threads.md#order", "Modules/main.c Py_RunMain; cpython-09";
    Teardown: "teardown",
        "finalizers run at module teardown, when no other thread runs any more",
        "cut-off.md", "Python/pylifecycle.c finalize_modules; cpython-25, 38";
    PipeFull: "pipe-full",
        "print hands on some 8 KiB at a time, and its thread waits in the kernel while a pipe is full",
        "other-runtimes.md#full-pipe", "pipe(7), TextIOWrapper; measured on 3.8 to 3.13";
    StdioFlushed: "stdio-flushed",
        "when main is over sys.stdout is flushed; other files are not",
        "cut-off.md#buffers", "Python/pythonrun.c flush_io; cpython-01";
}
