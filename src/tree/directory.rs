//! A folder of the machine as a tree: an unpacked source, never followed out of through a link.

use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;

use crate::io::{IoError, fs, walk};
use crate::path::RepoPath;
use crate::tree::survey::{self, Folder, Head, Listing, Pick, Stamp, Visitor};
use crate::tree::{Entry, File, Identity, Mode, Node, Tree, TreeError};

/// The largest file that is read from a folder.
const FILE_LIMIT: u64 = 1 << 30;

/// A folder on disk.
#[derive(Debug)]
pub struct DirectoryTree {
    root: PathBuf,
    label: String,
}

impl DirectoryTree {
    /// Opens a folder.
    pub fn open(root: &Path) -> Result<Self, TreeError> {
        let about = std::fs::metadata(root).map_err(|source| IoError::new("open the folder", root, source))?;
        if !about.is_dir() {
            let source = std::io::ErrorKind::NotADirectory.into();
            return Err(IoError::new("open the folder", root, source).into());
        }
        let real = std::fs::canonicalize(root).map_err(|source| IoError::new("open the folder", root, source))?;
        let name = root.file_name().or(real.file_name()).unwrap_or(root.as_os_str());
        let label = crate::text::display::terminal(name.as_encoded_bytes());
        Ok(Self { root: real, label })
    }

    fn place(&self, path: &RepoPath) -> PathBuf {
        self.root.join(path.as_bytes().to_path_lossy())
    }

    /// What stands at a path, every folder above it being a real one; `None` where nothing (or a device, pipe...) does.
    fn about(&self, path: &RepoPath) -> Result<Option<std::fs::Metadata>, IoError> {
        let mut above = Vec::new();
        let mut folder = path.parent();
        while let Some(next) = folder {
            folder = next.parent();
            above.push(next);
        }
        for folder in above.iter().rev() {
            match fs::about(&self.place(folder))? {
                Some(about) if about.is_dir() => {}
                _ => return Ok(None),
            }
        }
        let about = fs::about(&self.place(path))?;
        Ok(about.filter(|about| about.is_dir() || about.is_file() || about.is_symlink()))
    }

    /// Reads one picked file. The walk saw a regular file below real folders, so no link is followed on the way.
    fn visit_one(&self, pick: &Pick, visitor: &dyn Visitor, buffer: &mut Vec<u8>) {
        if visitor.stopped() {
            return;
        }
        let place = self.root.join(pick.path.to_path_lossy());
        let result = fs::about(&place).and_then(|about| {
            let Some(about) = about.filter(std::fs::Metadata::is_file) else { return Ok(None) };
            let stamp = stamp(&about);
            if !visitor.knows(&pick.path, stamp) {
                fs::read_head(&place, pick.limit, buffer)?;
                visitor.file(&pick.path, Some(stamp), Ok(Head { bytes: buffer, size: about.len() }));
            }
            Ok(Some(()))
        });
        match result {
            Ok(Some(())) => {}
            Ok(None) => visitor.file(&pick.path, None, Err("it changed while the tree was read".to_owned())),
            Err(error) => {
                let cause = std::error::Error::source(&error).map_or_else(String::new, ToString::to_string);
                visitor.file(&pick.path, None, Err(cause));
            }
        }
    }

    fn node(&self, path: &RepoPath) -> Result<Node, IoError> {
        let Some(about) = self.about(path)? else { return Ok(Node::Absent) };
        let place = self.place(path);
        if about.is_dir() {
            return Ok(Node::Directory);
        }
        if about.is_symlink() {
            let target = std::fs::read_link(&place).map_err(|source| IoError::new("read the link", &place, source))?;
            return Ok(Node::File(File::new(Mode::Symlink, target.as_os_str().as_encoded_bytes())));
        }
        Ok(Node::File(File::new(mode_of(&about), fs::read_bounded(&place, FILE_LIMIT)?)))
    }
}

fn folder(listed: walk::Listed) -> Folder {
    let entry = |(name, kind)| Entry {
        name,
        mode: match kind {
            walk::Kind::Folder => None,
            walk::Kind::File => Some(Mode::Regular),
            walk::Kind::Link => Some(Mode::Symlink),
        },
        id: None,
    };
    Folder { path: listed.path, entries: listed.entries.into_iter().map(entry).collect() }
}

#[cfg(unix)]
fn stamp(about: &std::fs::Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt as _;
    let changed = i128::from(about.ctime()) * 1_000_000_000 + i128::from(about.ctime_nsec());
    Stamp::File { size: about.len(), inode: about.ino(), changed }
}

#[cfg(not(unix))]
fn stamp(about: &std::fs::Metadata) -> Stamp {
    let since = about.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let changed = since.and_then(|since| i128::try_from(since.as_nanos()).ok()).unwrap_or(0);
    Stamp::File { size: about.len(), inode: 0, changed }
}

#[cfg(unix)]
fn mode_of(about: &std::fs::Metadata) -> Mode {
    use std::os::unix::fs::PermissionsExt as _;
    if about.permissions().mode() & 0o100 == 0 { Mode::Regular } else { Mode::Executable }
}

#[cfg(not(unix))]
fn mode_of(_about: &std::fs::Metadata) -> Mode {
    Mode::Regular
}

impl Tree for DirectoryTree {
    fn label(&self) -> &str {
        &self.label
    }

    fn read(&self, paths: &[RepoPath]) -> Result<Vec<Node>, TreeError> {
        paths.iter().map(|path| self.node(path).map_err(TreeError::from)).collect()
    }

    fn list(&self, folder: Option<&RepoPath>) -> Result<Vec<Entry>, TreeError> {
        let place = match folder {
            None => self.root.clone(),
            Some(folder) => match self.about(folder)? {
                Some(about) if about.is_dir() => self.place(folder),
                _ => return Ok(Vec::new()),
            },
        };
        let mut entries = Vec::new();
        for name in fs::list(&place)? {
            let bytes = name.as_encoded_bytes();
            let Some(about) = fs::about(&place.join(&name))? else { continue };
            let mode = match about {
                _ if bytes.eq_ignore_ascii_case(b".git") => continue,
                about if about.is_dir() => None,
                about if about.is_symlink() => Some(Mode::Symlink),
                about if about.is_file() => Some(mode_of(&about)),
                _ => continue,
            };
            entries.push(Entry { name: bytes.to_vec(), mode, id: None });
        }
        Ok(entries)
    }

    fn survey(&self, visitor: &dyn Visitor) -> Result<Listing, TreeError> {
        let walk = walk::folders(&self.root, &|name| name.eq_ignore_ascii_case(b".git"))?;
        let folders = walk.folders.into_iter().map(folder).collect();
        let listing = Listing { folders, unread: walk.unread };
        self.visit(survey::pick(&listing, visitor), visitor)?;
        Ok(listing)
    }

    fn visit(&self, files: Vec<Pick>, visitor: &dyn Visitor) -> Result<(), TreeError> {
        visitor.picked(files.len());
        walk::each(&files, |pick, buffer| self.visit_one(pick, visitor, buffer));
        Ok(())
    }

    fn ids(&self, paths: &[RepoPath]) -> Result<Vec<Option<Identity>>, TreeError> {
        Ok(vec![None; paths.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn does_not_follow_links_and_sees_modes() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("tree-1.0");
        fs::create_dir(&root.join("sub")).unwrap();
        fs::create_dir(&root.join(".git")).unwrap();
        fs::write(&root.join("sub/file"), b"x").unwrap();
        fs::write_with_mode(&root.join("run"), b"#!", 0o755).unwrap();
        std::os::unix::fs::symlink("sub", root.join("link")).unwrap();
        let tree = DirectoryTree::open(&root).unwrap();
        assert_eq!(tree.label(), "tree-1.0");
        let nodes = tree.read(&[path("link/file"), path("link"), path("run"), path("sub"), path("run/x")]).unwrap();
        assert_eq!(nodes[0], Node::Absent);
        assert_eq!(nodes[1], Node::File(File::new(Mode::Symlink, *b"sub")));
        assert_eq!(nodes[2], Node::File(File::new(Mode::Executable, *b"#!")));
        assert_eq!(nodes[3], Node::Directory);
        assert_eq!(nodes[4], Node::Absent);
        let names: Vec<_> = tree.list(None).unwrap().into_iter().map(|entry| (entry.name, entry.mode)).collect();
        let expected = [("link", Some(Mode::Symlink)), ("run", Some(Mode::Executable)), ("sub", None)];
        assert_eq!(names, expected.map(|(name, mode)| (name.as_bytes().to_vec(), mode)));
        assert!(tree.list(Some(&path("link"))).unwrap().is_empty());
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = DirectoryTree::open(Path::new("/nothing/here")).unwrap_err();
        assert!(error.to_string().contains("/nothing/here"));
    }
}
