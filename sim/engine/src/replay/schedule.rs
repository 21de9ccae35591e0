//! A run as a short string: `ct1:KIND-FINGERPRINT-CHECK`.
//!
//! * `s7` is the timed run with seed 7 (in hexadecimal); `s0` the fixed order.
//! * `x7.0.0~3.4.9` lists choices after the seed: `4 * thread` runs a thread, `+ 1` makes it give up waiting,
//!   `4 * n + 2` is the scenario's stimulus n, `4 * (8 * process + signal) + 3` a signal from outside; `~3` repeats.
//!   Numbers are in base 36.
//!
//! The fingerprint is that of the compiled program: scenario, knobs, signals, runtime. The check tells a mistyped
//! string from an outdated one.

use std::fmt;

use super::Options;
use crate::program::{ProcessId, Program, ThreadId};
use crate::scenario::Signal;
use crate::world::Choice;

const PREFIX: &str = "ct1:";

/// The choices that make a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Seed of the policy, and of drawn durations.
    pub seed: u64,
    /// Explicit choices; empty: the policy chooses everything.
    pub choices: Vec<Choice>,
}

/// Why a string is no schedule for this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleError {
    /// It does not begin with `ct1:`.
    NoSchedule,
    /// Its version is not known here.
    Version(String),
    /// The check does not fit: some character is wrong or missing.
    Mistyped,
    /// It belongs to another scenario, to other knobs, signals or rules.
    Outdated,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScheduleError::NoSchedule => formatter.write_str("not a schedule: it must begin with `ct1:`"),
            ScheduleError::Version(version) => {
                write!(formatter, "schedules of version `{version}` are not known here: this program reads `ct1:`")
            }
            ScheduleError::Mistyped => {
                formatter.write_str("the schedule is damaged: its check does not fit; copy it again as a whole")
            }
            ScheduleError::Outdated => formatter.write_str(
                "the schedule belongs to another program: give the same scenario, --set, --signal and --runtime \
                 that it was made with (a later version of the scenario or of its rules has schedules of its own)",
            ),
        }
    }
}

impl std::error::Error for ScheduleError {}

impl Schedule {
    /// The run with these options.
    pub fn of(options: &Options) -> Schedule {
        Schedule { seed: options.seed, choices: options.script.clone() }
    }

    /// As a string for this program.
    pub fn encode(&self, program: &Program) -> String {
        let mut body =
            if self.choices.is_empty() { format!("s{:x}", self.seed) } else { format!("x{:x}", self.seed) };
        let mut rest = self.choices.as_slice();
        while let Some(first) = rest.first() {
            let run = rest.iter().take_while(|choice| *choice == first).count();
            body.push('.');
            body.push_str(&base36(number(*first)));
            if run > 1 {
                body.push('~');
                body.push_str(&base36(run as u64));
            }
            rest = &rest[run..];
        }
        let text = format!("{body}-{:08x}", fold(program.fingerprint));
        let check = check(&text);
        format!("{PREFIX}{text}-{check:04x}")
    }

    /// Reads a string for this program.
    ///
    /// # Errors
    ///
    /// Why it cannot be replayed here.
    pub fn decode(text: &str, program: &Program) -> Result<Schedule, ScheduleError> {
        let text = text.trim();
        let Some(text) = text.strip_prefix(PREFIX) else {
            let version = text.split(':').next().filter(|head| *head != text && head.starts_with("ct"));
            return Err(version.map_or(ScheduleError::NoSchedule, |head| ScheduleError::Version(head.into())));
        };
        let mistyped = ScheduleError::Mistyped;
        let (signed, sum) = text.rsplit_once('-').ok_or(mistyped.clone())?;
        if u16::from_str_radix(sum, 16).ok() != Some(check(signed)) {
            return Err(mistyped);
        }
        let (body, fingerprint) = signed.rsplit_once('-').ok_or(mistyped.clone())?;
        if u32::from_str_radix(fingerprint, 16).ok() != Some(fold(program.fingerprint)) {
            return Err(ScheduleError::Outdated);
        }
        let mut parts = body.get(1..).unwrap_or_default().split('.');
        let seed =
            parts.next().and_then(|seed| u64::from_str_radix(seed, 16).ok()).ok_or(mistyped.clone())?;
        let mut choices = Vec::new();
        for part in parts {
            let (value, times) = part.split_once('~').unwrap_or((part, "1"));
            let value = u64::from_str_radix(value, 36).map_err(|_| mistyped.clone())?;
            let times = u32::from_str_radix(times, 36).map_err(|_| mistyped.clone())?;
            let total = choices.len() as u64 + u64::from(times);
            let choice =
                choice(value).filter(|_| total <= super::DEFAULT_STEP_LIMIT).ok_or(mistyped.clone())?;
            choices.extend((0..times).map(|_| choice));
        }
        Ok(Schedule { seed, choices })
    }
}

fn number(choice: Choice) -> u64 {
    match choice {
        Choice::Run(thread) => 4 * u64::from(thread.0),
        Choice::Timeout(thread) => 4 * u64::from(thread.0) + 1,
        Choice::Stimulus(stimulus) => 4 * u64::from(stimulus) + 2,
        Choice::Signal(process, signal) => {
            let position = Signal::ALL.iter().position(|known| *known == signal).unwrap_or_default();
            4 * (8 * u64::from(process.0) + position as u64) + 3
        }
    }
}

fn choice(number: u64) -> Option<Choice> {
    let rest = u32::try_from(number / 4).ok()?;
    Some(match number % 4 {
        0 => Choice::Run(ThreadId(rest)),
        1 => Choice::Timeout(ThreadId(rest)),
        2 => Choice::Stimulus(rest),
        _ => Choice::Signal(ProcessId(rest / 8), Signal::ALL[rest as usize % 8]),
    })
}

fn base36(mut value: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit((value % 36) as u32, 36).unwrap_or('0'));
        value /= 36;
        if value == 0 {
            return digits.iter().rev().collect();
        }
    }
}

fn fold(fingerprint: u64) -> u32 {
    (fingerprint ^ fingerprint >> 32) as u32
}

/// CRC-16/CCITT: any single wrong character changes it.
fn check(text: &str) -> u16 {
    text.bytes().fold(0xffff, |crc, byte| {
        (0..8).fold(
            crc ^ u16::from(byte) << 8,
            |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 },
        )
    })
}
