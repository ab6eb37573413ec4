//! An audit as an SPDX 2.3 document in JSON (<https://spdx.github.io/spdx-spec/v2.3/>).
//!
//! SPDX demands the moment of creation: the caller brings it (`SOURCE_DATE_EPOCH`), so that same audit means same bytes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::audit::report::{AuditReport, Component};
use crate::digest;
use crate::report::{cyclonedx, json};

const NONE: &str = "NOASSERTION";
const TREE: &str = "SPDXRef-Tree";

/// The document; `created` is a moment as `YYYY-MM-DDThh:mm:ssZ`.
pub fn render(report: &AuditReport, created: &str) -> String {
    let ids: BTreeMap<&str, String> =
        report.components.iter().map(|component| (component.id.as_str(), identifier(&component.id))).collect();
    let mut packages = vec![tree(report)];
    packages.extend(report.components.iter().map(|component| package(component, &ids[component.id.as_str()])));
    let contains = |component: &Component| {
        let holder = component.parent.as_deref().and_then(|parent| ids.get(parent));
        relation(holder.map_or(TREE, String::as_str), "CONTAINS", &ids[component.id.as_str()])
    };
    let mut relationships = vec![relation("SPDXRef-DOCUMENT", "DESCRIBES", TREE)];
    relationships.extend(report.components.iter().map(contains));
    let seal = digest::hex(&digest::sha256(json::render(report).as_bytes())[..16]);
    json::render(&Document {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        spdx_id: "SPDXRef-DOCUMENT",
        name: report.tree.clone(),
        namespace: format!("https://spdx.org/spdxdocs/forebay-{seal}"),
        creation_info: CreationInfo {
            created: created.to_owned(),
            creators: [format!("Tool: forebay-{}", env!("CARGO_PKG_VERSION"))],
        },
        packages,
        relationships,
        extracted: extracted(report),
    })
}

fn relation(from: &str, kind: &'static str, to: &str) -> Relationship {
    Relationship { from: from.to_owned(), kind, to: to.to_owned() }
}

/// `SPDXRef-` with letters, digits, `.` and `-` alone; a digest tells ids apart that would read alike.
fn identifier(id: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-');
    let text: String = id.chars().map(|character| if plain(character) { character } else { '-' }).collect();
    if text == id {
        return format!("SPDXRef-{text}");
    }
    format!("SPDXRef-{text}-{}", digest::hex(&digest::sha256(id.as_bytes())[..4]))
}

fn tree(report: &AuditReport) -> Package {
    Package {
        spdx_id: TREE.to_owned(),
        name: report.tree.clone(),
        version_info: None,
        download_location: NONE.to_owned(),
        files_analyzed: false,
        homepage: None,
        license_concluded: NONE.to_owned(),
        license_declared: NONE.to_owned(),
        copyright_text: NONE,
        comment: None,
        external_refs: Vec::new(),
    }
}

fn package(component: &Component, id: &str) -> Package {
    let declared = component.license.spdx.as_deref().filter(|text| is_expression(text));
    // What text and metadata agree on is concluded; what only the metadata says is declared.
    let concluded = declared.filter(|_| component.license.agrees == Some(true));
    Package {
        spdx_id: id.to_owned(),
        name: component.name.clone(),
        version_info: component.version.value.clone(),
        download_location: location(component).unwrap_or_else(|| NONE.to_owned()),
        files_analyzed: false,
        homepage: cyclonedx::address(component).map(str::to_owned),
        license_concluded: concluded.unwrap_or(NONE).to_owned(),
        license_declared: declared.unwrap_or(NONE).to_owned(),
        copyright_text: NONE,
        comment: (!component.modified.evidence.is_empty())
            .then(|| format!("modified: {}", component.modified.evidence.join("; "))),
        external_refs: references(component),
    }
}

/// Where exactly this code can be had: the repository at its commit.
fn location(component: &Component) -> Option<String> {
    let (url, revision) = (cyclonedx::address(component)?, component.revision.as_deref()?);
    let full = revision.len() >= 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    (full && url.starts_with("https://") && !url.contains(['@', '#'])).then(|| format!("git+{url}@{revision}"))
}

fn references(component: &Component) -> Vec<Reference> {
    let cpe = component.cpe.as_ref().filter(|cpe| cpe.starts_with("cpe:2.3:"));
    let told = [("SECURITY", "cpe23Type", cpe), ("PACKAGE-MANAGER", "purl", component.purl.as_ref())];
    let told = told
        .into_iter()
        .filter_map(|(category, kind, locator)| Some(Reference { category, kind, locator: locator?.clone() }));
    told.collect()
}

/// Only characters that an SPDX expression can hold, and something in it.
fn is_expression(text: &str) -> bool {
    let fits = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '+' | ':' | '(' | ')' | ' ')
    };
    !text.trim().is_empty() && text.chars().all(fits)
}

/// The licences outside of SPDX's list that are used; the document has to hold an entry for each.
fn extracted(report: &AuditReport) -> Vec<Extracted> {
    let texts = report.components.iter().filter_map(|component| component.license.spdx.as_deref());
    let words = texts.filter(|text| is_expression(text)).flat_map(|text| text.split([' ', '(', ')']));
    let ids: BTreeSet<&str> = words.filter(|word| word.starts_with("LicenseRef-")).collect();
    ids.into_iter()
        .map(|id| Extracted {
            license_id: id.to_owned(),
            name: id.trim_start_matches("LicenseRef-").to_owned(),
            text: "The text stands in the component's own licence file.",
        })
        .collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    spdx_version: &'static str,
    data_license: &'static str,
    #[serde(rename = "SPDXID")]
    spdx_id: &'static str,
    name: String,
    #[serde(rename = "documentNamespace")]
    namespace: String,
    creation_info: CreationInfo,
    packages: Vec<Package>,
    relationships: Vec<Relationship>,
    #[serde(rename = "hasExtractedLicensingInfos", skip_serializing_if = "Vec::is_empty")]
    extracted: Vec<Extracted>,
}

#[derive(Serialize)]
struct CreationInfo {
    created: String,
    creators: [String; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    #[serde(rename = "SPDXID")]
    spdx_id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_info: Option<String>,
    download_location: String,
    files_analyzed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    homepage: Option<String>,
    license_concluded: String,
    license_declared: String,
    copyright_text: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_refs: Vec<Reference>,
}

#[derive(Serialize)]
struct Reference {
    #[serde(rename = "referenceCategory")]
    category: &'static str,
    #[serde(rename = "referenceType")]
    kind: &'static str,
    #[serde(rename = "referenceLocator")]
    locator: String,
}

#[derive(Serialize)]
struct Relationship {
    #[serde(rename = "spdxElementId")]
    from: String,
    #[serde(rename = "relationshipType")]
    kind: &'static str,
    #[serde(rename = "relatedSpdxElement")]
    to: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Extracted {
    license_id: String,
    name: String,
    #[serde(rename = "extractedText")]
    text: &'static str,
}
