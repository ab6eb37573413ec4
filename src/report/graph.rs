//! Which patches stand on which: as text, and in the DOT language of Graphviz.

use std::fmt::Write as _;

use crate::queue::footprint::Need;
use crate::report::escape;
use crate::report::style::{self, Line, Role};
use crate::report::text::TextOptions;
use crate::text::plural::plural;

/// Every patch that needs another one, with what it needs; the counts in the last line.
pub fn text(names: &[&str], needs: &[Need], options: &TextOptions) -> String {
    let name = |place: usize| names.get(place).copied().unwrap_or_default();
    let mut lines = Vec::new();
    let mut last = None;
    for need in needs {
        if last != Some(need.patch) {
            lines.push(Line::new().with(Role::Heading, name(need.patch)).shortened(options.width));
            last = Some(need.patch);
        }
        let files = match need.files.as_slice() {
            [one] => one.clone(),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
            [] => String::new(),
        };
        let line =
            Line::new().with(Role::Quiet, "  needs ").with(Role::Plain, name(need.on)).with(Role::Quiet, "  in ");
        lines.push(line.with(Role::Place, &files).shortened(options.width));
    }
    if !lines.is_empty() {
        lines.push(Line::new());
    }
    let mut tied: Vec<usize> = needs.iter().flat_map(|need| [need.patch, need.on]).collect();
    tied.sort_unstable();
    tied.dedup();
    let counts = format!(
        "{}: {} on their own, {}",
        plural(names.len(), "patch", "patches"),
        names.len().saturating_sub(tied.len()),
        plural(needs.len(), "tie", "ties")
    );
    lines.push(Line::new().with(Role::Plain, &counts));
    style::painted(&lines, options.color)
}

/// The graph in the DOT language (<https://graphviz.org/doc/info/lang.html>): an arrow points at the patch that is needed.
pub fn dot(names: &[&str], needs: &[Need]) -> String {
    let quoted = |text: &str| format!("\"{}\"", escape::line(text).replace('\\', "\\\\").replace('"', "\\\""));
    let mut out = String::from("digraph queue {\n  rankdir=LR;\n  node [shape=box];\n");
    for name in names {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {};", quoted(name));
    }
    for need in needs {
        if let (Some(from), Some(to)) = (names.get(need.patch), names.get(need.on)) {
            let _ = writeln!(out, "  {} -> {} [tooltip={}];", quoted(from), quoted(to), quoted(&need.files.join(", ")));
        }
    }
    out.push_str("}\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_name_what_is_needed() {
        let needs = [Need { patch: 1, on: 0, files: vec!["a.c".into(), "b.c".into()] }];
        let names = ["one.patch", "two \"x\".patch", "three.patch"];
        assert_eq!(
            text(&names, &needs, &TextOptions::default()),
            "two \"x\".patch\n  needs one.patch  in a.c and 1 more\n\n3 patches: 1 on their own, 1 tie\n"
        );
        let dot = dot(&names, &needs);
        assert!(dot.contains("  \"two \\\"x\\\".patch\" -> \"one.patch\" [tooltip=\"a.c, b.c\"];\n"), "{dot}");
        assert!(dot.starts_with("digraph queue {") && dot.ends_with("}\n"));
    }
}
