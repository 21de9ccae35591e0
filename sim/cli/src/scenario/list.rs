//! The built-in scenarios: one line each, grouped by the chapter that explains them.

use closing_time_engine::scenario::{Scenario, Setup, catalogue};
use closing_time_engine::show::{Paint, Role, catalogue_json, pad, width, wrap};

use super::{Format, ScenarioArgs};
use crate::failure::{Answer, Failure};
use crate::source::Source;
use crate::style::Screen;

pub(super) fn run(args: &ScenarioArgs, format: Format, screen: &Screen) -> Result<Answer, Failure> {
    let about_one = !args.setup.is_empty()
        || args.schedule.is_some()
        || args.runs.is_some()
        || args.seed != 0
        || args.step
        || args.check
        || args.all
        || matches!(format, Format::Timeline | Format::Svg);
    if about_one {
        let help =
            "name it first, as in `closing-time scenario pdf-shutdown`; without options this lists them";
        return Err(Failure::with_help("these options are about one scenario, but none is named", help));
    }
    let mut scenarios = Vec::new();
    for entry in catalogue::all() {
        scenarios.push(Source::find(entry.name)?.load(&Setup::default())?.scenario);
    }
    let paint: &dyn Paint = if args.output.file().is_some() { &screen.file } else { &screen.out };
    let text = match format {
        Format::Json => catalogue_json(&scenarios),
        _ => text(&scenarios, paint, screen.width),
    };
    args.output.write(&text)?;
    Ok(Answer::Yes)
}

fn text(scenarios: &[Scenario], paint: &dyn Paint, columns: usize) -> String {
    let mut chapters: Vec<&str> = Vec::new();
    for scenario in scenarios {
        let chapter = scenario.chapter.as_deref().unwrap_or_default();
        if !chapters.contains(&chapter) {
            chapters.push(chapter);
        }
    }
    let names = scenarios.iter().map(|scenario| width(&scenario.name)).max().unwrap_or(0);
    let room = columns.saturating_sub(names + 4).max(20);
    let mut out = String::new();
    for chapter in chapters {
        out.push_str(&format!("{}\n", paint.paint(Role::Heading, &heading(chapter))));
        for scenario in scenarios.iter().filter(|one| one.chapter.as_deref().unwrap_or_default() == chapter) {
            for (at, line) in wrap(&scenario.title, room).into_iter().enumerate() {
                let name = pad(if at == 0 { &scenario.name } else { "" }, names);
                out.push_str(&format!("  {}  {line}\n", paint.paint(Role::Command, &name)));
            }
        }
        out.push('\n');
    }
    let proposals = [
        ("cargo run -- scenario pdf-shutdown", "step by step, with the reasons"),
        ("cargo run -- scenario pdf-shutdown --step", "the same, at your pace"),
        ("cargo run -- scenario ./mine.kdl", "your own: book/src/reference/scenario-language.md"),
    ];
    let column = proposals.iter().map(|(command, _)| width(command)).max().unwrap_or(0);
    for (at, (command, what)) in proposals.into_iter().enumerate() {
        let head = paint.paint(Role::Heading, if at == 0 { "Try" } else { "   " });
        let beside = 5 + column + 2 + width(what) <= columns;
        let command = paint.paint(Role::Command, &pad(command, if beside { column } else { 0 }));
        let between = if beside { "  " } else { "\n         " };
        out.push_str(&format!("{head}  {command}{between}{}\n", paint.paint(Role::Dim, what)));
    }
    out
}

/// A chapter's file name as a heading: `cut-off` → `Cut off`.
fn heading(chapter: &str) -> String {
    let words = chapter.replace('-', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Others".into(),
    }
}
