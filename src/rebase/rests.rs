//! Names that wait for a person: upstream dropped them, and only a hunk of grade C brought them back.
//!
//! Such a hunk is written, but whoever looks at it may put the name right. A later patch that adds the same name then has
//! to follow, so it waits for a person too and says which patch it rests on.

use std::collections::{HashMap, HashSet};

use crate::merge::tokens::{self, Token};
use crate::merge::{Fate, Grade, Line, stale};
use crate::patch::{Body, FilePatch, Hunk, LineKind};
use crate::path::RepoPath;
use crate::rebase::file_step::FileStep;
use crate::text::lines;
use crate::tree::File;

/// The names, by path of the new tree, with the patch that brought each.
#[derive(Debug, Default)]
pub struct Waiting(HashMap<RepoPath, HashMap<Vec<u8>, String>>);

impl Waiting {
    /// Remembers the names that hunks of grade C of a written patch add, old upstream had and new upstream has not.
    pub fn note(&mut self, patch: &str, file: &FilePatch, step: &FileStep, old: Option<&File>, new: Option<&File>) {
        let (Body::Hunks(hunks), Some(old)) = (&file.body, old) else { return };
        let mut doubtful = hunks.iter().zip(&step.hunks).filter(|(_, hunk)| hunk.grade == Some(Grade::C)).peekable();
        if doubtful.peek().is_none() {
            return;
        }
        let (old, new) = (lines::split(&old.data), new.map(|file| lines::split(&file.data)).unwrap_or_default());
        let (old, new): (HashSet<Token<'_>>, HashSet<Token<'_>>) =
            (old.iter().flat_map(names).collect(), new.iter().flat_map(names).collect());
        for name in doubtful.flat_map(|(hunk, _)| added(hunk)).filter(|name| old.contains(name) && !new.contains(name))
        {
            let waiting = self.0.entry(step.onto.clone()).or_default();
            waiting.entry(name.to_vec()).or_insert_with(|| patch.to_owned());
        }
    }

    /// Grades down hunks that add such names.
    pub fn ask(&self, file: &FilePatch, step: &mut FileStep) {
        let (Some(waiting), Body::Hunks(hunks)) = (self.0.get(&step.onto), &file.body) else { return };
        for (hunk, result) in hunks.iter().zip(&mut step.hunks) {
            let placed = !matches!(result.fate, Fate::Conflict | Fate::Absorbed);
            if !placed || result.grade.is_none_or(|grade| grade == Grade::C) {
                continue;
            }
            let Some((name, patch)) = added(hunk).find_map(|name| waiting.get_key_value(name)) else { continue };
            let name = String::from_utf8_lossy(name);
            result.grade = Some(Grade::C);
            result.evidence.insert(
                0,
                format!("adds `{name}`, which upstream dropped and `{patch}` brought, which waits for a person"),
            );
            step.grade = step.grade.max(Some(Grade::C));
        }
    }
}

fn added(hunk: &Hunk) -> impl Iterator<Item = Token<'_>> {
    let lines = hunk.lines.iter().filter(|line| line.kind == LineKind::Add);
    lines.flat_map(|line| names_of(&line.text))
}

fn names<'a>(line: &Line<'a>) -> Vec<Token<'a>> {
    names_of(line)
}

fn names_of(line: &[u8]) -> Vec<Token<'_>> {
    tokens::of(&[line]).into_iter().filter(|token| stale::is_compound(token)).collect()
}
