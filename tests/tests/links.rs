//! The pages at the root lead somewhere: every link to a file of the repository finds it. (The book tests its own.)

use std::fs;
use std::path::Path;

#[test]
fn links_of_the_pages_at_the_root_lead_to_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut pages = 0;
    let mut broken = Vec::new();
    for entry in fs::read_dir(&root).unwrap() {
        let page = entry.unwrap().path();
        if page.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        pages += 1;
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            if !link.contains("://") && !file.is_empty() && !root.join(file).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(pages >= 3, "README, CONTRIBUTING and CHANGELOG were not found");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
