//! Which commits between two releases touched given lines of files.
//!
//! One walk serves all paths. It starts at the new release and goes to the parent that has the file as the commit has it,
//! as `git log PATH` does; where every parent differs, the two contents are compared and the lines in question are traced
//! back into the older one. Folders are compared by id, so that a commit that touched something else costs a few reads.
//! The walk is bounded in commits; nothing is fetched.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bstr::BString;
use git2::{Oid, Repository};

use crate::path::RepoPath;
use crate::text::{diff, lines};
use crate::tree::history::subject_of;
use crate::tree::objects::{Objects, RawTree, id_of, oid};
use crate::tree::{Mode, ObjectId, TreeError, repository};

/// The most commits looked at.
const MOST_COMMITS: usize = 50_000;

/// The most commits named for one place.
const MOST_NAMED: usize = 8;

/// The largest file that is compared, in bytes.
const LARGEST: usize = 8 << 20;

/// Folders kept in memory, in bytes.
const FOLDERS: usize = 32 << 20;

/// Lines of a file of the new release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: RepoPath,
    /// The lines, 0-based; empty for the gap before a line, `None` for the file as a whole.
    pub lines: Option<Range<usize>>,
}

/// A commit that touched a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Culprit {
    /// Its id.
    pub id: ObjectId,
    /// Its subject.
    pub subject: BString,
    /// Who wrote it.
    pub author: BString,
    /// When it was written: seconds since 1970 UTC.
    pub time: i64,
    /// Minutes east of UTC.
    pub offset: i32,
}

/// The commits after `old` up to `new` that touched each place, newest first; empty where the history is not there.
pub fn of(path: &Path, old: &str, new: &str, places: &[Place]) -> Result<Vec<Vec<Culprit>>, TreeError> {
    let repository = repository::open(path)?;
    let (from, to) = (commit(&repository, path, old)?, commit(&repository, path, new)?);
    let (Some(from), Some(to)) = (from, to) else { return Ok(vec![Vec::new(); places.len()]) };
    let fail = |source| TreeError::git("walk the history", path, source);
    let mut walk = repository.revwalk().map_err(fail)?;
    walk.push(to).and_then(|()| walk.hide(from)).map_err(fail)?;
    let within: HashSet<Oid> = walk.take(MOST_COMMITS).filter_map(Result::ok).collect();
    let objects = Objects::new(&repository, path);
    let mut tracer = Tracer { repository: &repository, objects, folders: HashMap::new(), bytes: 0 };
    let mut traces: Vec<Trace> = places.iter().map(|place| Trace { place: place.clone(), found: Vec::new() }).collect();
    let mut pending: BTreeMap<Oid, Vec<usize>> = BTreeMap::from([(to, (0..traces.len()).collect())]);
    for _ in 0..MOST_COMMITS {
        let Some((id, who)) = pending.pop_first() else { break };
        if !within.contains(&id) {
            continue;
        }
        for (next, number) in tracer.step(id, &who, &mut traces)? {
            pending.entry(next).or_default().push(number);
        }
    }
    Ok(traces.into_iter().map(|trace| trace.found).collect())
}

/// The commit that a revision names; `None` where it is a tree.
pub(crate) fn commit(repository: &Repository, path: &Path, revision: &str) -> Result<Option<Oid>, TreeError> {
    Ok(repository::resolve(repository, path, revision)?.commit.map(oid))
}

/// A place on its way back.
struct Trace {
    place: Place,
    found: Vec<Culprit>,
}

/// What stands at a path: a file with its mode, or a folder.
pub(crate) type Entry = Option<(Option<Mode>, ObjectId)>;

/// Compares what stands at a path in many trees.
pub(crate) struct Tracer<'r> {
    /// The repository.
    pub(crate) repository: &'r Repository,
    /// Its objects.
    pub(crate) objects: Objects<'r>,
    /// Folders read so far.
    pub(crate) folders: HashMap<ObjectId, RawTree>,
    /// Their size together.
    pub(crate) bytes: usize,
}

impl Tracer<'_> {
    /// Takes some traces from a commit to its parents.
    fn step(&mut self, id: Oid, who: &[usize], traces: &mut [Trace]) -> Result<Vec<(Oid, usize)>, TreeError> {
        let Ok(commit) = self.repository.find_commit(id) else { return Ok(Vec::new()) };
        let own = id_of(commit.tree_id());
        let parents: Vec<(Oid, ObjectId)> =
            commit.parents().map(|parent| (parent.id(), id_of(parent.tree_id()))).collect();
        let mut next = Vec::new();
        for &number in who {
            let Some(trace) = traces.get_mut(number) else { continue };
            let mut first = None;
            let mut same = None;
            for (parent, tree) in &parents {
                match self.differs(own, *tree, &trace.place.path)? {
                    None => {
                        same = Some(*parent);
                        break;
                    }
                    Some(sides) if first.is_none() => first = Some((*parent, sides)),
                    Some(_) => {}
                }
            }
            if let Some(parent) = same {
                next.push((parent, number));
            } else if let Some((parent, (here, before))) = first
                && self.touched(trace, here, before, &commit)?
            {
                next.push((parent, number));
            }
        }
        Ok(next)
    }

    /// Compares a file with what it was before; false where the trail ends.
    fn touched(
        &self,
        trace: &mut Trace,
        here: Entry,
        before: Entry,
        commit: &git2::Commit<'_>,
    ) -> Result<bool, TreeError> {
        let (Some(range), Some(new), Some(old)) = (trace.place.lines.clone(), self.text(here)?, self.text(before)?)
        else {
            // Made, deleted, of another type, or asked about as a whole.
            trace.name(commit);
            return Ok(trace.place.lines.is_none() && before.is_some() && here.is_some());
        };
        let changes = diff::changes(&lines::split(&old), &lines::split(&new));
        if changes.iter().any(|change| meets(&change.new, &range)) {
            trace.name(commit);
        }
        trace.place.lines = Some(back(&changes, range.start)..back(&changes, range.end));
        Ok(trace.found.len() < MOST_NAMED)
    }

    fn text(&self, entry: Entry) -> Result<Option<Arc<[u8]>>, TreeError> {
        match entry {
            Some((Some(Mode::Regular | Mode::Executable), id)) => {
                Ok(self.objects.blob(id)?.filter(|data| data.len() <= LARGEST))
            }
            _ => Ok(None),
        }
    }

    /// What stands at a path in two trees, where it differs; folders of the same id are not entered.
    pub(crate) fn differs(
        &mut self,
        one: ObjectId,
        other: ObjectId,
        path: &RepoPath,
    ) -> Result<Option<(Entry, Entry)>, TreeError> {
        let (mut here, mut there): (Entry, Entry) = (Some((None, one)), Some((None, other)));
        for part in path.parts() {
            if here == there {
                return Ok(None);
            }
            (here, there) = (self.below(here, part)?, self.below(there, part)?);
        }
        Ok((here != there).then_some((here, there)))
    }

    fn below(&mut self, folder: Entry, part: &[u8]) -> Result<Entry, TreeError> {
        let Some((None, id)) = folder else { return Ok(None) };
        if !self.folders.contains_key(&id) {
            let Some(tree) = self.objects.tree(id)? else { return Ok(None) };
            if self.bytes > FOLDERS {
                self.folders.clear();
                self.bytes = 0;
            }
            self.bytes += tree.len();
            self.folders.insert(id, tree);
        }
        Ok(self.folders.get(&id).and_then(|tree| tree.get(part)).map(|entry| (entry.mode, entry.id)))
    }
}

impl Trace {
    fn name(&mut self, commit: &git2::Commit<'_>) {
        let author = commit.author();
        self.found.push(Culprit {
            id: id_of(commit.id()),
            subject: subject_of(commit.message_raw_bytes()),
            author: author.name_bytes().into(),
            time: author.when().seconds(),
            offset: author.when().offset_minutes(),
        });
    }
}

/// True where changed lines overlap a range, or one of the two is a gap inside of the other or at its border.
fn meets(change: &Range<usize>, range: &Range<usize>) -> bool {
    if change.is_empty() || range.is_empty() {
        change.start <= range.end && range.start <= change.end
    } else {
        change.start < range.end && range.start < change.end
    }
}

/// Where a border between lines stood before the changes.
fn back(changes: &[diff::Change], line: usize) -> usize {
    match changes.iter().rev().find(|change| change.new.start < line) {
        Some(change) if line >= change.new.end => line - change.new.end + change.old.end,
        Some(change) => change.old.end.min(change.old.start + (line - change.new.start)),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_border_goes_back_to_where_it_stood() {
        let changes = [diff::Change { old: 2..2, new: 2..5 }, diff::Change { old: 6..9, new: 9..10 }];
        let went = |line| back(&changes, line);
        assert_eq!([0, 2, 3, 5, 8, 9, 10, 12].map(went), [0, 2, 2, 2, 5, 6, 9, 11]);
        assert!(
            meets(&(3..3), &(2..4)) && meets(&(3..5), &(5..5)) && !meets(&(3..5), &(5..6)) && !meets(&(3..3), &(4..5))
        );
    }
}
