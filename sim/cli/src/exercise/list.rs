//! All exercises, and how far the learner is.

use closing_time_engine::show::{Paint as _, Role, pad, width, wrap};
use exercises::{Exercise, Status};

use super::{commands, labelled, task};
use crate::failure::{Answer, Failure};
use crate::output;
use crate::style::Screen;

pub(super) fn run(all: &[Exercise], screen: &Screen) -> Result<Answer, Failure> {
    let mut rows = Vec::new();
    for exercise in all {
        rows.push((exercise, exercises::status(exercise)?));
    }
    output::emit(&text(&rows, screen))?;
    Ok(Answer::Yes)
}

fn text(rows: &[(&Exercise, Status)], screen: &Screen) -> String {
    let names = rows.iter().map(|(exercise, _)| width(&exercise.name)).max().unwrap_or(0);
    let before = 4 + names + 2 + 11 + 2 + 6 + 2;
    let widest = rows.iter().map(|(exercise, _)| width(&exercise.title)).max().unwrap_or(0);
    // On a narrow page the titles go below.
    let beside = before + widest <= screen.width;
    let mut out = String::new();
    for (exercise, status) in rows {
        let (sign, words, role) = match status {
            Status::Solved => ("✓", "solved", Role::Good),
            Status::InProgress => ("▸", "in progress", Role::Warn),
            Status::NotStarted => ("·", "not started", Role::Dim),
        };
        let sign = screen.out.paint(role, sign);
        let words = screen.out.paint(role, &pad(words, 11));
        let name = screen.out.paint(Role::Command, &pad(&exercise.name, names));
        let minutes = format!("{:>2} min", exercise.minutes);
        out.push_str(&format!("  {sign} {name}  {words}  {minutes}"));
        if beside {
            out.push_str(&format!("  {}\n", exercise.title));
            continue;
        }
        out.push('\n');
        for line in wrap(&exercise.title, screen.width.saturating_sub(6).max(20)) {
            out.push_str(&format!("      {line}\n"));
        }
    }
    let solved = rows.iter().filter(|(_, status)| *status == Status::Solved).count();
    out.push_str(&format!("\n{solved} of {} solved\n", rows.len()));
    let next = rows.iter().find(|(_, status)| *status != Status::Solved);
    let Some((exercise, _)) = next else {
        out.push_str(&labelled("Next", "nothing: all exercises are solved", screen));
        return out;
    };
    out.push_str(&task("Next", exercise, screen));
    let check = format!("check {}", exercise.name);
    let next = [(check.as_str(), "grade your file"), ("watch", "grade it whenever you save it")];
    out.push_str(&commands("", &next, screen));
    out
}
