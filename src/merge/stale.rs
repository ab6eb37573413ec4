//! Stale words: names that a patch adds and that upstream no longer has.
//!
//! A clean merge can still be wrong where the patch uses a variable or label of the old text that upstream has renamed or
//! taken out. Two things are asked of a name in the added lines, where the lines that the patch removes do not count as
//! base and those that it adds do not count as ours:
//!
//! - a name made of several words: base has it in the file and ours has not;
//! - a variable or label, which is what neither a call nor a declaration follows: base has it twice in the function
//!   around the edit, and ours has it nowhere in that function.

use std::cell::OnceCell;
use std::ops::Range;

use ahash::{AHashMap, AHashSet};
use bstr::ByteSlice;

use crate::merge::tokens::{self, Token};
use crate::merge::{Edit, Line, Placed, unit};
use crate::text::diff::Change;

/// The shortest word that is taken for a name.
const LEAST: usize = 4;

/// Uses in the old function from which on a plain word is taken for one of its variables.
const LEAST_USES: usize = 2;

/// Words of programs and of English that are nobody's names.
const COMMON: &[&[u8]] = &[
    b"auto",
    b"bool",
    b"break",
    b"case",
    b"catch",
    b"char",
    b"class",
    b"const",
    b"continue",
    b"default",
    b"double",
    b"elif",
    b"else",
    b"endif",
    b"enum",
    b"error",
    b"export",
    b"extern",
    b"false",
    b"finally",
    b"float",
    b"from",
    b"goto",
    b"import",
    b"inline",
    b"into",
    b"long",
    b"null",
    b"override",
    b"private",
    b"public",
    b"return",
    b"self",
    b"short",
    b"signed",
    b"sizeof",
    b"static",
    b"string",
    b"struct",
    b"switch",
    b"test",
    b"that",
    b"then",
    b"this",
    b"throw",
    b"true",
    b"typedef",
    b"uint",
    b"unsigned",
    b"using",
    b"virtual",
    b"void",
    b"when",
    b"while",
    b"with",
];

/// Why a name is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Ours has it nowhere in the file.
    Gone,
    /// Ours has it nowhere in the function.
    GoneHere,
}

impl Why {
    /// The end of the sentence "adds `name`, …".
    pub fn words(self) -> &'static str {
        match self {
            Self::Gone => "which upstream no longer has in this file",
            Self::GoneHere => "which upstream no longer has in this function",
        }
    }
}

/// Both texts of a file without what the patch removes and adds.
#[derive(Debug)]
pub struct Texts<'t, 'a> {
    base: &'t [Line<'a>],
    ours: &'t [Line<'a>],
    removed: Vec<Range<usize>>,
    replaced: Vec<Range<usize>>,
    /// The names of base's lines that ours does not have as they are: no other name can be gone.
    old_names: AHashSet<Token<'a>>,
    /// All names of ours, read when the first of `old_names` is asked for.
    new_names: OnceCell<AHashSet<Token<'a>>>,
}

impl<'t, 'a> Texts<'t, 'a> {
    /// The texts of a merge; `changes` lead from base to ours.
    pub fn new(
        (base, ours): (&'t [Line<'a>], &'t [Line<'a>]),
        changes: &[Change],
        edits: &[Edit<'a>],
        placed: &[Placed<'a>],
    ) -> Self {
        let removed: Vec<Range<usize>> = edits.iter().map(|edit| edit.base.clone()).collect();
        let replaced: Vec<Range<usize>> = placed.iter().map(|placed| placed.ours.clone()).collect();
        let lost = lost(changes, &replaced, base.len());
        let old_names = compounds(lost.iter().flat_map(|lines| rest(base, lines, &removed)));
        Self { base, ours, removed, replaced, old_names, new_names: OnceCell::new() }
    }

    /// Doubtful names in lines that are put at `ours` for an edit at `base`, in order, each once.
    pub fn among<'n>(&self, added: &[Line<'n>], base: &Range<usize>, ours: &Range<usize>) -> Vec<(Token<'n>, Why)> {
        let mut found: Vec<(Token<'n>, Why)> = Vec::new();
        let before = counts(self.ours.get(ours.clone()).unwrap_or_default().iter());
        let own_unit = added.iter().any(|line| unit::begins(line));
        let mut asked: AHashSet<Token<'n>> = AHashSet::new();
        let old_unit = OnceCell::new();
        let new_unit = OnceCell::new();
        let in_old = |name| {
            *old_unit
                .get_or_init(|| counts(rest(self.base, &unit::around(self.base, base), &self.removed)))
                .get(name)
                .unwrap_or(&0)
        };
        let in_new = |name| {
            new_unit
                .get_or_init(|| counts(rest(self.ours, &unit::around(self.ours, ours), &self.replaced)))
                .contains_key(name)
        };
        for line in added {
            let words = tokens::of(std::slice::from_ref(line));
            let comment = is_comment(line);
            for (at, &name) in words.iter().enumerate().filter(|(_, token)| is_plain(token)) {
                if before.contains_key(name) || !asked.insert(name) {
                    continue;
                }
                let why = if self.gone(name) {
                    Some(Why::Gone)
                } else if !comment
                    && !own_unit
                    && is_value(&words[at + 1..])
                    && in_old(name) >= LEAST_USES
                    && !in_new(name)
                {
                    Some(Why::GoneHere)
                } else {
                    // Another use of it may tell.
                    asked.remove(name);
                    None
                };
                found.extend(why.map(|why| (name, why)));
            }
        }
        found
    }

    fn gone(&self, name: Token<'_>) -> bool {
        let all = || compounds(rest(self.ours, &(0..self.ours.len()), &self.replaced));
        self.old_names.contains(name) && !self.new_names.get_or_init(all).contains(name)
    }
}

/// The lines of base that ours does not have as they are: those that changed, and those whose equals in ours are replaced.
fn lost(changes: &[Change], replaced: &[Range<usize>], base_len: usize) -> Vec<Range<usize>> {
    let mut lost = Vec::with_capacity(changes.len() + replaced.len());
    let (mut old_at, mut new_at) = (0, 0);
    let end = Change { old: base_len..base_len, new: usize::MAX..usize::MAX };
    for change in changes.iter().chain([&end]) {
        let equal = new_at..new_at + (change.old.start - old_at);
        let within = replaced.iter().map(|lines| lines.start.max(equal.start)..lines.end.min(equal.end));
        lost.extend(within.filter(|lines| lines.start < lines.end).map(|lines| {
            let shift = |line| line - new_at + old_at;
            shift(lines.start)..shift(lines.end)
        }));
        lost.push(change.old.clone());
        (old_at, new_at) = (change.old.end, change.new.end);
    }
    lost
}

/// True where what follows a word makes it neither a call nor the type of a declaration.
fn is_value(after: &[Token<'_>]) -> bool {
    let blanks = after.iter().take_while(|token| matches!(token.first(), Some(b' ' | b'\t'))).count();
    let next = after.get(blanks).copied().unwrap_or_default();
    // `name <` compares, `name<` is a type.
    let opens = |token: Token<'_>| token == b"<" && blanks == 0;
    let type_before =
        |token: Token<'_>| tokens::is_word(token) || matches!(token, b"*" | b"&" | b"\"" | b"'") || opens(token);
    next != b"(" && !type_before(next)
}

/// The names in lines that are made of several words.
fn compounds<'t, 'a: 't>(lines: impl Iterator<Item = &'t Line<'a>>) -> AHashSet<Token<'a>> {
    let words = lines.flat_map(|line| tokens::of(std::slice::from_ref(line)));
    words.filter(|token| is_plain(token) && is_compound(token)).collect()
}

/// The lines of a range that stand in none of the sorted `without` ranges.
fn rest<'t, 'a>(
    lines: &'t [Line<'a>],
    range: &Range<usize>,
    without: &'t [Range<usize>],
) -> impl Iterator<Item = &'t Line<'a>> + use<'t, 'a> {
    let mut next = without.partition_point(|gap| gap.end <= range.start);
    let start = range.start;
    lines[range.clone()].iter().enumerate().filter_map(move |(number, line)| {
        let number = number + start;
        while without.get(next).is_some_and(|gap| gap.end <= number) {
            next += 1;
        }
        without.get(next).is_none_or(|gap| number < gap.start).then_some(line)
    })
}

/// The words of lines that are no comments, with their counts.
fn counts<'t, 'a: 't>(lines: impl Iterator<Item = &'t Line<'a>>) -> AHashMap<Token<'a>, usize> {
    let mut counts = AHashMap::new();
    for token in lines.filter(|line| !is_comment(line)).flat_map(|line| tokens::of(std::slice::from_ref(line))) {
        *counts.entry(token).or_insert(0) += 1;
    }
    counts
}

fn is_comment(line: Line<'_>) -> bool {
    let text = line.trim_ascii();
    let opens: [&[u8]; 6] = [b"//", b"/*", b"* ", b"# ", b"--", b";"];
    opens.iter().any(|open| text.starts_with(open))
}

/// A word that can be the name of something.
fn is_plain(token: Token<'_>) -> bool {
    tokens::is_word(token)
        && token.len() >= LEAST
        && !token[0].is_ascii_digit()
        && token.iter().any(u8::is_ascii_lowercase)
        && !COMMON.contains(&token)
}

/// True for a name made of several words, which is surely somebody's own.
pub fn is_compound(token: Token<'_>) -> bool {
    if !tokens::is_word(token) || token[0].is_ascii_digit() {
        return false;
    }
    let inner = token.trim_with(|letter| letter == '_');
    inner.contains(&b'_') || inner.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{diff, lines};

    fn doubts(base: &str, ours: &str, added: &str, at: [usize; 2]) -> Vec<(String, Why)> {
        let [base, ours, added] = [base, ours, added].map(|text| lines::split(text.as_bytes()));
        let texts = Texts::new((&base, &ours), &diff::changes(&base, &ours), &[], &[]);
        let found = texts.among(&added, &(at[0]..at[0]), &(at[1]..at[1]));
        found.into_iter().map(|(name, why)| (String::from_utf8_lossy(name).into_owned(), why)).collect()
    }

    #[test]
    fn a_label_that_upstream_took_out_is_stale() {
        let base = "f (x);\nout_label:\n  return;\n";
        let found = doubts(base, "f (x);\n  return;\n", "  goto out_label;\n  fresh (x);\n", [1, 1]);
        assert_eq!(found, [("out_label".to_owned(), Why::Gone)]);
    }

    #[test]
    fn a_variable_gone_from_the_function_is_stale_though_another_has_it() {
        let other = "int g(void)\n{\n  query = next(query);\n}\n";
        let base = format!("int f(void)\n{{\n  text query;\n  expand(&query);\n  run(a);\n}}\n{other}");
        let ours = format!("int f(void)\n{{\n  expand(set);\n  run(a);\n}}\n{other}");
        let found = doubts(&base, &ours, "  if (*query == 0)\n", [4, 3]);
        assert_eq!(found, [("query".to_owned(), Why::GoneHere)]);
        assert_eq!(doubts(&base, &base, "  if (*query == 0)\n", [4, 4]), []);
    }

    proptest::proptest! {
        #[test]
        fn what_is_gone_is_gone_from_all_lines_that_count(
            base in proptest::collection::vec("(aa_a |bb_b |cc_c ){0,2}", 0..12),
            ours in proptest::collection::vec("(aa_a |bb_b |cc_c ){0,2}", 0..12),
            placed in proptest::collection::vec((0_usize..12, 0_usize..3), 0..3),
        ) {
            let ended = |lines: Vec<String>| lines.into_iter().map(|line| line + "\n").collect::<String>();
            let (base, ours) = (ended(base), ended(ours));
            let (base, ours) = (lines::split(base.as_bytes()), lines::split(ours.as_bytes()));
            let mut at = 0;
            let placed: Vec<Placed<'_>> = placed.iter().map(|(skip, length)| {
                let start = (at + skip).min(ours.len());
                at = (start + length).min(ours.len());
                Placed { hunk: 0, ours: start..at, lines: Vec::new() }
            }).collect();
            let texts = Texts::new((&base, &ours), &diff::changes(&base, &ours), &[], &placed);
            let counts = |number: &usize| !placed.iter().any(|placed| placed.ours.contains(number));
            for name in [b"aa_a", b"bb_b", b"cc_c"] {
                let has = |line: &Line<'_>| line.windows(4).any(|part| part == name);
                let in_ours = (0..ours.len()).filter(counts).any(|number| has(&ours[number]));
                proptest::prop_assert_eq!(texts.gone(name), base.iter().any(has) && !in_ours);
            }
        }
    }
}
