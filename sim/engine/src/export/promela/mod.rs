//! Promela: the scenario without its times, for the model checker SPIN.
//!
//! A second rendering of the semantics, made from the compiled program but sharing nothing with `world`: what SPIN finds
//! and what `explore` finds are compared in a test. Each instruction becomes one `d_step`, whose last statement says
//! where the thread stands next; the local instructions behind it are expanded into it.
//!
//! * `header`, `declare`, `outcome`: what stands around the steps.
//! * `steps`, `runtime`, `settle`: the steps of threads, those of the runtime, and what needs no step.
//! * `waits`: who can move, and when a timeout may fire.
//! * `raises`, `unwind`: what can be raised, and where it goes.
//! * `signals`, `handlers`, `files`, `ends`: what the steps are made of.
//! * `refuse`: what cannot be translated.
//! * `places`, `names`, `describe`, `code`: numbers, names and comments.

mod code;
mod declare;
mod describe;
mod ends;
mod files;
mod handlers;
mod header;
mod names;
mod outcome;
mod places;
mod raises;
mod refuse;
mod runtime;
mod settle;
mod signals;
mod steps;
mod unwind;
mod waits;

use super::ExportOptions;
use crate::diagnostic::Diagnostic;
use crate::program::Program;
use crate::scenario::Scenario;
use code::Code;
use names::Names;

/// A program on its way to Promela.
struct Model<'a> {
    program: &'a Program,
    names: Names,
    /// For each group of threads: whether anything can be raised in its code.
    raises: Vec<bool>,
}

/// See [`super::export`].
pub(super) fn export(
    scenario: &Scenario,
    program: &Program,
    options: &ExportOptions,
) -> Result<String, Diagnostic> {
    let mut model = Model { program, names: Names::of(program), raises: Vec::new() };
    model.raises = (0..program.groups.len()).map(|group| !model.raised_in(group).is_empty()).collect();
    model.refuse()?;
    let mut code = Code::default();
    model.constants(&mut code);
    model.variables(&mut code);
    model.thread_library(&mut code);
    model.process_library(&mut code);
    if model.files().next().is_some() {
        model.file_library(&mut code);
    }
    model.handler_library(&mut code);
    model.signal_library(&mut code);
    model.quiet(&mut code);
    for group in 0..program.groups.len() {
        if model.raises[group] {
            model.unwinding(group, &mut code);
        }
        model.proctype(group, &mut code);
    }
    model.outside(&mut code);
    model.outcome(&mut code);
    model.init(&mut code);
    Ok(model.header(scenario, options) + &code.text())
}
