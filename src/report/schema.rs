//! JSON Schemas of the reports, generated from their types and shipped in `docs/schema/`.

use crate::rebase::report::RebaseReport;

/// The schema of `forebay.rebase/1`.
pub fn rebase() -> String {
    let mut schema = schemars::schema_for!(RebaseReport);
    schema.insert("$id".into(), "forebay.rebase/1".into());
    super::json::render(&schema)
}
