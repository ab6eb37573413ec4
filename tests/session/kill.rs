//! Kills at every step of the journal.

use std::path::Path;
use std::process::Command;

use forebay::rebase::journal::BranchRecord;
use forebay::rebase::session;
use forebay::rebase::state::Outside;
use forebay::rebase::status;

use crate::world::{Killer, Picture, World, outside, picture};

/// The pictures between which every kill must choose.
fn before_and_after(prepare: impl Fn(&World), act: impl Fn(&World, Outside<'_>)) -> (Picture, Picture) {
    let world = World::new();
    prepare(&world);
    let before = picture(world.root());
    act(&world, Outside::default());
    (before, picture(world.root()))
}

/// Kills `act` before its first step, its second and so on until it gets through; after each, recovery (killed at every
/// step too where `again` says so) must give the state before or the one after, and abort or undo the very first one.
fn kill_everywhere(
    prepare: impl Fn(&World) + Copy,
    act: impl Fn(&World, Outside<'_>) -> bool + Copy,
    again: bool,
) -> usize {
    let first = picture(World::new().root());
    let (before, after) = before_and_after(prepare, |world, outside| assert!(act(world, outside)));
    assert_ne!(before, after);
    for number in 0.. {
        let world = World::new();
        prepare(&world);
        let killer = Killer::at(number);
        if act(&world, outside(&killer.watch())) {
            return number;
        }
        let report = status::look(&world.dir()).unwrap();
        let untouched = picture(world.root()) == before;
        assert!(
            report.interrupted.is_some() || untouched || picture(world.root()) == after,
            "step {number} is explained"
        );
        for second in (0..).take_while(|_| again) {
            let killer = Killer::at(second);
            if forebay::rebase::state::State::open(&world.dir(), "test", outside(&killer.watch())).is_ok() {
                break;
            }
        }
        let state = world.state();
        let recovered = picture(world.root());
        match state.recovered() {
            Some(recovery) if recovery.finished => assert_eq!(recovered, after, "step {number}"),
            Some(_) => assert_eq!(recovered, before, "step {number}"),
            None => assert!(recovered == before || recovered == after, "step {number}"),
        }
        drop(state);
        assert!(status::look(&world.dir()).unwrap().interrupted.is_none());
        if session::load(&world.dir()).unwrap().is_some() {
            session::abort(&world.state(), false).unwrap();
        } else if recovered != first {
            session::undo(&world.state(), false).unwrap();
        }
        assert_eq!(picture(world.root()), first, "step {number}");
    }
    unreachable!("the loop ends when the command gets through")
}

fn nothing(_: &World) {}

fn begun(world: &World) {
    world.rebase(Outside::default(), None).unwrap();
    std::fs::write(world.edit_file("002-b"), "done\n").unwrap();
}

fn done(world: &World) {
    begun(world);
    world.go_on(Outside::default()).unwrap();
    world.skip(None, "no").unwrap();
}

#[test]
fn rebase_in_place() {
    let steps = kill_everywhere(nothing, |world, outside| world.rebase(outside, None).is_ok(), true);
    assert!(steps > 15, "{steps} steps were killed");
}

#[test]
fn rebase_into_a_new_folder() {
    kill_everywhere(nothing, |world, outside| world.rebase(outside, Some("new/out")).is_ok(), true);
}

#[test]
fn continuing() {
    kill_everywhere(begun, |world, outside| world.go_on(outside).is_ok(), true);
}

#[test]
fn aborting() {
    let abort = |world: &World, outside: Outside<'_>| {
        forebay::rebase::state::State::open(&world.dir(), "abort", outside)
            .and_then(|state| session::abort(&state, false))
            .is_ok()
    };
    kill_everywhere(begun, abort, false);
}

#[test]
fn undoing() {
    let undo = |world: &World, outside: Outside<'_>| {
        forebay::rebase::state::State::open(&world.dir(), "undo", outside)
            .and_then(|state| session::undo(&state, false))
            .is_ok()
    };
    kill_everywhere(done, undo, false);
}

#[test]
fn continue_after_a_killed_continue_reaches_the_same_end() {
    let (_, wanted) = before_and_after(begun, |world, outside| drop(world.go_on(outside).unwrap()));
    for number in 0.. {
        let world = World::new();
        begun(&world);
        if world.go_on(outside(&Killer::at(number).watch())).is_ok() {
            return;
        }
        let open = |world: &World| status::look(&world.dir()).unwrap().open.map_or(0, |open| open.patches.len());
        drop(world.state());
        if open(&world) == 2 {
            world.go_on(Outside::default()).unwrap();
        }
        assert_eq!((picture(world.root()), open(&world)), (wanted.clone(), 1), "step {number}");
    }
}

/// The child of the next test: kills itself for good before a step.
#[test]
#[ignore = "started by `a_real_kill_leaves_no_mixture` with its environment"]
fn child() {
    let folder = std::env::var("FOREBAY_TEST_FOLDER").unwrap();
    let mut left: usize = std::env::var("FOREBAY_TEST_KILL").unwrap().parse().unwrap();
    let left = std::cell::RefCell::new(&mut left);
    let watch = |_| {
        if **left.borrow() == 0 {
            let _ = Command::new("kill").args(["-9", &std::process::id().to_string()]).status();
        }
        **left.borrow_mut() -= 1;
        std::ops::ControlFlow::Continue(())
    };
    crate::world::rebase_in(Path::new(&folder), outside(&watch), None).unwrap();
}

#[test]
fn a_real_kill_leaves_no_mixture() {
    use std::os::unix::process::ExitStatusExt as _;
    let (before, after) = before_and_after(nothing, |world, outside| drop(world.rebase(outside, None).unwrap()));
    let mut killed = 0;
    for number in 0.. {
        let world = World::new();
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::child", "--ignored", "--quiet"])
            .env("FOREBAY_TEST_FOLDER", world.root())
            .env("FOREBAY_TEST_KILL", number.to_string())
            .output()
            .unwrap()
            .status;
        if status.success() {
            break;
        }
        assert_eq!(status.signal(), Some(9), "step {number}");
        killed += 1;
        let state = world.state();
        let finished = state.recovered().is_some_and(|recovery| recovery.finished);
        let found = picture(world.root());
        assert!(
            found == if finished { after.clone() } else { before.clone() }
                || (state.recovered().is_none() && found == after)
        );
    }
    assert!(killed > 15, "{killed} kills");
}

/// A branch in memory.
struct OneBranch(std::cell::RefCell<Option<String>>);

impl forebay::rebase::state::Branches for OneBranch {
    fn set(&self, branch: &BranchRecord, to: Option<&str>) -> Result<(), String> {
        assert_eq!(branch.name, "refs/heads/rebased");
        *self.0.borrow_mut() = to.map(Into::into);
        Ok(())
    }
}

#[test]
fn a_branch_moves_with_the_files_or_not_at_all() {
    use forebay::rebase::state::State;
    use forebay::rebase::transaction::{self, Change, FileWrite, History};
    for number in 0.. {
        let world = World::new();
        let before = picture(world.root());
        let branches = OneBranch(std::cell::RefCell::new(Some("old".into())));
        let killer = Killer::at(number);
        let watch = killer.watch();
        let change = Change {
            command: "rebase".into(),
            root: Some(world.queue()),
            files: vec![FileWrite { path: world.queue().join("a.patch"), content: Some(b"new\n".to_vec()) }],
            last: None,
            branch: Some(BranchRecord {
                repository: ".".into(),
                name: "refs/heads/rebased".into(),
                before: Some("old".into()),
                after: Some("new".into()),
            }),
            session: None,
            state_folders: Vec::new(),
            history: History::Begins("rebase".into()),
            force: false,
        };
        let killed = State::open(&world.dir(), "rebase", Outside { branches: &branches, watch: &watch })
            .and_then(|state| transaction::run(&state, change))
            .is_err();
        let quiet = Outside { branches: &branches, ..Outside::default() };
        let state = State::open(&world.dir(), "undo", quiet).unwrap();
        let moved = branches.0.borrow().as_deref() == Some("new");
        assert_eq!(moved, picture(world.root()) != before, "step {number}");
        if moved {
            session::undo(&state, false).unwrap();
        }
        assert_eq!((picture(world.root()), branches.0.borrow().as_deref()), (before, Some("old")), "step {number}");
        if !killed {
            return;
        }
    }
}
