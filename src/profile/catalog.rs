//! The catalog: libraries that are often bundled, how a copy of each is recognised, and what the world calls them.
//!
//! The tables lie in `profiles/catalog/*.toml`, one row a library. A copy is recognised by a *marker*: a file by the end
//! of its path, texts that it must hold (a file name alone proves nothing: every second project has a `version.h`), files
//! that must lie in the same folder, and a rule that reads the version.

use std::collections::HashMap;

use serde::Deserialize;

/// The built-in tables.
const TABLES: [(&str, &str); 6] = [
    ("codecs", include_str!("../../profiles/catalog/codecs.toml")),
    ("compression", include_str!("../../profiles/catalog/compression.toml")),
    ("core", include_str!("../../profiles/catalog/core.toml")),
    ("graphics", include_str!("../../profiles/catalog/graphics.toml")),
    ("network", include_str!("../../profiles/catalog/network.toml")),
    ("text", include_str!("../../profiles/catalog/text.toml")),
];

/// One library.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Library {
    /// The canonical name: what upstream calls its sources.
    pub name: String,
    /// Other names that it goes by, in metadata and as a folder; case and punctuation do not count.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Fedora's source packages.
    #[serde(default)]
    pub fedora: Vec<String>,
    /// Debian's source packages.
    #[serde(default)]
    pub debian: Vec<String>,
    /// pkg-config modules.
    #[serde(default)]
    pub pkg_config: Vec<String>,
    /// `vendor:product` of its CPE names, the usual one first.
    #[serde(default)]
    pub cpe: Vec<String>,
    /// `owner/name` where its sources are on GitHub, for its package URL.
    #[serde(default)]
    pub github: Option<String>,
    /// True where it has no releases, so that a copy is told by its revision alone.
    #[serde(default)]
    pub unversioned: bool,
    /// How a copy is recognised; any one is enough.
    #[serde(default, rename = "marker")]
    pub markers: Vec<Marker>,
}

/// How a copy of a library is recognised, and where its version stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Marker {
    /// The end of the path: a file name, or one with folders before it.
    pub file: String,
    /// Texts that the file must hold, all of them.
    #[serde(default)]
    pub has: Vec<String>,
    /// Texts that it must not hold.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// Files or folders of which one must lie beside the file (`..` leads up) or in the folder of the component.
    #[serde(default)]
    pub beside: Vec<String>,
    /// How many folders lie between the file and the folder of the component.
    #[serde(default)]
    pub up: usize,
    /// Where the version stands; none: this marker proves the library alone.
    #[serde(default)]
    pub version: Option<VersionRule>,
    /// For a pattern: a made-up text that it reads, from which tests build a copy of the library.
    #[serde(default)]
    pub example: Option<String>,
}

/// How a version is read from a marker's file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum VersionRule {
    /// A macro whose value is the version, quoted or not.
    Macro(String),
    /// Macros whose values are its numbers.
    Numbers(Vec<String>),
    /// A macro whose value is one number, taken apart by these divisors: 120200 by `[10000, 100]` is 12.2.0.
    Packed {
        /// The macro.
        name: String,
        /// What each part but the last is worth.
        parts: Vec<u64>,
    },
    /// A regular expression whose first group is the version.
    Pattern(String),
}

/// All libraries, searchable by name.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    libraries: Vec<Library>,
    names: HashMap<String, usize>,
}

/// Says why a table cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// It is not TOML of the right shape.
    #[error("catalog `{table}`: {problem}")]
    Table {
        /// The table.
        table: String,
        /// What is wrong, with its line.
        problem: String,
    },
    /// Two libraries have one name.
    #[error("catalog: `{name}` is a name of `{first}` and of `{second}`")]
    Ambiguous {
        /// The name.
        name: String,
        /// The library that has it.
        first: String,
        /// The other one.
        second: String,
    },
}

/// Tells the built-in tables from those of another build of the program.
pub fn digest() -> String {
    let texts: Vec<&str> = TABLES.iter().map(|(_, text)| *text).collect();
    crate::digest::hex(&crate::digest::sha256(texts.concat().as_bytes())[..8])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    library: Vec<Library>,
}

impl Catalog {
    /// The built-in catalog.
    ///
    /// # Panics
    /// Never: a test reads every table that is built in.
    pub fn built_in() -> Self {
        Self::parse(&TABLES).expect("the built-in tables are tested")
    }

    /// Reads tables of a name and a TOML text each.
    pub fn parse(tables: &[(&str, &str)]) -> Result<Self, CatalogError> {
        let mut catalog = Self::default();
        for (name, text) in tables {
            let wrong =
                |error: toml::de::Error| CatalogError::Table { table: (*name).to_owned(), problem: error.to_string() };
            let table: Table = toml::from_str(text).map_err(wrong)?;
            for library in table.library {
                catalog.add(library)?;
            }
        }
        Ok(catalog)
    }

    /// A catalog of these libraries alone.
    pub fn of(libraries: Vec<Library>) -> Result<Self, CatalogError> {
        let mut catalog = Self::default();
        libraries.into_iter().try_for_each(|library| catalog.add(library))?;
        Ok(catalog)
    }

    fn add(&mut self, library: Library) -> Result<(), CatalogError> {
        let index = self.libraries.len();
        for name in std::iter::once(&library.name).chain(&library.aliases) {
            match self.names.insert(key(name), index) {
                Some(other) if other != index => {
                    let first = self.libraries.get(other).map_or_else(String::new, |other| other.name.clone());
                    return Err(CatalogError::Ambiguous { name: name.clone(), first, second: library.name });
                }
                _ => {}
            }
        }
        self.libraries.push(library);
        Ok(())
    }

    /// All libraries, in the order of the tables.
    pub fn libraries(&self) -> &[Library] {
        &self.libraries
    }

    /// The library that goes by this name; case and punctuation do not count.
    pub fn find(&self, name: &str) -> Option<&Library> {
        self.names.get(&key(name)).and_then(|index| self.libraries.get(*index))
    }
}

/// A name as it is compared: lower-case letters and digits, and `+`, which tells C++ names apart.
pub fn key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || *c == '+').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_tables_are_sound() {
        let catalog = Catalog::parse(&TABLES).unwrap();
        assert!(catalog.libraries().len() >= 100, "{} libraries", catalog.libraries().len());
        for library in catalog.libraries() {
            let name = &library.name;
            for marker in &library.markers {
                let proves = !marker.has.is_empty() || !marker.beside.is_empty();
                assert!(proves, "{name}: the marker `{}` is a file name alone", marker.file);
                assert!(!marker.file.starts_with('/') && !marker.file.is_empty(), "{name}");
                match &marker.version {
                    Some(VersionRule::Pattern(pattern)) => {
                        let parsed = regex::bytes::Regex::new(pattern).unwrap();
                        assert_eq!(parsed.captures_len(), 2, "{name}: one group is the version");
                        assert!(marker.example.is_some(), "{name}: a pattern needs an example");
                    }
                    Some(VersionRule::Numbers(names)) => assert!((1..=4).contains(&names.len()), "{name}"),
                    _ => {}
                }
            }
            for cpe in &library.cpe {
                assert_eq!(cpe.split(':').count(), 2, "{name}: {cpe}");
            }
            let github = library.github.as_deref();
            assert!(github.is_none_or(|text| text.split('/').count() == 2), "{name}");
        }
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        let catalog = Catalog::built_in();
        let name = |text| catalog.find(text).map(|library| library.name.as_str());
        assert_eq!(name("ZLIB"), Some("zlib"));
        assert_eq!(name("libjpeg_turbo"), Some("libjpeg-turbo"));
        assert_eq!(name("no such library"), None);
    }

    #[test]
    fn one_name_for_two_is_refused() {
        let text = "[[library]]\nname = \"a\"\n[[library]]\nname = \"b\"\naliases = [\"A\"]\n";
        assert!(matches!(Catalog::parse(&[("x", text)]), Err(CatalogError::Ambiguous { .. })));
        assert!(matches!(Catalog::parse(&[("x", "[[library]]\nnam = 1")]), Err(CatalogError::Table { .. })));
    }
}
