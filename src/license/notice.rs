//! Short notices that name a licence without its text, as headers of sources do.

use super::expression::{Expression, join};
use super::words::{Word, hash};

/// A notice found in a stretch of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    /// The licence.
    pub(super) expression: Expression,
    /// First and last line.
    pub(super) lines: (u32, u32),
}

/// A phrase and the licence it names; GNU licences carry their version near by and stand in [`GNU`].
const PHRASES: [(&str, &str); 16] = [
    ("licensed under the apache license version 2 0", "Apache-2.0"),
    ("licensed under apache license version 2 0", "Apache-2.0"),
    ("licensed under the apache license v2 0", "Apache-2.0"),
    ("under the terms of the apache license version 2 0", "Apache-2.0"),
    ("subject to the terms of the mozilla public license v 2 0", "MPL-2.0"),
    ("subject to the mozilla public license version 1 1", "MPL-1.1"),
    ("distributed under the boost software license version 1 0", "BSL-1.0"),
    ("distributed under the mit license", "MIT"),
    ("licensed under the mit license", "MIT"),
    ("released under the mit license", "MIT"),
    ("use of this source code is governed by a bsd style license", "BSD-3-Clause"),
    ("use of this source code is governed by an mit style license", "MIT"),
    ("licensed under the sil open font license version 1 1", "OFL-1.1"),
    ("under the terms of the eclipse public license v2 0", "EPL-2.0"),
    ("under the terms of the eclipse public license v1 0", "EPL-1.0"),
    ("this is free and unencumbered software released into the public domain", "Unlicense"),
];

/// Names of GNU licences, longest first, and the beginning of their id.
const GNU: [(&str, &str); 4] = [
    ("gnu affero general public license", "AGPL"),
    ("gnu lesser general public license", "LGPL"),
    ("gnu library general public license", "LGPL"),
    ("gnu general public license", "GPL"),
];

/// How far from its name a version may stand.
const NEAR: usize = 24;
/// How far a sentence that allows later versions may reach.
const REACH: usize = 60;

fn phrase(text: &str) -> Vec<u64> {
    text.split(' ').map(|word| hash(word.as_bytes())).collect()
}

/// Notices among words that no licence text has claimed.
pub(super) fn notices(words: &[Word]) -> Vec<Notice> {
    let table: Vec<(Vec<u64>, &str)> = PHRASES.iter().map(|(text, id)| (phrase(text), *id)).collect();
    let gnu: Vec<(Vec<u64>, &str)> = GNU.iter().map(|(text, base)| (phrase(text), *base)).collect();
    let mut found: Vec<Notice> = Vec::new();
    for at in 0..words.len() {
        let here = |(text, _): &&(Vec<u64>, &str)| {
            words
                .get(at..at + text.len())
                .is_some_and(|part| part.iter().zip(text).all(|(word, hash)| word.hash == *hash))
        };
        let id = match table.iter().find(here) {
            Some((text, id)) => Some(((*id).to_owned(), text.len())),
            None => {
                gnu.iter().find(here).and_then(|(text, base)| Some((gnu_id(words, at, text.len(), base)?, text.len())))
            }
        };
        if let Some((id, length)) = id {
            let line = |at: usize| words.get(at).map_or(0, |word| word.line);
            let lines = (line(at), line(at + length - 1));
            let expression = Expression::license(id);
            match found.iter_mut().find(|notice| notice.expression == expression) {
                Some(known) if lines.0 <= known.lines.1 + 20 => known.lines.1 = lines.1,
                Some(_) => {}
                None => found.push(Notice { expression, lines }),
            }
        }
    }
    three_at_choice(found)
}

/// Mozilla's old block names MPL, GPL and LGPL, and "either" of the latter "alternatively": that is one choice of three.
fn three_at_choice(mut found: Vec<Notice>) -> Vec<Notice> {
    let is = |notice: Option<&Notice>, family: &str| {
        let id = notice.and_then(|notice| notice.expression.ids().into_iter().next().map(str::to_owned));
        id.is_some_and(|id| id.starts_with(family))
    };
    let at = (0..found.len())
        .find(|at| is(found.get(*at), "MPL-1.1") && is(found.get(at + 1), "GPL-") && is(found.get(at + 2), "LGPL-"));
    if let Some(at) = at {
        let three: Vec<Notice> = found.drain(at..at + 3).collect();
        let lines = (three.first().map_or(0, |one| one.lines.0), three.last().map_or(0, |one| one.lines.1));
        let expression = join(three.into_iter().map(|one| one.expression).collect(), false);
        found.insert(at, Notice { expression, lines });
    }
    found
}

/// The id of a GNU licence whose name stands at `at`; `None` where no version is near.
fn gnu_id(words: &[Word], at: usize, length: usize, base: &str) -> Option<String> {
    let near = |from: usize, to: usize| words.get(from.min(words.len())..to.min(words.len())).unwrap_or_default();
    let (before, after) = (near(at.saturating_sub(8), at), near(at + length, at + length + NEAR));
    let version = version_in(after).or_else(|| version_in(before))?;
    let sentence: Vec<u64> = near(at.saturating_sub(8), at + length + REACH).iter().map(|word| word.hash).collect();
    let holds = |text: &str| {
        let text = phrase(text);
        sentence.windows(text.len()).any(|part| part == text)
    };
    let later = holds("any later version") || holds("or later") || holds("or any later");
    let id = format!("{base}-{version}-{}", if later { "or-later" } else { "only" });
    super::ids::license(&id).map(str::to_owned)
}

/// The number after `version` or `v`, or written as `v2`.
fn version_in(words: &[Word]) -> Option<&'static str> {
    const NUMBERS: [(&str, &str); 3] = [("1", "1"), ("2", "2"), ("3", "3")];
    let is = |word: Option<&Word>, text: &str| word.is_some_and(|word| word.hash == hash(text.as_bytes()));
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1);
        for (digit, _) in NUMBERS {
            let named = (is(Some(word), "version") || is(Some(word), "v")) && is(next, digit);
            let short = is(Some(word), &format!("v{digit}"));
            let minor = words.get(if named { at + 2 } else { at + 1 });
            match (named || short, digit) {
                (true, "2") if is(minor, "1") => return Some("2.1"),
                (true, "1") => return Some("1.0"),
                (true, "2") => return Some("2.0"),
                (true, _) => return Some("3.0"),
                (false, _) => {}
            }
        }
    }
    None
}
