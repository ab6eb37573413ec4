//! `forebay queue churn` on a packaging repository with a history.

use crate::support::{Sandbox, assert_snapshot};

const PATCH: &str = "Description: one\n--- a/x.c\n+++ b/x.c\n@@ -3,3 +3,3 @@\n a\n-b\n+c\n d\n";

/// A Debian package that went through three upstream versions.
fn packaging() -> Sandbox {
    let sandbox = Sandbox::new();
    let changelog = |version: &str| format!("weir ({version}-1) unstable; urgency=low\n");
    let commit = |what: &str| {
        sandbox.git("pkg", &["add", "-A"]);
        sandbox.git("pkg", &["commit", "-q", "-m", what]);
    };
    sandbox.write("pkg/debian/patches/series", "fixes/one.patch\ntwo.patch\n");
    sandbox.write("pkg/debian/patches/fixes/one.patch", PATCH);
    sandbox.write("pkg/debian/patches/two.patch", PATCH);
    sandbox.write("pkg/debian/changelog", changelog("1.0"));
    sandbox.git("pkg", &["init", "-q", "-b", "main"]);
    commit("first");
    sandbox.write("pkg/debian/changelog", changelog("2.0"));
    commit("new upstream release");
    sandbox.write("pkg/debian/patches/fixes/one.patch", PATCH.replace(" d\n", " e\n"));
    sandbox.write("pkg/debian/patches/two.patch", PATCH.replace("-3,3 +3,3", "-9,3 +9,3"));
    commit("refresh");
    sandbox.write("pkg/debian/changelog", changelog("3.0"));
    sandbox.write("pkg/debian/patches/fixes/one.patch", PATCH.replace("+c\n", "+C\n"));
    sandbox.write("pkg/debian/patches/series", "fixes/one.patch\n");
    std::fs::remove_file(sandbox.path("pkg/debian/patches/two.patch")).expect("it is there");
    commit("3.0");
    sandbox
}

#[test]
fn work_is_counted_and_laid_to_the_version_that_made_it() {
    let sandbox = packaging();
    let churn = ["queue", "churn", "--queue", "pkg/debian/patches"];
    let output = sandbox.run(&[&churn[..], &["-v"]].concat()).expect_status(0);
    assert_snapshot("queue", "churn", &output.out);
    let json = sandbox.run(&[&churn[..], &["--format", "json", "--out", "churn.json"]].concat()).expect_status(0);
    assert!(json.out.is_empty());
    let found: serde_json::Value = serde_json::from_str(&sandbox.read("churn.json")).expect("JSON");
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../docs/schema/forebay.churn-1.json")).expect("JSON");
    jsonschema::validate(&schema, &found).expect("it fits its schema");
    let one = &found["patches"][0];
    assert_eq!((&one["name"], &one["work"], &one["context"]), (&"fixes/one.patch".into(), &2.into(), &1.into()));
    let steps: Vec<String> = one["broken-by"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|step| format!("{} {}", step["to"], step["kind"]))
        .collect();
    assert_eq!(steps, [r#""2.0" "context""#, r#""3.0" "edited""#]);
    let two = &found["patches"][1];
    assert_eq!((&two["carried"], &two["numbers"], &two["releases"]), (&false.into(), &1.into(), &3.into()));
    let page = sandbox.run(&[&churn[..], &["--format", "html"]].concat()).expect_status(0);
    assert!(page.out.contains("id=\"churn\"") && page.out.contains("broke 1 (1 edited)"), "{}", page.out);
}

#[test]
fn the_counts_are_those_of_git_log() {
    let sandbox = packaging();
    let output = sandbox.run(&["queue", "churn", "--queue", "pkg/debian/patches", "--format", "json"]).expect_status(0);
    let found: serde_json::Value = serde_json::from_str(&output.out).expect("JSON");
    for patch in found["patches"].as_array().expect("a list") {
        let path = format!("debian/patches/{}", patch["name"].as_str().expect("text"));
        let log = sandbox.tool("git", &["-C", "pkg", "log", "--format=%h", "--diff-filter=M", "--", &path]);
        assert_eq!(patch["rounds"].as_u64(), Some(log.lines().count() as u64), "{path}");
    }
}

#[test]
fn the_schema_is_the_shipped_one() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/forebay.churn-1.json");
    if std::env::var_os("FOREBAY_WRITE_SCHEMA").is_some() {
        std::fs::write(shipped, forebay::report::schema::churn()).expect("it can be written");
    }
    let found = std::fs::read_to_string(shipped).unwrap_or_default();
    assert!(
        found == forebay::report::schema::churn(),
        "write it anew: FOREBAY_WRITE_SCHEMA=1 cargo test --test it churn"
    );
}

#[test]
fn a_folder_without_history_is_told_apart() {
    let sandbox = Sandbox::new();
    sandbox.write("patches/a.patch", PATCH);
    let output = sandbox.run(&["queue", "churn", "--queue", "patches"]).expect_status(2);
    assert!(output.err.contains("lies in no git repository with commits"), "{}", output.err);
}
