//! How much work each patch of a queue was: what its own repository's history tells.
//!
//! A round is a commit that changed a patch. *Work* is a round that changed its context or its changes; one that only changed line
//! numbers or the head is none. Work on a patch that was there before the package went to a new upstream version is laid to that
//! step: the step *broke* the patch. Work in the version in which a patch came is its own making.

mod change;
mod version;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::patch::date::{self, Moment};
use crate::patch::series::Series;
use crate::tree::queue_history::{Changed, Extent, Round};
use change::{Change, change};
use version::version_of;

/// The schema name that stands in every churn report.
pub const SCHEMA: &str = "forebay.churn/1";

/// The history of a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Churn {
    /// Always `forebay.churn/1`.
    pub schema: String,
    /// The queue as it was named.
    pub queue: String,
    /// Counts.
    pub summary: Summary,
    /// The upstream versions in the order in which the package went through them; empty where no file tells a version.
    pub releases: Vec<Release>,
    /// The patches, those with the most work first, then by name.
    pub patches: Vec<Patch>,
}

/// Counts over the whole history.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// Commits looked at.
    pub commits: usize,
    /// Commits that changed a patch.
    pub rounds: usize,
    /// Patches that were ever carried.
    pub patches: usize,
    /// Patches that are carried now.
    pub carried: usize,
    /// Rounds of work, over all patches.
    pub work: usize,
    /// True where older commits exist and could not be looked at.
    pub cut: bool,
}

/// One upstream version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Release {
    /// The version.
    pub version: String,
    /// The day the package went to it, `YYYY-MM-DD`.
    pub day: String,
    /// Patches carried at its end.
    pub patches: usize,
    /// Patches that it broke and whose changes were edited.
    pub edited: usize,
    /// Patches that it broke and of which only context was renewed.
    pub context: usize,
    /// Patches added while it was current.
    pub added: usize,
    /// Patches dropped while it was current.
    pub dropped: usize,
}

/// One patch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Patch {
    /// Its name, the last one it had.
    pub name: String,
    /// True where the queue carries it now.
    pub carried: bool,
    /// The commit that brought it.
    pub first: Point,
    /// The last commit that was work on it.
    pub last_work: Option<Point>,
    /// The commit that dropped it; `null` where it is carried.
    pub dropped: Option<Point>,
    /// Upstream versions for which it was carried.
    pub releases: usize,
    /// Days between its first commit and its last one, or the newest of the history where it is carried.
    pub days: i64,
    /// Commits that changed it in any way.
    pub rounds: usize,
    /// Those that only changed its head.
    pub head: usize,
    /// Those that only changed line numbers.
    pub numbers: usize,
    /// Those that changed its context, but no line that it removes or adds.
    pub context: usize,
    /// Those that changed what it removes or adds.
    pub edited: usize,
    /// `context` and `edited` together.
    pub work: usize,
    /// The steps of upstream that broke it, oldest first.
    pub broken_by: Vec<Step>,
}

/// A moment of the history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// The commit, 12 hexadecimal digits.
    pub commit: String,
    /// Its day, `YYYY-MM-DD`.
    pub day: String,
    /// The upstream version at that commit; `null` where no file told it.
    pub version: Option<String>,
}

/// A step from one upstream version to the next that broke a patch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// The version before.
    pub from: String,
    /// The version after.
    pub to: String,
    /// `context`, or `edited` where the lines that it removes or adds had to change.
    pub kind: String,
    /// The first commit of work after it.
    pub commit: String,
}

/// Gathers rounds, oldest first.
#[derive(Debug, Default)]
pub struct Gathering {
    churn: Churn,
    /// By the name that a patch has now.
    lives: BTreeMap<String, Life>,
    /// Patches whose name was taken by another one since.
    past: Vec<Life>,
    files: BTreeSet<String>,
    series: Option<BTreeSet<String>>,
    versions: BTreeMap<String, String>,
    newest: i64,
}

#[derive(Debug, Default)]
struct Life {
    patch: Patch,
    /// The release in which it came; `None` where no version was known yet.
    since: Option<usize>,
    began: i64,
    ended: i64,
    until: Option<usize>,
    /// The release that last broke it.
    broken: Option<usize>,
}

impl Gathering {
    /// Takes the next commit.
    pub fn take(&mut self, round: &Round) {
        self.newest = self.newest.max(round.seconds);
        let point = Point {
            commit: round.commit.clone(),
            day: date::day(Moment { seconds: round.seconds, offset: 0 }),
            version: None,
        };
        self.version(round, &point);
        let point = Point { version: self.churn.releases.last().map(|release| release.version.clone()), ..point };
        let patches: Vec<&Changed> = round.files.iter().filter(|file| is_patch(&file.name)).collect();
        self.churn.summary.rounds += usize::from(!patches.is_empty());
        for file in &round.files {
            if file.name == "series" {
                self.series = file.after.as_deref().and_then(listed);
            }
        }
        for file in patches {
            self.file(file, &point, round.seconds);
        }
        self.presence(&point, round.seconds);
    }

    /// Notes a new version; of several files the last one that changed tells it.
    fn version(&mut self, round: &Round, point: &Point) {
        for (path, content) in &round.versions {
            let Some(version) = version_of(path, content) else { continue };
            if self.versions.insert(path.clone(), version.clone()).as_ref() == Some(&version)
                || self.churn.releases.last().is_some_and(|release| release.version == version)
            {
                continue;
            }
            let patches = self.carried();
            if let Some(release) = self.churn.releases.last_mut() {
                release.patches = patches;
            }
            self.churn.releases.push(Release { version, day: point.day.clone(), ..Release::default() });
        }
    }

    fn carried(&self) -> usize {
        self.lives.values().filter(|life| life.patch.carried).count()
    }

    fn current(&self) -> Option<usize> {
        self.churn.releases.len().checked_sub(1)
    }

    fn file(&mut self, file: &Changed, point: &Point, seconds: i64) {
        if let Some(was) = &file.was {
            self.files.remove(was);
            if let Some(mut life) = self.lives.remove(was) {
                life.patch.name.clone_from(&file.name);
                if let Some(other) = self.lives.insert(file.name.clone(), life) {
                    self.past.push(other);
                }
            }
        }
        match &file.after {
            Some(_) => self.files.insert(file.name.clone()),
            None => self.files.remove(&file.name),
        };
        let Some(after) = &file.after else { return };
        let current = self.current();
        let life = self.lives.entry(file.name.clone()).or_insert_with(|| Life {
            patch: Patch { name: file.name.clone(), ..Patch::default() },
            ..Life::default()
        });
        let Some(before) = &file.before else { return };
        let Some(found) = change(before, after) else { return };
        let patch = &mut life.patch;
        patch.rounds += 1;
        match found {
            Change::Head => patch.head += 1,
            Change::Numbers => patch.numbers += 1,
            Change::Context => patch.context += 1,
            Change::Edited => patch.edited += 1,
        }
        if found < Change::Context {
            return;
        }
        patch.last_work = Some(point.clone());
        life.ended = seconds;
        // One that came before any file told a version came before the first one that is known.
        if let Some(current) = current.filter(|current| life.since.unwrap_or(0) < *current) {
            self.broke(&file.name, current, found, point);
        }
    }

    /// Lays work on a patch to the step to the current version.
    fn broke(&mut self, name: &str, current: usize, found: Change, point: &Point) {
        let version =
            |at: usize| self.churn.releases.get(at).map(|release| release.version.clone()).unwrap_or_default();
        let (from, to) = (version(current.saturating_sub(1)), version(current));
        let (Some(life), Some(release)) = (self.lives.get_mut(name), self.churn.releases.get_mut(current)) else {
            return;
        };
        let edited = found == Change::Edited;
        if life.broken != Some(current) {
            life.broken = Some(current);
            let kind = if edited { "edited" } else { "context" }.to_owned();
            life.patch.broken_by.push(Step { from, to, kind, commit: point.commit.clone() });
            release.edited += usize::from(edited);
            release.context += usize::from(!edited);
        } else if let Some(step) = life.patch.broken_by.last_mut().filter(|step| edited && step.kind != "edited") {
            "edited".clone_into(&mut step.kind);
            release.edited += 1;
            release.context = release.context.saturating_sub(1);
        }
    }

    /// Who came and who went: the list decides where there is one, else the files.
    fn presence(&mut self, point: &Point, seconds: i64) {
        let current = self.current();
        let (mut added, mut dropped) = (0, 0);
        for (name, life) in &mut self.lives {
            let there = self.files.contains(name) && self.series.as_ref().is_none_or(|series| series.contains(name));
            if there == life.patch.carried {
                continue;
            }
            life.patch.carried = there;
            if there {
                added += 1;
                life.patch.dropped = None;
                if life.patch.first.commit.is_empty() {
                    (life.patch.first, life.since, life.began) = (point.clone(), current, seconds);
                }
            } else {
                dropped += 1;
                life.patch.dropped = Some(point.clone());
                (life.until, life.ended) = (current, seconds);
            }
        }
        if let Some(release) = self.churn.releases.last_mut() {
            release.added += added;
            release.dropped += dropped;
        }
    }

    /// The whole story.
    pub fn finish(mut self, queue: &str, extent: Extent) -> Churn {
        let (last, patches) = (self.current(), self.carried());
        if let Some(release) = self.churn.releases.last_mut() {
            release.patches = patches;
        }
        let newest = self.newest;
        let lives = std::mem::take(&mut self.lives).into_values().chain(std::mem::take(&mut self.past));
        // A file that never was on the list was never carried.
        let carried = lives.filter(|life| !life.patch.first.commit.is_empty());
        self.churn.patches = carried.map(|life| life.patch(last, newest)).collect();
        let rank = |patch: &Patch| (std::cmp::Reverse(patch.work), std::cmp::Reverse(patch.rounds), !patch.carried);
        self.churn.patches.sort_by(|one, other| rank(one).cmp(&rank(other)).then_with(|| one.name.cmp(&other.name)));
        self.churn.summary = Summary {
            commits: extent.commits,
            cut: extent.cut,
            patches: self.churn.patches.len(),
            carried: self.churn.patches.iter().filter(|patch| patch.carried).count(),
            work: self.churn.patches.iter().map(|patch| patch.work).sum(),
            ..self.churn.summary
        };
        SCHEMA.clone_into(&mut self.churn.schema);
        queue.clone_into(&mut self.churn.queue);
        self.churn
    }
}

impl Life {
    fn patch(self, last: Option<usize>, newest: i64) -> Patch {
        let mut patch = self.patch;
        let until = if patch.carried { last } else { self.until };
        patch.releases = until.map_or(0, |until| (until + 1).saturating_sub(self.since.unwrap_or(0)));
        let end = if patch.carried { newest } else { self.ended };
        patch.days = (end - self.began).max(0) / 86_400;
        patch.work = patch.context + patch.edited;
        patch
    }
}

/// True for a file that is a patch by its name.
fn is_patch(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let ending = file.rsplit_once('.').map(|(_, ending)| ending);
    matches!(ending, Some("patch" | "diff")) && !file.starts_with('.')
}

/// The patches that a series names; `None` where it cannot be read.
fn listed(series: &[u8]) -> Option<BTreeSet<String>> {
    let series = Series::parse(series).ok()?;
    Some(series.entries().map(|entry| crate::text::display::utf8(&entry.name).text).collect())
}

#[cfg(test)]
mod tests;
