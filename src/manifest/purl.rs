//! Package URLs: one spelling for a package of any registry (`pkg:npm/%40scope/name@1.0`), as advisories use it.

use packageurl::PackageUrl;

use super::Ecosystem;

/// The package URL of a package; `None` where the ecosystem has no type of package URL or the name is no name.
///
/// ```
/// use forebay::manifest::{Ecosystem, purl};
/// assert_eq!(purl::of(Ecosystem::Npm, "@types/chai", Some("5.2.3")).unwrap(), "pkg:npm/%40types/chai@5.2.3");
/// assert_eq!(purl::of(Ecosystem::Python, "Foo_Bar", None).unwrap(), "pkg:pypi/foo-bar");
/// ```
pub fn of(ecosystem: Ecosystem, name: &str, version: Option<&str>) -> Option<String> {
    let (kind, splits) = match ecosystem {
        Ecosystem::Cargo => ("cargo", false),
        Ecosystem::Npm => ("npm", name.starts_with('@')),
        Ecosystem::Go => ("golang", true),
        Ecosystem::Python => ("pypi", false),
        Ecosystem::Conan => ("conan", false),
        Ecosystem::Bazel => ("bazel", false),
        Ecosystem::Cipd | Ecosystem::Gcs | Ecosystem::Vcpkg => return None,
    };
    let (namespace, name) = match name.rsplit_once('/') {
        Some((namespace, name)) if splits => (Some(namespace), name),
        _ => (None, name),
    };
    if !is_name(name) || namespace.is_some_and(|namespace| !namespace.split('/').all(is_name)) {
        return None;
    }
    let name = match ecosystem {
        // PEP 503: one spelling for a distribution.
        Ecosystem::Python => normal_python(name),
        _ => name.to_owned(),
    };
    let mut purl = PackageUrl::new(kind, name).ok()?;
    if let Some(namespace) = namespace {
        purl.with_namespace(namespace.to_owned()).ok()?;
    }
    if let Some(version) = version.filter(|version| !version.is_empty()) {
        purl.with_version(version.to_owned()).ok()?;
    }
    Some(purl.to_string())
}

/// Whether a text can be a part of a package's name.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text != "@"
        && text.len() < 256
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "/\\?#".contains(c))
}

/// A Python distribution's name by PEP 503: lower case, runs of `-`, `_` and `.` as one `-`.
pub fn normal_python(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            letter => normal.extend(letter.to_lowercase()),
        }
    }
    normal
}

/// Pages of registries: what stands before the package's name.
const PAGES: [(&str, Ecosystem); 4] = [
    ("crates.io/crates/", Ecosystem::Cargo),
    ("npmjs.com/package/", Ecosystem::Npm),
    ("pypi.org/project/", Ecosystem::Python),
    ("pkg.go.dev/", Ecosystem::Go),
];

/// The package that a page of a registry is about.
pub(super) fn of_registry_page(url: &str) -> Option<(Ecosystem, &str)> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (prefix, ecosystem) = PAGES.iter().find(|(prefix, _)| rest.starts_with(prefix))?;
    let name = rest.get(prefix.len()..)?.split(['?', '#']).next()?.trim_end_matches('/');
    let name = match ecosystem {
        Ecosystem::Go => name,
        Ecosystem::Npm if name.starts_with('@') => {
            let end = name.match_indices('/').nth(1).map_or(name.len(), |(at, _)| at);
            name.get(..end)?
        }
        _ => name.split('/').next()?,
    };
    (!name.is_empty()).then_some((*ecosystem, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_registries() {
        for (url, expected) in [
            ("https://crates.io/crates/aho-corasick", Some((Ecosystem::Cargo, "aho-corasick"))),
            ("https://www.npmjs.com/package/@types/chai/v/1", Some((Ecosystem::Npm, "@types/chai"))),
            ("https://npmjs.com/package/svgo?x", Some((Ecosystem::Npm, "svgo"))),
            ("https://pypi.org/project/six/1.0", Some((Ecosystem::Python, "six"))),
            ("https://crates.io/crates/", None),
            ("https://example.org/crates.io/crates/x", None),
        ] {
            assert_eq!(of_registry_page(url), expected, "{url}");
        }
    }

    #[test]
    fn names_that_are_none_make_no_purl() {
        for name in ["", "a b", "a\nb", "@/x", "a?b"] {
            assert_eq!(of(Ecosystem::Npm, name, None), None, "{name:?}");
        }
        assert_eq!(of(Ecosystem::Go, "github.com/a/b", Some("v1.0")).unwrap(), "pkg:golang/github.com/a/b@v1.0");
        assert_eq!(of(Ecosystem::Cipd, "a", None), None);
    }
}
