//! What can be wrong with remembered decisions.

use crate::finding::{Rule, Severity};

/// A record that cannot be used.
pub const DEFECT: Rule = Rule {
    code: "resolution-unusable",
    severity: Severity::Warning,
    summary: "a remembered decision cannot be used",
    explain: "A file of `.forebay/resolutions/` is cut off, was edited, or bears a name that does not belong to its content. It answers \
              nothing: a decision is replayed only where every byte is as the person saw it. Restore the file from version control or \
              delete it; `forebay resolution verify` lists all such files.",
};

/// The rules of the resolution memory.
pub const RULES: &[Rule] = &[DEFECT];
