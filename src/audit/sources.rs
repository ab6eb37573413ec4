//! The tree as the GN language sees it: build files as the scan read them, anything else on demand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::audit::layout::Layout;
use crate::audit::scan::Scan;
use crate::gn::Sources;
use crate::path::RepoPath;
use crate::tree::{Mode, Node, Tree};

/// A scanned tree.
pub struct Scanned<'a> {
    tree: &'a dyn Tree,
    scan: &'a Scan,
    layout: &'a Layout<'a>,
    /// Other files that were asked for.
    more: Mutex<HashMap<RepoPath, Option<Arc<[u8]>>>>,
}

impl<'a> Scanned<'a> {
    /// The tree of a scan.
    pub fn new(tree: &'a dyn Tree, scan: &'a Scan, layout: &'a Layout<'a>) -> Self {
        Self { tree, scan, layout, more: Mutex::default() }
    }

    /// Reads files that the scan did not hold, in one batch; what cannot be read is as if it were not there.
    pub fn read_all(&self, paths: &[RepoPath]) -> Vec<Option<Arc<[u8]>>> {
        let nodes = self.tree.read(paths).unwrap_or_default();
        let content = |node| match node {
            Node::File(file) if matches!(file.mode, Mode::Regular | Mode::Executable) => Some(file.data),
            _ => None,
        };
        let mut found: Vec<_> = nodes.into_iter().map(content).collect();
        found.resize(paths.len(), None);
        found
    }
}

impl Sources for Scanned<'_> {
    fn read(&self, path: &RepoPath) -> Option<Arc<[u8]>> {
        if let Some(text) = self.scan.build.get(path.as_bytes()) {
            return Some(Arc::clone(text));
        }
        if !self.exists(path) {
            return None;
        }
        if let Some(known) = self.more.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return known.clone();
        }
        let found = self.read_all(std::slice::from_ref(path)).into_iter().next().flatten();
        self.more.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), found.clone());
        found
    }

    fn exists(&self, path: &RepoPath) -> bool {
        self.layout.has(path.as_bytes())
    }
}
