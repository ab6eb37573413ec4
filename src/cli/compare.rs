//! `forebay queue compare`: two queues side by side.

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::shell::Shell;
use crate::cli::{job, project, rebase, siblings, steps};
use crate::queue::compare::compare;
use crate::report;

/// Tell which patches another distribution's queue shares with this one
///
/// Patches correspond by the lines they remove and add, never by their names: `same` changes the same lines of the same files, `near`
/// shares at least half of them.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
OTHER is the name of a queue under `[[queue.siblings]]` in forebay.toml, or a place as `--queue` takes it.

Examples:
  forebay queue compare gentoo
  forebay queue compare ../chromium.fedora --queue debian/patches
  forebay queue compare -v gentoo    also the patches that only this queue has")]
pub struct QueueCompare {
    /// The other queue
    #[arg(value_name = "OTHER")]
    pub other: String,
    /// The queue: a folder, a series file, a mailbox, or `git:PATH#OLD..TIP`
    #[arg(long, value_name = "QUEUE")]
    pub queue: Option<String>,
}

impl QueueCompare {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let project = project::load(shell)?;
        let place = rebase::queue(shell, project.as_ref(), self.queue.as_deref())?;
        let mine = job::read_queue(&place, &place.path, &shell.pool)?;
        let version = project.as_ref().and_then(|project| project.profile.version.clone()).unwrap_or_default();
        let theirs = siblings::named(shell, &siblings::of(project.as_ref(), &version), &self.other)?;
        let found = compare(&mine.patches, &theirs.patches);
        let pair = report::compare::Pair { mine: &mine.patches, theirs: &theirs.patches, other: &self.other };
        let text = report::compare::text(&pair, &found, &steps::looks(shell));
        shell.ui.print_raw(text.as_bytes())?;
        Ok(Status::Done)
    }
}
