//! Second thoughts about a merge that found a place for everything: reasons to let a person look after all.

use std::collections::HashSet;

use crate::merge::balance::Balance;
use crate::merge::ladder::Case;
use crate::merge::tokens::{self, Token};
use crate::merge::{Edit, Fate, FileMerge, Grade, Line, Placed, Resolution, stale};
use crate::text::diff::{self, Change};

/// The shortest word that counts as one that upstream replaced.
const LEAST_WORD: usize = 4;

/// Grades down a resolution that adds words which upstream replaced by others right there.
pub fn replaced_words(case: &Case<'_, '_>, found: &mut Resolution<'_>) {
    if found.grade == Grade::C {
        return;
    }
    let words = |lines: &[Line<'_>]| -> HashSet<Vec<u8>> {
        let all = tokens::of(lines).into_iter().filter(|token| is_long_word(token));
        all.map(<[u8]>::to_vec).collect()
    };
    let (old, new) = (tokens::of(case.base_text()), tokens::of(case.ours_text()));
    let ours = words(case.ours_text());
    let renamed = |change: &Change| {
        let one_word = change.old.len() == 1 && change.new.len() == 1 && tokens::is_word(new[change.new.start]);
        one_word.then(|| old[change.old.start].to_vec()).filter(|word| !ours.contains(word))
    };
    let replaced: HashSet<Vec<u8>> = diff::changes(&old, &new).iter().filter_map(renamed).collect();
    for placed in &found.placed {
        let before = words(&case.ours[placed.ours.clone()]);
        let mut added = tokens::of(&placed.lines).into_iter();
        let stale = added.find(|word| is_long_word(word) && replaced.contains(*word) && !before.contains(*word));
        if let Some(word) = stale {
            found.grade = Grade::C;
            let word = String::from_utf8_lossy(word);
            found.evidence.insert(0, format!("adds `{word}`, which upstream replaced by another word right there"));
            return;
        }
    }
}

/// Grades down a resolution that opens or closes a block around lines which upstream changed.
pub fn half_blocks(case: &Case<'_, '_>, found: &mut Resolution<'_>) {
    let uneven = |placed: &Placed<'_>| {
        let (before, after) = (Balance::of(&case.ours[placed.ours.clone()]), Balance::of(&placed.lines));
        before.depth != after.depth
    };
    // What changed only in its white space opens and closes as before.
    let spacing = |change: &Change| {
        let squeezed = |lines: &[Line<'_>]| lines.iter().flat_map(|line| tokens::squeezed(line)).collect::<Vec<u8>>();
        squeezed(&case.base[change.old.clone()]) == squeezed(&case.ours[change.new.clone()])
    };
    if found.grade < Grade::C && !case.region_changes().iter().all(spacing) && found.placed.iter().any(uneven) {
        found.grade = Grade::C;
        found.evidence.insert(0, "opens or closes a block beside lines that upstream changed".into());
    }
}

/// Whether an expression runs on from the line before the region into it, and from it into the line after it.
pub fn runs_on(case: &Case<'_, '_>) -> [bool; 2] {
    let region = &case.region.ours;
    let runs_on = |line: Option<&Line<'_>>| {
        let text = line.map(|line| line.trim_ascii_end()).unwrap_or_default();
        [&b"&&"[..], b"||", b"(", b"=", b"+", b"|", b"?"].iter().any(|end| text.ends_with(end))
    };
    let before = region.start.checked_sub(1).and_then(|line| case.ours.get(line));
    let last = region.end.checked_sub(1).filter(|_| !region.is_empty()).and_then(|line| case.ours.get(line));
    [runs_on(before), runs_on(last)]
}

/// Whether upstream changed words of the line before the region, and of the line after it.
pub fn neighbours_changed(case: &Case<'_, '_>) -> [bool; 2] {
    let region = case.region;
    let squeezed = |line: Option<&Line<'_>>| line.map(|line| tokens::squeezed(line));
    let at = region.changes.start.min(case.changes.len());
    let above = case.changes[..at].last().is_some_and(|change| change.old.end == region.base.start);
    let below = case.changes[region.changes.end.min(case.changes.len())..].first();
    let below = below.is_some_and(|change| change.old.start == region.base.end);
    let before = |lines: &[Line<'_>], start: usize| squeezed(start.checked_sub(1).and_then(|line| lines.get(line)));
    let after = |lines: &[Line<'_>], end: usize| squeezed(lines.get(end));
    [
        above && before(case.base, region.base.start) != before(case.ours, region.ours.start),
        below && after(case.base, region.base.end) != after(case.ours, region.ours.end),
    ]
}

fn is_long_word(token: Token<'_>) -> bool {
    tokens::is_word(token) && token.len() >= LEAST_WORD && !token[0].is_ascii_digit()
}

/// Grades down hunks whose added lines use names that upstream no longer has, or uses otherwise.
pub fn stale_words<'a>(
    merge: &mut FileMerge<'a>,
    (base, ours): (&[Line<'a>], &[Line<'a>]),
    changes: &[Change],
    edits: &[Edit<'a>],
) {
    let safe = |grade: Option<Grade>| grade.is_some_and(|grade| grade < Grade::C);
    if !merge.hunks.iter().any(|hunk| safe(hunk.grade)) {
        return;
    }
    let texts = stale::Texts::new((base, ours), changes, edits, &merge.placed);
    let mut nth = vec![0; merge.hunks.len()];
    for placed in &merge.placed {
        let hunk = &mut merge.hunks[placed.hunk];
        let own = edits.partition_point(|edit| edit.hunk < placed.hunk) + nth[placed.hunk];
        nth[placed.hunk] += 1;
        if !safe(hunk.grade) {
            continue;
        }
        let from = edits.get(own).filter(|edit| edit.hunk == placed.hunk);
        let at = from.map_or(hunk.base_line..hunk.base_line, |edit| edit.base.clone());
        let words = texts.among(&placed.lines, &at, &placed.ours);
        let Some((_, why)) = words.first() else { continue };
        let same = words.iter().filter(|(_, other)| other == why).take(5);
        let shown: Vec<String> = same.map(|(word, _)| format!("`{}`", String::from_utf8_lossy(word))).collect();
        hunk.grade = Some(Grade::C);
        hunk.evidence.insert(0, format!("adds {}, {}", shown.join(", "), why.words()));
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
