//! `forebay release`: the gate on a new upstream release, made of rebase, audit and spec check.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Parser as _;

use crate::audit::report::AuditReport;
use crate::cli::arguments::{Cli, Command};
use crate::cli::audit_bundled::{Against, AuditFlags, FailOn};
use crate::cli::error::{Error, Kind};
use crate::cli::exit::Status;
use crate::cli::job::{self, Job};
use crate::cli::project::{self, Project};
use crate::cli::rebase::{Carry, FailOnArgument, Rebase};
use crate::cli::release_files::{self, Artefacts, Found, Rendering, ReportFile};
use crate::cli::shell::Shell;
use crate::cli::{audit_baseline, spec, spec_input, steps, upstream};
use crate::finding::Severity;
use crate::io::fs;
use crate::queue::{Disposition, Queue};
use crate::rebase::outcome::Outcome;
use crate::release::assemble::{self, Parts};
use crate::release::cve::{self, Cve};
use crate::release::report::{ReleaseReport, Verdict};
use crate::report;
use crate::spec::facts::PatchFact;
use crate::spec::report::SpecReport;
use crate::tree::rounds;
use crate::tree::spec::TreeSpec;

/// Judge a new upstream release by queue, bundled code and spec at once
///
/// The queue is carried, the new tree audited against the old one, the spec held against both: one run, one report, and one exit
/// status, the worst of the three. What the new tree brings (licences, prebuilt files, components, versions) stands in the order in
/// which it wants a decision, each row with a stable id; an entry of forebay.ack.toml accepts one row with a reason and a last day.
/// The queue is written last: where anything fails before, it is as it was.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
TREE is `git:PATH#REV`, a folder, a tarball, or a bare tag or version where forebay.toml says where releases lie.
Without `--baseline` the old tree is audited in the same run.

Examples:
  forebay release --onto 150.0.7871.181
  forebay release --onto 151.0.7922.34 --dry-run --artefacts review
  forebay release --onto 151.0.7922.34 --baseline audit.json --fail-on review --fail-on warning
  forebay release --queue debian/patches --from src-1.0.tar.xz --onto src-1.1.tar.xz --dry-run --report markdown=review.md")]
pub struct Release {
    /// What is carried, and where to.
    #[command(flatten)]
    pub carry: Carry,
    /// What is looked at, and what it is held against.
    #[command(flatten)]
    pub looks: AuditFlags,
    /// What ends the run with status 1, besides a stale spec: review, conflict, note, warning, error, never, or a code; repeatable
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub fail_on: Vec<Gate>,
    /// Also write every report and the carried queue into this folder, for a CI job to keep
    #[arg(long, value_name = "DIR")]
    pub artefacts: Option<PathBuf>,
    /// Also write a report, as FORMAT=FILE; repeatable
    ///
    /// FORMAT is text, markdown, html, json, sarif, junit, debian (an entry of debian/changelog), rpm (items of %changelog), plain (the same
    /// without a form) or pull-request.
    #[arg(long, value_name = "FORMAT=FILE")]
    pub report: Vec<ReportFile>,
    /// A file with the vulnerabilities that the release fixes, `CVE-2026-12345: what it is` a line, for the changelogs
    #[arg(long, value_name = "FILE")]
    pub cves: Option<PathBuf>,
}

/// What ends a run with status 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// What became of a patch.
    Patches(FailOnArgument),
    /// A finding or a row.
    Findings(FailOn),
}

impl FromStr for Gate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "review" | "patch-review" => Ok(Self::Patches(FailOnArgument::Review)),
            "conflict" | "patch-conflict" => Ok(Self::Patches(FailOnArgument::Conflict)),
            _ => text.parse().map(Self::Findings).map_err(|_| {
                "neither review, conflict, a severity (note, warning, error, never) nor a code that `forebay explain` lists"
                    .to_owned()
            }),
        }
    }
}

impl Release {
    /// Runs the command.
    pub fn run(self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        // What cannot be read, or written, is told before a tree is looked at.
        let (against, cves, artefacts) = self.beside(shell)?;
        let project = project::load(shell)?;
        let mut job = Job::new(shell, &self.rebase())?;
        if artefacts.is_some() || !self.report.is_empty() {
            job.keep_release(&shell.arguments);
        }
        let gates = self.gates();
        let review = job::fails_on_review(&job.settings);
        let signature = release_files::signature(shell, project.as_ref());
        let rendering = Rendering { gates: &gates, review, signature: signature.as_ref() };
        let examine = |shell: &mut Shell<'_>, outcome: &Outcome| {
            let report = self.examine(shell, (&job, project.as_ref()), (&against, cves), outcome)?;
            // A disk that is full shows here, before the queue is touched.
            let found = Found { report: &report, queue: &job.queue, outcome };
            if let Some(artefacts) = &artefacts {
                artefacts.stage(&job, outcome, &rendering.files(found))?;
            }
            rendering.write(shell, found, &self.report)?;
            Ok(report)
        };
        let carried = steps::carry(shell, &job, self.carry.dry_run, "release", examine)?;
        artefacts.iter().try_for_each(Artefacts::finish)?;
        let report = &carried.also;
        let next = carried.next(shell, &job, self.next(report));
        let mut options = steps::looks(shell);
        options.next = also_next(report, next, job.settings.version_after.as_deref());
        let found = Found { report, queue: &job.queue, outcome: &carried.outcome };
        if !rendering.print(shell, found, &self.report)? {
            shell.ui.print_raw(report::release_text::render(report, &options).as_bytes())?;
        }
        Ok(status(report, &gates, review))
    }

    /// What is read beside the trees, and the folder that artefacts go to.
    fn beside(&self, shell: &mut Shell<'_>) -> Result<(Against, Vec<Cve>, Option<Artefacts>), Error> {
        let against = Against::read(shell, &self.looks)?;
        let cves = self.cves.as_deref().map(|file| cves(shell, file)).transpose()?.unwrap_or_default();
        let artefacts = self.artefacts.as_deref().map(|folder| Artefacts::open(&shell.at(folder))).transpose()?;
        Ok((against, cves, artefacts))
    }

    /// Writes the reports of a run anew for what became of the queue since; standard output stays free.
    fn write_again(&self, shell: &mut Shell<'_>, job: &Job, outcome: &Outcome) -> Result<Status, Error> {
        let (against, cves, artefacts) = self.beside(shell)?;
        let project = project::load(shell)?;
        let (gates, signature) = (self.gates(), release_files::signature(shell, project.as_ref()));
        let review = job::fails_on_review(&job.settings);
        let rendering = Rendering { gates: &gates, review, signature: signature.as_ref() };
        let report = self.examine(shell, (job, project.as_ref()), (&against, cves), outcome)?;
        let found = Found { report: &report, queue: &job.queue, outcome };
        if let Some(artefacts) = &artefacts {
            artefacts.stage(job, outcome, &rendering.files(found))?;
            artefacts.finish()?;
        }
        rendering.write(shell, found, &self.report)?;
        Ok(status(&report, &gates, review))
    }

    /// The flags of the part that carries the queue.
    fn rebase(&self) -> Rebase {
        let wants = |what: FailOnArgument| self.fail_on.contains(&Gate::Patches(what)).then_some(what);
        let fail_on = wants(FailOnArgument::Review).or_else(|| wants(FailOnArgument::Conflict));
        Rebase { carry: self.carry.clone(), fail_on, ..Rebase::default() }
    }

    /// Looks at everything but the queue, and joins it.
    fn examine(
        &self,
        shell: &mut Shell<'_>,
        (job, project): (&Job, Option<&Project>),
        (against, cves): (&Against, Vec<Cve>),
        outcome: &Outcome,
    ) -> Result<ReleaseReport, Error> {
        let settings = &job.settings;
        shell.ui.detail("auditing the new tree");
        let audit = against.audit(shell, &*settings.onto.tree, self.carry.jobs)?;
        let before = match (&against.baseline, &settings.from) {
            (Some(baseline), _) => Some(baseline.clone()),
            (None, Some(from)) => {
                shell.ui.detail("auditing the old tree");
                Some(against.audit(shell, &*from.tree, self.carry.jobs)?)
            }
            (None, None) => None,
        };
        let version = matches!(TreeSpec::parse(&settings.onto_text), Ok(TreeSpec::Revision(_)))
            .then(|| settings.onto_version.clone())
            .filter(|version| !version.is_empty());
        let spec = project.map(|project| spec_part(project, version.clone(), job, outcome, &audit)).transpose()?;
        let from = settings.from_text.as_deref();
        let parts = Parts {
            package: settings.package.clone(),
            from: from.map(|from| shown(project, from, outcome.report.from.as_deref().unwrap_or(from))),
            onto: shown(project, &settings.onto_text, &outcome.report.onto),
            rebase: outcome.report.clone(),
            audit,
            before,
            spec: spec.flatten(),
            cves,
            edited: edited(job)?,
        };
        Ok(assemble::assemble(parts, &against.acks, &audit_baseline::today(shell)))
    }

    /// What is left to do after a run that wrote nothing.
    fn next(&self, report: &ReleaseReport) -> Vec<String> {
        let summary = &report.rebase.summary;
        if summary.conflict + summary.review > 0 && self.artefacts.is_none() {
            let hint = "forebay release ... --report html=review.html   (every hunk with its evidence, for a browser)";
            return vec![hint.to_owned()];
        }
        let changes = self.carry.dry_run && summary.patches > summary.untouched;
        changes
            .then(|| "forebay release (the same without `--dry-run`) writes the queue".to_owned())
            .into_iter()
            .collect()
    }

    /// What a finding or row ends the run with status 1 for.
    fn gates(&self) -> Vec<FailOn> {
        let told = self.fail_on.iter().filter_map(|gate| match gate {
            Gate::Findings(what) => Some(what.clone()),
            Gate::Patches(_) => None,
        });
        let told: Vec<FailOn> = told.collect();
        if told.is_empty() { vec![FailOn::Severity(Severity::Error)] } else { told }
    }
}

/// After `continue` and `skip`: the reports that a `forebay release` was asked for follow the queue, and its exit status is theirs.
///
/// Done where no release was begun or none of its reports was kept: nothing but the queue is judged then.
pub fn renew(shell: &mut Shell<'_>, job: &Job, outcome: &Outcome) -> Result<Status, Error> {
    let words = job.kept_release();
    if words.is_empty() {
        return Ok(Status::Done);
    }
    let typed = std::iter::once("forebay".to_owned()).chain(words);
    // What this program took once it takes again; another version of it may not.
    let Ok(Cli { command: Command::Release(release), .. }) = Cli::try_parse_from(typed) else {
        shell.ui.warn("the reports of the release could not be written anew: another forebay began this run");
        return Ok(Status::Done);
    };
    release.write_again(shell, job, outcome).map_err(|error| {
        error.hint("the queue is written; only the reports of the release are as they were before this command")
    })
}

/// The worst of the three parts.
fn status(report: &ReleaseReport, gates: &[FailOn], fails_on_review: bool) -> Status {
    let rows: Vec<_> = report.deltas.iter().map(|delta| delta.finding.clone()).collect();
    let stale = report.rebase.patches.iter().map(|patch| &patch.findings);
    let lists = [&report.audit.findings, &report.findings, &rows].into_iter().chain(stale);
    let fails = lists.into_iter().any(|findings| gates.iter().any(|gate| gate.fails(findings)));
    let rebase = steps::status_of(&report.rebase, fails_on_review);
    let spec = report.spec.as_ref().map_or(Status::Done, spec::status_of);
    rebase.max(spec).max(if fails { Status::Findings } else { Status::Done })
}

/// Reads the list of vulnerabilities.
fn cves(shell: &Shell<'_>, file: &Path) -> Result<Vec<Cve>, Error> {
    let shown = crate::io::shown(file);
    let bytes = fs::read_bounded(&shell.at(file), 1 << 24).map_err(|error| steps::of_io(&error))?;
    let text =
        String::from_utf8(bytes).map_err(|error| Error::input(format!("`{shown}` is not UTF-8")).because(error))?;
    cve::parse(&text, &shown).map_err(|error| {
        Error::of(Kind::Input, &error).hint("a line is `CVE-2026-12345: what it is`, or begins with `#`")
    })
}

/// The patches that are new in the queue's folder, and those that are gone, since its repository's last commit.
fn edited(job: &Job) -> Result<(Vec<String>, Vec<String>), Error> {
    let Some(root) = job.root.as_ref().filter(|_| job.settings.queue.range.is_none()) else {
        return Ok(<_>::default());
    };
    let folder = if job.settings.out.is_some() { &job.queue.root } else { root };
    let known = rounds::last(folder).map_err(|error| upstream::of_tree(&error))?;
    let Some(known) = known else { return Ok(<_>::default()) };
    let names: BTreeSet<&str> = job.queue.patches.iter().map(|patch| patch.name.as_str()).collect();
    let added = names.iter().filter(|name| !known.contains(**name)).map(|name| (*name).to_owned()).collect();
    let is_patch = |name: &str| [".patch", ".diff"].iter().any(|ending| name.ends_with(ending));
    let gone = known.into_iter().filter(|name| is_patch(name) && !names.contains(name.as_str()));
    Ok((added, gone.filter(|name| !folder.join(name).exists()).collect()))
}

/// Checks the spec against what it has to say for the new release.
fn spec_part(
    project: &Project,
    version: Option<String>,
    job: &Job,
    outcome: &Outcome,
    audit: &AuditReport,
) -> Result<Option<SpecReport>, Error> {
    let results = job.dispositions(outcome);
    let kept = job.queue.patches.iter().zip(&results);
    let kept = kept.filter(|(_, result)| matches!(result, Disposition::Keep | Disposition::Replace(_)));
    let queue = Queue { patches: kept.map(|(patch, _)| patch.clone()).collect(), ..job.queue.clone() };
    let gathered = spec_input::for_release(project, version, PatchFact::of_queue(&queue), audit.clone())?;
    gathered.map(|gathered| spec::examine(&gathered).map(|(report, _)| report)).transpose()
}

/// A release as a person calls it: its version where the tree was named so, else the tree.
fn shown(project: Option<&Project>, named: &str, label: &str) -> String {
    match (TreeSpec::parse(named), project) {
        (Ok(TreeSpec::Revision(_)), Some(project)) => project.profile.version_of(named),
        _ => label.to_owned(),
    }
}

/// The commands to type, the most urgent first.
fn also_next(report: &ReleaseReport, mut next: Vec<String>, version: Option<&str>) -> Vec<String> {
    let stale = report.spec.as_ref().filter(|spec| spec.summary.stale + spec.summary.hand_edited > 0);
    if let Some(spec) = stale.filter(|_| report.verdict != Verdict::Conflict) {
        let version = version.map(|version| format!(" (once forebay.toml says `version = \"{version}\"`)"));
        next.push(format!("forebay spec update {}{}", spec.spec, version.unwrap_or_default()));
    }
    if let Some(first) = report.rows().first() {
        next.push(format!("forebay explain {}", first.code));
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_read_and_wrong_ones_named() {
        assert_eq!("review".parse(), Ok(Gate::Patches(FailOnArgument::Review)));
        assert_eq!("warning".parse(), Ok(Gate::Findings(FailOn::Severity(Severity::Warning))));
        assert_eq!("release-license-new".parse(), Ok(Gate::Findings(FailOn::Code("release-license-new".into()))));
        assert!("reviews".parse::<Gate>().unwrap_err().contains("explain"));
    }

    #[test]
    fn review_wins_over_conflict() {
        let gates = |words: &[&str]| words.iter().map(|word| word.parse().unwrap()).collect::<Vec<Gate>>();
        let of = |words: &[&str]| Release { fail_on: gates(words), ..Release::default() }.rebase().fail_on;
        assert_eq!(of(&["conflict", "review", "error"]), Some(FailOnArgument::Review));
        assert_eq!(of(&["conflict"]), Some(FailOnArgument::Conflict));
        assert_eq!(of(&["never"]), None);
    }
}
