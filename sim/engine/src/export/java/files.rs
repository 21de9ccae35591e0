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
        let files: Vec<(&str, String)> = self
            .places
            .files
            .iter()
            .filter(|(path, file)| file.only == Some(self.function) && !self.opens_first(path))
            .map(|(path, file)| (*path, format!("{} {} = null;", type_of(file), file.variable)))
            .collect();
        for (path, line) in files {
            self.import_type(path);
            lines.line(line);
        }
    }

    /// Whether a file's first statement is an `open` in the outermost block.
    fn opens_first(&self, path: &str) -> bool {
        let body = self.places.functions[self.function].body;
        let first = body.iter().find(|step| {
            let mut found = false;
            crate::export::survey::each_op(std::slice::from_ref(*step), &mut |op| {
                found |= crate::export::survey::file_of(op) == Some(path);
            });
            found
        });
        let opens = |op: &Op| matches!(op, Op::Open { path: opened, .. } if opened == path);
        first.is_some_and(|step| opens(&step.op))
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
        let path = string(path);
        let opened = match mode {
            FileMode::Binary => {
                self.import("java.io.FileOutputStream");
                let raw = format!("new FileOutputStream({path})");
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
                format!("new BufferedWriter(new FileWriter({path}, StandardCharsets.UTF_8){size})")
            }
        };
        let declared = file.only == Some(self.function) && self.declares(op);
        let kind = if declared { format!("{} ", type_of(file)) } else { String::new() };
        lines.line(format!("{kind}{} = {opened};", file.variable));
    }

    /// Whether this very statement is where the variable is declared.
    fn declares(&self, op: &Op) -> bool {
        let Op::Open { path, .. } = op else { return false };
        let body = self.places.functions[self.function].body;
        let opens = |op: &Op| matches!(op, Op::Open { path: opened, .. } if opened == path);
        self.opens_first(path)
            && body.iter().find(|step| opens(&step.op)).is_some_and(|step| std::ptr::eq(&step.op, op))
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
