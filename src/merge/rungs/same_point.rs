//! Same point: the patch and upstream both inserted lines between the same two lines.
//!
//! Order: upstream's lines first, then the patch's. Guard: the insertions share no line of content, and each opens and
//! closes what it should, so that neither can lie inside the other. Where upstream's lines say the same in other words, a
//! person looks. Entries of a change log and rows of one version are none of its business.

use std::collections::HashSet;

use crate::merge::balance::Balance;
use crate::merge::ladder::{Case, resolution};
use crate::merge::rungs::{log, table};
use crate::merge::tokens::{Bag, squeezed};
use crate::merge::{Grade, Line, Placed, Resolution, absorbed};

/// Percent of its words that a line shares with another one which says the same in other words.
const OTHER_WORDS: usize = 90;

/// Resolves two insertions at one point.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let (edit, change) = case.two_insertions()?;
    let upstream = &case.ours[change.new.clone()];
    // What these rungs leave to a person, or refuse, is no plain pair of insertions.
    if alike(upstream, &edit.lines) || log::applies(case) || table::is_doubled(case) {
        return None;
    }
    let even = Balance::of(upstream).is_even() && Balance::of(&edit.lines).is_even();
    let grade = if even && !in_other_words(upstream, &edit.lines) { Grade::B } else { Grade::C };
    let line = change.new.start + 1;
    let placed = Placed { hunk: edit.hunk, ours: change.new.end..change.new.end, lines: edit.lines.clone() };
    let evidence =
        format!("upstream inserted {} lines at the same point (line {line}); its lines come first", upstream.len());
    Some(resolution(vec![placed], grade, evidence))
}

/// True where two insertions share so many lines of content that one may be a form of the other.
fn alike(one: &[Line<'_>], other: &[Line<'_>]) -> bool {
    let content = |lines: &[Line<'_>]| -> HashSet<Vec<u8>> {
        lines.iter().map(|line| squeezed(line)).filter(|line| is_content(line)).collect()
    };
    let (one, other) = (content(one), content(other));
    let shared = one.intersection(&other).count();
    shared * 4 > one.len().min(other.len()) || (shared > 0 && one.len().min(other.len()) < 4)
}

/// True where every line that says something has one of upstream's that differs from it in a word: the same thing, said
/// otherwise.
fn in_other_words(upstream: &[Line<'_>], own: &[Line<'_>]) -> bool {
    let (upstream, own) = (bags(upstream), bags(own));
    !own.is_empty() && own.iter().all(|line| upstream.iter().any(|other| line.likeness(other) >= OTHER_WORDS))
}

/// The words of each line that says something.
fn bags<'a>(lines: &[Line<'a>]) -> Vec<Bag<'a>> {
    lines.iter().filter(|line| absorbed::is_strong(line)).map(|line| Bag::of(std::slice::from_ref(line))).collect()
}

/// True for a line that says more than a bracket, a keyword or a blank.
fn is_content(squeezed: &[u8]) -> bool {
    squeezed.iter().filter(|byte| byte.is_ascii_alphanumeric()).count() >= 3
}
