//! The history of the queue: a plot of what each upstream version broke, and a table with a line of life for each patch.

use std::collections::BTreeMap;

use crate::queue::churn::{Churn, Patch, Release};
use crate::report::churn;
use crate::report::order::patches;

/// The most versions that the plot shows, the newest ones.
const VERSIONS: usize = 90;
/// The most patches that the table holds.
const ROWS: usize = 250;
/// The plot's field, in its own units.
const LEFT: f64 = 44.0;
const RIGHT: f64 = 1150.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 220.0;
/// The width of a line of life.
const LIFE: f64 = 240.0;

/// The section.
pub(super) struct Plotted {
    pub(super) sentence: String,
    pub(super) bars: Vec<Bar>,
    pub(super) ticks: Vec<Tick>,
    pub(super) labels: Vec<Label>,
    /// The points of the line of patches carried.
    pub(super) line: String,
    /// The head of the lines of life: `120 to 150`.
    pub(super) span: String,
    pub(super) rows: Vec<Row>,
    pub(super) rest: usize,
}

/// One version.
pub(super) struct Bar {
    pub(super) x: String,
    pub(super) width: String,
    pub(super) told: String,
    pub(super) parts: Vec<Part>,
}

pub(super) struct Part {
    pub(super) class: &'static str,
    pub(super) y: String,
    pub(super) height: String,
}

pub(super) struct Tick {
    pub(super) y: String,
    pub(super) text_y: String,
    pub(super) left: usize,
    pub(super) right: usize,
}

pub(super) struct Label {
    pub(super) x: String,
    pub(super) text: String,
}

/// One patch.
pub(super) struct Row {
    pub(super) folder: String,
    pub(super) name: String,
    pub(super) carried: bool,
    pub(super) work: usize,
    pub(super) edited: usize,
    pub(super) broke: usize,
    pub(super) releases: usize,
    pub(super) since: String,
    pub(super) last: String,
    pub(super) x: usize,
    pub(super) width: usize,
    pub(super) marks: Vec<Mark>,
}

/// A version that broke it.
pub(super) struct Mark {
    pub(super) class: &'static str,
    pub(super) x: String,
    pub(super) width: String,
}

pub(super) fn view(churn: &Churn) -> Plotted {
    let first = churn.releases.len().saturating_sub(VERSIONS);
    let shown = churn.releases.get(first..).unwrap_or_default();
    let most = shown.iter().map(height).max().unwrap_or(0).max(1);
    let carried = shown.iter().map(|release| release.patches).max().unwrap_or(0).max(1);
    let (most, carried) = (rounded(most), rounded(carried));
    let step = (RIGHT - LEFT) / number(shown.len().max(1));
    let middle = |at: usize| LEFT + step * (number(at) + 0.5);
    let line =
        shown.iter().enumerate().map(|(at, release)| format!("{:.1},{:.1}", middle(at), up(release.patches, carried)));
    let ticks = [0, 1, 2, 3, 4].map(|part| {
        let y = BOTTOM - (BOTTOM - TOP) * number(part) / 4.0;
        let (left, right) = (most * part / 4, carried * part / 4);
        Tick { y: format!("{y:.1}"), text_y: format!("{:.1}", y + 4.0), left, right }
    });
    let places: BTreeMap<&str, usize> =
        shown.iter().enumerate().map(|(at, release)| (release.version.as_str(), at)).collect();
    let listed = |patch: &&Patch| patch.work > 0;
    let count = churn.patches.iter().filter(listed).count().min(ROWS);
    let rows = churn.patches.iter().filter(listed).take(ROWS);
    Plotted {
        sentence: sentence(churn),
        bars: shown.iter().enumerate().map(|(at, release)| bar(release, middle(at), step, most)).collect(),
        ticks: ticks.into(),
        labels: labels(shown, &middle),
        line: line.collect::<Vec<_>>().join(" "),
        span: shown.first().zip(shown.last()).map_or(String::new(), |(first, last)| {
            format!("{} to {}", super::safe(&first.version), super::safe(&last.version))
        }),
        rows: rows.map(|patch| row(patch, &places, shown.len())).collect(),
        rest: churn.patches.len() - count,
    }
}

fn sentence(churn: &Churn) -> String {
    let cut = if churn.summary.cut { "; older history is not here" } else { "" };
    format!("{}{cut}", churn::counts(churn))
}

fn height(release: &Release) -> usize {
    release.edited + release.context + release.added + release.dropped
}

/// The next number that four lines part evenly.
fn rounded(number: usize) -> usize {
    let step = [4, 8, 20, 40, 80, 200, 400].into_iter().find(|step| number <= step * 5).unwrap_or(800);
    number.div_ceil(step) * step
}

fn number(value: usize) -> f64 {
    f64::from(u32::try_from(value).unwrap_or(u32::MAX))
}

/// How high a value stands.
fn up(value: usize, most: usize) -> f64 {
    BOTTOM - (BOTTOM - TOP) * number(value) / number(most)
}

fn bar(release: &Release, middle: f64, step: f64, most: usize) -> Bar {
    let width = (step * 0.72).min(26.0);
    let mut below = 0;
    let counts = [
        ("edited", release.edited),
        ("context", release.context),
        ("added", release.added),
        ("dropped", release.dropped),
    ];
    let parts = counts.into_iter().filter(|(_, count)| *count > 0).map(|(class, count)| {
        let (from, to) = (up(below, most), up(below + count, most));
        below += count;
        Part { class, y: format!("{to:.1}"), height: format!("{:.1}", from - to) }
    });
    Bar {
        parts: parts.collect(),
        x: format!("{:.1}", middle - width / 2.0),
        width: format!("{width:.1}"),
        told: super::safe(&format!(
            "{} ({}): broke {} ({} edited), {} added, {} dropped, {} carried",
            release.version,
            release.day,
            release.edited + release.context,
            release.edited,
            release.added,
            release.dropped,
            patches(release.patches),
        )),
    }
}

/// Names of versions below the plot, as many as there is room for.
fn labels(shown: &[Release], middle: &dyn Fn(usize) -> f64) -> Vec<Label> {
    let every = shown.len().div_ceil(10).max(1);
    let label = |(at, release): (usize, &Release)| Label {
        x: format!("{:.1}", middle(at)),
        text: super::safe(&release.version),
    };
    shown.iter().enumerate().filter(|(at, _)| at % every == 0).map(label).collect()
}

fn row(patch: &Patch, places: &BTreeMap<&str, usize>, versions: usize) -> Row {
    let name = super::safe(&patch.name);
    let (folder, name) = name.rsplit_once('/').map_or(("", &name[..]), |(folder, name)| (folder, name));
    let step = LIFE / number(versions.max(1));
    let place = |version: Option<&String>| version.and_then(|version| places.get(version.as_str())).copied();
    // What began before the first version shown has its line from the left edge on.
    let from = place(patch.first.version.as_ref()).unwrap_or(0);
    let to = match &patch.dropped {
        None => versions,
        Some(point) => place(point.version.as_ref()).map_or(0, |at| at + 1),
    };
    let marks = patch.broken_by.iter().filter_map(|broke| {
        let x = step * number(places.get(broke.to.as_str()).copied()?);
        let class = if broke.kind == "edited" { "edited" } else { "context" };
        Some(Mark { class, x: format!("{x:.1}"), width: format!("{:.1}", (step * 0.8).clamp(1.5, 8.0)) })
    });
    let (x, end) = (units(step, from), units(step, to));
    Row {
        folder: if folder.is_empty() { String::new() } else { format!("{folder}/") },
        name: name.to_owned(),
        carried: patch.carried,
        work: patch.work,
        edited: patch.edited,
        broke: patch.broken_by.len(),
        releases: patch.releases,
        since: super::safe(&patch.first.day),
        last: patch.last_work.as_ref().map(|point| super::safe(&point.day)).unwrap_or_default(),
        x,
        width: end.saturating_sub(x),
        marks: marks.collect(),
    }
}

/// So many steps of a line of life, in whole units.
fn units(step: f64, steps: usize) -> usize {
    let whole = (step * number(steps)).round();
    (0..=240_u32).rev().find(|unit| f64::from(*unit) <= whole).map_or(0, |unit| unit as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_end_at_numbers_that_four_lines_part() {
        assert_eq!([1, 4, 5, 20, 21, 169].map(rounded), [4, 4, 8, 20, 24, 200]);
        assert_eq!((units(2.5, 3), units(240.0, 1), units(1.0, 0)), (8, 240, 0));
    }
}
