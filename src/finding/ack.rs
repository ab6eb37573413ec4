//! Entries that silence a finding for a while, with a reason: a person looked and accepted it.
//!
//! An entry that matches nothing, or whose day is over, is itself a finding, so that a list of entries never rots.

use std::collections::BTreeSet;

use crate::finding::{Finding, Rule, Severity};

/// The rules of this check.
pub const RULES: &[Rule] = &[UNUSED, EXPIRED];

const UNUSED: Rule = Rule {
    code: "ack-unused",
    severity: Severity::Warning,
    summary: "an ack entry silences nothing",
    explain: "What it was written for is gone, or its `id`, `code` or `component` is misspelt. Remove the entry, so that it cannot silence something \
              else later.",
};
const EXPIRED: Rule = Rule {
    code: "ack-expired",
    severity: Severity::Warning,
    summary: "an ack entry is past its day and silences nothing any more",
    explain: "The finding shows again. Look at it anew: mend it, or give the entry another `expires` and say in `reason` why it may stay.",
};

/// One entry; what is given must match, and at least `id` or `code` is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ack {
    /// The finding's id.
    pub id: Option<String>,
    /// The finding's code.
    pub code: Option<String>,
    /// The component, library or patch.
    pub component: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day it holds, `YYYY-MM-DD`.
    pub expires: String,
    /// Where the entry stands, `file:line`.
    pub place: String,
}

impl Ack {
    fn matches(&self, finding: &Finding) -> bool {
        let fits = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        fits(&self.id, &finding.id) && fits(&self.code, &finding.code) && fits(&self.component, &finding.component)
    }

    /// What the entry speaks of, for a message.
    fn subject(&self) -> String {
        let parts = [("id", &self.id), ("code", &self.code), ("component", &self.component)];
        let told = parts.into_iter().filter_map(|(name, value)| Some(format!("{name} `{}`", value.as_deref()?)));
        told.collect::<Vec<_>>().join(", ")
    }
}

/// Leaves out what is silenced on the day `today` (`YYYY-MM-DD`) and adds what is wrong with the entries.
pub fn apply(findings: Vec<Finding>, acks: &[Ack], today: &str) -> Vec<Finding> {
    let mut used = BTreeSet::new();
    let mut left: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        let mut silent = false;
        for (number, ack) in acks.iter().enumerate().filter(|(_, ack)| ack.matches(&finding)) {
            used.insert(number);
            // Days as `YYYY-MM-DD` order like their text.
            silent |= ack.expires.as_str() >= today;
        }
        if !silent {
            left.push(finding);
        }
    }
    for (number, ack) in acks.iter().enumerate() {
        let (rule, message) = if !used.contains(&number) {
            (&UNUSED, format!("matches no finding: {}", ack.subject()))
        } else if ack.expires.as_str() < today {
            (&EXPIRED, format!("its day {} is over: {}", ack.expires, ack.subject()))
        } else {
            continue;
        };
        let component = ack.component.as_deref().unwrap_or_default();
        left.push(Finding::new(rule, component, &ack.subject(), message).at(ack.place.as_str()));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { code: "a-b", severity: Severity::Warning, summary: "x", explain: "X." };

    fn ack(code: &str, component: &str, expires: &str) -> Ack {
        Ack {
            code: Some(code.into()),
            component: (!component.is_empty()).then(|| component.into()),
            expires: expires.into(),
            place: "forebay.ack.toml:1".into(),
            ..Ack::default()
        }
    }

    fn codes(acks: &[Ack]) -> Vec<String> {
        let findings = vec![Finding::new(&RULE, "zlib", "", "one"), Finding::new(&RULE, "png", "", "two")];
        let left = apply(findings, acks, "2026-06-01");
        left.into_iter().map(|finding| format!("{} {}", finding.code, finding.component)).collect()
    }

    #[test]
    fn an_entry_silences_what_it_matches_until_its_day() {
        assert_eq!(codes(&[]), ["a-b zlib", "a-b png"]);
        assert_eq!(codes(&[ack("a-b", "zlib", "2026-06-01")]), ["a-b png"]);
        assert_eq!(codes(&[ack("a-b", "", "2026-06-01")]), [""; 0]);
        assert_eq!(codes(&[ack("a-b", "zlib", "2026-05-31")]), ["a-b zlib", "a-b png", "ack-expired zlib"]);
        assert_eq!(codes(&[ack("a-c", "zlib", "2027-01-01")]), ["a-b zlib", "a-b png", "ack-unused zlib"]);
        let both = [ack("a-b", "zlib", "2026-05-31"), ack("a-b", "zlib", "2026-07-31")];
        assert_eq!(codes(&both), ["a-b png", "ack-expired zlib"]);
    }

    #[test]
    fn an_id_matches_that_finding_alone() {
        let id = Finding::new(&RULE, "zlib", "", "other words").id;
        let entry = Ack { id: Some(id), expires: "2027-01-01".into(), ..Ack::default() };
        assert_eq!(codes(&[entry]), ["a-b png"]);
    }
}
