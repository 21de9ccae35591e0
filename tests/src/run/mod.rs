//! Runs one exported program and notes what really happened.

mod observed;
mod reader;
mod session;

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use closing_time_engine::scenario::Signal;

use crate::build::CommandLine;
use crate::tempdir::TempDir;
pub use observed::{Line, Observed, Status};
use reader::StalledReader;

/// What is run, and what is done to it.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// The program, and how it is started.
    pub program: &'a CommandLine,
    /// Whether it was exported with `trace`. Of one that was not, nobody knows when main begins; its times count from
    /// the start of the runtime, and its children are not known.
    pub traced: bool,
    /// The process of the scenario that is the program itself.
    pub root: &'a str,
    /// Signals from outside: when, µs of real time after main begins; which; to which process.
    pub stimuli: Vec<(u64, Signal, String)>,
    /// Where standard output goes.
    pub output: Output,
    /// How long it may run after main began. What still lives then is noted, and killed.
    pub limit: Duration,
}

/// Where the standard output of a program goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Into a file.
    File,
    /// Into a pipe that nobody reads before this, µs of real time after main begins; `None`: before the program has ended.
    Pipe(Option<u64>),
}

/// How often a running program is looked at. Nothing is measured with it: the program stamps its own lines.
const GLANCE: Duration = Duration::from_millis(2);

/// How long a runtime may take until main begins, on a busy machine.
const STARTUP: Duration = Duration::from_secs(20);

/// A test may have been started with signals ignored, as by `nohup`, or blocked; the program must begin like any other,
/// and in a session of its own, so that everything it leaves behind can be found. Each of the two becomes the next one,
/// so that the program is our child.
const LAUNCH: [&str; 3] = ["env", "--default-signal", "setsid"];

/// What would change how a runtime behaves.
const SETTINGS: [&str; 14] = [
    "PYTHONUNBUFFERED",
    "PYTHONSTARTUP",
    "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "CLASSPATH",
    "MONO_ENV_OPTIONS",
    "GODEBUG",
    "GOTRACEBACK",
    "RUST_BACKTRACE",
    "NODE_OPTIONS",
    "RUBYOPT",
    "PERL5OPT",
    "PERL_SIGNALS",
];

/// Runs it.
///
/// # Errors
///
/// When the program cannot be started or its files cannot be read: the machine's fault, never the scenario's.
pub fn run(job: &Job) -> io::Result<Observed> {
    let folder = TempDir::new()?;
    let trace = folder.path().join("trace");
    let work = folder.path().join("work");
    fs::create_dir(&work)?;
    let (stdout, mut reader) = match job.output {
        Output::File => (Stdio::from(File::create(folder.path().join("stdout"))?), None),
        Output::Pipe(_) => {
            let (reader, writer) = io::pipe()?;
            (writer.into(), Some(StalledReader::Waits(reader)))
        }
    };
    let mut child = launch(job, stdout, folder.path(), &work, &trace)?;
    let result = watch(job, &mut child, &mut reader, &trace);
    // Whatever happened, nothing stays behind: first the program, which can make others, then those.
    let _ = child.kill();
    let _ = child.wait();
    session::kill_all(child.id());
    let mut observed = result?;
    observed.files = sizes(&work, &work)?;
    match reader {
        None => observed.stdout = lines_of(&folder.path().join("stdout"))?,
        Some(reader) => {
            let bytes = reader.all()?;
            observed.stdout = lines_in(&bytes);
            if bytes.last().is_some_and(|byte| *byte != b'\n') {
                observed.begun_line = observed.stdout.pop();
            }
        }
    }
    observed.stderr = lines_of(&folder.path().join("stderr"))?.join("\n");
    Ok(observed)
}

fn launch(job: &Job, stdout: Stdio, folder: &Path, work: &Path, trace: &Path) -> io::Result<Child> {
    let [env, arguments @ ..] = LAUNCH;
    let mut command = Command::new(env);
    for variable in SETTINGS {
        command.env_remove(variable);
    }
    command
        .args(arguments)
        .args(job.program)
        .current_dir(work)
        .env("CLOSING_TIME_TRACE", trace)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(File::create(folder.join("stderr"))?)
        .spawn()
}

/// Waits for main to begin, sends the signals, waits for the end.
fn watch(
    job: &Job,
    child: &mut Child,
    reader: &mut Option<StalledReader>,
    trace: &Path,
) -> io::Result<Observed> {
    let patience = Instant::now() + STARTUP;
    let mut status = None;
    let start = loop {
        if !job.traced {
            break session::now_us();
        }
        let lines = read_trace(trace)?;
        if let Some(line) = lines.iter().find(|line| line.is(job.root, "main", "begin")) {
            break line.at_us;
        }
        status = status.or(child.try_wait()?);
        if status.is_some() || Instant::now() > patience {
            break session::now_us();
        }
        sleep(GLANCE);
    };

    let mut read_at = match job.output {
        Output::Pipe(Some(at)) => Some(start + i64::try_from(at).unwrap_or(i64::MAX / 2)),
        Output::Pipe(None) | Output::File => None,
    };
    let mut stimuli = job.stimuli.clone();
    stimuli.sort_by_key(|(at, ..)| *at);
    let mut stimuli = stimuli.into_iter().peekable();
    let end = start + i64::try_from(job.limit.as_micros()).unwrap_or(i64::MAX / 2);
    let mut left_behind = Vec::new();
    let mut unsent = Vec::new();
    let ended = loop {
        let now = session::now_us();
        if status.is_none() {
            status = child.try_wait()?;
            if status.is_some() {
                left_behind = survivors(job, child.id(), &read_trace(trace)?);
            }
        }
        if read_at.is_some_and(|at| at <= now) {
            read_at = None;
            *reader = reader.take().map(StalledReader::begin).transpose()?;
        }
        while let Some((at, signal, to)) =
            stimuli.next_if(|(at, ..)| start + i64::try_from(*at).unwrap_or(i64::MAX / 2) <= now)
        {
            let pid = pid_of(&to, &read_trace(trace)?);
            let gone = to == job.root && status.is_some();
            if gone || pid.is_none_or(|pid| !session::send(pid, signal)) {
                unsent.push((at, signal, to));
            }
        }
        if status.is_some() && survivors(job, child.id(), &read_trace(trace)?).is_empty() {
            break true;
        }
        if now > end {
            break false;
        }
        let next = stimuli.peek().map_or(i64::MAX, |(at, ..)| start + i64::try_from(*at).unwrap_or(0));
        let next = next.min(read_at.unwrap_or(i64::MAX));
        sleep(GLANCE.min(Duration::from_micros(u64::try_from(next - now).unwrap_or(0))));
    };

    let mut trace_lines = read_trace(trace)?;
    for line in &mut trace_lines {
        line.at_us -= start;
    }
    Ok(Observed {
        status: status.map(Status::from),
        ended,
        ended_at_us: session::now_us() - start,
        left_behind,
        unsent,
        lines: trace_lines,
        ..Observed::default()
    })
}

/// The processes of the scenario, but for the root, that are alive.
fn survivors(job: &Job, session: u32, lines: &[Line]) -> Vec<String> {
    let alive = session::members(session);
    let mut names: Vec<String> = lines
        .iter()
        .filter(|line| line.kind == "pid" && line.process != job.root)
        .filter(|line| line.detail.parse().is_ok_and(|pid| alive.contains(&pid)))
        .map(|line| line.process.clone())
        .collect();
    names.sort();
    names
}

fn pid_of(process: &str, lines: &[Line]) -> Option<u32> {
    lines.iter().find(|line| line.kind == "pid" && line.process == process)?.detail.parse().ok()
}

/// The complete lines so far; one that is being written is left out.
fn read_trace(path: &Path) -> io::Result<Vec<Line>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    Ok(text.split_inclusive('\n').filter(|line| line.ends_with('\n')).filter_map(Line::parse).collect())
}

fn lines_of(path: &Path) -> io::Result<Vec<String>> {
    Ok(lines_in(&fs::read(path)?))
}

fn lines_in(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).lines().map(str::to_string).collect()
}

/// Every file below a folder with its size in bytes.
fn sizes(folder: &Path, base: &Path) -> io::Result<std::collections::BTreeMap<String, u64>> {
    let mut found = std::collections::BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(sizes(&entry.path(), base)?);
        } else if let Ok(path) = entry.path().strip_prefix(base) {
            found.insert(path.to_string_lossy().into_owned(), entry.metadata()?.len());
        }
    }
    Ok(found)
}
