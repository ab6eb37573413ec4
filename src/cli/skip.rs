//! `forebay skip`: leaves a conflicting patch out.

/// Leave a patch out of the queue and go on
///
/// Its line in the series becomes a comment with version and reason; its file stays.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay skip fixes/ps-print.patch --reason \"upstream removed the feature\"")]
pub struct Skip {
    /// The patches to leave out
    #[arg(value_name = "PATCH", required = true)]
    pub patches: Vec<String>,
    /// Why; stands in the series and in the report
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}
