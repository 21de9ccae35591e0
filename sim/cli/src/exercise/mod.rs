//! `exercise [list|check|hint|solution|reset|watch]`: the exercises of the book, graded.
//!
//! The library `exercises` knows what is right; this file says it, and what to do next.
//!
//! * `list`: all exercises, and how far the learner is;
//! * `watch`: grades again whenever a file is saved.

mod list;
mod watch;

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use closing_time_engine::show::{Paint as _, Role, clean, pad, width, wrap};
use exercises::{Exercise, Problem, Status};

use crate::failure::{Answer, Failure, reason};
use crate::output;
use crate::style::Screen;

/// Do the exercises: small tasks that grade themselves.
#[derive(Args)]
pub(crate) struct ExerciseArgs {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// List all exercises, and how far you are (this is also what happens without a word).
    List,
    /// Grade an exercise; exit with 1 if it is not solved.
    Check(Named),
    /// Show the next hint.
    Hint(Named),
    /// Show the reference solution, once the exercise passes.
    Solution {
        /// `02-fix-the-hang`, `fix-the-hang` or `2`.
        name: String,
        /// Show it even though the exercise does not pass yet.
        #[arg(long)]
        force: bool,
    },
    /// Start again; your file is kept beside the fresh one.
    Reset {
        /// `02-fix-the-hang`, `fix-the-hang` or `2`.
        name: String,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Grade again whenever a file is saved; q and Enter, or Ctrl-C, ends.
    Watch(Named),
}

#[derive(Args)]
struct Named {
    /// `02-fix-the-hang`, `fix-the-hang` or `2` [default: the first one that is not solved].
    name: Option<String>,
}

pub(crate) fn run(args: ExerciseArgs, screen: &Screen) -> Result<Answer, Failure> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::usage(format!("cannot tell where this is: {}", reason(&error))))?;
    let root = exercises::root(&here).map_err(|_| no_exercises(&here))?;
    let all = exercises::all(&root)?;
    match args.action.unwrap_or(Action::List) {
        Action::List => list::run(&all, screen),
        Action::Check(named) => check(one(&all, named.name.as_deref())?, &all, screen),
        Action::Hint(named) => hint(one(&all, named.name.as_deref())?, screen),
        Action::Solution { name, force } => solution(find(&all, &name)?, force, screen),
        Action::Reset { name, yes } => reset(find(&all, &name)?, yes),
        Action::Watch(named) => watch::run(&all, one(&all, named.name.as_deref())?, screen),
    }
}

fn no_exercises(here: &Path) -> Failure {
    let here = clean(&here.display().to_string());
    Failure::with_help(
        format!("no exercises are found: {here} and the directories above it hold no exercises/info.kdl"),
        "go to the directory of the repository first",
    )
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Failure::usage(clean(&problem.to_string()))
    }
}

fn find<'e>(all: &'e [Exercise], name: &str) -> Result<&'e Exercise, Failure> {
    exercises::find(all, name).map_err(|unknown| {
        let help = match unknown.nearest {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`cargo run -- exercise list` shows them all".into(),
        };
        Failure::with_help(format!("there is no exercise `{}`", clean(&unknown.name)), help)
    })
}

/// The named one, or the first one that is not solved, or the last one.
fn one<'e>(all: &'e [Exercise], name: Option<&str>) -> Result<&'e Exercise, Failure> {
    if let Some(name) = name {
        return find(all, name);
    }
    match unsolved(all)? {
        Some(exercise) => Ok(exercise),
        None => all.last().ok_or_else(|| Failure::usage("there are no exercises yet")),
    }
}

fn unsolved(all: &[Exercise]) -> Result<Option<&Exercise>, Failure> {
    for exercise in all {
        if exercises::status(exercise)? != Status::Solved {
            return Ok(Some(exercise));
        }
    }
    Ok(None)
}

fn check(exercise: &Exercise, all: &[Exercise], screen: &Screen) -> Result<Answer, Failure> {
    let (text, answer) = verdict(exercise, all, screen)?;
    output::emit(&text)?;
    Ok(answer)
}

/// The verdict on an exercise and what to do next.
fn verdict(exercise: &Exercise, all: &[Exercise], screen: &Screen) -> Result<(String, Answer), Failure> {
    let name = &exercise.name;
    if exercises::status(exercise)? == Status::NotStarted {
        let head = screen.out.paint(Role::Heading, name);
        let mut text = format!("{head} · {}\n\n", exercise.title);
        text.push_str(&format!(
            "Not started: {} is as it was handed out.\n",
            shown(exercise, &exercise.file)
        ));
        text.push_str(&labelled("Passes", &exercise.passes, screen));
        text.push_str(&task("Next", exercise, screen));
        return Ok((text, Answer::No));
    }
    let report = exercises::grade(exercise)?;
    let mut text = report.render(&screen.out, screen.width);
    if !report.solved() {
        text.push_str(&commands("Next", &[(&format!("hint {name}"), "one hint at a time")], screen));
        return Ok((text, Answer::No));
    }
    text.push_str(&labelled("Now", &exercise.after, screen));
    text.push_str(&labelled("Read", &format!("book/src/{}", exercise.chapter), screen));
    text.push_str(&commands("Compare", &[(&format!("solution {name}"), "one way to do it")], screen));
    text.push_str(&match unsolved(all)? {
        Some(next) => task("Next", next, screen),
        None => labelled("Next", "nothing: all exercises are solved", screen),
    });
    Ok((text, Answer::Yes))
}

fn hint(exercise: &Exercise, screen: &Screen) -> Result<Answer, Failure> {
    let hint = exercises::hint(exercise)?;
    let head = format!("Hint {} of {} · {}", hint.number, hint.of, hint.heading);
    let head = screen.out.paint(Role::Heading, &head);
    let mut text = format!("{} · {}\n{head}\n\n{}\n\n", exercise.name, exercise.title, hint.text);
    let name = &exercise.name;
    let further = match hint.number < hint.of {
        true => (format!("hint {name}"), "the next hint"),
        false => (format!("solution {name} --force"), "that was the last hint"),
    };
    let grade = (format!("check {name}"), "grade your file");
    text.push_str(&commands("Next", &[(&grade.0, grade.1), (&further.0, further.1)], screen));
    output::emit(&text)?;
    Ok(Answer::Yes)
}

fn solution(exercise: &Exercise, force: bool, screen: &Screen) -> Result<Answer, Failure> {
    if !force && exercises::status(exercise)? != Status::Solved {
        let name = &exercise.name;
        let mut text = format!("{name} does not pass yet; the solution is shown when it does.\n");
        let hint = format!("hint {name}");
        let force = format!("solution {name} --force");
        let next = [(hint.as_str(), "one hint at a time"), (&force, "show it all the same")];
        text.push_str(&commands("Next", &next, screen));
        output::emit(&text)?;
        return Ok(Answer::No);
    }
    output::emit(&exercises::solution(exercise)?)?;
    Ok(Answer::Yes)
}

fn reset(exercise: &Exercise, yes: bool) -> Result<Answer, Failure> {
    let file = shown(exercise, &exercise.file);
    // Where nothing was written, or it was deleted, nothing can be lost.
    if !exercise.path().exists() || exercises::status(exercise)? == Status::NotStarted {
        exercises::reset(exercise)?;
        output::emit(&format!("{file} is as it was handed out; the hints begin again.\n"))?;
        return Ok(Answer::Yes);
    }
    if !yes && !agreed(&file)? {
        output::emit("Nothing was changed.\n")?;
        return Ok(Answer::No);
    }
    let kept = exercises::reset(exercise)?;
    let mut text = format!("{file} is as it was handed out; the hints begin again.\n");
    if let Some(name) = kept.as_deref().and_then(Path::file_name) {
        text.push_str(&format!("Yours is kept in {}.\n", shown(exercise, &name.to_string_lossy())));
    }
    output::emit(&text)?;
    Ok(Answer::Yes)
}

/// Asks on the terminal; without one there is nobody to ask.
fn agreed(file: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        let message = format!("{file} was edited, and there is no terminal to ask on");
        return Err(Failure::with_help(message, "--yes resets it without asking; your file is kept"));
    }
    output::message(&format!("Reset {file}? Your file is kept beside it. [y/N] "));
    let mut line = String::new();
    io::stdin().read_line(&mut line).map_err(|error| Failure::usage(reason(&error)))?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// What to do with an exercise that is not solved.
fn task(label: &str, exercise: &Exercise, screen: &Screen) -> String {
    let readme = format!("read {}", shown(exercise, "README.md"));
    let file = format!("edit {}", shown(exercise, &exercise.file));
    format!("{}{readme}\n{}{file}\n", margin(label, screen), margin("", screen))
}

/// A file of an exercise as one would type it here: relative to the current directory where that is possible.
fn shown(exercise: &Exercise, file: &str) -> String {
    let path = exercise.folder.join(file);
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::new());
    let short = path.strip_prefix(&here).map(Path::to_owned);
    clean(&short.unwrap_or(path).display().to_string())
}

/// A paragraph behind a word in the margin.
fn labelled(label: &str, text: &str, screen: &Screen) -> String {
    let lines = wrap(&clean(text), screen.width.saturating_sub(MARGIN).max(20));
    let line = |(at, line): (usize, &String)| {
        format!("{}{line}\n", margin(if at == 0 { label } else { "" }, screen))
    };
    lines.iter().enumerate().map(line).collect()
}

/// Commands of this subcommand, and what each does, behind a word in the margin.
fn commands(label: &str, commands: &[(&str, &str)], screen: &Screen) -> String {
    let full: Vec<_> =
        commands.iter().map(|(arguments, _)| format!("cargo run -- exercise {arguments}")).collect();
    let column = full.iter().map(|command| width(command)).max().unwrap_or(0);
    let mut out = String::new();
    for (at, (command, (_, what))) in full.iter().zip(commands).enumerate() {
        let command = screen.out.paint(Role::Command, &pad(command, column));
        let label = margin(if at == 0 { label } else { "" }, screen);
        out.push_str(&format!("{label}{command}  {}\n", screen.out.paint(Role::Dim, what)));
    }
    out
}

/// Columns of the margin, as in the text of a replay.
const MARGIN: usize = 9;

fn margin(label: &str, screen: &Screen) -> String {
    let space = " ".repeat(MARGIN - label.len());
    format!("{}{space}", screen.out.paint(Role::Heading, label))
}
