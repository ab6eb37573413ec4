//! `forebay queue`: looks at the queue itself.

use std::path::PathBuf;

use crate::cli::churn::QueueChurn;
use crate::cli::compare::QueueCompare;
use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::findings_format::{self, FindingsFormat};
use crate::cli::project;
use crate::cli::rebase;
use crate::cli::shell::Shell;
use crate::cli::show::Show;
use crate::cli::upstream_mail::QueueUpstream;
use crate::cli::{job, steps};
use crate::finding::Severity;
use crate::io::fs;
use crate::queue::{Queue as Patches, footprint, lint};
use crate::report::queue::{self, Row};
use crate::report::{findings, graph, order};

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
    /// Tell which patches do not say why they are carried or how they stand upstream
    #[command(after_help = "\
Examples:
  forebay queue lint
  forebay queue lint --queue debian/patches --fail-on error
  forebay queue lint --format sarif > lint.sarif")]
    Lint(QueueLint),
    /// Show which patches stand on which others
    #[command(after_help = "\
Examples:
  forebay queue graph
  forebay queue graph --dot | dot -Tsvg -o queue.svg")]
    Graph(QueueGraph),
    #[expect(missing_docs, reason = "a doc here would replace the help that stands at the command's own struct")]
    Upstream(QueueUpstream),
    #[expect(missing_docs, reason = "a doc here would replace the help that stands at the command's own struct")]
    Compare(QueueCompare),
    #[expect(missing_docs, reason = "a doc here would replace the help that stands at the command's own struct")]
    Churn(QueueChurn),
}

/// List the patches in order with what they touch
#[derive(Debug, Clone, Default, clap::Args)]
pub struct QueueList {
    /// The queue: a folder, a series file, a mailbox, or `git:PATH#OLD..TIP`
    #[arg(long, value_name = "QUEUE")]
    pub queue: Option<String>,
}

/// Tell which patches do not say why they are carried or how they stand upstream
#[derive(Debug, Clone, Default, clap::Args)]
pub struct QueueLint {
    /// The queue: a folder, a series file, a mailbox, or `git:PATH#OLD..TIP`
    #[arg(long, value_name = "QUEUE")]
    pub queue: Option<String>,
    /// What ends the run with status 1: findings of this severity or a graver one
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    pub fail_on: LeastSeverity,
    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: FindingsFormat,
}

/// The mildest severity that fails a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum LeastSeverity {
    /// Every finding
    Note,
    /// Warnings and errors
    #[default]
    Warning,
    /// Errors only
    Error,
}

/// Show which patches stand on which others
#[derive(Debug, Clone, Default, clap::Args)]
pub struct QueueGraph {
    /// The queue: a folder, a series file, a mailbox, or `git:PATH#OLD..TIP`
    #[arg(long, value_name = "QUEUE")]
    pub queue: Option<String>,
    /// Print the graph in the DOT language of Graphviz
    #[arg(long)]
    pub dot: bool,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

impl Queue {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        match self {
            Self::List(list) => list.run(shell),
            Self::Show(show) => show.run(shell),
            Self::Lint(lint) => lint.run(shell),
            Self::Graph(graph) => graph.run(shell),
            Self::Upstream(upstream) => upstream.run(shell),
            Self::Compare(compare) => compare.run(shell),
            Self::Churn(churn) => churn.run(shell),
        }
    }
}

/// The queue that the flag or the profile names.
fn read(shell: &Shell<'_>, flag: Option<&str>) -> Result<Patches, Error> {
    let project = project::load(shell)?;
    let place = rebase::queue(shell, project.as_ref(), flag)?;
    job::read_queue(&place, &place.path, &shell.pool)
}

impl QueueList {
    fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let found = read(shell, self.queue.as_deref())?;
        let rows: Vec<Row> =
            found.patches.iter().map(|patch| Row::of(&patch.name, &patch.patch, patch.strip)).collect();
        shell.ui.print_raw(queue::text(&rows, &steps::looks(shell)).as_bytes())?;
        Ok(Status::Done)
    }
}

impl LeastSeverity {
    /// The word of findings for it.
    pub fn severity(self) -> Severity {
        match self {
            Self::Note => Severity::Note,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }
}

impl QueueLint {
    fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let queue = read(shell, self.queue.as_deref())?;
        let found = lint::lint(&queue).map_err(|error| steps::of_io(&error))?;
        let text = match self.format {
            FindingsFormat::Text => findings::text(&found, &order::patches(queue.patches.len()), &steps::looks(shell)),
            FindingsFormat::Json => crate::report::json::render(&findings::sorted(&found)),
            FindingsFormat::Sarif => findings_format::sarif(&found),
        };
        shell.ui.print_raw(text.as_bytes())?;
        let fails = found.iter().any(|finding| finding.severity >= self.fail_on.severity());
        Ok(if fails { Status::Findings } else { Status::Done })
    }
}

impl QueueGraph {
    fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let queue = read(shell, self.queue.as_deref())?;
        let names: Vec<&str> = queue.patches.iter().map(|patch| patch.name.as_str()).collect();
        let needs = footprint::needs(&queue);
        let text =
            if self.dot { graph::dot(&names, &needs) } else { graph::text(&names, &needs, &steps::looks(shell)) };
        match &self.out {
            Some(file) => fs::write(&shell.at(file), text.as_bytes()).map_err(|error| steps::of_io(&error))?,
            None => shell.ui.print_raw(text.as_bytes())?,
        }
        Ok(Status::Done)
    }
}
