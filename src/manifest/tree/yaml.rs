//! YAML with lines: the first document, without aliases, since no manifest needs them and they can grow without bound.

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::super::{Problem, ProblemKind};
use super::{DEEPEST, Item, Node};

/// The longest file that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// Reads the first document of a file.
pub(in super::super) fn yaml(text: &str) -> Result<Node, Problem> {
    if text.len() > LONGEST {
        return Err(Problem::new(1, ProblemKind::TooLarge, "the file is too long and is not read"));
    }
    // The scanner counts one line more at the end of the text, and lines that only a carriage return ends.
    let last = text.split('\n').count();
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let line = error.marker().line().clamp(1, last);
            Problem::new(line, ProblemKind::Unreadable, format!("no YAML: {}", error.info()))
        })?;
        let line = span.start.line().clamp(1, last);
        let done = match event {
            Event::Scalar(text, style, _, _) => Some(Node { line, item: scalar(&text, style) }),
            Event::Alias(_) => Some(Node { line, item: Item::Null }),
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if open.len() >= DEEPEST {
                    return Err(Problem::new(line, ProblemKind::TooLarge, "the file nests too deep"));
                }
                let map = matches!(event, Event::MappingStart(..));
                open.push(Open { line, map, nodes: Vec::new() });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(Open::close),
            Event::DocumentEnd | Event::StreamEnd => break,
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => None,
        };
        let Some(node) = done else { continue };
        match open.last_mut() {
            Some(parent) => parent.nodes.push(node),
            None => return Ok(node),
        }
    }
    Ok(Node { line: 1, item: Item::Null })
}

/// A list or map that is being read; the nodes of a map are keys and values in turn.
struct Open {
    line: usize,
    map: bool,
    nodes: Vec<Node>,
}

impl Open {
    fn close(self) -> Node {
        if !self.map {
            return Node { line: self.line, item: Item::List(self.nodes) };
        }
        let mut entries = Vec::new();
        let mut nodes = self.nodes.into_iter();
        while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
            if let Item::Text(key) = key.item {
                entries.push((key, value));
            }
        }
        Node { line: self.line, item: Item::Map(entries) }
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Item {
    match text {
        _ if style != ScalarStyle::Plain => Item::Text(text.to_owned()),
        "" | "~" | "null" | "Null" | "NULL" => Item::Null,
        "true" | "True" | "TRUE" => Item::Flag(true),
        "false" | "False" | "FALSE" => Item::Flag(false),
        text => Item::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_know_their_lines() {
        let node = yaml("# text\na:\n  b: 1.10\n  c: [x, \"true\"]\n  d:\n    - e\n    - f: |\n        g\n\nh: true\n")
            .unwrap();
        assert_eq!(node.at(&["a", "b"]).map(|b| (b.line, b.text())), Some((3, Some("1.10"))));
        assert_eq!(node.at(&["a", "c"]).unwrap().elements()[1].text(), Some("true"));
        assert_eq!(node.at(&["a", "d"]).unwrap().elements()[1].get("f").and_then(Node::text), Some("g\n"));
        assert_eq!(node.get("h").and_then(Node::flag), Some(true));
    }

    #[test]
    fn aliases_do_not_grow_and_errors_have_a_line() {
        let node = yaml("a: &x [1, 2]\nb: *x\n").unwrap();
        assert_eq!(node.get("b").unwrap().item, Item::Null);
        assert!(yaml("a: b\n  c: [\n").unwrap_err().line >= 2);
        assert!(yaml(&"[".repeat(50_000)).is_err());
        assert!(yaml(&"- ".repeat(500)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a:\\-\\[\\]{},#&*!|>'\"% \n\t?]{0,80}") {
            let _ = yaml(&text);
        }
    }
}
