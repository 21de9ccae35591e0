//! What passes: `checks.kdl` of an exercise, held by the harness and out of the learner's file.
//!
//! ```kdl
//! checks {
//!     run "main returns" {
//!         set "photos" "8"                 // as --set photos=8
//!         signal "TERM@2s"                 // as --signal TERM@2s
//!         seeds 5                          // seeds 0 to 4; without it the fixed order alone
//!         expect { exits code=0 }          // claims of the scenario language
//!         does "worker" "make a thumbnail" times=8     // finished at least so often
//!         holds "thumbs.db" bytes=24000    // so much is on disk, untorn
//!         ask "ends after" look="…"        // a question, for predictions
//!         look "what to think about when this fails"
//!     }
//! }
//! ```

use closing_time_engine::scenario::kdl::{self, KdlNode, KdlValue};
use closing_time_engine::scenario::{self, Expectation, Setup};

use crate::{Exercise, Problem, files, nodes};

/// One run and what must come of it.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// In words.
    pub(crate) name: String,
    /// Knobs, signals, runtime.
    pub(crate) setup: Setup,
    /// It is replayed with the seeds from 0 up to this one, exclusive.
    pub(crate) seeds: u64,
    /// Claims of the scenario language.
    pub(crate) expect: Vec<Expectation>,
    /// Work that must be done.
    pub(crate) does: Vec<Does>,
    /// Files that must have a size: path and bytes on disk.
    pub(crate) holds: Vec<(String, u64)>,
    /// Questions to the learner.
    pub(crate) asks: Vec<Ask>,
    /// What to think about when it fails; may be empty.
    pub(crate) look: String,
}

/// A thread must have done a piece of work to its end.
#[derive(Clone, Debug)]
pub(crate) struct Does {
    pub(crate) thread: String,
    pub(crate) label: String,
    /// At least so often.
    pub(crate) times: u64,
}

/// A question about a run.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    /// As it stands in the learner's file; see `predict` for those that are known.
    pub(crate) question: String,
    /// What to think about when the answer is wrong.
    pub(crate) look: String,
}

/// The runs of an exercise. `original` is the scenario that claims are about.
pub(crate) fn read(exercise: &Exercise, original: &str) -> Result<Vec<Run>, Problem> {
    let path = exercise.folder.join("checks.kdl");
    let within = |problem: Problem| Problem::new(format!("{}: {problem}", path.display()));
    let (top, text) = nodes::top(&path, "checks")?;
    nodes::only(&top, &["run"]).map_err(within)?;
    nodes::children(&top).iter().map(|node| run(node, &text, original).map_err(within)).collect()
}

/// The scenario of an exercise as it was handed out.
pub(crate) fn original(exercise: &Exercise) -> Result<String, Problem> {
    files::read(&exercise.folder.join("original").join("scenario.kdl"))
}

fn run(node: &KdlNode, text: &str, original: &str) -> Result<Run, Problem> {
    nodes::only(node, &["set", "signal", "runtime", "seeds", "expect", "does", "holds", "ask", "look"])?;
    let mut setup = Setup { runtime: nodes::child_text(node, "runtime")?, ..Setup::default() };
    for set in nodes::named(node, "set") {
        setup.set.push((nodes::text(set, 0)?, nodes::text(set, 1)?));
    }
    for signal in nodes::named(node, "signal") {
        setup.signals.push(nodes::text(signal, 0)?);
    }
    let seeds = nodes::named(node, "seeds").next().and_then(|seeds| seeds.argument(0)?.as_integer());
    let does = nodes::named(node, "does").map(|does| {
        let (thread, label) = (nodes::text(does, 0)?, nodes::text(does, 1)?);
        Ok(Does { thread, label, times: nodes::number(does, "times")? })
    });
    let holds =
        nodes::named(node, "holds").map(|holds| Ok((nodes::text(holds, 0)?, nodes::number(holds, "bytes")?)));
    let asks = nodes::named(node, "ask").map(|ask| {
        let look = ask.property("look").and_then(KdlValue::as_string).unwrap_or("");
        Ok(Ask { question: nodes::text(ask, 0)?, look: look.to_owned() })
    });
    Ok(Run {
        name: nodes::text(node, 0)?,
        seeds: seeds.map_or(1, |seeds| u64::try_from(seeds).unwrap_or(1)),
        expect: expectations(node, text, original)?,
        does: does.collect::<Result<_, Problem>>()?,
        holds: holds.collect::<Result<_, Problem>>()?,
        asks: asks.collect::<Result<_, Problem>>()?,
        look: nodes::child_text(node, "look")?.unwrap_or_default(),
        setup,
    })
}

/// Reads the claims with the engine's own reader, by putting them into the original scenario in place of its own.
/// So a claim means here what it means there, and a name that the original does not have is found.
fn expectations(run: &KdlNode, text: &str, original: &str) -> Result<Vec<Expectation>, Problem> {
    let Some(expect) = nodes::named(run, "expect").next() else { return Ok(vec![]) };
    let document = kdl::parse(original).map_err(|_| Problem::new("the original scenario is no KDL"))?;
    let scenario = document.nodes().first().ok_or_else(|| Problem::new("the original is empty"))?;
    let block = scenario.children().ok_or_else(|| Problem::new("the original scenario has no block"))?;
    let mut source = original.to_owned();
    let claims = expect.span();
    // From the end, so that the places in front stay right.
    source.insert_str(scenario.span().end - 1, &format!("\n{}\n", &text[claims.start..claims.end]));
    for own in block.nodes().iter().rev().filter(|child| child.name().value() == "expect") {
        source.replace_range(own.span().start..own.span().end, "");
    }
    match scenario::read(&source, &Setup::default()) {
        Ok(scenario) => match scenario.properties.first() {
            // A check replays one run; a claim about all runs would be passed over in silence.
            Some(property) => Err(Problem::new(format!("expect: `{}` is about all runs", property.text))),
            None => Ok(scenario.expectations),
        },
        Err(found) => {
            let first = found.first().map_or("", |one| one.message.as_str());
            Err(Problem::new(format!("expect: {first}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_about_all_runs_is_refused_where_one_run_is_checked() {
        let original = "scenario \"t\" format=1 {\ntitle \"T\"\nprocess \"p\" { main { } }\n}\n";
        let run = |claims: &str| {
            let text = format!("run \"r\" {{\nexpect {{\n{claims}\n}}\n}}\n");
            let document = kdl::parse(&text).unwrap();
            expectations(&document.nodes()[0], &text, original)
        };
        assert_eq!(run("exits").unwrap().len(), 1);
        let refused = run("exits\nnever { hangs; }").unwrap_err().to_string();
        assert!(refused.contains("`never hangs` is about all runs"), "{refused}");
    }
}
