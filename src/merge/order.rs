//! Settings that a patch puts behind the last line of a file whose order a program keeps.
//!
//! Such a file (`kinds::Kind::is_ordered`) is written by the program that owns the options; what a patch adds at its end
//! stands there because nobody ran that program. Where upstream's new version has settings in another order, it was
//! run, and every setting got its place; so a person looks whether the new ones should get theirs.

use std::collections::HashSet;

use crate::merge::kinds::{self, Kind};
use crate::merge::{FileMerge, Grade, Line};
use crate::path::RepoPath;
use crate::text::diff::Change;

/// Grades down hunks that add settings at the end of a file of which upstream changed the order.
pub fn ask(merge: &mut FileMerge<'_>, path: &RepoPath, (base, ours): (&[Line<'_>], &[Line<'_>]), changes: &[Change]) {
    let Some(kind) = kinds::of(path).find(|kind| kind.is_ordered()) else { return };
    for placed in merge.placed.iter().filter(|placed| placed.ours == (ours.len()..ours.len())) {
        let hunk = &mut merge.hunks[placed.hunk];
        let settings = placed.lines.iter().any(|line| kind.key(line).is_some());
        if settings && hunk.grade.is_some_and(|grade| grade < Grade::C) && sorted_anew(kind, base, ours, changes) {
            hunk.grade = Some(Grade::C);
            let fact =
                "upstream brought the settings into another order; those at the end may have a place of their own";
            hunk.evidence.insert(0, fact.into());
        }
    }
}

/// True where a setting stands elsewhere among the others now.
fn sorted_anew(kind: &Kind, base: &[Line<'_>], ours: &[Line<'_>], changes: &[Change]) -> bool {
    let taken: HashSet<Line<'_>> = changes.iter().flat_map(|change| &base[change.old.clone()]).copied().collect();
    let mut put = changes.iter().flat_map(|change| &ours[change.new.clone()]);
    put.any(|line| kind.key(line).is_some() && taken.contains(line))
}
