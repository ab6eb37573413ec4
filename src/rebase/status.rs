//! How things stand: what is open, which files, which command next; also what a killed run left.
//!
//! Looking takes no lock for longer than it takes to see whether it is held, and changes nothing.

use std::path::Path;

use crate::io::lock::Lock;
use crate::io::{IoError, fs};
use crate::path::RepoPath;
use crate::rebase::handed_back::{self, HandedBack};
use crate::rebase::journal::{self, Journal, Phase, RunRecord};
use crate::rebase::session::{self, Given, OpenConflict, Session};
use crate::rebase::state_error::StateError;

/// How things stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusReport {
    /// Who works right now.
    pub holder: Option<String>,
    /// What a killed command left.
    pub interrupted: Option<Interrupted>,
    /// The open rebase.
    pub open: Option<OpenRebase>,
    /// The last run in words and the number of files it changed, where it can be undone.
    pub undo: Option<(String, usize)>,
    /// The commands to type next, the likeliest first.
    pub next: Vec<String>,
}

/// A command that was killed while it wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interrupted {
    /// The command.
    pub command: String,
    /// The number of files it writes.
    pub files: usize,
    /// True where the next command finishes its work, false where it restores the state before.
    pub goes_forward: bool,
}

/// An open rebase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRebase {
    /// What was given when it began.
    pub given: Given,
    /// What was decided: the patch, and the reason where it is left out.
    pub decided: Vec<(String, Option<String>)>,
    /// What waits, in order; the first one is current.
    pub patches: Vec<OpenPatch>,
}

/// A patch that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPatch {
    /// The patch.
    pub conflict: OpenConflict,
    /// Its files; empty where its folder cannot be read.
    pub files: Vec<OpenFile>,
}

impl OpenPatch {
    /// True where `continue` would take it.
    pub fn is_ready(&self) -> bool {
        !self.files.is_empty()
            && self.files.iter().all(|file| matches!(file.state, FileState::Ready | FileState::Deleted))
    }
}

/// A file that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFile {
    /// Its path in the new tree.
    pub path: String,
    /// The file to edit, below the state folder.
    pub place: String,
    /// How far it is.
    pub state: FileState,
    /// One sentence for a conflict of the whole file, else empty.
    pub note: String,
}

/// How far the edit of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// Markers stand in these lines.
    Markers(Vec<usize>),
    /// A conflict of the whole file about which nothing was decided.
    Undecided,
    /// Edited, without markers.
    Ready,
    /// Deleted.
    Deleted,
    /// Not a plain file any more.
    Unreadable(String),
}

/// Looks at the state folder `dir`.
pub fn look(dir: &Path) -> Result<StatusReport, StateError> {
    let mut report = StatusReport::default();
    if fs::about(dir)?.is_none() {
        return Ok(report);
    }
    report.holder = holder(dir);
    let journal: Option<Journal> = journal::load(&dir.join("journal.json"), Journal::SCHEMA)?;
    report.interrupted = journal.filter(|_| report.holder.is_none()).map(|journal| Interrupted {
        files: journal.files.len(),
        goes_forward: journal.phase == Phase::Committed,
        command: journal.command,
    });
    if let Some(session) = session::load(dir)? {
        report.open = Some(open_rebase(dir, session)?);
    }
    let record: Option<RunRecord> = journal::load(&dir.join("undo.json"), RunRecord::SCHEMA)?;
    report.undo = record.map(|record| (record.title, record.files.len()));
    report.next = next(&report);
    Ok(report)
}

fn holder(dir: &Path) -> Option<String> {
    let path = dir.join("lock");
    fs::about(&path).ok()??;
    match Lock::take(&path, "forebay status") {
        Err(IoError::Locked { holder, .. }) => Some(holder),
        _ => None,
    }
}

fn open_rebase(dir: &Path, session: Session) -> Result<OpenRebase, StateError> {
    let decided = session.decisions.into_iter().map(|decision| (decision.patch, decision.skip)).collect();
    let patches = session.open.into_iter().map(|conflict| open_patch(dir, conflict)).collect::<Result<_, _>>()?;
    Ok(OpenRebase { given: session.given, decided, patches })
}

fn open_patch(dir: &Path, conflict: OpenConflict) -> Result<OpenPatch, StateError> {
    let Ok((own, record)) = session::conflict_of(dir, &conflict) else {
        return Ok(OpenPatch { conflict, files: Vec::new() });
    };
    let handed = handed_back::read_back(&own, &record, false)?;
    let pairs = handed.into_iter().zip(&record.files);
    let files = pairs.map(|((path, handed), file)| {
        let place = crate::text::display::terminal(file.place.as_bytes());
        open_file(&path, format!("conflicts/{}/edit/{place}", conflict.folder), handed, file.note.clone())
    });
    Ok(OpenPatch { files: files.collect(), conflict })
}

fn open_file(path: &RepoPath, place: String, handed: HandedBack, note: String) -> OpenFile {
    let state = match handed {
        HandedBack::Unchanged => FileState::Undecided,
        HandedBack::Markers(lines) => FileState::Markers(lines),
        HandedBack::Unreadable(problem) => FileState::Unreadable(problem),
        HandedBack::Decided(Some(_)) => FileState::Ready,
        HandedBack::Decided(None) => FileState::Deleted,
    };
    OpenFile { path: path.shown(), place, state, note }
}

fn next(report: &StatusReport) -> Vec<String> {
    let commands: &[&str] = match (&report.holder, &report.interrupted, &report.open) {
        (Some(_), _, _) => &["forebay status"],
        (None, Some(_), None) => &["forebay abort", "forebay rebase --onto TREE"],
        (None, _, Some(open)) if open.patches.first().is_some_and(OpenPatch::is_ready) => {
            &["forebay continue", "forebay abort"]
        }
        (None, _, Some(_)) => &["forebay continue", "forebay skip", "forebay abort"],
        (None, None, None) if report.undo.is_some() => &["forebay rebase --onto TREE", "forebay undo"],
        (None, None, None) => &["forebay rebase --onto TREE"],
    };
    commands.iter().map(|command| (*command).to_owned()).collect()
}
