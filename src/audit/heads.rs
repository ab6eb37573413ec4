//! What the heads of source files say: whose work they are, and which files of a folder belong together.
//!
//! Folders of other people's code hold copies without any licence file, glue of the project's own for code that lies elsewhere, and
//! bags of single-file libraries. Names do not tell these apart; the first lines of their files do.

mod bag;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use bstr::ByteSlice as _;
use regex::bytes::{Captures, Regex};
use serde::{Deserialize, Serialize};

pub use bag::Single;

use crate::audit::candidate::{file_name, folder_of};
use crate::audit::layout::{self, is_c};

/// How much of a source file is looked at.
pub const LIMIT: usize = 8 << 10;

/// Of the project's own files, one of so many is looked at to learn whose they are.
const SAMPLE: u32 = 64;

/// Of the files deeper in a unit, one of so many is looked at: right below it, and below that.
const BELOW: [u32; 2] = [4, 16];

/// So many includes of one file are kept.
const INCLUDES: usize = 32;

/// The includes of so many files of a unit are asked for, and a folder with more files is no bag: a bound for hostile trees.
const FILES: usize = 400;

/// What the head of a source file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Whose work it is, in lower-case words; `None` where it does not say so.
    pub holder: Option<String>,
    /// What it includes in quotes, or by a path: one a line, for there are many.
    includes: Box<str>,
}

impl Head {
    /// What it includes in quotes, or by a path.
    pub fn includes(&self) -> impl Iterator<Item = &str> {
        self.includes.lines()
    }
}

/// Whether the head of the file at a path is wanted: one at the top of a unit, or of a sample of all others.
pub fn reads(path: &[u8]) -> bool {
    if !is_c(file_name(path)) {
        return false;
    }
    if layout::holds_loose(folder_of(path)) {
        return true;
    }
    match unit_of(path) {
        Some((_, 0)) => true,
        Some((_, depth)) => scatter(path).is_multiple_of(BELOW[usize::from(depth > 1)]),
        None => scatter(path).is_multiple_of(SAMPLE) && !layout::is_below_vendoring(path),
    }
}

/// The unit that a file lies in, and how many folders below its top; one that is only a part of the unit counts as the top.
fn unit_of(path: &[u8]) -> Option<(&[u8], usize)> {
    let (mut folder, mut depth) = (folder_of(path), 0);
    let mut below: &[u8] = b"";
    while !folder.is_empty() {
        if layout::is_unit(folder) {
            let part = depth > 0 && layout::is_part(file_name(below), file_name(folder));
            return Some((folder, depth - usize::from(part)));
        }
        (below, folder, depth) = (folder, folder_of(folder), depth + 1);
    }
    None
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

pattern!(
    HOLDER,
    r"(?i)(?:copyright\b|\(c\)\s*[12][0-9]{3}|©)([^\n]{0,120})(?:\n(?:[ \t]*(?:[*#;]|//)[ \t]+|[ \t]{2,}|\t)([^\s*/#][^\n]{1,80}))?"
);
pattern!(
    AUTHOR,
    r"(?im)^[\s/*#;!.-]*(?:original(?:ly)?\s+|version\s+)*(?:written|ported|imported|authors?|created|developed)\b[^\n]{0,40}?(?:\bby\b|\bfrom\b|:)([^\n]{0,80})"
);
pattern!(
    FREE,
    r"(?i)public domain|permission is hereby granted|permission to use, copy|redistributions? (?:in source|of source code)|(?:licensed|released|distributed|available) under"
);
pattern!(INCLUDE, r#"(?m)^[ \t]*#[ \t]*include[ \t]+(?:"([^"\n]{1,200})"|<([^>/\n]{1,100}/[^>\n]{1,100})>)"#);

/// Reads the head of a source file.
pub fn read(head: &[u8]) -> Head {
    let head = head.get(..LIMIT).unwrap_or(head);
    let named = |pattern: &Regex| pattern.captures_iter(head).find_map(|found| words(found.get(1)?.as_bytes()));
    // A list of years may fill the line, so that the name stands on the next one.
    let holder = |found: Captures<'_>| {
        let line = found.get(1)?.as_bytes();
        let next = found.get(2).filter(|_| line.iter().any(u8::is_ascii_digit));
        words(line).or_else(|| words(next?.as_bytes()))
    };
    let holder = HOLDER.captures_iter(head).find_map(holder);
    // Where a project's own files bear such a line alone, a public domain is still somebody else's.
    let tagged = || head.contains_str("SPDX-License-Identifier").then(|| "spdx".to_owned());
    let free = || FREE.is_match(head).then(String::new).or_else(tagged);
    let mut includes = String::new();
    for found in INCLUDE.captures_iter(head).take(INCLUDES) {
        let name = found.get(1).or_else(|| found.get(2)).map_or(&b""[..], |name| name.as_bytes());
        includes.push_str(&String::from_utf8_lossy(name));
        includes.push('\n');
    }
    Head { holder: holder.or_else(|| named(&AUTHOR)).or_else(free), includes: includes.into() }
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
    /// Those at the top of a unit, by unit, then by path.
    units: BTreeMap<&'s [u8], Vec<(&'s [u8], &'s Head)>>,
    /// A sample of those deeper in a unit.
    below: BTreeMap<&'s [u8], Vec<(&'s [u8], &'s Head)>>,
    /// Those of files right in a folder of other people's code, by folder.
    loose: BTreeMap<&'s [u8], Vec<(&'s [u8], &'s Head)>>,
    /// Who wrote the project's own files.
    own: BTreeSet<&'s str>,
    /// Who wrote the files of a unit, by unit: what lies in a folder of other people's code of that unit is foreign to it too.
    hosts: BTreeMap<&'s [u8], BTreeSet<&'s str>>,
}

impl<'s> Heads<'s> {
    /// Sorts the heads of a scan.
    pub fn new(all: impl Iterator<Item = (&'s [u8], &'s Head)>) -> Self {
        let mut heads = Self::default();
        let (mut own, mut hosts) = (Shares::default(), BTreeMap::<&[u8], Shares<'s>>::new());
        for (path, head) in all {
            if layout::holds_loose(folder_of(path)) {
                heads.loose.entry(folder_of(path)).or_default().push((path, head));
                continue;
            }
            let unit = unit_of(path);
            let shares = unit.map_or(&mut own, |(unit, _)| hosts.entry(unit).or_default());
            shares.extend(head.holder.as_deref());
            match unit {
                Some((unit, 0)) => heads.units.entry(unit).or_default().push((path, head)),
                Some((unit, _)) => heads.below.entry(unit).or_default().push((path, head)),
                None => {}
            }
        }
        heads.own = own.usual();
        heads.hosts = hosts.into_iter().map(|(unit, shares)| (unit, shares.usual())).collect();
        heads
    }

    /// True where a file of a unit says that somebody else wrote it than the project, or the unit that this one lies in.
    fn is_foreign(&self, head: &Head, unit: &[u8]) -> bool {
        head.holder.as_deref().is_some_and(|holder| !self.is_own(holder, unit))
    }

    fn is_own(&self, holder: &str, unit: &[u8]) -> bool {
        let mut host = unit_of(unit);
        while let Some((above, _)) = host {
            if self.hosts.get(above).is_some_and(|usual| names(usual, holder)) {
                return true;
            }
            host = unit_of(above);
        }
        names(&self.own, holder)
    }

    /// The heads that speak for a unit: those at its top, or where it has none there, those below.
    fn of(&self, unit: &[u8]) -> &[(&'s [u8], &'s Head)] {
        self.units.get(unit).or_else(|| self.below.get(unit)).map_or(&[], |heads| heads)
    }

    /// What the files that speak for a unit include, a list for each of them, of a bounded number of files.
    pub fn includes(&self, unit: &[u8]) -> impl Iterator<Item = impl Iterator<Item = &'s str>> {
        self.of(unit).iter().take(FILES).map(|(_, head)| head.includes())
    }

    /// Whether most of the files of a unit in one of its folders are somebody else's work, as far as they were looked at.
    pub fn are_foreign_below(&self, unit: &[u8], folder: &[u8]) -> bool {
        let inside = |path: &[u8]| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/"));
        let below = self.below.get(unit).into_iter().flatten();
        self.mostly_foreign(below.filter(|(path, _)| inside(path)).map(|(_, head)| *head), unit)
    }

    fn mostly_foreign(&self, heads: impl Iterator<Item = &'s Head>, unit: &[u8]) -> bool {
        let (mut all, mut told, mut foreign) = (0, 0, 0);
        for head in heads {
            all += 1;
            told += usize::from(head.holder.is_some());
            foreign += usize::from(self.is_foreign(head, unit));
        }
        foreign > 0 && foreign * 2 >= told && foreign * 4 >= all
    }

    /// Whether most of the files that speak for a unit are somebody else's work.
    pub fn are_foreign(&self, unit: &[u8]) -> bool {
        self.mostly_foreign(self.of(unit).iter().map(|(_, head)| *head), unit)
    }

    /// Whether every file of a unit that says whose work it is names the project itself.
    pub fn are_own(&self, unit: &[u8]) -> bool {
        let told: Vec<&str> = self.of(unit).iter().filter_map(|(_, head)| head.holder.as_deref()).collect();
        !told.is_empty() && told.iter().all(|holder| self.is_own(holder, unit))
    }
}

/// True where a holder is one of the usual ones, be it in more words or fewer: "the X Project" and "the X Project Authors".
fn names(usual: &BTreeSet<&str>, holder: &str) -> bool {
    let begins = |long: &str, short: &str| {
        short.contains(' ') && long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    usual.contains(holder) || usual.iter().any(|known| begins(known, holder) || begins(holder, known))
}

/// How often whom files name.
#[derive(Default)]
struct Shares<'s> {
    of: BTreeMap<&'s str, usize>,
    told: usize,
}

impl<'s> Shares<'s> {
    fn extend(&mut self, holder: Option<&'s str>) {
        if let Some(holder) = holder {
            *self.of.entry(holder).or_default() += 1;
            self.told += 1;
        }
    }

    /// Who is named by every eighth file at least.
    fn usual(self) -> BTreeSet<&'s str> {
        self.of.into_iter().filter(|(_, share)| share * 8 >= self.told).map(|(holder, _)| holder).collect()
    }
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
            ("/* Copyright (c) 1991, 1993\n *\tThe Regents of X\n", Some("regents of x")),
            ("/* Copyright (C) 1991,92,\n   2009\n   Free */\n", None),
            ("/* Copyright (C) 1988-1994,\n\tFree Software Foundation, Inc.\n", Some("free software foundation")),
            ("/* copyright law\n * is no name\n", Some("law")),
            ("// Copyright 2005\n// Copyright 2006 Doe\n", Some("doe")),
            ("int copyrighted;\n", None),
        ] {
            assert_eq!(read(text.as_bytes()).holder.as_deref(), holder, "{text}");
        }
        let head = read(b"#include <a.h>\n# include \"x/b.h\"\n  #include \"c.h\"\n#include <y/d.h>\n");
        assert_eq!(head.includes().collect::<Vec<_>>(), ["x/b.h", "c.h", "y/d.h"]);
    }

    #[test]
    fn files_of_units_and_a_sample_of_others_are_read() {
        assert!(reads(b"third_party/x/a.c") && reads(b"a/extern/x/src/a.cpp"));
        assert!(!reads(b"third_party/x/a.py"));
        for (folder, share) in [("third_party/x/deep", 4), ("third_party/x/deep/er", 16), ("third_party/x/src/er", 4)] {
            let read = (0..1600).filter(|number| reads(format!("{folder}/file{number}.c").as_bytes())).count();
            assert!((800 / share..3200 / share).contains(&read), "{folder}: {read}");
        }
        let own = (0..6400).filter(|number| reads(format!("base/file{number}.c").as_bytes())).count();
        assert!((50..200).contains(&own), "{own}");
    }

    pub(super) fn heads(files: &[(&'static str, &str)]) -> Vec<(&'static [u8], Head)> {
        files.iter().map(|(path, text)| (path.as_bytes(), read(text.as_bytes()))).collect()
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
