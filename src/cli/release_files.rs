//! What `forebay release` writes besides the queue itself: single reports, and the folder that a CI job keeps.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::cli::error::Error;
use crate::cli::job::Job;
use crate::cli::shell::Shell;
use crate::cli::steps;
use crate::io::{fs, stage};
use crate::rebase::outcome::Outcome;
use crate::release::report::ReleaseReport;
use crate::report;
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
}

/// Every format with its word.
const FORMATS: [(&str, Format); 3] = [("text", Format::Text), ("markdown", Format::Markdown), ("json", Format::Json)];

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text.split_once('=').ok_or("write it as FORMAT=FILE, for example markdown=review.md")?;
        if file.is_empty() {
            return Err("the file's name is missing after `=`".to_owned());
        }
        let known = FORMATS.iter().find(|(word, _)| *word == format);
        let (_, format) = known.ok_or_else(|| {
            let words: Vec<&str> = FORMATS.iter().map(|(word, _)| *word).collect();
            format!("`{format}` is no format of this report; there are {}", words.join(", "))
        })?;
        Ok(Self { format: *format, file: file.into() })
    }
}

fn render(report: &ReleaseReport, format: Format) -> String {
    match format {
        Format::Text => report::release_text::render(report, &TextOptions { verbose: true, ..TextOptions::default() }),
        Format::Markdown => report::release_markdown::render(report),
        Format::Json => report::json::render(report),
    }
}

/// Writes every report that was asked for, and says whether one went to standard output.
pub fn write(shell: &mut Shell<'_>, wanted: &[ReportFile], report: &ReleaseReport) -> Result<bool, Error> {
    let mut printed = false;
    for wanted in wanted {
        let text = render(report, wanted.format);
        if wanted.file.as_os_str() == "-" {
            shell.ui.print_raw(text.as_bytes())?;
            printed = true;
        } else {
            fs::write(&shell.at(&wanted.file), text.as_bytes()).map_err(|error| steps::of_io(&error))?;
        }
    }
    Ok(printed)
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

    /// Writes everything beside its place first, then puts it in place; [`LAST`] closes.
    pub fn write(&self, job: &Job, outcome: &Outcome, report: &ReleaseReport) -> Result<(), Error> {
        let wrong = |error: crate::io::IoError| {
            steps::of_io(&error).hint(format!("a folder with artefacts is whole only where `{LAST}` stands in it"))
        };
        let next = self.folder.join(STAGE);
        fs::remove_dir(&next).map_err(wrong)?;
        fs::create_dir(&next.join(QUEUE)).map_err(wrong)?;
        for file in job.queue.export(&job.dispositions(outcome)).files {
            let Some(bytes) = file.bytes else { continue };
            let path = next.join(QUEUE).join(&file.path);
            fs::create_dir(path.parent().unwrap_or(&next)).map_err(wrong)?;
            stage::create(&path, &bytes, None).map_err(wrong)?;
        }
        let files = files(report);
        for (name, text) in &files {
            stage::create(&next.join(name), text.as_bytes(), None).map_err(wrong)?;
        }
        fs::remove_file(&self.folder.join(LAST)).map_err(wrong)?;
        let (queue, old) = (self.folder.join(QUEUE), next.join("old"));
        if fs::about(&queue).map_err(wrong)?.is_some() {
            fs::rename(&queue, &old).map_err(wrong)?;
        }
        fs::rename(&next.join(QUEUE), &queue).map_err(wrong)?;
        for name in NAMES.iter().filter(|name| files.iter().all(|(written, _)| written != *name)) {
            fs::remove_file(&self.folder.join(name)).map_err(wrong)?;
        }
        for (name, _) in &files {
            fs::rename(&next.join(name), &self.folder.join(name)).map_err(wrong)?;
        }
        fs::remove_dir(&next).map_err(wrong)
    }
}

/// Every file that a folder may hold besides the queue.
const NAMES: [&str; 6] = ["rebase.json", "audit.json", "spec.json", "release.md", "release.txt", LAST];

/// The files by name, [`LAST`] at the end.
fn files(report: &ReleaseReport) -> Vec<(&'static str, String)> {
    let mut files = vec![
        ("rebase.json", report::json::render(&report.rebase)),
        ("audit.json", report::json::render(&report.audit)),
        ("release.md", render(report, Format::Markdown)),
        ("release.txt", render(report, Format::Text)),
    ];
    files.extend(report.spec.as_ref().map(|spec| ("spec.json", report::json::render(spec))));
    files.push((LAST, render(report, Format::Json)));
    files
}

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
