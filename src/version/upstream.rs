//! The upstream part of a package's version: what a distribution added is cut.
//!
//! Debian's habits: an epoch and a revision; `+really`, `.really.` (what follows counts); `+dfsg`, `+ds`, `+repack`, `~cs`
//! (files were removed); `+git...` (a snapshot after a release), `~git...` (before one), `+~` (a bundle of sources),
//! `~bpo12+1`, `+deb12u1`. Gentoo and Alpine write `_rc1` and `_p20240101`, pacman `.r34.g1a2b3c4`.

use super::suffixed::{self, Dialect};
use super::{Scheme, dpkg, split_evr, split_run};

/// What a packager says upstream's version is.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Upstream {
    /// The version, fit for [`super::relate`]; the day of the snapshot where upstream has no release (`0~git20240507` gives
    /// `20240507`).
    pub text: String,
    /// True where the package holds a state between releases.
    pub snapshot: bool,
}

/// Cuts everything that is not upstream's from a package's version.
pub fn upstream_part(scheme: Scheme, text: &str) -> Upstream {
    let text = text.trim();
    match scheme {
        Scheme::Dpkg => added(really(dpkg::split(text).1)),
        Scheme::Rpm | Scheme::Pacman => added(split_evr(text).1),
        Scheme::Semver => plain(text.split('+').next().unwrap_or(text)),
        Scheme::Gentoo => of_suffixed(Dialect::Gentoo, text),
        Scheme::Alpine => of_suffixed(Dialect::Alpine, text),
        Scheme::Chromium | Scheme::Loose => plain(text),
    }
}

fn plain(text: &str) -> Upstream {
    Upstream { text: text.to_owned(), snapshot: false }
}

/// What follows the last `really`.
fn really(text: &str) -> &str {
    match text.rsplit_once("really") {
        Some((before, after)) if before.ends_with(['+', '.', '~', '-']) => {
            let after = after.trim_start_matches('.');
            if after.starts_with(|c: char| c.is_ascii_digit()) {
                after
            } else {
                before.trim_end_matches(['+', '.', '~', '-'])
            }
        }
        _ => text,
    }
}

/// Marks of repacked sources and of rebuilds, without the separator in front.
const REPACKED: [&str; 12] =
    ["dfsg", "ds", "repack", "cs", "nmu", "deb", "bpo", "ubuntu", "debian", "orig", "clean", "nofree"];
/// Marks of snapshots.
const SNAPSHOT: [&str; 9] = ["git", "svn", "hg", "bzr", "cvs", "snapshot", "r", "rev", "g"];

/// Cuts the marks of packagers.
fn added(text: &str) -> Upstream {
    let (mut kept, mut snapshot) = (text, None);
    for (at, separator) in text.match_indices(['+', '~', '^', '.', '-', '_']) {
        let (before, rest) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        let (word, after) = split_run(rest, |byte| byte.is_ascii_lowercase());
        let (digits, beyond) = split_run(after, |byte| byte.is_ascii_digit());
        let ends = beyond.is_empty() || beyond.starts_with(|c: char| !c.is_ascii_alphanumeric());
        if before.is_empty() {
            continue;
        }
        let repacked = REPACKED.contains(&word) && ends && (separator != "." || word == "dfsg" || word == "repack")
            || rest.starts_with('~')
            || separator == "~" && word.is_empty() && digits.len() < 8 && is_zero(before);
        let vcs = SNAPSHOT.contains(&word) && separator != "~" && !after.starts_with(|c: char| c.is_ascii_lowercase());
        let counted = matches!(word, "r" | "rev" | "g") && !vcs_count(word, after);
        let dated = word.is_empty() && digits.len() == 8 && matches!(separator, "+" | "~" | "^");
        let early = SNAPSHOT.contains(&word) && separator == "~" && is_zero(before);
        if repacked {
            kept = before;
            break;
        }
        if vcs && !counted || dated && (separator != "~" || is_zero(before)) || early {
            (kept, snapshot) = (before, Some(rest));
            break;
        }
    }
    match snapshot {
        Some(rest) if is_zero(kept) => Upstream { text: day_in(rest).unwrap_or(text).to_owned(), snapshot: true },
        found => Upstream { text: kept.to_owned(), snapshot: found.is_some() },
    }
}

/// True for `r34` (a count of commits) and `g1a2b3c4`, false for words that begin alike.
fn vcs_count(word: &str, after: &str) -> bool {
    let (run, _) = split_run(after, |byte| byte.is_ascii_hexdigit());
    if word == "g" { run.len() >= 6 } else { after.starts_with(|c: char| c.is_ascii_digit()) }
}

/// True for `0`, `0.0`, `0.0.0`: there is no release.
fn is_zero(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

/// The first eight digits that stand together.
fn day_in(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 8)
}

fn of_suffixed(dialect: Dialect, text: &str) -> Upstream {
    let Some(parts) = suffixed::parse(dialect, text) else {
        return plain(text.rsplit_once("-r").map_or(text, |(version, _)| version));
    };
    let (mut version, mut snapshot) = (parts.core(), false);
    for (name, digits) in parts.suffixes() {
        match name {
            "alpha" | "beta" | "pre" | "rc" => version = format!("{version}~{name}{digits}"),
            "p" if digits.len() < 8 => version = format!("{version}p{digits}"),
            _ => {
                snapshot = true;
                if is_zero(&version) && digits.len() == 8 {
                    digits.clone_into(&mut version);
                }
            }
        }
    }
    Upstream { text: version, snapshot }
}
