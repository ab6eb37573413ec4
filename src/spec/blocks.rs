//! Conditional blocks: which branch a line stands in, and what must hold for it.

use std::ops::Range;

use super::document::Spec;

/// One branch of a conditional block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The word that opens it.
    pub kind: BranchKind,
    /// What stands behind the word, white space trimmed.
    pub condition: Range<usize>,
    /// The line (0-based) that opens it.
    pub line: usize,
    /// The line (0-based) that closes it: the next branch's or `%endif`; the number of lines where none does.
    pub end: usize,
    /// The branch around the whole block.
    pub parent: Option<usize>,
    /// The branch before it in the same block.
    pub before: Option<usize>,
}

/// The word that opens a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BranchKind {
    /// `%if` and `%elif`: an expression.
    If,
    /// `%ifarch` and `%elifarch`
    Arch,
    /// `%ifnarch`
    NotArch,
    /// `%ifos` and `%elifos`
    Os,
    /// `%ifnos`
    NotOs,
    /// `%else`
    Else,
}

/// One condition that must hold for a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// The branch whose condition it is.
    pub branch: usize,
    /// True where the condition must not hold: the line stands in a later branch of that block.
    pub negated: bool,
}

/// What a conditional line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Opens a block.
    Open(BranchKind),
    /// Goes on with a block.
    Next(BranchKind),
    /// Closes a block.
    Close,
}

const WORDS: [(&[u8], Word); 10] = [
    (b"%if", Word::Open(BranchKind::If)),
    (b"%ifarch", Word::Open(BranchKind::Arch)),
    (b"%ifnarch", Word::Open(BranchKind::NotArch)),
    (b"%ifos", Word::Open(BranchKind::Os)),
    (b"%ifnos", Word::Open(BranchKind::NotOs)),
    (b"%elif", Word::Next(BranchKind::If)),
    (b"%elifarch", Word::Next(BranchKind::Arch)),
    (b"%elifos", Word::Next(BranchKind::Os)),
    (b"%else", Word::Next(BranchKind::Else)),
    (b"%endif", Word::Close),
];

/// The word of a conditional at the beginning of trimmed text, and its length.
pub(super) fn word(text: &[u8]) -> Option<(Word, usize)> {
    if !text.starts_with(b"%i") && !text.starts_with(b"%e") {
        return None;
    }
    let end = text.iter().skip(1).position(|byte| !byte.is_ascii_lowercase()).map_or(text.len(), |end| end + 1);
    let name = text.get(..end).unwrap_or_default();
    let whole = text.get(end).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    WORDS.iter().find(|(known, _)| *known == name && whole).map(|(_, word)| (*word, end))
}

/// Builds the branches while the lines are read.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    pub(super) branches: Vec<Branch>,
    pub(super) unbalanced: Vec<usize>,
    open: Vec<usize>,
}

impl Nesting {
    /// The branch that is open now.
    pub(super) fn current(&self) -> Option<usize> {
        self.open.last().copied()
    }

    /// Takes a conditional line and gives the branch it opens.
    pub(super) fn take(&mut self, word: Word, line: usize, condition: Range<usize>) -> Option<usize> {
        let (kind, parent, before) = match word {
            Word::Open(kind) => (kind, self.current(), None),
            Word::Next(_) | Word::Close => {
                let Some(last) = self.open.pop() else {
                    self.unbalanced.push(line);
                    return None;
                };
                let mut parent = None;
                if let Some(branch) = self.branches.get_mut(last) {
                    branch.end = line;
                    parent = branch.parent;
                }
                match word {
                    Word::Next(kind) => (kind, parent, Some(last)),
                    _ => return None,
                }
            }
        };
        let index = self.branches.len();
        self.branches.push(Branch { kind, condition, line, end: usize::MAX, parent, before });
        self.open.push(index);
        Some(index)
    }

    /// Ends the file after so many lines.
    pub(super) fn finish(mut self, lines: usize) -> (Vec<Branch>, Vec<usize>) {
        for open in self.open.drain(..) {
            if let Some(branch) = self.branches.get_mut(open) {
                branch.end = lines;
                self.unbalanced.push(branch.line);
            }
        }
        self.unbalanced.sort_unstable();
        (self.branches, self.unbalanced)
    }
}

impl Spec {
    /// What must hold for a line (0-based), outermost first.
    pub fn guards(&self, line: usize) -> Vec<Guard> {
        self.guards_of(self.lines().get(line).and_then(|line| line.branch))
    }

    /// What must hold inside of a branch, outermost first.
    pub fn guards_of(&self, branch: Option<usize>) -> Vec<Guard> {
        let mut guards = Vec::new();
        let mut at = branch;
        while let Some(index) = at {
            let Some(branch) = self.branches().get(index) else { break };
            if branch.kind != BranchKind::Else {
                guards.push(Guard { branch: index, negated: false });
            }
            let mut before = branch.before;
            while let Some(earlier) = before {
                guards.push(Guard { branch: earlier, negated: true });
                before = self.branches().get(earlier).and_then(|branch| branch.before);
            }
            at = branch.parent;
        }
        guards.reverse();
        guards
    }

    /// False for two lines (0-based) in different branches of one block: they never count together.
    pub fn may_meet(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.guards(one), self.guards(other));
        !one.iter().any(|guard| other.iter().any(|b| b.branch == guard.branch && b.negated != guard.negated))
    }

    /// The first line of the block that a branch belongs to, and the line of its `%endif` (0-based).
    pub fn block_of(&self, branch: usize) -> Option<Range<usize>> {
        let mut first = self.branches().get(branch)?;
        while let Some(before) = first.before.and_then(|before| self.branches().get(before)) {
            first = before;
        }
        let mut end = first.end;
        while let Some(next) = self.branches().iter().find(|next| next.line == end && next.before.is_some()) {
            end = next.end;
        }
        Some(first.line..end)
    }
}
