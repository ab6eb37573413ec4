//! Joins the parts of a run to one report: ranks, accepts what was accepted, and says the verdict.

use std::collections::BTreeSet;

use crate::audit::baseline;
use crate::audit::report::AuditReport;
use crate::finding::Severity;
use crate::finding::ack::{Ack, Ledger};
use crate::rebase::report::RebaseReport;
use crate::release::cve::Cve;
use crate::release::delta;
use crate::release::report::{Accepted, Delta, ReleaseReport, SCHEMA, Summary, Verdict};
use crate::spec::report::SpecReport;

/// What the parts found; nothing is compared or accepted yet.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The package's name; empty where no profile names one.
    pub package: String,
    /// The old release as it is to be shown.
    pub from: Option<String>,
    /// The new release as it is to be shown.
    pub onto: String,
    /// The rebase.
    pub rebase: RebaseReport,
    /// The audit of the new tree.
    pub audit: AuditReport,
    /// The audit of the old tree.
    pub before: Option<AuditReport>,
    /// The check of the spec.
    pub spec: Option<SpecReport>,
    /// The vulnerabilities that the release fixes.
    pub cves: Vec<Cve>,
    /// Patches that are new in the queue, and those that are gone, since the last commit of the packaging repository.
    pub edited: (Vec<String>, Vec<String>),
}

/// Puts the report together; `acks` hold on the day `today` (`YYYY-MM-DD`).
pub fn assemble(parts: Parts, acks: &[Ack], today: &str) -> ReleaseReport {
    let Parts { package, from, onto, mut rebase, mut audit, before, mut spec, cves, edited } = parts;
    audit.changes = before.as_ref().map(|before| baseline::compare(before, &audit));
    let mut ledger = Ledger::new(acks, today);
    for patch in &mut rebase.patches {
        patch.findings = ledger.keep(std::mem::take(&mut patch.findings));
    }
    audit.findings = ledger.keep(std::mem::take(&mut audit.findings));
    audit.summary.findings = audit.findings.len();
    if let Some(spec) = &mut spec {
        spec.keep(|findings| ledger.keep(findings));
    }
    let ranked = delta::rank(&audit);
    let mut summary = delta::count(&ranked);
    let (mut deltas, mut accepted) = (Vec::new(), Vec::new());
    for delta in ranked {
        match ledger.accepts(&delta.finding) {
            Some(ack) => accepted.push(Accepted { delta, reason: ack.reason.clone(), expires: ack.expires.clone() }),
            None => deltas.push(delta),
        }
    }
    let known: BTreeSet<&str> =
        before.iter().flat_map(|before| &before.findings).map(|finding| finding.id.as_str()).collect();
    let fresh = audit.findings.iter().filter(|finding| !known.contains(finding.id.as_str()));
    let new_findings: Vec<String> = fresh.map(|finding| finding.id.clone()).collect();
    summary.accepted = accepted.len();
    summary.new_findings = new_findings.len();
    let findings = ledger.rest();
    let mut report = ReleaseReport {
        schema: SCHEMA.to_owned(),
        package,
        from,
        onto,
        verdict: Verdict::Clean,
        summary,
        deltas,
        accepted,
        findings,
        cves,
        added_patches: edited.0,
        removed_patches: edited.1,
        new_findings,
        rebase,
        audit,
        spec,
    };
    report.verdict = verdict(&report);
    report
}

fn verdict(report: &ReleaseReport) -> Verdict {
    let wants = |delta: &Delta| delta.finding.severity >= Severity::Warning;
    let patches = report.rebase.patches.iter();
    let spec = report.spec.as_ref().is_some_and(|spec| {
        let summary = &spec.summary;
        summary.stale + summary.hand_edited + summary.errors > 0
    });
    let review = report.rebase.summary.review > 0
        || patches.into_iter().any(|patch| !patch.findings.is_empty())
        || report.deltas.iter().any(wants)
        || report.new_audit_findings().any(|finding| finding.severity >= Severity::Warning)
        || !report.findings.is_empty()
        || spec;
    match (report.rebase.summary.conflict, review) {
        (0, false) => Verdict::Clean,
        (0, true) => Verdict::Review,
        _ => Verdict::Conflict,
    }
}

impl ReleaseReport {
    /// The audit's findings that the baseline had not.
    pub fn new_audit_findings(&self) -> impl Iterator<Item = &crate::finding::Finding> {
        let new: BTreeSet<&str> = self.new_findings.iter().map(String::as_str).collect();
        // Without a baseline nothing is known to be new.
        let compared = self.audit.changes.is_some();
        self.audit.findings.iter().filter(move |finding| compared && new.contains(finding.id.as_str()))
    }
}

impl Summary {
    /// Rows about licences.
    pub fn licenses(&self) -> usize {
        self.license_new + self.license_changed + self.license_known
    }
}
