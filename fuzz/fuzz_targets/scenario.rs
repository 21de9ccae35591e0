//! Whatever stands in a file: the reader answers with a scenario or with what is wrong, and a scenario can be replayed,
//! told and drawn. Never a panic, never without end.

#![no_main]

use closing_time_engine::diagnostic::render;
use closing_time_engine::load;
use closing_time_engine::replay::{Options, Schedule};
use closing_time_engine::scenario::Setup;
use closing_time_engine::trace::check;
use libfuzzer_sys::fuzz_target;

/// Enough for every built-in scenario to end; little enough for many runs a second.
const STEPS: u64 = 2_000;

fuzz_target!(|data: &[u8]| {
    // The first byte chooses a seed, so that ties and ranges are tried as well.
    let Some((seed, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let loaded = match load(text, &Setup::default()) {
        Ok(loaded) => loaded,
        Err(found) => {
            assert!(!found.is_empty(), "refused without a reason");
            let _ = render(&found, "fuzz.kdl", text, false);
            return;
        }
    };
    // A crowd of 200,000 threads is allowed, and slow; the reader has had its turn.
    if loaded.program.threads.len() > 200 {
        return;
    }
    let options = Options { seed: u64::from(*seed) % 4, step_limit: STEPS, ..Options::default() };
    let trace = loaded.replay(&options).expect("nothing is scripted");
    let _ = check(&loaded.scenario.expectations, &trace.outcome);
    assert!(Schedule::decode(&trace.schedule, &loaded.program).is_ok(), "its own schedule is refused");
});
