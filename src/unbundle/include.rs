//! The `#include` lines of one file that reach into libraries with a shim: one look at bytes that another scan has read.

use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use crate::path::RepoPath;
use crate::unbundle::Replacement;

/// The endings of files that the preprocessor reads.
const ENDINGS: &[&[u8]] =
    &[b"c", b"cc", b"cpp", b"cxx", b"h", b"hh", b"hpp", b"hxx", b"inc", b"inl", b"ipp", b"m", b"mm", b"S"];

/// The longest line that is looked at.
const LINE_LIMIT: usize = 1024;

/// An `#include` of a path that begins at the root of the tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Include {
    /// The file that includes.
    pub file: RepoPath,
    /// The line (1-based).
    pub line: usize,
    /// The path that is included.
    pub header: RepoPath,
}

/// The folders whose headers matter: those of the libraries that have a shim.
#[derive(Debug, Clone, Default)]
pub struct Wanted(BTreeSet<Vec<u8>>);

impl Wanted {
    /// The folders of the build files that shims stand in for.
    pub fn new(replacements: &[Replacement]) -> Self {
        let folders = replacements.iter().filter_map(|one| one.path.parent());
        Self(folders.map(|folder| folder.as_bytes().to_vec()).collect())
    }

    fn holds(&self, path: &[u8]) -> bool {
        path.rfind_iter("/").any(|at| self.0.contains(&path[..at]))
    }

    /// Whether a file is one that the preprocessor reads, by its name.
    pub fn reads(file: &RepoPath) -> bool {
        let ending = file.file_name().rsplit(|&byte| byte == b'.').next().unwrap_or_default();
        ENDINGS.contains(&ending)
    }

    /// The includes of a file that reach into one of the folders; none for a file that is no C or C++.
    pub fn includes(&self, file: &RepoPath, content: &[u8]) -> Vec<Include> {
        if !Self::reads(file) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let (mut line, mut counted) = (1, 0);
        for at in content.find_iter("include") {
            let Some(header) = directive(content, at).filter(|path| self.holds(path)) else { continue };
            let Ok(header) = RepoPath::parse(header) else { continue };
            line += content[counted..at].find_iter("\n").count();
            counted = at;
            found.push(Include { file: file.clone(), line, header });
        }
        found
    }
}

/// The path of the directive whose word `include` begins at `at`: a `#` first on its line before, a quote after.
fn directive(content: &[u8], at: usize) -> Option<&[u8]> {
    let blank = |byte: &&u8| matches!(**byte, b' ' | b'\t');
    let mut before = content[..at].iter().rev().skip_while(blank);
    if before.next() != Some(&b'#') || !matches!(before.find(|byte| !blank(byte)), None | Some(b'\n')) {
        return None;
    }
    let rest = &content[at + b"include".len()..];
    let rest = &rest[..rest.len().min(LINE_LIMIT)];
    let rest = rest.trim_start_with(|character| matches!(character, ' ' | '\t'));
    let closing = match rest.first()? {
        b'"' => b'"',
        b'<' => b'>',
        _ => return None,
    };
    let inner = &rest[1..];
    let end = inner.iter().position(|&byte| byte == closing || byte == b'\n')?;
    (inner[end] == closing).then_some(&inner[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Wanted {
        let path = |path: &str| RepoPath::parse(path.as_bytes()).unwrap();
        Wanted::new(&[Replacement { name: "z".to_owned(), path: path("third_party/z/BUILD.gn") }])
    }

    fn lines(name: &str, text: &str) -> Vec<String> {
        let file = RepoPath::parse(name.as_bytes()).unwrap();
        let found = wanted().includes(&file, text.as_bytes());
        found.iter().map(|include| format!("{}:{} {}", include.file, include.line, include.header)).collect()
    }

    #[test]
    fn only_directives_into_the_wanted_folders_count() {
        let text = "// #include \"third_party/z/no.h\"\n#include \"third_party/z/a.h\"\n  #  include <third_party/z/b/c.h>\n#include \"third_party/zz/no.h\"\n#import \"x\"\nint include = 1;\n#include \"third_party/z/open.h\n#include THING\n";
        assert_eq!(lines("base/a.cc", text), ["base/a.cc:2 third_party/z/a.h", "base/a.cc:3 third_party/z/b/c.h"]);
        assert_eq!(lines("base/a.py", text), Vec::<String>::new());
    }

    #[test]
    fn paths_that_leave_the_tree_and_cut_files_are_passed_over() {
        assert_eq!(lines("a.h", "#include \"third_party/z/../../x.h\""), Vec::<String>::new());
        assert_eq!(lines("a.h", "#include \"third_party/z/a.h"), Vec::<String>::new());
        assert_eq!(lines("a.h", "#include"), Vec::<String>::new());
    }
}
