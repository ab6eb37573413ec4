//! `forebay bisect`: the first release or commit of upstream onto which a patch cannot be carried.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::in_memory::InMemory;
use crate::cli::job::Job;
use crate::cli::shell::Shell;
use crate::cli::{project, releases, show, steps, upstream};
use crate::queue::{QueuePatch, footprint};
use crate::rebase::bisect::{Found, search};
use crate::rebase::report::Verdict;
use crate::report::bisect::{Bisection, Trial, text};
use crate::report::text::TextOptions;
use crate::text::display;
use crate::text::plural::plural;
use crate::tree::spec::TreeSpec;
use crate::tree::{history, line};

/// Name the first upstream tag or commit that breaks a patch
///
/// Releases between the two trees are searched by halves, in memory, without a checkout: tags by the pattern and the order of
/// versions in forebay.toml, or tags that begin like both. The patch is carried together with the earlier patches that share a file
/// with it; the tag found and the one right before it are then judged once more with the whole queue. It is assumed that a patch
/// that is broken once stays broken. Status 1 where nothing breaks it.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Both trees are revisions of one git repository. Without tags between them, commits are searched:
the first-parent line to the new tree, those first that touch a file of the patch.

Examples:
  forebay bisect fixes/gate.patch --onto 151.0.7922.34
  forebay bisect fixes/gate.patch --from git:../src.git#v1 --onto git:../src.git#v2 --queue debian/patches --commits")]
pub struct Bisect {
    /// The patch's name in the queue, or the end of it that only it has
    #[arg(value_name = "PATCH")]
    pub patch: String,
    /// The two ends of the search.
    #[command(flatten)]
    pub ends: InMemory,
    /// Search commits even where there are tags
    #[arg(long)]
    pub commits: bool,
    /// The verdict from which on the patch counts as broken
    #[arg(long, value_name = "VERDICT", default_value = "conflict")]
    pub verdict: Broken,
}

/// From which verdict on a patch counts as broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Broken {
    /// A hunk could not be placed
    Conflict,
    /// A hunk wants a review, or could not be placed
    Review,
}

/// A tree that may be tried.
struct Candidate {
    /// Its revision; `None` for a tree that is open already.
    revision: Option<String>,
    /// For people.
    shown: String,
}

/// The trees from old to new, and those where a change is likely.
struct Candidates {
    all: Vec<Candidate>,
    marks: Vec<usize>,
    /// What they are.
    among: String,
    commits: bool,
    /// True where commits between the two are missing.
    cut: bool,
}

impl Bisect {
    /// Runs the command.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let flags = self.ends.flags();
        let job = Job::new(shell, &flags)?;
        let place = show::choose(&job.queue, &self.patch)?;
        let (path, old, new) = revisions(&job)?;
        let candidates = self.candidates(shell, &job, (&path, &old, &new), place)?;
        let related = footprint::related(&job.queue, place);
        let patches = related.iter().filter_map(|place| job.queue.patches.get(*place)).cloned().collect();
        let trials = BTreeMap::new();
        let mut run =
            Run { job: &job, place, path: &path, broken: self.verdict, candidates: &candidates.all, patches, trials };
        let found = run.search(shell, &candidates.marks)?;
        let trials: Vec<Trial> = run.told();
        let last = run.trials.get(&(candidates.all.len() - 1));
        let (answer, next) = match found {
            Found::Always => return Err(self.broken_before(trials.first())),
            Found::Never => (vec![never(&candidates, last.map(|trial| trial.0.verdict))], Vec::new()),
            Found::First(culprit) => self.told(shell, (&job, &path), &candidates, culprit),
        };
        let bisection = Bisection {
            patch: &self.patch,
            among: candidates.among.clone(),
            trials: &trials,
            answer,
            broken: found != Found::Never,
        };
        let options = TextOptions { next, ..steps::looks(shell) };
        shell.ui.print_raw(text(&bisection, &options).as_bytes())?;
        Ok(if found == Found::Never { Status::Findings } else { Status::Done })
    }

    /// What is searched: tags where there are any and commits are not asked for.
    fn candidates(
        &self,
        shell: &mut Shell<'_>,
        job: &Job,
        (path, old, new): (&Path, &str, &str),
        place: usize,
    ) -> Result<Candidates, Error> {
        let open = |shown: &str| Candidate { revision: None, shown: shown.to_owned() };
        if !self.commits {
            let project = project::load(shell)?;
            let tags = history::tags(path).map_err(|error| upstream::of_tree(&error))?;
            let between = releases::between(project.as_ref(), &tags, old, new).unwrap_or_default();
            if !between.is_empty() {
                let told = plural(between.len(), "tag", "tags");
                let among = format!("{old} .. {new}, {told} between");
                let named = between.into_iter().map(|tag| Candidate { revision: Some(tag.clone()), shown: tag });
                let all: Vec<Candidate> = std::iter::once(open(old)).chain(named).chain([open(new)]).collect();
                return Ok(Candidates { marks: (0..all.len()).collect(), all, among, commits: false, cut: false });
            }
            shell.ui.note(&format!("no tags of releases between {old} and {new}; searching commits"));
        }
        let patch = job.queue.patches.get(place).map(footprint::files).unwrap_or_default();
        let files: Vec<_> = patch.into_iter().collect();
        let line = line::between(path, old, new, &files).map_err(|error| upstream::of_tree(&error))?;
        let first = usize::from(!(line.parted || line.cut));
        let touching = line.steps.iter().skip(first).filter(|step| step.touches).count();
        let commits = line.steps.len().saturating_sub(first);
        let told = plural(commits, "commit", "commits");
        let verb = if touching == 1 { "touches" } else { "touch" };
        let among = format!("{old} .. {new}, {told}, {touching} {verb} its files");
        let (mut all, mut marks) = (vec![open(old)], Vec::new());
        for (number, step) in line.steps.iter().enumerate().skip(first) {
            if step.touches || number == 0 {
                marks.push(all.len());
            }
            let id = step.id.to_string();
            let shown = format!("{} {}", id.get(..12).unwrap_or(&id), display::terminal(&step.subject));
            all.push(Candidate { revision: Some(id), shown });
        }
        if all.len() == 1 {
            all.push(open(new));
        }
        Ok(Candidates { all, marks, among, commits: true, cut: line.cut })
    }

    /// The answer and the next commands.
    fn told(
        &self,
        shell: &Shell<'_>,
        (job, path): (&Job, &Path),
        candidates: &Candidates,
        culprit: usize,
    ) -> (Vec<String>, Vec<String>) {
        let shown = |place: usize| candidates.all.get(place).map_or("", |candidate| candidate.shown.as_str());
        let mut answer = Vec::new();
        if candidates.cut && culprit == 1 {
            answer
                .push("older commits between the two are not there or too many: it may have broken before".to_owned());
        }
        answer.push(format!("still fine at {}", shown(culprit - 1)));
        answer.push(format!("first broken at {}", shown(culprit)));
        let id = candidates.all.get(culprit).and_then(|candidate| candidate.revision.as_deref());
        if candidates.commits {
            let at = path.strip_prefix(&shell.directory).ok().filter(|path| !path.as_os_str().is_empty());
            let at = at.map(|path| format!("-C {} ", path.display())).unwrap_or_default();
            return (answer, id.map(|id| vec![format!("git {at}show {id}")]).unwrap_or_default());
        }
        let onto = match (id, job.settings.onto_text.rsplit_once('#')) {
            (None, _) => job.settings.onto_text.clone(),
            (Some(tag), Some((repository, _))) => format!("{repository}#{tag}"),
            (Some(tag), None) => tag.to_owned(),
        };
        (answer, vec![self.again(&onto)])
    }

    /// The same command for commits, up to the release that was found.
    fn again(&self, onto: &str) -> String {
        let mut words = vec!["forebay bisect".to_owned(), self.patch.clone()];
        for (flag, value) in [("--from", &self.ends.from), ("--queue", &self.ends.queue)] {
            words.extend(value.iter().map(|value| format!("{flag} {value}")));
        }
        words.push(format!("--onto {onto} --commits"));
        if self.verdict == Broken::Review {
            words.push("--verdict review".to_owned());
        }
        display::terminal(words.join(" ").as_bytes())
    }

    fn broken_before(&self, trial: Option<&Trial>) -> Error {
        let why = trial.map_or("", |trial| trial.reason.as_str());
        Error::input(format!("`{}` is broken on the tree that it was made for already: {why}", self.patch))
            .hint("check `--from`: it names the upstream release that the queue applies to")
    }
}

/// What is said where nothing breaks the patch.
fn never(candidates: &Candidates, verdict: Option<Verdict>) -> String {
    let last = candidates.all.last().map_or("", |candidate| candidate.shown.as_str());
    match verdict {
        Some(Verdict::Absorbed) => format!("nothing breaks it: {last} has it already"),
        _ => format!("nothing breaks it: it can be carried onto {last}"),
    }
}

/// The repository and the two revisions.
fn revisions(job: &Job) -> Result<(PathBuf, String, String), Error> {
    let old = job.settings.from.as_ref().map(|opened| &opened.spec);
    match (old, &job.settings.onto.spec) {
        (Some(TreeSpec::Git { path: one, revision: old }), TreeSpec::Git { path, revision: new }) if one == path => {
            Ok((path.clone(), old.clone(), new.clone()))
        }
        (None, _) => Err(Error::input("the old upstream tree is not told")
            .hint("give it with `--from TREE`, or write `version` under `[package]` in forebay.toml")),
        _ => Err(Error::input("the two trees are not revisions of one git repository")
            .hint("write both as `git:PATH#REV` with the same PATH")),
    }
}

/// The search in progress.
struct Run<'a> {
    job: &'a Job,
    place: usize,
    path: &'a Path,
    broken: Broken,
    candidates: &'a [Candidate],
    /// The patch, last, with those that decide about it.
    patches: Vec<QueuePatch>,
    /// What was tried, and whether with the whole queue.
    trials: BTreeMap<usize, (Trial, bool)>,
}

impl Run<'_> {
    /// Searches with the related patches, and proves the answer with the whole queue; where the two disagree, only the whole
    /// queue counts.
    fn search(&mut self, shell: &Shell<'_>, marks: &[usize]) -> Result<Found, Error> {
        let count = self.candidates.len();
        let found = search(count, marks, &mut |number| self.try_one(shell, number, false))?;
        let proved = match found {
            Found::Never => !self.try_one(shell, count - 1, true)?,
            Found::Always => self.try_one(shell, 0, true)?,
            Found::First(culprit) => self.try_one(shell, culprit, true)? && !self.try_one(shell, culprit - 1, true)?,
        };
        if proved {
            return Ok(found);
        }
        search(count, marks, &mut |number| self.try_one(shell, number, true))
    }

    /// Whether the patch is broken on a candidate.
    fn try_one(&mut self, shell: &Shell<'_>, number: usize, whole: bool) -> Result<bool, Error> {
        let whole = whole || self.patches.len() == self.job.queue.patches.len();
        let is_broken = |verdict: Verdict| match self.broken {
            Broken::Conflict => verdict == Verdict::Conflict,
            Broken::Review => matches!(verdict, Verdict::Conflict | Verdict::Review),
        };
        if let Some((trial, _)) = self.trials.get(&number).filter(|(_, by_whole)| *by_whole || !whole) {
            return Ok(is_broken(trial.verdict));
        }
        shell.check_interrupt()?;
        let settings = &self.job.settings;
        let candidate = self.candidates.get(number).ok_or_else(|| Error::input("there is no such release"))?;
        let opened = candidate.revision.as_deref().map(|revision| upstream::open_revision(shell, self.path, revision));
        let opened = opened.transpose()?;
        let tree = match (&opened, &settings.from) {
            (Some(opened), _) => &*opened.tree,
            (None, Some(from)) if number == 0 => &*from.tree,
            (None, _) => &*settings.onto.tree,
        };
        let (patches, row) = if whole {
            (self.job.queue.patches.as_slice(), self.place)
        } else {
            (self.patches.as_slice(), self.patches.len() - 1)
        };
        let outcome = self.job.judge(shell, patches, tree)?;
        let row = outcome.report.patches.get(row).ok_or_else(|| Error::input("the engine lost the patch"))?;
        let trial = Trial { name: candidate.shown.clone(), verdict: row.verdict, reason: row.reason.clone() };
        self.trials.insert(number, (trial, whole));
        Ok(is_broken(row.verdict))
    }

    /// What was tried, from old to new.
    fn told(&self) -> Vec<Trial> {
        self.trials.values().map(|(trial, _)| trial.clone()).collect()
    }
}
