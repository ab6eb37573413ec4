//! Chooses which file a file patch means, and refuses names that leave the tree.

use bstr::{BString, ByteSlice};

use super::{Body, FileHeader, FilePatch, HeaderStyle, Operation, names};
use crate::path::{self, PathError, RepoPath};
use crate::text::display::terminal;

/// The file before and after; `None` for a side that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Before.
    pub old: Option<RepoPath>,
    /// After.
    pub new: Option<RepoPath>,
}

/// Says why a file patch names no usable file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// A name leaves the tree or reaches into `.git`.
    #[error("{line}: {source}")]
    Path {
        /// The line (1-based) of the patch file at which the file patch begins.
        line: usize,
        /// What is wrong with the name.
        source: PathError,
    },
    /// Fewer folders than the strip level asks for.
    #[error("{line}: name `{name}` has too few folders for `-p{strip}`")]
    Strip {
        /// The line (1-based) of the patch file at which the file patch begins.
        line: usize,
        /// The name as written.
        name: String,
        /// The strip level.
        strip: usize,
    },
    /// No name at all.
    #[error("{line}: the header names no file")]
    Missing {
        /// The line (1-based) of the patch file at which the file patch begins.
        line: usize,
    },
}

impl NameError {
    /// The next thing to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            NameError::Path { .. } => {
                "a patch may only touch files below the root of its tree; check where it comes from"
            }
            NameError::Strip { .. } => {
                "set the strip level of the patch, `-p0` in `series` for names without a first folder"
            }
            NameError::Missing { .. } => "add the `---` and `+++` lines that name the file",
        }
    }

    /// The same error that many lines further down, for a patch that stands inside a larger file.
    #[must_use]
    pub fn moved_by(mut self, lines: usize) -> Self {
        let (NameError::Path { line, .. } | NameError::Strip { line, .. } | NameError::Missing { line }) = &mut self;
        *line += lines;
        self
    }
}

impl FilePatch {
    /// The file before and after under `-p strip`; `exists` tells what stands in the tree at this moment.
    ///
    /// Beside the header's rule it knows GNU patch's for a plain header: a hunk that begins with line 0 makes a
    /// file where none is.
    pub fn paths(&self, strip: usize, exists: &dyn Fn(&RepoPath) -> bool) -> Result<Paths, NameError> {
        let mut paths = self.header.paths(strip, exists).map_err(|error| error.moved_by(self.line))?;
        let makes = match &self.body {
            Body::Hunks(hunks) => hunks.first().is_some_and(|hunk| (hunk.old_start, hunk.old_len) == (0, 0)),
            _ => false,
        };
        if makes && self.header.style != HeaderStyle::Git && paths.old.as_ref().is_some_and(|old| !exists(old)) {
            paths.old = None;
        }
        Ok(paths)
    }

    /// True where a file that ends up empty is to be deleted: a plain header under `patch -E`, as dpkg runs it.
    ///
    /// quilt runs `patch` without `-E`, which leaves an empty file unless a side is `/dev/null` or of the epoch.
    pub fn removes_when_empty(&self) -> bool {
        self.header.style != HeaderStyle::Git
            && matches!(&self.body, Body::Hunks(hunks) if hunks.iter().any(|hunk| (hunk.new_start, hunk.new_len) == (0, 0)))
    }
}

impl FileHeader {
    /// The file before and after under `-p strip`, by git's rule for a git header and GNU patch's for another.
    ///
    /// GNU patch takes, of the names that exist, the one with the fewest folders, then the shortest last part, then
    /// the shortest; `Index:` counts only where `---` and `+++` name nothing. Errors carry line 0 here; those of
    /// [`FilePatch::paths`] carry the right one.
    pub fn paths(&self, strip: usize, exists: &dyn Fn(&RepoPath) -> bool) -> Result<Paths, NameError> {
        let paths =
            if self.style == HeaderStyle::Git { self.git_paths(strip)? } else { self.plain_paths(strip, exists)? };
        if paths.old.is_none() && paths.new.is_none() { Err(NameError::Missing { line: 0 }) } else { Ok(paths) }
    }

    fn git_paths(&self, strip: usize) -> Result<Paths, NameError> {
        if let Operation::Rename { from, to } | Operation::Copy { from, to } = &self.operation {
            // These names carry no `a/`: one level less is stripped.
            let level = strip.saturating_sub(1);
            return Ok(Paths { old: Some(stripped(from, level)?), new: Some(stripped(to, level)?) });
        }
        let old = self.old_name.as_ref().map(|name| stripped(name, strip)).transpose()?;
        let new = self.new_name.as_ref().map(|name| stripped(name, strip)).transpose()?;
        Ok(match self.operation {
            Operation::Create => Paths { old: None, new: new.or(old) },
            Operation::Delete => Paths { old: old.or(new), new: None },
            _ => {
                // Where `---` and `+++` differ without a rename, git takes the new name for both.
                let one = new.or(old);
                Paths { old: one.clone(), new: one }
            }
        })
    }

    fn plain_paths(&self, strip: usize, exists: &dyn Fn(&RepoPath) -> bool) -> Result<Paths, NameError> {
        let mut written: Vec<&BString> = self.old_name.iter().chain(&self.new_name).collect();
        if written.is_empty() {
            written.extend(&self.index_name);
        }
        let mut candidates = Vec::new();
        let mut refused = None;
        for name in written {
            // GNU patch ends a name without tab at the first blank.
            let short = name.find_byte(b' ').map(|at| BString::from(&name[..at]));
            match stripped(name, strip) {
                Ok(path) => match short.and_then(|short| stripped(&short, strip).ok()) {
                    Some(short) if !exists(&path) && exists(&short) => candidates.push(short),
                    _ => candidates.push(path),
                },
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        // A name that leaves the tree is refused even where the other one would do.
        if let Some(error) = refused
            && (candidates.is_empty() || matches!(error, NameError::Path { .. }))
        {
            return Err(error);
        }
        let standing: Vec<RepoPath> = candidates.iter().filter(|path| exists(path)).cloned().collect();
        let chosen = if standing.is_empty() { best(candidates) } else { best(standing) };
        Ok(match self.operation {
            Operation::Create => Paths { old: None, new: chosen },
            Operation::Delete => Paths { old: chosen, new: None },
            _ => Paths { old: chosen.clone(), new: chosen },
        })
    }

    /// The names of the `diff --git` line, unquoted, prefix kept.
    pub fn git_names(&self) -> Option<(BString, BString)> {
        let line = self.lines.iter().find_map(|line| line.strip_prefix(b"diff --git "))?;
        names::git_line(crate::text::lines::without_ending(line))
    }
}

fn best(candidates: Vec<RepoPath>) -> Option<RepoPath> {
    candidates
        .into_iter()
        .enumerate()
        .min_by_key(|(place, path)| (path.parts().count(), path.file_name().len(), path.as_bytes().len(), *place))
        .map(|(_, path)| path)
}

fn stripped(name: &[u8], level: usize) -> Result<RepoPath, NameError> {
    // `..` is refused before stripping too: `../x` under `-p1` would otherwise look harmless.
    if name.split(|&byte| byte == b'/').any(|part| part == b"..") {
        return Err(NameError::Path { line: 0, source: PathError::Escapes(terminal(name)) });
    }
    let rest =
        path::strip(name, level).ok_or_else(|| NameError::Strip { line: 0, name: terminal(name), strip: level })?;
    RepoPath::parse(rest).map_err(|source| NameError::Path { line: 0, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str, strip: usize, standing: &[&str]) -> Result<(Option<String>, Option<String>), String> {
        let patch = crate::patch::parse(text.as_bytes()).unwrap();
        let exists = |path: &RepoPath| standing.iter().any(|name| path.as_bytes() == name.as_bytes());
        let paths = patch.files[0].paths(strip, &exists).map_err(|error| error.to_string())?;
        Ok((paths.old.map(|path| path.to_string()), paths.new.map(|path| path.to_string())))
    }

    #[expect(clippy::unnecessary_wraps, reason = "compares with a fallible function")]
    fn same(name: &str) -> Result<(Option<String>, Option<String>), String> {
        Ok((Some(name.into()), Some(name.into())))
    }

    const HUNK: &str = "@@ -1 +1 @@\n-a\n+b\n";

    #[test]
    fn takes_the_name_that_exists() {
        let text = format!("--- a/x.orig\n+++ b/x\n{HUNK}");
        assert_eq!(paths(&text, 1, &["x"]), same("x"));
        assert_eq!(paths(&text, 1, &["x.orig"]), same("x.orig"));
        assert_eq!(paths(&text, 1, &["x", "x.orig"]), same("x"));
        assert_eq!(paths(&text, 1, &[]), same("x"));
    }

    #[test]
    fn index_counts_only_without_other_names() {
        let text = format!("Index: p/y\n=====\n--- p/x\t2020-01-01\n+++ p/x\t2020-01-01\n{HUNK}");
        assert_eq!(paths(&text, 1, &["y"]), same("x"));
        assert_eq!(paths(&format!("Index: p/y\n=====\n{HUNK}"), 1, &["y"]), same("y"));
    }

    #[test]
    fn names_with_blanks() {
        let text = format!("--- a/x y\n+++ b/x y\n{HUNK}");
        assert_eq!(paths(&text, 1, &["x y"]), same("x y"));
        assert_eq!(paths(&text, 1, &["x"]), same("x"));
    }

    #[test]
    fn git_renames_strip_one_less() {
        let text = "diff --git a/p/x b/p/y\nsimilarity index 100%\nrename from p/x\nrename to p/y\n";
        assert_eq!(paths(text, 1, &[]), Ok((Some("p/x".into()), Some("p/y".into()))));
        assert_eq!(paths(text, 2, &[]), Ok((Some("x".into()), Some("y".into()))));
    }

    #[test]
    fn creates_and_deletes() {
        let created = (None, Some("x".to_owned()));
        assert_eq!(paths("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n", 1, &[]), Ok(created.clone()));
        assert_eq!(paths("--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+a\n", 1, &[]), Ok(created));
        assert_eq!(paths("--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+a\n", 1, &["x"]), same("x"));
        let gone = "--- a/x\n+++ b/x\t1970-01-01 01:00:00.000000000 +0100\n@@ -1 +0,0 @@\n-a\n";
        assert_eq!(paths(gone, 1, &["x"]), Ok((Some("x".into()), None)));
    }

    #[test]
    fn refuses_escapes_with_the_line() {
        let escape = |name: &str| paths(&format!("text\n--- {name}\n+++ {name}\n{HUNK}"), 1, &[]).unwrap_err();
        assert_eq!(escape("a/../../x"), "2: path `a/../../x` leaves the tree through `..`");
        assert_eq!(escape("../x"), "2: path `../x` leaves the tree through `..`");
        assert_eq!(escape("a/.git/config"), "2: path `.git/config` reaches into `.git`");
        assert_eq!(escape("x"), "2: name `x` has too few folders for `-p1`");
        let absolute = paths(&format!("--- /etc/x\n+++ /etc/x\n{HUNK}"), 0, &[]).unwrap_err();
        assert_eq!(absolute, "1: path `/etc/x` is absolute");
    }
}
