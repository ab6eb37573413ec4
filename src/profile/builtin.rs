//! The profiles that come with the program: what is known about the packages it was made for.

use crate::profile::resolve::Profile;

/// A built-in profile: its name and its file.
type Embedded = (&'static str, &'static str);

const PROFILES: [Embedded; 8] = [
    ("chromium", include_str!("../../profiles/chromium.toml")),
    ("electron", include_str!("../../profiles/electron.toml")),
    ("firefox", include_str!("../../profiles/firefox.toml")),
    ("kernel", include_str!("../../profiles/kernel.toml")),
    ("llvm", include_str!("../../profiles/llvm.toml")),
    ("nodejs", include_str!("../../profiles/nodejs.toml")),
    ("qt6-qtwebengine", include_str!("../../profiles/qt6-qtwebengine.toml")),
    ("webkitgtk", include_str!("../../profiles/webkitgtk.toml")),
];

/// The names, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|(name, _)| *name)
}

/// The file of a built-in profile.
pub fn text(name: &str) -> Option<&'static str> {
    PROFILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// A built-in profile, complete.
pub fn profile(name: &str) -> Option<Profile> {
    text(name).and_then(|text| Profile::parse(name, text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::raw::RawProfile;

    #[test]
    fn every_profile_is_valid_and_complete() {
        assert!(names().is_sorted());
        for (name, text) in PROFILES {
            let raw = RawProfile::parse(name, text).unwrap();
            let inherits = raw.inherit.is_some();
            let profile = Profile::of(raw);
            assert!(profile.summary.is_some() && profile.upstream.repository.is_some(), "{name}");
            assert_eq!(profile.name, name);
            assert!(!profile.upstream.channels.is_empty() && !profile.upstream.tarballs.is_empty(), "{name}");
            assert!(!profile.queue.places.is_empty(), "{name}");
            assert!(!inherits || name == "electron", "{name}: a chain of profiles would be needed");
        }
    }

    /// The packages that are kept as specs know what a spec needs: libraries with their switches or a reason, and the tree's version.
    #[test]
    fn spec_knowledge_is_complete() {
        for (name, file, text, version) in [
            ("chromium", "chrome/VERSION", "MAJOR=150\nMINOR=0\nBUILD=7871\nPATCH=181\n", "150.0.7871.181"),
            ("firefox", "browser/config/version.txt", "140.12.0\n", "140.12.0"),
            ("kernel", "Makefile", "# x\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION =\n", "6.12.3"),
            (
                "llvm",
                "cmake/Modules/LLVMVersion.cmake",
                "  set(LLVM_VERSION_MAJOR 21)\nendif()\n  set(LLVM_VERSION_MINOR 1)\n  set(LLVM_VERSION_PATCH 0)\n",
                "21.1.0",
            ),
            (
                "nodejs",
                "src/node_version.h",
                "#define NODE_MAJOR_VERSION 24\n#define NODE_MINOR_VERSION 18\n#define NODE_PATCH_VERSION 1\n",
                "24.18.1",
            ),
            ("qt6-qtwebengine", ".cmake.conf", "set(QT_REPO_MODULE_VERSION \"6.11.2\")\n", "6.11.2"),
            ("webkitgtk", "Source/cmake/OptionsGTK.cmake", "SET_PROJECT_VERSION(2 50 1)\n", "2.50.1"),
        ] {
            let found = profile(name).unwrap().upstream.version_file.unwrap();
            assert_eq!((found.path.as_str(), found.version(text).as_deref()), (file, Some(version)), "{name}");
        }
        for (name, libraries) in
            [("chromium", 40), ("firefox", 15), ("nodejs", 15), ("qt6-qtwebengine", 20), ("webkitgtk", 6)]
        {
            let packaging = profile(name).unwrap().packaging;
            assert!(packaging.libraries.len() >= libraries, "{name}: {}", packaging.libraries.len());
            for library in &packaging.libraries {
                let told = library.requires.is_some() || library.reason.is_some() || !library.has_switch();
                assert!(library.path.is_some() && told, "{name}: {}", library.name);
                let license = library.license.as_deref().map(crate::license::strict);
                assert!(license.is_none_or(|license| license.is_ok()), "{name}: {:?}", library.license);
                assert!(!library.has_switch() || library.requires.is_some(), "{name}: {}", library.name);
            }
            let groups = packaging.groups();
            let apart = |one: &(u32, u32), other: &(u32, u32)| one.1 < other.0 || other.1 < one.0;
            let all: Vec<(u32, u32)> = groups.iter().map(|group| group.range).collect();
            assert!(
                all.iter().enumerate().all(|(at, one)| all.iter().skip(at + 1).all(|other| apart(one, other))),
                "{name}"
            );
        }
    }

    #[test]
    fn every_file_in_the_folder_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles");
        let mut found: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        found.retain(|name| name.strip_suffix(".toml").is_some());
        found.sort();
        assert_eq!(found, names().map(|name| format!("{name}.toml")).collect::<Vec<_>>());
    }
}
