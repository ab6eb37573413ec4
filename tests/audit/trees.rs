//! Audits of trees made here, the same from a folder, a git revision and an archive.

use std::path::Path;
use std::process::Command;

use forebay::audit::execute::{self, Request};
use forebay::audit::report::{Answer, AuditReport, Component};
use forebay::path::RepoPath;
use forebay::profile::catalog::Catalog;
use forebay::progress::Silent;
use forebay::report::{audit_text, json};
use forebay::tree::directory::DirectoryTree;
use forebay::tree::git::GitTree;
use forebay::tree::memory::MemoryTree;
use forebay::tree::tarball::TarballTree;
use forebay::tree::{File, Mode, Tree};

/// A small browser: a declared library with a marker, one with several sections, a crate, a fork, an undeclared copy.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("base/main.cc", "int main() {}\n"),
    (
        "third_party/zlib/README.chromium",
        "Name: zlib\nURL: http://zlib.net/\nVersion: 1.3.1\nCPEPrefix: cpe:/a:zlib:zlib:1.3\nLicense: Zlib\nLicense File: LICENSE\nSecurity Critical: yes\nShipped: yes\nUpdate Mechanism: Manual\n\nDescription:\nCompression.\n\nLocal Modifications:\n- SIMD\n",
    ),
    ("third_party/zlib/LICENSE", "zlib licence text\n"),
    ("third_party/zlib/zlib.h", "/* deflateInit_ */\n#define ZLIB_VERSION \"1.3.2\"\n"),
    ("third_party/zlib/inflate.c", "int x;\n"),
    (
        "third_party/two/README.chromium",
        "Name: First\nURL: https://example.com/first\nVersion: N/A\nRevision: DEPS\nLicense: MIT\nSecurity Critical: no\nShipped: no\n\n-------------------- DEPENDENCY DIVIDER --------------------\n\nName: Second\nURL: https://example.com/second\nVersion: 2.0\nLicense: MIT\nSecurity Critical: no\nShipped: yes\n",
    ),
    ("third_party/two/code.cc", "\n"),
    ("third_party/nested/zlib/zlib.h", "/* deflateInit_ */\n#define ZLIB_VERSION \"1.2.11\"\n"),
    ("third_party/nested/zlib/inflate.c", "int x;\n"),
    ("third_party/nested/README.pdfium", "Name: Nested\nURL: https://example.com\nVersion: 3\nLicense: MIT\n"),
    ("third_party/lonely/LICENSE", "some licence\n"),
    ("third_party/lonely/CMakeLists.txt", "project(lonely VERSION 4.5 LANGUAGES C)\n"),
    ("third_party/lonely/a.c", "\n"),
    ("third_party/lonely/b.c", "\n"),
    ("third_party/lonely/tool.exe", "MZ is only text"),
    ("third_party/lonely/prebuilt", "\u{7f}ELF\u{2}\u{1}\u{1}"),
];

pub(crate) fn memory() -> MemoryTree {
    let mut tree = MemoryTree::new("weir-1.0");
    for (path, content) in FILES {
        tree.insert(RepoPath::parse(path.as_bytes()).unwrap(), File::new(Mode::Regular, content.as_bytes()));
    }
    tree
}

fn lay_out(folder: &Path) {
    for (path, content) in FILES {
        let place = folder.join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, content).unwrap();
    }
}

pub(crate) fn audit(tree: &dyn Tree, cache: Option<&Path>, ignore_metadata: bool) -> AuditReport {
    audit_with(tree, &Catalog::built_in(), cache, ignore_metadata)
}

pub(crate) fn audit_with(
    tree: &dyn Tree,
    catalog: &Catalog,
    cache: Option<&Path>,
    ignore_metadata: bool,
) -> AuditReport {
    let cache = cache.map(Path::to_path_buf);
    let request =
        Request { tree, catalog, ignore_metadata, copyright: None, cache, jobs: None, build: None, progress: &Silent };
    execute::execute(&request).unwrap()
}

fn component<'r>(report: &'r AuditReport, id: &str) -> &'r Component {
    let found = report.components.iter().find(|component| component.id == id);
    found.unwrap_or_else(|| panic!("{id} in {:?}", report.components.iter().map(|c| &c.id).collect::<Vec<_>>()))
}

#[test]
fn declarations_and_code_are_joined() {
    let report = audit(&memory(), None, false);
    let zlib = component(&report, "third_party/zlib");
    assert_eq!((zlib.name.as_str(), zlib.ecosystem.as_str(), zlib.shipped), ("zlib", "c", Some(true)));
    assert_eq!(zlib.version.value.as_deref(), Some("1.3.2"));
    assert_eq!(zlib.version.source.as_deref(), Some("third_party/zlib/zlib.h:2"));
    assert_eq!((zlib.version.declared.as_deref(), zlib.version.agrees), (Some("1.3.1"), Some(false)));
    assert_eq!(zlib.cpe.as_deref(), Some("cpe:2.3:a:zlib:zlib:1.3:*:*:*:*:*:*:*"));
    assert_eq!(zlib.purl.as_deref(), Some("pkg:generic/zlib@1.3.2"));
    assert_eq!(zlib.provides.as_deref(), Some("bundled(zlib) = 1.3.2"));
    assert_eq!(zlib.modified.state, Answer::Yes);
    assert_eq!(zlib.detected_by, ["readme-chromium", "marker"]);
    let first = component(&report, "third_party/two#First");
    assert_eq!((first.version.value.as_deref(), first.provides.as_deref()), (None, None));
    let second = component(&report, "third_party/two#Second");
    assert_eq!(second.version.value.as_deref(), Some("2.0"));
    let nested = component(&report, "third_party/nested/zlib");
    assert_eq!(nested.parent.as_deref(), Some("third_party/nested"));
    assert_eq!(nested.detected_by, ["marker"]);
    let lonely = component(&report, "third_party/lonely");
    assert_eq!((lonely.version.value.as_deref(), lonely.confidence < 0.9), (Some("4.5"), true));
    assert_eq!(report.summary.components, 6);
    assert_eq!(report.summary.files, FILES.len());
    assert_eq!(report.binaries.len(), 1);
    assert_eq!(report.binaries[0].component.as_deref(), Some("third_party/lonely"));
}

#[test]
fn hidden_metadata_is_not_read() {
    let report = audit(&memory(), None, true);
    let zlib = component(&report, "third_party/zlib");
    assert_eq!((zlib.detected_by.join(" "), zlib.version.declared.clone()), ("marker".to_owned(), None));
    assert!(!report.components.iter().any(|component| component.name == "Second"));
    assert!(report.components.iter().all(|component| component.declared_in.is_empty()));
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "A").env(format!("GIT_{role}_EMAIL"), "a@example.com");
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    assert!(command.arg("-C").arg(folder).args(arguments).status().unwrap().success());
}

#[test]
fn every_kind_of_tree_gives_the_same_report_and_a_cache_changes_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("weir-1.0");
    lay_out(&folder);
    // A link out of the tree is never followed.
    std::os::unix::fs::symlink("/etc", folder.join("third_party/lonely/out")).unwrap();
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "-A", "-f"]);
    git(&folder, &["commit", "-q", "-m", "all"]);
    let archive = temporary.path().join("weir-1.0.tar");
    let file = std::fs::File::create(&archive).unwrap();
    let mut builder = tar::Builder::new(file);
    for (path, content) in FILES {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, format!("weir-1.0/{path}"), content.as_bytes()).unwrap();
    }
    builder.finish().unwrap();
    let cache = temporary.path().join("cache");
    let expected = audit(&memory(), None, false);
    let trees: [Box<dyn Tree>; 3] = [
        Box::new(DirectoryTree::open(&folder).unwrap()),
        Box::new(GitTree::open(&folder, "HEAD").unwrap()),
        Box::new(TarballTree::open(&archive, Some(&cache), None).unwrap()),
    ];
    for tree in trees {
        for round in ["first", "second"] {
            let mut report = audit(&*tree, Some(&cache), false);
            report.tree.clone_from(&expected.tree);
            assert_eq!(json::render(&report), json::render(&expected), "{} {round}", tree.label());
        }
    }
}

#[test]
fn a_file_that_changes_is_read_again() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("weir");
    lay_out(&folder);
    let cache = temporary.path().join("cache");
    let tree = DirectoryTree::open(&folder).unwrap();
    audit(&tree, Some(&cache), false);
    std::fs::write(folder.join("third_party/zlib/zlib.h"), "/* deflateInit_ */\n#define ZLIB_VERSION \"1.9.9\"\n")
        .unwrap();
    let report = audit(&tree, Some(&cache), false);
    assert_eq!(component(&report, "third_party/zlib").version.value.as_deref(), Some("1.9.9"));
}

#[test]
fn the_text_fits_and_ends_with_the_counts() {
    let report = audit(&memory(), None, false);
    for width in [60, 80, 120] {
        for verbose in [false, true] {
            let options = forebay::report::text::TextOptions { width, verbose, ..Default::default() };
            let text = audit_text::audit(&report, &options);
            assert!(text.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= width), "{text}");
            assert!(text.contains("6 components"), "{text}");
        }
    }
}
