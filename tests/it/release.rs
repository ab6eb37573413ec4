//! `forebay release`.

use serde_json::Value;

use crate::support::{Output, Sandbox, assert_snapshot, picture};

const PROFILE: &str = "[package]\nname = \"weir\"\nversion = \"1.0\"\n\n[upstream]\ntrees = [\"../weir-{version}\"]\n\n[queue]\npath = \"patches\"\n";

const PATCH: &str =
    "Description: Keep the gate shut\n\n--- a/src/gate.c\n+++ b/src/gate.c\n@@ -3,3 +3,3 @@\n c\n-d\n+D\n e\n";

fn readme(name: &str, version: &str, license: &str) -> String {
    format!(
        "Name: {name}\nURL: https://{name}.example/\nVersion: {version}\nLicense: {license}\nLicense File: LICENSE\nSecurity Critical: yes\nShipped: yes\nUpdate Mechanism: Manual\n\nDescription:\nA library.\n\nLocal Modifications:\nNone\n"
    )
}

/// `pkg` with profile and queue beside two releases: the new one has another zlib, a new component under a licence that
/// nothing had, a prebuilt program, and lost a component.
pub(crate) fn world() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("pkg/forebay.toml", PROFILE).write("pkg/patches/series", "gate.patch\n");
    sandbox.write("pkg/patches/gate.patch", PATCH);
    for (version, lead, zlib) in [("1.0", "", "1.3.1"), ("2.0", "new\n", "1.3.2")] {
        let file = |path: &str| format!("weir-{version}/{path}");
        sandbox
            .write(&file("src/gate.c"), format!("{lead}a\nb\nc\nd\ne\nf\ng\n"))
            .write(&file("third_party/zlib/README.chromium"), readme("zlib", zlib, "Zlib"))
            .write(&file("third_party/zlib/LICENSE"), "text\n")
            .write(&file("third_party/zlib/zlib.h"), format!("/* deflateInit_ */\n#define ZLIB_VERSION \"{zlib}\"\n"))
            .write(&file("third_party/zlib/inflate.c"), "int x;\n");
    }
    sandbox
        .write("weir-1.0/third_party/old/README.chromium", readme("old", "7", "Zlib"))
        .write("weir-1.0/third_party/old/LICENSE", "text\n")
        .write("weir-2.0/third_party/fresh/README.chromium", readme("fresh", "0.1", "MIT"))
        .write("weir-2.0/third_party/fresh/LICENSE", "text\n")
        .write("weir-2.0/third_party/fresh/tool", b"\x7fELF\x02\x01\x01");
    sandbox
}

pub(crate) fn release(sandbox: &Sandbox, flags: &[&str]) -> Output {
    sandbox.run(&[&["-C", "pkg", "release", "--onto", "2.0"], flags].concat())
}

fn json(sandbox: &Sandbox, flags: &[&str]) -> Value {
    let output = release(sandbox, &[&["--dry-run", "--report", "json=-"], flags].concat());
    output.report()
}

/// Code, component and old and new value of every row.
fn rows(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let row = |row: &Value| {
        [&row["code"], &row["component"], &row["old"], &row["new"]]
            .map(|value| text(value).replace("release-", ""))
            .join(" ")
    };
    report["deltas"].as_array().expect("a list").iter().map(row).collect()
}

#[test]
fn a_release_as_a_person_sees_it() {
    let sandbox = world();
    let output = release(&sandbox, &["--dry-run", "--report", "markdown=review.md"]).expect_status(1);
    assert_snapshot("release", "text", &output.story());
    let markdown = sandbox.read("pkg/review.md");
    assert_snapshot("release", "markdown", &markdown);
    assert!(markdown.starts_with("<!-- forebay:release:weir -->\n"));
    let verbose = release(&sandbox, &["--dry-run", "-v"]).expect_status(1);
    assert!(verbose.out.contains("zlib: 1.3.1 -> 1.3.2"), "{}", verbose.out);
}

#[test]
fn rows_stand_by_rank_and_a_kept_baseline_gives_the_same() {
    let sandbox = world();
    let report = json(&sandbox, &[]);
    let expected = [
        "license-new third_party/fresh - MIT",
        "binary-new third_party/fresh/tool - x86-64",
        "component-new third_party/fresh - 0.1",
        "component-gone third_party/old 7 -",
        "version third_party/zlib 1.3.1 1.3.2",
    ];
    let found = rows(&report);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        // What the header of so short a program says of its machine is not what this is about.
        let same = found == expected || (found.starts_with("binary-new") && expected.starts_with("binary-new"));
        assert!(same, "{found} is not {expected}");
    }
    sandbox
        .run(&["-C", "pkg", "audit-bundled", "1.0", "-q", "--fail-on", "never", "--report", "json=old.json"])
        .expect_status(0);
    let again = json(&sandbox, &["--baseline", "old.json"]);
    assert_eq!(again["deltas"], report["deltas"]);
    assert_eq!(again["new_findings"], report["new_findings"]);
}

#[test]
fn the_status_is_the_worst_of_the_parts() {
    let sandbox = world();
    release(&sandbox, &["--dry-run"]).expect_status(1);
    release(&sandbox, &["--dry-run", "--fail-on", "never"]).expect_status(0);
    release(&sandbox, &["--dry-run", "--fail-on", "never,release-version"]).expect_status(1);
    release(&sandbox, &["--dry-run", "--fail-on", "reviews"]).expect_status(2);
    sandbox.write("weir-2.0/src/gate.c", "a\nb\nc\nother\ne\nf\ng\n");
    release(&sandbox, &["--dry-run"]).expect_status(3);
}

#[test]
fn rows_are_accepted_one_by_one() {
    let sandbox = world();
    let entry = |lines: &str| format!("[[ack]]\n{lines}reason = \"looked at it\"\nexpires = \"9999-12-31\"\n");
    let id = json(&sandbox, &[])["deltas"][0]["id"].as_str().expect("an id").to_owned();
    let by_id = entry(&format!("id = \"{id}\"\n"));
    let by_name = entry("code = \"release-binary-new\"\ncomponent = \"third_party/fresh/tool\"\n");
    sandbox.write("pkg/forebay.ack.toml", format!("{by_id}{by_name}"));
    let report = json(&sandbox, &[]);
    assert_eq!(report["accepted"].as_array().map(Vec::len), Some(2));
    assert_eq!(report["accepted"][0]["reason"], "looked at it");
    assert_eq!(report["findings"], serde_json::json!([]));
    release(&sandbox, &["--dry-run"]).expect_status(0);
    let bulk = entry("code = \"release-component-new\"\n");
    let gone = entry("id = \"000000000000\"\n");
    let over = by_name.replace("9999", "2020");
    sandbox.write("pkg/forebay.ack.toml", format!("{bulk}{gone}{over}"));
    let report = json(&sandbox, &[]);
    let codes: Vec<&str> =
        report["findings"].as_array().expect("a list").iter().filter_map(|found| found["code"].as_str()).collect();
    assert_eq!(codes, ["ack-bulk", "ack-unused", "ack-expired"]);
    assert_eq!((report["accepted"].as_array().map(Vec::len), rows(&report).len()), (Some(0), 5));
}

#[test]
fn the_report_is_what_its_schema_says() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/forebay.release-1.json");
    let schema = forebay::report::schema::release();
    if std::env::var_os("FOREBAY_WRITE_SCHEMA").is_some() {
        std::fs::write(shipped, &schema).expect("the folder is there");
    }
    let found = std::fs::read_to_string(shipped).unwrap_or_default();
    assert!(found == schema, "write docs/schema anew: FOREBAY_WRITE_SCHEMA=1 cargo test --test it");
    let validator = jsonschema::validator_for(&serde_json::from_str(&found).expect("JSON")).expect("a schema");
    let mut report = json(&world(), &[]);
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let parts = [("rebase", "forebay.rebase/1"), ("audit", "forebay.audit/1")];
    assert!(parts.iter().all(|(part, schema)| report[part]["schema"] == *schema));
    report["verdict"] = "fine".into();
    assert!(!validator.is_valid(&report));
}

const SPEC: &str = "Name: weir\n# >>> forebay:version v1 h=0000000000000000\n# <<< forebay:version\nSummary: A gate\nLicense: MIT\n%description\nA gate.\n";

#[test]
fn the_spec_is_held_against_the_new_release() {
    let sandbox = world();
    let profile = PROFILE.replace("version = \"1.0\"", "version = \"1.0\"\nspec = \"weir.spec\"");
    sandbox.write("pkg/forebay.toml", &profile).write("pkg/weir.spec", SPEC);
    sandbox.run(&["-C", "pkg", "spec", "update", "--force"]).expect_status(0);
    assert!(sandbox.read("pkg/weir.spec").contains("\nVersion: 1.0\n"));
    let report = json(&sandbox, &["--fail-on", "never"]);
    assert_eq!(report["spec"]["regions"][0]["state"], "stale", "the spec still says 1.0");
    assert_eq!(report["spec"]["schema"], "forebay.spec/1");
    let output = release(&sandbox, &["--dry-run", "--fail-on", "never"]).expect_status(1);
    assert!(output.out.contains("spec     : 1 of 1 region stale (version)"), "{}", output.out);
    assert!(output.out.contains("forebay spec update weir.spec"), "{}", output.out);
    sandbox.write("pkg/weir.spec", sandbox.read("pkg/weir.spec").replace("Version: 1.0", "Version: 1.5"));
    release(&sandbox, &["--dry-run"]).expect_status(2);
}

#[test]
fn artefacts_hold_everything_and_a_strange_folder_is_refused() {
    let sandbox = world();
    release(&sandbox, &["--dry-run", "--artefacts", "review"]).expect_status(1);
    let names = || -> Vec<String> {
        picture(&sandbox.path("pkg/review")).keys().map(|path| path.display().to_string()).collect()
    };
    let first = names();
    for name in ["queue/series", "queue/gate.patch", "rebase.json", "audit.json", "release.json", "release.md"] {
        assert!(first.contains(&name.to_owned()), "{name} is missing: {first:?}");
    }
    assert!(sandbox.read("pkg/review/queue/gate.patch").contains("@@ -4,3 +4,3 @@"));
    assert_eq!(sandbox.read("pkg/patches/gate.patch"), PATCH, "nothing was written but artefacts");
    release(&sandbox, &["--dry-run", "--artefacts", "review"]).expect_status(1);
    assert_eq!(names(), first);
    let wrong = release(&sandbox, &["--dry-run", "--artefacts", "patches"]).expect_status(2);
    assert!(wrong.err.contains("forebay did not write what lies there"), "{}", wrong.err);
    let audit = sandbox.read("pkg/review/audit.json");
    sandbox.write("pkg/audit.json", audit);
    let same = json(&sandbox, &["--baseline", "audit.json"]);
    assert_eq!(same["deltas"], serde_json::json!([]), "an audit is the baseline of the next release");
}

#[test]
fn the_queue_is_written_with_the_reports() {
    let sandbox = world();
    let output = release(&sandbox, &["--report", "json=release.json"]).expect_status(1);
    assert!(output.out.contains("write `version = \"2.0\"` in forebay.toml; or `forebay undo`"), "{}", output.out);
    assert!(sandbox.read("pkg/patches/gate.patch").contains("@@ -4,3 +4,3 @@"));
    sandbox.run(&["-C", "pkg", "undo"]).expect_status(0);
    assert_eq!(sandbox.read("pkg/patches/gate.patch"), PATCH);
}

/// A release that fixes something, with a patch that is new and one that is gone since the last commit.
fn packaged() -> Sandbox {
    let sandbox = world();
    sandbox.write("pkg/patches/gone.patch", PATCH).tool("git", &["init", "-q", "pkg"]);
    sandbox.git("pkg", &["add", "-A"]).git("pkg", &["commit", "-qm", "before"]);
    std::fs::remove_file(sandbox.path("pkg/patches/gone.patch")).expect("it was there");
    let fresh = PATCH
        .replace("src/gate.c", "src/fresh.c")
        .replace("@@ -3,3 +3,3 @@\n c\n-d\n+D\n e\n", "@@ -0,0 +1 @@\n+new\n");
    let fresh = fresh.replace("--- a/src/fresh.c", "--- /dev/null");
    sandbox.write("pkg/patches/fresh.patch", fresh).write("pkg/patches/series", "gate.patch\nfresh.patch\n");
    sandbox.write("pkg/cves.txt", "# fixed in 2.0\nCVE-2026-12345: Use after free in the gate, 100% reproducible, which is told here at such length that the line has to break\nCVE-2026-0001\n");
    sandbox
}

#[test]
fn changelogs_tell_what_became_of_the_queue() {
    let sandbox = packaged();
    let print = |format: &str| {
        release(&sandbox, &["--dry-run", "--cves", "cves.txt", "--report", &format!("{format}=-")]).expect_status(1).out
    };
    let all: Vec<String> = ["debian", "rpm", "plain", "pull-request"].iter().map(|format| print(format)).collect();
    assert_snapshot("release", "changelogs", &all.join("=====\n"));
    for text in &all[..3] {
        assert!(text.lines().all(|line| line.chars().count() < 80), "{text}");
        assert!(
            text.contains("gate.patch: refresh")
                && text.contains("fresh.patch: new")
                && text.contains("gone.patch: drop")
        );
    }
    assert!(all[1].contains("100%% reproducible") && all[2].contains("100% reproducible"));
}

#[test]
fn dpkg_reads_the_entry() {
    let sandbox = packaged();
    let profile = sandbox.read("pkg/forebay.toml");
    let packager = "\n[changelog]\npackager = \"Pat Packager <pat@weir.example>\"\n";
    sandbox.write("pkg/forebay.toml", format!("{profile}{packager}"));
    let line = ["-C", "pkg", "release", "--onto", "2.0", "--dry-run", "--cves", "cves.txt", "--report", "debian=entry"];
    sandbox.finish(sandbox.command(&line).env("SOURCE_DATE_EPOCH", "1800000000")).expect_status(1);
    let entry = sandbox.read("pkg/entry");
    assert!(entry.ends_with("\n -- Pat Packager <pat@weir.example>  Fri, 15 Jan 2027 08:00:00 +0000\n"), "{entry}");
    let fields = sandbox.tool("dpkg-parsechangelog", &["-l", "pkg/entry"]);
    for field in
        ["Source: weir\n", "Version: 2.0-1\n", "Urgency: high\n", "Maintainer: Pat Packager", "Timestamp: 1800000000\n"]
    {
        assert!(fields.contains(field), "{field}{fields}");
    }
}

#[test]
fn ci_formats_hold_every_row() {
    let sandbox = world();
    sandbox.write("weir-2.0/src/gate.c", "a\nb\nc\nother\ne\nf\ng\n");
    release(&sandbox, &["--dry-run", "--artefacts", "review"]).expect_status(3);
    let sarif: Value = serde_json::from_str(&sandbox.read("pkg/review/release.sarif")).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    let report: Value = serde_json::from_str(&sandbox.read("pkg/review/release.json")).expect("JSON");
    for row in report["deltas"].as_array().expect("a list") {
        assert!(results.iter().any(|result| result["partialFingerprints"]["forebay/v1"] == row["id"]), "{row}");
    }
    let conflict = results.iter().find(|result| result["ruleId"] == "patch-conflict").expect("the patch");
    assert_eq!(conflict["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "src/gate.c");
    let document = quick_junit::Report::deserialize_from_str(&sandbox.read("pkg/review/junit.xml")).expect("JUnit");
    let of = |suite: &str| document.test_suites.iter().find(|one| one.name.as_str() == suite).expect("a suite");
    assert_eq!((of("patches").failures, of("patches").tests), (1, 1));
    // The licence and the prebuilt program.
    assert_eq!((of("bundled").failures, of("bundled").errors), (2, 0));
    assert!(document.timestamp.is_none() && document.time.is_none() && document.uuid.is_none());
}

#[test]
fn the_comment_stays_short_whatever_a_release_brings() {
    let sandbox = world();
    let mut series = String::new();
    for number in 0..120 {
        let folder = format!("weir-2.0/third_party/lib{number}");
        let license = if number % 2 == 0 { "MIT" } else { "Apache-2.0" };
        sandbox
            .write(&format!("{folder}/README.chromium"), readme(&format!("lib{number}"), "1.0", license))
            .write(&format!("{folder}/tool"), b"\x7fELF\x02\x01\x01")
            .write(&format!("weir-1.0/src/f{number}.c"), "a\nb\nc\nd\ne\n")
            .write(&format!("weir-2.0/src/f{number}.c"), "a\nb\nc\nother\ne\n")
            .write(&format!("pkg/patches/p{number}.patch"), PATCH.replace("gate.c", &format!("f{number}.c")));
        series = format!("{series}p{number}.patch\n");
    }
    sandbox.write("pkg/patches/series", series);
    let text = release(&sandbox, &["--dry-run", "--report", "markdown=-"]).expect_status(3).out;
    let (mut depth, mut visible) = (0_usize, 0);
    for line in text.lines() {
        visible += usize::from(depth == 0);
        depth = (depth + line.matches("<details>").count()) - line.matches("</details>").count();
    }
    assert!(visible <= 60, "{visible} lines are visible");
    assert!(text.len() < 65_536 && depth == 0, "{} bytes", text.len());
    let terminal = release(&sandbox, &["--dry-run"]).expect_status(3).out;
    assert!(terminal.lines().count() < 180, "{}", terminal.lines().count());
}

#[test]
fn reports_follow_what_is_decided_afterwards() {
    let sandbox = Sandbox::example();
    let run = |arguments: &[&str]| sandbox.run(&[&["-C", "weir"], arguments].concat());
    run(&["release", "--onto", "2.0", "--artefacts", "../review", "--report", "markdown=../own.md"]).expect_status(3);
    let conflicts = || {
        let report: serde_json::Value = serde_json::from_str(&sandbox.read("review/release.json")).expect("JSON");
        report["rebase"]["summary"]["conflict"].as_u64()
    };
    assert_eq!(conflicts(), Some(2));
    sandbox.edit_conflict();
    run(&["continue"]).expect_status(3);
    assert_eq!(conflicts(), Some(1));
    assert!(sandbox.read("review/queue/series").contains("\nfeatures/default-level.patch\n"));
    // From another folder too.
    sandbox.run(&["-C", "weir/debian", "skip", "--reason", "gone"]).expect_status(0);
    assert_eq!(conflicts(), Some(0));
    for (page, word) in [("own.md", "REVIEW"), ("review/release.md", "REVIEW"), ("review/release.html", "REVIEW")] {
        assert!(sandbox.read(page).contains(word), "{page}");
    }
    assert_eq!(sandbox.read("weir/debian/patches/series"), sandbox.read("review/queue/series"));
}

#[test]
fn the_gate_holds_after_the_last_conflict_too() {
    // The licence and the prebuilt program still want a decision.
    for (gates, status) in [(&["--artefacts", "review"][..], 1), (&["--artefacts", "review", "--fail-on", "never"], 0)]
    {
        let sandbox = world();
        sandbox.write("weir-2.0/src/gate.c", "a\nb\nc\nother\ne\nf\ng\n");
        release(&sandbox, gates).expect_status(3);
        sandbox.run(&["-C", "pkg", "skip", "--reason", "gone"]).expect_status(status);
    }
}

#[test]
fn a_report_that_cannot_follow_is_told_and_the_queue_is_written() {
    let sandbox = Sandbox::example();
    sandbox.write("weir/cves.txt", "CVE-2026-0001: x\n");
    let run = |arguments: &[&str]| sandbox.run(&[&["-C", "weir"], arguments].concat());
    run(&["release", "--onto", "2.0", "--cves", "cves.txt", "--artefacts", "../review"]).expect_status(3);
    std::fs::remove_file(sandbox.path("weir/cves.txt")).expect("it was written");
    let failed = run(&["skip", "update-check.patch", "--reason", "gone"]).expect_status(4);
    assert!(failed.err.contains("hint: the queue is written; only the reports"), "{}", failed.err);
    assert!(sandbox.read("weir/debian/patches/series").contains("# forebay: skipped on v2.0: gone"));
}
