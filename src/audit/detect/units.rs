//! Units of vendoring folders that no marker explains: what their names, their licences and the heads of their files say.

use bstr::ByteSlice as _;

use super::{Detected, Draft, Evidence, Finder, FoundVersion, GLUE, is_named, is_shim, unversioned};
use crate::audit::candidate::{file_name, folder_of, is_license};
use crate::audit::layout::{is_c, is_part, is_plain_part, is_vendoring, is_version};
use crate::profile::catalog::{Library, key};
use crate::tree::Entry;

/// Ends of the names of files that build something.
const BUILD_FILES: [&str; 10] =
    ["BUILD", "BUILD.gn", ".gni", ".bazel", "CMakeLists.txt", "meson.build", "moz.build", "Makefile", ".mk", ".pro"];

impl Finder<'_> {
    /// Units that nothing else explains.
    pub(super) fn units(&mut self) {
        let units: Vec<&[u8]> = self.layout.units().collect();
        for unit in units {
            if self.is_explained(unit) {
                continue;
            }
            let Some(("c", count)) = self.layout.language(unit) else { continue };
            if self.is_elsewhere(unit) || is_plain_part(file_name(unit)) {
                continue;
            }
            let folder = self.layout.name_of(unit).into_owned();
            let version = self.unit_version(unit, false);
            let upstream = self.upstream_files(unit);
            let licensed = upstream.iter().any(|file| is_license(file_name(file)));
            if !licensed && self.is_contributed(unit) {
                continue;
            }
            if let Some(library) = self.library_of_folder(&folder) {
                // Glue for a library of that name lies in a folder of that name too: a build file of ours, a configuration.
                let copied = !upstream.is_empty() || self.packaged(unit).is_some();
                let own = self.has_own(unit);
                let foreign = own && self.heads.are_foreign(unit);
                if (copied && (count > 2 || own)) || count >= GLUE || foreign {
                    self.add(Evidence::KnownName, library, unit, unit, version, usize::MAX - 1);
                }
                continue;
            }
            if !upstream.is_empty() && !licensed && self.is_ours(unit) {
                continue;
            }
            if upstream.is_empty() && self.packaged(unit).is_none() {
                let bag = if is_of_the_project(unit) { Vec::new() } else { self.heads.bag(unit) };
                if !bag.is_empty() {
                    for (name, files) in bag {
                        self.single(unit, name, files);
                    }
                    continue;
                }
                if self.shelf(unit) {
                    continue;
                }
                let foreign = !is_of_the_project(unit) && self.heads.are_foreign(unit);
                let bare = self.is_bare(unit) && !self.is_ours(unit);
                if !foreign && !bare {
                    continue;
                }
            }
            self.plain(unit, folder, upstream, version);
        }
        let loose: Vec<_> = self.heads.loose().collect();
        for (folder, singles) in loose {
            for (name, files) in singles {
                self.single(folder, name, files);
            }
        }
    }

    /// True for a unit that the project wrote itself: all of its files say so, or every third one includes a header of the project.
    fn is_ours(&self, unit: &[u8]) -> bool {
        if self.heads.are_own(unit) {
            return true;
        }
        let of_project = |header: &str| self.layout.is_of_project(header.as_bytes(), unit);
        let (mut files, mut ours) = (0, 0);
        for mut includes in self.heads.includes(unit) {
            files += 1;
            ours += usize::from(includes.any(of_project));
        }
        ours > 0 && ours * 3 >= files && !self.heads.are_foreign(unit)
    }

    /// The known library that a folder is named for, be it with a version: `llvm-16.0`; a number right after a name is a part of it
    /// where the name is only one of several: `json11` is not one of the libraries that go by `json`.
    fn library_of_folder(&self, folder: &str) -> Option<usize> {
        let bare = unversioned(folder);
        let apart = !folder.get(bare.len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let alike = if apart { self.library_at(bare) } else { self.library_called(bare) };
        self.library_at(folder).or(alike)
    }

    /// The known library whose own name this is, not one that others call it.
    fn library_called(&self, name: &str) -> Option<usize> {
        let own = |at: &usize| self.catalog.libraries().get(*at).is_some_and(|known| key(&known.name) == key(name));
        self.library_at(name).filter(own)
    }

    /// The known libraries on a unit that is only a shelf: it holds no file of code itself, and copies side by side. False where it
    /// is anything else.
    fn shelf(&mut self, unit: &[u8]) -> bool {
        if self.layout.entries(unit).iter().any(|entry| entry.mode.is_some() && is_c(&entry.name)) {
            return false;
        }
        let below = self.layout.subfolders(unit).filter(|name| !is_plain_part(name));
        let copies: Vec<_> = below
            .map(|name| (crate::tree::survey::join(unit, name), String::from_utf8_lossy(name)))
            .filter(|(folder, _)| self.layout.c_files(folder) > 0)
            .map(|(folder, name)| (folder, self.library_at(&name), name))
            .collect();
        if copies.len() < 3 || copies.iter().filter(|(_, library, _)| library.is_some()).count() < 2 {
            return false;
        }
        for (folder, library, name) in copies {
            match library {
                Some(library) => self.add(Evidence::KnownName, library, &folder, &folder, None, usize::MAX - 1),
                None if self.heads.are_foreign_below(unit, &folder) => {
                    self.plain(&folder, name.into_owned(), Vec::new(), None);
                }
                None => {}
            }
        }
        true
    }

    /// A component that no table knows.
    fn plain(&mut self, root: &[u8], name: String, places: Vec<Vec<u8>>, version: Option<FoundVersion>) {
        let root = root.to_vec();
        let detected = Detected {
            name: name.clone(),
            library: None,
            root: root.clone(),
            evidence: Evidence::Layout,
            places,
            version,
        };
        self.found.entry((root, name)).or_insert(Draft { detected, rank: usize::MAX });
    }

    /// One library of a unit that is a bag of them.
    fn single(&mut self, unit: &[u8], name: String, files: Vec<Vec<u8>>) {
        // A file's name is shorter than a project's.
        let library = self.library_called(&name);
        let name = library.and_then(|at| self.catalog.libraries().get(at)).map_or(name, |known| known.name.clone());
        let evidence = if library.is_some() { Evidence::KnownName } else { Evidence::Layout };
        let detected =
            Detected { name: name.clone(), library, root: unit.to_vec(), evidence, places: files, version: None };
        self.found.entry((unit.to_vec(), name)).or_insert(Draft { detected, rank: usize::MAX });
    }

    /// True for what a copy's own people contribute to it: a folder of its `contrib`.
    fn is_contributed(&self, unit: &[u8]) -> bool {
        is_of_the_project(unit) && self.layout.unit_of(folder_of(folder_of(unit))).is_some()
    }

    /// True for a unit that says that its code lies elsewhere: a rule of Bazel that fetches it, or a folder that only goes by the
    /// name of Meson's.
    fn is_elsewhere(&self, unit: &[u8]) -> bool {
        let holder = folder_of(unit);
        let has = |folder: &[u8], is: &dyn Fn(&[u8]) -> bool| {
            self.layout.entries(folder).iter().any(|entry| entry.mode.is_some() && is(&entry.name))
        };
        let fetched = has(unit, &|name| name == b"workspace.bzl");
        let meson =
            || has(folder_of(holder), &|name| name == b"meson.build") || has(holder, &|name| name.ends_with(b".wrap"));
        fetched || is_shim(unit) || (file_name(holder) == b"subprojects" && !meson())
    }

    /// True where a detection at the unit itself goes by the unit's name, or by a longer one that ends in it.
    fn is_explained(&self, unit: &[u8]) -> bool {
        let here = self.found.range((unit.to_vec(), String::new())..).take_while(|((root, _), _)| root == unit);
        let named = |draft: &Draft| {
            let library = draft.detected.library.and_then(|at| self.catalog.libraries().get(at));
            let name = self.layout.name_of(unit);
            let short = key(&name);
            let longer = |library: &Library| {
                let ends = short.len() > 5 && key(&library.name).ends_with(&short);
                draft.detected.evidence == Evidence::Marker && (ends || key(unversioned(&library.name)) == short)
            };
            library.is_some_and(|library| is_named(&name, library) || longer(library))
        };
        here.into_iter().any(|(_, draft)| named(draft))
    }

    /// Files of a unit that an upstream project has and glue code has not: a licence, a build file.
    fn upstream_files(&self, unit: &[u8]) -> Vec<Vec<u8>> {
        let mut files = Vec::new();
        for folder in self.tops(unit) {
            let licences =
                self.layout.entries(&folder).iter().filter(|entry| entry.mode.is_some() && is_license(&entry.name));
            files.extend(licences.map(|entry| crate::tree::survey::join(&folder, &entry.name)));
            let projects = self.projects.get(&folder).into_iter().flatten();
            files.extend(projects.map(|(path, _)| (*path).clone()));
        }
        files.dedup();
        files
    }

    /// Whether a unit has a file of C that is not one of settings for a library that lies elsewhere.
    fn has_own(&self, unit: &[u8]) -> bool {
        let settings = |name: &[u8]| name.contains_str("config") || name.ends_with_str("_build.h");
        let own = |entry: &Entry| is_c(&entry.name) && !settings(&entry.name);
        self.layout.any_file(unit, |name, _| !is_vendoring(name), own)
    }

    /// True for a unit that holds code and no build file of ours: glue for what lies elsewhere is always built somehow.
    fn is_bare(&self, unit: &[u8]) -> bool {
        let holder = file_name(folder_of(unit));
        // Others of these names hold a project's own code too.
        if !holder.to_ascii_lowercase().starts_with(b"third") && !holder.starts_with_str("3") {
            return false;
        }
        let entries = self.layout.entries(unit);
        let is_build = |name: &[u8]| BUILD_FILES.iter().any(|known| name.ends_with(known.as_bytes()));
        entries.iter().any(|entry| entry.mode.is_some() && is_c(&entry.name))
            && !entries.iter().any(|entry| is_build(&entry.name))
    }

    /// The folder that all of a unit lies in and that is named for its version, as package managers lay copies out.
    fn packaged(&self, unit: &[u8]) -> Option<Vec<u8>> {
        let [only] = self.layout.entries(unit) else { return None };
        (only.mode.is_none() && is_version(&only.name)).then(|| crate::tree::survey::join(unit, &only.name))
    }

    /// A unit and the folders right below it that may be the top of its upstream.
    pub(super) fn tops(&self, unit: &[u8]) -> Vec<Vec<u8>> {
        let name = file_name(unit);
        let below = self.layout.subfolders(unit).filter(|below| is_part(below, name));
        let below: Vec<Vec<u8>> = below.map(|below| crate::tree::survey::join(unit, below)).collect();
        std::iter::once(unit.to_vec())
            .chain(self.packaged(unit))
            .chain(below)
            .filter(|folder| !is_vendoring(file_name(folder)))
            .collect()
    }
}

/// True for a unit whose files may say other names and be the project's own: what its people contribute.
fn is_of_the_project(unit: &[u8]) -> bool {
    file_name(folder_of(unit)).eq_ignore_ascii_case(b"contrib")
}
