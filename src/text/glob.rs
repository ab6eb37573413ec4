//! Patterns of names: `*` and `?`.

/// True where the pattern fits the whole text: `*` stands for anything, also with `/` in it, `?` for one byte.
pub fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(byte) if *byte == b'?' || text.get(t) == Some(byte) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                p = at + 1;
                t = from + 1;
            }
        }
    }
    pattern.get(p..).is_none_or(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything_and_question_marks_for_one_byte() {
        let told = |pattern: &str, text: &str| fits(pattern.as_bytes(), text.as_bytes());
        assert!(told("", "") && told("*", "") && told("*", "a/b") && told("a*c*e", "abcde") && told("?b", "ab"));
        assert!(told("*aab", "aaab") && told("a**", "a") && told("*.gn", "BUILD.gn") && told("BUILD*", "BUILD.gn"));
        assert!(!told("", "a") && !told("?", "") && !told("a*c", "ab") && !told("ab", "abc") && !told("abc", "ab"));
    }
}
