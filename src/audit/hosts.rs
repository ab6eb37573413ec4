//! Folders of other people's code that no custom names: those whose subfolders bring licence texts of their own.
//!
//! A project's own folders share its licence. Where several folders side by side each bring a text that neither the project nor
//! their neighbours have, they are copies of other projects, whatever the folder above them is called.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::candidate::{file_name, folder_of};
use crate::audit::facts::Fact;
use crate::audit::layout::{self, Layout};
use crate::audit::scan::Scan;
use crate::tree::{ObjectId, survey};

/// So many folders side by side with a text of their own make the folder above them one of other people's code.
const ENOUGH: usize = 3;

/// How long a prefix may be that a project puts before the names of its copies.
const PREFIX: std::ops::RangeInclusive<usize> = 2..=5;

/// Folders whose subfolders bring texts without being copies of projects.
const OTHER: [&str; 9] = ["test", "tests", "testing", "testdata", "doc", "docs", "license", "licenses", "packaging"];

/// The copies that lie in such folders, each with its name: that of its folder without the prefix that all of them have.
pub fn copies(scan: &Scan, layout: &Layout<'_>) -> BTreeMap<Vec<u8>, String> {
    let texts = scan.each().filter_map(|(path, fact)| match fact {
        Fact::Text(text) => Some((path, *text)),
        _ => None,
    });
    let is_c = |folder: &[u8]| matches!(layout.language(folder), Some(("c", _)));
    let all = |host: &[u8]| {
        let below = layout.subfolders(host).filter(|name| is_c(&survey::join(host, name)));
        below.count()
    };
    of(texts, is_c, all)
}

/// `is_c` tells of a folder whether it is code in C, `all` how many such folders lie right below one.
fn of<'s>(
    texts: impl Iterator<Item = (&'s [u8], ObjectId)>,
    is_c: impl Fn(&[u8]) -> bool,
    all: impl Fn(&[u8]) -> usize,
) -> BTreeMap<Vec<u8>, String> {
    let mut own: BTreeSet<ObjectId> = BTreeSet::new();
    let mut hosts: BTreeMap<&[u8], BTreeMap<&[u8], BTreeSet<ObjectId>>> = BTreeMap::new();
    for (path, text) in texts {
        let folder = folder_of(path);
        if folder.is_empty() {
            own.insert(text);
        } else if may_be_copy(folder) {
            hosts.entry(folder_of(folder)).or_default().entry(folder).or_default().insert(text);
        }
    }
    let mut copies = BTreeMap::new();
    for (host, folders) in hosts {
        let mut holders: BTreeMap<ObjectId, usize> = BTreeMap::new();
        for text in folders.values().flatten() {
            *holders.entry(*text).or_default() += 1;
        }
        let alone = |text: &ObjectId| holders.get(text) == Some(&1) && !own.contains(text);
        let found: Vec<&[u8]> = folders
            .iter()
            .filter(|(folder, texts)| texts.iter().any(alone) && is_c(folder))
            .map(|(folder, _)| *folder)
            .collect();
        // A few modules of a project hold one file of somebody else's and its licence.
        if found.len() >= ENOUGH && found.len() * 2 >= all(host) {
            let prefix = prefix(&found);
            copies.extend(found.into_iter().map(|folder| (folder.to_vec(), name(folder, prefix))));
        }
    }
    copies
}

/// Whether a folder that holds a text could be a copy of a project that nothing else tells.
fn may_be_copy(folder: &[u8]) -> bool {
    let host = folder_of(folder);
    let parts = || folder.split(|&byte| byte == b'/');
    let is_other = |part: &[u8]| OTHER.iter().any(|other| part.eq_ignore_ascii_case(other.as_bytes()));
    !host.is_empty()
        && !layout::is_plain_part(file_name(folder))
        && !parts().any(layout::is_vendoring)
        && !parts().any(is_other)
}

/// The letters before the names of nearly all of the folders; empty where there are none.
fn prefix<'f>(folders: &[&'f [u8]]) -> &'f [u8] {
    let names = || folders.iter().map(|folder| file_name(folder));
    let shares = |prefix: &&[u8]| {
        let common = b"lib".starts_with(prefix) || prefix.starts_with(b"lib");
        let letters = prefix.iter().all(u8::is_ascii_lowercase) && !common;
        let count = names().filter(|name| name.starts_with(prefix) && name.len() > prefix.len() + 1).count();
        letters && count > ENOUGH && count * 4 >= folders.len() * 3
    };
    let all = names().flat_map(|name| PREFIX.rev().filter_map(move |length| name.get(..length)));
    all.filter(shares).max_by_key(|prefix| prefix.len()).unwrap_or_default()
}

fn name(folder: &[u8], prefix: &[u8]) -> String {
    let name = file_name(folder);
    let rest = name.strip_prefix(prefix).filter(|rest| !rest.is_empty()).unwrap_or(name);
    String::from_utf8_lossy(rest).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[(&str, &str)]) -> Vec<(String, String)> {
        let texts: Vec<(&[u8], ObjectId)> =
            texts.iter().map(|(path, text)| (path.as_bytes(), ObjectId::of_blob(text.as_bytes()))).collect();
        let is_c = |folder: &[u8]| file_name(folder) != b"python";
        let all = |host: &[u8]| if host == b"modules" { 20 } else { 5 };
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        of(texts.into_iter(), is_c, all).into_iter().map(|(folder, name)| (text(folder), name)).collect()
    }

    fn names(texts: &[(&str, &str)]) -> Vec<String> {
        found(texts).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn folders_with_texts_of_their_own_side_by_side_are_copies() {
        let texts = [
            ("COPYING", "project"),
            ("libs/gsm/COPYRIGHT", "gsm"),
            ("libs/jxr/LICENSE", "jxr"),
            ("libs/musl/COPYRIGHT", "musl"),
            ("libs/ours/COPYING", "project"),
            ("libs/python/LICENSE", "python"),
            ("libs/src/LICENSE", "source"),
        ];
        assert_eq!(names(&texts), ["gsm", "jxr", "musl"]);
        assert_eq!(names(&texts[..3]), [""; 0], "two may be chance");
    }

    #[test]
    fn packages_of_one_project_are_not() {
        let same: Vec<_> = ["a", "b", "c", "d"].map(|name| (format!("packages/{name}/LICENSE"), "all")).into();
        let same: Vec<_> = same.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        assert_eq!(names(&same), [""; 0]);
        for place in ["tests/data", "third_party", "third_party/x/y", "modules"] {
            let texts: Vec<_> = ["a", "b", "c"].map(|name| (format!("{place}/{name}/LICENSE"), name)).into();
            let texts: Vec<_> = texts.iter().map(|(path, text)| (path.as_str(), *text)).collect();
            assert_eq!(names(&texts), [""; 0], "{place}");
        }
    }

    #[test]
    fn a_prefix_of_the_project_is_no_part_of_a_name() {
        let prefixed =
            ["cmcurl", "cmexpat", "cmzlib", "cmlibuv", "KWIML"].map(|name| (format!("u/{name}/LICENSE"), name));
        let prefixed: Vec<_> = prefixed.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        assert_eq!(names(&prefixed), ["KWIML", "curl", "expat", "libuv", "zlib"]);
        let plain = ["libcurl", "libexpat", "libpng", "libuv"].map(|name| (format!("u/{name}/LICENSE"), name));
        let plain: Vec<_> = plain.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        assert_eq!(names(&plain), ["libcurl", "libexpat", "libpng", "libuv"]);
    }
}
