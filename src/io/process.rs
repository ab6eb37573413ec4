//! Runs the programs `git` and `rpmspec`: sealed, without a shell, with input and output through pipes.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use crate::io::IoError;

/// The most that is kept of what a program says.
const OUTPUT_LIMIT: u64 = 1 << 28;

/// Runs `git -C folder ARGUMENTS...` with `input` on its standard input and returns its standard output.
///
/// It never asks a question: no terminal prompt, no editor, no pager.
pub fn git<A: AsRef<OsStr>>(folder: &Path, arguments: &[A], input: &[u8]) -> Result<Vec<u8>, IoError> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    for variable in
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE"]
    {
        command.env_remove(variable);
    }
    command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_EDITOR", "false").env("GIT_PAGER", "cat").env("LC_ALL", "C");
    run(&mut command, input)
}

/// What a program printed, however it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its standard output.
    pub output: Vec<u8>,
    /// Its standard error, and how it ended where that was no success.
    pub errors: Vec<u8>,
}

/// Runs `rpmspec ARGUMENTS...` in a folder without a person's settings; `None` where it is not installed.
pub fn rpmspec<A: AsRef<OsStr>>(folder: &Path, arguments: &[A]) -> Result<Option<Said>, IoError> {
    let mut command = Command::new("rpmspec");
    command.args(arguments).current_dir(folder).env("LC_ALL", "C.UTF-8").env("HOME", "/nonexistent");
    match said(&mut command, b"") {
        Ok((status, output, mut errors)) => {
            if !status.success() && errors.is_empty() {
                errors = format!("rpmspec ended with {status}").into_bytes();
            }
            Ok(Some(Said { output, errors }))
        }
        Err(IoError::Start { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn run(command: &mut Command, input: &[u8]) -> Result<Vec<u8>, IoError> {
    let program = crate::text::display::terminal(command.get_program().as_encoded_bytes());
    let (status, output, said) = said(command, input)?;
    if status.success() {
        return Ok(output);
    }
    let words: Vec<OsString> = command.get_args().map(OsStr::to_os_string).collect();
    let shown: Vec<String> = words.iter().map(|word| crate::text::display::terminal(word.as_encoded_bytes())).collect();
    Err(IoError::Failed {
        command: format!("{program} {}", shown.join(" ")),
        status: status.to_string(),
        message: last_lines(&said),
    })
}

fn said(command: &mut Command, input: &[u8]) -> Result<(ExitStatus, Vec<u8>, Vec<u8>), IoError> {
    let program = crate::text::display::terminal(command.get_program().as_encoded_bytes());
    let start = |source| IoError::Start { program: program.clone(), source };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(start)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (output, said) = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A program that does not read its input to the end says so by its status.
            stdin.map(|mut pipe| pipe.write_all(input))
        });
        let said = scope.spawn(move || collect(stderr));
        (collect(stdout), said.join().unwrap_or_default())
    });
    let status = child.wait().map_err(start)?;
    Ok((status, output, said))
}

fn collect(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        let _ = pipe.by_ref().take(OUTPUT_LIMIT).read_to_end(&mut bytes);
        let _ = std::io::copy(&mut pipe, &mut std::io::sink());
    }
    bytes
}

fn last_lines(said: &[u8]) -> String {
    let lines: Vec<&[u8]> = said.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect();
    let tail: Vec<String> = lines.iter().rev().take(3).rev().map(|line| crate::text::display::terminal(line)).collect();
    if tail.is_empty() { "no message".into() } else { tail.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_input_and_takes_output() {
        let folder = tempfile::tempdir().unwrap();
        let id = git(folder.path(), &["hash-object", "--stdin"], b"").unwrap();
        assert_eq!(id, b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n");
    }

    #[test]
    fn a_failure_names_command_and_message() {
        let folder = tempfile::tempdir().unwrap();
        let text = git(folder.path(), &["cat-file", "-t", "nothing"], b"").unwrap_err().to_string();
        assert!(text.contains("cat-file -t nothing") && text.contains("fatal:"), "{text}");
    }
}
