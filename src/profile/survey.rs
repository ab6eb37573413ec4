//! What lies in a packaging folder, as a value: the input of [`crate::profile::guess`].

use crate::profile::words::Form;

/// Everything that was found, in the order of looking; paths are relative to the folder and use `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// The name of the folder itself.
    pub folder: String,
    /// Descriptions of a package, best first.
    pub descriptions: Vec<Description>,
    /// Patch queues, best first.
    pub queues: Vec<FoundQueue>,
    /// Source tarballs here and one folder up.
    pub tarballs: Vec<String>,
    /// Git repositories here and beside the folder.
    pub repositories: Vec<Repository>,
}

/// A file that says which package this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The file.
    pub file: String,
    /// The package's name.
    pub name: String,
    /// The upstream version, where it can be read.
    pub version: Option<String>,
    /// The patches it lists itself, in its order (spec files).
    pub patches: Vec<String>,
}

/// A queue of patches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundQueue {
    /// Its folder or file.
    pub path: String,
    /// Its form.
    pub form: Form,
    /// How many patches it lists.
    pub patches: usize,
}

/// A git repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repository {
    /// Its folder; `.` for the folder itself.
    pub path: String,
    /// The addresses of its remotes.
    pub remotes: Vec<String>,
    /// Its tags, sorted.
    pub tags: Vec<String>,
}

/// Reads a spec file's name, version and patches; macros other than `%{name}` and `%{version}` stay unread.
pub fn read_spec(file: &str, text: &str) -> Option<Description> {
    let field = |wanted: &str| {
        let value = text.lines().find_map(|line| tag_value(line, |tag| tag.eq_ignore_ascii_case(wanted)))?;
        expand(value, text, 0)
    };
    let name = field("Name")?;
    let version = field("Version");
    let is_patch = |tag: &str| {
        let digits = tag.get(5..).unwrap_or_default();
        tag.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("patch"))
            && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let with_names = |value: &str| {
        let value = value.replace("%{name}", &name).replace("%{version}", version.as_deref().unwrap_or("%{version}"));
        value.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let patches = text.lines().filter_map(|line| tag_value(line, is_patch)).map(with_names).collect();
    Some(Description { file: file.to_owned(), name, version, patches })
}

/// The value of a `Tag: value` line of a spec whose tag is wanted.
fn tag_value(line: &str, wanted: impl Fn(&str) -> bool) -> Option<&str> {
    let (tag, value) = line.split_once(':')?;
    (wanted(tag.trim()) && !value.trim().is_empty()).then(|| value.trim())
}

/// Replaces macros that the spec defines in one plain line (`%global x 1`, `%define x 1`); `None` where one is not.
fn expand(value: &str, text: &str, depth: usize) -> Option<String> {
    let Some((before, rest)) = value.split_once("%{") else {
        return (!value.contains('%') && !value.is_empty()).then(|| value.to_owned());
    };
    let (name, after) = rest.split_once('}')?;
    let name = name.trim_start_matches('?');
    let define = |line: &str| {
        let mut words = line.split_whitespace();
        let is_define = matches!(words.next(), Some("%global" | "%define")) && words.next() == Some(name);
        is_define.then(|| words.next().unwrap_or_default().to_owned())
    };
    let found = text.lines().find_map(define).filter(|_| depth < 8)?;
    expand(&format!("{before}{found}{after}"), text, depth + 1)
}

/// Reads the first entry of `debian/changelog`: `source (version) ...`.
pub fn read_changelog(file: &str, text: &str) -> Option<Description> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let (name, rest) = first.split_once(" (")?;
    let (version, _) = rest.split_once(')')?;
    let plain = !name.is_empty() && !name.contains(char::is_whitespace);
    plain.then(|| Description {
        file: file.to_owned(),
        name: name.to_owned(),
        version: Some(upstream_of_debian(version)).filter(|version| !version.is_empty()),
        patches: Vec::new(),
    })
}

/// The upstream part of a Debian version: without epoch, revision and repack mark.
fn upstream_of_debian(version: &str) -> String {
    let version = version.split_once(':').map_or(version, |(_, rest)| rest);
    let version = version.rsplit_once('-').map_or(version, |(upstream, _)| upstream);
    let end = ["+dfsg", "~dfsg", "+ds", "+repack", "+really"].iter().filter_map(|mark| version.find(mark)).min();
    version[..end.unwrap_or(version.len())].to_owned()
}

/// Reads `pkgname=` and `pkgver=` of a PKGBUILD or APKBUILD.
pub fn read_pkgbuild(file: &str, text: &str) -> Option<Description> {
    let field = |wanted: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(wanted)?.strip_prefix('='))?;
        let value = value.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        (!value.is_empty() && !value.contains(['$', '(', ' '])).then(|| value.to_owned())
    };
    let name = field("pkgbase").or_else(|| field("pkgname"))?;
    Some(Description { file: file.to_owned(), name, version: field("pkgver"), patches: Vec::new() })
}

/// Reads an ebuild's file name: `chromium-150.0.7871.100-r1.ebuild`.
pub fn read_ebuild(file: &str) -> Option<Description> {
    let stem = file.rsplit('/').next()?.strip_suffix(".ebuild")?;
    let stem = match stem.rsplit_once("-r") {
        Some((before, revision)) if !revision.is_empty() && revision.bytes().all(|b| b.is_ascii_digit()) => before,
        _ => stem,
    };
    let (name, version) = stem.rsplit_once('-')?;
    let plain = !name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit());
    let describe = || Description {
        file: file.to_owned(),
        name: name.to_owned(),
        version: Some(version.replace('_', "-")),
        patches: Vec::new(),
    };
    plain.then(describe)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_a_spec_with_its_patches_in_order() {
        let text = "%global major 150\nName: chromium%{?extra}\n%global extra -x\nVersion: %{major}.0.7871.100\nPatch0: b.patch\nPatch12: https://x.org/%{name}-%{version}.patch\npatch: c.patch\n#Patch3: no.patch\nPatchwork: no\n";
        let found = read_spec("a.spec", text).unwrap();
        assert_eq!((found.name.as_str(), found.version.as_deref()), ("chromium-x", Some("150.0.7871.100")));
        assert_eq!(found.patches, ["b.patch", "chromium-x-150.0.7871.100.patch", "c.patch"]);
    }

    #[test]
    fn macros_that_cannot_be_read_leave_the_version_open() {
        assert_eq!(read_spec("a.spec", "Name: x\nVersion: %(date)\n").unwrap().version, None);
        assert_eq!(read_spec("a.spec", "%global a %{a}\nName: x\nVersion: %{a}\n").unwrap().version, None);
        assert_eq!(read_spec("a.spec", "Version: 1\n"), None);
    }

    #[test]
    fn reads_the_other_descriptions() {
        let debian =
            read_changelog("debian/changelog", "\nnodejs (1:20.19.2+dfsg-1+deb13u3) trixie; urgency=low\n").unwrap();
        assert_eq!((debian.name.as_str(), debian.version.as_deref()), ("nodejs", Some("20.19.2")));
        let arch = read_pkgbuild("PKGBUILD", "pkgname=chromium # x\npkgver='150.0.1'\n").unwrap();
        assert_eq!((arch.name.as_str(), arch.version.as_deref()), ("chromium", Some("150.0.1")));
        assert_eq!(read_pkgbuild("PKGBUILD", "pkgname=(a b)\npkgver=1\n"), None);
        let gentoo = read_ebuild("chromium-150.0.7871.100-r1.ebuild").unwrap();
        assert_eq!((gentoo.name.as_str(), gentoo.version.as_deref()), ("chromium", Some("150.0.7871.100")));
        assert_eq!(read_ebuild("chromium.ebuild"), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-zA-Z0-9%{}:()=\\-\\n +~é]{0,200}") {
            let _ = read_spec("f", &text);
            let _ = read_changelog("f", &text);
            let _ = read_pkgbuild("f", &text);
            let _ = read_ebuild(&text);
        }
    }
}
