//! `forebay undo`: back to the state before the last rebase.

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::shell::Shell;
use crate::cli::steps;
use crate::rebase::session;

/// Undo the last rebase, finished or not
///
/// Refuses where a file of the queue was changed since.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay undo")]
pub struct Undo {
    /// Restore files that were edited since, too; the edits are put aside
    #[arg(long)]
    pub force: bool,
}

impl Undo {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let state = steps::open_existing(shell, "undo")?;
        let written = session::undo(&state, self.force).map_err(|error| steps::of_state(&error))?;
        steps::told_back(shell, "undone", &written);
        Ok(Status::Done)
    }
}
