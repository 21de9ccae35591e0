//! What a word without quotes means.

use super::KdlValue;
use crate::scenario::{clip::clip, near, parse_time};

/// Words that KDL 2 wants a `#` before.
const RESERVED: [&str; 6] = ["true", "false", "null", "inf", "-inf", "nan"];
/// Characters of a number at most; the widest whole number has 39 digits.
const NUMBER_CHARS: usize = 38;

/// Whether a word may be a name: not a number, not a keyword, not `true`.
pub(super) fn is_plain(word: &str) -> bool {
    !word.starts_with('#') && !begins_number(word) && !RESERVED.contains(&word)
}

/// The value that a word is; else what is wrong with it, and what to do about it.
pub(super) fn value(word: &str) -> Result<KdlValue, (String, String)> {
    if RESERVED.contains(&word) {
        return Err((format!("`{word}` is written with a `#`"), format!("write `#{word}`")));
    }
    if word.starts_with('#') {
        let help = || near::suggest(word, ["#true", "#false"]);
        return keyword(word).ok_or_else(|| (format!("`{}` is not a value", clip(word)), help()));
    }
    if !begins_number(word) {
        return Ok(KdlValue::Text(word.to_owned()));
    }
    match number(word) {
        Some(Some(number)) => Ok(number),
        Some(None) => {
            let help = format!("a number has at most {NUMBER_CHARS} characters");
            Err((format!("the number `{}` is too large", clip(word)), help))
        }
        None => {
            let what = if parse_time(word).is_ok() { "a time" } else { "text" };
            let help = format!("{what} stands in quotes: \"{}\"", clip(word));
            Err((format!("`{}` is not a number", clip(word)), help))
        }
    }
}

fn keyword(word: &str) -> Option<KdlValue> {
    Some(match word {
        "#true" => KdlValue::Flag(true),
        "#false" => KdlValue::Flag(false),
        "#null" => KdlValue::Null,
        "#inf" => KdlValue::Float(f64::INFINITY),
        "#-inf" => KdlValue::Float(f64::NEG_INFINITY),
        "#nan" => KdlValue::Float(f64::NAN),
        _ => return None,
    })
}

/// Whether KDL takes a word for a number because of how it begins.
fn begins_number(word: &str) -> bool {
    let bare = word.strip_prefix(['+', '-']).unwrap_or(word);
    let bare = bare.strip_prefix('.').unwrap_or(bare);
    bare.starts_with(|c: char| c.is_ascii_digit())
}

/// A number as KDL writes it; `Some(None)` if it is too large.
fn number(word: &str) -> Option<Option<KdlValue>> {
    let bare = word.strip_prefix(['+', '-']).unwrap_or(word);
    let sign = if word.starts_with('-') { "-" } else { "" };
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = bare.strip_prefix(prefix) {
            return are_digits(digits, radix).then(|| integer(sign, digits, radix));
        }
    }
    let (mantissa, exponent) = match bare.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (bare, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let parts = [Some(whole), fraction, exponent];
    if !parts.into_iter().flatten().all(|digits| are_digits(digits, 10)) {
        return None;
    }
    if fraction.is_none() && exponent.is_none() {
        return Some(integer(sign, bare, 10));
    }
    let fits = word.len() <= NUMBER_CHARS;
    let float = fits.then(|| word.replace('_', "").parse::<f64>().ok()).flatten();
    Some(float.filter(|number| number.is_finite()).map(KdlValue::Float))
}

fn integer(sign: &str, digits: &str, radix: u32) -> Option<KdlValue> {
    let text = format!("{sign}{}", digits.replace('_', ""));
    let fits = radix != 10 || text.len() <= NUMBER_CHARS;
    fits.then(|| i128::from_str_radix(&text, radix).ok()).flatten().map(KdlValue::Integer)
}

/// At least one digit, and `_` only after it.
fn are_digits(text: &str, radix: u32) -> bool {
    text.starts_with(|c: char| c.is_digit(radix)) && text.chars().all(|c| c.is_digit(radix) || c == '_')
}
