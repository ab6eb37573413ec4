//! A survey shows the same files, whatever the tree is made of.

use std::collections::BTreeMap;
use std::sync::Mutex;

use forebay::tree::survey::{Head, Stamp, Visitor};
use forebay::tree::{Mode, ObjectId, Tree};

use super::Files;

/// A file's leading bytes, its size and its stamp.
type Seen = (Vec<u8>, u64, Option<Stamp>);

/// Wants two bytes of every file but those that end in `.c`, and remembers what it saw.
#[derive(Default)]
struct Watcher {
    seen: Mutex<BTreeMap<Vec<u8>, Seen>>,
    known: BTreeMap<Vec<u8>, Stamp>,
}

impl Visitor for Watcher {
    fn wants(&self, path: &[u8]) -> Option<usize> {
        (!path.ends_with(b".c")).then_some(2)
    }

    fn knows(&self, path: &[u8], stamp: Stamp) -> bool {
        self.known.get(path) == Some(&stamp)
    }

    fn file(&self, path: &[u8], stamp: Option<Stamp>, content: Result<Head<'_>, String>) {
        let head = content.unwrap();
        let before = self.seen.lock().unwrap().insert(path.to_vec(), (head.bytes.to_vec(), head.size, stamp));
        assert_eq!(before, None, "a file was shown twice");
    }

    fn restart(&self) {
        self.seen.lock().unwrap().clear();
    }
}

pub(crate) fn assert_same(tree: &dyn Tree, files: &Files, what: &str) {
    let watcher = Watcher::default();
    let listing = tree.survey(&watcher).unwrap();
    let mut listed = Vec::new();
    for folder in &listing.folders {
        for entry in folder.entries.iter().filter(|entry| entry.mode.is_some()) {
            let path = [&folder.path[..], &entry.name[..]].join(&b'/');
            listed.push((String::from_utf8(path).unwrap().trim_start_matches('/').to_owned(), entry.mode));
        }
    }
    listed.sort();
    let plain = |mode: Mode| if mode == Mode::Executable { Mode::Regular } else { mode };
    let expected: Vec<_> = files.iter().map(|(name, (mode, _))| (name.clone(), Some(plain(*mode)))).collect();
    let found: Vec<_> = listed.into_iter().map(|(name, mode)| (name, mode.map(plain))).collect();
    assert_eq!(found, expected, "{what}");
    let seen = watcher.seen.into_inner().unwrap();
    let wanted = files.iter().filter(|(name, (mode, _))| !name.as_bytes().ends_with(b".c") && *mode != Mode::Symlink);
    let expected: BTreeMap<_, _> = wanted
        .map(|(name, (_, content))| {
            (name.clone().into_bytes(), (content[..content.len().min(2)].to_vec(), content.len() as u64))
        })
        .collect();
    let heads: BTreeMap<_, _> =
        seen.iter().map(|(path, (bytes, size, _))| (path.clone(), (bytes.clone(), *size))).collect();
    assert_eq!(heads, expected, "{what}");
    for (path, (_, _, stamp)) in &seen {
        if let Some(Stamp::Id(id)) = stamp {
            let content = &files[std::str::from_utf8(path).unwrap()].1;
            assert_eq!(*id, ObjectId::of_blob(content), "{what}");
        }
    }
    let known: BTreeMap<_, _> = seen.into_iter().filter_map(|(path, (_, _, stamp))| Some((path, stamp?))).collect();
    let again = Watcher { known, ..Watcher::default() };
    assert_eq!(tree.survey(&again).unwrap(), listing, "{what}");
    assert!(again.seen.into_inner().unwrap().is_empty(), "{what}: a known file was read again");
}
