//! A package as indexes tell of it, a library that is looked for, and the answer.

use crate::version::{Relation, Scheme, Upstream, relate, upstream_part};

/// One package of an index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    /// The binary package, or the source where the index lists sources.
    pub name: String,
    /// The source it is built from, where that has another name.
    pub source: Option<String>,
    /// Epoch, version and release as the index writes them.
    pub version: String,
    /// The source's version, where it is another one.
    pub source_version: Option<String>,
    /// What it offers.
    pub provides: Vec<Provide>,
}

/// Something a package offers that libraries are looked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provide {
    /// A pkg-config module.
    PkgConfig(String),
    /// A shared library, as `libz.so.1`.
    Soname(String),
    /// Another package name.
    Name(String),
    /// `bundled(NAME) = VERSION`; the version may be empty.
    Bundled(String, String),
}

/// A library that is looked for; names in the order of trust.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Package names in this distribution, from the caller's table.
    pub aliases: &'a [&'a str],
    /// pkg-config modules.
    pub pkg_config: &'a [&'a str],
    /// Shared libraries, as `libz.so.1`.
    pub sonames: &'a [&'a str],
    /// The library's own name, for a join by likeness.
    pub name: &'a str,
}

/// What joined a library to a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Joined {
    /// A name of the caller's table.
    Alias,
    /// A pkg-config module that the package provides.
    PkgConfig,
    /// A shared library that the package provides, or is named after by Debian policy 8.1.
    Soname,
    /// The development package of a pkg-config module, by Debian's habit of naming.
    Development,
    /// A name that is alike without `lib`, digits and endings.
    Name,
}

/// How sure a join is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A guess.
    Low,
    /// Most likely.
    Medium,
    /// Certain.
    High,
}

impl Joined {
    /// How sure it is.
    pub fn confidence(self) -> Confidence {
        match self {
            Self::Alias | Self::PkgConfig => Confidence::High,
            Self::Soname | Self::Development => Confidence::Medium,
            Self::Name => Confidence::Low,
        }
    }

    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Alias => "name table",
            Self::PkgConfig => "pkg-config module",
            Self::Soname => "shared library",
            Self::Development => "development package",
            Self::Name => "likeness of the name",
        }
    }
}

/// A package that is the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemPackage {
    /// The index, as it is called in reports.
    pub index: String,
    /// The source package, or the binary one where no source is told.
    pub package: String,
    /// Its version as the index writes it.
    pub version: String,
    /// How such versions are ordered.
    pub scheme: Scheme,
    /// What upstream calls that version.
    pub upstream: Upstream,
    /// What joined it.
    pub joined: Joined,
    /// How sure that is.
    pub confidence: Confidence,
}

impl SystemPackage {
    pub(super) fn new(index: &str, package: &str, version: &str, scheme: Scheme, joined: Joined) -> Self {
        Self {
            index: index.to_owned(),
            package: package.to_owned(),
            version: version.to_owned(),
            scheme,
            upstream: upstream_part(scheme, version),
            joined,
            confidence: joined.confidence(),
        }
    }

    /// How a bundled version stands to this package; [`Relation::enough`] answers whether the package suffices.
    pub fn enough(&self, bundled: &str) -> Relation {
        relate(bundled, &self.upstream.text)
    }
}
