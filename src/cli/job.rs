//! One run of the engine as the shell sees it: queue and trees in, what is to be written out.
//!
//! `rebase`, `continue` and `skip` share it: the first makes the job from its flags, the others from the stored session.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;

use crate::cli::error::{Error, Kind};
use crate::cli::memory::Memory;
use crate::cli::rebase::{Carry, FailOnArgument, QueuePlace, Rebase, Settings};
use crate::cli::reports::ReportFile;
use crate::cli::shell::Shell;
use crate::cli::{commits, project, siblings};
use crate::path::RepoPath;
use crate::profile::words::{FailOn, Form, Grade};
use crate::queue::siblings::Siblings;
use crate::queue::{self, Disposition, LoadOptions, Queue, QueueError, QueueForm, QueuePatch};
use crate::rebase::culprit::{self, History};
use crate::rebase::execute::{RebaseError, Request};
use crate::rebase::journal::BranchRecord;
use crate::rebase::outcome::{Decisions, Outcome};
use crate::rebase::report::Verdict;
use crate::rebase::session::{Given, Next, Run};
use crate::rebase::transaction::FileWrite;
use crate::rebase::world::Knowledge;
use crate::rebase::{stale, via};
use crate::tree::spec::TreeSpec;
use crate::tree::{Pool, Tree, history};

/// A queue, its trees and what is to become of it.
pub struct Job {
    /// What the flags and the profile say.
    pub settings: Settings,
    /// The queue as it is to be carried.
    pub queue: Queue,
    /// The folder below which the queue is written; `None` where there is none (a git range without `--out`).
    pub root: Option<PathBuf>,
    /// For the stored session.
    pub given: Given,
    /// Moves the branch where it already exists.
    pub force: bool,
    /// What people decided before.
    pub memory: Memory,
    /// Other distributions' queues.
    pub siblings: Siblings,
    /// The reports to write, also by `continue` and `skip`.
    pub reports: Vec<ReportFile>,
    /// The most threads to use.
    jobs: Option<NonZeroUsize>,
}

/// The names under which a session keeps flags of `rebase` for `continue` and `skip`.
const DIRECTORY: &str = "directory";
const DROP_ABSORBED: &str = "drop-absorbed";
const FAIL_ON: &str = "fail-on";
const NO_REPLAY: &str = "no-replay";
const JOBS: &str = "jobs";
const STEP: &str = "step";
/// Followed by a number, which keeps the order.
const VIA: &str = "via-";
/// Followed by a number, which keeps the order.
const REPORT: &str = "report-";
/// The same of the words of `forebay release`, where it wrote reports of its own.
const RELEASE: &str = "release-";

/// The state folder that a command of this folder uses: the nearest `.forebay` above, else beside the profile, else here.
pub fn state_folder(shell: &Shell<'_>) -> PathBuf {
    let nearest = shell.directory.ancestors().map(|folder| folder.join(".forebay")).find(|folder| folder.is_dir());
    let beside = || project::find(shell).and_then(|file| file.parent().map(|folder| folder.join(".forebay")));
    nearest.or_else(beside).unwrap_or_else(|| shell.directory.join(".forebay"))
}

impl Job {
    /// The job that the flags ask for.
    pub fn new(shell: &mut Shell<'_>, flags: &Rebase) -> Result<Self, Error> {
        let project = project::load(shell)?;
        let settings = flags.settings(shell, project.as_ref())?;
        let queue = read_queue(&settings.queue, &settings.queue.path, &shell.pool)?;
        refuse_strange(&settings)?;
        let mut given = Given {
            package: settings.package.clone(),
            queue: settings.queue.shown.clone(),
            from: settings.from_text.clone(),
            onto: settings.onto_text.clone(),
            out: flags.carry.out.as_ref().map(|out| out.display().to_string()),
            branch: flags.carry.branch.clone(),
            ..Given::default()
        };
        keep_options(&mut given.options, shell, flags, &settings);
        let root = root(&settings, &queue);
        let memory = Memory::open(shell, project.as_ref(), settings.policy.replay)?;
        let siblings = siblings::of(project.as_ref(), &settings.onto_version);
        let (force, reports, jobs) = (flags.carry.force, flags.report.clone(), flags.carry.jobs);
        Ok(Self { settings, queue, root, given, force, memory, siblings, reports, jobs })
    }

    /// The job of a stored session; the queue is read from the copy that was made when it began.
    pub fn again(shell: &mut Shell<'_>, next: &Next) -> Result<Self, Error> {
        let given = &next.given;
        let carry = Carry {
            queue: Some(given.queue.clone()),
            onto: Some(given.onto.clone()),
            from: given.from.clone(),
            out: given.out.as_ref().map(PathBuf::from),
            branch: given.branch.clone(),
            // The branch of the run before is our own.
            force: given.branch.is_some(),
            drop_absorbed: given.options.contains_key(DROP_ABSORBED),
            jobs: given.options.get(JOBS).and_then(|jobs| jobs.parse().ok()),
            no_replay: given.options.contains_key(NO_REPLAY),
            step: given.options.contains_key(STEP),
            via: kept_under(&given.options, VIA),
            ..Carry::default()
        };
        let flags = Rebase {
            carry,
            fail_on: given.options.get(FAIL_ON).and_then(|what| FailOnArgument::from_str(what, false).ok()),
            report: given.options.range(REPORT.to_owned()..).map_while(kept_report).collect(),
            ..Rebase::default()
        };
        if let Some(directory) = given.options.get(DIRECTORY) {
            shell.directory = PathBuf::from(directory);
        }
        let project = project::load(shell)?;
        let settings = flags.settings(shell, project.as_ref())?;
        let live = read_queue(&settings.queue, &settings.queue.path, &shell.pool);
        let queue = match &next.input {
            Some(input) => {
                let input = input.join(list_name(&settings.queue, live.as_ref().ok()));
                read_queue(&settings.queue, &input, &shell.pool)?
            }
            None => live?,
        };
        let root = match &settings.out {
            Some(out) => Some(out.clone()),
            None => home(&settings.queue, &queue),
        };
        let memory = Memory::open(shell, project.as_ref(), settings.policy.replay)?;
        let siblings = siblings::of(project.as_ref(), &settings.onto_version);
        let (force, reports, jobs) = (flags.carry.force, flags.report, flags.carry.jobs);
        Ok(Self { settings, queue, root, given: given.clone(), force, memory, siblings, reports, jobs })
    }

    /// Keeps the command line of `forebay release`, whose reports `continue` and `skip` write anew.
    ///
    /// A word that is no text cannot be kept; then nothing is.
    pub fn keep_release(&mut self, arguments: &[OsString]) {
        let words: Option<Vec<&str>> = arguments.iter().skip(1).map(|word| word.to_str()).collect();
        for (number, word) in words.unwrap_or_default().into_iter().enumerate() {
            self.given.options.insert(format!("{RELEASE}{number:03}"), word.to_owned());
        }
    }

    /// The words of the `forebay release` that began the run; empty where another command did, or it wrote no report.
    pub fn kept_release(&self) -> Vec<String> {
        kept_under(&self.given.options, RELEASE)
    }

    /// Refuses a queue that another program wrote between our reading it and our having the lock.
    pub fn refuse_changed(&self) -> Result<(), Error> {
        if self.queue.form == QueueForm::GitRange {
            return Ok(());
        }
        let now = read_queue(&self.settings.queue, &self.settings.queue.path, &Pool::default())?;
        let sources = |queue: &Queue| {
            let patches = queue.patches.iter().map(|patch| (patch.name.clone(), patch.source.to_vec()));
            (queue.list_source.to_vec(), patches.collect::<Vec<_>>())
        };
        if sources(&now) == sources(&self.queue) {
            return Ok(());
        }
        Err(Error::input(format!("the queue `{}` was changed while it was read", self.settings.queue.shown))
            .hint("run the same command again"))
    }

    /// Runs the engine.
    pub fn carry(&self, shell: &mut Shell<'_>, decisions: &Decisions) -> Result<Outcome, Error> {
        let between: Vec<&dyn Tree> = self.settings.between.iter().map(|opened| &*opened.tree).collect();
        let outcome = self.engine(shell, decisions, (&self.queue.patches, &*self.settings.onto.tree), &between);
        let outcome = outcome.and_then(|outcome| self.examine(outcome));
        siblings::tell_problems(shell, &self.siblings);
        outcome.map_err(|error| of_rebase(&error))
    }

    /// Runs the engine for some patches of the queue, in its order, onto any tree.
    pub fn judge(&self, shell: &Shell<'_>, patches: &[QueuePatch], onto: &dyn Tree) -> Result<Outcome, Error> {
        self.engine(shell, &Decisions::new(), (patches, onto), &[]).map_err(|error| of_rebase(&error))
    }

    fn engine(
        &self,
        shell: &Shell<'_>,
        decisions: &Decisions,
        (patches, onto): (&[QueuePatch], &dyn Tree),
        between: &[&dyn Tree],
    ) -> Result<Outcome, RebaseError> {
        let progress = shell.progress();
        let request = Request {
            package: &self.settings.package,
            patches,
            from: self.settings.from.as_ref().map(|opened| &*opened.tree),
            onto,
            decisions,
            knowledge: Knowledge {
                resolutions: self.memory.replayed(),
                siblings: Some(&self.siblings).filter(|siblings| !siblings.is_empty()),
            },
            automatic: self.automatic(),
            jobs: self.jobs.map(NonZeroUsize::get),
            progress: &progress,
        };
        via::execute(&request, between)
    }

    /// Adds what further looks into the trees tell: the commits behind conflicts, and names that are gone.
    fn examine(&self, mut outcome: Outcome) -> Result<Outcome, RebaseError> {
        let Some(from) = &self.settings.from else { return Ok(outcome) };
        let onto = &self.settings.onto;
        stale::lint(&mut outcome, &self.queue.patches, &*from.tree, &*onto.tree)?;
        if let (TreeSpec::Git { path: old, revision: before }, TreeSpec::Git { path, revision }) =
            (&from.spec, &onto.spec)
            && old == path
        {
            let history = History { repository: path, old: before, new: revision };
            culprit::name(&mut outcome, &*onto.tree, &history)?;
        }
        Ok(outcome)
    }

    /// The weakest grade that needs no person.
    fn automatic(&self) -> crate::rebase::report::Grade {
        let weakest = self.settings.policy.automatic.iter().filter(|grade| **grade != Grade::C).max();
        if weakest == Some(&Grade::B) { crate::rebase::report::Grade::B } else { crate::rebase::report::Grade::A }
    }

    /// What the session writes of an outcome.
    pub fn run<'o>(&self, outcome: &'o Outcome, decisions: Decisions, command: &'o str) -> Result<Run<'o>, Error> {
        let root = self.root.clone().unwrap_or_default();
        let dispositions = self.dispositions(outcome);
        let written = match (&self.root, &self.settings.out) {
            (None, _) => queue::QueueFiles::default(),
            (Some(_), Some(_)) => self.queue.export(&dispositions),
            (Some(_), None) => self.queue.rewrite(&dispositions),
        };
        let mut files: Vec<FileWrite> = written
            .files
            .into_iter()
            .map(|file| FileWrite { path: root.join(&file.path), content: file.bytes })
            .collect();
        let is_list = |file: &FileWrite| self.list_names().iter().any(|name| file.path == root.join(name));
        let last = files.pop_if(|file| is_list(file));
        Ok(Run {
            command,
            given: self.given.clone(),
            decisions,
            outcome,
            input: self.input()?,
            root,
            files,
            last,
            branch: self.branch(outcome)?,
            force: false,
        })
    }

    fn list_names(&self) -> Vec<String> {
        self.queue.list.clone().into_iter().chain(["series".to_owned()]).collect()
    }

    /// What becomes of each patch in the written queue.
    pub fn dispositions(&self, outcome: &Outcome) -> Vec<Disposition> {
        let onto = &outcome.report.onto;
        let rows = outcome.patches.iter().zip(&outcome.report.patches);
        rows.map(|(patch, row)| match (row.verdict, &patch.written) {
            (Verdict::Untouched, _) => Disposition::Keep,
            (_, Some(bytes)) => Disposition::Replace(bytes.clone()),
            (Verdict::Absorbed, None) if self.settings.policy.drop_absorbed => Disposition::Remove,
            (verdict, None) => {
                let why = row.reason.strip_prefix("left out: ").unwrap_or(&row.reason);
                Disposition::Disable { reason: format!("{} on {onto}: {why}", word(verdict)) }
            }
        })
        .collect()
    }

    /// The input queue's files, so that later runs start from them.
    fn input(&self) -> Result<Vec<(RepoPath, Vec<u8>)>, Error> {
        let queue = &self.queue;
        let name = |name: &str| {
            RepoPath::parse(name.as_bytes())
                .map_err(|error| Error::input(format!("cannot keep a copy of `{name}`")).because(error))
        };
        let mut files = Vec::new();
        match queue.form {
            QueueForm::GitRange => return Ok(files),
            QueueForm::Mailbox => {
                let mut mails = queue.list_source.to_vec();
                queue.patches.iter().for_each(|patch| mails.extend_from_slice(&patch.source));
                files.push((name(queue.list.as_deref().unwrap_or("queue.mbox"))?, mails));
                return Ok(files);
            }
            _ => {}
        }
        if let Some(list) = &queue.list {
            files.push((name(list)?, queue.list_source.to_vec()));
        }
        for patch in &queue.patches {
            files.push((name(&patch.name)?, patch.source.to_vec()));
        }
        Ok(files)
    }

    /// Stores the commits of `--branch` and says where the branch is to point.
    fn branch(&self, outcome: &Outcome) -> Result<Option<BranchRecord>, Error> {
        let Some(branch) = &self.given.branch else { return Ok(None) };
        commits::prepare(&self.settings.onto.spec, &self.queue, outcome, branch, self.force).map(Some)
    }
}

/// The verdict as a word of the report.
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Untouched => "untouched",
        Verdict::Refreshed => "refreshed",
        Verdict::Merged => "merged",
        Verdict::Review => "review",
        Verdict::Absorbed => "absorbed",
        Verdict::Conflict => "conflict",
        Verdict::Skipped => "skipped",
    }
}

/// Whether a review makes the run fail.
pub fn fails_on_review(settings: &Settings) -> bool {
    settings.policy.fail_on == FailOn::Review
}

/// Keeps the flags that `continue` and `skip` need again.
fn keep_options(options: &mut BTreeMap<String, String>, shell: &Shell<'_>, flags: &Rebase, settings: &Settings) {
    let mut keep = |name: &str, value: String| options.insert(name.to_owned(), value);
    keep(DIRECTORY, shell.directory.display().to_string());
    if settings.policy.drop_absorbed {
        keep(DROP_ABSORBED, String::new());
    }
    if flags.carry.no_replay {
        keep(NO_REPLAY, String::new());
    }
    if let Some(what) = flags.fail_on.and_then(|what| what.to_possible_value()) {
        keep(FAIL_ON, what.get_name().to_owned());
    }
    if flags.carry.step {
        keep(STEP, String::new());
    }
    for (number, tree) in flags.carry.via.iter().enumerate() {
        keep(&format!("{VIA}{number:03}"), tree.clone());
    }
    if let Some(jobs) = flags.carry.jobs {
        keep(JOBS, jobs.to_string());
    }
    for (number, report) in flags.report.iter().enumerate() {
        keep(&format!("{REPORT}{number:03}"), report.to_string());
    }
}

/// The values kept under a name with a number behind it, in order.
fn kept_under(options: &BTreeMap<String, String>, name: &str) -> Vec<String> {
    let all = options.range(name.to_owned()..).take_while(|(key, _)| key.starts_with(name));
    all.map(|(_, value)| value.clone()).collect()
}

/// A report of a stored session; `None` at the first option that is none.
fn kept_report((name, value): (&String, &String)) -> Option<ReportFile> {
    name.starts_with(REPORT).then(|| value.parse().ok()).flatten()
}

fn root(settings: &Settings, queue: &Queue) -> Option<PathBuf> {
    settings.out.clone().or_else(|| (queue.form != QueueForm::GitRange).then(|| queue.root.clone()))
}

/// Refuses to write into a folder that holds something else: whatever lies there was not made by forebay.
fn refuse_strange(settings: &Settings) -> Result<(), Error> {
    let Some(out) = &settings.out else { return Ok(()) };
    let names = crate::io::fs::list(out).map_err(|error| crate::cli::steps::of_io(&error))?;
    if names.is_empty() || names.iter().any(|name| name == ".forebay") {
        return Ok(());
    }
    let shown = crate::io::shown(out);
    Err(Error::input(format!("`{shown}` is not empty, and forebay did not write what lies there"))
        .hint("name a new or empty folder with `--out`"))
}

/// The folder that the live queue lies in.
fn home(place: &QueuePlace, queue: &Queue) -> Option<PathBuf> {
    match queue.form {
        QueueForm::GitRange => None,
        _ if place.path.is_dir() => Some(place.path.clone()),
        _ => place.path.parent().map(Path::to_path_buf),
    }
}

/// The name of the copied queue's list, where the queue was given by its list and not by its folder.
fn list_name(place: &QueuePlace, live: Option<&Queue>) -> PathBuf {
    let mailbox = live.is_some_and(|queue| queue.form == QueueForm::Mailbox) || !place.path.is_dir();
    match place.path.file_name() {
        Some(name) if mailbox => PathBuf::from(name),
        _ => PathBuf::new(),
    }
}

/// Reads a queue from `path`, in the form that its place says; a git range shares what it reads through the pool.
pub fn read_queue(place: &QueuePlace, path: &Path, pool: &Pool) -> Result<Queue, Error> {
    if let Some(range) = &place.range {
        let (old, tip) = range.split_once("..").unwrap_or((range, "HEAD"));
        let commits = history::range_sharing(&place.path, old, tip, pool);
        let commits = commits.map_err(|error| crate::cli::upstream::of_tree(&error))?;
        return Ok(queue::from_commits(&commits));
    }
    let options = LoadOptions { form: place.form.map(form), strip: place.strip };
    queue::load(path, &options).map_err(|error| of_queue(&error))
}

/// The form of a profile as a queue's form.
pub fn form(form: Form) -> QueueForm {
    match form {
        Form::Quilt => QueueForm::Quilt,
        Form::Folder => QueueForm::Folder,
        Form::Electron => QueueForm::Electron,
        Form::Mailbox => QueueForm::Mailbox,
        Form::GitRange => QueueForm::GitRange,
    }
}

fn of_rebase(error: &RebaseError) -> Error {
    match error {
        RebaseError::Tree(error) => crate::cli::upstream::of_tree(error),
        RebaseError::Cancelled => Error::new(Kind::Interrupted, "interrupted; nothing was written"),
        RebaseError::Intent(_) => Error::of(Kind::Input, error),
    }
}

/// A library error about a queue, with its hint.
pub fn of_queue(error: &QueueError) -> Error {
    let kind = match error {
        QueueError::Io(error) if !crate::cli::upstream::is_wrong_input(error) => Kind::Outside,
        _ => Kind::Input,
    };
    let told = Error::of(kind, error);
    match error.hint() {
        Some(hint) => told.hint(hint),
        None => told,
    }
}
