//! The shape of a tree: folders by path, the units that vendoring folders hold, and what languages lie in them.
//!
//! A *unit* is a folder right below one that is named for other people's code (`third_party`, `vendor`, ...): by custom
//! of nearly all projects it is one component. Units nest.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use crate::audit::candidate;
use crate::profile::catalog::key;
use crate::tree::survey::{self, Listing};
use crate::tree::{Entry, Mode};

/// Names of folders that hold other people's code, one component a subfolder; in small or capital letters.
const VENDORING: [&str; 21] = [
    "third_party",
    "third-party",
    "thirdparty",
    "3rdparty",
    "3rd_party",
    "3rd-party",
    "3party",
    "vendor",
    "vendored",
    "external",
    "externals",
    "extern",
    "deps",
    "_deps",
    "bundled",
    "imported",
    "subprojects",
    "node_modules",
    "site-packages",
    "libs3rdparty",
    "contrib",
];

/// Folders that are a part of a component and never one themselves.
const PARTS: [&str; 17] = [
    "src", "source", "sources", "include", "includes", "inc", "lib", "libs", "dist", "upstream", "orig", "original",
    "core", "common", "cpp", "public", "intern",
];

/// True for a folder that is a part of the one above it by name: `src`, or `vtkzlib` in `zlib`.
pub fn is_part(name: &[u8], above: &[u8]) -> bool {
    let ends = || ends_with_name(&key(&String::from_utf8_lossy(name)), &key(&String::from_utf8_lossy(above)));
    is_plain_part(name) || ends()
}

/// True for a folder that is named for a version: `0.12.4`, `v1.2`, or the beginning of a revision.
pub fn is_version(name: &[u8]) -> bool {
    let number = name.strip_prefix(b"v").unwrap_or(name);
    let plain = number.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-+_".contains(byte));
    let dotted = number.first().is_some_and(u8::is_ascii_digit) && number.contains(&b'.');
    let revision = (7..=40).contains(&name.len())
        && name.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
        && name.iter().any(u8::is_ascii_digit);
    plain && dotted || revision
}

/// True for a folder that is a part of whatever it lies in.
pub fn is_plain_part(name: &[u8]) -> bool {
    PARTS.iter().any(|part| part.as_bytes() == name)
}

/// True where a key is a name, or a name with a project's own prefix: `cmzlib` of `zlib`. Names of one or two letters say too little.
pub fn ends_with_name(key: &str, name: &str) -> bool {
    key == name || (name.len() > 2 && key.strip_suffix(name).is_some_and(|prefix| prefix.len() < 6))
}

/// The languages that are told apart, by the words of reports.
pub const LANGUAGES: [&str; 8] = ["c", "npm", "python", "java", "cargo", "go", "ruby", "swift"];

/// A tree's folders with what is known of each.
pub struct Layout<'l> {
    listing: &'l Listing,
    index: HashMap<&'l [u8], usize>,
    /// The nearest unit that a folder is or lies in.
    units: Vec<Option<usize>>,
    /// Files by language in each folder and below, without nested units.
    languages: Vec<[u32; LANGUAGES.len()]>,
    /// The names of units that are not those of their folders.
    names: HashMap<usize, String>,
    /// Folders by the last part of their paths, made when it is first asked for.
    by_name: OnceLock<HashMap<Vec<u8>, Vec<usize>>>,
}

impl<'l> Layout<'l> {
    /// Looks at a listing.
    pub fn new(listing: &'l Listing) -> Self {
        let folders = &listing.folders;
        let index: HashMap<&[u8], usize> =
            folders.iter().enumerate().map(|(at, folder)| (&folder.path[..], at)).collect();
        let mut layout = Self {
            listing,
            index,
            units: vec![None; folders.len()],
            languages: vec![Default::default(); folders.len()],
            names: HashMap::new(),
            by_name: OnceLock::new(),
        };
        // A folder comes before all that lies below it.
        for (at, folder) in folders.iter().enumerate() {
            let parent = layout.at(candidate::folder_of(&folder.path)).filter(|_| !folder.path.is_empty());
            let inherited = parent.and_then(|parent| layout.units.get(parent).copied().flatten());
            let unit = if is_unit(&folder.path) { Some(at) } else { inherited };
            if let Some(slot) = layout.units.get_mut(at) {
                *slot = unit;
            }
        }
        for (at, folder) in folders.iter().enumerate() {
            let own = count(&folder.entries);
            layout.add(at, own);
        }
        layout
    }

    /// Takes more folders for units, each with its name.
    pub fn adopt(&mut self, copies: BTreeMap<Vec<u8>, String>) {
        for (path, name) in copies {
            let Some(at) = self.at(&path) else { continue };
            let old = self.units.get(at).copied().flatten();
            if old == Some(at) {
                continue;
            }
            // Folders are sorted by path, so that all that lies below one stands together.
            let beginning = [&path[..], b"/"].concat();
            let first = self.listing.folders.partition_point(|folder| folder.path < beginning);
            let below = self.listing.folders.iter().skip(first);
            let count = below.take_while(|folder| folder.path.starts_with(&beginning)).count();
            for place in (first..first + count).chain([at]) {
                if let Some(unit) = self.units.get_mut(place).filter(|unit| **unit == old) {
                    *unit = Some(at);
                }
            }
            let own = self.languages.get(at).copied().unwrap_or_default();
            self.take(&path, old, own);
            self.names.insert(at, name);
        }
    }

    /// Takes counts away from the folders above one, up to the unit that it lay in.
    fn take(&mut self, path: &[u8], unit: Option<usize>, own: [u32; LANGUAGES.len()]) {
        let mut folder = path;
        while !folder.is_empty() {
            folder = candidate::folder_of(folder);
            let Some(at) = self.at(folder) else { return };
            if let Some(counts) = self.languages.get_mut(at) {
                for (count, less) in counts.iter_mut().zip(own) {
                    *count = count.saturating_sub(less);
                }
            }
            if unit == Some(at) {
                return;
            }
        }
    }

    /// The name of a unit: that of its folder, where nothing better is known.
    pub fn name_of<'n>(&'n self, unit: &'n [u8]) -> std::borrow::Cow<'n, str> {
        let given = self.at(unit).and_then(|at| self.names.get(&at));
        given.map_or_else(|| String::from_utf8_lossy(candidate::file_name(unit)), |name| name.as_str().into())
    }

    /// Adds counts to a folder and those above it, up to its unit.
    fn add(&mut self, mut at: usize, own: [u32; LANGUAGES.len()]) {
        loop {
            if let Some(counts) = self.languages.get_mut(at) {
                for (count, more) in counts.iter_mut().zip(own) {
                    *count = count.saturating_add(more);
                }
            }
            let Some(folder) = self.listing.folders.get(at) else { return };
            if folder.path.is_empty() || self.units.get(at) == Some(&Some(at)) {
                return;
            }
            let Some(parent) = self.at(candidate::folder_of(&folder.path)) else { return };
            at = parent;
        }
    }

    fn at(&self, path: &[u8]) -> Option<usize> {
        self.index.get(path).copied()
    }

    /// True where a folder stands at the path.
    pub fn is_folder(&self, path: &[u8]) -> bool {
        self.index.contains_key(path)
    }

    /// True where a file, link or folder stands at the path.
    pub fn has(&self, path: &[u8]) -> bool {
        let name = candidate::file_name(path);
        self.is_folder(path) || self.entries(candidate::folder_of(path)).iter().any(|entry| entry.name == name)
    }

    /// What a folder holds; nothing where there is none.
    pub fn entries(&self, folder: &[u8]) -> &'l [Entry] {
        self.at(folder).and_then(|at| self.listing.folders.get(at)).map_or(&[], |folder| &folder.entries[..])
    }

    /// The folders right below one.
    pub fn subfolders(&self, folder: &[u8]) -> impl Iterator<Item = &'l [u8]> {
        self.entries(folder).iter().filter(|entry| entry.mode.is_none()).map(|entry| &entry.name[..])
    }

    /// Whether a file of a folder, or of a folder below it that `enters` lets in by name and depth, is what `is` looks for.
    pub fn any_file(&self, folder: &[u8], enters: impl Fn(&[u8], usize) -> bool, is: impl Fn(&Entry) -> bool) -> bool {
        let mut open = vec![(folder.to_vec(), 0)];
        while let Some((folder, depth)) = open.pop() {
            if self.entries(&folder).iter().any(|entry| entry.mode.is_some() && is(entry)) {
                return true;
            }
            let below = self.subfolders(&folder).filter(|name| enters(name, depth));
            open.extend(below.map(|name| (survey::join(&folder, name), depth + 1)));
        }
        false
    }

    /// True where a path of at least two parts, as an `#include` gives it, ends the path of a header outside of all units, and of none
    /// in `unit`.
    pub fn is_of_project(&self, header: &[u8], unit: &[u8]) -> bool {
        let (folder, name) = (candidate::folder_of(header), candidate::file_name(header));
        if folder.is_empty() {
            return false;
        }
        let ends = |path: &[u8]| path.strip_suffix(folder).is_some_and(|rest| rest.is_empty() || rest.ends_with(b"/"));
        let named = self.by_name.get_or_init(|| by_name(self.listing)).get(candidate::file_name(folder));
        let places = named.into_iter().flatten().filter(|at| {
            self.listing.folders.get(**at).is_some_and(|found| {
                ends(&found.path) && found.entries.iter().any(|entry| entry.name == name && entry.mode.is_some())
            })
        });
        let mut of_project = false;
        for at in places {
            match self.units.get(*at).copied().flatten().and_then(|unit| self.listing.folders.get(unit)) {
                Some(found) if found.path == unit => return false,
                Some(_) => {}
                None => of_project = true,
            }
        }
        of_project
    }

    /// The nearest unit that a folder is or lies in.
    pub fn unit_of(&self, folder: &[u8]) -> Option<&'l [u8]> {
        let mut folder = folder;
        // A path that is no folder of the tree lies where its nearest parent does.
        let at = loop {
            match self.at(folder) {
                Some(at) => break at,
                None if folder.is_empty() => return None,
                None => folder = candidate::folder_of(folder),
            }
        };
        let unit = self.units.get(at).copied().flatten()?;
        self.listing.folders.get(unit).map(|folder| &folder.path[..])
    }

    /// All units, in path order.
    pub fn units(&self) -> impl Iterator<Item = &'l [u8]> {
        let own = self.listing.folders.iter().enumerate().filter(|(at, _)| self.units.get(*at) == Some(&Some(*at)));
        own.map(|(_, folder)| &folder.path[..])
    }

    /// The language that most files of a folder are written in, and how many are; nested units do not count.
    pub fn language(&self, folder: &[u8]) -> Option<(&'static str, u32)> {
        let counts = self.at(folder).and_then(|at| self.languages.get(at))?;
        let (at, most) = counts.iter().enumerate().max_by_key(|(at, count)| (**count, LANGUAGES.len() - at))?;
        (*most > 0).then(|| (LANGUAGES.get(at).copied().unwrap_or_default(), *most))
    }

    /// How many files of C and its relatives lie in a folder and below; nested units do not count.
    pub fn c_files(&self, folder: &[u8]) -> u32 {
        self.at(folder).and_then(|at| self.languages.get(at)).map_or(0, |counts| counts.first().copied().unwrap_or(0))
    }

    /// The number of files of the tree, without links and submodules.
    pub fn files(&self) -> usize {
        let entries = self.listing.folders.iter().flat_map(|folder| &folder.entries);
        entries.filter(|entry| matches!(entry.mode, Some(Mode::Regular | Mode::Executable))).count()
    }
}

fn by_name(listing: &Listing) -> HashMap<Vec<u8>, Vec<usize>> {
    let mut by_name: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
    for (at, folder) in listing.folders.iter().enumerate() {
        by_name.entry(candidate::file_name(&folder.path).to_vec()).or_default().push(at);
    }
    by_name
}

/// True where a name is one that holds other people's code.
pub fn is_vendoring(name: &[u8]) -> bool {
    VENDORING.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// True for a folder of other people's code whose own files may be libraries; what a project's people contribute is not, and the
/// headers of its own that it calls external are not.
pub fn holds_loose(folder: &[u8]) -> bool {
    let name = candidate::file_name(folder);
    is_vendoring(name) && !name.eq_ignore_ascii_case(b"contrib") && !name.eq_ignore_ascii_case(b"extern")
}

/// True for the name of a file of C or its relatives.
pub fn is_c(name: &[u8]) -> bool {
    language_of(name) == Some(0)
}

/// True for a path that lies somewhere below a folder of other people's code.
pub fn is_below_vendoring(path: &[u8]) -> bool {
    candidate::folder_of(path).split(|&byte| byte == b'/').any(is_vendoring)
}

/// True for a folder that is one component by custom.
pub fn is_unit(path: &[u8]) -> bool {
    let name = candidate::file_name(path);
    let parent = candidate::folder_of(path);
    let above = candidate::file_name(parent);
    if is_vendoring(name) || name.starts_with(b".") {
        return false;
    }
    // `node_modules/@scope/name`: a scope is a folder of packages, not one.
    let scoped = above.starts_with(b"@") && candidate::file_name(candidate::folder_of(parent)) == b"node_modules";
    scoped || (is_vendoring(above) && !name.starts_with(b"@"))
}

fn count(entries: &[Entry]) -> [u32; LANGUAGES.len()] {
    let mut counts = [0; LANGUAGES.len()];
    for entry in entries.iter().filter(|entry| entry.mode.is_some()) {
        if let Some(slot) = language_of(&entry.name).and_then(|at| counts.get_mut(at)) {
            *slot += 1;
        }
    }
    counts
}

/// The place in [`LANGUAGES`] of a file's language.
fn language_of(name: &[u8]) -> Option<usize> {
    let ending = name.rsplit(|&byte| byte == b'.').next().filter(|ending| ending.len() < name.len())?;
    Some(match ending {
        b"c" | b"cc" | b"cpp" | b"cxx" | b"c++" | b"C" | b"h" | b"hh" | b"hpp" | b"hxx" | b"H" | b"m" | b"mm"
        | b"S" | b"s" | b"asm" | b"inl" | b"ipp" => 0,
        b"js" | b"mjs" | b"cjs" | b"ts" | b"tsx" | b"jsx" => 1,
        b"py" | b"pyi" => 2,
        b"java" | b"kt" => 3,
        b"rs" => 4,
        b"go" => 5,
        b"rb" => 6,
        b"swift" => 7,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::survey::Folder;

    fn listing(files: &[&str]) -> Listing {
        let mut folders: std::collections::BTreeMap<Vec<u8>, Vec<Entry>> = std::collections::BTreeMap::new();
        folders.entry(Vec::new()).or_default();
        for file in files {
            let mut path = file.as_bytes();
            let mut mode = Some(Mode::Regular);
            while !path.is_empty() {
                let (folder, name) = (candidate::folder_of(path), candidate::file_name(path));
                let entries = folders.entry(folder.to_vec()).or_default();
                if !entries.iter().any(|entry| entry.name == name) {
                    entries.push(Entry { name: name.to_vec(), mode, id: None });
                }
                mode = None;
                path = folder;
            }
        }
        let folders = folders.into_iter().map(|(path, entries)| Folder { path, entries }).collect();
        Listing { folders, unread: Vec::new() }
    }

    #[test]
    fn units_nest_and_count_what_is_theirs() {
        let listing = listing(&[
            "third_party/a/x.c",
            "third_party/a/src/y.cc",
            "third_party/a/third_party/b/z.c",
            "third_party/node_modules/@s/p/index.js",
            "base/main.cc",
        ]);
        let layout = Layout::new(&listing);
        let units: Vec<&[u8]> = layout.units().collect();
        assert_eq!(units, [&b"third_party/a"[..], b"third_party/a/third_party/b", b"third_party/node_modules/@s/p"]);
        assert_eq!(layout.unit_of(b"third_party/a/src/none"), Some(&b"third_party/a"[..]));
        assert_eq!(layout.unit_of(b"base"), None);
        assert_eq!(layout.language(b"third_party/a"), Some(("c", 2)));
        assert_eq!(layout.c_files(b"third_party/a/third_party/b"), 1);
        assert_eq!(layout.language(b"third_party/node_modules/@s/p"), Some(("npm", 1)));
        assert!(layout.has(b"third_party/a/x.c") && !layout.has(b"third_party/a/none"));
        assert_eq!(layout.files(), 5);
    }
}
