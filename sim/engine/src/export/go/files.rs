//! Files: an `*os.File`, with a `*bufio.Writer` in front of it unless it has no buffer.

use std::collections::BTreeSet;

use super::Plan;
use super::body::Body;
use super::code::{Code, string};
use super::helpers::Helper;
use crate::export::identifiers::Case;
use crate::export::stock::uses;
use crate::scenario::{Buffering, Op, TimeRange};

/// The variable to which records are written.
pub(super) fn writer(plan: &Plan, path: &str) -> String {
    let global = plan.files.get(path).is_none_or(|file| file.only.is_none());
    plan.names.file(path, global)
}

/// The variable of the file behind its buffer; without a buffer the same.
pub(super) fn file(plan: &Plan, path: &str) -> String {
    let writer = writer(plan, path);
    if is_buffered(plan, path) {
        plan.names.of("os file", &format!("{} file", plan.names.file_words(path)), Case::Camel)
    } else {
        writer
    }
}

fn buffering(plan: &Plan, path: &str) -> Buffering {
    plan.files.get(path).map_or(Buffering::Full, |file| file.buffering)
}

fn is_buffered(plan: &Plan, path: &str) -> bool {
    buffering(plan, path) != Buffering::None
}

/// Whether something is done with the file itself, not only with its buffer.
fn needs_file(plan: &Plan, path: &str) -> bool {
    is_buffered(plan, path)
        && uses(plan.process, |op| match op {
            Op::Close(closed) => closed == path,
            Op::Write { path: written, time, .. } => written == path && time.max_us > 0 && plan.options.trace,
            _ => false,
        })
}

/// The variables of a file, with their types.
pub(super) fn variables(plan: &Plan, path: &str) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    if needs_file(plan, path) {
        found.push((file(plan, path), "*os.File"));
    }
    found.push((writer(plan, path), if is_buffered(plan, path) { "*bufio.Writer" } else { "*os.File" }));
    found
}

/// Declares the local variables that are not declared where the file is opened.
pub(super) fn declare(body: &Body, code: &mut Code) {
    let mut lines = BTreeSet::new();
    for path in body.plan.files.keys() {
        let Some(local) = body.plan.local(path, body.function) else { continue };
        if local.used && !(local.at_top && local.opens == 1) {
            lines.extend(variables(body.plan, path));
        }
    }
    for (name, kind) in lines {
        code.import(if kind == "*os.File" { "os" } else { "bufio" });
        code.line(format!("var {name} {kind}"));
    }
}

/// Opens a file.
pub(super) fn open(body: &Body, path: &str, code: &mut Code) {
    if let Some((folder, _)) = path.rsplit_once('/') {
        code.import("os");
        code.line(format!("os.MkdirAll({}, 0o777)", string(folder)));
    }
    code.help(Helper::Create);
    let create = format!("create({})", string(path));
    let local = body.plan.local(path, body.function);
    if local.is_some_and(|local| !local.used) {
        return code.line(create);
    }
    let assign = if local.is_some_and(|local| local.at_top && local.opens == 1) { ":=" } else { "=" };
    let name = writer(body.plan, path);
    if !is_buffered(body.plan, path) {
        return code.line(format!("{name} {assign} {create}"));
    }
    let mut inner = create;
    if needs_file(body.plan, path) {
        let file = file(body.plan, path);
        code.line(format!("{file} {assign} {inner}"));
        inner = file;
    }
    code.import("bufio");
    code.line(match buffering(body.plan, path) {
        Buffering::Full => format!("{name} {assign} bufio.NewWriterSize({inner}, 8192)"),
        _ => format!("{name} {assign} bufio.NewWriter({inner})"),
    });
}

/// Writes a record.
pub(super) fn write(body: &Body, path: &str, record: &str, bytes: u64, time: TimeRange, code: &mut Code) {
    let Some(known) = body.plan.files.get(path) else { return };
    let name = writer(body.plan, path);
    let record = body.plan.names.record(record, known.mode, bytes);
    if time.max_us == 0 {
        code.line(format!("{name}.Write({record})"));
    } else if body.plan.options.trace {
        let span = body.span(time, code).replace(" * ", "*");
        code.help(Helper::SlowWrite);
        let buffer = if is_buffered(body.plan, path) { name.as_str() } else { "nil" };
        code.line(format!("slowWrite({}, {buffer}, {record}, {span})", file(body.plan, path)));
    } else {
        code.line("// One large call, long in the kernel.");
        code.line(format!("{name}.Write({record})"));
    }
    if buffering(body.plan, path) == Buffering::Line {
        code.line(format!("{name}.Flush()"));
    }
}

/// Hands the buffer to the kernel.
pub(super) fn flush(body: &Body, path: &str, code: &mut Code) {
    if is_buffered(body.plan, path) {
        code.line(format!("{}.Flush()", writer(body.plan, path)));
    }
}

/// Flushes and closes.
pub(super) fn close(body: &Body, path: &str, code: &mut Code) {
    flush(body, path, code);
    code.line(format!("{}.Close()", file(body.plan, path)));
}
