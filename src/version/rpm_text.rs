//! Version text that rpm accepts, from any upstream form.
//!
//! rpm refuses two hyphens, `..`, slashes, brackets and anything that is not ASCII, reads one hyphen as the border of a release,
//! and takes what follows a blank for another capability without a word. So the text is made anew: numbers with stops,
//! `~` before and `^` after a release, a bare commit as `0^git` and seven digits.

use super::form::{Piece, Tail, is_no_version, read};

/// Text for `Provides: bundled(x) = TEXT`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RpmText {
    /// The version; empty where the raw text holds none, and then the capability stands without a version.
    pub text: String,
    /// What was left out, piece by piece, as it stood.
    pub dropped: Vec<String>,
}

impl RpmText {
    /// True where nothing of the raw text was lost but its form.
    pub fn is_whole(&self) -> bool {
        self.dropped.is_empty()
    }
}

/// Makes the text.
pub fn rpm_text(raw: &str) -> RpmText {
    if is_no_version(raw) {
        return RpmText::default();
    }
    let mut form = read(raw);
    let mut text = String::new();
    for piece in &form.base {
        match piece {
            Piece::Number(digits, attached) => {
                if !text.is_empty() && !attached {
                    text.push('.');
                }
                text.push_str(digits);
            }
            Piece::Letters(letters) => text.push_str(letters),
        }
    }
    for tail in &form.tail {
        let (mark, part) = match tail {
            Tail::Before(part) => ('~', part),
            Tail::After(part) => ('^', part),
        };
        text.push(mark);
        text.push_str(part);
    }
    if is_no_version(&text) {
        form.dropped.extend(Some(std::mem::take(&mut text)).filter(|text| !text.is_empty()));
    }
    RpmText { text, dropped: form.dropped }
}
