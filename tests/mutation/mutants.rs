//! The classes of upstream edits, and how each is made.

use std::collections::HashMap;
use std::ops::Range;

use forebay::merge::{kinds, unit};
use forebay::path::RepoPath;
use forebay::text::lines;

use super::Triple;
use super::sides::{Replace, Sides};
use super::words::{self, Random};

/// What upstream did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Context,
    Adjacent,
    Deletion,
    Insertion,
    SamePoint,
    List,
    Several,
    Move,
    FileRename,
    Reindent,
    Rename,
    RenameHere,
    SameLine,
    RemovedLine,
    Copy,
    Partial,
    Taken,
    TakenReindented,
    TakenChanged,
    Gone,
}

/// A class, what it is called, and how it is made.
type Row<'m> = (Class, &'static str, fn(&mut Maker<'m>) -> Option<Mutant>);

fn classes<'m>() -> [Row<'m>; 20] {
    [
        (Class::Context, "a word of a context line", Maker::context),
        (Class::Adjacent, "a word of the line beside", Maker::adjacent),
        (Class::Deletion, "lines deleted nearby or beside", Maker::deletion),
        (Class::Insertion, "lines inserted beside", Maker::insertion),
        (Class::SamePoint, "lines inserted at the same point", Maker::same_point),
        (Class::List, "an item inserted in the same list", Maker::list),
        (Class::Several, "several of these at once", Maker::several),
        (Class::Move, "the block moved in the file", Maker::moved),
        (Class::FileRename, "the file moved, a word changed", Maker::file_rename),
        (Class::Reindent, "the block indented anew", Maker::reindent),
        (Class::Rename, "a name changed in all of the file", Maker::rename),
        (Class::RenameHere, "a variable renamed in the function", Maker::rename_here),
        (Class::SameLine, "another word of a changed line", Maker::same_line),
        (Class::RemovedLine, "a word of a removed line", Maker::removed_line),
        (Class::Copy, "a like block put before or behind", Maker::copy),
        (Class::Partial, "some of the patch's edits taken", Maker::partial),
        (Class::Taken, "the whole patch taken, a word beside changed", Maker::taken),
        (Class::TakenReindented, "the whole patch taken, indented otherwise", Maker::taken_reindented),
        (Class::TakenChanged, "an edit taken with another word", Maker::taken_changed),
        (Class::Gone, "the block deleted with its surroundings", Maker::gone),
    ]
}

impl Class {
    /// What upstream did, in words.
    pub(crate) fn words(self) -> &'static str {
        classes().into_iter().find(|(class, _, _)| *class == self).map_or("", |(_, words, _)| words)
    }
}

/// A new upstream file and the answers that are right for it.
pub(crate) struct Mutant {
    /// What upstream did.
    pub(crate) class: Class,
    /// The file's path there.
    pub(crate) path: RepoPath,
    /// Its content.
    pub(crate) ours: Vec<u8>,
    /// What the file may be with the patch; empty where nothing but a question is right.
    pub(crate) right: Vec<Vec<u8>>,
}

/// One mutant of every class that the triple allows.
pub(crate) fn of(triple: &Triple, seed: u64) -> Vec<Mutant> {
    let sides = Sides::new(triple);
    let mut found = Vec::new();
    for (number, (class, _, make)) in classes().into_iter().enumerate() {
        let text = [triple.name.as_bytes(), triple.path.as_bytes(), &[u8::try_from(number).unwrap_or(0)]].concat();
        let mut maker = Maker { triple, sides: &sides, random: Random::new(&text, seed), class };
        // A mutant that leaves the file as it was, or as the patch makes it, would test nothing.
        let tells = |mutant: &Mutant| mutant.ours != triple.base || mutant.path != triple.path;
        found.extend((0..4).find_map(|_| make(&mut maker)).filter(tells));
    }
    found
}

struct Maker<'m> {
    triple: &'m Triple,
    sides: &'m Sides<'m>,
    random: Random,
    class: Class,
}

impl<'m> Maker<'m> {
    fn mutant(&self, ours: Vec<u8>, right: Vec<Vec<u8>>) -> Mutant {
        Mutant { class: self.class, path: self.triple.path.clone(), ours, right }
    }

    /// Upstream's edits beside the patch's: both together are right.
    fn beside(&self, upstream: &[Replace]) -> Option<Mutant> {
        if upstream.is_empty() || upstream.iter().any(|replace| self.sides.slides(replace)) {
            return None;
        }
        let ours = self.sides.with(&[upstream]);
        Some(self.mutant(ours, vec![self.sides.with(&[upstream, &self.sides.patch])]))
    }

    fn edit(&mut self) -> Option<&'m Replace> {
        let sides = self.sides;
        self.random.pick(&sides.patch)
    }

    /// A free line with a word changed.
    fn word_changed(&mut self, line: usize) -> Option<Replace> {
        let text = *self.sides.base.get(line).filter(|_| self.sides.is_free(line))?;
        let word = self.random.pick(&words::of(text)).copied()?;
        let new = words::newer(word, &mut self.random);
        Some(Replace { base: line..line + 1, lines: vec![words::replaced(text, word, &new)] })
    }

    fn context_line(&mut self) -> Option<Replace> {
        let base = self.edit()?.base.clone();
        let distance = 1 + self.random.below(2);
        let line = if self.random.below(2) == 0 { base.start.checked_sub(1 + distance)? } else { base.end + distance };
        let touches = self.sides.patch.iter().any(|edit| edit.base.start <= line + 1 && line <= edit.base.end);
        if touches { None } else { self.word_changed(line) }
    }

    fn context(&mut self) -> Option<Mutant> {
        let upstream = self.context_line()?;
        self.beside(&[upstream])
    }

    fn adjacent(&mut self) -> Option<Mutant> {
        let base = self.edit()?.base.clone();
        let line = if self.random.below(2) == 0 { base.start.checked_sub(1)? } else { base.end };
        let upstream = self.word_changed(line)?;
        self.beside(&[upstream])
    }

    fn lines_deleted(&mut self) -> Option<Replace> {
        let base = self.edit()?.base.clone();
        let (length, distance) = (1 + self.random.below(6), self.random.below(4));
        let start =
            if self.random.below(2) == 0 { base.start.checked_sub(length + distance)? } else { base.end + distance };
        let range = start..start + length;
        let free = range.clone().all(|line| self.sides.is_free(line));
        let inside = self
            .sides
            .patch
            .iter()
            .any(|edit| edit.base.is_empty() && range.start < edit.base.start && edit.base.start < range.end);
        (free && !inside).then_some(Replace { base: range, lines: Vec::new() })
    }

    fn deletion(&mut self) -> Option<Mutant> {
        let upstream = self.lines_deleted()?;
        self.beside(&[upstream])
    }

    /// Some lines of the file with their words changed, as new lines of it.
    fn new_lines(&mut self, most: usize) -> Option<Vec<Vec<u8>>> {
        let count = 1 + self.random.below(most);
        let start = self.random.below(self.sides.base.len().checked_sub(count)?);
        let whole = |line: &&[u8]| {
            let text = line.trim_ascii_end();
            text.last().is_some_and(|byte| matches!(byte, b';' | b',' | b')')) && text.len() > 8
        };
        let old: Vec<&[u8]> = self.sides.base[start..start + count].iter().copied().filter(whole).collect();
        let mut new = Vec::new();
        for line in old {
            let word = self.random.pick(&words::of(line)).copied()?;
            let newer = words::newer(word, &mut self.random);
            new.push(words::replaced(line, word, &newer));
        }
        (!new.is_empty()).then_some(new)
    }

    fn insertion(&mut self) -> Option<Mutant> {
        let base = self.edit()?.base.clone();
        let at = if self.random.below(2) == 0 { base.start } else { base.end };
        if base.is_empty() || self.sides.patch.iter().any(|edit| edit.base == (at..at)) {
            return None;
        }
        let upstream = Replace { base: at..at, lines: self.new_lines(3)? };
        self.beside(&[upstream])
    }

    /// Upstream inserts where the patch does: either may come first.
    fn both_orders(&self, at: usize, new: &[Vec<u8>]) -> Option<Mutant> {
        let own = self.sides.patch.iter().find(|edit| edit.base == (at..at))?;
        let others: Vec<Replace> = self.sides.patch.iter().filter(|edit| edit.base != own.base).cloned().collect();
        let upstream = Replace { base: at..at, lines: new.to_vec() };
        if self.sides.slides(&upstream) {
            return None;
        }
        let order = |lines: [&[Vec<u8>]; 2]| Replace { base: at..at, lines: lines.concat() };
        let right =
            [[new, &own.lines[..]], [&own.lines[..], new]].map(|both| self.sides.with(&[&[order(both)], &others]));
        Some(self.mutant(self.sides.with(&[&[upstream]]), right.to_vec()))
    }

    fn same_point(&mut self) -> Option<Mutant> {
        let at = self.edit()?.base.clone();
        let new = self.new_lines(3)?;
        // Items of a list have places of their own, which is another class.
        let item = |line: &Vec<u8>| kinds::of(&self.triple.path).any(|kind| kind.key(line).is_some());
        if at.is_empty() && !new.iter().any(item) { self.both_orders(at.start, &new) } else { None }
    }

    fn list(&mut self) -> Option<Mutant> {
        let edit = self.edit()?.clone();
        let kind = kinds::of(&self.triple.path).find(|kind| edit.lines.iter().all(|line| kind.key(line).is_some()))?;
        let near =
            self.sides.base[edit.base.start.saturating_sub(3)..(edit.base.end + 3).min(self.sides.base.len())].to_vec();
        let items: Vec<&[u8]> = near.into_iter().filter(|line| kind.key(line).is_some()).collect();
        let item = self.random.pick(&items).copied()?;
        let word = words::of(item).last().copied()?;
        let new = vec![words::replaced(item, word, &words::newer(word, &mut self.random))];
        if !edit.base.is_empty() || edit.lines.is_empty() {
            return None;
        }
        let at = edit.base.start;
        // In a sorted list a new item has one right place: where the order puts it.
        let block = self.list_around(kind, at);
        let sorted = |lines: &[&[u8]]| lines.len() > 2 && lines.is_sorted_by_key(|line| kind.key(line));
        let old = self.sides.base[block.clone()].to_vec();
        if !sorted(&old) {
            return self.both_orders(at, &new);
        }
        let gap = block.start + old.partition_point(|line| kind.key(line) <= kind.key(&new[0]));
        if gap != at {
            return self.beside(&[Replace { base: gap..gap, lines: new }]);
        }
        let mutant = self.both_orders(at, &new)?;
        let keys = |text: &Vec<u8>| {
            let all = lines::split(text);
            let end = block.end + edit.lines.len() + 1;
            sorted(&all[block.start.min(all.len())..end.min(all.len())])
        };
        // Where the patch itself leaves the order, any order is as good.
        let right: Vec<Vec<u8>> = mutant.right.iter().filter(|text| keys(text)).cloned().collect();
        Some(Mutant { right: if right.is_empty() { mutant.right } else { right }, ..mutant })
    }

    fn list_around(&self, kind: &kinds::Kind, at: usize) -> Range<usize> {
        let item = |line: &&&[u8]| kind.key(line).is_some();
        let up = self.sides.base[..at].iter().rev().take_while(item).count();
        at - up..at + self.sides.base[at..].iter().take_while(item).count()
    }

    fn several(&mut self) -> Option<Mutant> {
        let mut upstream: Vec<Replace> = Vec::new();
        for _ in 0..6 {
            let next = if self.random.below(3) == 0 { self.lines_deleted() } else { self.context_line() };
            // Lines alike, such as blank ones, between two deletions would leave open which of them stayed.
            let apart = |one: &Replace| {
                upstream.iter().all(|other| one.base.end + 8 < other.base.start || other.base.end + 8 < one.base.start)
            };
            upstream.extend(next.filter(apart));
        }
        if upstream.len() < 2 { None } else { self.beside(&upstream) }
    }

    /// The paragraph around an edit, where it has lines of its own on both sides.
    fn block(&mut self) -> Option<Range<usize>> {
        let base = self.edit()?.base.clone();
        let block = self.sides.paragraph(&base, 40);
        let room = block.start + 2 <= base.start && base.end + 2 <= block.end;
        (room && self.sides.is_whole(&block)).then_some(block)
    }

    fn moved(&mut self) -> Option<Mutant> {
        let block = self.block()?;
        let blank = |line: usize| self.sides.base[line].trim_ascii().is_empty();
        let far = |line: &usize| *line + 10 < block.start || block.end + 10 < *line;
        let targets: Vec<usize> = (1..self.sides.base.len())
            .filter(|&line| far(&line) && blank(line - 1) && !blank(line) && self.sides.is_whole(&(line..line)))
            .collect();
        let to = self.random.pick(&targets).copied()?;
        let theirs = lines::split(&self.triple.theirs);
        let (image, there) = (self.sides.image(&block), self.sides.image(&(to..to)).start);
        let ours = shifted(&self.sides.base, &block, to);
        Some(self.mutant(ours, vec![shifted(&theirs, &image, there)]))
    }

    fn file_rename(&mut self) -> Option<Mutant> {
        let upstream: Vec<Replace> = self.context_line().into_iter().collect();
        let (folder, name) = match self.triple.path.as_bytes().iter().rposition(|&byte| byte == b'/') {
            Some(slash) => self.triple.path.as_bytes().split_at(slash + 1),
            None => (&b""[..], self.triple.path.as_bytes()),
        };
        let new = if self.random.below(2) == 0 {
            [folder, b"core/", name].concat()
        } else {
            [b"moved/", folder, name].concat()
        };
        let path = RepoPath::parse(&new).ok()?;
        let right = self.sides.with(&[&upstream, &self.sides.patch]);
        Some(Mutant { class: self.class, path, ours: self.sides.with(&[&upstream]), right: vec![right] })
    }

    fn reindent(&mut self) -> Option<Mutant> {
        let block = self.block()?;
        let deeper = |lines: &[&[u8]], range: &Range<usize>| -> Vec<u8> {
            let one = |(number, line): (usize, &&[u8])| {
                let goes_on = number.checked_sub(1).is_some_and(|above| lines[above].trim_ascii_end().ends_with(b"\\"));
                let directive = line.starts_with(b"#") || goes_on;
                let plain = !range.contains(&number) || directive || line.trim_ascii().is_empty();
                let step: &[u8] = if line.starts_with(b"\t") { b"\t" } else { b"  " };
                if plain { line.to_vec() } else { [step, line].concat() }
            };
            lines.iter().enumerate().flat_map(one).collect()
        };
        let theirs = lines::split(&self.triple.theirs);
        let right = deeper(&theirs, &self.sides.image(&block));
        Some(self.mutant(deeper(&self.sides.base, &block), vec![right]))
    }

    /// The words of the patch's lines and of two lines around each edit.
    fn words_near(&self, of: impl Fn(&[u8]) -> bool) -> Vec<Vec<u8>> {
        let mut list = Vec::new();
        // A generated patch has the same words thousands of times.
        let mut known: HashMap<Vec<u8>, bool> = HashMap::new();
        let mut of = |word: &[u8]| *known.entry(word.to_vec()).or_insert_with(|| of(word));
        for edit in &self.sides.patch {
            let (start, end) = (edit.base.start.saturating_sub(2), (edit.base.end + 2).min(self.sides.base.len()));
            let near = self.sides.base[start..end].iter().copied().chain(edit.lines.iter().map(Vec::as_slice));
            list.extend(near.flat_map(words::of).filter(|word| of(word)).map(<[u8]>::to_vec));
        }
        list
    }

    fn rename(&mut self) -> Option<Mutant> {
        let word = self.random.pick(&self.words_near(words::is_compound)).cloned()?;
        let new = words::newer(&word, &mut self.random);
        let all =
            |lines: &[&[u8]]| lines.iter().flat_map(|line| words::replaced(line, &word, &new)).collect::<Vec<u8>>();
        let known = self.sides.base.iter().any(|line| words::count(line, &word) > 0);
        let fresh = !self.sides.base.iter().any(|line| words::count(line, &new) > 0);
        let theirs = lines::split(&self.triple.theirs);
        (known && fresh).then(|| self.mutant(all(&self.sides.base), vec![all(&theirs)]))
    }

    fn rename_here(&mut self) -> Option<Mutant> {
        let base = self.edit()?.base.clone();
        let around = unit::around(&self.sides.base, &base);
        let code = |line: &[u8]| {
            let text = line.trim_ascii_start();
            ![&b"//"[..], b"/*", b"*", b"#", b"--", b";"].iter().any(|open| text.starts_with(open))
        };
        // A variable: no word of a text, no call, no type, no part of a longer path.
        let variable = |line: &&[u8], word: &[u8]| {
            if !words::holds(line, word) {
                return true;
            }
            let words = forebay::merge::tokens::of(&[line]);
            let other = |at: usize| {
                let next = words.get(at + 1).copied().unwrap_or_default();
                let last = at.checked_sub(1).map_or(&b""[..], |at| words[at]);
                let mut behind = words[at + 1..].iter().filter(|token| !forebay::merge::tokens::is_blank(token));
                let declares = behind.next().is_some_and(|token| forebay::merge::tokens::is_word(token));
                declares
                    || matches!(next, b"(" | b"<" | b":" | b"!" | b"*" | b"&")
                    || matches!(last, b":" | b"." | b">" | b"$")
            };
            let quoted = line.iter().any(|byte| matches!(byte, b'"' | b'\'' | b'`'));
            words.iter().enumerate().all(|(at, token)| *token != word || !(quoted || other(at)))
        };
        let uses = |word: &[u8]| {
            let lines = self.sides.base[around.clone()].iter().filter(|line| code(line));
            lines.map(|line| words::count(line, word)).sum::<usize>()
        };
        let added = || self.sides.patch.iter().flat_map(|edit| edit.lines.iter().map(Vec::as_slice));
        let plain = |word: &[u8]| {
            let all = self.sides.base[around.clone()].iter().copied().chain(added()).filter(|line| code(line));
            let small = word.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_');
            small && uses(word) >= 2 && all.into_iter().all(|line| variable(&line, word))
        };
        let word = self.random.pick(&self.words_near(plain)).cloned()?;
        let new = words::newer(&word, &mut self.random);
        let here = |lines: &[&[u8]], range: &Range<usize>| -> Vec<u8> {
            let one = |(number, line): (usize, &&[u8])| {
                if range.contains(&number) && code(line) { words::replaced(line, &word, &new) } else { line.to_vec() }
            };
            lines.iter().enumerate().flat_map(one).collect()
        };
        let theirs = lines::split(&self.triple.theirs);
        let image = self.sides.image(&around);
        // What a new function of the patch calls its own is no business of upstream's.
        let own = self.sides.patch.iter().flat_map(|edit| &edit.lines).any(|line| unit::begins(line));
        let whole = !own && self.sides.is_whole(&around) && around.len() > 4;
        whole.then(|| self.mutant(here(&self.sides.base, &around), vec![here(&theirs, &image)]))
    }

    fn same_line(&mut self) -> Option<Mutant> {
        let edit = self.edit()?.clone();
        if edit.base.len() != edit.lines.len() {
            return None;
        }
        let number = self.random.below(edit.base.len());
        let (old, new) = (*self.sides.base.get(edit.base.start + number)?, &edit.lines[number]);
        let shared: Vec<&[u8]> = words::of(old)
            .into_iter()
            .filter(|word| words::count(old, word) == 1 && words::count(new, word) == 1)
            .collect();
        let word = self.random.pick(&shared).copied()?;
        let newer = words::newer(word, &mut self.random);
        let mut right = self.sides.patch.clone();
        for other in right.iter_mut().filter(|other| other.base == edit.base) {
            other.lines[number] = words::replaced(new, word, &newer);
        }
        let line = edit.base.start + number;
        let upstream = Replace { base: line..line + 1, lines: vec![words::replaced(old, word, &newer)] };
        Some(self.mutant(self.sides.with(&[&[upstream]]), vec![self.sides.with(&[&right])]))
    }

    fn removed_line(&mut self) -> Option<Mutant> {
        let edit = self.edit()?.clone();
        if !edit.lines.is_empty() {
            return None;
        }
        let line = edit.base.start + self.random.below(edit.base.len());
        let text = self.sides.base[line];
        let word = self.random.pick(&words::of(text)).copied()?;
        let new = words::newer(word, &mut self.random);
        let upstream = Replace { base: line..line + 1, lines: vec![words::replaced(text, word, &new)] };
        Some(self.mutant(self.sides.with(&[&[upstream]]), vec![self.triple.theirs.clone()]))
    }

    fn copy(&mut self) -> Option<Mutant> {
        let block = self.block()?;
        let mut lines: Vec<Vec<u8>> = self.sides.base[block.clone()].iter().map(|line| line.to_vec()).collect();
        let mut changed = 0;
        for line in &mut lines {
            if let Some(word) = self.random.pick(&words::of(line)).map(|word| word.to_vec())
                && self.random.below(3) == 0
            {
                *line = words::replaced(line, &word, &words::newer(&word, &mut self.random));
                changed += 1;
            }
        }
        let before = self.random.below(2) == 0;
        let at = if before { block.start } else { block.end };
        if before {
            lines.push(b"\n".to_vec());
        } else {
            lines.insert(0, b"\n".to_vec());
        }
        if changed == 0 { None } else { self.beside(&[Replace { base: at..at, lines }]) }
    }

    fn partial(&mut self) -> Option<Mutant> {
        let count = self.sides.patch.len();
        let taken: Vec<Replace> = self.sides.patch.iter().filter(|_| self.random.below(2) == 0).cloned().collect();
        if taken.is_empty() || taken.len() == count {
            return None;
        }
        Some(self.mutant(self.sides.with(&[&taken]), vec![self.triple.theirs.clone()]))
    }

    fn taken(&mut self) -> Option<Mutant> {
        let upstream = self.context_line()?;
        let ours = self.sides.with(&[&[upstream], &self.sides.patch]);
        Some(self.mutant(ours.clone(), vec![ours]))
    }

    fn taken_reindented(&mut self) -> Option<Mutant> {
        let deeper = |line: &Vec<u8>| {
            let plain = line.starts_with(b"#") || line.trim_ascii().is_empty();
            if plain { line.clone() } else { [b"  ", line.as_slice()].concat() }
        };
        let taken: Vec<Replace> = self
            .sides
            .patch
            .iter()
            .map(|edit| Replace { base: edit.base.clone(), lines: edit.lines.iter().map(deeper).collect() })
            .collect();
        let ours = self.sides.with(&[&taken]);
        (ours != self.triple.theirs).then(|| self.mutant(ours.clone(), vec![ours, self.triple.theirs.clone()]))
    }

    /// Upstream took one edit with one other word: its form may stay, or the patch's may come back, but not both stand.
    fn taken_changed(&mut self) -> Option<Mutant> {
        let edit = self.edit()?.clone();
        if edit.lines.len() < 2 {
            return None;
        }
        let number = self.random.below(edit.lines.len());
        // Another item of a list is another thing, and both may stand.
        if kinds::of(&self.triple.path).any(|kind| kind.key(&edit.lines[number]).is_some()) {
            return None;
        }
        let all = words::of(&edit.lines[number]);
        let word = self.random.pick(&all).map(|word| word.to_vec())?;
        // A line of one or two words is another line where one of them changed.
        if all.len() < 3 || words::count(&edit.lines[number], &word) > 1 {
            return None;
        }
        let new = words::newer(&word, &mut self.random);
        let mut taken = edit.clone();
        taken.lines[number] = words::replaced(&edit.lines[number], &word, &new);
        let others: Vec<Replace> = self.sides.patch.iter().filter(|other| other.base != edit.base).cloned().collect();
        let kept = self.sides.with(&[std::slice::from_ref(&taken), &others]);
        Some(self.mutant(self.sides.with(&[&[taken]]), vec![kept, self.triple.theirs.clone()]))
    }

    /// The edit's surroundings are gone: where it adds lines, only a person can say what becomes of it.
    fn gone(&mut self) -> Option<Mutant> {
        let edit = self.edit()?.clone();
        let start = edit.base.start.checked_sub(4)?;
        let block = start..edit.base.end + 4;
        if block.end > self.sides.base.len() || !self.sides.is_whole(&block) {
            return None;
        }
        let deleted = Replace { base: block.clone(), lines: Vec::new() };
        if self.sides.slides(&deleted) {
            return None;
        }
        let inside = |other: &&Replace| block.start <= other.base.start && other.base.end <= block.end;
        let (gone, others): (Vec<&Replace>, Vec<&Replace>) = self.sides.patch.iter().partition(|other| inside(other));
        let others: Vec<Replace> = others.into_iter().cloned().collect();
        let ours = self.sides.with(&[std::slice::from_ref(&deleted)]);
        let adds = gone.iter().any(|edit| !edit.lines.is_empty());
        let right = if adds { Vec::new() } else { vec![self.sides.with(&[&[deleted], &others])] };
        Some(self.mutant(ours, right))
    }
}

/// The lines with a block moved to stand before line `to`.
fn shifted(lines: &[&[u8]], block: &Range<usize>, to: usize) -> Vec<u8> {
    let piece = [&lines[block.clone()].concat()[..], b"\n"].concat();
    // The blank line behind the block goes with it.
    let end = (block.end + 1).min(lines.len());
    if to <= block.start {
        [&lines[..to].concat()[..], &piece, &lines[to..block.start].concat(), &lines[end..].concat()].concat()
    } else {
        [&lines[..block.start].concat()[..], &lines[end..to].concat(), &piece, &lines[to..].concat()].concat()
    }
}
