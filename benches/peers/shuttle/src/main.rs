//! SHUTDOWN(d, w, k) for shuttle: random schedules of threads that take a lock.
//!
//! usage: peer-shuttle random|pct D W K SCHEDULES
//!
//! Shuttle runs every thread to its end, so a daemon looks at a flag before each step and ends when it is set.

use std::collections::BTreeSet;
use std::time::Instant;

use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::sync::atomic::{AtomicBool, Ordering};
use shuttle::sync::{Arc, Mutex};
use shuttle::{Config, Runner, thread};

/// Bytes in the buffer, and on disk.
type Log = Arc<Mutex<(u32, u32)>>;

fn append(log: &Log, lock: &Mutex<()>) {
    let _held = lock.lock().unwrap();
    log.lock().unwrap().0 += 1;
}

fn flush(log: &Log) {
    let mut log = log.lock().unwrap();
    log.1 += std::mem::take(&mut log.0);
}

fn shutdown(daemons: usize, workers: usize, rounds: usize) -> (u32, u32) {
    let log: Log = Arc::new(Mutex::new((0, 0)));
    let lock = Arc::new(Mutex::new(()));
    let frozen = Arc::new(AtomicBool::new(false));
    for _ in 0..daemons {
        let (log, lock, frozen) = (log.clone(), lock.clone(), frozen.clone());
        thread::spawn(move || {
            for _ in 0..rounds {
                if frozen.load(Ordering::SeqCst) {
                    return;
                }
                append(&log, &lock);
            }
        });
    }
    let guests = (0..workers).map(|_| {
        let (log, lock) = (log.clone(), lock.clone());
        thread::spawn(move || {
            (0..rounds).for_each(|_| append(&log, &lock));
            flush(&log);
        })
    });
    guests.collect::<Vec<_>>().into_iter().for_each(|guest| guest.join().unwrap());
    {
        let _held = lock.lock().unwrap();
        flush(&log);
    }
    frozen.store(true, Ordering::SeqCst);
    let (lost, durable) = *log.lock().unwrap();
    (durable, lost)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<usize>().ok());
    let (Some(daemons), Some(workers), Some(rounds), Some(schedules)) =
        (number(1), number(2), number(3), number(4))
    else {
        eprintln!("usage: peer-shuttle random|pct D W K SCHEDULES");
        std::process::exit(2);
    };
    let seen = std::sync::Arc::new(std::sync::Mutex::new(BTreeSet::new()));
    let outcomes = seen.clone();
    let body = move || {
        let outcome = shutdown(daemons, workers, rounds);
        outcomes.lock().unwrap().insert(outcome);
    };
    let start = Instant::now();
    let runs = if arguments[0] == "pct" {
        Runner::new(PctScheduler::new_from_seed(0, 3, schedules), Config::new()).run(body)
    } else {
        Runner::new(RandomScheduler::new_from_seed(0, schedules), Config::new()).run(body)
    };
    let seconds = start.elapsed().as_secs_f64();
    println!("outcomes {} runs {runs} seconds {seconds:.6}", seen.lock().unwrap().len());
}
