//! Every relative link of a built book leads to a file, and every anchor to an id.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// The links of `pages` that lead nowhere, as `page: link`. `top` is the directory the book was built into.
pub(crate) fn broken(pages: &BTreeMap<String, String>, top: &Path) -> Vec<String> {
    let ids: BTreeMap<&str, BTreeSet<&str>> =
        pages.iter().map(|(page, html)| (page.as_str(), values(html, &["id"]).collect())).collect();
    let mut broken = Vec::new();
    for (page, html) in pages {
        for link in values(html, &["href", "src"]) {
            let outside = link.contains("://") || link.starts_with("mailto:") || link.starts_with("data:");
            if !outside && !leads_somewhere(page, link, &ids, top) {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    broken.sort();
    broken.dedup();
    broken
}

fn leads_somewhere(page: &str, link: &str, ids: &BTreeMap<&str, BTreeSet<&str>>, top: &Path) -> bool {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let path = path.split('?').next().unwrap_or(path);
    let target =
        if path.is_empty() { PathBuf::from(page) } else { normal(&Path::new(page).with_file_name(path)) };
    if !top.join(&target).is_file() {
        return false;
    }
    match (anchor, target.to_str().and_then(|target| ids.get(target))) {
        (Some(anchor), Some(ids)) if !anchor.is_empty() => ids.contains(anchor),
        _ => true,
    }
}

/// The values of these attributes, in any element.
fn values<'a>(html: &'a str, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
    names.iter().flat_map(move |name| {
        let mark = format!(" {name}=\"");
        let starts: Vec<usize> = html.match_indices(&mark).map(|(at, _)| at + mark.len()).collect();
        starts.into_iter().filter_map(|start| html[start..].split('"').next())
    })
}

/// `a/../b` → `b`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if out.pop() => {}
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

#[test]
fn the_checker_finds_missing_files_and_anchors() {
    let top = Path::new(env!("CARGO_TARGET_TMPDIR")).join("links");
    std::fs::create_dir_all(top.join("deep")).unwrap();
    let pages: BTreeMap<String, String> = [
        ("a.html", "<p id=\"here\"><a href=\"#here\"> <a href=\"#gone\"> <a href=\"deep/b.html#x\"> <img src=\"no.png\">"),
        ("deep/b.html", "<a href=\"../a.html#here\"> <a href=\"../a.html#x\"> <a href=\"https://example.org/\">"),
    ]
    .map(|(name, html)| (name.to_owned(), html.to_owned()))
    .into();
    for (name, html) in &pages {
        std::fs::write(top.join(name), html).unwrap();
    }
    assert_eq!(
        broken(&pages, &top),
        ["a.html: #gone", "a.html: deep/b.html#x", "a.html: no.png", "deep/b.html: ../a.html#x"]
    );
}
