//! `--step`: one step at a time.
//!
//! * `command`: a typed line → what to do;
//! * `keyboard`: lines from a terminal or a pipe;
//! * `walk`: a run that can also go back;
//! * `page`: what is shown.

mod command;
mod keyboard;
mod page;
mod walk;

use closing_time_engine::Loaded;
use closing_time_engine::replay::Options;
use closing_time_engine::scenario::{KnobValue, Setup};
use closing_time_engine::show::{count, number};
use closing_time_engine::trace::Ending;

use super::replay;
use crate::failure::{Answer, Failure};
use crate::output::emit;
use crate::source::Source;
use crate::style::Screen;
use command::Command;
use keyboard::Keyboard;
use page::Page;
use walk::{Strike, Walk};

/// Why a walk through one program is over.
enum Left {
    /// The reader has seen enough.
    Quit,
    /// Another flag makes another program: go there again, as far as this.
    Changed { knob: (String, String), steps: u64, strikes: Vec<Strike>, said: String },
}

pub(super) fn run(
    source: &Source,
    setup: Setup,
    loaded: Loaded,
    options: Options,
    screen: &Screen,
) -> Result<Answer, Failure> {
    let (mut setup, mut loaded, mut options) = (setup, loaded, options);
    loaded.replay(&options).map_err(|mismatch| replay::impossible(&mismatch))?;
    let mut keyboard = Keyboard::new(screen);
    Page::new(&loaded, screen).welcome(options.script.len())?;
    let (mut steps, mut strikes, mut said) = (0, Vec::new(), None);
    loop {
        let mut walk = Walk::new(&loaded, options.clone(), std::mem::take(&mut strikes));
        walk.go_to(steps);
        let page = Page::new(&loaded, screen);
        if let Some(said) = said.take() {
            let there = number(walk.steps());
            page.say(&format!("{said}; replayed from the start: {there} of {} fit", count(steps, "step")))?;
            page.news(&walk.take_news())?;
        }
        match stroll(source, &loaded, &mut walk, &page, &mut keyboard)? {
            Left::Quit => {
                let unknown = walk.is_over() && walk.trace().outcome.ending == Ending::Bound;
                return Ok(if unknown { Answer::Unknown } else { Answer::Yes });
            }
            Left::Changed { knob, steps: here, strikes: struck, said: words } => {
                drop(walk);
                setup.set.push(knob);
                // A schedule belongs to the program that it was made with.
                let left =
                    if options.script.is_empty() { "" } else { " and the schedule says nothing about that" };
                options.script.clear();
                (steps, strikes, said) = (here, struck, Some(format!("{words}{left}")));
            }
        }
        loaded = source.load(&setup)?;
    }
}

/// Reads commands until the program changes or the reader leaves.
fn stroll(
    source: &Source,
    loaded: &Loaded,
    walk: &mut Walk<'_>,
    page: &Page<'_>,
    keyboard: &mut Keyboard,
) -> Result<Left, Failure> {
    let mut end_told = false;
    loop {
        if walk.is_over() && !end_told {
            end_told = true;
            page.end(&walk.trace(), &repeat(source, loaded, walk))?;
        }
        let Some(line) = keyboard.ask(&walk.prompt())? else { return Ok(Left::Quit) };
        match command::parse(&line) {
            Command::Next if walk.is_over() => return Ok(Left::Quit),
            Command::Next => {
                walk.next();
                tell(page, walk)?;
            }
            Command::End => {
                while !walk.is_over() {
                    walk.finish();
                    tell(page, walk)?;
                }
            }
            Command::Back if walk.steps() == 0 => page.say("this is the beginning")?,
            Command::Back => {
                walk.back();
                end_told = false;
                page.back(&walk.trace())?;
            }
            Command::Signal(words) => match walk.strike(&words) {
                Ok(()) => {
                    end_told = false;
                    tell(page, walk)?;
                }
                Err(why) => page.say(&why)?,
            },
            Command::Daemon(name) => match flip(loaded, &name) {
                Ok((knob, said)) => {
                    let (steps, strikes) = (walk.steps(), walk.strikes());
                    return Ok(Left::Changed { knob, steps, strikes, said });
                }
                Err(why) => page.say(&why)?,
            },
            Command::Why => page.why(&walk.trace(), &loaded.program.runtime)?,
            Command::Help => page.help()?,
            Command::Quit => return Ok(Left::Quit),
            Command::Unknown => page.say(&format!("`{}` is no command; h lists them", line.trim()))?,
        }
    }
}

/// What is new; before it, that the schedule says nothing more, once.
fn tell(page: &Page<'_>, walk: &mut Walk<'_>) -> Result<(), Failure> {
    if walk.leaves_schedule() {
        page.say("the schedule ends here; from now on in the default order")?;
    }
    page.news(&walk.take_news())
}

/// The knob that turns a thread's flag, and what that means.
fn flip(loaded: &Loaded, name: &str) -> Result<((String, String), String), String> {
    let flags =
        || loaded.scenario.knobs.iter().filter_map(|knob| Some((knob, knob.name.strip_suffix(".daemon")?)));
    let Some((knob, _)) = flags().find(|(_, thread)| *thread == name) else {
        let names: Vec<_> = flags().map(|(_, thread)| thread).collect();
        return Err(match (name, names.as_slice()) {
            (_, []) => "no thread here has a flag to flip".into(),
            ("", names) => format!("whose flag? d {}", names.join(", d ")),
            (name, names) => format!("`{name}` has no flag; there is: {}", names.join(", ")),
        });
    };
    let value = !matches!(knob.value, KnobValue::Flag(true));
    let said =
        if value { format!("{name} is a daemon now") } else { format!("{name} is no daemon any more") };
    Ok(((knob.name.clone(), value.to_string()), said))
}

/// The command that repeats exactly this run.
fn repeat(source: &Source, loaded: &Loaded, walk: &Walk<'_>) -> String {
    let name = std::iter::once(&source.typed).chain(&loaded.arguments);
    let words: Vec<_> = name.map(|word| crate::source::quoted(word)).collect();
    format!("cargo run -- scenario {} --schedule {}", words.join(" "), walk.schedule())
}
