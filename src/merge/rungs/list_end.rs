//! The end of a list: the patch and upstream both added items after the last one, which got its separator.
//!
//! Upstream's items come first, so that in an enumeration every value of upstream's stays what it was. Guard: the list is
//! an enumeration, stands in square brackets, or is continued by backslashes; every line on either side is one item; no
//! item is added by both.

use crate::merge::ladder::{Case, resolution};
use crate::merge::{Grade, Line, Placed, Resolution};

/// Lines above the last item in which the list must begin.
const MOST_ITEMS: usize = 2000;

/// Resolves two appended runs of items.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let ([edit], [change]) = (case.region_edits(), case.region_changes()) else { return None };
    let [last] = case.base_text() else { return None };
    if edit.base != case.region.base || change.old != edit.base {
        return None;
    }
    let separator = [&b","[..], b" \\"].into_iter().find(|separator| {
        let longer = |line: &Line<'_>| line.trim_ascii_end().strip_suffix(*separator) == Some(last.trim_ascii_end());
        case.ours_text().first().is_some_and(longer) && edit.lines.first().is_some_and(longer)
    })?;
    let (upstream, own) = (items(&case.ours_text()[1..], separator)?, items(&edit.lines[1..], separator)?);
    let (first_of_both, indent) = (item(last)?, indent(last));
    let all = || upstream.iter().chain(&own).copied();
    let alike = all().all(|(line, name)| self::indent(line) == indent && name != first_of_both);
    if !alike || own.iter().any(|(_, name)| upstream.iter().any(|(_, other)| other == name)) {
        return None;
    }
    if separator == b"," && !opens_a_list(&case.ours[..case.region.ours.start]) {
        return None;
    }
    let end = case.region.ours.end;
    let before = case.ours[end - 1];
    let text = before.trim_ascii_end();
    let longer = case.made.keep([text, separator, &before[text.len()..]].concat());
    let lines: Vec<Line<'a>> = std::iter::once(longer as Line<'a>).chain(edit.lines[1..].iter().copied()).collect();
    let evidence = format!("both sides added after the last item at line {end}; upstream's come first");
    Some(resolution(vec![Placed { hunk: edit.hunk, ours: end - 1..end, lines }], Grade::B, evidence))
}

/// The lines with their names, where each is one item and all but the last have the separator; `None` otherwise.
fn items<'l, 'a>(lines: &'l [Line<'a>], separator: &[u8]) -> Option<Vec<(&'l Line<'a>, &'a [u8])>> {
    let (last, rest) = lines.split_last()?;
    let ended = |line: &Line<'a>| -> Option<&'a [u8]> { item(line.trim_ascii_end().strip_suffix(separator)?) };
    let mut list: Vec<_> = rest.iter().map(|line| Some((line, ended(line)?))).collect::<Option<_>>()?;
    list.push((last, item(last)?));
    Some(list)
}

/// The name of an item: a word, a path or a text in quotes, perhaps with a value behind `=`.
fn item(line: Line<'_>) -> Option<&[u8]> {
    let text = line.trim_ascii();
    let name = text.split(|&byte| byte == b'=').next().unwrap_or(text).trim_ascii_end();
    let value = text.get(name.len()..).unwrap_or_default();
    let plain =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-' | b'+' | b'"' | b'\'');
    let simple = |byte: &u8| !matches!(byte, b'(' | b'{' | b'[' | b',' | b';' | b'\\');
    (!name.is_empty() && name.iter().all(plain) && value.iter().all(simple)).then_some(name)
}

fn indent(line: Line<'_>) -> &[u8] {
    let end = line.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
    &line[..end]
}

/// True where the nearest bracket left open above is `[`, or the `{` of an enumeration.
fn opens_a_list(above: &[Line<'_>]) -> bool {
    let mut closed = 0usize;
    for (number, line) in above.iter().enumerate().rev().take(MOST_ITEMS) {
        for &byte in line.iter().rev() {
            match byte {
                b'}' | b']' | b')' => closed += 1,
                b'{' | b'[' | b'(' if closed > 0 => closed -= 1,
                b'[' => return true,
                b'(' => return false,
                b'{' => {
                    let before = number.checked_sub(1).map_or(&[][..], |number| above[number]);
                    return [*line, before].iter().any(|line| has_word(line, b"enum"));
                }
                _ => {}
            }
        }
    }
    false
}

fn has_word(line: Line<'_>, word: &[u8]) -> bool {
    crate::merge::tokens::of(&[line]).contains(&word)
}
