//! What makes the exercises worth a learner's time: solutions pass, untouched starts and cheap tricks do not, there
//! are hints, and the texts name commands that exist.

use std::path::{Path, PathBuf};

use closing_time_engine::load;
use closing_time_engine::replay::Options;
use closing_time_engine::scenario::Setup;
use closing_time_engine::show::{Plain, TextOptions, text};
use exercises::{Exercise, Kind, all, find, grade_text, hints, solution};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn exercises() -> Vec<Exercise> {
    all(&root()).unwrap()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn solutions_pass() {
    for exercise in exercises() {
        let report = grade_text(&exercise, &solution(&exercise).unwrap()).unwrap();
        assert!(report.solved(), "{}", report.render(&Plain, 100));
    }
}

#[test]
fn untouched_starts_fail() {
    for exercise in exercises() {
        let report = grade_text(&exercise, &read(&exercise.original())).unwrap();
        assert!(!report.solved(), "{}", report.render(&Plain, 100));
        assert!(report.unreadable.is_empty(), "{}", report.render(&Plain, 100));
        insta::assert_snapshot!(format!("start-{}", exercise.name), report.render(&Plain, 100));
    }
}

#[test]
fn every_run_of_a_repair_checks_something() {
    for exercise in exercises().iter().filter(|one| one.kind == Kind::Repair) {
        let report = grade_text(exercise, &solution(exercise).unwrap()).unwrap();
        for group in &report.groups {
            assert!(!group.findings.is_empty(), "{}: {}", exercise.name, group.title);
        }
    }
}

#[test]
fn the_traces_of_the_solutions() {
    for exercise in exercises().iter().filter(|one| one.kind == Kind::Repair) {
        let loaded = load(&solution(exercise).unwrap(), &Setup::default()).unwrap();
        let trace = loaded.replay(&Options::default()).unwrap();
        let text = text(&trace, &Plain, &TextOptions::new(100));
        // What to try next is the engine's to say and not part of the solution.
        let told = text.split("\nTry ").next().unwrap();
        insta::assert_snapshot!(format!("trace-{}", exercise.name), told);
    }
    let predict = exercises();
    let predict = predict.iter().find(|one| one.kind == Kind::Predict).unwrap();
    let report = grade_text(predict, &solution(predict).unwrap()).unwrap();
    insta::assert_snapshot!(format!("trace-{}", predict.name), report.render(&Plain, 100));
}

#[test]
fn hints_are_short_and_end_before_the_whole_solution() {
    for exercise in exercises() {
        let hints = hints(&exercise).unwrap();
        assert!(hints.len() >= 3, "{}", exercise.name);
        for hint in &hints {
            assert!(!hint.heading.is_empty() && !hint.text.is_empty(), "{}: {hint:?}", exercise.name);
            assert!(hint.text.lines().count() <= 10, "{}: {hint:?}", exercise.name);
        }
        assert!(!hints[0].text.contains(solution(&exercise).unwrap().trim()), "{}", exercise.name);
    }
}

#[test]
fn readmes_name_the_commands_and_the_chapter() {
    for exercise in exercises() {
        let readme = read(&exercise.folder.join("README.md"));
        for command in ["check", "hint"] {
            let command = format!("cargo run -- exercise {command} {}", exercise.name);
            assert!(readme.contains(&command), "{}: {command}", exercise.name);
        }
        assert!(readme.contains("cargo run -- scenario exercises/"), "{}", exercise.name);
        assert!(readme.contains(&format!("book/src/{}", exercise.chapter)), "{}", exercise.name);
        let chapter = root().join("../book/src").join(&exercise.chapter);
        assert!(chapter.is_file(), "{}: there is no chapter {}", exercise.name, exercise.chapter);
        assert!(readme.contains(&exercise.file), "{}", exercise.name);
        let minutes = format!("About {} minutes", exercise.minutes);
        assert!(readme.contains(&minutes), "{}: {minutes}", exercise.name);
    }
}

/// The README of a prediction shows the scenario that is asked about, word for word but for the indentation.
#[test]
fn the_program_in_the_readme_is_the_one_that_is_asked_about() {
    let exercise = exercises().into_iter().find(|one| one.kind == Kind::Predict).unwrap();
    let readme = read(&exercise.folder.join("README.md"));
    let shown = readme.split("```kdl\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let plain = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let original = plain(&read(&exercise.folder.join("original/scenario.kdl")));
    assert!(original.contains(plain(shown).trim()), "{shown}");
}

#[test]
fn an_exercise_is_found_by_name_words_or_number() {
    let all = exercises();
    for name in ["02-fix-the-hang", "fix-the-hang", "02", "2", "exercises/02-fix-the-hang/"] {
        assert_eq!(find(&all, name).map(|one| one.name.as_str()), Ok("02-fix-the-hang"), "{name}");
    }
    let nearest = |name| find(&all, name).unwrap_err().nearest;
    assert_eq!(nearest("fix-the-hnag").as_deref(), Some("02-fix-the-hang"));
    assert_eq!(nearest("03-save-teh-pdf"), Some("03-save-the-pdf".into()));
    assert_eq!(nearest("elephant"), None);
    assert_eq!(nearest(""), None);
}
