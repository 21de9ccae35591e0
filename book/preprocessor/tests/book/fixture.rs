//! Small books, written down in a test and built in a directory of their own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use closing_time_book::ClosingTime;
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;

/// A book to be. Chapters come in the order in which they are added.
pub(crate) struct Fixture {
    root: PathBuf,
    chapters: Vec<(String, String)>,
}

/// A book that was built: page name → HTML.
pub(crate) struct Built {
    pub(crate) pages: BTreeMap<String, String>,
}

/// A book that was refused.
pub(crate) struct Refused(String);

impl Fixture {
    /// `test` names the directory: one per test.
    pub(crate) fn new(test: &str) -> Self {
        Fixture { root: Path::new(env!("CARGO_TARGET_TMPDIR")).join(test), chapters: Vec::new() }
    }

    pub(crate) fn chapter(mut self, path: &str, text: &str) -> Self {
        self.chapters.push((path.to_owned(), text.to_owned()));
        self
    }

    pub(crate) fn builds(self) -> Built {
        build(&self.load(), &self.root.join("out")).unwrap_or_else(|error| panic!("{error:#}"))
    }

    pub(crate) fn fails(self) -> Refused {
        match build(&self.load(), &self.root.join("out")) {
            Ok(_) => panic!("the book was built"),
            Err(error) => Refused(format!("{error:#}")),
        }
    }

    fn load(&self) -> MDBook {
        let _ = fs::remove_dir_all(&self.root);
        let mut summary = String::new();
        for (path, text) in &self.chapters {
            let file = self.root.join("src").join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
            summary.push_str(&format!("- [{path}]({path})\n"));
        }
        fs::write(self.root.join("src/SUMMARY.md"), summary).unwrap();
        // The command is replaced by the one in this process; its place in the order is that of the real book.
        let config =
            "[preprocessor.closing-time]\ncommand = \"unused\"\nbefore = [\"links\"]".parse::<Config>();
        load(&self.root, &self.root.join("out"), config.unwrap())
    }
}

/// Loads a book with our preprocessor in this process, whatever command its `book.toml` names.
pub(crate) fn load(root: &Path, out: &Path, mut config: Config) -> MDBook {
    config.build.build_dir = out.to_owned();
    config.build.create_missing = false;
    let mut book = MDBook::load_with_config(root, config).unwrap_or_else(|error| panic!("{error:#}"));
    book.with_preprocessor(ClosingTime);
    book
}

pub(crate) fn build(book: &MDBook, out: &Path) -> Result<Built, mdbook_driver::errors::Error> {
    book.build()?;
    let mut pages = BTreeMap::new();
    read_pages(out, out, &mut pages);
    Ok(Built { pages })
}

fn read_pages(top: &Path, directory: &Path, pages: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_pages(top, &path, pages);
        } else if path.extension().is_some_and(|extension| extension == "html") {
            let name = path.strip_prefix(top).unwrap().to_string_lossy().replace('\\', "/");
            pages.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

impl Built {
    #[track_caller]
    pub(crate) fn page(&self, name: &str) -> &str {
        self.pages.get(name).unwrap_or_else(|| panic!("no {name} among {:?}", self.pages.keys()))
    }

    #[track_caller]
    pub(crate) fn has(&self, page: &str, text: &str) -> &Self {
        let main = main_part(self.page(page));
        assert!(main.contains(text), "{page} lacks {text:?}:\n{main}");
        self
    }

    #[track_caller]
    pub(crate) fn lacks(&self, page: &str, text: &str) -> &Self {
        let main = main_part(self.page(page));
        assert!(!main.contains(text), "{page} has {text:?}:\n{main}");
        self
    }
}

/// A page without mdBook's frame.
pub(crate) fn main_part(html: &str) -> &str {
    let start = html.find("<main>").expect("a page has a main part");
    let end = html.find("</main>").expect("a page has a main part");
    &html[start..end]
}

impl Refused {
    /// As [`with`](Self::with), where the words are the engine's: where, and about what.
    #[track_caller]
    pub(crate) fn mentions(&self, lines: &[(&str, &str)]) {
        let found: Vec<&str> = self.0.lines().skip(1).collect();
        assert_eq!(found.len(), lines.len(), "{}", self.0);
        for (found, (place, word)) in found.iter().zip(lines) {
            assert!(found.starts_with(place) && found.contains(word), "{found} lacks {place}… {word}");
        }
    }

    /// The whole message, line by line after its heading.
    #[track_caller]
    pub(crate) fn with(&self, lines: &[&str]) {
        let found: Vec<&str> = self.0.lines().skip(1).collect();
        assert_eq!(found, lines, "{}", self.0);
    }
}
