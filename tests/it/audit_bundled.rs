//! `forebay audit-bundled`.

use crate::support::{Sandbox, assert_snapshot};

fn tree() -> Sandbox {
    let sandbox = Sandbox::new();
    let readme = "Name: zlib\nURL: http://zlib.net/\nVersion: 1.3.1\nLicense: Zlib\nLicense File: LICENSE\nSecurity Critical: yes\nShipped: yes\nUpdate Mechanism: Manual\n\nDescription:\nCompression.\n\nLocal Modifications:\nNone\n";
    sandbox
        .write("weir-1.0/third_party/zlib/README.chromium", readme)
        .write("weir-1.0/third_party/zlib/LICENSE", "text\n")
        .write("weir-1.0/third_party/zlib/zlib.h", "/* deflateInit_ */\n#define ZLIB_VERSION \"1.3.2\"\n")
        .write("weir-1.0/third_party/zlib/inflate.c", "int x;\n")
        .write("weir-1.0/third_party/lonely/LICENSE", "text\n")
        .write("weir-1.0/third_party/lonely/CMakeLists.txt", "project(lonely VERSION 4.5 LANGUAGES C)\n")
        .write("weir-1.0/third_party/lonely/a.c", "\n")
        .write("weir-1.0/third_party/lonely/b.c", "\n")
        .write("weir-1.0/third_party/lonely/prebuilt", b"\x7fELF\x02\x01\x01");
    sandbox
}

#[test]
fn a_small_tree_as_a_person_sees_it() {
    let sandbox = tree();
    let output = sandbox.run(&["audit-bundled", "weir-1.0/", "-v", "--fail-on", "never"]).expect_status(0);
    assert_snapshot("audit", "small", &output.story());
}

#[test]
fn formats_and_statuses() {
    let sandbox = tree();
    let run = ["audit-bundled", "./weir-1.0", "--format", "json", "--fail-on", "never", "--report", "json=a.json"];
    let output = sandbox.run(&run).expect_status(0);
    assert_eq!(output.out, sandbox.read("a.json"));
    assert!(output.out.contains("\"schema\": \"forebay.audit/1\"") && !output.out.contains("$ROOT"));
    let wrong = sandbox.run(&["audit-bundled", "weir-1.0/", "--fail-on", "warnings"]).expect_status(2);
    assert!(wrong.err.contains("forebay explain"), "{}", wrong.err);
    let missing = sandbox.run(&["audit-bundled", "./none"]).expect_status(2);
    assert!(missing.err.contains("hint:"), "{}", missing.err);
}

#[test]
fn a_baseline_tells_what_is_new_in_every_format() {
    let sandbox = tree();
    sandbox
        .run(&["audit-bundled", "./weir-1.0", "-q", "--fail-on", "never", "--report", "json=before.json"])
        .expect_status(0);
    sandbox.write("weir-1.0/third_party/zlib/zlib.h", "/* deflateInit_ */\n#define ZLIB_VERSION \"1.3.9\"\n");
    let line = ["audit-bundled", "./weir-1.0", "--fail-on", "never", "--baseline", "before.json", "--format"];
    let run = |format: &str| sandbox.run(&[&line[..], &[format]].concat()).expect_status(0).out;
    let markdown = run("markdown");
    assert!(markdown.contains("| zlib | `1.3.2` | `1.3.9` | `third_party/zlib` |"), "{markdown}");
    for (format, word) in [("sarif", "\"2.1.0\""), ("cyclonedx", "\"CycloneDX\""), ("spdx", "\"SPDX-2.3\"")] {
        let text = run(format);
        assert!(text.contains(word), "{format}: {text}");
        assert_eq!(text, run(format), "{format}: the same bytes again");
    }
    for (name, content) in [("a.json", "{"), ("b.json", "{\"schema\": \"forebay.rebase/1\"}"), ("c.json", "{}")] {
        sandbox.write(name, content);
        let wrong = sandbox.run(&["audit-bundled", "./weir-1.0", "--baseline", name]).expect_status(2);
        assert!(
            wrong.err.contains("hint: `forebay audit-bundled TREE --report json=FILE` writes one"),
            "{}",
            wrong.err
        );
    }
}

#[test]
fn entries_that_silence_nothing_are_told_and_wrong_ones_refused() {
    let sandbox = tree();
    let line = ["audit-bundled", "./weir-1.0", "--format", "json", "--fail-on", "never"];
    let entry = "[[ack]]\ncode = \"nothing-like-it\"\nreason = \"known\"\nexpires = \"9999-12-31\"\n";
    sandbox.write("forebay.ack.toml", entry);
    let report = sandbox.run(&line).expect_status(0).report();
    let findings = report["findings"].as_array().expect("a list");
    assert!(findings.iter().any(|finding| finding["code"] == "ack-unused"), "{findings:?}");
    sandbox.write("other.toml", "[[ack]]\ncode = \"x\"\nreson = \"known\"\n");
    let wrong = sandbox.run(&[&line[..], &["--ack", "other.toml"]].concat()).expect_status(2);
    assert!(wrong.err.contains("other.toml:3:1: unknown field `reson`"), "{}", wrong.err);
}

/// Two paragraphs of a distribution: zlib is older than the bundled 1.3.2 by its code, the other is only alike by name.
const PACKAGES: &str =
    "Package: zlib1g\nSource: zlib\nVersion: 1:1.3.dfsg+really1.3.1-1\n\nPackage: liblonely2\nVersion: 4.6-1\n";

#[test]
fn a_package_index_tells_what_the_system_has() {
    let sandbox = tree();
    sandbox.write("dists/weir/Packages", PACKAGES);
    sandbox.write("weir-1.0/third_party/libpng/png.h", "#define PNG_LIBPNG_VER_STRING \"1.6.40\"\n");
    let readme = "Name: libpng\nURL: http://libpng.org/\nVersion: 1.6.40\nLicense: Libpng\nSecurity Critical: yes\nShipped: yes\n";
    sandbox.write("weir-1.0/third_party/libpng/README.chromium", readme);
    let line = ["audit-bundled", "weir-1.0/", "--fail-on", "never", "--system", "dists/weir/Packages"];
    let report = sandbox.run(&[&line[..], &["--format", "json"]].concat()).expect_status(0).report();
    assert_eq!(report["indexes"], serde_json::json!(["weir"]));
    let of = |name: &str| {
        let all = report["components"].as_array().expect("a list");
        all.iter().find(|component| component["name"] == name).expect("a component").clone()
    };
    let zlib = of("zlib");
    let expected = serde_json::json!(
        {"index": "weir", "package": "zlib", "version": "1.3.1", "enough": false, "joined": "name table"});
    assert_eq!(zlib["system"], expected);
    assert_eq!(zlib["verdict"], "keep");
    assert_eq!(zlib["blockers"][0]["kind"], "too-old");
    assert_eq!(zlib["blockers"][0]["detail"], "bundled is 1.3.2, zlib in weir is 1.3.1");
    assert_eq!(zlib["blockers"][0]["places"][0], "third_party/zlib/zlib.h:2");
    let lonely = of("lonely");
    assert_eq!((&lonely["system"]["enough"], &lonely["system"]["guess"]), (&true.into(), &true.into()));
    assert!(lonely["blockers"].as_array().is_some_and(Vec::is_empty));
    let png = of("libpng");
    assert!(png["system"].is_null());
    assert_eq!(png["blockers"][0]["kind"], "not-packaged");
    let text = sandbox.run(&[&line[..], &["-v"]].concat()).expect_status(0);
    let markdown = sandbox.run(&[&line[..], &["--format", "markdown"]].concat()).expect_status(0);
    assert_snapshot("audit", "system", &format!("{}\n{}", text.story(), markdown.story()));
}

#[test]
fn an_index_that_cannot_be_read_is_told_before_the_tree_is_looked_at() {
    let sandbox = tree();
    sandbox.write("notes", "nothing like an index\n");
    sandbox.write("Packages", "Package: a\nVersion: 1\nbroken\n");
    sandbox.write("empty/Packages", "Package: a\nDescription: has no version\n");
    for (index, status, what) in [
        ("notes", 2, "is no package index of a known form"),
        ("Packages", 2, "line 3: expected `Field: value`"),
        ("empty/Packages", 2, "holds no package"),
        ("missing", 4, "missing"),
    ] {
        let wrong = sandbox.run(&["audit-bundled", "./weir-1.0", "--system", index]).expect_status(status);
        assert!(wrong.err.contains(what) && wrong.err.contains("hint:"), "{index}: {}", wrong.err);
        assert!(wrong.out.is_empty());
    }
}

#[test]
fn lists_that_compare_want_something_to_compare_with() {
    let sandbox = tree();
    for (list, hint) in [("moved", "`--baseline FILE`"), ("keepers-compared", "`keepers = ")] {
        let refused = sandbox.run(&["audit-bundled", "./weir-1.0", "--emit", list]).expect_status(2);
        assert!(refused.out.is_empty() && refused.err.contains(hint), "{}", refused.err);
    }
    sandbox
        .run(&["audit-bundled", "./weir-1.0", "-q", "--fail-on", "never", "--report", "json=a.json"])
        .expect_status(0);
    let run = ["audit-bundled", "./weir-1.0", "--emit", "moved", "--baseline", "a.json", "--fail-on", "never"];
    let told = sandbox.run(&run).expect_status(0);
    assert!(
        told.out.ends_with("tools: nothing moved\n\nshims and hooks: nothing moved\n\nkeeplibs: nothing moved\n"),
        "{}",
        told.out
    );
}
