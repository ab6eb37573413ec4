//! Which files are manifests, told by their names alone.

use serde::{Deserialize, Serialize};

/// A kind of manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Format {
    /// `README.chromium`.
    ReadmeChromium,
    /// `README.<project>`, read like `README.chromium` where it holds three of its fields or more.
    ReadmeSibling,
    /// `additional_readme_paths.json`: more files of the form of `README.chromium`.
    AdditionalReadmes,
    /// `DEPS` of gclient.
    Deps,
    /// `moz.yaml` of Mozilla.
    MozYaml,
    /// `qt_attribution.json` of Qt.
    QtAttribution,
    /// `METADATA` in protocol buffer text form, of Google and Android.
    Metadata,
    /// `package.json` of npm.
    PackageJson,
    /// `Cargo.toml`.
    CargoToml,
    /// `Cargo.lock`.
    CargoLock,
    /// `.cargo_vcs_info.json` of a published crate.
    CargoVcsInfo,
    /// `.cargo-checksum.json` of a vendored crate.
    CargoChecksum,
    /// `go.mod`.
    GoMod,
    /// `vendor/modules.txt` of Go.
    GoModules,
    /// `*.dist-info/METADATA` and `PKG-INFO` of Python.
    PythonMetadata,
    /// `vendor.txt` of Python's vendoring tool.
    PythonVendor,
    /// `.gitmodules`.
    Gitmodules,
    /// `.gitrepo` of git-subrepo.
    Gitrepo,
    /// `subprojects/*.wrap` of Meson.
    MesonWrap,
    /// `vcpkg.json`.
    VcpkgJson,
    /// `conanfile.txt`.
    ConanTxt,
    /// `conanfile.py`.
    ConanPy,
    /// `MODULE.bazel` and parts of it.
    BazelModule,
    /// `WORKSPACE` and the `.bzl` files that declare repositories for it.
    BazelWorkspace,
    /// `CMakeLists.txt` and `*.cmake`.
    CMake,
    /// `debian/copyright`.
    DebianCopyright,
}

impl Format {
    /// Every format, in the order of the enum.
    pub const ALL: [Self; 26] = [
        Self::ReadmeChromium,
        Self::ReadmeSibling,
        Self::AdditionalReadmes,
        Self::Deps,
        Self::MozYaml,
        Self::QtAttribution,
        Self::Metadata,
        Self::PackageJson,
        Self::CargoToml,
        Self::CargoLock,
        Self::CargoVcsInfo,
        Self::CargoChecksum,
        Self::GoMod,
        Self::GoModules,
        Self::PythonMetadata,
        Self::PythonVendor,
        Self::Gitmodules,
        Self::Gitrepo,
        Self::MesonWrap,
        Self::VcpkgJson,
        Self::ConanTxt,
        Self::ConanPy,
        Self::BazelModule,
        Self::BazelWorkspace,
        Self::CMake,
        Self::DebianCopyright,
    ];

    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::ReadmeChromium => "readme-chromium",
            Self::ReadmeSibling => "readme-sibling",
            Self::AdditionalReadmes => "additional-readmes",
            Self::Deps => "deps",
            Self::MozYaml => "moz-yaml",
            Self::QtAttribution => "qt-attribution",
            Self::Metadata => "metadata",
            Self::PackageJson => "package-json",
            Self::CargoToml => "cargo-toml",
            Self::CargoLock => "cargo-lock",
            Self::CargoVcsInfo => "cargo-vcs-info",
            Self::CargoChecksum => "cargo-checksum",
            Self::GoMod => "go-mod",
            Self::GoModules => "go-modules",
            Self::PythonMetadata => "python-metadata",
            Self::PythonVendor => "python-vendor",
            Self::Gitmodules => "gitmodules",
            Self::Gitrepo => "gitrepo",
            Self::MesonWrap => "meson-wrap",
            Self::VcpkgJson => "vcpkg-json",
            Self::ConanTxt => "conan-txt",
            Self::ConanPy => "conan-py",
            Self::BazelModule => "bazel-module",
            Self::BazelWorkspace => "bazel-workspace",
            Self::CMake => "cmake",
            Self::DebianCopyright => "debian-copyright",
        }
    }

    /// Whether the format is a list of bundled code that people keep by hand.
    ///
    /// `--ignore-metadata` hides these, so that detection is judged without them; the others are part of the component.
    pub fn is_inventory(self) -> bool {
        matches!(
            self,
            Self::ReadmeChromium
                | Self::ReadmeSibling
                | Self::AdditionalReadmes
                | Self::Deps
                | Self::MozYaml
                | Self::QtAttribution
                | Self::Metadata
        )
    }
}

/// Endings of `README.` that are a form of text or a language, not the name of a project.
const TEXT_ENDINGS: &[&[u8]] = &[
    b"md",
    b"txt",
    b"rst",
    b"markdown",
    b"html",
    b"htm",
    b"adoc",
    b"asciidoc",
    b"org",
    b"pod",
    b"rdoc",
    b"in",
    b"doc",
    b"pdf",
    b"tex",
    b"texi",
    b"xml",
    b"json",
    b"yml",
    b"yaml",
    b"orig",
    b"rej",
    b"patch",
    b"png",
    b"svg",
    b"gif",
    b"jpg",
    b"gz",
    b"sh",
    b"py",
    b"mkd",
    b"mdx",
    b"textile",
    b"creole",
    b"qbk",
    b"ipynb",
];

/// The kind of manifest that a path of the tree names, or `None`; looks at the name only.
///
/// ```
/// use forebay::manifest::{Format, kind_of};
/// assert_eq!(kind_of(b"third_party/zlib/README.chromium"), Some(Format::ReadmeChromium));
/// assert_eq!(kind_of(b"third_party/zlib/zlib.h"), None);
/// ```
pub fn kind_of(path: &[u8]) -> Option<Format> {
    let slash = path.iter().rposition(|&byte| byte == b'/');
    let (folder, name) = slash.map_or((&b""[..], path), |at| (&path[..at], &path[at + 1..]));
    match name {
        b"README.chromium" => Some(Format::ReadmeChromium),
        b"additional_readme_paths.json" => Some(Format::AdditionalReadmes),
        b"DEPS" => Some(Format::Deps),
        b"moz.yaml" => Some(Format::MozYaml),
        b"qt_attribution.json" => Some(Format::QtAttribution),
        b"METADATA" if folder.ends_with(b".dist-info") => Some(Format::PythonMetadata),
        b"METADATA" => Some(Format::Metadata),
        b"package.json" => Some(Format::PackageJson),
        b"Cargo.toml" => Some(Format::CargoToml),
        b"Cargo.lock" => Some(Format::CargoLock),
        b".cargo_vcs_info.json" => Some(Format::CargoVcsInfo),
        b".cargo-checksum.json" => Some(Format::CargoChecksum),
        b"go.mod" => Some(Format::GoMod),
        b"modules.txt" => is_or_ends(folder, b"vendor").then_some(Format::GoModules),
        b"PKG-INFO" => Some(Format::PythonMetadata),
        b"vendor.txt" => Some(Format::PythonVendor),
        b".gitmodules" => Some(Format::Gitmodules),
        b".gitrepo" => Some(Format::Gitrepo),
        b"vcpkg.json" => Some(Format::VcpkgJson),
        b"conanfile.txt" => Some(Format::ConanTxt),
        b"conanfile.py" => Some(Format::ConanPy),
        b"MODULE.bazel" => Some(Format::BazelModule),
        b"WORKSPACE" | b"WORKSPACE.bazel" | b"WORKSPACE.bzlmod" => Some(Format::BazelWorkspace),
        b"CMakeLists.txt" => Some(Format::CMake),
        b"copyright" => is_or_ends(folder, b"debian").then_some(Format::DebianCopyright),
        _ => by_ending(name),
    }
}

/// Whether a folder's last part is `name`.
fn is_or_ends(folder: &[u8], name: &[u8]) -> bool {
    folder.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with(b"/"))
}

fn by_ending(name: &[u8]) -> Option<Format> {
    if let Some(project) = name.strip_prefix(b"README.") {
        let is_word =
            !project.is_empty() && project.iter().all(|&byte| byte.is_ascii_alphanumeric() || b"_-+".contains(&byte));
        let is_text = TEXT_ENDINGS.iter().any(|ending| project.eq_ignore_ascii_case(ending));
        return (is_word && !is_text).then_some(Format::ReadmeSibling);
    }
    match name.rsplit(|&byte| byte == b'.').next()? {
        b"wrap" => Some(Format::MesonWrap),
        b"cmake" => Some(Format::CMake),
        b"bazel" if name.ends_with(b".MODULE.bazel") => Some(Format::BazelModule),
        b"bzl" if declares_repositories(name) => Some(Format::BazelWorkspace),
        _ => None,
    }
}

/// Whether a `.bzl` file has one of the names that are customary for declarations of repositories.
fn declares_repositories(name: &[u8]) -> bool {
    let stem = name.strip_suffix(b".bzl").unwrap_or(name);
    matches!(stem, b"workspace" | b"repositories" | b"repos" | b"deps" | b"dependencies")
        || [&b"_deps"[..], b"_repositories", b"_repos", b"_workspace", b"_dependencies"]
            .iter()
            .any(|end| stem.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_places_tell_the_format() {
        for (path, expected) in [
            ("README.chromium", Some(Format::ReadmeChromium)),
            ("a/README.chromium.old", None),
            ("a/readme.chromium", None),
            ("a/README.pdfium", Some(Format::ReadmeSibling)),
            ("a/README.md", None),
            ("a/README.TXT", None),
            ("a/README.", None),
            ("DEPS", Some(Format::Deps)),
            ("a/DEPS.chromium", None),
            ("x.dist-info/METADATA", Some(Format::PythonMetadata)),
            ("a/METADATA", Some(Format::Metadata)),
            ("vendor/modules.txt", Some(Format::GoModules)),
            ("a/vendor/modules.txt", Some(Format::GoModules)),
            ("myvendor/modules.txt", None),
            ("modules.txt", None),
            ("debian/copyright", Some(Format::DebianCopyright)),
            ("copyright", None),
            ("subprojects/zlib.wrap", Some(Format::MesonWrap)),
            ("cmake/FindX.cmake", Some(Format::CMake)),
            ("third_party/py/workspace.bzl", Some(Format::BazelWorkspace)),
            ("bazel/grpc_deps.bzl", Some(Format::BazelWorkspace)),
            ("bazel/build.bzl", None),
            ("", None),
            ("/", None),
        ] {
            assert_eq!(kind_of(path.as_bytes()), expected, "{path}");
        }
    }

    #[test]
    fn every_format_has_its_own_word() {
        let mut words: Vec<_> = Format::ALL.iter().map(|format| format.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Format::ALL.len());
    }
}
