//! Which records are about a component, and how sure that is.

use std::collections::BTreeSet;

use super::range;
use super::record::{Advisory, Affected};

/// What is asked about: a component by everything that names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// `c`, `cargo`, `npm`, `go`, `python`...
    pub ecosystem: String,
    /// Its name.
    pub name: String,
    /// Its package URL without version.
    pub purl: Option<String>,
    /// Vendor and product of its CPE name.
    pub cpe: Option<(String, String)>,
    /// Its repository, as [`repository`] writes it.
    pub repository: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its commit, 7 to 40 hexadecimal digits.
    pub revision: Option<String>,
    /// Vulnerabilities that its metadata calls mitigated.
    pub mitigated: Vec<String>,
}

/// What joined a record to a subject, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Join {
    /// The package URL, or the name in the registry that it comes from.
    Package,
    /// The repository.
    Repository,
    /// Vendor and product of the CPE name.
    Cpe,
    /// The name alone, among projects without a registry.
    Name,
}

impl Join {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Repository => "repository",
            Self::Cpe => "cpe",
            Self::Name => "name",
        }
    }
}

/// How a record stands to a subject, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The record names the subject's very commit as affected, or every commit.
    Affected,
    /// The version lies among the affected ones; the copy may hold the fix all the same.
    Likely,
    /// A range of commits is about the subject, and only the history could tell.
    Undecided,
    /// It would be, but the subject's metadata calls it mitigated.
    Mitigated,
    /// The record names the subject's very commit as the fix.
    Fixed,
}

/// A record that is about a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<'d> {
    /// The record.
    pub advisory: &'d Advisory,
    /// How it stands to the subject.
    pub state: State,
    /// What joined them.
    pub join: Join,
    /// The first release with the fix, where the record tells one.
    pub fixed: Option<String>,
    /// All other ids of the same vulnerability, sorted.
    pub aliases: Vec<String>,
}

/// A package URL without version, qualifiers and subpath, in lower case.
pub fn bare_purl(purl: &str) -> String {
    let end = purl.find(['?', '#']).unwrap_or(purl.len());
    let text = purl.get(..end).unwrap_or(purl);
    // A scope is written `%40scope`, so that `@` only stands before a version.
    let text = text.rsplit_once('@').filter(|(before, _)| before.contains('/')).map_or(text, |(before, _)| before);
    text.to_ascii_lowercase()
}

/// One spelling for the address of a repository: host and path, without what differs between mirrors of one.
pub fn repository(url: &str) -> Option<String> {
    let lower = url.trim().to_ascii_lowercase();
    let (_, rest) = lower.split_once("://")?;
    let rest = rest.split(['#', '?']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let rest = rest.split("/+").next().unwrap_or(rest);
    let rest = rest.trim_end_matches('/').trim_end_matches(".git");
    // Chromium's mirrors name the original in their path.
    let original = rest.split_once("/external/").map(|(_, path)| path).filter(|path| path.starts_with("github.com/"));
    let rest = original.unwrap_or(rest).trim_start_matches("www.");
    // A page below a repository of a known host is about that repository.
    let parts: Vec<&str> = rest.split('/').collect();
    let known = matches!(parts.first(), Some(&("github.com" | "gitlab.com" | "codeberg.org" | "bitbucket.org")));
    let kept = if known { parts.get(..3.min(parts.len())).unwrap_or(&parts) } else { &parts };
    (kept.len() > 1).then(|| kept.join("/"))
}

/// The name of a registry in records.
fn registry(ecosystem: &str) -> Option<&'static str> {
    match ecosystem {
        "cargo" => Some("crates.io"),
        "npm" => Some("npm"),
        "go" => Some("Go"),
        "python" => Some("PyPI"),
        _ => None,
    }
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | '.' | ' ')).map(|c| c.to_ascii_lowercase()).collect()
}

/// Everything that joins a record to one of many subjects, for one look instead of one for each.
#[derive(Debug, Default)]
pub(super) struct Keys {
    purls: BTreeSet<String>,
    registered: BTreeSet<(&'static str, String)>,
    plain: BTreeSet<String>,
    repositories: BTreeSet<String>,
    cpes: BTreeSet<(String, String)>,
}

impl Keys {
    pub(super) fn new(subjects: &[Subject]) -> Self {
        let mut keys = Self::default();
        for subject in subjects {
            keys.purls.extend(subject.purl.clone());
            keys.repositories.extend(subject.repository.clone());
            keys.cpes.extend(subject.cpe.clone());
            match registry(&subject.ecosystem) {
                Some(registry) => drop(keys.registered.insert((registry, folded(&subject.name)))),
                None => drop(keys.plain.insert(folded(&subject.name))),
            }
        }
        keys
    }

    /// True where a subject may be joined; [`Subject::join`] tells which.
    pub(super) fn may_join(&self, affected: &Affected) -> bool {
        let name = folded(&affected.name);
        let registry = ["crates.io", "npm", "Go", "PyPI"].into_iter().find(|registry| *registry == affected.ecosystem);
        affected.purl.as_ref().is_some_and(|purl| self.purls.contains(purl))
            || affected
                .ranges
                .iter()
                .any(|range| range.repository.as_ref().is_some_and(|one| self.repositories.contains(one)))
            || affected.cpes.iter().any(|cpe| self.cpes.contains(cpe))
            || registry.is_some_and(|registry| self.registered.contains(&(registry, name.clone())))
            || affected.ecosystem == "OSS-Fuzz" && self.plain.contains(&name)
    }
}

impl Subject {
    /// How a package of a record is joined to the subject.
    pub fn join(&self, affected: &Affected) -> Option<Join> {
        let same_purl = self.purl.is_some() && self.purl == affected.purl;
        let same_name = registry(&self.ecosystem).is_some_and(|registry| registry == affected.ecosystem)
            && folded(&self.name) == folded(&affected.name);
        if same_purl || same_name {
            return Some(Join::Package);
        }
        if self.repository.is_some() && affected.ranges.iter().any(|range| range.repository == self.repository) {
            return Some(Join::Repository);
        }
        if self.cpe.as_ref().is_some_and(|cpe| affected.cpes.contains(cpe)) {
            return Some(Join::Cpe);
        }
        // Fuzzed projects have no registry; their names are those of upstream.
        let fuzzed = affected.ecosystem == "OSS-Fuzz" && registry(&self.ecosystem).is_none();
        (fuzzed && !affected.name.is_empty() && folded(&self.name) == folded(&affected.name)).then_some(Join::Name)
    }

    fn judge(&self, affected: &Affected) -> Option<(State, Option<String>)> {
        let commits = affected.ranges.iter().filter(|range| {
            // A range of another repository says nothing about this one's commits.
            range.repository.is_none() || self.repository.is_none() || range.repository == self.repository
        });
        let decided: Vec<bool> = match &self.revision {
            Some(revision) => {
                commits.filter_map(|range| range::decide(range, &revision.to_ascii_lowercase())).collect()
            }
            None => Vec::new(),
        };
        if decided.contains(&true) {
            return Some((State::Affected, None));
        }
        if decided.contains(&false) {
            return Some((State::Fixed, None));
        }
        let version = self.version.as_deref();
        let placed: Vec<range::Placed> = match version {
            Some(version) => {
                affected.ranges.iter().filter_map(|range| range::place(range, &affected.ecosystem, version)).collect()
            }
            None => Vec::new(),
        };
        let listed = version.is_some_and(|version| affected.versions.iter().any(|one| is_release(one, version)));
        if listed || placed.iter().any(|placed| placed.inside) {
            return Some((State::Likely, placed.into_iter().find_map(|placed| placed.fixed)));
        }
        let only_history = placed.is_empty() && !affected.ranges.is_empty();
        // A list of releases that names this one's neighbours is an answer too.
        let answered = version.is_some() && !affected.versions.is_empty();
        (only_history && !answered).then_some((State::Undecided, None))
    }

    /// The records of a list that are about the subject, the gravest first, one for each vulnerability.
    pub fn hits<'d>(&self, advisories: impl Iterator<Item = &'d Advisory>) -> Vec<Hit<'d>> {
        let mut all: Vec<Hit<'d>> = Vec::new();
        for advisory in advisories {
            let judged = advisory.affected.iter().filter_map(|affected| {
                let join = self.join(affected)?;
                let (state, fixed) = self.judge(affected)?;
                Some((state, join, fixed))
            });
            let Some((state, join, fixed)) = judged.min() else { continue };
            let ids: BTreeSet<&String> = advisory.aliases.iter().chain([&advisory.id]).collect();
            let mitigated = self.mitigated.iter().any(|id| ids.iter().any(|known| known.eq_ignore_ascii_case(id)));
            let state = if mitigated && state < State::Mitigated { State::Mitigated } else { state };
            all.push(Hit { advisory, state, join, fixed, aliases: advisory.aliases.clone() });
        }
        all.sort_by(|a, b| (a.state, a.join, &a.advisory.id).cmp(&(b.state, b.join, &b.advisory.id)));
        once_each(all)
    }
}

/// Records that share an id or an alias are one vulnerability: the gravest stays, with the names of the others.
fn once_each(sorted: Vec<Hit<'_>>) -> Vec<Hit<'_>> {
    let mut kept: Vec<Hit<'_>> = Vec::new();
    for hit in sorted {
        let names =
            |hit: &Hit<'_>| -> BTreeSet<String> { hit.aliases.iter().chain([&hit.advisory.id]).cloned().collect() };
        let own = names(&hit);
        match kept.iter_mut().find(|known| !names(known).is_disjoint(&own)) {
            Some(known) => {
                known.aliases.extend(own);
                known.fixed = known.fixed.take().or(hit.fixed);
                // A mitigation that the metadata states under any name counts for all.
                if hit.state == State::Mitigated && known.state < State::Mitigated {
                    known.state = State::Mitigated;
                }
            }
            None => kept.push(hit),
        }
    }
    for hit in &mut kept {
        let id = hit.advisory.id.clone();
        hit.aliases.retain(|alias| *alias != id);
        hit.aliases.sort();
        hit.aliases.dedup();
    }
    kept.sort_by(|a, b| (a.state, &a.advisory.id).cmp(&(b.state, &b.advisory.id)));
    kept
}

/// True where a tag or a version of a record is that version: `curl-8_5_0` is 8.5.0.
fn is_release(tag: &str, version: &str) -> bool {
    let plain = |text: &str| {
        let at = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
        text.get(at..).unwrap_or_default().replace(['_', '-'], ".").to_ascii_lowercase()
    };
    tag == version || (!plain(version).is_empty() && plain(tag) == plain(version))
}
