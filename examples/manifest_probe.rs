//! Reads every manifest of a folder: `manifest_probe summary TREE` counts, `manifest_probe show TREE FORMAT` prints what
//! is declared, `manifest_probe problems TREE FORMAT` what is wrong, `manifest_probe compare TREE EXPECTED` compares
//! `README.chromium` files with the table that `scripts/expected-components` writes, `compare-deps` the DEPS files with
//! that of `scripts/expected-dependencies`.
//!
//! Run it in a release build; `summary` prints the CPU time of reading alone.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::io::Write as _;
use std::time::{Duration, Instant};

use forebay::manifest::{Declared, Format, Parsed, Stated, deps, kind_of, parse, readme_chromium};
use forebay::path::RepoPath;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["summary", tree] => summary(tree),
        ["show", tree, format] => show(tree, format),
        ["problems", tree, format] => problems(tree, format),
        ["compare", tree, expected] => compare(tree, expected),
        ["compare-deps", tree, expected] => compare_deps(tree, expected),
        _ => Err("usage: manifest_probe summary|show|problems|compare|compare-deps TREE [FORMAT|EXPECTED]".into()),
    }
}

/// Every manifest below a folder with its content, sorted by path.
fn manifests(tree: &str) -> Result<Vec<(RepoPath, Format, Vec<u8>)>> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(tree).into_iter().filter_entry(|entry| entry.file_name() != ".git") {
        let entry = entry?;
        let below = entry.path().strip_prefix(tree)?;
        let Some(name) = below.to_str().filter(|_| entry.file_type().is_file()) else { continue };
        let Some(format) = kind_of(name.as_bytes()) else { continue };
        found.push((RepoPath::parse(name.as_bytes())?, format, std::fs::read(entry.path())?));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

#[derive(Default)]
struct Count {
    files: usize,
    empty: usize,
    clean: usize,
    declared: usize,
    problems: usize,
    bytes: usize,
    time: Duration,
}

fn summary(tree: &str) -> Result<()> {
    let files = manifests(tree)?;
    let names: Vec<&[u8]> = files.iter().map(|(path, _, _)| path.as_bytes()).collect();
    let start = Instant::now();
    let known = names.iter().filter(|name| kind_of(name).is_some()).count();
    let naming = start.elapsed();
    let mut counts: BTreeMap<Format, Count> = BTreeMap::new();
    for (path, format, bytes) in &files {
        let start = Instant::now();
        let parsed = parse(*format, path, bytes);
        let count = counts.entry(*format).or_default();
        count.time += start.elapsed();
        count.files += 1;
        count.bytes += bytes.len();
        count.empty += usize::from(parsed == Parsed::default());
        count.clean += usize::from(parsed.problems.is_empty());
        count.declared += parsed.declared.len();
        count.problems += parsed.problems.len();
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<20}{:>8}{:>8}{:>8}{:>10}{:>10}{:>9}{:>10}",
        "format", "files", "silent", "clean", "declared", "problems", "MB", "ms"
    )?;
    for (format, count) in &counts {
        let (size, time) = (megabytes(count.bytes), milliseconds(count.time));
        writeln!(
            out,
            "{:<20}{:>8}{:>8}{:>8}{:>10}{:>10}{size:>9}{time:>10}",
            format.word(),
            count.files,
            count.empty,
            count.clean,
            count.declared,
            count.problems
        )?;
    }
    let total: Duration = counts.values().map(|count| count.time).sum();
    writeln!(
        out,
        "{} files read in {} ms; {known} names told in {} ms",
        files.len(),
        milliseconds(total),
        milliseconds(naming)
    )?;
    Ok(())
}

fn megabytes(bytes: usize) -> String {
    format!("{}.{:02}", bytes / 1_000_000, bytes / 10_000 % 100)
}

fn milliseconds(time: Duration) -> String {
    format!("{}.{:02}", time.as_micros() / 1000, time.as_micros() / 10 % 100)
}

fn show(tree: &str, format: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for (path, kind, bytes) in manifests(tree)?.iter().filter(|(_, kind, _)| kind.word() == format) {
        let parsed = parse(*kind, path, bytes);
        for declared in &parsed.declared {
            writeln!(out, "{}:{} {:?} {:?}", path, declared.line, declared.role, declared.root)?;
            writeln!(out, "    {}", short(declared))?;
        }
        for further in &parsed.further {
            writeln!(out, "{path}: further {further}")?;
        }
        for problem in &parsed.problems {
            writeln!(out, "{path}:{problem}")?;
        }
    }
    Ok(())
}

/// What a declaration says, on one line.
fn short(declared: &Declared) -> String {
    let text = |stated: &Option<Stated>| stated.as_ref().map(|stated| stated.text.chars().take(60).collect::<String>());
    let urls: Vec<&str> = declared.urls.iter().map(|url| url.text.as_str()).collect();
    let purls: Vec<&str> = declared.purls.iter().map(|purl| purl.text.as_str()).collect();
    let facts: Vec<_> =
        declared.facts.iter().map(|fact| (fact.key.clone(), fact.text.chars().take(40).collect::<String>())).collect();
    format!(
        "name={:?} version={:?} revision={:?} license={:?} shipped={:?} modified={:?} condition={:?} urls={urls:?} purls={purls:?} code={:?} facts={facts:?}",
        text(&declared.name),
        text(&declared.version),
        text(&declared.revision),
        text(&declared.license),
        declared.shipped,
        declared.modified,
        declared.condition,
        declared.code
    )
}

fn problems(tree: &str, format: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for (path, kind, bytes) in manifests(tree)?.iter().filter(|(_, kind, _)| kind.word() == format || format == "all") {
        for problem in parse(*kind, path, bytes).problems {
            writeln!(out, "{path}:{problem}")?;
        }
    }
    Ok(())
}

fn compare(tree: &str, expected: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let table = std::fs::read_to_string(expected)?;
    let expected: Vec<Value> = table.lines().map(serde_json::from_str).collect::<std::result::Result<_, _>>()?;
    let mut read = HashMap::new();
    for (path, format, bytes) in manifests(tree)?.iter().filter(|(_, format, _)| *format == Format::ReadmeChromium) {
        for declared in parse(*format, path, bytes).declared {
            read.insert((path.to_string(), declared.line), row(&declared));
        }
    }
    let (mut same, mut fields, mut values) = (0, 0, 0);
    for row in &expected {
        let key =
            (row["path"].as_str().unwrap_or_default().to_owned(), usize::try_from(row["line"].as_u64().unwrap_or(0))?);
        let Some(ours) = read.remove(&key) else {
            writeln!(out, "{}:{}: not found", key.0, key.1)?;
            continue;
        };
        let row = row.as_object().ok_or("a row is an object")?;
        let different: Vec<_> = row.iter().filter(|(name, value)| ours.get(name.as_str()) != Some(value)).collect();
        fields += row.len();
        values += row.values().filter(|value| !value.is_null()).count();
        same += usize::from(different.is_empty());
        for (name, value) in different {
            writeln!(out, "{}:{}: {name}: expected {value}, read {}", key.0, key.1, ours[name.as_str()])?;
        }
    }
    for (path, line) in read.keys() {
        writeln!(out, "{path}:{line}: not expected")?;
    }
    writeln!(
        out,
        "{same} of {} components alike, {fields} fields ({values} with a value), {} unexpected",
        expected.len(),
        read.len()
    )?;
    if same == expected.len() && read.is_empty() { Ok(()) } else { Err("the tables differ".into()) }
}

/// A component in the words of `scripts/expected-components`.
fn row(declared: &Declared) -> Value {
    let text = |stated: &Option<Stated>| stated.as_ref().map(|stated| stated.text.clone());
    let fact = |key| declared.fact(key).map(|fact| fact.text.clone());
    let mitigated: BTreeMap<_, _> =
        declared.mitigated.iter().map(|one| (one.id.clone(), one.explanation.clone())).collect();
    let files: Vec<_> = declared.license_files.iter().map(|file| file.text.clone()).collect();
    let paths: Vec<_> = declared.license_files.iter().map(|file| file.path.as_ref().map(ToString::to_string)).collect();
    json!({
        "path": declared.path.to_string(), "line": declared.line,
        "name": text(&declared.name), "short_name": text(&declared.short_name),
        "urls": declared.urls.iter().map(|url| url.text.clone()).collect::<Vec<_>>(),
        "version": text(&declared.version), "revision": text(&declared.revision),
        "date": text(&declared.date), "iso_date": fact(readme_chromium::ISO_DATE),
        "license": text(&declared.license), "licenses": declared.licenses,
        "license_files": files, "license_paths": paths,
        "security_critical": declared.security_critical, "shipped": declared.shipped,
        "android": fact(readme_chromium::ANDROID_COMPATIBLE).map(|text| text == "yes"),
        "cpe": declared.cpes.first().map(|cpe| cpe.text.clone()),
        "cpe_unknown": fact(readme_chromium::CPE_UNKNOWN).is_some(),
        "mitigated": mitigated, "description": text(&declared.description),
        "local_modifications": text(&declared.local_modifications), "modified": declared.modified,
        "update_mechanism": text(&declared.update_mechanism),
    })
}

/// Compares what DEPS files check out, as text, in the order of the table.
fn compare_deps(tree: &str, expected: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let table = std::fs::read_to_string(expected)?;
    let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
    for line in table.lines() {
        let row: Value = serde_json::from_str(line)?;
        *wanted.entry(row.to_string()).or_default() += 1;
    }
    let total: usize = wanted.values().sum();
    let (mut same, mut unexpected) = (0, 0);
    for (path, format, bytes) in manifests(tree)?.iter().filter(|(_, format, _)| *format == Format::Deps) {
        for declared in parse(*format, path, bytes).declared {
            let row = deps_row(&declared).to_string();
            if let Some(count) = wanted.get_mut(&row).filter(|count| **count > 0) {
                *count -= 1;
                same += 1;
            } else {
                unexpected += 1;
                writeln!(out, "{}:{}: not expected: {row}", path, declared.line)?;
            }
        }
    }
    for (row, _) in wanted.iter().filter(|(_, count)| **count > 0) {
        writeln!(out, "not found: {row}")?;
    }
    writeln!(out, "{same} of {total} dependencies alike, {unexpected} unexpected")?;
    if same == total && unexpected == 0 { Ok(()) } else { Err("the tables differ".into()) }
}

/// A dependency in the words of `scripts/expected-dependencies`.
fn deps_row(declared: &Declared) -> Value {
    let text = |stated: &Option<Stated>| stated.as_ref().map_or(String::new(), |stated| stated.text.clone());
    let kind = declared.fact(deps::DEP_TYPE).map(|fact| fact.text.clone()).unwrap_or_default();
    let what = match kind.as_str() {
        "cipd" => format!("{}@{}", text(&declared.name), text(&declared.version)),
        "gcs" => {
            let digests = declared.facts.iter().filter(|fact| fact.key == deps::SHA256);
            let objects =
                declared.urls.iter().zip(digests).map(|(url, digest)| format!("{} {}", url.text, digest.text));
            objects.collect::<Vec<_>>().join(" ")
        }
        _ => {
            let address = declared.urls.first().map(|url| url.text.clone()).unwrap_or_default();
            declared.revision.as_ref().map_or(address.clone(), |revision| format!("{address}@{}", revision.text))
        }
    };
    let condition = declared.condition.as_ref().map(|condition| condition.text.clone());
    json!({ "path": declared.path.to_string(), "kind": kind, "what": what, "condition": condition })
}
