//! The flags of commands that carry a queue in memory and write nothing of it.

use crate::cli::rebase::{Carry, Rebase};

/// The queue and its trees.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct InMemory {
    /// The queue: a folder, a series file, a mailbox, or `git:PATH#OLD..TIP`
    #[arg(long, value_name = "QUEUE")]
    pub queue: Option<String>,
    /// The new upstream tree
    #[arg(long, value_name = "TREE")]
    pub onto: Option<String>,
    /// The old upstream tree, which the queue was made for
    #[arg(long, value_name = "TREE")]
    pub from: Option<String>,
}

impl InMemory {
    /// Whether any of them is told.
    pub fn any(&self) -> bool {
        self.queue.is_some() || self.onto.is_some() || self.from.is_some()
    }

    /// The same as flags of `rebase --dry-run`.
    pub fn flags(&self) -> Rebase {
        let Self { queue, onto, from } = self.clone();
        Rebase { carry: Carry { queue, onto, from, dry_run: true, ..Carry::default() }, ..Rebase::default() }
    }
}
