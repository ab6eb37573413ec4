//! Measures trees: `tree_probe PATHS-FILE OLD NEW` reads paths, lists changes; `tree_probe range REPOSITORY OLD TIP`.
//!
//! Run it in a release build; it prints milliseconds.

use std::io::Write as _;
use std::time::Instant;

use forebay::path::RepoPath;
use forebay::tree::{Node, OpenOptions, Tree, TreeSpec, changes, history, open};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match &words[..] {
        [word, repository, old, tip] if word == "range" => {
            let start = Instant::now();
            let commits = history::range(repository.as_ref(), old, tip)?;
            let files: usize = commits.iter().map(|commit| commit.changes.len()).sum();
            say(start, &format!("range: {} commits, {files} changes", commits.len()))
        }
        [paths, old, new] => compare(paths, old, new),
        _ => Err("usage: tree_probe PATHS-FILE OLD NEW | tree_probe range REPOSITORY OLD TIP".into()),
    }
}

fn compare(paths: &str, old: &str, new: &str) -> Result<(), Box<dyn std::error::Error>> {
    let text = std::fs::read(paths)?;
    let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let paths: Vec<RepoPath> = lines.map(RepoPath::parse).collect::<Result<_, _>>()?;
    let cache = std::env::var_os("TREE_PROBE_CACHE").map(Into::into);
    let options = OpenOptions { cache, ..OpenOptions::default() };
    let start = Instant::now();
    let (old, new) = (open(&TreeSpec::parse(old)?, &options)?, open(&TreeSpec::parse(new)?, &options)?);
    say(start, "open both")?;
    for tree in [&old, &new] {
        for _ in 0..2 {
            let start = Instant::now();
            let nodes = tree.read(&paths)?;
            let present = nodes.iter().filter(|node| matches!(node, Node::File(_))).count();
            say(start, &format!("read {} paths of {}: {present} files", paths.len(), tree.label()))?;
        }
        let start = Instant::now();
        let known = tree.ids(&paths)?.iter().flatten().count();
        say(start, &format!("ids: {known}"))?;
    }
    let start = Instant::now();
    let found = changes::changes(&*old as &dyn Tree, &*new)?;
    say(start, &format!("changes: {} added, {} removed", found.added.len(), found.removed.len()))
}

fn say(start: Instant, what: &str) -> Result<(), Box<dyn std::error::Error>> {
    Ok(writeln!(std::io::stdout(), "{:>8.1} ms  {what}", start.elapsed().as_secs_f64() * 1000.0)?)
}
