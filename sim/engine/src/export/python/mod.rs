//! Python, as someone would write it who had the scenario in mind.
//!
//! Three facts about CPython shape the program:
//!
//! * The main body stands at module level under `if __name__ == "__main__":`, so what it opens is a module global,
//!   and a frozen daemon, whose frame refers to the module's globals, keeps it from being flushed.
//! * What only one thread opens and uses is a local variable of its function, flushed when the function ends.
//! * A spawned process is one function with everything inside it, so that it shares nothing by accident and can be
//!   started by fork, forkserver and spawn alike.
//!
//! `plan` gives everything a name and a place, the rest writes.

mod body;
mod code;
mod functions;
mod handles;
mod header;
mod names;
mod plan;
mod text;
mod threads;
mod trace;

use super::ExportOptions;
use crate::scenario::Scenario;
use code::Code;
use plan::Plan;

/// See [`super::export`].
pub(super) fn export(scenario: &Scenario, options: &ExportOptions) -> Result<String, String> {
    let plan = Plan::new(scenario)?;
    let mut code = Code::default();
    functions::program(&plan, options, &mut code)?;
    Ok(header::whole(&plan, options, code))
}
