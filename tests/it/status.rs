//! The contract of exit statuses and streams.

use std::io::Read as _;
use std::process::Stdio;

use crate::support::Sandbox;

#[test]
fn wrong_command_lines_end_with_2_and_say_nothing_on_stdout() {
    let sandbox = Sandbox::new();
    for arguments in
        [&["nosuch"][..], &["init", "--nosuch"], &["-q", "-v", "init"], &[], &["-C", "gone", "init"], &["profile"]]
    {
        let output = sandbox.run(arguments).expect_status(2);
        assert!(output.out.is_empty() && !output.err.is_empty(), "{arguments:?}\n{}", output.story());
    }
    let near = sandbox.run(&["iniz"]).expect_status(2);
    assert!(near.err.contains("'init'"), "{}", near.err);
}

#[test]
fn help_and_version_are_data() {
    let sandbox = Sandbox::new();
    for arguments in [["--help"], ["--version"], ["help"]] {
        let output = sandbox.run(&arguments).expect_status(0);
        assert!(output.err.is_empty() && !output.out.is_empty());
    }
    assert_eq!(sandbox.run(&["-V"]).out, format!("forebay {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let sandbox = Sandbox::new();
    for arguments in [&["explain"][..], &["man"], &["completions", "bash"], &["--help"]] {
        let mut child =
            sandbox.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut said).expect("readable");
        let status = child.wait().expect("ends").code();
        assert_eq!((status, said.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_stdout_is_an_outside_failure() {
    let sandbox = Sandbox::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full is there");
    let output = sandbox.finish(sandbox.command(&["explain"]).stdout(full).stderr(Stdio::piped())).expect_status(4);
    assert!(output.err.starts_with("error: cannot write the output\ncaused by:"), "{}", output.err);
}

#[test]
fn color_follows_flag_and_environment() {
    let sandbox = Sandbox::new();
    let colored = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let mut command = sandbox.command(arguments);
        command.envs(variable);
        let output = sandbox.finish(&mut command);
        (output.out + &output.err).contains('\u{1b}')
    };
    for arguments in [&["explain"][..], &["explain", "nosuch"], &["--help"], &["nosuch"]] {
        let always = [&["--color", "always"], arguments].concat();
        let never = [&["--color=never"], arguments].concat();
        assert!(!colored(arguments, None), "{arguments:?}: no terminal, no color");
        assert!(colored(&always, None), "{arguments:?}");
        assert!(colored(arguments, Some(("CLICOLOR_FORCE", "1"))), "{arguments:?}");
        assert!(!colored(&never, Some(("CLICOLOR_FORCE", "1"))), "{arguments:?}");
    }
    assert!(colored(&["--color", "always", "explain"], Some(("NO_COLOR", "1"))), "the flag wins");
}
