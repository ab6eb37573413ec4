//! Reads a queue that lies in a tree (a git revision, a tarball) without unpacking it.

use bstr::{BString, ByteSlice};

use super::error::QueueError;
use super::load::{LoadOptions, read_patch};
use super::{Queue, QueueForm, QueuePatch};
use crate::patch::series::Series;
use crate::path::RepoPath;
use crate::text::display::terminal;
use crate::tree::{Node, Tree, TreeError};

/// Says why a queue in a tree cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FromTreeError {
    /// The tree.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Reads the queue in a folder of a tree: with `series`, with `.patches`, or all patches by name.
pub fn load(tree: &dyn Tree, folder: &RepoPath, options: &LoadOptions) -> Result<Queue, FromTreeError> {
    let reader = Reader { tree, folder, strip: options.strip.unwrap_or(1) };
    for (form, name) in [(QueueForm::Quilt, "series"), (QueueForm::Electron, ".patches")] {
        if options.form.is_none_or(|wanted| wanted == form)
            && let Some(source) = reader.file(name.as_bytes())?
        {
            return reader.listed(form, name, &source);
        }
    }
    let is_patch = |name: &[u8]| !name.starts_with(b".") && (name.ends_with(b".patch") || name.ends_with(b".diff"));
    let entries = tree.list(Some(folder))?;
    let names = entries.into_iter().filter(|entry| entry.mode.is_some() && is_patch(&entry.name));
    let names: Vec<(Vec<u8>, usize, bool)> = names.map(|entry| (entry.name, reader.strip, false)).collect();
    if names.is_empty() {
        return Err(QueueError::NoQueue { path: reader.shown(), near: None }.into());
    }
    Ok(reader.queue(QueueForm::Folder, None, BString::default(), reader.patches(&names)?))
}

struct Reader<'a> {
    tree: &'a dyn Tree,
    folder: &'a RepoPath,
    strip: usize,
}

impl Reader<'_> {
    fn shown(&self) -> String {
        format!("{}:{}", self.tree.label(), self.folder)
    }

    fn queue(&self, form: QueueForm, list: Option<String>, list_source: BString, patches: Vec<QueuePatch>) -> Queue {
        Queue { form, root: self.shown().into(), list, list_source, aside: BString::default(), patches }
    }

    fn path(&self, name: &[u8]) -> Result<RepoPath, QueueError> {
        let outside = |source| QueueError::Outside { list: self.shown(), line: 1, source };
        self.folder.join(name).map_err(outside)
    }

    fn file(&self, name: &[u8]) -> Result<Option<Vec<u8>>, FromTreeError> {
        match self.tree.read(&[self.path(name)?])?.into_iter().next() {
            Some(Node::File(file)) => Ok(Some(file.data.to_vec())),
            _ => Ok(None),
        }
    }

    fn listed(&self, form: QueueForm, name: &str, source: &[u8]) -> Result<Queue, FromTreeError> {
        let series = if form == QueueForm::Electron { Series::parse_plain(source) } else { Series::parse(source) };
        let series =
            series.map_err(|source| QueueError::Series { list: format!("{}/{name}", self.shown()), source })?;
        let entries =
            series.entries().map(|entry| (entry.name.to_vec(), entry.strip.unwrap_or(self.strip), entry.reverse));
        let patches = self.patches(&entries.collect::<Vec<_>>())?;
        Ok(self.queue(form, Some(name.to_owned()), BString::from(source), patches))
    }

    /// Reads all patches in one batch.
    fn patches(&self, names: &[(Vec<u8>, usize, bool)]) -> Result<Vec<QueuePatch>, FromTreeError> {
        let paths = names.iter().map(|(name, ..)| self.path(name)).collect::<Result<Vec<_>, _>>()?;
        let mut patches = Vec::with_capacity(names.len());
        for ((line, (name, strip, reverse)), node) in (1..).zip(names).zip(self.tree.read(&paths)?) {
            let text = name.to_str().map_err(|_| QueueError::Name { name: terminal(name) })?.to_owned();
            let Node::File(file) = node else {
                return Err(QueueError::Missing { list: self.shown(), line, name: terminal(name), near: None }.into());
            };
            let patch = read_patch(&text, &file.data, *strip, 1)?;
            let source = BString::from(file.data.to_vec());
            patches.push(QueuePatch { name: text, source, patch, strip: *strip, reverse: *reverse, exact: None });
        }
        Ok(patches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::memory::MemoryTree;
    use crate::tree::{File, Mode};

    #[test]
    fn a_series_and_a_plain_folder_are_read() {
        let patch = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n";
        let folder = RepoPath::parse(b"debian/patches").unwrap();
        let tree = |files: &[(&str, &[u8])]| {
            let mut tree = MemoryTree::new("t");
            for (path, data) in files {
                tree.insert(RepoPath::parse(path.as_bytes()).unwrap(), File::new(Mode::Regular, data.to_vec()));
            }
            tree
        };
        let quilt = tree(&[
            ("debian/patches/series", b"# x\nsub/a.patch -p2\n"),
            ("debian/patches/sub/a.patch", b"--- a/s/x\n+++ b/s/x\n@@ -1 +1 @@\n-a\n+b\n"),
        ]);
        let queue = load(&quilt, &folder, &LoadOptions::default()).unwrap();
        assert_eq!(
            (queue.form, queue.patches[0].name.as_str(), queue.patches[0].strip),
            (QueueForm::Quilt, "sub/a.patch", 2)
        );
        let plain = tree(&[
            ("debian/patches/b.patch", patch),
            ("debian/patches/a.diff", patch),
            ("debian/patches/README", b""),
        ]);
        let queue = load(&plain, &folder, &LoadOptions::default()).unwrap();
        let names: Vec<&str> = queue.patches.iter().map(|patch| patch.name.as_str()).collect();
        assert_eq!((queue.form, names), (QueueForm::Folder, vec!["a.diff", "b.patch"]));
        let missing = tree(&[("debian/patches/series", b"gone.patch\n")]);
        assert!(load(&missing, &folder, &LoadOptions::default()).unwrap_err().to_string().contains("gone.patch"));
        assert!(load(&tree(&[]), &folder, &LoadOptions::default()).is_err());
    }
}
