//! The known vulnerabilities of an audit as an OpenVEX 0.2.0 document (<https://github.com/openvex/spec>).
//!
//! The document's name is made from its content: same audit and time, same bytes.

use serde::Serialize;

use crate::audit::report::{AuditReport, Component, Use, Vulnerability, VulnerabilityState};
use crate::digest;
use crate::report::json;

/// The document; `created` is its time, `YYYY-MM-DDThh:mm:ssZ`.
pub fn render(report: &AuditReport, created: &str) -> String {
    let statements: Vec<Statement<'_>> =
        report.vulnerabilities.iter().map(|vulnerability| statement(report, vulnerability)).collect();
    let mut document = Document {
        context: "https://openvex.dev/ns/v0.2.0",
        id: String::new(),
        author: "forebay",
        role: "Document Creator",
        timestamp: created,
        version: 1,
        tooling: concat!("forebay ", env!("CARGO_PKG_VERSION")),
        statements,
    };
    let hash = digest::hex(&digest::sha256(json::render(&document).as_bytes()));
    document.id = format!("https://openvex.dev/docs/public/vex-{hash}");
    json::render(&document)
}

fn statement<'r>(report: &'r AuditReport, vulnerability: &'r Vulnerability) -> Statement<'r> {
    let component = report.components.iter().find(|component| component.id == vulnerability.component);
    let product = Product {
        id: format!("pkg:generic/{}", encoded(&report.tree)),
        subcomponents: vec![Part { id: component.map_or_else(|| encoded(&vulnerability.component), identity) }],
    };
    let (status, justification, notes) = status(vulnerability, component);
    let action = (status == "affected").then(|| match &vulnerability.fixed {
        Some(fixed) => format!("Update the bundled copy to {fixed} or later, or patch it."),
        None => "Update the bundled copy, or patch it.".to_owned(),
    });
    Statement {
        vulnerability: Named {
            name: &vulnerability.id,
            description: &vulnerability.summary,
            aliases: &vulnerability.aliases,
        },
        products: vec![product],
        status,
        justification,
        status_notes: format!("{notes} The record is joined by the {}.", vulnerability.join),
        action,
    }
}

/// Status, justification and notes: a record about the version alone leaves the status open.
fn status(
    vulnerability: &Vulnerability,
    component: Option<&Component>,
) -> (&'static str, Option<&'static str>, &'static str) {
    let used = component.map(|component| component.used.state).unwrap_or_default();
    match (vulnerability.state, used) {
        (VulnerabilityState::Fixed, _) => ("fixed", None, "The record names the bundled commit as the fix."),
        (VulnerabilityState::Mitigated, _) => {
            ("not_affected", Some("inline_mitigations_already_exist"), "The metadata of the copy calls it mitigated.")
        }
        _ if component.is_some_and(|component| component.shipped == Some(false)) => {
            ("not_affected", Some("component_not_present"), "The copy is not shipped.")
        }
        (_, Use::TestOnly | Use::HostOnly | Use::Unreachable) => {
            ("not_affected", Some("component_not_present"), "Nothing that is shipped is built from the copy.")
        }
        (VulnerabilityState::Affected, _) => ("affected", None, "The record names the bundled commit as affected."),
        (VulnerabilityState::Likely, _) => {
            ("under_investigation", None, "Only the version speaks for it: the copy may hold the fix.")
        }
        (VulnerabilityState::Undecided, _) => {
            ("under_investigation", None, "Only the history of the repository could tell.")
        }
    }
}

fn identity(component: &Component) -> String {
    component.purl.clone().unwrap_or_else(|| format!("pkg:generic/{}", encoded(&component.name)))
}

/// Percent-encoded for a package URL.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[derive(Serialize)]
struct Document<'r> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@id")]
    id: String,
    author: &'static str,
    role: &'static str,
    timestamp: &'r str,
    version: u32,
    tooling: &'static str,
    statements: Vec<Statement<'r>>,
}

#[derive(Serialize)]
struct Statement<'r> {
    vulnerability: Named<'r>,
    products: Vec<Product>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'static str>,
    status_notes: String,
    #[serde(rename = "action_statement", skip_serializing_if = "Option::is_none")]
    action: Option<String>,
}

#[derive(Serialize)]
struct Named<'r> {
    name: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'r str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    aliases: &'r [String],
}

#[derive(Serialize)]
struct Product {
    #[serde(rename = "@id")]
    id: String,
    subcomponents: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    #[serde(rename = "@id")]
    id: String,
}
