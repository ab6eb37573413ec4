//! An audit as a CycloneDX 1.6 bill of materials (<https://cyclonedx.org/docs/1.6/json/>).
//!
//! There is no time stamp, and the serial number is made from the content: same audit, same bytes.

use serde::Serialize;

use crate::audit::report::{Answer, AuditReport, Component, Use};
use crate::digest;
use crate::report::json;

/// The tree's own reference; no path begins like that.
const TREE: &str = "forebay:tree";

/// The bill of materials: one component a row of the audit, in its order.
pub fn render(report: &AuditReport) -> String {
    let components: Vec<Part> = report.components.iter().map(part).collect();
    let depends_on: Vec<String> = report.components.iter().map(|component| component.id.clone()).collect();
    let mut bom = Bom {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        format: "CycloneDX",
        spec_version: "1.6",
        serial_number: String::new(),
        version: 1,
        metadata: Metadata {
            tools: Tools {
                components: [Tool { kind: "application", name: "forebay", version: env!("CARGO_PKG_VERSION") }],
            },
            component: Subject { kind: "application", bom_ref: TREE, name: report.tree.clone() },
        },
        components,
        dependencies: vec![Dependency { reference: TREE.to_owned(), depends_on }],
    };
    bom.serial_number = serial(&json::render(&bom));
    json::render(&bom)
}

/// A UUID of version 8 (RFC 9562: own content) made from the document without its serial number.
fn serial(text: &str) -> String {
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest::sha256(text.as_bytes())[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = digest::hex(&bytes);
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn part(component: &Component) -> Part {
    let data = matches!(component.ecosystem.as_str(), "data" | "font");
    Part {
        kind: if data { "data" } else { "library" },
        bom_ref: component.id.clone(),
        name: component.name.clone(),
        version: component.version.value.clone(),
        scope: component.shipped.map(|shipped| if shipped { "required" } else { "excluded" }),
        licenses: licenses(component),
        cpe: component.cpe.clone(),
        purl: component.purl.clone(),
        external_references: references(component),
        pedigree: (component.modified.state == Answer::Yes)
            .then(|| Pedigree { notes: format!("modified: {}", component.modified.evidence.join("; ")) }),
        evidence: evidence(component),
        properties: properties(component),
    }
}

fn licenses(component: &Component) -> Vec<LicenseChoice> {
    let license = &component.license;
    match (&license.spdx, &license.declared) {
        (Some(expression), _) => vec![LicenseChoice::Expression { expression: expression.clone() }],
        (None, Some(name)) => vec![LicenseChoice::License { license: NamedLicense { name: name.clone() } }],
        (None, None) => Vec::new(),
    }
}

/// The address, where it is one: a URI with a scheme and without blanks.
pub(crate) fn address(component: &Component) -> Option<&str> {
    let url = component.url.as_deref()?;
    let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&byte));
    (plain && url.contains("://")).then_some(url)
}

fn references(component: &Component) -> Vec<Reference> {
    let Some(url) = address(component) else { return Vec::new() };
    let kind = if component.revision.is_some() { "vcs" } else { "website" };
    let comment = component.revision.as_ref().map(|revision| format!("revision {revision}"));
    vec![Reference { kind, url: url.to_owned(), comment }]
}

fn evidence(component: &Component) -> Evidence {
    let mut occurrences: Vec<Occurrence> = component.declared_in.iter().map(|place| occurrence(place)).collect();
    occurrences.extend(component.version.source.as_deref().map(occurrence));
    occurrences.sort();
    occurrences.dedup();
    let confidence = component.confidence.clamp(0.0, 1.0);
    let methods = component
        .detected_by
        .iter()
        .map(|value| Method { technique: technique(value), confidence, value: value.clone() })
        .collect();
    Evidence { identity: vec![Identity { field: "name", confidence, methods }], occurrences }
}

fn technique(detected_by: &str) -> &'static str {
    match detected_by {
        "marker" | "build-file" => "source-code-analysis",
        "layout" => "filename",
        _ => "manifest-analysis",
    }
}

fn occurrence(place: &str) -> Occurrence {
    match place.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse().ok()?))) {
        Some((path, line)) => Occurrence { location: path.to_owned(), line: Some(line) },
        None => Occurrence { location: place.to_owned(), line: None },
    }
}

/// How the build uses it, where the build was looked at.
fn used(component: &Component) -> Option<String> {
    let word = component.used.state.word();
    (component.used.state != Use::Unknown).then(|| match &component.used.condition {
        Some(condition) => format!("{word}: {condition}"),
        None => word.to_owned(),
    })
}

fn blockers(component: &Component) -> Option<String> {
    let all: Vec<String> =
        component.blockers.iter().map(|blocker| format!("{}: {}", blocker.kind, blocker.detail)).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn properties(component: &Component) -> Vec<Property> {
    let told = [
        ("forebay:ecosystem", Some(component.ecosystem.clone())),
        ("forebay:parent", component.parent.clone()),
        ("forebay:provides", component.provides.clone()),
        ("forebay:root", Some(component.root.clone())),
        ("forebay:verdict", Some(component.verdict.word().to_owned())),
        ("forebay:used", used(component)),
        ("forebay:blockers", blockers(component)),
    ];
    told.into_iter().filter_map(|(name, value)| Some(Property { name, value: value? })).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bom {
    #[serde(rename = "$schema")]
    schema: &'static str,
    #[serde(rename = "bomFormat")]
    format: &'static str,
    spec_version: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    serial_number: String,
    version: u32,
    metadata: Metadata,
    components: Vec<Part>,
    dependencies: Vec<Dependency>,
}

#[derive(Serialize)]
struct Metadata {
    tools: Tools,
    component: Subject,
}

#[derive(Serialize)]
struct Tools {
    components: [Tool; 1],
}

#[derive(Serialize)]
struct Tool {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Subject {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    bom_ref: &'static str,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    bom_ref: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<LicenseChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpe: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_references: Vec<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pedigree: Option<Pedigree>,
    evidence: Evidence,
    properties: Vec<Property>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum LicenseChoice {
    Expression { expression: String },
    License { license: NamedLicense },
}

#[derive(Serialize)]
struct NamedLicense {
    name: String,
}

#[derive(Serialize)]
struct Reference {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

#[derive(Serialize)]
struct Pedigree {
    notes: String,
}

#[derive(Serialize)]
struct Evidence {
    identity: Vec<Identity>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    occurrences: Vec<Occurrence>,
}

#[derive(Serialize)]
struct Identity {
    field: &'static str,
    confidence: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    methods: Vec<Method>,
}

#[derive(Serialize)]
struct Method {
    technique: &'static str,
    confidence: f64,
    value: String,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Occurrence {
    location: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
}

#[derive(Serialize)]
struct Property {
    name: &'static str,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency {
    #[serde(rename = "ref")]
    reference: String,
    depends_on: Vec<String>,
}
