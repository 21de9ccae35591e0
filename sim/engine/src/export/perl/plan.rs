//! A name for everything, before a line is written.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::export::identifiers::{Case, Identifiers};
use crate::export::stock::{self, Users};
use crate::export::survey::{Role, each_op, each_step, file_of, functions};
use crate::scenario::{FileMode, Op, Process};

/// Words of Perl that a subroutine must not be called, and names that the program itself uses.
const RESERVED: &str = "abs accept alarm and atan bind binmode bless caller catch chdir chmod chomp chop chown chr chroot \
    close closedir cmp connect continue cos crypt default defer defined delete die do dump each else elsif eof eq eval \
    exec exists exit exp fcntl fileno finally flock for foreach fork format ge getc given glob gmtime goto grep gt hex if \
    import index int ioctl isa join keys kill last lc le length link listen local localtime lock log lt m main map mkdir \
    my ne next no not oct open opendir or ord our pack package pipe pop pos print printf push q qq qr quotemeta qw rand \
    read readdir readline recv redo ref rename require reset return reverse rewinddir rindex rmdir s say scalar seek \
    select send shift shutdown sin sleep socket sort splice split sprintf sqrt srand stat state study sub substr symlink \
    syscall sysopen sysread system syswrite tell tie time times tr truncate try uc umask undef unless unlink unpack \
    unshift until use utime values vec wait waitpid wantarray warn when while write x xor y async yield threads shared \
    share cond_wait cond_signal sleep_fully down_within handler wait_for wait_for_thread slow_write trace traced at_exit me thread error number \
    make_path a b class method field";

/// Everything that has a name in the program; names of variables lack their `$`.
pub(super) struct Plan<'s> {
    pub(super) process: &'s Process,
    /// The handle, and whether it is declared before it is opened.
    pub(super) files: BTreeMap<&'s str, Variable>,
    pub(super) threads: BTreeMap<&'s str, ThreadNames>,
    pub(super) locks: BTreeMap<&'s str, String>,
    pub(super) events: BTreeMap<&'s str, String>,
    pub(super) queues: BTreeMap<&'s str, QueueNames>,
    pub(super) works: BTreeMap<&'s str, String>,
    /// In the order of [`stock::records`].
    pub(super) records: Vec<String>,
    pub(super) classes: BTreeMap<&'s str, String>,
}

/// A variable of main or of a thread.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) ahead: bool,
}

/// The names of a thread.
pub(super) struct ThreadNames {
    pub(super) sub: String,
    /// Main's variable with the thread, or with all copies, if main joins it.
    pub(super) handle: Option<Variable>,
    pub(super) count: u32,
}

/// The names of a queue.
pub(super) struct QueueNames {
    pub(super) name: String,
    pub(super) item: String,
    /// How many items are not done yet.
    pub(super) open: String,
    pub(super) drained: bool,
}

impl<'s> Plan<'s> {
    /// Names for a process that was not refused.
    pub(super) fn new(process: &'s Process) -> Self {
        let reserved: Vec<&str> = RESERVED.split_whitespace().collect();
        let mut ids = Identifiers::new(&reserved);
        let records = stock::records(process);
        let records = records.iter().map(|record| {
            let same = records.iter().filter(|other| other.name == record.name).count();
            let sized = format!("{} {}", record.name, record.bytes);
            let kind = if record.mode == FileMode::Text { "text" } else { "bytes" };
            ids.of(kind, if same == 1 { record.name } else { &sized }, Case::Upper)
        });
        let records = records.collect();
        let works = stock::works(process)
            .into_iter()
            .map(|work| (work.label, ids.of("work", work.label, Case::Snake)))
            .collect();
        let subs: Vec<String> =
            process.threads.iter().map(|thread| ids.of("body", &thread.name, Case::Snake)).collect();
        let locks = stock::locks(process)
            .into_iter()
            .map(|lock| (lock, ids.of("lock", &suffixed(lock, "lock"), Case::Snake)))
            .collect();
        let events = stock::events(process)
            .into_iter()
            .map(|event| (event, ids.of("event", event, Case::Snake)))
            .collect();
        let queues = stock::queues(process).into_iter().map(|queue| {
            let names = QueueNames {
                name: ids.of("queue", queue, Case::Snake),
                item: ids.of("item", stock::item(queue), Case::Snake),
                open: ids.of("open", &format!("open {queue}"), Case::Snake),
                drained: stock::queue_use(process, queue).drained,
            };
            (queue, names)
        });
        let queues = queues.collect();
        let threads = process.threads.iter().zip(subs).map(|(thread, sub)| {
            let joins = |op: &Op| matches!(op, Op::Join { target, .. } if *target == thread.name);
            let starts = |op: &Op| matches!(op, Op::Start(names) if names.contains(&thread.name));
            let handle = stock::uses(process, joins).then(|| {
                let kind = if thread.count == 1 { "thread" } else { "threads" };
                let name = ids.of(kind, &suffixed(&thread.name, kind), Case::Snake);
                Variable { name, ahead: stock::users(&[&process.main], &starts, &joins) != Users::One }
            });
            (thread.name.as_str(), ThreadNames { sub, handle, count: thread.count })
        });
        let threads = threads.collect();
        let mut paths = BTreeSet::new();
        stock::each(process, &mut |op| paths.extend(file_of(op)));
        let files = paths.into_iter().map(|path| {
            let file = path.rsplit('/').next().unwrap_or(path);
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            let name = ids.of("file", stem, Case::Snake);
            (path, Variable { name, ahead: file_users(process, path) != Users::One })
        });
        let files = files.collect();
        let classes = stock::classes(process).into_iter().map(|class| {
            let name: String = class.chars().filter(char::is_ascii_alphanumeric).collect();
            let all = matches!(class, "Exception" | "BaseException");
            (class, if all { "ScenarioError".to_string() } else { name })
        });
        let classes = classes.collect();
        Plan { process, files, threads, locks, events, queues, works, records, classes }
    }

    /// Whether somebody gives up on a lock, or takes it twice, for which a `lock` does not do.
    pub(super) fn is_semaphore(&self, name: &str) -> bool {
        let asks = |op: &Op| matches!(op, Op::Lock { lock, .. } if lock == name);
        // A thread may `lock` again what it has locked, and then waits for nobody.
        let again = |op: &Op| {
            let mut found = false;
            if asks(op) {
                op.each_block(&mut |block| each_op(block, &mut |inner| found |= asks(inner)));
            }
            found
        };
        stock::uses(self.process, |op| {
            matches!(op, Op::Lock { lock, timeout: Some(_), .. } if lock == name) || again(op)
        })
    }

    /// The variable with a record.
    pub(super) fn record(&self, path: &str, record: &str, bytes: u64) -> String {
        let wanted = stock::Record { name: record, mode: stock::mode(self.process, path), bytes };
        let index = stock::records(self.process).iter().position(|known| *known == wanted);
        index.and_then(|index| self.records.get(index)).map_or("''".to_string(), |name| format!("${name}"))
    }
}

fn suffixed(name: &str, suffix: &str) -> String {
    if name.to_ascii_lowercase().ends_with(suffix) { name.to_string() } else { format!("{name} {suffix}") }
}

fn file_users(process: &Process, path: &str) -> Users {
    let opens = |op: &Op| matches!(op, Op::Open { path: opened, .. } if opened == path);
    stock::users(&stock::bodies(process), &opens, &|op| file_of(op) == Some(path))
}

/// What Perl has no words for.
///
/// # Errors
///
/// The first of it.
pub(super) fn refuse(process: &Process) -> Result<(), Diagnostic> {
    if let Some(pool) = process.pools.first() {
        let message = "Perl has no thread pool in its core modules";
        return Err(
            Diagnostic::at(pool.span, message, "this pool").help("a queue and some threads say the same")
        );
    }
    let mut refusal = None;
    for function in functions(process) {
        let in_thread = matches!(function.role, Role::Thread(..));
        let in_trap = matches!(function.role, Role::SignalHandler(_));
        each_step(function.body, &mut |step| {
            let message = match &step.op {
                Op::SetDaemon { .. } => "Perl's threads have no daemon flag that could be changed",
                Op::OnTeardown { .. } => "Perl destroys global objects once for each thread that has a copy",
                Op::OnExit { .. } if in_thread => "an END block that a thread registers is never run",
                Op::Join { .. } if in_thread => {
                    "a Perl thread does not see the threads that are made after it"
                }
                Op::Lock { .. } | Op::Get { .. } | Op::ForEach { .. } | Op::Put { .. } if in_trap => {
                    "a Perl signal handler that interrupts the holder of a lock would wait for itself"
                }
                Op::Open { path, .. } if file_users(process, path) == Users::Several => {
                    "in Perl each thread would have a copy of this handle, with a buffer of its own"
                }
                _ => return,
            };
            refusal.get_or_insert(Diagnostic::at(step.span, message, "this statement"));
        });
    }
    refusal.map_or(Ok(()), Err)
}
