//! The upstream version that a file of a packaging repository tells.

use crate::profile::survey;

/// The version that the file at `path` tells; `None` where it tells none that can be read.
pub(super) fn version_of(path: &str, content: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(content).ok()?;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let found = match name {
        // Other projects have a file of this name too; Debian's lies in `debian`.
        "changelog" if folder == "debian" || folder.ends_with("/debian") => survey::read_changelog(path, text)?.version,
        "PKGBUILD" | "APKBUILD" => survey::read_pkgbuild(path, text)?.version,
        "chromium_version.txt" => text.lines().next().map(|line| line.trim().to_owned()),
        "DEPS" => of_deps(text),
        _ if name.strip_suffix(".spec").is_some() => survey::read_spec(path, text)?.version,
        _ => None,
    };
    found.filter(|version| version.len() < 64 && version.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Electron's `DEPS` names the Chromium that it stands on.
fn of_deps(text: &str) -> Option<String> {
    let rest = text.split_once("'chromium_version':")?.1;
    rest.split('\'').nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_file_is_read() {
        let told = |path: &str, text: &str| version_of(path, text.as_bytes());
        assert_eq!(told("debian/changelog", "weir (1:2.0+dfsg-1) sid; x\n").as_deref(), Some("2.0"));
        assert_eq!(told("changelog", "weir (1:2.0-1) sid; x\n"), None);
        assert_eq!(told("a/weir.spec", "Name: weir\nVersion: 2.1\n").as_deref(), Some("2.1"));
        assert_eq!(told("PKGBUILD", "pkgname=weir\npkgver=2.2\n").as_deref(), Some("2.2"));
        assert_eq!(told("chromium_version.txt", "150.0.1.2\n").as_deref(), Some("150.0.1.2"));
        let deps = "vars = {\n  'chromium_version':\n    '150.0.1.2',\n}\n";
        assert_eq!(told("DEPS", deps).as_deref(), Some("150.0.1.2"));
        assert_eq!(told("debian/changelog", "\u{0}"), None);
        assert_eq!(version_of("weir.spec", b"\xff"), None);
    }
}
