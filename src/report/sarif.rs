//! Findings as SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>), for code hosts and editors.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::finding::{Finding, Rule, Severity};
use crate::report::json;

/// Places of one result; code hosts show the first ones only.
const PLACES: usize = 20;

/// The log: one run with the rules that were hit and a result a finding, what needs a decision first.
pub fn render(findings: &[Finding], rules: &[&Rule]) -> String {
    let results = super::findings::sorted(findings);
    let mut hit: Vec<&Rule> =
        rules.iter().copied().filter(|rule| results.iter().any(|result| result.code == rule.code)).collect();
    hit.sort_by_key(|rule| rule.code);
    let indices: BTreeMap<&str, usize> = hit.iter().enumerate().map(|(index, rule)| (rule.code, index)).collect();
    json::render(&Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "forebay",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: hit.iter().map(|rule| descriptor(rule)).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            results: results.iter().map(|finding| result(finding, &indices)).collect(),
        }],
    })
}

fn descriptor(rule: &Rule) -> Descriptor {
    Descriptor {
        id: rule.code,
        short_description: Text { text: rule.summary.to_owned() },
        full_description: Text { text: rule.explain.split_whitespace().collect::<Vec<_>>().join(" ") },
        default_configuration: Configuration { level: level(rule.severity) },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn result(finding: &Finding, indices: &BTreeMap<&str, usize>) -> ResultRow {
    let about = if finding.component.is_empty() { String::new() } else { format!("{}: ", finding.component) };
    let hint = if finding.hint.is_empty() { String::new() } else { format!(" Next: {}", finding.hint) };
    ResultRow {
        rule_id: finding.code.clone(),
        rule_index: indices.get(finding.code.as_str()).copied(),
        level: level(finding.severity),
        message: Text { text: super::escape::line(&format!("{about}{}.{hint}", finding.message)) },
        locations: finding.places.iter().take(PLACES).map(|place| location(place)).collect(),
        partial_fingerprints: BTreeMap::from([("forebay/v1", finding.id.clone())]),
    }
}

fn location(place: &str) -> Location {
    let (path, line) = match place.rsplit_once(':') {
        Some((path, line)) => match line.parse::<u64>() {
            Ok(line) if line > 0 => (path, Some(line)),
            _ => (place, None),
        },
        None => (place, None),
    };
    Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(path), uri_base_id: "SRCROOT" },
            region: line.map(|start_line| Region { start_line }),
        },
    }
}

/// A relative URI reference of a path (RFC 3986): everything but unreserved characters and `/` is percent-encoded.
pub(crate) fn uri(path: &str) -> String {
    let plain = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/' | b'+' | b'@' | b',')
    };
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            use std::fmt::Write as _;
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<ResultRow>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Text,
    full_description: Text,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultRow {
    rule_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
}
