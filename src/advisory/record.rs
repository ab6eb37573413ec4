//! One record of the OSV schema, cut down to what a match needs.

use serde::Deserialize;
use serde_json::Value;

use crate::manifest::cpe;

/// The most versions, ranges and names that are kept of one record.
const MOST: usize = 20_000;

/// The longest id and the longest summary.
const ID: usize = 120;
const SUMMARY: usize = 160;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    /// `CVE-2026-1`, `GHSA-...`, `OSV-...`
    pub id: String,
    /// Other ids of the same vulnerability.
    pub aliases: Vec<String>,
    /// One line; empty where the record has none.
    pub summary: String,
    /// What is affected.
    pub affected: Vec<Affected>,
}

/// A package with the releases of it that are affected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Affected {
    /// `crates.io`, `npm`, `PyPI`, `Go`, `OSS-Fuzz`...; empty where no package is named.
    pub ecosystem: String,
    /// The package's name there.
    pub name: String,
    /// Its package URL without version.
    pub purl: Option<String>,
    /// Vendor and product of every CPE name in the record's own data.
    pub cpes: Vec<(String, String)>,
    /// Releases by their names.
    pub versions: Vec<String>,
    /// Releases by ranges.
    pub ranges: Vec<Range>,
}

/// Releases between events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// What the events name.
    pub kind: RangeKind,
    /// The repository of a range of commits, as [`repository`](super::repository) writes it.
    pub repository: Option<String>,
    /// The events in the order of the record.
    pub events: Vec<Event>,
}

/// What the events of a range name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeKind {
    /// Versions of semantic versioning 2.0.0.
    Semver,
    /// Versions as the ecosystem orders them.
    Ecosystem,
    /// Commits.
    Git,
}

/// Where a vulnerability begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It is there from this one on; `0` stands before everything.
    Introduced(String),
    /// It is gone from this one on.
    Fixed(String),
    /// This is the last one that has it.
    LastAffected(String),
    /// Nothing from this one on is meant.
    Limit(String),
}

#[derive(Deserialize)]
struct RawAdvisory {
    id: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    details: Option<String>,
    #[serde(default)]
    withdrawn: Option<String>,
    #[serde(default)]
    affected: Vec<RawAffected>,
}

#[derive(Deserialize)]
struct RawAffected {
    #[serde(default)]
    package: Option<RawPackage>,
    #[serde(default)]
    ranges: Vec<RawRange>,
    #[serde(default)]
    versions: Vec<String>,
    #[serde(default)]
    database_specific: Value,
    #[serde(default)]
    ecosystem_specific: Value,
}

#[derive(Deserialize)]
struct RawPackage {
    #[serde(default)]
    ecosystem: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    purl: Option<String>,
}

#[derive(Deserialize)]
struct RawRange {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    repo: Option<String>,
    #[serde(default)]
    events: Vec<RawEvent>,
    #[serde(default)]
    database_specific: Value,
}

#[derive(Deserialize)]
struct RawEvent {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

impl Advisory {
    /// Reads a record; `Ok(None)` for one that was withdrawn, `Err` with the reason for what is none.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, String> {
        let raw: RawAdvisory = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let is_id = |id: &String| !id.is_empty() && id.len() <= ID && id.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_id(&raw.id) {
            return Err("the id is no word of printable ASCII".to_owned());
        }
        if raw.withdrawn.is_some() {
            return Ok(None);
        }
        let text = raw.summary.filter(|text| !text.trim().is_empty()).or(raw.details).unwrap_or_default();
        let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        Ok(Some(Self {
            id: raw.id,
            aliases: raw.aliases.into_iter().filter(is_id).take(MOST).collect(),
            summary: line.chars().take(SUMMARY).collect(),
            affected: raw.affected.into_iter().take(MOST).map(affected).collect(),
        }))
    }
}

fn affected(raw: RawAffected) -> Affected {
    let mut cpes = Vec::new();
    let specific = raw.ranges.iter().map(|range| &range.database_specific);
    for value in [&raw.database_specific, &raw.ecosystem_specific].into_iter().chain(specific) {
        collect_cpes(value, &mut cpes);
    }
    cpes.sort();
    cpes.dedup();
    let package = raw.package.unwrap_or(RawPackage { ecosystem: String::new(), name: String::new(), purl: None });
    Affected {
        ecosystem: package.ecosystem,
        name: package.name,
        purl: package.purl.map(|purl| super::find::bare_purl(&purl)),
        cpes,
        versions: raw.versions.into_iter().take(MOST).collect(),
        ranges: raw.ranges.into_iter().take(MOST).filter_map(range).collect(),
    }
}

/// CPE names stand in no fixed place of a record: every text of its own data that is one counts.
fn collect_cpes(value: &Value, cpes: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) if text.starts_with("cpe:") && cpes.len() < MOST => {
            let name = cpe::parse(text);
            cpes.extend(name.and_then(|name| name.vendor.zip(name.product)));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_cpes(item, cpes)),
        Value::Object(entries) => entries.values().for_each(|item| collect_cpes(item, cpes)),
        _ => {}
    }
}

fn range(raw: RawRange) -> Option<Range> {
    let kind = match raw.kind.as_str() {
        "SEMVER" => RangeKind::Semver,
        "ECOSYSTEM" => RangeKind::Ecosystem,
        "GIT" => RangeKind::Git,
        _ => return None,
    };
    let event = |raw: RawEvent| {
        let all = [
            raw.introduced.map(Event::Introduced),
            raw.fixed.map(Event::Fixed),
            raw.last_affected.map(Event::LastAffected),
            raw.limit.map(Event::Limit),
        ];
        all.into_iter().flatten()
    };
    Some(Range {
        kind,
        repository: raw.repo.as_deref().and_then(super::find::repository),
        events: raw.events.into_iter().take(MOST).flat_map(event).collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn records_are_read_and_withdrawn_ones_left_out() {
        let text = br#"{ "schema_version": "1.7.0", "id": "CVE-1", "aliases": ["GHSA-1", "a b"], "details": "\n first line\nmore", "affected": [ {
            "package": { "ecosystem": "npm", "name": "a", "purl": "pkg:npm/a@1?x=y" }, "versions": ["1.0"],
            "ranges": [ { "type": "GIT", "repo": "https://x/y.git", "events": [ {"introduced": "0"}, {"fixed": "abc"} ],
                "database_specific": { "n": [ "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*" ] } }, { "type": "OTHER", "events": [] } ] } ] }"#;
        let found = Advisory::parse(text).unwrap().unwrap();
        assert_eq!((found.summary.as_str(), found.aliases), ("first line", vec!["GHSA-1".to_owned()]));
        let affected = &found.affected[0];
        assert_eq!(affected.purl.as_deref(), Some("pkg:npm/a"));
        assert_eq!(affected.cpes, [("v".to_owned(), "p".to_owned())]);
        assert_eq!(affected.ranges.len(), 1);
        assert_eq!(affected.ranges[0].events, [Event::Introduced("0".into()), Event::Fixed("abc".into())]);
        assert_eq!(Advisory::parse(br#"{"id": "X", "withdrawn": "2026-01-01T00:00:00Z"}"#), Ok(None));
    }

    #[test]
    fn what_is_no_record_says_why() {
        for text in [&b"{"[..], b"[]", b"{}", br#"{"id": "a\u001b"}"#, br#"{"id": 1}"#, br#"{"id":"X","affected":{}}"#]
        {
            assert!(Advisory::parse(text).is_err());
        }
        let deep =
            format!(r#"{{"id":"X","affected":[{{"database_specific":{}1{}}}]}}"#, "[".repeat(5000), "]".repeat(5000));
        assert!(Advisory::parse(deep.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let _ = Advisory::parse(&bytes);
        }

        #[test]
        fn what_a_record_gives_is_bounded_by_what_it_holds(
            words in prop::collection::vec(
                "(\"id\":\"X\",|\"affected\":|\\[|\\]|\\{|\\}|\"package\":|\"name\":\"a\"|\"ranges\":|\"type\":\"GIT\"|\"events\":|\"introduced\":\"0\"|,|\"versions\":|\"1\"|1|null)",
                0..40,
            ),
        ) {
            let text = format!("{{\"id\":\"X\",{}}}", words.concat());
            if let Ok(Some(found)) = Advisory::parse(text.as_bytes()) {
                let events: usize = found.affected.iter().flat_map(|one| &one.ranges).map(|range| range.events.len()).sum();
                prop_assert!(found.affected.len() + events <= text.len() && found.summary.len() <= text.len());
            }
        }
    }
}
