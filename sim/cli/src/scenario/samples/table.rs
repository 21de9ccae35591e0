//! The outcomes as a table, most frequent first.

use closing_time_engine::show::{
    Paint, Role, count, number, pad_left, seconds, summary, summary_role, width, wrap,
};

use super::Samples;
use super::draw::Class;

/// More rows than this are for `--format json`.
const MOST_ROWS: usize = 20;

/// The table, then a command that replays one run of each kind.
pub(super) fn text(samples: &Samples<'_>, paint: &dyn Paint, columns: usize) -> String {
    let mut out = String::new();
    let first = samples.request.options.seed;
    let which = if samples.is_complete() {
        format!(", seeds {} to {}", first + 1, first + samples.asked)
    } else {
        format!(" of {} (partial: stopped by Ctrl-C)", number(samples.asked))
    };
    let (runs, kinds) = (count(samples.sampled, "run"), count(samples.classes.len() as u64, "outcome"));
    let title = format!("{runs}{which}: {kinds}");
    let name = paint.paint(Role::Heading, &samples.request.loaded.scenario.name);
    out.push_str(&format!("{name} · {title}\n\n"));
    let Some(widest_seed) = samples.classes.iter().map(|class| class.seed.to_string().len()).max() else {
        return out;
    };
    let counts = samples.classes.iter().map(|class| width(&number(class.count))).max().unwrap_or(0).max(5);
    let seeds = widest_seed.max(4);
    let margin = counts + 2 + 6 + 2 + seeds + 2;
    let head = format!(
        "{}  {}  {}  outcome",
        pad_left("count", counts),
        pad_left("share", 6),
        pad_left("seed", seeds)
    );
    out.push_str(&format!("{}\n", paint.paint(Role::Dim, &head)));
    for class in samples.classes.iter().take(MOST_ROWS) {
        let words = format!("{}{}", summary(&class.outcome), moments(class));
        let cells = format!(
            "{}  {}  {}",
            pad_left(&number(class.count), counts),
            pad_left(&share(class.count, samples.sampled), 6),
            paint.paint(Role::Time, &pad_left(&class.seed.to_string(), seeds)),
        );
        for (at, line) in wrap(&words, columns.saturating_sub(margin).max(20)).into_iter().enumerate() {
            let start = if at == 0 { format!("{cells}  ") } else { " ".repeat(margin) };
            out.push_str(&format!("{start}{}\n", paint.paint(summary_role(&class.outcome), &line)));
        }
    }
    let rest = samples.classes.get(MOST_ROWS..).unwrap_or_default();
    if !rest.is_empty() {
        let runs: u64 = rest.iter().map(|class| class.count).sum();
        let line = format!(
            "… {} with {}; --format json has all",
            count(rest.len() as u64, "more outcome"),
            count(runs, "run")
        );
        out.push_str(&format!("{}\n", paint.paint(Role::Dim, &line)));
    }
    out.push('\n');
    for (at, class) in samples.classes.iter().take(3).enumerate() {
        let head = paint.paint(Role::Heading, if at == 0 { "Replay" } else { "      " });
        let command = format!("cargo run -- {}", samples.command(class.seed));
        out.push_str(&format!("{head}  {}\n", paint.paint(Role::Command, &command)));
    }
    out
}

/// As in `12.3%`; what happened at least once is never 0%, and what did not always happen never 100%.
fn share(count: u64, of: u64) -> String {
    let tenths = (u128::from(count) * 1_000 + u128::from(of) / 2) / u128::from(of.max(1));
    match tenths {
        0 if count > 0 => "<0.1%".into(),
        1_000.. if count < of => ">99.9%".into(),
        _ => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

fn moments(class: &Class) -> String {
    let time = |us: u64| seconds(us, 3);
    match class.ended_us {
        None => String::new(),
        Some((shortest, longest)) if time(shortest) == time(longest) => {
            format!(" (after {})", time(shortest))
        }
        Some((shortest, longest)) => format!(" (after {} to {})", time(shortest), time(longest)),
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_never_rounded_into_a_lie() {
        assert_eq!(share(1, 3), "33.3%");
        assert_eq!(share(1, 1_000_000), "<0.1%");
        assert_eq!(share(999_999, 1_000_000), ">99.9%");
        assert_eq!(share(7, 7), "100.0%");
        assert_eq!(share(0, 0), "0.0%");
    }
}
