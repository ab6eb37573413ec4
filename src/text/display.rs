//! Shows bytes from outside safely: control bytes and broken UTF-8 are escaped.

use std::fmt::Write as _;

/// Text fit for a terminal or JSON, and whether anything had to be escaped as `\xNN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The text.
    pub text: String,
    /// True where bytes were not UTF-8 and stand escaped.
    pub lossy: bool,
}

/// Escapes bytes that are not UTF-8 as `\xNN`; control characters stay (JSON escapes them itself).
pub fn utf8(bytes: &[u8]) -> Shown {
    let mut text = String::with_capacity(bytes.len());
    let mut lossy = false;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            lossy = true;
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    Shown { text, lossy }
}

/// A version as it stands; of a commit's id the first digits.
pub fn short_id(version: &str) -> &str {
    let is_id = version.len() >= 32 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    version.get(..12).filter(|_| is_id).unwrap_or(version)
}

/// Escapes for a terminal: broken UTF-8 and every control character but the tab stand as `\xNN` or `\u{N}`.
pub fn terminal(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for character in utf8(bytes).text.chars() {
        push_safe(&mut out, character);
    }
    out
}

fn push_safe(out: &mut String, character: char) {
    let bidi = matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if character == '\t' || !(character.is_control() || bidi) {
        out.push(character);
    } else if (character as u32) < 0x100 {
        let _ = write!(out, "\\x{:02X}", character as u32);
    } else {
        let _ = write!(out, "\\u{{{:X}}}", character as u32);
    }
}

/// Text as one word of a POSIX shell.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./+:=@,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_commits_are_cut() {
        assert_eq!(short_id("bbf3d8a4755268f016087be2f56099fa5a5f3f6e"), "bbf3d8a47552");
        assert_eq!(short_id("150.0.7871.100-with-a-very-long-suffix"), "150.0.7871.100-with-a-very-long-suffix");
    }

    #[test]
    fn escapes_broken_utf8_and_says_so() {
        let shown = utf8(b"caf\xe9\n");
        assert_eq!(shown.text, "caf\\xE9\n");
        assert!(shown.lossy);
        assert!(!utf8("café".as_bytes()).lossy);
    }

    #[test]
    fn terminal_text_holds_no_escape_sequence() {
        assert_eq!(terminal(b"a\x1b[31mb\r\n"), "a\\x1B[31mb\\x0D\\x0A");
        assert_eq!(terminal("\u{202e}x".as_bytes()), "\\u{202E}x");
    }
}
