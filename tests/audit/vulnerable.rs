//! Known vulnerabilities: own small dumps against own small trees, from the flag to the OpenVEX document.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use forebay::cli::world::{Environment, Terminal, World};

/// Runs forebay in process; gives its status, standard output and standard error.
fn run(root: &Path, arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let world = World {
        out: &mut out,
        err: &mut err,
        environment: Environment::of(&[("SOURCE_DATE_EPOCH", "1795608000")]),
        directory: root.to_path_buf(),
        terminal: Terminal::default(),
        now: 1_795_608_000,
        interrupted: Arc::new(AtomicBool::new(false)),
    };
    let words = std::iter::once("forebay").chain(arguments.iter().copied()).map(Into::into);
    let status = forebay::cli::run(words, world).code();
    (status, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn said(root: &Path, arguments: &[&str]) -> String {
    let (status, out, err) = run(root, arguments);
    assert_eq!(status, 0, "{err}");
    out
}

fn write(root: &Path, name: &str, text: &str) {
    let place = root.join(name);
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::write(place, text).unwrap();
}

const HEX: &str = "0123456789abcdef0123456789abcdef01234567";

/// A record about one package.
fn record(id: &str, affected: &str, more: &str) -> String {
    format!(
        r#"{{ "schema_version": "1.7.0", "id": "{id}", "summary": "about {id}", {more} "affected": [ {affected} ] }}"#
    )
}

fn range(kind: &str, repository: &str, events: &str) -> String {
    let repo = if repository.is_empty() { String::new() } else { format!(r#""repo": "{repository}","#) };
    format!(r#"{{ "type": "{kind}", {repo} "events": [ {events} ] }}"#)
}

fn tree(root: &Path) {
    let readme = |name: &str, version: &str, more: &str| {
        format!(
            "Name: {name}\nURL: https://github.com/example/{name}\nVersion: {version}\nLicense: MIT\nLicense File: LICENSE\nSecurity Critical: yes\nShipped: yes\n{more}\n"
        )
    };
    write(root, "third_party/weir/README.chromium", &readme("weir", "1.4", "Mitigated: CVE-2026-3"));
    write(root, "third_party/dam/README.chromium", &readme("dam", "N/A", &format!("Revision: {HEX}")));
    write(root, "third_party/sluice/README.chromium", &readme("sluice", "2.0", "CPEPrefix: cpe:/a:vendor:gate:2.0"));
    write(
        root,
        "third_party/unshipped/README.chromium",
        &readme("unshipped", "1.0", "").replace("Shipped: yes", "Shipped: no"),
    );
    for name in ["weir", "dam", "sluice", "unshipped"] {
        write(root, &format!("third_party/{name}/{name}.c"), "int main;\n");
    }
}

/// The dump: what each record is for stands in its id.
fn records() -> Vec<(String, String)> {
    let repo = |name: &str| format!("https://github.com/example/{name}.git");
    let by_repo = |name: &str, versions: &str, events: &str| {
        format!(r#"{{ "versions": [ {versions} ], "ranges": [ {} ] }}"#, range("GIT", &repo(name), events))
    };
    let cpe = r#""database_specific": { "cpes": [ "cpe:2.3:a:vendor:gate:*:*:*:*:*:*:*:*" ] }"#;
    let records = [
        (
            "CVE-2026-1",
            by_repo("weir", r#""v1.3", "weir-1_4""#, r#"{ "introduced": "0" }, { "fixed": "abcdef0" }"#),
            r#""aliases": ["GHSA-aaaa"],"#,
        ),
        (
            "GHSA-aaaa",
            by_repo("weir", r#""1.4""#, r#"{ "introduced": "0" }, { "fixed": "abcdef0" }"#),
            r#""aliases": ["CVE-2026-1", "OSV-1"],"#,
        ),
        ("CVE-2026-2", by_repo("weir", r#""v1.3""#, r#"{ "introduced": "0" }, { "fixed": "abcdef0" }"#), ""),
        ("CVE-2026-3", by_repo("weir", r#""v1.4""#, r#"{ "introduced": "0" }, { "fixed": "abcdef0" }"#), ""),
        ("CVE-2026-4", by_repo("dam", "", &format!(r#"{{ "introduced": "{HEX}" }}, {{ "fixed": "abcdef0" }}"#)), ""),
        ("CVE-2026-5", by_repo("dam", "", &format!(r#"{{ "introduced": "0" }}, {{ "fixed": "{HEX}" }}"#)), ""),
        ("CVE-2026-6", by_repo("dam", "", r#"{ "introduced": "0" }, { "fixed": "abcdef0" }"#), ""),
        (
            "CVE-2026-7",
            format!(
                r#"{{ {cpe}, "ranges": [ {} ] }}"#,
                range("ECOSYSTEM", "", r#"{ "introduced": "1.0" }, { "fixed": "2.1" }"#)
            ),
            "",
        ),
        ("CVE-2026-8", by_repo("unshipped", r#""1.0""#, ""), ""),
        ("CVE-2026-9", by_repo("weir", r#""v1.4""#, ""), r#""withdrawn": "2026-01-01T00:00:00Z","#),
        (
            "OSV-2026-10",
            format!(
                r#"{{ "package": {{ "ecosystem": "OSS-Fuzz", "name": "weir" }}, "ranges": [ {} ] }}"#,
                range("SEMVER", "", r#"{ "introduced": "1.0" }, { "last_affected": "1.4" }"#)
            ),
            "",
        ),
        ("OSV-2026-11", r#"{ "package": { "ecosystem": "npm", "name": "weir" }, "versions": ["1.4"] }"#.to_owned(), ""),
    ];
    records.into_iter().map(|(id, affected, more)| (id.to_owned(), record(id, &affected, more))).collect()
}

fn folder(root: &Path) {
    for (id, text) in records() {
        write(root, &format!("dump/deep/{id}.json"), &text);
    }
}

fn zip(root: &Path) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(root.join("all.zip")).expect("the file can be made"));
    for (id, text) in records() {
        zip.start_file(format!("{id}.json"), zip::write::SimpleFileOptions::default()).expect("a file can be added");
        zip.write_all(text.as_bytes()).expect("it can be written");
    }
    zip.finish().expect("the archive can be closed");
}

fn audit(root: &Path, dump: &str) -> serde_json::Value {
    let out = said(root, &["audit-bundled", "tree", "--osv", dump, "--format", "json", "--fail-on", "never"]);
    serde_json::from_str(&out).expect("it is JSON")
}

#[test]
fn a_record_is_judged_by_commit_before_version() {
    let place = tempfile::tempdir().expect("a folder can be made");
    let root = place.path();
    tree(&root.join("tree"));
    folder(root);
    zip(root);
    let report = audit(root, "dump");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let rows: Vec<(String, String, String)> = report["vulnerabilities"]
        .as_array()
        .expect("it is a list")
        .iter()
        .map(|row| (text(&row["id"]), text(&row["state"]), text(&row["join"])))
        .collect();
    let row = |id: &str, state: &str, join: &str| (id.to_owned(), state.to_owned(), join.to_owned());
    assert_eq!(
        rows,
        [
            row("CVE-2026-4", "affected", "repository"),
            row("CVE-2026-7", "likely", "cpe"),
            row("CVE-2026-8", "likely", "repository"),
            row("CVE-2026-1", "likely", "repository"),
            row("OSV-2026-10", "likely", "name"),
            row("CVE-2026-6", "undecided", "repository"),
            row("CVE-2026-3", "mitigated", "repository"),
            row("CVE-2026-5", "fixed", "repository"),
        ]
    );
    assert_eq!(report["vulnerabilities"][1]["fixed"], "2.1");
    assert_eq!(report["vulnerabilities"][3]["aliases"], serde_json::json!(["GHSA-aaaa", "OSV-1"]));
    let findings: Vec<(String, String)> = report["findings"]
        .as_array()
        .expect("it is a list")
        .iter()
        .filter(|finding| text(&finding["code"]).starts_with("vulnerable"))
        .map(|finding| (text(&finding["code"]), text(&finding["severity"])))
        .collect();
    let finding = |code: &str, severity: &str| (code.to_owned(), severity.to_owned());
    // What is not shipped, mitigated or fixed is no finding, and a version weighs less than a commit.
    assert_eq!(
        findings,
        [
            finding("vulnerable-revision", "error"),
            finding("vulnerable-version", "warning"),
            finding("vulnerable-version", "warning"),
            finding("vulnerable-version", "warning"),
            finding("vulnerable-undecided", "note"),
        ]
    );
    assert_eq!(audit(root, "all.zip"), report, "a zip file and a folder say the same");
}

#[test]
fn the_states_become_an_openvex_document() {
    let place = tempfile::tempdir().expect("a folder can be made");
    let root = place.path();
    tree(&root.join("tree"));
    folder(root);
    let vex = said(root, &["audit-bundled", "tree", "--osv", "dump", "--format", "openvex", "--fail-on", "never"]);
    let document: serde_json::Value = serde_json::from_str(&vex).expect("it is JSON");
    assert_eq!(document["@context"], "https://openvex.dev/ns/v0.2.0");
    for key in ["@id", "author", "timestamp", "version", "statements"] {
        assert!(!document[key].is_null(), "{key}");
    }
    let statements = document["statements"].as_array().expect("it is a list");
    assert_eq!(statements.len(), 8);
    let of = |id: &str| statements.iter().find(|statement| statement["vulnerability"]["name"] == id).expect(id);
    for (id, status, justification) in [
        ("CVE-2026-4", "affected", None),
        ("CVE-2026-1", "under_investigation", None),
        ("CVE-2026-6", "under_investigation", None),
        ("CVE-2026-8", "not_affected", Some("component_not_present")),
        ("CVE-2026-3", "not_affected", Some("inline_mitigations_already_exist")),
        ("CVE-2026-5", "fixed", None),
    ] {
        let statement = of(id);
        assert_eq!(
            (&statement["status"], statement["justification"].as_str()),
            (&status.into(), justification),
            "{id}"
        );
        // The format asks for an action where something is affected, and for a justification where nothing is.
        assert_eq!(statement["action_statement"].is_string(), status == "affected", "{id}");
        assert!(statement["products"][0]["subcomponents"][0]["@id"].as_str().is_some_and(|id| id.starts_with("pkg:")));
    }
    let again = said(root, &["audit-bundled", "tree", "--osv", "dump", "--format", "openvex", "--fail-on", "never"]);
    assert_eq!(again, vex);
}

#[test]
fn broken_dumps_are_told_and_hold_nobody_up() {
    let place = tempfile::tempdir().expect("a folder can be made");
    let root = place.path();
    tree(&root.join("tree"));
    folder(root);
    write(root, "dump/broken.json", "{");
    write(root, "dump/deep.json", &"[".repeat(100_000));
    write(root, "dump/other.txt", "no record");
    let report = audit(root, "dump");
    let unread: Vec<&serde_json::Value> = report["findings"]
        .as_array()
        .expect("it is a list")
        .iter()
        .filter(|finding| finding["code"] == "advisory-unread")
        .collect();
    assert_eq!(unread.len(), 1);
    assert_eq!(unread[0]["message"], "2 of 14 records could not be read");
    assert_eq!(report["vulnerabilities"].as_array().expect("it is a list").len(), 8);
    std::fs::create_dir(root.join("empty")).expect("a folder can be made");
    write(root, "no.zip", "PK no archive");
    for (dump, told) in [("empty", "holds no record"), ("no.zip", "cannot read the archive"), ("nowhere", "nowhere")] {
        let (status, _, error) = run(root, &["audit-bundled", "tree", "--osv", dump]);
        assert!(status >= 2 && error.contains(told), "{dump}: {error}");
    }
}
