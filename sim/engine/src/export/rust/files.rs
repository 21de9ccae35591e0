//! Files: local to the function that alone uses them, and then flushed when that ends, or behind a static `Mutex`.

use super::Plan;
use super::body::Body;
use super::code::{Code, string};
use super::helpers::Helper;
use crate::export::open_files::FileUse;
use crate::scenario::{Buffering, TimeRange};

/// Where the variable of a file lives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Made where it is opened, dropped where it is closed.
    Local,
    /// A local `Option`, because it is opened or closed inside of a block.
    Option,
    /// A static.
    Static,
}

fn place(file: &FileUse) -> Place {
    match file.only {
        None => Place::Static,
        Some(_) if is_made_here(file) && !file.closed_early => Place::Local,
        Some(_) => Place::Option,
    }
}

/// Whether the variable is made where the file is opened.
fn is_made_here(file: &FileUse) -> bool {
    file.at_top && file.opens == 1
}

fn name(plan: &Plan, path: &str, file: &FileUse) -> String {
    plan.names.file(path, file.only.is_none())
}

/// The type, which is brought into scope.
fn kind(file: &FileUse, code: &mut Code) -> &'static str {
    code.bring("std::fs::File");
    match file.buffering {
        Buffering::Full | Buffering::Default => {
            code.bring("std::io::BufWriter");
            "BufWriter<File>"
        }
        Buffering::Line => {
            code.bring("std::io::LineWriter");
            "LineWriter<File>"
        }
        Buffering::None => "File",
    }
}

/// The statics.
pub(super) fn globals(plan: &Plan, code: &mut Code) {
    for (path, file) in &plan.files {
        if place(file) == Place::Static {
            let kind = kind(file, code);
            code.bring("std::sync::Mutex");
            code.line(format!(
                "static {}: Mutex<Option<{kind}>> = Mutex::new(None);",
                name(plan, path, file)
            ));
        }
    }
}

/// Declares the local variables that are not made where the file is opened.
pub(super) fn declare(body: &Body, code: &mut Code) {
    for (path, file) in &body.plan.files {
        let option = place(file) == Place::Option && !is_made_here(file);
        if file.only == Some(body.function) && option && file.used {
            let kind = kind(file, code);
            code.line(format!("let mut {}: Option<{kind}> = None;", name(body.plan, path, file)));
        }
    }
}

/// Opens a file.
pub(super) fn open(body: &Body, path: &str, code: &mut Code) {
    let Some(file) = body.plan.files.get(path) else { return };
    if let Some((folder, _)) = path.rsplit_once('/') {
        code.bring("std::fs");
        code.line(format!("fs::create_dir_all({}).unwrap();", string(folder)));
    }
    let create = format!("File::create({}).unwrap()", string(path));
    kind(file, code);
    let value = match file.buffering {
        Buffering::Full => format!("BufWriter::with_capacity(8192, {create})"),
        Buffering::Default => format!("BufWriter::new({create})"),
        Buffering::Line => format!("LineWriter::new({create})"),
        Buffering::None => create,
    };
    let name = name(body.plan, path, file);
    code.line(match place(file) {
        _ if !file.used => format!("let _{name} = {value};"),
        Place::Local => format!("let mut {name} = {value};"),
        Place::Option if is_made_here(file) => format!("let mut {name} = Some({value});"),
        Place::Option => format!("{name} = Some({value});"),
        Place::Static => format!("*{name}.lock().unwrap() = Some({value});"),
    });
}

/// An expression for the open file.
fn opened(body: &Body, path: &str, file: &FileUse) -> String {
    let name = name(body.plan, path, file);
    match place(file) {
        Place::Local => name,
        Place::Option => format!("{name}.as_mut().unwrap()"),
        Place::Static => format!("{name}.lock().unwrap().as_mut().unwrap()"),
    }
}

/// Writes a record.
pub(super) fn write(body: &Body, path: &str, record: &str, bytes: u64, time: TimeRange, code: &mut Code) {
    let Some(file) = body.plan.files.get(path) else { return };
    let expression = opened(body, path, file);
    let record = body.plan.names.record(record, file.mode, bytes);
    code.bring("std::io::Write");
    if time.max_us == 0 {
        return code.line(format!("{expression}.write_all(&{record}).unwrap();"));
    }
    if !body.plan.options.trace {
        code.line("// One large call, long in the kernel.");
        return code.line(format!("{expression}.write_all(&{record}).unwrap();"));
    }
    let span = body.span(time, code);
    let by_reference =
        if place(file) == Place::Local { format!("&mut {expression}") } else { expression.clone() };
    match file.buffering {
        Buffering::Full | Buffering::Default => {
            code.help(Helper::SlowWrite);
            code.line(format!("slow_write({by_reference}, &{record}, {span});"));
        }
        Buffering::None => {
            code.help(Helper::SlowWriteFile);
            code.line(format!("slow_write_file({by_reference}, &{record}, {span});"));
        }
        Buffering::Line => {
            code.bring("std::thread");
            code.line(format!("{expression}.write_all(&{record}).unwrap();"));
            code.line(format!("thread::sleep({span});"));
        }
    }
}

/// Hands the buffer to the kernel.
pub(super) fn flush(body: &Body, path: &str, code: &mut Code) {
    let Some(file) = body.plan.files.get(path) else { return };
    code.bring("std::io::Write");
    code.line(format!("{}.flush().unwrap();", opened(body, path, file)));
}

/// Flushes and closes.
pub(super) fn close(body: &Body, path: &str, code: &mut Code) {
    let Some(file) = body.plan.files.get(path) else { return };
    let name = name(body.plan, path, file);
    code.line(match place(file) {
        Place::Local => format!("drop({name});"),
        Place::Option => format!("drop({name}.take());"),
        Place::Static => format!("drop({name}.lock().unwrap().take());"),
    });
}
