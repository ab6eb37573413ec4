//! The queue: one row a patch, what needs a decision first, each with its hunks.
//!
//! A queue may hold megabytes of text. What needs a decision is shown before anything else, each patch gets its share, and
//! what did not fit says with which command it is seen.

use crate::finding::Rule;
use crate::rebase::report::{CulpritCommit, FileReport, HunkReport, HunkVerdict, PatchReport, SiblingOffer};
use crate::rebase::sides::Sides;
use crate::report::html::compare::{self, Compared};
use crate::report::html::{Carried, Prose};
use crate::report::order;
use crate::text::plural::plural;

/// Bytes of compared text on the whole page.
const PAGE: usize = 640 << 10;
/// The part of it that one patch may take.
const PATCH: usize = 40 << 10;
/// The most hunks of one patch that are listed.
const HUNKS: usize = 120;

/// The section.
pub(super) struct Patches {
    pub(super) sentence: String,
    pub(super) kinds: Vec<Kind>,
    pub(super) rows: Vec<Patch>,
}

/// A verdict that can be filtered for.
pub(super) struct Kind {
    pub(super) class: &'static str,
    pub(super) count: usize,
}

pub(super) struct Patch {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) folder: String,
    pub(super) verdict: &'static str,
    pub(super) grade: &'static str,
    pub(super) hunks: String,
    /// Why, on one line.
    pub(super) reason: String,
    /// The same, with code set apart.
    pub(super) told: Prose,
    pub(super) findings: Vec<(String, Prose)>,
    pub(super) files: Vec<File>,
    /// What is not listed, in words; empty where nothing.
    pub(super) rest: String,
}

pub(super) struct File {
    pub(super) path: String,
    /// Where it was before, if it moved.
    pub(super) was: Option<String>,
    pub(super) verdict: &'static str,
    pub(super) evidence: Vec<Prose>,
    pub(super) offers: Vec<String>,
    pub(super) commits: Vec<Commit>,
    pub(super) hunks: Vec<Hunk>,
}

pub(super) struct Commit {
    pub(super) id: String,
    pub(super) subject: String,
    pub(super) by: String,
}

pub(super) struct Hunk {
    pub(super) index: usize,
    pub(super) place: String,
    pub(super) verdict: &'static str,
    pub(super) word: &'static str,
    pub(super) grade: &'static str,
    pub(super) rung: String,
    pub(super) culprit: Option<Prose>,
    pub(super) evidence: Vec<Prose>,
    pub(super) tried: Vec<Tried>,
    pub(super) swallowed: Vec<String>,
    pub(super) commits: Vec<Commit>,
    pub(super) compared: Option<Compared>,
    /// Why nothing is compared; empty where it is.
    pub(super) left: String,
    pub(super) open: bool,
}

pub(super) struct Tried {
    pub(super) name: String,
    pub(super) needs: &'static str,
    pub(super) taken: bool,
}

/// What is left of the room for compared texts.
struct Room {
    page: usize,
    patch: usize,
}

impl Room {
    /// True where so much still fits, which is then taken.
    fn takes(&mut self, bytes: usize) -> bool {
        let fits = bytes <= self.page && bytes <= self.patch;
        if fits {
            self.page -= bytes;
            self.patch -= bytes;
        }
        fits
    }
}

pub(super) fn view(carried: &Carried<'_>, rules: &[&'static Rule]) -> Patches {
    let report = carried.report;
    let mut numbered: Vec<(usize, &PatchReport)> = report.patches.iter().enumerate().collect();
    let rank = |row: &PatchReport| order::ORDER.iter().position(|known| *known == row.verdict);
    numbered.sort_by_key(|(number, row)| (rank(row), *number));
    let mut room = Room { page: PAGE, patch: PATCH };
    let rows = numbered.into_iter().map(|(number, row)| {
        room.patch = PATCH;
        patch(row, &(carried.sides)(number), rules, &mut room)
    });
    let rows = rows.collect();
    let kinds = order::ORDER
        .into_iter()
        .map(|verdict| Kind { class: order::word(verdict), count: order::count(&report.summary, verdict) });
    let needs = report.summary.conflict + report.summary.review;
    let waits = match needs {
        0 => "none needs a decision".to_owned(),
        1 => "1 needs a decision".to_owned(),
        more => format!("{more} need a decision"),
    };
    Patches {
        sentence: format!("{}, {waits}", order::patches(report.summary.patches)),
        kinds: kinds.filter(|kind| kind.count > 0).collect(),
        rows,
    }
}

fn patch(row: &PatchReport, sides: &[Vec<Sides>], rules: &[&'static Rule], room: &mut Room) -> Patch {
    let name = super::safe(&row.name);
    let (folder, name) = name.rsplit_once('/').map_or(("", &name[..]), |(folder, name)| (folder, name));
    let mut hunks_left = HUNKS;
    // What needs a look takes its room first, so that a patch of a thousand harmless hunks cannot hide the one that does.
    let shown: Vec<Vec<bool>> = shares(row, sides, room);
    let mut files = Vec::new();
    let (mut left_files, mut left_hunks) = (0, 0);
    for (at, file) in row.files.iter().enumerate() {
        let asks = file.hunks.iter().any(order::needs_a_look) || file.hunks.is_empty();
        if hunks_left == 0 || (hunks_left < HUNKS / 4 && !asks) {
            left_files += 1;
            left_hunks += file.hunks.len();
            continue;
        }
        let listed = file.hunks.len().min(hunks_left);
        left_hunks += file.hunks.len() - listed;
        hunks_left -= listed;
        files.push(view_file(file, listed, sides.get(at), shown.get(at), rules));
    }
    let rest = match (left_files, left_hunks) {
        (0, 0) => String::new(),
        (0, hunks) => format!("{} more: forebay show -v {}", plural(hunks, "hunk", "hunks"), row.name),
        (files, hunks) => format!(
            "{} in {} more: forebay show -v {}",
            plural(hunks, "hunk", "hunks"),
            plural(files, "file", "files"),
            row.name
        ),
    };
    Patch {
        id: order::id(row),
        name: name.to_owned(),
        folder: if folder.is_empty() { String::new() } else { format!("{folder}/") },
        verdict: order::word(row.verdict),
        grade: order::letter(row.grade),
        hunks: order::hunks(row),
        reason: super::safe(&row.reason).replace('`', ""),
        told: super::prose(&row.reason),
        findings: row.findings.iter().map(|found| (found.code.clone(), super::prose(&found.message))).collect(),
        files,
        rest: super::safe(&rest),
    }
}

/// Which hunks may show their texts.
fn shares(row: &PatchReport, sides: &[Vec<Sides>], room: &mut Room) -> Vec<Vec<bool>> {
    let mut shown: Vec<Vec<bool>> = row.files.iter().map(|file| vec![false; file.hunks.len()]).collect();
    for asking in [true, false] {
        for (at, file) in row.files.iter().enumerate() {
            for (number, hunk) in file.hunks.iter().enumerate() {
                let text = sides.get(at).and_then(|file| file.get(number));
                let (true, Some(text)) = (order::needs_a_look(hunk) == asking, text) else { continue };
                let again = number.checked_sub(1).and_then(|before| sides.get(at)?.get(before)) == Some(text);
                let slot = shown.get_mut(at).and_then(|file| file.get_mut(number));
                if let (false, Some(slot)) = (again, slot) {
                    *slot = room.takes(compare::weight(text));
                }
            }
        }
    }
    shown
}

fn view_file(
    file: &FileReport,
    listed: usize,
    sides: Option<&Vec<Sides>>,
    shown: Option<&Vec<bool>>,
    rules: &[&'static Rule],
) -> File {
    let side = |number: usize| sides.and_then(|sides| sides.get(number));
    let hunks = file.hunks.iter().take(listed).enumerate().map(|(number, hunk)| {
        let own = side(number);
        let again = number.checked_sub(1).and_then(|before| Some((file.hunks.get(before)?, side(before)?)));
        let again = again.filter(|(before, text)| is_open(before) && is_open(hunk) && Some(*text) == own);
        let may = shown.and_then(|shown| shown.get(number)).copied().unwrap_or(false);
        let compared = own.filter(|_| may).and_then(compare::compare);
        let left = match (&compared, again, own) {
            (None, Some((before, _)), _) => format!("one conflict with hunk {}", before.index),
            (None, None, Some(own)) if compare::weight(own) > 0 => "too long for this page: `forebay show`".to_owned(),
            _ => String::new(),
        };
        view_hunk(hunk, compared, left, rules)
    });
    File {
        path: super::safe(&file.onto_path),
        was: (file.path != file.onto_path).then(|| super::safe(&file.path)),
        verdict: order::word(file.verdict),
        evidence: file.evidence.iter().map(|fact| super::prose(fact)).collect(),
        offers: file.siblings.iter().map(offer).collect(),
        commits: commits(&file.culprit_commits),
        hunks: hunks.collect(),
    }
}

fn is_open(hunk: &HunkReport) -> bool {
    hunk.verdict == HunkVerdict::Conflict
}

fn offer(offer: &SiblingOffer) -> String {
    let likeness = if offer.same_payload { "the same change" } else { "the same added lines" };
    let standing = match (offer.taken, offer.applies) {
        (true, _) => "taken, as a review",
        (false, true) => "applies to the new tree",
        (false, false) => "does not apply either",
    };
    super::safe(&format!("{}: {} has {likeness}; {standing}", offer.queue, offer.patch))
}

fn commits(list: &[CulpritCommit]) -> Vec<Commit> {
    let commit = |commit: &CulpritCommit| Commit {
        id: super::safe(commit.id.get(..12).unwrap_or(&commit.id)),
        subject: super::safe(&commit.subject),
        by: super::safe(&format!("{}, {}", commit.author, commit.date)),
    };
    list.iter().map(commit).collect()
}

fn view_hunk(hunk: &HunkReport, compared: Option<Compared>, left: String, rules: &[&'static Rule]) -> Hunk {
    let place = match hunk.new_line {
        Some(line) if line == hunk.old_line => format!("line {line}"),
        Some(line) => format!("line {} → {line}", hunk.old_line),
        None => format!("line {} of the old tree", hunk.old_line),
    };
    let tried = hunk.tried.iter().map(|name| {
        let rule = rules.iter().find(|rule| rule.code.strip_prefix("rung-") == Some(name));
        let needs = rule.map_or("", |rule| rule.summary);
        Tried { name: super::safe(name), needs, taken: *name == hunk.rung }
    });
    let verdict = match hunk.verdict {
        HunkVerdict::Conflict => "conflict",
        HunkVerdict::Untouched => "untouched",
        _ if order::needs_a_look(hunk) => "review",
        HunkVerdict::Refreshed => "refreshed",
        HunkVerdict::DroppedAbsorbed => "absorbed",
        _ => "merged",
    };
    Hunk {
        index: hunk.index,
        place,
        verdict,
        word: order::hunk_word(hunk.verdict),
        grade: order::letter(hunk.grade),
        rung: super::safe(&hunk.rung),
        culprit: hunk.culprit.as_deref().map(super::prose),
        evidence: hunk.evidence.iter().map(|fact| super::prose(fact)).collect(),
        tried: tried.collect(),
        swallowed: hunk.swallowed.iter().map(|line| super::safe(line.trim_end_matches(['\n', '\r']))).collect(),
        commits: commits(&hunk.culprit_commits),
        compared,
        left,
        open: order::needs_a_look(hunk),
    }
}
