//! `exercise …` as a learner types it, in a copy of the exercises.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_closing-time");

/// A directory with untouched exercises in it. Each test has its own.
fn copy(name: &str) -> PathBuf {
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exercise").join(name);
    let _ = fs::remove_dir_all(&to);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../exercises");
    for exercise in exercises::all(&from).unwrap() {
        let folder = to.join("exercises").join(&exercise.name);
        for part in ["", "original", "solution"] {
            fs::create_dir_all(folder.join(part)).unwrap();
            for entry in fs::read_dir(exercise.folder.join(part)).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_file() {
                    fs::copy(entry.path(), folder.join(part).join(entry.file_name())).unwrap();
                }
            }
        }
        fs::copy(exercise.original(), folder.join(&exercise.file)).unwrap();
    }
    fs::copy(from.join("info.kdl"), to.join("exercises/info.kdl")).unwrap();
    to
}

/// Exit code, standard output, standard error.
fn run(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(PROGRAM);
    command.arg("exercise").args(arguments).current_dir(directory).stdin(Stdio::null());
    let output = command.env("COLUMNS", "80").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().expect("not killed"), text(output.stdout), text(output.stderr))
}

fn solve(directory: &Path, name: &str, file: &str) {
    let folder = directory.join("exercises").join(name);
    fs::copy(folder.join("solution").join(file), folder.join(file)).unwrap();
}

#[test]
fn the_list_shows_how_far_one_is_and_what_is_next() {
    let directory = copy("list");
    solve(&directory, "01-predict-the-end", "answer.txt");
    fs::write(directory.join("exercises/02-fix-the-hang/scenario.kdl"), "nothing").unwrap();
    let (code, out, _) = run(&directory, &[]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(out);
    assert_eq!(run(&directory, &["list"]).1, out);
}

#[test]
fn check_says_what_is_wrong_and_then_what_is_next() {
    let directory = copy("check");
    let (code, out, _) = run(&directory, &["check"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!("check_not_started", out);
    let answers = directory.join("exercises/01-predict-the-end/answer.txt");
    let half = fs::read_to_string(&answers).unwrap().replacen("= ?", "= 0", 1).replacen("= ?", "= 2.5s", 1);
    fs::write(&answers, half).unwrap();
    let (code, out, _) = run(&directory, &["check", "predict-the-end"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!("check_in_progress", out);
    solve(&directory, "01-predict-the-end", "answer.txt");
    let (code, out, _) = run(&directory, &["check", "1"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!("check_solved", out);
}

#[test]
fn mistakes_are_shown_where_they_are() {
    let directory = copy("mistakes");
    let file = directory.join("exercises/02-fix-the-hang/scenario.kdl");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("forever", "for-ever")).unwrap();
    let (code, out, _) = run(&directory, &["check", "2"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(out);
}

#[test]
fn unknown_names_and_places_are_explained() {
    let directory = copy("unknown");
    let (code, _, err) = run(&directory, &["check", "fix-teh-hang"]);
    assert_eq!((code, err.contains("did you mean `02-fix-the-hang`?")), (2, true), "{err}");
    let (code, _, err) = run(&directory, &["hint", "elephant"]);
    assert_eq!((code, err.contains("exercise list")), (2, true), "{err}");
    let (code, _, err) = run(Path::new("/"), &["list"]);
    assert_eq!((code, err.contains("go to the directory of the repository first")), (2, true), "{err}");
    let below = directory.join("exercises/02-fix-the-hang");
    assert_eq!(run(&below, &["list"]).0, 0);
}

#[test]
fn hints_come_one_by_one_and_the_solution_after_them() {
    let directory = copy("hints");
    let (code, first, _) = run(&directory, &["hint"]);
    assert_eq!((code, first.contains("Hint 1 of 4")), (0, true), "{first}");
    assert!(run(&directory, &["hint"]).1.contains("Hint 2 of 4"));
    for _ in 3..=4 {
        run(&directory, &["hint"]);
    }
    assert!(run(&directory, &["hint"]).1.contains("solution 01-predict-the-end --force"));
    let (code, out, _) = run(&directory, &["solution", "1"]);
    assert_eq!((code, out.contains("does not pass yet")), (1, true), "{out}");
    let (code, out, _) = run(&directory, &["solution", "1", "--force"]);
    assert_eq!((code, out.contains("3.7s")), (0, true), "{out}");
    solve(&directory, "01-predict-the-end", "answer.txt");
    assert_eq!(run(&directory, &["solution", "1"]), (0, out, String::new()));
}

#[test]
fn a_reset_asks_and_keeps() {
    let directory = copy("reset");
    let file = directory.join("exercises/03-save-the-pdf/scenario.kdl");
    fs::write(&file, "mine").unwrap();
    let (code, _, err) = run(&directory, &["reset", "3"]);
    assert_eq!((code, err.contains("--yes")), (2, true), "{err}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    let (code, out, _) = run(&directory, &["reset", "3", "--yes"]);
    assert_eq!(
        (code, out.contains("Yours is kept in exercises/03-save-the-pdf/scenario.kdl.bak")),
        (0, true),
        "{out}"
    );
    assert_eq!(fs::read_to_string(file.with_extension("kdl.bak")).unwrap(), "mine");
}

#[test]
fn a_deleted_file_comes_back_without_a_question() {
    let directory = copy("deleted");
    let file = directory.join("exercises/03-save-the-pdf/scenario.kdl");
    let original = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let (code, out, err) = run(&directory, &["reset", "3"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("is as it was handed out") && !out.contains("kept"), "{out}");
    assert_eq!(fs::read_to_string(&file).unwrap(), original);
    assert!(!file.with_extension("kdl.bak").exists());
}

/// Reads lines until one contains `text`.
fn until(lines: &mut impl Iterator<Item = std::io::Result<String>>, text: &str) {
    for line in lines {
        if line.unwrap().contains(text) {
            return;
        }
    }
    panic!("it ended without `{text}`");
}

/// A watch does not end by itself, so a test that fails must not leave it behind.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn watch_grades_what_is_saved_and_ends_on_q() {
    let directory = copy("watch");
    let mut command = Command::new(PROGRAM);
    command.args(["exercise", "watch"]).current_dir(&directory);
    let mut child = Running(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
    until(&mut lines, "Not started");
    until(&mut lines, "q and Enter ends");
    solve(&directory, "01-predict-the-end", "answer.txt");
    until(&mut lines, "Solved.");
    until(&mut lines, "q and Enter ends");
    fs::write(directory.join("exercises/02-fix-the-hang/scenario.kdl"), "}").unwrap();
    until(&mut lines, "cannot be graded as it is");
    until(&mut lines, "q and Enter ends");
    child.0.stdin.take().unwrap().write_all(b"q\n").unwrap();
    assert_eq!(child.0.wait().unwrap().code(), Some(0));
}
