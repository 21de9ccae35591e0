//! The parser does what KDL says: in examples here, and held against another parser in `differential`.

mod differential;

use super::*;

fn good(source: &str) -> KdlDocument {
    parse(source).unwrap_or_else(|found| panic!("{source:?}: {found:?}"))
}

/// The values of the one node of `source`.
fn values(source: &str) -> Vec<KdlValue> {
    good(source).nodes()[0].entries().iter().map(|entry| entry.value().clone()).collect()
}

fn text(text: &str) -> KdlValue {
    KdlValue::Text(text.into())
}

/// The message and the marked place of each mistake.
fn wrong(source: &str) -> Vec<(String, &str)> {
    let found = parse(source).expect_err(source);
    let marked = |one: &Diagnostic| one.span.map_or("", |span| &source[span.start..span.end]);
    found.iter().map(|one| (one.message.clone(), marked(one))).collect()
}

#[test]
fn numbers_and_keywords() {
    let found = values("n 0 -12 +1_000 0x1F -0o17 0b1_0 1.5 -2e3 1_0.2_5E-1 #inf #-inf #true #false #null");
    let float = KdlValue::Float;
    let expected = [0, -12, 1000, 31, -15, 2].map(KdlValue::Integer).into_iter();
    let expected = expected.chain([float(1.5), float(-2000.0), float(1.025), float(f64::INFINITY)]);
    let expected = expected.chain([float(f64::NEG_INFINITY), KdlValue::Flag(true), KdlValue::Flag(false)]);
    assert_eq!(found, expected.chain([KdlValue::Null]).collect::<Vec<_>>());
    assert!(matches!(values("n #nan")[..], [KdlValue::Float(number)] if number.is_nan()));
    for not_a_number in ["1a", "1.", ".5", "0x", "0xg", "1__e", "1e", "-1.e5", "0X1", "1_.", "5s"] {
        let source = format!("n {not_a_number}");
        let found = wrong(&source);
        assert_eq!(found, [(format!("`{not_a_number}` is not a number"), not_a_number)]);
    }
    for too_large in ["1".repeat(39), format!("0x{}", "f".repeat(32)), "1e400".into()] {
        let source = format!("n {too_large}");
        let found = wrong(&source).remove(0);
        assert!(found.0.starts_with("the number `") && found.0.ends_with("is too large"), "{found:?}");
    }
    assert_eq!(
        wrong("n #yes true"),
        [("`#yes` is not a value".into(), "#yes"), ("`true` is written with a `#`".into(), "true")]
    );
}

#[test]
fn text_in_quotes() {
    assert_eq!(
        values(r#"n "a\n\t\\\"\s\b\f\r" "\u{e9}\u{1F600}" "a \   b""#),
        [text("a\n\t\\\" \u{8}\u{c}\r"), text("é😀"), text("a b")]
    );
    assert_eq!(values("n \"a \\\n\n   b\" \"\\ \n\""), [text("a b"), text("")]);
    assert_eq!(values(r###"n #"a\"b"# ##"a"#b"## #""#"###), [text(r#"a\"b"#), text(r##"a"#b"##), text("")]);
    assert_eq!(values("n - -- +a .a ... é-x"), ["-", "--", "+a", ".a", "...", "é-x"].map(text));
}

#[test]
fn text_over_several_lines() {
    let source = "n \"\"\"\n    a\n      b\\n\"\"c\n\n  \t\n    \\sd \\\n      e\n    \"\"\" #\"\"\"\r\n\tx\\n\r\n\t\"\"\"#";
    assert_eq!(values(source), [text("a\n  b\n\"\"c\n\n\n d e"), text("x\\n")]);
    assert_eq!(values("n \"\"\"\n\"\"\""), [text("")]);
    let cases = [
        ("n \"\"\"a\n\"\"\"", "after `\"\"\"` the line ends", "\"\"\""),
        ("n #\"\"\"a\"\"\"#", "after `\"\"\"` the line ends", "#\"\"\""),
        ("n \"\"\"\na\"\"\"", "the closing `\"\"\"` stands on a line of its own", "\"\"\""),
        ("n \"\"\"\n  a\n b\n  \"\"\"", "the text over several lines is not laid out right", "b"),
        ("n \"\"\"\n\ta\n  \"\"\"", "the text over several lines is not laid out right", "a"),
        // What `\` takes away does not count as the space before a line, nor does `\s`.
        ("n \"\"\"\n\\s\\sa\n  \"\"\"", "the text over several lines is not laid out right", "\\s\\sa"),
    ];
    for (source, message, marked) in cases {
        assert_eq!(wrong(source), [(message.into(), marked)], "{source:?}");
    }
}

#[test]
fn escapes_that_do_not_exist_are_marked() {
    for escape in ["\\q", "\\/", "\\é", "\\u"] {
        let source = format!("n \"a {escape}b\"");
        assert!(wrong(&source)[0].0.starts_with("the text has an escape that"));
        assert_eq!(wrong(&source)[0].1, escape);
    }
    for code in ["", "d800", "110000", "0000041", "+41", "g"] {
        let found = wrong(&format!("n \"\\u{{{code}}}\"")).remove(0).0;
        assert_eq!(found, "the text has an escape that names no character", "{code}");
    }
}

#[test]
fn what_may_show_a_file_as_something_else_is_refused() {
    for source in
        ["n \"\u{202e}\"", "n /* \u{feff} */", "// \u{7f}", "n \\ // \0\n", "n #\"\u{2066}\"#", "a\u{200e}b"]
    {
        assert!(wrong(source)[0].0.starts_with("the character U+"), "{source:?}");
    }
}

#[test]
fn a_tree_with_its_places() {
    let source = "\u{feff}(t)a \"x\" k=(u)1 /- 2 \\ // goes on\n 3 { b; /- c { d }; e }\n/* /* */ */ f;;g /-{ h } { i }";
    let document = good(source);
    let at = |span: crate::diagnostic::Span| &source[span.start..span.end];
    let [a, f, g] = document.nodes() else { panic!("{document:?}") };
    assert_eq!(a.to_string(), "(t)a \"x\" k=(u)1 3 { … }");
    assert!(at(a.span()).starts_with("(t)a") && at(a.span()).ends_with("e }"));
    let places: Vec<&str> = a.entries().iter().map(|entry| at(entry.span())).collect();
    assert_eq!(places, ["\"x\"", "k=(u)1", "3"]);
    assert_eq!(at(a.name().span()), "a");
    let names = |node: &KdlNode| -> Vec<String> {
        node.children().map_or(&[][..], KdlDocument::nodes).iter().map(KdlNode::to_string).collect()
    };
    assert_eq!((names(a), at(f.span()), names(g)), (vec!["b".into(), "e".into()], "f", vec!["i".into()]));
    assert_eq!((a.argument(1), a.property("k")), (Some(&KdlValue::Integer(3)), Some(&KdlValue::Integer(1))));
}
