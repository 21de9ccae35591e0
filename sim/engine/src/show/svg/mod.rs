//! The lanes as a figure for a page: self-contained, readable in light and dark, and in words.
//!
//! The SVG has no blank line and no XML prologue, so that it can stand in Markdown as it is.

mod describe;
mod marks;
mod style;

use crate::trace::{Doing, Fate, Lane, Trace};

use super::lanes::{self, Row};
use super::layout::{clean, fit, width};
use super::moments::{end_of_axis, ticks};
use super::outcome::ending_words;
use super::paint::Role;
use super::wording::{runtime, short};
use describe::escape;

/// More lanes than this do not fit a page; the middle is left out.
const MOST_LANES: usize = 24;

/// Units of the view box; text of 12 units is read at its natural size when the figure is about 800 pixels wide.
const WIDTH: f64 = 820.0;
const PAD: f64 = 14.0;
const LANE: f64 = 32.0;
const BAR: f64 = 18.0;
const GROUP: f64 = 24.0;
/// Threads stand in from the name of their process.
const INDENT: f64 = 10.0;
/// Names are 13 units high and bold, which makes them as wide as this.
const NAME: f64 = 14.6;
const LINE: f64 = 17.0;

/// The figure as one `<svg>` element with a newline at the end. Its ids derive from scenario, runtime, arguments,
/// seed and schedule, so figures of different runs can share a page.
pub fn svg(trace: &Trace) -> String {
    svg_with_id(trace, &describe::id(trace))
}

/// As [`svg`], with ids that begin with `id`: for a page that shows the same run twice. Characters other than
/// letters, digits, `-` and `_` are dropped from it.
pub fn svg_with_id(trace: &Trace, id: &str) -> String {
    let id: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let rows = lanes::rows(trace, MOST_LANES);
    let indent = if matches!(rows.first(), Some(Row::Process(_))) { INDENT } else { 0.0 };
    let names = rows.iter().map(|row| match row {
        Row::Process(name) => text_width(&clean(name), NAME) + text_width(" process", 11.0),
        Row::Thread(_, lane) => indent + text_width(&clean(&lane.thread), NAME) + flag_width(lane),
        Row::More(_) => 0.0,
    });
    let left = PAD + names.fold(40.0, f64::max).min(220.0) + 12.0;
    let fates = rows.iter().filter_map(|row| match row {
        Row::Thread(_, lane) => Some(text_width(lanes::fate(trace, lane).0, 12.0)),
        _ => None,
    });
    let right = WIDTH - PAD - fates.fold(40.0, f64::max) - 18.0;
    Figure { trace, id, end: end_of_axis(trace), left, right, out: String::new() }.draw(&rows)
}

/// Columns of text to units, for a size of 1; rather too wide than too narrow.
const EM: f64 = 0.58;

/// The room for the word behind the name of a daemon.
fn flag_width(lane: &Lane) -> f64 {
    if lane.daemon { text_width(" daemon", 11.0) } else { 0.0 }
}

/// About how wide a text is, in units; rather too much than too little.
fn text_width(text: &str, size: f64) -> f64 {
    width(text) as f64 * size * EM
}

/// The longest beginning of a text that fits into so many units; empty if it would say nothing.
fn fit_units(text: &str, size: f64, units: f64) -> String {
    let columns = (units / (size * EM)).floor().max(0.0) as usize;
    let short = fit(text, columns);
    if width(text) > columns && columns < 7 { String::new() } else { short }
}

fn class(role: Role) -> &'static str {
    match role {
        Role::Good => "ct-good",
        Role::Bad => "ct-bad",
        Role::Warn => "ct-warn",
        _ => "ct-muted",
    }
}

/// The class of a bar, of the text on it, and what the legend says.
fn look(doing: Doing) -> (&'static str, &'static str, &'static str) {
    match doing {
        Doing::Work => ("ct-work", "ct-on-work", "works"),
        Doing::Sleep => ("ct-sleep", "", "sleeps"),
        Doing::Wait => ("ct-wait", "ct-halo", "waits"),
        Doing::Shutdown => ("ct-shutdown", "ct-on-shutdown", "shuts down"),
        Doing::Handler => ("ct-handler", "ct-on-handler", "handler"),
    }
}

struct Figure<'a> {
    trace: &'a Trace,
    id: String,
    /// The last moment, µs.
    end: u64,
    /// The bars stand between these.
    left: f64,
    right: f64,
    out: String,
}

impl Figure<'_> {
    fn draw(mut self, rows: &[Row<'_>]) -> String {
        let mut y = self.head();
        let marks = marks::place(self.trace, |us| self.x(us));
        let mark_rows = marks.iter().map(|mark| mark.row + 1).max().unwrap_or(0);
        let top = y + mark_rows as f64 * LINE + if mark_rows > 0 { 4.0 } else { 0.0 };
        let height = |row: &Row<'_>| if matches!(row, Row::Process(_)) { GROUP } else { LANE };
        let bottom = top + rows.iter().map(height).sum::<f64>() + 2.0;

        self.grid(top, bottom);
        for mark in &marks {
            let hard = if mark.hard { " ct-mark-hard" } else { "" };
            let from = y + mark.row as f64 * LINE + 3.0;
            self.push(&format!(
                r#"<path class="ct-mark{hard}" d="M{x:.1} {from:.1}V{bottom:.1}"/>"#,
                x = mark.x
            ));
        }
        let marks_at = y;
        let indent = if matches!(rows.first(), Some(Row::Process(_))) { INDENT } else { 0.0 };
        y = top;
        for row in rows {
            match row {
                Row::Process(name) => self.push(&format!(
                    r#"<text class="ct-name" x="{PAD}" y="{:.1}">{} <tspan class="ct-small ct-muted">process</tspan></text>"#,
                    y + 16.0,
                    escape(&fit(&clean(name), 24))
                )),
                Row::More(threads) => {
                    self.label(PAD, y + 20.0, "ct-muted", &lanes::more_words(*threads));
                }
                Row::Thread(index, lane) => self.lane(*index, lane, y, indent),
            }
            y += height(row);
        }
        // Labels come last: a halo in the colour of the page keeps lines from striking them through.
        for mark in &marks {
            let y = marks_at + mark.row as f64 * LINE + 11.0;
            let role = if mark.hard { "ct-bad" } else { "" };
            let (x, anchor) = if mark.to_left { (mark.x - 5.0, "end") } else { (mark.x + 5.0, "start") };
            let text = escape(&mark.text);
            let title = escape(&mark.title);
            self.push(&format!(
                r#"<text class="ct-halo {role}" x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{text}<title>{title}</title></text>"#
            ));
        }
        let end = self.legend(rows, bottom + 40.0);
        self.wrap(end)
    }

    /// The element around it all, now that its height is known.
    fn wrap(self, height: f64) -> String {
        let Figure { trace, id, end, out, .. } = self;
        let title = escape(&format!("{}: {}", trace.scenario, trace.title));
        let description = escape(&describe::description(trace, end));
        let style = style::sheet();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ct-trace\" id=\"{id}\" viewBox=\"0 0 {WIDTH} {height:.0}\" \
             width=\"{WIDTH}\" height=\"{height:.0}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{description}</desc>\n\
             <style>\n{style}</style>\n\
             <defs><pattern id=\"{id}-hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\">\
             <path class=\"ct-hatch\" d=\"M-1 1L1 -1M0 7L7 0M6 8L8 6\"/></pattern></defs>\n\
             <rect class=\"ct-page\" width=\"{WIDTH}\" height=\"{height:.0}\" rx=\"6\"/>\n{out}</svg>\n"
        )
    }

    fn push(&mut self, element: &str) {
        self.out.push_str(element);
        self.out.push('\n');
    }

    fn label(&mut self, x: f64, y: f64, class: &str, text: &str) {
        self.push(&format!(r#"<text class="{class}" x="{x:.1}" y="{y:.1}">{}</text>"#, escape(text)));
    }

    /// Name, runtime, arguments and ending; returns the y below them.
    fn head(&mut self) -> f64 {
        let trace = self.trace;
        let ending = ending_words(trace);
        let ending_width = text_width(&ending, 13.0);
        let name = clean(&trace.scenario);
        let name_units = WIDTH - 2.0 * PAD - ending_width - 20.0;
        let runtime = format!(" · {}", clean(&runtime(&trace.runtime)));
        let runtime_units = text_width(&runtime, 14.0);
        let shown = fit_units(&name, 14.6, name_units - runtime_units);
        self.push(&format!(
            r#"<text class="ct-head" x="{PAD}" y="27">{}<tspan class="ct-muted">{}</tspan></text>"#,
            escape(&shown),
            escape(&runtime)
        ));
        let role = super::outcome::outcome_lines(trace)[0].role;
        self.push(&format!(
            r#"<text class="{}" x="{:.1}" y="27" text-anchor="end">{}</text>"#,
            class(role),
            WIDTH - PAD,
            escape(&ending)
        ));
        let mut with: Vec<String> = trace.arguments.iter().map(|argument| clean(argument)).collect();
        if trace.seed != 0 {
            with.push(format!("--seed {}", trace.seed));
        }
        if with.is_empty() {
            return 42.0;
        }
        self.label(PAD, 44.0, "ct-muted", &fit_units(&with.join(" "), 12.0, WIDTH - 2.0 * PAD));
        58.0
    }

    fn x(&self, us: u64) -> f64 {
        self.left + (self.right - self.left) * (us as f64 / self.end as f64).min(1.0)
    }

    fn grid(&mut self, top: f64, bottom: f64) {
        let most = ((self.right - self.left) / 64.0) as usize;
        for tick in ticks(self.end, most) {
            let x = self.x(tick);
            self.push(&format!(r#"<path class="ct-grid" d="M{x:.1} {top:.1}V{:.1}"/>"#, bottom + 4.0));
            self.push(&format!(
                r#"<text class="ct-small ct-muted" x="{x:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
                bottom + 17.0,
                short(tick)
            ));
        }
    }

    fn lane(&mut self, index: usize, lane: &Lane, y: f64, indent: f64) {
        let middle = y + LANE / 2.0;
        let flag = if lane.daemon { r#" <tspan class="ct-small ct-muted">daemon</tspan>"# } else { "" };
        let room = self.left - PAD - indent - flag_width(lane) - 8.0;
        let name = clean(&lane.thread);
        let shown = escape(&fit(&name, ((room / (NAME * EM)) as usize).max(3)));
        self.push(&format!(
            r#"<text class="ct-name" x="{:.1}" y="{:.1}">{shown}{flag}<title>{}</title></text>"#,
            PAD + indent,
            middle + 4.5,
            escape(&lanes::label(lane))
        ));
        let (fate, role) = lanes::fate(self.trace, lane);
        self.label(self.right + 14.0, middle + 4.5, class(role), fate);
        let Some((from, to)) = lanes::extent(lane, self.end) else { return };
        let (x0, x1) = (self.x(from), self.x(to));
        let idle_end = (x1 - 1.5).max(x0);
        self.push(&format!(r#"<path class="ct-idle" d="M{x0:.1} {middle:.1}H{idle_end:.1}"/>"#));
        self.bars(index, middle);
        let daemon = if lane.daemon { " ct-daemon" } else { "" };
        self.push(&format!(
            r#"<rect class="ct-life{daemon}" x="{:.1}" y="{:.1}" width="{:.1}" height="{:.1}" rx="4"/>"#,
            x0 - 2.5,
            middle - BAR / 2.0 - 3.0,
            (x1 - x0).max(1.0) + 5.0,
            BAR + 6.0
        ));
        match lane.fate {
            Fate::CutOff => {
                let cross = format!("M{:.1} {:.1}l10 10m0 -10l-10 10", x1 - 5.0, middle - 5.0);
                self.push(&format!(
                    r#"<g><title>{} is cut off at {}</title><path class="ct-cut-halo" d="{cross}"/><path class="ct-cut" d="{cross}"/></g>"#,
                    escape(&name),
                    short(to)
                ));
            }
            Fate::Alive => {
                let (x, y) = (x1 + 4.5, middle);
                self.push(&format!(r#"<path class="ct-on" d="M{x:.1} {:.1}l7 5l-7 5z"/>"#, y - 5.0));
            }
            Fate::Finished | Fate::Raised | Fate::NeverStarted => {}
        }
    }

    fn bars(&mut self, index: usize, middle: f64) {
        let y = middle - BAR / 2.0;
        let (trace, end) = (self.trace, self.end);
        // Where the last bar ended. What would lie within one unit of it is not drawn: nobody could see it, and a
        // run of a million rounds would be a figure of as many bars.
        let mut drawn = f64::NEG_INFINITY;
        for (from, to, span) in lanes::spans(trace, index, end) {
            let (x0, x1) = (self.x(from), self.x(to));
            let hidden = x1 < drawn + 1.0 && !span.cut;
            if hidden {
                continue;
            }
            let units = (x1 - x0 - 1.0).max(0.6);
            drawn = x0 + units;
            let (bar, on, _) = look(span.doing);
            let place = format!(r#"x="{x0:.1}" y="{y:.1}" width="{units:.1}" height="{BAR}" rx="2""#);
            // The hatch has holes: something must keep the line of life from showing through.
            let (ground, fill) = match span.doing {
                Doing::Wait => (
                    format!(r#"<rect class="ct-page" {place}/>"#),
                    format!(" fill=\"url(#{}-hatch)\"", self.id),
                ),
                _ => (String::new(), String::new()),
            };
            let label = clean(&span.label);
            let cut = if span.cut { ", cut off" } else { "" };
            let title = format!("{label}: {} to {}{cut}", short(from), short(to));
            let rect = format!(r#"{ground}<rect class="{bar}"{fill} {place}/>"#);
            // The cross of a cut needs its own room at the end.
            let inside = units - if span.cut { 18.0 } else { 8.0 };
            let words = fit_units(&label, 11.0, inside);
            let words = if words.is_empty() {
                String::new()
            } else {
                format!(
                    r#"<text class="ct-small {on}" x="{:.1}" y="{:.1}">{}</text>"#,
                    x0 + 5.0,
                    middle + 4.0,
                    escape(&words)
                )
            };
            self.push(&format!("<g><title>{}</title>{rect}{words}</g>", escape(&title)));
        }
    }

    /// The signs that occur, with their meaning; returns the y below them.
    fn legend(&mut self, rows: &[Row<'_>], y: f64) -> f64 {
        let shown: Vec<(usize, &Lane)> = rows
            .iter()
            .filter_map(|row| match row {
                Row::Thread(index, lane) => Some((*index, *lane)),
                _ => None,
            })
            .collect();
        let mut x = PAD;
        let middle = y - 4.0;
        for doing in [Doing::Work, Doing::Sleep, Doing::Wait, Doing::Shutdown, Doing::Handler] {
            let here = |span: &crate::trace::Activity| {
                span.doing == doing && shown.iter().any(|(index, _)| *index == span.lane)
            };
            if !self.trace.spans.iter().any(here) {
                continue;
            }
            let (bar, _, meaning) = look(doing);
            let fill = if doing == Doing::Wait {
                format!(" fill=\"url(#{}-hatch)\"", self.id)
            } else {
                String::new()
            };
            self.push(&format!(
                r#"<rect class="{bar}"{fill} x="{x:.1}" y="{:.1}" width="20" height="12" rx="2"/>"#,
                middle - 6.0
            ));
            x = self.meaning(x, y, meaning);
        }
        if shown.iter().any(|(_, lane)| lane.daemon) {
            self.push(&format!(
                r#"<rect class="ct-life ct-daemon" x="{x:.1}" y="{:.1}" width="20" height="13" rx="4"/>"#,
                middle - 6.5
            ));
            x = self.meaning(x, y, "daemon");
        }
        if shown.iter().any(|(_, lane)| lane.fate == Fate::CutOff) {
            let cross = format!("M{:.1} {:.1}l9 9m0 -9l-9 9", x + 8.0, middle - 4.5);
            self.push(&format!(r#"<path class="ct-cut" d="{cross}"/>"#));
            x = self.meaning(x, y, "cut off");
        }
        if x > PAD { y + 14.0 } else { y - 12.0 }
    }

    fn meaning(&mut self, x: f64, y: f64, text: &str) -> f64 {
        self.label(x + 26.0, y, "ct-small ct-muted", text);
        x + 26.0 + text_width(text, 11.0) + 18.0
    }
}

#[cfg(test)]
mod tests;
