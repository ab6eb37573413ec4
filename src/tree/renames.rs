//! Where files and folders went between two trees, found only for those that are asked for.
//!
//! Three questions, each only where the one before has no answer: does an added file have the very same content; does
//! an added file of the same name have similar content; does any added file near by have similar content. Files that
//! are exactly another removed file are not candidates, folders are found by the vote of the files that left them, and
//! where two candidates are nearly as good the answer says so instead of guessing. Threshold and measure are git's
//! (`diffcore-rename.c`, `merge-ort.c`), so that plain cases come out as in git.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use ahash::{AHashMap, RandomState};

use crate::path::RepoPath;
use crate::text::similarity::{Chunks, sizes_allow};
use crate::tree::changes::{Changes, PathEntry};
use crate::tree::{File, Mode, Node, ObjectId, Tree, TreeError};

/// Percent of shared content from which a file counts as moved.
pub const THRESHOLD: u8 = 50;
/// Two candidates whose scores are closer than this are ambiguous.
pub const MARGIN: u8 = 5;

/// Up to so many added files all of them are compared; beyond, only the nearest by path.
const ALL_ADDED: usize = 1000;
const NEAREST: usize = 100;
/// Candidates of the same name that are compared.
const SAME_NAME: usize = 100;
/// Files whose votes decide where a folder went.
const VOTERS: usize = 2000;

/// What became of a file that the new tree does not have at its old path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// It is at another path.
    To {
        /// The new path.
        path: RepoPath,
        /// Percent of shared content.
        score: u8,
        /// What it was found by.
        by: Evidence,
    },
    /// Several paths are nearly as likely.
    Ambiguous {
        /// The paths with their scores, best first.
        candidates: Vec<(RepoPath, u8)>,
    },
    /// Nothing like it was added.
    Gone,
}

/// What a move was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The same content.
    Content,
    /// The same content at several paths, one of them where the other files of its folder went or with its name.
    ContentAndPlace,
    /// The same name and similar content.
    Name,
    /// Similar content under another name.
    Similarity,
}

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Search {
    /// Whether files of other names are compared too, which for a tarball may cost one more pass through it.
    pub other_names: bool,
}

impl Default for Search {
    fn default() -> Self {
        Self { other_names: true }
    }
}

/// The files of one side only, by content and by name.
#[derive(Debug)]
pub struct RenameMap {
    changes: Changes,
    state: RandomState,
    added_ids: Chains,
    added_names: Chains,
    removed_ids: Chains,
    removed_names: Chains,
}

/// Places in a list by the hash of something they have, in order; hundreds of thousands of them take little room.
#[derive(Debug)]
struct Chains {
    first: AHashMap<u64, u32>,
    next: Vec<u32>,
}

impl Chains {
    /// Marks the end of a chain.
    const END: u32 = u32::MAX;

    fn new<K: Hash>(state: &RandomState, keys: impl DoubleEndedIterator<Item = Option<K>> + ExactSizeIterator) -> Self {
        let mut chains = Self { first: AHashMap::with_capacity(keys.len()), next: vec![Self::END; keys.len()] };
        // From the end, so that each chain begins with its first place.
        for (at, key) in keys.enumerate().rev() {
            if let (Some(key), Ok(place)) = (key, u32::try_from(at)) {
                chains.next[at] = chains.first.insert(state.hash_one(key), place).unwrap_or(Self::END);
            }
        }
        chains
    }

    fn at(&self, hash: u64) -> impl Iterator<Item = usize> {
        let mut place = self.first.get(&hash).copied().unwrap_or(Self::END);
        std::iter::from_fn(move || {
            let at = usize::try_from(place).ok()?;
            place = *self.next.get(at)?;
            Some(at)
        })
    }
}

/// The candidates that were read, cut into chunks; their bytes are not kept.
type Contents = HashMap<usize, Chunks>;

/// Candidates read at once, so that far jumps do not hold thousands of files at a time.
const BATCH: usize = 128;

impl RenameMap {
    /// Prepares lookups among the changes between an old and a new tree.
    pub fn new(changes: Changes) -> Self {
        let state = RandomState::new();
        let ids = |list: &[PathEntry]| Chains::new(&state, list.iter().map(|entry| entry.id));
        let names = |list: &[PathEntry]| Chains::new(&state, list.iter().map(|entry| Some(entry.path.file_name())));
        let (added_ids, added_names) = (ids(&changes.added), names(&changes.added));
        let (removed_ids, removed_names) = (ids(&changes.removed), names(&changes.removed));
        Self { changes, state, added_ids, added_names, removed_ids, removed_names }
    }

    /// The places of those of a list that have this id.
    fn with_id<'m>(
        &self,
        list: &'m [PathEntry],
        chains: &'m Chains,
        id: ObjectId,
    ) -> impl Iterator<Item = usize> + use<'m> {
        chains.at(self.state.hash_one(id)).filter(move |at| list.get(*at).is_some_and(|entry| entry.id == Some(id)))
    }

    /// The places of those of a list that have this name.
    fn with_name<'m>(
        &self,
        list: &'m [PathEntry],
        chains: &'m Chains,
        name: &'m [u8],
    ) -> impl Iterator<Item = usize> + use<'m> {
        let is = move |at: &usize| list.get(*at).is_some_and(|entry| entry.path.file_name() == name);
        chains.at(self.state.hash_one(name)).filter(is)
    }

    fn added_with_id(&self, id: ObjectId) -> impl Iterator<Item = usize> {
        self.with_id(&self.changes.added, &self.added_ids, id)
    }

    fn removed_with_id(&self, id: ObjectId) -> impl Iterator<Item = usize> {
        self.with_id(&self.changes.removed, &self.removed_ids, id)
    }

    fn added_with_name<'m>(&'m self, name: &'m [u8]) -> impl Iterator<Item = usize> {
        self.with_name(&self.changes.added, &self.added_names, name)
    }

    /// The changes it was made of.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Where each of some files of the old tree went; `wanted` holds their paths and contents there. Answers come in the order asked.
    pub fn find(&self, wanted: &[(RepoPath, File)], new: &dyn Tree, search: Search) -> Result<Vec<Moved>, TreeError> {
        let mut answers: Vec<Option<Moved>> = wanted.iter().map(|(path, file)| self.by_content(path, file)).collect();
        let mut contents = Contents::new();
        let rounds: [(Evidence, bool); 2] = [(Evidence::Name, true), (Evidence::Similarity, search.other_names)];
        for (evidence, allowed) in rounds {
            if !allowed {
                continue;
            }
            let open: Vec<(usize, Vec<usize>)> = (0..wanted.len())
                .filter(|index| answers[*index].is_none())
                .map(|index| (index, self.candidates(&wanted[index], evidence)))
                .collect();
            self.load(&mut contents, &open, wanted, new)?;
            for (index, candidates) in open {
                answers[index] = self.best(&wanted[index], &candidates, &contents, evidence);
            }
        }
        let mut answers = answers.into_iter().map(|answer| answer.unwrap_or(Moved::Gone)).collect::<Vec<_>>();
        settle_rivals(&mut answers);
        Ok(answers)
    }

    /// An added file of the same content; empty files are like each other by nature and prove nothing.
    fn by_content(&self, path: &RepoPath, file: &File) -> Option<Moved> {
        if file.data.is_empty() {
            return Some(Moved::Gone);
        }
        if file.mode == Mode::Submodule {
            return Some(Moved::Gone);
        }
        let id = ObjectId::of_blob(&file.data);
        let same_kind =
            |index: &usize| self.changes.added.get(*index).is_some_and(|entry| same_kind(entry.mode, file.mode));
        let candidates: Vec<usize> = self.added_with_id(id).filter(same_kind).collect();
        if candidates.is_empty() {
            return None;
        }
        let to = |index: usize, by| {
            self.changes.added.get(index).map(|entry| Moved::To { path: entry.path.clone(), score: 100, by })
        };
        // Several removed files of one content (licences, stubs) are told apart by place, as several added ones are.
        if let ([only], None) = (&candidates[..], self.removed_with_id(id).nth(1)) {
            return to(*only, Evidence::Content);
        }
        let expected = self.expected(path);
        let placed = candidates.iter().copied().find(|index| self.path(*index) == expected.as_ref());
        let named = candidates.iter().copied().filter(|index| self.name(*index) == Some(path.file_name()));
        let named: Vec<usize> = named.collect();
        match (placed, &named[..], &candidates[..]) {
            (Some(index), ..) => to(index, Evidence::ContentAndPlace),
            (None, [index], _) => to(*index, Evidence::ContentAndPlace),
            (None, _, []) => None,
            (None, _, all) => {
                let list = all.iter().take(10).filter_map(|index| Some((self.path(*index)?.clone(), 100)));
                Some(Moved::Ambiguous { candidates: list.collect() })
            }
        }
    }

    fn path(&self, index: usize) -> Option<&RepoPath> {
        self.changes.added.get(index).map(|entry| &entry.path)
    }

    fn name(&self, index: usize) -> Option<&[u8]> {
        self.path(index).map(RepoPath::file_name)
    }

    /// Where a file would be had it gone with the other files of its folder.
    fn expected(&self, path: &RepoPath) -> Option<RepoPath> {
        let folder = self.votes(&path.parent()?)?;
        folder.join(path.file_name()).ok()
    }

    /// The added files that a file is compared with, nearest first.
    fn candidates(&self, (path, file): &(RepoPath, File), evidence: Evidence) -> Vec<usize> {
        let usable = |index: &usize| {
            let Some(entry) = self.changes.added.get(*index) else { return false };
            // What is exactly another removed file came from there.
            let taken = entry.id.is_some_and(|id| self.removed_with_id(id).next().is_some());
            same_kind(entry.mode, file.mode) && !taken
        };
        let (list, limit): (Vec<usize>, usize) = if evidence == Evidence::Name {
            (self.added_with_name(path.file_name()).filter(usable).collect(), SAME_NAME)
        } else {
            let other = |index: &usize| self.name(*index) != Some(path.file_name());
            let count = self.changes.added.len();
            let near = if count <= ALL_ADDED { (0..count).collect() } else { self.neighbours(path) };
            let limit = if count <= ALL_ADDED { ALL_ADDED } else { NEAREST };
            (near.into_iter().filter(other).filter(usable).collect(), limit)
        };
        let expected = self.expected(path);
        let mut ranked: Vec<(usize, usize)> = list
            .into_iter()
            .map(|index| {
                let near = self.path(index).map_or(0, |other| nearness(path, other));
                let bonus = if self.path(index) == expected.as_ref() { 1000 } else { 0 };
                (near + bonus, index)
            })
            .collect();
        ranked.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        // Beyond the limit only files that have something in common by path are worth reading.
        let far = self.changes.added.len() > ALL_ADDED && evidence == Evidence::Similarity;
        ranked.into_iter().filter(|(near, _)| !far || *near > 0).take(limit).map(|(_, index)| index).collect()
    }

    /// The added files around the place that a path, or where its folder went, has in the sorted list.
    fn neighbours(&self, path: &RepoPath) -> Vec<usize> {
        let around = |path: &RepoPath| {
            let at = self.changes.added.partition_point(|entry| entry.path < *path);
            at.saturating_sub(NEAREST)..(at + NEAREST).min(self.changes.added.len())
        };
        let mut found: Vec<usize> = around(path).collect();
        found.extend(self.expected(path).iter().flat_map(around));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Reads the candidates of all `open` files whose sizes allow enough likeness.
    fn load(
        &self,
        contents: &mut Contents,
        open: &[(usize, Vec<usize>)],
        wanted: &[(RepoPath, File)],
        new: &dyn Tree,
    ) -> Result<(), TreeError> {
        let mut sizes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (own, candidates) in open {
            let size = wanted.get(*own).map_or(0, |(_, file)| file.data.len());
            for index in candidates.iter().filter(|index| !contents.contains_key(index)) {
                sizes.entry(*index).or_default().push(size);
            }
        }
        let missing: Vec<(usize, RepoPath)> =
            sizes.keys().filter_map(|index| Some((*index, self.path(*index)?.clone()))).collect();
        for batch in missing.chunks(BATCH) {
            for (index, node) in read_what_can_be(new, batch.to_vec())? {
                let Node::File(file) = node else { continue };
                if sizes[&index].iter().any(|size| sizes_allow(*size, file.data.len(), THRESHOLD)) {
                    contents.insert(index, Chunks::of(&file.data));
                }
            }
        }
        Ok(())
    }

    /// The candidate that is similar enough and clearly the best.
    fn best(
        &self,
        (path, file): &(RepoPath, File),
        candidates: &[usize],
        contents: &Contents,
        by: Evidence,
    ) -> Option<Moved> {
        let own = Chunks::of(&file.data);
        let score = |index: &usize| Some((self.path(*index)?.clone(), own.score(contents.get(index)?)));
        let mut scored: Vec<(RepoPath, u8)> =
            candidates.iter().filter_map(score).filter(|(_, score)| *score >= THRESHOLD).collect();
        scored.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        let (first, top) = scored.first()?.clone();
        let close = scored.iter().filter(|(_, score)| score.saturating_add(MARGIN) > top).count();
        if close == 1 {
            return Some(Moved::To { path: first, score: top, by });
        }
        // The folder's own way decides between candidates that are equally good.
        let expected = self.expected(path);
        match scored.iter().take(close).find(|(path, _)| Some(path) == expected.as_ref()) {
            Some((path, score)) => Some(Moved::To { path: path.clone(), score: *score, by }),
            None => Some(Moved::Ambiguous { candidates: scored.into_iter().take(close.min(10)).collect() }),
        }
    }

    /// Where a folder went: the place that most of its files moved to, where the new tree has it no longer.
    ///
    /// `None` where it is still there, nothing of it was found elsewhere, or two places got the same number of files (git's rule for renamed directories).
    pub fn folder_moved(&self, folder: &RepoPath, new: &dyn Tree) -> Result<Option<RepoPath>, TreeError> {
        if new.list(Some(folder))?.is_empty() {
            return Ok(self.votes(folder));
        }
        Ok(None)
    }

    /// The vote of the files below a folder.
    fn votes(&self, folder: &RepoPath) -> Option<RepoPath> {
        let mut prefix = folder.as_bytes().to_vec();
        prefix.push(b'/');
        let start = self.changes.removed.partition_point(|entry| entry.path.as_bytes() < &prefix[..]);
        let below = self.changes.removed[start..].iter().take_while(|entry| entry.path.as_bytes().starts_with(&prefix));
        let mut votes: BTreeMap<RepoPath, usize> = BTreeMap::new();
        for entry in below.take(VOTERS) {
            let rest = &entry.path.as_bytes()[prefix.len()..];
            let target = self.surely_moved(entry).and_then(|to| to.as_bytes().strip_suffix(rest)?.strip_suffix(b"/"));
            if let Some(Ok(target)) = target.map(RepoPath::parse) {
                *votes.entry(target).or_insert(0) += 1;
            }
        }
        let most = votes.values().max().copied()?;
        let mut winners = votes.into_iter().filter(|(_, count)| *count == most);
        let (winner, _) = winners.next()?;
        winners.next().is_none().then_some(winner)
    }

    /// Where a removed file went, as far as content or a unique name tells without reading anything.
    fn surely_moved(&self, entry: &PathEntry) -> Option<&RepoPath> {
        let name = entry.path.file_name();
        let same: Vec<usize> = entry.id.into_iter().flat_map(|id| self.added_with_id(id)).collect();
        if let (Some(id), [first, ..]) = (entry.id, &same[..]) {
            let named = same.iter().find(|index| self.name(**index) == Some(name));
            return match named {
                Some(index) if same.len() == 1 || self.removed_with_id(id).nth(1).is_none() => self.path(*index),
                _ if same.len() == 1 => self.path(*first),
                _ => None,
            };
        }
        let mut removed = self.with_name(&self.changes.removed, &self.removed_names, name);
        let mut added = self.added_with_name(name);
        match (removed.nth(1), added.next(), added.next()) {
            (None, Some(only), None) => self.path(only),
            _ => None,
        }
    }
}

/// A file becomes a link only by being replaced.
fn same_kind(one: Mode, other: Mode) -> bool {
    let kind = |mode| match mode {
        Mode::Regular | Mode::Executable => 0,
        Mode::Symlink => 1,
        Mode::Submodule => 2,
    };
    kind(one) == kind(other)
}

/// Parts that two paths share at their beginning, and letters of their names.
fn nearness(one: &RepoPath, other: &RepoPath) -> usize {
    let folders = one.parts().zip(other.parts()).take_while(|(a, b)| a == b).count();
    let tail = one.parts().rev().zip(other.parts().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (stem(one.file_name()), stem(other.file_name()));
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let letters = (start.max(end) * 8).checked_div(a.len().max(b.len())).unwrap_or(0);
    let ending = usize::from(
        one.file_name().rsplit(|&byte| byte == b'.').next() == other.file_name().rsplit(|&byte| byte == b'.').next(),
    );
    folders + 2 * tail + letters + ending
}

fn stem(name: &[u8]) -> &[u8] {
    let dot = name.iter().rposition(|&byte| byte == b'.').filter(|dot| *dot > 0);
    &name[..dot.unwrap_or(name.len())]
}

/// Two files cannot both have become one: the better keeps the place, and where neither is better a person decides.
fn settle_rivals(answers: &mut [Moved]) {
    let mut claims: HashMap<RepoPath, Vec<(u8, usize)>> = HashMap::new();
    for (index, answer) in answers.iter().enumerate() {
        if let Moved::To { path, score, .. } = answer {
            claims.entry(path.clone()).or_default().push((*score, index));
        }
    }
    for (path, mut rivals) in claims {
        rivals.sort_by(|one, other| other.cmp(one));
        let tie = matches!(&rivals[..], [(one, _), (other, _), ..] if one == other);
        for (score, index) in rivals.into_iter().skip(usize::from(!tie)) {
            answers[index] = Moved::Ambiguous { candidates: vec![(path.clone(), score)] };
        }
    }
}

/// Reads candidates; one that is too large to be kept is none.
fn read_what_can_be(new: &dyn Tree, mut batch: Vec<(usize, RepoPath)>) -> Result<Vec<(usize, Node)>, TreeError> {
    loop {
        let paths: Vec<RepoPath> = batch.iter().map(|(_, path)| path.clone()).collect();
        match new.read(&paths) {
            Ok(nodes) => return Ok(batch.into_iter().map(|(index, _)| index).zip(nodes).collect()),
            Err(TreeError::Content { path, .. }) if paths.contains(&path) => batch.retain(|(_, other)| *other != path),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::changes::changes;
    use crate::tree::memory::MemoryTree;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text.as_bytes()).unwrap()
    }

    fn tree(files: &[(&str, &str)]) -> MemoryTree {
        let mut tree = MemoryTree::new("t");
        for (name, content) in files {
            tree.insert(path(name), File::new(Mode::Regular, content.as_bytes()));
        }
        tree
    }

    fn moved(old: &[(&str, &str)], new: &[(&str, &str)], name: &str) -> Moved {
        let (old, new) = (tree(old), tree(new));
        let map = RenameMap::new(changes(&old, &new).unwrap());
        let wanted = [(path(name), old.files()[&path(name)].clone())];
        map.find(&wanted, &new, Search::default()).unwrap().remove(0)
    }

    fn to(name: &str, score: u8, by: Evidence) -> Moved {
        Moved::To { path: path(name), score, by }
    }

    const TEXT: &str = "one\ntwo\nthree\nfour\n";
    const NEXT: &str = "one\ntwo\nthree\nFOUR\n";

    #[test]
    fn the_same_content_under_another_name() {
        assert_eq!(moved(&[("a", TEXT)], &[("b/c", TEXT)], "a"), to("b/c", 100, Evidence::Content));
        assert_eq!(moved(&[("a", TEXT)], &[("b", "other\n")], "a"), Moved::Gone);
        assert_eq!(moved(&[("a", "")], &[("b", "")], "a"), Moved::Gone);
    }

    #[test]
    fn the_same_name_with_similar_content() {
        assert_eq!(moved(&[("d/a", TEXT)], &[("e/a", NEXT), ("e/b", "x\n")], "d/a"), to("e/a", 73, Evidence::Name));
        assert_eq!(moved(&[("d/a", TEXT)], &[("e/z", NEXT)], "d/a"), to("e/z", 73, Evidence::Similarity));
    }

    #[test]
    fn equals_are_told_apart_by_where_the_folder_went_or_not_at_all() {
        let old = [("d/a", TEXT), ("d/b", "b b\n"), ("d/c", "c c\n")];
        let new = [("e/a", NEXT), ("e/b", "b b\n"), ("e/c", "c c\n"), ("f/a", NEXT)];
        assert_eq!(moved(&old, &new, "d/a"), to("e/a", 73, Evidence::Name));
        let new = [("e/a", NEXT), ("f/a", NEXT)];
        assert!(matches!(moved(&old, &new, "d/a"), Moved::Ambiguous { candidates } if candidates.len() == 2));
        let new = [("e/x", TEXT), ("f/y", TEXT)];
        assert!(matches!(moved(&old, &new, "d/a"), Moved::Ambiguous { candidates } if candidates.len() == 2));
    }

    #[test]
    fn a_file_that_is_another_one_s_new_place_is_no_candidate() {
        let old = [("d/a", TEXT), ("e/a", NEXT)];
        assert_eq!(moved(&old, &[("f/a", NEXT)], "d/a"), Moved::Gone);
    }

    #[test]
    fn folders_follow_the_majority_of_their_files_once_they_are_gone() {
        let old = tree(&[("d/a", "1\n"), ("d/s/b", "2\n"), ("d/c", "3\n")]);
        let went = |new: &[(&str, &str)]| {
            let new = tree(new);
            let map = RenameMap::new(changes(&old, &new).unwrap());
            map.folder_moved(&path("d"), &new).unwrap()
        };
        assert_eq!(went(&[("x/d/a", "1\n"), ("x/d/s/b", "2\n"), ("y/c", "3\n")]), Some(path("x/d")));
        assert_eq!(went(&[("x/a", "1\n"), ("y/c", "3\n")]), None);
        assert_eq!(went(&[("x/a", "1\n"), ("x/s/b", "2\n"), ("d/c", "3\n")]), None);
    }
}
