//! `forebay show`: one patch in full, from the open rebase or from a fresh run in memory.

use std::path::Path;

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::in_memory::InMemory;
use crate::cli::job::Job;
use crate::cli::shell::Shell;
use crate::cli::steps;
use crate::queue::Queue;
use crate::rebase::outcome::{Decisions, Outcome};
use crate::rebase::report::Verdict;
use crate::rebase::session::{self, OpenConflict};
use crate::rebase::sides;
use crate::report;
use crate::report::text::TextOptions;
use crate::text::nearest::nearest;

/// Show what a rebase makes of one patch, hunk by hunk
///
/// For every hunk: its verdict and evidence, which rungs were tried and what each needs, and base, ours and theirs beside each
/// other. Without flags the open rebase is shown as it stands; else the queue is carried in memory, as by `rebase --dry-run`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
PATCH is the patch's name in the queue, or the end of it that only it has.

Examples:
  forebay show ps-print.patch
  forebay show -v ps-print.patch    also the hunks that need nothing
  forebay show fixes/ps-print.patch --onto 150.0.7871.181")]
pub struct Show {
    /// The patch
    #[arg(value_name = "PATCH")]
    pub patch: String,
    /// A fresh run instead of the open rebase.
    #[command(flatten)]
    pub afresh: InMemory,
}

impl Show {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let folder = steps::state_folder(shell);
        let here = shell.directory.clone();
        let open = if self.afresh.any() {
            None
        } else {
            session::as_it_stands(&folder).map_err(|error| steps::of_state(&error))?
        };
        let (job, decisions, conflicts) = match open {
            Some((next, conflicts)) => (Job::again(shell, &next)?, next.decisions, conflicts),
            None => (Job::new(shell, &self.afresh.flags())?, Decisions::new(), Vec::new()),
        };
        let number = choose(&job.queue, &self.patch)?;
        let outcome = job.carry(shell, &decisions)?;
        let open = conflicts.iter().find(|open| open.patch == job.queue.patches[number].name);
        Self::print(shell, &job, &outcome, number, open.map(|open| Self::next(&here, &folder, open)))
    }

    /// The commands for a patch that waits.
    fn next(here: &Path, folder: &Path, open: &OpenConflict) -> Vec<String> {
        let edit = folder.join("conflicts").join(&open.folder).join("edit");
        let shown = edit.strip_prefix(here).unwrap_or(&edit).display();
        vec![format!("edit the files in {shown}, then `forebay continue`"), format!("or `forebay skip {}`", open.patch)]
    }

    fn print(
        shell: &mut Shell<'_>,
        job: &Job,
        outcome: &Outcome,
        number: usize,
        next: Option<Vec<String>>,
    ) -> Result<Status, Error> {
        let (row, result) = (&outcome.report.patches[number], &outcome.patches[number]);
        let sides = sides::of(&job.queue.patches[number], row, result);
        let shown = report::show::Shown {
            patch: row,
            sides: &sides,
            from: outcome.report.from.as_deref(),
            onto: &outcome.report.onto,
        };
        let options = TextOptions { next: next.unwrap_or_default(), ..steps::looks(shell) };
        shell.ui.print_raw(report::show::text(&shown, &options).as_bytes())?;
        Ok(if row.verdict == Verdict::Conflict { Status::Conflicts } else { Status::Done })
    }
}

/// The place in the queue of the patch that is meant.
pub fn choose(queue: &Queue, typed: &str) -> Result<usize, Error> {
    let names = || queue.patches.iter().map(|patch| patch.name.as_str());
    let found = session::choose(names(), typed).and_then(|name| names().position(|known| known == name));
    found.ok_or_else(|| {
        let ends = names().filter(|name| !typed.is_empty() && name.ends_with(typed)).count();
        if ends > 1 {
            return Error::input(format!("{ends} patches of the queue end in `{typed}`"))
                .hint("`forebay queue list` shows their whole names");
        }
        let error = Error::input(format!("no patch `{typed}` in the queue"));
        let part = || names().find(|name| !typed.is_empty() && name.contains(typed));
        match part().or_else(|| nearest(typed, names())) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("`forebay queue list` shows the names"),
        }
    })
}
