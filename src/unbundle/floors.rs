//! What a tree asks of the tools that build it, read from the few files that upstream keeps such versions in.
//!
//! Each row of the table is one line of one file; nothing is run. A version that a check refuses older tools by is required, any
//! other is what upstream builds with.

use crate::gn::Sources;
use crate::path::RepoPath;

/// What the tree asks of one tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The tool.
    pub tool: &'static str,
    /// The version or revision.
    pub version: String,
    /// Whether an older one is refused.
    pub required: bool,
    /// Where it stands, `path:line`.
    pub place: String,
}

/// One line that tells a version.
struct Row {
    file: &'static str,
    /// What the line begins with, without the blanks before it.
    begins: &'static str,
    /// What stands before the version on it.
    before: &'static str,
    tool: &'static str,
    /// Refused when older: always, or where this file is in the tree.
    required: Option<&'static str>,
}

const fn row(
    file: &'static str,
    begins: &'static str,
    before: &'static str,
    tool: &'static str,
    required: Option<&'static str>,
) -> Row {
    Row { file, begins, before, tool, required }
}

/// Stands for "always" in the last column.
const ALWAYS: Option<&str> = Some("");

const ROWS: &[Row] = &[
    row("DEPS", "'gn_version'", "git_revision:", "gn-revision", None),
    row("tools/clang/scripts/update.py", "RELEASE_VERSION", "=", "clang", None),
    row("tools/clang/scripts/update.py", "CLANG_REVISION", "=", "clang-revision", None),
    row("tools/rust/update_rust.py", "RUST_REVISION", "=", "rust-revision", None),
    row("tools/rust/build_bindgen.py", "BINDGEN_GIT_VERSION", "=", "bindgen-revision", None),
    row(
        "third_party/node/update_node_binaries",
        "NODE_VERSION",
        "=",
        "node",
        Some("third_party/node/check_version.js"),
    ),
    row(".vpython3", "python_version:", ":", "python", None),
    row("third_party/jdk/3pp/fetch.py", "project=", "adoptium/temurin", "java", None),
    row("python/mozboot/mozboot/util.py", "MINIMUM_RUST_VERSION", "=", "rust", ALWAYS),
    row("build/moz.configure/bindgen.configure", "cbindgen_min_version", "Version(", "cbindgen", ALWAYS),
    row("python/mozbuild/mozbuild/nodeutil.py", "NODE_MIN_VERSION", "(", "node", ALWAYS),
    row("mach", "MIN_PYTHON_VERSION", "(", "python", ALWAYS),
    row(".cmake.conf", "set(QT_SUPPORTED_MIN_CMAKE_VERSION_FOR_BUILDING_QT_SHARED", "SHARED", "cmake", ALWAYS),
    row("CMakeLists.txt", "cmake_minimum_required", "VERSION", "cmake", ALWAYS),
    row("meson.build", "meson_version", ">=", "meson", ALWAYS),
    row("Cargo.toml", "rust-version", "=", "rust", ALWAYS),
    row("go.mod", "go ", "go", "go", ALWAYS),
];

/// The files that tell what a tree asks for.
pub const FILES: &[&str] = &[
    "DEPS",
    "tools/clang/scripts/update.py",
    "tools/rust/update_rust.py",
    "tools/rust/build_bindgen.py",
    "third_party/node/update_node_binaries",
    ".vpython3",
    "third_party/jdk/3pp/fetch.py",
    "python/mozboot/mozboot/util.py",
    "build/moz.configure/bindgen.configure",
    "python/mozbuild/mozbuild/nodeutil.py",
    "mach",
    ".cmake.conf",
    "CMakeLists.txt",
    "meson.build",
    "Cargo.toml",
    "go.mod",
];

/// The longest line that is read.
const LINE_LIMIT: usize = 4096;

/// What the tree asks for, sorted by tool; a tool that two rows tell of stands once, as the first of them says.
pub fn floors(tree: &dyn Sources) -> Vec<Asked> {
    let mut found: Vec<Asked> = Vec::new();
    for row in ROWS {
        if found.iter().any(|known| known.tool == row.tool) {
            continue;
        }
        let Some(text) = RepoPath::parse(row.file.as_bytes()).ok().and_then(|path| tree.read(&path)) else { continue };
        let exists = |file: &str| RepoPath::parse(file.as_bytes()).is_ok_and(|path| tree.exists(&path));
        let required = row.required.is_some_and(|file| file.is_empty() || exists(file));
        found.extend(read(row, &text, required));
    }
    found.sort();
    found
}

/// The newest `rust-version` that manifests of crates ask for: `manifests` are paths with their texts.
pub fn rust_of_crates<'t>(manifests: impl Iterator<Item = (&'t RepoPath, &'t [u8])>) -> Option<Asked> {
    let row = row("", "rust-version", "=", "rust", ALWAYS);
    let all = manifests.filter_map(|(path, text)| {
        let mut asked = read(&row, text, true)?;
        asked.place = format!("{path}{}", asked.place);
        Some(asked)
    });
    let numbers =
        |asked: &Asked| -> Vec<u32> { asked.version.split('.').map_while(|part| part.parse().ok()).collect() };
    all.max_by(|one, other| numbers(one).cmp(&numbers(other)).then_with(|| other.place.cmp(&one.place)))
}

fn read(row: &Row, text: &[u8], required: bool) -> Option<Asked> {
    for (number, line) in text.split(|&byte| byte == b'\n').enumerate().filter(|(_, line)| line.len() <= LINE_LIMIT) {
        let line = String::from_utf8_lossy(line);
        let Some(rest) = line.trim_start().strip_prefix(row.begins) else { continue };
        // What stands before the version may be the end of what the line begins with.
        let rest = rest.split_once(row.before).map_or(rest, |(_, rest)| rest);
        if let Some(version) = version(rest) {
            let place = format!("{}:{}", row.file, number + 1);
            return Some(Asked { tool: row.tool, version, required, place });
        }
    }
    None
}

/// The first word of a text that is a version or a revision; `(3, 8)` is 3.8.
fn version(text: &str) -> Option<String> {
    let text = text.trim_start_matches(|character: char| character.is_whitespace() || "\"'=(:>".contains(character));
    let word = |character: char| character.is_ascii_alphanumeric() || ".-_+".contains(character);
    let end = text.find(|character| !word(character)).unwrap_or(text.len());
    let (first, rest) = text.split_at_checked(end)?;
    let first = first.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(first);
    // The name of a project such as `temurin23-binaries` tells a number at its beginning.
    let first = if rest.starts_with('\'') && first.ends_with("-binaries") {
        first.trim_end_matches("-binaries")
    } else {
        first
    };
    if !first.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let parts = rest.trim_end().strip_suffix(')').filter(|_| first.bytes().all(|byte| byte.is_ascii_digit()));
    let more = parts.filter(|rest| rest.starts_with(','));
    let numbers = more.into_iter().flat_map(|rest| rest.split(',').map(str::trim)).filter(|part| !part.is_empty());
    Some(std::iter::once(first).chain(numbers).collect::<Vec<_>>().join("."))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    struct Files(Vec<(&'static str, &'static str)>);

    impl Sources for Files {
        fn read(&self, path: &RepoPath) -> Option<Arc<[u8]>> {
            let found = self.0.iter().find(|(name, _)| name.as_bytes() == path.as_bytes());
            found.map(|(_, text)| text.as_bytes().into())
        }

        fn exists(&self, path: &RepoPath) -> bool {
            self.read(path).is_some()
        }
    }

    fn told(files: Vec<(&'static str, &'static str)>) -> Vec<String> {
        let asked = floors(&Files(files));
        asked.iter().map(|one| format!("{} {} {} {}", one.tool, one.version, one.required, one.place)).collect()
    }

    #[test]
    fn versions_are_read_from_their_lines() {
        let found = told(vec![
            ("DEPS", "vars = {\n  'gn_version': 'git_revision:0123abcd',\n}\n"),
            ("tools/clang/scripts/update.py", "CLANG_REVISION = 'llvm-9-init-1-gab'\nRELEASE_VERSION = '9'\n"),
            ("third_party/node/update_node_binaries", "# NODE_VERSION below\nNODE_VERSION=\"v9.1.0\"\n"),
            (".vpython3", "python_version: \"3.9\"\n"),
            ("third_party/jdk/3pp/fetch.py", "    project='adoptium/temurin9-binaries',\n"),
        ]);
        assert_eq!(
            found,
            [
                "clang 9 false tools/clang/scripts/update.py:2",
                "clang-revision llvm-9-init-1-gab false tools/clang/scripts/update.py:1",
                "gn-revision 0123abcd false DEPS:2",
                "java 9 false third_party/jdk/3pp/fetch.py:1",
                "node 9.1.0 false third_party/node/update_node_binaries:2",
                "python 3.9 false .vpython3:1",
            ]
        );
    }

    #[test]
    fn what_a_check_refuses_is_required() {
        let node = ("third_party/node/update_node_binaries", "NODE_VERSION=\"v9.1.0\"\n");
        assert_eq!(
            told(vec![node, ("third_party/node/check_version.js", "")]),
            ["node 9.1.0 true third_party/node/update_node_binaries:1"]
        );
        let found = told(vec![
            ("mach", "MIN_PYTHON_VERSION = (3, 8)\n"),
            ("build/moz.configure/bindgen.configure", "    cbindgen_min_version = Version(\"0.2.0\")\n"),
            ("CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\n"),
            (".cmake.conf", "set(QT_SUPPORTED_MIN_CMAKE_VERSION_FOR_BUILDING_QT_SHARED \"3.22\")\n"),
            ("meson.build", "project('x',\n  meson_version : '>=0.60.1',\n)\n"),
        ]);
        assert_eq!(
            found,
            [
                "cbindgen 0.2.0 true build/moz.configure/bindgen.configure:1",
                "cmake 3.22 true .cmake.conf:1",
                "meson 0.60.1 true meson.build:2",
                "python 3.8 true mach:1",
            ]
        );
    }

    #[test]
    fn the_newest_crate_counts() {
        let path = |text: &str| RepoPath::parse(text.as_bytes()).unwrap();
        let texts = [
            (path("a/Cargo.toml"), "rust-version = \"1.9\""),
            (path("b/Cargo.toml"), "[package]\nrust-version = \"1.10.1\""),
            (path("c/Cargo.toml"), "rust-version.workspace = true"),
        ];
        let asked = rust_of_crates(texts.iter().map(|(path, text)| (path, text.as_bytes()))).unwrap();
        assert_eq!((asked.version.as_str(), asked.place.as_str()), ("1.10.1", "b/Cargo.toml:2"));
    }

    #[test]
    fn every_row_has_its_file_in_the_list() {
        assert!(ROWS.iter().all(|row| FILES.contains(&row.file)));
    }
}
