//! `forebay status`: where an unfinished rebase stands.

/// Show the state of an unfinished rebase
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay status
  forebay status -v    also name the open hunks and their evidence")]
pub struct Status {}
