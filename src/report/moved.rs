//! What moved in the build since a baseline, on one screen: tools, shims and hooks, and the paths that the removal script keeps.

use std::collections::BTreeMap;

use crate::audit::report::{Change, Changes};
use crate::report::escape;
use crate::report::style::wrap;
use crate::text::display::short_id;

/// The width of the lines.
const WIDTH: usize = 110;

/// Everything of the three kinds that moved between the baseline and the tree of this name.
pub fn render(tree: &str, changes: &Changes) -> String {
    let mut lines = vec![format!("{tree} since {}", changes.baseline)];
    for (what, changes) in
        [("tools", &changes.floors), ("shims and hooks", &changes.hooks), ("keeplibs", &changes.keeplibs)]
    {
        lines.push(String::new());
        if changes.is_empty() {
            lines.push(format!("{what}: nothing moved"));
            continue;
        }
        lines.push(what.to_owned());
        let names = |wanted: &dyn Fn(&Change) -> bool| -> Vec<&str> {
            changes.iter().filter(|change| wanted(change)).map(|change| change.name.as_str()).collect()
        };
        let (new, gone) = (names(&|change| change.old.is_none()), names(&|change| change.new.is_none()));
        let moved: Vec<String> = changes.iter().filter_map(moved).collect();
        lines.extend(block("new", new.len(), &grouped(&new)));
        lines.extend(block("gone", gone.len(), &grouped(&gone)));
        lines.extend(block("moved", moved.len(), &moved));
    }
    let text: Vec<String> = lines.iter().map(|line| escape::line(line)).collect();
    text.join("\n") + "\n"
}

/// One kind of change: its word, how many there are, and all of them.
fn block(word: &str, count: usize, told: &[String]) -> Vec<String> {
    if told.is_empty() {
        return Vec::new();
    }
    let head = format!("  {word:<6}{count:>3}  ");
    let room = WIDTH.saturating_sub(head.len());
    let lead = " ".repeat(head.len());
    wrap(&told.join(", "), room)
        .into_iter()
        .enumerate()
        .map(|(number, line)| format!("{}{line}", if number == 0 { &head } else { &lead }))
        .collect()
}

/// A value that is another one now; ids of commits are cut.
fn moved(change: &Change) -> Option<String> {
    let (old, new) = (change.old.as_deref()?, change.new.as_deref()?);
    Some(format!("{} {} -> {}", change.name, short_id(old), short_id(new)))
}

/// Paths with their folder told once: `third_party/{a, b}`.
fn grouped(names: &[&str]) -> Vec<String> {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in names {
        let (folder, last) = name.rsplit_once('/').unwrap_or(("", name));
        folders.entry(folder).or_default().push(last);
    }
    let told = folders.into_iter().flat_map(|(folder, names)| match (folder, names.as_slice()) {
        ("", names) => names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(),
        (folder, [name]) => vec![format!("{folder}/{name}")],
        (folder, names) => vec![format!("{folder}/{{{}}}", names.join(", "))],
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(name: &str, old: Option<&str>, new: Option<&str>) -> Change {
        Change { name: name.into(), old: old.map(Into::into), new: new.map(Into::into), ..Change::default() }
    }

    #[test]
    fn everything_is_told_and_folders_once() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let changes = Changes {
            baseline: "v1".into(),
            floors: vec![
                change("clang", Some("18"), Some("23")),
                change("gn", Some(commit), Some("x")),
                change("java", None, Some("23")),
            ],
            keeplibs: vec![
                change("a/third_party/x", Some(""), None),
                change("third_party/b", None, Some("")),
                change("third_party/c", None, Some("")),
            ],
            ..Changes::default()
        };
        let expected = "v2 since v1

tools
  new     1  java
  moved   2  clang 18 -> 23, gn 0123456789ab -> x

shims and hooks: nothing moved

keeplibs
  new     2  third_party/{b, c}
  gone    1  a/third_party/x
";
        assert_eq!(render("v2", &changes), expected);
    }
}
