//! Text that nobody writes by hand. A test that never ends has failed.

use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::*;

/// Bytes of hostile text: enough to exhaust any stack, few enough for a build without optimisation.
const SIZE: usize = 32 * 1024;

/// Reads and renders; the result does not matter.
fn survive(source: &str) {
    if let Err(found) = read(source, &Setup::default()) {
        assert!(!found.is_empty());
        for one in &found {
            if let Some(span) = one.span {
                assert!(source.get(span.start..span.end).is_some(), "{span:?} in {source:?}");
            }
        }
        render(&found, "t.kdl", source, false);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may look at the clock; the engine has none")]
fn repeated_pieces_fill_a_file() {
    let pieces = [
        "{",
        "}",
        "(",
        ")",
        "\"",
        "'",
        "/*",
        "*/",
        "*",
        "\\",
        "/-",
        "/",
        "a;",
        "a\n",
        "a{",
        "a{}",
        "a{};",
        "{}",
        "{;}",
        "#",
        "#\"",
        "\"\"\"",
        "\"\"\"\n",
        "=",
        "a=",
        "a=1 ",
        " a",
        " 1",
        " \"x\"",
        "(a)",
        "(knob)",
        "(a)b;",
        "/-a;",
        "a /-",
        "a /-{",
        "/-{}",
        "\u{feff}",
        "é",
        "\n",
        "\r",
        ";",
        "\u{1}",
        "true ",
        "0x",
        "1e9",
        "\\\n",
        "a \\\n",
        "a \"\\",
        "a #true",
        "//",
        "[",
        "\u{2028}",
        "🙂",
        "scenario \"a\" format=1 {",
        "when \"a\" {",
        "a \"\"\"\n",
        "\0",
        "-",
        "+1",
        ".",
        "a )",
        "a a=\"b\"{b};",
    ];
    let started = Instant::now();
    for piece in pieces {
        survive(&piece.repeat(SIZE / piece.len()));
        let in_main = with_main(&piece.repeat(SIZE / piece.len()));
        survive(&in_main);
    }
    // Far from what it takes (a few seconds without optimisation), near enough to notice quadratic work.
    assert!(started.elapsed() < Duration::from_secs(120), "took {:?}", started.elapsed());
}

#[test]
fn small_and_odd_texts() {
    for source in [
        "",
        " ",
        "\n",
        "\u{feff}",
        "scenario",
        "scenario \"é",
        "é{",
        "scenario \"a\" format=1 { é",
        "/*é",
        "a \"\\u{",
        "a \"\\q\"é",
    ] {
        survive(source);
    }
}

/// Cuts, doubles, swaps and replaces pieces of good files.
#[test]
fn mutated_files_never_panic() {
    let alphabet: Vec<char> = "{}()\"'\\/*-#=;\n 019aé🙂\u{feff}\u{2028}\0".chars().collect();
    let words = [
        "when",
        "knob",
        "(knob)",
        "#true",
        "true",
        "\"\"\"",
        "/-",
        "/*",
        "*/",
        "repeat 3 {",
        "\"1s\"",
        "try {",
        "thread \"pdf\" {",
    ];
    let mut seeds: Vec<&str> = vec![TWO_LINES];
    seeds.extend(crate::scenario::catalogue::all().iter().map(|entry| entry.source));
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for round in 0..1500 {
        let mut text: Vec<char> = seeds[round % seeds.len()].chars().collect();
        for _ in 0..random.random_range(1..6) {
            let at = random.random_range(0..=text.len());
            let to = random.random_range(at..=text.len().min(at + 40));
            match random.random_range(0..5) {
                0 => drop(text.drain(at..to)),
                1 => {
                    let piece: Vec<char> = text[at..to].to_vec();
                    text.splice(at..at, piece);
                }
                2 => text.insert(at, alphabet[random.random_range(0..alphabet.len())]),
                3 if at < text.len() => text[at] = alphabet[random.random_range(0..alphabet.len())],
                _ => {
                    let word = words[random.random_range(0..words.len())];
                    text.splice(at..at, word.chars());
                }
            }
        }
        survive(&text.into_iter().collect::<String>());
    }
}
