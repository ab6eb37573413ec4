//! The example of `scripts/example` in a sandbox, and pictures of folders.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Output, Sandbox};

/// Every entry below a folder: its bytes (a link's target) and mode; `None` for a folder.
pub(crate) type Picture = BTreeMap<PathBuf, (Option<Vec<u8>>, u32)>;

/// All that lies below a folder, `.git` and `.forebay` included.
pub(crate) fn picture(folder: &Path) -> Picture {
    let mut found = Picture::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(next) = todo.pop() {
        for entry in std::fs::read_dir(&next).expect("the folder can be listed") {
            let path = entry.expect("the entry can be read").path();
            let about = std::fs::symlink_metadata(&path).expect("the entry is there");
            let content = if about.is_symlink() {
                Some(std::fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes())
            } else if about.is_dir() {
                todo.push(path.clone());
                None
            } else {
                Some(std::fs::read(&path).expect("the file can be read"))
            };
            let name = path.strip_prefix(folder).expect("below").to_path_buf();
            found.insert(name, (content, about.permissions().mode() & 0o7777));
        }
    }
    found
}

/// The same without the state folder.
pub(crate) fn picture_of_queue(folder: &Path) -> Picture {
    let mut found = picture(folder);
    found.retain(|path, _| !path.components().any(|part| part.as_os_str() == ".forebay"));
    found
}

/// The flags that name both trees of the example.
pub(crate) const TREES: [&str; 4] = ["--from", "git:upstream#v1.0", "--onto", "git:upstream#v2.0"];

/// The place of the conflict with markers.
pub(crate) const EDIT: &str = "weir/.forebay/conflicts/007-features-default-level/edit/src/config.c";

impl Sandbox {
    /// A sandbox with `upstream` (git, v1.0 and v2.0) and `weir/debian/patches`, and a `forebay.toml`.
    pub(crate) fn example() -> Self {
        let sandbox = Self::example_without_profile();
        sandbox.run(&["-q", "-C", "weir", "init"]).expect_status(0);
        sandbox
    }

    /// The same without `forebay.toml`.
    pub(crate) fn example_without_profile() -> Self {
        let sandbox = Self::new();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/example");
        sandbox.tool(script.to_str().expect("a plain path"), &["--make-only", "."]);
        sandbox
    }

    /// Runs another program in the folder and gives its output; a failure fails the test.
    pub(crate) fn tool(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        self.seal(&mut command);
        let output = command.args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{program} {arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// Runs `forebay rebase` between the example's tags with these flags besides.
    pub(crate) fn rebase(&self, flags: &[&str]) -> Output {
        self.run(&[&["rebase"], &TREES[..], flags].concat())
    }

    /// Runs `forebay rebase` in the package's folder.
    pub(crate) fn rebase_in_place(&self) -> Output {
        self.run(&["-C", "weir", "rebase", "--onto", "2.0"])
    }

    /// Decides the conflict with markers.
    pub(crate) fn edit_conflict(&self) {
        let text = self.read(EDIT).replace("percent(45)", "percent(55)");
        let (head, rest) = text.split_once("<<<<<<< ").expect("a marker");
        let (ours, rest) = rest.split_once("||||||| ").expect("a marker");
        let (_, tail) = rest.split_once(">>>>>>> ").expect("a marker");
        let line_end = |text: &str| text.split_once('\n').expect("a line").1.to_owned();
        self.write(EDIT, format!("{head}{}{}", line_end(ours), line_end(tail)));
    }
}

impl Output {
    /// The JSON report on standard output.
    pub(crate) fn report(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}", self.story()))
    }

    /// The verdict and grade of every patch, in the order of the queue.
    pub(crate) fn verdicts(&self) -> Vec<(String, String)> {
        let report = self.report();
        let patches = report["patches"].as_array().expect("a list").iter();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
        patches.map(|patch| (text(&patch["verdict"]), text(&patch["grade"]))).collect()
    }
}
