//! What a tree bundles: a treemap by files, and the same as a table.

use std::collections::BTreeMap;

use crate::audit::report::{AuditReport, Component, Verdict};
use crate::finding::Severity;
use crate::report::html::treemap::{Area, squarify};
use crate::report::html::{changes, thousands};
use crate::text::plural::plural;

/// The drawing, in its own units.
const WHOLE: Area = Area { x: 0.0, y: 0.0, width: 1200.0, height: 620.0 };
/// The height of a group's name.
const STRIP: f64 = 15.0;
/// A component gets at least this part of the drawing, so that it can be seen and hit.
const LEAST: f64 = 1.0 / 9000.0;
/// The width of a character of a label.
const LETTER: f64 = 6.3;

/// The section.
pub(super) struct Bundled {
    pub(super) sentence: String,
    pub(super) verdicts: Vec<Kind>,
    pub(super) severities: Vec<Kind>,
    pub(super) has_changes: bool,
    /// What colours the drawing at first: `verdict` or `found`.
    pub(super) color: &'static str,
    pub(super) groups: Vec<Block>,
    pub(super) rows: Vec<Row>,
}

/// A value that can be filtered for, with its count.
pub(super) struct Kind {
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) count: usize,
}

/// Components below one folder.
pub(super) struct Block {
    /// The folder's name where there is room for it.
    pub(super) label: String,
    pub(super) area: Drawn,
    pub(super) cells: Vec<Cell>,
}

/// One component of the drawing.
pub(super) struct Cell {
    /// The number of its row.
    pub(super) row: usize,
    pub(super) class: String,
    pub(super) area: Drawn,
    pub(super) label: String,
}

/// A rectangle as it is written.
pub(super) struct Drawn {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    pub(super) text_x: String,
    pub(super) text_y: String,
}

/// One component of the table.
pub(super) struct Row {
    pub(super) class: String,
    pub(super) verdict: &'static str,
    pub(super) severity: &'static str,
    pub(super) findings: usize,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) license: String,
    pub(super) ecosystem: String,
    pub(super) files: usize,
    pub(super) root: String,
}

pub(super) fn view(report: &AuditReport) -> Bundled {
    let mut found: BTreeMap<&str, (Severity, usize)> = BTreeMap::new();
    for finding in &report.findings {
        let known = found.entry(&finding.component).or_insert((finding.severity, 0));
        *known = (known.0.max(finding.severity), known.1 + 1);
    }
    let changed = report.changes.as_ref().map(changes::kind_of).unwrap_or_default();
    let mut components: Vec<&Component> = report.components.iter().collect();
    let worst = |component: &Component| found.get(component.id.as_str()).map(|(severity, _)| *severity);
    components.sort_by_key(|component| {
        let rank = (component.verdict, std::cmp::Reverse(worst(component)), std::cmp::Reverse(component.files));
        (rank, component.id.as_str())
    });
    let class = |component: &Component| {
        let severity = worst(component).map_or("none", Severity::word);
        let mut class = format!("v-{} s-{severity}", component.verdict.word());
        if let Some(kind) = changed.get(component.id.as_str()) {
            class.push_str(" d-");
            class.push_str(kind);
        }
        class
    };
    let rows: Vec<Row> = components
        .iter()
        .map(|component| row(component, class(component), found.get(component.id.as_str()).copied()))
        .collect();
    let verdicts =
        [Verdict::UnbundleNow, Verdict::UnbundleWithPatch, Verdict::Blocked, Verdict::UnusedDelete, Verdict::Keep];
    let verdicts = verdicts.into_iter().map(|verdict| {
        let count = components.iter().filter(|component| component.verdict == verdict).count();
        Kind { class: verdict.word(), word: verdict.word(), count }
    });
    let verdicts: Vec<Kind> = verdicts.filter(|kind| kind.count > 0).collect();
    Bundled {
        sentence: sentence(report),
        color: if verdicts.len() > 1 { "verdict" } else { "found" },
        verdicts,
        severities: severities(&components, &found),
        has_changes: !changed.is_empty(),
        groups: draw(&components, &rows),
        rows,
    }
}

fn sentence(report: &AuditReport) -> String {
    let summary = &report.summary;
    format!(
        "{} {} in {} files; {} shipped, {} of several copies, {}",
        thousands(summary.components),
        if summary.components == 1 { "component" } else { "components" },
        thousands(summary.files),
        summary.shipped,
        summary.duplicates,
        plural(summary.binaries, "prebuilt file", "prebuilt files"),
    )
}

fn severities(components: &[&Component], found: &BTreeMap<&str, (Severity, usize)>) -> Vec<Kind> {
    let kinds = [
        ("error", "with errors", Some(Severity::Error)),
        ("warning", "with warnings", Some(Severity::Warning)),
        ("note", "with notes", Some(Severity::Note)),
        ("none", "without findings", None),
    ];
    let count = |severity: Option<Severity>| {
        let worst = |component: &&&Component| found.get(component.id.as_str()).map(|(worst, _)| *worst) == severity;
        components.iter().filter(worst).count()
    };
    let kinds = kinds.into_iter().map(|(class, word, severity)| Kind { class, word, count: count(severity) });
    kinds.filter(|kind| kind.count > 0).collect()
}

fn row(component: &Component, class: String, found: Option<(Severity, usize)>) -> Row {
    let license = component.license.spdx.as_deref().or(component.license.declared.as_deref());
    Row {
        class,
        verdict: component.verdict.word(),
        severity: found.map_or("none", |(severity, _)| severity.word()),
        findings: found.map_or(0, |(_, count)| count),
        name: super::safe(&component.name),
        version: super::safe(component.version.value.as_deref().unwrap_or("?")),
        license: super::safe(license.unwrap_or("?")),
        ecosystem: super::safe(&component.ecosystem),
        files: component.files,
        root: super::safe(&component.root),
    }
}

/// Rows with their weights.
type Members = Vec<(usize, f64)>;

/// The folder that a component is drawn below: the first two of its path.
fn group_of(root: &str) -> String {
    root.split('/').take(2).collect::<Vec<_>>().join("/")
}

/// The tree's own root is what all else lies in; it is no part of the drawing.
fn draw(components: &[&Component], rows: &[Row]) -> Vec<Block> {
    let drawn = || components.iter().enumerate().filter(|(_, component)| component.root != ".");
    let mut sharers: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, component) in drawn() {
        *sharers.entry(&component.root).or_default() += 1;
    }
    let all: f64 = drawn().map(|(_, component)| share(component, &sharers)).sum();
    let mut groups: BTreeMap<String, Members> = BTreeMap::new();
    for (number, component) in drawn() {
        let weight = share(component, &sharers).max(all * LEAST).max(1.0);
        groups.entry(group_of(&component.root)).or_default().push((number, weight));
    }
    let mut groups: Vec<(String, Members, f64)> = groups
        .into_iter()
        .map(|(name, mut members)| {
            members.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
            let sum = members.iter().map(|(_, weight)| weight).sum();
            (name, members, sum)
        })
        .collect();
    groups.sort_by(|one, other| other.2.total_cmp(&one.2).then_with(|| one.0.cmp(&other.0)));
    let weights: Vec<f64> = groups.iter().map(|(_, _, sum)| *sum).collect();
    let areas = squarify(&weights, WHOLE);
    groups.into_iter().zip(areas).map(|((name, members, _), area)| block(&name, &members, area, rows)).collect()
}

/// The files of a component; those of one root are shared by all that have it.
fn share(component: &Component, sharers: &BTreeMap<&str, usize>) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(component.files) / number(sharers.get(component.root.as_str()).copied().unwrap_or(1).max(1))
}

fn block(name: &str, members: &[(usize, f64)], area: Area, rows: &[Row]) -> Block {
    let strip = if members.len() > 1 && area.width > 70.0 && area.height > 46.0 { STRIP } else { 0.0 };
    let weights: Vec<f64> = members.iter().map(|(_, weight)| *weight).collect();
    let areas = squarify(&weights, area.inside(1.0, strip));
    let cells = members.iter().zip(areas).filter_map(|((number, _), area)| {
        let row = rows.get(*number)?;
        let label = if area.height >= 14.0 { fitting(&row.name, area.width - 6.0) } else { String::new() };
        let class = row.class.clone();
        Some(Cell { row: *number, class, area: drawn(area), label })
    });
    let cells = cells.collect();
    // `third_party/` stands before nearly all of them and says nothing.
    let name = super::safe(name.strip_prefix("third_party/").unwrap_or(name));
    let label = if strip > 0.0 { fitting(&name, area.width - 6.0) } else { String::new() };
    Block { label, area: drawn(area), cells }
}

/// As much of a name as there is room for; nothing where it would say nothing.
fn fitting(name: &str, width: f64) -> String {
    let whole = name.chars().count();
    let room = (1..=whole).take_while(|count| f64::from(u32::try_from(*count).unwrap_or(0)) * LETTER <= width).count();
    match room {
        _ if room == whole => name.to_owned(),
        0..=4 => String::new(),
        _ => name.chars().take(room - 1).chain(['…']).collect(),
    }
}

fn drawn(area: Area) -> Drawn {
    let number = |value: f64| {
        let text = format!("{value:.1}");
        text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
    };
    Drawn {
        x: number(area.x),
        y: number(area.y),
        width: number((area.width - 0.6).max(0.8)),
        height: number((area.height - 0.6).max(0.8)),
        text_x: number(area.x + 3.0),
        text_y: number(area.y + 11.5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_fit_or_are_left_out() {
        assert_eq!(fitting("zlib", 26.0), "zlib");
        assert_eq!(fitting("swiftshader", 52.0), "swiftsh…");
        assert_eq!(fitting("swiftshader", 20.0), "");
    }

    #[test]
    fn components_are_grouped_by_their_first_two_folders() {
        assert_eq!(group_of("third_party/a/b"), "third_party/a");
        assert_eq!(group_of("v8"), "v8");
    }
}
