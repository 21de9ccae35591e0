//! Numbers in words: times, sizes, plurals.

/// Seconds with a fixed number of decimals, so that a column of them lines up.
pub fn seconds(us: u64, decimals: usize) -> String {
    let (whole, rest) = (us / 1_000_000, us % 1_000_000);
    match decimals {
        0..=3 => format!("{whole}.{:03}s", rest / 1_000),
        _ => format!("{whole}.{rest:06}s"),
    }
}

/// How many decimals [`seconds`] needs to tell these moments apart: milliseconds if that is exact.
pub(super) fn decimals(moments: impl IntoIterator<Item = u64>) -> usize {
    if moments.into_iter().all(|us| us % 1_000 == 0) { 3 } else { 6 }
}

/// A span of time inside a sentence: `3.500s`, and from ten minutes on `2h 30m`.
pub(crate) fn span(us: u64) -> String {
    if us < 600_000_000 { seconds(us, decimals([us])) } else { short(us) }
}

/// The shortest exact form: `0s`, `250µs`, `1.5ms`, `2s`, `1m 30s`, `2d`.
pub fn short(us: u64) -> String {
    match us {
        0 => "0s".to_owned(),
        1..1_000 => format!("{us}µs"),
        1_000..1_000_000 => format!("{}ms", trimmed(us, 1_000)),
        1_000_000..60_000_000 => format!("{}s", trimmed(us, 1_000_000)),
        _ => {
            let units = [("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000)];
            let mut rest = us;
            let mut parts = Vec::new();
            for (unit, size) in units {
                if rest >= size {
                    parts.push(format!("{}{unit}", rest / size));
                    rest %= size;
                }
            }
            if rest > 0 {
                parts.push(format!("{}s", trimmed(rest, 1_000_000)));
            }
            parts.join(" ")
        }
    }
}

/// `value / unit` (a power of ten) as a decimal number without superfluous zeros.
fn trimmed(value: u64, unit: u64) -> String {
    let rest = value % unit;
    if rest == 0 {
        return (value / unit).to_string();
    }
    let decimals = unit.ilog10() as usize;
    format!("{}.{:0decimals$}", value / unit, rest).trim_end_matches('0').to_owned()
}

/// A whole number with thousands separated: `12,345`.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const UNITS: [(&str, u64); 5] =
    [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// `value` in a unit, if one decimal is enough to say it exactly.
fn in_unit(value: u64, unit: u64) -> Option<String> {
    let tenths = u128::from(value) * 10;
    if !tenths.is_multiple_of(u128::from(unit)) {
        return None;
    }
    let tenths = tenths / u128::from(unit);
    let whole = number(u64::try_from(tenths / 10).unwrap_or(u64::MAX));
    Some(if tenths.is_multiple_of(10) { whole } else { format!("{whole}.{}", tenths % 10) })
}

/// Bytes in the largest unit that is exact: `8 KiB`, `1.5 MiB`, `1,000 B`.
pub fn bytes(value: u64) -> String {
    let exact = |&(name, unit): &(&str, u64)| {
        (value >= unit).then(|| in_unit(value, unit)).flatten().map(|n| format!("{n} {name}"))
    };
    UNITS.iter().find_map(exact).unwrap_or_else(|| "0 B".to_owned())
}

/// A part of a whole in one unit: `8 of 20 KiB`.
pub(crate) fn bytes_of(part: u64, whole: u64) -> String {
    let exact = |&(name, unit): &(&str, u64)| {
        if whole < unit {
            return None;
        }
        Some(format!("{} of {} {name}", in_unit(part, unit)?, in_unit(whole, unit)?))
    };
    UNITS.iter().find_map(exact).unwrap_or_else(|| format!("{} of {} B", number(part), number(whole)))
}

/// The number with the noun in its right form: `1 page`, `2 pages`.
pub fn count(value: u64, noun: &str) -> String {
    if value == 1 { format!("1 {noun}") } else { format!("{} {}", number(value), plural(noun)) }
}

/// The regular English plural.
pub(super) fn plural(noun: &str) -> String {
    let before_last = noun.chars().rev().nth(1);
    if ["s", "x", "z", "ch", "sh"].iter().any(|end| noun.ends_with(end)) {
        format!("{noun}es")
    } else if noun.ends_with('y') && before_last.is_some_and(|letter| !"aeiou".contains(letter)) {
        format!("{}ies", &noun[..noun.len() - 1])
    } else {
        format!("{noun}s")
    }
}

/// `cpython-3.13` as a reader would write it: `cpython 3.13`.
pub(crate) fn runtime(name: &str) -> String {
    match name.rsplit_once('-') {
        Some((family, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{family} {version}")
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(seconds(3_500_000, 3), "3.500s");
        assert_eq!(seconds(1, 6), "0.000001s");
        assert_eq!(decimals([1_000, 2_500]), 6);
        assert_eq!(
            [0, 250, 1_500, 2_000_000, 90_000_000, 172_800_000_000].map(short),
            ["0s", "250µs", "1.5ms", "2s", "1m 30s", "2d"]
        );
        assert_eq!(span(9_000_000_000), "2h 30m");
        assert!(!short(u64::MAX).is_empty());
    }

    #[test]
    fn sizes() {
        assert_eq!(
            [0, 1, 1_000, 8_192, 1_536, 1 << 40, 1_025].map(bytes),
            ["0 B", "1 B", "1,000 B", "8 KiB", "1.5 KiB", "1 TiB", "1,025 B"]
        );
        assert_eq!(bytes_of(8_192, 20_480), "8 of 20 KiB");
        assert_eq!(bytes_of(0, 20_480), "0 of 20 KiB");
        assert_eq!(bytes_of(1_000, 20_480), "1,000 of 20,480 B");
        assert_eq!(bytes_of(0, 0), "0 of 0 B");
        assert!(bytes(u64::MAX).ends_with(" B"));
    }

    #[test]
    fn nouns() {
        assert_eq!(["page", "entry", "batch", "day"].map(plural), ["pages", "entries", "batches", "days"]);
        assert_eq!(count(1, "page"), "1 page");
        assert_eq!(count(0, "page"), "0 pages");
        assert_eq!(plural(""), "s");
    }

    #[test]
    fn runtimes() {
        assert_eq!(runtime("cpython-3.13"), "cpython 3.13");
        assert_eq!(runtime("start-stop-daemon"), "start-stop-daemon");
    }
}
