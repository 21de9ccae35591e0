//! Moments as one would write them.

use closing_time_engine::scenario::{LONGEST_US, format_time};

/// The roundest moment of a stretch, near its middle, as `--signal NAME@…` takes it.
pub(super) fn round(from_us: u64, to_us: Option<u64>) -> String {
    let to_us = to_us.unwrap_or_else(|| from_us.saturating_add(1_000_000).min(LONGEST_US)).max(from_us);
    // Away from the ends: there something else happens at the same time.
    let margin = (to_us - from_us) / 8;
    let (first, last, middle) = (from_us + margin, to_us - margin, from_us + (to_us - from_us) / 2);
    let steps = (0..=12).rev().map(|power| 10_u64.pow(power)).flat_map(|ten| [ten, ten / 2]);
    let nearest = |step: u64| {
        let below = middle / step * step;
        [below, below.saturating_add(step)].into_iter().find(|us| (first..=last).contains(us))
    };
    let moment = steps.filter(|step| *step > 0).find_map(nearest).unwrap_or(middle);
    format_time(moment)
}

/// The first moment of a stretch: `1s`, or `after 1s` for the microsecond that follows.
pub(super) fn from(us: u64) -> String {
    shorter(format_time(us), us.checked_sub(1).map(|before| format!("after {}", format_time(before))))
}

/// The last one: `2s`, or `before 2s`; `for ever`.
pub(super) fn to(us: Option<u64>) -> String {
    let Some(us) = us else { return "for ever".into() };
    shorter(format_time(us), us.checked_add(1).map(|after| format!("before {}", format_time(after))))
}

fn shorter(exact: String, beside: Option<String>) -> String {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    match beside {
        Some(beside) if digits(&beside) + 1 < digits(&exact) => beside,
        _ => exact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_to_type_is_round_and_lies_inside() {
        assert_eq!(round(1_000_001, Some(1_999_999)), "1.5s");
        assert_eq!(round(0, Some(3_500_000)), "1s");
        assert_eq!(round(1_000_001, Some(3_999_999)), "2s");
        assert_eq!(round(2_000_000, Some(2_000_000)), "2s");
        assert_eq!(round(17, Some(17)), "17us");
        assert_eq!(round(3_500_001, None), "4s");
    }

    #[test]
    fn an_end_is_said_with_fewer_digits() {
        assert_eq!((from(1_000_001), to(Some(1_999_999))), ("after 1s".into(), "before 2s".into()));
        assert_eq!((from(0), to(Some(2_000_000))), ("0s".into(), "2s".into()));
        assert_eq!((from(1), to(None)), ("1us".into(), "for ever".into()));
        assert_eq!(from(1_004_321), "1.004321s");
    }
}
