//! The package's own lists of what it keeps, replaces and removes, held against what the audit found.

use std::collections::BTreeSet;

use crate::audit::needed::entry;
use crate::audit::report::{AuditReport, Blocker, Verdict};
use crate::audit::rules::{
    EXCLUDED_MISSING, EXCLUDED_NEEDED, KEEPER_MISSING, KEEPER_SUPERFLUOUS, KEEPER_VANISHED, KEEPLIB_MISSING,
    KEEPLIB_SUPERFLUOUS, KEEPLIB_VANISHED,
};
use crate::audit::shims::KEPT;
use crate::finding::Finding;
use crate::text::display::terminal;
use crate::text::glob;

/// Files that hold the package's lists: each its name and its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackageLists {
    /// Paths that the script which removes bundled libraries keeps.
    pub keeplibs: Option<(String, Vec<u8>)>,
    /// Shims that are not used.
    pub keepers: Option<(String, Vec<u8>)>,
    /// A `copyright` file with `Files-Excluded`.
    pub excluded: Option<(String, Vec<u8>)>,
}

/// The longest list.
const ENTRIES: usize = 20_000;

/// An entry with its line (1-based).
type Listed = (usize, String);

/// Notes of every shim whether the package's list keeps the bundled copy.
pub fn mark(report: &mut AuditReport, lists: &PackageLists) {
    let (Some(build), Some((_, text))) = (&mut report.build, &lists.keepers) else { return };
    let listed: BTreeSet<String> = names(text).into_iter().map(|(_, name)| name).collect();
    for shim in &mut build.shims {
        shim.kept = Some(listed.contains(&shim.name));
    }
}

/// Checks the lists; `exists` says whether a path is in the tree.
pub fn check(report: &AuditReport, lists: &PackageLists, exists: &dyn Fn(&[&str]) -> Vec<bool>) -> Vec<Finding> {
    let Some(build) = report.build.as_ref().filter(|build| build.system == "gn") else { return Vec::new() };
    let mut findings = Vec::new();
    if let Some((file, text)) = &lists.keeplibs {
        findings.extend(keeplibs(file, &paths(text), &build.lists.keeplibs, exists));
    }
    if let Some((file, text)) = &lists.keepers {
        findings.extend(keepers(file, &names(text), report));
    }
    if let Some((file, text)) = &lists.excluded {
        findings.extend(excluded(file, &patterns(text), report));
    }
    findings
}

fn place(file: &str, line: usize) -> String {
    format!("{}:{line}", terminal(file.as_bytes()))
}

/// Whether an entry of the removal script's list keeps what another entry stands for.
fn keeps(listed: &str, wanted: &str) -> bool {
    let before = wanted.rfind("/third_party/").and_then(|at| wanted.get(..at));
    wanted.starts_with(listed) && !before.is_some_and(|before| before.starts_with(listed))
}

fn keeplibs(file: &str, listed: &[Listed], wanted: &[String], exists: &dyn Fn(&[&str]) -> Vec<bool>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let names: Vec<&str> = listed.iter().map(|(_, name)| name.as_str()).collect();
    for ((line, name), there) in listed.iter().zip(exists(&names)) {
        if !there {
            let message = format!("`{name}` is kept, and is not in the tree");
            let finding = Finding::new(&KEEPLIB_VANISHED, "", name, message).at(place(file, *line));
            findings.push(finding.hint("remove the entry: the removal script fails on it"));
        } else if !wanted.iter().any(|wanted| keeps(name, wanted)) {
            let message = format!("`{name}` is kept, and the build does not need it");
            let finding = Finding::new(&KEEPLIB_SUPERFLUOUS, "", name, message).at(place(file, *line));
            findings.push(finding.hint("remove the entry and see that the build agrees"));
        }
    }
    for wanted in wanted.iter().filter(|wanted| !names.iter().any(|name| keeps(name, wanted))) {
        let message = format!("the build needs `{wanted}`, and it is not kept");
        let finding = Finding::new(&KEEPLIB_MISSING, "", wanted, message).at(terminal(file.as_bytes()));
        findings.push(finding.hint("add the entry, or the build fails after the removal"));
    }
    findings
}

fn keepers(file: &str, listed: &[Listed], report: &AuditReport) -> Vec<Finding> {
    let mut findings = Vec::new();
    let shims = report.build.as_ref().map(|build| build.shims.as_slice()).unwrap_or_default();
    let reason = |id: &Option<String>| {
        let component = id.as_ref().and_then(|id| report.components.iter().find(|component| component.id == *id));
        let blockers = component.map(|component| component.blockers.as_slice()).unwrap_or_default();
        blockers.iter().find(|blocker| blocker.kind != KEPT).map(told).unwrap_or_default()
    };
    for (line, name) in listed {
        let Some(shim) = shims.iter().find(|shim| shim.name == *name) else {
            let message = format!("`{name}` is kept, and there is no shim of that name");
            let finding = Finding::new(&KEEPER_VANISHED, "", name, message).at(place(file, *line));
            findings.push(finding.hint("remove the entry, or look for the shim's new name"));
            continue;
        };
        let why = match shim.verdict {
            Some(Verdict::UnbundleNow) => "nothing in the tree stands in the way of the system's copy",
            Some(Verdict::UnusedDelete) => "the build does not use it",
            _ => continue,
        };
        let message = format!("`{name}` is kept, and {why}");
        let finding = Finding::new(&KEEPER_SUPERFLUOUS, "", name, message).at(place(file, *line));
        findings.push(finding.hint("try a build without the entry"));
    }
    for shim in shims.iter().filter(|shim| shim.verdict == Some(Verdict::Blocked)) {
        if listed.iter().any(|(_, name)| *name == shim.name) {
            continue;
        }
        let message = format!("`{}` is replaced by the system's copy: {}", shim.name, reason(&shim.component));
        let finding = Finding::new(&KEEPER_MISSING, "", &shim.name, message).at(terminal(file.as_bytes()));
        findings.push(finding.hint("keep the bundled copy, or see how the package gets around it"));
    }
    findings
}

fn told(blocker: &Blocker) -> String {
    format!("{}: {}", blocker.kind, blocker.detail)
}

fn excluded(file: &str, listed: &[Listed], report: &AuditReport) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(build) = &report.build else { return findings };
    for needed in &build.lists.needed {
        if let Some((line, pattern)) = listed.iter().find(|(_, pattern)| covers(pattern, needed)) {
            let message = format!("`{pattern}` removes `{needed}`, which the build needs");
            let finding = Finding::new(&EXCLUDED_NEEDED, "", needed, message).at(place(file, *line));
            findings.push(finding.hint("narrow the pattern"));
        }
    }
    for root in &build.lists.removable {
        if !listed.iter().any(|(_, pattern)| covers(pattern, root)) {
            let message = format!("nothing needs `{root}`, and it is not excluded");
            let finding = Finding::new(&EXCLUDED_MISSING, "", root, message).at(terminal(file.as_bytes()));
            findings.push(finding.hint("leave it out of the source package"));
        }
    }
    findings
}

/// Whether a pattern covers a folder as a whole.
fn covers(pattern: &str, folder: &str) -> bool {
    let whole = pattern.trim_end_matches(['*', '/']);
    whole == folder || glob::fits(pattern.as_bytes(), folder.as_bytes())
}

/// The words of a text that are paths below a folder for other people's code, without quotes and comments.
fn paths(text: &[u8]) -> Vec<Listed> {
    words(text).into_iter().filter(|(_, word)| entry(word.as_bytes()).is_some() && !word.contains("..")).collect()
}

/// The names in a Python tuple `keepers = (...)`; where there is none, every word.
fn names(text: &[u8]) -> Vec<Listed> {
    let text = String::from_utf8_lossy(text);
    let start = text.lines().position(|line| line.trim_start().starts_with("keepers") && line.contains('('));
    let Some(start) = start else { return words(text.as_bytes()) };
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate().skip(start) {
        let line = line.split('#').next().unwrap_or_default();
        let inside = if number == start { line.split_once('(').map_or("", |(_, rest)| rest) } else { line };
        let (inside, ends) = inside.split_once(')').map_or((inside, false), |(inside, _)| (inside, true));
        let quoted = inside.split(',').map(|part| part.trim().trim_matches(['\'', '"']));
        found.extend(quoted.filter(|name| !name.is_empty()).map(|name| (number + 1, name.to_owned())));
        if ends || found.len() > ENTRIES {
            break;
        }
    }
    found
}

fn words(text: &[u8]) -> Vec<Listed> {
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().enumerate();
    let all = lines.flat_map(|(number, line)| {
        let line = line.split('#').next().unwrap_or_default();
        let parts = line.split(|c: char| c.is_whitespace() || "'\",()\\;".contains(c));
        parts.filter(|word| !word.is_empty()).map(move |word| (number + 1, word.trim_end_matches('/').to_owned()))
    });
    let mut seen = BTreeSet::new();
    all.filter(|(_, word)| seen.insert(word.clone())).take(ENTRIES).collect()
}

/// The patterns of `Files-Excluded`; where there is no such field, every word.
fn patterns(text: &[u8]) -> Vec<Listed> {
    let all = String::from_utf8_lossy(text);
    let field = |line: &str| line.to_ascii_lowercase().starts_with("files-excluded");
    let Some(start) = all.lines().position(field) else { return words(text) };
    let mut found = Vec::new();
    for (number, line) in all.lines().enumerate().skip(start) {
        let value = if number == start { line.split_once(':').map_or("", |(_, rest)| rest) } else { line };
        if number > start && !line.starts_with([' ', '\t']) {
            break;
        }
        found.extend(value.split_whitespace().map(|word| (number + 1, word.to_owned())));
    }
    found.truncate(ENTRIES);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lists_are_read_in_their_forms() {
        let shell = b"keep=(\n  third_party/a \"third_party/b/\"\n  # third_party/c\n  'x/third_party/d' \\\n)\nfoo\n";
        let found: Vec<String> = paths(shell).into_iter().map(|(line, path)| format!("{line} {path}")).collect();
        assert_eq!(found, ["2 third_party/a", "2 third_party/b", "4 x/third_party/d"]);
        let python = b"import os\nkeepers = (\n 'a', # why (b)\n 'c' ,\n)\nfor x in 'd': pass\n";
        assert_eq!(names(python), [(3, "a".to_owned()), (4, "c".to_owned())]);
        let deb822 = b"Format: x\nFiles-Excluded:\n *.jar\n third_party/a/*\nCopyright: y\n";
        assert_eq!(patterns(deb822), [(3, "*.jar".to_owned()), (4, "third_party/a/*".to_owned())]);
    }

    #[test]
    fn an_entry_keeps_by_the_scripts_rule() {
        assert!(keeps("third_party/a", "third_party/a"));
        assert!(!keeps("third_party/a", "third_party/a/third_party/b"));
        assert!(keeps("third_party/a/third_party/b", "third_party/a/third_party/b"));
        assert!(!keeps("third_party/b", "third_party/a"));
    }

    proptest! {
        #[test]
        fn a_pattern_with_stars_fits_what_it_was_made_from(parts in prop::collection::vec("[a-c/]{0,3}", 1..5)) {
            prop_assert!(glob::fits(parts.join("*").as_bytes(), parts.join("x/y").as_bytes()));
        }

        #[test]
        fn no_list_panics(text in "[-a-z_/#'\"()\\\\ :\n.]{0,200}") {
            let _ = (paths(text.as_bytes()), names(text.as_bytes()), patterns(text.as_bytes()));
        }
    }
}
