//! `forebay queue upstream`: one patch of the queue as a mail for review upstream.

use std::path::PathBuf;

use crate::cli::error::{Error, Kind};
use crate::cli::exit::Status;
use crate::cli::in_memory::InMemory;
use crate::cli::job::Job;
use crate::cli::shell::Shell;
use crate::cli::{show, steps};
use crate::io::fs;
use crate::patch::message::Message;
use crate::patch::{self, mail};
use crate::queue::footprint;
use crate::rebase::outcome::{Decision, Decisions};
use crate::rebase::report::Verdict;

/// Write one patch as a mail against upstream, without what is the distribution's own
///
/// The patch is carried alone onto the upstream tree, without the patches before it, and gets a head that `git am` reads:
/// author, date, subject and text stay, fields for the distribution (Forwarded, Origin, Bug-Debian, Last-Update...) go.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Examples:
  forebay queue upstream fixes/gate.patch --onto 151.0.7922.34 > gate.mbox
  forebay queue upstream fixes/gate.patch --onto git:../src.git#main --from git:../src.git#v1 --queue debian/patches")]
pub struct QueueUpstream {
    /// The patch's name in the queue, or the end of it that only it has
    #[arg(value_name = "PATCH")]
    pub patch: String,
    /// Where the patch comes from and what it is to apply to.
    #[command(flatten)]
    pub carried: InMemory,
    /// Write the mail to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

impl QueueUpstream {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let job = Job::new(shell, &self.carried.flags())?;
        let place = show::choose(&job.queue, &self.patch)?;
        // The others stay on the old side, so that the patch is seen exactly, and are left out of the new one.
        let others = job.queue.patches.iter().enumerate().filter(|(number, _)| *number != place);
        let decisions: Decisions =
            others.map(|(_, patch)| (patch.name.clone(), Decision::Skip("sent on its own".to_owned()))).collect();
        let outcome = job.carry(shell, &decisions)?;
        let (result, row) = outcome
            .patches
            .iter()
            .zip(&outcome.report.patches)
            .nth(place)
            .ok_or_else(|| Error::input("the engine lost the patch"))?;
        let Some(written) = &result.written else { return Err(self.refused(&job, place, row.verdict, &row.reason)) };
        let mail = letter(written)?;
        match &self.out {
            Some(file) => fs::write(&shell.at(file), &mail).map_err(|error| steps::of_io(&error))?,
            None => shell.ui.print_raw(&mail)?,
        }
        if row.verdict == Verdict::Review {
            shell.ui.warn(&format!("{}: {}; read the mail before you send it", row.name, row.reason));
            return Ok(Status::Findings);
        }
        Ok(Status::Done)
    }

    /// Why there is no mail, and which patches have to go first.
    fn refused(&self, job: &Job, place: usize, verdict: Verdict, reason: &str) -> Error {
        if verdict == Verdict::Absorbed {
            return Error::new(Kind::Input, format!("`{}` is already upstream: {reason}", self.patch));
        }
        let error =
            Error::new(Kind::Conflicts, format!("`{}` does not apply to upstream on its own: {reason}", self.patch));
        let needs = footprint::needs(&job.queue);
        let first: Vec<&str> = needs
            .iter()
            .filter(|need| need.patch == place)
            .filter_map(|need| job.queue.patches.get(need.on))
            .map(|patch| patch.name.as_str())
            .collect();
        if first.is_empty() {
            return error.hint("carry the queue first: `forebay rebase` shows what is in the way");
        }
        error.hint(format!("it stands on {}: send that first", first.join(", ")))
    }
}

/// The mail of a written patch.
fn letter(written: &[u8]) -> Result<Vec<u8>, Error> {
    let mut patch = patch::parse(written).map_err(|error| Error::of(Kind::Input, &error))?;
    let message = Message::read(&patch.head);
    if message.author_email.is_empty() || message.subject.is_empty() {
        return Err(Error::input("the head of the patch names no author with an address, or has no subject")
            .hint("write `Author: NAME <ADDRESS>` and a `Description` into its head"));
    }
    patch.head = mail::for_upstream(&message);
    patch.tail = "-- \nforebay\n".into();
    Ok(patch.print())
}
