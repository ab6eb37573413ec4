//! `forebay resolution`: the remembered decisions.

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::memory;
use crate::cli::project;
use crate::cli::shell::Shell;
use crate::cli::steps;
use crate::io::fs;
use crate::report;
use crate::resolution::{Store, Stored};
use crate::text::plural::plural;

/// Look at the decisions that are remembered
///
/// `forebay continue` writes them into `.forebay/resolutions/`, one small file each, to be checked in and shared by a team. A decision
/// is taken again only where patch, old text, new text and the lines around are the same byte for byte.
#[derive(Debug, clap::Subcommand)]
pub enum Resolution {
    /// List the decisions with who took them and when
    #[command(after_help = "\
Examples:
  forebay resolution list
  forebay resolution list -v    also the questions and answers")]
    List,
    /// Check that every record can be used
    #[command(after_help = "\
Examples:
  forebay resolution verify    status 1 where a record is cut off, was edited or bears a wrong name")]
    Verify,
    /// Remove decisions that are old, or that belong to one patch
    Prune(Prune),
}

/// Remove decisions that are old, or that belong to one patch
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  forebay resolution prune --before 2026-01-01
  forebay resolution prune --patch fixes/ps-print.patch --dry-run")]
#[group(required = true, multiple = true, args = ["before", "patch"])]
pub struct Prune {
    /// Decisions taken before this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub before: Option<String>,
    /// Decisions about this patch
    #[arg(long, value_name = "PATCH")]
    pub patch: Option<String>,
    /// Only say what would be removed
    #[arg(long)]
    pub dry_run: bool,
}

fn day(text: &str) -> Result<String, String> {
    let date = format!("{text} 00:00:00 +0000");
    let read = crate::patch::date::parse(date.as_bytes()).map(crate::patch::date::day);
    read.filter(|day| day == text).ok_or_else(|| "write it as YYYY-MM-DD".to_owned())
}

impl Resolution {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let project = project::load(shell)?;
        let folder = memory::folder(shell, project.as_ref());
        let store = Store::load(&folder).map_err(|error| steps::of_io(&error))?;
        match self {
            Self::List => {
                let text = report::resolution::list(&store, &steps::looks(shell));
                shell.ui.print_raw(text.as_bytes())?;
                Ok(Status::Done)
            }
            Self::Verify => {
                let text = report::resolution::verify(&store, &steps::looks(shell));
                shell.ui.print_raw(text.as_bytes())?;
                Ok(if store.findings.is_empty() { Status::Done } else { Status::Findings })
            }
            Self::Prune(prune) => {
                let all = store.all();
                let old: Vec<&&Stored> = all.iter().filter(|stored| prune.takes(stored)).collect();
                for stored in &old {
                    if !prune.dry_run {
                        fs::remove_file(&folder.join(&stored.name)).map_err(|error| steps::of_io(&error))?;
                    }
                    shell.ui.print_raw(format!("{}\n", stored.name).as_bytes())?;
                }
                let (kept, verb) = (all.len() - old.len(), if prune.dry_run { "would be removed" } else { "removed" });
                shell.ui.note(&format!("{} {verb}, {kept} kept", plural(old.len(), "decision", "decisions")));
                Ok(Status::Done)
            }
        }
    }
}

impl Prune {
    fn takes(&self, stored: &Stored) -> bool {
        let origin = &stored.record.origin;
        let old = self.before.as_ref().is_none_or(|day| origin.date < *day);
        // As elsewhere, the end of a name will do, from the last `/` on at least.
        let is = |patch: &String| {
            origin.patch.strip_suffix(patch.as_str()).is_some_and(|front| front.is_empty() || front.ends_with('/'))
        };
        old && self.patch.as_ref().is_none_or(is)
    }
}
