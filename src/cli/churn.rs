//! `forebay queue churn`: how much work each patch was.

use std::path::{Path, PathBuf};

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::shell::Shell;
use crate::cli::{project, rebase, rules, steps, upstream};
use crate::io::fs;
use crate::queue::churn::{Churn, Gathering};
use crate::report;
use crate::report::html::Page;
use crate::tree::queue_history;

/// Tell from the queue's own git history how much work each patch was
///
/// Work is a commit that changed a patch's context or its changes; line numbers and heads are none. Work on a patch after the package
/// went to a new upstream version is laid to that version, which debian/changelog, a spec, a PKGBUILD, DEPS or a file of the Chromium version
/// tells; work in the version in which a patch came is its own.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay queue churn
  forebay queue churn -v    also the patches that never were work
  forebay queue churn --queue ../chromium/debian/patches --format json > churn.json
  forebay queue churn --format html --out churn.html")]
pub struct QueueChurn {
    /// The queue's folder in a git repository
    #[arg(long, value_name = "QUEUE")]
    pub queue: Option<String>,
    /// The form of the report: text, json (schema `forebay.churn/1`), or html with a plot
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ChurnFormat,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// The forms of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ChurnFormat {
    /// For a terminal
    #[default]
    Text,
    /// For programs
    Json,
    /// For a browser
    Html,
}

impl QueueChurn {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let project = project::load(shell)?;
        let place = rebase::queue(shell, project.as_ref(), self.queue.as_deref())?;
        let churn = of_folder(&place.path, &place.shown)?.ok_or_else(|| {
            Error::input(format!("`{}` lies in no git repository with commits", place.shown))
                .hint("clone the packaging repository with its history, and name the queue's folder in it")
        })?;
        let text = match self.format {
            ChurnFormat::Text => report::churn::text(&churn, &steps::looks(shell)),
            ChurnFormat::Json => report::json::render(&churn),
            ChurnFormat::Html => {
                let rules = rules::all().collect();
                let package = project.as_ref().map(|project| project.profile.name.as_str()).unwrap_or_default();
                report::html::render(&Page { package, churn: Some(&churn), rules, ..Page::default() })
            }
        };
        match &self.out {
            Some(file) => fs::write(&shell.at(file), text.as_bytes()).map_err(|error| steps::of_io(&error))?,
            None => shell.ui.print_raw(text.as_bytes())?,
        }
        Ok(Status::Done)
    }
}

/// The churn of the queue at a path, shown as `shown`; `None` where it lies in no git repository with commits.
pub fn of_folder(path: &Path, shown: &str) -> Result<Option<Churn>, Error> {
    let folder = if path.is_dir() { Some(path) } else { path.parent() };
    let Some(folder) = folder else { return Ok(None) };
    let mut gathering = Gathering::default();
    let extent =
        queue_history::walk(folder, &mut |round| gathering.take(round)).map_err(|error| upstream::of_tree(&error))?;
    Ok(extent.map(|extent| gathering.finish(shown, extent)))
}
