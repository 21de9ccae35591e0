//! An outcome in one sentence, for the line under a figure.

use closing_time_engine::trace::{Ending, Fate, FileOutcome, HandlerKind, Outcome, ProcessOutcome, Status};

/// What happens, as in "The process exits with code 0 after 3.5 s; pdf and cleanup are cut off; report.pdf loses
/// 4,096 of 12,288 bytes."
pub fn sentence(outcome: &Outcome) -> String {
    let mut parts = endings(outcome);
    for (fate, one, many) in [
        (Fate::CutOff, "is cut off", "are cut off"),
        (Fate::Raised, "dies of an exception", "die of an exception"),
        (Fate::NeverStarted, "never starts", "never start"),
    ] {
        parts.extend(told(&threads(outcome, fate), one, many));
    }
    let skipped = outcome.processes.iter().flat_map(|process| &process.handlers);
    let skipped = skipped.filter(|h| h.registered && !h.ran && h.kind != HandlerKind::Signal);
    parts.extend(told(&skipped.map(|h| h.name.clone()).collect::<Vec<_>>(), "never runs", "never run"));
    parts.extend(told(&outcome.left_behind, "is left behind", "are left behind"));
    parts.extend(outcome.files.iter().map(file));
    format!("{}.", parts.join("; "))
}

/// How each process ends.
fn endings(outcome: &Outcome) -> Vec<String> {
    let after = outcome.ended_at_us.map_or_else(String::new, |us| format!(" after {}", seconds(us)));
    match outcome.processes.as_slice() {
        [only] => vec![format!("The process {}{after}", ending(outcome.ending, only))],
        several => {
            let mut parts: Vec<String> = several
                .iter()
                .map(|process| format!("{} {}", process.name, ending(outcome.ending, process)))
                .collect();
            if outcome.ended_at_us.is_some() {
                parts.push(format!("everything has ended{after}"));
            }
            parts
        }
    }
}

fn ending(run: Ending, process: &ProcessOutcome) -> String {
    match (&process.status, run) {
        (Some(Status::Code(code)), _) => format!("exits with code {code}"),
        // Nobody is spared: its threads need no names.
        (Some(Status::Signal(signal)), _) => format!("is killed by SIG{signal} with all its threads"),
        (None, Ending::Bound) => "runs longer than the simulator follows".to_owned(),
        (None, Ending::Exit) => "never starts".to_owned(),
        (None, Ending::Hang | Ending::Endless) => match stuck(process) {
            Some((name, doing)) => format!("never ends: {name} is still {doing}"),
            None => "never ends".to_owned(),
        },
    }
}

/// The thread whose end everybody waits for, seen from main, and what it does.
fn stuck(process: &ProcessOutcome) -> Option<(&str, &str)> {
    let main = process.threads.first().filter(|thread| thread.fate == Fate::Alive)?;
    Some((&main.name, main.during.as_deref()?))
}

/// The threads with that fate; named with their process where there are several. A process that a signal killed has
/// told it already.
fn threads(outcome: &Outcome, fate: Fate) -> Vec<String> {
    let several = outcome.processes.len() > 1;
    let mut names = Vec::new();
    for process in &outcome.processes {
        if fate == Fate::CutOff && matches!(process.status, Some(Status::Signal(_))) {
            continue;
        }
        let of_fate = process.threads.iter().filter(|thread| thread.fate == fate);
        names.extend(
            of_fate.map(|t| if several { format!("{}/{}", process.name, t.name) } else { t.name.clone() }),
        );
    }
    names
}

/// "pdf is cut off", "pdf and cleanup are cut off"; nothing without names.
fn told(names: &[String], one: &str, many: &str) -> Option<String> {
    let verb = if names.len() == 1 { one } else { many };
    (!names.is_empty()).then(|| format!("{} {verb}", list(names)))
}

fn file(file: &FileOutcome) -> String {
    let FileOutcome { path, written, durable, lost, torn, planned, .. } = file;
    let torn = if *torn { " and ends in the middle of a record" } else { "" };
    match (lost, planned) {
        (0, Some(planned)) if planned > written => {
            format!("{path} has {} of {} bytes{torn}", number(*durable), number(*planned))
        }
        (0, _) => format!("{path} keeps all {} bytes{torn}", number(*durable)),
        (lost, _) => format!("{path} loses {} of {} bytes{torn}", number(*lost), number(*written)),
    }
}

/// "a", "a and b", "a, b and c".
fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// `3.5 s` from µs.
pub fn seconds(us: u64) -> String {
    let text = format!("{}.{:06}", us / 1_000_000, us % 1_000_000);
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}

/// `12,288`.
fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use closing_time_engine::trace::ThreadOutcome;

    use super::*;

    fn thread(name: &str, fate: Fate) -> ThreadOutcome {
        ThreadOutcome { name: name.into(), daemon: true, fate, during: None, holding: Vec::new() }
    }

    fn process(status: Option<Status>, threads: Vec<ThreadOutcome>) -> ProcessOutcome {
        ProcessOutcome { name: "server".into(), status, threads, handlers: Vec::new() }
    }

    fn pdf(written: u64, durable: u64, planned: u64) -> FileOutcome {
        FileOutcome {
            path: "report.pdf".into(),
            written,
            durable,
            lost: written - durable,
            torn: false,
            planned: Some(planned),
            record: "page".into(),
            record_bytes: Some(4096),
        }
    }

    fn outcome(ending: Ending, processes: Vec<ProcessOutcome>, files: Vec<FileOutcome>) -> Outcome {
        let ended_at_us = (ending == Ending::Exit).then_some(3_500_000);
        Outcome {
            ending,
            ended_at_us,
            processes,
            files,
            stdout: Vec::new(),
            left_behind: Vec::new(),
            hang: None,
        }
    }

    #[test]
    fn it_says_how_it_ends_who_is_cut_off_and_what_is_lost() {
        let threads = vec![
            thread("main", Fate::Finished),
            thread("pdf", Fate::CutOff),
            thread("cleanup", Fate::CutOff),
        ];
        let lost = outcome(
            Ending::Exit,
            vec![process(Some(Status::Code(0)), threads)],
            vec![pdf(12288, 8192, 20480)],
        );
        assert_eq!(
            sentence(&lost),
            "The process exits with code 0 after 3.5 s; pdf and cleanup are cut off; report.pdf loses 4,096 of 12,288 bytes."
        );
    }

    #[test]
    fn what_was_never_made_is_not_called_lost() {
        let cut = outcome(
            Ending::Exit,
            vec![process(Some(Status::Signal("TERM")), vec![])],
            vec![pdf(8192, 8192, 20480)],
        );
        assert_eq!(
            sentence(&cut),
            "The process is killed by SIGTERM with all its threads after 3.5 s; report.pdf has 8,192 of 20,480 bytes."
        );
    }

    #[test]
    fn a_hang_says_what_main_waits_for() {
        let mut main = thread("main", Fate::Alive);
        main.during = Some("waiting for poller".into());
        let hang =
            outcome(Ending::Hang, vec![process(None, vec![main, thread("poller", Fate::Alive)])], Vec::new());
        assert_eq!(sentence(&hang), "The process never ends: main is still waiting for poller.");
    }

    #[test]
    fn of_several_processes_each_is_told() {
        let mut child = process(Some(Status::Code(0)), vec![thread("main", Fate::Finished)]);
        child.name = "child".into();
        let mut family = outcome(
            Ending::Exit,
            vec![process(Some(Status::Signal("TERM")), vec![thread("main", Fate::CutOff)]), child],
            Vec::new(),
        );
        family.left_behind.push("child".into());
        assert_eq!(
            sentence(&family),
            "server is killed by SIGTERM with all its threads; child exits with code 0; everything has ended after \
             3.5 s; child is left behind."
        );
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([seconds(0), seconds(3_500_000), seconds(250)], ["0 s", "3.5 s", "0.00025 s"]);
        assert_eq!(
            [number(0), number(999), number(1000), number(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
