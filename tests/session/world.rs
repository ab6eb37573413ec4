//! A queue on disk, an engine that a test can read, and pictures of folders.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use forebay::path::RepoPath;
use forebay::rebase::outcome::{Decision, Decisions, FileConflict, Learned, Outcome, PatchOutcome};
use forebay::rebase::report::{PatchReport, RebaseReport, SCHEMA, Summary, Verdict};
use forebay::rebase::session;
use forebay::rebase::session::{Given, Next, Run, Standing};
use forebay::rebase::state::{NoBranches, Outside, State};
use forebay::rebase::state_error::StateError;
use forebay::rebase::transaction::{FileWrite, Step};
use forebay::tree::{File, Mode};

/// Every file and folder below a folder but `.forebay`, with content and mode.
pub(crate) type Picture = BTreeMap<PathBuf, (Option<Vec<u8>>, u32)>;

pub(crate) fn picture(folder: &Path) -> Picture {
    let mut found = Picture::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(next) = todo.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap() == ".forebay" {
                continue;
            }
            let about = std::fs::symlink_metadata(&path).unwrap();
            let content = about.is_file().then(|| std::fs::read(&path).unwrap());
            if about.is_dir() {
                todo.push(path.clone());
            }
            let name = path.strip_prefix(folder).unwrap().to_path_buf();
            found.insert(name, (content, about.permissions().mode() & 0o7777));
        }
    }
    found
}

/// A folder in memory where the system has one: hundreds of kills with a sync at every step are slow on a disk.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// A project with a queue of four patches; `b` and `d` conflict until they are decided.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) const SERIES: &[u8] = b"# queue\na.patch\nb.patch\nsub/c.patch\nd.patch\n";

impl World {
    pub(crate) fn new() -> Self {
        let world = Self { folder: folder() };
        std::fs::create_dir_all(world.queue().join("sub")).unwrap();
        for (name, bytes) in input() {
            std::fs::write(world.queue().join(name), bytes).unwrap();
        }
        std::fs::set_permissions(world.queue().join("sub/c.patch"), std::fs::Permissions::from_mode(0o600)).unwrap();
        world
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn queue(&self) -> PathBuf {
        self.root().join("patches")
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.root().join(".forebay")
    }

    pub(crate) fn state(&self) -> State<'static> {
        State::open(&self.dir(), "test", Outside::default()).unwrap()
    }

    pub(crate) fn edit_file(&self, patch: &str) -> PathBuf {
        self.dir().join("conflicts").join(patch).join("edit/src").join(if patch.ends_with('b') { "b.c" } else { "d.c" })
    }

    /// `rebase` as the shell will do it.
    pub(crate) fn rebase(&self, outside: Outside<'_>, out: Option<&str>) -> Result<Standing, StateError> {
        rebase_in(self.root(), outside, out)
    }

    fn advance(&self, state: &State<'_>, command: &str, next: Next) -> Result<Standing, StateError> {
        let copied = next.input.as_ref().expect("the input is kept");
        let kept = picture(copied);
        assert_eq!(kept[Path::new("series")].0.as_deref(), Some(SERIES), "reruns see the original queue");
        let outcome = engine(&next.decisions);
        let root = self.root().join(next.given.out.as_deref().unwrap_or("patches"));
        session::advance(state, run(command, &root, next.given, next.decisions, &outcome))
    }

    /// `continue`.
    pub(crate) fn go_on(&self, outside: Outside<'_>) -> Result<Standing, StateError> {
        let state = State::open(&self.dir(), "forebay continue", outside)?;
        let next = session::resolve_current(&state, false)?;
        self.advance(&state, "continue", next)
    }

    /// `skip`.
    pub(crate) fn skip(&self, patch: Option<&str>, reason: &str) -> Result<Standing, StateError> {
        let state = self.state();
        let next = session::skip(&state, patch, reason)?;
        self.advance(&state, "skip", next)
    }
}

/// `rebase` as the shell will do it.
pub(crate) fn rebase_in(root: &Path, outside: Outside<'_>, out: Option<&str>) -> Result<Standing, StateError> {
    let state = State::open(&root.join(".forebay"), "forebay rebase", outside)?;
    let outcome = engine(&Decisions::new());
    let given = Given { queue: "patches".into(), onto: "v2".into(), out: out.map(Into::into), ..Given::default() };
    session::begin(&state, run("rebase", &root.join(out.unwrap_or("patches")), given, Decisions::new(), &outcome))
}

pub(crate) fn input() -> Vec<(&'static str, &'static [u8])> {
    vec![
        ("series", SERIES),
        ("a.patch", b"patch a\n"),
        ("b.patch", b"patch b\n"),
        ("sub/c.patch", b"patch c\n"),
        ("d.patch", b"patch d\n"),
    ]
}

fn run<'a>(command: &'a str, root: &Path, given: Given, decisions: Decisions, outcome: &'a Outcome) -> Run<'a> {
    let mut series = String::from("# queue\n");
    let mut files = Vec::new();
    for patch in &outcome.patches {
        let comment = if patch.written.is_some() { "" } else { "# conflict: " };
        series.extend([comment, &patch.name, "\n"]);
        let kept = input().into_iter().find(|(name, _)| *name == patch.name).unwrap().1;
        let content = patch.written.clone().unwrap_or_else(|| kept.to_vec());
        files.push(FileWrite { path: root.join(&patch.name), content: Some(content) });
    }
    Run {
        command,
        given,
        decisions,
        outcome,
        input: input().into_iter().map(|(name, bytes)| (path(name), bytes.to_vec())).collect(),
        root: root.to_path_buf(),
        files,
        last: Some(FileWrite { path: root.join("series"), content: Some(series.into_bytes()) }),
        branch: None,
        force: false,
    }
}

pub(crate) fn path(text: &str) -> RepoPath {
    RepoPath::parse(text.as_bytes()).unwrap()
}

pub(crate) fn file(text: &str) -> File {
    File { mode: Mode::Regular, data: text.as_bytes().into() }
}

/// A stand-in for the engine with the same habits: whole queue, pure.
pub(crate) fn engine(decisions: &Decisions) -> Outcome {
    let patches: Vec<PatchOutcome> =
        ["a.patch", "b.patch", "sub/c.patch", "d.patch"].map(|name| patch(name, decisions)).into();
    let rows = patches.iter().map(|patch| PatchReport {
        name: patch.name.clone(),
        verdict: if patch.conflicts.is_empty() { Verdict::Refreshed } else { Verdict::Conflict },
        grade: None,
        reason: "because".into(),
        lossy: false,
        findings: Vec::new(),
        files: Vec::new(),
    });
    let report = RebaseReport {
        schema: SCHEMA.into(),
        package: String::new(),
        from: None,
        onto: "v2".into(),
        summary: Summary::default(),
        patches: rows.collect(),
    };
    Outcome { report, patches }
}

fn patch(name: &str, decisions: &Decisions) -> PatchOutcome {
    let mut patch = PatchOutcome {
        name: name.into(),
        written: None,
        changes: Vec::new(),
        conflicts: Vec::new(),
        learned: Learned::default(),
    };
    match (name, decisions.get(name)) {
        (_, Some(Decision::Skip(_))) => {}
        (_, Some(Decision::Resolved(files))) => {
            let mut text = format!("resolved {name}\n").into_bytes();
            for content in files.values().flatten() {
                text.extend_from_slice(&content.data);
            }
            patch.written = Some(text);
        }
        ("b.patch", None) => patch.conflicts.push(conflict("src/b.c", "")),
        ("d.patch", None) => patch.conflicts.push(conflict("src/d.c", "")),
        (name, None) => patch.written = Some(format!("refreshed {name}\n").into_bytes()),
    }
    patch
}

pub(crate) fn conflict(name: &str, head: &str) -> FileConflict {
    let merged =
        format!("{head}top\n<<<<<<< ours\nnew\n||||||| base\nold\n=======\nold and more\n>>>>>>> theirs\nend\n");
    FileConflict {
        path: path(name),
        base: Some(file(&format!("{head}top\nold\nend\n"))),
        ours: Some(file(&format!("{head}top\nnew\nend\n"))),
        theirs: Some(file(&format!("{head}top\nold and more\nend\n"))),
        merged: Some(file(&merged)),
        hunks: vec![1],
        note: String::new(),
    }
}

/// Stops before the step of this number.
pub(crate) struct Killer {
    left: Cell<usize>,
    pub(crate) met: Cell<usize>,
}

impl Killer {
    pub(crate) fn at(number: usize) -> Self {
        Self { left: Cell::new(number), met: Cell::new(0) }
    }

    pub(crate) fn watch(&self) -> impl Fn(Step) -> ControlFlow<()> + '_ {
        move |_| {
            self.met.set(self.met.get() + 1);
            match self.left.get() {
                0 => ControlFlow::Break(()),
                left => {
                    self.left.set(left - 1);
                    ControlFlow::Continue(())
                }
            }
        }
    }
}

pub(crate) fn outside(watch: &dyn Fn(Step) -> ControlFlow<()>) -> Outside<'_> {
    Outside { branches: &NoBranches, watch }
}
