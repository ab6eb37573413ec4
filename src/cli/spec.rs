//! `forebay spec`: prints, checks and writes the parts of an RPM spec that follow from profile, queue and audit.

use std::path::{Path, PathBuf};

use crate::cli::error::{Error, Kind};
use crate::cli::exit::Status;
use crate::cli::findings_format::{self, FindingsFormat};
use crate::cli::shell::Shell;
use crate::cli::spec_input::{self, Gathered, SpecInputs};
use crate::cli::steps;
use crate::cli::{spec_adopt, spec_matrix, spec_print};
use crate::finding::{Finding, Severity};
use crate::io::fs;
use crate::patch::make;
use crate::profile::packaging::ChangelogMode;
use crate::report;
use crate::spec::changes::{self, NewChange};
use crate::spec::check::{self, Check};
use crate::spec::fragment;
use crate::spec::include::{self, FileState};
use crate::spec::insert::{self, Insertion};
use crate::spec::material::Material;
use crate::spec::plan::{self, Fate, PlanError, Planned};
use crate::spec::region::{self, RegionId};
use crate::spec::report::SpecReport;
use crate::spec::rules;
use crate::spec::{Spec as Document, region::Region};
use crate::text::nearest::nearest;

/// Keep the generated parts of an RPM spec true
///
/// forebay writes only between its own markers: `# >>> forebay:REGION v1 h=...` and `# <<< forebay:REGION`. The hash tells what
/// forebay wrote from what a person changed. Every other byte of the spec stays as it is.
#[derive(Debug, clap::Subcommand)]
pub enum Spec {
    /// Check the regions and the whole spec against profile, queue and audit; write nothing
    #[command(after_help = "\
Exit status: 0 current, 1 a region is stale or a rule failed, 2 bad input, wrong markers or a hand-edited region.

Examples:
  forebay spec check
  forebay spec check chromium.spec --audit audit.json
  forebay spec check --format sarif > spec.sarif")]
    Check(SpecCheck),
    /// Write stale regions anew and print the difference
    #[command(after_help = "\
Examples:
  forebay spec update --dry-run
  forebay spec update --item 'CVE-2026-0001: use after free in weir'
  forebay spec update --items-file cves.txt --date 2026-11-25")]
    Update(SpecUpdate),
    /// Print the bodies of regions
    #[command(after_help = "\
Regions: bconds, version, license, sources, patches, buildrequires, bundled, prep-patches, prep-unbundle, gn-args, changelog

Examples:
  forebay spec print
  forebay spec print --region bundled --audit audit.json
  forebay spec print --emit-dir . --region bundled")]
    Print(SpecPrint),
    /// Insert empty regions where nothing hand-written stands in their place, and name the lines that the others would replace
    #[command(after_help = "\
Examples:
  forebay spec init
  forebay spec init --region patches --region prep-patches")]
    Init(SpecInit),
    /// Write a first profile from a hand-written spec, and tell what could not be mapped
    #[command(after_help = "\
The proposed regions are markers around hand-written blocks of which everything was mapped: the marked copy of the spec means the same,
and `forebay spec update` then writes between the markers.

Examples:
  forebay spec adopt chromium.spec
  forebay spec adopt chromium.spec --out new.toml --regions chromium-marked.spec")]
    Adopt(SpecAdopt),
    /// Show for every target and architecture what is applied, required, bundled and taken from the system
    ///
    /// Where `rpmspec` is installed, it reads the spec for every target too, and every difference to forebay's own reading is told.
    #[command(after_help = "\
Exit status: 0 rpm agrees or was not asked, 1 rpm reads something else or complains.

Examples:
  forebay spec matrix
  forebay spec matrix --format json")]
    Matrix(SpecMatrix),
}

/// What `check` takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SpecCheck {
    /// What is read.
    #[command(flatten)]
    pub inputs: SpecInputs,
    /// The form of the report; as JSON it is `forebay.spec/1`
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: FindingsFormat,
}

/// What `matrix` takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SpecMatrix {
    /// What is read.
    #[command(flatten)]
    pub inputs: SpecInputs,
    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: SpecFormat,
    /// Do not ask rpmspec
    #[arg(long)]
    pub no_rpm: bool,
}

/// The forms of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum SpecFormat {
    /// For people
    #[default]
    Text,
    /// For programs: `forebay.spec/1`
    Json,
}

/// What `update` takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SpecUpdate {
    /// What is read.
    #[command(flatten)]
    pub inputs: SpecInputs,
    /// Print the difference and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Also write regions that were changed by hand; their old bodies are kept beside the spec
    #[arg(long)]
    pub force: bool,
    /// An item for the changelog entry of this version (repeatable)
    #[arg(long = "item", value_name = "TEXT")]
    pub items: Vec<String>,
    /// A file with one such item a line, for example the fixed CVEs
    #[arg(long, value_name = "FILE")]
    pub items_file: Option<PathBuf>,
    /// The day of a new changelog entry; without it that of `SOURCE_DATE_EPOCH`, else today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<String>,
}

/// What `print` takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SpecPrint {
    /// What is read.
    #[command(flatten)]
    pub inputs: SpecInputs,
    /// Only this region (repeatable)
    #[arg(long = "region", value_name = "REGION")]
    pub regions: Vec<String>,
    /// Write each body into a file `forebay-REGION.inc` of this folder, for `%include`
    #[arg(long, value_name = "FOLDER")]
    pub emit_dir: Option<PathBuf>,
}

/// What `init` takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SpecInit {
    /// What is read.
    #[command(flatten)]
    pub inputs: SpecInputs,
    /// Insert this region even where hand-written lines stand in its place (repeatable)
    #[arg(long = "region", value_name = "REGION")]
    pub regions: Vec<String>,
    /// Print the difference and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What `adopt` takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SpecAdopt {
    /// The hand-written spec
    #[arg(value_name = "SPEC")]
    pub spec: PathBuf,
    /// The profile to write; an existing file is never replaced
    #[arg(long, value_name = "FILE", default_value = crate::profile::FILE_NAME)]
    pub out: PathBuf,
    /// Also write a copy of the spec with the proposed regions marked; an existing file is never replaced
    #[arg(long, value_name = "FILE")]
    pub regions: Option<PathBuf>,
    /// Write nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl Spec {
    /// Runs the subcommand.
    pub fn run(&self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        match self {
            Self::Check(command) => check(shell, command),
            Self::Update(command) => update(shell, command),
            Self::Print(command) => spec_print::run(shell, command),
            Self::Init(command) => init(shell, command),
            Self::Adopt(command) => spec_adopt::run(shell, command),
            Self::Matrix(command) => spec_matrix::run(shell, command),
        }
    }
}

fn planned(gathered: &Gathered, items: &[String], date: Option<i64>) -> Result<Vec<Planned>, Error> {
    plan::plan(&gathered.spec, gathered.inputs(items, date))
        .map_err(|PlanError::Markers(errors)| spec_input::of_markers(&gathered.shown, &errors))
}

/// Checks a spec: the report, and the plan behind it.
pub fn examine(gathered: &Gathered) -> Result<(SpecReport, Vec<Planned>), Error> {
    let plan = planned(gathered, &[], None)?;
    let mut findings = of_regions(gathered, &plan);
    let regions: Vec<Region> = plan.iter().map(|planned| planned.region.clone()).collect();
    findings.extend(check::check(&Check {
        name: &gathered.shown,
        spec: &gathered.spec,
        regions: &regions,
        inputs: gathered.inputs(&[], None),
        has_queue: gathered.has_queue,
        unlisted: &gathered.unlisted,
        changes_name: &gathered.changes_name,
    }));
    findings.extend(fragments(gathered)?);
    Ok((SpecReport::new(&gathered.shown, &plan, findings, Vec::new()), plan))
}

/// The exit status that a checked spec asks for.
pub fn status_of(report: &SpecReport) -> Status {
    match (report.summary.hand_edited, report.summary.stale + report.summary.errors) {
        (0, 0) => Status::Done,
        (0, _) => Status::Findings,
        _ => Status::Usage,
    }
}

fn check(shell: &mut Shell<'_>, command: &SpecCheck) -> Result<Status, Error> {
    let gathered = spec_input::gather(shell, &command.inputs)?;
    let (report, plan) = examine(&gathered)?;
    match command.format {
        FindingsFormat::Json => shell.ui.print_raw(report::json::render(&report).as_bytes())?,
        FindingsFormat::Sarif => shell.ui.print_raw(findings_format::sarif(&report.findings).as_bytes())?,
        FindingsFormat::Text => {
            let mut looks = steps::looks(shell);
            looks.next = next_steps(&report);
            shell.ui.print_raw(report::spec::text(&report, &looks).as_bytes())?;
            let stale = plan::updated(&gathered.spec, &plan, false);
            shell.ui.print_raw(&difference(&gathered.shown, gathered.spec.source(), &stale))?;
        }
    }
    Ok(status_of(&report))
}

/// Fragments in files of their own that the spec declares: stale, changed by hand, not there, or not included.
fn fragments(gathered: &Gathered) -> Result<Vec<Finding>, Error> {
    let declared = include::declared(&gathered.spec);
    let ids: Vec<RegionId> = declared.iter().map(|(id, _)| *id).collect();
    let mut findings = include::check(&gathered.spec, &gathered.shown, &ids);
    for id in ids {
        let body = plan::body(id, &gathered.spec, gathered.inputs(&[], None));
        let body = body.map_err(|PlanError::Markers(errors)| spec_input::of_markers(&gathered.shown, &errors))?;
        let (file, Some(body)) = (include::file_name(id), body) else { continue };
        let bytes = fs::read_optional(&gathered.path.with_file_name(&file)).map_err(|error| steps::of_io(&error))?;
        let (rule, what) = match include::state(id, bytes.as_deref(), &include::file_text(id, &body)) {
            FileState::Current => continue,
            FileState::Stale => (&rules::STALE, "is stale"),
            FileState::Foreign => (&rules::HAND_EDITED, "was changed by hand"),
            FileState::Missing => (&rules::INCLUDE, "is declared, but the file is not there"),
        };
        findings.push(Finding::new(rule, id.name(), &file, format!("fragment `{file}` {what}")).at(file.clone()));
    }
    Ok(findings)
}

fn next_steps(report: &SpecReport) -> Vec<String> {
    let spec = &report.spec;
    let mut next = Vec::new();
    if report.summary.hand_edited > 0 {
        next.push(format!("forebay spec update --force {spec} (keeps the old bodies beside it)"));
    } else if report.summary.stale > 0 {
        next.push(format!("forebay spec update {spec}"));
    }
    next.extend(
        report
            .findings
            .iter()
            .find(|finding| finding.severity == Severity::Error)
            .map(|finding| format!("forebay explain {}", finding.code)),
    );
    next
}

/// Stale and hand-edited regions as findings.
fn of_regions(gathered: &Gathered, plan: &[Planned]) -> Vec<Finding> {
    let finding = |planned: &Planned| {
        let (rule, what) = match planned.fate {
            Fate::Stale => (&rules::STALE, "is stale"),
            Fate::HandEdited => (&rules::HAND_EDITED, "was changed by hand"),
            Fate::Current | Fate::Unfilled => return None,
        };
        let id = planned.region.id.name();
        let finding = Finding::new(rule, id, "", format!("region `{id}` {what}"));
        Some(finding.at(format!("{}:{}", gathered.shown, planned.region.begin + 1)))
    };
    plan.iter().filter_map(finding).collect()
}

/// The unified difference; empty where there is none.
fn difference(name: &str, before: &[u8], after: &[u8]) -> Vec<u8> {
    let hunks = make::hunks(before, after, 3);
    if hunks.is_empty() {
        return Vec::new();
    }
    let mut out = format!("--- {name}\n+++ {name}\n").into_bytes();
    for hunk in &hunks {
        out.extend_from_slice(&hunk.print(false));
    }
    out
}

fn update(shell: &mut Shell<'_>, command: &SpecUpdate) -> Result<Status, Error> {
    let gathered = spec_input::gather(shell, &command.inputs)?;
    let items = items(shell, command)?;
    let date = spec_input::day(shell, command.date.as_deref())?;
    let plan = planned(&gathered, &items, Some(date))?;
    let edited: Vec<&Planned> = plan.iter().filter(|planned| planned.fate == Fate::HandEdited).collect();
    if !command.force && !edited.is_empty() {
        return Err(refuse_edited(&gathered, &edited));
    }
    let after = plan::updated(&gathered.spec, &plan, command.force);
    let changed = new_changes(&gathered, &items, date)?;
    if after == gathered.spec.source() && changed.is_none() {
        shell.ui.note(&format!("{}: every region is current", gathered.shown));
        return Ok(Status::Done);
    }
    settles(&gathered, &after, &items, date)?;
    shell.ui.print_raw(&difference(&gathered.shown, gathered.spec.source(), &after))?;
    if let Some(changed) = &changed {
        let before = gathered.changes.as_deref().unwrap_or_default();
        shell.ui.print_raw(&difference(&gathered.changes_name, before, changed))?;
    }
    if command.dry_run {
        return Ok(Status::Done);
    }
    if let Some(changed) = &changed {
        let path = gathered.path.with_file_name(&gathered.changes_name);
        write(&path, &gathered.changes_name, gathered.changes.as_deref(), changed)?;
        shell.ui.note(&format!("wrote {}", gathered.changes_name));
    }
    if after == gathered.spec.source() {
        return Ok(Status::Done);
    }
    if command.force {
        for planned in &edited {
            let kept = beside(&gathered.path, planned.region.id);
            fs::write(&kept, gathered.spec.text(&planned.region.body)).map_err(|error| steps::of_io(&error))?;
            shell.ui.note(&format!(
                "kept the old body of `{}` in `{}`",
                planned.region.id.name(),
                crate::io::shown(&kept)
            ));
        }
    }
    write(&gathered.path, &gathered.shown, Some(gathered.spec.source()), &after)?;
    shell.ui.note(&format!("wrote {}", gathered.shown));
    Ok(Status::Done)
}

/// The file of changes with an entry for this version, where the profile keeps one and it lacks something.
fn new_changes(gathered: &Gathered, items: &[String], day: i64) -> Result<Option<Vec<u8>>, Error> {
    let packaging = &gathered.profile.packaging;
    if packaging.changelog != Some(ChangelogMode::ChangesFile) {
        return Ok(None);
    }
    let (Some(packager), Some(version)) = (&packaging.packager, &gathered.profile.version) else {
        let error = Error::input(format!("no entry can be written into `{}`", gathered.changes_name));
        return Err(error.hint("write `packager` under `[changelog]` and `version` under `[package]`"));
    };
    let version = crate::version::rpm_text(version).text;
    let old = gathered.changes.as_deref().unwrap_or_default();
    let new = changes::updated(old, &NewChange { packager, version: &version, items, day });
    Ok(Some(new).filter(|new| new != old))
}

fn items(shell: &Shell<'_>, command: &SpecUpdate) -> Result<Vec<String>, Error> {
    let mut items = command.items.clone();
    if let Some(file) = &command.items_file {
        let bytes = fs::read_bounded(&shell.at(file), 1 << 24).map_err(|error| steps::of_io(&error))?;
        let text = String::from_utf8(bytes).map_err(|_| Error::input(format!("`{}` is not UTF-8", file.display())))?;
        items.extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
    }
    match items.iter().find(|item| item.trim().is_empty() || item.contains(char::is_control)) {
        Some(item) => {
            Err(Error::input(format!("`{}` is no line of text", crate::text::display::terminal(item.as_bytes()))))
        }
        None => Ok(items),
    }
}

fn refuse_edited(gathered: &Gathered, edited: &[&Planned]) -> Error {
    let tell = |planned: &&Planned| {
        let (name, line) = (planned.region.id.name(), planned.region.begin + 1);
        Error::input(format!("{}:{line}: region `{name}` was changed by hand; nothing was written", gathered.shown))
    };
    let mut all = edited.iter().map(tell);
    let mut first = all.next().unwrap_or_else(|| Error::input("a region was changed by hand"));
    first.more = all.collect();
    let last = first.more.pop();
    let hint = "move the change into forebay.toml or out of the region, or use `--force`, which keeps the old body beside the spec";
    match last {
        Some(last) => {
            first.more.push(last.hint(hint));
            first
        }
        None => first.hint(hint),
    }
}

/// What is written must read back as current: otherwise every run would change it again.
fn settles(gathered: &Gathered, after: &[u8], items: &[String], date: i64) -> Result<(), Error> {
    let spec = Document::parse(after);
    let again = plan::plan(&spec, gathered.inputs(items, Some(date)));
    let settled = again
        .as_ref()
        .is_ok_and(|plan| plan.iter().all(|planned| matches!(planned.fate, Fate::Current | Fate::Unfilled)));
    if settled {
        return Ok(());
    }
    Err(Error::new(
        Kind::Input,
        format!("{}: the new regions would not read back as they were written; nothing was written", gathered.shown),
    )
    .hint("a text of the profile or of a patch header gets in the way; `forebay spec print` shows the bodies"))
}

/// The file that keeps the old body of a region.
fn beside(spec: &Path, id: RegionId) -> PathBuf {
    let mut name = spec.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.old", id.name()));
    spec.with_file_name(name)
}

/// Replaces a file, unless somebody else wrote it meanwhile.
fn write(path: &Path, name: &str, before: Option<&[u8]>, after: &[u8]) -> Result<(), Error> {
    let now = fs::read_optional(path).map_err(|error| steps::of_io(&error))?;
    if now.as_deref() != before {
        return Err(Error::outside(format!(
            "`{name}` was changed by another program while this one ran; nothing was written"
        ))
        .hint("run the same command again"));
    }
    fs::write(path, after).map_err(|error| steps::of_io(&error))
}

/// The regions that were named.
pub fn region_ids(names: &[String]) -> Result<Vec<RegionId>, Error> {
    let id = |name: &String| {
        RegionId::parse(name).ok_or_else(|| {
            let error = Error::input(format!("there is no region `{name}`"));
            match nearest(name, RegionId::ALL.into_iter().map(RegionId::name)) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("`forebay spec print --help` names them"),
            }
        })
    };
    names.iter().map(id).collect()
}

fn init(shell: &mut Shell<'_>, command: &SpecInit) -> Result<Status, Error> {
    let wanted = region_ids(&command.regions)?;
    let gathered = spec_input::gather(shell, &command.inputs)?;
    let spec = &gathered.spec;
    let regions = region::find(spec).map_err(|errors| spec_input::of_markers(&gathered.shown, &errors))?;
    let material = Material::new(gathered.inputs(&[], Some(0)), spec, &regions);
    let mut insertions = Vec::new();
    for id in RegionId::ALL.into_iter().filter(|id| !regions.iter().any(|region| region.id == *id)) {
        let asked = wanted.contains(&id);
        if !asked && (!wanted.is_empty() || fragment::body(id, &material).is_none()) {
            continue;
        }
        if let Some(lines) = insert::counterpart(spec, id).filter(|_| !asked) {
            let (first, name) = (lines.start + 1, id.name());
            let (place, what) = match lines.len() {
                1 => (first.to_string(), "a hand-written line"),
                _ => (format!("{first}-{}", lines.end), "hand-written lines"),
            };
            shell.ui.note(&format!("{}:{place}: {what} that region `{name}` would replace; remove what it repeats and run `forebay spec init --region {name}`", gathered.shown));
            continue;
        }
        match insert::anchor(spec, id) {
            Some(line) => insertions.push(Insertion { id, line }),
            None => shell.ui.warn(&format!(
                "{}: no place for region `{}`: its section is missing",
                gathered.shown,
                id.name()
            )),
        }
    }
    let after = insert::insert(spec, &insertions);
    region::find(&Document::parse(&after)).map_err(|errors| spec_input::of_markers(&gathered.shown, &errors))?;
    shell.ui.print_raw(&difference(&gathered.shown, spec.source(), &after))?;
    if insertions.is_empty() {
        shell.ui.note(&format!("{}: nothing to insert", gathered.shown));
    } else if !command.dry_run {
        write(&gathered.path, &gathered.shown, Some(spec.source()), &after)?;
        shell.ui.note(&format!("wrote {}; `forebay spec update` fills the regions", gathered.shown));
    }
    Ok(Status::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_that_another_program_wrote_meanwhile_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weir.spec");
        std::fs::write(&path, "theirs").unwrap();
        let error = write(&path, "weir.spec", Some(b"what we read"), b"ours").unwrap_err();
        assert!(error.render().contains("`weir.spec` was changed by another program"), "{}", error.render());
        assert!(write(&folder.path().join("gone.spec"), "gone.spec", Some(b"what we read"), b"ours").is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"theirs");
        write(&path, "weir.spec", Some(b"theirs"), b"ours").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"ours");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
