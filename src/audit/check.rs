//! The cross-checks: what is declared against what is there. Each check is one function over the same facts.

use std::collections::BTreeMap;

use crate::audit::candidate::is_license;
use crate::audit::checksums::Compared;
use crate::audit::component::{follows, same};
use crate::audit::copyright::{self, Opinions};
use crate::audit::declare::Draft;
use crate::audit::facts::Fact;
use crate::audit::layout::Layout;
use crate::audit::report::{Binary, Component};
use crate::audit::rules::{
    CHANGE_UNDECLARED, CHECKSUM_DIFFERS, CHECKSUM_MISSING, COPIES_DIFFER, COPIES_SEVERAL, CPE_DIFFERS, LICENSE_DIFFERS,
    LICENSE_FILE_MISSING, LICENSE_TEXT_MISSING, METADATA_INVALID, METADATA_MISSING, METADATA_UNREADABLE, PREBUILT,
    PREBUILT_OTHER, ROLL_STALE, SUSPECTED, UNDECLARED, UNREAD, VERSION_DIFFERS, VERSION_UNKNOWN,
};
use crate::audit::scan::Scan;
use crate::finding::Finding;
use crate::manifest::{ProblemKind, cpe};
use crate::text::{display, plural::plural};
use crate::tree::survey::join;

/// So many places of one finding are named.
const PLACES: usize = 20;
/// A roll this many years before the newest one is stale.
const STALE: i32 = 3;

/// What checks look at.
pub struct Facts<'a> {
    /// The scan.
    pub scan: &'a Scan,
    /// The tree's folders.
    pub layout: &'a Layout<'a>,
    /// All components, with their final ids.
    pub components: &'a [Component],
    /// The declared ones with what declares them.
    pub declared: Vec<(&'a Component, &'a Draft<'a>)>,
    /// The prebuilt files.
    pub binaries: &'a [Binary],
    /// How vendored crates stand against their lists of files, by folder.
    pub compared: &'a BTreeMap<Vec<u8>, Compared>,
    /// What `debian/copyright` says.
    pub opinions: &'a Opinions,
}

/// All checks, in the order of the rules.
const CHECKS: [fn(&Facts<'_>) -> Vec<Finding>; 12] = [
    versions,
    cpes,
    license_files,
    copyright::differences,
    undeclared,
    copies,
    changes,
    vendored,
    metadata,
    rolls,
    prebuilt,
    unread,
];

/// Runs every check; the worst findings, with those found elsewhere, come first.
pub fn run(facts: &Facts<'_>, more: Vec<Finding>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = CHECKS.iter().flat_map(|check| check(facts)).chain(more).collect();
    sort(&mut findings);
    findings
}

/// Sorts findings by severity (worst first), code, component and place.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|one, other| {
        let severity = other.severity.cmp(&one.severity);
        let about = one.component.cmp(&other.component).then_with(|| one.places.cmp(&other.places));
        severity.then_with(|| one.code.cmp(&other.code)).then(about).then_with(|| one.cmp(other))
    });
}

fn place(said: &crate::manifest::Declared, line: usize) -> String {
    format!("{}:{line}", said.path)
}

fn versions(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (component, draft) in &facts.declared {
        let version = &component.version;
        if let (Some(false), Some(value), Some(declared)) = (version.agrees, &version.value, &version.declared) {
            let message = format!("{} is {value} by its code, and {declared} by its metadata", component.name);
            let stated = draft.said.iter().find_map(|said| Some(place(said, said.version.as_ref()?.line)));
            let mut finding =
                Finding::new(&VERSION_DIFFERS, &component.id, "", message).hint("tell upstream which one is right");
            finding.places.extend(version.source.clone().into_iter().chain(stated));
            findings.push(finding);
        }
        let silent = version.value.is_none() && version.declared.is_none() && component.revision.is_none();
        if silent && component.shipped == Some(true) && component.date.is_none() {
            let message = format!("{} is shipped, and nothing tells its version, revision or date", component.name);
            let finding = Finding::new(&VERSION_UNKNOWN, &component.id, "", message);
            let first = draft.said.first().map(|said| place(said, said.line));
            findings.push(first.into_iter().fold(finding, Finding::at).hint("look into the history of its folder"));
        }
    }
    findings
}

fn cpes(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (component, draft) in &facts.declared {
        let stated = draft.said.iter().flat_map(|said| said.cpes.iter().map(move |stated| (said, stated)));
        for (said, stated) in stated {
            let Some(version) = cpe::parse(&stated.text).and_then(|name| name.version) else { continue };
            let Some(value) = component.version.value.as_ref().filter(|value| !follows(value, &version)) else {
                continue;
            };
            let message = format!("the CPE of {} names {version}, and the component is {value}", component.name);
            let finding = Finding::new(&CPE_DIFFERS, &component.id, &stated.text, message).at(place(said, stated.line));
            let source = component.version.source.clone();
            findings.push(source.into_iter().fold(finding, Finding::at).hint("round down to the release before"));
        }
    }
    findings
}

fn license_files(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (component, draft) in facts.declared.iter().filter(|(component, _)| component.shipped != Some(false)) {
        let named: Vec<_> =
            draft.said.iter().flat_map(|said| said.license_files.iter().map(move |file| (said, file))).collect();
        for (said, file) in &named {
            if file.path.as_ref().is_some_and(|path| facts.layout.has(path.as_bytes())) {
                continue;
            }
            let message = format!("{} names `{}` as its licence, and nothing stands there", component.name, file.text);
            let finding = Finding::new(&LICENSE_FILE_MISSING, &component.id, &file.text, message);
            findings.push(finding.at(place(said, file.line)).hint("find the text and correct the path"));
        }
        if component.license.agrees == Some(false) {
            let license = &component.license;
            let (declared, source) = (license.declared.clone().unwrap_or_default(), license.source.clone());
            let message =
                format!("{} is declared as {declared}, and the text in its licence file is not that", component.name);
            let finding = Finding::new(&LICENSE_DIFFERS, &component.id, "", message);
            let stated = draft.said.iter().find_map(|said| Some(place(said, said.license.as_ref()?.line)));
            let finding = source.into_iter().chain(stated).fold(finding, Finding::at);
            findings.push(finding.hint("compare with the original sources"));
        }
        let holds = |folder: &[u8]| facts.layout.entries(folder).iter().any(|entry| is_license(&entry.name));
        let text = holds(&draft.root) || holds(&draft.place) || component.license.source.is_some();
        if named.is_empty() && !text && component.shipped == Some(true) {
            let message = format!("{} is shipped without a licence text", component.name);
            let finding = Finding::new(&LICENSE_TEXT_MISSING, &component.id, "", message);
            let first = draft.said.first().map(|said| place(said, said.line));
            findings.push(first.into_iter().fold(finding, Finding::at).hint("add the text of the original sources"));
        }
    }
    findings
}

fn undeclared(facts: &Facts<'_>) -> Vec<Finding> {
    // Where nothing is declared at all, being undeclared says nothing.
    if facts.declared.is_empty() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for component in facts.components.iter().filter(|component| component.declared_in.is_empty()) {
        let proved = component.detected_by.iter().any(|word| word == "marker" || word == "build-file");
        let version = component.version.value.as_ref().map_or_else(String::new, |version| format!(" {version}"));
        let (rule, message) = if proved {
            (&UNDECLARED, format!("a copy of {}{version} that no metadata declares", component.name))
        } else {
            (&SUSPECTED, format!("looks like a component `{}`{version} that no metadata declares", component.name))
        };
        let place = component.version.source.clone().unwrap_or_else(|| component.root.clone());
        findings.push(
            Finding::new(rule, &component.id, "", message).at(place).hint("declare it, or delete it before the build"),
        );
    }
    findings
}

fn copies(facts: &Facts<'_>) -> Vec<Finding> {
    let mut by_name: BTreeMap<(&str, &str), Vec<&Component>> = BTreeMap::new();
    for component in facts.components {
        by_name.entry((&component.ecosystem, &component.name)).or_default().push(component);
    }
    let mut findings = Vec::new();
    for ((ecosystem, name), copies) in by_name {
        let mut roots: Vec<&str> = copies.iter().map(|component| component.root.as_str()).collect();
        roots.dedup();
        if roots.len() < 2 {
            continue;
        }
        let mut versions: Vec<&str> =
            copies.iter().filter_map(|component| component.version.value.as_deref()).collect();
        versions.sort_unstable();
        versions.dedup_by(|one, other| same(one, other));
        // Registries keep incompatible releases of one package side by side by design.
        let (rule, message) = if versions.len() > 1 && ecosystem == "c" {
            (
                &COPIES_DIFFER,
                format!("{} copies of {name} at {} versions: {}", roots.len(), versions.len(), versions.join(", ")),
            )
        } else {
            (&COPIES_SEVERAL, format!("{} copies of {name}", roots.len()))
        };
        let mut finding = Finding::new(rule, name, "", message).hint("declare each copy");
        finding.places = roots.into_iter().take(PLACES).map(str::to_owned).collect();
        findings.push(finding);
    }
    findings
}

/// The patches that lie in a folder of that name below a component.
pub fn patches_beside(layout: &Layout<'_>, root: &[u8]) -> Option<(Vec<u8>, usize)> {
    let is_patch = |name: &[u8]| name.ends_with(b".patch") || name.ends_with(b".diff");
    let folders = [&b"patches"[..], b"patch", b"chromium/patches", b"local_patches"].map(|name| join(root, name));
    folders.into_iter().chain([root.to_vec()]).find_map(|folder| {
        let entries = layout.entries(&folder);
        let count = entries.iter().filter(|entry| entry.mode.is_some() && is_patch(&entry.name)).count();
        (count > 0).then_some((folder, count))
    })
}

fn changes(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (component, draft) in &facts.declared {
        let denies = draft.said.iter().find(|said| said.modified == Some(false));
        let beside = patches_beside(facts.layout, &draft.place).filter(|_| draft.alone);
        let Some((said, (folder, count))) = denies.zip(beside) else { continue };
        let folder = display::utf8(&folder).text;
        let patches = if count == 1 { "a patch lies".to_owned() } else { format!("{count} patches lie") };
        let message = format!("{} is said to be unchanged, and {patches} in {folder}", component.name);
        let line = said.local_modifications.as_ref().map_or(said.line, |stated| stated.line);
        let finding = Finding::new(&CHANGE_UNDECLARED, &component.id, "", message).at(folder).at(place(said, line));
        findings.push(finding.hint("read the patches before it is unbundled"));
    }
    findings
}

/// The files of vendored crates against the list that lies beside them.
fn vendored(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (folder, compared) in facts.compared {
        let root = display::utf8(folder).text;
        let owner = facts.declared.iter().find(|(_, draft)| draft.root == *folder).map(|(component, _)| *component);
        let (id, name) = owner.map_or(("", root.as_str()), |one| (one.id.as_str(), one.name.as_str()));
        let list = display::utf8(&join(folder, b".cargo-checksum.json")).text;
        let mut add = |rule, files: &[Vec<u8>], what: [&str; 2], hint: &str| {
            if files.is_empty() {
                return;
            }
            let said = if files.len() == 1 { what[0] } else { what[1] };
            let message = format!("{} of {name} {said}", plural(files.len(), "file", "files"));
            let mut finding = Finding::new(rule, id, &root, message).hint(hint);
            finding.places = files.iter().take(PLACES).map(|path| display::utf8(path).text).collect();
            findings.push(finding.at(format!("{list}:1")));
        };
        let differ = ["differs from its checksum", "differ from their checksums"];
        add(&CHECKSUM_DIFFERS, &compared.differ, differ, "compare with the published crate");
        let missing = ["has a checksum and is not there", "have checksums and are not there"];
        add(&CHECKSUM_MISSING, &compared.missing, missing, "look which step of the packaging removed them");
        for (path, problem) in &compared.unread {
            let shown = display::utf8(path).text;
            let finding = Finding::new(&UNREAD, id, &shown, format!("cannot be compared with its checksum: {problem}"));
            findings.push(finding.at(shown).hint("compare it by hand"));
        }
    }
    findings
}

fn metadata(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, parsed) in &facts.scan.manifests {
        for problem in &parsed.problems {
            let rule = match problem.kind {
                ProblemKind::Unreadable | ProblemKind::TooLarge => &METADATA_UNREADABLE,
                ProblemKind::Invalid => &METADATA_INVALID,
                ProblemKind::Missing => &METADATA_MISSING,
            };
            let subject = format!("{path} {}", problem.what);
            let about = facts.declared.iter().find(|(_, draft)| draft.said.iter().any(|said| said.path == *path));
            let component = about.map_or("", |(component, _)| component.id.as_str());
            let finding = Finding::new(rule, component, &subject, problem.what.clone());
            findings.push(finding.at(format!("{path}:{}", problem.line)).hint("correct the file, or tell upstream"));
        }
    }
    findings
}

/// The year of `YYYY-MM-DD`.
fn year(date: &str) -> Option<i32> {
    date.split('-').next()?.parse().ok()
}

fn rolls(facts: &Facts<'_>) -> Vec<Finding> {
    let newest = facts.declared.iter().filter_map(|(component, _)| component.date.as_deref()).max();
    let Some(newest_year) = newest.and_then(year) else { return Vec::new() };
    let mut findings = Vec::new();
    for (component, draft) in &facts.declared {
        let Some(date) = component.date.as_deref() else { continue };
        if component.shipped == Some(false) || year(date).is_none_or(|year| newest_year - year < STALE) {
            continue;
        }
        let message = format!("{} was last updated on {date}", component.name);
        let finding = Finding::new(&ROLL_STALE, &component.id, "", message);
        let stated = draft.said.iter().find_map(|said| Some(place(said, said.date.as_ref()?.line)));
        findings.push(stated.into_iter().fold(finding, Finding::at).hint("compare with upstream's releases since"));
    }
    findings
}

fn prebuilt(facts: &Facts<'_>) -> Vec<Finding> {
    let mut groups: BTreeMap<(&str, &str), Vec<&Binary>> = BTreeMap::new();
    for binary in facts.binaries {
        let component = binary.component.as_deref().unwrap_or_default();
        groups.entry((component, &binary.kind)).or_default().push(binary);
    }
    let mut findings = Vec::new();
    for ((component, kind), files) in groups {
        let rule = if matches!(kind, "minified-js" | "font") { &PREBUILT_OTHER } else { &PREBUILT };
        let count = if files.len() == 1 { "one file".to_owned() } else { format!("{} files", files.len()) };
        let mut finding = Finding::new(rule, component, kind, format!("{count} of kind {kind}"))
            .hint("delete it before the build and see what misses it");
        finding.places = files.iter().take(PLACES).map(|binary| binary.path.clone()).collect();
        findings.push(finding);
    }
    findings
}

fn unread(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |path: &[u8], problem: &str| {
        let shown = display::utf8(path).text;
        let finding = Finding::new(&UNREAD, "", &shown, format!("cannot be read: {problem}")).at(shown.clone());
        findings.push(finding.hint("check its permissions"));
    };
    for (path, problem) in &facts.scan.listing.unread {
        add(path, problem);
    }
    for (path, fact) in facts.scan.each() {
        if let Fact::Unreadable(problem) = fact {
            add(path, problem);
        }
    }
    findings
}
