//! Gathers what the commands of `forebay spec` work on: the spec, the profile, the queue and the audit.

use std::path::{Path, PathBuf};

use crate::audit::report::AuditReport;
use crate::cli::error::{Error, Kind};
use crate::cli::project::{self, Project};
use crate::cli::shell::Shell;
use crate::cli::{audit_baseline, job, rebase, steps, upstream};
use crate::io::{IoError, fs, shown};
use crate::license::Allowed;
use crate::profile::Profile;
use crate::profile::packaging::ChangelogMode;
use crate::queue::lint;
use crate::spec::Spec;
use crate::spec::facts::{PatchFact, TreeFacts};
use crate::spec::in_tree;
use crate::spec::material::Inputs;
use crate::spec::region::RegionError;

/// The largest spec that is read, in bytes.
const SPEC_LIMIT: u64 = 64 << 20;

/// The inputs that several commands take.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SpecInputs {
    /// The spec; without it the one that forebay.toml names
    #[arg(value_name = "SPEC")]
    pub spec: Option<PathBuf>,
    /// The audit report (`forebay.audit/1`); without it the one that forebay.toml names, if any
    #[arg(long, value_name = "FILE")]
    pub audit: Option<PathBuf>,
    /// The queue: a folder, a series file, a mailbox, or `git:PATH#OLD..TIP`
    #[arg(long, value_name = "QUEUE")]
    pub queue: Option<String>,
    /// The upstream tree: its version and the paths that the profile names are checked against it
    #[arg(long, value_name = "TREE")]
    pub tree: Option<String>,
}

/// Everything that was read.
#[derive(Debug)]
pub struct Gathered {
    /// Where the spec lies.
    pub path: PathBuf,
    /// The spec as a person would name it.
    pub shown: String,
    /// The spec.
    pub spec: Spec,
    /// The profile.
    pub profile: Profile,
    /// The queue.
    pub patches: Vec<PatchFact>,
    /// True where the queue is one of its own and not what the spec names.
    pub has_queue: bool,
    /// The audit.
    pub audit: Option<AuditReport>,
    /// Patch files in the queue's folder that its series does not name.
    pub unlisted: Vec<String>,
    /// The allowed licences.
    pub allowed: Option<Allowed>,
    /// The name of the file of changes, beside the spec.
    pub changes_name: String,
    /// The file of changes, where the profile keeps the changelog there and it exists.
    pub changes: Option<Vec<u8>>,
    /// What the upstream tree says.
    pub tree: Option<TreeFacts>,
}

impl Gathered {
    /// The inputs of a plan.
    pub fn inputs<'a>(&'a self, items: &'a [String], date: Option<i64>) -> Inputs<'a> {
        Inputs {
            profile: &self.profile,
            patches: &self.patches,
            audit: self.audit.as_ref(),
            items,
            date,
            allowed: self.allowed.as_ref(),
            changes: self.changes.as_deref(),
            tree: self.tree.as_ref(),
        }
    }
}

/// Reads everything.
pub fn gather(shell: &Shell<'_>, inputs: &SpecInputs) -> Result<Gathered, Error> {
    let project = project::require(shell)?;
    let (path, name) = spec_path(shell, inputs, Some(&project))?;
    let spec = read_spec(&path, &name)?;
    let told = inputs.queue.is_some() || project.profile.queue.path.is_some();
    let (patches, unlisted) = if told {
        let place = rebase::queue(shell, Some(&project), inputs.queue.as_deref())?;
        let queue = job::read_queue(&place, &place.path, &shell.pool)?;
        (PatchFact::of_queue(&queue), lint::unlisted(&queue).map_err(|error| steps::of_io(&error))?)
    } else {
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        (PatchFact::of_spec(&spec, &|file| fs::read_optional(&folder.join(file)).ok().flatten()), Vec::new())
    };
    let audit = match (&inputs.audit, &project.profile.packaging.audit) {
        (Some(file), _) => Some(audit_baseline::read(&shell.at(file), &file.display().to_string())?),
        (None, Some(file)) => Some(audit_baseline::read(&project.root.join(file), file)?),
        (None, None) => None,
    };
    let tree = match &inputs.tree {
        None => None,
        Some(text) => {
            let opened = upstream::open(shell, Some(&project), text)?;
            Some(in_tree::facts(&project.profile, &*opened.tree).map_err(|error| upstream::of_tree(&error))?)
        }
    };
    let base = base(&project.root, (path, name, spec), project.profile, patches)?;
    Ok(Gathered { has_queue: told, audit, unlisted, tree, ..base })
}

/// Spec, profile and queue with the files that the profile names beside them; no audit and no tree.
fn base(
    root: &Path,
    (path, shown, spec): (PathBuf, String, Spec),
    profile: Profile,
    patches: Vec<PatchFact>,
) -> Result<Gathered, Error> {
    let allowed = profile.packaging.allow.as_ref().map(|file| allowed(root, file)).transpose()?;
    let changes_name = changes_name(&profile, &path);
    let changes = if profile.packaging.changelog == Some(ChangelogMode::ChangesFile) {
        fs::read_optional(&path.with_file_name(&changes_name)).map_err(|error| steps::of_io(&error))?
    } else {
        None
    };
    Ok(Gathered {
        path,
        shown,
        spec,
        profile,
        patches,
        has_queue: true,
        audit: None,
        unlisted: Vec::new(),
        allowed,
        changes_name,
        changes,
        tree: None,
    })
}

/// Reads the list of allowed licences.
fn allowed(root: &Path, file: &str) -> Result<Allowed, Error> {
    let bytes = fs::read_bounded(&root.join(file), 1 << 20).map_err(|error| steps::of_io(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| Error::input(format!("`{file}` is not UTF-8")))?;
    Allowed::parse(&text).map_err(|error| Error::input(format!("{file}:{error}")))
}

/// The file of changes: the one that the profile names, else the spec's name with another ending.
fn changes_name(profile: &Profile, spec: &Path) -> String {
    let other = || shown(Path::new(spec.with_extension("changes").file_name().unwrap_or_default()));
    profile.packaging.changelog_file.clone().unwrap_or_else(other)
}

/// The spec that a profile names, to be held against the release that a queue was just carried to; `None` where it names none.
pub fn for_release(
    project: &Project,
    version: Option<String>,
    patches: Vec<PatchFact>,
    audit: AuditReport,
) -> Result<Option<Gathered>, Error> {
    let Some(name) = &project.profile.packaging.spec else { return Ok(None) };
    let path = project.root.join(name);
    let spec = read_spec(&path, name)?;
    let mut profile = project.profile.clone();
    profile.version = version.or(profile.version);
    let base = base(&project.root, (path, name.clone(), spec), profile, patches)?;
    Ok(Some(Gathered { audit: Some(audit), ..base }))
}

/// The spec's place and its name for messages.
pub fn spec_path(
    shell: &Shell<'_>,
    inputs: &SpecInputs,
    project: Option<&Project>,
) -> Result<(PathBuf, String), Error> {
    if let Some(spec) = &inputs.spec {
        return Ok((shell.at(spec), shown(spec)));
    }
    let named = project.and_then(|project| Some((project, project.profile.packaging.spec.as_ref()?)));
    let (project, name) = named.ok_or_else(|| {
        Error::input("the spec is not told")
            .hint("name it on the command line, or write `spec` under `[package]` in forebay.toml")
    })?;
    Ok((project.root.join(name), name.clone()))
}

/// Reads a spec; a folder, a pipe and a link out of the spec's folder are refused.
pub fn read_spec(path: &Path, name: &str) -> Result<Spec, Error> {
    let about = fs::about(path).map_err(|error| steps::of_io(&error))?;
    let Some(about) = about else { return Err(Error::input(format!("no file `{name}`"))) };
    if about.is_symlink() {
        let (folder, target) = (path.parent().unwrap_or(Path::new(".")).canonicalize(), path.canonicalize());
        let inside = matches!((&folder, &target), (Ok(folder), Ok(target)) if target.starts_with(folder));
        if !inside {
            let error = Error::input(format!("`{name}` is a link that leaves its folder"));
            return Err(error.hint("name the file itself"));
        }
    }
    match fs::read_bounded(path, SPEC_LIMIT) {
        Ok(bytes) => Ok(Spec::parse(&bytes)),
        Err(error @ (IoError::NotAFile { .. } | IoError::TooLarge { .. })) => Err(Error::of(Kind::Input, &error)),
        Err(error) => Err(steps::of_io(&error)),
    }
}

/// Wrong markers, each with its place and hint.
pub fn of_markers(name: &str, errors: &[RegionError]) -> Error {
    let mut all = errors.iter().map(|error| Error::input(format!("{name}:{error}")).hint(error.hint()));
    let mut first = all.next().unwrap_or_else(|| Error::input("the markers are wrong"));
    first.more = all.collect();
    first
}

/// Days since 1970-01-01 of a day typed as `2026-11-25`, of `SOURCE_DATE_EPOCH`, or of today.
pub fn day(shell: &Shell<'_>, typed: Option<&str>) -> Result<i64, Error> {
    const DAY: i64 = 86_400;
    if let Some(text) = typed {
        let moment = crate::patch::date::parse(format!("{text} 12:00:00 +0000").as_bytes());
        let error = || Error::input(format!("`{text}` is no day")).hint("write it as `2026-11-25`");
        return moment.map(|moment| moment.seconds.div_euclid(DAY)).ok_or_else(error);
    }
    if let Some(epoch) = shell.environment.get("SOURCE_DATE_EPOCH") {
        let seconds =
            epoch.to_str().and_then(|text| text.parse::<i64>().ok()).filter(|seconds| (0..1 << 40).contains(seconds));
        return seconds
            .map(|seconds| seconds / DAY)
            .ok_or_else(|| Error::input("SOURCE_DATE_EPOCH is no number of seconds"));
    }
    Ok(shell.now.div_euclid(DAY))
}
