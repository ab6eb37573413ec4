//! Patterns of names: `*` and `?`.

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// Any bytes, also `/`, or none.
    Anything,
    /// One byte.
    One,
    /// This byte.
    Byte(u8),
}

/// True where the pattern fits the whole text: `*` stands for anything, also with `/` in it, `?` for one byte.
pub fn fits(pattern: &[u8], text: &[u8]) -> bool {
    matches(pattern, text, |byte| match byte {
        b'*' => Piece::Anything,
        b'?' => Piece::One,
        byte => Piece::Byte(byte),
    })
}

/// The same for a pattern that was taken apart before, by a form of its own.
pub fn fits_pieces(pattern: &[Piece], text: &[u8]) -> bool {
    matches(pattern, text, |piece| piece)
}

fn matches<T: Copy>(pattern: &[T], text: &[u8], piece: impl Fn(T) -> Piece) -> bool {
    let piece_at = |at: usize| pattern.get(at).map(|one| piece(*one));
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match piece_at(p) {
            Some(Piece::Anything) => {
                star = Some((p, t));
                p += 1;
            }
            Some(piece) if piece == Piece::One || text.get(t).is_some_and(|byte| piece == Piece::Byte(*byte)) => {
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
    pattern.iter().skip(p).all(|one| piece(*one) == Piece::Anything)
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
