//! Which bytes can still be lost: until a file is flushed the next time, nobody can tell how many of its bytes lie in
//! a buffer and how many on disk; only their sum will be seen.
//!
//! Bytes decide nothing about who can move, so a search that leaves them out altogether finds every situation that a
//! run can be in. From the ends of runs, where all can be seen, it is followed back which steps flush which file: a
//! situation from which every way flushes a file before it ends needs only the sum. A situation that may be come back
//! to is taken as one in which all can be seen.

use super::space::Space;
use super::store::{Reached, Store, hash};
use crate::program::{FileFields, Program};
use crate::world::{Choice, Happening, Resource, Sink, State, What};

/// Situations after which the bytes are told apart everywhere: the search for them would cost too much.
const MOST_SITUATIONS: u64 = 1 << 21;
/// Words of a situation at most.
const MOST_WORDS: usize = 16;

/// For each situation, in which files the bytes in buffers are told from those on disk.
pub(super) struct Buffers {
    situations: Store,
    /// One bit for each file.
    apart: Vec<u64>,
    control_bits: u32,
}

impl Buffers {
    /// Looks through the situations of a program; `None` where nothing would come of it.
    pub(super) fn of(space: &Space) -> Option<Self> {
        let program = space.program;
        let fields = &program.layout.files;
        let has_buffer = |fields: &FileFields| fields.pending.width + fields.buffered.width > 0;
        // Where a loop without end is cut, its bytes decide.
        let is_cut = program.files.iter().any(|file| file.planned.is_none());
        // How full a pipe is decides who can move.
        let decides = program.files.iter().any(|file| file.stalled);
        if decides || is_cut || fields.len() > 64 || !fields.iter().any(has_buffer) {
            return None;
        }
        let control_bits = program.layout.control_bits;
        let width = control_bits.div_ceil(64) as usize;
        (width <= MOST_WORDS).then_some(())?;
        let steps = Steps::of(space, control_bits, width)?;
        let apart = steps.apart(u64::MAX >> (64 - fields.len()));
        Some(Buffers { situations: steps.situations, apart, control_bits })
    }

    /// Moves the bytes that nobody can tell apart to the disk.
    pub(super) fn merge(&self, program: &Program, state: &mut State) {
        let mut control = [0; MOST_WORDS];
        let control = control_words(state.words(), self.control_bits, &mut control);
        let apart = self.situations.find(control).map_or(u64::MAX, |situation| self.apart[situation]);
        for (file, fields) in program.layout.files.iter().enumerate() {
            if apart >> file & 1 == 0 {
                let inside = state.get(fields.pending) + state.get(fields.buffered);
                let all = inside + state.get(fields.durable);
                state.set(fields.pending, 0);
                state.set(fields.buffered, 0);
                state.set(fields.durable, all);
            }
        }
    }
}

/// The words of a state without the bytes of its files.
fn control_words<'c>(words: &[u64], bits: u32, control: &'c mut [u64; MOST_WORDS]) -> &'c [u64] {
    let width = bits.div_ceil(64) as usize;
    control[..width].copy_from_slice(&words[..width]);
    if !bits.is_multiple_of(64) {
        control[width - 1] &= (1 << (bits % 64)) - 1;
    }
    &control[..width]
}

/// All situations and the steps between them.
struct Steps {
    situations: Store,
    /// For each situation where its steps begin in the lists below.
    first: Vec<u32>,
    to: Vec<u32>,
    /// The files that a step flushes, one bit each.
    flushed: Vec<u64>,
}

impl Steps {
    fn of(space: &Space, bits: u32, width: usize) -> Option<Self> {
        let mut steps =
            Steps { situations: Store::new(width), first: vec![0], to: Vec::new(), flushed: Vec::new() };
        let most = space.limits.max_states.min(MOST_SITUATIONS);
        let (mut state, mut control, mut choices) = (space.initial(), [0; MOST_WORDS], Vec::new());
        let mut here = vec![0; state.words().len()];
        let first = control_words(state.words(), bits, &mut control);
        steps.situations.reach(first, hash(first), 0, 0);
        while steps.first.len() <= steps.situations.len() {
            here[..width].copy_from_slice(steps.situations.get(steps.first.len() - 1));
            state.load(&here);
            space.moves(&state, &mut choices);
            for choice in &choices {
                state.load(&here);
                let flushed = flushed(space, &mut state, *choice);
                let control = control_words(state.words(), bits, &mut control);
                let (to, reached) = steps.situations.reach(control, hash(control), 0, 0);
                if reached == Reached::New && to as u64 >= most {
                    return None;
                }
                steps.to.push(to as u32);
                steps.flushed.push(flushed);
            }
            steps.first.push(steps.to.len() as u32);
        }
        Some(steps)
    }

    fn behind(&self, situation: usize) -> std::ops::Range<usize> {
        self.first[situation] as usize..self.first[situation + 1] as usize
    }

    /// For each situation the files whose bytes are told apart; `all` of them at the ends of runs.
    fn apart(&self, all: u64) -> Vec<u64> {
        let count = self.situations.len();
        // A situation is settled when all behind it are; one that may be come back to never is.
        let mut open: Vec<u32> = (0..count).map(|from| self.behind(from).len() as u32).collect();
        let mut apart = vec![all; count];
        let mut settled: Vec<usize> = (0..count).filter(|situation| open[*situation] == 0).collect();
        let before = self.before();
        while let Some(situation) = settled.pop() {
            if !self.behind(situation).is_empty() {
                let seen =
                    self.behind(situation).map(|step| apart[self.to[step] as usize] & !self.flushed[step]);
                apart[situation] = seen.fold(0, |seen, more| seen | more);
            }
            for from in before.of(situation) {
                open[*from as usize] -= 1;
                if open[*from as usize] == 0 {
                    settled.push(*from as usize);
                }
            }
        }
        apart
    }

    /// The steps the other way round.
    fn before(&self) -> Before {
        let count = self.situations.len();
        let mut first = vec![0_u32; count + 1];
        for to in &self.to {
            first[*to as usize + 1] += 1;
        }
        for situation in 0..count {
            first[situation + 1] += first[situation];
        }
        let (mut next, mut from) = (first.clone(), vec![0; self.to.len()]);
        for situation in 0..count {
            for to in &self.to[self.behind(situation)] {
                let place = &mut next[*to as usize];
                from[*place as usize] = situation as u32;
                *place += 1;
            }
        }
        Before { first, from }
    }
}

/// For each situation those before it.
struct Before {
    first: Vec<u32>,
    from: Vec<u32>,
}

impl Before {
    fn of(&self, situation: usize) -> &[u32] {
        &self.from[self.first[situation] as usize..self.first[situation + 1] as usize]
    }
}

/// Takes a step and tells which files it flushes.
fn flushed(space: &Space, state: &mut State, choice: Choice) -> u64 {
    let mut sink = Flushes { program: space.program, files: 0 };
    space.step_and_tell(state, choice, &mut sink);
    sink.files
}

struct Flushes<'p> {
    program: &'p Program,
    files: u64,
}

impl Sink for Flushes<'_> {
    fn happen(&mut self, happening: Happening) {
        let file = match happening.what {
            What::Flushed { file, .. } | What::Closed { file, .. } | What::Dropped { file, .. } => file,
            // It is emptied.
            What::Opened { file } => file,
            What::StdioFlushed { .. } | What::QueueHandedOver { .. } => {
                self.program.process(happening.process).stdout
            }
            _ => return,
        };
        self.files |= 1 << file.index();
    }

    fn touch(&mut self, _: Resource) {}
}
