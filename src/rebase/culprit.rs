//! Names the upstream commits behind conflicts, where both releases lie in one repository with the history between them.

use std::path::Path;

use crate::patch::date::{self, Moment};
use crate::path::RepoPath;
use crate::rebase::outcome::{FileConflict, Outcome};
use crate::rebase::report::{CulpritCommit, FileReport, HunkReport, HunkVerdict, Verdict};
use crate::text::{diff, display, lines};
use crate::tree::culprit::{self, Culprit, Place};
use crate::tree::{Node, Tree, TreeError};

/// Two revisions of a repository.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    /// The repository.
    pub repository: &'a Path,
    /// The old release.
    pub old: &'a str,
    /// The new release.
    pub new: &'a str,
}

/// The most places asked about in one run.
const MOST_PLACES: usize = 2000;

/// Commits told in the sentence of a conflict; the report holds them all.
const TOLD: usize = 2;

/// A conflict of the report: patch, file, and hunk unless it is about the whole file.
type Spot = (usize, usize, Option<usize>);

/// Adds the commits to the conflicts of a report; a history that is not there adds nothing.
pub fn name(outcome: &mut Outcome, onto: &dyn Tree, history: &History<'_>) -> Result<(), TreeError> {
    let spots = spots(outcome);
    if spots.is_empty() {
        return Ok(());
    }
    let mut paths: Vec<RepoPath> = spots.iter().map(|(_, path)| path.clone()).collect();
    paths.sort();
    paths.dedup();
    let nodes: Vec<Node> = onto.read(&paths)?;
    let pristine = |path: &RepoPath| match paths.binary_search(path).ok().and_then(|at| nodes.get(at)) {
        Some(Node::File(file)) => Some(file.data.clone()),
        _ => None,
    };
    let places: Vec<Place> = spots
        .iter()
        .map(|(spot, path)| {
            let range = pristine(path).and_then(|upstream| lines_of(outcome, spot, path, &upstream));
            Place { path: path.clone(), lines: range }
        })
        .collect();
    let found = culprit::of(history.repository, history.old, history.new, &places)?;
    for ((spot, _), commits) in spots.iter().zip(found).filter(|(_, commits)| !commits.is_empty()) {
        tell(outcome, spot, &commits);
    }
    Ok(())
}

fn spots(outcome: &Outcome) -> Vec<(Spot, RepoPath)> {
    let mut found = Vec::new();
    for (number, row) in outcome.report.patches.iter().enumerate() {
        for (at, file) in row.files.iter().enumerate().filter(|(_, file)| file.verdict == Verdict::Conflict) {
            let Some(path) = path_of(file) else { continue };
            let open: Vec<usize> = open_hunks(file).collect();
            if open.is_empty() {
                found.push(((number, at, None), path));
            } else {
                found.extend(open.into_iter().map(|hunk| ((number, at, Some(hunk)), path.clone())));
            }
        }
    }
    found.truncate(MOST_PLACES);
    found
}

fn open_hunks(file: &FileReport) -> impl Iterator<Item = usize> {
    file.hunks.iter().enumerate().filter(|(_, hunk)| hunk.verdict == HunkVerdict::Conflict).map(|(number, _)| number)
}

fn path_of(file: &FileReport) -> Option<RepoPath> {
    if file.lossy { None } else { RepoPath::parse(file.onto_path.as_bytes()).ok() }
}

/// The conflict's lines in upstream's own file: ours without what earlier patches did to it.
fn lines_of(
    outcome: &Outcome,
    (number, at, hunk): &Spot,
    path: &RepoPath,
    upstream: &[u8],
) -> Option<std::ops::Range<usize>> {
    let hunk: &HunkReport = outcome.report.patches.get(*number)?.files.get(*at)?.hunks.get((*hunk)?)?;
    let start = hunk.new_line?.saturating_sub(1);
    let end = start + lines::split(hunk.ours.as_deref().unwrap_or_default().as_bytes()).len();
    let conflict = |open: &&FileConflict| open.path == *path;
    let ours = outcome.patches.get(*number)?.conflicts.iter().find(conflict)?.ours.as_ref()?;
    if *ours.data == *upstream {
        return Some(start..end);
    }
    let changes = diff::changes(&lines::split(upstream), &lines::split(&ours.data));
    let back = |line: usize| match changes.iter().rev().find(|change| change.new.start < line) {
        Some(change) if line >= change.new.end => line - change.new.end + change.old.end,
        Some(change) => change.old.end,
        None => line,
    };
    Some(back(start)..back(end).max(back(start)))
}

fn tell(outcome: &mut Outcome, (number, at, hunk): &Spot, commits: &[Culprit]) {
    let Some(file) = outcome.report.patches.get_mut(*number).and_then(|row| row.files.get_mut(*at)) else { return };
    let commits: Vec<CulpritCommit> = commits.iter().map(of_commit).collect();
    let named: Vec<String> = commits
        .iter()
        .take(TOLD)
        .map(|commit| format!("{} \"{}\" ({})", commit.id.get(..12).unwrap_or(&commit.id), commit.subject, commit.date))
        .collect();
    let more = commits.len().checked_sub(TOLD).filter(|more| *more > 0);
    let told = format!("{}{}", named.join(", "), more.map(|more| format!(" and {more} more")).unwrap_or_default());
    if let Some(hunk) = hunk.and_then(|hunk| file.hunks.get_mut(hunk)) {
        hunk.culprit = Some(match &hunk.culprit {
            Some(why) => format!("{why}: {told}"),
            None => told,
        });
        hunk.culprit_commits = commits;
    } else {
        file.evidence.push(format!("upstream's commit: {told}"));
        file.culprit_commits = commits;
    }
}

fn of_commit(commit: &Culprit) -> CulpritCommit {
    let line = |bytes: &[u8]| display::terminal(bytes).replace('\t', " ");
    CulpritCommit {
        id: commit.id.to_string(),
        subject: line(&commit.subject),
        author: line(&commit.author),
        date: date::day(Moment { seconds: commit.time, offset: commit.offset }),
    }
}
