//! The shape of `forebay.audit/1`: the shipped schema is the generated one, and the keys are those of the contract.

use std::collections::BTreeSet;

use forebay::audit::report::{
    Answer, AuditReport, Binary, Blocker, Change, Changes, Component, License, Modified, SCHEMA, Summary, System, Use,
    Used, Verdict, Version, Vulnerability, VulnerabilityState,
};
use forebay::finding::{Finding, Rule, Severity};
use forebay::report::{json, schema};

const RULE: Rule = Rule { code: "a-rule", severity: Severity::Warning, summary: "x", explain: "X." };

/// A report in which nothing is empty.
pub(crate) fn full() -> AuditReport {
    let change = |name: &str| Change { id: name.into(), name: name.into(), old: None, new: Some("1".into()) };
    AuditReport {
        schema: SCHEMA.into(),
        tree: "chromium-150".into(),
        indexes: vec!["sid".into()],
        summary: Summary {
            components: 1,
            shipped: 1,
            blocked: 1,
            binaries: 1,
            files: 9,
            findings: 1,
            ..Summary::default()
        },
        components: vec![component()],
        binaries: vec![Binary {
            path: "third_party/zlib/z.so".into(),
            kind: "elf".into(),
            machine: Some("x86-64".into()),
            component: Some("third_party/zlib".into()),
            lossy: false,
        }],
        build: None,
        findings: vec![
            Finding::new(&RULE, "third_party/zlib", "", "odd").at("third_party/zlib/zlib.h:40").hint("look"),
        ],
        vulnerabilities: vec![Vulnerability {
            id: "CVE-2026-1".into(),
            aliases: vec!["GHSA-1".into()],
            component: "third_party/zlib".into(),
            state: VulnerabilityState::Likely,
            join: "cpe".into(),
            fixed: Some("1.3.3".into()),
            summary: "overflow".into(),
        }],
        changes: Some(Changes { baseline: "chromium-149".into(), added: vec![change("a")], ..Changes::default() }),
    }
}

fn component() -> Component {
    Component {
        id: "third_party/zlib".into(),
        name: "zlib".into(),
        declared_name: Some("Zlib".into()),
        root: "third_party/zlib".into(),
        files: 12,
        ecosystem: "c".into(),
        parent: None,
        version: Version {
            value: Some("1.3.2".into()),
            source: Some("third_party/zlib/zlib.h:40".into()),
            declared: Some("1.3.2".into()),
            agrees: Some(true),
        },
        revision: Some("09a1572a".into()),
        url: Some("https://zlib.net/".into()),
        license: License {
            spdx: Some("Zlib".into()),
            declared: Some("Zlib".into()),
            agrees: Some(true),
            confidence: 0.99,
            source: Some("third_party/zlib/LICENSE".into()),
            text: None,
        },
        cpe: Some("cpe:2.3:a:zlib:zlib:1.3.2:*:*:*:*:*:*:*".into()),
        purl: Some("pkg:generic/zlib@1.3.2".into()),
        shipped: Some(true),
        security_critical: Some(true),
        update: Some("Manual".into()),
        date: Some("2026-01-31".into()),
        mitigated: vec!["CVE-2026-1".into()],
        declared_in: vec!["third_party/zlib/README.chromium:1".into()],
        detected_by: vec!["readme-chromium".into(), "marker".into()],
        confidence: 1.0,
        modified: Modified { state: Answer::Yes, evidence: vec!["local changes are listed".into()] },
        used: Used {
            state: Use::UsedIf,
            condition: Some("is_linux".into()),
            witness: vec!["//chrome".into()],
            unused: None,
        },
        system: Some(System {
            index: "sid".into(),
            package: "zlib".into(),
            version: "1.3.1".into(),
            enough: Some(false),
            joined: Some("likeness of the name".into()),
            guess: true,
        }),
        verdict: Verdict::Blocked,
        blockers: vec![Blocker { kind: "too-old".into(), detail: "1.3.1 < 1.3.2".into(), places: vec!["a:1".into()] }],
        switches: Vec::new(),
        provides: Some("bundled(zlib) = 1.3.2".into()),
        lossy: false,
    }
}

#[test]
fn the_schema_is_the_shipped_one_and_holds() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/forebay.audit-1.json");
    if std::env::var_os("FOREBAY_WRITE_SCHEMA").is_some() {
        std::fs::write(shipped, schema::audit()).unwrap();
    }
    let found = std::fs::read_to_string(shipped).unwrap_or_default();
    assert!(found == schema::audit(), "write docs/schema anew: FOREBAY_WRITE_SCHEMA=1 cargo test --test audit");
    let validator = jsonschema::validator_for(&serde_json::from_str(&found).unwrap()).unwrap();
    let value: serde_json::Value = serde_json::from_str(&json::render(&full())).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(serde_json::from_value::<AuditReport>(value.clone()).unwrap(), full());
    let mut broken = value;
    broken["components"][0]["verdict"] = "fine".into();
    assert!(!validator.is_valid(&broken));
}

#[test]
fn json_names_the_keys_of_the_contract() {
    let value: serde_json::Value = serde_json::from_str(&json::render(&full())).unwrap();
    let has = |value: &serde_json::Value, wanted: &str| {
        let found: BTreeSet<&String> = value.as_object().unwrap().keys().collect();
        for key in wanted.split(' ') {
            assert!(found.contains(&key.to_owned()), "{key} is missing in {found:?}");
        }
    };
    has(&value, "schema tree summary components findings changes");
    has(&value["summary"], "components shipped unbundle-now blocked");
    let component = &value["components"][0];
    has(
        component,
        "id name root ecosystem parent version revision url license cpe purl shipped detected_by confidence modified \
         used system verdict blockers provides",
    );
    has(&component["version"], "value source declared agrees");
    has(&component["license"], "spdx declared agrees confidence source");
    has(&component["modified"], "state evidence");
    has(&component["used"], "state condition witness");
    has(&component["system"], "index package version enough");
    has(&component["blockers"][0], "kind detail places");
    has(&value["findings"][0], "id code severity component places message hint");
    assert_eq!(component["used"]["state"], "used-if");
}
