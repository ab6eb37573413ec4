//! Mutation test: real patches, upstream edits made by rule, and the right answer known by how they were made.
//!
//! A [`Triple`] is a file before and after one patch of a queue. [`mutants::of`] changes the file before as an upstream
//! would (a line of context, a deletion nearby, a block moved, a name changed) and makes the same change to the file
//! after, which gives the right answer. [`judge`] carries the patch to the changed file with the whole engine and compares.
//! Whatever the engine takes without a person must be right.

pub(crate) mod mutants;
#[cfg(test)]
mod own;
pub(crate) mod sides;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use forebay::merge::{Edit, edits};
use forebay::patch::{Body, FilePatch, PatchFile};
use forebay::path::RepoPath;
use forebay::progress::Silent;
use forebay::queue::QueuePatch;
use forebay::rebase::execute::{Request, execute};
use forebay::rebase::intent::{self, Intent};
use forebay::rebase::old_side;
use forebay::rebase::outcome::Decisions;
use forebay::rebase::report::{Grade, Verdict};
use forebay::rebase::world::Knowledge;
use forebay::text::lines;
use forebay::tree::memory::MemoryTree;
use forebay::tree::{File, Mode, Node, Tree};

pub(crate) use mutants::{Class, Mutant};

/// A file before and after one patch.
pub(crate) struct Triple {
    /// The patch's name.
    pub(crate) name: String,
    /// The file.
    pub(crate) path: RepoPath,
    /// Before.
    pub(crate) base: Vec<u8>,
    /// After.
    pub(crate) theirs: Vec<u8>,
    /// The patch, cut down to this file.
    pub(crate) patch: QueuePatch,
}

impl Triple {
    /// The patch's edits of the file.
    pub(crate) fn edits(&self) -> Vec<Edit<'_>> {
        match &self.patch.patch.files[0].body {
            Body::Hunks(hunks) => edits::on_base(hunks, &lines::split(&self.base)).edits,
            _ => Vec::new(),
        }
    }
}

/// The changes of text files that the patches make to a tree, in order, each on top of those before.
pub(crate) fn triples(patches: &[QueuePatch], tree: &dyn Tree) -> Vec<Triple> {
    let mut now: BTreeMap<RepoPath, Option<File>> = BTreeMap::new();
    let mut found = Vec::new();
    for patch in patches {
        for file in &patch.patch.files {
            let mut at = |path: &RepoPath| now.entry(path.clone()).or_insert_with(|| read(tree, path)).clone();
            let known: Vec<RepoPath> = intent::candidates(patch, file).unwrap_or_default();
            let present: Vec<&RepoPath> = known.iter().filter(|path| at(path).is_some()).collect();
            let Ok(intent) = intent::of(patch, file, &|path| present.contains(&path)) else { continue };
            let old = old_side::replay(file, intent.source().and_then(&mut at));
            if let (Intent::Modify(path), Some(base), Some(theirs), true) = (&intent, &old.base, &old.theirs, old.exact)
            {
                found.extend(triple(patch, file, path, [base, theirs]));
            }
            if let (Intent::Rename { from, .. } | Intent::Delete(from), true) = (&intent, old.problem.is_none()) {
                now.insert(from.clone(), None);
            }
            if let Some(path) = intent.target() {
                now.insert(path.clone(), old.theirs.clone());
            }
        }
    }
    found
}

fn read(tree: &dyn Tree, path: &RepoPath) -> Option<File> {
    match tree.read(std::slice::from_ref(path)).ok()?.pop()? {
        Node::File(file) => Some(file),
        _ => None,
    }
}

fn triple(patch: &QueuePatch, file: &FilePatch, path: &RepoPath, [base, theirs]: [&File; 2]) -> Option<Triple> {
    let whole = |file: &File| file.data.ends_with(b"\n") && matches!(file.mode, Mode::Regular | Mode::Executable);
    if !whole(base) || !whole(theirs) || patch.reverse || !matches!(file.body, Body::Hunks(_)) {
        return None;
    }
    let alone = PatchFile { files: vec![file.clone()], ..PatchFile::default() };
    let source = alone.print();
    let patch = QueuePatch { source: source.into(), patch: alone, ..patch.clone() };
    let name = patch.name.clone();
    Some(Triple { name, path: path.clone(), base: base.data.to_vec(), theirs: theirs.data.to_vec(), patch })
}

/// How the engine fared with a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// Taken without a person, and right.
    Right,
    /// Taken without a person, and wrong: this must never be.
    Wrong,
    /// Placed for a person to look at, and right.
    ReviewRight,
    /// Placed for a person to look at, and wrong.
    ReviewWrong,
    /// Left to a person.
    Conflict,
}

/// Carries a triple's patch to a mutant; also what came out.
pub(crate) fn judge(triple: &Triple, mutant: &Mutant) -> (Fate, Vec<u8>) {
    let (mut old, mut new) = (MemoryTree::new("old"), MemoryTree::new("new"));
    old.insert(triple.path.clone(), File::new(Mode::Regular, triple.base.clone()));
    new.insert(mutant.path.clone(), File::new(Mode::Regular, mutant.ours.clone()));
    let request = Request {
        package: "mutation",
        patches: std::slice::from_ref(&triple.patch),
        from: Some(&old),
        onto: &new,
        decisions: &Decisions::default(),
        knowledge: Knowledge::default(),
        automatic: Grade::B,
        jobs: None,
        progress: &Silent,
    };
    let outcome = execute(&request).expect("trees in memory can be read and the patch was read before");
    let changes = &outcome.patches[0].changes;
    let only_here = changes.iter().all(|change| change.path == mutant.path);
    let after = changes.iter().find(|change| change.path == mutant.path);
    let result = after.map_or_else(|| Some(mutant.ours.clone()), |change| Some(change.after.as_ref()?.data.to_vec()));
    let result = result.unwrap_or_default();
    let right = only_here && mutant.right.contains(&result);
    let fate = match (outcome.report.patches[0].verdict, right) {
        (Verdict::Conflict | Verdict::Skipped, _) => Fate::Conflict,
        (Verdict::Review, true) => Fate::ReviewRight,
        (Verdict::Review, false) => Fate::ReviewWrong,
        (_, true) => Fate::Right,
        (_, false) => Fate::Wrong,
    };
    (fate, result)
}

/// Counts by class.
#[derive(Default)]
pub(crate) struct Table(BTreeMap<Class, BTreeMap<Fate, usize>>);

impl Table {
    /// Counts one.
    pub(crate) fn add(&mut self, class: Class, fate: Fate) {
        *self.0.entry(class).or_default().entry(fate).or_default() += 1;
    }

    /// How many ended so, over all classes.
    pub(crate) fn count(&self, fate: Fate) -> usize {
        self.0.values().filter_map(|row| row.get(&fate)).sum()
    }

    /// How many there are.
    pub(crate) fn all(&self) -> usize {
        self.0.values().flat_map(BTreeMap::values).sum()
    }

    /// The table in Markdown.
    pub(crate) fn print(&self) -> String {
        let mut text = String::from(
            "| upstream's edit | cases | automatic right | automatic wrong | review right | review wrong | conflict | resolved | with review |\n\
             |---|---|---|---|---|---|---|---|---|\n",
        );
        let mut total: BTreeMap<Fate, usize> = BTreeMap::new();
        for (class, row) in &self.0 {
            line(&mut text, class.words(), row);
            for (fate, count) in row {
                *total.entry(*fate).or_default() += count;
            }
        }
        line(&mut text, "all", &total);
        text
    }
}

fn line(text: &mut String, name: &str, row: &BTreeMap<Fate, usize>) {
    let of = |fate: Fate| row.get(&fate).copied().unwrap_or(0);
    let all: usize = row.values().sum::<usize>().max(1);
    let [right, wrong, review, other, open] =
        [Fate::Right, Fate::Wrong, Fate::ReviewRight, Fate::ReviewWrong, Fate::Conflict].map(of);
    let share = |part: usize| (100 * part + all / 2) / all;
    let cells = [all, right, wrong, review, other, open].map(|count| count.to_string()).join(" | ");
    let _ = writeln!(text, "| {name} | {cells} | {} % | {} % |", share(right), share(right + review));
}
