//! Stale references: what the written patches name in the lines they add, and what the new tree no longer has.
//!
//! A name counts only where the old tree has it and the new one has not, and where no patch of the queue brings it. So
//! generated headers, headers of the system and templates never raise a false alarm: neither tree has them.
//!
//! | what | looked up |
//! |---|---|
//! | `#include "a/b.h"` | the file, from the root and from the folder of the including file |
//! | `"//a/b:c"`, `"//a/b"`, `import("//a/b.gni")` in GN files | `a/b/BUILD.gn`, the file, and the target's name in the build file |
//! | `BUILDFLAG(NAME)` | the build files beside the `…buildflags.h` that the file includes |

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use ahash::AHashSet;
use bstr::ByteSlice;
use regex::bytes::Regex;

use crate::finding::Finding;
use crate::patch::{self, Body, FilePatch, LineKind};
use crate::path::RepoPath;
use crate::queue::QueuePatch;
use crate::queue::fingerprint;
use crate::rebase::outcome::Outcome;
use crate::rebase::report::Verdict;
use crate::rebase::rules;
use crate::text::display;
use crate::tree::{Node, ObjectId, Tree, TreeError};

/// References looked up in one run.
const MOST: usize = 50_000;

/// What a patch names in an added line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reference {
    patch: usize,
    /// The file that names it, and the line (1-based) after the patch.
    file: RepoPath,
    line: usize,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// A header, by the places where it may lie.
    Include { text: String, places: Vec<RepoPath> },
    /// A build file or other file of the source tree.
    Path { text: String, places: Vec<RepoPath> },
    /// A target of a build file.
    Target { text: String, build: RepoPath, name: String },
    /// A flag of one of the build files.
    Buildflag { name: String, builds: Vec<RepoPath> },
}

impl What {
    fn paths(&self) -> &[RepoPath] {
        match self {
            Self::Include { places, .. } | Self::Path { places, .. } => places,
            Self::Target { build, .. } => std::slice::from_ref(build),
            Self::Buildflag { builds, .. } => builds,
        }
    }
}

/// Adds findings to the rows of the patches that are written.
pub fn lint(outcome: &mut Outcome, patches: &[QueuePatch], from: &dyn Tree, onto: &dyn Tree) -> Result<(), TreeError> {
    let references = references(outcome, patches);
    if references.is_empty() {
        return Ok(());
    }
    let brought: HashSet<RepoPath> = outcome
        .patches
        .iter()
        .flat_map(|patch| &patch.changes)
        .filter(|change| change.before.is_none() && change.after.is_some())
        .map(|change| change.path.clone())
        .collect();
    let known = Known::read(&references, brought, outcome, from, onto)?;
    let mut found: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    for reference in references.iter().filter(|reference| known.is_stale(&reference.what)) {
        found.entry(reference.patch).or_default().push(finding(reference));
    }
    for (patch, mut list) in found {
        list.sort();
        list.dedup_by(|one, other| one.id == other.id);
        if let Some(row) = outcome.report.patches.get_mut(patch) {
            row.findings = list;
        }
    }
    Ok(())
}

fn finding(reference: &Reference) -> Finding {
    let (rule, subject, message) = match &reference.what {
        What::Include { text, .. } => {
            (&rules::STALE_INCLUDE, text, format!("includes `{text}`, which the new tree no longer has"))
        }
        What::Path { text, .. } => {
            (&rules::STALE_LABEL, text, format!("names `{text}`, which the new tree no longer has"))
        }
        What::Target { text, build, .. } => {
            (&rules::STALE_LABEL, text, format!("names `{text}`, but `{build}` no longer has such a target"))
        }
        What::Buildflag { name, builds } => {
            let places: Vec<String> = builds.iter().map(|build| format!("`{build}`")).collect();
            (
                &rules::STALE_BUILDFLAG,
                name,
                format!("asks for the flag `{name}`, which {} no longer sets", places.join(", ")),
            )
        }
    };
    let place = format!("{}:{}", reference.file, reference.line);
    Finding::new(rule, &reference.file.shown(), subject, message)
        .at(place)
        .hint("look up what upstream uses instead and change the added lines")
}

/// All that written patches name in added lines, sorted.
fn references(outcome: &Outcome, patches: &[QueuePatch]) -> Vec<Reference> {
    let mut found = Vec::new();
    for (number, (result, queued)) in outcome.patches.iter().zip(patches).enumerate() {
        let Some(bytes) = &result.written else { continue };
        let untouched = outcome.report.patches.get(number).is_some_and(|row| row.verdict == Verdict::Untouched);
        let parsed = if untouched { Ok(Cow::Borrowed(&queued.patch)) } else { patch::parse(bytes).map(Cow::Owned) };
        let Ok(parsed) = parsed else { continue };
        for file in &parsed.files {
            let turned = queued.reverse.then(|| file.reversed());
            let file = turned.as_ref().unwrap_or(file);
            let Some(path) = fingerprint::path_of(file, queued.strip) else { continue };
            let Some(language) = Language::of(&path) else { continue };
            let after =
                result.changes.iter().find(|change| change.path == path).and_then(|change| change.after.as_ref());
            let text = after.map_or(&b""[..], |file| &file.data);
            added(file, language, |line, content| {
                let whats = language.references(&path, content, text);
                found.extend(whats.into_iter().map(|what| Reference { patch: number, file: path.clone(), line, what }));
            });
        }
    }
    found.sort();
    found.dedup();
    found.truncate(MOST);
    found
}

/// Calls `each` for every added line that may name something and is not among the removed ones, with its number after the
/// patch.
fn added(file: &FilePatch, language: Language, mut each: impl FnMut(usize, &[u8])) {
    let Body::Hunks(hunks) = &file.body else { return };
    let removed: AHashSet<&[u8]> = hunks
        .iter()
        .flat_map(|hunk| &hunk.lines)
        .filter(|line| line.kind == LineKind::Remove && language.may_name(&line.text))
        .map(|line| line.text.trim())
        .collect();
    for hunk in hunks {
        let mut number = hunk.new_start;
        for line in &hunk.lines {
            if line.kind == LineKind::Add && language.may_name(&line.text) && !removed.contains(line.text.trim()) {
                each(number, &line.text);
            }
            number += usize::from(line.kind != LineKind::Remove);
        }
    }
}

/// How the lines of a file name things.
#[derive(Clone, Copy)]
enum Language {
    Gn,
    C,
}

impl Language {
    fn of(path: &RepoPath) -> Option<Self> {
        let name = path.file_name();
        let is = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending.as_bytes()));
        let c = [".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".inc", ".m", ".mm"];
        if is(&[".gn", ".gni"]) { Some(Self::Gn) } else { is(&c).then_some(Self::C) }
    }

    /// Whether a line has the signs that every pattern needs: of hundreds of thousands of lines, few have.
    fn may_name(self, line: &[u8]) -> bool {
        match self {
            Self::Gn => line.contains_str(b"\"//"),
            Self::C => line.contains(&b'#') || line.contains_str(b"BUILDFLAG("),
        }
    }

    fn references(self, file: &RepoPath, line: &[u8], text: &[u8]) -> Vec<What> {
        match self {
            Self::Gn => labels(line),
            Self::C => include(file, line).into_iter().chain(flags(line, text)).collect(),
        }
    }
}

struct Patterns {
    include: Regex,
    label: Regex,
    flag: Regex,
    flag_header: Regex,
}

fn patterns() -> &'static Patterns {
    static PATTERNS: OnceLock<Patterns> = OnceLock::new();
    let regex = |text: &str| Regex::new(text).expect("the pattern is a constant that a test compiles");
    PATTERNS.get_or_init(|| Patterns {
        include: regex(r#"^\s*#\s*(?:include|import)\s*"([^"\s]+)""#),
        label: regex(r#""//([A-Za-z0-9_./+-]*)(?::([A-Za-z0-9_.+-]+))?(?:\([^"]*\))?""#),
        flag: regex(r"\bBUILDFLAG\(([A-Z0-9_]+)\)"),
        flag_header: regex(r#"(?m)^\s*#\s*include\s*"([^"\s]*buildflags\.h)""#),
    })
}

fn include(file: &RepoPath, content: &[u8]) -> Option<What> {
    let named = patterns().include.captures(content)?.get(1)?.as_bytes();
    let from_root = RepoPath::parse(named).ok();
    let beside = file.parent().and_then(|folder| folder.join(named).ok());
    let places: Vec<RepoPath> = from_root.into_iter().chain(beside).collect();
    (!places.is_empty()).then(|| What::Include { text: display::terminal(named), places })
}

fn labels(content: &[u8]) -> Vec<What> {
    // What stands behind a `#` is a comment in GN.
    let code = content.split(|byte| *byte == b'#').next().unwrap_or_default();
    let mut found = Vec::new();
    for captures in patterns().label.captures_iter(code) {
        let Some(folder) = captures.get(1).map(|part| part.as_bytes()).filter(|part| !part.is_empty()) else {
            continue;
        };
        let folder = folder.trim_end_with(|sign| sign == '/');
        let Ok(path) = RepoPath::parse(folder) else { continue };
        let text = display::terminal(captures.get(0).map_or(&b""[..], |all| all.as_bytes())).replace('"', "");
        let Ok(build) = path.join(b"BUILD.gn") else { continue };
        match captures.get(2).and_then(|name| name.as_bytes().to_str().ok()) {
            Some(name) => {
                found.push(What::Path { text: text.clone(), places: vec![build.clone()] });
                found.push(What::Target { text, build, name: name.to_owned() });
            }
            None => found.push(What::Path { text, places: vec![path, build] }),
        }
    }
    found
}

fn flags(content: &[u8], text: &[u8]) -> Vec<What> {
    let names: Vec<&[u8]> =
        patterns().flag.captures_iter(content).filter_map(|found| found.get(1)).map(|name| name.as_bytes()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let headers = patterns().flag_header.captures_iter(text).filter_map(|found| found.get(1));
    let builds: BTreeSet<RepoPath> = headers
        .filter_map(|header| RepoPath::parse(header.as_bytes()).ok()?.parent()?.join(b"BUILD.gn").ok())
        .collect();
    let builds: Vec<RepoPath> = builds.into_iter().collect();
    let flag = |name: &[u8]| What::Buildflag { name: display::terminal(name), builds: builds.clone() };
    if builds.is_empty() { Vec::new() } else { names.into_iter().map(flag).collect() }
}

/// What both trees have at the paths that are named.
struct Known {
    old: HashSet<RepoPath>,
    new: HashSet<RepoPath>,
    /// Build files whose content counts, old and new.
    builds: HashMap<RepoPath, Both>,
}

/// A file's content in the old and in the new tree.
type Both = (Vec<u8>, Vec<u8>);

impl Known {
    fn read(
        references: &[Reference],
        brought: HashSet<RepoPath>,
        outcome: &Outcome,
        from: &dyn Tree,
        onto: &dyn Tree,
    ) -> Result<Self, TreeError> {
        let named: BTreeSet<RepoPath> =
            references.iter().flat_map(|reference| reference.what.paths()).cloned().collect();
        let named: Vec<RepoPath> = named.into_iter().collect();
        let old = there(from, &named)?;
        let kept: Vec<RepoPath> = named.into_iter().filter(|path| old.contains_key(path)).collect();
        let there_now = there(onto, &kept)?;
        let mut builds = HashMap::new();
        // Reading further content of a tarball would cost another pass over it.
        if from.is_random_access() && onto.is_random_access() {
            let inside =
                references.iter().filter(|one| matches!(one.what, What::Target { .. } | What::Buildflag { .. }));
            let wanted: BTreeSet<&RepoPath> = inside.flat_map(|one| one.what.paths()).collect();
            let changed = |path: &&RepoPath| match (old.get(*path), there_now.get(*path)) {
                (Some(before), Some(now)) => before.is_none() || before != now,
                _ => false,
            };
            let wanted: Vec<RepoPath> = wanted.into_iter().filter(changed).cloned().collect();
            for ((path, old), new) in wanted.iter().zip(from.read(&wanted)?).zip(onto.read(&wanted)?) {
                let patched = outcome.patches.iter().rev().flat_map(|patch| &patch.changes);
                let patched = patched.filter(|change| change.path == *path).find_map(|change| change.after.as_ref());
                let new = patched.map_or_else(|| text(&new), |file| file.data.to_vec());
                builds.insert(path.clone(), (text(&old), new));
            }
        }
        let new = there_now.into_keys().chain(brought).collect();
        Ok(Self { old: old.into_keys().collect(), new, builds })
    }

    fn is_stale(&self, what: &What) -> bool {
        match what {
            What::Include { places, .. } | What::Path { places, .. } => {
                places.iter().any(|path| self.old.contains(path)) && !places.iter().any(|path| self.new.contains(path))
            }
            What::Target { build, name, .. } => self.builds.get(build).is_some_and(|(old, new)| {
                let target = format!("(\"{name}\")");
                old.contains_str(&target) && !new.contains_str(format!("\"{name}\""))
            }),
            What::Buildflag { name, builds } => {
                let known: Vec<&Both> = builds.iter().filter_map(|build| self.builds.get(build)).collect();
                // A build file that did not change is not in the map, and may well hold the flag.
                known.len() == builds.len()
                    && known.iter().any(|(old, _)| old.contains_str(name))
                    && !known.iter().any(|(_, new)| new.contains_str(name))
            }
        }
    }
}

/// The paths that a tree has, with their ids where those are known. Folders are listed, since that tells for every kind of
/// tree what is not there.
fn there(tree: &dyn Tree, paths: &[RepoPath]) -> Result<HashMap<RepoPath, Option<ObjectId>>, TreeError> {
    let mut folders: BTreeMap<Option<RepoPath>, Vec<&RepoPath>> = BTreeMap::new();
    for path in paths {
        folders.entry(path.parent()).or_default().push(path);
    }
    let mut found = HashMap::new();
    for (folder, wanted) in folders {
        let entries = tree.list(folder.as_ref())?;
        let known: HashMap<&[u8], Option<ObjectId>> =
            entries.iter().map(|entry| (entry.name.as_slice(), entry.id)).collect();
        found.extend(wanted.into_iter().filter_map(|path| Some((path.clone(), *known.get(path.file_name())?))));
    }
    Ok(found)
}

fn text(node: &Node) -> Vec<u8> {
    match node {
        Node::File(file) => file.data.to_vec(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> RepoPath {
        RepoPath::parse(path.as_bytes()).unwrap()
    }

    #[test]
    fn lines_name_includes_labels_and_flags() {
        let places = |what: Option<What>| what.map(|what| what.paths().iter().map(RepoPath::shown).collect::<Vec<_>>());
        assert_eq!(
            places(include(&at("ui/x/a.cc"), b"#include \"base/b.h\"\n")),
            Some(vec!["base/b.h".into(), "ui/x/base/b.h".into()])
        );
        assert_eq!(include(&at("a.cc"), b"#include <vector>\n"), None);
        assert_eq!(include(&at("a.cc"), b"// #include \"x.h\"\n"), None);
        let found = labels(b"  deps = [ \"//base:base(//x:y)\", \"//ui\" ]  # \"//gone\"\n");
        let told: Vec<String> = found.iter().flat_map(|what| what.paths().iter().map(RepoPath::shown)).collect();
        assert_eq!(told, ["base/BUILD.gn", "base/BUILD.gn", "ui", "ui/BUILD.gn"]);
        assert!(labels(b"\"$root_gen_dir/x\" \"//\" \":local\" \"//a/${b}\"\n").is_empty());
        let text = b"#include \"media/media_buildflags.h\"\n";
        assert_eq!(flags(b"#if BUILDFLAG(USE_X) && BUILDFLAG(IS_Y)\n", text).len(), 2);
        assert!(flags(b"#if BUILDFLAG(USE_X)\n", b"").is_empty());
    }
}
