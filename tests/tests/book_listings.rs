//! Every Python listing of the book is Python, for the oldest and the newest interpreter on this machine.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use closing_time_tests::runtime::python::interpreters;

/// One fenced block.
struct Listing {
    place: String,
    code: String,
}

/// The `python` blocks of all chapters.
fn listings() -> Vec<Listing> {
    let mut found = Vec::new();
    for file in chapters(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/src")) {
        let text = fs::read_to_string(&file).unwrap();
        let mut open: Option<Listing> = None;
        for (number, line) in text.lines().enumerate() {
            match &mut open {
                None if line == "```python" => {
                    let place = format!("{}:{}", file.display(), number + 1);
                    open = Some(Listing { place, code: String::new() });
                }
                Some(_) if line == "```" => found.extend(open.take()),
                Some(listing) => listing.code.push_str(&format!("{line}\n")),
                None => {}
            }
        }
    }
    found
}

fn chapters(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(chapters(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn every_python_listing_compiles() {
    let pythons = interpreters();
    let listings = listings();
    assert!(!listings.is_empty(), "a book without listings");
    for python in [pythons.first(), pythons.last()].into_iter().flatten() {
        for listing in &listings {
            let mut child = Command::new(&python.path)
                .args(["-c", "import sys; compile(sys.stdin.read(), 'listing', 'exec')"])
                .stdin(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            child.stdin.take().unwrap().write_all(listing.code.as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}: {said}", listing.place);
        }
    }
}
