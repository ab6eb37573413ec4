//! JSON Schemas of the reports, generated from their types and shipped in `docs/schema/`.

use crate::audit::report::AuditReport;
use crate::rebase::report::RebaseReport;

/// The schema of `forebay.rebase/1`.
pub fn rebase() -> String {
    let mut schema = schemars::schema_for!(RebaseReport);
    schema.insert("$id".into(), "forebay.rebase/1".into());
    super::json::render(&schema)
}

/// The schema of `forebay.audit/1`.
pub fn audit() -> String {
    let mut schema = schemars::schema_for!(AuditReport);
    schema.insert("$id".into(), "forebay.audit/1".into());
    super::json::render(&schema)
}

/// The schema of `forebay.spec/1`.
pub fn spec() -> String {
    let mut schema = schemars::schema_for!(crate::spec::report::SpecReport);
    schema.insert("$id".into(), "forebay.spec/1".into());
    super::json::render(&schema)
}

/// The schema of `forebay.release/1`.
pub fn release() -> String {
    let mut schema = schemars::schema_for!(crate::release::report::ReleaseReport);
    schema.insert("$id".into(), "forebay.release/1".into());
    super::json::render(&schema)
}

/// The schema of `forebay.watch/1`.
pub fn watch() -> String {
    let mut schema = schemars::schema_for!(crate::report::watch::Watch);
    schema.insert("$id".into(), crate::report::watch::SCHEMA.into());
    super::json::render(&schema)
}

/// The schema of `forebay.churn/1`.
pub fn churn() -> String {
    let mut schema = schemars::schema_for!(crate::queue::churn::Churn);
    schema.insert("$id".into(), "forebay.churn/1".into());
    super::json::render(&schema)
}
