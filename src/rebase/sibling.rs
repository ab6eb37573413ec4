//! Looks a conflict up in other distributions' queues for the same package.
//!
//! A file patch there that adds the very same lines is offered with its provenance. It is taken, as a review, only where
//! it also removes the same lines (white space aside), changes the same file, and applies to the new tree with every line
//! of its context: then somebody else has already refreshed this very change. A payload that differs is never taken.

use std::sync::Arc;

use crate::merge::file::by_context;
use crate::merge::{self, Fate, FileMerge, Line};
use crate::patch::{Body, FilePatch, Operation};
use crate::queue::fingerprint::Payload;
use crate::queue::siblings::{Known, Siblings};
use crate::rebase::file_step::{FileStep, Rewrite, Whole};
use crate::rebase::intent::Intent;
use crate::rebase::refresh;
use crate::rebase::report::SiblingOffer;
use crate::text::lines;
use crate::tree::{File, Mode};

/// The rung's name in reports.
pub const RUNG: &str = "sibling";

/// Offers shown for one file.
const MOST: usize = 4;

/// The conflicting file patch that is looked up.
pub struct Wanted<'a> {
    /// The file patch.
    pub file: &'a FilePatch,
    /// What it means.
    pub intent: &'a Intent,
    /// Parts to strip from its names.
    pub strip: usize,
    /// The file in the new tree.
    pub ours: Option<&'a File>,
}

/// What other queues have for a conflicting step; the step becomes a review where one of them has already solved it.
pub fn look_up(step: &mut FileStep, wanted: &Wanted<'_>, siblings: &Siblings) -> Vec<SiblingOffer> {
    let Some(payload) = Payload::of(wanted.file).filter(|_| wanted.file.header.operation == Operation::Modify) else {
        return Vec::new();
    };
    let mut offers: Vec<SiblingOffer> = Vec::new();
    let mut taken = None;
    for known in siblings.adding(&payload) {
        let same_file = known.path == step.onto || known.path == *wanted.intent.name();
        let same = known.payload == payload;
        if !(same_file || same) || offers.len() == MOST {
            continue;
        }
        let new = wanted.ours.filter(|_| same_file).and_then(|ours| applied(known, ours));
        let offer = SiblingOffer {
            queue: known.queue.clone(),
            patch: known.patch.clone(),
            path: known.path.shown(),
            same_payload: same,
            applies: new.is_some(),
            taken: same && new.is_some() && taken.is_none(),
        };
        if let (true, Some(new)) = (offer.taken, new) {
            taken = Some((new, told(&offer)));
        }
        if !offers.iter().any(|other| (&other.queue, &other.patch) == (&offer.queue, &offer.patch)) {
            offers.push(offer);
        }
    }
    if let (Some((new, evidence)), Some(ours)) = (taken, wanted.ours) {
        take(step, wanted, ours, new, &evidence);
    }
    offers
}

/// A sentence for the report.
pub fn told(offer: &SiblingOffer) -> String {
    let SiblingOffer { queue, patch, path, .. } = offer;
    match (offer.same_payload, offer.applies) {
        (true, true) => {
            format!("{queue} has the same change in `{patch}`, and it applies here with all of its context")
        }
        (true, false) => format!("{queue} has the same change in `{patch}`, for `{path}`"),
        (false, true) => {
            format!(
                "{queue} adds the same lines in `{patch}` but removes others; it applies here with all of its context"
            )
        }
        (false, false) => format!("{queue} adds the same lines in `{patch}` but removes others"),
    }
}

/// The new content and hunks.
struct New {
    data: Arc<[u8]>,
    hunks: Vec<crate::patch::Hunk>,
    lines: Vec<Option<usize>>,
}

/// Applies a sibling's file patch to the new tree: every hunk with all of its lines at the only place there is, or at the
/// one that its header names.
fn applied(known: &Known, ours: &File) -> Option<New> {
    let Body::Hunks(hunks) = &known.file.body else { return None };
    if !matches!(ours.mode, Mode::Regular | Mode::Executable) || known.file.header.operation != Operation::Modify {
        return None;
    }
    let split: Vec<Line<'_>> = lines::split(&ours.data);
    let merge: FileMerge<'_> = by_context(hunks, &split, false);
    let sure =
        |hunk: &merge::HunkResult| hunk.fate == Fate::Clean && hunk.grade.is_some_and(|grade| grade < merge::Grade::C);
    if !merge.conflicts.is_empty() || !merge.hunks.iter().all(sure) {
        return None;
    }
    let data = merge.result(&split);
    let written = refresh::hunks(hunks, &merge.placed, &split);
    let line =
        |number: usize| merge.placed.iter().find(|placed| placed.hunk == number).map(|placed| placed.ours.start + 1);
    let lines = (0..hunks.len()).map(line).collect();
    (data != *ours.data).then(|| New { data: Arc::from(data), hunks: written, lines })
}

fn take(step: &mut FileStep, wanted: &Wanted<'_>, ours: &File, new: New, evidence: &str) {
    let result = File { mode: ours.mode, data: new.data };
    let mut written = wanted.file.clone();
    written.body = Body::Hunks(new.hunks);
    refresh::ids(&mut written.header, Some(ours), Some(&result));
    let path = wanted.intent.name();
    let moved = *path != step.onto;
    if moved {
        refresh::rename(&mut written, wanted.strip, path, &step.onto);
    }
    step.staged = vec![(step.onto.clone(), Some(result))];
    step.whole = if moved { Whole::Changed } else { Whole::Text };
    step.grade = Some(merge::Grade::C);
    step.written = Rewrite::New(Box::new(written));
    step.conflict = None;
    step.without = None;
    step.texts.clear();
    let one_to_one = new.lines.len() == step.hunks.len();
    step.new_lines = if one_to_one { new.lines } else { vec![None; step.hunks.len()] };
    for hunk in &mut step.hunks {
        hunk.fate = Fate::Resolved;
        hunk.grade = Some(merge::Grade::C);
        hunk.rung = RUNG;
        hunk.tried.push(RUNG);
        hunk.conflict = None;
        hunk.evidence.push(evidence.to_owned());
    }
}
