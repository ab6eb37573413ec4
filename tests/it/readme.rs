//! The README's examples, run as they stand: every `console` block, in order, in the folder of the example.

use std::path::Path;
use std::process::Command;

use crate::support::Sandbox;

/// A command of a block and what it is said to print; a line `...` stands for any lines.
struct Example {
    line: usize,
    command: String,
    expected: Vec<String>,
}

fn examples(text: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let (true, Some(command)) = (inside, line.strip_prefix("$ ")) {
            found.push(Example { line: number + 1, command: command.to_owned(), expected: Vec::new() });
        } else if inside {
            found.last_mut().expect("a block begins with a command").expected.push(line.to_owned());
        }
    }
    found
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

#[test]
fn every_example_does_what_the_readme_says() {
    let sandbox = Sandbox::example_without_profile();
    let program = Path::new(env!("CARGO_BIN_EXE_forebay")).parent().expect("a folder").to_path_buf();
    let path = std::env::var("PATH").expect("a PATH");
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("a README");
    let examples = examples(&readme);
    assert!(examples.len() > 10, "the blocks were found");
    let mut status = 0;
    for example in examples {
        let mut command = Command::new("bash");
        sandbox.seal(&mut command);
        command.env("PATH", format!("{}:{path}", program.display())).current_dir(sandbox.path("weir"));
        command.args(["-c", &format!("exec 2>&1; (exit {status}); {}", example.command)]);
        let output = command.output().expect("bash is installed");
        status = output.status.code().expect("no signal");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            fits(&example.expected, &lines),
            "README.md:{}: $ {}\nprinted (status {status}):\n{text}",
            example.line,
            example.command
        );
    }
}

#[test]
fn the_readme_names_every_verdict_and_every_command() {
    let readme = include_str!("../../README.md");
    for word in ["untouched", "refreshed", "merged", "review", "absorbed", "conflict", "skipped"] {
        assert!(readme.contains(&format!("| `{word}` |")), "{word}");
    }
    for command in [
        "init",
        "rebase",
        "show",
        "resolution",
        "status",
        "continue",
        "skip",
        "abort",
        "undo",
        "explain",
        "completions",
        "man",
    ] {
        assert!(
            readme.contains(&format!("forebay {command}")) || readme.contains(&format!("carried {command}")),
            "{command}"
        );
    }
}
