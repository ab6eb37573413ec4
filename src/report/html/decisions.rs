//! What a new release wants decided, row by row, with the id that an entry of forebay.ack.toml names.

use crate::finding::{Finding, Severity};

/// A row to decide.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) class: &'static str,
    pub(super) word: String,
    pub(super) about: super::Prose,
    pub(super) place: String,
}

pub(super) fn view(rows: &[&Finding]) -> Vec<Row> {
    let row = |finding: &&Finding| Row {
        id: super::safe(&finding.id),
        class: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        word: super::safe(finding.code.strip_prefix("release-").unwrap_or(&finding.code)),
        about: super::prose(&finding.message),
        place: super::safe(finding.places.first().unwrap_or(&finding.component)),
    };
    rows.iter().map(row).collect()
}
