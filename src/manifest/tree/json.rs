//! JSON with lines. The parser yields slices of the text for the values below a level; their place in the text is the
//! line.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::super::{Problem, ProblemKind};
use super::{DEEPEST, Item, Lines, MOST, Node};

/// The longest file that is read, in bytes; each level of nesting is looked at again.
const LONGEST: usize = 4 << 20;

/// Reads a document.
pub(in super::super) fn json(text: &str) -> Result<Node, Problem> {
    if text.len() > LONGEST {
        return Err(Problem::new(1, ProblemKind::TooLarge, "the file is too long and is not read"));
    }
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| {
        let line = error.line().max(1);
        Problem::new(line, ProblemKind::Unreadable, format!("no JSON: {error}"))
    })?;
    let mut reader = Reader { text, lines: Lines::new(text), left: MOST };
    reader.node(raw, DEEPEST)
}

struct Reader<'a> {
    text: &'a str,
    lines: Lines,
    left: usize,
}

/// The entries of an object in the order of the file.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Entries<'de>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

impl<'a> Reader<'a> {
    fn node(&mut self, raw: &'a RawValue, depth: usize) -> Result<Node, Problem> {
        let text = raw.get();
        let offset = (text.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let line = self.lines.of(offset);
        let bound = || Problem::new(line, ProblemKind::TooLarge, "the file nests too deep or holds too much");
        self.left = self.left.checked_sub(1).ok_or_else(bound)?;
        let deeper = || depth.checked_sub(1).ok_or_else(bound);
        let broken =
            |error: serde_json::Error| Problem::new(line, ProblemKind::Unreadable, format!("no JSON: {error}"));
        let item = match text.as_bytes().first() {
            Some(b'{') => {
                let Entries(entries) = serde_json::from_str(text).map_err(broken)?;
                let depth = deeper()?;
                let entries = entries.into_iter().map(|(key, raw)| Ok((key, self.node(raw, depth)?)));
                Item::Map(entries.collect::<Result<_, Problem>>()?)
            }
            Some(b'[') => {
                let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(broken)?;
                let depth = deeper()?;
                let elements = elements.into_iter().map(|raw| self.node(raw, depth));
                Item::List(elements.collect::<Result<_, Problem>>()?)
            }
            Some(b'"') => Item::Text(serde_json::from_str(text).map_err(broken)?),
            Some(b't') => Item::Flag(true),
            Some(b'f') => Item::Flag(false),
            Some(b'n') | None => Item::Null,
            Some(_) => Item::Text(text.to_owned()),
        };
        Ok(Node { line, item })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_know_their_lines() {
        let node = json("\n{ \"a\": [1,\n \"x\\u0041\"],\n \"b\": {\"c\":\ntrue}, \"a\": null }").unwrap();
        let a = node.get("a").unwrap();
        assert_eq!((a.line, a.elements()[1].line, a.elements()[1].text()), (2, 3, Some("xA")));
        assert_eq!(node.at(&["b", "c"]).map(|c| (c.line, c.flag())), Some((5, Some(true))));
        assert_eq!(node.all("a").count(), 2);
    }

    #[test]
    fn what_is_no_json_has_a_line() {
        assert_eq!(json("{\n\"a\": // text\n1}").unwrap_err().line, 2);
        assert_eq!(json("").unwrap_err().kind, ProblemKind::Unreadable);
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(json(&deep).unwrap_err().kind, ProblemKind::TooLarge);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\]{}\",:a1tn \\\\\n]{0,100}") {
            let _ = json(&text);
        }
    }
}
