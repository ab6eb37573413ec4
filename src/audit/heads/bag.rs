//! Single-file libraries that lie side by side: which files of a folder belong together, and which of the groups are somebody else's.

use std::collections::BTreeSet;

use super::{FILES, Head, Heads};
use crate::audit::candidate::file_name;

/// A single-file library: its name and its files.
pub type Single = (String, Vec<Vec<u8>>);

impl<'s> Heads<'s> {
    /// The single-file libraries that a unit is a bag of: their names and files. None where the unit is anything else.
    ///
    /// Files belong together where their names without ending are equal, where one is the other with more behind `_`, or where one
    /// includes the other. A bag has at least three such groups, most of them are somebody else's, and they are the work of several.
    pub fn bag(&self, unit: &[u8]) -> Vec<Single> {
        let (bag, all, _) = self.groups(self.units.get(unit), unit);
        if bag.len() < 3 { Vec::new() } else { named(bag, all) }
    }

    /// The single-file libraries that lie right in a folder of other people's code: their names and files.
    ///
    /// Files belong together as in a bag; one of them may lie alone, and what does not say whose it is does not count.
    pub fn loose(&self) -> impl Iterator<Item = (&'s [u8], Vec<Single>)> {
        self.loose.iter().map(|(folder, heads)| {
            let (groups, _, told) = self.groups(Some(heads), folder);
            (*folder, named(groups, told))
        })
    }

    /// The groups of files that are somebody else's, how many groups there are, and how many of those say whose they are.
    fn groups(&self, heads: Option<&Vec<(&'s [u8], &'s Head)>>, unit: &[u8]) -> (Vec<Group<'s>>, usize, usize) {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for (path, head) in heads.filter(|heads| heads.len() <= FILES).into_iter().flatten() {
            let mut group = Group::of(path, head);
            if self.is_foreign(head, unit) {
                group.foreign.extend(head.holder.as_deref());
            }
            let (joined, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(|other| group.touches(other));
            for other in joined {
                group.take(other);
            }
            groups = apart;
            groups.push(group);
        }
        let (all, told) = (groups.len(), groups.iter().filter(|group| group.told).count());
        groups.retain(|group| !group.foreign.is_empty());
        (groups, all, told)
    }
}

/// The names and files of groups; none where they are fewer than two thirds of `all`, or one author's.
fn named(groups: Vec<Group<'_>>, all: usize) -> Vec<Single> {
    // Who gives no name may be anybody.
    let first = |group: &Group<'_>| group.foreign.first().is_some_and(|holder| holder.is_empty());
    let nameless = groups.iter().filter(|group| first(group)).count();
    let holders: BTreeSet<&str> =
        groups.iter().filter(|group| !first(group)).filter_map(|group| group.foreign.first().copied()).collect();
    if groups.len() * 3 < all * 2 || (holders.len() + nameless) * 2 <= groups.len() {
        return Vec::new();
    }
    let mut named: Vec<_> = groups.into_iter().filter_map(Group::named).collect();
    named.sort();
    named
}

/// Files that belong together.
struct Group<'s> {
    stems: BTreeSet<&'s [u8]>,
    includes: BTreeSet<&'s [u8]>,
    files: Vec<&'s [u8]>,
    /// Who else wrote them.
    foreign: BTreeSet<&'s str>,
    /// Whether one says whose it is.
    told: bool,
}

impl<'s> Group<'s> {
    fn of(path: &'s [u8], head: &'s Head) -> Self {
        let includes = head.includes().map(|name| stem(file_name(name.as_bytes()))).collect();
        let stems = BTreeSet::from([stem(file_name(path))]);
        Self { stems, includes, files: vec![path], foreign: BTreeSet::new(), told: head.holder.is_some() }
    }

    fn touches(&self, other: &Self) -> bool {
        let meets = |one: &BTreeSet<&[u8]>, two: &BTreeSet<&[u8]>| !one.is_disjoint(two);
        let longer = |one: &[u8], two: &[u8]| one.strip_prefix(two).is_some_and(|rest| rest.starts_with(b"_"));
        let named = |one: &Self, two: &Self| one.stems.iter().any(|one| two.stems.iter().any(|two| longer(one, two)));
        meets(&self.stems, &other.stems)
            || meets(&self.stems, &other.includes)
            || meets(&self.includes, &other.stems)
            || named(self, other)
            || named(other, self)
    }

    fn take(&mut self, other: Self) {
        self.stems.extend(other.stems);
        self.includes.extend(other.includes);
        self.files.extend(other.files);
        self.foreign.extend(other.foreign);
        self.told |= other.told;
    }

    /// Its name, the shortest of its files' without ending, and its files.
    fn named(self) -> Option<Single> {
        let shortest = self.stems.iter().min_by_key(|stem| (stem.len(), **stem))?;
        let mut files: Vec<Vec<u8>> = self.files.iter().map(|file| file.to_vec()).collect();
        files.sort();
        Some((String::from_utf8_lossy(shortest).into_owned(), files))
    }
}

/// A file's name without its ending.
fn stem(name: &[u8]) -> &[u8] {
    name.iter().rposition(|&byte| byte == b'.').and_then(|at| name.get(..at)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::super::tests::heads;
    use super::*;

    fn bag(files: &[(&'static str, &str)]) -> Vec<String> {
        let heads = heads(files);
        let heads = Heads::new(heads.iter().map(|(path, head)| (*path, head)));
        heads.bag(b"third_party/misc").into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn single_file_libraries_are_told_apart_from_one_library() {
        let own = "// Copyright 2020 Weir\n";
        let mut files = vec![
            ("base/a.c", own),
            ("third_party/misc/fast.c", "// Copyright 2001 A\n#include \"fast.h\"\n"),
            ("third_party/misc/fast.h", "// Copyright 2001 A\n"),
            ("third_party/misc/noise.h", "// Copyright 2002 B\n"),
            ("third_party/misc/pcg.cpp", "// (c) 2014 Carol\n#include \"pcg.h\"\n"),
            ("third_party/misc/glue.cpp", own),
        ];
        assert_eq!(bag(&files), ["fast", "noise", "pcg"]);
        let same: Vec<_> = files.iter().map(|(path, _)| (*path, "// Copyright 2001 A\n")).collect();
        assert_eq!(bag(&same), [""; 0], "one author's files are one library");
        // What includes all of them makes it one library.
        files.push((
            "third_party/misc/all.cpp",
            "// Copyright D\n#include \"fast.h\"\n#include \"noise.h\"\n#include \"pcg.h\"\n",
        ));
        assert_eq!(bag(&files), [""; 0]);
    }
}
