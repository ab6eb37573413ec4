//! Which folder of the tree a key of DEPS means.

use std::collections::BTreeMap;

use super::super::Root;
use crate::path::RepoPath;

/// How keys relate to the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Places {
    /// Nothing tells.
    Unknown,
    /// They are relative to this folder.
    Below(Root),
    /// They begin with the name under which the repository is checked out, and continue in this folder.
    Solution { name: String, folder: Root },
}

impl Places {
    /// Tells it from `use_relative_paths` and, without it, from the keys.
    ///
    /// A file without relative paths counts from the folder above its own repository, whose name in a checkout is
    /// `src` by custom, else that of the folder which holds the file, else what most keys of a file at the top agree on.
    pub(super) fn new<'a>(manifest: &RepoPath, relative: bool, keys: impl Iterator<Item = &'a str>) -> Self {
        let folder = Root::around(manifest);
        if relative {
            return Self::Below(folder);
        }
        let keys: Vec<&str> = keys.map(|key| key.split('/').next().unwrap_or(key)).collect();
        if keys.contains(&"src") {
            return Self::Solution { name: "src".to_owned(), folder };
        }
        let own = manifest.parent().map(|parent| String::from_utf8_lossy(parent.file_name()).into_owned());
        match own {
            Some(own) if keys.contains(&own.as_str()) => Self::Solution { name: own, folder },
            Some(_) => Self::Unknown,
            None => {
                let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
                for key in &keys {
                    *counts.entry(key).or_default() += 1;
                }
                let first = counts.iter().find(|(_, count)| **count * 2 > keys.len());
                first.map_or(Self::Unknown, |(name, _)| Self::Solution { name: (*name).to_owned(), folder })
            }
        }
    }

    /// The folder that a key means.
    pub(super) fn root(&self, key: &str) -> Root {
        match self {
            Self::Unknown => Root::Unknown,
            Self::Below(folder) => folder.folder(key.as_bytes()),
            Self::Solution { name, folder } => match key.strip_prefix(name.as_str()) {
                Some("") => folder.clone(),
                Some(below) => below.strip_prefix('/').map_or(Root::Unknown, |below| folder.folder(below.as_bytes())),
                None => Root::Unknown,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(manifest: &str, relative: bool, keys: &[&str]) -> Root {
        let manifest = RepoPath::parse(manifest.as_bytes()).unwrap();
        Places::new(&manifest, relative, keys.iter().copied()).root(keys[0])
    }

    fn folder(path: &str) -> Root {
        Root::Folder(RepoPath::parse(path.as_bytes()).unwrap())
    }

    #[test]
    fn keys_with_and_without_the_name_of_the_checkout() {
        assert_eq!(root("DEPS", false, &["src/third_party/a", "src/b"]), folder("third_party/a"));
        assert_eq!(root("DEPS", true, &["third_party/a"]), folder("third_party/a"));
        assert_eq!(root("x/y/DEPS", true, &["../a"]), folder("x/a"));
        assert_eq!(root("x/y/DEPS", true, &["../../../a"]), Root::Unknown);
        assert_eq!(root("x/y/DEPS", false, &["y/a", "b"]), folder("x/y/a"));
        assert_eq!(root("x/y/DEPS", false, &["b", "y/a"]), Root::Unknown);
        assert_eq!(root("x/y/DEPS", false, &["b/c"]), Root::Unknown);
        assert_eq!(root("DEPS", false, &["lib/a", "lib/b", "tool"]), folder("a"));
        assert_eq!(root("DEPS", false, &["src", "src/b"]), Root::Tree);
        assert_eq!(root("DEPS", false, &["source", "src/b"]), Root::Unknown);
    }
}
