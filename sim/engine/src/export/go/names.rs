//! Words that are taken in Go.

use crate::export::identifiers::Case;
use crate::export::naming::{Cases, Naming};
use crate::scenario::Process;

/// Keywords, predeclared names, packages, and what [`super::helpers`] defines.
const RESERVED: &str = "break case chan const continue default defer else fallthrough for func go goto if import \
    interface map package range return select struct switch type var any append bool byte cap close complex complex64 \
    complex128 copy delete error false float32 float64 imag int int8 int16 int32 int64 iota len make new nil panic \
    print println real recover rune string true uint uint8 uint16 uint32 uint64 uintptr main init bufio bytes fmt os \
    rand runtime signal strings sync syscall time unsafe log atExit runAtExit between create event newEvent handle \
    slowWrite trace traced traceFile run unbounded done err i name class";

/// The names of a program.
pub(super) fn naming(process: &Process) -> Naming {
    let reserved: Vec<&str> = RESERVED.split_whitespace().collect();
    let cases = Cases { function: Case::Camel, global: Case::Camel, local: Case::Camel };
    Naming::new(process, &reserved, cases)
}

/// The type that is an exception class.
pub(super) fn class(class: &str) -> String {
    let letters: String = class.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let mut letters = letters.chars();
    letters.next().map_or("Error".to_string(), |first| {
        let first =
            if first.is_ascii_digit() { format!("E{first}") } else { first.to_ascii_uppercase().to_string() };
        first + letters.as_str()
    })
}
