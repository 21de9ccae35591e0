//! One test per exercise, by name: untouched ones are ignored, edited ones are graded.

use std::path::Path;
use std::process::ExitCode;

use closing_time_engine::show::Plain;
use exercises::{Exercise, Status, all, grade, status};
use libtest_mimic::{Arguments, Completion, Failed, Trial, run};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let exercises = match all(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        Ok(exercises) => exercises,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    let trials = exercises
        .into_iter()
        .map(|exercise| Trial::ignorable_test(exercise.name.clone(), move || outcome(&exercise)))
        .collect();
    run(&arguments, trials).exit_code()
}

fn outcome(exercise: &Exercise) -> Result<Completion, Failed> {
    match status(exercise)? {
        Status::NotStarted => Ok(Completion::ignored_with("not started")),
        Status::Solved => Ok(Completion::Completed),
        Status::InProgress => {
            let report = grade(exercise)?.render(&Plain, 100);
            let next = format!("Next  cargo run -- exercise hint {}", exercise.name);
            Err(format!("\n{report}{next}\n").into())
        }
    }
}
