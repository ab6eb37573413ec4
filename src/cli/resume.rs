//! `forebay continue`: takes the edited files and goes on.

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::shell::Shell;
use crate::cli::steps::{self, How};
use crate::rebase::session;

/// Take the edited files of the first open conflict and go on with the rebase
///
/// Leftover conflict markers are refused. While the next conflict is already edited too, it is taken as well. What was decided at
/// each marked place is remembered in `.forebay/resolutions/`, to be checked in: the very same place is not asked about again.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay continue
  forebay continue --why \"upstream keeps its levels in a table\"
  forebay continue --as-is    take files without markers (a deleted or binary file) as they stand")]
pub struct Continue {
    /// Take whole-file conflicts as they stand in the workspace, though nothing in them was edited
    #[arg(long)]
    pub as_is: bool,
    /// Why it was decided so; remembered with the decision
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub why: String,
    /// Replace files of the queue that were edited since the last command too; the edits are put aside
    #[arg(long)]
    pub force: bool,
}

impl Continue {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let state = steps::open_existing(shell, "continue")?;
        let next = session::resolve_current(&state, self.as_is).map_err(|error| steps::of_state(&error))?;
        steps::go_on(shell, &state, next, "continue", How { force: self.force, why: &self.why })
    }
}
