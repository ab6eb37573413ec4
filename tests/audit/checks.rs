//! Every check finds what it is there for, in a tree made for it, and is silent where all is well.

use forebay::audit::report::{Answer, AuditReport};
use forebay::audit::rules::RULES;
use forebay::path::RepoPath;
use forebay::tree::memory::MemoryTree;
use forebay::tree::{File, Mode};

use super::trees::audit;

const ZLIB: &str = "/* deflateInit_ */\n#define ZLIB_VERSION \"1.3.2\"\n";

fn readme(name: &str, more: &str) -> String {
    format!(
        "Name: {name}\nURL: https://example.com/{name}\nLicense: MIT\nSecurity Critical: yes\nShipped: yes\n{more}\n"
    )
}

fn run(files: &[(&str, &str)]) -> AuditReport {
    let mut tree = MemoryTree::new("weir");
    for (path, content) in files {
        tree.insert(RepoPath::parse(path.as_bytes()).unwrap(), File::new(Mode::Regular, content.as_bytes()));
    }
    audit(&tree, None, false)
}

/// The places of the findings of a code.
fn places(report: &AuditReport, code: &str) -> Vec<String> {
    let found = report.findings.iter().filter(|finding| finding.code == code);
    found.flat_map(|finding| finding.places.iter().cloned()).collect()
}

const MIT: &str = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated \
documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the rights to use, \
copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the \
Software is furnished to do so, subject to the following conditions:\n\nThe above copyright notice and this permission notice shall \
be included in all copies or substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY \
KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND \
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER \
IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS \
IN THE SOFTWARE.\n";

#[test]
fn a_tree_in_order_has_no_finding() {
    let text = readme(
        "zlib",
        "Version: 1.3.2\nLicense File: LICENSE\nUpdate Mechanism: Manual\n\nDescription:\nx\n\nLocal Modifications:\nNone\n",
    );
    let report = run(&[
        ("third_party/zlib/README.chromium", &text),
        ("third_party/zlib/LICENSE", MIT),
        ("third_party/zlib/zlib.h", ZLIB),
        ("third_party/zlib/inflate.c", "int x;\n"),
    ]);
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    assert_eq!(report.components[0].license.agrees, Some(true));
    assert_eq!(report.components[0].license.spdx.as_deref(), Some("MIT"));
}

#[test]
fn contradictions_are_found_at_their_places() {
    let zlib = readme("zlib", "Version: 1.2.13\nCPEPrefix: cpe:/a:zlib:zlib:1.2.11\nLicense File: LICENSE, gone/COPYING\n\nLocal Modifications:\nNone\n").replace("License: MIT", "License: Apache-2.0");
    let old = readme("old", "Version: 2\nDate: 2019-01-31\n");
    let new = readme("new", "Version: 3\nDate: 2026-01-31\nLicense File: LICENSE\n");
    let report = run(&[
        ("third_party/zlib/README.chromium", &zlib),
        ("third_party/zlib/LICENSE", MIT),
        ("third_party/zlib/zlib.h", ZLIB),
        ("third_party/zlib/inflate.c", "int x;\n"),
        ("third_party/zlib/patches/0001.patch", "--- a\n"),
        ("third_party/old/README.chromium", &old),
        ("third_party/new/README.chromium", &new),
        ("third_party/new/LICENSE", MIT),
        ("third_party/mute/README.chromium", &readme("mute", "License File: ../new/LICENSE\n")),
        ("third_party/host/zlib/zlib.h", &ZLIB.replace("1.3.2", "1.2.11")),
        ("third_party/host/zlib/inflate.c", "int x;\n"),
        ("third_party/guess/LICENSE", MIT),
        ("third_party/guess/a.c", "int x;\n"),
        ("third_party/new/tool", "\u{7f}ELF\u{2}\u{1}\u{1}"),
        ("third_party/new/x.wasm", "\0asm\u{1}\0\0\0"),
        ("third_party/new/font.otf", "OTTO"),
    ]);
    let at =
        |code: &str, expected: &[&str]| assert_eq!(places(&report, code), expected, "{code}: {:?}", report.findings);
    at("declared-version-differs", &["third_party/zlib/zlib.h:2", "third_party/zlib/README.chromium:6"]);
    at("cpe-version-differs", &["third_party/zlib/README.chromium:7", "third_party/zlib/zlib.h:2"]);
    at("license-differs", &["third_party/zlib/LICENSE", "third_party/zlib/README.chromium:3"]);
    at("license-file-missing", &["third_party/zlib/README.chromium:8"]);
    at("license-text-missing", &["third_party/old/README.chromium:1"]);
    at("modification-undeclared", &["third_party/zlib/patches", "third_party/zlib/README.chromium:10"]);
    at("roll-stale", &["third_party/old/README.chromium:7"]);
    at("version-unknown", &["third_party/mute/README.chromium:1"]);
    at("component-undeclared", &["third_party/host/zlib/zlib.h:2"]);
    at("component-suspected", &["third_party/guess"]);
    at("copies-differ", &["third_party/host/zlib", "third_party/zlib"]);
    at("prebuilt-binary", &["third_party/new/tool", "third_party/new/x.wasm"]);
    at("prebuilt-other", &["third_party/new/font.otf"]);
    assert!(!places(&report, "metadata-missing").is_empty() || !places(&report, "metadata-invalid").is_empty());
    for finding in &report.findings {
        assert!(RULES.iter().any(|rule| rule.code == finding.code && rule.severity == finding.severity));
        assert!(!finding.hint.is_empty() && !finding.message.ends_with('.'), "{finding:?}");
    }
    let severities: Vec<_> = report.findings.iter().map(|finding| finding.severity).collect();
    assert!(severities.is_sorted_by(|one, other| one >= other), "the worst come first");
}

#[test]
fn vendored_crates_are_components_however_deep_they_lie() {
    let crate_file = "[package]\nname = \"weir\"\nversion = \"1.4.0\"\nlicense = \"MIT\"\n";
    let report = run(&[
        ("third_party/rust/weir/Cargo.toml", crate_file),
        ("third_party/rust/weir/.cargo-checksum.json", "{\"files\":{},\"package\":\"00\"}"),
        ("third_party/rust/weir/src/lib.rs", "\n"),
        ("third_party/rust/weir/examples/own/Cargo.toml", &crate_file.replace("weir", "own")),
    ]);
    let found: Vec<_> = report.components.iter().map(|one| (one.name.as_str(), one.version.value.as_deref())).collect();
    assert_eq!(found, [("weir", Some("1.4.0"))]);
    assert_eq!(report.components[0].purl.as_deref(), Some("pkg:cargo/weir@1.4.0"));
    assert_eq!(report.components[0].provides.as_deref(), Some("bundled(crate(weir)) = 1.4.0"));
}

/// SHA-256 of `pub fn weir() {}` with a line feed, by `sha256sum`.
const WEIR: &str = "36ac31e3ed55a1174c715bb748f0eed302ee834b9fc5650b4150433a69e49c02";

#[test]
fn a_vendored_crate_is_held_against_its_checksums() {
    let manifest = "[package]\nname = \"weir\"\nversion = \"1.4.0\"\nlicense = \"MIT\"\n";
    let list = |files: &str, package: &str| format!("{{\"files\":{{{files}}},\"package\":{package}}}");
    let lib = format!("\"src/lib.rs\":\"{WEIR}\"");
    let other = format!("{lib},\"src/gone.rs\":\"{WEIR}\",\"../equal/src/lib.rs\":\"{}\"", "0".repeat(64));
    let equal = list(&lib, "\"00\"");
    let (changed, emptied, local) = (list(&other, "\"00\""), list("", "\"00\""), list(&lib, "null"));
    let mut files = Vec::new();
    for (name, list, lib) in [
        ("changed", &changed, "pub fn weir() { /* changed */ }\n"),
        ("emptied", &emptied, "changed\n"),
        ("equal", &equal, "pub fn weir() {}\n"),
        ("local", &local, "pub fn weir() {}\n"),
    ] {
        files.push((format!("third_party/rust/{name}/Cargo.toml"), manifest.replace("weir", name)));
        files.push((format!("third_party/rust/{name}/.cargo-checksum.json"), list.clone()));
        files.push((format!("third_party/rust/{name}/src/lib.rs"), lib.to_owned()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let report = run(&files);
    let list = "third_party/rust/changed/.cargo-checksum.json:1";
    assert_eq!(places(&report, "checksum-differs"), ["third_party/rust/changed/src/lib.rs", list]);
    assert_eq!(places(&report, "checksum-file-missing"), ["third_party/rust/changed/src/gone.rs", list]);
    let states: Vec<_> = report.components.iter().map(|one| (one.name.as_str(), one.modified.state)).collect();
    let (yes, no, unknown) = (Answer::Yes, Answer::No, Answer::Unknown);
    assert_eq!(states, [("changed", yes), ("emptied", unknown), ("equal", no), ("local", unknown)]);
    let evidence =
        "third_party/rust/changed/src/lib.rs not as the checksum says; third_party/rust/changed/src/gone.rs missing";
    assert_eq!(report.components[0].modified.evidence, [format!("{list}: {evidence}")]);
}

#[test]
fn debian_copyright_is_a_second_opinion() {
    let copyright = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: ISC\n\nFiles: third_party/one/*\n third_party/two/*\nLicense: GPL-2+\n\nFiles: third_party/mute/*\nLicense: Expat\n";
    let mute = readme("mute", "Version: 1\n").replace("License: MIT\n", "");
    let report = run(&[
        ("debian/copyright", copyright),
        ("third_party/one/README.chromium", &readme("one", "Version: 1\n")),
        (
            "third_party/two/README.chromium",
            &readme("two", "Version: 1\n").replace("License: MIT", "License: GPL-2.0-or-later"),
        ),
        ("third_party/three/README.chromium", &readme("three", "Version: 1\n")),
        ("third_party/mute/README.chromium", &mute),
    ]);
    assert_eq!(places(&report, "copyright-differs"), ["debian/copyright:8", "third_party/one/README.chromium:3"]);
    let license = &report.components[0].license;
    assert_eq!((license.spdx.as_deref(), license.source.as_deref()), (Some("MIT"), Some("debian/copyright:11")));
}

#[test]
fn a_file_that_cannot_be_read_is_a_finding_and_not_the_end() {
    use std::os::unix::fs::PermissionsExt as _;
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("weir");
    std::fs::create_dir_all(folder.join("third_party/x")).unwrap();
    let file = folder.join("third_party/x/README.chromium");
    std::fs::write(&file, readme("x", "Version: 1\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).unwrap();
    let report = audit(&forebay::tree::directory::DirectoryTree::open(&folder).unwrap(), None, false);
    // Who may read everything reads this too.
    if std::fs::read(&file).is_err() {
        assert_eq!(places(&report, "file-unread"), ["third_party/x/README.chromium"]);
    } else {
        assert_eq!(report.components.len(), 1);
    }
}
