//! The order of Gentoo (PMS chapter 3) and Alpine (apk-tools): numbers, one letter, named suffixes, revision.
//!
//! Both compare the first number by value and later ones as fractions where a zero leads; a pre-release suffix comes before
//! none, any other after. They differ in the list of suffixes, in how fractions are compared, and in Alpine's commit hash.

use std::cmp::Ordering;

use super::{by_value, split_run};

/// Whose rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `_alpha _beta _pre _rc`, none, `_p`.
    Gentoo,
    /// The same and `_cvs _svn _git _hg` before `_p`; `~hash` after the suffixes.
    Alpine,
}

/// Suffixes from earliest to latest; `None` stands for no suffix.
const ORDER: [Option<&str>; 10] = [
    Some("alpha"),
    Some("beta"),
    Some("pre"),
    Some("rc"),
    None,
    Some("cvs"),
    Some("svn"),
    Some("git"),
    Some("hg"),
    Some("p"),
];
/// Where "no suffix" stands in [`ORDER`].
const NONE: usize = 4;

/// A version in parts.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    dialect: Dialect,
    numbers: Vec<&'a str>,
    letter: Option<char>,
    /// Rank in [`ORDER`] and the digits after it.
    suffixes: Vec<(usize, &'a str)>,
    hash: Option<&'a str>,
    revision: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// The numbers and the letter.
    pub(super) fn core(&self) -> String {
        self.numbers.join(".") + &self.letter.map(String::from).unwrap_or_default()
    }

    /// The suffixes as name and digits.
    pub(super) fn suffixes(&self) -> impl Iterator<Item = (&'static str, &'a str)> {
        self.suffixes.iter().map(|(rank, digits)| (ORDER.get(*rank).copied().flatten().unwrap_or_default(), *digits))
    }
}

/// Reads a version; `None` where the text is none of the dialect.
pub(super) fn parse(dialect: Dialect, text: &str) -> Option<Parts<'_>> {
    let digits = |text| split_run(text, |byte: u8| byte.is_ascii_digit());
    let (first, mut rest) = digits(text);
    let mut numbers = vec![first];
    while let Some(after) = rest.strip_prefix('.') {
        let (number, next) = digits(after);
        numbers.push(number);
        rest = next;
    }
    if numbers.iter().any(|number| number.is_empty()) {
        return None;
    }
    let letter = rest.chars().next().filter(char::is_ascii_lowercase);
    rest = if letter.is_some() { rest.get(1..)? } else { rest };
    let mut suffixes = Vec::new();
    while let Some(after) = rest.strip_prefix('_') {
        let (name, next) = split_run(after, |byte| byte.is_ascii_lowercase());
        let rank = ORDER.iter().position(|word| *word == Some(name))?;
        if dialect == Dialect::Gentoo && (NONE + 1..ORDER.len() - 1).contains(&rank) {
            return None;
        }
        let (number, next) = digits(next);
        suffixes.push((rank, number));
        rest = next;
    }
    let mut hash = None;
    if let Some(after) = rest.strip_prefix('~').filter(|_| dialect == Dialect::Alpine) {
        let (hex, next) = split_run(after, |byte| byte.is_ascii_hexdigit());
        (hash, rest) = (Some(hex), next);
    }
    let mut revision = None;
    if let Some(after) = rest.strip_prefix("-r") {
        let (number, next) = digits(after);
        (revision, rest) = (Some(number).filter(|number| !number.is_empty()), next);
        revision?;
    }
    rest.is_empty().then_some(Parts { dialect, numbers, letter, suffixes, hash, revision })
}

/// Orders two versions of one dialect.
pub(super) fn compare(a: &Parts<'_>, b: &Parts<'_>) -> Ordering {
    numbers(a, b)
        .then_with(|| a.letter.cmp(&b.letter))
        .then_with(|| suffixes(a, b))
        .then_with(|| a.hash.cmp(&b.hash))
        .then_with(|| match (a.dialect, a.revision, b.revision) {
            // apk puts no revision before `-r0`; for Gentoo they are the same.
            (Dialect::Alpine, x, y) if x.is_some() != y.is_some() => x.is_some().cmp(&y.is_some()),
            (_, x, y) => by_value(x.unwrap_or_default(), y.unwrap_or_default()),
        })
}

fn numbers(a: &Parts<'_>, b: &Parts<'_>) -> Ordering {
    for (index, (x, y)) in a.numbers.iter().zip(&b.numbers).enumerate() {
        let fraction = index > 0 && (x.starts_with('0') || y.starts_with('0'));
        let order = match (fraction, a.dialect) {
            (false, _) => by_value(x, y),
            (true, Dialect::Gentoo) => x.trim_end_matches('0').cmp(y.trim_end_matches('0')),
            (true, Dialect::Alpine) => x.cmp(y),
        };
        if order.is_ne() {
            return order;
        }
    }
    a.numbers.len().cmp(&b.numbers.len())
}

fn suffixes(a: &Parts<'_>, b: &Parts<'_>) -> Ordering {
    for index in 0..a.suffixes.len().max(b.suffixes.len()) {
        let ((rank_a, digits_a), (rank_b, digits_b)) = (suffix_at(a, index), suffix_at(b, index));
        let order = rank_a.cmp(&rank_b).then_with(|| by_value(digits_a, digits_b));
        // apk puts a suffix without a number before the same one with 0.
        let bare = |digits: &str| usize::from(a.dialect == Dialect::Alpine && !digits.is_empty());
        let order = order.then_with(|| bare(digits_a).cmp(&bare(digits_b)));
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

fn suffix_at<'a>(parts: &Parts<'a>, index: usize) -> (usize, &'a str) {
    parts.suffixes.get(index).copied().unwrap_or((NONE, ""))
}
