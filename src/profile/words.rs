//! The values that a profile may hold, each parsed once at the border.

use regex::Regex;

use crate::profile::condition::ConditionError;
use crate::profile::target::TargetError;
use crate::profile::template::{Template, TemplateError};
use crate::text::nearest::nearest;

/// The form of a queue, by the name used in profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A folder with `series`.
    Quilt,
    /// A folder of patches in name order.
    Folder,
    /// A folder with `.patches`.
    Electron,
    /// One mailbox file.
    Mailbox,
    /// A range of commits: `git:PATH#OLD..TIP`.
    GitRange,
}

/// How versions of a package are built and ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Four numbers: `150.0.7871.100`.
    Chromium,
    /// Numbers with dots and nothing else that matters.
    Dotted,
    /// `MAJOR.MINOR.PATCH` with pre-release words.
    Semver,
    /// Dotted, with `b3` for betas and `esr` behind.
    Firefox,
    /// Dotted, with `-rc1` before the release.
    Kernel,
}

/// How sure a placement must be to be taken without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Proved.
    A,
    /// Safe by a stated rule.
    B,
    /// Plausible.
    C,
}

/// What makes a run end with status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailOn {
    /// A patch that wants a review.
    Review,
    /// Nothing but conflicts, which have a status of their own.
    Conflict,
}

/// Says why a value is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Not one of the words.
    #[error("`{found}` is none of {known}")]
    NoSuchWord {
        /// What stands there.
        found: String,
        /// What may stand there.
        known: String,
        /// The nearest of them.
        near: Option<String>,
    },
    /// Nothing stands there.
    #[error("is empty")]
    Empty,
    /// Control characters or blanks where none may be.
    #[error("`{0}` holds a blank or a control character")]
    Blank(String),
    /// The shell's home sign.
    #[error("`{0}` begins with `~`, which only a shell expands; write a path relative to forebay.toml")]
    Home(String),
    /// A path that must stay inside its folder.
    #[error("{0}")]
    Path(#[from] crate::path::PathError),
    /// A template that is none.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A pattern that is none.
    #[error("`{0}` is not a regular expression: {1}")]
    Pattern(String, String),
    /// A pattern that captures no version.
    #[error("`{0}` lacks the group `(?<version>...)`")]
    WithoutGroup(String),
    /// A git tree without a revision.
    #[error("`{0}` names no revision; write `git:PATH#REV`")]
    WithoutRevision(String),
    /// A condition that is none.
    #[error(transparent)]
    Condition(#[from] ConditionError),
    /// A target that is none.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// A value of another shape.
    #[error("must be {0}")]
    Shape(&'static str),
    /// No assignment of GN.
    #[error("`{0}` is no GN argument like `name=true` or `name=\"text\"`")]
    Gn(String),
    /// A secret that would stand in a file everybody reads.
    #[error("`{0}` looks like a secret; name the macro that holds it: `{{ macro = \"...\" }}`")]
    Secret(String),
}

impl ValueError {
    /// A word that is none of the known ones.
    pub fn no_such_word<'a>(found: &str, known: impl Iterator<Item = &'a str> + Clone) -> Self {
        Self::NoSuchWord {
            found: found.to_owned(),
            near: nearest(found, known.clone()).map(str::to_owned),
            known: known.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        }
    }

    /// What to write instead, where that can be guessed.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoSuchWord { near: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::Template(error) => error.hint(),
            Self::Condition(error) => error.hint(),
            Self::Target(error) => error.near.as_ref().map(|near| format!("did you mean `{near}-...`?")),
            _ => None,
        }
    }
}

impl Form {
    const WORDS: [(&'static str, Self); 5] = [
        ("quilt", Self::Quilt),
        ("folder", Self::Folder),
        ("electron", Self::Electron),
        ("mailbox", Self::Mailbox),
        ("git-range", Self::GitRange),
    ];

    /// Parses the word.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        word(&Self::WORDS, text)
    }

    /// The word.
    pub fn word(self) -> &'static str {
        name_of(&Self::WORDS, self)
    }
}

impl Scheme {
    const WORDS: [(&'static str, Self); 5] = [
        ("chromium", Self::Chromium),
        ("dotted", Self::Dotted),
        ("semver", Self::Semver),
        ("firefox", Self::Firefox),
        ("kernel", Self::Kernel),
    ];

    /// Parses the word.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        word(&Self::WORDS, text)
    }

    /// The word.
    pub fn word(self) -> &'static str {
        name_of(&Self::WORDS, self)
    }
}

impl Grade {
    const WORDS: [(&'static str, Self); 3] = [("A", Self::A), ("B", Self::B), ("C", Self::C)];

    /// Parses the letter.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        word(&Self::WORDS, text)
    }

    /// The letter.
    pub fn word(self) -> &'static str {
        name_of(&Self::WORDS, self)
    }
}

impl FailOn {
    const WORDS: [(&'static str, Self); 2] = [("review", Self::Review), ("conflict", Self::Conflict)];

    /// Parses the word.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        word(&Self::WORDS, text)
    }

    /// The word.
    pub fn word(self) -> &'static str {
        name_of(&Self::WORDS, self)
    }
}

/// The value of one of the known words.
pub(super) fn word<T: Copy>(words: &[(&str, T)], text: &str) -> Result<T, ValueError> {
    let found = words.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    found.ok_or_else(|| ValueError::no_such_word(text, words.iter().map(|(name, _)| *name)))
}

fn name_of<T: PartialEq + Copy>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, known)| *known == value).map_or("", |(name, _)| name)
}

/// One word without blanks: a name, a version, an address.
pub fn plain(text: &str) -> Result<String, ValueError> {
    if text.is_empty() {
        return Err(ValueError::Empty);
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(ValueError::Blank(text.to_owned()));
    }
    Ok(text.to_owned())
}

/// A line of text.
pub fn sentence(text: &str) -> Result<String, ValueError> {
    if text.trim().is_empty() {
        return Err(ValueError::Empty);
    }
    if text.contains(char::is_control) {
        return Err(ValueError::Blank(text.to_owned()));
    }
    Ok(text.to_owned())
}

/// A path on the packager's disk, perhaps with placeholders.
pub fn disk_path(text: &str) -> Result<Template, ValueError> {
    if text.contains(char::is_control) {
        return Err(ValueError::Blank(text.to_owned()));
    }
    if text.starts_with('~') {
        return Err(ValueError::Home(text.to_owned()));
    }
    Ok(Template::parse(text)?)
}

/// An upstream tree with the version in it: `git:PATH#REV`, a folder or a tarball.
pub fn tree(text: &str) -> Result<Template, ValueError> {
    let path =
        text.split_once(':').filter(|(kind, _)| matches!(*kind, "git" | "dir" | "tar")).map_or(text, |(_, path)| path);
    disk_path(path)?;
    if text.starts_with("git:") && path.split_once('#').is_none_or(|(path, rev)| path.is_empty() || rev.is_empty()) {
        return Err(ValueError::WithoutRevision(text.to_owned()));
    }
    Ok(Template::with_version(text)?)
}

/// A repository with a revision or a range of commits: `REPOSITORY#REV`.
pub fn git_place(text: &str) -> Result<Template, ValueError> {
    let template = disk_path(text)?;
    if text.rsplit_once('#').is_none_or(|(path, revision)| path.is_empty() || revision.is_empty()) {
        return Err(ValueError::WithoutRevision(text.to_owned()));
    }
    Ok(template)
}

/// A template that holds the version.
pub fn versioned(text: &str) -> Result<Template, ValueError> {
    plain(text)?;
    Ok(Template::with_version(text)?)
}

/// A folder or file of the upstream tree.
pub fn upstream_path(text: &str) -> Result<String, ValueError> {
    crate::path::RepoPath::parse(text.as_bytes())?;
    plain(text)
}

/// The largest pattern that is compiled.
const PATTERN_LIMIT: usize = 1 << 16;

fn compiled(text: &str) -> Result<Regex, ValueError> {
    let built = regex::RegexBuilder::new(text).size_limit(PATTERN_LIMIT * 16).build();
    let first_line = |error: regex::Error| error.to_string().lines().last().unwrap_or_default().trim().to_owned();
    built.map_err(|error| ValueError::Pattern(text.to_owned(), first_line(error)))
}

/// A regular expression whose groups capture the parts of a version.
pub fn parts_pattern(text: &str) -> Result<Regex, ValueError> {
    let regex = compiled(text)?;
    if regex.captures_len() > 1 { Ok(regex) } else { Err(ValueError::WithoutGroup(text.to_owned())) }
}

/// A regular expression that captures `version`.
pub fn pattern(text: &str) -> Result<Regex, ValueError> {
    let regex = compiled(text)?;
    if regex.capture_names().flatten().any(|name| name == "version") {
        return Ok(regex);
    }
    Err(ValueError::WithoutGroup(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_as_they_print() {
        for (name, form) in Form::WORDS {
            assert_eq!(Form::parse(name), Ok(form));
            assert_eq!(form.word(), name);
        }
        for (name, scheme) in Scheme::WORDS {
            assert_eq!((Scheme::parse(name), scheme.word()), (Ok(scheme), name));
        }
        assert_eq!(FailOn::parse("never").unwrap_err().to_string(), "`never` is none of `review`, `conflict`");
        assert_eq!(Grade::B.word(), "B");
    }

    #[test]
    fn trees_need_a_version_and_git_a_revision() {
        assert!(tree("git:../chromium.git#{version}").is_ok());
        assert!(tree("../chromium_{version}.orig.tar.xz").is_ok());
        assert!(matches!(tree("git:../c-{version}.git"), Err(ValueError::WithoutRevision(_))));
        assert!(matches!(tree("~/c-{version}.tar"), Err(ValueError::Home(_))));
        assert!(matches!(tree("git:~/c#{version}"), Err(ValueError::Home(_))));
        assert!(matches!(tree("../chromium.tar.xz"), Err(ValueError::Template(_))));
    }

    #[test]
    fn patterns_capture_the_version() {
        assert!(pattern("^v(?<version>[0-9.]+)$").is_ok());
        assert!(matches!(pattern("^v[0-9.]+$"), Err(ValueError::WithoutGroup(_))));
        assert!(matches!(pattern("("), Err(ValueError::Pattern(..))));
    }

    #[test]
    fn upstream_paths_stay_inside() {
        assert!(upstream_path("third_party/blink").is_ok());
        assert!(upstream_path("../etc").is_err());
        assert!(upstream_path("/etc").is_err());
    }
}
