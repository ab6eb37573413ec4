//! Known vulnerabilities of the bundled copies, from a dump of records.
//!
//! A record that names the bundled commit is an error, one that is about the version a warning: versions of bundled copies are often
//! those of a snapshot, and distributors patch. What the metadata calls `Mitigated` is kept in the report and is no finding.

use std::collections::BTreeSet;

use crate::advisory::{Dump, Hit, Join, State, Subject, bare_purl, repository};
use crate::audit::check;
use crate::audit::report::{AuditReport, Component, Use, Vulnerability, VulnerabilityState};
use crate::audit::rules::{ADVISORY_UNREAD, VULNERABLE_REVISION, VULNERABLE_UNDECIDED, VULNERABLE_VERSION};
use crate::finding::Finding;
use crate::manifest::cpe;

/// What a dump is asked about: every component but the tree itself, in the order of the report.
pub fn subjects(report: &AuditReport) -> Vec<Subject> {
    report.components.iter().map(subject).collect()
}

fn subject(component: &Component) -> Subject {
    // The tree is not bundled in itself.
    if component.root == "." {
        return Subject::default();
    }
    let generic = |purl: &String| !purl.starts_with("pkg:generic/");
    let cpe = component.cpe.as_deref().and_then(cpe::parse);
    Subject {
        ecosystem: component.ecosystem.clone(),
        name: component.name.clone(),
        purl: component.purl.as_ref().filter(|purl| generic(purl)).map(|purl| bare_purl(purl)),
        cpe: cpe.and_then(|name| name.vendor.zip(name.product)),
        repository: component.url.as_deref().and_then(repository),
        version: component.version.value.clone(),
        revision: component.revision.clone(),
        mitigated: component.mitigated.clone(),
    }
}

/// Fills the report's vulnerabilities and adds the findings about them.
pub fn join(report: &mut AuditReport, dumps: &[Dump]) {
    let subjects = subjects(report);
    for (component, subject) in report.components.iter().zip(&subjects) {
        if subject.name.is_empty() {
            continue;
        }
        // Several dumps may hold one vulnerability; the first one tells it.
        let mut known: BTreeSet<String> = BTreeSet::new();
        let mut undecided = 0_usize;
        for hit in dumps.iter().flat_map(|dump| dump.about(subject)) {
            if !known.insert(hit.advisory.id.clone()) {
                continue;
            }
            undecided += usize::from(hit.state == State::Undecided);
            report.findings.extend(finding(component, &hit));
            report.vulnerabilities.push(told(component, hit));
        }
        if undecided > 0 && !is_absent(component) {
            let message = format!("{undecided} records about {} are told by commits", component.name);
            report.findings.push(Finding::new(&VULNERABLE_UNDECIDED, &component.id, "", message));
        }
    }
    for (number, dump) in dumps.iter().enumerate().filter(|(_, dump)| dump.unreadable > 0) {
        let message = format!("{} of {} records could not be read", dump.unreadable, dump.records + dump.unreadable);
        let mut finding = Finding::new(&ADVISORY_UNREAD, "", &number.to_string(), message);
        finding.places.extend(dump.reasons.iter().cloned());
        report.findings.push(finding);
    }
    report.vulnerabilities.sort_by(|a, b| (a.state, &a.component, &a.id).cmp(&(b.state, &b.component, &b.id)));
    check::sort(&mut report.findings);
    report.summary.findings = report.findings.len();
}

/// True for what does not get into the packages.
fn is_absent(component: &Component) -> bool {
    component.shipped == Some(false) || matches!(component.used.state, Use::TestOnly | Use::HostOnly | Use::Unreachable)
}

fn told(component: &Component, hit: Hit<'_>) -> Vulnerability {
    Vulnerability {
        id: hit.advisory.id.clone(),
        aliases: hit.aliases,
        component: component.id.clone(),
        state: match hit.state {
            State::Affected => VulnerabilityState::Affected,
            State::Likely => VulnerabilityState::Likely,
            State::Undecided => VulnerabilityState::Undecided,
            State::Mitigated => VulnerabilityState::Mitigated,
            State::Fixed => VulnerabilityState::Fixed,
        },
        join: hit.join.word().to_owned(),
        fixed: hit.fixed,
        summary: hit.advisory.summary.clone(),
    }
}

fn finding(component: &Component, hit: &Hit<'_>) -> Option<Finding> {
    let id = &hit.advisory.id;
    let others: Vec<&String> = hit.aliases.iter().take(3).collect();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!(" ({})", others.into_iter().map(String::as_str).collect::<Vec<_>>().join(", "))
    };
    let (rule, by) = match hit.state {
        State::Affected => {
            (&VULNERABLE_REVISION, format!("at commit {}", component.revision.as_deref().unwrap_or_default()))
        }
        State::Likely => {
            (&VULNERABLE_VERSION, format!("by its version {}", component.version.value.as_deref().unwrap_or_default()))
        }
        State::Undecided | State::Mitigated | State::Fixed => return None,
    };
    if is_absent(component) {
        return None;
    }
    let joined = match hit.join {
        Join::Package => "",
        Join::Repository => ", joined by the repository",
        Join::Cpe => ", joined by the CPE name",
        Join::Name => ", joined by the name alone",
    };
    let summary = if hit.advisory.summary.is_empty() { String::new() } else { format!(": {}", hit.advisory.summary) };
    let message = format!("{} {by} has {id}{others}{joined}{summary}", component.name);
    let place = component.version.source.clone().or_else(|| component.declared_in.first().cloned());
    let mut finding = Finding::new(rule, &component.id, id, message);
    finding.places.extend(place);
    Some(match &hit.fixed {
        Some(fixed) => finding.hint(format!("fixed in {fixed}")),
        None => finding,
    })
}
