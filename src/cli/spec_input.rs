//! Gathers what the commands of `forebay spec` work on: the spec, the profile, the queue and the audit.

use std::path::{Path, PathBuf};

use crate::audit::report::AuditReport;
use crate::cli::error::{Error, Kind};
use crate::cli::project::{self, Project};
use crate::cli::shell::Shell;
use crate::cli::{audit_baseline, job, rebase, steps};
use crate::io::{IoError, fs, shown};
use crate::profile::Profile;
use crate::spec::Spec;
use crate::spec::facts::PatchFact;
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
}

impl Gathered {
    /// The inputs of a plan.
    pub fn inputs<'a>(&'a self, items: &'a [String], date: Option<i64>) -> Inputs<'a> {
        Inputs { profile: &self.profile, patches: &self.patches, audit: self.audit.as_ref(), items, date }
    }
}

/// Reads everything.
pub fn gather(shell: &Shell<'_>, inputs: &SpecInputs) -> Result<Gathered, Error> {
    let project = project::require(shell)?;
    let (path, name) = spec_path(shell, inputs, Some(&project))?;
    let spec = read_spec(&path, &name)?;
    let told = inputs.queue.is_some() || project.profile.queue.path.is_some();
    let patches = if told {
        let place = rebase::queue(shell, Some(&project), inputs.queue.as_deref())?;
        PatchFact::of_queue(&job::read_queue(&place, &place.path, &shell.pool)?)
    } else {
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        PatchFact::of_spec(&spec, &|file| fs::read_optional(&folder.join(file)).ok().flatten())
    };
    let audit = match (&inputs.audit, &project.profile.packaging.audit) {
        (Some(file), _) => Some(audit_baseline::read(&shell.at(file), &file.display().to_string())?),
        (None, Some(file)) => Some(audit_baseline::read(&project.root.join(file), file)?),
        (None, None) => None,
    };
    Ok(Gathered { path, shown: name, spec, profile: project.profile, patches, has_queue: told, audit })
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
    Ok(Some(Gathered { path, shown: name.clone(), spec, profile, patches, has_queue: true, audit: Some(audit) }))
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
