//! The command line as a type: global flags and the table of commands.

use std::path::PathBuf;

use crate::cli::ui::{Color, Verbosity};
use crate::cli::{
    abort, audit_bundled, bisect, completions, explain, init, man, paint, profile, queue, rebase, release, resolution,
    resume, show, skip, spec, status, undo, watch,
};

/// Carry patch queues, list what is bundled and keep RPM specs true, for huge upstream projects
///
/// forebay stands between a large upstream project (a browser, a runtime, a compiler, the kernel) and the distribution package
/// made from it. It says for every hunk what became of it and why, and never calls a guess clean.
#[derive(Debug, clap::Parser)]
#[command(
    name = "forebay",
    version,
    styles = paint::help_styles(),
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 120,
    after_help = AFTER_HELP
)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Exit status:
  0  nothing needs a person
  1  findings: a policy is broken, something is stale, or a review is wanted
  2  the command line, the profile or an input is wrong
  3  conflicts remain
  4  the outside failed: disk, git, index";

/// What holds for every command.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Global {
    /// Print data and errors only
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub quiet: bool,
    /// Also print the steps
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = "Global options")]
    pub verbose: bool,
    /// When to use color: auto, always or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help_heading = "Global options"
    )]
    pub color: Color,
    /// Work as if started in this folder
    #[arg(short = 'C', global = true, value_name = "DIR", help_heading = "Global options")]
    pub directory: Option<PathBuf>,
}

impl Global {
    /// How much to say.
    pub fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        }
    }
}

/// The commands.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "a doc here would replace the help that stands at each command's own struct")]
pub enum Command {
    Init(init::Init),
    Rebase(rebase::Rebase),
    Release(Box<release::Release>),
    Watch(watch::Watch),
    Bisect(bisect::Bisect),
    Show(show::Show),
    Status(status::Status),
    Continue(resume::Continue),
    Skip(skip::Skip),
    Abort(abort::Abort),
    Undo(undo::Undo),
    #[command(subcommand)]
    Queue(queue::Queue),
    AuditBundled(audit_bundled::AuditBundled),
    #[command(subcommand)]
    Resolution(resolution::Resolution),
    #[command(subcommand)]
    Spec(spec::Spec),
    #[command(subcommand)]
    Profile(profile::Profile),
    Explain(explain::Explain),
    Completions(completions::Completions),
    Man(man::Man),
}
