//! An index in memory: what libraries are looked for by, and nothing else.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::package::{Joined, Package, Provide, SystemPackage, Wanted};
use super::{MOST_PACKAGES, MOST_PROVIDES, PackageIndex};
use crate::version::{Scheme, compare};

/// Packages by every key.
#[derive(Debug, Clone)]
pub struct Index {
    name: String,
    scheme: Scheme,
    /// Source name (or binary name where none is told) and version.
    packages: Vec<(String, String)>,
    by_name: HashMap<String, u32>,
    by_module: HashMap<String, u32>,
    by_soname: HashMap<String, u32>,
    by_likeness: HashMap<String, u32>,
    bundlers: HashMap<String, Vec<(u32, String)>>,
}

impl Index {
    /// An empty index; `name` is what reports call it.
    pub fn new(name: &str, scheme: Scheme) -> Self {
        Self {
            name: name.to_owned(),
            scheme,
            packages: Vec::new(),
            by_name: HashMap::new(),
            by_module: HashMap::new(),
            by_soname: HashMap::new(),
            by_likeness: HashMap::new(),
            bundlers: HashMap::new(),
        }
    }

    /// How many packages it holds.
    pub fn len(&self) -> usize {
        self.packages.len()
    }

    /// True where it holds no package.
    pub fn is_empty(&self) -> bool {
        self.packages.is_empty()
    }

    /// How its versions are ordered.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Adds a package; of several versions under one key the highest stays.
    pub fn add(&mut self, package: Package) {
        let Ok(number) = u32::try_from(self.packages.len()) else { return };
        if package.name.is_empty() || package.version.is_empty() || self.packages.len() >= MOST_PACKAGES {
            return;
        }
        let source = package.source.unwrap_or_else(|| package.name.clone());
        let version = package.source_version.unwrap_or(package.version);
        self.packages.push((source.clone(), version));
        let Self { packages, scheme, by_name, by_module, by_soname, by_likeness, bundlers, .. } = self;
        let keep = Keep { packages, scheme: *scheme, number };
        keep.highest(by_likeness, likeness(&source));
        if source != package.name {
            keep.highest(by_name, source);
        }
        keep.highest(by_name, package.name);
        for provide in package.provides.into_iter().take(MOST_PROVIDES) {
            match provide {
                Provide::PkgConfig(module) => keep.highest(by_module, module),
                Provide::Soname(soname) => keep.highest(by_soname, soname),
                Provide::Name(name) => keep.highest(by_name, name),
                Provide::Bundled(name, version) => bundlers.entry(name).or_default().push((number, version)),
            }
        }
    }

    fn joined(&self, number: u32, joined: Joined) -> Option<SystemPackage> {
        let (package, version) = self.packages.get(number as usize)?;
        Some(SystemPackage::new(&self.name, package, version, self.scheme, joined))
    }
}

/// Puts one package into maps where it is the highest version.
struct Keep<'a> {
    packages: &'a [(String, String)],
    scheme: Scheme,
    number: u32,
}

impl Keep<'_> {
    fn highest(&self, map: &mut HashMap<String, u32>, key: String) {
        let at = |number: u32| self.packages.get(number as usize);
        let slot = map.entry(key).or_insert(self.number);
        if let (Some((known, old)), Some((name, new))) = (at(*slot), at(self.number)) {
            // Two packages with one key and one version: the shorter name, then the alphabet, decides.
            let order = compare(self.scheme, new, old).then_with(|| (known.len(), known).cmp(&(name.len(), name)));
            if order == Ordering::Greater {
                *slot = self.number;
            }
        }
    }
}

impl PackageIndex for Index {
    fn name(&self) -> &str {
        &self.name
    }

    fn find(&self, wanted: &Wanted<'_>) -> Option<SystemPackage> {
        let by = |map: &HashMap<String, u32>, mut keys: &mut dyn Iterator<Item = String>, joined: Joined| {
            (&mut keys).find_map(|key| map.get(&key).copied()).and_then(|number| self.joined(number, joined))
        };
        let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>().into_iter();
        by(&self.by_name, &mut own(wanted.aliases), Joined::Alias)
            .or_else(|| by(&self.by_module, &mut own(wanted.pkg_config), Joined::PkgConfig))
            .or_else(|| by(&self.by_soname, &mut own(wanted.sonames), Joined::Soname))
            .or_else(|| {
                let debian = self.scheme == Scheme::Dpkg;
                let mut named = wanted.sonames.iter().filter(|_| debian).flat_map(|soname| named_after(soname));
                by(&self.by_name, &mut named, Joined::Soname)
            })
            .or_else(|| {
                let mut development = wanted.pkg_config.iter().flat_map(|module| development(module, self.scheme));
                by(&self.by_name, &mut development, Joined::Development)
            })
            .or_else(|| {
                let key = likeness(wanted.name);
                let found = by(&self.by_likeness, &mut std::iter::once(key).filter(|key| key.len() > 1), Joined::Name)?;
                // `cld2` is not `cld3`, while `boost1.81` is `boost`.
                let number =
                    |name: &str| name.rsplit(|c: char| c.is_ascii_alphabetic()).next().unwrap_or_default().to_owned();
                let (own, other) = (number(wanted.name), number(&found.package));
                (own.is_empty() || other.is_empty() || own == other).then_some(found)
            })
    }

    fn bundlers(&self, library: &str) -> Vec<String> {
        let known = self.bundlers.get(library).map(Vec::as_slice).unwrap_or_default();
        let mut list: Vec<String> = known
            .iter()
            .filter_map(|(number, version)| Some(format!("{} {version}", self.packages.get(*number as usize)?.0)))
            .map(|text| text.trim_end().to_owned())
            .collect();
        list.sort();
        list.dedup();
        list
    }
}

/// Debian's package names for a shared library: `libz.so.1` gives `libz1`, `libfoo2.so.3` gives `libfoo2-3`; with the mark of
/// the 64-bit time change too.
fn named_after(soname: &str) -> Vec<String> {
    let Some((base, number)) = soname.split_once(".so.") else { return Vec::new() };
    let base = base.to_ascii_lowercase().replace('_', "-");
    let dash = if base.ends_with(|c: char| c.is_ascii_digit()) { "-" } else { "" };
    let name = format!("{base}{dash}{number}");
    vec![format!("{name}t64"), name]
}

/// Names of the package that holds a pkg-config module's headers.
fn development(module: &str, scheme: Scheme) -> Vec<String> {
    let ending = match scheme {
        Scheme::Dpkg | Scheme::Alpine => "-dev",
        Scheme::Rpm => "-devel",
        _ => return Vec::new(),
    };
    let bare = module.strip_prefix("lib").unwrap_or(module).to_ascii_lowercase();
    vec![format!("lib{bare}{ending}"), format!("{bare}{ending}")]
}

/// A name without what distributions add to it: `lib`, a number at the end, `-ng`, punctuation, case.
fn likeness(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let bare = lower.strip_prefix("lib").unwrap_or(&lower);
    let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '+'));
    let bare = bare.strip_suffix("-ng").unwrap_or(bare);
    bare.chars().filter(char::is_ascii_alphanumeric).collect()
}
