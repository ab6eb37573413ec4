//! What a profile means: the typed file, filled from the profile it inherits and from the defaults.

use crate::profile::builtin;
use crate::profile::packaging::Packaging;
use crate::profile::problem::ProfileError;
use crate::profile::raw::{Channel, Moved, Place, RawProfile, Sibling, VersionFile};
use crate::profile::template::Template;
use crate::profile::words::{FailOn, Form, Grade, Scheme};

/// A package's settings, complete.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The built-in profile it rests on.
    pub inherits: Option<String>,
    /// The package's name; empty where none is told.
    pub name: String,
    /// The names under which distributions package it; `*` at the end stands for any ending.
    pub aliases: Vec<String>,
    /// One line about it.
    pub summary: Option<String>,
    /// The upstream release that the queue was made for.
    pub version: Option<String>,
    /// The upstream release that the queue is carried to, where no flag says it.
    pub onto: Option<String>,
    /// How its versions are built.
    pub scheme: Scheme,
    /// Where releases come from.
    pub upstream: Upstream,
    /// The patches.
    pub queue: Queue,
    /// What is done without a person.
    pub policy: Policy,
    /// What `forebay spec` uses.
    pub packaging: Packaging,
}

/// Where releases come from and where they lie on this disk.
#[derive(Debug, Clone, Default)]
pub struct Upstream {
    /// The address of the repository.
    pub repository: Option<String>,
    /// A release's tag.
    pub tag: Option<Template>,
    /// The trees of a release on disk, best first.
    pub trees: Vec<Template>,
    /// The names under which release tarballs go around.
    pub tarballs: Vec<Template>,
    /// Where a release can be fetched by hand.
    pub download: Option<Template>,
    /// Lines of releases, told by their tags.
    pub channels: Vec<Channel>,
    /// Folders that upstream moved.
    pub moved: Vec<Moved>,
    /// Where the tree itself tells its version.
    pub version_file: Option<VersionFile>,
}

impl VersionFile {
    /// The version that the file's text tells.
    pub fn version(&self, text: &str) -> Option<String> {
        let captures = self.pattern.captures(text)?;
        let parts: Vec<&str> = captures.iter().skip(1).flatten().map(|part| part.as_str()).collect();
        Some(parts.join(".")).filter(|version| !version.is_empty())
    }
}

/// The patches.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    /// The folder or file.
    pub path: Option<Template>,
    /// The form; found by looking where it is not told.
    pub form: Option<Form>,
    /// Leading path parts to strip where the queue itself does not say.
    pub strip: Option<usize>,
    /// Where distributions usually keep it.
    pub places: Vec<Place>,
    /// Other distributions' queues for the same package.
    pub siblings: Vec<Sibling>,
}

/// What is done without a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The grades that are taken without a person.
    pub automatic: Vec<Grade>,
    /// What makes a run fail.
    pub fail_on: FailOn,
    /// Whether absorbed patches leave the queue.
    pub drop_absorbed: bool,
    /// Whether a person's decision about the very same place is taken again.
    pub replay: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { automatic: vec![Grade::A, Grade::B], fail_on: FailOn::Conflict, drop_absorbed: false, replay: true }
    }
}

impl Profile {
    /// Reads the profile called `name` and fills it.
    pub fn parse(name: &str, text: &str) -> Result<Self, ProfileError> {
        Ok(Self::of(RawProfile::parse(name, text)?))
    }

    /// The meaning of a typed profile.
    pub fn of(raw: RawProfile) -> Self {
        let inherits = raw.inherit.clone();
        let base =
            inherits.as_deref().and_then(builtin::text).and_then(|text| RawProfile::parse("built-in", text).ok());
        let all = raw.over(base.unwrap_or_default());
        let usual = Policy::default();
        Self {
            inherits,
            name: all.package.name.unwrap_or_default(),
            aliases: all.package.aliases.unwrap_or_default(),
            summary: all.package.summary,
            version: all.package.version,
            onto: all.package.onto,
            scheme: all.package.scheme.unwrap_or(Scheme::Dotted),
            upstream: Upstream {
                repository: all.upstream.repository,
                tag: all.upstream.tag,
                trees: all.upstream.trees.unwrap_or_default(),
                tarballs: all.upstream.tarballs.unwrap_or_default(),
                download: all.upstream.download,
                channels: all.upstream.channels.unwrap_or_default(),
                moved: all.upstream.moved.unwrap_or_default(),
                version_file: all.upstream.version_file,
            },
            queue: Queue {
                path: all.queue.path,
                form: all.queue.form,
                strip: all.queue.strip,
                places: all.queue.places.unwrap_or_default(),
                siblings: all.queue.siblings.unwrap_or_default(),
            },
            policy: Policy {
                automatic: all.policy.automatic.unwrap_or(usual.automatic),
                fail_on: all.policy.fail_on.unwrap_or(usual.fail_on),
                drop_absorbed: all.policy.drop_absorbed.unwrap_or(usual.drop_absorbed),
                replay: all.policy.replay.unwrap_or(usual.replay),
            },
            packaging: all.packaging,
        }
    }

    /// The version in a person's words: a tag of a channel, a tag by the template, or the version itself.
    pub fn version_of(&self, tag_or_version: &str) -> String {
        self.release_of(tag_or_version).unwrap_or_else(|| tag_or_version.to_owned())
    }

    /// The version that a tag tells, by the template or by a channel; `None` where it is no release.
    pub fn release_of(&self, tag: &str) -> Option<String> {
        let by_tag = self.upstream.tag.as_ref().and_then(|template| template.extract(tag));
        by_tag.or_else(|| self.upstream.channels.iter().find_map(|channel| channel.version_of(tag)))
    }

    /// The trees where a release may lie, best first, as a person would type them.
    pub fn trees_of(&self, version: &str) -> Vec<String> {
        self.upstream.trees.iter().map(|tree| tree.fill(version)).collect()
    }
}

impl RawProfile {
    /// Fills what is not said here from `base`.
    fn over(self, base: Self) -> Self {
        let mut all = self;
        let (package, upstream) = (base.package, base.upstream);
        all.package.name = all.package.name.or(package.name);
        all.package.aliases = all.package.aliases.or(package.aliases);
        all.package.summary = all.package.summary.or(package.summary);
        all.package.version = all.package.version.or(package.version);
        all.package.onto = all.package.onto.or(package.onto);
        all.package.scheme = all.package.scheme.or(package.scheme);
        all.upstream.repository = all.upstream.repository.or(upstream.repository);
        all.upstream.tag = all.upstream.tag.or(upstream.tag);
        all.upstream.trees = all.upstream.trees.or(upstream.trees);
        all.upstream.tarballs = all.upstream.tarballs.or(upstream.tarballs);
        all.upstream.download = all.upstream.download.or(upstream.download);
        all.upstream.channels = all.upstream.channels.or(upstream.channels);
        all.upstream.moved = all.upstream.moved.or(upstream.moved);
        all.upstream.version_file = all.upstream.version_file.or(upstream.version_file);
        all.queue.path = all.queue.path.or(base.queue.path);
        all.queue.form = all.queue.form.or(base.queue.form);
        all.queue.strip = all.queue.strip.or(base.queue.strip);
        all.queue.places = all.queue.places.or(base.queue.places);
        all.queue.siblings = all.queue.siblings.or(base.queue.siblings);
        all.policy.automatic = all.policy.automatic.or(base.policy.automatic);
        all.policy.fail_on = all.policy.fail_on.or(base.policy.fail_on);
        all.policy.drop_absorbed = all.policy.drop_absorbed.or(base.policy.drop_absorbed);
        all.policy.replay = all.policy.replay.or(base.policy.replay);
        all.packaging = all.packaging.over(base.packaging);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inherits_what_is_not_said() {
        let text = "inherit = \"chromium\"\n[queue]\npath = \"mine\"\n[upstream]\ntrees = [\"git:src#{version}\"]\n";
        let profile = Profile::parse("forebay.toml", text).unwrap();
        assert_eq!(profile.name, "chromium");
        assert_eq!(profile.scheme, Scheme::Chromium);
        assert_eq!(profile.queue.path.as_ref().unwrap().as_str(), "mine");
        assert!(profile.upstream.repository.is_some());
        assert_eq!(profile.trees_of("1.2"), ["git:src#1.2"]);
        assert_eq!(profile.policy, Policy::default());
    }

    #[test]
    fn knows_the_version_in_a_tag() {
        let kernel = Profile::parse("x", "inherit = \"kernel\"").unwrap();
        assert_eq!(kernel.version_of("v6.12-rc1"), "6.12-rc1");
        assert_eq!(kernel.version_of("6.12"), "6.12");
        let firefox = Profile::parse("x", "inherit = \"firefox\"").unwrap();
        assert_eq!(firefox.version_of("FIREFOX_128_12_0esr_RELEASE"), "128.12.0esr");
    }

    #[test]
    fn the_empty_profile_has_only_defaults() {
        let profile = Profile::parse("x", "").unwrap();
        assert!(profile.name.is_empty() && profile.upstream.trees.is_empty());
        assert_eq!(profile.policy.automatic, [Grade::A, Grade::B]);
    }
}
