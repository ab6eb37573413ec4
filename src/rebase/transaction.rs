//! Replaces, makes and deletes a set of files as a whole: all of it, or the state from before.
//!
//! 1. *prepare*: read what stands there, drop what would not change, refuse links, escapes and files edited meanwhile;
//! 2. *keep*: the originals go into `backup/`, then the journal says what will be done;
//! 3. *stage*: every new content becomes a temporary file beside its target and is synced: a full disk, a read-only
//!    folder or a limit is met here, before anything has changed;
//! 4. *replace*: the temporary files are renamed in order, the series last, and the branch is moved;
//! 5. *commit*: the journal's phase changes in one rename: from here on recovery goes forward, before it goes back;
//! 6. *finish*: undo record, session, workspace folders; the journal is removed.
//!
//! Every step first asks [`crate::rebase::state::Outside::watch`], so that a test can kill the run at each of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::digest;
use crate::io::{fs, stage};
use crate::rebase::journal::{self, BranchRecord, ByteText, FolderChange, Journal, JournalFile, Phase, RunRecord};
use crate::rebase::prepare::{self, Prepared};
use crate::rebase::state::{Recovery, State};
use crate::rebase::state_error::StateError;

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWrite {
    /// Where.
    pub path: PathBuf,
    /// The new content; `None` deletes it.
    pub content: Option<Vec<u8>>,
}

/// What a transaction is in the history of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum History {
    /// It begins a run with this title; the run before can no longer be undone.
    Begins(String),
    /// It goes on with the last run: files of that run which it does not name get their first content back.
    GoesOn,
    /// It takes the last run back; nothing is left to undo.
    TakesBack,
}

/// What a transaction is to do.
#[derive(Debug, Clone)]
pub struct Change {
    /// The command, for `status`.
    pub command: String,
    /// The folder below which every file must lie, symlinks resolved; `None` where the paths come from our own record.
    pub root: Option<PathBuf>,
    /// The files, in the order in which they are replaced.
    pub files: Vec<FileWrite>,
    /// The one to replace after all others (the series).
    pub last: Option<FileWrite>,
    /// The branch to move.
    pub branch: Option<BranchRecord>,
    /// What `session.json` holds afterwards.
    pub session: Option<serde_json::Value>,
    /// What happens to folders of the state.
    pub state_folders: Vec<FolderChange>,
    /// Its place in the history.
    pub history: History,
    /// Replaces files that were edited since the last run too, after a copy was put into `rescued/`.
    pub force: bool,
}

/// A moment of a transaction or of its recovery; the numbers count files and folders from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Keeps the original of a file.
    Keep(usize),
    /// Writes the journal.
    Journal,
    /// Makes a folder.
    Folder(usize),
    /// Writes a temporary file.
    Stage(usize),
    /// Syncs a temporary file.
    Sync(usize),
    /// Renames a temporary file over its target, or deletes the target.
    Replace(usize),
    /// Syncs the folders of the replaced files.
    Settle,
    /// Moves the branch.
    Branch,
    /// Marks the journal as committed.
    Commit,
    /// Writes the undo record.
    Record,
    /// Writes or removes the session.
    Session,
    /// Changes a folder of the state.
    StateFolder(usize),
    /// Removes the journal.
    Close,
    /// Removes what nothing refers to any more.
    Sweep,
    /// Gives a file its content back.
    TakeBack(usize),
}

impl std::fmt::Display for Step {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (what, number) = match self {
            Self::Keep(number) => ("keeping original", Some(number)),
            Self::Journal => ("writing the journal", None),
            Self::Folder(number) => ("making folder", Some(number)),
            Self::Stage(number) => ("staging file", Some(number)),
            Self::Sync(number) => ("syncing file", Some(number)),
            Self::Replace(number) => ("replacing file", Some(number)),
            Self::Settle => ("syncing the folders", None),
            Self::Branch => ("moving the branch", None),
            Self::Commit => ("committing", None),
            Self::Record => ("writing the undo record", None),
            Self::Session => ("writing the session", None),
            Self::StateFolder(number) => ("changing state folder", Some(number)),
            Self::Close => ("closing the journal", None),
            Self::Sweep => ("clearing up", None),
            Self::TakeBack(number) => ("taking back file", Some(number)),
        };
        match number {
            Some(number) => write!(formatter, "{what} {}", number.saturating_add(1)),
            None => formatter.write_str(what),
        }
    }
}

/// What a transaction did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// Files replaced.
    pub replaced: usize,
    /// Files made.
    pub created: usize,
    /// Files deleted.
    pub deleted: usize,
    /// Edits that were moved out of the way, and where they now lie.
    pub rescued: Vec<(PathBuf, PathBuf)>,
}

/// Runs a transaction; on any error the state before is restored (but for [`StateError::Stopped`], which leaves
/// everything as a kill would).
pub fn run(state: &State<'_>, change: Change) -> Result<Written, StateError> {
    let prepared = match prepare::prepare(state, change) {
        Ok(prepared) => prepared,
        Err(stopped @ StateError::Stopped(_)) => return Err(stopped),
        Err(error) => {
            state.sweep()?;
            return Err(error);
        }
    };
    let written = prepared.written();
    match apply(state, &prepared) {
        Ok(()) => {}
        Err(stopped @ StateError::Stopped(_)) => return Err(stopped),
        Err(cause) => {
            let on_disk: Option<Journal> = journal::load(&state.file("journal.json"), Journal::SCHEMA)?;
            if on_disk.is_none_or(|journal| journal.phase == Phase::Prepared) {
                return Err(match take_back(state, &prepared.journal) {
                    Ok(_) => cause,
                    Err(rollback) => StateError::RollBack { cause: cause.into(), rollback: rollback.into() },
                });
            }
        }
    }
    finish(state, &prepared.journal)?;
    Ok(written)
}

/// Takes back or finishes what a killed run left, and clears away what it had only begun.
pub(crate) fn recover(state: &State<'_>) -> Result<Option<Recovery>, StateError> {
    let Some(journal) = journal::load::<Journal>(&state.file("journal.json"), Journal::SCHEMA)? else {
        state.sweep()?;
        return Ok(None);
    };
    match journal.phase {
        Phase::Prepared => take_back(state, &journal).map(Some),
        Phase::Committed => {
            finish(state, &journal)?;
            Ok(Some(Recovery { command: journal.command, finished: true, ..Recovery::default() }))
        }
    }
}

fn apply(state: &State<'_>, prepared: &Prepared) -> Result<(), StateError> {
    let journal = &prepared.journal;
    let at = |path: &ByteText| path.to_path(state.anchor());
    state.step(Step::Journal)?;
    journal::save(&state.file("journal.json"), journal)?;
    for (number, folder) in journal.folders.iter().enumerate() {
        state.step(Step::Folder(number))?;
        stage::create_folder(&at(folder))?;
    }
    for (number, (file, content)) in journal.files.iter().zip(&prepared.contents).enumerate() {
        if let Some(content) = content {
            state.step(Step::Stage(number))?;
            stage::create(&at(&file.temporary), &content.bytes, content.mode)?;
        }
    }
    for (number, file) in journal.files.iter().enumerate().filter(|(_, file)| file.after.is_some()) {
        state.step(Step::Sync(number))?;
        stage::sync(&at(&file.temporary))?;
    }
    for (number, file) in journal.files.iter().enumerate() {
        state.step(Step::Replace(number))?;
        match &file.after {
            Some(_) => stage::replace(&at(&file.temporary), &at(&file.path))?,
            None => fs::remove_file(&at(&file.path))?,
        }
    }
    state.step(Step::Settle)?;
    settle(state, journal)?;
    if let Some(branch) = &journal.branch {
        state.step(Step::Branch)?;
        move_branch(state, branch, branch.after.as_deref())?;
    }
    state.step(Step::Commit)?;
    journal::save(&state.file("journal.json"), &Journal { phase: Phase::Committed, ..journal.clone() })
}

/// Makes the renames durable.
fn settle(state: &State<'_>, journal: &Journal) -> Result<(), StateError> {
    let files = journal.files.iter().map(|file| file.path.to_path(state.anchor()));
    let folders = journal.folders.iter().map(|folder| folder.to_path(state.anchor()));
    let parents: BTreeSet<PathBuf> =
        files.chain(folders).filter_map(|path| path.parent().map(Path::to_path_buf)).collect();
    for parent in parents {
        if fs::about(&parent)?.is_some() {
            fs::sync_folder(&parent)?;
        }
    }
    Ok(())
}

fn move_branch(state: &State<'_>, branch: &BranchRecord, to: Option<&str>) -> Result<(), StateError> {
    let fail = |problem| StateError::Branch { name: branch.name.clone(), problem };
    state.outside.branches.set(branch, to).map_err(fail)
}

/// The work behind the commit; each part may be repeated.
fn finish(state: &State<'_>, journal: &Journal) -> Result<(), StateError> {
    state.step(Step::Record)?;
    let undo = state.file("undo.json");
    if let Some(record) = &journal.undo {
        journal::save(&undo, record)?;
    } else {
        if let Some(record) = state.record()? {
            remove_folders(state, &record);
        }
        fs::remove_file(&undo)?;
    }
    state.step(Step::Session)?;
    let session = state.file("session.json");
    match &journal.session {
        Some(value) => journal::save(&session, value)?,
        None => fs::remove_file(&session)?,
    }
    for (number, change) in journal.state_folders.iter().enumerate() {
        state.step(Step::StateFolder(number))?;
        change_folder(state, change)?;
    }
    state.step(Step::Close)?;
    close(state)
}

/// Removes the folders that a run had made and that are empty again.
fn remove_folders(state: &State<'_>, record: &RunRecord) {
    for folder in record.folders.iter().rev() {
        stage::remove_empty_folder(&folder.to_path(state.anchor()));
    }
}

fn change_folder(state: &State<'_>, change: &FolderChange) -> Result<(), StateError> {
    let (FolderChange::Replace(name) | FolderChange::Remove(name)) = change;
    let (path, old, next) = (state.file(name), state.file(&format!("{name}.old")), state.file(&format!("{name}.next")));
    let replaces = matches!(change, FolderChange::Replace(_));
    if replaces && fs::about(&next)?.is_none() {
        return Ok(()); // done before the kill
    }
    if fs::about(&path)?.is_some() {
        fs::remove_dir(&old)?;
        fs::rename(&path, &old)?;
    }
    if replaces {
        fs::rename(&next, &path)?;
    }
    Ok(())
}

fn close(state: &State<'_>) -> Result<(), StateError> {
    fs::remove_file(&state.file("journal.json"))?;
    fs::sync_folder(state.dir())?;
    state.step(Step::Sweep)?;
    state.sweep()
}

/// Restores the state before a transaction that was not committed; may itself be killed and repeated.
fn take_back(state: &State<'_>, journal: &Journal) -> Result<Recovery, StateError> {
    let mut recovery = Recovery { command: journal.command.clone(), ..Recovery::default() };
    for (number, file) in journal.files.iter().enumerate().rev() {
        state.step(Step::TakeBack(number))?;
        if let Some(place) = take_back_file(state, file)? {
            recovery.rescued.push((file.path.to_path(state.anchor()), place));
        }
    }
    for folder in journal.folders.iter().rev() {
        stage::remove_empty_folder(&folder.to_path(state.anchor()));
    }
    settle(state, journal)?;
    if let Some(branch) = &journal.branch
        && let Err(error) = move_branch(state, branch, branch.before.as_deref())
    {
        recovery.warnings.push(error.to_string());
    }
    state.step(Step::Close)?;
    close(state)?;
    Ok(recovery)
}

fn take_back_file(state: &State<'_>, file: &JournalFile) -> Result<Option<PathBuf>, StateError> {
    let (path, temporary) = (file.path.to_path(state.anchor()), file.temporary.to_path(state.anchor()));
    if fs::about(&temporary)?.is_some() {
        fs::remove_file(&temporary)?; // only if it is there: a read-only file system refuses to remove even nothing
    }
    let current = fs::read_optional(&path)?;
    let found = current.as_deref().map(|bytes| digest::hex(&digest::sha256(bytes)));
    let before = file.before.as_ref().map(|kept| &kept.sha256);
    if found.as_ref() == before {
        return Ok(None);
    }
    let rescued = match &current {
        Some(bytes) if found != file.after => Some(state.rescue(&path, bytes)?),
        _ => None,
    };
    match &file.before {
        Some(kept) => {
            stage::create(&temporary, &state.kept(&kept.sha256)?, kept.mode)?;
            stage::sync(&temporary)?;
            stage::replace(&temporary, &path)?;
        }
        None => fs::remove_file(&path)?,
    }
    Ok(rescued)
}
