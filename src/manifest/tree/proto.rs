//! Protocol buffer text form with lines: fields of messages, texts, numbers and words, without a schema.
//!
//! Source: the text format's language specification of Protocol Buffers.

use super::super::{Problem, ProblemKind};
use super::{DEEPEST, Item, MOST, Node};

/// Reads a message.
pub(in super::super) fn proto(text: &str) -> Result<Node, Problem> {
    let mut reader = Reader { text, at: 0, line: 1, left: MOST };
    let entries = reader.fields(None, DEEPEST)?;
    Ok(Node { line: 1, item: Item::Map(entries) })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    left: usize,
}

impl<'a> Reader<'a> {
    fn error<T>(&self, kind: ProblemKind, what: &str) -> Result<T, Problem> {
        Err(Problem::new(self.line, kind, what))
    }

    /// The next byte that is neither blank nor in a comment.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            match byte {
                b'\n' => {
                    self.line += 1;
                    self.at += 1;
                }
                b'#' => self.at += self.text[self.at..].find('\n').unwrap_or(self.text.len() - self.at),
                byte if byte.is_ascii_whitespace() => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    fn eat(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// Fields up to the closing bracket, or to the end of the file.
    fn fields(&mut self, close: Option<u8>, depth: usize) -> Result<Vec<(String, Node)>, Problem> {
        let mut entries = Vec::new();
        loop {
            match (self.peek(), close) {
                (None, None) => return Ok(entries),
                (None, Some(_)) => return self.error(ProblemKind::Unreadable, "a message does not end"),
                (Some(byte), Some(close)) if byte == close => {
                    self.at += 1;
                    return Ok(entries);
                }
                _ => {}
            }
            let name = self.word();
            if name.is_empty() {
                return self.error(ProblemKind::Unreadable, "the name of a field was expected");
            }
            let colon = self.eat(b':');
            let value = self.value(depth, colon)?;
            entries.push((name.to_owned(), value));
            let _ = self.eat(b',') || self.eat(b';');
        }
    }

    fn value(&mut self, depth: usize, colon: bool) -> Result<Node, Problem> {
        let Some(depth) = depth.checked_sub(1) else {
            return self.error(ProblemKind::TooLarge, "the file nests too deep");
        };
        let first = self.peek();
        let line = self.line;
        let Some(left) = self.left.checked_sub(1) else {
            return self.error(ProblemKind::TooLarge, "the file holds too much");
        };
        self.left = left;
        let item = match first {
            Some(b'{' | b'<') => {
                self.at += 1;
                let close = if first == Some(b'{') { b'}' } else { b'>' };
                Item::Map(self.fields(Some(close), depth)?)
            }
            Some(b'[') => {
                self.at += 1;
                let mut elements = Vec::new();
                while !self.eat(b']') {
                    elements.push(self.value(depth, true)?);
                    if !self.eat(b',') && self.peek() != Some(b']') {
                        return self.error(ProblemKind::Unreadable, "a comma was expected");
                    }
                }
                Item::List(elements)
            }
            Some(b'"' | b'\'') if colon => {
                let mut text = String::new();
                while let Some(quote @ (b'"' | b'\'')) = self.peek() {
                    self.string(quote, &mut text)?;
                }
                Item::Text(text)
            }
            _ if colon => match self.word() {
                "" => return self.error(ProblemKind::Unreadable, "a value was expected"),
                "true" => Item::Flag(true),
                "false" => Item::Flag(false),
                word => Item::Text(word.to_owned()),
            },
            _ => return self.error(ProblemKind::Unreadable, "a colon was expected"),
        };
        Ok(Node { line, item })
    }

    /// A name, a number, a word.
    fn word(&mut self) -> &'a str {
        self.peek();
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_.-+/".contains(c))).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A text in quotes, added to those before it.
    fn string(&mut self, quote: u8, out: &mut String) -> Result<(), Problem> {
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let Some(stop) = rest.find(['\\', '\n', char::from(quote)]) else {
                return self.error(ProblemKind::Unreadable, "a text does not end");
            };
            out.push_str(&rest[..stop]);
            self.at += stop + 1;
            match rest.as_bytes().get(stop) {
                Some(b'\\') => {
                    let Some(letter) = self.text[self.at..].chars().next() else {
                        return self.error(ProblemKind::Unreadable, "a text does not end");
                    };
                    self.at += letter.len_utf8();
                    match letter {
                        'n' => out.push('\n'),
                        't' => out.push('\t'),
                        '\n' => return self.error(ProblemKind::Unreadable, "a text does not end on its line"),
                        other => out.push(other),
                    }
                }
                Some(b'\n') => return self.error(ProblemKind::Unreadable, "a text does not end on its line"),
                _ => return Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn messages_texts_and_repeats() {
        let node = proto("name: \"a\"\n  'b'  # text\nthird_party {\n  url { type: GIT value: \"x\\\"y\" }\n  url < type: HOMEPAGE; >\n  list: [1, 2]\n flag: true }").unwrap();
        assert_eq!(node.get("name").and_then(Node::text), Some("ab"));
        let urls: Vec<_> = node
            .get("third_party")
            .unwrap()
            .all("url")
            .map(|url| (url.line, url.get("type").unwrap().text()))
            .collect();
        assert_eq!(urls, [(4, Some("GIT")), (5, Some("HOMEPAGE"))]);
        assert_eq!(node.at(&["third_party", "list"]).unwrap().elements().len(), 2);
        assert_eq!(node.at(&["third_party", "flag"]).and_then(Node::flag), Some(true));
    }

    #[test]
    fn what_is_no_message_has_a_line() {
        for (text, line) in
            [("a", 1), ("a: 1\nb: ", 2), ("a {\n", 2), ("a: \"x\n\"", 1), ("\n: 1", 2), ("a: [1 2]", 1), ("a \"x\"", 1)]
        {
            assert_eq!(proto(text).unwrap_err().line, line, "{text:?}");
        }
        assert_eq!(proto(&"a{".repeat(1000)).unwrap_err().kind, ProblemKind::TooLarge);
        assert_eq!(proto(&format!("a: {}", "[".repeat(1000))).unwrap_err().kind, ProblemKind::TooLarge);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a1:{}<>\\[\\]\"'#,; \\\\\n]{0,100}") {
            let _ = proto(&text);
        }
    }
}
