//! Splits bytes into lines that keep their endings.

/// Splits `data` after every `\n`; the last line may lack one, empty data has no line.
pub fn split(data: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::with_capacity(data.len() / 32 + 1);
    let mut rest = data;
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let (line, after) = rest.split_at(end + 1);
        lines.push(line);
        rest = after;
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
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
    }

    #[test]
    fn strips_one_ending_only() {
        assert_eq!(without_ending(b"a \r\n"), b"a ");
        assert_eq!(without_ending(b"a\r"), b"a");
        assert_eq!(without_ending(b"a\n\n"), b"a\n");
    }
}
