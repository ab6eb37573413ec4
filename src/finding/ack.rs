//! Entries that silence a finding for a while, with a reason: a person looked and accepted it.
//!
//! An entry that matches nothing, or whose day is over, is itself a finding, so that a list of entries never rots.

use std::collections::BTreeSet;

use crate::finding::{Finding, Rule, Severity};

/// The rules of this check.
pub const RULES: &[Rule] = &[UNUSED, EXPIRED, BULK];

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

const BULK: Rule = Rule {
    code: "ack-bulk",
    severity: Severity::Warning,
    summary: "an ack entry would accept several decisions of a release at once",
    explain: "What a new release brings is decided row by row, so an entry that has only a `code` accepts none of it. Name the row by the `id` that the \
              report shows, which holds for this one change alone, or give `code` and `component` together.",
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
    let mut ledger = Ledger::new(acks, today);
    let mut left = ledger.keep(findings);
    left.extend(ledger.rest());
    left
}

/// The entries at work over several lists of findings: what each silences, and in the end which silenced nothing.
#[derive(Debug)]
pub struct Ledger<'a> {
    acks: &'a [Ack],
    today: &'a str,
    used: BTreeSet<usize>,
    /// Entries that met a decision but name no component.
    bulk: BTreeSet<usize>,
}

impl<'a> Ledger<'a> {
    /// The entries as they hold on the day `today` (`YYYY-MM-DD`).
    pub fn new(acks: &'a [Ack], today: &'a str) -> Self {
        Self { acks, today, used: BTreeSet::new(), bulk: BTreeSet::new() }
    }

    /// The findings that no entry silences.
    pub fn keep(&mut self, findings: Vec<Finding>) -> Vec<Finding> {
        findings.into_iter().filter(|finding| self.silences(finding).is_none()).collect()
    }

    /// The entry that silences a finding today.
    fn silences(&mut self, finding: &Finding) -> Option<&'a Ack> {
        let mut silent = None;
        for (number, ack) in self.acks.iter().enumerate().filter(|(_, ack)| ack.matches(finding)) {
            self.used.insert(number);
            // Days as `YYYY-MM-DD` order like their text.
            silent = silent.or(Some(ack).filter(|ack| ack.expires.as_str() >= self.today));
        }
        silent
    }

    /// The entry that accepts a decision today. Decisions are taken one by one: an entry with a code alone accepts none.
    pub fn accepts(&mut self, decision: &Finding) -> Option<&'a Ack> {
        let mut accepted = None;
        for (number, ack) in self.acks.iter().enumerate().filter(|(_, ack)| ack.matches(decision)) {
            if ack.id.is_none() && ack.component.is_none() {
                self.bulk.insert(number);
                continue;
            }
            self.used.insert(number);
            accepted = accepted.or(Some(ack).filter(|ack| ack.expires.as_str() >= self.today));
        }
        accepted
    }

    /// What is wrong with the entries, once every list was shown to them.
    pub fn rest(self) -> Vec<Finding> {
        let mut wrong = Vec::new();
        for (number, ack) in self.acks.iter().enumerate() {
            let subject = ack.subject();
            let (rule, message) = if self.bulk.contains(&number) {
                (&BULK, format!("names no component, and decisions are taken one by one: {subject}"))
            } else if !self.used.contains(&number) {
                (&UNUSED, format!("matches no finding: {subject}"))
            } else if ack.expires.as_str() < self.today {
                (&EXPIRED, format!("its day {} is over: {subject}", ack.expires))
            } else {
                continue;
            };
            let component = ack.component.as_deref().unwrap_or_default();
            wrong.push(Finding::new(rule, component, &subject, message).at(ack.place.as_str()));
        }
        wrong
    }
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

    #[test]
    fn a_decision_is_accepted_by_its_id_or_its_component_and_never_in_bulk() {
        let decision = Finding::new(&RULE, "zlib", "1.3", "moved");
        let by_id = Ack { id: Some(decision.id.clone()), expires: "2027-01-01".into(), ..Ack::default() };
        let acks = [ack("a-b", "", "2027-01-01"), by_id];
        let mut ledger = Ledger::new(&acks, "2026-06-01");
        assert_eq!(ledger.accepts(&decision), Some(&acks[1]));
        assert_eq!(ledger.accepts(&Finding::new(&RULE, "zlib", "1.4", "moved")), None);
        let codes: Vec<String> = ledger.rest().into_iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["ack-bulk"]);
        let named = [ack("a-b", "zlib", "2027-01-01")];
        assert_eq!(Ledger::new(&named, "2026-06-01").accepts(&decision), Some(&named[0]));
        assert_eq!(Ledger::new(&named, "2027-06-01").accepts(&decision), None);
    }
}
