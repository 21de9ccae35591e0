//! The comment at the top: where the model comes from, how to run it, what is in it.

use super::Model;
use super::names::plain;
use crate::export::ExportOptions;
use crate::scenario::Scenario;

impl Model<'_> {
    /// The comment.
    pub(super) fn header(&self, scenario: &Scenario, options: &ExportOptions) -> String {
        let name = plain(&scenario.name);
        let title = plain(&scenario.title);
        let made = plain(&super::super::command(scenario, super::super::Target::Promela, options));
        let runtime = self.program.runtime.label();
        format!(
            "/* {title}\n\
             \n   Made by: {made}\n\
             \n   Every run of the scenario without its times, under the rules of {runtime}, for SPIN 6.5 (spinroot.com):\
             \n\
             \n       spin -a {name}.pml\
             \n       gcc -O2 -DSAFETY -DNOREDUCE -DPRINTF -o pan pan.c\
             \n       ./pan -E -m1000000 | grep OUTCOME | sort -u\
             \n\
             \n   prints each way to end once, also those in which somebody waits for ever (\"hang\"). What goes round for\
             \n   ever has no end and is not printed. `spin -T {name}.pml` shows one random run.\
             \n\
             \n   A thread is a process of SPIN, and waits until it is started. `at` says where it stands; each `d_step` is\
             \n   one step of the scenario, and leads to the next place. A process of the scenario begins with its main\
             \n   thread, which goes on with the end of the process and with the handlers, on top of what it does. */\n\n"
        )
    }
}
