//! The first half of a transaction: looks at the files, decides what has to be done and keeps the originals.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::digest;
use crate::io::{fs, stage};
use crate::rebase::journal::{BranchRecord, ByteText, Journal, JournalFile, Kept, Phase, RunRecord};
use crate::rebase::state::State;
use crate::rebase::state_error::StateError;
use crate::rebase::transaction::{Change, History, Step, Written};

/// The new content of a file.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) bytes: Vec<u8>,
    pub(crate) mode: Option<u32>,
}

/// A transaction ready to run: nothing but backups has been written.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) journal: Journal,
    /// One a file of the journal; `None` deletes.
    pub(crate) contents: Vec<Option<Content>>,
    rescued: Vec<(PathBuf, PathBuf)>,
}

impl Prepared {
    /// What it will have done.
    pub(crate) fn written(&self) -> Written {
        let mut written = Written { rescued: self.rescued.clone(), ..Written::default() };
        for file in &self.journal.files {
            match (&file.before, &file.after) {
                (Some(_), Some(_)) => written.replaced += 1,
                (None, _) => written.created += 1,
                (Some(_), None) => written.deleted += 1,
            }
        }
        written
    }
}

/// A file that differs from what it shall be.
#[derive(Debug)]
struct Target {
    path: PathBuf,
    current: Option<Content>,
    content: Option<Content>,
}

/// Plans a transaction and keeps the originals of all files it will touch.
pub(crate) fn prepare(state: &State<'_>, change: Change) -> Result<Prepared, StateError> {
    let record = match &change.history {
        History::Begins(_) => None,
        History::GoesOn | History::TakesBack => state.record()?,
    };
    let mut folders = Vec::new();
    let targets = targets(state, &change, record.as_ref(), &mut folders)?;
    let mut rescued = Vec::new();
    let edited: Vec<&Target> = targets.iter().filter(|target| is_edited(state, target, record.as_ref())).collect();
    if !edited.is_empty() && !change.force {
        return Err(StateError::Edited { paths: edited.iter().map(|target| target.path.clone()).collect() });
    }
    for target in edited {
        if let Some(current) = &target.current {
            rescued.push((target.path.clone(), state.rescue(&target.path, &current.bytes)?));
        }
    }
    let (mut files, mut contents) = (Vec::new(), Vec::new());
    for (number, target) in targets.into_iter().enumerate() {
        state.step(Step::Keep(number))?;
        files.push(keep(state, number, &target)?);
        contents.push(target.content);
    }
    state.sync_backup()?;
    let journal = journal(state, change, record, &folders, files);
    Ok(Prepared { journal, contents, rescued })
}

fn journal(
    state: &State<'_>,
    change: Change,
    record: Option<RunRecord>,
    folders: &[PathBuf],
    files: Vec<JournalFile>,
) -> Journal {
    let mut journal = Journal {
        schema: Journal::SCHEMA.into(),
        command: change.command,
        phase: Phase::Prepared,
        folders: folders.iter().map(|folder| ByteText::of_path(folder, state.anchor())).collect(),
        files,
        branch: change.branch,
        session: change.session,
        undo: None,
        state_folders: change.state_folders,
    };
    let mut undo = match (change.history, record) {
        (History::TakesBack, record) => {
            let taken = record.and_then(|record| record.branch);
            journal.branch = taken.map(|branch| BranchRecord {
                before: branch.after.clone(),
                after: branch.before.clone(),
                ..branch
            });
            return journal;
        }
        (History::Begins(title), _) => RunRecord::new(&title),
        (History::GoesOn, record) => record.unwrap_or_else(|| RunRecord::new(&journal.command)),
    };
    undo.absorb(&journal);
    if let Some(last) = change.last {
        let path = real(&last.path).map_or(last.path, |(path, _)| path);
        undo.last = Some(ByteText::of_path(&path, state.anchor()));
    }
    journal.undo = Some(undo);
    journal
}

/// Every file whose content has to change, in order; folders that have to be made are added to `folders`.
fn targets(
    state: &State<'_>,
    change: &Change,
    record: Option<&RunRecord>,
    folders: &mut Vec<PathBuf>,
) -> Result<Vec<Target>, StateError> {
    let root = change.root.as_deref().map(real_root).transpose()?;
    let mut wanted: Vec<(PathBuf, Option<Content>)> = Vec::new();
    let mut named = BTreeSet::new();
    let mut last = None;
    for (write, is_last) in
        change.files.iter().map(|write| (write, false)).chain(change.last.iter().map(|write| (write, true)))
    {
        let (path, _) = real(&write.path)?;
        if let Some(root) = root.as_ref().filter(|root| !path.starts_with(root)) {
            return Err(StateError::Escapes { path: write.path.clone(), root: root.clone() });
        }
        let content = write.content.clone().map(|bytes| Content { bytes, mode: None });
        named.insert(ByteText::of_path(&path, state.anchor()));
        if is_last {
            last = Some((path, content));
        } else {
            wanted.push((path, content));
        }
    }
    let (restored, restored_last) = restored(state, record, |path| named.contains(path))?;
    wanted.extend(restored);
    wanted.extend(restored_last);
    wanted.extend(last);
    let mut targets = Vec::new();
    for (path, content) in wanted {
        if content.is_some() {
            add_new(folders, real(&path)?.1);
        }
        targets.extend(target(path, content)?);
    }
    Ok(targets)
}

fn add_new(folders: &mut Vec<PathBuf>, missing: Vec<PathBuf>) {
    for folder in missing {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
}

type Wanted = (PathBuf, Option<Content>);

/// The files of the last run that this transaction does not name, with the content from before that run.
fn restored(
    state: &State<'_>,
    record: Option<&RunRecord>,
    named: impl Fn(&ByteText) -> bool,
) -> Result<(Vec<Wanted>, Option<Wanted>), StateError> {
    let (mut files, mut last) = (Vec::new(), None);
    for (path, file) in record.map(|record| &record.files).into_iter().flatten().filter(|(path, _)| !named(path)) {
        let content = match &file.before {
            Some(kept) => Some(Content { bytes: state.kept(&kept.sha256)?, mode: kept.mode }),
            None => None,
        };
        let wanted = (path.to_path(state.anchor()), content);
        if record.and_then(|record| record.last.as_ref()) == Some(path) {
            last = Some(wanted);
        } else {
            files.push(wanted);
        }
    }
    Ok((files, last))
}

/// Compares with what stands there; `None` where nothing has to be done.
fn target(path: PathBuf, content: Option<Content>) -> Result<Option<Target>, StateError> {
    let current = match fs::about(&path)? {
        None => None,
        Some(about) if about.is_file() => Some(Content { bytes: fs::read(&path)?, mode: stage::mode(&about) }),
        Some(about) => {
            let kind = match about {
                about if about.is_symlink() => "a symlink",
                about if about.is_dir() => "a folder",
                _ => "a special file",
            };
            return Err(StateError::NotAFile { path, kind });
        }
    };
    if current.as_ref().map(|current| &current.bytes) == content.as_ref().map(|content| &content.bytes) {
        return Ok(None);
    }
    let mode = current.as_ref().and_then(|current| current.mode);
    let content = content.map(|content| Content { mode: content.mode.or(mode), ..content });
    Ok(Some(Target { path, current, content }))
}

fn is_edited(state: &State<'_>, target: &Target, record: Option<&RunRecord>) -> bool {
    let path = ByteText::of_path(&target.path, state.anchor());
    let found = target.current.as_ref().map(|current| digest::hex(&digest::sha256(&current.bytes)));
    record.and_then(|record| record.files.get(&path)).is_some_and(|file| file.after != found)
}

fn keep(state: &State<'_>, number: usize, target: &Target) -> Result<JournalFile, StateError> {
    let before: Option<Kept> = match &target.current {
        Some(current) => Some(state.keep(&current.bytes, current.mode)?),
        None => None,
    };
    let after = target.content.as_ref().map(|content| digest::hex(&digest::sha256(&content.bytes)));
    let text = |path: &Path| ByteText::of_path(path, state.anchor());
    Ok(JournalFile { path: text(&target.path), temporary: text(&temporary(&target.path, number)?), before, after })
}

/// A free name beside the target; the journal knows it, so that recovery can remove it.
fn temporary(path: &Path, number: usize) -> Result<PathBuf, StateError> {
    for attempt in 0..1000_u32 {
        let name = format!(".forebay-{number}-{attempt}.tmp");
        let place = path.with_file_name(name);
        if fs::about(&place)?.is_none() {
            return Ok(place);
        }
    }
    Err(StateError::NotAFile { path: path.to_path_buf(), kind: "beside a thousand leftover temporary files" })
}

/// The folder itself, also where its name is a symlink; it may be missing still.
fn real_root(root: &Path) -> Result<PathBuf, StateError> {
    match fs::about(root)? {
        Some(_) => Ok(stage::real(root)?),
        None => Ok(real(root)?.0),
    }
}

/// The path with every symlink on the way resolved (not one at its end), and the folders on the way that are missing.
fn real(path: &Path) -> Result<(PathBuf, Vec<PathBuf>), StateError> {
    let escapes = || StateError::Escapes { path: path.to_path_buf(), root: PathBuf::from(".") };
    if path.components().next_back().is_none_or(|part| !matches!(part, Component::Normal(_))) {
        return Ok((stage::real(path)?, Vec::new()));
    }
    let mut missing = Vec::new();
    let mut folder = path.parent().ok_or_else(escapes)?;
    loop {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if fs::about(here)?.is_some() {
            let mut built = stage::real(here)?;
            let mut made = Vec::new();
            for name in missing.iter().rev() {
                built.push(name);
                made.push(built.clone());
            }
            built.push(path.file_name().ok_or_else(escapes)?);
            return Ok((built, made));
        }
        missing.push(here.file_name().ok_or_else(escapes)?.to_os_string());
        folder = here.parent().ok_or_else(escapes)?;
    }
}
