//! Encoded words in mail headers (RFC 2047): `=?utf-8?q?J=C3=BCrgen?=`.

use std::fmt::Write as _;

use bstr::{BString, ByteSlice};

/// Decodes every encoded word of a header value; what cannot be decoded stays as it is.
pub fn decode(text: &[u8]) -> BString {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut after_word = false;
    while let Some(start) = rest.find("=?") {
        let (before, from) = rest.split_at(start);
        // White space between two encoded words belongs to neither.
        if !(after_word && before.iter().all(u8::is_ascii_whitespace)) {
            out.extend_from_slice(before);
        }
        if let Some((decoded, after)) = word(from) {
            out.extend_from_slice(&decoded);
            (rest, after_word) = (after, true);
        } else {
            out.extend_from_slice(b"=?");
            (rest, after_word) = (from.get(2..).unwrap_or_default(), false);
        }
    }
    out.extend_from_slice(rest);
    BString::from(out)
}

/// Encodes a header value where it is not plain ASCII.
pub fn encode(text: &[u8]) -> BString {
    if text.iter().all(|byte| (0x20..0x7f).contains(byte)) && !text.contains_str("=?") {
        return BString::from(text);
    }
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for chunk in text.char_indices().map(|(start, end, _)| &text[start..end]) {
        let mut coded = String::new();
        for &byte in chunk {
            match byte {
                b' ' => coded.push('_'),
                byte if byte.is_ascii_alphanumeric() => coded.push(char::from(byte)),
                byte => {
                    // Writing to a String cannot fail.
                    let _ = write!(coded, "={byte:02X}");
                }
            }
        }
        // A word has at most 75 characters, of which 12 are its frame.
        if word.len() + coded.len() > 60 {
            words.push(std::mem::take(&mut word));
        }
        word.push_str(&coded);
    }
    words.push(word);
    let framed: Vec<String> = words.iter().map(|word| format!("=?UTF-8?q?{word}?=")).collect();
    BString::from(framed.join("\n "))
}

/// A person's name for a mail header: encoded, or in quotes where it holds what has a meaning in addresses.
pub fn phrase(name: &[u8]) -> BString {
    let coded = encode(name);
    if coded != name || !name.iter().any(|byte| b"()<>@,;:\\\".[]".contains(byte)) {
        return coded;
    }
    BString::from(format!("\"{}\"", name.replace("\\", "\\\\").replace("\"", "\\\"").as_bstr()))
}

/// A person's name as it reads without its quotes.
pub fn unphrased(name: &[u8]) -> BString {
    let Some(inner) = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")) else {
        return BString::from(name);
    };
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(&byte) = bytes.next() {
        match (byte, bytes.as_slice().first()) {
            (b'\\', Some(&next)) => {
                out.push(next);
                bytes.next();
            }
            _ => out.push(byte),
        }
    }
    BString::from(out)
}

fn word(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let inner = text.strip_prefix(b"=?")?;
    let (charset, rest) = inner.split_once_str("?")?;
    let (encoding, rest) = rest.split_once_str("?")?;
    let (data, rest) = rest.split_once_str("?=")?;
    if charset.len() > 40 || data.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let bytes = match encoding {
        b"q" | b"Q" => quoted(data)?,
        b"b" | b"B" => base64(data)?,
        _ => return None,
    };
    // RFC 2231 allows a language after `*`.
    let charset = charset.split_str("*").next().unwrap_or(charset).to_ascii_lowercase();
    let decoded = match charset.as_slice() {
        b"utf-8" | b"utf8" | b"us-ascii" | b"ascii" => bytes,
        b"iso-8859-1" | b"latin1" | b"iso-8859-15" | b"windows-1252" => {
            bytes.iter().map(|&byte| char::from(byte)).collect::<String>().into_bytes()
        }
        _ => return None,
    };
    Some((decoded, rest))
}

fn quoted(data: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len());
    let mut rest = data.iter();
    while let Some(&byte) = rest.next() {
        out.push(match byte {
            b'_' => b' ',
            b'=' => {
                let digits = [*rest.next()?, *rest.next()?];
                u8::from_str_radix(digits.to_str().ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    Some(out)
}

fn base64(data: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len());
    let (mut bits, mut count) = (0_u32, 0);
    for &byte in data.iter().filter(|byte| **byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decodes_both_encodings() {
        assert_eq!(decode(b"=?utf-8?q?J=C3=BCrgen_X?= <j@x>"), "Jürgen X <j@x>");
        assert_eq!(decode(b"=?UTF-8?B?SsO8cmdlbg==?="), "Jürgen");
        assert_eq!(decode(b"=?ISO-8859-1?Q?J=FCrgen?="), "Jürgen");
        assert_eq!(decode(b"=?utf-8?q?a?=\n =?utf-8?q?b?= c =?utf-8?q?d?="), "ab c d");
        assert_eq!(decode(b"=?koi8-r?q?a?= =?utf-8?q?=G?= =? x"), "=?koi8-r?q?a?= =?utf-8?q?=G?= =? x");
    }

    proptest! {
        #[test]
        fn decodes_what_it_encodes(text in "\\PC{0,80}") {
            let folded = encode(text.as_bytes()).replace("\n ", " ");
            prop_assert_eq!(decode(&folded), text.as_str());
            let phrase = phrase(text.trim().as_bytes()).replace("\n ", " ");
            if phrase.starts_with(b"\"") {
                prop_assert_eq!(unphrased(&phrase), text.trim());
            }
        }

        #[test]
        fn no_text_does_harm(text in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'='), Just(b'?')], 0..60)) {
            let _ = decode(&text);
        }
    }
}
