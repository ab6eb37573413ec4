//! `forebay status`: where an unfinished rebase stands.

use crate::cli::error::Error;
use crate::cli::exit;
use crate::cli::shell::Shell;
use crate::cli::steps;
use crate::report;

/// Show the state of an unfinished rebase
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay status
  forebay status -v    also the files of the patches that wait")]
pub struct Status {}

impl Status {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<exit::Status, Error> {
        let report = steps::look(shell)?;
        let folder = steps::state_folder(shell);
        let shown = folder.strip_prefix(&shell.directory).unwrap_or(&folder).display().to_string();
        let text = report::status::render(&report, &shown, &steps::looks(shell));
        shell.ui.print_raw(text.as_bytes())?;
        Ok(if report.open.is_some() { exit::Status::Conflicts } else { exit::Status::Done })
    }
}
