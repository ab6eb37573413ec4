//! What an audit is held against: an earlier audit, the entries that silence findings, and the day it is.

use std::path::Path;

use crate::audit::report::{AuditReport, SCHEMA};
use crate::cli::error::{Error, Kind};
use crate::cli::shell::Shell;
use crate::cli::{project, steps};
use crate::finding::ack::Ack;
use crate::io::{clock, fs};
use crate::patch::date::{self, Moment};
use crate::profile::acks;

/// The file of entries that is read without being named.
const ACKS: &str = "forebay.ack.toml";
/// The largest report that is read, in bytes.
const LIMIT: u64 = 256 << 20;

/// Reads an earlier audit from `path`, which is shown as `shown`.
pub fn read(path: &Path, shown: &str) -> Result<AuditReport, Error> {
    let missing = || Error::input(format!("no audit report `{shown}`"));
    let wrong = |error: Error| error.hint("`forebay audit-bundled TREE --report json=FILE` writes one");
    let bytes = fs::read_bounded(path, LIMIT)
        .map_err(|error| if error.is_not_found() { wrong(missing()) } else { steps::of_io(&error) })?;
    // Reports have megabytes: only one that is not taken as it stands is looked at twice, to say why.
    if let Some(report) = serde_json::from_slice(&bytes).ok().filter(|report: &AuditReport| report.schema == SCHEMA) {
        return Ok(report);
    }
    let value: serde_json::Value = serde_json::from_slice(&bytes)
        .map_err(|error| wrong(Error::input(format!("`{shown}` is no JSON report")).because(error)))?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => {
            return Err(wrong(Error::input(format!(
                "`{shown}` is a report of schema `{}`, not `{SCHEMA}`",
                crate::text::display::terminal(other.as_bytes())
            ))));
        }
        None => {
            return Err(wrong(Error::input(format!(
                "`{shown}` names no schema; a baseline is a report of schema `{SCHEMA}`"
            ))));
        }
    }
    serde_json::from_value(value)
        .map_err(|error| wrong(Error::input(format!("`{shown}` is no whole report")).because(error)))
}

/// The entries of the named file, or of the one beside the profile.
pub fn acks(shell: &Shell<'_>, file: Option<&Path>) -> Result<Vec<Ack>, Error> {
    let beside = || project::find(shell).and_then(|profile| profile.parent().map(|folder| folder.join(ACKS)));
    let (path, shown) = file.map_or_else(
        || (beside().unwrap_or_else(|| shell.at(ACKS)), ACKS.to_owned()),
        |file| (shell.at(file), file.display().to_string()),
    );
    let found = match file {
        Some(_) => Some(fs::read(&path).map_err(|error| steps::of_io(&error))?),
        None => fs::read_optional(&path).map_err(|error| steps::of_io(&error))?,
    };
    let Some(bytes) = found else { return Ok(Vec::new()) };
    let text =
        String::from_utf8(bytes).map_err(|error| Error::input(format!("`{shown}` is not UTF-8")).because(error))?;
    acks::parse(&text, &shown).map_err(|error| Error::of(Kind::Input, &error).hint(error.hint()))
}

/// The moment that reports speak of: `SOURCE_DATE_EPOCH` where it is set, else now.
fn moment(shell: &Shell<'_>) -> i64 {
    epoch(shell).unwrap_or_else(clock::now)
}

fn epoch(shell: &Shell<'_>) -> Option<i64> {
    shell.environment.get("SOURCE_DATE_EPOCH")?.to_str()?.parse().ok()
}

/// The day in UTC, `YYYY-MM-DD`.
pub fn today(shell: &Shell<'_>) -> String {
    date::day(Moment { seconds: moment(shell), offset: 0 })
}

/// What formats that demand a moment of creation get: `SOURCE_DATE_EPOCH`, else the epoch, so that same input means same bytes.
pub fn created(shell: &Shell<'_>) -> String {
    date::utc(epoch(shell).unwrap_or(0))
}

/// The same moment as a mail and `debian/changelog` write it: `Thu, 01 Jan 1970 00:00:00 +0000`.
pub fn mail_date(shell: &Shell<'_>) -> String {
    date::print(Moment { seconds: epoch(shell).unwrap_or(0), offset: 0 })
}
