//! How a bundled version stands to a packaged one, and when that cannot be said.
//!
//! One library may be released by number, tagged by date and packaged by commit (`2024-07-02` against `0.2024`, `1948` against
//! `0.0~git20240507`); comparing such texts as numbers gives an answer that means nothing, so there is none.

use std::cmp::Ordering;

use super::form::{Form, Piece, is_day, read};
use super::loose;

/// How the bundled version stands to the packaged one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The bundled copy is older.
    Older,
    /// Both are the same.
    Same,
    /// The bundled copy is newer.
    Newer,
    /// They cannot be compared.
    Unknown(Unlike),
}

impl Relation {
    /// True where the packaged version is at least the bundled one, false where it is older, `None` where unknown.
    pub fn enough(self) -> Option<bool> {
        match self {
            Self::Older | Self::Same => Some(true),
            Self::Newer => Some(false),
            Self::Unknown(_) => None,
        }
    }
}

/// Why two versions cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unlike {
    /// One of them is missing or holds no number.
    Missing,
    /// One of them is a commit.
    Commit,
    /// One counts days, the other releases.
    DateAndNumber,
    /// One is a single running count, the other a release number.
    CountAndNumber,
}

impl Unlike {
    /// The reason in words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Missing => "a version is missing",
            Self::Commit => "one version is a commit",
            Self::DateAndNumber => "one version is a date, the other a release number",
            Self::CountAndNumber => "one version is a running count, the other a release number",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Missing,
    Commit,
    /// Eight digits or three numbers that make a day.
    Day,
    /// One number of a thousand or more.
    Count,
    /// Numbers that begin with a year but make no day: fits both.
    Year,
    Number,
}

/// Compares two upstream versions, as [`super::upstream_part`] gives them.
pub fn relate(bundled: &str, packaged: &str) -> Relation {
    let (mut a, mut b) = (read(bundled), read(packaged));
    let styles = (style(&a), style(&b));
    let unlike = match styles {
        (Style::Missing, _) | (_, Style::Missing) => Some(Unlike::Missing),
        (Style::Commit, Style::Commit) if a == b => return Relation::Same,
        (Style::Commit, _) | (_, Style::Commit) => Some(Unlike::Commit),
        (Style::Day, Style::Number | Style::Count) | (Style::Number | Style::Count, Style::Day) => {
            Some(Unlike::DateAndNumber)
        }
        (Style::Year, Style::Number) | (Style::Number, Style::Year) => Some(Unlike::DateAndNumber),
        (Style::Count, Style::Number | Style::Year) | (Style::Number | Style::Year, Style::Count) => {
            Some(Unlike::CountAndNumber)
        }
        _ => None,
    };
    if let Some(unlike) = unlike {
        return Relation::Unknown(unlike);
    }
    if styles.0 == Style::Day && styles.1 == Style::Day {
        (a, b) = (joined_day(a), joined_day(b));
    } else if matches!(styles, (Style::Day, Style::Year) | (Style::Year, Style::Day)) {
        (a, b) = (split_day(a), split_day(b));
    }
    match loose::forms(&a, &b) {
        Ordering::Less => Relation::Older,
        Ordering::Equal => Relation::Same,
        Ordering::Greater => Relation::Newer,
    }
}

fn style(form: &Form) -> Style {
    let numbers = numbers(form);
    match numbers[..] {
        [] => Style::Missing,
        _ if numbers.iter().all(|number| *number == 0) && !form.tail.is_empty() => Style::Commit,
        [first, ..] if day_of(first).is_some() => Style::Day,
        [year, month, day] if is_day(year, month, day) => Style::Day,
        [year, ..] if (1990..2100).contains(&year) && numbers.len() > 1 => Style::Year,
        [count] if count >= 1000 => Style::Count,
        _ => Style::Number,
    }
}

/// The numbers of the release; one that is too large counts as the largest.
fn numbers(form: &Form) -> Vec<u32> {
    let number = |piece: &Piece| match piece {
        Piece::Number(digits, _) => Some(digits.parse().unwrap_or(u32::MAX)),
        Piece::Letters(_) => None,
    };
    form.base.iter().filter_map(number).collect()
}

/// Year, month and day of eight digits.
fn day_of(number: u32) -> Option<[u32; 3]> {
    let day = [number / 10_000, number / 100 % 100, number % 100];
    is_day(day[0], day[1], day[2]).then_some(day)
}

/// Three numbers that make a day, as one of eight digits.
fn joined_day(mut form: Form) -> Form {
    if let [year, month, day] = numbers(&form)[..]
        && is_day(year, month, day)
    {
        form.base = vec![Piece::Number(format!("{year:04}{month:02}{day:02}"), false)];
    }
    form
}

/// Eight digits that make a day, as three numbers.
fn split_day(mut form: Form) -> Form {
    if let Some(day) = numbers(&form).first().and_then(|first| day_of(*first)) {
        form.base.splice(..1, day.map(|number| Piece::Number(number.to_string(), false)));
    }
    form
}
