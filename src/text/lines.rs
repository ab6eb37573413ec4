//! Splits bytes into lines that keep their endings.

use bstr::ByteSlice as _;

/// Splits `data` after every `\n`; the last line may lack one, empty data has no line.
pub fn split(data: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::with_capacity(data.len() / 32 + 1);
    let mut rest = data;
    while let Some(end) = rest.find_byte(b'\n') {
        let (line, after) = rest.split_at(end + 1);
        lines.push(line);
        rest = after;
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

/// How many line feeds a text has.
pub fn feeds(text: &[u8]) -> usize {
    text.iter().map(|&byte| usize::from(byte == b'\n')).sum()
}

/// Puts lines at the end of a text, whole lines at a time.
pub fn append(out: &mut Vec<u8>, lines: &[&[u8]]) {
    out.reserve(lines.iter().map(|line| line.len()).sum());
    for line in lines {
        out.extend_from_slice(line);
    }
}

/// Puts a line without any of its white space at the end of `into`: what is compared where spacing does not count.
pub fn squeeze(line: &[u8], into: &mut Vec<u8>) {
    for word in line.split(u8::is_ascii_whitespace) {
        into.extend_from_slice(word);
    }
}

/// The line without any white space.
pub fn squeezed(line: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(line.len());
    squeeze(line, &mut key);
    key
}

/// The line without its `\n` or `\r\n`.
pub fn without_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The line without white space at either end.
pub fn trimmed(line: &[u8]) -> &[u8] {
    line.trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_endings_and_the_unfinished_last_line() {
        assert_eq!(split(b""), Vec::<&[u8]>::new());
        assert_eq!(split(b"a\r\n\nb"), vec![&b"a\r\n"[..], b"\n", b"b"]);
        assert_eq!(split(b"a\n").concat(), b"a\n");
        let mut out = b"x".to_vec();
        append(&mut out, &split(b"a\nb"));
        assert_eq!(out, b"xa\nb");
        assert_eq!((feeds(b"a\n\nb"), feeds(b"")), (2, 0));
    }

    #[test]
    fn squeezing_leaves_no_white_space() {
        assert_eq!(squeezed(b" \ta  b\x0c(c)\r\n"), b"ab(c)");
        assert_eq!(squeezed(b" \n"), b"");
    }

    #[test]
    fn strips_one_ending_only() {
        assert_eq!(without_ending(b"a \r\n"), b"a ");
        assert_eq!(without_ending(b"a\r"), b"a");
        assert_eq!(without_ending(b"a\n\n"), b"a\n");
    }
}
