//! Which licences the licence files of components hold; each text is recognised once, and remembered by its content.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::audit::facts::Fact;
use crate::audit::scan::Scan;
use crate::io::{cache, walk};
use crate::license::{self, How};
use crate::path::RepoPath;
use crate::tree::{Node, ObjectId, Tree, TreeError};

/// How much of a licence file is recognised; lists of every licence of a product are longer and are nobody's own.
pub const LIMIT: usize = 256 << 10;

/// What a licence file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognised {
    /// The SPDX expression of all of it.
    pub spdx: String,
    /// The ids in it.
    pub ids: BTreeSet<String>,
    /// How alike texts and file are, in percent; of several the least.
    pub percent: u8,
    /// True where a whole text was found and not only a notice.
    pub whole: bool,
    /// The git id of the file; kept beside the row, not in it.
    #[serde(skip)]
    pub id: Option<ObjectId>,
}

/// Counts up with every change of how licences are recognised.
const VERSION: u32 = 1;

#[derive(Default, Serialize, Deserialize)]
struct Remembered {
    version: (String, u32),
    rows: BTreeMap<ObjectId, Option<Recognised>>,
}

fn version() -> (String, u32) {
    (env!("CARGO_PKG_VERSION").to_owned(), VERSION)
}

fn file(folder: &Path) -> PathBuf {
    folder.join("audit").join("licenses")
}

/// Recognises the files at `wanted`; a path that holds no licence text known to us is left out.
pub fn recognise(
    tree: &dyn Tree,
    scan: &Scan,
    wanted: &BTreeSet<Vec<u8>>,
    folder: Option<&Path>,
) -> Result<BTreeMap<Vec<u8>, Recognised>, TreeError> {
    let loaded = folder.and_then(|folder| cache::load(&file(folder)));
    let loaded: Option<Remembered> = loaded.and_then(|bytes| postcard::from_bytes(&bytes).ok());
    let mut remembered = loaded.filter(|remembered| remembered.version == version()).unwrap_or_default();
    remembered.version = version();
    let mut ids: BTreeMap<&Vec<u8>, ObjectId> = BTreeMap::new();
    let mut texts: BTreeMap<ObjectId, Arc<[u8]>> = BTreeMap::new();
    let mut unread: Vec<&Vec<u8>> = Vec::new();
    for path in wanted {
        match id_of(scan, path) {
            Some(id) => {
                ids.insert(path, id);
                if remembered.rows.contains_key(&id) {
                    continue;
                }
                match scan.texts.get(path) {
                    Some(text) => drop(texts.insert(id, Arc::clone(text))),
                    None => unread.push(path),
                }
            }
            None => unread.push(path),
        }
    }
    read(tree, &unread, &mut ids, &mut texts)?;
    texts.retain(|id, _| !remembered.rows.contains_key(id));
    let fresh: Vec<(ObjectId, Arc<[u8]>)> = texts.into_iter().collect();
    let found = Mutex::new(BTreeMap::new());
    walk::each(&fresh, |(id, text), _| {
        let recognised = one(text);
        found.lock().unwrap_or_else(PoisonError::into_inner).insert(*id, recognised);
    });
    remembered.rows.extend(found.into_inner().unwrap_or_else(PoisonError::into_inner));
    if let Some(folder) = folder.filter(|_| !fresh.is_empty()) {
        cache::store(&file(folder), postcard::to_stdvec(&remembered).unwrap_or_default());
    }
    let row = |(path, id): (&Vec<u8>, ObjectId)| {
        let known = remembered.rows.get(&id)?.clone()?;
        Some((path.clone(), Recognised { id: Some(id), ..known }))
    };
    Ok(ids.into_iter().filter_map(row).collect())
}

fn id_of(scan: &Scan, path: &[u8]) -> Option<ObjectId> {
    scan.facts.get(path)?.iter().find_map(|fact| match fact {
        Fact::Text(id) => Some(*id),
        _ => None,
    })
}

/// Reads files that the scan did not keep: named by metadata and of an unusual name, or known from an earlier run.
fn read<'w>(
    tree: &dyn Tree,
    paths: &[&'w Vec<u8>],
    ids: &mut BTreeMap<&'w Vec<u8>, ObjectId>,
    texts: &mut BTreeMap<ObjectId, Arc<[u8]>>,
) -> Result<(), TreeError> {
    let paths: Vec<(&'w Vec<u8>, RepoPath)> =
        paths.iter().filter_map(|path| Some((*path, RepoPath::parse(path).ok()?))).collect();
    let asked: Vec<RepoPath> = paths.iter().map(|(_, path)| path.clone()).collect();
    if asked.is_empty() {
        return Ok(());
    }
    for ((path, _), node) in paths.iter().zip(tree.read(&asked)?) {
        if let Node::File(file) = node
            && file.data.len() <= LIMIT
        {
            let id = ObjectId::of_blob(&file.data);
            ids.insert(path, id);
            texts.insert(id, file.data);
        }
    }
    Ok(())
}

fn one(text: &[u8]) -> Option<Recognised> {
    let found = license::recognize(text);
    let expression = license::expression_of(&found)?;
    let whole: Vec<u8> = found.iter().filter(|one| one.how == How::Text).map(|one| one.percent).collect();
    Some(Recognised {
        spdx: expression.to_string(),
        ids: expression.ids().into_iter().map(str::to_owned).collect(),
        percent: found.iter().map(|one| one.percent).min().unwrap_or(0),
        whole: !whole.is_empty(),
        id: None,
    })
}
