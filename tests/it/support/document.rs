//! Pages of the documentation: the commands they show and what these are said to print.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Sandbox;

/// A page of Markdown.
pub(crate) struct Document {
    /// Its path from the top of the repository.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

/// Something that a page runs; line numbers count from 0.
enum Step {
    /// The lines between `<!-- before` and `-->`: what has to be there, and is not shown.
    Before { line: usize, script: String },
    /// A line `$ COMMAND` of a `console` block and the lines that follow it; a line `...` stands for any lines.
    Shown { line: usize, command: String, expected: Vec<String> },
}

/// The top of the repository.
pub(crate) fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README.md and every page below `docs`, in the order of their paths.
pub(crate) fn documents() -> Vec<Document> {
    let mut paths = vec![PathBuf::from("README.md")];
    let mut todo = vec![PathBuf::from("docs")];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(top().join(&folder)).expect("the folder is there") {
            let path = folder.join(entry.expect("readable").file_name());
            if top().join(&path).is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|kind| kind == "md") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let read = |path: PathBuf| Document {
        text: std::fs::read_to_string(top().join(&path)).expect("a page of text"),
        path: path.to_str().expect("a plain path").to_owned(),
    };
    paths.into_iter().map(read).collect()
}

impl Document {
    fn steps(&self) -> Vec<Step> {
        let mut found: Vec<Step> = Vec::new();
        let (mut console, mut before) = (false, false);
        for (line, text) in self.text.lines().enumerate() {
            if before {
                before = text != "-->";
                if let (true, Some(Step::Before { script, .. })) = (before, found.last_mut()) {
                    script.push_str(text);
                    script.push('\n');
                }
            } else if text == "<!-- before" {
                before = true;
                found.push(Step::Before { line, script: String::new() });
            } else if text.starts_with("```") {
                console = text == "```console";
            } else if let (true, Some(command)) = (console, text.strip_prefix("$ ")) {
                found.push(Step::Shown { line, command: command.to_owned(), expected: Vec::new() });
            } else if let (true, Some(Step::Shown { expected, .. })) = (console, found.last_mut()) {
                expected.push(text.to_owned());
            }
        }
        found
    }

    /// How many commands the page shows.
    pub(crate) fn count(&self) -> usize {
        self.steps().iter().filter(|step| matches!(step, Step::Shown { .. })).count()
    }

    /// Runs the page in a fresh example, in the package's folder, and says where it printed something else than the page says.
    /// With `write`, the page is corrected instead.
    pub(crate) fn run(&self, write: bool) -> Vec<String> {
        let sandbox = Sandbox::example_without_profile();
        let mut lines: Vec<String> = self.text.lines().map(str::to_owned).collect();
        let (mut wrong, mut status, mut corrected) = (Vec::new(), 0, Vec::new());
        for step in self.steps() {
            let (line, script) = match &step {
                Step::Before { line, script } => (*line, format!("set -e\n{script}")),
                Step::Shown { line, command, .. } => (*line, format!("(exit {status}); {command}")),
            };
            let (code, text) = bash(&sandbox, &script);
            match step {
                Step::Before { .. } => {
                    if code != 0 {
                        wrong.push(format!("{}:{}: what has to be there failed:\n{text}", self.path, line + 1));
                    }
                    status = 0;
                }
                Step::Shown { command, expected, .. } => {
                    status = code;
                    let printed: Vec<&str> = text.lines().collect();
                    if !fits(&expected, &printed) {
                        let told = format!("$ {command}\nprinted (status {status}):\n{text}");
                        wrong.push(format!("{}:{}: {told}", self.path, line + 1));
                        corrected.push((line + 1..line + 1 + expected.len(), text));
                    }
                }
            }
        }
        if write && !corrected.is_empty() {
            for (range, text) in corrected.into_iter().rev() {
                lines.splice(range, text.lines().map(|line| line.trim_end().to_owned()));
            }
            std::fs::write(top().join(&self.path), lines.join("\n") + "\n").expect("the page can be written");
        }
        wrong
    }
}

/// The exit status of a script in the package's folder, and both streams.
fn bash(sandbox: &Sandbox, script: &str) -> (i32, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_forebay")).parent().expect("a folder").to_path_buf();
    let path = std::env::var("PATH").expect("a PATH");
    let mut command = Command::new("bash");
    sandbox.seal(&mut command);
    command.env("PATH", format!("{}:{path}", program.display())).current_dir(sandbox.path("weir"));
    command.args(["-c", &format!("exec 2>&1; {script}")]);
    let output = command.output().expect("bash is installed");
    (output.status.code().expect("no signal"), String::from_utf8(output.stdout).expect("UTF-8"))
}

/// Whether the lines are those expected.
fn fits(expected: &[String], lines: &[&str]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..])),
        Some((first, rest)) => {
            lines.split_first().is_some_and(|(line, after)| line.trim_end() == first && fits(rest, after))
        }
    }
}
