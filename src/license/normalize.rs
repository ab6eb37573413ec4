//! What metadata holds as a licence, as an SPDX expression.
//!
//! Older forms: commas and semicolons for "all apply" (Chromium), `/` and `|` for choice (Cargo, old tri-licences), operators in
//! lower case, names instead of ids, private ids. What no table knows becomes `LicenseRef-`, so nothing is lost.

use super::expression::{Expression, combine, join};
use super::ids;

/// The expression that a text means, and what had to be assumed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normalized {
    /// The expression, with current ids; `None` where the text holds no name.
    pub expression: Option<Expression>,
    /// Names that are no SPDX ids and were read by the table of older names, as they stood.
    pub renamed: Vec<String>,
    /// Names that nothing knows and that became a `LicenseRef-`, as they stood.
    pub unknown: Vec<String>,
}

/// Longer texts are prose.
const LONGEST: usize = 4 * 1024;
/// No field in use nests deeper.
const DEEPEST: usize = 16;

/// Reads a licence field.
pub fn normalize(text: &str) -> Normalized {
    let mut found = Normalized::default();
    let text = text.trim();
    if let Ok(expression) = Expression::parse(text) {
        found.expression = Some(expression.current());
        return found;
    }
    if text.len() > LONGEST {
        found.expression = ids::reference(text).map(Expression::license);
        found.unknown.push(text.chars().take(80).collect());
        return found;
    }
    let parts: Vec<Expression> =
        split_outside(text, &[",", ";"]).into_iter().filter_map(|part| choice(part, 0, &mut found)).collect();
    found.expression = if parts.len() > 1 { combine(parts) } else { parts.into_iter().next() };
    found
}

/// Parts between separators that do not stand in parentheses.
fn split_outside<'a>(text: &'a str, separators: &[&str]) -> Vec<&'a str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().map_or(1, char::len_utf8);
        depth = match rest.as_bytes().first() {
            Some(b'(') => depth + 1,
            Some(b')') => depth.saturating_sub(1),
            _ => depth,
        };
        match separators.iter().find(|separator| depth == 0 && starts_with(rest, separator)) {
            Some(separator) => {
                parts.push(text.get(start..at).unwrap_or_default());
                at += separator.len();
                start = at;
            }
            None => at += first,
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

fn choice(text: &str, depth: usize, found: &mut Normalized) -> Option<Expression> {
    let text = outer(text);
    if let Some(one) = known(text, found) {
        return Some(one);
    }
    let any = |parts: Vec<&str>, found: &mut Normalized, and: bool| {
        let parts: Vec<Expression> = parts.into_iter().filter_map(|part| choice(part, depth + 1, found)).collect();
        (!parts.is_empty()).then(|| join(parts, and))
    };
    for (separators, and) in [(&[" or ", "|", "/"][..], false), (&[" and ", " & ", ","][..], true)] {
        let parts = split_outside(text, separators);
        if parts.len() > 1 && depth < DEEPEST {
            return any(parts, found, and);
        }
    }
    with_exception(text, found).or_else(|| {
        let reference = ids::reference(text)?;
        found.unknown.push(text.to_owned());
        Some(Expression::license(reference))
    })
}

/// The text without parentheses around all of it.
fn outer(text: &str) -> &str {
    let mut text = text.trim();
    while let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        let mut depth = 0_i32;
        let closed = inner.bytes().all(|byte| {
            depth += i32::from(byte == b'(') - i32::from(byte == b')');
            depth >= 0
        });
        if !closed {
            break;
        }
        text = inner.trim();
    }
    text
}

fn known(text: &str, found: &mut Normalized) -> Option<Expression> {
    if let Ok(expression) = Expression::parse(text) {
        return Some(expression.current());
    }
    let meaning = ids::meaning(text)?;
    found.renamed.push(text.to_owned());
    Expression::parse(meaning).ok()
}

fn with_exception(text: &str, found: &mut Normalized) -> Option<Expression> {
    let [license, exception] = split_outside(text, &[" with "])[..] else { return None };
    let exception = ids::exception(exception.trim())?;
    match known(license.trim(), found)? {
        Expression::License { id, or_later, .. } => {
            Some(Expression::License { id, or_later, exception: Some(exception.to_owned()) })
        }
        _ => None,
    }
}
