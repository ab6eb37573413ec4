//! Runs the GN files of a tree: `gn_reach TREE ROOT [--args FILE] [--whole] [--components FILE] [--unbundle]` prints times, what
//! was wrong, how the build uses the folders that the file lists, and what keeps the libraries with shims from being replaced.
//!
//! Run it in a release build; it prints milliseconds.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use forebay::gn::{self, Roots, Settings, Sources};
use forebay::path::RepoPath;
use forebay::unbundle::{self, Include, Library, Wanted, replacement};
use rayon::prelude::*;

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
        return Err("usage: gn_reach TREE ROOT [--args FILE] [--whole] [--problems]".into());
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
    if rest.iter().any(|word| word == "--unbundle") {
        shims(&mut out, Path::new(tree), &sources, &settings, &build)?;
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

/// Proves the shims of the tree against its build.
fn shims(
    out: &mut impl std::io::Write,
    tree: &Path,
    sources: &Folder,
    settings: &Settings,
    build: &gn::Build,
) -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let script = std::fs::read(tree.join(replacement::SCRIPT))?;
    let replacements = replacement::parse(&script)?;
    let wanted = Wanted::new(&replacements);
    let entries: Vec<PathBuf> = (walkdir::WalkDir::new(tree).into_iter().filter_map(Result::ok))
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    let mut includes: Vec<Include> = entries
        .par_iter()
        .flat_map_iter(|place| {
            let path = place
                .strip_prefix(tree)
                .ok()
                .and_then(|path| RepoPath::parse(path.as_os_str().as_encoded_bytes()).ok());
            let found =
                path.filter(Wanted::reads).and_then(|path| Some(wanted.includes(&path, &std::fs::read(place).ok()?)));
            found.unwrap_or_default()
        })
        .collect();
    includes.sort();
    writeln!(out, "{:>8} ms  {} includes of {} files", start.elapsed().as_millis(), includes.len(), entries.len())?;
    let start = Instant::now();
    let libraries = unbundle::prove(sources, settings, build, &replacements, &includes);
    writeln!(out, "{:>8} ms  proof", start.elapsed().as_millis())?;
    libraries.iter().try_for_each(|one| tell(out, one))?;
    Ok(())
}

/// One library and what keeps it.
fn tell(out: &mut impl std::io::Write, one: &Library) -> std::io::Result<()> {
    let word = match (one.ran, one.header_blocked()) {
        (false, _) => "no build file of its own",
        (true, true) => "BLOCKED by headers",
        (true, false) => "no header blocker",
    };
    let (headers, targets, cxx) = (one.covered.len(), one.targets.len(), one.needs_system_cxx);
    writeln!(out, "{}: {word}, {headers} headers, {targets} targets, needs system C++: {cxx}", one.name)?;
    for header in &one.private {
        let (users, others) = (&header.users, header.others.iter().take(3).collect::<Vec<_>>());
        let counts = format!("{} in the build {users:?}, {} elsewhere {others:?}", users.len(), header.others.len());
        writeln!(out, "    {}: {counts}", header.header)?;
    }
    for target in &one.missing {
        writeln!(out, "    lacks target {} for {:?}", target.name, target.users.iter().take(3).collect::<Vec<_>>())?;
    }
    Ok(())
}
