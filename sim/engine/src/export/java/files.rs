//! Files: how they are opened, written and closed.

use super::body::Body;
use super::text::string;
use crate::export::lines::Lines;
use crate::export::places::File;
use crate::scenario::{Buffering, FileMode, Op, TimeRange};

/// The type of a variable that holds an open file.
pub(super) fn type_of(file: &File) -> &'static str {
    match file.mode {
        FileMode::Binary => "OutputStream",
        FileMode::Text => "Writer",
    }
}

impl Body<'_, '_> {
    /// Declares the local files of this method that are not opened in its outermost block first.
    pub(super) fn declare_files(&mut self, lines: &mut Lines) {
        for (path, file) in &self.places.files {
            if file.only == Some(self.function) && self.places.opened_first(path).is_none() {
                self.import_type(path);
                lines.line(format!("{} {} = null;", type_of(file), file.variable));
            }
        }
    }

    fn import_type(&mut self, path: &str) {
        match self.places.files.get(path).map(type_of) {
            Some("Writer") => self.import("java.io.Writer"),
            _ => self.import("java.io.OutputStream"),
        }
    }

    /// Opens a file.
    pub(super) fn open(&mut self, op: &Op, lines: &mut Lines) {
        let Op::Open { path, mode, buffering } = op else { return };
        let Some(file) = self.places.files.get(path.as_str()) else { return };
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.import("java.nio.file.Files");
            self.import("java.nio.file.Path");
            lines.line(format!("Files.createDirectories(Path.of({}));", string(folder)));
        }
        self.import_type(path);
        let size = if *buffering == Buffering::Full { ", 8192" } else { "" };
        let name = string(path);
        let opened = match mode {
            FileMode::Binary => {
                self.import("java.io.FileOutputStream");
                let raw = format!("new FileOutputStream({name})");
                match buffering {
                    Buffering::None => raw,
                    _ => {
                        self.import("java.io.BufferedOutputStream");
                        format!("new BufferedOutputStream({raw}{size})")
                    }
                }
            }
            FileMode::Text => {
                self.import("java.io.BufferedWriter");
                self.import("java.io.FileWriter");
                self.import("java.nio.charset.StandardCharsets");
                format!("new BufferedWriter(new FileWriter({name}, StandardCharsets.UTF_8){size})")
            }
        };
        let here = self.places.opened_first(path).is_some_and(|first| std::ptr::eq(first, op));
        let declared = file.only == Some(self.function) && here;
        let kind = if declared { format!("{} ", type_of(file)) } else { String::new() };
        lines.line(format!("{kind}{} = {opened};", file.variable));
    }

    /// Writes one record.
    pub(super) fn write(&mut self, path: &str, record: &str, bytes: u64, time: TimeRange, lines: &mut Lines) {
        let Some(file) = self.places.files.get(path) else { return };
        let constant = self.places.record(record, file.mode, bytes).to_owned();
        let variable = &file.variable;
        if time.max_us == 0 {
            lines.line(format!("{variable}.write({constant});"));
        } else if !self.options.trace {
            lines.line(format!("{variable}.write({constant}); // one large call, long in the kernel"));
        } else if bytes > 8192 || file.buffering == Buffering::None {
            let millis = self.span(time);
            lines.line(format!("slowWrite({variable}, {constant}, {millis});"));
        } else {
            let millis = self.span(time);
            lines.line(format!("{variable}.write({constant});"));
            lines.line(format!("Thread.sleep({millis});"));
        }
        if file.buffering == Buffering::Line {
            lines.line(format!("{variable}.flush();"));
        }
    }
}
