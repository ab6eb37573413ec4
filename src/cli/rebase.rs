//! `forebay rebase`: its flags, and what they mean together with the profile.

use std::mem::ManuallyDrop;
use std::path::PathBuf;

use crate::cli::error::Error;
use crate::cli::exit::Status;
use crate::cli::job::Job;
use crate::cli::project::Project;
use crate::cli::reports::{self, ReportFile};
use crate::cli::shell::Shell;
use crate::cli::upstream::{self, Opened};
use crate::cli::{between, steps};
use crate::profile::resolve::Policy;
use crate::profile::words::{FailOn, Form};
use crate::rebase::forecast;
use crate::rebase::report::RebaseReport;
use crate::tree::rounds;
use crate::tree::spec::TreeSpec;

/// Carry the patch queue to another upstream release
///
/// Every hunk gets a verdict with evidence and a grade. The whole queue is judged in one run; where conflicts remain, a workspace
/// holds the files that need an edit and `forebay continue` goes on. Flags win over forebay.toml.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
TREE is `git:PATH#REV`, a folder, a tarball, or a bare tag or version where forebay.toml says where releases lie.

Examples:
  forebay rebase --onto 150.0.7871.181
  forebay rebase --onto 150.0.7871.181 --dry-run --report markdown=review.md
  forebay rebase --onto 151.0.7900.12 --dry-run --summary
  forebay rebase --from 120.0.6099.224 --onto 150.0.7871.181 --step
  forebay rebase --queue debian/patches --from git:../src.git#150.0.7871.100 --onto git:../src.git#150.0.7871.181
  forebay rebase --queue patches --from chromium-150.0.7871.100.tar.xz --onto chromium-150.0.7871.181.tar.xz --out new")]
pub struct Rebase {
    /// What is carried, and where to.
    #[command(flatten)]
    pub carry: Carry,
    /// With `--dry-run`: only tell how many patches will need a person, which, and what the queue needed before
    #[arg(long, requires = "dry_run")]
    pub summary: bool,
    /// What ends the run with status 1
    #[arg(long, value_name = "WHAT")]
    pub fail_on: Option<FailOnArgument>,
    /// Also write a report, as FORMAT=FILE with text, markdown, json or html; repeatable
    #[arg(long, value_name = "FORMAT=FILE")]
    pub report: Vec<ReportFile>,
}

/// What is carried, and where to: the flags that `rebase` and `release` share.
#[derive(Debug, Clone, Default, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Carry {
    /// The queue: a folder, a series file, a mailbox, or `git:PATH#OLD..TIP`
    #[arg(long, value_name = "QUEUE")]
    pub queue: Option<String>,
    /// The new upstream tree
    #[arg(long, value_name = "TREE")]
    pub onto: Option<String>,
    /// The old upstream tree, which the queue was made for
    #[arg(long, value_name = "TREE")]
    pub from: Option<String>,
    /// An upstream tree between the two: what one jump leaves open is carried from tree to tree; repeatable, oldest first
    #[arg(long, value_name = "TREE")]
    pub via: Vec<String>,
    /// The same by way of every release between the two that is tagged in their git repository
    #[arg(long, conflicts_with = "via")]
    pub step: bool,
    /// Write the refreshed queue into this folder and leave the input alone
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write nothing at all, whatever the other flags say; reports are still written
    #[arg(long)]
    pub dry_run: bool,
    /// Also make this branch in the git repository of the new tree, one commit a patch
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
    /// Replace the branch if it exists
    #[arg(long, requires = "branch")]
    pub force: bool,
    /// Remove patches that are wholly upstream instead of turning their line into a comment
    #[arg(long)]
    pub drop_absorbed: bool,
    /// Ask again where a person decided the very same place before
    #[arg(long)]
    pub no_replay: bool,
    /// The most threads to use; as many as the machine has where not given
    #[arg(long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
}

/// What ends a run with status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOnArgument {
    /// A patch that wants a review
    Review,
    /// Only conflicts, which have their own status
    Conflict,
}

/// The same command for real.
fn dry_next(report: &RebaseReport) -> Vec<String> {
    let changes = report.summary.patches > report.summary.untouched;
    if changes {
        vec!["forebay rebase (the same without `--dry-run`) writes this queue".to_owned()]
    } else {
        Vec::new()
    }
}

/// Where the queue lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuePlace {
    /// As a person would name it: for messages.
    pub shown: String,
    /// The folder or file; for a git range the repository.
    pub path: PathBuf,
    /// For a git range `OLD..TIP`.
    pub range: Option<String>,
    /// The form, where the profile tells.
    pub form: Option<Form>,
    /// The strip level, where the profile tells.
    pub strip: Option<usize>,
}

/// The flags and the profile together.
pub struct Settings {
    /// The package's name; empty where no profile names one.
    pub package: String,
    /// The queue.
    pub queue: QueuePlace,
    /// The old tree.
    pub from: Option<Opened>,
    /// The new tree.
    pub onto: Opened,
    /// Trees between the two, oldest first.
    pub between: Vec<Opened>,
    /// The new tree as it was named.
    pub onto_text: String,
    /// The release that the new tree is.
    pub onto_version: String,
    /// The old tree as it was named.
    pub from_text: Option<String>,
    /// The policy, flags included.
    pub policy: Policy,
    /// Where the refreshed queue goes; `None`: in place.
    pub out: Option<PathBuf>,
    /// What `version` in forebay.toml is to say once the queue is carried, where it says something else.
    pub version_after: Option<String>,
}

impl Rebase {
    /// Runs the command.
    pub fn run(self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        // The process ends after this: to give its memory back piece by piece would take longer than many a patch.
        let job = ManuallyDrop::new(Job::new(shell, &self)?);
        let carried = steps::carry(shell, &job, self.carry.dry_run, "rebase", |_, _| Ok(()))?;
        let report = &carried.outcome.report;
        reports::write(shell, &self.report, &job.queue, &carried.outcome)?;
        if self.summary {
            return forecast(shell, &job, report);
        }
        let next = carried.next(shell, &job, dry_next(report));
        let told = steps::tell(shell, &job, report, next);
        std::mem::forget(carried.outcome);
        told
    }

    /// Joins the flags with the profile and opens both trees.
    pub fn settings(&self, shell: &Shell<'_>, project: Option<&Project>) -> Result<Settings, Error> {
        let flags = &self.carry;
        let queue = queue(shell, project, flags.queue.as_deref())?;
        let told_onto = flags.onto.clone().or_else(|| project?.profile.onto.clone());
        let onto = told_onto.ok_or_else(|| {
            Error::input("the new upstream tree is not told")
                .hint("give it with `--onto TREE`, or write `onto` under `[package]` in forebay.toml")
        })?;
        let from = flags.from.clone().or_else(|| project?.profile.version.clone());
        let from_text = from.clone();
        let from = from.map(|from| upstream::open(shell, project, &from)).transpose()?;
        let version_after = self.version_after(project, from_text.as_deref(), &onto);
        let opened = upstream::open(shell, project, &onto)?;
        let between = between::open(shell, project, &self.carry, (from.as_ref(), &opened))?;
        Ok(Settings {
            between,
            version_after,
            package: project.map(|project| project.profile.name.clone()).unwrap_or_default(),
            queue,
            from,
            onto: opened,
            onto_version: project.map(|project| project.profile.version_of(&onto)).unwrap_or_default(),
            onto_text: onto,
            from_text,
            policy: self.policy(project),
            out: flags.out.as_ref().map(|out| shell.at(out)),
        })
    }

    /// The release that a queue in place belongs to afterwards, where the profile still names the one before.
    fn version_after(&self, project: Option<&Project>, from: Option<&str>, onto: &str) -> Option<String> {
        let profile = &project?.profile;
        let told = profile.version.as_deref().filter(|version| from == Some(version) && self.carry.out.is_none())?;
        let is_release = matches!(TreeSpec::parse(onto), Ok(TreeSpec::Revision(_)));
        is_release.then(|| profile.version_of(onto)).filter(|version| version != told)
    }

    fn policy(&self, project: Option<&Project>) -> Policy {
        let mut policy = project.map(|project| project.profile.policy.clone()).unwrap_or_default();
        match self.fail_on {
            Some(FailOnArgument::Review) => policy.fail_on = FailOn::Review,
            Some(FailOnArgument::Conflict) => policy.fail_on = FailOn::Conflict,
            None => {}
        }
        policy.drop_absorbed |= self.carry.drop_absorbed;
        policy.replay &= !self.carry.no_replay;
        policy
    }
}

/// Tells what a release will cost.
fn forecast(shell: &mut Shell<'_>, job: &Job, report: &RebaseReport) -> Result<Status, Error> {
    let place = &job.settings.queue;
    let folder = if place.path.is_dir() { Some(place.path.as_path()) } else { place.path.parent() };
    let folder = folder.filter(|_| place.range.is_none());
    let rounds = folder.map(rounds::of).transpose().map_err(|error| upstream::of_tree(&error))?.flatten();
    let found = forecast::of(report, rounds.as_deref());
    let text = crate::report::forecast::text(report, &found, &steps::looks(shell));
    shell.ui.print_raw(text.as_bytes())?;
    Ok(steps::status_of(report, crate::cli::job::fails_on_review(&job.settings)))
}

/// The queue of a command: the flag, then the profile, then the first usual place that is there.
pub fn queue(shell: &Shell<'_>, project: Option<&Project>, flag: Option<&str>) -> Result<QueuePlace, Error> {
    if let Some(text) = flag {
        return place(text, &shell.directory, None, None);
    }
    let missing = || {
        Error::input("the patch queue is not told")
            .hint("give it with `--queue DIR`, or write `path` under `[queue]` in forebay.toml")
    };
    let project = project.ok_or_else(missing)?;
    let (told, version) = (&project.profile.queue, project.profile.version.as_deref().unwrap_or_default());
    if let Some(path) = &told.path {
        return place(&path.fill(version), &project.root, told.form, told.strip);
    }
    // A folder of its own only: `.` is everywhere and says nothing.
    let usual = told
        .places
        .iter()
        .find(|place| place.path.as_str() != "." && project.root.join(place.path.fill(version)).is_dir());
    let usual = usual.ok_or_else(missing)?;
    place(&usual.path.fill(version), &project.root, Some(usual.form), usual.strip.or(told.strip))
}

fn place(text: &str, base: &std::path::Path, form: Option<Form>, strip: Option<usize>) -> Result<QueuePlace, Error> {
    let shown = text.to_owned();
    if let Some(rest) = text.strip_prefix("git:") {
        let wrong = || Error::input(format!("`{text}` is no git range")).hint("write it as `git:PATH#OLD..TIP`");
        let (path, range) =
            rest.rsplit_once('#').filter(|(path, range)| !path.is_empty() && range.contains("..")).ok_or_else(wrong)?;
        return Ok(QueuePlace {
            shown,
            path: base.join(path),
            range: Some(range.to_owned()),
            form: Some(Form::GitRange),
            strip,
        });
    }
    let path = base.join(text);
    if !path.exists() {
        return Err(Error::input(format!("no queue at `{text}`"))
            .hint("`forebay init --dry-run` shows the queues that lie around"));
    }
    Ok(QueuePlace { shown, path, range: None, form, strip })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::project;
    use crate::cli::reports::ReportFormat;
    use crate::cli::testing::with_shell;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        rebase: Rebase,
    }

    fn settings(profile: &str, line: &[&str]) -> Result<Settings, String> {
        let root = tempfile::tempdir().unwrap();
        for folder in ["pkg/debian/patches", "pkg/other", "x-1.0", "x-1.1"] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        std::fs::write(root.path().join("pkg/forebay.toml"), profile).unwrap();
        let line = Line::try_parse_from([&["rebase"], line].concat()).map_err(|error| error.to_string())?;
        let (result, ..) = with_shell(&root.path().join("pkg"), |shell| {
            let project = project::load(shell).unwrap();
            line.rebase.settings(shell, project.as_ref())
        });
        result.map_err(|error| error.what)
    }

    const PROFILE: &str =
        "inherit = \"chromium\"\n[package]\nversion = \"1.0\"\n[upstream]\ntrees = [\"../x-{version}\"]\n";

    #[test]
    fn everything_can_come_from_the_profile_and_flags_win() {
        let found = settings(PROFILE, &["--onto", "1.1"]).unwrap();
        assert_eq!((found.package.as_str(), found.queue.shown.as_str()), ("chromium", "debian/patches"));
        assert_eq!(found.queue.form, Some(Form::Quilt));
        assert!(matches!(found.from.unwrap().spec, TreeSpec::Path(path) if path.ends_with("x-1.0")));
        assert_eq!(found.policy, Policy::default());
        let line = [
            "--onto",
            "dir:../x-1.1",
            "--from",
            "../x-1.1",
            "--queue",
            "other",
            "--fail-on",
            "review",
            "--drop-absorbed",
        ];
        let found = settings(PROFILE, &line).unwrap();
        assert_eq!((found.queue.shown.as_str(), found.queue.form), ("other", None));
        assert_eq!((found.policy.fail_on, found.policy.drop_absorbed), (FailOn::Review, true));
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(settings(PROFILE, &[]).err().unwrap().contains("new upstream tree is not told"));
        assert!(settings("", &["--onto", "../x-1.1"]).err().unwrap().contains("queue is not told"));
        assert!(settings(PROFILE, &["--onto", "1.1", "--queue", "gone"]).err().unwrap().contains("no queue at `gone`"));
        assert!(settings(PROFILE, &["--onto", "1.1", "--queue", "git:x"]).err().unwrap().contains("no git range"));
        let range = settings(PROFILE, &["--onto", "1.1", "--queue", "git:x#a..b"]).unwrap().queue;
        assert_eq!((range.range.as_deref(), range.form), (Some("a..b"), Some(Form::GitRange)));
    }

    #[test]
    fn wrong_flags_are_usage_errors() {
        for line in [
            &["--report", "json"][..],
            &["--report", "xml=a"],
            &["--report", "json="],
            &["--jobs", "0"],
            &["--force"],
            &["--fail-on", "x"],
        ] {
            assert!(settings(PROFILE, line).is_err(), "{line:?}");
        }
        assert_eq!("json=a=b".parse(), Ok(ReportFile { format: ReportFormat::Json, file: "a=b".into() }));
    }
}
