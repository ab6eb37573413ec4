//! The releases of upstream between two others, or after one, by the profile's pattern of tags and its order of versions.

use std::cmp::Ordering;

use crate::cli::project::Project;
use crate::profile::raw::Channel as Told;
use crate::profile::words::Scheme as Ordered;
use crate::version::{self, Scheme};

/// The tags between two (both left out), oldest first; `None` where one of the two is no release by any pattern known.
///
/// The pattern is that of the profile; where there is none or the two do not fit it, tags that begin like both, up to the first
/// digit (`v` of `v1.0`), are taken as releases.
pub fn between(project: Option<&Project>, tags: &[String], old: &str, new: &str) -> Option<Vec<String>> {
    let [old, new] = [old, new].map(|name| name.strip_prefix("refs/tags/").unwrap_or(name));
    let scheme = project.map_or(Scheme::Loose, |project| scheme(project.profile.scheme));
    let by_profile = |tag: &str| project?.profile.release_of(tag);
    if let (Some(from), Some(to)) = (by_profile(old), by_profile(new)) {
        return Some(pick(tags, scheme, (&from, &to), &by_profile));
    }
    let (head, from) = parts(old)?;
    let (same, to) = parts(new)?;
    if head != same {
        return None;
    }
    let by_head = |tag: &str| parts(tag).filter(|(own, _)| *own == head).map(|(_, version)| version.to_owned());
    Some(pick(tags, scheme, (from, to), &by_head))
}

fn pick(
    tags: &[String],
    scheme: Scheme,
    (from, to): (&str, &str),
    version_of: &dyn Fn(&str) -> Option<String>,
) -> Vec<String> {
    let order = |one: &str, other: &str| version::compare(scheme, one, other);
    let mut found: Vec<(String, &String)> = tags
        .iter()
        .filter_map(|tag| Some((version_of(tag)?, tag)))
        .filter(|(version, _)| scheme.accepts(version) || !(scheme.accepts(from) && scheme.accepts(to)))
        .filter(|(version, _)| order(from, version) == Ordering::Less && order(version, to) == Ordering::Less)
        .collect();
    found.sort_by(|one, other| order(&one.0, &other.0).then_with(|| one.1.cmp(other.1)));
    found.into_iter().map(|(_, tag)| tag.clone()).collect()
}

/// The releases of each channel of the profile that are newer than `version`, newest first.
///
/// A profile without channels has one, `release`, of all tags that fit its template, or, without a template, that end in a version.
pub fn after(project: &Project, tags: &[String], version: &str) -> Vec<Channel> {
    let upstream = &project.profile.upstream;
    let scheme = scheme(project.profile.scheme);
    let newest_first = |version_of: &dyn Fn(&str) -> Option<String>| {
        let mut found: Vec<Release> = tags
            .iter()
            .filter_map(|tag| Some(Release { version: version_of(tag)?, tag: tag.clone() }))
            .filter(|release| scheme.accepts(&release.version) || !scheme.accepts(version))
            .filter(|release| version::compare(scheme, version, &release.version) == Ordering::Less)
            .collect();
        found.sort_by(|one, other| {
            version::compare(scheme, &other.version, &one.version).then_with(|| one.tag.cmp(&other.tag))
        });
        found
    };
    if upstream.channels.is_empty() {
        let extract = |tag: &str| match &upstream.tag {
            Some(template) => template.extract(tag),
            None => parts(tag).map(|(_, version)| version.to_owned()),
        };
        return vec![Channel { name: "release".to_owned(), releases: newest_first(&extract) }];
    }
    let of =
        |channel: &Told| Channel { name: channel.name.clone(), releases: newest_first(&|tag| channel.version_of(tag)) };
    upstream.channels.iter().map(of).collect()
}

/// A kind of releases, as the profile names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its name: `stable`, `esr`.
    pub name: String,
    /// Newest first.
    pub releases: Vec<Release>,
}

/// A release of upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its version.
    pub version: String,
    /// Its tag.
    pub tag: String,
}

/// The text before the first digit, and the version; `None` where something that is no version follows.
fn parts(tag: &str) -> Option<(&str, &str)> {
    let (head, version) = tag.split_at(tag.find(|letter: char| letter.is_ascii_digit())?);
    let fits = |letter: char| letter.is_ascii_alphanumeric() || ".+~_-".contains(letter);
    version.chars().all(fits).then_some((head, version))
}

fn scheme(told: Ordered) -> Scheme {
    match told {
        Ordered::Chromium => Scheme::Chromium,
        Ordered::Semver => Scheme::Semver,
        Ordered::Dotted | Ordered::Firefox | Ordered::Kernel => Scheme::Loose,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    fn find(profile: Option<&str>, tags: &[&str], old: &str, new: &str) -> Option<Vec<String>> {
        let project = profile.map(|text| Project {
            profile: Profile::parse("forebay.toml", text).unwrap(),
            root: "/".into(),
            shown: "forebay.toml".to_owned(),
        });
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        between(project.as_ref(), &tags, old, new)
    }

    #[test]
    fn numbers_count_as_numbers_and_the_ends_are_left_out() {
        let tags = ["v1.0", "v1.10", "v1.2", "v1.9", "v2.0", "v2.1", "x1.5", "v1.5/sub", "latest"];
        assert_eq!(find(None, &tags, "v1.0", "v2.0").unwrap(), ["v1.2", "v1.9", "v1.10"]);
        assert_eq!(find(None, &tags, "refs/tags/v1.9", "v2.0").unwrap(), ["v1.10"]);
        assert_eq!(find(None, &tags, "v2.0", "v1.0").unwrap(), Vec::<String>::new());
        assert_eq!(find(None, &tags, "main", "v2.0"), None);
        assert_eq!(find(None, &tags, "x1.0", "v2.0"), None);
    }

    #[test]
    fn the_profile_says_what_a_release_is() {
        let profile = "inherit = \"chromium\"\n";
        let tags = ["120.0.6099.224", "121.0.6167.9", "121.0.6167.85", "121.0", "v121.0.1.1", "150.0.7871.100"];
        let found = find(Some(profile), &tags, "120.0.6099.224", "150.0.7871.100").unwrap();
        assert_eq!(found, ["121.0.6167.9", "121.0.6167.85"]);
        let firefox = "inherit = \"firefox\"\n";
        let tags = ["FIREFOX_140_0_RELEASE", "FIREFOX_141_0_RELEASE", "FIREFOX_142_0_RELEASE", "141.5"];
        let found = find(Some(firefox), &tags, "FIREFOX_140_0_RELEASE", "FIREFOX_142_0_RELEASE").unwrap();
        assert_eq!(found, ["FIREFOX_141_0_RELEASE"]);
    }
}
