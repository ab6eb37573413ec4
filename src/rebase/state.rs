//! The state folder (`.forebay/`): who works in it, what lies where, and its repair after a kill.
//!
//! Opening it takes the lock and recovers: a transaction that was killed is taken back, or finished where it was already
//! committed. So whoever holds a [`State`] sees a consistent world.
//!
//! | name | what |
//! |---|---|
//! | `lock` | held by the running forebay |
//! | `journal.json` | the transaction under way |
//! | `session.json` | the rebase that waits for a person |
//! | `undo.json`, `backup/` | what the last run changed, and the files as they were |
//! | `conflicts/` | what a person edits; `conflicts.old/` is the one before |
//! | `queue/` | the queue as it was when the open rebase began |
//! | `rescued/` | edits that a recovery or `--force` moved out of the way |

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::digest;
use crate::io::lock::Lock;
use crate::io::{fs, stage};
use crate::rebase::journal::{self, BranchRecord, Kept, RunRecord};
use crate::rebase::state_error::StateError;
use crate::rebase::transaction::{self, Step};

/// Moves git branches for a transaction; must do nothing where the branch already stands there.
pub trait Branches {
    /// Lets the branch name the commit `to`, or deletes it for `None`.
    fn set(&self, branch: &BranchRecord, to: Option<&str>) -> Result<(), String>;
}

/// For runs without a branch; refuses every move.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoBranches;

impl Branches for NoBranches {
    fn set(&self, _branch: &BranchRecord, _to: Option<&str>) -> Result<(), String> {
        Err("this command cannot reach a repository".into())
    }
}

/// What a transaction needs from its caller.
#[derive(Clone, Copy)]
pub struct Outside<'a> {
    /// Moves branches.
    pub branches: &'a dyn Branches,
    /// Is asked before every step; `Break` stops dead, as a kill would (Ctrl-C, tests).
    pub watch: &'a dyn Fn(Step) -> ControlFlow<()>,
}

impl Default for Outside<'_> {
    fn default() -> Self {
        Self { branches: &NoBranches, watch: &|_| ControlFlow::Continue(()) }
    }
}

impl std::fmt::Debug for Outside<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Outside")
    }
}

/// What opening the state folder had to repair.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recovery {
    /// The command that was killed.
    pub command: String,
    /// True where its work was finished, false where the state before it was restored.
    pub finished: bool,
    /// Files that somebody had edited meanwhile, and where their content now lies.
    pub rescued: Vec<(PathBuf, PathBuf)>,
    /// What could not be put back and needs a look, for example a branch.
    pub warnings: Vec<String>,
}

/// The state folder, locked and consistent.
#[derive(Debug)]
pub struct State<'a> {
    dir: PathBuf,
    anchor: PathBuf,
    pub(crate) outside: Outside<'a>,
    recovered: Option<Recovery>,
    _lock: Lock,
}

/// Keeps the state out of version control, except for what a team shares.
const IGNORE: &str = "/.gitignore\n/lock\n/*.json\n/backup/\n/conflicts*/\n/queue*/\n/rescued/\n/.forebay-*\n";

impl<'a> State<'a> {
    /// Opens or makes the state folder, takes its lock for `command` and recovers from a kill.
    pub fn open(dir: &Path, command: &str, outside: Outside<'a>) -> Result<Self, StateError> {
        refuse_links(dir)?;
        fs::create_dir(dir)?;
        let dir = stage::real(dir)?;
        let lock = Lock::take(&dir.join("lock"), command)?;
        let ignore = dir.join(".gitignore");
        if fs::about(&ignore)?.is_none() {
            fs::write(&ignore, IGNORE.as_bytes())?;
        }
        let anchor = dir.parent().unwrap_or(&dir).to_path_buf();
        let mut state = Self { dir, anchor, outside, recovered: None, _lock: lock };
        state.recovered = transaction::recover(&state)?;
        Ok(state)
    }

    /// What opening had to repair, if anything.
    pub fn recovered(&self) -> Option<&Recovery> {
        self.recovered.as_ref()
    }

    /// The state folder itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder against which stored paths are relative: the one that holds the state folder.
    pub fn anchor(&self) -> &Path {
        &self.anchor
    }

    pub(crate) fn step(&self, step: Step) -> Result<(), StateError> {
        match (self.outside.watch)(step) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(StateError::Stopped(step)),
        }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The last run, if it can be undone.
    pub fn record(&self) -> Result<Option<RunRecord>, StateError> {
        journal::load(&self.file("undo.json"), RunRecord::SCHEMA)
    }

    /// Keeps content under its digest, durable once [`Self::sync_backup`] returned.
    pub(crate) fn keep(&self, bytes: &[u8], mode: Option<u32>) -> Result<Kept, StateError> {
        let sha256 = digest::hex(&digest::sha256(bytes));
        let folder = self.file("backup");
        let path = folder.join(&sha256);
        if fs::about(&path)?.is_none() {
            stage::create_folder(&folder)?;
            let temporary = folder.join(format!("{sha256}.tmp"));
            fs::remove_file(&temporary)?;
            stage::create(&temporary, bytes, Some(0o600))?;
        }
        Ok(Kept { sha256, mode })
    }

    /// Syncs everything that was kept and only then gives it its name: a file under a digest's name is always whole.
    pub(crate) fn sync_backup(&self) -> Result<(), StateError> {
        let folder = self.file("backup");
        let names = fs::list(&folder)?;
        let fresh: Vec<&str> = names.iter().filter_map(|name| name.to_str()?.strip_suffix(".tmp")).collect();
        for name in &fresh {
            stage::sync(&folder.join(format!("{name}.tmp")))?;
        }
        for name in &fresh {
            stage::replace(&folder.join(format!("{name}.tmp")), &folder.join(name))?;
        }
        if !fresh.is_empty() {
            fs::sync_folder(&folder)?;
            fs::sync_folder(&self.dir)?;
        }
        Ok(())
    }

    /// Content that was kept, checked against its digest.
    pub(crate) fn kept(&self, sha256: &str) -> Result<Vec<u8>, StateError> {
        kept(&self.dir, sha256)
    }

    /// Puts a copy of somebody's edit into `rescued/` and says where.
    pub(crate) fn rescue(&self, path: &Path, bytes: &[u8]) -> Result<PathBuf, StateError> {
        let folder = self.file("rescued");
        stage::create_folder(&folder)?;
        let name = path.file_name().unwrap_or_default();
        let mut number = 1_u32;
        loop {
            let mut file = std::ffi::OsString::from(format!("{number:03}-"));
            file.push(name);
            let place = folder.join(file);
            if fs::about(&place)?.is_none() {
                fs::write(&place, bytes)?;
                return Ok(place);
            }
            number = number.saturating_add(1);
        }
    }

    /// Removes what nothing refers to: half-made folders, old backups, temporary files.
    pub(crate) fn sweep(&self) -> Result<(), StateError> {
        for name in ["conflicts.next", "queue.next", "queue.old"] {
            fs::remove_dir(&self.file(name))?;
        }
        for name in fs::list(&self.dir)? {
            let bytes = name.as_encoded_bytes();
            if bytes.starts_with(b".forebay-") && bytes.ends_with(b".tmp") {
                fs::remove_file(&self.dir.join(name))?;
            }
        }
        let mut wanted = BTreeSet::new();
        for name in ["session.json", "undo.json", "journal.json"] {
            if let Some(bytes) = fs::read_optional(&self.file(name))? {
                let Ok(value) = serde_json::from_slice(&bytes) else {
                    return Ok(()); // it may refer to any backup, so all of them stay
                };
                collect_digests(&value, &mut wanted);
            }
        }
        let backup = self.file("backup");
        for name in fs::list(&backup)? {
            if name.to_str().is_none_or(|name| !wanted.contains(name)) {
                fs::remove_file(&backup.join(name))?;
            }
        }
        Ok(())
    }
}

/// Content that was kept below a state folder, checked against its digest; needs no lock, since kept files never change.
pub(crate) fn kept(dir: &Path, sha256: &str) -> Result<Vec<u8>, StateError> {
    let path = dir.join("backup").join(sha256);
    if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(StateError::corrupt(&path, "its name is no digest"));
    }
    let bytes = fs::read(&path)?;
    if digest::hex(&digest::sha256(&bytes)) == sha256 {
        Ok(bytes)
    } else {
        Err(StateError::corrupt(&path, "its content does not match its digest"))
    }
}

/// Every text under a key `sha256`, however deep.
fn collect_digests(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_digests(item, into)),
        Value::Object(map) => {
            for (key, item) in map {
                match item {
                    Value::String(text) if key == "sha256" => {
                        into.insert(text.clone());
                    }
                    item => collect_digests(item, into),
                }
            }
        }
        _ => {}
    }
}

/// A checkout may bring its own `.forebay/`; nothing in it may lead our writes elsewhere.
fn refuse_links(dir: &Path) -> Result<(), StateError> {
    let names = [
        "",
        "lock",
        "journal.json",
        "session.json",
        "undo.json",
        ".gitignore",
        "backup",
        "conflicts",
        "queue",
        "rescued",
    ];
    for name in names {
        let path = if name.is_empty() { dir.to_path_buf() } else { dir.join(name) };
        if fs::about(&path)?.is_some_and(|about| about.is_symlink()) {
            return Err(StateError::NotAFile { path, kind: "a symlink" });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_forebay_learns_who_works() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join(".forebay");
        let held = State::open(&dir, "forebay rebase --onto b", Outside::default()).unwrap();
        let error = State::open(&dir, "forebay undo", Outside::default()).unwrap_err();
        assert!(error.to_string().contains("`forebay rebase --onto b`"), "{error}");
        assert!(error.hint().is_some());
        drop(held);
        assert!(State::open(&dir, "forebay undo", Outside::default()).is_ok());
    }

    #[test]
    fn links_in_the_state_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join(".forebay");
        std::fs::create_dir(&dir).unwrap();
        std::os::unix::fs::symlink("/tmp/x", dir.join("session.json")).unwrap();
        assert!(matches!(State::open(&dir, "x", Outside::default()), Err(StateError::NotAFile { .. })));
    }

    #[test]
    fn kept_content_is_checked_and_swept_once_unused() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&folder.path().join(".forebay"), "x", Outside::default()).unwrap();
        let kept = state.keep(b"one", None).unwrap();
        state.sync_backup().unwrap();
        assert_eq!(state.kept(&kept.sha256).unwrap(), b"one");
        std::fs::write(state.file("backup").join(&kept.sha256), b"two").unwrap();
        assert!(matches!(state.kept(&kept.sha256), Err(StateError::Corrupt { .. })));
        assert!(matches!(state.kept("../lock"), Err(StateError::Corrupt { .. })));
        state.sweep().unwrap();
        assert!(fs::list(&state.file("backup")).unwrap().is_empty());
    }
}
