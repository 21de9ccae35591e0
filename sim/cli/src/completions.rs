//! `completions SHELL`: what a shell needs to complete commands.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::failure::{Answer, Failure};
use crate::output;

/// Print completions for a shell.
///
/// For bash: `closing-time completions bash > ~/.local/share/bash-completion/completions/closing-time`
#[derive(Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs) -> Result<Answer, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::Cli::command(), "closing-time", &mut script);
    output::emit(&String::from_utf8_lossy(&script))?;
    Ok(Answer::Yes)
}
