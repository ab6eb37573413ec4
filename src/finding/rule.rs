//! A rule: a stable code, how bad it is, and the text that `forebay explain` shows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad a finding is, from mild to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; nobody has to act.
    Note,
    /// A person should look.
    Warning,
    /// A person has to act.
    Error,
}

impl Severity {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.word())
    }
}

/// Something that a check can find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The stable name, kebab-case.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One line, lower case, no full stop.
    pub summary: &'static str,
    /// What it means and what to do; paragraphs parted by an empty line.
    pub explain: &'static str,
}

impl Rule {
    /// What is wrong with the rule itself, if anything: for the tests of each table.
    pub fn defect(&self) -> Option<String> {
        let kebab = !self.code.is_empty()
            && self
                .code
                .split('-')
                .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        let told = |text: &str| text.trim() == text && !text.is_empty();
        if !kebab {
            Some(format!("code `{}` is not kebab-case", self.code))
        } else if !told(self.summary) || self.summary.ends_with('.') || self.summary.contains('\n') {
            Some(format!("summary of `{}` is not one plain line", self.code))
        } else if !told(self.explain) || !self.explain.ends_with('.') {
            Some(format!("explanation of `{}` is empty or not made of sentences", self.code))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defects_are_named() {
        let good = Rule { code: "a-b2", severity: Severity::Note, summary: "it is so", explain: "It is so. Do that." };
        assert_eq!(good.defect(), None);
        for code in ["", "A-b", "a--b", "-a", "a_b"] {
            assert!(Rule { code, ..good }.defect().is_some(), "{code}");
        }
        assert!(Rule { summary: "It is.", ..good }.defect().is_some());
        assert!(Rule { explain: "", ..good }.defect().is_some());
        assert!(Severity::Error > Severity::Warning && Severity::Warning > Severity::Note);
    }
}
