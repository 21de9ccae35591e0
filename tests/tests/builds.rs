//! The workshop itself, tried with a program of one line in every language there is.

use std::time::Duration;

use closing_time_engine::export::Target;
use closing_time_tests::build::Workshop;
use closing_time_tests::run::{Job, Output, Status, run};
use closing_time_tests::runtime;

/// A program that ends with 7, and one of which there is something to say.
fn programs(target: Target) -> (&'static str, &'static str) {
    match target {
        Target::Python => ("import sys\nsys.exit(7)\n", "print(1 is 1)\n"),
        Target::Java => (
            "class Main { public static void main(String[] a) { System.exit(7); } }",
            "class Main { public static void main(String[] a) { new Thread().stop(); } }",
        ),
        Target::CSharp => (
            "class P { static void Main() { System.Environment.Exit(7); } }",
            "class P { static void Main() { int unused; } }",
        ),
        Target::Go => (
            "package main\n\nimport \"os\"\n\nfunc main() { os.Exit(7) }\n",
            "package main\n\nimport \"os\"\n\nfunc main() {}\n",
        ),
        Target::Rust => ("fn main() { std::process::exit(7) }", "fn main() { let unused = 7; }"),
        Target::C => ("int main(void) { return 7; }", "int main(void) { int unused; return 7; }"),
        Target::Node => ("process.exit(7);", "const;"),
        Target::Ruby => ("exit 7", "unused = 7"),
        Target::Perl => ("use strict; use warnings; exit 7;", "use warnings; my $a; my $a;"),
        Target::Promela => unreachable!("a model does not run"),
    }
}

#[test]
fn every_runtime_builds_and_starts_a_program_and_notices_a_warning() {
    let workshop = Workshop::new().expect("a temporary folder");
    for real in runtime::all() {
        let (good, bad) = programs(real.target);
        assert_eq!(workshop.lint(real, good), Ok(()), "{}", real.name());
        let program = workshop.build(real, good).expect("built a moment ago");
        let limit = Duration::from_secs(10);
        let job = Job {
            program: &program,
            traced: false,
            root: "root",
            stimuli: vec![],
            output: Output::File,
            limit,
        };
        let seen = run(&job).expect("the program can be run");
        assert_eq!(seen.status, Some(Status::Code(7)), "{}: {}", real.name(), seen.stderr);
        assert!(workshop.lint(real, bad).is_err(), "{} has nothing to say of: {bad}", real.name());
    }
}
