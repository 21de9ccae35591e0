//! Python names from the scenario's names, each given out once in the whole module.

use std::collections::HashSet;

/// Keywords, also the soft ones.
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return", "try", "type", "while", "with",
    "yield",
];

/// Builtins, the modules an exported program may import, and the names it uses for itself.
const TAKEN: &[&str] = &[
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bool",
    "breakpoint",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "copyright",
    "credits",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "exit",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "license",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "quit",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "vars",
    "zip",
    "atexit",
    "concurrent",
    "multiprocessing",
    "os",
    "queue",
    "random",
    "signal",
    "sys",
    "threading",
    "time",
    "types",
    "main",
    "ThreadPoolExecutor",
    "self",
    "signum",
    "frame",
    "number",
    "seconds",
    "thread",
    "error",
    "module",
];

/// The exception classes that need no definition.
const EXCEPTIONS: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BlockingIOError",
    "BrokenPipeError",
    "BufferError",
    "ChildProcessError",
    "ConnectionAbortedError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "EOFError",
    "Exception",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "GeneratorExit",
    "IOError",
    "ImportError",
    "IndexError",
    "InterruptedError",
    "IsADirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "NotADirectoryError",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PermissionError",
    "ProcessLookupError",
    "RecursionError",
    "ReferenceError",
    "RuntimeError",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SystemError",
    "SystemExit",
    "TimeoutError",
    "TypeError",
    "UnboundLocalError",
    "UnicodeError",
    "ValueError",
    "Warning",
    "ZeroDivisionError",
];

/// The longest name made from a sentence.
const LONGEST: usize = 40;

/// Gives out names, none twice.
pub(super) struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// Nothing but Python's own names is taken.
    pub(super) fn new() -> Self {
        let taken = [KEYWORDS, TAKEN, EXCEPTIONS].concat().into_iter().map(str::to_string).collect();
        Names { taken }
    }

    /// The first of `wishes` that is still free, else the last one with a number.
    pub(super) fn take(&mut self, wishes: &[String]) -> String {
        let last = wishes.last().map_or("thing", String::as_str);
        let name = wishes
            .iter()
            .find(|wish| !self.taken.contains(*wish))
            .cloned()
            .or_else(|| (2u64..).map(|n| format!("{last}_{n}")).find(|name| !self.taken.contains(name)))
            .unwrap_or_default();
        self.taken.insert(name.clone());
        name
    }
}

/// Whether Python has this exception class without being told.
pub(super) fn is_builtin_exception(name: &str) -> bool {
    EXCEPTIONS.contains(&name)
}

/// `render_a_page` from "Render a page!"; `fallback` if nothing is left.
pub(super) fn snake(text: &str, fallback: &str) -> String {
    let mut out = String::new();
    for word in words(text) {
        if !out.is_empty() {
            if out.len() + word.len() >= LONGEST {
                break;
            }
            out.push('_');
        }
        out.push_str(&word.to_ascii_lowercase());
    }
    sound(out, fallback)
}

/// `FlushLog` from "flush-log"; `fallback` if nothing is left.
pub(super) fn camel(text: &str, fallback: &str) -> String {
    let mut out = String::new();
    for word in words(text) {
        let (first, rest) = word.split_at(1);
        out.push_str(&first.to_ascii_uppercase());
        out.push_str(rest);
        if out.len() >= LONGEST {
            break;
        }
    }
    sound(out, fallback)
}

/// `snake` with a suffix, unless the name already says so.
pub(super) fn with_suffix(text: &str, suffix: &str) -> String {
    let base = snake(text, suffix);
    if base == suffix || base.ends_with(&format!("_{suffix}")) { base } else { format!("{base}_{suffix}") }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

fn sound(mut name: String, fallback: &str) -> String {
    name.truncate(2 * LONGEST);
    match name.chars().next() {
        None => fallback.to_string(),
        Some(first) if first.is_ascii_digit() => format!("{fallback}_{name}"),
        Some(_) => name,
    }
}
