//! Names: those of the scenario, as identifiers that nothing else in the model has.
//!
//! Each kind has a prefix, so that no name is a word of Promela or C: `t_` threads, `p_` processes, `f_` files, `h_`
//! handlers, `x_` exceptions. In a scenario with several processes the name of the process stands in between.

use std::collections::HashSet;

use crate::program::{ProcessId, Program, ThreadId};

/// The identifier of everything in a program, each in the order of its table.
pub(super) struct Names {
    pub(super) processes: Vec<String>,
    pub(super) threads: Vec<String>,
    /// The `proctype` of each group of threads.
    pub(super) groups: Vec<String>,
    pub(super) locks: Vec<String>,
    pub(super) events: Vec<String>,
    pub(super) queues: Vec<String>,
    pub(super) pools: Vec<String>,
    pub(super) files: Vec<String>,
    pub(super) handlers: Vec<String>,
    pub(super) exceptions: Vec<String>,
}

impl Names {
    pub(super) fn of(program: &Program) -> Names {
        let mut taken = HashSet::new();
        let mut unique = |wanted: String| {
            let mut name = wanted.clone();
            for number in 2.. {
                if taken.insert(name.clone()) {
                    break;
                }
                name = format!("{wanted}_{number}");
            }
            name
        };
        let within = |process: ProcessId, name: &str| match program.processes.len() {
            1 => identifier(name),
            _ => format!("{}_{}", identifier(&program.process(process).name), identifier(name)),
        };
        let process_of_group = |group: usize| {
            let of = program.threads.iter().find(|thread| thread.group as usize == group);
            of.map_or(ProcessId(0), |thread| thread.process)
        };
        let threads = (0..program.threads.len() as u32).map(ThreadId);
        Names {
            processes: program
                .processes
                .iter()
                .map(|process| unique(format!("p_{}", identifier(&process.name))))
                .collect(),
            threads: threads
                .map(|thread| {
                    let name = within(program.process_of(thread), &program.thread_name(thread));
                    unique(format!("t_{name}"))
                })
                .collect(),
            groups: program
                .groups
                .iter()
                .enumerate()
                .map(|(number, group)| {
                    unique(format!("thread_{}", within(process_of_group(number), &group.name)))
                })
                .collect(),
            locks: objects(&program.locks, "lock_", &within, &mut unique),
            events: objects(&program.events, "set_", &within, &mut unique),
            queues: objects(&program.queues, "queue_", &within, &mut unique),
            pools: program
                .pools
                .iter()
                .map(|pool| unique(format!("pool_{}", within(pool.process, &pool.name))))
                .collect(),
            files: program
                .files
                .iter()
                .map(|file| {
                    let path = if file.stdout { "stdout" } else { &file.path };
                    unique(format!("f_{}", within(file.process, path)))
                })
                .collect(),
            handlers: program
                .handlers
                .iter()
                .map(|handler| unique(format!("h_{}", within(handler.process, &handler.name))))
                .collect(),
            exceptions: program
                .exceptions
                .iter()
                .map(|exception| unique(format!("x_{}", identifier(&exception.class))))
                .collect(),
        }
    }
}

fn objects(
    all: &[crate::program::ObjectInfo],
    prefix: &str,
    within: &impl Fn(ProcessId, &str) -> String,
    unique: &mut impl FnMut(String) -> String,
) -> Vec<String> {
    all.iter().map(|object| unique(format!("{prefix}{}", within(object.process, &object.name)))).collect()
}

fn identifier(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// Text for a comment or a printed line: one line, and nothing that could end either, or that `printf` would read.
pub(super) fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let clean = |c: char| if c == ' ' || c.is_ascii_graphic() && c != '\\' { c } else { '?' };
    words.join(" ").chars().map(clean).collect::<String>().replace("*/", "* /").replace("/*", "/ *")
}

/// A name within a printed line.
pub(super) fn printed(name: &str) -> String {
    plain(name).replace(['"', '%', ':', ';'], "_")
}
