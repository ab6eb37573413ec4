//! Which licences a text holds, and in which lines.
//!
//! Runs of six words name the texts of the list that may be there; each is laid over the place where its runs crowd; of readings
//! that overlap, the one that explains most words and leaves fewest unexplained wins. What no text claims is searched for
//! short notices, and tags are read.

use super::align::{Alignment, align};
use super::expression::{Expression, combine};
use super::index::{INDEX, Index, RUN, Template, mix};
use super::notice;
use super::tag;
use super::words::{self, Word};

/// How a licence was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// Its text is there.
    Text,
    /// A text much like it is there; a person should compare.
    Likeness,
    /// A notice names it.
    Notice,
    /// An SPDX tag names it.
    Tag,
}

/// A licence found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The licence, with its exception where one follows.
    pub expression: Expression,
    /// How it was found.
    pub how: How,
    /// First and last line, from 1.
    pub lines: (usize, usize),
    /// How alike text and licence are, in percent; 100 for notices and tags.
    pub percent: u8,
}

/// Only the beginning of a longer file is read, in bytes.
pub const LONGEST: usize = 4 << 20;

/// Thousandths from which on a reading is the licence itself.
const SAME: usize = 900;
/// Thousandths from which on a reading is reported at all.
const LIKE: usize = 750;
/// The least share of a text's runs that makes it a candidate, in hundredths.
const CANDIDATE: usize = 30;

/// Licences that most copies are of.
const COMMON: [&str; 14] = [
    "MIT",
    "X11",
    "ISC",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD-4-Clause",
    "Apache-2.0",
    "Zlib",
    "MPL-1.1",
    "MPL-2.0",
    "BSL-1.0",
    "GPL-2.0-only",
    "LGPL-2.1-only",
    "Unicode-3.0",
];

/// Everything a text holds, in order of lines.
pub fn recognize(content: &[u8]) -> Vec<Found> {
    let content = content.get(..content.len().min(LONGEST)).unwrap_or_default();
    let words = words::split(content);
    let readings = chosen(readings(&INDEX, &words), words.len());
    let (mut found, exceptions) = texts(&INDEX, &words, &readings);
    let mut from = 0;
    let end = Reading {
        template: 0,
        place: Alignment { start: words.len(), end: words.len(), matched: 0, differing: 0, outside: 0 },
    };
    for reading in readings.iter().chain([&end]) {
        let free = words.get(from..reading.place.start).unwrap_or_default();
        found.extend(notice::notices(free).into_iter().map(|notice| Found {
            expression: notice.expression,
            how: How::Notice,
            lines: (notice.lines.0 as usize, notice.lines.1 as usize),
            percent: 100,
        }));
        from = reading.place.end;
    }
    found.sort_by_key(|one| one.lines);
    for (exception, lines) in exceptions {
        join_exception(exception, lines, &mut found);
    }
    let tags = tag::tags(content).into_iter();
    found.extend(tags.map(|tag| Found {
        expression: tag.expression,
        how: How::Tag,
        lines: (tag.line, tag.line),
        percent: 100,
    }));
    found.sort_by(|a, b| {
        a.lines.cmp(&b.lines).then_with(|| a.how.cmp(&b.how)).then_with(|| a.expression.cmp(&b.expression))
    });
    found
}

/// What all findings say together: tags where there are any, else texts and notices; each once.
pub fn expression_of(found: &[Found]) -> Option<Expression> {
    let tagged = found.iter().any(|one| one.how == How::Tag);
    let says = |one: &&Found| !tagged || one.how == How::Tag;
    // A notice beside a text says again what the text says, or that later versions may be chosen.
    let beside = |how: How, one: &Found| {
        found.iter().find(|other| other.how == how && same_family(&other.expression, &one.expression))
    };
    let meant = found.iter().filter(says).filter_map(|one| match one.how {
        How::Notice => beside(How::Text, one).is_none().then_some(&one.expression),
        How::Text => Some(beside(How::Notice, one).map_or(&one.expression, |notice| &notice.expression)),
        _ => Some(&one.expression),
    });
    combine(meant.map(Expression::current))
}

/// True where one licence is the other, whatever is said of later versions.
fn same_family(a: &Expression, b: &Expression) -> bool {
    let base = |expression: &Expression| match expression {
        Expression::License { id, .. } => id.trim_end_matches("-only").trim_end_matches("-or-later").to_owned(),
        other => other.to_string(),
    };
    base(a) == base(b)
}

/// A licence text laid over the words of a file.
#[derive(Debug, Clone, Copy)]
struct Reading {
    template: u16,
    place: Alignment,
}

/// Every candidate, laid over every place where its runs crowd.
fn readings(index: &Index, words: &[Word]) -> Vec<Reading> {
    let hashes: Vec<u64> = words.iter().map(|word| word.hash).collect();
    let mut hits: Vec<Vec<u32>> = vec![Vec::new(); index.templates.len()];
    for (at, run) in (0_u32..).zip(hashes.windows(RUN)) {
        for holder in index.holders(mix(run)) {
            if let Some(list) = hits.get_mut(usize::from(*holder)) {
                list.push(at);
            }
        }
    }
    let mut readings = Vec::new();
    for ((number, template), places) in (0_u16..).zip(&index.templates).zip(&hits) {
        crowds(template, places, &mut |from, to| {
            let slack = 24 + template.words.len() / 16;
            let (from, to) = (from.saturating_sub(slack), (to + RUN + slack).min(hashes.len()));
            let place = align(index, template, hashes.get(from..to)?).filter(|place| place.likeness() >= LIKE)?;
            let place = Alignment { start: place.start + from, end: place.end + from, ..place };
            readings.push(Reading { template: number, place });
            Some(place.end)
        });
    }
    readings
}

/// Calls `take` for each stretch, no longer than the text and some more, that holds enough of its runs; it answers where the
/// text ends if it is there.
fn crowds(template: &Template, places: &[u32], take: &mut dyn FnMut(usize, usize) -> Option<usize>) {
    let length = template.words.len();
    let (needed, width) = (((length + 1 - RUN.min(length)) * CANDIDATE / 100).max(1), length + length / 8 + 24);
    let mut from = 0;
    while places.len().saturating_sub(from) >= needed {
        let (start, count) = fullest(places, from, width);
        let last = start + count.max(1) - 1;
        let (Some(low), Some(high)) = (places.get(start), places.get(last)) else { return };
        let end = if count >= needed { take(*low as usize, *high as usize) } else { None };
        from = match end {
            Some(end) => {
                start + places.get(start..).unwrap_or_default().partition_point(|place| (*place as usize) < end)
            }
            None => last,
        }
        .max(from + 1);
    }
}

/// Of the windows of `width` words that begin within the first one from `from`, the one with most places: where and how many.
fn fullest(places: &[u32], from: usize, width: usize) -> (usize, usize) {
    let first = places.get(from).map_or(0, |place| *place as usize);
    let (mut best, mut to) = ((from, 0), from);
    for (start, place) in places.iter().enumerate().skip(from) {
        let place = *place as usize;
        if place >= first + width {
            break;
        }
        to = to.max(start);
        while places.get(to).is_some_and(|other| (*other as usize) < place + width) {
            to += 1;
        }
        if to - start > best.1 {
            best = (start, to - start);
        }
    }
    best
}

/// Of readings that overlap, the most valuable one; in order of place.
fn chosen(mut readings: Vec<Reading>, words: usize) -> Vec<Reading> {
    let value = |reading: &Reading| {
        let common =
            INDEX.templates.get(usize::from(reading.template)).is_some_and(|template| COMMON.contains(&template.id));
        // A text that differs a little from all of the list is a copy of a common licence rather than of a rare one.
        reading.place.value() + if common { reading.place.value() / 25 } else { 0 }
    };
    readings.sort_by_key(|reading| (std::cmp::Reverse(value(reading)), reading.template, reading.place.start));
    let mut used = vec![false; words];
    readings.retain(|reading| {
        let Some(stretch) = used.get_mut(reading.place.start..reading.place.end) else { return false };
        let overlap = stretch.iter().filter(|taken| **taken).count();
        // Slack at the edges of a reading may touch its neighbour.
        let free = overlap * 10 <= stretch.len();
        if free {
            stretch.fill(true);
        }
        free
    });
    readings.sort_by_key(|reading| (reading.place.start, reading.place.end));
    readings
}

/// An exception and its lines.
type Exception = (&'static str, (usize, usize));

/// Readings as findings, and the exceptions among them with their lines.
fn texts(index: &Index, words: &[Word], readings: &[Reading]) -> (Vec<Found>, Vec<Exception>) {
    let line = |at: usize| words.get(at).map_or(0, |word| word.line as usize);
    let (mut found, mut exceptions) = (Vec::new(), Vec::new());
    for reading in readings {
        let Some(template) = index.templates.get(usize::from(reading.template)) else { continue };
        let place = reading.place;
        let lines = (line(place.start), line(place.end.saturating_sub(1)));
        if template.exception {
            exceptions.push((template.id, lines));
            continue;
        }
        let how = if place.likeness() >= SAME { How::Text } else { How::Likeness };
        let percent = u8::try_from(place.likeness() / 10).unwrap_or(100);
        found.push(Found { expression: Expression::license(template.id), how, lines, percent });
    }
    (found, exceptions)
}

/// Exceptions to the Apache licence; the others are to GNU licences.
const TO_APACHE: [&str; 2] = ["LLVM-exception", "Swift-exception"];
/// How many lines may stand between a licence and its exception.
const BETWEEN: usize = 12;

/// Joins an exception to the licence of its family that stands nearest before it or around it.
fn join_exception(exception: &str, lines: (usize, usize), found: &mut [Found]) {
    let apache = TO_APACHE.contains(&exception);
    let gnu = |id: &str| ["GPL-", "LGPL-", "AGPL-"].iter().any(|family| id.starts_with(family));
    let family = |id: &str| if apache { id == "Apache-2.0" } else { gnu(id) };
    let near = found.iter_mut().rev().find(|one| one.lines.0 <= lines.1 && one.lines.1 + BETWEEN >= lines.0);
    if let Some(Found { expression: Expression::License { id, exception: slot @ None, .. }, lines: reach, .. }) = near
        && family(id)
    {
        *slot = Some(exception.to_owned());
        reach.1 = reach.1.max(lines.1);
    }
}
