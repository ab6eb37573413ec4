//! Lists of an audit in the forms that packages state them, to paste.

use std::fmt::Write as _;

use crate::audit::report::{AuditReport, Component, Verdict};
use crate::audit::shims::KEPT;

/// A list that a package states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Paths that the script which removes bundled libraries keeps, one a line.
    Keeplibs,
    /// The names of the shims to use, one a line.
    GnSystemLibs,
    /// The names of the shims not to use, each with the reason.
    Keepers,
    /// Shell lines that remove what the build does not need.
    PrepRemoval,
    /// The field `Files-Excluded` of a Debian source package.
    FilesExcluded,
}

/// Every list with its word.
const LISTS: [(&str, List); 5] = [
    ("keeplibs", List::Keeplibs),
    ("gn-system-libs", List::GnSystemLibs),
    ("keepers", List::Keepers),
    ("prep-removal", List::PrepRemoval),
    ("files-excluded", List::FilesExcluded),
];

impl List {
    /// The list with this word.
    pub fn parse(word: &str) -> Option<Self> {
        LISTS.iter().find(|(known, _)| *known == word).map(|(_, list)| *list)
    }

    /// All words.
    pub fn words() -> impl Iterator<Item = &'static str> {
        LISTS.iter().map(|(word, _)| *word)
    }
}

/// Files that stay where a library's code goes: what GN reads, and what says what was there.
const KEPT_NAMES: [&str; 7] = ["*.gn", "*.gni", "README.chromium", "LICENSE*", "LICENCE*", "COPYING*", "NOTICE*"];

/// The list as text.
pub fn render(report: &AuditReport, list: List) -> String {
    let Some(build) = &report.build else { return String::new() };
    let lines = |all: &[String]| all.iter().map(|line| format!("{}\n", word(line))).collect();
    match list {
        List::Keeplibs => lines(&build.lists.keeplibs),
        List::GnSystemLibs => lines(&build.lists.system_libraries),
        List::Keepers => keepers(report),
        List::PrepRemoval => prep_removal(report),
        List::FilesExcluded => {
            let paths = build.lists.removable.iter().map(|path| format!(" {}/*\n", pattern(path)));
            std::iter::once("Files-Excluded:\n".to_owned()).chain(paths).collect()
        }
    }
}

fn of<'r>(report: &'r AuditReport, id: Option<&String>) -> Option<&'r Component> {
    id.and_then(|id| report.components.iter().find(|component| component.id == *id))
}

fn keepers(report: &AuditReport) -> String {
    let mut out = String::new();
    for shim in report.build.iter().flat_map(|build| &build.shims) {
        if shim.verdict == Some(Verdict::UnbundleNow) {
            continue;
        }
        let component = of(report, shim.component.as_ref());
        let blockers = component.map(|component| component.blockers.as_slice()).unwrap_or_default();
        let why: Vec<String> = blockers
            .iter()
            .filter(|blocker| blocker.kind != KEPT)
            .map(|blocker| format!("{}: {}", blocker.kind, blocker.detail))
            .collect();
        let why = match (shim.verdict, why.is_empty()) {
            (None, _) => "not in this tree".to_owned(),
            (Some(Verdict::UnusedDelete), _) => "the build does not use it".to_owned(),
            (_, false) => why.join("; "),
            (_, true) => "the build uses it only for itself or not at all".to_owned(),
        };
        let _ = writeln!(out, "{}  # {}", shim.name, super::escape::line(&why));
    }
    out
}

/// Removes unused folders but for build files, and the code of replaced libraries.
fn prep_removal(report: &AuditReport) -> String {
    let Some(build) = &report.build else { return String::new() };
    let mut out = String::new();
    let remove = |out: &mut String, path: &str, kept: &[String]| {
        let _ = write!(out, "find {} \\( -type f -o -type l \\)", shell(path));
        for name in KEPT_NAMES {
            let _ = write!(out, " ! -name '{name}'");
        }
        for path in kept {
            let _ = write!(out, " ! -path {}", shell(&format!("{path}/*")));
        }
        out.push_str(" -delete\n");
    };
    for root in &build.lists.removable {
        remove(&mut out, root, &[]);
    }
    for component in report.components.iter().filter(|one| one.verdict == Verdict::UnbundleNow) {
        let files =
            component.blockers.iter().filter(|blocker| blocker.kind == KEPT).flat_map(|blocker| &blocker.places);
        let mut kept: Vec<String> =
            files.filter_map(|file| file.rsplit_once('/')).map(|(folder, _)| folder.to_owned()).collect();
        kept.sort();
        kept.dedup();
        remove(&mut out, &component.root, &kept);
    }
    out
}

/// A line without anything that a shell list would read as more than one word.
fn word(text: &str) -> String {
    super::escape::line(text)
}

/// A path as a pattern that fits only it; `*`, `?`, `\` and blanks have no literal form in every reader, so `?` stands for them.
fn pattern(path: &str) -> String {
    path.chars().map(|c| if c.is_whitespace() || "*?\\[]".contains(c) { '?' } else { c }).collect()
}

/// A word of a POSIX shell.
fn shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@*".contains(c);
    if !text.is_empty() && text.chars().all(plain) && !text.contains('*') && !text.starts_with('-') {
        return text.to_owned();
    }
    let text = if text.starts_with('-') { format!("./{text}") } else { text.to_owned() };
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        assert!(List::words().all(|word| List::parse(word).is_some()));
        assert_eq!(List::parse("x"), None);
    }

    #[test]
    fn odd_paths_stay_one_word() {
        assert_eq!(shell("a/b.c"), "a/b.c");
        assert_eq!(shell("a b'c"), "'a b'\\''c'");
        assert_eq!(shell("-rf"), "'./-rf'");
        assert_eq!(shell("a/*"), "'a/*'");
        assert_eq!(pattern("a b/[c]"), "a?b/?c?");
    }
}
