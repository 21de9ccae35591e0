//! Every state once: packed words in one long array, found again through an open-addressing table of positions.
//!
//! States are appended in the order in which they are found. Each keeps the state before it on the shortest way that
//! is known, and how many steps that way has: 8 bytes. Which choice lies between them is found out again when a way is
//! told.

/// No state.
const EMPTY: u32 = u32::MAX;
/// Not where it was looked for.
pub(super) const ELSEWHERE: u32 = EMPTY;

/// The states that were found.
pub(super) struct Store {
    width: usize,
    words: Vec<u64>,
    places: Vec<Place>,
    table: Vec<u32>,
}

/// Where a state lies.
struct Place {
    before: u32,
    distance: u32,
}

/// What came of reaching a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// It was not known.
    New,
    /// It is nearer than was known.
    Nearer,
    /// It was known.
    Known,
}

impl Store {
    /// An empty store for states of so many words.
    pub(super) fn new(width: usize) -> Self {
        Store { width, words: Vec::new(), places: Vec::new(), table: vec![EMPTY; 1 << 10] }
    }

    /// How many states there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Memory, bytes.
    pub(super) fn bytes(&self) -> u64 {
        (self.words.len() * 8 + self.places.len() * 8 + self.table.len() * 4) as u64
    }

    /// The words of a state.
    pub(super) fn get(&self, state: usize) -> &[u64] {
        &self.words[state * self.width..(state + 1) * self.width]
    }

    /// Steps of the shortest way to a state that is known.
    pub(super) fn distance(&self, state: usize) -> u32 {
        self.places[state].distance
    }

    /// Looks at the places where states would be found first, all together: the processor then waits for memory once
    /// and not for each. Returns the positions of those that are there, and [`ELSEWHERE`] for the others, which may be
    /// there as well.
    pub(super) fn glance(&self, states: &[u64], hashes: &[u64], found: &mut Vec<u32>) {
        let mask = self.table.len() - 1;
        found.clear();
        found.extend(hashes.iter().map(|hash| self.table[*hash as usize & mask]));
        for (words, found) in states.chunks_exact(self.width).zip(found) {
            if *found != EMPTY && self.get(*found as usize) != words {
                *found = EMPTY;
            }
        }
    }

    /// A state is reached from another one by a way of so many steps. Returns its position.
    pub(super) fn reach(
        &mut self,
        words: &[u64],
        hash: u64,
        before: usize,
        distance: u32,
    ) -> (usize, Reached) {
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.table[slot] {
                EMPTY => break,
                known if self.get(known as usize) == words => {
                    let known = known as usize;
                    return (known, self.come_nearer(known, before, distance));
                }
                _ => slot = (slot + 1) & mask,
            }
        }
        let position = self.len();
        self.table[slot] = position as u32;
        self.words.extend_from_slice(words);
        self.places.push(Place { before: before as u32, distance });
        if self.len() * 3 > self.table.len() * 2 {
            self.grow();
        }
        (position, Reached::New)
    }

    /// A known state is reached.
    pub(super) fn come_nearer(&mut self, state: usize, before: usize, distance: u32) -> Reached {
        let place = &mut self.places[state];
        if distance >= place.distance {
            return Reached::Known;
        }
        *place = Place { before: before as u32, distance };
        Reached::Nearer
    }

    /// The position of a state that is there.
    pub(super) fn find(&self, words: &[u64]) -> Option<usize> {
        let mask = self.table.len() - 1;
        let mut slot = hash(words) as usize & mask;
        loop {
            match self.table[slot] {
                EMPTY => return None,
                known if self.get(known as usize) == words => return Some(known as usize),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = self.table.len() * 2;
        let mask = size - 1;
        let mut table = vec![EMPTY; size];
        for state in 0..self.len() {
            let mut slot = hash(self.get(state)) as usize & mask;
            while table[slot] != EMPTY {
                slot = (slot + 1) & mask;
            }
            table[slot] = state as u32;
        }
        self.table = table;
    }

    /// The states on the way from the beginning to a state, without the first.
    pub(super) fn line_to(&self, mut state: usize) -> Vec<usize> {
        let mut line = Vec::new();
        while state != 0 {
            line.push(state);
            state = self.places[state].before as usize;
        }
        line.reverse();
        line
    }
}

/// Spreads the bits of all words over the low bits of the result.
pub(super) fn hash(words: &[u64]) -> u64 {
    let mut hash = 0x9e37_79b9_7f4a_7c15_u64;
    for word in words {
        hash = (hash ^ word).wrapping_mul(0xd6e8_feb8_6659_fd93);
        hash ^= hash >> 32;
    }
    hash.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 20
}
