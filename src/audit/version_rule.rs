//! Reads a version out of a file by a rule of the catalog.
//!
//! Values are taken as they stand in `#define` lines, also indented ones inside `#ifndef`; a template's `@VALUE@` is no
//! value. A rule that finds only a part of what it needs finds nothing.

use bstr::ByteSlice as _;
use regex::bytes::Regex;

use crate::audit::facts::Said;
use crate::profile::catalog::VersionRule;

/// The longest version text.
const LONGEST: usize = 64;

/// A rule made ready.
#[derive(Debug, Clone)]
pub enum Ready {
    /// See [`VersionRule::Macro`].
    Macro(String),
    /// See [`VersionRule::Numbers`].
    Numbers(Vec<String>),
    /// See [`VersionRule::Packed`].
    Packed(String, Vec<u64>),
    /// See [`VersionRule::Pattern`].
    Pattern(Regex),
}

impl Ready {
    /// Makes a rule ready; `None` for a pattern that is no regular expression, which the catalog's tests rule out.
    pub fn new(rule: &VersionRule) -> Option<Self> {
        Some(match rule {
            VersionRule::Macro(name) => Self::Macro(name.clone()),
            VersionRule::Numbers(names) => Self::Numbers(names.clone()),
            VersionRule::Packed { name, parts } => Self::Packed(name.clone(), parts.clone()),
            VersionRule::Pattern(pattern) => Self::Pattern(Regex::new(pattern).ok()?),
        })
    }

    /// The version that `bytes` state.
    pub fn read(&self, bytes: &[u8]) -> Option<Said> {
        match self {
            Self::Macro(name) => {
                let (value, at) = define(bytes, name)?;
                said(value, at, bytes)
            }
            Self::Numbers(names) => {
                let values: Option<Vec<(&[u8], usize)>> = names.iter().map(|name| define(bytes, name)).collect();
                let values = values?;
                let numbers: Option<Vec<&str>> = values.iter().map(|(value, _)| number(value)).collect();
                let (_, at) = values.first()?;
                said(numbers?.join(".").as_bytes(), *at, bytes)
            }
            Self::Packed(name, parts) => {
                let (value, at) = define(bytes, name)?;
                let mut rest: u64 = number(value)?.parse().ok()?;
                let mut numbers = Vec::new();
                for part in parts.iter().filter(|part| **part > 0) {
                    numbers.push((rest / part).to_string());
                    rest %= part;
                }
                // After a last step of 10 a zero is no number of its own: 2190 is 2.19, and 2131 is 2.13.1.
                if parts.last() != Some(&10) || rest > 0 {
                    numbers.push(rest.to_string());
                }
                said(numbers.join(".").as_bytes(), at, bytes)
            }
            Self::Pattern(pattern) => {
                let found = pattern.captures(bytes)?.get(1)?;
                said(&joined(found.as_bytes()), found.start(), bytes)
            }
        }
    }
}

/// A capture that spans several values (`3\nMINOR=2`) as its numbers with stops; any other as it stands.
fn joined(capture: &[u8]) -> Vec<u8> {
    let is_version = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_+~:".contains(byte);
    if capture.iter().all(is_version) {
        return capture.to_vec();
    }
    let numbers = capture.split(|byte| !byte.is_ascii_digit()).filter(|part| !part.is_empty());
    numbers.collect::<Vec<_>>().join(&b'.')
}

/// The value of a macro and where it begins: the first `#define` of that very name that has a value.
fn define<'b>(bytes: &'b [u8], name: &str) -> Option<(&'b [u8], usize)> {
    for at in bytes.find_iter(name) {
        let end = at + name.len();
        let start = bytes.get(..at)?.rfind_byte(b'\n').map_or(0, |newline| newline + 1);
        let before = bytes.get(start..at)?.trim_start();
        let Some(word) = before.strip_prefix(b"#") else { continue };
        if word.trim() != b"define" || !bytes.get(end).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'(')) {
            continue;
        }
        let rest = bytes.get(end..)?;
        let line = rest.get(..rest.find_byte(b'\n').unwrap_or(rest.len()))?;
        if let Some(value) = value(line) {
            return Some((value, at));
        }
    }
    None
}

/// What stands after a macro's name: the inside of a string, or the first word without brackets.
fn value(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim();
    let value = match line.find_byte(b'"') {
        Some(open) => line.get(open + 1..)?.split(|&byte| byte == b'"').next()?,
        None => line.split(u8::is_ascii_whitespace).next()?,
    };
    let value = value.trim().trim_start_with(|c| c == '(').trim_end_with(|c| matches!(c, ')' | 'u' | 'U' | 'L'));
    (!value.is_empty() && !value.contains(&b'@')).then_some(value)
}

fn number(value: &[u8]) -> Option<&str> {
    let text = value.to_str().ok()?;
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// A value as a version: it holds a digit, and a `v` before it or text after a blank is no part of it.
fn said(value: &[u8], at: usize, bytes: &[u8]) -> Option<Said> {
    let text = value.to_str().ok()?.trim();
    let text = text.split_whitespace().next()?.trim_end_matches([',', ';']);
    let text =
        text.strip_prefix(['v', 'V']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(text);
    let fits = text.len() <= LONGEST && text.bytes().any(|byte| byte.is_ascii_digit()) && text.is_ascii();
    let clean = text.bytes().all(|byte| byte.is_ascii_graphic());
    (fits && clean).then(|| Said { text: text.to_owned(), line: line_of(bytes, at) })
}

/// The line (1-based) of an offset.
pub fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes.get(..at).map_or(1, |before| before.find_iter("\n").count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rule: &VersionRule, text: &str) -> Option<(String, usize)> {
        Ready::new(rule).unwrap().read(text.as_bytes()).map(|said| (said.text, said.line))
    }

    #[test]
    fn macros_are_read_in_every_dress() {
        let rule = VersionRule::Macro("A_VERSION".into());
        for (text, expected) in [
            ("#define A_VERSION \"1.2.3\"\n", Some(("1.2.3", 1))),
            ("\n#ifndef A_VERSION\n#  define A_VERSION v1.2-3-gabc // so\n#endif", Some(("1.2-3-gabc", 3))),
            ("#define A_VERSION_MAJOR 7\n#define A_VERSION 1900\n", Some(("1900", 2))),
            ("#define A_VERSION (1948)\n", Some(("1948", 1))),
            ("#define A_VERSION \"@VERSION@\"\n", None),
            ("#define A_VERSION A_OTHER\n", None),
            ("/* A_VERSION 1 */", None),
            ("#define XA_VERSION 1\n", None),
            ("#define A_VERSION", None),
            ("#define A_VERSION \"1.0.8, 13-Jul-2019\"", Some(("1.0.8", 1))),
        ] {
            assert_eq!(read(&rule, text), expected.map(|(text, line)| (text.to_owned(), line)), "{text:?}");
        }
    }

    #[test]
    fn numbers_must_all_be_there() {
        let rule = VersionRule::Numbers(vec!["M".into(), "N".into(), "P".into()]);
        assert_eq!(read(&rule, "#define M (2)\n#define N 6\n#define P 0u\n"), Some(("2.6.0".into(), 1)));
        assert_eq!(read(&rule, "#define M 2\n#define N 6\n"), None);
        assert_eq!(read(&rule, "#define M 2\n#define N x\n#define P 0\n"), None);
    }

    #[test]
    fn packed_numbers_come_apart() {
        let packed = |parts: &[u64]| VersionRule::Packed { name: "V".into(), parts: parts.to_vec() };
        assert_eq!(read(&packed(&[10_000, 100]), "#define V 120200"), Some(("12.2.0".into(), 1)));
        assert_eq!(read(&packed(&[1000, 10]), "#define V 2190"), Some(("2.19".into(), 1)));
        assert_eq!(read(&packed(&[1000, 10]), "#define V 1114"), Some(("1.11.4".into(), 1)));
        assert_eq!(read(&packed(&[1_000_000, 1000]), "#define V 6033000"), Some(("6.33.0".into(), 1)));
    }

    #[test]
    fn patterns_join_what_they_span() {
        let rule = VersionRule::Pattern(r"(?s)MAJOR=([0-9]+.MINOR=[0-9]+.PATCH=[0-9]+)".into());
        assert_eq!(read(&rule, "x\nMAJOR=3\nMINOR=5\nPATCH=1\n"), Some(("3.5.1".into(), 2)));
        let rule = VersionRule::Pattern(r"AC_INIT\(\[x\],\[([^\]]+)\]".into());
        assert_eq!(read(&rule, "AC_INIT([x],[1.2-rc1])"), Some(("1.2-rc1".into(), 1)));
    }
}
