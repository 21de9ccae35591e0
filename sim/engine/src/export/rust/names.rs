//! Words that are taken in Rust.

use crate::export::identifiers::Case;
use crate::export::naming::{Cases, Naming};
use crate::scenario::Process;

/// Keywords, modules that are in scope, and what [`super::helpers`] defines.
const RESERVED: &str = "abstract as async await become box break const continue crate do dyn else enum extern false final fn \
    for gen if impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true \
    try type typeof union unsafe unsized use virtual where while yield main bool char drop fs i8 i16 i32 i64 i128 io \
    isize panic process std core alloc str thread u8 u16 u32 u64 u128 usize f32 f64 vec string _exit atexit kill signal \
    sigwait sigemptyset sigaddset pthread_sigmask clock_gettime between block_signal on_signal slow_write \
    slow_write_file text trace traced class run result error number name SIG_IGN TRACE";

/// The names of a program.
pub(super) fn naming(process: &Process) -> Naming {
    let reserved: Vec<&str> = RESERVED.split_whitespace().collect();
    let cases = Cases { function: Case::Snake, global: Case::Upper, local: Case::Snake };
    Naming::new(process, &reserved, cases)
}

/// The type that is an exception class.
pub(super) fn class(class: &str) -> String {
    let letters: String = class.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let taken = [
        "Any", "File", "Event", "Queue", "Lock", "Held", "Mutex", "Some", "None", "Ok", "Err", "Box", "Self",
    ];
    match letters.chars().next() {
        Some(first) if first.is_ascii_digit() || taken.contains(&&*letters) => format!("E{letters}"),
        Some(first) => format!("{}{}", first.to_ascii_uppercase(), &letters[1..]),
        None => "Error".to_string(),
    }
}
