//! Commands as the learner would type them.

use closing_time_engine::scenario::Setup;

/// The command that replays a scenario file with this setup and seed (0: none is written).
pub(crate) fn replay(file: &str, setup: &Setup, seed: u64) -> String {
    let mut out = format!("cargo run -- scenario {file}");
    for (name, value) in &setup.set {
        out.push_str(&format!(" --set {name}={value}"));
    }
    for signal in &setup.signals {
        out.push_str(&format!(" --signal {signal}"));
    }
    if let Some(runtime) = &setup.runtime {
        out.push_str(&format!(" --runtime {runtime}"));
    }
    if seed != 0 {
        out.push_str(&format!(" --seed {seed}"));
    }
    out
}
