//! The processes of a session, by their ids.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use closing_time_engine::scenario::Signal;
use rustix::process::{Pid, kill_process};
use rustix::time::{ClockId, clock_gettime};

/// The clock that Python calls `time.monotonic`, µs.
pub(super) fn now_us() -> i64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
}

/// The ids of the living members of a session.
pub(super) fn members(session: u32) -> Vec<u32> {
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| is_alive_in(*pid, session))
        .collect()
}

/// Reads `/proc/PID/stat`: after the command in brackets come state, parent, group, session.
fn is_alive_in(pid: u32, session: u32) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
    let Some((_, rest)) = stat.rsplit_once(')') else { return false };
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let dead = matches!(fields.first(), Some(&"Z" | &"X"));
    !dead && fields.get(3).is_some_and(|field| field.parse() == Ok(session))
}

/// Sends a signal; false if there is no such process.
pub(super) fn send(pid: u32, signal: Signal) -> bool {
    let signal = match signal {
        Signal::Hup => rustix::process::Signal::HUP,
        Signal::Int => rustix::process::Signal::INT,
        Signal::Quit => rustix::process::Signal::QUIT,
        Signal::Kill => rustix::process::Signal::KILL,
        Signal::Usr1 => rustix::process::Signal::USR1,
        Signal::Usr2 => rustix::process::Signal::USR2,
        Signal::Alrm => rustix::process::Signal::ALARM,
        Signal::Term => rustix::process::Signal::TERM,
        Signal::Abrt => rustix::process::Signal::ABORT,
    };
    i32::try_from(pid).ok().and_then(Pid::from_raw).is_some_and(|pid| kill_process(pid, signal).is_ok())
}

/// Kills every member of a session but the leader, whom only its parent can clear away, and waits until they are
/// gone. One that was being forked while the others were counted is found in the next round.
pub(super) fn kill_all(session: u32) {
    let patience = Instant::now() + Duration::from_secs(10);
    loop {
        let others: Vec<u32> = members(session).into_iter().filter(|pid| *pid != session).collect();
        if others.is_empty() || Instant::now() > patience {
            return;
        }
        for pid in others {
            send(pid, Signal::Kill);
        }
        sleep(Duration::from_millis(1));
    }
}
