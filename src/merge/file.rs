//! Merges one file: the patch's hunks on one side, upstream's changes on the other.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::merge::absorbed::{Sides, Trace};
use crate::merge::align::{self, Meeting};
use crate::merge::facts::{describe, judge_context, start};
use crate::merge::ladder::{self, Case};
use crate::merge::made::Made;
use crate::merge::upstream::Upstream;
use crate::merge::{
    Conflict, Edit, Fate, FileMerge, Grade, HunkResult, Line, Placed, Resolution, doubt, edits, gone, home, locate,
    opinion, order, repeat,
};
use crate::patch::{Hunk, LineKind};
use crate::path::RepoPath;
use crate::text::diff::{self, Change};

/// A file patch with more hunks than this was made by a program. Only equal text counts as upstream's there: every
/// further rung would search the file once a hunk, and what a program made is better made again.
pub const MOST_HUNKS: usize = 1000;

/// The evidence of a hunk that was placed without the old tree, though there is one.
pub const OLD_TREE_LACKS_IT: &str = "the old tree does not hold the hunk's old side";

/// Why a hunk has no place that neither tree holds.
pub const NOWHERE_AT_ALL: &str = "the hunk's old side is nowhere in the old and the new tree";

/// The same where no old tree is given.
const NOWHERE: &str = "the hunk's old side is nowhere in the new tree";

/// Places hunks that were written for `base` in `ours`.
///
/// `made` keeps the lines that rungs write anew.
pub fn three_way<'a>(
    path: &RepoPath,
    hunks: &'a [Hunk],
    base: &[Line<'a>],
    ours: &[Line<'a>],
    made: &'a Made,
) -> FileMerge<'a> {
    three_way_since(path, hunks, &Sides { base, ours, old: None }, made)
}

/// The same where base is not old upstream itself but holds earlier patches.
pub fn three_way_since<'a>(path: &RepoPath, hunks: &'a [Hunk], sides: &Sides<'_, 'a>, made: &'a Made) -> FileMerge<'a> {
    let Sides { base, ours, .. } = *sides;
    let mut side = edits::on_base(hunks, base);
    let changes = if base == ours { Vec::new() } else { diff::changes(base, ours) };
    let mut merger = Merger::new(hunks, &side, ours);
    let Upstream { traces, whole: upstream } = Upstream::of(hunks, &side, sides, &changes);
    for (number, trace) in &upstream {
        merger.upstream(*number, trace);
    }
    side.edits.retain(|edit| upstream.binary_search_by_key(&edit.hunk, |(number, _)| *number).is_err());
    let whole = Whole { path, base, edits: &side.edits, changes: &changes, made, in_base: locate::Text::new(base) };
    for meeting in align::pair(&side.edits, &changes) {
        match meeting {
            Meeting::Clear { edit, ours } => {
                let edit = &side.edits[edit];
                merger.place(Placed { hunk: edit.hunk, ours, lines: edit.lines.clone() });
            }
            Meeting::Touches(region) => merger.region(&whole, &region),
        }
    }
    for (number, hunk) in hunks.iter().enumerate() {
        if side.places[number].is_none() {
            merger.by_context(number, hunk, Ceiling::OldTreeLacksIt);
        }
    }
    let taken = merger.absorbed_some;
    let mut merge = FileMerge { traces, ..merger.finish() };
    if !changes.is_empty() {
        doubt::stale_words(&mut merge, (base, ours), &changes, &side.edits);
        repeat::doubt(&mut merge, base, ours, &side.edits, &changes);
        opinion::ask(&mut merge, base, ours, &side.edits, &changes);
        home::ask(&mut merge, base, ours, &side.edits);
        order::ask(&mut merge, path, (base, ours), &changes);
        if taken {
            doubt::partly_upstream(&mut merge);
        }
    }
    merge
}

/// Places hunks in `ours` by their own context alone, for want of an old tree or because it lacks the file.
pub fn by_context<'a>(hunks: &'a [Hunk], ours: &[Line<'a>], old_tree_given: bool) -> FileMerge<'a> {
    let nothing = edits::BaseSide { edits: Vec::new(), places: vec![None; hunks.len()] };
    let mut merger = Merger::new(hunks, &nothing, ours);
    let ceiling = if old_tree_given { Ceiling::OldTreeLacksIt } else { Ceiling::NoOldTree };
    for (number, hunk) in hunks.iter().enumerate() {
        merger.by_context(number, hunk, ceiling);
    }
    merger.finish()
}

/// Why a hunk is placed by context alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ceiling {
    /// No old tree was given: a unique place is safe.
    NoOldTree,
    /// An old tree was given and the hunk does not fit it: a person must look.
    OldTreeLacksIt,
}

struct Whole<'c, 'a> {
    path: &'c RepoPath,
    base: &'c [Line<'a>],
    edits: &'c [Edit<'a>],
    changes: &'c [Change],
    made: &'a Made,
    in_base: locate::Text<'c, 'a>,
}

/// Collects placements and what they say of each hunk.
struct Merger<'c, 'a> {
    ours: &'c [Line<'a>],
    text: locate::Text<'c, 'a>,
    placed: Vec<Placed<'a>>,
    /// The ends of what is placed, by start, for the overlap check.
    taken: BTreeMap<usize, usize>,
    conflicts: Vec<Conflict<'a>>,
    hunks: Vec<HunkResult>,
    shift: isize,
    /// True where something of the patch is already upstream.
    absorbed_some: bool,
    /// The lines of ours, collected when first needed.
    known: OnceCell<gone::Known>,
}

impl<'c, 'a> Merger<'c, 'a> {
    fn new(hunks: &[Hunk], side: &edits::BaseSide<'a>, ours: &'c [Line<'a>]) -> Self {
        let results = hunks.iter().zip(&side.places).map(|(hunk, place)| start(hunk, place.as_ref())).collect();
        let taken = BTreeMap::new();
        let text = locate::Text::new(ours);
        Self {
            ours,
            text,
            placed: Vec::new(),
            taken,
            conflicts: Vec::new(),
            hunks: results,
            shift: 0,
            absorbed_some: false,
            known: OnceCell::new(),
        }
    }

    fn place(&mut self, placed: Placed<'a>) {
        let end = self.taken.entry(placed.ours.start).or_insert(placed.ours.end);
        *end = placed.ours.end.max(*end);
        self.placed.push(placed);
    }

    /// Leaves out a hunk whose lines are all upstream.
    fn upstream(&mut self, number: usize, trace: &Trace) {
        let result = &mut self.hunks[number];
        result.fate = Fate::Absorbed;
        result.grade = result.grade.max(Some(Grade::B));
        result.rung = "absorbed-lines";
        result.tried.extend(["absorbed", "absorbed-lines"]);
        result.evidence.push(trace.fact());
    }

    fn region(&mut self, whole: &Whole<'_, 'a>, region: &crate::merge::Region) {
        let theirs = align::theirs_text(whole.base, whole.edits, region);
        let case = Case {
            path: whole.path,
            base: whole.base,
            ours: self.ours,
            edits: whole.edits,
            changes: whole.changes,
            region,
            theirs: &theirs,
            made: whole.made,
            in_base: &whole.in_base,
            in_ours: &self.text,
        };
        let mut numbers: Vec<usize> = case.region_edits().iter().map(|edit| edit.hunk).collect();
        numbers.dedup();
        let (found, tried) =
            if self.hunks.len() > MOST_HUNKS { ladder::equal_only(&case) } else { ladder::climb(&case) };
        let found = found.and_then(|(rung, resolution)| Some((rung, self.without_repeats(rung, resolution)?)));
        if let Some((rung, resolution)) = found.filter(|(_, resolution)| self.free(&resolution.placed)) {
            self.resolved(&numbers, rung, &tried, &resolution);
            self.place_all(resolution.placed);
            return;
        }
        for &number in &numbers {
            self.hunks[number].tried.clone_from(&tried);
        }
        let known = self.known.get_or_init(|| gone::Known::of(self.ours));
        let gone = gone::subject(&case, known);
        self.conflict(Conflict {
            hunks: numbers,
            ours: region.ours.clone(),
            base_lines: case.base_text().to_vec(),
            theirs_lines: theirs.clone(),
            base_start: region.base.start,
            why: describe(&case),
            gone,
        });
    }

    /// A resolution that leaves ours as it is found the edits upstream; `None` where that would only be a guess.
    ///
    /// The merge of words is none: where it leaves nothing, upstream changed the very same words in the same way.
    fn without_repeats(&self, rung: &str, mut found: Resolution<'a>) -> Option<Resolution<'a>> {
        let repeats = |placed: &Placed<'_>| self.ours.get(placed.ours.clone()) == Some(placed.lines.as_slice());
        if found.absorbed || !found.placed.iter().all(repeats) {
            return Some(found);
        }
        if rung != "token" && found.grade == Grade::C {
            return None;
        }
        found.placed.clear();
        found.absorbed = true;
        found.grade = Grade::B;
        found.evidence.push("nothing is left to change: upstream says the same".into());
        Some(found)
    }

    fn place_all(&mut self, list: Vec<Placed<'a>>) {
        for placed in list {
            self.place(placed);
        }
    }

    fn resolved(&mut self, hunks: &[usize], rung: &'static str, tried: &[&'static str], found: &Resolution<'a>) {
        self.absorbed_some |= found.absorbed;
        for &number in hunks {
            let result = &mut self.hunks[number];
            result.fate = result.fate.max(if found.absorbed { Fate::Absorbed } else { Fate::Resolved });
            result.grade = result.grade.max(Some(found.grade));
            if result.fate != Fate::Conflict {
                result.rung = rung;
                result.tried = tried.to_vec();
            }
            result.evidence.extend(found.evidence.iter().cloned());
            result.swallowed.extend(found.swallowed.iter().map(|line| line.to_vec()));
        }
    }

    fn by_context(&mut self, number: usize, hunk: &'a Hunk, ceiling: Ceiling) {
        let old = locate::locate_counting(hunk, &self.text, self.shift);
        let found =
            old.or_else(|| self.new_side_only(hunk)).or_else(|| locate::locate_fuzzy(hunk, &self.text, self.shift));
        let absorbed = old.is_none() && self.new_side_only(hunk).is_some();
        let placed: Option<(locate::Match, Vec<Placed<'a>>)> = found.map(|found| {
            let of_hunk = edits::of_hunk(number, hunk, found.line).into_iter();
            let list = of_hunk.map(|edit| Placed { hunk: number, ours: edit.base, lines: edit.lines });
            (found, if absorbed { Vec::new() } else { list.collect() })
        });
        let Some((found, list)) = placed.filter(|(_, list)| self.free(list)) else {
            return self.no_place(number, hunk, ceiling);
        };
        self.shift += found.offset;
        let (grade, rung, fact) = judge_context(&found, absorbed);
        let grade = if ceiling == Ceiling::OldTreeLacksIt { Grade::C } else { grade };
        let result = &mut self.hunks[number];
        result.fate = if absorbed { Fate::Absorbed } else { Fate::Clean };
        result.grade = Some(grade);
        result.rung = rung;
        result.tried = vec![rung];
        if ceiling == Ceiling::OldTreeLacksIt {
            result.evidence.push(OLD_TREE_LACKS_IT.into());
        }
        result.evidence.push(fact);
        self.place_all(list);
    }

    fn new_side_only(&self, hunk: &Hunk) -> Option<locate::Match> {
        let changes_something = hunk.lines.iter().any(|line| line.kind == LineKind::Add);
        let found = locate::locate_new_side(hunk, &self.text, self.shift)?;
        (changes_something && found.places == 1).then_some(found)
    }

    fn no_place(&mut self, number: usize, hunk: &'a Hunk, ceiling: Ceiling) {
        let guess = locate::header_line(hunk).saturating_add_signed(self.shift).min(self.ours.len());
        self.hunks[number].tried = vec!["context", "fuzz"];
        self.conflict(Conflict {
            hunks: vec![number],
            ours: guess..guess,
            base_lines: locate::side(hunk, LineKind::Add),
            theirs_lines: locate::side(hunk, LineKind::Remove),
            base_start: locate::header_line(hunk),
            why: if ceiling == Ceiling::NoOldTree { NOWHERE } else { NOWHERE_AT_ALL }.into(),
            gone: false,
        });
    }

    fn conflict(&mut self, conflict: Conflict<'a>) {
        for &number in &conflict.hunks {
            let result = &mut self.hunks[number];
            result.fate = Fate::Conflict;
            result.grade = None;
            result.rung = "";
            result.conflict = Some(self.conflicts.len());
        }
        self.conflicts.push(conflict);
    }

    /// True where none of `list` gets in the way of what is placed already; two insertions at one point do.
    fn free(&self, list: &[Placed<'a>]) -> bool {
        list.iter().all(|new| {
            let range = &new.ours;
            let before = self.taken.range(..range.start).next_back().is_none_or(|(_, &end)| end <= range.start);
            let inside = self.taken.range(range.start..range.end.max(range.start + 1)).next().is_some();
            range.end <= self.ours.len() && before && !inside && self.keeps_lines_whole(new)
        })
    }

    /// True where no line is put behind or before one that lacks its line feed.
    fn keeps_lines_whole(&self, new: &Placed<'_>) -> bool {
        let unfinished = |line: Option<&Line<'_>>| line.is_some_and(|line| !line.ends_with(b"\n"));
        let before = new.ours.start.checked_sub(1).and_then(|line| self.ours.get(line));
        let inside = new.lines.len().saturating_sub(1);
        let mut whole = !unfinished(before) || new.lines.is_empty();
        whole &= new.lines[..inside].iter().all(|line| !unfinished(Some(line)));
        whole && (new.ours.end == self.ours.len() || !unfinished(new.lines.last()))
    }

    fn finish(mut self) -> FileMerge<'a> {
        self.placed.sort_by_key(|placed| (placed.ours.start, placed.ours.end));
        let mut order: Vec<usize> = (0..self.conflicts.len()).collect();
        order.sort_by_key(|&index| (self.conflicts[index].ours.start, self.conflicts[index].ours.end));
        let mut rank = vec![0; order.len()];
        for (place, &index) in order.iter().enumerate() {
            rank[index] = place;
        }
        for placed in &self.placed {
            let result = &mut self.hunks[placed.hunk];
            if result.fate == Fate::Absorbed {
                result.fate = Fate::PartlyAbsorbed;
            }
        }
        for result in &mut self.hunks {
            result.conflict = result.conflict.map(|index| rank[index]);
            if result.fate == Fate::Conflict {
                result.grade = None;
            }
        }
        let mut slots: Vec<Option<Conflict<'a>>> = self.conflicts.into_iter().map(Some).collect();
        let conflicts = order.into_iter().filter_map(|index| slots[index].take()).collect();
        FileMerge { placed: self.placed, hunks: self.hunks, conflicts, traces: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::testing::hunk;
    use crate::text::lines;

    fn merged(base: &str, hunks: &[Hunk], ours: &str) -> (String, Vec<Fate>) {
        let path = RepoPath::parse(b"a.txt").unwrap();
        let ours = lines::split(ours.as_bytes());
        let made = Made::default();
        let merge = three_way(&path, hunks, &lines::split(base.as_bytes()), &ours, &made);
        let fates = merge.hunks.iter().map(|hunk| hunk.fate).collect();
        (String::from_utf8(merge.result(&ours)).unwrap(), fates)
    }

    const BASE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

    #[test]
    fn moves_along_with_upstream() {
        let hunks = [hunk(4, " 4\n-5\n+five\n 6\n")];
        let (text, fates) = merged(BASE, &hunks, &BASE.replace("1\n", "0\n1\n"));
        assert_eq!(text, "0\n1\n2\n3\n4\nfive\n6\n7\n8\n9\n");
        assert_eq!(fates, [Fate::Clean]);
    }

    #[test]
    fn the_same_change_upstream_is_absorbed() {
        let hunks = [hunk(4, " 4\n-5\n+five\n 6\n")];
        let ours = BASE.replace("5\n", "five\n");
        assert_eq!(merged(BASE, &hunks, &ours), (ours, vec![Fate::Absorbed]));
    }

    #[test]
    fn half_a_hunk_upstream_shrinks_it() {
        let hunks = [hunk(2, " 2\n-3\n+three\n 4\n 5\n-6\n+six\n 7\n")];
        let (text, fates) = merged(BASE, &hunks, &BASE.replace("3\n", "three\n"));
        assert_eq!(text, "1\n2\nthree\n4\n5\nsix\n7\n8\n9\n");
        assert_eq!(fates, [Fate::PartlyAbsorbed]);
    }

    #[test]
    fn another_change_upstream_conflicts_and_other_hunks_still_apply() {
        let hunks = [hunk(1, "-1\n+one\n 2\n 3\n"), hunk(7, " 7\n-8\n+eight\n 9\n")];
        let (text, fates) = merged(BASE, &hunks, &BASE.replace("8\n", "acht\n"));
        assert_eq!(text, "one\n2\n3\n4\n5\n6\n7\nacht\n9\n");
        assert_eq!(fates, [Fate::Clean, Fate::Conflict]);
    }

    #[test]
    fn without_a_base_only_unique_context_is_safe() {
        let ours = lines::split(b"x\na\nb\nc\ny\na\nb\nc\n");
        let hunks = [hunk(1, " a\n-b\n+B\n c\n")];
        let merge = by_context(&hunks, &ours, false);
        assert_eq!(merge.hunks[0].grade, Some(Grade::C));
        let merge = by_context(&hunks, &ours[..4], false);
        assert_eq!(merge.hunks[0].grade, Some(Grade::B));
    }

    #[test]
    fn a_bracket_that_upstream_put_beside_its_twin_is_not_put_again() {
        let base = "struct Options {\n  template <Kind kind>\n  class Builder;\n};\ntemplate <Kind kind>\nclass Options::Builder {\n public:\n  // Returns the object that was made.\n  Options Get() const;\n  void set_clock(Clock clock);\n  void set_zone(Zone zone);\n\n private:\n  std::optional<Clock> clock_;\n  std::optional<Zone> zone_;\n};\n\n// The entry points.\nOptions make();\n";
        let hunks = [
            hunk(
                1,
                " struct Options {\n   template <Kind kind>\n-  class Builder;\n-};\n-template <Kind kind>\n-class Options::Builder {\n+  class BuilderOfOptions {\n  public:\n   // Returns the object that was made.\n   Options Get() const;\n",
            ),
            hunk(
                14,
                "   std::optional<Clock> clock_;\n   std::optional<Zone> zone_;\n };\n+};\n \n // The entry points.\n Options make();\n",
            ),
        ];
        let ours = "struct Options {\n  template <Kind kind>\n  class BuilderOfOptions {\n public:\n  // Returns the object that was made here.\n  Options Get() const;\n  void set_clock(Clock clock);\n  void set_zone(Zone zone);\n\n private:\n  std::optional<Clock> clock_;\n  std::optional<Zone> zone_;\n};\n};\n\n// The entry points.\nOptions make();\n";
        let (base, ours) = (lines::split(base.as_bytes()), lines::split(ours.as_bytes()));
        let made = Made::default();
        let path = RepoPath::parse(b"a.h").unwrap();
        let merge = three_way(&path, &hunks, &base, &ours, &made);
        assert_eq!(merge.hunks.iter().map(|hunk| hunk.grade).max(), Some(Some(Grade::C)));
    }
}
