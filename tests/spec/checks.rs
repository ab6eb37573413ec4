//! Bad input by rule: every row is a change to a good package and what must be told about it, with its place.

use super::world::{PROFILE, Package, SPEC};

/// A change of the profile, more lines for the spec's preamble, the code or the words that must be told, and the exit status.
type Row = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str, u8);

const LIST: &str = "[license]\nmain = \"MIT\"\nallow = \"allowed.txt\"\n";

/// What profile, queue and hand-written lines can get wrong.
const ROWS: &[Row] = &[
    ("unknown key, with the nearest", &[("apply", "aply")], "", "did you mean `apply`?", 2),
    ("wrong type", &[("range = [1, 99]", "range = \"1-99\"")], "", "`patches.group.range`: must be two numbers", 2),
    (
        "wrong type of a text",
        &[("version = \"2.0\"", "version = 2")],
        "",
        "must be text in quotes, found a whole number",
        2,
    ),
    ("duplicate library", &[("[lib.v8]", "[lib.zlib]")], "", "forebay.toml:", 2),
    ("the same library under two names", &[("[lib.v8]", "[lib.v8]\nbundled = \"zlib\"")], "", "spec-library-twice", 1),
    ("the same path under two names", &[("path = \"v8\"", "path = \"third_party/zlib\"")], "", "spec-library-twice", 1),
    ("duplicate patch number", &[], "Patch7: first.patch\nPatch7: third.patch\n", "spec-patch-clash", 1),
    ("overlapping range", &[("range = [1, 99]", "range = [1, 150]")], "", "spec-range-overlap", 1),
    ("full range", &[("range = [1, 99]", "range = [1, 1]")], "", "spec-range-full", 1),
    (
        "patch outside of every group",
        &[("id = \"base\"", "id = \"base\"\npatches = [\"f*\"]")],
        "",
        "spec-patch-outside",
        1,
    ),
    (
        "two groups that fit",
        &[("patches = [\"system-*\"]", "patches = [\"system-*\", \"arm-*\"]")],
        "",
        "spec-patch-ambiguous",
        1,
    ),
    ("numbers against the series", &[], "Patch9: first.patch\nPatch8: third.patch\n", "spec-patch-order", 1),
    ("bcond name with a dash", &[("[lib.zlib]", "[lib.zlib]\nswitch = \"system-zlib\"")], "", "write `system_zlib`", 2),
    ("system without requires", &[("requires = [\"brotli-devel\"]\n", "")], "", "spec-library-requires", 1),
    ("never system, without reason", &[("reason = \"no stable interface\"\n", "")], "", "spec-library-reason", 1),
    ("path that is not in the tree", &[("path = \"v8\"", "path = \"v9\"")], "", "spec-library-path", 1),
    (
        "kept path that is not in the tree",
        &[("keep = [\"base/icu\"]", "keep = [\"base/icy\"]")],
        "",
        "`unbundle.keep`: the tree holds no `base/icy`",
        1,
    ),
    (
        "keep glob that fits nothing",
        &[("gn-name = \"zlib\"", "gn-name = \"zlib\"\nkeep = [\"third_party/zlib/gogle/**\"]")],
        "",
        "spec-keep-nothing",
        1,
    ),
    (
        "unknown SPDX id",
        &[("license = \"Zlib\"", "license = \"Zlibb\"")],
        "",
        "`Zlibb` is not a licence id of the SPDX list",
        1,
    ),
    ("old-style licence", &[("license = \"Zlib\"", "license = \"GPLv2+\"")], "", "write `GPL-2.0-or-later`", 1),
    ("unbalanced parentheses", &[("license = \"Zlib\"", "license = \"(Zlib AND MIT\"")], "", "not balanced", 1),
    ("lower-case operator", &[("license = \"Zlib\"", "license = \"Zlib and MIT\"")], "", "in capitals in SPDX", 1),
    ("licence that is not allowed", &[("[license]\nmain = \"MIT\"\n", LIST)], "", "spec-license-not-allowed", 1),
    (
        "bundled name with a blank, in the profile",
        &[("[lib.v8]", "[lib.v8]\nbundled = \"v 8\"")],
        "",
        "holds a blank",
        2,
    ),
    ("bundled name with a blank, in the spec", &[], "Provides: bundled(v 8)\n", "holds a blank", 1),
    (
        "version with a blank",
        &[],
        "Provides: bundled(y) = 3.17 patched\n",
        "`patched` behind `bundled(y) = 3.17` becomes a capability",
        1,
    ),
    ("version with two dashes", &[], "Provides: bundled(y) = 1-2-3\n", "rpm refuses or misreads", 1),
    ("version with two colons", &[], "Provides: bundled(y) = 1:2:3\n", "rpm refuses or misreads", 1),
    ("version with @", &[], "Provides: bundled(y) = 1@2\n", "rpm refuses or misreads", 1),
    ("version with <", &[], "Provides: bundled(y) = <1\n", "bundled(y)", 1),
    ("empty after =", &[], "Provides: bundled(y) =\n", "has a sign and no version", 1),
    ("GN string with an open quote", &[("use_system_zlib=true", "use_system_zlib=\\\"")], "", "is no GN argument", 2),
    ("GN string with a newline", &[("is_debug = false", "is_debug = \"a\\nb\"")], "", "control character", 2),
    (
        "secret in a GN argument",
        &[("api = { macro = \"api_word\" }", "google_api_key = \"AIza\"")],
        "",
        "looks like a secret",
        2,
    ),
    ("two switches", &[("flag = \"bundlebrotli\"", "flag = \"bundlebrotli\"\nsystem-flag = \"x\"")], "", "keep one", 2),
    ("tree of another version", &[("version = \"2.0\"", "version = \"2.1\"")], "", "spec-tree-version", 1),
    (
        "switch by hand without bundled()",
        &[],
        "%global bundleicu 1\n%if ! %{bundleicu}\nBuildRequires: libicu-devel\n%endif\n",
        "spec-switch-places",
        1,
    ),
    ("words behind %ifarch", &[], "%ifarch aarch64 && 0%{?fedora} > 40\nRequires: x\n%endif\n", "spec-arch-words", 1),
    (
        "fragment that is not included",
        &[],
        "Source950: forebay-bundled.inc\n",
        "`%include %{SOURCE950}` in the main preamble",
        1,
    ),
];

/// The codes that the table hits.
pub(super) fn codes() -> Vec<String> {
    let told = ROWS.iter().map(|row| row.3).filter(|told| told.starts_with("spec-"));
    told.chain(["spec-patch-unlisted", "spec-include"]).map(str::to_owned).collect()
}

fn package(changes: &[(&str, &str)], lines: &str) -> Package {
    let with_apply = PROFILE.replace("[patches]\n", "[patches]\napply = \"autopatch\"\n")
        + "\n[upstream.version-file]\npath = \"version.h\"\npattern = 'MAJOR ([0-9]+)\\n.*MINOR ([0-9]+)'\n";
    let profile = changes.iter().fold(with_apply, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    let package = Package::bare(&profile, &SPEC.replacen("\n%description", &format!("{lines}\n%description"), 1));
    package.queue(&["first", "arm-second", "third", "system-fourth"]);
    package.write("allowed.txt", "MIT\n# not Zlib\n");
    for path in ["third_party/zlib/google/a.cc", "third_party/brotli/b.c", "v8/v8.h", "base/icu/i.cc"] {
        let place = package.path("upstream").join(path);
        std::fs::create_dir_all(place.parent().expect("it has one")).expect("a folder can be made");
        std::fs::write(place, "").expect("a file can be written");
    }
    package.write("upstream/version.h", "#define MAJOR 2\n#define MINOR 0\n");
    package
}

#[test]
fn the_good_package_has_none_of_these_findings() {
    let said = package(&[], "").run(&["spec", "check", "--tree", "upstream"]);
    for (name, _, _, told, _) in ROWS.iter().filter(|(.., told, status)| *status == 1 && told.starts_with("spec-")) {
        assert!(!said.out.contains(told), "{name}: {}", said.out);
    }
}

#[test]
fn every_row_is_told() {
    for (name, changes, lines, told, status) in ROWS {
        let package = package(changes, lines);
        let before = package.read("weir.spec");
        let said = package.run(&["spec", "check", "--tree", "upstream"]);
        assert_eq!(said.status, *status, "{name}: {}{}", said.out, said.err);
        // Lines are wrapped to the width of a terminal.
        let all = format!("{}{}", said.out, said.err).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(all.contains(told), "{name}: {told} in\n{}{}", said.out, said.err);
        assert_eq!(package.read("weir.spec"), before, "{name}");
    }
}

#[test]
fn series_and_disk_must_agree() {
    let package = package(&[], "");
    package.write("patches/lost.patch", "");
    let said = package.run(&["spec", "check"]);
    assert!(said.out.contains("spec-patch-unlisted") && said.out.contains("lost.patch"), "{}", said.out);
    package.write("patches/series", "first.patch\nnowhere.patch\n");
    let said = package.run(&["spec", "check"]);
    assert!(said.status >= 2 && said.err.contains("nowhere.patch"), "{}", said.err);
}

#[test]
fn a_list_of_licences_is_read_with_its_lines() {
    let package = package(&[("[license]\nmain = \"MIT\"\n", LIST)], "");
    package.write("allowed.txt", "MIT\nGPLv2\n");
    let said = package.run(&["spec", "check"]);
    assert!(
        said.status == 2 && said.err.contains("allowed.txt:2:1: `GPLv2` is an old-style short name"),
        "{}",
        said.err
    );
    package.write("allowed.txt", "MIT\nZlib\nBSD-3-Clause\n");
    let said = package.run(&["spec", "check"]);
    assert!(!said.out.contains("spec-license-not-allowed"), "{}", said.out);
}
