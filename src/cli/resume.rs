//! `forebay continue`: takes the edited files and goes on.

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::shell::Shell;
use crate::cli::steps;
use crate::rebase::session;

/// Take the edited files of the first open conflict and go on with the rebase
///
/// Leftover conflict markers are refused. While the next conflict is already edited too, it is taken as well.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay continue
  forebay continue --as-is    take files without markers (a deleted or binary file) as they stand")]
pub struct Continue {
    /// Take whole-file conflicts as they stand in the workspace, though nothing in them was edited
    #[arg(long)]
    pub as_is: bool,
    /// Replace files of the queue that were edited since the last command too; the edits are put aside
    #[arg(long)]
    pub force: bool,
}

impl Continue {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let state = steps::open_existing(shell, "continue")?;
        let next = session::resolve_current(&state, self.as_is).map_err(|error| steps::of_state(&error))?;
        steps::go_on(shell, &state, next, "continue", self.force)
    }
}
