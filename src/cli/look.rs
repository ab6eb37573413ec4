//! Looks around a packaging folder for `forebay init`: what lies there and beside it, never deeper than needed.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::cli::look_git;
use crate::profile::survey::{self, Description, FoundQueue, Repository, Survey};
use crate::profile::words::Form;

/// The most entries of one folder that are looked at.
const ENTRIES: usize = 20_000;

/// The most bytes of one file that are read.
const BYTES: u64 = 4 << 20;

/// The most folders beside ours that are asked whether they are a repository.
const NEIGHBOURS: usize = 500;

/// Looks.
pub fn look(folder: &Path) -> Survey {
    let names = names(folder);
    let parent = folder.parent();
    let name_of = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let resolved = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let mut tarballs: Vec<String> = names.iter().filter(|name| is_tarball(name)).cloned().collect();
    let beside = parent.map(self::names).unwrap_or_default();
    tarballs.extend(beside.iter().filter(|name| is_tarball(name)).map(|name| format!("../{name}")));
    Survey {
        folder: name_of(&resolved),
        descriptions: descriptions(folder, &names),
        queues: queues(folder, &names),
        tarballs,
        repositories: repositories(folder, &names, parent, &beside, &name_of(&resolved)),
    }
}

/// The names in a folder that are UTF-8, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(ENTRIES);
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// The text of a small file; bytes that are not UTF-8 are replaced.
pub(crate) fn text(file: &Path) -> Option<String> {
    if !file.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    std::fs::File::open(file).ok()?.take(BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn is_tarball(name: &str) -> bool {
    let endings = [".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.zst", ".tar.bz2"];
    let own = name.contains(".debian.tar") || name.ends_with(".diff.gz");
    endings.iter().any(|ending| name.len() > ending.len() && name.ends_with(ending)) && !own
}

fn descriptions(folder: &Path, names: &[String]) -> Vec<Description> {
    let read = |name: &str, read: fn(&str, &str) -> Option<Description>| read(name, &text(&folder.join(name))?);
    let mut list: Vec<Description> = Vec::new();
    list.extend(read("debian/changelog", survey::read_changelog));
    list.extend(
        names.iter().filter(|name| has_ending(name, &["spec"])).filter_map(|name| read(name, survey::read_spec)),
    );
    list.extend(["PKGBUILD", "APKBUILD"].into_iter().filter_map(|name| read(name, survey::read_pkgbuild)));
    let mut ebuilds: Vec<Description> = names.iter().filter_map(|name| survey::read_ebuild(name)).collect();
    ebuilds.truncate(1);
    list.extend(ebuilds);
    list
}

/// The places where queues usually lie, best first.
const QUEUE_FOLDERS: [&str; 4] = ["debian/patches", "patches", ".", "files"];

fn queues(folder: &Path, names: &[String]) -> Vec<FoundQueue> {
    let mut list = Vec::new();
    let below = |path: &str| folder.join(path);
    for (file, form) in [("series", Form::Quilt), (".patches", Form::Electron)] {
        for path in QUEUE_FOLDERS {
            list.extend(listed(&below(path).join(file)).map(|patches| found(path, form, patches)));
        }
        // Electron keeps one folder a repository; Chromium's is the one that matters.
        if form == Form::Electron {
            let mut inner: Vec<String> = self::names(&below("patches"));
            inner.sort_by_key(|name| name != "chromium");
            for path in inner.iter().map(|name| format!("patches/{name}")) {
                list.extend(listed(&below(&path).join(file)).map(|patches| found(&path, form, patches)));
            }
        }
    }
    for path in QUEUE_FOLDERS
        .into_iter()
        .filter(|path| !list.iter().any(|queue: &FoundQueue| queue.path == *path))
        .collect::<Vec<_>>()
    {
        let patches = self::names(&below(path)).iter().filter(|name| is_patch(name)).count();
        if patches > 0 {
            list.push(found(path, Form::Folder, patches));
        }
    }
    let mailboxes = names.iter().filter(|name| has_ending(name, &["mbox"]));
    list.extend(mailboxes.filter_map(|name| Some(found(name, Form::Mailbox, mails(&below(name))?))));
    list
}

fn found(path: &str, form: Form, patches: usize) -> FoundQueue {
    FoundQueue { path: path.to_owned(), form, patches }
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    Path::new(name).extension().is_some_and(|found| endings.iter().any(|ending| found == *ending))
}

fn is_patch(name: &str) -> bool {
    has_ending(name, &["patch", "diff"])
}

/// The number of patches that a list names.
fn listed(file: &Path) -> Option<usize> {
    let is_entry = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    text(file).map(|text| text.lines().filter(is_entry).count())
}

fn mails(file: &Path) -> Option<usize> {
    let count = text(file)?.lines().filter(|line| line.starts_with("From ")).count();
    (count > 0).then_some(count)
}

/// The folder itself, then what lies in it and beside it; only those with tags or remotes count.
fn repositories(
    folder: &Path,
    names: &[String],
    parent: Option<&Path>,
    beside: &[String],
    own: &str,
) -> Vec<Repository> {
    let mut places: Vec<(String, PathBuf)> = vec![(".".to_owned(), folder.to_path_buf())];
    let inside = names.iter().filter(|name| *name != ".git").take(NEIGHBOURS);
    places.extend(inside.map(|name| (name.clone(), folder.join(name))));
    if let Some(parent) = parent {
        let others = beside.iter().filter(|name| *name != own).take(NEIGHBOURS);
        places.extend(others.map(|name| (format!("../{name}"), parent.join(name))));
    }
    places.iter().filter_map(|(shown, path)| look_git::repository(shown, path)).collect()
}
