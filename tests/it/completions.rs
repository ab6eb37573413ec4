//! `forebay completions`.

use std::process::{Command, Stdio};

use crate::support::Sandbox;

#[test]
fn each_shell_gets_a_script_that_knows_the_commands() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = sandbox.run(&["completions", shell]).expect_status(0);
        assert!(script.err.is_empty());
        for word in ["forebay", "init", "profile", "explain", "color"] {
            assert!(script.out.contains(word), "{shell}: {word}");
        }
    }
    sandbox.run(&["completions", "tcsh"]).expect_status(2);
}

#[test]
fn bash_itself_accepts_and_completes() {
    let sandbox = Sandbox::new();
    let script = sandbox.run(&["completions", "bash"]).expect_status(0).out;
    let ask = "COMP_WORDS=(forebay exp); COMP_CWORD=1; _forebay forebay exp forebay; echo \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    bash.args(["-c", &format!("set -e\n{script}\n{ask}")]).stdin(Stdio::null());
    let output = sandbox.finish(&mut bash).expect_status(0);
    assert_eq!(output.out, "explain\n");
}
