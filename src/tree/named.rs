//! A tree under another name: the release that a person asked for, where the file it lies in is called otherwise.

use crate::path::RepoPath;
use crate::tree::survey::{Listing, Pick, Visitor};
use crate::tree::{Entry, Identity, Node, Revision, Tree, TreeError};

/// A tree with its own label.
pub struct NamedTree {
    tree: Box<dyn Tree>,
    label: String,
}

impl NamedTree {
    /// The same tree, called `name` in reports.
    pub fn new(tree: Box<dyn Tree>, name: &str) -> Self {
        Self { tree, label: crate::text::display::terminal(name.as_bytes()) }
    }
}

impl Tree for NamedTree {
    fn label(&self) -> &str {
        &self.label
    }

    fn read(&self, paths: &[RepoPath]) -> Result<Vec<Node>, TreeError> {
        self.tree.read(paths)
    }

    fn list(&self, folder: Option<&RepoPath>) -> Result<Vec<Entry>, TreeError> {
        self.tree.list(folder)
    }

    fn is_random_access(&self) -> bool {
        self.tree.is_random_access()
    }

    fn survey(&self, visitor: &dyn Visitor) -> Result<Listing, TreeError> {
        self.tree.survey(visitor)
    }

    fn visit(&self, files: Vec<Pick>, visitor: &dyn Visitor) -> Result<(), TreeError> {
        self.tree.visit(files, visitor)
    }

    fn revision(&self) -> Option<Revision> {
        self.tree.revision()
    }

    fn ids(&self, paths: &[RepoPath]) -> Result<Vec<Option<Identity>>, TreeError> {
        self.tree.ids(paths)
    }
}
