//! What is kept between two calls: the learner's file, the place on the ladder of hints.

use std::fs;
use std::path::{Path, PathBuf};

use exercises::{Exercise, Status, all, grade, hint, hints, reset, root, solution, status};

/// A copy of the exercises that a test may change. Each test has its own.
fn copy(name: &str) -> PathBuf {
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).join("exercises");
    let _ = fs::remove_dir_all(&to);
    let from = Path::new(env!("CARGO_MANIFEST_DIR"));
    for exercise in all(from).unwrap() {
        let folder = to.join(&exercise.name);
        for part in ["", "original", "solution"] {
            fs::create_dir_all(folder.join(part)).unwrap();
            for entry in fs::read_dir(exercise.folder.join(part)).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_file() {
                    fs::copy(entry.path(), folder.join(part).join(entry.file_name())).unwrap();
                }
            }
        }
        // Whatever the learner has done in this checkout, the copy starts untouched.
        fs::copy(exercise.original(), folder.join(&exercise.file)).unwrap();
    }
    fs::copy(from.join("info.kdl"), to.join("info.kdl")).unwrap();
    to
}

fn second(root: &Path) -> Exercise {
    all(root).unwrap().swap_remove(1)
}

#[test]
fn from_untouched_to_solved() {
    let exercise = second(&copy("status"));
    assert_eq!(status(&exercise), Ok(Status::NotStarted));
    let original = fs::read_to_string(exercise.original()).unwrap();
    fs::write(exercise.path(), original.replace('\n', "\r\n")).unwrap();
    assert_eq!(status(&exercise), Ok(Status::NotStarted), "other line endings are no edit");
    fs::write(exercise.path(), format!("{original}// I was here\n")).unwrap();
    assert_eq!(status(&exercise), Ok(Status::InProgress));
    fs::write(exercise.path(), solution(&exercise).unwrap()).unwrap();
    assert_eq!(status(&exercise), Ok(Status::Solved));
}

#[test]
fn a_missing_or_binary_file_is_a_verdict_and_no_crash() {
    let exercise = second(&copy("missing"));
    fs::write(exercise.path(), [0xff, 0xfe, 0x00]).unwrap();
    assert!(grade(&exercise).unwrap().unreadable.contains("no text"));
    fs::write(exercise.path(), vec![b' '; 10 * 1024 * 1024]).unwrap();
    assert!(grade(&exercise).unwrap().unreadable.contains("larger than"));
    fs::remove_file(exercise.path()).unwrap();
    let report = grade(&exercise).unwrap();
    assert!(report.unreadable.contains("exercise reset 02-fix-the-hang"), "{}", report.unreadable);
    assert_eq!(status(&exercise), Ok(Status::InProgress));
    assert_eq!(reset(&exercise), Ok(None));
    assert_eq!(status(&exercise), Ok(Status::NotStarted));
}

#[test]
fn a_reset_keeps_every_version() {
    let exercise = second(&copy("reset"));
    assert_eq!(reset(&exercise), Ok(None), "nothing to keep");
    for (text, name) in [("first", "scenario.kdl.bak"), ("second", "scenario.kdl.bak2")] {
        fs::write(exercise.path(), text).unwrap();
        let kept = reset(&exercise).unwrap().unwrap();
        assert_eq!(kept, exercise.folder.join(name));
        assert_eq!(status(&exercise), Ok(Status::NotStarted));
    }
    assert_eq!(fs::read_to_string(exercise.folder.join("scenario.kdl.bak")).unwrap(), "first");
    assert_eq!(fs::read_to_string(exercise.folder.join("scenario.kdl.bak2")).unwrap(), "second");
}

#[test]
fn hints_come_one_at_a_time_and_the_last_one_stays() {
    let root = copy("hints");
    let exercise = second(&root);
    let all = hints(&exercise).unwrap();
    for expected in &all {
        assert_eq!(hint(&exercise).as_ref(), Ok(expected));
    }
    assert_eq!(hint(&exercise).as_ref(), Ok(all.last().unwrap()));
    let third = exercises::all(&root).unwrap().swap_remove(2);
    assert_eq!(hint(&third).unwrap().number, 1, "each exercise has its own place");
    reset(&exercise).unwrap();
    assert_eq!(hint(&exercise).as_ref(), Ok(&all[0]));
    fs::write(root.join(".state"), "02-fix-the-hang many\n\u{0}\n").unwrap();
    assert_eq!(hint(&exercise).as_ref(), Ok(&all[0]), "a garbled state is no state");
}

#[test]
fn the_exercises_are_found_from_below_and_not_from_elsewhere() {
    let exercises = copy("root");
    let exercise = second(&exercises);
    for from in [exercises.parent().unwrap(), &exercises, &exercise.folder, &exercise.folder.join("solution")]
    {
        assert_eq!(root(from).as_ref(), Ok(&exercises), "{}", from.display());
    }
    let message = root(Path::new("/")).unwrap_err().to_string();
    assert!(message.starts_with("no exercises here"), "{message}");
}

#[test]
fn a_list_that_cannot_be_read_says_where_and_why() {
    let root = copy("info");
    let wrong = |text: &str| {
        fs::write(root.join("info.kdl"), text).unwrap();
        all(&root).unwrap_err().to_string()
    };
    assert!(
        wrong("exercises format-version=9 {\n}")
            .ends_with("info.kdl: format-version is 9, but this harness reads 1")
    );
    assert!(wrong("exercises format-version=1 {\n  exercize \"x\"\n}").contains("knows no `exercize`"));
    assert!(
        wrong("exercises format-version=1 {\n  exercise \"x\" minutes=1 { title \"t\"; }\n}")
            .contains("has no `kind`")
    );
    assert!(
        wrong("exercises {\n  exercise \"x\n}").contains("info.kdl:2: "),
        "{}",
        wrong("exercises {\n  exercise \"x\n}")
    );
}
