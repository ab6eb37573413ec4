//! What `rebase`, `status`, `continue`, `skip`, `abort` and `undo` share: the state folder, reruns, and how they end.

use std::path::{Path, PathBuf};

use crate::cli::commits::GitBranches;
use crate::cli::error::{Error, Kind};
use crate::cli::exit::Status;
use crate::cli::job::{self, Job};
use crate::cli::release;
use crate::cli::reports::{self, ReportFile};
use crate::cli::shell::Shell;
use crate::io::IoError;
use crate::rebase::outcome::{Decisions, Outcome};
use crate::rebase::report::RebaseReport;
use crate::rebase::session::{self, Next, Standing};
use crate::rebase::state::{Outside, State};
use crate::rebase::state_error::StateError;
use crate::rebase::status;
use crate::rebase::transaction::Written;
use crate::report::text::{self, TextOptions};
use crate::text::display;

/// The state folder that a command of this folder uses.
pub fn state_folder(shell: &Shell<'_>) -> PathBuf {
    job::state_folder(shell)
}

/// Opens the state folder, takes its lock and repairs what a kill left.
pub fn open(folder: &Path, command: &str) -> Result<State<'static>, Error> {
    let outside = Outside { branches: &GitBranches, ..Outside::default() };
    State::open(folder, &format!("forebay {command}"), outside).map_err(|error| of_state(&error))
}

/// Opens the state of an unfinished rebase; a folder without one is an error and stays as it is.
pub fn open_existing(shell: &Shell<'_>, command: &str) -> Result<State<'static>, Error> {
    let folder = state_folder(shell);
    if !folder.is_dir() {
        let error = if command == "undo" { StateError::NothingToUndo } else { StateError::NoSession };
        return Err(of_state(&error));
    }
    open(&folder, command)
}

/// Refuses a new rebase while another one waits.
pub fn refuse_open(state: &State<'_>) -> Result<(), Error> {
    match session::load(state.dir()).map_err(|error| of_state(&error))? {
        Some(session) => Err(of_state(&StateError::Open { open: session.open.len() })),
        None => Ok(()),
    }
}

/// A queue that was carried, and how it was written.
pub struct Carried<T> {
    /// What the engine found.
    pub outcome: Outcome,
    /// What else was found before anything was written.
    pub also: T,
    /// How things stand where the queue was written.
    written: Option<(State<'static>, Standing)>,
    /// True where the queue is a range that has nowhere to go.
    homeless: bool,
}

/// Carries a job's queue and writes it as one transaction; with `dry`, and for a range without a branch, nothing is written.
///
/// `also` looks at what was found in between: where it fails, nothing was written either.
pub fn carry<T>(
    shell: &mut Shell<'_>,
    job: &Job,
    dry: bool,
    command: &str,
    also: impl FnOnce(&mut Shell<'_>, &Outcome) -> Result<T, Error>,
) -> Result<Carried<T>, Error> {
    let homeless = job.root.is_none() && job.given.branch.is_none();
    if dry || homeless {
        let outcome = job.carry(shell, &Decisions::new())?;
        doubt_old_tree(shell, job, &outcome.report);
        let also = also(shell, &outcome)?;
        return Ok(Carried { outcome, also, written: None, homeless: homeless && !dry });
    }
    let folder = job.settings.out.as_ref().map_or_else(|| state_folder(shell), |out| out.join(".forebay"));
    // Where a state folder is, its lock is held from here on; where none is, a run that fails leaves none behind.
    let early = folder.is_dir().then(|| begin(&folder, command)).transpose()?;
    let outcome = job.carry(shell, &Decisions::new())?;
    doubt_old_tree(shell, job, &outcome.report);
    let also = also(shell, &outcome)?;
    shell.check_interrupt()?;
    let state = early.map_or_else(|| begin(&folder, command), Ok)?;
    job.refuse_changed()?;
    let run = job.run(&outcome, Decisions::new(), command)?;
    let standing = session::begin(&state, run).map_err(|error| of_state(&error))?;
    Ok(Carried { outcome, also, written: Some((state, standing)), homeless: false })
}

/// Says so where most of the queue does not fit the old tree: then the tree is wrong, not the queue.
fn doubt_old_tree(shell: &mut Shell<'_>, job: &Job, report: &RebaseReport) {
    let (strangers, all) = (report.strangers(), report.patches.len());
    if let Some(from) = report.from.as_ref().filter(|_| strangers > 1 && strangers * 2 > all) {
        let shown = display::terminal(from.as_bytes());
        shell.ui.warn(&format!(
            "{strangers} of {all} patches were not made for the old tree `{shown}`: it cannot help to place them"
        ));
        let told = job
            .settings
            .from_text
            .as_deref()
            .map_or(String::new(), |text| format!(" (`{}`)", display::terminal(text.as_bytes())));
        shell.ui.hint(&format!("`--from`, or `version` and `trees` in forebay.toml, name the upstream release that the queue applies to{told}"));
    }
}

fn begin(folder: &Path, command: &str) -> Result<State<'static>, Error> {
    let state = open(folder, command)?;
    refuse_open(&state)?;
    Ok(state)
}

impl<T> Carried<T> {
    /// The commands to type next; `dry` where nothing was written.
    pub fn next(&self, shell: &mut Shell<'_>, job: &Job, dry: Vec<String>) -> Vec<String> {
        match &self.written {
            Some((state, standing)) => next_after(shell, state, standing, (job, &self.outcome.report)),
            None if self.homeless => vec![RANGE_HINT.to_owned()],
            None => dry,
        }
    }
}

/// What to do with a range that has nowhere to go.
const RANGE_HINT: &str = "forebay rebase ... --branch NAME   (or `--out DIR`: a git range is never written in place)";

/// How a decision is taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct How<'a> {
    /// Replaces files that were edited since the last command too.
    pub force: bool,
    /// The reason, for the resolution memory.
    pub why: &'a str,
}

/// Runs the engine again with a new decision, writes the result, and goes on while the next conflict is already edited.
pub fn go_on(
    shell: &mut Shell<'_>,
    state: &State<'_>,
    next: Next,
    command: &str,
    how: How<'_>,
) -> Result<Status, Error> {
    let mut next = next;
    loop {
        let job = Job::again(shell, &next)?;
        let outcome = job.carry(shell, &next.decisions)?;
        shell.check_interrupt()?;
        let mut run = job.run(&outcome, next.decisions.clone(), command)?;
        run.force = how.force;
        let standing = session::advance(state, run).map_err(|error| of_state(&error))?;
        if let Some(decided) = outcome.patches.iter().find(|patch| patch.name == next.patch) {
            job.memory.learn(shell, (&decided.name, &decided.learned), &job.given, how.why)?;
        }
        reports::write(shell, &job.reports, &job.queue, &outcome)?;
        if command == "continue" && standing.next_is_ready {
            next = session::resolve_current(state, false).map_err(|error| of_state(&error))?;
            continue;
        }
        let others = release::renew(shell, &job, &outcome)?;
        let hints = next_after(shell, state, &standing, (&job, &outcome.report));
        return tell(shell, &job, &outcome.report, hints).map(|status| status.max(others));
    }
}

/// Says what `abort` or `undo` put back.
pub fn told_back(shell: &mut Shell<'_>, what: &str, written: &Written) {
    let files = written.replaced + written.created + written.deleted;
    shell.ui.note(&format!("{what}: {files} files are as they were before"));
    tell_rescued(shell, written);
}

fn tell_rescued(shell: &mut Shell<'_>, written: &Written) {
    for (from, to) in &written.rescued {
        shell.ui.warn(&format!("your edit of `{}` now lies at `{}`", from.display(), to.display()));
    }
}

/// The commands to type next.
pub fn next_after(
    shell: &mut Shell<'_>,
    state: &State<'_>,
    standing: &Standing,
    (job, report): (&Job, &RebaseReport),
) -> Vec<String> {
    tell_rescued(shell, &standing.written);
    let Some(first) = standing.open.first() else { return after_the_end(job, report) };
    let folder = state.dir().join("conflicts").join(&first.folder).join("edit");
    let given = job.given.out.as_ref().map(PathBuf::from);
    let told = given.as_ref().and_then(|out| Some(out.join(folder.strip_prefix(state.anchor()).ok()?)));
    let shown =
        told.as_deref().unwrap_or(folder.strip_prefix(&shell.directory).unwrap_or(&folder)).display().to_string();
    let here = if state.dir() == state_folder(shell) || shell.directory.starts_with(state.anchor()) {
        String::new()
    } else {
        let anchor = state.anchor();
        let anchor = given.as_deref().unwrap_or(anchor.strip_prefix(&shell.directory).unwrap_or(anchor));
        format!(" -C {}", anchor.display())
    };
    vec![
        format!("edit the files in {shown}, then `forebay{here} continue`"),
        format!("or `forebay{here} skip {}`, `forebay{here} status`, `forebay{here} abort`", first.patch),
    ]
}

/// What is left to do when nothing waits: a queue in place now belongs to another release than forebay.toml says.
fn after_the_end(job: &Job, report: &RebaseReport) -> Vec<String> {
    // A guess that nobody read would be silently wrong.
    let guessed = match report.summary.review {
        0 => None,
        1 => Some("read the patch that is marked review: a hunk of it is a guess".to_owned()),
        many => Some(format!("read the {many} patches that are marked review: hunks of them are guesses")),
    };
    let version = job.settings.version_after.as_ref();
    let version = version.map(|version| format!("write `version = \"{version}\"` in forebay.toml; or `forebay undo`"));
    guessed.into_iter().chain(version).collect()
}

/// Prints the table, unless a report already went to standard output, and says how the run ended.
pub fn tell(shell: &mut Shell<'_>, job: &Job, report: &RebaseReport, next: Vec<String>) -> Result<Status, Error> {
    if !job.reports.iter().any(ReportFile::is_stdout) {
        show(shell, report, next)?;
    }
    Ok(status_of(report, job::fails_on_review(&job.settings)))
}

/// Prints the table.
fn show(shell: &mut Shell<'_>, report: &RebaseReport, next: Vec<String>) -> Result<(), Error> {
    let options = TextOptions { next, ..looks(shell) };
    let text = text::rebase(report, &options);
    shell.ui.print_raw(text.as_bytes())
}

/// How a report is to look on this terminal.
pub fn looks(shell: &Shell<'_>) -> TextOptions {
    TextOptions {
        width: shell.ui.width(),
        color: shell.ui.is_colored(),
        verbose: shell.ui.is_verbose(),
        next: Vec::new(),
    }
}

/// The exit status that a report asks for.
pub fn status_of(report: &RebaseReport, fails_on_review: bool) -> Status {
    if report.summary.conflict > 0 {
        Status::Conflicts
    } else if report.summary.review > 0 && fails_on_review {
        Status::Findings
    } else {
        Status::Done
    }
}

/// Where an unfinished rebase stands, for `status`.
pub fn look(shell: &Shell<'_>) -> Result<status::StatusReport, Error> {
    status::look(&state_folder(shell)).map_err(|error| of_state(&error))
}

/// A library error about the disk, with its hint.
pub fn of_io(error: &IoError) -> Error {
    let told = Error::of(Kind::Outside, error);
    match error.hint() {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

/// A library error about the state, with its hint.
pub fn of_state(error: &StateError) -> Error {
    let kind = match error {
        _ if error.waits_for_a_person() => Kind::Conflicts,
        StateError::Io(_) => Kind::Outside,
        _ => Kind::Input,
    };
    let told = Error::of(kind, error);
    match error.hint() {
        Some(hint) => told.hint(hint),
        None => told,
    }
}
