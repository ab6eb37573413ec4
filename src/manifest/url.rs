//! What an address leads to, told by its form alone.

use super::UrlKind;

/// Endings of files that hold sources or binaries to download.
const ARCHIVES: [&str; 16] = [
    ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar.zst", ".tar", ".zip", ".jar", ".aar",
    ".whl", ".crate", ".gem", ".7z",
];

/// Labels of host names under which repositories are served.
const HOSTS: [&str; 5] = ["git", "googlesource", "bitbucket", "github", "gitlab"];

/// Tells whether an address leads to an archive, a repository, or (where nothing shows) a page.
pub(super) fn kind_of(url: &str) -> UrlKind {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let path = rest.split(['?', '#']).next().unwrap_or(rest);
    let host = path.split('/').next().unwrap_or_default();
    let lower = path.to_ascii_lowercase();
    let below_host = lower.len() > host.len() + 1;
    if below_host && ARCHIVES.iter().any(|ending| lower.ends_with(ending)) {
        return UrlKind::Archive;
    }
    let by_scheme = scheme.starts_with("git") || scheme == "ssh" || path.starts_with("git@");
    let repository = by_scheme || lower.strip_suffix(".git").is_some();
    let on_git_host = below_host && host.split('.').any(|label| HOSTS.contains(&label));
    if repository || on_git_host { UrlKind::Repository } else { UrlKind::Home }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (text, expected) in [
            ("https://github.com/madler/zlib", UrlKind::Repository),
            ("https://github.com", UrlKind::Home),
            ("https://github.com/a/b/archive/v1.tar.gz?x=1", UrlKind::Archive),
            ("https://chromium.googlesource.com/a", UrlKind::Repository),
            ("https://example.org/a.git", UrlKind::Repository),
            ("git@example.org:a/b", UrlKind::Repository),
            ("git+https://example.org/a", UrlKind::Repository),
            ("https://example.org/digit", UrlKind::Home),
            ("https://example.zip", UrlKind::Home),
            ("", UrlKind::Home),
        ] {
            assert_eq!(kind_of(text), expected, "{text}");
        }
    }
}
