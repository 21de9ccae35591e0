//! Loops that nothing leaves.

use closing_time_engine::trace::{Ending, HangKind};

use crate::case::{built_in, kinds, program, search, told};

#[test]
fn a_thread_that_polls_for_ever() {
    let loaded = built_in("hang-on-exit");
    assert_eq!(kinds(&search(&loaded)), [(Ending::Endless, Some(HangKind::WaitsForEver))]);
    assert_eq!(
        told(&loaded),
        [
            "main is over and waits for poller, which is no daemon, to end. poller never does: it goes round for ever. | poller wakes up \
          | poller works: ask for new mail"
        ]
    );
}

#[test]
fn main_itself_goes_round() {
    let loaded = program(r#"main { forever { sleep "1s"; work "tick" for="1s"; }; }"#);
    assert_eq!(kinds(&search(&loaded)), [(Ending::Endless, Some(HangKind::Endless))]);
}

#[test]
fn a_loop_of_two_lets_both_move() {
    let loaded = program(
        r#"main { start "a" "b"; }
        thread "a" { forever { sleep "1s"; }; }
        thread "b" { forever { lock "l" { sleep "1s"; }; }; }"#,
    );
    let told = told(&loaded);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("| a wakes up") && told[0].contains("| b takes lock l"), "{told:?}");
}

#[test]
fn with_symmetry_the_loop_leads_back_to_the_very_state() {
    let loaded = program(
        r#"main { start "w"; }
        thread "w" count=3 { forever { lock "l" { sleep "1s"; }; }; }"#,
    );
    let found = search(&loaded);
    let class = &found.classes[0];
    let mut state = closing_time_engine::world::initial(&loaded.program);
    let mut follow = |way: &[_]| {
        for choice in way {
            assert!(closing_time_engine::world::step(&loaded.program, &mut state, *choice, &mut ()));
        }
        state.clone()
    };
    let there = follow(&class.witness);
    assert!(!class.round.is_empty());
    assert_eq!(follow(&class.round), there);
}

#[test]
fn who_waits_with_a_timeout_beside_a_loop_is_said_to_give_up_in_time() {
    let loaded = program(
        r#"main { start "poller"; join "poller" timeout="1s"; }
        thread "poller" daemon=#true { forever { sleep "1s"; }; }"#,
    );
    let told = told(&loaded);
    assert!(told[0].contains("In time main would give up"), "{told:?}");
}
