//! Among the shortest ways, the calmest: as long as the witness, with the same outcome, and no more switches.

use std::ops::ControlFlow;

use closing_time_engine::explore::{Limits, calmest, explore, explore_from, switches};
use closing_time_engine::load;
use closing_time_engine::scenario::{Setup, catalogue};

#[test]
fn it_is_as_short_leads_to_the_same_end_and_switches_less() {
    let limits = Limits { max_states: 5_000, ..Limits::default() };
    let mut calmer = 0;
    for entry in catalogue::all() {
        let loaded = load(entry.source, &Setup::default()).unwrap();
        let found = explore(&loaded.program, &limits, &mut |_| ControlFlow::Continue(()));
        if found.incomplete.is_some() {
            continue;
        }
        for class in found.classes {
            let calm = calmest(&loaded.program, &limits, &class.witness);
            assert!(calm.len() <= class.witness.len(), "{} {}", entry.name, class.id);
            assert!(switches(&calm) <= switches(&class.witness), "{} {}", entry.name, class.id);
            calmer += usize::from(switches(&calm) < switches(&class.witness));
            let watch = &mut |_: &_| ControlFlow::Continue(());
            let there = explore_from(&loaded.program, &calm, &limits, watch).unwrap();
            assert_eq!(there.classes[0].id, class.id, "{}", entry.name);
        }
    }
    assert!(calmer > 0, "no witness became calmer");
}

#[test]
fn a_search_that_is_too_large_keeps_the_witness() {
    let loaded = load(catalogue::find("pdf-shutdown").unwrap().source, &Setup::default()).unwrap();
    let found = explore(&loaded.program, &Limits::default(), &mut |_| ControlFlow::Continue(()));
    let few = Limits { max_states: 5, ..Limits::default() };
    let witness = &found.classes[0].witness;
    assert_eq!(&calmest(&loaded.program, &few, witness), witness);
}
