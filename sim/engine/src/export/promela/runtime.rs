//! The end of a process: what the runtime itself does, one step after the other.

use super::Model;
use super::code::{Code, code};
use super::settle::Within;
use super::steps::At;
use crate::program::{Pc, ProcessId, RuntimeOp};

impl Model<'_> {
    /// The condition that all pools of a process are shut.
    pub(super) fn pools_shut(&self, process: ProcessId) -> String {
        let pools = self.program.pools.iter().zip(&self.names.pools);
        let mine: Vec<String> = pools
            .filter(|(pool, _)| pool.process == process)
            .map(|(_, name)| format!("{name}_shut"))
            .collect();
        if mine.is_empty() { "true".into() } else { format!("({})", mine.join(" && ")) }
    }

    /// A step of the runtime.
    pub(super) fn runtime(&self, at: At, op: RuntimeOp, out: &mut Code) {
        let process = self.process_of(at.group);
        let info = self.program.process(process);
        let name = &self.names.processes[process.index()];
        let next = |code: &mut Code| self.go(at.group, Pc(at.pc.0 + 1), Within::Step, code);
        match op {
            RuntimeOp::FlushStdio => {
                if self.is_written(info.stdout) {
                    out.line(format!("flush({});", self.names.files[info.stdout.index()]));
                }
            }
            RuntimeOp::RunEarlyHandlers | RuntimeOp::RunExitHandlers | RuntimeOp::RunFinalizers => {
                return self.run_handlers(at.group, at.pc, op, out);
            }
            RuntimeOp::DrainPools => {
                let shut = code(|code| {
                    for (pool, pool_name) in self.program.pools.iter().zip(&self.names.pools) {
                        if pool.process == process {
                            code.line(format!("{pool_name}_shut = true;"));
                        }
                    }
                });
                return out.choose(vec![(format!("!{}", self.pools_shut(process)), shut)], code(next));
            }
            RuntimeOp::TerminateDaemonicChildren => {
                for child in self.children(process) {
                    if self.program.process(child).daemon {
                        out.line(format!("deliver_TERM_{}();", self.names.processes[child.index()]));
                    }
                }
            }
            RuntimeOp::Freeze => {
                let first = &self.names.threads[info.main.index()];
                out.line(format!("finalizing[{name}] = true;"));
                self.forget_signals(process, out);
                out.line(format!("cut_off_threads({first}, {}, me);", info.threads_end.0));
            }
            RuntimeOp::CloseFiles => self.close_files(at.group, out),
            RuntimeOp::EndProcess => return self.end_process(process, out),
            // See `refuse`.
            RuntimeOp::NoticeDeadlock
            | RuntimeOp::BeginExit
            | RuntimeOp::StartHandlerThreads
            | RuntimeOp::AwaitHandlerThreads
            | RuntimeOp::AwaitThreads
            | RuntimeOp::UnwindThreads
            | RuntimeOp::DropSignalHandlers
            | RuntimeOp::MuteSignalHandlers
            | RuntimeOp::FlushFiles(_)
            | RuntimeOp::RunIdleHandlers => {}
            RuntimeOp::AnnounceWait | RuntimeOp::AwaitNonDaemons | RuntimeOp::AwaitChildren => {}
        }
        next(out);
    }
}
