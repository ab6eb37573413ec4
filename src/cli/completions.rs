//! `forebay completions`: scripts that let a shell complete commands and flags.

use clap::CommandFactory as _;

use crate::cli::arguments::Cli;
use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::shell::Shell;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  forebay completions bash > /usr/share/bash-completion/completions/forebay
  forebay completions fish > ~/.config/fish/completions/forebay.fish
  forebay completions zsh > ~/.zfunc/_forebay")]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}

impl Completions {
    /// Prints the script.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "forebay", &mut script);
        shell.ui.print_raw(&script)?;
        Ok(Status::Done)
    }
}
