//! A sealed world for the program: an own folder, no user settings, fixed width, paths told the same on every machine.

mod document;
mod example;
mod mount;
mod output;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) use document::{Document, documents, top};
pub(crate) use example::{EDIT, Picture, TREES, picture, picture_of_queue};
pub(crate) use mount::Mount;
pub(crate) use output::Output;

/// A temporary folder in which the program runs.
pub(crate) struct Sandbox {
    root: tempfile::TempDir,
    folder: PathBuf,
}

impl Sandbox {
    /// An empty folder `work` with nothing of ours beside it.
    pub(crate) fn new() -> Self {
        Self::named("work")
    }

    /// The same under another name.
    pub(crate) fn named(name: &str) -> Self {
        let root = tempfile::Builder::new().prefix("forebay-it-").tempdir().expect("a temporary folder can be made");
        let folder = root.path().join(name);
        std::fs::create_dir(&folder).expect("the folder is new");
        Self { root, folder }
    }

    /// A path in the folder.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.join(path)
    }

    /// Writes a file, with the folders above it; `../x` lies beside the folder.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        std::fs::write(path, content).expect("the file can be written");
        self
    }

    /// Reads a file as text.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).expect("the file can be read")
    }

    /// The program, sealed, ready for more settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_forebay"));
        self.seal(&mut command);
        command.args(arguments);
        command
    }

    /// Runs the program in the folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.finish(&mut self.command(arguments))
    }

    /// Runs a prepared command.
    pub(crate) fn finish(&self, command: &mut Command) -> Output {
        let output = command.output().expect("the program starts");
        Output::of(&output, self.root.path())
    }

    /// Runs git in a folder; a git that is missing or fails fails the test.
    pub(crate) fn git(&self, folder: &str, arguments: &[&str]) -> &Self {
        let mut command = Command::new("git");
        self.seal(&mut command);
        command.current_dir(self.path(folder)).args(arguments);
        let output = command.output().expect("git is installed");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        self
    }

    /// Takes a command out of the user's world.
    pub(crate) fn seal(&self, command: &mut Command) {
        let date = "2026-01-01T00:00:00Z";
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"].map(|name| (name, self.root.path().join(".home"))))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_DATE"), date)))
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "A U Thor")))
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "author@example.com")))
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .current_dir(&self.folder)
            .stdin(Stdio::null());
    }
}

/// The commands that a help text lists.
pub(crate) fn commands(help: &str) -> Vec<String> {
    let section = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Every command and subcommand with its help, `forebay` itself first under an empty name.
pub(crate) fn helps() -> Vec<(String, String)> {
    fn visit(sandbox: &Sandbox, path: &[String], found: &mut Vec<(String, String)>) {
        let arguments: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
        let help = sandbox.run(&arguments).expect_status(0).out;
        let children = commands(&help);
        found.push((path.join(" "), help));
        for child in children {
            visit(sandbox, &[path, &[child]].concat(), found);
        }
    }
    let mut found = Vec::new();
    visit(&Sandbox::new(), &[], &mut found);
    found
}

/// Compares with a snapshot in `snapshots/<folder>/<name>.snap` at the top of the repository.
pub(crate) fn assert_snapshot(folder: &str, name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(folder);
    insta::with_settings!({ snapshot_path => path, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}
