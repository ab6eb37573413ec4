//! Numbers of patches: a number stays with its file for life, gaps are kept, new patches get a free one of their group.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::PatchFact;
use crate::finding::Finding;
use crate::profile::packaging::PatchGroup;
use crate::spec::rules;
use crate::text::glob;

/// A patch with its number and group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// The number of its tag.
    pub number: u32,
    /// The index of its group.
    pub group: usize,
}

/// Gives every patch of the queue a number; `existing` are those that the spec has now, by file name.
///
/// A patch for which none can be found is a finding and gets no number.
pub fn assign(
    patches: &[PatchFact],
    groups: &[PatchGroup],
    existing: &BTreeMap<String, u32>,
) -> (Vec<Option<Numbered>>, Vec<Finding>) {
    let mut findings = overlaps(groups);
    let mut used: BTreeSet<u32> = existing.values().copied().collect();
    let mut all: Vec<Option<Numbered>> = Vec::with_capacity(patches.len());
    for patch in patches {
        let kept = existing.get(&patch.file).copied();
        let group = if let Some(number) = kept {
            groups.iter().position(|group| (group.range.0..=group.range.1).contains(&number))
        } else {
            findings.extend(ambiguous(patch, groups));
            group_of(&patch.name, groups)
        };
        let Some(index) = group else {
            findings.push(outside(patch, kept));
            all.push(None);
            continue;
        };
        let number = kept.or_else(|| {
            let before =
                all.iter().flatten().filter(|other| other.group == index).map(|other| other.number).next_back();
            free(groups.get(index)?.range, before, patches, existing, patch, &used)
        });
        let Some(number) = number else {
            let id = groups.get(index).map_or("", |group| group.id.as_str());
            let message = format!("group `{id}` has no free number for `{}`", patch.name);
            findings
                .push(Finding::new(&rules::RANGE_FULL, &patch.name, id, message).hint("widen the range of the group"));
            all.push(None);
            continue;
        };
        let before = all.iter().flatten().filter(|other| other.group == index).map(|other| other.number).next_back();
        if before.is_some_and(|before| before > number) {
            let message =
                format!("patch {number} `{}` follows patch {} in the series", patch.name, before.unwrap_or(0));
            findings.push(Finding::new(&rules::PATCH_ORDER, &patch.name, "", message));
        }
        used.insert(number);
        all.push(Some(Numbered { number, group: index }));
    }
    (all, findings)
}

fn overlaps(groups: &[PatchGroup]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, one) in groups.iter().enumerate() {
        for other in groups.iter().skip(index + 1).filter(|other| {
            let inside = one.range.0 <= other.range.1 && other.range.0 <= one.range.1;
            // A range inside of another one is a part of it with its own condition: the narrower one comes first.
            inside && !nested(one.range, other.range)
        }) {
            let message = format!("the ranges of the groups `{}` and `{}` overlap", one.id, other.id);
            findings.push(Finding::new(&rules::RANGE_OVERLAP, &one.id, &other.id, message).hint(
                "give every group its own numbers, or put the narrow range wholly inside and before the wide one",
            ));
        }
    }
    findings
}

fn nested(first: (u32, u32), later: (u32, u32)) -> bool {
    later.0 <= first.0 && first.1 <= later.1 && first != later
}

/// A new patch whose name fits the patterns of two groups: the first one takes it.
fn ambiguous(patch: &PatchFact, groups: &[PatchGroup]) -> Option<Finding> {
    let fitting: Vec<&str> = groups
        .iter()
        .filter(|group| group.patches.iter().any(|pattern| fits(pattern, &patch.name)))
        .map(|group| group.id.as_str())
        .collect();
    let [first, second, ..] = fitting.as_slice() else { return None };
    let message = format!("`{}` fits the patterns of the groups `{first}` and `{second}`", patch.name);
    Some(Finding::new(&rules::PATCH_AMBIGUOUS, &patch.name, second, message).hint(format!("`{first}` takes it")))
}

/// The group for a new patch: the first with a pattern that fits, else the only one without patterns.
fn group_of(name: &str, groups: &[PatchGroup]) -> Option<usize> {
    let by_pattern = groups.iter().position(|group| group.patches.iter().any(|pattern| fits(pattern, name)));
    by_pattern.or_else(|| {
        let mut open = groups.iter().enumerate().filter(|(_, group)| group.patches.is_empty());
        let first = open.next()?.0;
        Some(first)
    })
}

/// True where the pattern (with `*` for anything) fits the whole name or its last part.
pub fn fits(pattern: &str, name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    glob::fits(pattern.as_bytes(), name.as_bytes())
        || (!pattern.contains('/') && glob::fits(pattern.as_bytes(), last.as_bytes()))
}

fn free(
    range: (u32, u32),
    before: Option<u32>,
    patches: &[PatchFact],
    existing: &BTreeMap<String, u32>,
    patch: &PatchFact,
    used: &BTreeSet<u32>,
) -> Option<u32> {
    let at = patches.iter().position(|other| std::ptr::eq(other, patch)).unwrap_or(0);
    let later = patches.iter().skip(at + 1).filter_map(|other| existing.get(&other.file));
    let next = later.copied().find(|number| (range.0..=range.1).contains(number));
    let from = before.map_or(range.0, |number| number.saturating_add(1)).max(range.0);
    // Between the neighbours, so that numbers go up like the series; else behind all others; else anywhere.
    let between = (from..next.unwrap_or(range.1.saturating_add(1)).min(range.1.saturating_add(1)))
        .find(|number| !used.contains(number));
    let behind = || {
        let last = used.range(range.0..=range.1).next_back().map_or(range.0, |last| last.saturating_add(1));
        (last..=range.1).next()
    };
    between.or_else(behind).or_else(|| (range.0..=range.1).find(|number| !used.contains(number)))
}

fn outside(patch: &PatchFact, kept: Option<u32>) -> Finding {
    let message = match kept {
        Some(number) => format!("patch {number} `{}` lies in the range of no group", patch.name),
        None => format!("`{}` fits the patterns of no group, and every group has patterns", patch.name),
    };
    Finding::new(&rules::PATCH_OUTSIDE, &patch.name, "", message)
        .hint("add it to `patches` of a `[[patches.group]]`, or widen a range")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::packaging::Guard;

    fn group(id: &str, range: (u32, u32), patterns: &[&str]) -> PatchGroup {
        let patches = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        PatchGroup { id: id.into(), range, guard: Guard::Always, patches }
    }

    fn patch(name: &str) -> PatchFact {
        PatchFact { name: name.into(), file: super::super::facts::file_name(name), strip: 1, ..PatchFact::default() }
    }

    fn numbers(names: &[&str], groups: &[PatchGroup], existing: &[(&str, u32)]) -> Vec<u32> {
        let patches: Vec<PatchFact> = names.iter().map(|name| patch(name)).collect();
        let existing = existing.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
        let (all, findings) = assign(&patches, groups, &existing);
        assert!(findings.iter().all(|finding| finding.code == "spec-patch-order"), "{findings:?}");
        all.into_iter().map(|numbered| numbered.unwrap().number).collect()
    }

    #[test]
    fn numbers_stay_and_new_ones_fit_between() {
        let groups = [group("base", (1, 99), &[])];
        assert_eq!(numbers(&["a", "b", "c"], &groups, &[]), [1, 2, 3]);
        assert_eq!(numbers(&["a", "n", "c"], &groups, &[("a", 1), ("c", 5)]), [1, 2, 5]);
        assert_eq!(numbers(&["a", "n", "c"], &groups, &[("a", 1), ("c", 2)]), [1, 3, 2]);
        assert_eq!(numbers(&["c", "a"], &groups, &[("a", 1), ("c", 2)]), [2, 1]);
    }

    #[test]
    fn groups_are_found_by_pattern_and_by_number() {
        let groups = [group("base", (1, 99), &[]), group("ppc", (100, 199), &["ppc64le/*", "*-ppc.patch"])];
        assert_eq!(numbers(&["a", "ppc64le/x", "b", "y-ppc.patch"], &groups, &[]), [1, 100, 2, 101]);
        let (all, _) = assign(&[patch("z")], &groups, &BTreeMap::from([("z".to_owned(), 150)]));
        assert_eq!(all, [Some(Numbered { number: 150, group: 1 })]);
    }

    #[test]
    fn what_does_not_fit_is_a_finding() {
        let codes = |groups: &[PatchGroup], existing: &[(&str, u32)]| {
            let existing = existing.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
            let (_, findings) = assign(&[patch("a"), patch("b")], groups, &existing);
            findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&[group("one", (1, 1), &[])], &[]), ["spec-range-full"]);
        assert_eq!(codes(&[group("one", (1, 9), &["x*"])], &[("a", 20), ("b", 2)]), ["spec-patch-outside"]);
        assert_eq!(codes(&[group("one", (1, 9), &[]), group("two", (5, 12), &["x"])], &[]), ["spec-range-overlap"]);
        assert_eq!(
            codes(&[group("one", (1, 9), &["a", "b"]), group("two", (10, 12), &["?"])], &[("a", 4), ("b", 3)]),
            ["spec-patch-order"]
        );
        assert_eq!(
            codes(&[group("one", (1, 9), &["a", "b"]), group("two", (10, 12), &["?"])], &[("b", 3)]),
            ["spec-patch-ambiguous"]
        );
        assert_eq!(codes(&[group("in", (5, 6), &["x"]), group("all", (1, 12), &[])], &[]), Vec::<String>::new());
    }

    #[test]
    fn patterns_fit_names() {
        assert!(fits("*.patch", "a/b.patch") && fits("b*", "a/b.patch") && fits("a/*", "a/b.patch"));
        assert!(!fits("c/*", "a/b.patch") && !fits("b", "a/b.patch") && fits("?.patch", "b.patch"));
    }
}
