//! Random histories: an old tree, the new tree that upstream made of it, and a queue of commits on the old one.

use std::collections::BTreeMap;

use crate::random::Random;

/// A file as git stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// `100644`, `100755` or `120000`.
    pub(crate) mode: &'static str,
    /// Its bytes.
    pub(crate) data: Vec<u8>,
}

/// A tree: files by path.
pub(crate) type Files = BTreeMap<String, Entry>;

/// One random case.
pub(crate) struct History {
    /// Its number, which is the seed too.
    pub(crate) number: u64,
    /// Old upstream.
    pub(crate) old: Files,
    /// New upstream.
    pub(crate) new: Files,
    /// Old upstream with the first, the first two... patches.
    pub(crate) queue: Vec<Files>,
}

const FOLDERS: [&str; 7] = ["", "src/", "src/core/", "lib/", "lib/deep/er/", "docs/", "odd name \u{e9}/"];
const REPEATED: [&str; 9] = ["{", "}", "", "  return 0;", "    break;", "#endif", "  }", "end", "// ---"];
const PLAIN: &str = "100644";
const EXECUTABLE: &str = "100755";
const LINK: &str = "120000";

/// How rough a case is.
#[derive(Clone, Copy)]
struct Temper {
    /// Percent of changes that are of files as a whole.
    structural: usize,
    /// Percent of upstream's changes that a patch makes too.
    shared: usize,
}

impl History {
    /// The case of this number.
    pub(crate) fn new(number: u64) -> Self {
        let mut random = Random::new(number);
        let temper = match number % 4 {
            0 => Temper { structural: 0, shared: 0 },
            1 => Temper { structural: 15, shared: 10 },
            2 => Temper { structural: 45, shared: 15 },
            _ => Temper { structural: 25, shared: 40 },
        };
        let mut old = Files::new();
        for index in 0..random.within(4..=10) {
            let path = format!("{}{}", random.pick(&FOLDERS), name(&mut random, index));
            insert(&mut old, path, entry(&mut random));
        }
        let mut new = old.clone();
        for _ in 0..random.within(1..=5) {
            change(&mut new, &mut random, temper, None);
        }
        let mut queue = Vec::new();
        let mut now = old.clone();
        for _ in 0..random.within(1..=4) {
            let before = now.clone();
            for _ in 0..random.within(1..=3) {
                change(&mut now, &mut random, temper, Some((&old, &new)));
            }
            if now != before && !now.is_empty() {
                queue.push(now.clone());
            } else {
                now = before;
            }
        }
        Self { number, old, new, queue }
    }
}

fn name(random: &mut Random, index: usize) -> String {
    let ending = random.pick(&[".cc", ".h", ".gn", "", ".txt"]);
    format!("file{index}{ending}")
}

/// Puts a file into the tree unless a file or folder is in its way.
fn insert(files: &mut Files, path: String, entry: Entry) {
    let below = format!("{path}/");
    let in_the_way = files.keys().any(|other| other.starts_with(&below) || path.starts_with(&format!("{other}/")));
    if !in_the_way {
        files.insert(path, entry);
    }
}

fn entry(random: &mut Random) -> Entry {
    let mode = if random.chance(10) { EXECUTABLE } else { PLAIN };
    match random.below(20) {
        0 => Entry { mode, data: Vec::new() },
        1 => Entry { mode: LINK, data: format!("target{}", random.below(9)).into_bytes() },
        2 => Entry { mode, data: (0..random.within(20..=90)).map(|_| byte(random) & 0x3f).chain([0]).collect() },
        kind => {
            let length = if kind < 5 { random.within(1..=4) } else { random.within(12..=70) };
            let repeated = [0, 0, 30, 85][random.below(4)];
            let ending = if random.chance(12) { "\r\n" } else { "\n" };
            let mut data = Vec::new();
            for number in 0..length {
                data.extend(line(random, repeated, number).into_bytes());
                data.extend_from_slice(ending.as_bytes());
            }
            if random.chance(10) {
                data.truncate(data.len() - ending.len());
            }
            Entry { mode, data }
        }
    }
}

fn byte(random: &mut Random) -> u8 {
    u8::try_from(random.below(256)).unwrap()
}

fn line(random: &mut Random, repeated: usize, number: usize) -> String {
    if random.chance(repeated) {
        (*random.pick(&REPEATED)).to_owned()
    } else {
        format!("  value_{number} = compute({}, {});", random.below(10_000), random.below(10_000))
    }
}

/// One change; `sides` lets a patch take over what upstream did.
fn change(files: &mut Files, random: &mut Random, temper: Temper, sides: Option<(&Files, &Files)>) {
    let Some(path) = (!files.is_empty()).then(|| files.keys().nth(random.below(files.len())).unwrap().clone()) else {
        return;
    };
    if let Some((old, new)) = sides
        && random.chance(temper.shared)
    {
        return take_over(files, random, old, new);
    }
    if random.chance(temper.structural) {
        return whole(files, random, &path);
    }
    let entry = files.get_mut(&path).unwrap();
    if entry.mode == LINK {
        entry.data = format!("target{}", random.below(9)).into_bytes();
    } else if entry.data.contains(&0) {
        let at = random.below(entry.data.len());
        entry.data[at] ^= 1 + byte(random) % 7;
    } else {
        for _ in 0..random.within(1..=3) {
            edit(&mut entry.data, random);
        }
    }
}

/// Does what upstream did to one file, wholly or in part.
fn take_over(files: &mut Files, random: &mut Random, old: &Files, new: &Files) {
    let differing: Vec<&String> =
        new.iter().filter(|(path, entry)| old.get(*path) != Some(entry)).map(|(path, _)| path).collect();
    if differing.is_empty() {
        return;
    }
    let path = *random.pick(&differing);
    let mut entry = new[path].clone();
    if random.chance(40) && entry.mode != LINK && !entry.data.contains(&0) {
        edit(&mut entry.data, random);
    }
    insert(files, path.clone(), entry);
}

/// Replaces, inserts or deletes a few lines.
fn edit(data: &mut Vec<u8>, random: &mut Random) {
    let mut lines: Vec<Vec<u8>> = data.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    let ending: &[u8] = if lines.first().is_some_and(|line| line.ends_with(b"\r\n")) { b"\r\n" } else { b"\n" };
    let at = random.below(lines.len() + 1);
    let gone = if random.chance(70) { random.within(0..=3).min(lines.len() - at) } else { 0 };
    let repeated = [0, 40][random.below(2)];
    let added: Vec<Vec<u8>> =
        (0..random.within(0..=3)).map(|_| [line(random, repeated, 100).as_bytes(), ending].concat()).collect();
    if at == lines.len()
        && let Some(last) = lines.last_mut()
        && !last.ends_with(b"\n")
        && !added.is_empty()
    {
        last.extend_from_slice(ending);
    }
    lines.splice(at..at + gone, added);
    *data = lines.concat();
    if random.chance(3) && data.ends_with(ending) {
        data.truncate(data.len() - ending.len());
    }
}

/// A change of a file or folder as a whole.
fn whole(files: &mut Files, random: &mut Random, path: &str) {
    match random.below(12) {
        0 | 1 => {
            files.remove(path);
        }
        2 | 3 => {
            let (folder, number) = (*random.pick(&FOLDERS), random.within(50..=59));
            let (name, entry) = (name(random, number), entry(random));
            insert(files, format!("{folder}{name}"), entry);
        }
        4..=6 => rename(files, random, path),
        7 | 8 => move_folder(files, random, path),
        9 | 10 => {
            let entry = files.get_mut(path).unwrap();
            entry.mode = match entry.mode {
                PLAIN => EXECUTABLE,
                EXECUTABLE => PLAIN,
                other => other,
            };
        }
        _ => {
            let entry = files.get_mut(path).unwrap();
            if entry.mode == LINK {
                *entry = self::entry(random);
            } else {
                *entry = Entry { mode: LINK, data: b"elsewhere".to_vec() };
            }
        }
    }
}

fn rename(files: &mut Files, random: &mut Random, path: &str) {
    let mut entry = files.remove(path).unwrap();
    let base = path.rsplit('/').next().unwrap();
    let to = if random.chance(50) {
        format!("{}{base}", random.pick(&FOLDERS))
    } else {
        format!("{}renamed{}", &path[..path.len() - base.len()], random.below(5))
    };
    if random.chance(30) && entry.mode != LINK && !entry.data.contains(&0) {
        edit(&mut entry.data, random);
    }
    if files.contains_key(&to) {
        files.insert(path.to_owned(), entry);
    } else {
        insert(files, to, entry);
    }
}

fn move_folder(files: &mut Files, random: &mut Random, path: &str) {
    let Some((folder, _)) = path.rsplit_once('/') else { return };
    let to = format!("moved{}", random.below(3));
    let inside = format!("{folder}/");
    let names: Vec<String> = files.keys().filter(|name| name.starts_with(&inside)).cloned().collect();
    for name in names {
        let entry = files.remove(&name).unwrap();
        let target = format!("{to}/{}", &name[inside.len()..]);
        insert(files, target, entry);
    }
}
