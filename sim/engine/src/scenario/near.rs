//! "Did you mean": the nearest of a few names.

/// Longer names are not compared: nobody mistypes them, and the comparison takes quadratic time.
const LONGEST: usize = 64;

/// The candidate that `name` is probably a misspelling of; `None` when none is near.
///
/// Near means: equal but for upper and lower case, or one to three edits away, more for longer names.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.is_empty() || name.len() > LONGEST {
        return None;
    }
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed(name.len().max(candidate.len())))
        // The first of several equally near ones, so that the answer does not depend on luck.
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many edits are a slip: in names of one or two letters, every edit makes another name.
const fn allowed(length: usize) -> usize {
    match length {
        0..3 => 0,
        3..6 => 1,
        6..9 => 2,
        _ => 3,
    }
}

/// A help line: the nearest candidate, or what there is to choose from; empty if there is nothing.
pub(crate) fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let candidates: Vec<&str> = candidates.into_iter().collect();
    if let Some(near) = nearest(name, candidates.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    let shown: Vec<String> = candidates.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    match shown.as_slice() {
        [] => String::new(),
        [only] => format!("there is only {only}"),
        [all @ .., last] if candidates.len() <= MOST => format!("choose from {} and {last}", all.join(", ")),
        all => format!("choose from {}, …", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_of_the_finger_and_nothing_else() {
        let names = ["start", "sleep", "while-running", "put"];
        assert_eq!(nearest("strat", names), Some("start"));
        assert_eq!(nearest("SLEEP", names), Some("sleep"));
        assert_eq!(nearest("while_runing", names), Some("while-running"));
        assert_eq!(nearest("elephant", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest(&"x".repeat(100_000), names), None);
    }
}
