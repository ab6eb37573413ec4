//! Names and versions out of build files, version files and lists of changes of any project.

use std::sync::LazyLock;

use bstr::ByteSlice as _;
use regex::bytes::Regex;

use crate::audit::facts::{Project, ProjectFile, Said};
use crate::audit::version_rule::line_of;

/// How much of such a file is looked at.
pub const LIMIT: usize = 64 << 10;

/// What kind of project file a name stands for; `None`: none.
pub fn kind_of(name: &[u8]) -> Option<ProjectFile> {
    let lower = name.to_ascii_lowercase();
    let stem = [&b".md"[..], b".txt", b".rst"].iter().find_map(|ending| lower.strip_suffix(*ending)).unwrap_or(&lower);
    match &lower[..] {
        b"configure.ac" | b"configure.in" => return Some(ProjectFile::Autoconf),
        b"meson.build" => return Some(ProjectFile::Meson),
        b"cmakelists.txt" => return Some(ProjectFile::CMake),
        b"version" | b"version.txt" | b"package_version" | b".version" => return Some(ProjectFile::VersionFile),
        _ if lower.ends_with(b".pc.in") || lower.ends_with(b".pc") => return Some(ProjectFile::PkgConfig),
        _ => {}
    }
    matches!(stem, b"news" | b"changes" | b"changelog" | b"release_notes" | b"releases" | b"history")
        .then_some(ProjectFile::Changes)
}

/// What such a file says; `None` where it says neither name nor version.
pub fn read(from: ProjectFile, bytes: &[u8]) -> Option<Project> {
    let (name, version) = match from {
        ProjectFile::Autoconf => autoconf(bytes),
        ProjectFile::Meson => meson(bytes),
        ProjectFile::CMake => cmake(bytes),
        ProjectFile::PkgConfig => (field(bytes, b"Name:"), pkg_version(bytes)),
        ProjectFile::VersionFile => (None, version_file(bytes)),
        ProjectFile::Changes => (None, changes(bytes)),
    };
    let name = name.filter(|name| (2..=60).contains(&name.len()));
    (name.is_some() || version.is_some()).then_some(Project { from, name, version })
}

type Told = (Option<String>, Option<Said>);

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("a pattern of this file is sound"));
    };
}

pattern!(AC_INIT, r"(?s)AC_INIT\s*\(\s*\[?([^\],()\n]*)\]?\s*(?:,\s*\[?([^\],()\n]*)\]?)?");
pattern!(MESON, r"(?s)^(?:\s|#[^\n]*\n)*project\s*\(\s*'([^'\n]+)'(.{0,1500})");
pattern!(MESON_VERSION, r"\bversion\s*:\s*'([^'\n]+)'");
pattern!(CMAKE, r#"(?im)^[ \t]*project\s*\(\s*"?([A-Za-z0-9_+.-]+)"?([^)]{0,400})\)"#);
pattern!(CMAKE_VERSION, r#"(?i)\bVERSION\s+"?([0-9][0-9A-Za-z.+-]*)"#);
pattern!(
    PLAIN_VERSION,
    r"^\s*(?:[A-Za-z_]*(?i:version)[A-Za-z_]*\s*[=:]?\s*)?[\x22']?v?([0-9]+(?:\.[0-9A-Za-z]+)+(?:[-+~][0-9A-Za-z.+-]*)?)[\x22']?\s*$"
);
pattern!(
    HEADING,
    r"(?:^|[\s\[(=vV-])v?([0-9]+\.[0-9]+(?:\.[0-9]+)*(?:[-~]?(?:rc|alpha|beta|pre|dev)[0-9.]*)?)(?:$|[\s\]),:;(-])"
);

fn text(bytes: &[u8]) -> Option<String> {
    let text = bytes.trim().to_str().ok()?;
    let plain = text.chars().all(|c| !c.is_control() && !matches!(c, '@' | '$' | '{' | '}' | '(' | ')'));
    (!text.is_empty() && plain).then(|| text.to_owned())
}

/// A version text at an offset: it begins with a digit (after `v`), and holds no blank.
fn said(found: Option<regex::bytes::Match<'_>>, bytes: &[u8]) -> Option<Said> {
    let found = found?;
    let text = text(found.as_bytes())?;
    let text = text.strip_prefix(['v', 'V']).unwrap_or(&text);
    let is_version = text.starts_with(|c: char| c.is_ascii_digit()) && text.len() <= 40 && !text.contains(' ');
    is_version.then(|| Said { text: text.to_owned(), line: line_of(bytes, found.start()) })
}

fn autoconf(bytes: &[u8]) -> Told {
    let Some(found) = AC_INIT.captures(bytes) else { return (None, None) };
    (found.get(1).and_then(|name| text(name.as_bytes())), said(found.get(2), bytes))
}

fn meson(bytes: &[u8]) -> Told {
    let Some(found) = MESON.captures(bytes) else { return (None, None) };
    let version = found.get(2).and_then(|rest| {
        let inside = MESON_VERSION.captures(rest.as_bytes())?.get(1)?;
        // `meson_version : '>= 0.50'` ends in the same word; the word border keeps it out.
        let text = text(inside.as_bytes())?;
        let is_version = text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(' ');
        is_version.then(|| Said { text, line: line_of(bytes, rest.start() + inside.start()) })
    });
    (found.get(1).and_then(|name| text(name.as_bytes())), version)
}

fn cmake(bytes: &[u8]) -> Told {
    let Some(found) = CMAKE.captures(bytes) else { return (None, None) };
    let version = found.get(2).and_then(|rest| {
        let inside = CMAKE_VERSION.captures(rest.as_bytes())?.get(1)?;
        Some(Said { text: text(inside.as_bytes())?, line: line_of(bytes, rest.start() + inside.start()) })
    });
    (found.get(1).and_then(|name| text(name.as_bytes())), version)
}

/// The value of a field of a pkg-config file.
fn field(bytes: &[u8], key: &[u8]) -> Option<String> {
    bytes.lines().find_map(|line| text(line.strip_prefix(key)?))
}

fn pkg_version(bytes: &[u8]) -> Option<Said> {
    let (number, line) = bytes.lines().enumerate().find(|(_, line)| line.starts_with(b"Version:"))?;
    let text = text(line.strip_prefix(b"Version:")?)?;
    text.starts_with(|c: char| c.is_ascii_digit()).then_some(Said { text, line: number + 1 })
}

/// A file that holds hardly more than a version.
fn version_file(bytes: &[u8]) -> Option<Said> {
    if bytes.len() > 400 {
        return None;
    }
    let mut lines = bytes.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with(b"#"));
    lines.find_map(|(number, line)| {
        let found = PLAIN_VERSION.captures(line)?.get(1)?;
        Some(Said { text: text(found.as_bytes())?, line: number + 1 })
    })
}

/// The version in the first heading: among the first lines, the first that holds one and is short.
fn changes(bytes: &[u8]) -> Option<Said> {
    let lines = bytes.lines().take(40).enumerate();
    let mut headings = lines.filter(|(_, line)| line.len() < 100 && !line.trim().is_empty());
    headings.find_map(|(number, line)| {
        let found = HEADING.captures(line)?.get(1)?;
        Some(Said { text: text(found.as_bytes())?, line: number + 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, content: &str) -> (Option<String>, Option<(String, usize)>) {
        let from = kind_of(name.as_bytes()).unwrap();
        let project = read(from, content.as_bytes());
        let version = project.as_ref().and_then(|project| project.version.clone());
        (project.and_then(|project| project.name), version.map(|said| (said.text, said.line)))
    }

    #[test]
    fn build_files_tell_name_and_version() {
        let both = |name: &str, version: &str, line| (Some(name.to_owned()), Some((version.to_owned(), line)));
        assert_eq!(told("configure.ac", "dnl\nAC_INIT([libogg],[1.3.6],[mail])\n"), both("libogg", "1.3.6", 2));
        assert_eq!(told("configure.in", "AC_INIT(x, 1.0)"), (None, Some(("1.0".into(), 1))));
        assert_eq!(told("configure.ac", "AC_INIT([flac], [m4_esyscmd(x)])").0, Some("flac".into()));
        let meson = "# c\nproject('dav1d', ['c'],\n  meson_version: '>= 0.5',\n  version: '1.5.1')\n";
        assert_eq!(told("meson.build", meson), both("dav1d", "1.5.1", 4));
        let cmake = "cmake_minimum_required(VERSION 3.5)\nproject(libheif VERSION 1.20.2 LANGUAGES CXX)\n";
        assert_eq!(told("CMakeLists.txt", cmake), both("libheif", "1.20.2", 2));
        assert_eq!(told("x.pc.in", "Name: x1\nVersion: @VERSION@\n"), (Some("x1".into()), None));
        assert_eq!(told("CMakeLists.txt", "project(${NAME})"), (None, None));
    }

    #[test]
    fn version_files_and_headings_tell_a_version_only_where_they_hold_one() {
        let version = |text: &str, line| (None, Some((text.to_owned(), line)));
        assert_eq!(told("VERSION", "1.2.3\n"), version("1.2.3", 1));
        assert_eq!(told("VERSION", "# c\nVERSION=v4.5\n"), version("4.5", 2));
        assert_eq!(told("VERSION", "MAJOR=1\n"), (None, None));
        assert_eq!(told("NEWS", "News\n\nVersion 2.1 (today)\n * 9.9\n"), version("2.1", 3));
        assert_eq!(told("CHANGELOG.md", "# Changelog\n## [1.4.0] - 2026-01-01\n"), version("1.4.0", 2));
        assert_eq!(told("ChangeLog", "2026-01-01  A. N. Author\n\t* x.c: y\n"), (None, None));
    }
}
