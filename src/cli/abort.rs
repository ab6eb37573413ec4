//! `forebay abort`: back to the state before an unfinished rebase.

/// Drop an unfinished rebase and restore the state before it
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay abort")]
pub struct Abort {}
