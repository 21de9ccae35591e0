//! Reading and comparing the files of an exercise.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::Problem;

/// A file of an exercise is a page or two; whatever is larger than this many bytes was put there by mistake.
const LARGEST: u64 = 1024 * 1024;

/// The text of a file.
///
/// # Errors
///
/// It is missing, unreadable, larger than 1 MiB or no text.
pub(crate) fn read(path: &Path) -> Result<String, Problem> {
    let fail = |what: String| Problem::new(format!("{}: {what}", path.display()));
    let file = fs::File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => fail("the file is missing".into()),
        _ => fail(format!("cannot be read: {error}")),
    })?;
    let mut bytes = Vec::new();
    // The limit is on what is read, not on the size told: a device or a pipe tells none.
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| fail(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > LARGEST {
        return Err(fail("is larger than 1 MiB; that is no exercise".into()));
    }
    String::from_utf8(bytes).map_err(|_| fail("is no text (UTF-8)".into()))
}

/// Whether two texts are the same but for line endings and blank space at the end: what editors and version control
/// change without being asked.
pub(crate) fn same(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.trim_start_matches('\u{feff}').replace("\r\n", "\n").trim_end().to_owned();
    plain(a) == plain(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_endings_do_not_count_as_an_edit() {
        assert!(same("a\nb\n", "a\r\nb"));
        assert!(same("\u{feff}a\n", "a\n\n"));
        assert!(!same("a\nb\n", "a\nc\n"));
        assert!(!same("a\n  b\n", "a\nb\n"));
    }

    #[test]
    fn an_unreadable_file_is_explained() {
        let missing = read(Path::new("/nowhere/answer.txt")).unwrap_err();
        assert_eq!(missing.0, "/nowhere/answer.txt: the file is missing");
        assert!(read(Path::new("/")).is_err());
    }
}
