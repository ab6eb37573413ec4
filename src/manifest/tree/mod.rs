//! One tree of values for the structured texts that manifests are written in: JSON, TOML, YAML, protocol buffer text.
//!
//! Each value knows its line. Reading is bounded in depth and count; a bound that is met is an error, as is anything
//! that breaks the language, because half of such a file says nothing reliable.

mod json;
mod proto;
mod toml;
mod yaml;

pub(super) use json::json;
pub(super) use proto::proto;
pub(super) use toml::toml;
pub(super) use yaml::yaml;

use super::{Parsed, Problem, Stated};

/// How deep values may nest.
const DEEPEST: usize = 40;
/// How many values a file may hold.
const MOST: usize = 1_000_000;

/// A value and the line (1-based) at which it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) item: Item,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Null,
    Flag(bool),
    /// A text; numbers and words without quotes as written.
    Text(String),
    List(Vec<Node>),
    /// Keys in the order of the file; one may stand several times.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The first value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.all(key).next()
    }

    /// Every value of a key.
    pub(super) fn all<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a Node> {
        self.entries().iter().filter(move |(known, _)| known == key).map(|(_, node)| node)
    }

    /// The value at a path of keys.
    pub(super) fn at(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entries, where it is a map.
    pub(super) fn entries(&self) -> &[(String, Node)] {
        match &self.item {
            Item::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The elements of a list; any other value but null is a list of one.
    pub(super) fn elements(&self) -> &[Node] {
        match &self.item {
            Item::List(elements) => elements,
            Item::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.item {
            Item::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The yes or no, where it is one.
    pub(super) fn flag(&self) -> Option<bool> {
        match &self.item {
            Item::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The text with its line, unless it is blank.
    pub(super) fn stated(&self) -> Option<Stated> {
        Stated::filled(self.text()?, self.line)
    }

    /// The text of a key with its line, unless it is blank.
    pub(super) fn state(&self, key: &str) -> Option<Stated> {
        self.get(key)?.stated()
    }
}

/// A file that could not be read.
pub(super) fn unreadable(problem: Problem) -> Parsed {
    Parsed { problems: vec![problem], ..Parsed::default() }
}

/// Line numbers by offset.
struct Lines {
    ends: Vec<usize>,
}

impl Lines {
    fn new(text: &str) -> Self {
        Self { ends: text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect() }
    }

    /// The line (1-based) of an offset.
    fn of(&self, offset: usize) -> usize {
        self.ends.partition_point(|end| *end < offset) + 1
    }
}
