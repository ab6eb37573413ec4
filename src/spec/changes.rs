//! openSUSE's `.changes` files: dated entries, newest first, each between a rule of dashes and the next.
//!
//! ```text
//! -------------------------------------------------------------------
//! Wed Nov 25 12:00:00 UTC 2026 - A Packager <packager@example.org>
//!
//! - Update to 2.0:
//!   * CVE-2026-1
//! ```

use bstr::ByteSlice;

use super::fragment::{EntryDate, weekday_and_date};
use crate::text::display::terminal;

/// The rule above each entry.
const RULE: &str = "-------------------------------------------------------------------";

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The line (1-based) of its head.
    pub line: usize,
    /// The head as it stands.
    pub head: String,
    /// The day; `None` where the head tells none.
    pub date: Option<EntryDate>,
    /// The lines of its text.
    pub text: Vec<String>,
}

impl Change {
    /// True where a line of the text tells of an update to that version.
    pub fn tells_of(&self, version: &str) -> bool {
        self.text.iter().any(|line| {
            let item = line.trim_start().trim_start_matches(['-', '*']).trim();
            item.split_ascii_whitespace().any(|word| word.trim_end_matches([':', ',', '.', ';']) == version)
        })
    }

    /// The items below the first one.
    fn items(&self) -> Vec<&str> {
        self.text.iter().filter_map(|line| line.strip_prefix("  * ")).collect()
    }
}

/// The entries of a file, newest first as they stand; any bytes are read.
pub fn entries(text: &[u8]) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    let mut ruled = false;
    for (index, line) in text.lines().enumerate() {
        if line.len() >= 60 && line.iter().all(|byte| *byte == b'-') {
            ruled = true;
        } else if ruled && !line.trim_ascii().is_empty() {
            let head = terminal(line);
            all.push(Change { line: index + 1, date: day_of(&head), head, text: Vec::new() });
            ruled = false;
        } else if let Some(last) = all.last_mut() {
            last.text.push(terminal(line));
        }
    }
    all
}

/// `Wed Nov 25 12:00:00 UTC 2026 - ...`: weekday, month, day and year, whatever the time between.
fn day_of(head: &str) -> Option<EntryDate> {
    let date = head.split(" - ").next()?;
    let words: Vec<&str> = date.split_ascii_whitespace().collect();
    let [weekday, month, day, .., year] = words.as_slice() else { return None };
    EntryDate::parse(format!("{weekday} {month} {day} {year}").as_bytes())
}

/// What an entry is made of.
#[derive(Debug, Clone, Copy)]
pub struct NewChange<'a> {
    /// `Name <mail>`
    pub packager: &'a str,
    /// The version.
    pub version: &'a str,
    /// The items below `Update to VERSION`.
    pub items: &'a [String],
    /// Days since 1970-01-01.
    pub day: i64,
}

/// The file with an entry for this version on top; the same bytes where the newest one says it all already.
pub fn updated(old: &[u8], new: &NewChange<'_>) -> Vec<u8> {
    let newest = entries(old).into_iter().next().filter(|newest| newest.tells_of(new.version));
    let Some(newest) = newest else {
        let items: String = new.items.iter().map(|item| format!("  * {item}\n")).collect();
        let colon = if items.is_empty() { "" } else { ":" };
        let date = weekday_and_date(new.day);
        let (day, year) = date.rsplit_once(' ').unwrap_or((&date, ""));
        let head = format!("{RULE}\n{day} 12:00:00 UTC {year} - {}\n\n", new.packager);
        return [format!("{head}- Update to {}{colon}\n{items}\n", new.version).as_bytes(), old].concat();
    };
    let known = newest.items();
    let more: String =
        new.items.iter().filter(|item| !known.contains(&item.as_str())).map(|item| format!("  * {item}\n")).collect();
    // New items go behind the last line of the entry's text.
    let filled = newest.text.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |at| at + 1);
    let at: usize = old.lines_with_terminator().take(newest.line + filled).map(<[u8]>::len).sum();
    [old.get(..at).unwrap_or_default(), more.as_bytes(), old.get(at..).unwrap_or_default()].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OLD: &str = "-------------------------------------------------------------------\nTue Nov 24 09:15:00 UTC 2026 - B <b@example.org>\n\n- Update to 1.9\n\n-------------------------------------------------------------------\nMon Nov 23 09:15:00 CET 2026 - B <b@example.org>\n\n- first\n";

    fn new<'a>(items: &'a [String], version: &'a str) -> NewChange<'a> {
        NewChange { packager: "A <a@example.org>", version, items, day: 20_782 }
    }

    #[test]
    fn entries_are_read_with_their_days() {
        let all = entries(OLD.as_bytes());
        assert_eq!(all.iter().map(|entry| entry.line).collect::<Vec<_>>(), [2, 7]);
        assert!(all.iter().all(|entry| entry.date.is_some_and(EntryDate::weekday_is_right)));
        assert!(all[0].tells_of("1.9") && !all[0].tells_of("1") && !all[1].tells_of("1.9"));
        assert_eq!(entries(b"").len(), 0);
    }

    #[test]
    fn a_new_version_stands_on_top_and_its_items_are_added_once() {
        let items = vec!["CVE-1: 100%".to_owned()];
        let once = updated(OLD.as_bytes(), &new(&items, "2.0"));
        let text = String::from_utf8(once.clone()).unwrap();
        let head = format!("{RULE}\nWed Nov 25 12:00:00 UTC 2026 - A <a@example.org>\n\n- Update to 2.0:\n");
        assert_eq!(text, format!("{head}  * CVE-1: 100%\n\n{OLD}"));
        assert_eq!(updated(&once, &new(&items, "2.0")), once);
        let more = vec!["CVE-1: 100%".to_owned(), "CVE-2".to_owned()];
        let twice = String::from_utf8(updated(&once, &new(&more, "2.0"))).unwrap();
        assert_eq!(twice, format!("{head}  * CVE-1: 100%\n  * CVE-2\n\n{OLD}"));
    }

    proptest! {
        #[test]
        fn any_file_is_kept_and_a_second_update_changes_nothing(old in "(-{67}\n|[ -~]{0,40}\n|\n|é\r\n){0,8}", item in "[A-Za-z0-9 ]{1,9}") {
            let items = vec![item.trim().to_owned() + "x"];
            let once = updated(old.as_bytes(), &new(&items, "2.0"));
            prop_assert_eq!(&updated(&once, &new(&items, "2.0")), &once);
            prop_assert!(once.len() >= old.len());
        }
    }
}
