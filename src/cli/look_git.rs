//! Reads what `forebay init` wants to know of a git repository straight from its files: remotes and tag names.
//!
//! Only names are needed and a hint may be missed, so nothing is opened or run: `config`, `packed-refs` and `refs/tags`.

use std::path::{Path, PathBuf};

use crate::cli::look::text;
use crate::profile::survey::Repository;

/// The most tags that are kept; more do not make a guess better.
const TAGS: usize = 200_000;

/// The deepest folder below `refs/tags`.
const DEPTH: usize = 6;

/// The repository at `path`, bare or not, if there is one with tags or remotes.
pub(crate) fn repository(shown: &str, path: &Path) -> Option<Repository> {
    let git = common_folder(path)?;
    let remotes = text(&git.join("config")).map(|config| remotes(&config)).unwrap_or_default();
    let mut tags = text(&git.join("packed-refs")).map(|refs| packed_tags(&refs)).unwrap_or_default();
    loose_tags(&git.join("refs/tags"), "", DEPTH, &mut tags);
    tags.sort();
    tags.dedup();
    let worth = !tags.is_empty() || !remotes.is_empty();
    worth.then(|| Repository { path: shown.to_owned(), remotes, tags })
}

/// The folder with `config` and `refs`: of a bare repository, of a work tree, or of the repository that a linked work tree belongs to.
fn common_folder(path: &Path) -> Option<PathBuf> {
    let dot = path.join(".git");
    let git = if dot.is_dir() {
        dot
    } else if let Some(link) = text(&dot) {
        path.join(link.trim().strip_prefix("gitdir:")?.trim())
    } else {
        path.to_path_buf()
    };
    let common = text(&git.join("commondir")).map_or_else(|| git.clone(), |common| git.join(common.trim()));
    (git.join("HEAD").is_file() && common.join("objects").is_dir()).then_some(common)
}

/// The `url` values below `[remote ...]`.
fn remotes(config: &str) -> Vec<String> {
    let mut inside = false;
    let mut list = Vec::new();
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line.starts_with("[remote ");
        } else if let Some((key, value)) = line.split_once('=')
            && inside
            && key.trim() == "url"
        {
            list.push(value.trim().trim_matches('"').to_owned());
        }
    }
    list
}

fn packed_tags(refs: &str) -> Vec<String> {
    let of_line = |line: &str| Some(line.split_once(" refs/tags/")?.1.to_owned());
    refs.lines().filter(|line| !line.starts_with('#')).filter_map(of_line).take(TAGS).collect()
}

fn loose_tags(folder: &Path, prefix: &str, depth: usize, tags: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && depth > 0 {
            loose_tags(&entry.path(), &format!("{prefix}{name}/"), depth - 1, tags);
        } else if !is_folder && tags.len() < TAGS {
            tags.push(format!("{prefix}{name}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_remotes_and_packed_tags() {
        let config = "[core]\n\turl = no\n[remote \"origin\"]\n\tfetch = x\n\turl = https://a/b.git\n[branch \"m\"]\n\turl = no\n";
        assert_eq!(remotes(config), ["https://a/b.git"]);
        assert_eq!(packed_tags("# pack-refs with: peeled\nabc refs/heads/m\nabc refs/tags/v1/x\n^def\n"), ["v1/x"]);
    }
}
