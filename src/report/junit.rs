//! A release as `JUnit` XML, for CI systems that show tests: a case a patch, a row and a region of the spec.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::finding::{Finding, Severity};
use crate::rebase::report::{PatchReport, Verdict};
use crate::release::report::ReleaseReport;
use crate::report::{escape, order};

/// The document; `fails` tells which findings end the run with status 1, `review` whether a patch for review does.
///
/// # Panics
/// Never: text that is written into memory cannot fail.
pub fn render(report: &ReleaseReport, review: bool, fails: &dyn Fn(&Finding) -> bool) -> String {
    let mut document = Report::new(if report.package.is_empty() { "release" } else { &report.package });
    let mut patches = TestSuite::new("patches");
    patches.add_test_cases(report.rebase.patches.iter().map(|row| patch(row, review)));
    let mut bundled = TestSuite::new("bundled");
    bundled.add_test_cases(report.rows().into_iter().chain(report.notes()).map(|finding| row(finding, fails)));
    document.add_test_suites([patches, bundled]);
    if let Some(spec) = &report.spec {
        let mut suite = TestSuite::new("spec");
        suite.add_test_cases(spec.regions.iter().map(|region| {
            let status = match region.state.as_str() {
                "stale" | "hand-edited" => failure(&format!("the region is {}", region.state), &region.state),
                _ => TestCaseStatus::success(),
            };
            TestCase::new(region.id.as_str(), status)
        }));
        // Stale regions are cases of their own.
        let others = spec.findings.iter().filter(|finding| !spec.regions.iter().any(|one| one.id == finding.component));
        suite.add_test_cases(others.map(|finding| row(finding, &|finding| finding.severity == Severity::Error)));
        document.add_test_suite(suite);
    }
    document.to_string().expect("a report of text serializes into memory")
}

fn failure(message: &str, kind: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(escape::line(message)).set_type(escape::line(kind));
    status
}

fn patch(row: &PatchReport, review: bool) -> TestCase {
    let word = order::word(row.verdict);
    let status = match row.verdict {
        Verdict::Conflict => failure(&row.reason, word),
        Verdict::Review if review => failure(&row.reason, word),
        Verdict::Absorbed | Verdict::Skipped => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(escape::line(&row.reason)).set_type(word);
            status
        }
        _ => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(escape::line(&row.name), status);
    case.set_classname("patches");
    if row.verdict != Verdict::Untouched {
        case.set_system_out(escape::line(&format!("{word}: {}", row.reason)));
    }
    case
}

fn row(finding: &Finding, fails: &dyn Fn(&Finding) -> bool) -> TestCase {
    let place = finding.places.first().map_or("", String::as_str);
    let told = format!("{}: {} ({place})", finding.code, finding.message);
    let status = if fails(finding) { failure(&told, &finding.code) } else { TestCaseStatus::success() };
    let mut case = TestCase::new(escape::line(&format!("{} {}", finding.component, finding.id)), status);
    case.set_classname(escape::line(&finding.code));
    case.set_system_out(escape::line(&told));
    case
}
