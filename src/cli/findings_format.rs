//! The forms in which commands print findings.

use crate::cli::rules;
use crate::finding::Finding;
use crate::report;

/// The forms of a report of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum FindingsFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For code hosts and editors: SARIF 2.1.0
    Sarif,
}

/// The findings as SARIF, with the rules they belong to.
pub fn sarif(findings: &[Finding]) -> String {
    report::sarif::render(findings, &rules::all().collect::<Vec<_>>())
}
