//! What `forebay release` writes besides the queue itself: single reports, and the folder that a CI job keeps.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::cli::audit_bundled::FailOn;
use crate::cli::error::Error;
use crate::cli::job::Job;
use crate::cli::project::Project;
use crate::cli::shell::Shell;
use crate::cli::{audit_baseline, findings_format, reports, rules, steps};
use crate::finding::Finding;
use crate::io::{fs, stage};
use crate::queue::Queue;
use crate::rebase::outcome::Outcome;
use crate::rebase::report as patch;
use crate::release::report::{ReleaseReport, Verdict};
use crate::report;
use crate::report::html::{Carried, Group, Page};
use crate::report::release_changelog::Signature;
use crate::report::text::TextOptions;

/// A report to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// How it is written.
    pub format: Format,
    /// Where it goes; `-` is standard output.
    pub file: PathBuf,
}

/// The formats of a release report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// What the terminal shows.
    Text,
    /// For a pull request.
    Markdown,
    /// For programs: schema `forebay.release/1`.
    Json,
    /// For code hosts and editors: SARIF 2.1.0.
    Sarif,
    /// For CI systems that show tests.
    Junit,
    /// An entry of `debian/changelog`.
    Debian,
    /// Items of an RPM `%changelog`.
    Rpm,
    /// The same items without a form.
    Plain,
    /// The text of a pull request.
    PullRequest,
    /// For a browser: one file, without any request to the network.
    Html,
}

/// Every format with its word, and the file that holds it in a folder of artefacts; the last one is [`LAST`].
const FORMATS: [(&str, Format, &str); 10] = [
    ("text", Format::Text, "release.txt"),
    ("markdown", Format::Markdown, "release.md"),
    ("html", Format::Html, "release.html"),
    ("sarif", Format::Sarif, "release.sarif"),
    ("junit", Format::Junit, "junit.xml"),
    ("debian", Format::Debian, "changelog.debian"),
    ("rpm", Format::Rpm, "changelog.rpm"),
    ("plain", Format::Plain, "changelog.txt"),
    ("pull-request", Format::PullRequest, "pull-request.md"),
    ("json", Format::Json, LAST),
];

impl ReportFile {
    fn is_stdout(&self) -> bool {
        self.file.as_os_str() == "-"
    }
}

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text.split_once('=').ok_or("write it as FORMAT=FILE, for example markdown=review.md")?;
        if file.is_empty() {
            return Err("the file's name is missing after `=`".to_owned());
        }
        let known = FORMATS.iter().find(|(word, ..)| *word == format);
        let (_, format, _) = known.ok_or_else(|| {
            let words: Vec<&str> = FORMATS.iter().map(|(word, ..)| *word).collect();
            format!("`{format}` is no format of this report; there are {}", words.join(", "))
        })?;
        Ok(Self { format: *format, file: file.into() })
    }
}

/// What was found, and what it was found in.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// The report.
    pub report: &'a ReleaseReport,
    /// The queue as it was.
    pub queue: &'a Queue,
    /// The queue as it was carried.
    pub outcome: &'a Outcome,
}

/// What the formats need besides the report.
pub struct Rendering<'a> {
    /// What ends the run with status 1.
    pub gates: &'a [FailOn],
    /// True where a patch for review does.
    pub review: bool,
    /// Who signs a changelog.
    pub signature: Option<&'a Signature>,
}

impl Rendering<'_> {
    fn render(&self, found: Found<'_>, format: Format) -> String {
        let report = found.report;
        let fails = |finding: &Finding| self.gates.iter().any(|gate| gate.fails(std::slice::from_ref(finding)));
        match format {
            Format::Text => {
                report::release_text::render(report, &TextOptions { verbose: true, ..TextOptions::default() })
            }
            Format::Markdown => report::release_markdown::render(report),
            Format::Json => report::json::render(report),
            Format::Sarif => findings_format::sarif(&report.decisions()),
            Format::Junit => report::junit::render(report, self.review, &fails),
            Format::Debian => report::release_changelog::debian(report, self.signature),
            Format::Rpm => report::release_changelog::rpm(report),
            Format::Plain => report::release_changelog::plain(report),
            Format::PullRequest => report::release_request::render(report),
            Format::Html => html(found),
        }
    }

    /// Writes every report that goes to a file.
    pub fn write(&self, shell: &Shell<'_>, found: Found<'_>, wanted: &[ReportFile]) -> Result<(), Error> {
        for wanted in wanted.iter().filter(|wanted| !wanted.is_stdout()) {
            let text = self.render(found, wanted.format);
            fs::write(&shell.at(&wanted.file), text.as_bytes()).map_err(|error| steps::of_io(&error))?;
        }
        Ok(())
    }

    /// Prints every report that goes to standard output, and says whether there was one.
    pub fn print(&self, shell: &mut Shell<'_>, found: Found<'_>, wanted: &[ReportFile]) -> Result<bool, Error> {
        let mut printed = false;
        for wanted in wanted.iter().filter(|wanted| wanted.is_stdout()) {
            shell.ui.print_raw(self.render(found, wanted.format).as_bytes())?;
            printed = true;
        }
        Ok(printed)
    }

    /// The files of a folder of artefacts by name, `LAST` at the end.
    pub fn files(&self, found: Found<'_>) -> Vec<(&'static str, String)> {
        let report = found.report;
        let mut files =
            vec![(PARTS[0], report::json::render(&report.rebase)), (PARTS[1], report::json::render(&report.audit))];
        files.extend(report.spec.as_ref().map(|spec| (PARTS[2], report::json::render(spec))));
        files.extend(FORMATS.iter().map(|(_, format, name)| (*name, self.render(found, *format))));
        files
    }
}

/// The page: the parts as they are on pages of their own, and what the new release brings.
fn html(found: Found<'_>) -> String {
    let report = found.report;
    let rows: Vec<Finding> = report.deltas.iter().map(|delta| delta.finding.clone()).collect();
    let spec = report.spec.as_ref().map(|spec| spec.findings.as_slice()).unwrap_or_default();
    let sides = |number: usize| reports::texts(found.queue, found.outcome, number);
    let verdict = match report.verdict {
        Verdict::Clean => patch::Verdict::Merged,
        Verdict::Review => patch::Verdict::Review,
        Verdict::Conflict => patch::Verdict::Conflict,
    };
    report::html::render(&Page {
        churn: None,
        decide: report.rows(),
        package: &report.package,
        rebase: Some(Carried { report: &report.rebase, sides: &sides }),
        audit: Some(&report.audit),
        groups: vec![
            Group { title: "New with this release", findings: &rows },
            Group { title: "Spec", findings: spec },
            Group { title: "Entries of forebay.ack.toml", findings: &report.findings },
        ],
        rules: rules::all().collect(),
        verdict: Some(verdict),
    })
}

/// Who signs: the packager of the profile, at the moment that `SOURCE_DATE_EPOCH` says, else at the epoch, so that the same input
/// gives the same bytes; `dch --release` writes the true one.
pub fn signature(shell: &Shell<'_>, project: Option<&Project>) -> Option<Signature> {
    let packager = project?.profile.packaging.packager.clone()?;
    Some(Signature { packager, date: audit_baseline::mail_date(shell) })
}

/// The file that is written last and removed first: where it stands, the folder is whole.
const LAST: &str = "release.json";
/// The folder of the carried queue.
const QUEUE: &str = "queue";
/// Where everything is made before it takes its place.
const STAGE: &str = ".next";

/// The folder that a CI job keeps.
#[derive(Debug)]
pub struct Artefacts {
    folder: PathBuf,
}

impl Artefacts {
    /// Takes a folder that is new, empty or was written by an earlier run; another one is refused.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let names = fs::list(folder).map_err(|error| steps::of_io(&error))?;
        let ours = names.is_empty() || names.iter().any(|name| name == LAST || name == STAGE);
        if ours {
            return Ok(Self { folder: folder.to_path_buf() });
        }
        let shown = crate::io::shown(folder);
        Err(Error::input(format!("`{shown}` is not empty, and forebay did not write what lies there"))
            .hint("name a new or empty folder with `--artefacts`"))
    }

    /// Makes everything beside its place: what cannot be written is told before the queue is touched.
    pub fn stage(&self, job: &Job, outcome: &Outcome, files: &[(&'static str, String)]) -> Result<(), Error> {
        let next = self.folder.join(STAGE);
        fs::remove_dir(&next).map_err(|error| told(&error))?;
        fs::create_dir(&next.join(QUEUE)).map_err(|error| told(&error))?;
        for file in job.queue.export(&job.dispositions(outcome)).files {
            let Some(bytes) = file.bytes else { continue };
            let path = next.join(QUEUE).join(&file.path);
            fs::create_dir(path.parent().unwrap_or(&next)).map_err(|error| told(&error))?;
            stage::create(&path, &bytes, None).map_err(|error| told(&error))?;
        }
        for (name, text) in files {
            stage::create(&next.join(name), text.as_bytes(), None).map_err(|error| told(&error))?;
        }
        Ok(())
    }

    /// Puts in place what was staged; `LAST` goes first and comes last.
    pub fn finish(&self) -> Result<(), Error> {
        let (next, queue) = (self.folder.join(STAGE), self.folder.join(QUEUE));
        fs::remove_file(&self.folder.join(LAST)).map_err(|error| told(&error))?;
        fs::remove_dir(&queue).map_err(|error| told(&error))?;
        fs::rename(&next.join(QUEUE), &queue).map_err(|error| told(&error))?;
        let names = PARTS.into_iter().chain(FORMATS.iter().map(|(_, _, name)| *name));
        for name in names {
            let (from, to) = (next.join(name), self.folder.join(name));
            match fs::about(&from).map_err(|error| told(&error))? {
                Some(_) => fs::rename(&from, &to).map_err(|error| told(&error))?,
                None => fs::remove_file(&to).map_err(|error| told(&error))?,
            }
        }
        fs::remove_dir(&next).map_err(|error| told(&error))
    }
}

fn told(error: &crate::io::IoError) -> Error {
    steps::of_io(error).hint(format!("a folder of artefacts is whole only where `{LAST}` stands in it"))
}

/// The three documents as files of their own.
const PARTS: [&str; 3] = ["rebase.json", "audit.json", "spec.json"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_named_by_format_and_file() {
        assert_eq!("json=a".parse(), Ok(ReportFile { format: Format::Json, file: "a".into() }));
        for wrong in ["json", "xml=a", "json="] {
            assert!(wrong.parse::<ReportFile>().is_err(), "{wrong}");
        }
    }
}
