//! Findings by rule, the worst first, each rule with its own explanation.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::finding::{Finding, Rule, Severity};
use crate::report::html::Prose;

/// The most findings of one rule that are listed.
const MOST: usize = 500;

/// The findings of one part.
pub(super) struct Group {
    pub(super) title: String,
    pub(super) count: usize,
    pub(super) rules: Vec<Found>,
}

/// All findings of one rule.
pub(super) struct Found {
    pub(super) code: String,
    pub(super) severity: &'static str,
    pub(super) count: usize,
    pub(super) summary: String,
    /// The paragraphs of its explanation.
    pub(super) explain: Vec<Prose>,
    pub(super) rows: Vec<Row>,
    /// How many are not listed.
    pub(super) rest: usize,
    /// True where a person has to act.
    pub(super) open: bool,
}

pub(super) struct Row {
    pub(super) about: String,
    pub(super) message: Prose,
    pub(super) hint: Prose,
    pub(super) places: Vec<String>,
}

pub(super) fn group(title: &str, findings: &[Finding], rules: &[&'static Rule]) -> Group {
    let mut by_rule: BTreeMap<(Reverse<Severity>, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_rule.entry((Reverse(finding.severity), &finding.code)).or_default().push(finding);
    }
    let rules = by_rule.into_iter().map(|((severity, code), found)| {
        let rule = rules.iter().find(|rule| rule.code == code);
        Found {
            code: super::safe(code),
            severity: severity.0.word(),
            count: found.len(),
            summary: rule.map(|rule| rule.summary.to_owned()).unwrap_or_default(),
            explain: rule.map(|rule| rule.explain.split("\n\n").map(super::prose).collect()).unwrap_or_default(),
            rows: found.iter().take(MOST).map(|finding| row(finding)).collect(),
            rest: found.len().saturating_sub(MOST),
            open: severity.0 == Severity::Error,
        }
    });
    Group { title: super::safe(title), count: findings.len(), rules: rules.collect() }
}

/// Places of one finding that are listed.
const PLACES: usize = 12;

fn row(finding: &Finding) -> Row {
    let mut places: Vec<String> = finding.places.iter().take(PLACES).map(|place| super::safe(place)).collect();
    if let Some(more) = finding.places.len().checked_sub(PLACES).filter(|more| *more > 0) {
        places.push(format!("and {more} more"));
    }
    Row {
        about: super::safe(&finding.component),
        message: super::prose(&finding.message),
        hint: super::prose(&finding.hint),
        places,
    }
}
