//! Versions: the order of each packaging system, the upstream part of a package's version, and text that rpm accepts.
//!
//! [`compare`] orders two texts under one [`Scheme`]. [`upstream_part`] cuts what a distribution added. [`relate`] compares a
//! bundled copy with a packaged one across schemes and says "unknown" where they cannot be compared. [`rpm_text`] turns
//! whatever an upstream calls a version into something that may follow `Provides: bundled(x) =`.

use std::cmp::Ordering;

mod chromium;
mod dpkg;
mod form;
mod loose;
mod pacman;
mod relation;
mod rpm;
mod rpm_text;
mod semantic;
mod suffixed;
mod upstream;

pub use form::is_no_version;
pub use relation::{Relation, Unlike, relate};
pub use rpm_text::{RpmText, rpm_text};
pub use upstream::{Upstream, upstream_part};

/// How versions are written and ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `[epoch:]version[-release]` by rpm's `rpmvercmp`, with `~` before and `^` after a release.
    Rpm,
    /// `[epoch:]upstream[-revision]` by Debian policy 5.6.12.
    Dpkg,
    /// Semantic versioning 2.0.0; a leading `v` and missing minor or patch numbers are allowed.
    Semver,
    /// Chromium's four numbers, `MAJOR.MINOR.BUILD.PATCH`.
    Chromium,
    /// Gentoo's Package Manager Specification, chapter 3.
    Gentoo,
    /// Alpine's apk, Gentoo's order with more suffixes and a commit hash.
    Alpine,
    /// Arch's pacman, `[epoch:]version[-release]`.
    Pacman,
    /// Any upstream text: prefixes, tags, `git describe`, pre-release words.
    Loose,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Self; 8] =
        [Self::Rpm, Self::Dpkg, Self::Semver, Self::Chromium, Self::Gentoo, Self::Alpine, Self::Pacman, Self::Loose];

    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rpm => "rpm",
            Self::Dpkg => "dpkg",
            Self::Semver => "semver",
            Self::Chromium => "chromium",
            Self::Gentoo => "gentoo",
            Self::Alpine => "alpine",
            Self::Pacman => "pacman",
            Self::Loose => "loose",
        }
    }

    /// True where the text is a version of the scheme; the schemes of rpm, dpkg, pacman and loose order any text.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Rpm | Self::Dpkg | Self::Pacman | Self::Loose => true,
            Self::Semver => semantic::parse(text).is_some(),
            Self::Chromium => chromium::parse(text).is_some(),
            Self::Gentoo => suffixed::parse(suffixed::Dialect::Gentoo, text).is_some(),
            Self::Alpine => suffixed::parse(suffixed::Dialect::Alpine, text).is_some(),
        }
    }
}

/// Orders two versions; a text that the scheme does not accept comes before every one that it does.
pub fn compare(scheme: Scheme, a: &str, b: &str) -> Ordering {
    match scheme {
        Scheme::Rpm => rpm::compare(a, b),
        Scheme::Dpkg => dpkg::compare(a, b),
        Scheme::Pacman => pacman::compare(a, b),
        Scheme::Loose => loose::compare(a, b),
        Scheme::Semver => ranked(semantic::parse, semver::Version::cmp_precedence, a, b),
        Scheme::Chromium => ranked(chromium::parse, Ord::cmp, a, b),
        Scheme::Gentoo => ranked(|text| suffixed::parse(suffixed::Dialect::Gentoo, text), suffixed::compare, a, b),
        Scheme::Alpine => ranked(|text| suffixed::parse(suffixed::Dialect::Alpine, text), suffixed::compare, a, b),
    }
}

fn ranked<'a, T>(
    parse: impl Fn(&'a str) -> Option<T>,
    order: impl Fn(&T, &T) -> Ordering,
    a: &'a str,
    b: &'a str,
) -> Ordering {
    match (parse(a), parse(b)) {
        (Some(x), Some(y)) => order(&x, &y),
        (None, None) => loose::compare(a, b),
        (x, y) => x.is_some().cmp(&y.is_some()),
    }
}

/// Orders two runs of decimal digits of any length by their value.
fn by_value(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The longest beginning made of bytes that `keep`, and the rest.
fn split_run(text: &str, keep: impl Fn(u8) -> bool) -> (&str, &str) {
    text.split_at(text.bytes().position(|byte| !keep(byte)).unwrap_or(text.len()))
}

/// Epoch, version and release of `[epoch:]version[-release]`, as rpm and pacman split them: an epoch is digits before a
/// colon, a release stands after the last hyphen.
fn split_evr(text: &str) -> (&str, &str, Option<&str>) {
    let (digits, rest) = split_run(text, |byte| byte.is_ascii_digit());
    let (epoch, rest) = match rest.strip_prefix(':') {
        Some(rest) => (digits, rest),
        None => ("", text),
    };
    match rest.rsplit_once('-') {
        Some((version, release)) => (epoch, version, Some(release)),
        None => (epoch, rest, None),
    }
}

#[cfg(test)]
mod tests;
