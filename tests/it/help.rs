//! The whole help as snapshots: what a person reads is reviewed like code.

use crate::support::{Sandbox, assert_snapshot, commands};

fn visit(sandbox: &Sandbox, path: &[String], seen: &mut Vec<String>) {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let help = sandbox.run(&arguments).expect_status(0);
    let name = [&["forebay".to_owned()], path].concat().join("-");
    check(&name, &help.out);
    assert!(help.err.is_empty());
    assert_snapshot("help", &name, &help.out);
    seen.push(name);
    for command in commands(&help.out) {
        visit(sandbox, &[path, &[command]].concat(), seen);
    }
}

/// First line imperative without full stop; a command that does something shows examples; no line is too wide.
fn check(name: &str, help: &str) {
    let first = help.lines().next().unwrap_or_default();
    assert!(first.starts_with(char::is_uppercase) && !first.ends_with('.'), "{name}: {first}");
    let leaf = !help.contains("\nCommands:\n");
    assert_eq!(leaf, help.contains("Examples:"), "{name}: a leaf has examples");
    for line in help.lines() {
        let example = line.starts_with("  forebay ");
        assert!(example || line.chars().count() <= 100, "{name}: {line}");
        assert!(!line.ends_with(' ') || line.trim().is_empty(), "{name}: trailing blank");
    }
}

#[test]
fn every_command_has_its_help() {
    let mut seen = Vec::new();
    visit(&Sandbox::new(), &[], &mut seen);
    for expected in ["forebay", "forebay-init", "forebay-profile-check", "forebay-explain", "forebay-man"] {
        assert!(seen.iter().any(|name| name == expected), "{expected} in {seen:?}");
    }
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/help");
    for entry in std::fs::read_dir(folder).expect("snapshots exist") {
        let file = entry.expect("readable").file_name().to_string_lossy().into_owned();
        if let Some(name) = file.strip_suffix(".snap") {
            assert!(seen.iter().any(|seen| seen == name), "snapshot {file} belongs to no command");
        }
    }
}

#[test]
fn the_short_help_fits_a_screen() {
    let help = Sandbox::new().run(&["-h"]).expect_status(0);
    assert!(help.out.lines().count() <= 44, "{}", help.out);
}
