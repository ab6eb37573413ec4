//! git as the reference: one bare repository with all cases, and the questions asked of it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::history::{Files, History};

/// A sealed git.
pub(crate) struct Git {
    program: PathBuf,
    /// The repository.
    pub(crate) folder: PathBuf,
}

/// What `git merge-tree --write-tree` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Merge {
    /// The tree it made, with conflict markers in it where `clean` is false.
    pub(crate) tree: String,
    /// True where nothing conflicts.
    pub(crate) clean: bool,
    /// Stage (1 base, 2 ours, 3 theirs), mode and blob of conflicting paths.
    pub(crate) stages: BTreeMap<Vec<u8>, BTreeMap<u8, (String, String)>>,
    /// Its messages.
    pub(crate) messages: String,
}

/// How `git replay` ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Replay {
    /// In this tree.
    Tree(String),
    /// In a conflict.
    Conflict,
    /// By a signal.
    Abort,
}

/// The newest git on `PATH`; the test fails where none can `replay`.
fn newest() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let version = |program: &Path| -> Option<Vec<u32>> {
        let output = Command::new(program).arg("version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let numbers = text.split_whitespace().nth(2)?.split('.').map_while(|part| part.parse().ok());
        Some(numbers.collect())
    };
    let all = std::env::split_paths(&path).map(|folder| folder.join("git")).filter(|program| program.is_file());
    let (found, program) = all.filter_map(|program| Some((version(&program)?, program))).max().expect("no git on PATH");
    assert!(found >= vec![2, 45], "the oracle needs git 2.45 or newer with `git replay`; found {found:?}");
    program
}

/// A command that sees nothing of the user's settings.
pub(crate) fn sealed(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", folder)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C.UTF-8")])
        .envs([("GIT_COMMITTER_NAME", "C"), ("GIT_COMMITTER_EMAIL", "c@x"), ("GIT_COMMITTER_DATE", "1700000000 +0000")])
        .envs([("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@x"), ("GIT_AUTHOR_DATE", "1700000000 +0000")]);
    command
}

impl Git {
    /// A new bare repository in `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        let git = Self { program: newest(), folder: folder.to_path_buf() };
        std::fs::create_dir_all(folder).unwrap();
        git.text(&["init", "-q", "--bare", "-b", "unused"]);
        git
    }

    /// The program itself.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Runs git in the repository, whatever its status.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        sealed(&self.program, &self.folder).args(arguments).output().unwrap()
    }

    /// Runs git, which must succeed, and gives its trimmed output.
    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Stores all cases: tags `o-N` and `n-N`, branch `q-N`.
    pub(crate) fn import(&self, cases: &[History]) {
        let mut stream = Vec::new();
        for case in cases {
            let number = case.number;
            commit(&mut stream, &format!("refs/tags/o-{number}"), None, &case.old, "old");
            commit(
                &mut stream,
                &format!("refs/tags/n-{number}"),
                Some(&format!("refs/tags/o-{number}")),
                &case.new,
                "new",
            );
            let branch = format!("refs/heads/q-{number}");
            let mut parent = format!("refs/tags/o-{number}");
            for (index, files) in case.queue.iter().enumerate() {
                commit(&mut stream, &branch, Some(&parent), files, &format!("patch {}", index + 1));
                parent.clone_from(&branch);
            }
        }
        let mut child =
            sealed(&self.program, &self.folder).args(["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(&stream).unwrap();
        assert!(child.wait().unwrap().success(), "git fast-import");
    }

    /// The tree that `git replay` ends in; none where it meets a conflict or fails an assertion of its own.
    pub(crate) fn replay(&self, number: u64) -> Replay {
        let range = format!("o-{number}..q-{number}");
        let output = self.run(&["replay", "--onto", &format!("n-{number}"), &range]);
        match output.status.code() {
            Some(0) => {
                let text = String::from_utf8(output.stdout).unwrap();
                let tip = text.split_whitespace().nth(2).expect("replay names the new tip");
                Replay::Tree(self.text(&["rev-parse", &format!("{tip}^{{tree}}")]))
            }
            Some(1) => Replay::Conflict,
            // git 2.47 aborts in `process_renames` on some histories; then it has no answer to compare with.
            None => Replay::Abort,
            _ => panic!("git replay {range}: {}", String::from_utf8_lossy(&output.stderr)),
        }
    }

    /// Merges three trees.
    pub(crate) fn merge(&self, base: &str, ours: &str, theirs: &str) -> Merge {
        let output = self.run(&["merge-tree", "-z", "--write-tree", &format!("--merge-base={base}"), ours, theirs]);
        let clean = match output.status.code() {
            Some(0) => true,
            Some(1) => false,
            _ => panic!("git merge-tree: {}", String::from_utf8_lossy(&output.stderr)),
        };
        let mut parts = output.stdout.split(|&byte| byte == 0);
        let tree = String::from_utf8(parts.next().unwrap().to_vec()).unwrap();
        let mut stages: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for part in parts.by_ref() {
            let Some(tab) = part.iter().position(|&byte| byte == b'\t') else { break };
            let head = String::from_utf8(part[..tab].to_vec()).unwrap();
            let words: Vec<&str> = head.split(' ').collect();
            let found = (words[0].to_owned(), words[1].to_owned());
            stages.entry(part[tab + 1..].to_vec()).or_default().insert(words[2].parse().unwrap(), found);
        }
        let messages: Vec<String> = parts.map(|part| String::from_utf8_lossy(part).into_owned()).collect();
        Merge { tree, clean, stages, messages: messages.join("|") }
    }
}

fn commit(stream: &mut Vec<u8>, name: &str, parent: Option<&str>, files: &Files, message: &str) {
    let mut text = |text: String| stream.extend(text.into_bytes());
    text(format!("commit {name}\nauthor A <a@x> 1700000000 +0000\ncommitter C <c@x> 1700000000 +0000\n"));
    text(format!("data {}\n{message}\n", message.len()));
    if let Some(parent) = parent.filter(|parent| *parent != name) {
        text(format!("from {parent}\n"));
    }
    text("deleteall\n".to_owned());
    for (path, entry) in files {
        stream.extend(format!("M {} inline {path}\ndata {}\n", entry.mode, entry.data.len()).into_bytes());
        stream.extend_from_slice(&entry.data);
        stream.push(b'\n');
    }
    stream.push(b'\n');
}
