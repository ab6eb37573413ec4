//! Laws over random sets of files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use forebay::rebase::state::{Outside, State};
use forebay::rebase::transaction::{Change, FileWrite, History, run};
use proptest::prelude::*;

use crate::world::{Killer, outside, picture};

type Files = BTreeMap<&'static str, Option<Vec<u8>>>;

const NAMES: [&str; 6] = ["series", "a.patch", "b.patch", "sub/c.patch", "sub/deep/d.patch", "other/e.patch"];

fn files() -> impl Strategy<Value = Files> {
    let content = prop::option::weighted(0.8, prop::collection::vec(any::<u8>(), 0..20));
    prop::collection::btree_map(prop::sample::select(&NAMES[..]), content, 0..6)
}

fn change(root: &Path, files: &Files, history: History) -> Change {
    let mut writes: Vec<FileWrite> =
        files.iter().map(|(name, content)| FileWrite { path: root.join(name), content: content.clone() }).collect();
    let series = writes.iter().position(|write| write.path.ends_with("series"));
    let last = series.map(|place| writes.remove(place));
    Change {
        command: "law".into(),
        root: Some(root.to_path_buf()),
        files: writes,
        last,
        branch: None,
        session: None,
        state_folders: Vec::new(),
        history,
        force: false,
    }
}

fn lay_out(root: &Path, files: &Files) {
    std::fs::create_dir_all(root).unwrap();
    for (name, content) in files {
        if let Some(content) = content {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
    }
}

/// What `first` then `second` over the run's own start must leave (a run that goes on starts from the first content).
fn expected(start: &Files, writes: &Files) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = start.clone();
    all.extend(writes.clone());
    all.into_iter().filter_map(|(name, content)| Some((PathBuf::from(name), content?))).collect()
}

fn contents(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    picture(root).into_iter().filter_map(|(path, (content, _))| Some((path, content?))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn undo_restores_byte_for_byte(start in files(), first in files(), second in files()) {
        let folder = crate::world::folder();
        let root = folder.path().join("queue");
        lay_out(&root, &start);
        let before = picture(folder.path());
        let state = State::open(&folder.path().join(".forebay"), "law", Outside::default()).unwrap();
        run(&state, change(&root, &first, History::Begins("law".into()))).unwrap();
        prop_assert_eq!(contents(&root), expected(&start, &first));
        run(&state, change(&root, &second, History::GoesOn)).unwrap();
        prop_assert_eq!(contents(&root), expected(&start, &second));
        run(&state, change(&root, &Files::new(), History::TakesBack)).unwrap();
        prop_assert_eq!(picture(folder.path()), before);
        prop_assert!(std::fs::read_dir(folder.path().join(".forebay/backup")).map_or(true, |mut all| all.next().is_none()));
    }

    #[test]
    fn a_kill_gives_the_state_before_or_after(start in files(), first in files(), second in files(), at in 0_usize..60, then in 0_usize..20) {
        let folder = crate::world::folder();
        let (root, dir) = (folder.path().join("queue"), folder.path().join(".forebay"));
        lay_out(&root, &start);
        let original = picture(folder.path());
        let state = State::open(&dir, "law", Outside::default()).unwrap();
        run(&state, change(&root, &first, History::Begins("law".into()))).unwrap();
        drop(state);
        let before = contents(&root);
        let killer = Killer::at(at);
        let watch = killer.watch();
        let _ = run(&State::open(&dir, "law", outside(&watch)).unwrap(), change(&root, &second, History::GoesOn));
        let killer = Killer::at(then);
        let _ = State::open(&dir, "law", outside(&killer.watch()));
        let state = State::open(&dir, "law", Outside::default()).unwrap();
        let found = contents(&root);
        prop_assert!(found == before || found == expected(&start, &second));
        run(&state, change(&root, &Files::new(), History::TakesBack)).unwrap();
        prop_assert_eq!(picture(folder.path()), original);
    }
}
