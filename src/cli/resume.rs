//! `forebay continue`: takes the edited files and goes on.

/// Take the edited files of the workspace and go on with the rebase
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay continue                          take every patch whose files hold no more markers
  forebay continue fixes/ps-print.patch     take this patch only")]
pub struct Continue {
    /// The patches to take; without one all that are ready
    #[arg(value_name = "PATCH")]
    pub patches: Vec<String>,
}
