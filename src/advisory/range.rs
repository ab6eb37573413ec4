//! Whether a version or a commit lies in a range, by the evaluation that the OSV schema gives.

use std::cmp::Ordering;

use super::record::{Event, Range, RangeKind};
use crate::version::{Scheme, compare};

/// The order of versions in an ecosystem: that of its own tools where it is known here, else any upstream text.
pub(super) fn scheme(kind: RangeKind, ecosystem: &str) -> Scheme {
    let base = ecosystem.split(':').next().unwrap_or_default();
    match (kind, base) {
        (RangeKind::Semver, _) | (_, "npm" | "crates.io" | "Go" | "Hex" | "Pub" | "SwiftURL") => Scheme::Semver,
        (_, "Debian" | "Ubuntu") => Scheme::Dpkg,
        (_, "Alpine" | "Wolfi" | "Chainguard") => Scheme::Alpine,
        (_, "Red Hat" | "Rocky Linux" | "AlmaLinux" | "SUSE" | "openSUSE" | "Mageia" | "openEuler" | "Photon OS") => {
            Scheme::Rpm
        }
        _ => Scheme::Loose,
    }
}

/// Where a version stands to a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    /// True where it lies inside.
    pub(super) inside: bool,
    /// The first fixed version behind it.
    pub(super) fixed: Option<String>,
}

/// Places a version; `None` for a range of commits.
pub(super) fn place(range: &Range, ecosystem: &str, version: &str) -> Option<Placed> {
    if range.kind == RangeKind::Git {
        return None;
    }
    let scheme = scheme(range.kind, ecosystem);
    let order = |other: &str| if other == "0" { Ordering::Greater } else { compare(scheme, version, other) };
    let between = |a: &str, b: &str| match (a, b) {
        ("0", "0") => Ordering::Equal,
        ("0", _) => Ordering::Less,
        (_, "0") => Ordering::Greater,
        _ => compare(scheme, a, b),
    };
    let mut events: Vec<&Event> = range.events.iter().collect();
    // What begins at a version stands before what ends there.
    events.sort_by(|a, b| between(text(a), text(b)).then(rank(a).cmp(&rank(b))));
    let (mut inside, mut limits) = (false, Vec::new());
    for event in &events {
        match event {
            Event::Introduced(at) if order(at).is_ge() => inside = true,
            Event::Fixed(at) if order(at).is_ge() => inside = false,
            Event::LastAffected(at) if order(at).is_gt() => inside = false,
            Event::Limit(at) => limits.push(at),
            _ => {}
        }
    }
    let within = limits.is_empty() || limits.iter().any(|limit| *limit == "*" || order(limit).is_lt());
    let fixed = events.iter().find_map(|event| match event {
        Event::Fixed(at) if order(at).is_lt() => Some(at.clone()),
        _ => None,
    });
    Some(Placed { inside: inside && within, fixed })
}

fn text(event: &Event) -> &str {
    match event {
        Event::Introduced(at) | Event::Fixed(at) | Event::LastAffected(at) | Event::Limit(at) => at,
    }
}

fn rank(event: &Event) -> u8 {
    match event {
        Event::Introduced(_) => 1,
        Event::LastAffected(_) => 2,
        Event::Fixed(_) => 0,
        Event::Limit(_) => 3,
    }
}

/// What a range of commits says about one commit; `None` where only the history could tell.
pub(super) fn decide(range: &Range, revision: &str) -> Option<bool> {
    if range.kind != RangeKind::Git {
        return None;
    }
    // A declared revision may be shortened.
    let is = |at: &str| revision.len() >= 7 && at.len() >= revision.len() && at.starts_with(revision);
    let ends = range.events.iter().any(|event| !matches!(event, Event::Introduced(_)));
    if range.events.iter().any(|event| matches!(event, Event::Fixed(at) if is(at))) {
        return Some(false);
    }
    let named = |event: &Event| matches!(event, Event::Introduced(at) | Event::LastAffected(at) if is(at));
    let always = |event: &Event| matches!(event, Event::Introduced(at) if at == "0") && !ends;
    range.events.iter().any(|event| named(event) || always(event)).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(kind: RangeKind, events: &[(&str, &str)]) -> Range {
        let event = |(word, at): &(&str, &str)| match *word {
            "i" => Event::Introduced((*at).into()),
            "f" => Event::Fixed((*at).into()),
            "l" => Event::LastAffected((*at).into()),
            _ => Event::Limit((*at).into()),
        };
        Range { kind, repository: None, events: events.iter().map(event).collect() }
    }

    fn inside(range: &Range, versions: &[&str]) -> Vec<bool> {
        versions.iter().map(|version| place(range, "", version).unwrap().inside).collect()
    }

    #[test]
    fn versions_lie_in_ranges_as_the_schema_says() {
        let twice = range(RangeKind::Semver, &[("f", "2.3.0"), ("i", "2.0.0"), ("i", "0"), ("f", "1.0.2")]);
        let all = ["0.1.0", "1.0.1", "1.0.2", "1.9.9", "2.0.0-rc1", "2.0.0", "2.2.9", "2.3.0-rc1", "2.3.0", "3.0.0"];
        assert_eq!(inside(&twice, &all), [true, true, false, false, false, true, true, true, false, false]);
        assert_eq!(place(&twice, "", "1.0.1").unwrap().fixed.as_deref(), Some("1.0.2"));
        assert_eq!(place(&twice, "", "2.1.0").unwrap().fixed.as_deref(), Some("2.3.0"));
        let last = range(RangeKind::Ecosystem, &[("i", "1.2"), ("l", "1.4")]);
        assert_eq!(inside(&last, &["1.1", "1.2", "1.4", "1.4.1"]), [false, true, true, false]);
        let limit = range(RangeKind::Ecosystem, &[("i", "0"), ("x", "2.0")]);
        assert_eq!(inside(&limit, &["1.9", "2.0"]), [true, false]);
        assert_eq!(inside(&range(RangeKind::Semver, &[]), &["1.0.0"]), [false]);
        // Gone and back again at one version.
        let again = range(RangeKind::Semver, &[("i", "1.0.0"), ("f", "2.0.0"), ("i", "2.0.0")]);
        assert_eq!(inside(&again, &["2.0.0"]), [true]);
    }

    #[test]
    fn ecosystems_have_their_own_order() {
        let debian = range(RangeKind::Ecosystem, &[("i", "0"), ("f", "1:1.0-1")]);
        assert!(!place(&debian, "Debian:12", "1:1.0-1").unwrap().inside);
        assert!(place(&debian, "Debian:12", "1:1.0~rc1-1").unwrap().inside);
        assert!(place(&debian, "Debian:12", "2.0-1").unwrap().inside);
    }

    #[test]
    fn a_commit_is_decided_only_where_the_range_names_it_or_has_no_end() {
        let a = "a".repeat(40);
        let b = "b".repeat(40);
        let git = range(RangeKind::Git, &[("i", &a), ("f", &b)]);
        assert_eq!((decide(&git, &a), decide(&git, &b), decide(&git, &a[..12])), (Some(true), Some(false), Some(true)));
        assert_eq!((decide(&git, &"c".repeat(40)), decide(&git, "aaaa")), (None, None));
        assert_eq!(decide(&range(RangeKind::Git, &[("i", "0")]), &a), Some(true));
        assert_eq!(decide(&range(RangeKind::Git, &[("i", "0"), ("f", &b)]), &a), None);
        assert_eq!(decide(&range(RangeKind::Semver, &[("i", "0")]), &a), None);
    }
}
