//! Lists the built-in scenarios, so that adding one means adding one file to `sim/scenarios`.

#![expect(clippy::disallowed_methods, reason = "this runs before the engine is built, and is no part of it")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The scenario the book opens with stands first in every list.
const FLAGSHIP: &str = "pdf-shutdown";

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let folder = manifest.join("../scenarios");
    println!("cargo::rerun-if-changed=build.rs");
    // Watching the parent too notices a folder that does not exist yet.
    println!("cargo::rerun-if-changed={}", if folder.is_dir() { "../scenarios" } else { ".." });

    let mut table = String::from("&[\n");
    for (name, path) in scenarios(&folder) {
        writeln!(table, "    Entry {{ name: {name:?}, source: include_str!({path:?}) }},").expect("a string");
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("catalogue.rs"), table)
}

/// Name and absolute path of each scenario, the flagship first, then by name. A missing folder has none.
fn scenarios(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "kdl"))
        .filter_map(|path| Some((path.file_stem()?.to_str()?.to_owned(), path.to_str()?.to_owned())))
        .collect();
    found.sort_by_key(|(name, _)| (name != FLAGSHIP, name.clone()));
    found
}
