//! The newer releases of upstream: a table for a terminal, JSON for programs, bare tags for a shell.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::escape;
use crate::report::style::{self, Line, Role, Span};
use crate::report::table::{Column, Overflow, layout};
use crate::report::text::{self, TextOptions};
use crate::text::plural::plural;

/// The name and number of the form.
pub const SCHEMA: &str = "forebay.watch/1";

/// What a look at the remote found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Watch {
    /// Always `forebay.watch/1`.
    pub schema: String,
    /// The package.
    pub package: String,
    /// The version that releases have to be newer than.
    pub after: String,
    /// Releases that were not told before, newest first within each channel, channels in the order of the profile.
    pub releases: Vec<NewRelease>,
}

/// A release that is newer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NewRelease {
    /// The channel, as the profile names it.
    pub channel: String,
    /// Its version.
    pub version: String,
    /// Its tag.
    pub tag: String,
    /// Newer releases of the channel that come before this one.
    pub between: usize,
    /// The command that judges it.
    pub command: String,
}

const COLUMNS: [Column; 4] = [
    Column { title: "channel", right: false, overflow: Overflow::Keep },
    Column { title: "version", right: false, overflow: Overflow::Keep },
    Column { title: "tag", right: false, overflow: Overflow::CutStart(12) },
    Column { title: "between", right: true, overflow: Overflow::Keep },
];

/// The table, or one sentence where there is nothing new, and the commands to type next.
pub fn text(watch: &Watch, options: &TextOptions) -> String {
    let plain = |text: String| Span { role: Role::Plain, text };
    let row = |release: &NewRelease| {
        vec![
            Span { role: Role::Name, text: escape::line(&release.channel) },
            Span { role: Role::Heading, text: escape::line(&release.version) },
            plain(escape::line(&release.tag)),
            plain(release.between.to_string()),
        ]
    };
    let rows: Vec<Vec<Span>> = watch.releases.iter().map(row).collect();
    let mut lines = if rows.is_empty() { Vec::new() } else { layout(&COLUMNS, &rows, options.width) };
    let package = if watch.package.is_empty() { "upstream" } else { &watch.package };
    let found = match rows.len() {
        0 => "nothing new".to_owned(),
        count => plural(count, "new release", "new releases"),
    };
    lines.push(Line::new().with(Role::Plain, &escape::line(&format!("{package}: {found} after {}", watch.after))));
    lines.extend(text::next(&options.next));
    style::painted(&lines, options.color)
}

/// The tags alone, one a line, each once: nothing where nothing is new.
pub fn tags(watch: &Watch) -> String {
    let mut told: Vec<&str> = Vec::new();
    for release in &watch.releases {
        if !told.contains(&release.tag.as_str()) {
            told.push(&release.tag);
        }
    }
    told.iter().map(|tag| format!("{tag}\n")).collect()
}
