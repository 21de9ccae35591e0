//! Files that are read, and files that are written.

use std::fs;
use std::path::Path;

use crate::{directory, run};

fn copy_of_the_flagship(directory: &Path, name: &str) -> String {
    let path = directory.join(name);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/pdf-shutdown.kdl");
    fs::copy(from, &path).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_file_runs_like_a_built_in_scenario_but_is_named_as_it_was() {
    let mine = copy_of_the_flagship(&directory("file"), "it is mine.kdl");
    let (file, built_in) = (run(&["scenario", &mine]), run(&["scenario", "pdf-shutdown"]));
    assert_eq!(file.code, Some(0), "{}", file.err);
    let steps = |text: &str| text.split("\nTry").next().unwrap().to_owned();
    assert_eq!(steps(&file.out), steps(&built_in.out));
    let command = format!("cargo run -- scenario '{mine}' --step");
    assert!(file.out.contains(&command), "{}", file.out);
    assert!(file.out.contains(&format!("cargo run -- export '{mine}' --to python")), "{}", file.out);
}

#[test]
fn what_is_no_scenario_is_refused_with_the_reason() {
    let here = directory("unreadable");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(here.join(name), bytes).unwrap();
        here.join(name).to_str().unwrap().to_owned()
    };
    let cases = [
        (write("big.kdl", &vec![b' '; 10 << 20]), "at most 256 KiB, and this file has 10240 KiB"),
        (write("bytes.kdl", b"scenario\n\xff\xfe"), "byte 9 (line 2) is 0xff"),
        (write("empty.kdl", b""), "error"),
        (write("nul.kdl", b"\0\0\0\0"), "error"),
        (write("half.kdl", b"scenario \"x\" format=1 {\n"), "half.kdl:1"),
        (here.join("nothing.kdl").to_str().unwrap().to_owned(), "no such file"),
        (here.to_str().unwrap().to_owned(), "it is a directory"),
        ("/dev/zero".to_owned(), "at most 256 KiB"),
    ];
    for (path, expected) in cases {
        let done = run(&["scenario", &path]);
        assert_eq!((done.code, done.out.as_str()), (Some(2), ""), "{path}");
        assert!(done.err.contains(expected), "{path}: {}", done.err);
    }
}

#[test]
fn a_file_is_never_overwritten_unless_asked() {
    let here = directory("output");
    let path = here.join("figure.svg");
    let name = path.to_str().unwrap();
    let first = run(&["scenario", "pdf-shutdown", "-o", name]);
    assert_eq!((first.code, first.out.as_str()), (Some(0), ""), "{}", first.err);
    assert!(first.err.starts_with(&format!("wrote {name} (")), "{}", first.err);
    let figure = fs::read_to_string(&path).unwrap();
    assert!(figure.starts_with("<svg"), "the name says what it is");

    let second = run(&["scenario", "pdf-shutdown", "--format", "json", "-o", name]);
    assert_eq!((second.code, second.out.as_str()), (Some(2), ""));
    assert!(second.err.contains("exists already") && second.err.contains("--force"), "{}", second.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), figure);

    let forced = run(&["export", "pdf-shutdown", "--to", "python", "-o", name, "--force"]);
    assert_eq!(forced.code, Some(0), "{}", forced.err);
    assert!(fs::read_to_string(&path).unwrap().contains("threading.Thread"));
    let left: Vec<_> = fs::read_dir(&here).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["figure.svg"], "nothing else is left behind");

    let nowhere = run(&["scenario", "pdf-shutdown", "-o", &format!("{name}/x")]);
    assert_eq!((nowhere.code, nowhere.out.as_str()), (Some(2), ""));
    let device = run(&["scenario", "pdf-shutdown", "-o", "/dev/null", "--force"]);
    assert_eq!(device.code, Some(0), "{}", device.err);
    let dash = run(&["scenario", "pdf-shutdown", "-o", "-"]);
    assert_eq!(dash.out, run(&["scenario", "pdf-shutdown"]).out);
}
