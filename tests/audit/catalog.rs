//! Every marker of the catalog finds a copy that is built from it, and is not taken in by what only looks like one.

use forebay::audit::report::AuditReport;
use forebay::path::RepoPath;
use forebay::profile::catalog::{Catalog, Library, Marker, VersionRule, key};
use forebay::tree::memory::MemoryTree;
use forebay::tree::{File, Mode};

use super::trees::audit_with;

/// The folder of the made copy; its own name says nothing.
const HOME: &str = "weir/third_party/unrelated-folder/deep";

fn put(tree: &mut MemoryTree, path: &str, content: &str) {
    tree.insert(RepoPath::parse(path.as_bytes()).unwrap(), File::new(Mode::Regular, content.as_bytes()));
}

/// A file that holds all that the marker asks for, its version being 1-2-3 in the rule's own writing.
fn content(marker: &Marker) -> String {
    let mut lines: Vec<String> = marker.example.iter().cloned().collect();
    match &marker.version {
        Some(VersionRule::Macro(name)) => lines.push(format!("#define {name} \"1.2.3\"")),
        Some(VersionRule::Numbers(names)) => lines.extend(names.iter().map(|name| format!("#define {name} 1"))),
        Some(VersionRule::Packed { name, .. }) => lines.push(format!("#define {name} 1002003")),
        _ => {}
    }
    lines.extend(marker.has.iter().cloned());
    lines.join("\n") + "\n"
}

/// The path of `name` (with `..`) from a folder.
fn resolve(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in name.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

fn marker_path(marker: &Marker) -> String {
    format!("{HOME}/{}{}", "d/".repeat(marker.up.saturating_sub(marker.file.matches('/').count())), marker.file)
}

fn copy(library: &Library, marker: &Marker, content: &str, beside: bool) -> AuditReport {
    let mut tree = MemoryTree::new("weir");
    let path = marker_path(marker);
    let folder = path.rsplit_once('/').unwrap().0;
    if let Some(first) = marker.beside.first().filter(|_| beside) {
        let place = resolve(folder, first);
        // What has no ending is a folder.
        let place = if place.rsplit('/').next().unwrap().contains('.') { place } else { format!("{place}/x.c") };
        if place != path {
            put(&mut tree, &place, "int x;\n");
        }
    }
    put(&mut tree, &path, content);
    audit_with(&tree, &Catalog::of(vec![library.clone()]).unwrap(), None, false)
}

fn finds(report: &AuditReport, library: &Library) -> bool {
    report.components.iter().any(|component| key(&component.name) == key(&library.name))
}

#[test]
fn a_copy_is_found_with_its_version() {
    let catalog = Catalog::built_in();
    let marked = catalog.libraries().iter().filter(|library| !library.markers.is_empty());
    assert!(marked.clone().count() >= 150, "{}", marked.count());
    for library in marked {
        for marker in &library.markers {
            let report = copy(library, marker, &content(marker), true);
            assert!(finds(&report, library), "{}: {} in {:?}", library.name, marker.file, report.components);
            if marker.version.is_some() {
                let found = report.components.iter().find(|component| key(&component.name) == key(&library.name));
                let version = found.and_then(|component| component.version.value.clone());
                assert!(
                    version.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit())),
                    "{}: {}",
                    library.name,
                    marker.file
                );
            }
        }
    }
}

#[test]
fn a_file_of_the_name_alone_is_no_copy() {
    let catalog = Catalog::built_in();
    for library in catalog.libraries() {
        for marker in library.markers.iter().filter(|marker| !marker.has.is_empty()) {
            let report = copy(library, marker, "/* nothing to see */\n", true);
            assert!(!finds(&report, library), "{}: {}", library.name, marker.file);
        }
    }
}

#[test]
fn a_header_without_its_sources_is_no_copy() {
    let catalog = Catalog::built_in();
    for library in catalog.libraries() {
        for marker in &library.markers {
            let path = marker_path(marker);
            let folder = path.rsplit_once('/').unwrap().0.to_owned();
            let itself = marker.beside.iter().any(|name| path.starts_with(&resolve(&folder, name)));
            if !marker.beside.is_empty() && !itself {
                let report = copy(library, marker, &content(marker), false);
                assert!(!finds(&report, library), "{}: {}", library.name, marker.file);
            }
        }
    }
}
