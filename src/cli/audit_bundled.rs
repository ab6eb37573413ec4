//! `forebay audit-bundled`: its flags and what they mean.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::advisory::{self, Dump, DumpError, Subject};
use crate::audit::baseline;
use crate::audit::build_report::BuildReport;
use crate::audit::execute::{self, AuditError, Request};
use crate::audit::report::AuditReport;
use crate::audit::{check, package_lists, system, tools, verdict, vulnerable};
use crate::cli::audit_build::{self, BuildFlags, Emit};
use crate::cli::audit_system::{self, SystemIndex};
use crate::cli::error::{Error, Kind};
use crate::cli::exit::Status;
use crate::cli::shell::Shell;
use crate::cli::{audit_baseline, findings_format, project, rules, steps, upstream};
use crate::distro::Index;
use crate::finding::ack::Ack;
use crate::finding::{Finding, Severity, ack};
use crate::io::{cache, fs};
use crate::manifest::{self, Parsed};
use crate::path::RepoPath;
use crate::profile::catalog::Catalog;
use crate::report;
use crate::report::html::Page;
use crate::report::package_lists::List;
use crate::report::text::TextOptions;
use crate::tree::Tree;

/// List everything that a tree bundles, with version, licence and origin
///
/// One pass over the tree joins what metadata declares with what the code shows: markers of known libraries, build files, licence
/// texts, prebuilt files. What contradicts itself, is missing or is declared nowhere is reported. A second run reads only what changed.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
TREE is `git:PATH#REV`, a folder, a tarball, or a bare tag or version where forebay.toml says where releases lie.

Examples:
  forebay audit-bundled chromium-150.0.7871.181
  forebay audit-bundled git:../src.git#150.0.7871.181 --report json=audit.json
  forebay audit-bundled 151.0.7922.34 --baseline audit.json --report markdown=review.md
  forebay audit-bundled . --system fedora-44=repodata --system /var/lib/pacman/sync/extra.db
  forebay audit-bundled . --osv all.zip --format openvex > bundled.vex.json
  forebay audit-bundled . --format cyclonedx > bundled.cdx.json
  forebay audit-bundled . --gn-args args.gn --root //chrome --emit keeplibs
  forebay audit-bundled . --ignore-metadata")]
pub struct AuditBundled {
    /// The tree; where not given, the release that forebay.toml names, else this folder
    #[arg(value_name = "TREE")]
    pub tree: Option<String>,
    /// What is looked at, and what it is held against.
    #[command(flatten)]
    pub looks: AuditFlags,
    /// What ends the run with status 1: note, warning, error, never, or the code of a finding
    #[arg(long, value_name = "SEVERITY_OR_CODE", default_value = "error")]
    pub fail_on: FailOn,
    /// Print a list to paste instead of the report: keeplibs, gn-system-libs, keepers, keepers-compared,
    /// prep-removal, files-excluded, or moved (what moved in the build since `--baseline`)
    #[arg(long, value_name = "LIST")]
    pub emit: Option<Emit>,
    /// What standard output shows: text, markdown, json, sarif, cyclonedx, spdx, openvex or html
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// Also write a report, as FORMAT=FILE with one of these formats; repeatable
    #[arg(long, value_name = "FORMAT=FILE")]
    pub report: Vec<ReportFile>,
    /// The most threads to use; as many as the machine has where not given
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}

/// What an audit looks at and what it is held against: the flags that `audit-bundled` and `release` share.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct AuditFlags {
    /// Look at the code alone: files that only declare components are hidden
    #[arg(long)]
    pub ignore_metadata: bool,
    /// The package's debian/copyright, where it does not lie in the tree: a second opinion on licences
    #[arg(long, value_name = "FILE")]
    pub debian_copyright: Option<PathBuf>,
    /// A package index of your distribution, as INDEX or NAME=INDEX: what it ships of each component is told; repeatable
    ///
    /// RPM repodata, Debian Packages or Sources, APKINDEX, an Arch .db or a Gentoo md5-cache, plain or compressed. A version that is
    /// too old or a library that no index has is a blocker, and counts in verdicts where the build is looked at too.
    #[arg(long, value_name = "INDEX")]
    pub system: Vec<SystemIndex>,
    /// The build, and what is said of it.
    #[command(flatten)]
    pub build: BuildFlags,
    /// A dump of known vulnerabilities in the OSV schema: a zip file or a folder of JSON files; repeatable
    ///
    /// A record that names the bundled commit is an error, one that is about the version a warning: the copy may hold the fix. What the
    /// metadata calls `Mitigated` is reported and is no finding.
    #[arg(long, value_name = "PATH")]
    pub osv: Vec<PathBuf>,
    /// An earlier audit (JSON) to compare with: what is new, gone or moved is reported
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Entries that silence findings; forebay.ack.toml beside forebay.toml where not given
    #[arg(long, value_name = "FILE")]
    pub ack: Option<PathBuf>,
}

/// What ends a run with status 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FailOn {
    /// A finding of this severity or a worse one.
    Severity(Severity),
    /// A finding of this code.
    Code(String),
    /// Nothing.
    #[default]
    Never,
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let severities = [Severity::Note, Severity::Warning, Severity::Error];
        if let Some(severity) = severities.into_iter().find(|severity| severity.word() == text) {
            return Ok(Self::Severity(severity));
        }
        match text {
            "never" => Ok(Self::Never),
            code if rules::all().any(|rule| rule.code == code) => Ok(Self::Code(code.to_owned())),
            _ => {
                Err("neither a severity (note, warning, error, never) nor a code that `forebay explain` lists"
                    .to_owned())
            }
        }
    }
}

impl FailOn {
    /// True where one of the findings ends the run with status 1.
    pub fn fails(&self, findings: &[Finding]) -> bool {
        findings.iter().any(|finding| match self {
            Self::Severity(severity) => finding.severity >= *severity,
            Self::Code(code) => finding.code == *code,
            Self::Never => false,
        })
    }
}

/// The formats of an audit report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    #[default]
    Text,
    /// For a pull request.
    Markdown,
    /// For programs: schema `forebay.audit/1`.
    Json,
    /// The findings for code hosts and editors: SARIF 2.1.0.
    Sarif,
    /// The components as a CycloneDX 1.6 bill of materials.
    Cyclonedx,
    /// The components as an SPDX 2.3 document.
    Spdx,
    /// The states of known vulnerabilities as an OpenVEX 0.2.0 document.
    Openvex,
    /// For a browser: one page that holds everything.
    Html,
}

/// Every format with its word.
const FORMATS: [(&str, Format); 8] = [
    ("text", Format::Text),
    ("markdown", Format::Markdown),
    ("json", Format::Json),
    ("sarif", Format::Sarif),
    ("cyclonedx", Format::Cyclonedx),
    ("spdx", Format::Spdx),
    ("openvex", Format::Openvex),
    ("html", Format::Html),
];

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = FORMATS.iter().find(|(word, _)| *word == text);
        known.map(|(_, format)| *format).ok_or_else(|| {
            let words: Vec<&str> = FORMATS.iter().map(|(word, _)| *word).collect();
            format!("`{text}` is no format of this report; there are {}", words.join(", "))
        })
    }
}

/// A report to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// How it is written.
    pub format: Format,
    /// Where it goes; `-` is standard output.
    pub file: PathBuf,
}

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text.split_once('=').ok_or("write it as FORMAT=FILE, for example json=audit.json")?;
        if file.is_empty() {
            return Err("the file's name is missing after `=`".to_owned());
        }
        Ok(Self { format: format.parse()?, file: file.into() })
    }
}

/// What an audit is held against, read before any tree is: a baseline, a list or an index that cannot be read is told at once.
pub struct Against {
    /// The earlier audit.
    pub baseline: Option<AuditReport>,
    /// The entries that silence findings.
    pub acks: Vec<Ack>,
    indexes: Vec<Index>,
    osv: Vec<PathBuf>,
    catalog: Catalog,
    ignore_metadata: bool,
    copyright: Option<(RepoPath, Parsed)>,
    build: BuildFlags,
}

impl Against {
    /// Reads what the flags name.
    pub fn read(shell: &Shell<'_>, flags: &AuditFlags) -> Result<Self, Error> {
        let baseline = flags.baseline.as_deref();
        let baseline = baseline.map(|file| audit_baseline::read(&shell.at(file), &file.display().to_string()));
        Ok(Self {
            baseline: baseline.transpose()?,
            acks: audit_baseline::acks(shell, flags.ack.as_deref())?,
            indexes: audit_system::read(shell, &flags.system)?,
            osv: flags.osv.clone(),
            catalog: Catalog::built_in(),
            ignore_metadata: flags.ignore_metadata,
            copyright: flags.debian_copyright.as_deref().map(|file| copyright(shell, file)).transpose()?,
            build: flags.build.clone(),
        })
    }

    /// The same that also looks at the build, since a list of it is wanted.
    fn with_build(mut self, wanted: bool) -> Self {
        self.build.unbundle |= wanted;
        self
    }

    /// Audits a tree and joins it with the package indexes; nothing is compared or silenced yet.
    pub fn audit(&self, shell: &Shell<'_>, tree: &dyn Tree, jobs: Option<NonZeroUsize>) -> Result<AuditReport, Error> {
        let variable = |name: &str| shell.environment.get(name).map(std::ffi::OsStr::to_os_string);
        let progress = shell.progress();
        let plan = self.build.plan(shell, project::load(shell)?.as_ref(), tree)?;
        let jobs = jobs.map(NonZeroUsize::get);
        let request = Request {
            tree,
            catalog: &self.catalog,
            ignore_metadata: self.ignore_metadata,
            copyright: self.copyright.as_ref(),
            cache: cache::folder(&variable),
            jobs,
            build: plan.options(jobs),
            progress: &progress,
        };
        let mut report = execute::execute(&request).map_err(|error| match error {
            AuditError::Tree(error) => upstream::of_tree(&error),
            AuditError::Cancelled => Error::new(Kind::Interrupted, "interrupted"),
        })?;
        system::join(&mut report, &self.indexes, &self.catalog);
        let too_old = tools::join(&mut report, &self.indexes);
        report.findings.extend(too_old);
        verdict::decide(&mut report, &plan.packaging.unbundling);
        package_lists::mark(&mut report, &plan.lists);
        let exists = |paths: &[&str]| audit_build::exist(tree, paths);
        report.findings.extend(package_lists::check(&report, &plan.lists, &exists));
        check::sort(&mut report.findings);
        if !self.osv.is_empty() {
            let dumps = self.dumps(shell, &vulnerable::subjects(&report))?;
            vulnerable::join(&mut report, &dumps);
        }
        Ok(report)
    }

    /// Reads the dumps of vulnerabilities, keeping what may be about one of the subjects.
    fn dumps(&self, shell: &Shell<'_>, subjects: &[Subject]) -> Result<Vec<Dump>, Error> {
        let open = |path: &PathBuf| {
            let shown = crate::io::shown(path);
            advisory::open(&shell.at(path), &shown, subjects).map_err(|error| {
                let kind = if matches!(error, DumpError::Empty(_)) { Kind::Input } else { Kind::Outside };
                Error::of(kind, &error).hint(error.hint())
            })
        };
        self.osv.iter().map(open).collect()
    }
}

/// The longest `debian/copyright`; the longest real ones have below 2 MB.
const COPYRIGHT_LIMIT: u64 = 16 << 20;

/// Reads a `debian/copyright`, which is called by that name wherever it lies.
fn copyright(shell: &Shell<'_>, file: &Path) -> Result<(RepoPath, Parsed), Error> {
    let bytes = fs::read_bounded(&shell.at(file), COPYRIGHT_LIMIT).map_err(|error| steps::of_io(&error))?;
    let path = RepoPath::parse(b"debian/copyright").map_err(|error| Error::of(Kind::Input, &error))?;
    let parsed = manifest::parse(manifest::Format::DebianCopyright, &path, &bytes);
    if parsed.declared.is_empty() {
        let shown = crate::io::shown(file);
        let error = Error::input(format!("`{shown}` is not in the machine-readable form of debian/copyright"));
        return Err(error.hint("it begins with `Format:` and has `Files:` paragraphs (DEP-5)"));
    }
    Ok((path, parsed))
}

impl AuditBundled {
    /// Runs the command.
    pub fn run(self, shell: &mut Shell<'_>) -> Result<Status, Error> {
        let against = Against::read(shell, &self.looks)?.with_build(self.emit.is_some());
        if self.emit == Some(Emit(List::Moved)) && against.baseline.is_none() {
            let told = Error::input("there is nothing to compare with");
            return Err(told.hint("`--baseline FILE` names an earlier audit's JSON"));
        }
        let project = project::load(shell)?;
        let named = self.tree.clone().or_else(|| project.as_ref()?.profile.version.clone());
        let opened = upstream::open(shell, project.as_ref(), named.as_deref().unwrap_or("./"))?;
        let mut report = against.audit(shell, &*opened.tree, self.jobs)?;
        report.changes = against.baseline.as_ref().map(|before| baseline::compare(before, &report));
        let acks = &against.acks;
        report.findings = ack::apply(std::mem::take(&mut report.findings), acks, &audit_baseline::today(shell));
        report.summary.findings = report.findings.len();
        if let Some(Emit(list)) = self.emit {
            let compares = |build: &BuildReport| build.shims.iter().any(|shim| shim.kept.is_some());
            if list == List::KeepersCompared && !report.build.as_ref().is_some_and(compares) {
                let hint = "name the package's list under `[unbundle]` in forebay.toml: `keepers = \"debian/scripts/unbundle\"`";
                return Err(Error::input("there is no list of kept shims to compare with").hint(hint));
            }
            let text = report::package_lists::render(&report, list);
            shell.ui.print_raw(text.as_bytes())?;
        }
        let created = audit_baseline::created(shell);
        for wanted in &self.report {
            let options = TextOptions { verbose: true, ..TextOptions::default() };
            let text = render(&report, wanted.format, &options, &created);
            if wanted.file.as_os_str() == "-" {
                shell.ui.print_raw(text.as_bytes())?;
            } else {
                let path = shell.at(&wanted.file);
                fs::write(&path, text.as_bytes()).map_err(|error| steps::of_io(&error))?;
            }
        }
        if self.emit.is_none() && !self.report.iter().any(|wanted| wanted.file.as_os_str() == "-") {
            self.show(shell, &report, &created)?;
        }
        Ok(if self.fail_on.fails(&report.findings) { Status::Findings } else { Status::Done })
    }

    fn show(&self, shell: &mut Shell<'_>, report: &AuditReport, created: &str) -> Result<(), Error> {
        let mut options = steps::looks(shell);
        if let Some(worst) = report.findings.first() {
            options.next.push(format!("forebay explain {}", worst.code));
        }
        shell.ui.print_raw(render(report, self.format, &options, created).as_bytes())
    }
}

fn render(report: &AuditReport, format: Format, options: &TextOptions, created: &str) -> String {
    match format {
        Format::Text => report::audit_text::audit(report, options),
        Format::Markdown => report::audit_markdown::render(report),
        Format::Json => report::json::render(report),
        Format::Sarif => findings_format::sarif(&report.findings),
        Format::Cyclonedx => report::cyclonedx::render(report),
        Format::Spdx => report::spdx::render(report, created),
        Format::Openvex => report::openvex::render(report, created),
        Format::Html => {
            let rules = rules::all().collect();
            report::html::render(&Page { audit: Some(report), rules, ..Page::default() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_and_wrong_ones_named() {
        assert_eq!("warning".parse(), Ok(FailOn::Severity(Severity::Warning)));
        assert_eq!("never".parse(), Ok(FailOn::Never));
        assert_eq!("patch-review".parse(), Ok(FailOn::Code("patch-review".into())));
        assert!("warnings".parse::<FailOn>().unwrap_err().contains("explain"));
        assert_eq!("json=a".parse(), Ok(ReportFile { format: Format::Json, file: "a".into() }));
        for wrong in ["json", "xml=a", "json="] {
            assert!(wrong.parse::<ReportFile>().is_err(), "{wrong}");
        }
    }
}
