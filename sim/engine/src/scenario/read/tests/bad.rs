use super::*;

/// Each file in `bad/` holds several mistakes of one sort; all are reported, in order.
#[test]
#[expect(clippy::disallowed_methods, reason = "the files are this test's own")]
fn bad_files_are_explained() {
    insta::glob!("bad/*.kdl", |path| {
        let source = std::fs::read_to_string(path).unwrap();
        insta::assert_snapshot!(complaints(&source, &Setup::default()));
    });
}

/// Reads `source` and returns the messages only.
fn messages(source: &str) -> Vec<String> {
    read(source, &Setup::default()).err().unwrap_or_default().into_iter().map(|one| one.message).collect()
}

#[test]
fn limits_are_checked() {
    let cases = [
        (" ".repeat(limits::FILE_BYTES + 1), "a scenario has at most 256 KiB"),
        ("a {".repeat(40), "blocks stand in one another 33 deep"),
        (with_main(&"return\n".repeat(10_000)), "a scenario has at most 10000 statements"),
        (with_main(&format!("start {}", "\"a\" ".repeat(300))), "a statement has at most 256 values"),
        (with_main("repeat 1000001 { sleep \"1s\" }"), "a number from 0 to 1000000 rounds is expected"),
        (with_main("repeat 2000 { repeat 2000 { sleep \"1s\" } }"), "nested repeats make 4000000 rounds"),
        (with_process("main { }\nthread \"a\" count=200000 { }"), "a scenario has at most 200000 threads"),
        (
            with_main("open \"f\"\nwrite \"f\" \"r\" bytes=1099511627777"),
            "a number from 1 to 1099511627776 bytes",
        ),
        (
            with_main(&format!("print \"{}\"", "x".repeat(3000))),
            "a line of output has at most 2000 characters",
        ),
        (
            with_main(&format!("start \"{}\"", "x".repeat(65))),
            "`xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` cannot be the name",
        ),
        (with_main("print \"\\u{1b}[2J\""), "a line of output has a control character"),
    ];
    for (source, expected) in cases {
        let found = messages(&source);
        assert!(found.iter().any(|message| message.contains(expected)), "{expected}: {found:?}");
    }
    let processes: String = (0..65).map(|n| format!("process \"p{n}\" {{ main {{ }} }}\n")).collect();
    let found = messages(&format!("scenario \"t\" format=1 {{\ntitle \"T\"\n{processes}}}"));
    assert_eq!(found, ["a scenario has at most 64 processes"]);
}

#[test]
fn what_is_at_the_limit_is_fine() {
    let nested = format!("{}sleep \"1s\"\n{}", "try {\n".repeat(29), "}\n".repeat(29));
    read_good(&with_main(&nested));
    read_good(&with_main(&"return\n".repeat(9_996)));
    read_good(&with_process("main { }\nthread \"a\" count=199999 { }"));
    read_good(&with_main("repeat 1000 { repeat 1000 { sleep \"365d\" } }"));
}

#[test]
fn many_mistakes_are_cut_off() {
    let found = messages(&with_main(&"nonsense\n".repeat(100)));
    assert_eq!(found.len(), limits::DIAGNOSTICS + 1);
    assert_eq!(found.last().unwrap(), "there are 80 more mistakes");
}

#[test]
fn a_mistake_in_what_is_left_out_is_found_too() {
    let source = with_main("print \"a\"")
        .replace("process", "knob \"k\" default=#false\nwhen \"k\" { at \"x\" { } }\nprocess");
    assert_eq!(messages(&source), ["a time is expected, but found \"x\": a time begins with a number"]);
}
