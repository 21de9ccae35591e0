//! The model checker SPIN: runs an exported model, and says what `explore` expects of it.
//!
//! An outcome is a list of values in the order in which the model prints them; the names beside them are left out.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::process::{Command, Stdio};

use closing_time_engine::explore::{Exploration, Limits, Reductions, explore};
use closing_time_engine::program::{FileId, HandlerId, Instr, ProcessId, Program, ThreadId};
use closing_time_engine::scenario::Signal;
use closing_time_engine::trace::Ending;
use closing_time_engine::world::{HandlerState, ProcessStatus, State, ThreadStatus, initial, step};

use crate::tempdir::TempDir;

/// What one end of a run shows.
pub type Values = Vec<String>;

/// Why SPIN cannot be asked on this machine; `None` if it can.
pub fn missing() -> Option<&'static str> {
    ["spin", "gcc"].into_iter().find(|tool| {
        let ask = if *tool == "spin" { "-V" } else { "--version" };
        let asked = Command::new(tool).arg(ask).stdin(Stdio::null()).output();
        !asked.is_ok_and(|answer| answer.status.success())
    })
}

/// The outcomes that SPIN finds in a model. It goes through every state, compared as a whole, without a reduction.
///
/// # Errors
///
/// What a tool said, if one of them fails or the search is not complete.
pub fn search(model: &str) -> Result<BTreeSet<Values>, String> {
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    std::fs::write(folder.path().join("model.pml"), model).map_err(|error| error.to_string())?;
    let run = |program: &str, arguments: &[&str]| {
        let done =
            Command::new(program).args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output();
        let done = done.map_err(|error| format!("{program}: {error}"))?;
        let out = String::from_utf8_lossy(&done.stdout).into_owned();
        let all = format!("{out}{}", String::from_utf8_lossy(&done.stderr));
        let complains = all.lines().any(|line| line.contains("Error:") || line.contains("error:"));
        if done.status.success() && !complains { Ok(out) } else { Err(format!("{program} says:\n{all}")) }
    };
    run("spin", &["-a", "model.pml"])?;
    let defines = ["-DSAFETY", "-DNOREDUCE", "-DPRINTF", "-DMEMLIM=1024"];
    run("gcc", &[&["-O0", "-w"], &defines[..], &["-o", "pan", "pan.c"]].concat())?;
    let pan = folder.path().join("pan");
    let said = run(&pan.to_string_lossy(), &["-E", "-m500000", "-w18"])?;
    if !said.contains("errors: 0") || said.contains("Search not completed") {
        return Err(format!("the search is not complete:\n{said}"));
    }
    Ok(said.lines().filter(|line| line.starts_with("OUTCOME ")).map(values).collect())
}

/// The values of a line, without what stands before them, and without how much was printed, which `explore` does not
/// tell apart.
fn values(line: &str) -> Values {
    let pieces = line.trim_start_matches("OUTCOME ").split("; ");
    let value = |piece: &str| {
        let value = piece.rsplit(": ").next().unwrap_or_default();
        match value.split_once(" on disk, ") {
            Some((_, rest)) if piece.contains("<stdout>") => rest.to_owned(),
            _ => value.to_owned(),
        }
    };
    pieces.map(value).collect()
}

/// What `explore` finds, with nothing left out; `None` if there are more states, or if it had to cut a loop short.
pub fn explored(program: &Program, most_states: u64) -> Option<Exploration> {
    let limits = Limits { reductions: Reductions::NONE, max_states: most_states, ..Limits::default() };
    let found = explore(program, &limits, &mut |_| ControlFlow::Continue(()));
    (found.incomplete.is_none() && !found.unrolled).then_some(found)
}

/// The same outcomes as SPIN would print them: without those in which something goes round for ever.
pub fn expected(program: &Program, found: &Exploration) -> BTreeSet<Values> {
    let ending = |class: &&closing_time_engine::explore::Class| class.outcome.ending != Ending::Endless;
    let classes = found.classes.iter().filter(ending);
    classes
        .map(|class| {
            let mut state = initial(program);
            for choice in &class.witness {
                assert!(step(program, &mut state, *choice, &mut ()), "a witness can be replayed");
            }
            shown(program, &state)
        })
        .collect()
}

/// What a state shows in which a run ends.
fn shown(program: &Program, state: &State) -> Values {
    let processes = (0..program.processes.len() as u32).map(ProcessId);
    let lives = processes.clone().any(|id| state.process_status(program, id) == ProcessStatus::Live);
    let mut values = vec![if lives { "hang" } else { "exit" }.to_owned()];
    for id in processes {
        let code = state.exit_code(program, id);
        let end = match state.process_status(program, id) {
            ProcessStatus::Unstarted => "unstarted 0".to_owned(),
            ProcessStatus::Live => "live 0".to_owned(),
            ProcessStatus::Exited => format!("exited {code}"),
            ProcessStatus::Killed => format!("killed {}", Signal::ALL[usize::from(code)].number()),
        };
        values.push(format!("{end}, orphan {}", u8::from(state.is_orphan(program, id))));
    }
    let mut first = 0;
    for group in &program.groups {
        let fates: Vec<&str> =
            (first..first + group.count).map(|id| fate(state.thread_status(program, ThreadId(id)))).collect();
        first += group.count;
        values.push(match fates[..] {
            [only] => only.to_owned(),
            _ => FATES
                .map(|word| format!("{word} {}", fates.iter().filter(|fate| **fate == word).count()))
                .join(" "),
        });
    }
    for id in (0..program.handlers.len() as u32).map(HandlerId) {
        let ran = match state.handler_state(program, id) {
            HandlerState::Idle => "idle",
            HandlerState::Begun => "begun",
            HandlerState::Completed => "completed",
        };
        values.push(ran.to_owned());
    }
    for id in (0..program.files.len() as u32).map(FileId) {
        let (disk, inside, torn) = state.file(program, id);
        if is_written(program, id) {
            let disk = format!("{disk} on disk, ");
            let disk = if program.files[id.index()].stdout { "" } else { &disk };
            values.push(format!("{disk}{inside} inside, torn {}", u8::from(torn)));
        } else {
            assert_eq!((disk, inside, torn), (0, 0, false), "nobody writes to it");
        }
    }
    values
}

const FATES: [&str; 5] = ["unstarted", "live", "finished", "raised", "cut_off"];

fn fate(status: ThreadStatus) -> &'static str {
    match status {
        ThreadStatus::Unstarted => "unstarted",
        ThreadStatus::Live => "live",
        ThreadStatus::Finished => "finished",
        ThreadStatus::Raised => "raised",
        ThreadStatus::CutOff => "cut_off",
    }
}

fn is_written(program: &Program, wanted: FileId) -> bool {
    program.code.iter().any(|instr| match instr {
        Instr::Print { file, .. } | Instr::Write { file, .. } | Instr::WriteBegin { file, .. } => {
            *file == wanted
        }
        _ => false,
    })
}

/// What one of the two has found and the other has not; empty if they agree.
pub fn differences(spin: &BTreeSet<Values>, explore: &BTreeSet<Values>) -> String {
    let only = |who: &str, mine: &BTreeSet<Values>, theirs: &BTreeSet<Values>| {
        let lines = mine.difference(theirs).map(|values| format!("only {who}: {}\n", values.join("; ")));
        lines.collect::<String>()
    };
    only("SPIN", spin, explore) + &only("explore", explore, spin)
}
