//! Where the labels of the turning points stand: above the lanes, in few rows, without touching each other.

use crate::show::layout::fit;
use crate::show::moments::moments;
use crate::show::wording::short;
use crate::trace::Trace;

use super::{PAD, WIDTH, text_width};

const MOST_MOMENTS: usize = 8;
/// Columns of a label; the whole text is in its `<title>`.
const LONGEST: usize = 60;

/// A turning point with its place.
pub(super) struct Mark {
    /// Units from the left.
    pub(super) x: f64,
    /// From the top.
    pub(super) row: usize,
    /// Whether its label stands to the left of its line.
    pub(super) to_left: bool,
    pub(super) text: String,
    pub(super) title: String,
    /// See [`Moment::hard`](crate::show::moments::Moment::hard).
    pub(super) hard: bool,
}

/// Places the labels, given where a moment in µs stands.
pub(super) fn place(trace: &Trace, x_of: impl Fn(u64) -> f64) -> Vec<Mark> {
    let mut rows: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut marks: Vec<Mark> = Vec::new();
    for moment in moments(trace, MOST_MOMENTS) {
        let x = x_of(moment.at_us);
        let text = fit(&moment.text, LONGEST);
        let units = text_width(&text, 12.6) + 12.0;
        let to_left = x + units > WIDTH - PAD;
        let span = if to_left { (x - units, x) } else { (x, x + units) };
        // What happens at one moment is read from top to bottom, whichever side of the line it stands on.
        let first = marks.last().filter(|mark| x - mark.x < 3.0).map_or(0, |mark| mark.row + 1);
        let free = |row: &Vec<(f64, f64)>| row.iter().all(|used| span.1 <= used.0 || used.1 <= span.0);
        let row = (first..rows.len()).find(|&row| free(&rows[row])).unwrap_or(rows.len());
        if row == rows.len() {
            rows.push(Vec::new());
        }
        rows[row].push(span);
        let title = format!("{}: {}", short(moment.at_us), moment.text);
        marks.push(Mark { x, row, to_left, text, title, hard: moment.hard });
    }
    marks
}
