//! The real book, as `mdbook build` would build it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use closing_time_book::directive::{self, Kind};
use closing_time_engine::rules;
use closing_time_engine::scenario::{self, Setup, catalogue};
use mdbook_driver::config::Config;

use crate::fixture::{self, Built, main_part};
use crate::links;

static BOOK: LazyLock<Built> = LazyLock::new(|| {
    let _ = fs::remove_dir_all(out());
    let config = Config::from_disk(root().join("book.toml")).unwrap();
    let book = fixture::load(&root(), &out(), config);
    fixture::build(&book, &out()).unwrap_or_else(|error| panic!("{error:#}"))
});

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn out() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("real")
}

/// The chapters on disk, below `book/src`.
fn sources() -> BTreeSet<PathBuf> {
    fn walk(top: &Path, directory: &Path, found: &mut BTreeSet<PathBuf>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(top, &path, found);
            } else if path.extension().is_some_and(|e| e == "md") && !path.ends_with("SUMMARY.md") {
                found.insert(path.strip_prefix(top).unwrap().to_owned());
            }
        }
    }
    let src = root().join("book/src");
    let mut found = BTreeSet::new();
    walk(&src, &src, &mut found);
    found
}

fn page_of(source: &Path) -> String {
    source.with_extension("html").to_string_lossy().replace('\\', "/")
}

#[test]
fn every_chapter_on_disk_is_in_the_summary() {
    for source in sources() {
        BOOK.page(&page_of(&source));
    }
}

#[test]
fn every_directive_became_what_it_asked_for() {
    let mut figures = 0;
    for source in sources() {
        let text = fs::read_to_string(root().join("book/src").join(&source)).unwrap();
        let (directives, problems) = directive::find(&text);
        assert_eq!(problems, []);
        let wanted = directives.iter().filter(|d| matches!(d.kind, Kind::Scenario { .. })).count();
        let page = main_part(BOOK.page(&page_of(&source)));
        assert_eq!(page.matches("<figure class=\"closing-time\">").count(), wanted, "{}", source.display());
        assert_eq!(page.matches("</svg>").count(), wanted, "{}", source.display());
        figures += wanted;
    }
    assert!(figures > 0, "a book without figures");
}

#[test]
fn no_directive_is_left_outside_code() {
    for (name, html) in &BOOK.pages {
        let prose: String =
            html.split("<code").map(|part| part.split_once("</code>").map_or(part, |(_, p)| p)).collect();
        assert!(!prose.contains("{{#"), "{name}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    // 404.html is served from anywhere, and its links are written for the root of a site.
    let pages = BOOK.pages.iter().filter(|(name, _)| *name != "404.html");
    let pages = pages.map(|(name, html)| (name.clone(), html.clone())).collect();
    assert_eq!(links::broken(&pages, &out()), [] as [&str; 0]);
}

/// The links themselves are checked with all others; but a page that does not exist is not linked at all.
#[test]
fn every_chapter_that_a_rule_or_a_scenario_names_exists() {
    let runtime = rules::find("cpython").unwrap();
    let of_rules = rules::rules_of(&runtime).into_iter().map(|rule| (rule.id, rule.chapter.to_owned()));
    let of_scenarios = catalogue::all().iter().filter_map(|entry| {
        let scenario =
            scenario::read(entry.source, &Setup::default()).expect("a built-in scenario can be read");
        Some((entry.name, format!("{}.md", scenario.chapter?)))
    });
    for (name, chapter) in of_rules.chain(of_scenarios) {
        let page = chapter.split('#').next().unwrap();
        assert!(sources().contains(Path::new(page)), "{name} names {chapter}");
    }
}
