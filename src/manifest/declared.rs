//! What a manifest declares, in words that are the same for every format.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::path::RepoPath;

use super::Format;

/// What one manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Parsed {
    /// The components it names, in the order of the file.
    pub declared: Vec<Declared>,
    /// What could not be read or breaks the format's rules, in the order of the file.
    pub problems: Vec<Problem>,
    /// Facts about the file as a whole, each documented at its format.
    pub facts: Vec<Fact>,
    /// Digests of files below the manifest's folder (`.cargo-checksum.json` only).
    pub checksums: Vec<Checksum>,
    /// Further manifests it points to, whatever their names (`additional_readme_paths.json`, `recursedeps` of DEPS).
    pub further: Vec<RepoPath>,
}

/// One component as a manifest declares it; what the manifest does not say is `None` or empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The format that says it.
    pub format: Format,
    /// The manifest.
    pub path: RepoPath,
    /// The line of the manifest at which the declaration begins, 1-based.
    pub line: usize,
    /// How the component relates to the tree.
    pub role: Role,
    /// The folder it speaks for.
    pub root: Root,
    /// Where its code lies when that is not at `root`.
    pub code: Option<RepoPath>,
    /// Files or globs it speaks for, relative to `root`; empty means all of it.
    pub files: Vec<Stated>,
    /// The name as written.
    pub name: Option<Stated>,
    /// A second, shorter or technical name (`Short Name`, Qt's `Id`).
    pub short_name: Option<Stated>,
    /// The version as written, which may be no version at all (`N/A`, `DEPS`, a hash).
    pub version: Option<Stated>,
    /// The upstream revision: a commit, a tag, or a text such as `DEPS` that points elsewhere.
    pub revision: Option<Stated>,
    /// Where it comes from.
    pub urls: Vec<Url>,
    /// The licence as written.
    pub license: Option<Stated>,
    /// The licence split by the format's own rule: all of them apply.
    pub licenses: Vec<String>,
    /// Licence texts it names.
    pub license_files: Vec<FileReference>,
    /// CPE names as written (2.2 URI or 2.3 string), real ones only.
    pub cpes: Vec<Stated>,
    /// Package URLs, written in the manifest or following from its ecosystem.
    pub purls: Vec<Stated>,
    /// Whether it is part of the product; `None` where not said.
    pub shipped: Option<bool>,
    /// Whether it is declared critical for security.
    pub security_critical: Option<bool>,
    /// How it is kept up to date (README.chromium), as written.
    pub update_mechanism: Option<Stated>,
    /// What it says about local changes, as written.
    pub local_modifications: Option<Stated>,
    /// Whether it is changed against upstream; `None` where not said.
    pub modified: Option<bool>,
    /// Patches that it names.
    pub patches: Vec<FileReference>,
    /// Vulnerabilities it says are mitigated here.
    pub mitigated: Vec<Mitigated>,
    /// The date of the last update as written.
    pub date: Option<Stated>,
    /// The condition under which it is fetched or used.
    pub condition: Option<Condition>,
    /// The language or packaging world, where the format or the place tells.
    pub ecosystem: Option<Ecosystem>,
    /// The description as written.
    pub description: Option<Stated>,
    /// Other facts by a fixed key, each documented at its format.
    pub facts: Vec<Fact>,
}

impl Declared {
    /// A declaration that says nothing yet.
    pub fn new(format: Format, path: &RepoPath, line: usize, role: Role, root: Root) -> Self {
        Self {
            format,
            path: path.clone(),
            line,
            role,
            root,
            code: None,
            files: Vec::new(),
            name: None,
            short_name: None,
            version: None,
            revision: None,
            urls: Vec::new(),
            license: None,
            licenses: Vec::new(),
            license_files: Vec::new(),
            cpes: Vec::new(),
            purls: Vec::new(),
            shipped: None,
            security_critical: None,
            update_mechanism: None,
            local_modifications: None,
            modified: None,
            patches: Vec::new(),
            mitigated: Vec::new(),
            date: None,
            condition: None,
            ecosystem: None,
            description: None,
            facts: Vec::new(),
        }
    }

    /// The first fact of that key.
    pub fn fact(&self, key: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.key == key)
    }
}

/// How a declared component relates to the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Its code lies in the tree, at the root.
    Present,
    /// A tool puts it at the root when the tree is checked out; a tarball may or may not hold it.
    Fetched,
    /// It is named as needed, and comes from outside of the tree.
    Required,
    /// The manifest only tells licences of files (`debian/copyright`).
    Licensing,
}

/// The folder that a declaration speaks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Root {
    /// The whole tree.
    Tree,
    /// A folder of the tree; it need not exist.
    Folder(RepoPath),
    /// None that the manifest tells.
    Unknown,
}

impl Root {
    /// The folder in which a manifest lies.
    pub fn around(manifest: &RepoPath) -> Self {
        manifest.parent().map_or(Self::Tree, Self::Folder)
    }

    /// The path below this folder, with `.` and `..` folded; `None` where it leaves the tree or the folder is unknown.
    pub fn resolve(&self, relative: &[u8]) -> Option<RepoPath> {
        let mut parts: Vec<&[u8]> = match self {
            Self::Tree => Vec::new(),
            Self::Folder(folder) => folder.parts().collect(),
            Self::Unknown => return None,
        };
        if relative.starts_with(b"/") {
            return None;
        }
        for part in relative.split(|&byte| byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        RepoPath::parse(&bstr::join("/", parts)).ok()
    }

    #[must_use]
    /// The folder below this one, likewise; the folder itself where `relative` is empty or `.`.
    pub fn folder(&self, relative: &[u8]) -> Self {
        match self.resolve(relative) {
            Some(path) => Self::Folder(path),
            None if matches!(relative, b"" | b"." | b"./") => self.clone(),
            None => Self::Unknown,
        }
    }
}

/// A text and the line (1-based) at which it stands; bytes that are not UTF-8 stand escaped as `\xNN`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stated {
    /// The text, without blanks around it.
    pub text: String,
    /// The line.
    pub line: usize,
}

impl Stated {
    /// A text at a line.
    pub fn new(text: impl Into<String>, line: usize) -> Self {
        Self { text: text.into(), line }
    }

    /// The same, or `None` where the text is empty or blank.
    pub fn filled(text: &str, line: usize) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self::new(text, line))
    }
}

/// An address and what is to be found there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Url {
    /// What it leads to.
    pub kind: UrlKind,
    /// The address as written.
    pub text: String,
    /// The line at which it stands.
    pub line: usize,
}

/// What an address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UrlKind {
    /// A page about the component, or the manifest does not tell what.
    Home,
    /// A repository of its sources.
    Repository,
    /// A file to download.
    Archive,
}

/// A file that a manifest names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileReference {
    /// The name as written.
    pub text: String,
    /// The line at which it stands.
    pub line: usize,
    /// The path in the tree by the format's rule; `None` where it leads out of the tree or is no path.
    pub path: Option<RepoPath>,
}

/// A vulnerability that is said to be mitigated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mitigated {
    /// Its id, such as `CVE-2024-0001` or `GHSA-...`.
    pub id: String,
    /// The line at which it is listed.
    pub line: usize,
    /// Why, where told.
    pub explanation: Option<String>,
}

/// A condition on a declaration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Condition {
    /// The expression as written.
    pub text: String,
    /// The line at which it stands.
    pub line: usize,
    /// Its value; `None` where it depends on something the manifest does not set.
    pub holds: Option<bool>,
}

/// One more fact of a declaration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about.
    pub key: Cow<'static, str>,
    /// The text.
    pub text: String,
    /// The line at which it stands.
    pub line: usize,
}

impl Fact {
    /// A fact at a line.
    pub fn new(key: &'static str, text: impl Into<String>, line: usize) -> Self {
        Self { key: Cow::Borrowed(key), text: text.into(), line }
    }
}

/// The world that a component is packaged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Ecosystem {
    /// Rust crates.
    Cargo,
    /// Node.js packages.
    Npm,
    /// Go modules.
    Go,
    /// Python distributions.
    Python,
    /// Packages of the Chromium infrastructure (CIPD).
    Cipd,
    /// Objects of a Google Cloud Storage bucket.
    Gcs,
    /// Conan packages.
    Conan,
    /// vcpkg ports.
    Vcpkg,
    /// Modules of the Bazel registry.
    Bazel,
}

impl Ecosystem {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Npm => "npm",
            Self::Go => "go",
            Self::Python => "python",
            Self::Cipd => "cipd",
            Self::Gcs => "gcs",
            Self::Conan => "conan",
            Self::Vcpkg => "vcpkg",
            Self::Bazel => "bazel",
        }
    }
}

/// The digest of one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Checksum {
    /// The file.
    pub path: RepoPath,
    /// SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
}

/// Something wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Problem {
    /// The line, 1-based.
    pub line: usize,
    /// What kind of thing it is.
    pub kind: ProblemKind,
    /// What is wrong, in words.
    pub what: String,
}

impl Problem {
    /// A problem of a kind at a line.
    pub fn new(line: usize, kind: ProblemKind, what: impl Into<String>) -> Self {
        Self { line, kind, what: what.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.line, crate::text::display::terminal(self.what.as_bytes()))
    }
}

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProblemKind {
    /// A part or the whole could not be read, and what it says is lost.
    Unreadable,
    /// A value breaks the format's rules; it is kept as written.
    Invalid,
    /// Something the format demands is missing.
    Missing,
    /// A bound on size or depth was met, and the rest is left out.
    TooLarge,
}
