//! An outcome in one sentence, for the line under a figure.

use closing_time_engine::trace::{Ending, Fate, FileOutcome, Outcome, ProcessOutcome, Status};

/// What happens, as in "The process exits with code 0 after 3.5 s; pdf and cleanup are cut off; report.pdf loses
/// 4,096 of 12,288 bytes."
pub fn sentence(outcome: &Outcome) -> String {
    let mut parts = vec![ending(outcome)];
    parts.extend(outcome.processes.iter().skip(1).filter_map(other_process));
    for (fate, one, many) in [
        (Fate::CutOff, "is cut off", "are cut off"),
        (Fate::Raised, "dies of an exception", "die of an exception"),
        (Fate::NeverStarted, "never starts", "never start"),
    ] {
        let names: Vec<String> = outcome.processes.iter().flat_map(|p| threads(outcome, p, fate)).collect();
        if !names.is_empty() {
            parts.push(format!("{} {}", list(&names), if names.len() == 1 { one } else { many }));
        }
    }
    let skipped: Vec<String> = outcome
        .processes
        .iter()
        .flat_map(|p| &p.handlers)
        .filter(|h| h.registered && !h.ran && h.kind != closing_time_engine::trace::HandlerKind::Signal)
        .map(|h| h.name.clone())
        .collect();
    if !skipped.is_empty() {
        parts.push(format!("{} never runs", list(&skipped)));
    }
    parts.extend(outcome.files.iter().map(file));
    format!("{}.", parts.join("; "))
}

/// How the run ends, told of its first process.
fn ending(outcome: &Outcome) -> String {
    let first = outcome.processes.first();
    let name = match outcome.processes.as_slice() {
        [first, _, ..] => first.name.as_str(),
        _ => "The process",
    };
    let alive = || {
        let names: Vec<String> =
            outcome.processes.iter().flat_map(|p| threads(outcome, p, Fate::Alive)).collect();
        if names.is_empty() { String::new() } else { format!(", held by {}", list(&names)) }
    };
    match (outcome.ending, first.and_then(|p| p.status.as_ref())) {
        (Ending::Exit | Ending::Hang | Ending::Endless, Some(status)) => {
            let when = outcome.ended_at_us.map_or_else(String::new, |us| format!(" after {}", seconds(us)));
            let rest = match outcome.ending {
                Ending::Exit => String::new(),
                _ => ", but not everything ends".to_owned(),
            };
            format!("{name} {}{when}{rest}", ended(status))
        }
        (Ending::Hang, None) => format!("{name} hangs for ever{}", alive()),
        (Ending::Endless, None) => format!("{name} never ends{}", alive()),
        (Ending::Exit, None) => format!("{name} never starts"),
        (Ending::Bound, _) => "The run is longer than the simulator follows".to_owned(),
    }
}

fn other_process(process: &ProcessOutcome) -> Option<String> {
    process.status.as_ref().map(|status| format!("{} {}", process.name, ended(status)))
}

fn ended(status: &Status) -> String {
    match status {
        Status::Code(code) => format!("exits with code {code}"),
        Status::Signal(signal) => format!("is killed by SIG{signal}"),
    }
}

/// The threads of a process with that fate; named with their process where there are several.
fn threads(outcome: &Outcome, process: &ProcessOutcome, fate: Fate) -> Vec<String> {
    let several = outcome.processes.len() > 1;
    let named = |name: &str| if several { format!("{}/{name}", process.name) } else { name.to_owned() };
    process.threads.iter().filter(|t| t.fate == fate).map(|t| named(&t.name)).collect()
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
        Outcome { ending, ended_at_us, processes, files, stdout: Vec::new(), left_behind: Vec::new() }
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
            "The process is killed by SIGTERM after 3.5 s; report.pdf has 8,192 of 20,480 bytes."
        );
    }

    #[test]
    fn a_hang_names_who_holds_it() {
        let threads = vec![thread("main", Fate::Alive), thread("poller", Fate::Alive)];
        let hang = outcome(Ending::Hang, vec![process(None, threads)], Vec::new());
        assert_eq!(sentence(&hang), "The process hangs for ever, held by main and poller.");
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
