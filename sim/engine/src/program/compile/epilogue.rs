//! The runtime's phases, as instructions behind main.

use super::super::{Instr, PhaseCode};
use super::emit::Emitter;

impl Emitter<'_> {
    /// Emits the epilogue of the current process.
    pub(super) fn epilogue(&mut self) {
        let process = self.current_process();
        let spawned = self.names.processes[process.index()].parent.is_some();
        let phases = self.runtime.phases_of(spawned);
        let epilogue = self.here();
        let mut codes = Vec::new();
        for (number, phase) in phases.iter().enumerate() {
            let start = self.here();
            for op in phase.ops {
                self.emit(Instr::Runtime(*op));
            }
            codes.push(PhaseCode { start, end: self.here(), on_exception: start, phase: number });
        }
        for (number, phase) in phases.iter().enumerate() {
            let target = phases.iter().position(|other| other.id == phase.on_exception).unwrap_or(number);
            codes[number].on_exception = codes[target].start;
        }
        let info = &mut self.names.processes[process.index()];
        (info.epilogue, info.phases) = (epilogue, codes);
    }
}
