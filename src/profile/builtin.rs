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
