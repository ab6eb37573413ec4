//! The page for a browser: one file that holds everything, asks the network for nothing and works without a script.
//!
//! Each part of [`Page`] is optional, so that a rebase, an audit and a whole release make the same page. Text from outside passes two
//! gates: `safe` takes the force of control bytes and direction marks, the templates escape what HTML would act on. Should
//! both fail, the page's own policy forbids everything but the one style and the one script whose digests it names.

mod bundled;
mod changes;
mod churn;
mod compare;
mod decisions;
mod findings;
mod patches;
mod treemap;

use askama::Template;
use base64::Engine as _;

use crate::audit::report::AuditReport;
use crate::digest;
use crate::finding::{Finding, Rule, Severity};
use crate::queue::churn::Churn;
use crate::rebase::report::{RebaseReport, Verdict};
use crate::rebase::sides::Sides;
use crate::report::order;
use crate::text::display;

/// What the page shows; what is not there leaves no trace on it.
#[derive(Default)]
pub struct Page<'a> {
    /// The package's name; empty where nobody named one.
    pub package: &'a str,
    /// The carried queue.
    pub rebase: Option<Carried<'a>>,
    /// What the new tree bundles, with what differs from the baseline.
    pub audit: Option<&'a AuditReport>,
    /// What a new release wants decided, what binds first.
    pub decide: Vec<&'a Finding>,
    /// Findings of other parts (the spec, unbundling), each under its title.
    pub groups: Vec<Group<'a>>,
    /// What the queue's own history tells.
    pub churn: Option<&'a Churn>,
    /// The rules whose words explain findings and rungs.
    pub rules: Vec<&'static Rule>,
    /// The verdict over everything, where the caller has judged; else the worst of what the page shows.
    pub verdict: Option<Verdict>,
}

/// A carried queue.
#[derive(Clone, Copy)]
pub struct Carried<'a> {
    /// What became of it.
    pub report: &'a RebaseReport,
    /// The texts of the hunks of the patch with this number, by file and hunk.
    pub sides: &'a dyn Fn(usize) -> Vec<Vec<Sides>>,
}

/// Findings of one part of a run.
#[derive(Clone, Copy)]
pub struct Group<'a> {
    /// What they are about: `Spec`.
    pub title: &'a str,
    /// The findings.
    pub findings: &'a [Finding],
}

/// The look of the page.
const STYLE: &str = include_str!("templates/page.css");
/// What the keyboard, the filters and the search do.
const SCRIPT: &str = include_str!("templates/page.js");

/// A number with its word, as the head of the page shows it.
struct Count {
    class: &'static str,
    number: usize,
    /// Where its part of the bar begins, of a thousand.
    start: usize,
    /// How much of the bar is its own.
    share: usize,
}

#[derive(Template)]
#[template(path = "page.html", config = "src/report/html/askama.toml")]
struct Whole {
    title: String,
    package: String,
    from: Option<String>,
    onto: String,
    /// The verdict with the class of its colour; `None` where nothing was judged.
    verdict: Option<(&'static str, &'static str)>,
    policy: String,
    style: &'static str,
    script: &'static str,
    counts: Vec<Count>,
    decisions: Vec<decisions::Row>,
    patches: Option<patches::Patches>,
    bundled: Option<bundled::Bundled>,
    changes: Option<changes::Changed>,
    churn: Option<churn::Plotted>,
    groups: Vec<findings::Group>,
    found: usize,
}

/// The page.
///
/// # Panics
/// Where a template fails to write into memory, which none does.
pub fn render(page: &Page<'_>) -> String {
    whole(page).render().expect("a template without failing filters writes into memory")
}

fn whole(page: &Page<'_>) -> Whole {
    let judged = page.rebase.is_some() || page.audit.is_some() || !page.groups.is_empty();
    let verdict = judged.then(|| verdict(page));
    let report = page.rebase.as_ref().map(|carried| carried.report);
    let onto = report.map(|report| report.onto.as_str()).or(page.audit.map(|audit| audit.tree.as_str()));
    let onto = onto.or(page.churn.map(|churn| churn.queue.as_str()));
    let package = Some(page.package).filter(|name| !name.is_empty()).or(report.map(|report| report.package.as_str()));
    let package = package.filter(|name| !name.is_empty()).unwrap_or(if page.audit.is_some() && report.is_none() {
        "tree"
    } else {
        "queue"
    });
    let onto = safe(onto.unwrap_or_default());
    let mut groups: Vec<findings::Group> =
        page.groups.iter().map(|group| findings::group(group.title, group.findings, &page.rules)).collect();
    groups.extend(page.audit.map(|audit| findings::group("Bundled components", &audit.findings, &page.rules)));
    groups.retain(|group| group.count > 0);
    Whole {
        title: format!(
            "{} {onto}: {}",
            safe(package),
            verdict.map_or("history".into(), |(word, _)| word.to_lowercase())
        ),
        package: safe(package),
        from: report.and_then(|report| report.from.as_deref()).map(safe),
        onto,
        verdict,
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        counts: report.map(counts).unwrap_or_default(),
        decisions: decisions::view(&page.decide),
        patches: page.rebase.as_ref().map(|carried| patches::view(carried, &page.rules)),
        bundled: page.audit.map(bundled::view),
        changes: page.audit.and_then(|audit| audit.changes.as_ref()).map(changes::view),
        churn: page.churn.map(churn::view),
        found: groups.iter().map(|group| group.count).sum(),
        groups,
    }
}

/// Text from outside without control bytes, bytes that are no UTF-8, and marks that turn the direction of writing.
fn safe(text: &str) -> String {
    display::terminal(text.as_bytes()).replace('\t', "    ")
}

/// A number as people read it: `448,447`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A piece of a text, and whether it is set apart: a word that differs, or code.
struct Part {
    marked: bool,
    text: String,
}

/// A sentence whose code is set apart.
#[derive(Template)]
#[template(path = "prose.html", config = "src/report/html/askama.toml")]
struct Prose {
    parts: Vec<Part>,
}

/// Its own template escapes it.
impl askama::filters::HtmlSafe for Prose {}

impl Prose {
    /// True where nothing is said.
    fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// A sentence from outside: what stands between backticks is code.
fn prose(text: &str) -> Prose {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd backtick out is one that somebody meant.
    if parts.len().is_multiple_of(2) {
        return Prose { parts: vec![Part { marked: false, text: safe(text) }] };
    }
    let parts = parts.into_iter().enumerate().filter(|(_, part)| !part.is_empty());
    Prose { parts: parts.map(|(number, part)| Part { marked: number % 2 == 1, text: safe(part) }).collect() }
}

/// The worst of all parts, as a word and the class of its colour.
fn verdict(page: &Page<'_>) -> (&'static str, &'static str) {
    match page.verdict {
        Some(Verdict::Conflict) => return ("CONFLICT", "conflict"),
        Some(Verdict::Review) => return ("REVIEW", "review"),
        Some(_) => return ("CLEAN", "merged"),
        None => {}
    }
    let queue = page.rebase.as_ref().map(|carried| order::overall(&carried.report.summary).1);
    let found = page.audit.map(|audit| audit.findings.as_slice()).into_iter();
    let worst = found.chain(page.groups.iter().map(|group| group.findings)).flatten().map(|finding| finding.severity);
    match (queue, worst.max()) {
        (Some(Verdict::Conflict), _) => ("CONFLICT", "conflict"),
        (_, Some(Severity::Error)) => ("FINDINGS", "conflict"),
        (Some(Verdict::Review), _) | (_, Some(Severity::Warning)) => ("REVIEW", "review"),
        _ => ("CLEAN", "merged"),
    }
}

/// Patches by verdict.
fn counts(report: &RebaseReport) -> Vec<Count> {
    let all = report.summary.patches.max(1);
    let of = |verdict| (order::word(verdict), order::count(&report.summary, verdict));
    let mut before = 0;
    let counts = order::ORDER.into_iter().map(of).filter(|(_, number)| *number > 0).map(|(class, number)| {
        let start = before * 1000 / all;
        before += number;
        Count { class, number, start, share: before * 1000 / all - start }
    });
    counts.collect()
}

/// The policy of the page: nothing but its own style and script, told by their digests.
fn policy() -> String {
    let digest = |text: &str| base64::engine::general_purpose::STANDARD.encode(digest::sha256(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_cannot_end_their_elements() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</"), "an end tag would end the element early");
            for word in ["http:", "https:", "url(", "@import", "fetch(", "eval("] {
                assert!(!text.contains(word), "{word}");
            }
        }
    }

    #[test]
    fn a_page_without_findings_is_clean_and_one_that_judges_nothing_has_no_verdict() {
        let group = Group { title: "Spec", findings: &[] };
        let page = render(&Page { groups: vec![group], ..Page::default() });
        assert!(page.starts_with("<!doctype html>"), "{page}");
        assert!(page.contains("<strong>CLEAN") && page.contains("default-src &#39;none&#39;"));
        assert!(!render(&Page::default()).contains("CLEAN"));
    }

    #[test]
    fn long_numbers_are_parted() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn code_is_set_apart_in_sentences() {
        let told = |text| prose(text).parts.into_iter().map(|part| (part.marked, part.text)).collect::<Vec<_>>();
        assert_eq!(told("`a` is b"), [(true, "a".to_owned()), (false, " is b".to_owned())]);
        assert_eq!(told("it`s"), [(false, "it`s".to_owned())]);
        assert!(told("").is_empty());
    }

    #[test]
    fn text_from_outside_loses_its_force() {
        assert_eq!(safe("a\u{202e}b\u{1b}[0m\tc"), "a\\u{202E}b\\x1B[0m    c");
    }
}
