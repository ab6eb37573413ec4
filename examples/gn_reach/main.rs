//! Runs the GN files of a tree: `gn_reach TREE ROOT [--args FILE] [--whole] [--components FILE] [--project FILE]` prints times,
//! what was wrong, how the build uses the folders that the file lists, and how it differs from what the reference program says.
//!
//! Run it in a release build; it prints milliseconds.

mod compare;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use forebay::gn::{self, Roots, Settings, Sources};
use forebay::path::RepoPath;

/// So many differences of each kind are listed.
const DIFFERENCES: usize = 20;

struct Folder(PathBuf);

impl Folder {
    fn place(&self, path: &RepoPath) -> PathBuf {
        self.0.join(String::from_utf8_lossy(path.as_bytes()).as_ref())
    }
}

impl Sources for Folder {
    fn read(&self, path: &RepoPath) -> Option<Arc<[u8]>> {
        std::fs::read(self.place(path)).ok().map(Into::into)
    }

    fn exists(&self, path: &RepoPath) -> bool {
        self.place(path).exists()
    }
}

/// Every GN file below a folder.
fn gn_files(root: &Path) -> Result<Vec<RepoPath>, Box<dyn std::error::Error>> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
        let entry = entry?;
        let name = entry.file_name().as_encoded_bytes();
        if entry.file_type().is_file() && (name.ends_with(b".gn") || name.ends_with(b".gni")) {
            found.push(RepoPath::parse(entry.path().strip_prefix(root)?.as_os_str().as_encoded_bytes())?);
        }
    }
    Ok(found)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [tree, root, rest @ ..] = &words[..] else {
        return Err("usage: gn_reach TREE ROOT [--args FILE] [--whole] [--problems] [--project FILE]".into());
    };
    let mut out = std::io::stdout().lock();
    let mut settings = Settings::default();
    if let Some(at) = rest.iter().position(|word| word == "--args") {
        settings.arguments = std::fs::read(rest.get(at + 1).ok_or("--args wants a file")?)?;
    }
    let sources = Folder(PathBuf::from(tree));
    let start = Instant::now();
    let files = gn_files(Path::new(tree))?;
    writeln!(out, "{:>8} ms  listing: {} files", start.elapsed().as_millis(), files.len())?;
    let whole = rest.iter().any(|word| word == "--whole");
    let roots = Roots { labels: vec![root.clone()], files: if whole { &files } else { &[] } };
    let start = Instant::now();
    let build = gn::load(&sources, &settings, &roots);
    let edges: usize = build.targets.iter().map(|target| target.edges.len()).sum();
    let millis = start.elapsed().as_millis();
    writeln!(
        out,
        "{millis:>8} ms  run: {} targets, {edges} edges, {} problems",
        build.targets.len(),
        build.problems.len()
    )?;
    let mut kinds = std::collections::BTreeMap::new();
    for problem in &build.problems {
        *kinds.entry(problem.trouble).or_insert(0) += 1;
        if rest.iter().any(|word| word == "--problems") {
            writeln!(out, "{problem}")?;
        }
    }
    writeln!(out, "{kinds:?}")?;
    if let Some(at) = rest.iter().position(|word| word == "--project") {
        let project = rest.get(at + 1).ok_or("--project wants a file")?;
        compare::compare(&mut out, &build, root, Path::new(project), DIFFERENCES)?;
    }
    let Some(at) = rest.iter().position(|word| word == "--components") else { return Ok(()) };
    let listed = std::fs::read(rest.get(at + 1).ok_or("--components wants a file")?)?;
    let listed = listed.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let components: Vec<RepoPath> = listed.map(RepoPath::parse).collect::<Result<_, _>>()?;
    let start = Instant::now();
    let usages = gn::reach(&build, &components);
    writeln!(out, "{:>8} ms  reach", start.elapsed().as_millis())?;
    for usage in usages {
        let when: Vec<String> = usage.condition.iter().map(ToString::to_string).collect();
        let (state, way) = (usage.state.word(), usage.witness.join(" -> "));
        writeln!(out, "{}\t{state}\t{}\t{way}", usage.root, when.join(" && "))?;
    }
    Ok(())
}
