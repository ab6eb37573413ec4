//! How much of a licence text stands in a stretch of words, in order.
//!
//! Runs of three words that the text holds once are anchors; the longest chain of anchors that rises in both is kept, anchors grow
//! over equal words, and short gaps between them are compared word by word.

use super::index::{Index, Template, WORD, mix};

/// A text laid over a stretch of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Alignment {
    /// First word of the stretch that belongs to the text.
    pub(super) start: usize,
    /// One after the last.
    pub(super) end: usize,
    /// Words found in order.
    pub(super) matched: usize,
    /// The cost of words of the text that are not there and of words that the text does not have, in sixteenths.
    pub(super) differing: usize,
    /// The cost of words of the text before the first and after the last one found, in sixteenths.
    pub(super) outside: usize,
}

impl Alignment {
    /// How alike they are, in thousandths: twice the matched words over all words of both, costs for words.
    pub(super) fn likeness(&self) -> usize {
        let found = 2 * usize::from(WORD) * self.matched;
        1000 * found / (found + self.differing + self.outside).max(1)
    }

    /// Words explained less words that speak against it, in sixteenths.
    pub(super) fn value(&self) -> isize {
        (usize::from(WORD) * self.matched).cast_signed() - (self.differing + self.outside).cast_signed()
    }
}

/// What a word of a title costs that a copy leaves out, and one of an appendix, in sixteenths.
const TITLE: usize = 4;
const APPENDIX: usize = 1;
/// Words that a title has at most.
const LONGEST_TITLE: usize = 16;

/// The largest gap that is compared word by word, as the product of its two sides.
const LARGEST_GAP: usize = 4096;

/// Lays `template` over `words`; `None` where no anchor fits.
pub(super) fn align(index: &Index, template: &Template, words: &[u64]) -> Option<Alignment> {
    let anchors: Vec<(usize, usize)> = words
        .windows(3)
        .enumerate()
        .filter_map(|(at, run)| Some((at, *template.anchors.get(&mix(run))? as usize)))
        .collect();
    let chain = rising(&anchors);
    let blocks = blocks(&template.words, words, &chain);
    let blocks = without_strays(&blocks);
    let (first, last) = (blocks.first()?, blocks.last()?);
    let mut matched: usize = blocks.iter().map(|block| block.length).sum();
    let mut differing = 0;
    for pair in blocks.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        let (from, to) = (before.of + before.length, after.of);
        let ours = words.get(before.at + before.length..after.at).unwrap_or_default();
        let theirs = template.words.get(from..to).unwrap_or_default();
        let same = if ours.len() * theirs.len() <= LARGEST_GAP { common(ours, theirs) } else { 0 };
        matched += same;
        let extra: usize = ours.iter().map(|word| usize::from(index.cost(*word))).sum();
        let missing: usize =
            template.costs.get(from..to).unwrap_or_default().iter().map(|cost| usize::from(*cost)).sum();
        let left = |cost: usize, count: usize| cost * (count - same) / count.max(1);
        differing += left(extra, ours.len()) + left(missing, theirs.len());
    }
    let end = last.of + last.length;
    let cut: usize =
        template.costs.get(end..template.core).unwrap_or_default().iter().map(|cost| usize::from(*cost)).sum();
    let appendix = template.words.len().saturating_sub(end.max(template.core));
    let title = first.of.min(LONGEST_TITLE);
    let outside = title * TITLE + (first.of - title) * usize::from(WORD) + cut + appendix * APPENDIX;
    Some(Alignment { start: first.at, end: last.at + last.length, matched, differing, outside })
}

/// Equal words: `length` of them at `at` in the stretch and at `of` in the text.
#[derive(Debug, Clone, Copy)]
struct Block {
    at: usize,
    of: usize,
    length: usize,
}

/// The longest subsequence whose second part rises; the first does anyhow.
fn rising(anchors: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // `ends[n]` is the anchor that ends the best chain of n + 1.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(anchors.len());
    for (index, (_, of)) in anchors.iter().enumerate() {
        let length = ends.partition_point(|end| anchors.get(*end).is_some_and(|(_, other)| other < of));
        before.push(length.checked_sub(1).and_then(|last| ends.get(last).copied()));
        match ends.get_mut(length) {
            // Of equal anchors the earlier one stays, so that a second copy of the text does not tear the first one.
            Some(end) if anchors.get(*end).is_some_and(|(_, other)| other > of) => *end = index,
            Some(_) => {}
            None => ends.push(index),
        }
    }
    let mut chain = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(index) = next {
        chain.extend(anchors.get(index));
        next = before.get(index).copied().flatten();
    }
    chain.reverse();
    chain
}

/// Grows anchors to blocks of equal words that do not overlap.
fn blocks(text: &[u64], words: &[u64], chain: &[(usize, usize)]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for &(at, of) in chain {
        let (free_at, free_of) =
            blocks.last().map_or((0, 0), |block| (block.at + block.length, block.of + block.length));
        if at < free_at || of < free_of {
            continue;
        }
        let back = (0..(at - free_at).min(of - free_of))
            .take_while(|step| words.get(at - 1 - step) == text.get(of - 1 - step))
            .count();
        let forth = words.iter().skip(at).zip(text.iter().skip(of)).take_while(|(a, b)| a == b).count();
        if forth > 0 {
            blocks.push(Block { at: at - back, of: of - back, length: back + forth });
        }
    }
    blocks
}

/// The blocks without those at either end that stand farther from the next one than they are long: a title that is quoted
/// above the text, a word or two of what follows.
fn without_strays(mut blocks: &[Block]) -> &[Block] {
    let far = |before: &Block, after: &Block, stray: &Block| {
        let gap = after.at - (before.at + before.length);
        stray.length <= LONGEST_TITLE && gap > stray.length && gap > after.of - (before.of + before.length)
    };
    while let [first, second, ..] = blocks
        && far(first, second, first)
    {
        blocks = blocks.get(1..).unwrap_or_default();
    }
    while let [.., second, last] = blocks
        && far(second, last, last)
    {
        blocks = blocks.get(..blocks.len() - 1).unwrap_or_default();
    }
    blocks
}

/// The length of the longest common subsequence.
fn common(a: &[u64], b: &[u64]) -> usize {
    let mut row = vec![0_usize; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        let mut left = 0;
        for (slot, y) in row.iter_mut().skip(1).zip(b) {
            let above = *slot;
            left = if x == y { diagonal + 1 } else { above.max(left) };
            diagonal = above;
            *slot = left;
        }
    }
    row.last().copied().unwrap_or(0)
}
