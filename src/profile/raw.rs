//! What was typed: one profile file, every key optional, nothing inherited yet.

use regex::Regex;
use toml::de::DeTable;

use crate::profile::builtin;
use crate::profile::packaging::Packaging;
use crate::profile::packaging_read;
use crate::profile::problem::{Problem, ProfileError};
use crate::profile::section::{Problems, Section};
use crate::profile::template::Template;
use crate::profile::words::{self, FailOn, Form, Grade, Scheme, ValueError};

/// One profile file as typed.
#[derive(Debug, Clone, Default)]
pub struct RawProfile {
    /// The built-in profile that fills what is not said here.
    pub inherit: Option<String>,
    /// `[package]`
    pub package: RawPackage,
    /// `[upstream]`
    pub upstream: RawUpstream,
    /// `[queue]`
    pub queue: RawQueue,
    /// `[policy]`
    pub policy: RawPolicy,
    /// What `forebay spec` uses.
    pub packaging: Packaging,
}

/// `[package]`: what is packaged and which release the queue was made for.
#[derive(Debug, Clone, Default)]
pub struct RawPackage {
    /// Its name.
    pub name: Option<String>,
    /// The names under which distributions package it; `*` at the end stands for any ending.
    pub aliases: Option<Vec<String>>,
    /// One line about it.
    pub summary: Option<String>,
    /// The upstream release that the queue was made for.
    pub version: Option<String>,
    /// The upstream release that the queue is carried to, where no flag says it.
    pub onto: Option<String>,
    /// How its versions are built.
    pub scheme: Option<Scheme>,
}

/// `[upstream]`: where releases come from and where they lie on this disk.
#[derive(Debug, Clone, Default)]
pub struct RawUpstream {
    /// The address of the repository.
    pub repository: Option<String>,
    /// A release's tag.
    pub tag: Option<Template>,
    /// The trees of a release on disk, best first.
    pub trees: Option<Vec<Template>>,
    /// The names under which release tarballs go around.
    pub tarballs: Option<Vec<Template>>,
    /// Where a release can be fetched by hand.
    pub download: Option<Template>,
    /// Lines of releases, told by their tags.
    pub channels: Option<Vec<Channel>>,
    /// Folders that upstream moved.
    pub moved: Option<Vec<Moved>>,
    /// Where the tree itself tells its version.
    pub version_file: Option<VersionFile>,
}

/// `[upstream.version-file]`: the file of the tree that tells its version.
#[derive(Debug, Clone)]
pub struct VersionFile {
    /// The file.
    pub path: String,
    /// Matches its text; what its groups capture, joined by `.`, is the version.
    pub pattern: Regex,
}

/// `[[upstream.channels]]`: a line of releases.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its name: `stable`, `esr`.
    pub name: String,
    /// Matches its tags and captures `version`.
    pub pattern: Regex,
}

impl Channel {
    /// The version that a tag of the channel tells; `None` for other tags.
    pub fn version_of(&self, tag: &str) -> Option<String> {
        Some(self.pattern.captures(tag)?.name("version")?.as_str().to_owned())
    }
}

/// `[[upstream.moved]]`: a folder that upstream moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Where it was.
    pub from: String,
    /// Where it is.
    pub to: String,
    /// The first release with the new place, where known.
    pub since: Option<String>,
}

/// `[queue]`: the patches.
#[derive(Debug, Clone, Default)]
pub struct RawQueue {
    /// Its folder or file.
    pub path: Option<Template>,
    /// Its form.
    pub form: Option<Form>,
    /// Leading path parts to strip.
    pub strip: Option<usize>,
    /// Where distributions usually keep it.
    pub places: Option<Vec<Place>>,
    /// Other distributions' queues for the same package.
    pub siblings: Option<Vec<Sibling>>,
}

/// `[[queue.siblings]]`: another distribution's queue for the same package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// The name under which reports speak of it.
    pub name: String,
    /// Its folder or file; with `git`, its folder inside of the revision.
    pub path: Option<Template>,
    /// The repository and revision that it lies in, or the range of commits that it is: `REPOSITORY#REV`, `REPOSITORY#OLD..TIP`.
    pub git: Option<Template>,
    /// Its form.
    pub form: Option<Form>,
    /// Leading path parts to strip.
    pub strip: Option<usize>,
}

/// `[[queue.places]]`: where a distribution keeps its queue for this package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The distribution.
    pub distribution: String,
    /// The folder or file, relative to its packaging folder.
    pub path: Template,
    /// Its form.
    pub form: Form,
    /// Leading path parts to strip.
    pub strip: Option<usize>,
    /// The packaging repository.
    pub repository: Option<String>,
}

/// `[policy]`: what is done without a person.
#[derive(Debug, Clone, Default)]
pub struct RawPolicy {
    /// The grades that are taken without a person.
    pub automatic: Option<Vec<Grade>>,
    /// What makes a run fail.
    pub fail_on: Option<FailOn>,
    /// Whether absorbed patches leave the queue.
    pub drop_absorbed: Option<bool>,
    /// Whether a person's decision about the very same place is taken again.
    pub replay: Option<bool>,
}

/// The largest profile that is read.
const SIZE_LIMIT: usize = 1 << 20;

impl RawProfile {
    /// Reads the profile called `name` (as the person knows it, for messages).
    pub fn parse(name: &str, text: &str) -> Result<Self, ProfileError> {
        if text.len() > SIZE_LIMIT {
            let message = format!("the profile is larger than {SIZE_LIMIT} bytes");
            return Err(ProfileError::new(name, "", vec![problem("profile-bad-value", 0..0, message)]));
        }
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            let told = |error: &toml::de::Error| {
                problem("profile-syntax", error.span().unwrap_or(0..0), error.message().trim().to_owned())
            };
            return Err(ProfileError::new(name, text, errors.iter().map(told).collect()));
        }
        let problems = Problems::default();
        let raw = read(Section::root(table.get_ref(), &problems));
        let problems = problems.into_inner();
        if problems.is_empty() { Ok(raw) } else { Err(ProfileError::new(name, text, problems)) }
    }
}

fn problem(code: &'static str, span: std::ops::Range<usize>, message: String) -> Problem {
    Problem { code, span, message, hint: None }
}

fn read(mut file: Section<'_, '_>) -> RawProfile {
    let mut packaging = Packaging::default();
    let raw = RawProfile {
        inherit: file.text("inherit", inherited),
        package: file.section("package", |section| package(section, &mut packaging)),
        upstream: file.section("upstream", upstream),
        queue: file.section("queue", queue),
        policy: file.section("policy", policy),
        packaging: Packaging::default(),
    };
    packaging_read::sections(&mut file, &mut packaging);
    let raw = RawProfile { packaging, ..raw };
    file.finish();
    raw
}

fn inherited(text: &str) -> Result<String, ValueError> {
    let known = || builtin::names().collect::<Vec<_>>();
    let found = builtin::names().any(|name| name == text);
    if found { Ok(text.to_owned()) } else { Err(ValueError::no_such_word(text, known().into_iter())) }
}

fn package(mut section: Section<'_, '_>, packaging: &mut Packaging) -> RawPackage {
    packaging_read::package(&mut section, packaging);
    let package = RawPackage {
        name: section.text("name", words::plain),
        aliases: section.texts("aliases", words::plain),
        summary: section.text("summary", words::sentence),
        version: section.text("version", words::plain),
        onto: section.text("onto", words::plain),
        scheme: section.text("scheme", Scheme::parse),
    };
    section.finish();
    package
}

fn upstream(mut section: Section<'_, '_>) -> RawUpstream {
    let upstream = RawUpstream {
        repository: section.text("repository", words::plain),
        tag: section.text("tag", words::versioned),
        trees: section.texts("trees", words::tree),
        tarballs: section.texts("tarballs", words::versioned),
        download: section.text("download", words::versioned),
        channels: section.sections("channels", channel),
        moved: section.sections("moved", moved),
        version_file: section.section("version-file", version_file),
    };
    section.finish();
    upstream
}

fn channel(mut section: Section<'_, '_>) -> Option<Channel> {
    let (name, pattern) = (section.required("name", words::plain), section.required("tag-pattern", words::pattern));
    section.finish();
    Some(Channel { name: name?, pattern: pattern? })
}

fn version_file(mut section: Section<'_, '_>) -> Option<VersionFile> {
    let path = section.required("path", words::upstream_path);
    let pattern = section.required("pattern", words::parts_pattern);
    section.finish();
    Some(VersionFile { path: path?, pattern: pattern? })
}

fn moved(mut section: Section<'_, '_>) -> Option<Moved> {
    let from = section.required("from", words::upstream_path);
    let to = section.required("to", words::upstream_path);
    let since = section.text("since", words::plain);
    section.finish();
    Some(Moved { from: from?, to: to?, since })
}

fn queue(mut section: Section<'_, '_>) -> RawQueue {
    let queue = RawQueue {
        path: section.text("path", words::disk_path),
        form: section.text("form", Form::parse),
        strip: section.number("strip", STRIP_LIMIT),
        places: section.sections("places", place),
        siblings: section.sections("siblings", sibling),
    };
    section.finish();
    queue
}

/// More leading parts than any real patch has.
const STRIP_LIMIT: usize = 32;

fn place(mut section: Section<'_, '_>) -> Option<Place> {
    let distribution = section.required("distribution", words::plain);
    let path = section.required("path", words::disk_path);
    let form = section.required("form", Form::parse);
    let strip = section.number("strip", STRIP_LIMIT);
    let repository = section.text("repository", words::plain);
    section.finish();
    Some(Place { distribution: distribution?, path: path?, form: form?, strip, repository })
}

fn sibling(mut section: Section<'_, '_>) -> Option<Sibling> {
    let name = section.required("name", words::plain);
    // A queue must lie somewhere: in a revision, or else on disk.
    let git = section.text("git", words::git_place);
    let path =
        if git.is_some() { section.text("path", words::disk_path) } else { section.required("path", words::disk_path) };
    let form = section.text("form", Form::parse);
    let strip = section.number("strip", STRIP_LIMIT);
    section.finish();
    Some(Sibling { name: name?, path, git, form, strip })
}

fn policy(mut section: Section<'_, '_>) -> RawPolicy {
    let policy = RawPolicy {
        automatic: section.texts("automatic", Grade::parse),
        fail_on: section.text("fail-on", FailOn::parse),
        drop_absorbed: section.flag("drop-absorbed"),
        replay: section.flag("replay"),
    };
    section.finish();
    policy
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn messages(text: &str) -> Vec<String> {
        let error = RawProfile::parse("forebay.toml", text).unwrap_err();
        let tell = |p: &crate::profile::problem::Located| {
            format!("{} [{}] {}", p.message, p.code, p.hint.clone().unwrap_or_default())
        };
        error.problems.iter().map(tell).collect()
    }

    #[test]
    fn unknown_keys_are_named_with_the_nearest_known_one() {
        assert_eq!(
            messages("[package]\nname = \"x\"\n[quue]\npath = \"p\"\n"),
            ["forebay.toml:3:2: unknown key `quue` [profile-unknown-key] did you mean `queue`?"]
        );
        assert_eq!(
            messages("[policy]\nfail_on = \"review\"\n"),
            ["forebay.toml:2:1: unknown key `fail_on` in `[policy]` [profile-unknown-key] did you mean `fail-on`?"]
        );
    }

    #[test]
    fn every_problem_of_a_file_is_told_at_once_in_its_order() {
        let found = messages(
            "zzz = 1\n[queue]\nstrip = -1\nform = \"quilted\"\npath = 3\n[policy]\nautomatic = [\"A\", 2, \"D\"]\n",
        );
        let places: Vec<&str> = found.iter().map(|line| line.split(": ").next().unwrap()).collect();
        assert_eq!(
            places,
            [
                "forebay.toml:1:1",
                "forebay.toml:3:9",
                "forebay.toml:4:8",
                "forebay.toml:5:8",
                "forebay.toml:7:19",
                "forebay.toml:7:22"
            ]
        );
        assert!(found[3].contains("`queue.path` must be text in quotes, found a whole number"), "{found:?}");
    }

    #[test]
    fn repeated_sections_need_their_keys() {
        let found = messages("[[queue.places]]\ndistribution = \"debian\"\npath = \"debian/patches\"\n");
        assert_eq!(found, ["forebay.toml:2:1: `queue.places` lacks the key `form` [profile-missing] "]);
        assert!(messages("[queue]\nplaces = 3\n")[0].contains("must be repeated sections `[[queue.places]]`"));
    }

    #[test]
    fn broken_toml_is_located() {
        assert!(messages("[package]\nname = \n")[0].starts_with("forebay.toml:2:"));
        assert!(messages("[package]\nname = \"a\"\nname = \"b\"\n")[0].starts_with("forebay.toml:3:1:"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[\\[\\]a-z=\"\\n{}# .0-9é-]{0,80}") {
            let _ = RawProfile::parse("forebay.toml", &text);
        }
    }
}
