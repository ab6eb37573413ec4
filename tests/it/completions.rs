//! `forebay completions`.

use std::process::{Command, Stdio};

use crate::support::{Sandbox, commands, helps};

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

#[test]
fn bash_offers_every_command_and_every_flag() {
    let sandbox = Sandbox::new();
    let flag = regex::Regex::new(r"(?m)^ +(?:-[a-z], )?(--[a-z-]+)").expect("a valid pattern");
    let mut asked = vec![sandbox.run(&["completions", "bash"]).expect_status(0).out];
    // What is typed so far, what is begun, and what has to be offered.
    let mut wanted: Vec<(String, Vec<String>)> = Vec::new();
    for (name, help) in helps() {
        let typed = format!("forebay {name}").trim_end().to_owned();
        let list = help.split("\nExamples:").next().unwrap_or_default();
        let flags = flag.captures_iter(list).map(|found| found[1].to_owned()).collect();
        for (begun, offers) in [("", commands(&help)), ("--", flags)] {
            let count = typed.split(' ').count();
            let words = format!("COMP_WORDS=({typed} '{begun}'); COMP_CWORD={count}; COMPREPLY=()");
            asked.push(format!("{words}; _forebay forebay '{begun}' x; echo \"${{COMPREPLY[*]}}\""));
            wanted.push((format!("{typed} {begun}"), offers));
        }
    }
    sandbox.write("ask.bash", asked.join("\n"));
    let mut bash = Command::new("bash");
    bash.arg(sandbox.path("ask.bash")).stdin(Stdio::null());
    let told = sandbox.finish(&mut bash).expect_status(0).out;
    assert_eq!(told.lines().count(), wanted.len());
    for (line, (typed, offers)) in told.lines().zip(wanted) {
        for offer in offers {
            assert!(line.split(' ').any(|word| word == offer), "`{typed}` does not offer {offer}: {line}");
        }
    }
}
