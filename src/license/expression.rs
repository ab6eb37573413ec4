//! SPDX licence expressions: parse, print, combine (SPDX 2.3, annex D).
//!
//! `OR` binds weaker than `AND`, `AND` weaker than `WITH`. Printing puts parentheses where they are needed and nowhere else, so
//! what was printed parses to the same expression.

use std::collections::BTreeSet;
use std::fmt;

use super::ids;

/// A licence expression with ids in the list's spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expression {
    /// One licence: an id or `LicenseRef-...`.
    License {
        /// The id.
        id: String,
        /// True for `id+`.
        or_later: bool,
        /// The exception after `WITH`.
        exception: Option<String>,
    },
    /// All of them apply; two or more, none of them `And`.
    And(Vec<Expression>),
    /// One of them at choice; two or more, none of them `Or`.
    Or(Vec<Expression>),
}

/// Why a text is no SPDX expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// A word is neither an id of the list nor a `LicenseRef-`.
    #[error("`{word}` at column {column} is not a licence id of the SPDX list")]
    UnknownId {
        /// The word.
        word: String,
        /// Its place in the text, from 1.
        column: usize,
    },
    /// The word after `WITH` is no exception of the list.
    #[error("`{word}` at column {column} is not an exception of the SPDX list")]
    UnknownException {
        /// The word.
        word: String,
        /// Its place in the text, from 1.
        column: usize,
    },
    /// Something else was expected.
    #[error("expected {expected} at column {column}")]
    Expected {
        /// What would fit.
        expected: &'static str,
        /// The place in the text, from 1.
        column: usize,
    },
    /// The text is too long or its parentheses too deep.
    #[error("the expression is longer or deeper than an expression may be")]
    TooLarge,
}

/// No expression in use comes near.
const DEEPEST: usize = 64;
const LONGEST: usize = 64 * 1024;

impl Expression {
    /// One licence without anything else; the id is taken as it is.
    pub fn license(id: impl Into<String>) -> Self {
        Self::License { id: id.into(), or_later: false, exception: None }
    }

    /// Reads an expression; operators may be in lower case, ids in any case.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        if text.len() > LONGEST {
            return Err(ExpressionError::TooLarge);
        }
        let mut parser = Parser { tokens: tokens(text), at: 0, end: text.len() + 1, depth: 0 };
        let expression = parser.or()?;
        match parser.peek() {
            None => Ok(expression),
            Some(token) => Err(ExpressionError::Expected { expected: "an operator or the end", column: token.column }),
        }
    }

    /// All licence ids in it, sorted, without exceptions.
    pub fn ids(&self) -> BTreeSet<&str> {
        match self {
            Self::License { id, .. } => BTreeSet::from([id.as_str()]),
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::ids).collect(),
        }
    }

    /// The same with deprecated ids replaced by what the list says to write.
    #[must_use]
    pub fn current(&self) -> Self {
        match self {
            Self::And(parts) => join(parts.iter().map(Self::current).collect(), true),
            Self::Or(parts) => join(parts.iter().map(Self::current).collect(), false),
            Self::License { id, or_later, exception } => current_license(id, *or_later, exception.as_deref()),
        }
    }
}

fn current_license(id: &str, or_later: bool, exception: Option<&str>) -> Expression {
    let gnu = id.strip_suffix('+').or_else(|| or_later.then_some(id));
    let later = gnu.and_then(|base| ids::license(&format!("{}-or-later", base.trim_end_matches("-only"))));
    let plain = || Expression::License { id: id.to_owned(), or_later, exception: exception.map(str::to_owned) };
    match (later, ids::replacement(id)) {
        (Some(later), _) => {
            Expression::License { id: later.to_owned(), or_later: false, exception: exception.map(str::to_owned) }
        }
        (None, Some(new)) => match Expression::parse(new) {
            Ok(Expression::License { id, exception: own, .. }) => {
                Expression::License { id, or_later, exception: exception.map(str::to_owned).or(own) }
            }
            _ => plain(),
        },
        (None, None) => plain(),
    }
}

/// All of the expressions at once: parts of conjunctions are taken apart, each stands once, sorted; `None` for no parts.
pub fn combine(parts: impl IntoIterator<Item = Expression>) -> Option<Expression> {
    let mut all = BTreeSet::new();
    for part in parts {
        match part {
            Expression::And(inner) => all.extend(inner),
            other => drop(all.insert(other)),
        }
    }
    let all: Vec<Expression> = all.into_iter().collect();
    (!all.is_empty()).then(|| join(all, true))
}

/// Joins parts, takes nested ones of the same kind apart and leaves out what stands twice.
pub(super) fn join(parts: Vec<Expression>, and: bool) -> Expression {
    let mut flat: Vec<Expression> = Vec::with_capacity(parts.len());
    for part in parts {
        let inner = match part {
            Expression::And(inner) if and => inner,
            Expression::Or(inner) if !and => inner,
            other => vec![other],
        };
        for one in inner {
            if !flat.contains(&one) {
                flat.push(one);
            }
        }
    }
    match flat.len() {
        1 => flat.remove(0),
        _ if and => Expression::And(flat),
        _ => Expression::Or(flat),
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::License { id, or_later, exception } => {
                write!(formatter, "{id}{}", if *or_later { "+" } else { "" })?;
                exception.as_ref().map_or(Ok(()), |exception| write!(formatter, " WITH {exception}"))
            }
            Self::And(parts) => print(formatter, parts, " AND "),
            Self::Or(parts) => print(formatter, parts, " OR "),
        }
    }
}

fn print(formatter: &mut fmt::Formatter<'_>, parts: &[Expression], between: &str) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            formatter.write_str(between)?;
        }
        // A disjunction within a conjunction needs them; the other way round they help the reader and change nothing.
        if matches!(part, Expression::License { .. }) {
            write!(formatter, "{part}")?;
        } else {
            write!(formatter, "({part})")?;
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    word: &'a str,
    column: usize,
}

/// Words and parentheses.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut list = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        let parenthesis = matches!(character, '(' | ')');
        if parenthesis || character.is_whitespace() {
            if let Some(from) = start.take() {
                list.push(Token { word: text.get(from..at).unwrap_or_default(), column: from + 1 });
            }
            if parenthesis {
                list.push(Token { word: text.get(at..=at).unwrap_or_default(), column: at + 1 });
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    list
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    end: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.word.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn expected<T>(&self, expected: &'static str) -> Result<T, ExpressionError> {
        Err(ExpressionError::Expected { expected, column: self.peek().map_or(self.end, |token| token.column) })
    }

    fn or(&mut self) -> Result<Expression, ExpressionError> {
        let mut parts = vec![self.and()?];
        while self.take("OR") {
            parts.push(self.and()?);
        }
        Ok(join(parts, false))
    }

    fn and(&mut self) -> Result<Expression, ExpressionError> {
        let mut parts = vec![self.simple()?];
        while self.take("AND") {
            parts.push(self.simple()?);
        }
        Ok(join(parts, true))
    }

    fn simple(&mut self) -> Result<Expression, ExpressionError> {
        if self.take("(") {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(ExpressionError::TooLarge);
            }
            let inner = self.or()?;
            self.depth -= 1;
            return if self.take(")") { Ok(inner) } else { self.expected("`)`") };
        }
        let Some(token) = self.peek() else { return self.expected("a licence id") };
        if ["AND", "OR", "WITH", ")"].iter().any(|word| token.word.eq_ignore_ascii_case(word)) {
            return self.expected("a licence id");
        }
        self.at += 1;
        let (id, or_later) = known(token)?;
        if !self.take("WITH") {
            return Ok(Expression::License { id, or_later, exception: None });
        }
        let Some(token) = self.peek() else { return self.expected("an exception id") };
        self.at += 1;
        let exception = match ids::exception(token.word) {
            Some(name) => name.to_owned(),
            None if is_reference(token.word, "AdditionRef-") => token.word.to_owned(),
            None => {
                return Err(ExpressionError::UnknownException { word: token.word.to_owned(), column: token.column });
            }
        };
        Ok(Expression::License { id, or_later, exception: Some(exception) })
    }
}

fn known(token: Token<'_>) -> Result<(String, bool), ExpressionError> {
    let word = token.word;
    if let Some(id) = ids::license(word) {
        return Ok((id.to_owned(), false));
    }
    if let Some(id) = word.strip_suffix('+').and_then(ids::license) {
        return Ok((id.to_owned(), true));
    }
    if is_reference(word.rsplit(':').next().unwrap_or(word), "LicenseRef-") {
        return Ok((word.to_owned(), false));
    }
    Err(ExpressionError::UnknownId { word: word.to_owned(), column: token.column })
}

fn is_reference(word: &str, prefix: &str) -> bool {
    word.strip_prefix(prefix).is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
    })
}
