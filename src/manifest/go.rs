//! Go: `go.mod` and the `modules.txt` of a vendor folder.
//!
//! Source: the Go modules reference, sections on the syntax of `go.mod` and on vendoring. A vendored module lies at
//! `vendor/PATH`; `replace` may put another module or a folder in its place.
//!
//! Facts: [`REPLACED_BY`], [`INDIRECT`], [`EXPLICIT`].

use std::collections::HashMap;

use super::{Declared, Ecosystem, Fact, Format, Parsed, Problem, ProblemKind, Role, Root, Stated, purl};
use crate::path::RepoPath;

/// Fact: the module, version or folder that stands in its place.
pub const REPLACED_BY: &str = "replaced-by";
/// Fact: only another module needs it.
pub const INDIRECT: &str = "indirect";
/// Fact: the main module names it itself.
pub const EXPLICIT: &str = "explicit";

/// How many replacements of one module are looked at.
const MOST_REPLACEMENTS: usize = 16;

/// Reads a `go.mod`: the module itself, then what it requires.
pub(super) fn go_mod(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let text = super::text(bytes);
    let mut parsed = Parsed::default();
    let mut replaced: HashMap<String, Vec<(Option<String>, Fact)>> = HashMap::new();
    let mut block: Option<String> = None;
    for (index, raw) in text.lines().enumerate() {
        let (code, comment) = raw.split_once("//").unwrap_or((raw, ""));
        let mut words: Vec<String> = code.split_whitespace().map(unquoted).collect();
        let verb = match &block {
            Some(_) if words.first().is_some_and(|word| word == ")") => {
                block = None;
                continue;
            }
            Some(verb) => verb.clone(),
            None if words.is_empty() => continue,
            None => words.remove(0),
        };
        if words == ["("] {
            block = Some(verb);
            continue;
        }
        let line = index + 1;
        match (verb.as_str(), words.as_slice()) {
            ("module", [name]) => parsed.declared.push(module(path, name, None, line, Role::Present)),
            ("require", [name, version, ..]) => {
                let mut required = module(path, name, Some(version), line, Role::Required);
                if comment.trim().starts_with("indirect") {
                    required.facts.push(Fact::new(INDIRECT, "true", line));
                }
                parsed.declared.push(required);
            }
            ("replace", words) => match replacement(words, line) {
                Some((name, version, fact)) => {
                    let of_name = replaced.entry(name).or_default();
                    if of_name.len() < MOST_REPLACEMENTS {
                        of_name.push((version, fact));
                    }
                }
                None => parsed.problems.push(Problem::new(line, ProblemKind::Invalid, "`replace` has no `=>`")),
            },
            ("module" | "require", [_, ..]) => {
                parsed.problems.push(Problem::new(line, ProblemKind::Invalid, format!("`{verb}` of another form")));
            }
            _ => {}
        }
    }
    for declared in parsed.declared.iter_mut().filter(|declared| declared.role == Role::Required) {
        let of_name = declared.name.as_ref().and_then(|name| replaced.get(&name.text));
        for (version, fact) in of_name.into_iter().flatten() {
            let own = declared.version.as_ref().map(|own| &own.text);
            if version.is_none() || version.as_ref() == own {
                declared.facts.push(fact.clone());
            }
        }
    }
    parsed
}

/// `path [version] => path-or-folder [version]`.
fn replacement(words: &[String], line: usize) -> Option<(String, Option<String>, Fact)> {
    let arrow = words.iter().position(|word| word == "=>")?;
    let (old, new) = (words.get(..arrow)?, words.get(arrow + 1..)?);
    Some((old.first()?.clone(), old.get(1).cloned(), Fact::new(REPLACED_BY, new.join(" "), line)))
}

fn unquoted(word: &str) -> String {
    word.trim_matches(['"', '`']).to_owned()
}

fn module(path: &RepoPath, name: &str, version: Option<&String>, line: usize, role: Role) -> Declared {
    let (format, root) =
        if role == Role::Present { (Format::GoMod, Root::around(path)) } else { (Format::GoMod, Root::Unknown) };
    let mut declared = Declared::new(format, path, line, role, root);
    fill(&mut declared, name, version.map(String::as_str), line);
    declared
}

/// Name, version, package URL, and the revision that a pseudo-version ends in.
fn fill(declared: &mut Declared, name: &str, version: Option<&str>, line: usize) {
    declared.ecosystem = Some(Ecosystem::Go);
    declared.name = Stated::filled(name, line);
    declared.version = version.and_then(|version| Stated::filled(version, line));
    declared.purls.extend(purl::of(Ecosystem::Go, name, version).map(|text| Stated::new(text, line)));
    // v0.0.0-20221004120235-7186f635531b
    let hash = version.and_then(|version| version.split('+').next()?.rsplit_once('-'));
    let is_pseudo = |(before, hash): &(&str, &str)| {
        let time = before.rsplit(['-', '.']).next().unwrap_or_default();
        time.len() == 14
            && time.bytes().all(|b| b.is_ascii_digit())
            && hash.len() == 12
            && hash.bytes().all(|b| b.is_ascii_hexdigit())
    };
    declared.revision = hash.filter(is_pseudo).and_then(|(_, hash)| Stated::filled(hash, line));
}

/// Reads `vendor/modules.txt`: a `# module version` line, then its packages.
pub(super) fn modules(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let text = super::text(bytes);
    let mut parsed = Parsed::default();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if let Some(marks) = line.strip_prefix("## ") {
            let explicit = marks.split(';').any(|mark| mark.trim() == "explicit");
            if let Some(declared) = parsed.declared.last_mut().filter(|_| explicit) {
                declared.facts.push(Fact::new(EXPLICIT, "true", number));
            }
        } else if let Some(words) = line.strip_prefix("# ") {
            let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            let (old, new) = match words.iter().position(|word| word == "=>") {
                Some(arrow) => (words.get(..arrow).unwrap_or_default(), words.get(arrow + 1..)),
                None => (words.as_slice(), None),
            };
            let Some(name) = old.first() else { continue };
            // A replacement without the version of what it replaces only repeats `go.mod`.
            if old.len() < 2 && new.is_some() {
                continue;
            }
            let root = Root::around(path).folder(name.as_bytes());
            let mut declared = Declared::new(Format::GoModules, path, number, Role::Present, root);
            fill(&mut declared, name, old.get(1).map(String::as_str), number);
            declared.facts.extend(new.map(|new| Fact::new(REPLACED_BY, new.join(" "), number)));
            parsed.declared.push(declared);
        } else if let Some(declared) = parsed.declared.last_mut() {
            // Only packages that are used are copied.
            declared.files.extend(Stated::filled(line, number));
        }
    }
    for declared in &mut parsed.declared {
        let name = declared.name.as_ref().map(|name| name.text.clone()).unwrap_or_default();
        for file in &mut declared.files {
            let below = file.text.strip_prefix(&name).map(|rest| rest.trim_start_matches('/').to_owned());
            file.text = below.filter(|rest| !rest.is_empty()).unwrap_or_else(|| ".".to_owned());
        }
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_and_replacements() {
        let path = RepoPath::parse(b"fish/go.mod").unwrap();
        let parsed = go_mod(
            &path,
            b"module example.org/fish // text\n\ngo 1.20\nrequire example.org/a v1.2.3\nrequire (\n\t\"example.org/b\" v0.0.0-20221004120235-7186f635531b // indirect\n)\nreplace (\n  example.org/a => ../a\n  example.org/b v9 => c v1\n)\nreplace x y\nrequire z\n",
        );
        let [fish, a, b] = parsed.declared.as_slice() else { panic!("{parsed:?}") };
        assert_eq!((fish.role, fish.line, a.line, b.line), (Role::Present, 1, 4, 6));
        assert_eq!(a.purls[0].text, "pkg:golang/example.org/a@v1.2.3");
        assert_eq!(a.fact(REPLACED_BY).unwrap().text, "../a");
        assert!(b.fact(REPLACED_BY).is_none() && b.fact(INDIRECT).is_some());
        assert_eq!(b.revision, Some(Stated::new("7186f635531b", 6)));
        assert_eq!(parsed.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [12, 13]);
    }

    #[test]
    fn vendored_modules_with_their_packages() {
        let path = RepoPath::parse(b"fish/vendor/modules.txt").unwrap();
        let parsed = modules(&path, b"# example.org/a v1.0.0\n## explicit; go 1.17\nexample.org/a\nexample.org/a/sub\n# example.org/b v2.0.0 => ./b\n# example.org/b => ./b\n");
        let [a, b] = parsed.declared.as_slice() else { panic!("{parsed:?}") };
        assert_eq!(a.root, Root::Folder(RepoPath::parse(b"fish/vendor/example.org/a").unwrap()));
        assert_eq!(a.files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>(), [".", "sub"]);
        assert!(a.fact(EXPLICIT).is_some());
        assert_eq!(b.fact(REPLACED_BY).unwrap().text, "./b");
    }
}
