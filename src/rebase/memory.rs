//! Asks the resolution memory about open places, and finds out what a person's answer says about each.

use std::ops::Range;

use crate::merge::made::Made;
use crate::merge::{Conflict, Fate, FileMerge, Grade, Line, Placed};
use crate::patch::{Hunk, LineKind};
use crate::path::RepoPath;
use crate::rebase::markers;
use crate::rebase::outcome::Lesson;
use crate::resolution::{Edit, Question, Record, Store};
use crate::text::{diff, lines};

/// The rung's name in reports.
pub const RUNG: &str = "replayed";

/// Lines of ours on either side that must be the same too.
const AROUND: usize = 3;

/// What a person is asked at a conflict.
pub fn question(path: &RepoPath, hunks: &[Hunk], conflict: &Conflict<'_>, ours: &[Line<'_>]) -> Question {
    let mut hunk = Vec::new();
    for hunk_of_it in conflict.hunks.iter().filter_map(|number| hunks.get(*number)) {
        hunk.extend_from_slice(b"@@\n");
        for line in &hunk_of_it.lines {
            hunk.push(match line.kind {
                LineKind::Context => b' ',
                LineKind::Remove => b'-',
                LineKind::Add => b'+',
            });
            hunk.extend_from_slice(&line.text);
            if !line.text.ends_with(b"\n") {
                hunk.extend_from_slice(b"\n\\\n");
            }
        }
    }
    let range = &conflict.ours;
    Question {
        path: path.clone(),
        hunk,
        base: conflict.base_lines.concat(),
        ours: ours[range.clone()].concat(),
        before: ours[range.start.saturating_sub(AROUND)..range.start].concat(),
        after: ours[range.end..(range.end + AROUND).min(ours.len())].concat(),
    }
}

/// Puts remembered answers in place of conflicts whose every byte is as it was when a person answered.
pub fn replay<'a>(
    merge: &mut FileMerge<'a>,
    (path, hunks): (&RepoPath, &[Hunk]),
    ours: &[Line<'a>],
    store: &Store,
    made: &'a Made,
) {
    let mut left = Vec::new();
    for conflict in std::mem::take(&mut merge.conflicts) {
        let found = store.find(&question(path, hunks, &conflict, ours));
        let Some((record, placed)) =
            found.and_then(|record| Some((record, places(merge, &conflict, record, ours, made)?)))
        else {
            left.push(conflict);
            continue;
        };
        for &hunk in &conflict.hunks {
            let result = &mut merge.hunks[hunk];
            result.fate = Fate::Resolved;
            result.grade = Some(Grade::B);
            result.rung = RUNG;
            result.tried.push(RUNG);
            result.conflict = None;
            result.evidence.push(record.origin.told());
        }
        merge.placed.extend(placed);
    }
    // A hunk may be part of two places, of which one is still open.
    for (number, conflict) in left.iter().enumerate() {
        for &hunk in &conflict.hunks {
            let result = &mut merge.hunks[hunk];
            (result.fate, result.grade, result.rung, result.conflict) = (Fate::Conflict, None, "", Some(number));
        }
    }
    merge.placed.sort_by_key(|placed| (placed.ours.start, placed.ours.end));
    merge.conflicts = left;
}

/// The replacements that an answer makes; `None` where one of them has no place of its own.
fn places<'a>(
    merge: &FileMerge<'a>,
    conflict: &Conflict<'_>,
    record: &Record,
    ours: &[Line<'a>],
    made: &'a Made,
) -> Option<Vec<Placed<'a>>> {
    let hunk = *conflict.hunks.first()?;
    let mut wanted = vec![(conflict.ours.clone(), &record.answer)];
    for edit in &record.also {
        wanted.push((only_place(edit, ours)?, &edit.new));
    }
    let mut placed: Vec<Placed<'a>> = Vec::new();
    for (range, text) in wanted {
        let new = Placed { hunk, ours: range, lines: lines::split(made.keep(text.clone())) };
        let free = merge.placed.iter().chain(&placed).all(|other| apart(&other.ours, &new.ours));
        if !free {
            return None;
        }
        placed.push(new);
    }
    // What leaves ours as it is takes nothing to be written.
    placed.retain(|placed| placed.lines != ours[placed.ours.clone()]);
    Some(placed)
}

/// The lines that an edit replaces, where its old text with the lines around stands exactly once.
fn only_place(edit: &Edit, ours: &[Line<'_>]) -> Option<Range<usize>> {
    let (lead, old) = (lines::split(&edit.before), lines::split(&edit.old));
    let all = [lead.clone(), old.clone(), lines::split(&edit.after)].concat();
    if all.is_empty() {
        return None;
    }
    let mut found = ours.windows(all.len()).enumerate().filter(|(_, window)| *window == all).map(|(at, _)| at);
    let at = found.next().filter(|_| found.next().is_none())? + lead.len();
    Some(at..at + old.len())
}

/// True where two parts of ours neither overlap nor insert at one point.
fn apart(one: &Range<usize>, other: &Range<usize>) -> bool {
    let same_point = one.start == other.start && (one.is_empty() || other.is_empty());
    (one.end <= other.start || other.end <= one.start) && !same_point
}

/// What the answer says at each marked place of `merged`.
///
/// An edit elsewhere belongs to the place where there is only one; `None` where there are more, since then no place can be
/// told on its own, and where an edit reaches from a place into the lines around.
pub fn lessons(questions: &[Question], merged: &[u8], answer: &[u8]) -> Option<Vec<Lesson>> {
    let regions = markers::regions(merged);
    let same = regions.len() == questions.len()
        && regions.iter().zip(questions).all(|(region, question)| {
            region.ours.strip_suffix(b"\n").unwrap_or(&region.ours)
                == question.ours.strip_suffix(b"\n").unwrap_or(&question.ours)
        });
    if !same || regions.is_empty() {
        return None;
    }
    let (before, after) = (lines::split(merged), lines::split(answer));
    let places: Vec<Range<usize>> = regions.iter().map(|region| region.first_line - 1..region.last_line).collect();
    let changes = diff::changes(&before, &after);
    let mut also = Vec::new();
    for change in &changes {
        let touches = |place: &&Range<usize>| change.old.start < place.end && change.old.end > place.start;
        match places.iter().find(touches) {
            Some(place) if change.old.start >= place.start && change.old.end <= place.end => {}
            Some(_) => return None,
            None => also.push(elsewhere(change, (&before, &after), &places)?),
        }
    }
    if !also.is_empty() && places.len() > 1 {
        return None;
    }
    let mut found = Vec::new();
    for (place, question) in places.iter().zip(questions) {
        let (from, to) = (moved(&changes, place.start)?, moved(&changes, place.end)?);
        let answer = after.get(from..to)?.concat();
        found.push(Lesson { question: question.clone(), answer, also: std::mem::take(&mut also) });
    }
    Some(found)
}

/// Where the border of a place stands after the changes before it.
fn moved(changes: &[diff::Change], line: usize) -> Option<usize> {
    let before = changes.iter().take_while(|change| change.old.end <= line && change.old.start < line);
    let shift: isize = before.map(|change| change.new.len().cast_signed() - change.old.len().cast_signed()).sum();
    line.checked_add_signed(shift)
}

/// An edit away from the marked places, with the lines around it that are not of such a place.
fn elsewhere(
    change: &diff::Change,
    (before, after): (&[Line<'_>], &[Line<'_>]),
    places: &[Range<usize>],
) -> Option<Edit> {
    let floor = places.iter().map(|place| place.end).filter(|end| *end <= change.old.start).max().unwrap_or(0);
    let ceiling = places.iter().map(|place| place.start).filter(|start| *start >= change.old.end).min();
    let first = change.old.start.saturating_sub(AROUND).max(floor);
    let last = (change.old.end + AROUND).min(ceiling.unwrap_or(before.len()));
    let whole = |lines: &[Line<'_>]| lines.iter().all(|line| line.ends_with(b"\n")).then(|| lines.concat());
    Some(Edit {
        before: whole(before.get(first..change.old.start)?)?,
        old: whole(before.get(change.old.clone())?)?,
        new: whole(after.get(change.new.clone())?)?,
        after: whole(before.get(change.old.end..last)?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(ours: &str) -> Question {
        Question {
            path: RepoPath::parse(b"a").unwrap(),
            hunk: Vec::new(),
            base: Vec::new(),
            ours: ours.into(),
            before: Vec::new(),
            after: Vec::new(),
        }
    }

    fn answers(questions: &[&str], merged: &str, answer: &str) -> Option<Vec<String>> {
        let questions: Vec<Question> = questions.iter().map(|ours| asked(ours)).collect();
        let found = lessons(&questions, merged.as_bytes(), answer.as_bytes())?;
        Some(found.into_iter().map(|lesson| String::from_utf8(lesson.answer).unwrap()).collect())
    }

    const ONE: &str = "<<<<<<< ours\no\n||||||| base\nb\n=======\nt\n>>>>>>> theirs\n";

    #[test]
    fn each_place_gets_its_own_answer() {
        let merged = format!("1\n{ONE}2\n{ONE}3\n");
        assert_eq!(answers(&["o\n", "o\n"], &merged, "1\nx\n2\ny\nz\n3\n").unwrap(), ["x\n", "y\nz\n"]);
        assert_eq!(answers(&["o\n", "o\n"], &merged, "1\n2\nt\n3\n").unwrap(), ["", "t\n"]);
    }

    #[test]
    fn an_edit_elsewhere_goes_with_the_only_place() {
        let merged = format!("1\n2\n{ONE}3\n4\n");
        let text = "one\n2\nx\n3\n4\n";
        let found = lessons(&[asked("o\n")], merged.as_bytes(), text.as_bytes()).unwrap().remove(0);
        let edit = Edit { before: Vec::new(), old: b"1\n".into(), new: b"one\n".into(), after: b"2\n".into() };
        assert_eq!((found.answer, found.also), (b"x\n".to_vec(), vec![edit]));
        let merged = format!("1\n2\n{ONE}3\n{ONE}4\n");
        assert_eq!(answers(&["o\n", "o\n"], &merged, "one\n2\nx\n3\ny\n4\n"), None);
    }

    #[test]
    fn an_edit_into_the_lines_around_teaches_nothing() {
        let merged = format!("1\n{ONE}2\n");
        assert_eq!(answers(&["o\n"], &merged, "1\nx\n"), None);
        assert_eq!(answers(&["other\n"], &merged, "1\nx\n2\n"), None);
        assert_eq!(answers(&["o\n"], "1\n2\n", "1\n2\n"), None);
    }

    proptest! {
        #[test]
        fn answers_put_back_give_the_answered_file(
            parts in prop::collection::vec("([ab]\n){0,3}", 1..4), replies in prop::collection::vec("([abxy]\n){0,3}", 3),
        ) {
            let mut merged = String::new();
            let mut answered = String::new();
            let count = parts.len() - 1;
            for (number, part) in parts.iter().enumerate() {
                merged.push_str(part);
                answered.push_str(part);
                if number < count {
                    merged.push_str(ONE);
                    answered.push_str(&replies[number]);
                }
            }
            if let Some(found) = answers(&vec!["o\n"; count], &merged, &answered) {
                let mut again = String::new();
                for (number, part) in parts.iter().enumerate() {
                    again.push_str(part);
                    again.push_str(found.get(number).map_or("", String::as_str));
                }
                prop_assert_eq!(again, answered);
            }
        }
    }
}
