//! The states whose steps are still to be taken, nearest first, and what lies behind them: on all cores.
//!
//! A batch of states is one piece of work. Whichever core takes it, what lies behind is handed over in the order of
//! the batches, so that a search finds the same states in the same order on any number of cores.

use std::collections::{BTreeMap, VecDeque};
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use super::ends::has_written_enough;
use super::space::Space;
use super::store::{Store, hash};
use crate::world::State;

/// States of one batch.
const BATCH: usize = 512;
/// Fewer batches than this are not worth waking another core.
const MANY: usize = 4;
/// Batches that may wait to be looked at, so that no core runs far ahead.
const WAITING: usize = 64;

/// States that wait for their turn, by their distance.
#[derive(Default)]
pub(super) struct Queue {
    distance: u32,
    levels: VecDeque<Vec<u32>>,
}

impl Queue {
    /// A state waits at a distance, not less than that of the last level that was taken.
    pub(super) fn push(&mut self, state: usize, distance: u32) {
        let ahead = (distance - self.distance) as usize;
        if self.levels.len() <= ahead {
            self.levels.resize_with(ahead + 1, Vec::new);
        }
        self.levels[ahead].push(state as u32);
    }

    /// The nearest states that wait, without those that were found to be nearer since.
    pub(super) fn next(&mut self, store: &Store) -> Option<Level> {
        loop {
            let mut positions = self.levels.pop_front()?;
            let distance = self.distance;
            self.distance += 1;
            positions.retain(|state| store.distance(*state as usize) == distance);
            if !positions.is_empty() {
                let words = positions.iter().flat_map(|state| store.get(*state as usize)).copied().collect();
                return Some(Level { distance, positions, words });
            }
        }
    }
}

/// States at the same distance.
pub(super) struct Level {
    /// Steps of the shortest way to each.
    pub(super) distance: u32,
    positions: Vec<u32>,
    words: Vec<u64>,
}

/// What lies behind a batch of states.
pub(super) struct Behind<'l> {
    /// The states of the batch.
    pub(super) from: &'l [u32],
    /// The states behind them, one after the other.
    pub(super) words: Vec<u64>,
    /// The hash of each.
    pub(super) hashes: Vec<u64>,
    /// For each of these the state before it, and the steps between them.
    pub(super) links: Vec<(u32, u32)>,
    /// The states in which runs end.
    pub(super) ends: Vec<u32>,
    /// Whether a loop without end has written enough in one of them.
    pub(super) is_cut: bool,
}

impl Level {
    /// Takes every step from every state, on so many cores, and hands over what lies behind, batch by batch.
    pub(super) fn expand(
        &self,
        space: &Space,
        cores: usize,
        each: &mut impl FnMut(Behind) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let batches = self.positions.len().div_ceil(BATCH);
        if cores < 2 || batches < MANY {
            let mut scratch = space.initial();
            return (0..batches).try_for_each(|batch| each(self.behind(space, batch, &mut scratch)));
        }
        let next = AtomicUsize::new(0);
        let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|batch| *batch < batches);
        #[expect(clippy::disallowed_methods, reason = "what is found does not depend on who finds it")]
        std::thread::scope(|scope| {
            let (send, receive) = sync_channel(WAITING);
            for _ in 1..cores {
                let send = send.clone();
                scope.spawn(move || {
                    let mut scratch = space.initial();
                    while let Some(batch) = take() {
                        if send.send((batch, self.behind(space, batch, &mut scratch))).is_err() {
                            return;
                        }
                    }
                });
            }
            // With the last worker the channel is closed: one that panicked is not waited for.
            drop(send);
            let mut scratch = space.initial();
            let mut waiting = BTreeMap::new();
            for wanted in 0..batches {
                let behind = loop {
                    if let Some(behind) = waiting.remove(&wanted) {
                        break behind;
                    }
                    // Nobody has it yet: rather than wait, take the next batch.
                    let (batch, behind) = match receive.try_recv() {
                        Ok(done) => done,
                        Err(_) => match take() {
                            Some(batch) => (batch, self.behind(space, batch, &mut scratch)),
                            None => match receive.recv() {
                                Ok(done) => done,
                                Err(_) => unreachable!("a batch was taken and not handed over"),
                            },
                        },
                    };
                    waiting.insert(batch, behind);
                };
                each(behind)?;
            }
            ControlFlow::Continue(())
        })
    }

    /// The words of some states.
    fn words(&self, states: Range<usize>) -> impl Iterator<Item = &[u64]> {
        let width = self.words.len() / self.positions.len();
        self.words[states.start * width..states.end * width].chunks_exact(width)
    }

    fn behind(&self, space: &Space, batch: usize, scratch: &mut State) -> Behind<'_> {
        let states = batch * BATCH..((batch + 1) * BATCH).min(self.positions.len());
        let from = &self.positions[states.clone()];
        let mut behind = Behind {
            from,
            words: Vec::new(),
            hashes: Vec::new(),
            links: Vec::new(),
            ends: Vec::new(),
            is_cut: false,
        };
        let mut choices = Vec::new();
        for (state, words) in from.iter().zip(self.words(states)) {
            scratch.load(words);
            space.moves(scratch, &mut choices);
            if !choices.is_empty() && has_written_enough(space.program, scratch, space.limits) {
                behind.is_cut = true;
                choices.clear();
            }
            if choices.is_empty() {
                behind.ends.push(*state);
            }
            for choice in &choices {
                scratch.load(words);
                let steps = space.step(scratch, *choice);
                behind.words.extend_from_slice(scratch.words());
                behind.hashes.push(hash(scratch.words()));
                behind.links.push((*state, steps));
            }
        }
        behind
    }
}
