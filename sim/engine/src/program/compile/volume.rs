//! How much there can be: bytes of files, items of queues and pools.
//!
//! Two answers for each: what the program *plans* (for "2 pages never made"), and an upper *bound* (for the number
//! of bits). `None` stands for "without bound".

use std::collections::HashMap;

use super::super::Program;
use crate::scenario::{Block, Op, Scenario};

/// A number of times or bytes; `None` is without bound.
type Amount = Option<u64>;

/// What a file gets.
#[derive(Clone, Debug, Default)]
pub(super) struct FileVolume {
    planned: Total,
    bound: Total,
    record: String,
    record_bytes: Option<u64>,
    mixed: bool,
    largest: u64,
}

/// A sum that may be without bound.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Total(Amount);

impl Default for Total {
    fn default() -> Self {
        Total(Some(0))
    }
}

impl Total {
    fn add(&mut self, bytes: u64, times: Amount) {
        self.0 = self.0.zip(times).and_then(|(sum, times)| sum.checked_add(bytes.checked_mul(times)?));
    }
}

/// The volumes of a scenario; keys are (process, name).
#[derive(Debug, Default)]
pub(super) struct Volume {
    files: HashMap<(usize, String), FileVolume>,
    producers: Producers,
}

/// Who fills queues and pools, and how often.
#[derive(Clone, Debug, Default, PartialEq)]
struct Producers {
    puts: HashMap<(usize, String), Total>,
    stops: HashMap<(usize, String), Total>,
    submits: HashMap<(usize, String), Total>,
    consumers: HashMap<(usize, String), u32>,
}

impl Producers {
    /// Takes every bound away.
    fn lift(&mut self) {
        for totals in [&mut self.puts, &mut self.stops, &mut self.submits] {
            totals.iter_mut().for_each(|(_, total)| *total = Total(None));
        }
    }
}

impl Volume {
    /// The most bytes that a file can get.
    pub(super) fn file_bound(&self, process: usize, path: &str) -> Amount {
        self.files.get(&(process, path.to_owned())).map_or(Some(0), |file| file.bound.0)
    }

    /// The most items and end marks that a queue can hold.
    pub(super) fn queue_bound(&self, process: usize, name: &str) -> (Amount, Amount) {
        let of =
            |map: &HashMap<_, Total>| map.get(&(process, name.to_owned())).map_or(Some(0), |total| total.0);
        (of(&self.producers.puts), of(&self.producers.stops))
    }

    /// The most items that a pool can hold.
    pub(super) fn pool_bound(&self, process: usize, name: &str) -> Amount {
        self.producers.submits.get(&(process, name.to_owned())).map_or(Some(0), |total| total.0)
    }
}

/// How often a block runs: for the plan, and at most.
#[derive(Clone, Copy)]
struct Times {
    planned: Amount,
    most: Amount,
}

impl Times {
    fn by(self, factor: Amount) -> Times {
        let multiply =
            |times: Amount| times.zip(factor).and_then(|(times, factor)| times.checked_mul(factor));
        Times { planned: multiply(self.planned), most: multiply(self.most) }
    }

    const ONCE: Times = Times { planned: Some(1), most: Some(1) };
}

/// Rounds in which the producers are counted; longer chains of queues and pools count as without bound.
const ROUNDS: usize = 8;

/// Adds up a scenario; `handlers` are the signal handlers of each process, with those it takes over from its parent.
pub(super) fn of(scenario: &Scenario, handlers: &[Vec<&Block>]) -> Volume {
    let mut volume = Volume::default();
    // What is put decides how often consumers run, and these may put again, even where they take from: so producers
    // are counted until nothing changes, and where that never comes, there is no bound.
    let settled = (0..ROUNDS).any(|_| {
        let known = std::mem::take(&mut volume.producers);
        count(scenario, handlers, &mut volume, Counting::Producers(&known));
        volume.producers == known
    });
    if !settled {
        volume.producers.lift();
    }
    let known = volume.producers.clone();
    count(scenario, handlers, &mut volume, Counting::Bytes(&known));
    volume
}

fn count(scenario: &Scenario, handlers: &[Vec<&Block>], volume: &mut Volume, counting: Counting) {
    for (process, source) in scenario.processes.iter().enumerate() {
        let mut walk = Walk { volume, process, counting };
        walk.block(&source.main, Times::ONCE);
        for body in &handlers[process] {
            // A signal handler runs as often as signals come.
            walk.block(body, Times { planned: Some(0), most: None });
        }
        for thread in &source.threads {
            let times = Times::ONCE.by(Some(u64::from(thread.count)));
            // An event loop's timer can be set again.
            let most = if thread.timer { None } else { times.most };
            walk.block(&thread.body, Times { most, ..times });
        }
        for pool in &source.pools {
            let submits = counting.known().submits.get(&(process, pool.name.clone()));
            walk.block(&pool.body, Times::ONCE.by(submits.map_or(Some(0), |total| total.0)));
        }
    }
}

/// What is counted, with the producers that are known so far.
#[derive(Clone, Copy)]
enum Counting<'k> {
    Producers(&'k Producers),
    Bytes(&'k Producers),
}

impl<'k> Counting<'k> {
    fn known(self) -> &'k Producers {
        match self {
            Counting::Producers(known) | Counting::Bytes(known) => known,
        }
    }

    fn producers(self) -> bool {
        matches!(self, Counting::Producers(_))
    }
}

struct Walk<'v, 'k> {
    volume: &'v mut Volume,
    process: usize,
    counting: Counting<'k>,
}

impl Walk<'_, '_> {
    fn block(&mut self, block: &Block, times: Times) {
        for step in block {
            self.op(&step.op, times);
        }
    }

    fn op(&mut self, op: &Op, times: Times) {
        let key = |name: &str| (self.process, name.to_owned());
        match op {
            Op::Put { queue, stop } if self.counting.producers() => {
                let key = key(queue);
                let map =
                    if *stop { &mut self.volume.producers.stops } else { &mut self.volume.producers.puts };
                map.entry(key).or_default().add(1, times.most);
            }
            Op::Submit(pool) if self.counting.producers() => {
                let key = key(pool);
                self.volume.producers.submits.entry(key).or_default().add(1, times.most);
            }
            Op::Write { path, record, bytes, .. } if !self.counting.producers() => {
                self.write(path, record, *bytes, times);
            }
            Op::Print(line) if !self.counting.producers() => {
                self.write("<stdout>", "line", line.len() as u64 + 1, times);
            }
            Op::Repeat { times: rounds, body } => self.block(body, times.by(Some(*rounds))),
            Op::Forever(body) | Op::WhileRunning { body, .. } => self.block(body, times.by(None)),
            Op::ForEach { queue, body } | Op::Get { queue, body, .. } => {
                let key = key(queue);
                if self.counting.producers() {
                    *self.volume.producers.consumers.entry(key.clone()).or_default() += 1;
                }
                let known = self.counting.known();
                let puts = known.puts.get(&key).map_or(Some(0), |total| total.0);
                let alone = known.consumers.get(&key) == Some(&1) && times.most.is_none_or(|most| most == 1);
                self.block(body, Times { planned: puts.filter(|_| alone), most: puts });
            }
            Op::Try { body, handlers, finally } => {
                self.block(body, times);
                for handler in handlers {
                    self.block(&handler.body, Times { planned: Some(0), ..times });
                }
                finally.iter().for_each(|block| self.block(block, times));
            }
            Op::Lock { body, .. }
            | Op::UnlessSet { body, .. }
            | Op::OnExit { body, .. }
            | Op::OnTeardown { body, .. } => self.block(body, times),
            // It is asked again after everything that it starts.
            Op::OnIdle { body, .. } => self.block(body, Times { most: None, ..times }),
            _ => {}
        }
    }

    fn write(&mut self, path: &str, record: &str, bytes: u64, times: Times) {
        let file = self.volume.files.entry((self.process, path.to_owned())).or_default();
        file.planned.add(bytes, times.planned);
        file.bound.add(bytes, times.most);
        if file.record.is_empty() {
            file.record = record.to_owned();
            file.record_bytes = Some(bytes);
        }
        file.largest = file.largest.max(bytes);
        file.mixed |= file.record_bytes != Some(bytes) || file.record != record;
    }
}

/// Fills in what the tables say about files.
pub(super) fn describe_files(program: &mut Program, volume: &Volume) {
    for file in &mut program.files {
        let Some(found) = volume.files.get(&(file.process.index(), file.path.clone())) else {
            file.planned = Some(0);
            continue;
        };
        file.planned = found.planned.0;
        file.record = if found.mixed { "record".into() } else { found.record.clone() };
        file.record_bytes = found.record_bytes.filter(|_| !found.mixed);
        file.largest_bytes = found.largest;
    }
}
