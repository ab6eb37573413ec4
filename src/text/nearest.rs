//! Finds the known word that a mistyped one was likely meant to be.

/// The nearest of `known` to `typed`, if near enough to be meant; the first one wins a tie.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if typed.len() > 100 {
        return None;
    }
    // One edit of a word of two letters makes any word.
    let letters = typed.chars().count();
    let limit = if letters < 3 { 0 } else { letters / 3 };
    let typed = folded(typed);
    let mut table = Table::default();
    known
        .into_iter()
        // A word needs an edit for every letter that it is longer or shorter; thousands of words may be asked.
        .filter(|word| word.chars().count().abs_diff(letters) <= limit)
        .map(|word| (table.distance(&typed, &folded(word)), word))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Letters only differ in case, `_` and `-` not at all.
fn folded(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).map(|letter| if letter == '_' { '-' } else { letter }).collect()
}

/// Rows of the table of edits, kept from word to word.
#[derive(Default)]
struct Table {
    before: Vec<usize>,
    last: Vec<usize>,
    line: Vec<usize>,
}

impl Table {
    /// Edits (insert, delete, replace, swap of neighbours) from one word to the other: optimal string alignment.
    fn distance(&mut self, a: &[char], b: &[char]) -> usize {
        let Self { before, last, line } = self;
        last.clear();
        last.extend(0..=b.len());
        for (row, &x) in a.iter().enumerate() {
            line.clear();
            line.push(row + 1);
            for (column, &y) in b.iter().enumerate() {
                let replaced = last[column] + usize::from(x != y);
                let mut best = replaced.min(last[column + 1] + 1).min(line[column] + 1);
                if row > 0 && column > 0 && x == b[column - 1] && a[row - 1] == y {
                    best = best.min(before[column - 1] + 1);
                }
                line.push(best);
            }
            std::mem::swap(before, last);
            std::mem::swap(last, line);
        }
        last[b.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_word_that_was_meant() {
        let known = ["queue", "package", "drop-absorbed", "tag"];
        assert_eq!(nearest("quue", known), Some("queue"));
        assert_eq!(nearest("qeuue", known), Some("queue"));
        assert_eq!(nearest("Drop_Absorbed", known), Some("drop-absorbed"));
        assert_eq!(nearest("tags", known), Some("tag"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest("D", ["A", "B"]), None);
        assert_eq!(nearest("b", ["A", "B"]), Some("B"));
        assert_eq!(nearest(&"q".repeat(1000), known), None);
    }

    #[test]
    fn counts_edits() {
        let of = |a: &str, b: &str| Table::default().distance(&folded(a), &folded(b));
        assert_eq!(of("", "abc"), 3);
        assert_eq!(of("kitten", "sitting"), 3);
        assert_eq!(of("ab", "ba"), 1);
    }
}
