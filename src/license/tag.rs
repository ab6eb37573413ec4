//! `SPDX-License-Identifier:` lines.

use bstr::ByteSlice as _;

use super::Expression;
use super::normalize::normalize;

/// A tag and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The line, from 1.
    pub line: usize,
    /// What it says, with current ids; unknown names are `LicenseRef-`.
    pub expression: Expression,
}

const MARK: &[u8] = b"SPDX-License-Identifier:";
/// What closes a comment or a string around a tag.
const ENDS: [&str; 11] = ["*/", "-->", "#}", "\"", "'", "`", "--%>", "*)", "\\n", ";", "]"];
/// More tags than this in one file are data, not statements about the file.
const MOST: usize = 1000;

/// Every tag of a file, in order.
pub fn tags(content: &[u8]) -> Vec<Tag> {
    let mut list = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for at in content.find_iter(MARK).take(MOST) {
        line += content.get(counted..at).unwrap_or_default().find_iter(b"\n").count();
        counted = at;
        let rest = content.get(at + MARK.len()..).unwrap_or_default();
        let rest = rest.get(..rest.find_byteset(b"\r\n").unwrap_or(rest.len())).unwrap_or_default();
        if let Some(expression) = read(rest) {
            list.push(Tag { line, expression });
        }
    }
    list
}

fn read(rest: &[u8]) -> Option<Expression> {
    let text = rest.to_str().ok()?;
    let end = ENDS.iter().filter_map(|end| text.find(end)).min().unwrap_or(text.len());
    let text = text.get(..end)?.trim().trim_end_matches([',', '.']);
    normalize(text).expression
}
