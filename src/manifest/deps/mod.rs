//! `DEPS`: what gclient checks out into a tree, at which revisions, under which conditions.
//!
//! The file is Python by its looks only: assignments of literals, with `Var('x')`, `Str('x')` and `{x}` placeholders.
//! A dependency is a repository at a revision, packages of CIPD, or objects of a storage bucket. Source: gclient's own
//! reader (`gclient_eval.py` in `depot_tools`) and Chromium's `DEPS`. Most files of that name hold only include rules and
//! are left after a glance.
//!
//! Facts: [`DEP_TYPE`], [`OBJECT`], [`SHA256`]; of the file: [`GIT_DEPENDENCIES`].

mod condition;
mod place;
mod vars;

pub use vars::{Variable, Vars};

use super::python::{self, Expression, Node, Statement};
use super::{Condition, Declared, Ecosystem, Fact, Format, Parsed, Problem, ProblemKind, Role, Stated, Url, UrlKind};
use crate::path::RepoPath;
use place::Places;

/// Fact: `git`, `cipd` or `gcs`.
pub const DEP_TYPE: &str = "dep-type";
/// Fact: the name of an object in the bucket.
pub const OBJECT: &str = "object";
/// Fact: the SHA-256 of an object.
pub const SHA256: &str = "sha256";
/// Fact of the file: whether `SYNC`ed git submodules mirror the entries.
pub const GIT_DEPENDENCIES: &str = "git-dependencies";

/// The longest file that is read, in bytes; Chromium's has a quarter of a megabyte.
const LONGEST: usize = 4 << 20;
/// How many bytes of text a file may grow to when its references are filled.
const MOST_TEXT: usize = 32 << 20;

/// A `DEPS` file with its variables, which files named in its `recursedeps` inherit where they set the same names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evaluated {
    /// What it declares.
    pub parsed: Parsed,
    /// Its variables as they are in force.
    pub vars: Vars,
}

/// Reads a file by itself.
pub(super) fn parse(path: &RepoPath, bytes: &[u8]) -> Parsed {
    evaluate(path, bytes, &Vars::default()).parsed
}

/// Reads a file with variables of a checkout or of the file that names this one; they win over the file's own.
pub fn evaluate(path: &RepoPath, bytes: &[u8], known: &Vars) -> Evaluated {
    let mut evaluated = Evaluated { parsed: Parsed::default(), vars: Vars::of_checkout() };
    if !declares_something(bytes) {
        return evaluated;
    }
    if bytes.len() > LONGEST {
        let what = "the file is too long for a DEPS file and is not read";
        evaluated.parsed.problems.push(Problem::new(1, ProblemKind::TooLarge, what));
        return evaluated;
    }
    let text = super::text(bytes);
    let module = python::parse(&text);
    let mut reader = Reader { path, evaluated: &mut evaluated, places: Places::Unknown, left: MOST_TEXT };
    for (line, what) in &module.broken {
        reader.problem(*line, ProblemKind::Unreadable, what.clone());
    }
    if let Some(line) = module.cut {
        reader.problem(line, ProblemKind::TooLarge, "the file nests too deep or is too long from here on".to_owned());
    }
    reader.variables(&module.statements, known);
    reader.everything(&module.statements);
    evaluated.parsed.problems.sort();
    evaluated
}

/// Whether a line begins with a name that only files about checkouts assign.
fn declares_something(bytes: &[u8]) -> bool {
    let names: [&[u8]; 5] = [b"deps", b"deps_os", b"vars", b"recursedeps", b"git_dependencies"];
    bytes.split(|&byte| byte == b'\n').any(|line| {
        names.iter().any(|name| {
            let rest = line.strip_prefix(*name).map(<[u8]>::trim_ascii_start);
            rest.is_some_and(|rest| rest.starts_with(b"=") && !rest.starts_with(b"=="))
        })
    })
}

struct Reader<'a> {
    path: &'a RepoPath,
    evaluated: &'a mut Evaluated,
    places: Places,
    /// How many bytes of text may still be made.
    left: usize,
}

/// The fields of a dependency, by name.
struct Fields<'a>(&'a [(Node, Node)]);

impl<'a> Fields<'a> {
    fn get(&self, name: &str) -> Option<&'a Node> {
        self.0.iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value)
    }
}

impl Reader<'_> {
    fn problem(&mut self, line: usize, kind: ProblemKind, what: String) {
        self.evaluated.parsed.problems.push(Problem::new(line, kind, what));
    }

    /// A text, or a problem in its place.
    fn text(&mut self, node: &Node) -> Option<Stated> {
        match self.evaluated.vars.text_of(node) {
            Ok(text) => self.spend(text.len()).then(|| Stated::new(text, node.line)),
            Err(what) => {
                self.problem(node.line, ProblemKind::Unreadable, what);
                None
            }
        }
    }

    /// Takes from the bound on text; false, with one problem, once it is used up.
    fn spend(&mut self, bytes: usize) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left = self.left.saturating_sub(bytes + 1);
        if self.left == 0 {
            self.problem(1, ProblemKind::TooLarge, "the file grows too long when its references are filled".to_owned());
        }
        self.left > 0
    }

    /// Reads `vars`; what the checkout sets stays unknown even where the file has a value for it.
    fn variables(&mut self, statements: &[Statement], known: &Vars) {
        for (key, value) in entries(statements, "vars") {
            let Some(name) = self.text(key) else { continue };
            if self.evaluated.vars.get(&name.text) == Some(&Variable::Unknown) {
                continue;
            }
            let variable = match &value.expression {
                Expression::Name(word) if word == "True" => Variable::Flag(true),
                Expression::Name(word) if word == "False" || word == "None" => Variable::Flag(false),
                Expression::Call(call) if call.function == "Str" => {
                    match call.positional.first().and_then(Node::text) {
                        Some(text) => Variable::Fixed(text.to_owned()),
                        None => continue,
                    }
                }
                // A variable's own text is not filled.
                Expression::Text(text) => Variable::Text(text.clone()),
                _ => match self.text(value) {
                    Some(text) => Variable::Text(text.text),
                    None => continue,
                },
            };
            self.evaluated.vars.set(name.text, variable);
        }
        for (name, variable) in known.iter() {
            self.evaluated.vars.set(name, variable.clone());
        }
    }

    fn everything(&mut self, statements: &[Statement]) {
        let relative = assigned(statements, "use_relative_paths")
            .any(|value| matches!(&value.expression, Expression::Name(word) if word == "True"));
        let all: Vec<_> = entries(statements, "deps").collect();
        let keys = all.iter().filter_map(|(key, _)| key.text());
        self.places = Places::new(self.path, relative, keys);
        for (key, value) in all {
            self.dependency(key, value, None);
        }
        for (system, value) in entries(statements, "deps_os") {
            let Expression::Dict(inner) = &value.expression else { continue };
            let word = if system.text() == Some("unix") { "linux" } else { system.text().unwrap_or_default() };
            let condition = Stated::new(format!("checkout_{word}"), system.line);
            for (key, value) in inner {
                self.dependency(key, value, Some(&condition));
            }
        }
        self.recursed(statements);
        for value in assigned(statements, "git_dependencies") {
            if let Some(text) = value.text() {
                let fact = Fact::new(GIT_DEPENDENCIES, text.to_owned(), value.line);
                self.evaluated.parsed.facts.push(fact);
            }
        }
    }

    /// One entry of `deps`.
    fn dependency(&mut self, key: &Node, value: &Node, condition: Option<&Stated>) {
        let Some(place) = self.text(key) else { return };
        let condition = condition.cloned();
        match &value.expression {
            Expression::Name(word) if word == "None" => {}
            Expression::Dict(fields) => {
                let fields = Fields(fields);
                let own = match fields.get("condition") {
                    Some(node) => self.text(node),
                    None => condition,
                };
                self.with_fields(&place, &fields, own);
            }
            _ => {
                if let Some(url) = self.text(value) {
                    let declared = self.repository(&place, &url, condition);
                    self.evaluated.parsed.declared.push(declared);
                }
            }
        }
    }

    fn with_fields(&mut self, place: &Stated, fields: &Fields<'_>, condition: Option<Stated>) {
        let kind = fields.get("dep_type").and_then(Node::text).unwrap_or("git");
        match kind {
            "cipd" => self.packages(place, fields, condition.as_ref()),
            "gcs" => self.objects(place, fields, condition),
            "git" if fields.get("url").is_some_and(is_none) => {}
            "git" => match fields.get("url") {
                Some(node) => {
                    if let Some(url) = self.text(node) {
                        let declared = self.repository(place, &url, condition);
                        self.evaluated.parsed.declared.push(declared);
                    }
                }
                None => self.problem(place.line, ProblemKind::Missing, format!("`{}` has no `url`", place.text)),
            },
            other => self.problem(place.line, ProblemKind::Invalid, format!("`{other}` is no known `dep_type`")),
        }
    }

    /// A declaration at a place, with what all kinds have.
    fn declared(&mut self, place: &Stated, kind: &str, condition: Option<Stated>) -> Declared {
        let root = self.places.root(&place.text);
        let mut declared = Declared::new(Format::Deps, self.path, place.line, Role::Fetched, root);
        declared.facts.push(Fact::new(DEP_TYPE, kind.to_owned(), place.line));
        declared.condition = condition.map(|Stated { text, line }| {
            let holds = condition::holds(&text, &self.evaluated.vars).unwrap_or_else(|what| {
                self.problem(line, ProblemKind::Invalid, format!("condition `{text}`: {what}"));
                None
            });
            Condition { text, line, holds }
        });
        declared
    }

    fn repository(&mut self, place: &Stated, url: &Stated, condition: Option<Stated>) -> Declared {
        let mut declared = self.declared(place, "git", condition);
        let (address, revision) = split_revision(&url.text);
        let name = address.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or(address);
        declared.name = Stated::filled(name.strip_suffix(".git").unwrap_or(name), url.line);
        declared.revision = revision.and_then(|revision| Stated::filled(revision, url.line));
        declared.urls.push(Url { kind: UrlKind::Repository, text: address.to_owned(), line: url.line });
        declared
    }

    /// CIPD: one declaration a package.
    fn packages(&mut self, place: &Stated, fields: &Fields<'_>, condition: Option<&Stated>) {
        let size = condition.map_or(0, |condition| condition.text.len());
        let packages = fields.get("packages").map(Node::elements).unwrap_or_default();
        if packages.is_empty() {
            self.problem(place.line, ProblemKind::Missing, format!("`{}` has no `packages`", place.text));
        }
        for package in packages {
            let Expression::Dict(inner) = &package.expression else { continue };
            if !self.spend(size) {
                return;
            }
            let inner = Fields(inner);
            let Some(name) = inner.get("package").and_then(|node| self.text(node)) else { continue };
            let version = inner.get("version").and_then(|node| self.text(node));
            let mut declared = self.declared(place, "cipd", condition.cloned());
            declared.line = name.line;
            declared.ecosystem = Some(Ecosystem::Cipd);
            let revision = version.as_ref().and_then(|version| {
                let revision = version.text.strip_prefix("git_revision:")?;
                Stated::filled(revision, version.line)
            });
            declared.name = Some(name);
            declared.revision = revision;
            declared.version = version;
            self.evaluated.parsed.declared.push(declared);
        }
    }

    /// A bucket: one declaration a place, each object as facts.
    fn objects(&mut self, place: &Stated, fields: &Fields<'_>, condition: Option<Stated>) {
        let Some(bucket) = fields.get("bucket").and_then(|node| self.text(node)) else {
            let what = format!("`{}` has no `bucket`", place.text);
            return self.problem(place.line, ProblemKind::Missing, what);
        };
        let mut declared = self.declared(place, "gcs", condition);
        declared.ecosystem = Some(Ecosystem::Gcs);
        let name = place.text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        declared.name = Stated::filled(name, place.line);
        for object in fields.get("objects").map(Node::elements).unwrap_or_default() {
            let Expression::Dict(inner) = &object.expression else { continue };
            let inner = Fields(inner);
            for (field, key) in [("object_name", OBJECT), ("sha256sum", SHA256)] {
                let Some(value) = inner.get(field).and_then(|node| self.text(node)) else { continue };
                if key == OBJECT {
                    let text = format!("gs://{}/{}", bucket.text, value.text);
                    declared.urls.push(Url { kind: UrlKind::Archive, text, line: value.line });
                }
                declared.facts.push(Fact::new(key, value.text, value.line));
            }
        }
        self.evaluated.parsed.declared.push(declared);
    }

    /// Further files: a folder, or a folder and the name of the file there.
    fn recursed(&mut self, statements: &[Statement]) {
        for value in assigned(statements, "recursedeps") {
            for entry in value.elements() {
                let mut parts = entry.elements().iter();
                let Some(folder) = parts.next().and_then(|node| self.text(node)) else { continue };
                let name = match parts.next() {
                    Some(node) => self.text(node).map_or_else(|| "DEPS".to_owned(), |name| name.text),
                    None => "DEPS".to_owned(),
                };
                let further = self.places.root(&folder.text).resolve(name.as_bytes());
                self.evaluated.parsed.further.extend(further);
            }
        }
    }
}

fn is_none(node: &Node) -> bool {
    matches!(&node.expression, Expression::Name(word) if word == "None")
}

/// The values assigned to a name outside of any block.
fn assigned<'a>(statements: &'a [Statement], wanted: &'a str) -> impl Iterator<Item = &'a Node> {
    statements.iter().filter_map(move |statement| match statement {
        Statement::Assign { name, value, scope: python::Scope::Module } if name == wanted => Some(value),
        _ => None,
    })
}

/// The entries of the dictionaries assigned to a name.
fn entries<'a>(statements: &'a [Statement], wanted: &'a str) -> impl Iterator<Item = (&'a Node, &'a Node)> {
    assigned(statements, wanted)
        .flat_map(|value| match &value.expression {
            Expression::Dict(entries) => entries.as_slice(),
            _ => &[],
        })
        .map(|(key, value)| (key, value))
}

/// An address and the revision behind its `@`, which is not the one of `user@host`.
fn split_revision(url: &str) -> (&str, Option<&str>) {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let from = match url[authority..].find('/') {
        Some(slash) => authority + slash,
        // git@host:path
        None => url[authority..].find(':').map_or(authority, |colon| authority + colon),
    };
    match url[from..].split_once('@') {
        Some((before, revision)) => (&url[..from + before.len()], Some(revision)),
        None => (url, None),
    }
}

#[cfg(test)]
mod tests;
