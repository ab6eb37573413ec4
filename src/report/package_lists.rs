//! Lists of an audit in the forms that packages state them, to paste.

use std::fmt::Write as _;

use crate::audit::build_report::Shim;
use crate::audit::report::{AuditReport, Component, Verdict};
use crate::audit::shims::KEPT;
use crate::text::plural::plural;

/// A list that a package states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Paths that the script which removes bundled libraries keeps, one a line.
    Keeplibs,
    /// The names of the shims to use, one a line.
    GnSystemLibs,
    /// The names of the shims not to use, each with the reason.
    Keepers,
    /// The shims one by one: what the package's list does, what the audit says, and why.
    KeepersCompared,
    /// What moved in the build since the baseline.
    Moved,
    /// Shell lines that remove what the build does not need.
    PrepRemoval,
    /// The fields `Files-Excluded` and `Files-Included` of a Debian source package.
    FilesExcluded,
}

/// Every list with its word.
const LISTS: [(&str, List); 7] = [
    ("keeplibs", List::Keeplibs),
    ("gn-system-libs", List::GnSystemLibs),
    ("keepers", List::Keepers),
    ("keepers-compared", List::KeepersCompared),
    ("moved", List::Moved),
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
        List::KeepersCompared => compared(report),
        List::Moved => {
            report.changes.as_ref().map_or_else(String::new, |changes| super::moved::render(&report.tree, changes))
        }
        List::PrepRemoval => prep_removal(report),
        List::FilesExcluded => {
            let paths = build.lists.removable.iter().map(|path| format!(" {}/*\n", pattern(path)));
            // Build files of what is not built are loaded all the same; uscan(1) has the second field for parts that stay.
            let stays = (build.system == "gn").then(|| "Files-Included:\n *.gn\n *.gni\n".to_owned());
            std::iter::once("Files-Excluded:\n".to_owned()).chain(paths).chain(stays).collect()
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
        let _ = writeln!(out, "{}  # {}", shim.name, reason(report, shim, usize::MAX));
    }
    out
}

/// Why a shim is to be used or not, in one line with so many blockers at most.
fn reason(report: &AuditReport, shim: &Shim, most: usize) -> String {
    let blockers = of(report, shim.component.as_ref()).map_or(&shim.blockers[..], |component| &component.blockers[..]);
    let told = blockers.iter().filter(|blocker| blocker.kind != KEPT);
    let mut why: Vec<String> = told.map(|blocker| format!("{}: {}", blocker.kind, blocker.detail)).collect();
    if let Some(more) = why.len().checked_sub(most).filter(|more| *more > 0) {
        why.truncate(most);
        why.push(format!("and {more} more"));
    }
    let why = match (shim.verdict, why.is_empty()) {
        (None, _) => "not in this tree, and nothing of this build asks for it".to_owned(),
        (Some(Verdict::UnusedDelete), _) => "the build does not use it".to_owned(),
        (Some(Verdict::UnbundleNow), _) => "nothing of the tree stands in its way".to_owned(),
        (_, false) => why.join("; "),
        (_, true) => "the build uses it only for itself or not at all".to_owned(),
    };
    super::escape::line(&why)
}

/// How the package's list and the audit stand to each other about one shim, in the order in which a person looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// They say different things.
    Differ,
    /// The list uses the shim, and the audit sees something that a patch or a look takes away.
    Look,
    /// They say the same.
    Agree,
    /// The audit has no opinion.
    Open,
}

impl Standing {
    fn of(kept: bool, verdict: Option<Verdict>) -> Self {
        match (kept, verdict) {
            (_, None) => Self::Open,
            (true, Some(Verdict::UnbundleNow | Verdict::UnusedDelete)) | (false, Some(Verdict::Blocked)) => {
                Self::Differ
            }
            (false, Some(Verdict::UnbundleWithPatch)) => Self::Look,
            _ => Self::Agree,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Differ => "differ",
            Self::Look => "look",
            Self::Agree => "agree",
            Self::Open => "open",
        }
    }
}

/// The shims one by one, first those about which list and audit differ.
fn compared(report: &AuditReport) -> String {
    let shims = report.build.iter().flat_map(|build| &build.shims);
    let mut rows: Vec<(Standing, &str, &Shim)> = shims
        .filter_map(|shim| Some((shim.kept?, shim)))
        .map(|(kept, shim)| (Standing::of(kept, shim.verdict), if kept { "keep" } else { "system" }, shim))
        .collect();
    rows.sort_by(|one, other| (one.0, &one.2.name).cmp(&(other.0, &other.2.name)));
    let widest = rows.iter().map(|(_, _, shim)| shim.name.len()).max().unwrap_or(0).max(4);
    let mut out = format!("{:<8} {:<7} {:<19} {:<widest$}  why\n", "result", "list", "audit", "shim");
    for (standing, list, shim) in &rows {
        let verdict = shim.verdict.map_or("-", Verdict::word);
        let (word, name) = (standing.word(), word(&shim.name));
        let _ = writeln!(out, "{word:<8} {list:<7} {verdict:<19} {name:<widest$}  {}", reason(report, shim, 1));
    }
    let count = |wanted: Standing| rows.iter().filter(|(standing, ..)| *standing == wanted).count();
    let _ = writeln!(
        out,
        "\n{}: {} differ, {} want a look, {} agree, {} are open",
        plural(rows.len(), "shim", "shims"),
        count(Standing::Differ),
        count(Standing::Look),
        count(Standing::Agree),
        count(Standing::Open)
    );
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
