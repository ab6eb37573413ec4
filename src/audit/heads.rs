//! What the heads of source files say: whose work they are, and which files of a folder belong together.
//!
//! Folders of other people's code hold copies without any licence file, glue of the project's own for code that lies elsewhere, and
//! bags of single-file libraries. Names do not tell these apart; the first lines of their files do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use bstr::ByteSlice as _;
use regex::bytes::Regex;
use serde::{Deserialize, Serialize};

use crate::audit::candidate::{file_name, folder_of};
use crate::audit::layout::{self, is_c};

/// How much of a source file is looked at.
pub const LIMIT: usize = 8 << 10;

/// Of the project's own files, one of so many is looked at to learn whose they are.
const SAMPLE: u32 = 64;

/// So many includes of one file are kept.
const INCLUDES: usize = 32;

/// What the head of a source file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Whose work it is, in lower-case words; `None` where it does not say so.
    pub holder: Option<String>,
    /// The names of files that it includes in quotes, without folders.
    pub includes: Vec<String>,
}

/// Whether the head of the file at a path is wanted: one of a unit, or of the sample of all others.
pub fn reads(path: &[u8]) -> bool {
    if !is_c(file_name(path)) {
        return false;
    }
    unit_of(path).is_some() || (scatter(path).is_multiple_of(SAMPLE) && !layout::is_below_vendoring(path))
}

/// The unit that a file lies in: right there, or in a folder of it that is only a part.
pub fn unit_of(path: &[u8]) -> Option<&[u8]> {
    let folder = folder_of(path);
    if layout::is_unit(folder) {
        return Some(folder);
    }
    // Asked of every path: names are compared only where there is a unit at all.
    let above = folder_of(folder);
    (layout::is_unit(above) && layout::is_part(file_name(folder), file_name(above))).then_some(above)
}

/// FNV-1a, by which a sample is the same in every form of a tree (the published offset basis and prime of 32 bits).
fn scatter(path: &[u8]) -> u32 {
    path.iter().fold(0x811c_9dc5, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("a pattern of this file is sound"));
    };
}

pattern!(HOLDER, r"(?i)(?:copyright\b|\(c\)\s*[12][0-9]{3}|©)([^\n]{0,120})");
pattern!(
    AUTHOR,
    r"(?im)^[\s/*#;!.-]*(?:original(?:ly)?\s+|version\s+)*(?:written|ported|authors?|created|developed)\b[^\n]{0,40}?(?:\bby\b|\bfrom\b|:)([^\n]{0,80})"
);
pattern!(
    FREE,
    r"(?i)public domain|permission is hereby granted|permission to use, copy|redistributions? (?:in source|of source code)"
);
pattern!(INCLUDE, r#"(?m)^[ \t]*#[ \t]*include[ \t]+"([^"\n]{1,200})""#);

/// Reads the head of a source file.
pub fn read(head: &[u8]) -> Head {
    let head = head.get(..LIMIT).unwrap_or(head);
    let named = |pattern: &Regex| pattern.captures_iter(head).find_map(|found| words(found.get(1)?.as_bytes()));
    let free = || FREE.is_match(head).then(String::new);
    let includes = INCLUDE
        .captures_iter(head)
        .take(INCLUDES)
        .filter_map(|found| Some(String::from_utf8_lossy(file_name(found.get(1)?.as_bytes())).into_owned()));
    Head { holder: named(&HOLDER).or_else(|| named(&AUTHOR)).or_else(free), includes: includes.collect() }
}

/// Words that stand in lines of copyright and are no name.
const NO_NAME: [&str; 19] = [
    "c",
    "by",
    "copyright",
    "all",
    "rights",
    "reserved",
    "present",
    "the",
    "and",
    "inc",
    "ltd",
    "llc",
    "notice",
    "holder",
    "holders",
    "owner",
    "license",
    "licence",
    "is",
];

/// The name in the rest of a line of copyright; `None` where nothing but years stands there.
fn words(text: &[u8]) -> Option<String> {
    let text = text.split_str("<").next().unwrap_or(text);
    let text = String::from_utf8_lossy(text).to_lowercase();
    let split = text.split(|c: char| !c.is_alphanumeric());
    let words = split.filter(|word| !word.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit()));
    let words: Vec<&str> = words.filter(|word| !NO_NAME.contains(word)).take(4).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The heads of a tree.
#[derive(Default)]
pub struct Heads<'s> {
    /// By unit, then by path.
    units: BTreeMap<&'s [u8], Vec<(&'s [u8], &'s Head)>>,
    /// Who wrote the project's own files.
    own: BTreeSet<&'s str>,
}

impl<'s> Heads<'s> {
    /// Sorts the heads of a scan.
    pub fn new(all: impl Iterator<Item = (&'s [u8], &'s Head)>) -> Self {
        let mut heads = Self::default();
        let (mut shares, mut told): (BTreeMap<&str, usize>, usize) = (BTreeMap::new(), 0);
        for (path, head) in all {
            match (unit_of(path), &head.holder) {
                (Some(unit), _) => heads.units.entry(unit).or_default().push((path, head)),
                (None, Some(holder)) => {
                    *shares.entry(holder).or_default() += 1;
                    told += 1;
                }
                (None, None) => {}
            }
        }
        heads.own = shares.into_iter().filter(|(_, share)| share * 8 >= told).map(|(holder, _)| holder).collect();
        heads
    }

    /// True where a file says that somebody else wrote it.
    fn is_foreign(&self, head: &Head) -> bool {
        head.holder.as_deref().is_some_and(|holder| !self.own.contains(holder))
    }

    /// Whether most files of a unit are somebody else's work.
    pub fn are_foreign(&self, unit: &[u8]) -> bool {
        let heads = self.units.get(unit).map_or(&[][..], |heads| heads);
        let foreign = heads.iter().filter(|(_, head)| self.is_foreign(head)).count();
        foreign > 0 && foreign * 2 >= heads.len()
    }

    /// Whether every file of a unit that says whose work it is names the project itself.
    pub fn are_own(&self, unit: &[u8]) -> bool {
        let heads = self.units.get(unit).map_or(&[][..], |heads| heads);
        let told: Vec<&str> = heads.iter().filter_map(|(_, head)| head.holder.as_deref()).collect();
        !told.is_empty() && told.iter().all(|holder| self.own.contains(holder))
    }

    /// The single-file libraries that a unit is a bag of: their names and files. None where the unit is anything else.
    ///
    /// Files belong together where their names without ending are equal or where one includes the other. A bag has at least three
    /// such groups, most of them are somebody else's, and they are the work of several.
    pub fn bag(&self, unit: &[u8]) -> Vec<(String, Vec<Vec<u8>>)> {
        let heads = self.units.get(unit).map_or(&[][..], |heads| heads);
        let mut groups: Vec<Group<'_>> = Vec::new();
        for (path, head) in heads {
            let mut group = Group::of(path, head.holder.as_deref().filter(|_| self.is_foreign(head)), head);
            let (joined, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(|other| group.touches(other));
            for other in joined {
                group.take(other);
            }
            groups = apart;
            groups.push(group);
        }
        let all = groups.len();
        groups.retain(|group| !group.foreign.is_empty());
        let holders: BTreeSet<&str> = groups.iter().filter_map(|group| group.foreign.first().copied()).collect();
        if groups.len() < 3 || groups.len() * 3 < all * 2 || holders.len() * 2 <= groups.len() {
            return Vec::new();
        }
        let mut named: Vec<_> = groups.into_iter().filter_map(Group::named).collect();
        named.sort();
        named
    }
}

/// Files that belong together.
struct Group<'s> {
    stems: BTreeSet<&'s [u8]>,
    includes: BTreeSet<&'s [u8]>,
    files: Vec<&'s [u8]>,
    /// Who else wrote them.
    foreign: BTreeSet<&'s str>,
}

impl<'s> Group<'s> {
    fn of(path: &'s [u8], foreign: Option<&'s str>, head: &'s Head) -> Self {
        let includes = head.includes.iter().map(|name| stem(name.as_bytes())).collect();
        let stems = BTreeSet::from([stem(file_name(path))]);
        Self { stems, includes, files: vec![path], foreign: foreign.into_iter().collect() }
    }

    fn touches(&self, other: &Self) -> bool {
        let meets = |one: &BTreeSet<&[u8]>, two: &BTreeSet<&[u8]>| !one.is_disjoint(two);
        meets(&self.stems, &other.stems) || meets(&self.stems, &other.includes) || meets(&self.includes, &other.stems)
    }

    fn take(&mut self, other: Self) {
        self.stems.extend(other.stems);
        self.includes.extend(other.includes);
        self.files.extend(other.files);
        self.foreign.extend(other.foreign);
    }

    /// Its name, the shortest of its files' without ending, and its files.
    fn named(self) -> Option<(String, Vec<Vec<u8>>)> {
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
    use super::*;

    #[test]
    fn a_head_tells_whose_work_a_file_is() {
        for (text, holder) in [
            ("/* Copyright (c) 2005-2020 Ariya Doe <a@x.org>\n", Some("ariya doe")),
            ("// Copyright 2014 The Weir Authors. All rights reserved.\n", Some("weir authors")),
            ("* Copyright :  Angus Doe 2010-2017 *\n", Some("angus doe")),
            ("// minimal code / (c) 2014 M.E. O'Neill / x.org\n", Some("m e o neill")),
            ("/* Written by: Hong Doe <h@x>\n", Some("hong doe")),
            (" * Ported by Stephen Doe from Kurt's\n", Some("stephen doe from kurt")),
            ("// a decoder - v1.20 - public domain\n", Some("")),
            ("Copyright (c) 2005\n#define X\n", None),
            ("int copyrighted;\n", None),
        ] {
            assert_eq!(read(text.as_bytes()).holder.as_deref(), holder, "{text}");
        }
        let head = read(b"#include <a.h>\n# include \"x/b.h\"\n  #include \"c.h\"\n");
        assert_eq!(head.includes, ["b.h", "c.h"]);
    }

    #[test]
    fn files_of_units_and_a_sample_of_others_are_read() {
        assert!(reads(b"third_party/x/a.c") && reads(b"a/extern/x/src/a.cpp"));
        assert!(!reads(b"third_party/x/deep/er/a.c") && !reads(b"third_party/x/a.py"));
        let own = (0..6400).filter(|number| reads(format!("base/file{number}.c").as_bytes())).count();
        assert!((50..200).contains(&own), "{own}");
    }

    fn heads(files: &[(&'static str, &str)]) -> Vec<(&'static [u8], Head)> {
        files.iter().map(|(path, text)| (path.as_bytes(), read(text.as_bytes()))).collect()
    }

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

    #[test]
    fn glue_of_the_project_is_not_foreign() {
        let heads = heads(&[
            ("base/a.c", "// Copyright 2019 Weir Authors\n"),
            ("extern/copy/a.c", "// Copyright 2001 Somebody\n"),
            ("extern/copy/src/b.c", "int x;\n"),
            ("extern/glue/a.c", "// Copyright 2021 Weir Authors\n"),
            ("extern/glue/b.c", "int x;\n"),
        ]);
        let heads = Heads::new(heads.iter().map(|(path, head)| (*path, head)));
        assert!(heads.are_foreign(b"extern/copy") && !heads.are_foreign(b"extern/glue") && !heads.are_foreign(b"none"));
        assert!(heads.are_own(b"extern/glue") && !heads.are_own(b"extern/copy") && !heads.are_own(b"none"));
    }
}
