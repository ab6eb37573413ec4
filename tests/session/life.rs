//! A session from begin to undo.

use forebay::rebase::session;
use forebay::rebase::state::Outside;
use forebay::rebase::state_error::StateError;
use forebay::rebase::status::{self, FileState};

use crate::world::{World, picture};

fn read(path: &std::path::Path) -> String {
    String::from_utf8(std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn conflict_day() {
    let world = World::new();
    let before = picture(world.root());
    let standing = world.rebase(Outside::default(), None).unwrap();
    assert_eq!(standing.open.iter().map(|open| open.folder.as_str()).collect::<Vec<_>>(), ["002-b", "004-d"]);
    assert_eq!((standing.written.replaced, standing.written.created), (3, 0), "a, c and the series");
    assert_eq!(
        read(&world.queue().join("series")),
        "# queue\na.patch\n# conflict: b.patch\nsub/c.patch\n# conflict: d.patch\n"
    );
    assert_eq!(read(&world.queue().join("b.patch")), "patch b\n");

    let report = status::look(&world.dir()).unwrap();
    let open = report.open.unwrap();
    assert_eq!(open.patches[0].files[0].state, FileState::Markers(vec![2, 4, 6, 8]));
    assert_eq!(open.patches[0].files[0].place, "conflicts/002-b/edit/src/b.c");
    assert_eq!(report.next, ["forebay continue", "forebay skip", "forebay abort"]);
    assert!(matches!(world.rebase(Outside::default(), None), Err(StateError::Open { open: 2 })));

    let error = world.go_on(Outside::default()).unwrap_err();
    assert_eq!(error.to_string(), "conflict markers are left in `b.patch`: src/b.c:2 (4 lines)");
    assert!(error.waits_for_a_person());

    std::fs::write(world.edit_file("002-b"), "top\nnew and more\nend\n").unwrap();
    std::fs::write(world.edit_file("004-d"), "top\nmine\nend\n").unwrap();
    let standing = world.go_on(Outside::default()).unwrap();
    assert_eq!(standing.open.len(), 1);
    assert!(standing.next_is_ready, "the edit of d was carried over");
    assert_eq!(read(&world.queue().join("b.patch")), "resolved b.patch\ntop\nnew and more\nend\n");

    let standing = world.go_on(Outside::default()).unwrap();
    assert!(standing.open.is_empty());
    assert_eq!(read(&world.queue().join("series")), "# queue\na.patch\nb.patch\nsub/c.patch\nd.patch\n");
    let report = status::look(&world.dir()).unwrap();
    assert_eq!((report.open.is_none(), report.undo), (true, Some(("rebase of `patches` onto `v2`".into(), 4))));
    assert!(!world.dir().join("conflicts").exists() && !world.dir().join("queue").exists());

    session::undo(&world.state(), false).unwrap();
    assert_eq!(picture(world.root()), before);
    assert!(matches!(session::undo(&world.state(), false), Err(StateError::NothingToUndo)));
}

#[test]
fn abort_after_continue_restores_everything() {
    for out in [None, Some("made/here")] {
        let world = World::new();
        let before = picture(world.root());
        world.rebase(Outside::default(), out).unwrap();
        std::fs::write(world.edit_file("002-b"), "done\n").unwrap();
        world.go_on(Outside::default()).unwrap();
        if out.is_some() {
            assert_eq!(std::fs::read(world.queue().join("a.patch")).unwrap(), b"patch a\n", "the input is left alone");
            assert!(world.root().join("made/here/sub/c.patch").exists());
        }
        session::abort(&world.state(), false).unwrap();
        assert_eq!(picture(world.root()), before);
        assert!(matches!(session::abort(&world.state(), false), Err(StateError::NoSession)));
        assert!(matches!(world.go_on(Outside::default()), Err(StateError::NoSession)));
        assert!(world.dir().join("conflicts.old").exists(), "edits are not thrown away");
    }
}

#[test]
fn skip_takes_the_current_or_the_named_one() {
    let world = World::new();
    world.rebase(Outside::default(), None).unwrap();
    let error = world.skip(Some("c.patch"), "x").unwrap_err();
    assert_eq!(error.hint().unwrap(), "waiting: b.patch, d.patch");
    assert!(matches!(world.skip(Some(".patch"), "x"), Err(StateError::UnknownPatch { .. })));
    let standing = world.skip(Some("d.patch"), "obsolete").unwrap();
    assert_eq!(standing.open.len(), 1);
    let open = status::look(&world.dir()).unwrap().open.unwrap();
    assert_eq!(open.decided, [("d.patch".to_owned(), Some("obsolete".to_owned()))]);
    assert!(world.skip(None, "too").unwrap().open.is_empty());
    assert_eq!(read(&world.queue().join("d.patch")), "patch d\n", "a skipped patch keeps its file");
}

#[test]
fn files_edited_meanwhile_are_named_and_kept() {
    let world = World::new();
    world.rebase(Outside::default(), None).unwrap();
    std::fs::write(world.queue().join("a.patch"), "by hand\n").unwrap();
    std::fs::write(world.edit_file("002-b"), "done\n").unwrap();
    for error in [world.go_on(Outside::default()).unwrap_err(), session::abort(&world.state(), false).unwrap_err()] {
        assert!(matches!(&error, StateError::Edited { paths } if paths.len() == 1), "{error}");
        assert!(error.to_string().contains("patches/a.patch"), "{error}");
    }
    assert_eq!(read(&world.queue().join("a.patch")), "by hand\n");
    let written = session::abort(&world.state(), true).unwrap();
    assert_eq!(read(&world.queue().join("a.patch")), "patch a\n");
    assert_eq!(read(&written.rescued[0].1), "by hand\n");
}

#[test]
fn an_edit_survives_when_the_conflict_changes() {
    let folder = crate::world::folder();
    let (first, second) = (folder.path().join("1"), folder.path().join("2"));
    let mut outcome = crate::world::engine(&forebay::rebase::outcome::Decisions::new());
    forebay::rebase::workspace::write(&first, &folder.path().join("none"), &outcome).unwrap();
    std::fs::write(first.join("002-b/edit/src/b.c"), "mine\n").unwrap();
    std::fs::remove_file(first.join("004-d/edit/src/d.c")).unwrap();
    outcome.patches[1].conflicts = vec![crate::world::conflict("src/b.c", "moved\n")];
    let open = forebay::rebase::workspace::write(&second, &first, &outcome).unwrap();
    assert!(read(&second.join("002-b/edit/src/b.c")).starts_with("moved\n"));
    assert_eq!(read(&second.join("002-b/before/src/b.c")), "mine\n");
    assert!(open[0].files[0].has_before && read(&second.join("002-b/README.txt")).contains("before/src/b.c"));
    assert!(!second.join("004-d/edit/src/d.c").exists(), "a deletion is an edit too");
}
