//! What the tests of this folder say: search a program, and read why it never ends.

use std::ops::ControlFlow;

use closing_time_engine::explore::{Exploration, Limits, Reductions, explore, in_words};
use closing_time_engine::scenario::{Setup, catalogue};
use closing_time_engine::show::why_it_hangs;
use closing_time_engine::trace::{Ending, HangKind};
use closing_time_engine::{Loaded, load};

/// One process named `p` with this in it.
pub(super) fn program(body: &str) -> Loaded {
    scenario(&format!("process \"p\" {{\n{body}\n}}"))
}

/// Whatever stands in a scenario.
pub(super) fn scenario(inside: &str) -> Loaded {
    let text = format!("scenario \"case\" format=1 {{\ntitle \"A case\"\n{inside}\n}}\n");
    load(&text, &Setup::default()).unwrap_or_else(|mistakes| panic!("{mistakes:#?}\n{text}"))
}

/// A built-in scenario.
pub(super) fn built_in(name: &str) -> Loaded {
    load(catalogue::find(name).unwrap().source, &Setup::default()).unwrap()
}

/// A built-in scenario that this signal may strike at any moment.
pub(super) fn struck(name: &str, signal: &str) -> Loaded {
    let setup = Setup { signals: vec![signal.into()], ..Setup::default() };
    load(catalogue::find(name).unwrap().source, &setup).unwrap()
}

/// Everything that can happen, with all reductions, after the same search without any has found the same kinds.
#[track_caller]
pub(super) fn search(loaded: &Loaded) -> Exploration {
    let limits = |reductions| Limits { reductions, ..Limits::default() };
    let run = |reductions| explore(&loaded.program, &limits(reductions), &mut |_| ControlFlow::Continue(()));
    let found = run(Reductions::ALL);
    assert_eq!(kinds(&found), kinds(&run(Reductions::NONE)));
    found
}

/// The kinds of its endings, worst first; `None` for one that ends.
pub(super) fn kinds(found: &Exploration) -> Vec<(Ending, Option<HangKind>)> {
    let mut kinds: Vec<_> = found
        .classes
        .iter()
        .map(|class| (class.outcome.ending, class.outcome.hang.as_ref().map(|hang| hang.kind)))
        .collect();
    kinds.sort_by_key(|(ending, kind)| (*ending as u8, *kind));
    kinds.dedup();
    kinds
}

/// Why each outcome that never ends does not, and what goes on for ever there.
pub(super) fn told(loaded: &Loaded) -> Vec<String> {
    let found = search(loaded);
    let never = found.classes.iter().filter(|class| class.outcome.hang.is_some());
    never
        .map(|class| {
            let mut words = why_it_hangs(&class.outcome).unwrap();
            for (who, what) in in_words(&loaded.program, &class.witness, &class.round) {
                words += &format!(" | {who} {what}");
            }
            words
        })
        .collect()
}
