//! What differs from the baseline, in the order in which it wants a decision.

use crate::audit::report::{Change, Changes};

/// The changes, ranked.
pub(super) struct Changed {
    pub(super) baseline: String,
    pub(super) kinds: Vec<Kind>,
    pub(super) rows: Vec<Row>,
}

/// One kind of change with its count.
pub(super) struct Kind {
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) count: usize,
}

pub(super) struct Row {
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) name: String,
    pub(super) id: String,
    pub(super) old: String,
    pub(super) new: String,
}

/// The kinds, what wants a decision first: a licence binds, a binary cannot be read, a version is routine.
fn ranked(changes: &Changes) -> [(&'static str, &'static str, &[Change]); 6] {
    [
        ("license", "licence", &changes.license),
        ("binary", "new binary", &changes.binaries),
        ("added", "new", &changes.added),
        ("removed", "gone", &changes.removed),
        ("verdict", "verdict", &changes.verdict),
        ("version", "version", &changes.version),
    ]
}

pub(super) fn view(changes: &Changes) -> Changed {
    let told = |value: &Option<String>| value.as_deref().map_or_else(|| "–".to_owned(), super::safe);
    let mut rows = Vec::new();
    for (class, word, list) in ranked(changes) {
        rows.extend(list.iter().map(|change| Row {
            class,
            word,
            name: super::safe(&change.name),
            id: super::safe(&change.id),
            old: told(&change.old),
            new: told(&change.new),
        }));
    }
    let kinds = ranked(changes).into_iter().filter(|(_, _, list)| !list.is_empty());
    let kinds = kinds.map(|(class, word, list)| Kind { class, word, count: list.len() }).collect();
    Changed { baseline: super::safe(&changes.baseline), kinds, rows }
}

/// Which component changed how, for the treemap: the first kind that names it.
pub(super) fn kind_of(changes: &Changes) -> std::collections::BTreeMap<&str, &'static str> {
    let mut kinds = std::collections::BTreeMap::new();
    for (class, _, list) in ranked(changes).into_iter().filter(|(class, ..)| !matches!(*class, "binary" | "removed")) {
        for change in list {
            kinds.entry(change.id.as_str()).or_insert(class);
        }
    }
    kinds
}
