//! Times as they are written: `250us`, `1.5s`, `1s..3s`.

use super::TimeRange;

/// The longest time: 365 days, in µs.
pub const LONGEST_US: u64 = 365 * 86_400 * 1_000_000;

/// The units, longest first, in µs.
const UNITS: [(&str, u64); 6] = [
    ("d", 86_400_000_000),
    ("h", 3_600_000_000),
    ("m", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1_000),
    ("us", 1),
];

/// Reads a time such as `2s`, or a range such as `1s..3s`.
///
/// # Errors
/// A sentence without a full stop that says what is wrong with the text.
pub fn parse_time(text: impl AsRef<str>) -> Result<TimeRange, String> {
    let text = text.as_ref().trim();
    match text.split_once("..") {
        None => parse_moment(text).map(TimeRange::fixed),
        Some((from, to)) => {
            let range = TimeRange { min_us: parse_moment(from)?, max_us: parse_moment(to)? };
            if range.min_us > range.max_us {
                return Err(format!("the range runs backwards: {from} is longer than {to}"));
            }
            Ok(range)
        }
    }
}

/// Reads one time, µs; a range is an error.
///
/// # Errors
/// As [`parse_time`].
pub fn parse_moment(text: &str) -> Result<u64, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("a time is missing".into());
    }
    if text.contains("..") {
        return Err("one time is expected here, not a range".into());
    }
    if let Some(rest) = text.strip_prefix('-') {
        return Err(if rest.starts_with(|c: char| c.is_ascii_digit()) {
            "a time cannot be negative".into()
        } else {
            "a time begins with a number".into()
        });
    }
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    if number.is_empty() {
        return Err("a time begins with a number".into());
    }
    if unit.is_empty() {
        return Err("the unit is missing".into());
    }
    let Some(&(_, scale)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(bad_unit(unit));
    };
    let us = scaled(number, scale)?;
    if us > u128::from(LONGEST_US) {
        return Err("a time is at most 365 days".into());
    }
    Ok(us as u64)
}

/// `number` (digits, perhaps with a point) times `scale`, exactly.
fn scaled(number: &str, scale: u64) -> Result<u128, String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.contains('.') {
        return Err("the number is not complete: write 1.5s or 0.5s".into());
    }
    let digits = whole.trim_start_matches('0');
    if digits.len() > 18 {
        return Err("a time is at most 365 days".into());
    }
    let whole: u128 = digits.parse().unwrap_or(0);
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 12 {
        return Err("a time is a whole number of microseconds".into());
    }
    let divisor = 10u128.pow(fraction.len() as u32);
    let part = fraction.parse::<u128>().unwrap_or(0) * u128::from(scale);
    if !part.is_multiple_of(divisor) {
        return Err("a time is a whole number of microseconds".into());
    }
    Ok(whole * u128::from(scale) + part / divisor)
}

fn bad_unit(unit: &str) -> String {
    const OFTEN: [(&str, &[&str]); 6] = [
        ("us", &["µs", "μs", "usec", "micros", "microseconds"]),
        ("ms", &["msec", "millis", "milliseconds", "MS"]),
        ("s", &["sec", "secs", "second", "seconds", "S"]),
        ("m", &["min", "mins", "minute", "minutes", "M"]),
        ("h", &["hr", "hrs", "hour", "hours", "H"]),
        ("d", &["day", "days", "D"]),
    ];
    if unit.starts_with(char::is_whitespace) {
        return "there must be no space between the number and its unit".into();
    }
    match OFTEN.iter().find(|(_, names)| names.contains(&unit)) {
        Some((right, _)) => format!("the unit is written `{right}`"),
        None => {
            let shown: String = unit.chars().filter(|c| !c.is_control()).take(12).collect();
            format!("`{shown}` is not a unit")
        }
    }
}

/// A time in the largest unit that shows it exactly: `2s`, `1.5s`, `250us`, `100ms`, `5m`.
pub fn format_time(us: u64) -> String {
    if us == 0 {
        return "0s".into();
    }
    // Minutes and longer only when they come out even; 90s reads better than 1.5m.
    for (unit, scale) in &UNITS[..3] {
        if us.is_multiple_of(*scale) {
            return format!("{}{unit}", us / scale);
        }
    }
    let (unit, scale) = match us {
        1_000_000.. => ("s", 1_000_000),
        1_000.. => ("ms", 1_000),
        _ => ("us", 1),
    };
    let (whole, rest) = (us / scale, us % scale);
    if rest == 0 {
        return format!("{whole}{unit}");
    }
    let width = scale.ilog10() as usize;
    let fraction = format!("{rest:0width$}");
    format!("{whole}.{}{unit}", fraction.trim_end_matches('0'))
}

/// A time or range as it would be written in a scenario.
pub fn format_range(time: TimeRange) -> String {
    if time.min_us == time.max_us {
        format_time(time.min_us)
    } else {
        format!("{}..{}", format_time(time.min_us), format_time(time.max_us))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_unit_exactly() {
        let cases = [
            ("250us", 250),
            ("100ms", 100_000),
            ("2s", 2_000_000),
            ("1.5s", 1_500_000),
            ("0.000001s", 1),
            ("5m", 300_000_000),
            ("2h", 7_200_000_000),
            ("1d", 86_400_000_000),
            ("365d", LONGEST_US),
            ("0s", 0),
        ];
        for (text, us) in cases {
            assert_eq!(parse_time(text), Ok(TimeRange::fixed(us)), "{text}");
        }
        assert_eq!(parse_time("1s..3s"), Ok(TimeRange { min_us: 1_000_000, max_us: 3_000_000 }));
    }

    #[test]
    fn refuses_everything_else_with_a_reason() {
        let cases = [
            ("", "a time is missing"),
            ("2", "the unit is missing"),
            ("s", "a time begins with a number"),
            ("-1s", "a time cannot be negative"),
            ("-s", "a time begins with a number"),
            ("NaN", "a time begins with a number"),
            ("inf", "a time begins with a number"),
            ("10^30 s", "`^30 s` is not a unit"),
            ("1e3s", "`e3s` is not a unit"),
            ("2 s", "there must be no space between the number and its unit"),
            ("2sec", "the unit is written `s`"),
            ("5µs", "the unit is written `us`"),
            ("1.s", "the number is not complete: write 1.5s or 0.5s"),
            (".5s", "the number is not complete: write 1.5s or 0.5s"),
            ("1.2.3s", "the number is not complete: write 1.5s or 0.5s"),
            ("1.5us", "a time is a whole number of microseconds"),
            ("0.0000000000000000000000001s", "a time is a whole number of microseconds"),
            ("366d", "a time is at most 365 days"),
            ("99999999999999999999999999999999999s", "a time is at most 365 days"),
            ("3s..1s", "the range runs backwards: 3s is longer than 1s"),
            ("1s..", "a time is missing"),
            ("1s..2s..3s", "one time is expected here, not a range"),
        ];
        for (text, reason) in cases {
            assert_eq!(parse_time(text), Err(reason.to_owned()), "{text}");
        }
    }

    #[test]
    fn writes_what_it_can_read_again() {
        let cases = [
            (0, "0s"),
            (1, "1us"),
            (250, "250us"),
            (1_500, "1.5ms"),
            (100_000, "100ms"),
            (1_500_000, "1.5s"),
            (2_000_000, "2s"),
            (90_000_000, "90s"),
            (1_000_001, "1.000001s"),
            (300_000_000, "5m"),
            (LONGEST_US, "365d"),
        ];
        for (us, text) in cases {
            assert_eq!(format_time(us), text);
            assert_eq!(parse_moment(text), Ok(us));
        }
    }
}
