//! What a distribution ships, from its package indexes on disk, and whether that is enough for a bundled copy.
//!
//! [`open`] tells the form of an index by its content and reads it as a stream: RPM repodata (a `repodata` folder, `repomd.xml`
//! or `primary.xml`), Debian `Packages` and `Sources`, Alpine `APKINDEX`, Arch `.db` and Gentoo's `md5-cache`, each plain or
//! compressed. Kept are names, versions, pkg-config modules and sonames, so memory does not grow with the rest of the index.
//! [`PackageIndex::find`] joins a library by the names that the caller knows for it, then by pkg-config module, by soname, and
//! last by likeness of the name, which is marked as such.

mod alpine;
mod arch;
mod deb;
mod error;
mod gentoo;
mod index;
mod lines;
mod open;
mod package;
mod rpm;

pub use error::DistroError;
pub use index::Index;
pub use open::open;
pub use package::{Confidence, Joined, Package, Provide, SystemPackage, Wanted};

/// Something that can be asked for packages.
pub trait PackageIndex: Send + Sync {
    /// Its name in reports: the file or folder name, or what the caller called it.
    fn name(&self) -> &str;

    /// The package that is the wanted library, by the best join there is.
    fn find(&self, wanted: &Wanted<'_>) -> Option<SystemPackage>;

    /// Packages that say to bundle a library of this name, as `package version`; empty where the index does not tell.
    fn bundlers(&self, library: &str) -> Vec<String>;
}

/// The largest number of packages and of provides of one package that are taken from an index.
const MOST_PACKAGES: usize = 2_000_000;
const MOST_PROVIDES: usize = 100_000;
/// The longest line or value of an index.
const LONGEST: usize = 4 << 20;
