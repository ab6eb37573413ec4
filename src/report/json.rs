//! Reports for programs.

use serde::Serialize;

/// A report as JSON: two-space indent, keys in the order of the type, a final newline.
///
/// # Panics
/// For a type whose serializer fails or whose map keys are not text; no report is one.
pub fn render<T: Serialize>(report: &T) -> String {
    let mut text =
        serde_json::to_string_pretty(report).expect("a report has only text as keys and no failing serializer");
    text.push('\n');
    text
}
