//! The reports that `--report` asks for: their names on the command line, and writing them.
//!
//! `continue` and `skip` write them again, so that a file named once always tells how things stand.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::cli::error::Error;
use crate::cli::shell::Shell;
use crate::cli::{churn, rules, steps};
use crate::io::fs;
use crate::queue::Queue;
use crate::rebase::outcome::Outcome;
use crate::rebase::sides::{self, Sides};
use crate::report;
use crate::report::html::{Carried, Page};

/// A report to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// How it is written.
    pub format: ReportFormat,
    /// Where it goes; `-` is standard output.
    pub file: PathBuf,
}

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// The table that the terminal shows.
    Text,
    /// For a pull request.
    Markdown,
    /// For programs: schema `forebay.rebase/1`.
    Json,
    /// For a browser: one page that holds everything.
    Html,
}

/// The formats by the names that a person types.
const NAMES: [(&str, ReportFormat); 4] = [
    ("text", ReportFormat::Text),
    ("markdown", ReportFormat::Markdown),
    ("json", ReportFormat::Json),
    ("html", ReportFormat::Html),
];

impl ReportFile {
    /// True for `-`.
    pub fn is_stdout(&self) -> bool {
        self.file.as_os_str() == "-"
    }
}

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text.split_once('=').ok_or("write it as FORMAT=FILE, for example json=report.json")?;
        let known = NAMES.iter().find(|(name, _)| *name == format);
        let Some((_, format)) = known else {
            return Err(format!("`{format}` is no report format; there are text, markdown, json and html"));
        };
        if file.is_empty() {
            return Err("the file's name is missing after `=`".to_owned());
        }
        Ok(Self { format: *format, file: file.into() })
    }
}

impl fmt::Display for ReportFile {
    /// As it is typed; `FromStr` reads it back (it was typed as text, so that its name is text too).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, format)| *format == self.format).map_or("text", |(name, _)| name);
        write!(formatter, "{name}={}", self.file.display())
    }
}

/// Writes every report that was asked for; relative names start from the command's folder.
pub fn write(shell: &mut Shell<'_>, wanted: &[ReportFile], queue: &Queue, outcome: &Outcome) -> Result<(), Error> {
    let report = &outcome.report;
    for wanted in wanted {
        let text = match wanted.format {
            ReportFormat::Text => report::text::rebase(report, &report::text::TextOptions::default()),
            ReportFormat::Markdown => report::markdown::rebase(report),
            ReportFormat::Json => report::json::render(report),
            ReportFormat::Html => html(queue, outcome),
        };
        if wanted.is_stdout() {
            shell.ui.print_raw(text.as_bytes())?;
        } else {
            let path = shell.at(&wanted.file);
            fs::write(&path, text.as_bytes()).map_err(|error| steps::of_io(&error))?;
        }
    }
    Ok(())
}

/// The page of a carried queue.
fn html(queue: &Queue, outcome: &Outcome) -> String {
    let sides = |number: usize| texts(queue, outcome, number);
    let rebase = Some(Carried { report: &outcome.report, sides: &sides });
    // The page is about the queue as it is carried; a history that cannot be read takes nothing from it.
    let churn = churn::of_folder(&queue.root, "").unwrap_or_default().filter(|churn| churn.summary.patches > 0);
    let churn = churn.as_ref();
    report::html::render(&Page { rebase, churn, rules: rules::all().collect(), ..Page::default() })
}

/// The texts of the hunks of the patch with this number, by file and hunk; nothing where there is no such patch.
pub fn texts(queue: &Queue, outcome: &Outcome, number: usize) -> Vec<Vec<Sides>> {
    let parts = (queue.patches.get(number), outcome.report.patches.get(number), outcome.patches.get(number));
    let (Some(patch), Some(row), Some(result)) = parts else { return Vec::new() };
    sides::of(patch, row, result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_shows() {
        for text in ["json=a/b.json", "markdown=-", "text=x=y", "html=a"] {
            assert_eq!(text.parse::<ReportFile>().map(|file| file.to_string()), Ok(text.to_owned()));
        }
        assert!("json=-".parse::<ReportFile>().is_ok_and(|file| file.is_stdout()));
        for wrong in ["json", "json=", "yaml=x"] {
            assert!(wrong.parse::<ReportFile>().is_err(), "{wrong}");
        }
    }
}
