//! `forebay queue`: looks at the queue itself.

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::job;
use crate::cli::project;
use crate::cli::rebase;
use crate::cli::shell::Shell;
use crate::cli::show::Show;
use crate::cli::steps;
use crate::report::queue::{self, Row};

/// Look at the patch queue
#[derive(Debug, clap::Subcommand)]
pub enum Queue {
    /// List the patches in order with what they touch
    #[command(after_help = "\
Examples:
  forebay queue list
  forebay queue list --queue debian/patches")]
    List(QueueList),
    /// Show what a rebase makes of one patch, hunk by hunk (the same as `forebay show`)
    Show(Show),
}

/// List the patches in order with what they touch
#[derive(Debug, Clone, Default, clap::Args)]
pub struct QueueList {
    /// The queue: a folder, a series file, a mailbox, or `git:PATH#OLD..TIP`
    #[arg(long, value_name = "QUEUE")]
    pub queue: Option<String>,
}

impl Queue {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        match self {
            Self::List(list) => list.run(shell),
            Self::Show(show) => show.run(shell),
        }
    }
}

impl QueueList {
    fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let project = project::load(shell)?;
        let place = rebase::queue(shell, project.as_ref(), self.queue.as_deref())?;
        let found = job::read_queue(&place, &place.path)?;
        let rows: Vec<Row> =
            found.patches.iter().map(|patch| Row::of(&patch.name, &patch.patch, patch.strip)).collect();
        shell.ui.print_raw(queue::text(&rows, &steps::looks(shell)).as_bytes())?;
        Ok(Status::Done)
    }
}
