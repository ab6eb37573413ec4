//! A finding as reports carry it: code, place, what it means for the reader, what to do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::digest;
use crate::finding::{Rule, Severity};

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The stable id: 12 hexadecimal digits over code, component and subject, never over a line number or a wording.
    pub id: String,
    /// The rule's code.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// The component, library or patch it is about; empty where it is about the whole.
    pub component: String,
    /// Where it shows: `path:line` or `path`, relative to the tree.
    pub places: Vec<String>,
    /// What was found, one line, lower case, no full stop.
    pub message: String,
    /// What to do next, one line.
    pub hint: String,
}

impl Finding {
    /// A finding of `rule` about `component`; `subject` tells it from others of the same rule and component.
    pub fn new(rule: &Rule, component: &str, subject: &str, message: impl Into<String>) -> Self {
        let key = [rule.code, component, subject].join("\0");
        Self {
            id: digest::hex(&digest::sha256(key.as_bytes())[..6]),
            code: rule.code.to_owned(),
            severity: rule.severity,
            component: component.to_owned(),
            places: Vec::new(),
            message: message.into(),
            hint: String::new(),
        }
    }

    /// The same with one more place.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.places.push(place.into());
        self
    }

    /// The same with this next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { code: "a-b", severity: Severity::Warning, summary: "x", explain: "X." };

    #[test]
    fn the_id_depends_on_what_it_is_about_and_not_on_the_wording() {
        let one = Finding::new(&RULE, "zlib", "1", "told so").at("a:1").hint("do");
        let other = Finding::new(&RULE, "zlib", "1", "told otherwise").at("a:2");
        assert_eq!(one.id, other.id);
        assert_eq!(one.id.len(), 12);
        assert_ne!(one.id, Finding::new(&RULE, "zlib", "2", "told so").id);
        assert_ne!(one.id, Finding::new(&RULE, "zlib1", "", "told so").id);
    }
}
