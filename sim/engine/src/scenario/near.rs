//! "Did you mean": the nearest of a few names.

/// Longer names are not compared: nobody mistypes them, and the comparison takes quadratic time.
const LONGEST: usize = 64;

/// The candidate that `name` is probably a misspelling of; `None` when none is near.
///
/// Near means: equal but for upper and lower case, or at most one edit in three characters away.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.is_empty() || name.len() > LONGEST {
        return None;
    }
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= name.len().max(candidate.len()).div_ceil(3).min(3))
        // The first of several equally near ones, so that the answer does not depend on luck.
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A help line that proposes the nearest candidate, or lists the candidates if none is near.
pub(crate) fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>, what: &str) -> String {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    match nearest(name, candidates.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => list(&candidates, what),
    }
}

/// "What there is: `a`, `b`, `c`", cut off after a dozen.
fn list(candidates: &[&str], what: &str) -> String {
    const MOST: usize = 12;
    if candidates.is_empty() {
        return format!("there is no {what}");
    }
    let shown: Vec<String> = candidates.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = if candidates.len() > MOST { ", …" } else { "" };
    format!("there is {what} {}{more}", shown.join(", "))
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
