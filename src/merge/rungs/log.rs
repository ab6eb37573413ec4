//! Log: the patch and upstream both put an entry at the top of a change log.
//!
//! The newest entry stands first, and the patch is applied after all that upstream has, so its entry goes above
//! upstream's. Guard: the file is a change log by its name; there is no entry above the point and one right below it;
//! both sides insert whole entries, whose headings differ. B where both headings bear a date and the patch's is no older
//! than upstream's newest; else a person looks whether the order matters.

use crate::merge::ladder::{Case, resolution};
use crate::merge::tokens::squeezed;
use crate::merge::{Grade, Line, Placed, Resolution, kinds};

/// Lines of title and blanks that may stand above the first entry.
const MOST_TITLE: usize = 12;

/// Puts the patch's entries above upstream's.
pub fn resolve<'a>(case: &Case<'_, 'a>) -> Option<Resolution<'a>> {
    let (edit, change) = case.two_insertions()?;
    if !kinds::is_log(case.path.file_name()) {
        return None;
    }
    let upstream = &case.ours[change.new.clone()];
    let (own, theirs) = (heading(&edit.lines)?, heading(upstream)?);
    let (above, below) = case.base.split_at(edit.base.start);
    let first = above.len() <= MOST_TITLE && !above.iter().any(|line| is_entry(line));
    if !first || heading(below).is_none() || upstream.iter().any(|line| squeezed(line) == squeezed(own)) {
        return None;
    }
    let dates = date(own).zip(date(theirs));
    let grade = if dates.is_some_and(|(own, theirs)| own >= theirs) { Grade::B } else { Grade::C };
    let evidence = match dates {
        Some((own, theirs)) => format!(
            "both sides put an entry at the top; the patch's of {} goes above upstream's of {}",
            String::from_utf8_lossy(own),
            String::from_utf8_lossy(theirs)
        ),
        None => "both sides put an entry at the top; the patch's goes above upstream's".to_owned(),
    };
    let at = change.new.start;
    let placed = Placed { hunk: edit.hunk, ours: at..at, lines: edit.lines.clone() };
    Some(resolution(vec![placed], grade, evidence))
}

/// True where both put an entry at the top of a change log, whatever the grade.
pub fn applies(case: &Case<'_, '_>) -> bool {
    resolve(case).is_some()
}

/// The first line that is not blank, where it begins an entry.
fn heading<'a>(lines: &[Line<'a>]) -> Option<Line<'a>> {
    let first = lines.iter().find(|line| !line.trim_ascii().is_empty())?;
    is_entry(first).then_some(first)
}

/// True for a line in the first column that bears a date or a version.
fn is_entry(line: Line<'_>) -> bool {
    let outside = line.first().is_some_and(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'*' | b'-' | b'+'));
    let numbers = |pair: &[u8]| pair[0].is_ascii_digit() && matches!(pair[1], b'.' | b'-' | b'/');
    outside && (date(line).is_some() || line.windows(2).any(numbers))
}

/// The first `YYYY-MM-DD`.
fn date(line: Line<'_>) -> Option<&[u8]> {
    line.windows(10).find(|text| {
        let digit = |(at, byte): (usize, &u8)| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() };
        text.iter().enumerate().all(digit)
    })
}
