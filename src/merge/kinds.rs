//! Which lines of which files are items of a list: lines whose order among themselves carries no meaning.
//!
//! One row per kind of file. A row tells an item by its form alone; a line that is no item ends the list.

use crate::merge::Line;
use crate::path::RepoPath;
use crate::text::glob;

/// A kind of list.
#[derive(Debug)]
pub struct Kind {
    /// What it is called in reports.
    pub name: &'static str,
    /// File names, or beginnings and ends of them (`*` stands for anything).
    files: &'static [&'static str],
    /// The sorting key of an item; `None` for a line that is none.
    key: for<'a> fn(Line<'a>) -> Option<&'a [u8]>,
}

/// The table.
pub const KINDS: &[Kind] = &[
    Kind { name: "includes", files: C_LIKE, key: include },
    Kind { name: "GN list", files: &["*.gn", "*.gni"], key: quoted_item },
    Kind { name: "meson list", files: &["meson.build", "meson.options"], key: quoted_item },
    Kind { name: "DEPS list", files: &["DEPS"], key: quoted_item },
    Kind { name: "CMake list", files: &["CMakeLists.txt", "*.cmake"], key: bare_word },
    Kind { name: "make list", files: &["Makefile*", "*.mk", "GNUmakefile*"], key: continued_word },
    Kind { name: "Kconfig list", files: &["Kconfig*", "Config.in*"], key: kconfig },
    Kind { name: SETTINGS, files: &["*_defconfig", "*.config"], key: setting },
    Kind { name: "imports", files: &["*.py"], key: python_import },
    Kind { name: "imports", files: &["*.js", "*.mjs", "*.ts", "*.tsx"], key: script_import },
    Kind { name: "resource list", files: &["*.grd", "*.grdp"], key: resource },
    Kind {
        name: "line list",
        files: &[".gitignore", "*.abilist", "*.symbols", "*.install", "*.list", "*.map", "series", "MANIFEST"],
        key: whole_line,
    },
];

/// The kind of file that is kept in the order of its program's options.
const SETTINGS: &str = "configuration";

const C_LIKE: &[&str] = &["*.c", "*.cc", "*.cpp", "*.cxx", "*.h", "*.hh", "*.hpp", "*.m", "*.mm", "*.S"];

/// The rows for a file.
pub fn of(path: &RepoPath) -> impl Iterator<Item = &'static Kind> {
    let full = path.as_bytes();
    let name = full.rsplit(|&byte| byte == b'/').next().unwrap_or(full).to_vec();
    KINDS.iter().filter(move |kind| kind.files.iter().any(|pattern| glob::fits(pattern.as_bytes(), &name)))
}

/// True for a change log, by the names that all ecosystems share.
pub fn is_log(name: &[u8]) -> bool {
    let logs: [&[u8]; 5] = [b"changelog", b"changes", b"news", b"history", b"release-notes"];
    let name = name.to_ascii_lowercase();
    logs.iter().any(|log| name.starts_with(log))
}

impl Kind {
    /// True for settings that a program writes, each at its place.
    pub fn is_ordered(&self) -> bool {
        self.name == SETTINGS
    }

    /// The sorting key where the line is an item.
    pub fn key<'a>(&self, line: Line<'a>) -> Option<&'a [u8]> {
        (self.key)(line)
    }
}

fn include(line: Line<'_>) -> Option<&[u8]> {
    let rest = line.trim_ascii().strip_prefix(b"#")?.trim_ascii_start().strip_prefix(b"include")?.trim_ascii_start();
    rest.first().filter(|byte| matches!(byte, b'<' | b'"')).map(|_| rest)
}

/// `"text",` or `'text',`, alone on its line.
fn quoted_item(line: Line<'_>) -> Option<&[u8]> {
    let text = line.trim_ascii().strip_suffix(b",")?;
    let quote = *text.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    (text.len() > 2 && text.last() == Some(&quote) && !inner.contains(&quote)).then_some(inner)
}

fn bare_word(line: Line<'_>) -> Option<&[u8]> {
    let text = line.trim_ascii();
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-' | b'+');
    (!text.is_empty() && text.iter().all(word) && line.first().is_some_and(u8::is_ascii_whitespace)).then_some(text)
}

/// One word and a backslash.
fn continued_word(line: Line<'_>) -> Option<&[u8]> {
    let text = line.trim_ascii().strip_suffix(b"\\")?.trim_ascii_end();
    (!text.is_empty() && !text.iter().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b':' | b';')))
        .then_some(text)
}

fn kconfig(line: Line<'_>) -> Option<&[u8]> {
    let text = line.trim_ascii();
    ["source ", "select ", "imply "].iter().any(|word| text.starts_with(word.as_bytes())).then_some(text)
}

fn setting(line: Line<'_>) -> Option<&[u8]> {
    let text = line.trim_ascii();
    let name = text.strip_prefix(b"# ").unwrap_or(text);
    name.starts_with(b"CONFIG_").then_some(name)
}

fn python_import(line: Line<'_>) -> Option<&[u8]> {
    let text = line.trim_ascii_end();
    let plain = text.starts_with(b"import ") || (text.starts_with(b"from ") && !text.ends_with(b"("));
    (plain && !text.ends_with(b"\\")).then_some(text)
}

fn script_import(line: Line<'_>) -> Option<&[u8]> {
    let text = line.trim_ascii_end();
    let text = text.strip_suffix(b";").unwrap_or(text);
    (text.starts_with(b"import ") && text.last().is_some_and(|byte| matches!(byte, b'\'' | b'"'))).then_some(text)
}

/// `<include name="…" … />` or `<part file="…" />` on one line.
fn resource(line: Line<'_>) -> Option<&[u8]> {
    let text = line.trim_ascii();
    let opens = ["<include ", "<part ", "<structure "].iter().any(|tag| text.starts_with(tag.as_bytes()));
    (opens && text.ends_with(b"/>")).then_some(text)
}

fn whole_line(line: Line<'_>) -> Option<&[u8]> {
    let text = line.trim_ascii();
    (!text.is_empty() && !text.starts_with(b"#")).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(path: &str, line: &'static str) -> Option<&'static [u8]> {
        let path = RepoPath::parse(path.as_bytes()).unwrap();
        of(&path).find_map(|kind| kind.key(line.as_bytes()))
    }

    #[test]
    fn items_are_told_by_form() {
        assert_eq!(key("a/b.cc", "#  include <x.h>  \n"), Some(&b"<x.h>"[..]));
        assert_eq!(key("a/b.cc", "#define X\n"), None);
        assert_eq!(key("BUILD.gn", "    \"a/b.cc\",\n"), Some(&b"a/b.cc"[..]));
        assert_eq!(key("BUILD.gn", "    sources += [\n"), None);
        assert_eq!(key("x/Makefile.am", "\tfoo.c \\\n"), Some(&b"foo.c"[..]));
        assert_eq!(key("x/Makefile.am", "a = b \\\n"), None);
        assert_eq!(key("m.py", "from a import (\n"), None);
        assert_eq!(key("x_defconfig", "# CONFIG_A is not set\n"), Some(&b"CONFIG_A is not set"[..]));
        assert_eq!(key("a.txt", "word\n"), None);
    }
}
