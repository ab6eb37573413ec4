//! Manifests: files in a tree that declare components, in the many forms that projects use.
//!
//! [`kind_of`] tells by its name whether a file is a manifest, [`parse`] reads one. Every format yields the same
//! words ([`Declared`]), each with the line it stands at, so that an audit can compare what is declared with what is
//! there. Reading is total: what cannot be read becomes a [`Problem`] and the rest of the file is still read. Nothing
//! here looks at the disk; size, depth and count of everything read are bounded.

mod additional_readmes;
pub mod bazel;
pub mod cargo;
pub mod cmake;
mod conan;
pub mod cpe;
pub mod date;
pub mod debian_copyright;
mod declared;
pub mod deps;
pub mod git_nested;
pub mod go;
pub mod google_metadata;
mod ini;
mod kind;
pub mod meson_wrap;
pub mod moz_yaml;
pub mod package_json;
pub mod purl;
mod python;
pub mod python_packages;
pub mod qt_attribution;
pub mod readme_chromium;
pub mod release;
pub mod rust_crates;
mod tree;
mod url;
mod vcpkg;

pub use declared::{
    Checksum, Condition, Declared, Ecosystem, Fact, FileReference, Mitigated, Parsed, Problem, ProblemKind, Role, Root,
    Stated, Url, UrlKind,
};
pub use kind::{Format, kind_of};

use crate::path::RepoPath;

/// The longest manifest that is read, in bytes; a larger file yields one problem. The longest real one seen is the
/// lock file of a browser, below 1 MB.
pub const LONGEST: usize = 16 << 20;

/// Reads one manifest.
pub fn parse(format: Format, path: &RepoPath, bytes: &[u8]) -> Parsed {
    if bytes.len() > LONGEST {
        let what = format!("the file is longer than {} MiB and is not read", LONGEST >> 20);
        let problem = Problem::new(1, ProblemKind::TooLarge, what);
        return Parsed { problems: vec![problem], ..Parsed::default() };
    }
    match format {
        Format::ReadmeChromium | Format::ReadmeSibling => readme_chromium::parse(format, path, bytes),
        Format::AdditionalReadmes => additional_readmes::parse(path, bytes),
        Format::Deps => deps::parse(path, bytes),
        Format::MozYaml => moz_yaml::parse(path, bytes),
        Format::QtAttribution => qt_attribution::parse(path, bytes),
        Format::Metadata => google_metadata::parse(path, bytes),
        Format::PackageJson => package_json::parse(path, bytes),
        Format::CargoToml => cargo::manifest(path, bytes),
        Format::CargoLock => cargo::lock(path, bytes),
        Format::CargoVcsInfo => cargo::vcs_info(path, bytes),
        Format::CargoChecksum => cargo::checksums(path, bytes),
        Format::GoMod => go::go_mod(path, bytes),
        Format::GoModules => go::modules(path, bytes),
        Format::PythonMetadata => python_packages::metadata(path, bytes),
        Format::PythonVendor => python_packages::vendor(path, bytes),
        Format::Gitmodules => git_nested::gitmodules(path, bytes),
        Format::Gitrepo => git_nested::gitrepo(path, bytes),
        Format::MesonWrap => meson_wrap::parse(path, bytes),
        Format::VcpkgJson => vcpkg::parse(path, bytes),
        Format::ConanTxt => conan::text(path, bytes),
        Format::ConanPy => conan::recipe(path, bytes),
        Format::BazelModule | Format::BazelWorkspace => bazel::parse(format, path, bytes),
        Format::CMake => cmake::parse(path, bytes),
        Format::DebianCopyright => debian_copyright::parse(path, bytes),
    }
}

/// The text of a manifest, without a byte order mark; bytes that are not UTF-8 stand escaped.
fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => crate::text::display::utf8(bytes).text.into(),
    }
}

#[cfg(test)]
mod tests;
