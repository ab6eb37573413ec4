//! Everything of a release that a person decides about, as findings: rows, patches, new findings of the audit, the spec.

use crate::finding::{Finding, Rule, Severity};
use crate::rebase::report::{HunkVerdict, PatchReport, Verdict};
use crate::rebase::rules as rebase;
use crate::release::report::ReleaseReport;

impl ReleaseReport {
    /// The rows and the new findings of the audit that want a decision, the most urgent first.
    pub fn rows(&self) -> Vec<&Finding> {
        let rows = self.deltas.iter().map(|delta| &delta.finding);
        rows.chain(self.new_audit_findings()).filter(|finding| finding.severity > Severity::Note).collect()
    }

    /// The same for what only wants to be known.
    pub fn notes(&self) -> Vec<&Finding> {
        let rows = self.deltas.iter().map(|delta| &delta.finding);
        rows.chain(self.new_audit_findings()).filter(|finding| finding.severity == Severity::Note).collect()
    }

    /// All of it in one list: for code hosts and editors.
    ///
    /// Of the audit what is new since the baseline; all of it where there is none.
    pub fn decisions(&self) -> Vec<Finding> {
        let mut all: Vec<Finding> = self.rebase.patches.iter().filter_map(patch).collect();
        all.extend(self.rebase.patches.iter().flat_map(|row| row.findings.iter().cloned()));
        all.extend(self.deltas.iter().map(|delta| delta.finding.clone()));
        if self.audit.changes.is_some() {
            all.extend(self.new_audit_findings().cloned());
        } else {
            all.extend(self.audit.findings.iter().cloned());
        }
        all.extend(self.spec.iter().flat_map(|spec| spec.findings.iter().cloned()));
        all.extend(self.findings.iter().cloned());
        all
    }
}

/// A patch that waits for a person, with the places that are open.
fn patch(row: &PatchReport) -> Option<Finding> {
    let code = match row.verdict {
        Verdict::Conflict => "patch-conflict",
        Verdict::Review => "patch-review",
        _ => return None,
    };
    let rule: &Rule = rebase::RULES.iter().find(|rule| rule.code == code)?;
    let mut finding = Finding::new(rule, &row.name, "", row.reason.clone()).hint(format!("forebay show {}", row.name));
    for file in &row.files {
        let open = |verdict| matches!(verdict, HunkVerdict::Conflict | HunkVerdict::Review | HunkVerdict::DeletedMore);
        let places: Vec<String> = file
            .hunks
            .iter()
            .filter(|hunk| open(hunk.verdict))
            .map(|hunk| match hunk.new_line {
                Some(line) => format!("{}:{line}", file.onto_path),
                None => file.onto_path.clone(),
            })
            .collect();
        if places.is_empty() && matches!(file.verdict, Verdict::Conflict | Verdict::Review) {
            finding.places.push(file.onto_path.clone());
        }
        finding.places.extend(places);
    }
    finding.places.dedup();
    Some(finding)
}
