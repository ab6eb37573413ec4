//! `forebay queue`: looks at the queue itself.

/// Look at the patch queue
#[derive(Debug, clap::Subcommand)]
pub enum Queue {
    /// List the patches in order with what they touch
    #[command(after_help = "\
Examples:
  forebay queue list
  forebay queue list --queue debian/patches")]
    List(QueueList),
}

/// List the patches in order with what they touch
#[derive(Debug, Clone, Default, clap::Args)]
pub struct QueueList {
    /// The queue: a folder, a series file, a mailbox, or `git:PATH#OLD..TIP`
    #[arg(long, value_name = "QUEUE")]
    pub queue: Option<String>,
}
