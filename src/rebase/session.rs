//! The rebase that waits for a person: begin, status, continue, skip, abort, undo.
//!
//! A command of the shell gathers, makes one call and shows. The engine itself is run by the shell, always over the whole
//! queue and from the original input, so that the result depends only on the input and the decisions:
//!
//! ```text
//! rebase    State::open · run the engine                             · session::begin(state, run)
//! continue  State::open · resolve_current -> Next · engine on Next   · session::advance(state, run)   (repeat: see Standing)
//! skip      State::open · skip            -> Next · engine on Next   · session::advance(state, run)
//! abort     State::open · session::abort(state, force)
//! undo      State::open · session::undo(state, force)
//! status    status::look(dir), without the lock and without changing anything
//! ```
//!
//! `Next` holds everything for the engine's rerun: what was given on the command line, the folder with a copy of the queue
//! as it was ([`Next::input`]; in place, the queue itself is already rewritten), and the decisions. A decision is stored
//! only by `advance`, in the same transaction that writes the queue: a kill in between changes nothing.
//! `--dry-run` opens no state at all.
//!
//! Conflicts are decided in the order of the queue: a resolution is a whole file, so everything before it has to be settled.
//! [`Decision::Resolved`] holds the files that were in conflict; the files
//! of the patch that could be placed are placed again by the engine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::io::{fs, stage};
use crate::path::RepoPath;
use crate::rebase::handed_back::{self, HandedBack};
use crate::rebase::journal::{self, BranchRecord, ByteText, FolderChange};
use crate::rebase::outcome::{Decision, Decisions, Outcome};
use crate::rebase::state::{self, State};
use crate::rebase::state_error::StateError;
use crate::rebase::transaction::{self, Change, FileWrite, History, Written};
use crate::rebase::workspace::{self, PatchConflict, mode_of, mode_text};
use crate::tree::File;

/// What was given on the command line, as far as `continue` needs it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The package's name; empty where no profile names one.
    pub package: String,
    /// The queue as given.
    pub queue: String,
    /// The old tree as given.
    pub from: Option<String>,
    /// The new tree as given.
    pub onto: String,
    /// The folder of `--out`; `None`: in place.
    pub out: Option<String>,
    /// The name of `--branch`.
    pub branch: Option<String>,
    /// Further options by name, for the shell alone.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
}

/// An open rebase: the content of `session.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Always `forebay.session/1`.
    pub schema: String,
    /// What was given.
    pub given: Given,
    /// What was decided so far.
    pub decisions: Vec<StoredDecision>,
    /// What waits, in the order of the queue.
    pub open: Vec<OpenConflict>,
}

impl Session {
    /// Names the form.
    pub const SCHEMA: &str = "forebay.session/1";
}

/// A patch that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenConflict {
    /// Its place in the queue, from 1.
    pub position: usize,
    /// Its name.
    pub patch: String,
    /// Its folder below `conflicts/`.
    pub folder: String,
    /// Why it could not be placed.
    pub reason: String,
}

/// A decision as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredDecision {
    /// The patch.
    pub patch: String,
    /// Why it is left out; `None`: it was resolved.
    pub skip: Option<String>,
    /// The files of a resolved patch.
    pub files: Vec<StoredFile>,
}

/// A resolved file as stored: its content lies in `backup/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Its path in the new tree.
    pub path: ByteText,
    /// Its mode as git writes it; empty for a deleted file.
    pub mode: String,
    /// Digest of its content; `None`: it is deleted.
    pub sha256: Option<String>,
}

/// A finished run of the engine, to be written.
#[derive(Debug)]
pub struct Run<'a> {
    /// The command, for the journal.
    pub command: &'a str,
    /// What was given.
    pub given: Given,
    /// The decisions the engine ran with.
    pub decisions: Decisions,
    /// What the engine found.
    pub outcome: &'a Outcome,
    /// The input queue's files by name (series and patches); used by `begin`, so that reruns see the original.
    pub input: Vec<(RepoPath, Vec<u8>)>,
    /// The folder below which all files lie: the queue's own, or that of `--out`.
    pub root: PathBuf,
    /// Every file of the written queue but the last (unchanged ones may be named; nothing happens to them).
    pub files: Vec<FileWrite>,
    /// The file to write last (the series), where the queue has one.
    pub last: Option<FileWrite>,
    /// The branch to move.
    pub branch: Option<BranchRecord>,
    /// Replaces files that were edited since the last command too.
    pub force: bool,
}

/// How things stand after a run was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What was written.
    pub written: Written,
    /// What still waits, in order; empty: the rebase is finished.
    pub open: Vec<OpenConflict>,
    /// True where the next conflict is already edited, so that `continue` may take another turn at once.
    pub next_is_ready: bool,
}

/// What the engine runs on next.
#[derive(Debug, Clone)]
pub struct Next {
    /// What was given when the rebase began.
    pub given: Given,
    /// The folder with the input queue as it was; `None` for a queue without files (a git range).
    pub input: Option<PathBuf>,
    /// All decisions.
    pub decisions: Decisions,
    /// The patch that was decided now.
    pub patch: String,
}

/// Writes the first run of a rebase and opens a session where conflicts wait.
pub fn begin(state: &State<'_>, run: Run<'_>) -> Result<Standing, StateError> {
    if let Some(session) = load(state.dir())? {
        return Err(StateError::Open { open: session.open.len() });
    }
    let given = &run.given;
    let title = format!("rebase of `{}` onto `{}`", given.queue, given.onto);
    store(state, run, History::Begins(title))
}

/// Writes a further run of the open rebase; closes the session when nothing waits any more.
pub fn advance(state: &State<'_>, run: Run<'_>) -> Result<Standing, StateError> {
    load(state.dir())?.ok_or(StateError::NoSession)?;
    store(state, run, History::GoesOn)
}

fn store(state: &State<'_>, run: Run<'_>, history: History) -> Result<Standing, StateError> {
    let begins = matches!(history, History::Begins(_));
    let conflicts = workspace::write(&state.file("conflicts.next"), &state.file("conflicts"), run.outcome)?;
    let open: Vec<OpenConflict> = conflicts.iter().map(open_conflict).collect();
    let mut state_folders = Vec::new();
    if open.is_empty() {
        fs::remove_dir(&state.file("conflicts.next"))?;
        state_folders.extend(["conflicts", "queue"].map(|name| FolderChange::Remove(name.into())));
    } else {
        state_folders.push(FolderChange::Replace("conflicts".into()));
        if begins {
            write_input(&state.file("queue.next"), &run.input)?;
            state_folders.push(FolderChange::Replace("queue".into()));
        }
    }
    let session = if open.is_empty() {
        None
    } else {
        let decisions = store_decisions(state, &run.decisions)?;
        let session = Session { schema: Session::SCHEMA.into(), given: run.given, decisions, open: open.clone() };
        let path = state.file("session.json");
        Some(serde_json::to_value(session).map_err(|error| StateError::corrupt(&path, error))?)
    };
    let change = Change {
        command: run.command.to_owned(),
        root: Some(run.root),
        files: run.files,
        last: run.last,
        branch: run.branch,
        session,
        state_folders,
        history,
        force: run.force,
    };
    let written = transaction::run(state, change)?;
    let next_is_ready = !begins && open.first().is_some_and(|first| is_ready(state, first));
    Ok(Standing { written, open, next_is_ready })
}

fn open_conflict(conflict: &PatchConflict) -> OpenConflict {
    OpenConflict {
        position: conflict.position,
        patch: conflict.patch.clone(),
        folder: workspace::folder_name(conflict.position, &conflict.patch),
        reason: conflict.reason.clone(),
    }
}

fn write_input(folder: &Path, input: &[(RepoPath, Vec<u8>)]) -> Result<(), StateError> {
    fs::remove_dir(folder)?;
    fs::create_dir(folder)?;
    for (name, bytes) in input {
        let path = ByteText::new(name.as_bytes()).to_path(folder);
        if let Some(parent) = path.parent() {
            fs::create_dir(parent)?;
        }
        stage::create(&path, bytes, None)?;
    }
    Ok(())
}

fn store_decisions(state: &State<'_>, decisions: &Decisions) -> Result<Vec<StoredDecision>, StateError> {
    let mut stored = Vec::new();
    for (patch, decision) in decisions {
        let (skip, files) = match decision {
            Decision::Skip(reason) => (Some(reason.clone()), Vec::new()),
            Decision::Resolved(files) => {
                let files = files.iter().map(|(path, file)| store_file(state, path, file.as_ref()));
                (None, files.collect::<Result<_, _>>()?)
            }
        };
        stored.push(StoredDecision { patch: patch.clone(), skip, files });
    }
    Ok(stored)
}

fn store_file(state: &State<'_>, path: &RepoPath, file: Option<&File>) -> Result<StoredFile, StateError> {
    let path = ByteText::new(path.as_bytes());
    Ok(match file {
        Some(file) => {
            let sha256 = Some(state.keep(&file.data, None)?.sha256);
            StoredFile { path, mode: mode_text(file.mode).into(), sha256 }
        }
        None => StoredFile { path, mode: String::new(), sha256: None },
    })
}

fn load_decisions(dir: &Path, session: &Session) -> Result<Decisions, StateError> {
    let bad = |problem: String| StateError::corrupt(&dir.join("session.json"), problem);
    let mut decisions = Decisions::new();
    for stored in &session.decisions {
        let decision = if let Some(reason) = &stored.skip {
            Decision::Skip(reason.clone())
        } else {
            let mut files = BTreeMap::new();
            for file in &stored.files {
                let path = RepoPath::parse(file.path.as_bytes()).map_err(|error| bad(error.to_string()))?;
                let content = match &file.sha256 {
                    Some(sha256) => {
                        let mode = mode_of(&file.mode).ok_or_else(|| bad(format!("`{}` is no mode", file.mode)))?;
                        Some(File { mode, data: state::kept(dir, sha256)?.into() })
                    }
                    None => None,
                };
                files.insert(path, content);
            }
            Decision::Resolved(files)
        };
        decisions.insert(stored.patch.clone(), decision);
    }
    Ok(decisions)
}

/// The open rebase, if there is one.
pub fn load(dir: &Path) -> Result<Option<Session>, StateError> {
    journal::load(&dir.join("session.json"), Session::SCHEMA)
}

/// Reads back the first open conflict; refuses leftover markers and files about which nothing was decided (`as_is` takes
/// whole-file conflicts as they stand).
pub fn resolve_current(state: &State<'_>, as_is: bool) -> Result<Next, StateError> {
    let session = load(state.dir())?.ok_or(StateError::NoSession)?;
    let current = session.open.first().ok_or(StateError::NoSession)?;
    let (own, record) = conflict_of(state.dir(), current)?;
    let mut files = BTreeMap::new();
    let (mut places, mut undecided) = (Vec::new(), Vec::new());
    for (path, handed) in handed_back::read_back(&own, &record, as_is)? {
        match handed {
            HandedBack::Decided(file) => {
                files.insert(path, file);
            }
            HandedBack::Markers(lines) => {
                let more = if lines.len() > 1 { format!(" ({} lines)", lines.len()) } else { String::new() };
                places.extend(lines.first().map(|line| format!("{path}:{line}{more}")));
            }
            HandedBack::Unchanged => undecided.push(format!("`{path}`")),
            HandedBack::Unreadable(problem) => return Err(StateError::HandedBack { path: own, problem }),
        }
    }
    let patch = current.patch.clone();
    if !places.is_empty() {
        return Err(StateError::Markers { patch, places });
    }
    if !undecided.is_empty() {
        return Err(StateError::Undecided { patch, paths: undecided });
    }
    next(state, &session, patch, Decision::Resolved(files))
}

/// Leaves a patch out: the first open one, or the one named (its whole name, or the end of it that only it has).
pub fn skip(state: &State<'_>, patch: Option<&str>, reason: &str) -> Result<Next, StateError> {
    let session = load(state.dir())?.ok_or(StateError::NoSession)?;
    let names = || session.open.iter().map(|open| open.patch.as_str());
    let unknown = |name: &str| StateError::UnknownPatch { name: name.into(), open: names().map(Into::into).collect() };
    let chosen = match patch {
        None => names().next().ok_or(StateError::NoSession)?,
        Some(name) => choose(names(), name).ok_or_else(|| unknown(name))?,
    };
    next(state, &session, chosen.to_owned(), Decision::Skip(reason.to_owned()))
}

/// The one name that is meant, or the only one that ends so.
pub fn choose<'a>(mut names: impl Iterator<Item = &'a str> + Clone, name: &str) -> Option<&'a str> {
    let mut ends = names.clone().filter(|open| !name.is_empty() && open.ends_with(name));
    let only = ends.next().filter(|_| ends.next().is_none());
    names.find(|open| *open == name).or(only)
}

fn next(state: &State<'_>, session: &Session, patch: String, decision: Decision) -> Result<Next, StateError> {
    let mut next = again(state.dir(), session, patch.clone())?;
    next.decisions.insert(patch, decision);
    Ok(next)
}

fn again(dir: &Path, session: &Session, patch: String) -> Result<Next, StateError> {
    let decisions = load_decisions(dir, session)?;
    let queue = dir.join("queue");
    let input = (!fs::list(&queue)?.is_empty()).then_some(queue);
    Ok(Next { given: session.given.clone(), input, decisions, patch })
}

/// What the last run of an open rebase ran on, to look at it again; needs no lock and changes nothing.
pub fn as_it_stands(dir: &Path) -> Result<Option<(Next, Vec<OpenConflict>)>, StateError> {
    let Some(session) = load(dir)? else { return Ok(None) };
    let next = again(dir, &session, String::new())?;
    Ok(Some((next, session.open)))
}

pub(crate) fn conflict_of(dir: &Path, open: &OpenConflict) -> Result<(PathBuf, PatchConflict), StateError> {
    let own = dir.join("conflicts").join(&open.folder);
    let json = own.join("conflict.json");
    let record = journal::load(&json, workspace::SCHEMA)?;
    record.map(|record| (own, record)).ok_or_else(|| StateError::corrupt(&json, "it is gone"))
}

fn is_ready(state: &State<'_>, open: &OpenConflict) -> bool {
    let read = conflict_of(state.dir(), open).and_then(|(own, record)| handed_back::read_back(&own, &record, false));
    read.is_ok_and(|files| files.iter().all(|(_, handed)| matches!(handed, HandedBack::Decided(_))))
}

/// Ends the open rebase and restores every file and the branch as they were before it began; after a kill it also takes
/// back a run that left no session.
pub fn abort(state: &State<'_>, force: bool) -> Result<Written, StateError> {
    // A session that cannot be read must not stand in the way of leaving it.
    let open = fs::about(&state.file("session.json"))?.is_some();
    match state.recovered() {
        _ if open => take_back(state, "abort", force),
        Some(recovery) if recovery.finished && state.record()?.is_some() => take_back(state, "abort", force),
        Some(recovery) if !recovery.finished => Ok(Written { rescued: recovery.rescued.clone(), ..Written::default() }),
        _ => Err(StateError::NoSession),
    }
}

/// Restores every file and the branch as they were before the last run, also after its end.
pub fn undo(state: &State<'_>, force: bool) -> Result<Written, StateError> {
    if state.record()?.is_none() {
        return Err(StateError::NothingToUndo);
    }
    take_back(state, "undo", force)
}

fn take_back(state: &State<'_>, command: &str, force: bool) -> Result<Written, StateError> {
    let change = Change {
        command: command.to_owned(),
        root: None,
        files: Vec::new(),
        last: None,
        branch: None,
        session: None,
        state_folders: ["conflicts", "queue"].map(|name| FolderChange::Remove(name.into())).into(),
        history: History::TakesBack,
        force,
    };
    transaction::run(state, change)
}
