//! The `#include` lines of one file that name other people's code: one look at bytes that another scan has read.

use bstr::ByteSlice as _;

use crate::path::RepoPath;

/// The endings of files that the preprocessor reads.
const ENDINGS: &[&[u8]] =
    &[b"c", b"cc", b"cpp", b"cxx", b"h", b"hh", b"hpp", b"hxx", b"inc", b"inl", b"ipp", b"m", b"mm", b"S"];

/// What a path must hold to be of interest: `third_party/`, `3rdparty/`, `third-party/`.
const VENDORING: &str = "party/";

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

/// Whether a file is one that the preprocessor reads, by its name.
pub fn reads(name: &[u8]) -> bool {
    let ending = name.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    ending.len() < name.len() && ENDINGS.contains(&ending)
}

/// The lines (1-based) and paths of the includes in a file's content that hold a folder for other people's code.
pub fn vendored(content: &[u8]) -> Vec<(usize, &[u8])> {
    let mut found: Vec<(usize, &[u8])> = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for at in content.find_iter(VENDORING) {
        // A line that was looked at already, which names two such folders.
        if at < counted {
            continue;
        }
        let window = at.saturating_sub(LINE_LIMIT);
        let start = content[window..at].rfind_byte(b'\n').map_or(window, |end| window + end + 1);
        let Some((header, end)) = directive(content, start, at) else { continue };
        line += content[counted..start].find_iter("\n").count();
        counted = start;
        found.push((line, header));
        line += content[counted..end].find_iter("\n").count();
        counted = end;
    }
    found
}

/// The path that the line beginning at `start` includes and where it ends, if the place `at` lies in that path.
fn directive(content: &[u8], start: usize, at: usize) -> Option<(&[u8], usize)> {
    let blank = |character| matches!(character, ' ' | '\t');
    let before = content.get(start..at)?.trim_start_with(blank).strip_prefix(b"#")?.trim_start_with(blank);
    let rest = before.strip_prefix(b"include").or_else(|| before.strip_prefix(b"import"))?.trim_start_with(blank);
    let closing = match rest.first()? {
        b'"' => b'"',
        b'<' => b'>',
        _ => return None,
    };
    let begin = at - rest.len() + 1;
    let inner = content.get(begin..content.len().min(begin + LINE_LIMIT))?;
    let length = inner.iter().position(|&byte| byte == closing || byte == b'\n')?;
    let closed = inner.get(length) == Some(&closing) && begin + length > at;
    closed.then_some((inner.get(..length)?, begin + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        vendored(text.as_bytes()).iter().map(|(line, path)| format!("{line} {}", path.as_bstr())).collect()
    }

    #[test]
    fn only_directives_count_and_each_line_once() {
        let text = "// #include \"third_party/z/no.h\"\n#include \"third_party/z/a.h\"\n  #  include <a/third_party/z/third_party/c.h>\nint x; // third_party/z\n#import \"third_party/x.h\"\nint include = 1;\n#include \"third_party/z/open.h\n#include THING third_party/\n#include \"x.h\" // third_party/\n#include \"third_party/z.h\" // third_party/\n";
        assert_eq!(
            lines(text),
            ["2 third_party/z/a.h", "3 a/third_party/z/third_party/c.h", "5 third_party/x.h", "10 third_party/z.h"]
        );
    }

    #[test]
    fn cut_files_and_long_lines_are_passed_over() {
        assert_eq!(lines("#include \"third_party/z/a.h"), Vec::<String>::new());
        assert_eq!(lines("#include"), Vec::<String>::new());
        assert_eq!(lines(&format!("#include \"{}third_party/a.h\"", "x/".repeat(LINE_LIMIT))), Vec::<String>::new());
    }

    #[test]
    fn what_the_preprocessor_reads_is_told_by_its_ending() {
        assert!(reads(b"a.cc") && reads(b"b.S") && reads(b".h") && !reads(b"c") && !reads(b"a.py") && !reads(b"h"));
    }
}
