//! Files: how they are opened, written and closed.

use super::body::Body;
use super::text::string;
use crate::export::lines::Lines;
use crate::export::places::File;
use crate::scenario::{Buffering, FileMode, Op, TimeRange};

/// The buffer that a FileStream of Mono has when none is asked for, bytes (measured).
const LEAST_BUFFER: u64 = 8;

/// The type of a variable that holds an open file.
pub(super) fn type_of(file: &File) -> &'static str {
    match file.mode {
        FileMode::Binary => "FileStream",
        FileMode::Text => "StreamWriter",
    }
}

impl Body<'_, '_> {
    /// Declares the local files of this method that are not opened in its outermost block first.
    pub(super) fn declare_files(&mut self, lines: &mut Lines) {
        for (path, file) in &self.places.files {
            if file.only == Some(self.function) && self.places.opened_first(path).is_none() {
                self.imports.insert("System.IO");
                lines.line(format!("{} {} = null;", type_of(file), file.variable));
            }
        }
    }

    /// Opens a file.
    pub(super) fn open(&mut self, op: &Op, lines: &mut Lines) {
        let Op::Open { path, mode, buffering } = op else { return };
        let Some(file) = self.places.files.get(path.as_str()) else { return };
        self.imports.insert("System.IO");
        if let Some((folder, _)) = path.rsplit_once('/') {
            lines.line(format!("Directory.CreateDirectory({});", string(folder)));
        }
        let name = string(path);
        let stream = |size: u32| {
            format!("new FileStream({name}, FileMode.Create, FileAccess.Write, FileShare.Read, {size})")
        };
        let opened = match (mode, buffering) {
            (FileMode::Binary, Buffering::Default | Buffering::Line) => {
                format!("new FileStream({name}, FileMode.Create, FileAccess.Write)")
            }
            (FileMode::Binary, Buffering::Full) => stream(8192),
            (FileMode::Binary, Buffering::None) => stream(1),
            (FileMode::Text, Buffering::Full) => {
                format!("new StreamWriter({})", stream(8192))
            }
            (FileMode::Text, Buffering::Line) => format!("new StreamWriter({name}) {{ AutoFlush = true }}"),
            (FileMode::Text, _) => format!("new StreamWriter({name})"),
        };
        let here = self.places.opened_first(path).is_some_and(|first| std::ptr::eq(first, op));
        let declared = file.only == Some(self.function) && here;
        let kind = if declared { format!("{} ", type_of(file)) } else { String::new() };
        lines.line(format!("{kind}{} = {opened};", file.variable));
    }

    /// Writes one record.
    pub(super) fn write(&mut self, path: &str, record: &str, bytes: u64, time: TimeRange, lines: &mut Lines) {
        let Some(file) = self.places.files.get(path) else { return };
        let constant = self.places.record(record, file.mode, bytes);
        let variable = &file.variable;
        let write = match file.mode {
            FileMode::Binary => format!("{variable}.Write({constant}, 0, {constant}.Length);"),
            FileMode::Text => format!("{variable}.Write({constant});"),
        };
        if time.max_us == 0 {
            lines.line(write);
            if file.buffering == Buffering::None && bytes <= LEAST_BUFFER {
                lines.line(format!(
                    "{variable}.Flush(); // Mono holds back {LEAST_BUFFER} bytes all the same"
                ));
            }
        } else if !self.options.trace {
            lines.line(format!("{write} // one large call, long in the kernel"));
        } else if bytes > 8192 || file.buffering == Buffering::None {
            let millis = self.span(time);
            lines.line(format!("SlowWrite({variable}, {constant}, {millis});"));
        } else {
            let millis = self.span(time);
            lines.line(write);
            lines.line(format!("Thread.Sleep({millis});"));
        }
    }
}
