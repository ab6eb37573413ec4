//! Names in patch headers: quoting, time stamps and the two names of a `diff --git` line.
//!
//! Quoting is C's, as git's `quote.c` and GNU patch's `parse_c_string` have it: `"a/caf\303\251.c"`.

use bstr::{BString, ByteSlice};

use crate::path;

/// A name taken from a header line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamped {
    /// The name; `None` for `/dev/null`.
    pub(crate) name: Option<BString>,
    /// True where the time stamp is the epoch: the side does not exist, as GNU patch reads it.
    pub(crate) epoch: bool,
}

/// Reads a name in double quotes; gives the name and the rest of the line, `None` where the quoting is broken.
pub(crate) fn unquote(text: &[u8]) -> Option<(BString, &[u8])> {
    let mut rest = text.strip_prefix(b"\"")?;
    let mut name = Vec::new();
    loop {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            b'"' => return Some((BString::from(name), rest)),
            b'\n' => return None,
            b'\\' => {
                let (value, after) = escape(rest)?;
                name.push(value);
                rest = after;
            }
            other => name.push(other),
        }
    }
}

fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let (&byte, rest) = text.split_first()?;
    let value = match byte {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        b'\\' | b'"' => byte,
        b'0'..=b'3' => {
            let digits = text.get(..3)?;
            let mut value = 0_u8;
            for &digit in digits {
                if !(b'0'..=b'7').contains(&digit) {
                    return None;
                }
                value = (value << 3) | (digit - b'0');
            }
            return Some((value, text.get(3..)?));
        }
        _ => return None,
    };
    Some((value, rest))
}

/// Writes a name as git does: quoted where it holds control bytes, quotes, backslashes or bytes above ASCII.
pub(crate) fn quote(name: &[u8]) -> BString {
    let plain = |byte: &u8| (0x20..0x7f).contains(byte) && !matches!(byte, b'"' | b'\\');
    if name.iter().all(plain) {
        return BString::from(name);
    }
    let mut out = vec![b'"'];
    for &byte in name {
        let letter = match byte {
            7 => b'a',
            8 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            11 => b'v',
            12 => b'f',
            b'\r' => b'r',
            b'"' | b'\\' => byte,
            0x20..0x7f => {
                out.push(byte);
                continue;
            }
            _ => {
                out.extend_from_slice(format!("\\{byte:03o}").as_bytes());
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', letter]);
    }
    out.push(b'"');
    BString::from(out)
}

/// Reads what follows `--- ` or `+++ ` (line ending already gone); `None` where the quoting is broken.
///
/// A name ends at a tab. Without a tab, a date after a blank is cut off; other blanks belong to the name.
pub(crate) fn stamped(text: &[u8]) -> Option<Stamped> {
    let (name, stamp) = if text.starts_with(b"\"") {
        let (name, rest) = unquote(text)?;
        (name, rest)
    } else if let Some(tab) = text.find_byte(b'\t') {
        let (name, stamp) = text.split_at(tab);
        (BString::from(name), stamp)
    } else {
        let end = date_start(text).unwrap_or(text.len());
        let (name, stamp) = text.split_at(end);
        (BString::from(name.trim_end_with(|character| character == ' ')), stamp)
    };
    let absent = name == "/dev/null";
    Some(Stamped { name: (!absent).then_some(name), epoch: absent || is_epoch(stamp.trim()) })
}

/// Where a date begins that is divided from the name by blanks only.
fn date_start(text: &[u8]) -> Option<usize> {
    text.find_iter(" ").find(|&at| {
        let rest = text[at..].trim_start();
        looks_like_iso(rest) || looks_like_ctime(rest)
    })
}

fn looks_like_iso(text: &[u8]) -> bool {
    matches_shape(text, b"dddd-dd-dd dd:dd")
}

fn looks_like_ctime(text: &[u8]) -> bool {
    let day = text.get(..4).unwrap_or_default();
    matches!(day, b"Mon " | b"Tue " | b"Wed " | b"Thu " | b"Fri " | b"Sat " | b"Sun ") && text.find(b":").is_some()
}

fn matches_shape(text: &[u8], shape: &[u8]) -> bool {
    text.len() >= shape.len()
        && shape.iter().zip(text).all(|(want, have)| if *want == b'd' { have.is_ascii_digit() } else { want == have })
}

/// True for the epoch in any time zone, with or without a zone, as `diff -N` writes it for an absent file.
fn is_epoch(stamp: &[u8]) -> bool {
    if looks_like_ctime(stamp) {
        let words: Vec<&[u8]> = stamp.fields().collect();
        return match words.as_slice() {
            [_, b"Jan", b"1", time, b"1970"] => *time == b"00:00:00",
            [_, b"Jan", b"1", time, zone @ (b"UTC" | b"GMT"), b"1970"] => !zone.is_empty() && *time == b"00:00:00",
            _ => false,
        };
    }
    if !matches_shape(stamp, b"dddd-dd-dd dd:dd:dd") {
        return false;
    }
    let number = |from: usize| -> i64 {
        stamp
            .get(from..from + 2)
            .and_then(|digits| digits.to_str().ok())
            .and_then(|text| text.parse().ok())
            .unwrap_or(-1)
    };
    let day = match stamp.get(..10) {
        Some(b"1970-01-01") => 0,
        Some(b"1969-12-31") => -86_400,
        _ => return false,
    };
    let seconds = day + number(11) * 3600 + number(14) * 60 + number(17);
    let rest = stamp.get(19..).unwrap_or_default();
    let (fraction, zone) = rest.find_byte(b' ').map_or((rest, &b""[..]), |at| rest.split_at(at));
    if fraction.iter().any(|byte| matches!(byte, b'1'..=b'9')) {
        return false;
    }
    seconds == zone_seconds(zone.trim())
}

fn zone_seconds(zone: &[u8]) -> i64 {
    let digits: Vec<i64> =
        zone.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| i64::from(*byte - b'0')).collect();
    let [a, b, c, d] = digits[..] else { return 0 };
    let seconds = (a * 10 + b) * 3600 + (c * 10 + d) * 60;
    if zone.starts_with(b"-") { -seconds } else { seconds }
}

/// The two names of what follows `diff --git ` (line ending already gone).
///
/// Unquoted names with blanks are divided where both sides are the same name below their first folder, as git does.
/// Without prefix both sides must be equal. Where neither holds (a rename), a single blank divides.
pub(crate) fn git_line(text: &[u8]) -> Option<(BString, BString)> {
    if text.starts_with(b"\"") {
        let (old, rest) = unquote(text)?;
        let rest = rest.trim_start();
        let new = if rest.starts_with(b"\"") { unquote(rest)?.0 } else { BString::from(rest) };
        return (!new.is_empty()).then_some((old, new));
    }
    if text.ends_with(b"\"")
        && let Some(at) = text.find(b" \"")
    {
        let (old, new) = text.split_at(at);
        return Some((BString::from(old), unquote(new.trim_start())?.0));
    }
    let same = |old: &[u8], new: &[u8]| {
        old == new || path::strip(old, 1).is_some_and(|name| path::strip(new, 1) == Some(name))
    };
    // Both names have the same length below prefixes of (in practice) the same length, so the middle is tried first:
    // a hostile line of blanks must not cost quadratic time.
    let middle = text.len() / 2;
    let blanks = text.find_iter(" ").take(2).count();
    let mut candidates: Vec<usize> = text.find_iter(" ").collect();
    candidates.sort_by_key(|at| at.abs_diff(middle));
    for at in candidates.into_iter().take(64) {
        let (old, new) = (&text[..at], &text[at + 1..]);
        if same(old, new) {
            return Some((BString::from(old), BString::from(new)));
        }
    }
    let at = text.find_byte(b' ')?;
    let (old, new) = (&text[..at], &text[at + 1..]);
    (blanks == 1 && !old.is_empty() && !new.is_empty()).then(|| (BString::from(old), BString::from(new)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_names_and_stamps() {
        let name = |text: &[u8]| stamped(text).unwrap();
        assert_eq!(name(b"a/x y\t2020-01-01 00:00:00.000000000 +0000").name.unwrap(), "a/x y");
        assert_eq!(name(b"a/x 2020-01-01 00:00:00").name.unwrap(), "a/x");
        assert_eq!(name(b"a/x Mon Jan  1 00:00:00 2001").name.unwrap(), "a/x");
        assert_eq!(name(b"a/x y").name.unwrap(), "a/x y");
        assert_eq!(name(b"\"a/\\303\\251\\t\"").name.unwrap(), &b"a/\xc3\xa9\t"[..]);
        assert!(name(b"/dev/null").name.is_none());
        assert!(stamped(b"\"a/x").is_none());
    }

    #[test]
    fn knows_the_epoch_in_every_zone() {
        for stamp in [
            "x\t1970-01-01 00:00:00.000000000 +0000",
            "x\t1970-01-01 01:00:00.000000000 +0100",
            "x\t1969-12-31 16:00:00.000000000 -0800",
            "x\tThu Jan  1 00:00:00 1970",
            "x\t1970-01-01 00:00:00",
            "/dev/null",
        ] {
            assert!(stamped(stamp.as_bytes()).unwrap().epoch, "{stamp}");
        }
        for stamp in ["x\t2020-01-01 00:00:00 +0000", "x\t1970-01-01 00:00:01 +0000", "x", "x\t(revision 0)"] {
            assert!(!stamped(stamp.as_bytes()).unwrap().epoch, "{stamp}");
        }
    }

    #[test]
    fn divides_the_git_line() {
        let both = |text: &[u8]| git_line(text).map(|(old, new)| (old.to_string(), new.to_string()));
        assert_eq!(both(b"a/x b/x"), Some(("a/x".into(), "b/x".into())));
        assert_eq!(both(b"a/x y b/x y"), Some(("a/x y".into(), "b/x y".into())));
        assert_eq!(both(b"x y x y"), Some(("x y".into(), "x y".into())));
        assert_eq!(both(b"a/x b/y"), Some(("a/x".into(), "b/y".into())));
        assert_eq!(both(b"\"a/\\t\" b/x"), Some(("a/\t".into(), "b/x".into())));
        assert_eq!(both(b"a/x \"b/\\t\""), Some(("a/x".into(), "b/\t".into())));
        assert_eq!(both(b"a"), None);
    }

    proptest! {
        #[test]
        fn unquotes_what_it_quotes(name in proptest::collection::vec(any::<u8>(), 0..20)) {
            let quoted = quote(&name);
            if quoted.starts_with(b"\"") {
                prop_assert_eq!(unquote(&quoted), Some((BString::from(name), &b""[..])));
            } else {
                prop_assert_eq!(&quoted[..], &name[..]);
            }
        }
    }
}
