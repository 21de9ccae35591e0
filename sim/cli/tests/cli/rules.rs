//! `rules --diff`: rule by rule, with the sources of both sides.

use super::run;

#[test]
fn what_a_version_changed() {
    insta::assert_snapshot!(run(&["rules", "--diff", "cpython-3.11", "cpython-3.12"]).out);
    insta::assert_snapshot!(run(&["rules", "--diff", "cpython-3.12", "cpython-3.13"]).out);
}

#[test]
fn equal_rules_are_said_to_be_equal() {
    let equal = run(&["rules", "--diff", "cpython", "cpython-3.13"]);
    assert_eq!(equal.code, Some(0));
    assert!(equal.out.contains("have the same rules"), "{}", equal.out);
}
