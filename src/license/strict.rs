//! What a `License:` tag may hold: an expression in the list's own words, and a packager's list of what is allowed.

use super::expression::{Expression, join};
use super::ids;

/// Reads an expression as policy wants it: operators in capitals, ids of the list, no older names; or says what is wrong in one line.
pub fn strict(text: &str) -> Result<Expression, String> {
    let words = || text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')')).filter(|word| !word.is_empty());
    let operator = |word: &&str| ["AND", "OR", "WITH"].iter().any(|known| known.eq_ignore_ascii_case(word));
    if let Some(word) = words().filter(operator).find(|word| **word != word.to_ascii_uppercase()) {
        return Err(format!("`{word}` is written in capitals in SPDX: `{}`", word.to_ascii_uppercase()));
    }
    let is_known = |word: &&str| operator(word) || Expression::parse(word).is_ok() || ids::exception(word).is_some();
    if let Some(word) = words().find(|word| !is_known(word)) {
        return Err(match ids::meaning(word) {
            Some(new) => format!("`{word}` is an old-style short name and no SPDX id: write `{new}`"),
            None => format!("`{word}` is not a licence id of the SPDX list"),
        });
    }
    if text.matches('(').count() != text.matches(')').count() {
        return Err("the parentheses are not balanced".to_owned());
    }
    Expression::parse(text).map_err(|error| error.to_string())
}

/// All of the expressions at once in the order in which they are given, each once; `None` for none.
pub fn all_of(parts: impl IntoIterator<Item = Expression>) -> Option<Expression> {
    let parts: Vec<Expression> = parts.into_iter().collect();
    (!parts.is_empty()).then(|| join(parts, true))
}

impl Expression {
    /// What `AND` joins on the outside: the expression itself where nothing does.
    pub fn terms(&self) -> &[Self] {
        match self {
            Self::And(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }
}

/// The licences that a distribution or a packager allows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowed {
    list: Vec<Expression>,
}

/// A line of such a list that is no licence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:1: {defect}")]
pub struct AllowedError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub defect: String,
}

impl Allowed {
    /// Reads a list: one licence a line (`MIT`, `GPL-2.0-only WITH Classpath-exception-2.0`), `#` begins a comment.
    pub fn parse(text: &str) -> Result<Self, AllowedError> {
        let mut list = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let entry = line.split('#').next().unwrap_or_default().trim();
            if entry.is_empty() {
                continue;
            }
            let error = |defect| AllowedError { line: index + 1, defect };
            match strict(entry).map_err(error)? {
                one @ Expression::License { .. } => list.push(one),
                _ => return Err(error(format!("`{entry}` is more than one licence: write each on its own line"))),
            }
        }
        Ok(Self { list })
    }

    /// The licences in an expression that stand in its way: of a choice one allowed part is enough.
    pub fn against<'e>(&self, expression: &'e Expression) -> Vec<&'e Expression> {
        match expression {
            Expression::License { id, or_later, .. } => {
                let bare = Expression::License { id: id.clone(), or_later: *or_later, exception: None };
                // An exception only permits more.
                let allowed = self.list.contains(expression) || self.list.contains(&bare);
                if allowed { Vec::new() } else { vec![expression] }
            }
            Expression::And(parts) => parts.iter().flat_map(|part| self.against(part)).collect(),
            Expression::Or(parts) => {
                let each: Vec<Vec<&Expression>> = parts.iter().map(|part| self.against(part)).collect();
                if each.iter().any(Vec::is_empty) { Vec::new() } else { each.concat() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defects_of_the_form_are_told() {
        for good in ["BSD-3-Clause AND (MPL-1.1 OR GPL-2.0-only)", "GPL-2.0-or-later WITH Classpath-exception-2.0"] {
            assert!(strict(good).is_ok(), "{good}");
        }
        for (bad, part) in [
            ("MIT and ISC", "in capitals"),
            ("(MIT AND ISC", "balanced"),
            ("MIT)", "balanced"),
            ("GPLv2+ AND MIT", "write `GPL-2.0-or-later`"),
            ("ASL 2.0", "not a licence id"),
            ("MIT ISC", "an operator or the end"),
            ("MIT AND", "expected"),
            ("AND MIT", "expected"),
            ("MIT AND a/b", "not a licence id"),
            ("MIT AND Foo-1.0", "not a licence id"),
            ("", "expected"),
        ] {
            assert!(strict(bad).is_err_and(|told| told.contains(part)), "{bad}: {:?}", strict(bad));
        }
    }

    #[test]
    fn terms_are_flat_and_unique_and_choices_stay_together() {
        let terms = |text: &str| strict(text).unwrap().terms().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(terms("MIT AND (ISC AND Zlib) AND MIT"), ["MIT", "ISC", "Zlib"]);
        assert_eq!(terms("MPL-1.1 OR GPL-2.0-only"), ["MPL-1.1 OR GPL-2.0-only"]);
        let all = all_of([strict("Zlib AND MIT").unwrap(), strict("MIT OR ISC").unwrap(), strict("MIT").unwrap()]);
        assert_eq!(all.unwrap().to_string(), "Zlib AND MIT AND (MIT OR ISC)");
        assert_eq!(all_of([]), None);
    }

    #[test]
    fn one_allowed_part_of_a_choice_is_enough() {
        let list = Allowed::parse("# ours\nMIT\nGPL-2.0-only # kernel\n\nApache-2.0 WITH LLVM-exception\n").unwrap();
        let against = |text: &str| {
            let expression = strict(text).unwrap();
            list.against(&expression).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(against("MIT AND (ISC OR MIT)"), Vec::<String>::new());
        assert_eq!(against("ISC AND (Zlib OR NCSA)"), ["ISC", "Zlib", "NCSA"]);
        assert_eq!(against("GPL-2.0-only WITH Classpath-exception-2.0"), Vec::<String>::new());
        assert_eq!(against("Apache-2.0 AND Apache-2.0 WITH LLVM-exception"), ["Apache-2.0"]);
        assert_eq!(Allowed::parse("MIT\nGPLv2\n").unwrap_err().line, 2);
        assert!(Allowed::parse("MIT OR ISC").is_err());
    }
}
