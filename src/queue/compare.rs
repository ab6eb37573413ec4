//! Two queues side by side: which patches do the same, which nearly, which only one of them has.

use std::collections::{BTreeMap, HashMap};

use crate::path::RepoPath;
use crate::queue::QueuePatch;
use crate::queue::fingerprint::{self, Payload};

/// Percent of changed lines that two patches must share to be near each other.
pub const NEAR: usize = 50;

/// A line that occurs in more patches of the other queue than this says nothing about which of them is meant.
const COMMON: usize = 8;

/// How the patches of two queues correspond; each patch stands in one row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Patches that change the same lines of the same files: places in mine and in theirs.
    pub same: Vec<(usize, usize)>,
    /// Patches that share at least half of their changed lines, with the share in percent.
    pub near: Vec<(usize, usize, usize)>,
    /// Those that only mine has.
    pub mine_only: Vec<usize>,
    /// Those that only theirs has.
    pub theirs_only: Vec<usize>,
}

/// The changed lines of a patch, counted; the key is path, sign and text.
type Lines = BTreeMap<(RepoPath, bool, Vec<u8>), usize>;

/// Compares by what patches change, never by their names.
pub fn compare(mine: &[QueuePatch], theirs: &[QueuePatch]) -> Comparison {
    let (ours, others): (Vec<Lines>, Vec<Lines>) =
        (mine.iter().map(lines).collect(), theirs.iter().map(lines).collect());
    let mut holders: HashMap<&(RepoPath, bool, Vec<u8>), Vec<usize>> = HashMap::new();
    for (number, other) in others.iter().enumerate() {
        for key in other.keys() {
            holders.entry(key).or_default().push(number);
        }
    }
    let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
    for (number, own) in ours.iter().enumerate() {
        let met = own.keys().filter_map(|key| holders.get(key)).filter(|list| list.len() <= COMMON).flatten();
        let mut met: Vec<usize> = met.copied().collect();
        met.sort_unstable();
        met.dedup();
        let scored = met.into_iter().map(|other| (shared(own, &others[other]), number, other));
        pairs.extend(scored.filter(|(share, ..)| *share >= NEAR));
    }
    // The best pair first; of equal ones that which stands first in both queues.
    pairs.sort_by_key(|&(share, own, other)| (std::cmp::Reverse(share), own, other));
    let (mut taken, mut given) = (vec![false; mine.len()], vec![false; theirs.len()]);
    let mut found = Comparison::default();
    for (share, own, other) in pairs {
        if taken[own] || given[other] {
            continue;
        }
        (taken[own], given[other]) = (true, true);
        match share {
            100 if ours[own] == others[other] => found.same.push((own, other)),
            _ => found.near.push((own, other, share.min(99))),
        }
    }
    found.same.sort_unstable();
    found.near.sort_unstable();
    let left =
        |marks: &[bool]| marks.iter().enumerate().filter(|(_, mark)| !**mark).map(|(number, _)| number).collect();
    (found.mine_only, found.theirs_only) = (left(&taken), left(&given));
    found
}

fn lines(patch: &QueuePatch) -> Lines {
    let mut all = Lines::new();
    for file in fingerprint::files(patch) {
        let Some(path) = fingerprint::path_of(&file, patch.strip) else { continue };
        let payload = Payload::of(&file).unwrap_or_default();
        if payload.is_empty() {
            // A mode, a rename or a binary file: all that can be said is which file.
            *all.entry((path.clone(), true, Vec::new())).or_default() += 1;
        }
        let removed = payload.removed.into_iter().map(|line| (false, line));
        for (added, line) in removed.chain(payload.added.into_iter().map(|line| (true, line))) {
            *all.entry((path.clone(), added, line)).or_default() += 1;
        }
    }
    all
}

/// Percent of the changed lines of both that the other has too.
fn shared(one: &Lines, other: &Lines) -> usize {
    let both: usize = one.iter().map(|(key, count)| other.get(key).map_or(0, |known| *known.min(count))).sum();
    let all = one.values().sum::<usize>() + other.values().sum::<usize>();
    (both * 200).checked_div(all).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn patch(name: &str, text: &str) -> QueuePatch {
        let patch = crate::patch::parse(text.as_bytes()).unwrap();
        QueuePatch { name: name.into(), source: text.into(), patch, strip: 1, reverse: false, exact: None }
    }

    fn edit(path: &str, line: usize, removed: &[&str], added: &[&str]) -> String {
        let body: String = removed.iter().map(|text| format!("-{text}\n")).collect::<String>()
            + &added.iter().map(|text| format!("+{text}\n")).collect::<String>();
        format!("--- a/{path}\n+++ b/{path}\n@@ -{line},{} +{line},{} @@\n{body}", removed.len(), added.len())
    }

    #[test]
    fn patches_correspond_by_what_they_change() {
        let mine = [
            patch("one", &edit("a.c", 5, &["old one"], &["new one"])),
            patch("two", &edit("b.c", 5, &["x = 1;", "y = 1;", "z = 1;"], &["x = 2;"])),
            patch("three", &edit("c.c", 1, &["q"], &["r"])),
        ];
        let theirs = [
            patch("2", &edit("b.c", 50, &["x = 1;", "y = 1;"], &["x = 2;"])),
            patch("4", &edit("d.c", 1, &["q"], &["r"])),
            patch("1", &edit("a.c", 99, &["old  one"], &["new one"])),
        ];
        let found = compare(&mine, &theirs);
        assert_eq!(found.same, [(0, 2)]);
        assert_eq!(found.near, [(1, 0, 85)]);
        assert_eq!((found.mine_only, found.theirs_only), (vec![2], vec![1]));
    }

    proptest! {
        #[test]
        fn every_patch_stands_in_one_row_and_a_queue_is_the_same_as_itself(words in prop::collection::vec("[a-c]{1,3}", 1..6)) {
            let mine: Vec<QueuePatch> =
                words.iter().enumerate().map(|(at, word)| patch(word, &edit(&format!("f{at}"), 1, &[word], &["x"]))).collect();
            let found = compare(&mine, &mine);
            prop_assert_eq!(found.same, (0..mine.len()).map(|at| (at, at)).collect::<Vec<_>>());
            let half = compare(&mine, &mine[..mine.len() / 2]);
            prop_assert_eq!(half.same.len() + half.near.len() + half.mine_only.len(), mine.len());
            prop_assert_eq!(half.same.len() + half.near.len() + half.theirs_only.len(), mine.len() / 2);
        }
    }
}
