//! SPDX expressions as far as a `License:` tag needs them: the form, and the terms that `AND` joins.

/// What is wrong with the form of an expression, in one line.
pub fn defect(expression: &str) -> Option<String> {
    let tokens = tokens(expression);
    let mut depth = 0_usize;
    let mut operand = true;
    for token in &tokens {
        match token.as_str() {
            "(" if operand => depth += 1,
            ")" if !operand && depth > 0 => depth -= 1,
            "(" | ")" => return Some("the parentheses are not balanced".into()),
            "AND" | "OR" | "WITH" if !operand => operand = true,
            "AND" | "OR" | "WITH" => return Some(format!("`{token}` stands without a licence before it")),
            word if matches!(word.to_ascii_lowercase().as_str(), "and" | "or" | "with") => {
                return Some(format!("`{word}` is written in capitals in SPDX: `{}`", word.to_ascii_uppercase()));
            }
            word if !operand => return Some(format!("an operator is missing before `{word}`")),
            word if is_old(word) => return Some(format!("`{word}` is an old-style short name and no SPDX id")),
            word if !is_id(word) => return Some(format!("`{word}` cannot be an SPDX id")),
            _ => operand = false,
        }
    }
    if depth > 0 {
        return Some("the parentheses are not balanced".into());
    }
    operand.then(|| "an id is missing at the end".into())
}

/// Short names of Fedora's old list that are no SPDX ids: `GPLv2+`, `LGPLv3`, `ASL 2.0`, `BSD`.
fn is_old(word: &str) -> bool {
    let old = ["GPL", "LGPL", "AGPL", "MPLv", "ASL", "GFDL", "CDDL"];
    let versioned = old.iter().any(|family| word.strip_prefix(family).is_some_and(|rest| rest.starts_with('v')));
    versioned || matches!(word, "BSD" | "ASL" | "GPL" | "GPL+" | "LGPL+" | "MPL" | "Artistic")
}

fn is_id(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b':'))
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn tokens(expression: &str) -> Vec<String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    spaced.split_whitespace().map(str::to_owned).collect()
}

/// The terms that `AND` joins on the outside; a choice stands in parentheses.
pub fn terms(expression: &str) -> Vec<String> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    let mut depth = 0_usize;
    let outer_or = is_choice(expression);
    for token in tokens(expression) {
        match token.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "AND" if depth == 0 && !outer_or => {
                all.push(Vec::new());
                continue;
            }
            _ => {}
        }
        if let Some(term) = all.last_mut() {
            term.push(token);
        }
    }
    let mut flat: Vec<String> = Vec::new();
    for term in all.into_iter().filter(|term| !term.is_empty()) {
        let text = term.join(" ").replace("( ", "(").replace(" )", ")");
        let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).filter(|inner| is_whole(inner));
        let inner = inner.unwrap_or(&text);
        if is_choice(inner) {
            flat.push(format!("({inner})"));
        } else if inner.len() < text.len() {
            flat.extend(terms(inner));
        } else {
            flat.push(text);
        }
    }
    let mut seen = Vec::new();
    flat.retain(|term| {
        !seen.contains(term) && {
            seen.push(term.clone());
            true
        }
    });
    flat
}

/// True where parentheses inside are balanced by themselves.
fn is_whole(text: &str) -> bool {
    let mut depth = 0_i32;
    text.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    }) && depth == 0
}

/// True where an `OR` stands outside of parentheses.
fn is_choice(expression: &str) -> bool {
    let mut depth = 0_usize;
    tokens(expression).iter().any(|token| {
        match token.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token == "OR"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defects_of_the_form_are_told() {
        assert_eq!(defect("BSD-3-Clause AND (MPL-1.1 OR GPL-2.0-only)"), None);
        assert_eq!(defect("GPL-2.0-or-later WITH Classpath-exception-2.0"), None);
        for (bad, part) in [
            ("MIT and ISC", "capitals"),
            ("(MIT AND ISC", "balanced"),
            ("MIT)", "balanced"),
            ("GPLv2+ AND MIT", "old-style"),
            ("MIT ISC", "missing before `ISC`"),
            ("MIT AND", "at the end"),
            ("AND MIT", "before it"),
            ("MIT AND a/b", "cannot be"),
            ("", "at the end"),
        ] {
            assert!(defect(bad).is_some_and(|told| told.contains(part)), "{bad}: {:?}", defect(bad));
        }
    }

    #[test]
    fn terms_are_flat_unique_and_keep_choices_together() {
        assert_eq!(terms("MIT AND (ISC AND Zlib) AND MIT"), ["MIT", "ISC", "Zlib"]);
        assert_eq!(terms("MPL-1.1 OR GPL-2.0-only"), ["(MPL-1.1 OR GPL-2.0-only)"]);
        assert_eq!(terms("A AND (B OR (C AND D))"), ["A", "(B OR (C AND D))"]);
        assert_eq!(terms("(A OR B) AND (C OR D)"), ["(A OR B)", "(C OR D)"]);
    }
}
