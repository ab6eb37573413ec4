//! TOML with lines.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::super::{Problem, ProblemKind};
use super::{DEEPEST, Item, Lines, Node};

/// Reads a document; the parser itself bounds depth.
pub(in super::super) fn toml(text: &str) -> Result<Node, Problem> {
    let lines = Lines::new(text);
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| lines.of(span.start));
        Problem::new(line, ProblemKind::Unreadable, format!("no TOML: {}", error.message()))
    })?;
    entries(table.get_ref(), &lines, DEEPEST).map(|item| Node { line: 1, item })
}

fn entries(table: &DeTable<'_>, lines: &Lines, depth: usize) -> Result<Item, Problem> {
    // A dotted key has the table's own line; the order of the file is that of the offsets.
    let mut found: Vec<_> = table.iter().collect();
    found.sort_by_key(|(key, _)| key.span().start);
    let entries = found.into_iter().map(|(key, value)| Ok((key.get_ref().to_string(), node(value, lines, depth)?)));
    Ok(Item::Map(entries.collect::<Result<_, Problem>>()?))
}

fn node(value: &Spanned<DeValue<'_>>, lines: &Lines, depth: usize) -> Result<Node, Problem> {
    let line = lines.of(value.span().start);
    let bound = || Problem::new(line, ProblemKind::TooLarge, "the file nests too deep");
    let depth = depth.checked_sub(1).ok_or_else(bound)?;
    let item = match value.get_ref() {
        DeValue::String(text) => Item::Text(text.to_string()),
        DeValue::Integer(number) => Item::Text(number.to_string()),
        DeValue::Float(number) => Item::Text(number.to_string()),
        DeValue::Datetime(time) => Item::Text(time.to_string()),
        DeValue::Boolean(flag) => Item::Flag(*flag),
        DeValue::Array(elements) => {
            let elements = elements.iter().map(|element| node(element, lines, depth));
            Item::List(elements.collect::<Result<_, Problem>>()?)
        }
        DeValue::Table(table) => entries(table, lines, depth)?,
    };
    Ok(Node { line, item })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_lines() {
        let node = toml("z = 1\n[a]\nb = 'c'\nd.e = true\n[[f]]\ng = 1.5\n[[f]]\ng = 2\n").unwrap();
        assert_eq!(node.at(&["a", "b"]).map(|b| (b.line, b.text())), Some((3, Some("c"))));
        assert_eq!(node.at(&["a", "d", "e"]).and_then(Node::flag), Some(true));
        let f: Vec<_> = node.get("f").unwrap().elements().iter().map(|f| f.state("g").unwrap().line).collect();
        assert_eq!(f, [6, 8]);
        let keys: Vec<_> = node.entries().iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["z", "a", "f"]);
    }

    #[test]
    fn what_is_no_toml_has_a_line() {
        assert_eq!(toml("a = 1\nb = \n").unwrap_err().line, 2);
        assert!(toml(&format!("a = {}", "[".repeat(10_000))).is_err());
    }
}
