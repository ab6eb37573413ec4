//! Which files a commit renamed: git stores no renames, so they are found by content, as `git format-patch` finds them.
//!
//! First the same content, then the best similarity from half of the content on, among files of one kind; equal
//! scores are decided by the file's name (git's `diffcore-rename.c`).

use std::collections::{BTreeMap, BTreeSet};

use crate::path::RepoPath;
use crate::text::similarity::{Chunks, sizes_allow};
use crate::tree::history::CommitChange;
use crate::tree::{File, Mode};

/// Percent of shared content from which a file counts as renamed.
const THRESHOLD: u8 = 50;

/// Beyond so many pairs of deleted and added files only equal contents count, as for git beyond its `renameLimit`.
const MOST_PAIRS: usize = 100_000;

/// For each renamed file the index of its deletion by the index of its addition.
pub(super) fn of(changes: &[CommitChange]) -> BTreeMap<usize, usize> {
    let one_sided = |before: bool| -> Vec<(usize, &RepoPath, &File)> {
        let side = |change: &'_ CommitChange| (change.before.is_some(), change.after.is_some()) == (before, !before);
        let list = changes.iter().enumerate().filter(|(_, change)| side(change));
        list.filter_map(|(index, change)| {
            let file = change.before.as_ref().or(change.after.as_ref())?;
            (!file.data.is_empty() && file.mode != Mode::Submodule).then_some((index, &change.path, file))
        })
        .collect()
    };
    let (deleted, added) = (one_sided(true), one_sided(false));
    if deleted.is_empty() || added.is_empty() {
        return BTreeMap::new();
    }
    let mut pairs = candidates(&deleted, &added);
    pairs.sort_by_key(|pair| (std::cmp::Reverse((pair.score, pair.same_name)), pair.added, pair.deleted));
    let (mut found, mut used) = (BTreeMap::new(), BTreeSet::new());
    for pair in pairs {
        if !found.contains_key(&pair.added) && used.insert(pair.deleted) {
            found.insert(pair.added, pair.deleted);
        }
    }
    found
}

struct Pair {
    deleted: usize,
    added: usize,
    /// Percent; 101 for the same content.
    score: u8,
    same_name: bool,
}

fn candidates(deleted: &[(usize, &RepoPath, &File)], added: &[(usize, &RepoPath, &File)]) -> Vec<Pair> {
    let plain = |mode: Mode| matches!(mode, Mode::Regular | Mode::Executable);
    let similar = deleted.len().saturating_mul(added.len()) <= MOST_PAIRS;
    let mut pairs = Vec::new();
    let mut new_chunks: Vec<Option<Chunks>> = vec![None; added.len()];
    for (from, old_path, old) in deleted {
        let mut old_chunks: Option<Chunks> = None;
        for (number, (to, new_path, new)) in added.iter().enumerate() {
            let allowed = similar && plain(old.mode) && sizes_allow(old.data.len(), new.data.len(), THRESHOLD);
            let score = match (plain(old.mode) == plain(new.mode), old.data == new.data) {
                (false, _) => 0,
                (true, true) => 101,
                (true, false) if !allowed => 0,
                (true, false) => {
                    let old = old_chunks.get_or_insert_with(|| Chunks::of(&old.data));
                    old.score(new_chunks[number].get_or_insert_with(|| Chunks::of(&new.data)))
                }
            };
            if score >= THRESHOLD {
                let same_name = old_path.file_name() == new_path.file_name();
                pairs.push(Pair { deleted: *from, added: *to, score, same_name });
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &str, before: Option<&str>, after: Option<&str>) -> CommitChange {
        let file = |text: &str| File::new(Mode::Regular, text.as_bytes());
        let path = RepoPath::parse(path.as_bytes()).unwrap();
        CommitChange { path, before: before.map(file), after: after.map(file) }
    }

    #[test]
    fn the_same_content_comes_before_the_same_name() {
        let changes = [
            change("a/x", Some("1\n2\n3\n4\n"), None),
            change("a/y", Some("5\n6\n7\n8\n"), None),
            change("b/x", None, Some("5\n6\n7\n8\n")),
            change("b/z", None, Some("1\n2\n3\n9\n")),
            change("new", None, Some("other\n")),
        ];
        assert_eq!(of(&changes), BTreeMap::from([(2, 1), (3, 0)]));
    }

    #[test]
    fn a_changed_file_and_an_empty_one_are_no_rename() {
        let changes =
            [change("a", Some("1\n"), Some("2\n")), change("b", None, Some("1\n")), change("c", Some(""), None)];
        assert!(of(&changes).is_empty());
    }
}
