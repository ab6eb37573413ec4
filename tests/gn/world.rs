//! Trees for the tests: files in memory, and the same ones on disk for the reference program.

use std::collections::BTreeMap;
use std::sync::Arc;

use forebay::gn::{self, Build, Roots, Settings, Sources};
use forebay::path::RepoPath;

/// A tree made of files in memory.
#[derive(Debug, Default)]
pub(crate) struct World(pub(crate) BTreeMap<Vec<u8>, Arc<[u8]>>);

impl World {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| (path.as_bytes().to_vec(), text.as_bytes().into())).collect())
    }

    pub(crate) fn with(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.as_bytes().to_vec(), text.as_bytes().into());
        self
    }

    pub(crate) fn load(&self, settings: &Settings, roots: &[&str]) -> Build {
        let files: Vec<RepoPath> = self.0.keys().map(|path| RepoPath::parse(path).expect("a path")).collect();
        let labels = roots.iter().map(|root| (*root).to_owned()).collect();
        gn::load(self, settings, &Roots { labels, files: &files })
    }
}

impl Sources for World {
    fn read(&self, path: &RepoPath) -> Option<Arc<[u8]>> {
        self.0.get(path.as_bytes()).cloned()
    }

    fn exists(&self, path: &RepoPath) -> bool {
        let below = [path.as_bytes(), b"/"].concat();
        self.0.keys().any(|known| known == path.as_bytes() || known.starts_with(&below))
    }
}

/// A root with a build config and a toolchain, to which tests add files.
pub(crate) fn small() -> World {
    World::new(&[
        (".gn", "buildconfig = \"//BUILDCONFIG.gn\"\n"),
        ("BUILDCONFIG.gn", "set_default_toolchain(\"//tc:main\")\n"),
        ("tc/BUILD.gn", "toolchain(\"main\") {\n}\n"),
    ])
}
