//! `forebay undo`: back to the state before the last finished rebase.

/// Undo the last finished rebase
///
/// Refuses where a file of the queue was changed since.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay undo")]
pub struct Undo {}
