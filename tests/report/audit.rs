//! One audit in every format: documents for people, and what machine formats their own schemas and models accept.

use std::path::PathBuf;

use forebay::audit::baseline;
use forebay::audit::report::{
    Answer, AuditReport, Binary, Blocker, Component, License, Modified, SCHEMA, Summary, System, Use, Used, Verdict,
    Version,
};
use forebay::finding::{Finding, Rule, Severity, ack};
use forebay::report::{audit_markdown, cyclonedx, json, sarif, spdx};

use super::document;

const DIFFERS: Rule = Rule {
    code: "declared-version-differs",
    severity: Severity::Error,
    summary: "the metadata names another version than the code",
    explain: "The code is right. Correct the metadata.",
};
const NOTE: Rule = Rule { code: "roll-stale", severity: Severity::Note, summary: "old", explain: "It is old." };

fn component(id: &str, name: &str, version: Option<&str>) -> Component {
    Component {
        id: id.into(),
        name: name.into(),
        declared_name: None,
        root: id.into(),
        files: 12,
        ecosystem: "c".into(),
        parent: None,
        version: Version {
            value: version.map(str::to_owned),
            source: version.map(|_| format!("{id}/{name}.h:40")),
            declared: version.map(str::to_owned),
            agrees: version.map(|_| true),
        },
        revision: None,
        url: Some(format!("https://example.org/{name}.git")),
        license: License {
            spdx: Some("Zlib".into()),
            declared: Some("zlib".into()),
            agrees: Some(true),
            confidence: 0.99,
            source: Some(format!("{id}/LICENSE")),
            text: None,
        },
        cpe: version.map(|version| format!("cpe:2.3:a:{name}:{name}:{version}:*:*:*:*:*:*:*")),
        purl: version.map(|version| format!("pkg:generic/{name}@{version}")),
        shipped: Some(true),
        security_critical: None,
        update: None,
        date: None,
        mitigated: Vec::new(),
        declared_in: vec![format!("{id}/README.chromium:1")],
        detected_by: vec!["readme-chromium".into(), "marker".into()],
        confidence: 1.0,
        modified: Modified::default(),
        used: Used::default(),
        system: None,
        verdict: Verdict::Keep,
        blockers: Vec::new(),
        switches: Vec::new(),
        provides: version.map(|version| format!("bundled({name}) = {version}")),
        lossy: false,
    }
}

fn report(components: Vec<Component>, findings: Vec<Finding>) -> AuditReport {
    AuditReport {
        schema: SCHEMA.into(),
        tree: "v2".into(),
        indexes: Vec::new(),
        summary: Summary { components: components.len(), shipped: 2, findings: findings.len(), ..Summary::default() },
        components,
        binaries: Vec::new(),
        build: None,
        vulnerabilities: Vec::new(),
        findings,
        changes: None,
    }
}

fn before() -> AuditReport {
    let mut gone = component("third_party/gone", "gone", Some("1.0"));
    gone.shipped = Some(false);
    let parts = vec![
        gone,
        component("third_party/old/moved", "moved", Some("3.1")),
        component("third_party/png", "png", Some("1.6.1")),
        component("third_party/zlib", "zlib", Some("1.3.1")),
    ];
    AuditReport { tree: "v1".into(), ..report(parts, Vec::new()) }
}

pub(crate) fn after() -> AuditReport {
    let mut zlib = component("third_party/zlib", "zlib", Some("1.3.2"));
    zlib.modified = Modified { state: Answer::Yes, evidence: vec!["third_party/zlib/patches holds 4 patches".into()] };
    zlib.verdict = Verdict::Blocked;
    zlib.blockers = vec![Blocker {
        kind: "private-header".into(),
        detail: "includes `zutil.h` <script>".into(),
        places: vec!["net/a.cc:3".into()],
    }];
    zlib.system = Some(System {
        index: "fedora-44".into(),
        package: "zlib-ng-compat".into(),
        version: "2.2.4".into(),
        enough: Some(true),
        joined: None,
        guess: false,
    });
    zlib.used = Used { state: Use::Used, condition: None, witness: vec!["//chrome".into()], unused: None };
    zlib.revision = Some("0123456789012345678901234567890123456789".into());
    let mut png = component("third_party/png", "png", Some("1.6.1"));
    png.license.spdx = Some("LicenseRef-png AND MIT".into());
    let mut hostile = component("third_party/\u{1b}[31m|`x`", "evil | <b>", None);
    hostile.url = Some("javascript: alert(1)".into());
    hostile.license = License { declared: Some("custom <i>".into()), ..License::default() };
    hostile.parent = Some("third_party/zlib".into());
    hostile.confidence = 0.4;
    let parts = vec![hostile, component("third_party/new/moved", "moved", Some("3.1")), png, zlib];
    let findings = vec![
        Finding::new(&DIFFERS, "third_party/zlib", "", "declared 1.3.1, the code says 1.3.2")
            .at("third_party/zlib/zlib.h:40")
            .at("third_party/zlib/READ ME:2")
            .hint("correct `Version` in README.chromium"),
        Finding::new(&NOTE, "third_party/\u{1b}[31m|`x`", "", "no roll for 900 days ##[error]"),
    ];
    let mut report = report(parts, findings);
    report.binaries = vec![Binary {
        path: "tools/bin/x".into(),
        kind: "elf".into(),
        machine: Some("x86-64".into()),
        component: None,
        lossy: false,
    }];
    report.changes = Some(baseline::compare(&before(), &report));
    report
}

/// A file of the sources of a crate that tests depend on.
fn of_crate(name: &str, file: &str) -> serde_json::Value {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["name"] == name).expect("a dependency of the tests");
    let manifest = PathBuf::from(package["manifest_path"].as_str().expect("a path"));
    let text = std::fs::read_to_string(manifest.parent().expect("a folder").join(file)).expect("the file is there");
    serde_json::from_str(&text).expect("a schema is JSON")
}

fn assert_valid(schema: &serde_json::Value, text: &str) {
    let validator = jsonschema::options().build(schema).expect("a schema");
    let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let problems: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn documents() {
    document("audit.md", &audit_markdown::render(&after()));
    document("audit.sarif", &sarif::render(&after().findings, &[&DIFFERS, &NOTE, &ack::RULES[0]]));
    document("audit.cdx.json", &cyclonedx::render(&after()));
    document("audit.spdx.json", &spdx::render(&after(), "2026-01-01T00:00:00Z"));
}

#[test]
fn sarif_fits_its_schema_and_names_only_rules_that_were_hit() {
    let text = sarif::render(&after().findings, &[&DIFFERS, &NOTE, &ack::RULES[0]]);
    let mut schema = of_crate("serde-sarif", "src/schema.json");
    // The published pattern of a language ends with a stray `]` and is no regular expression.
    for holder in ["run", "toolComponent"] {
        schema["definitions"][holder]["properties"]["language"]["pattern"] = "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$".into();
    }
    assert_valid(&schema, &text);
    assert_valid(&schema, &sarif::render(&[], &[]));
    let log: serde_sarif::sarif::Sarif = serde_json::from_str(&text).expect("the model of another project reads it");
    let rules = log.runs[0].tool.driver.rules.as_ref().expect("rules");
    assert_eq!(
        rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(),
        ["declared-version-differs", "roll-stale"]
    );
    assert!(text.contains("\"uri\": \"third_party/zlib/READ%20ME\""), "{text}");
}

#[test]
fn cyclonedx_fits_its_schema() {
    let text = cyclonedx::render(&after());
    let mut schema = of_crate("serde-cyclonedx", "schemas/cyclonedx_1_6.json");
    without_references_to_other_files(&mut schema);
    assert_valid(&schema, &text);
    let bom: serde_cyclonedx::cyclonedx::v_1_6::CycloneDx =
        serde_json::from_str(&text).expect("the model of another project reads it");
    assert_eq!(bom.components.expect("components").len(), 4);
    assert_eq!(cyclonedx::render(&after()), text);
}

/// The schema leaves the list of licence ids and signatures to files beside it, which the crate does not hold.
fn without_references_to_other_files(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            if map.get("$ref").and_then(|value| value.as_str()).is_some_and(|to| !to.starts_with('#')) {
                map.remove("$ref");
            }
            map.values_mut().for_each(without_references_to_other_files);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(without_references_to_other_files),
        _ => {}
    }
}

#[test]
fn spdx_is_read_by_another_model_and_keeps_its_own_rules() {
    let text = spdx::render(&after(), "2026-01-01T00:00:00Z");
    let document: spdx_rs::models::SPDX = serde_json::from_str(&text).expect("the model of another project reads it");
    assert_eq!(document.package_information.len(), 5);
    let ids: Vec<&str> =
        document.package_information.iter().map(|package| package.package_spdx_identifier.as_str()).collect();
    for (number, id) in ids.iter().enumerate() {
        let rest = id.strip_prefix("SPDXRef-").expect("the prefix");
        assert!(rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')), "{id}");
        assert!(!ids[..number].contains(id), "{id} stands twice");
    }
    for relationship in &document.relationships {
        let known = |id: &str| id == "SPDXRef-DOCUMENT" || ids.contains(&id);
        assert!(known(&relationship.spdx_element_id) && known(&relationship.related_spdx_element), "{relationship:?}");
    }
    assert_eq!(document.other_licensing_information_detected.len(), 1);
}

#[test]
fn a_baseline_tells_every_kind_of_change() {
    let report = after();
    let changes = report.changes.as_ref().expect("a baseline was given");
    let ids = |list: &[forebay::audit::report::Change]| list.iter().map(|change| change.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&changes.added), ["third_party/\u{1b}[31m|`x`"]);
    assert_eq!(ids(&changes.removed), ["third_party/gone"]);
    assert_eq!(ids(&changes.version), ["third_party/zlib"]);
    assert_eq!(ids(&changes.license), ["third_party/png"]);
    assert_eq!(ids(&changes.verdict), ["third_party/zlib"]);
    assert_eq!(ids(&changes.binaries), ["tools/bin/x"]);
    assert!(baseline::compare(&report, &report).is_empty());
    let back = baseline::compare(&report, &before());
    assert_eq!(ids(&back.added), ["third_party/gone"]);
}

#[test]
fn markdown_folds_and_passes_no_markup_on() {
    let text = audit_markdown::render(&after());
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    assert!(
        !text.contains("<script>") && !text.contains("<b>") && !text.contains('\u{1b}') && !text.contains("##["),
        "{text}"
    );
    let json = json::render(&after());
    assert_eq!(serde_json::from_str::<AuditReport>(&json).expect("our own JSON"), after());
}
