//! `forebay skip`: leaves a conflicting patch out.

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::shell::Shell;
use crate::cli::steps::{self, How};
use crate::rebase::session;

/// Leave a conflicting patch out of the queue and go on
///
/// Its line in the series becomes a comment with version and reason; its file stays.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay skip
  forebay skip fixes/ps-print.patch --reason \"upstream removed the feature\"")]
pub struct Skip {
    /// The patch to leave out; the first open one where not given
    #[arg(value_name = "PATCH")]
    pub patch: Option<String>,
    /// Why; stands in the series and in the report
    #[arg(long, value_name = "TEXT", default_value = "skipped by hand")]
    pub reason: String,
    /// Replace files of the queue that were edited since the last command too; the edits are put aside
    #[arg(long)]
    pub force: bool,
}

impl Skip {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let state = steps::open_existing(shell, "skip")?;
        let next =
            session::skip(&state, self.patch.as_deref(), &self.reason).map_err(|error| steps::of_state(&error))?;
        steps::go_on(shell, &state, next, "skip", How { force: self.force, ..How::default() })
    }
}
