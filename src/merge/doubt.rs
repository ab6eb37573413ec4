//! Second thoughts about a merge that found a place for everything: reasons to let a person look after all.

use crate::merge::stale::{self, Words};
use crate::merge::{Edit, Fate, FileMerge, Grade, Line};

/// Grades down hunks whose added lines use names that upstream no longer has.
pub fn stale_words(merge: &mut FileMerge<'_>, base: &[Line<'_>], ours: &[Line<'_>], edits: &[Edit<'_>]) {
    let safe = |grade: Option<Grade>| grade.is_some_and(|grade| grade < Grade::C);
    if !merge.hunks.iter().any(|hunk| safe(hunk.grade)) {
        return;
    }
    let before = Words::of(&stale::kept(base, edits));
    let after = Words::of(&stale::left(ours, &merge.placed));
    for placed in &merge.placed {
        let words = stale::among(&placed.lines, &before, &after);
        let hunk = &mut merge.hunks[placed.hunk];
        if words.is_empty() || !safe(hunk.grade) {
            continue;
        }
        let shown: Vec<String> =
            words.iter().take(5).map(|word| format!("`{}`", String::from_utf8_lossy(word))).collect();
        hunk.grade = Some(Grade::C);
        hunk.evidence.insert(0, format!("adds {}, which upstream no longer has in this file", shown.join(", ")));
    }
}

/// Grades down what a rung placed in a file of which upstream already took other parts of the patch: what is left may
/// be upstream in another form.
pub fn partly_upstream(merge: &mut FileMerge<'_>) {
    for hunk in merge.hunks.iter_mut().filter(|hunk| hunk.fate == Fate::Resolved) {
        if hunk.grade.is_some_and(|grade| grade < Grade::C) {
            hunk.grade = Some(Grade::C);
            hunk.evidence.insert(0, "upstream already has other parts of the patch in this file".into());
        }
    }
}
