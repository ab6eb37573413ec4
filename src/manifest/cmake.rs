//! `CMakeLists.txt` and `*.cmake`: what `FetchContent_Declare` and `ExternalProject_Add` download, and wrappers whose names end so.
//!
//! Source: the documentation of both modules and of the language. Variables are filled where the same file sets them
//! to a plain text above; an address or revision with any other variable is left out.
//!
//! Facts: [`HASH`].

use std::collections::HashMap;

use super::{Declared, Fact, Format, Parsed, Problem, ProblemKind, Role, Root, Stated, Url, UrlKind};
use crate::path::RepoPath;

/// Fact: the digest of the archive, with its algorithm (`SHA256=...`).
pub const HASH: &str = "hash";

/// The longest file that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// The most words of one command that are looked at.
const MOST_WORDS: usize = 20_000;

/// Ends of the names of commands that declare something to download, in lower case.
const COMMANDS: [&str; 2] = ["fetchcontent_declare", "externalproject_add"];

pub(super) fn parse(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    if !mentions(bytes) {
        return parsed;
    }
    if bytes.len() > LONGEST {
        parsed.problems.push(Problem::new(1, ProblemKind::TooLarge, "the file is too long and is not read"));
        return parsed;
    }
    let text = super::text(bytes);
    let mut variables: HashMap<String, String> = HashMap::new();
    let mut reader = Reader { text: &text, at: 0, line: 1 };
    while let Some((name, line)) = reader.command() {
        let lower = name.to_ascii_lowercase();
        let fetches = COMMANDS.iter().any(|command| lower.ends_with(command));
        if !fetches && lower != "set" {
            continue;
        }
        let words = reader.words();
        if words.len() >= MOST_WORDS {
            parsed.problems.push(Problem::new(line, ProblemKind::TooLarge, "the command is too long"));
            continue;
        }
        if let ("set", [name, value, ..]) = (lower.as_str(), words.as_slice()) {
            if let Some(value) = filled(&value.text, &variables) {
                variables.insert(name.text.clone(), value);
            }
        } else if fetches {
            parsed.declared.extend(declared(path, &words, line, &variables));
        }
    }
    parsed
}

/// Whether the file holds the name of such a command, in any letter case.
fn mentions(bytes: &[u8]) -> bool {
    // Both names end in a rare word: look for that first.
    let ends: [(&[u8], &str); 2] = [(b"_declare", COMMANDS[0]), (b"_add", COMMANDS[1])];
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'_').any(|(at, _)| {
        ends.iter().any(|(end, command)| {
            let Some(from) = (at + end.len()).checked_sub(command.len()) else { return false };
            bytes.get(from..at + end.len()).is_some_and(|found| found.eq_ignore_ascii_case(command.as_bytes()))
        })
    })
}

fn declared(path: &RepoPath, words: &[Stated], line: usize, variables: &HashMap<String, String>) -> Option<Declared> {
    let name = words.first().and_then(|name| Some(Stated::new(filled(&name.text, variables)?, name.line)))?;
    let after = |key: &str| {
        let at = words.iter().position(|word| word.text.eq_ignore_ascii_case(key))?;
        let value = words.get(at + 1)?;
        Some(Stated::new(filled(&value.text, variables)?, value.line))
    };
    let mut declared = Declared::new(Format::CMake, path, line, Role::Required, Root::Unknown);
    for (key, kind) in
        [("GIT_REPOSITORY", UrlKind::Repository), ("SVN_REPOSITORY", UrlKind::Repository), ("URL", UrlKind::Archive)]
    {
        declared.urls.extend(after(key).map(|url| Url { kind, text: url.text, line: url.line }));
    }
    declared.revision = after("GIT_TAG").or_else(|| after("SVN_REVISION"));
    declared.facts.extend(after("URL_HASH").map(|hash| Fact::new(HASH, hash.text, hash.line)));
    if after("PATCH_COMMAND").is_some() {
        declared.modified = Some(true);
    }
    // A folder of the tree instead of an address is no download.
    declared.urls.retain(|url| url.text.contains("://") || url.text.starts_with("git@"));
    declared.name = Some(name);
    (!declared.urls.is_empty()).then_some(declared)
}

/// Fills `${name}`; `None` where a variable is not known.
fn filled(text: &str, variables: &HashMap<String, String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once("${") {
        let (name, after) = reference.split_once('}')?;
        out.push_str(before);
        out.push_str(variables.get(name)?);
        if out.len() > 512 {
            return None;
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Goes on by so many bytes, counting lines.
    fn skip(&mut self, bytes: usize) {
        self.line += self.rest()[..bytes].bytes().filter(|byte| *byte == b'\n').count();
        self.at += bytes;
    }

    /// Skips blanks and comments.
    fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            self.skip(blank);
            let rest = self.rest();
            if !rest.starts_with('#') {
                return;
            }
            let end = match bracket(&rest[1..]) {
                Some((open, close)) => rest[1 + open..].find(close.as_str()).map(|at| 1 + open + at + close.len()),
                None => rest.find('\n'),
            };
            self.skip(end.unwrap_or(rest.len()));
        }
    }

    /// The next command: its name, up to behind its bracket, and its line. Anything else is skipped.
    fn command(&mut self) -> Option<(&'a str, usize)> {
        loop {
            self.blanks();
            let rest = self.rest();
            let first = rest.chars().next()?;
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let (name, line) = (&rest[..end], self.line);
            if end == 0 {
                // Words of a command that nobody reads: a text in quotes may hold what looks like a command.
                if first == '"' {
                    self.quoted();
                } else {
                    self.skip(first.len_utf8());
                }
                continue;
            }
            self.skip(end);
            let spaces = self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
            if self.rest()[spaces..].starts_with('(') {
                self.skip(spaces + 1);
                return Some((name, line));
            }
        }
    }

    /// A text in quotes from its first one; `None` where it does not end, and then the rest of the file is skipped.
    fn quoted(&mut self) -> Option<String> {
        let rest = &self.rest()[1..];
        let mut value = String::new();
        let mut letters = rest.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.skip(at + 2);
                    return Some(value);
                }
                '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
                letter => value.push(letter),
            }
        }
        self.skip(self.rest().len());
        None
    }

    /// The words of a command up to its closing bracket.
    fn words(&mut self) -> Vec<Stated> {
        let mut words = Vec::new();
        let mut open = 1_usize;
        while words.len() < MOST_WORDS {
            self.blanks();
            let rest = self.rest();
            let line = self.line;
            match rest.chars().next() {
                None => break,
                Some('(') => {
                    open += 1;
                    self.skip(1);
                }
                Some(')') => {
                    open -= 1;
                    self.skip(1);
                    if open == 0 {
                        break;
                    }
                }
                Some('"') => words.extend(self.quoted().map(|text| Stated::new(text, line))),
                Some(_) => {
                    if let Some((from, close)) = bracket(rest) {
                        let end = rest[from..].find(close.as_str()).map_or(rest.len(), |at| from + at);
                        words.push(Stated::new(&rest[from..end], line));
                        self.skip((end + close.len()).min(rest.len()));
                    } else {
                        let end =
                            rest.find(|c: char| c.is_whitespace() || "()\"#".contains(c)).unwrap_or(rest.len()).max(1);
                        words.push(Stated::new(&rest[..end], line));
                        self.skip(end);
                    }
                }
            }
        }
        words
    }
}

/// Where a bracket argument such as `[==[` ends its opening, and how it closes.
fn bracket(text: &str) -> Option<(usize, String)> {
    let rest = text.strip_prefix('[')?;
    let signs = rest.len() - rest.trim_start_matches('=').len();
    rest[signs..].starts_with('[').then(|| (signs + 2, format!("]{}]", "=".repeat(signs))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Parsed {
        parse(&RepoPath::parse(b"CMakeLists.txt").unwrap(), text.as_bytes())
    }

    #[test]
    fn downloads_in_every_letter_case() {
        let parsed = read(
            "set(TAG \"v1.2\") # text (\nset(X ${Y})\nmessage(\"fetchcontent_declare(no URL https://h/n)\")\nFetchContent_Declare(\n  fish\n  GIT_REPOSITORY https://h/fish.git # git\n  GIT_TAG ${TAG})\n#[[ FetchContent_Declare(comment URL https://h/c) ]]\nEXTERNALPROJECT_ADD ( bird URL [=[https://h/b.zip]=] URL_HASH SHA256=ff PATCH_COMMAND patch (x))\nOverridableFetchContent_Declare(cat URL ${X})\nFetchContent_Declare(dog URL ${CMAKE_SOURCE_DIR}/dog)\n",
        );
        let [fish, bird] = parsed.declared.as_slice() else { panic!("{parsed:?}") };
        assert_eq!((fish.line, fish.revision.clone()), (4, Some(Stated::new("v1.2", 7))));
        assert_eq!((bird.line, bird.urls[0].text.as_str(), bird.modified), (9, "https://h/b.zip", Some(true)));
        assert_eq!(bird.fact(HASH).unwrap().text, "SHA256=ff");
    }

    #[test]
    fn other_files_are_left_at_a_glance() {
        assert!(!mentions(b"project(x)\nadd_library(a_add b_declare)\n"));
        assert!(
            mentions(b"x FETCHCONTENT_DECLARE(")
                && mentions(b"ExternalProject_Add(")
                && mentions(b"_add externalproject_add")
        );
        assert_eq!(read("FetchContent_Declare(").declared.len(), 0);
        assert_eq!(read("FetchContent_Declare(a URL \"https://h").declared.len(), 0);
    }
}
