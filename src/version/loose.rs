//! The order of upstream texts, whatever their style.
//!
//! Numbers compare by value and zeros at the end do not count (`1.2` equals `1.2.0`); at one place, a qualifier before the
//! release comes first, then the end, then a qualifier after it, then letters, then a number.

use std::cmp::Ordering;

use super::form::{Form, Piece, Tail, read};
use super::{by_value, rpm};

/// Orders two texts.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    forms(&read(a), &read(b))
}

/// Orders two texts that were read.
pub(super) fn forms(a: &Form, b: &Form) -> Ordering {
    let (a, b) = (key(a), key(b));
    for at in 0..a.len().max(b.len()) {
        let order = part_at(&a, at).order(part_at(&b, at));
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

fn part_at<'a>(key: &[Part<'a>], at: usize) -> Part<'a> {
    key.get(at).copied().unwrap_or(Part::End)
}

#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    Before(&'a str),
    End,
    After(&'a str),
    Letters(&'a str),
    Number(&'a str),
}

impl Part<'_> {
    fn rank(self) -> u8 {
        match self {
            Self::Before(_) => 0,
            Self::End => 1,
            Self::After(_) => 2,
            Self::Letters(_) => 3,
            Self::Number(_) => 4,
        }
    }

    fn order(self, other: Part<'_>) -> Ordering {
        match (self, other) {
            (Self::Number(x), Part::Number(y)) => by_value(x, y),
            (Self::Before(x), Part::Before(y))
            | (Self::After(x), Part::After(y))
            | (Self::Letters(x), Part::Letters(y)) => rpm::segments(x, y),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

fn key(form: &Form) -> Vec<Part<'_>> {
    let mut key = Vec::with_capacity(form.base.len() + form.tail.len());
    let drop_zeros = |key: &mut Vec<Part<'_>>| {
        while matches!(key.last(), Some(Part::Number(digits)) if digits.bytes().all(|byte| byte == b'0')) {
            key.pop();
        }
    };
    for piece in &form.base {
        match piece {
            Piece::Number(digits, _) => key.push(Part::Number(digits)),
            Piece::Letters(letters) => {
                drop_zeros(&mut key);
                key.push(Part::Letters(letters));
            }
        }
    }
    drop_zeros(&mut key);
    key.extend(form.tail.iter().map(|tail| match tail {
        Tail::Before(text) => Part::Before(text.as_str()),
        Tail::After(text) => Part::After(text.as_str()),
    }));
    key
}
