//! `forebay abort`: back to the state before an unfinished rebase.

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::shell::Shell;
use crate::cli::steps;
use crate::rebase::session;

/// Drop an unfinished rebase and restore the state before it
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay abort")]
pub struct Abort {
    /// Restore files that were edited since, too; the edits are put aside
    #[arg(long)]
    pub force: bool,
}

impl Abort {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let state = steps::open_existing(shell, "abort")?;
        let written = session::abort(&state, self.force).map_err(|error| steps::of_state(&error))?;
        steps::told_back(shell, "aborted", &written);
        Ok(Status::Done)
    }
}
