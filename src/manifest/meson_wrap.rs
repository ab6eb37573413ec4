//! `subprojects/*.wrap`: where Meson gets a subproject from.
//!
//! Source: Meson's "Wrap dependency system manual". The version of a `wrap-file` shows in the name of its folder
//! (`zlib-1.3.1`) or in `wrapdb_version`.
//!
//! Facts: [`SHA256`], [`PATCH`], [`PROVIDES`].

use super::ini::{self, Section};
use super::{Declared, Fact, FileReference, Format, Parsed, Problem, ProblemKind, Role, Root, Stated, Url, UrlKind};
use crate::path::RepoPath;

/// Fact: the SHA-256 of the archive.
pub const SHA256: &str = "sha256";
/// Fact: the address of an archive of build files laid over the sources.
pub const PATCH: &str = "patch";
/// Fact: a dependency or program that the subproject stands for.
pub const PROVIDES: &str = "provides";

pub(super) fn parse(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let text = super::text(bytes);
    let sections = ini::sections(&text);
    let mut parsed = Parsed::default();
    let Some(wrap) = sections.iter().find(|section| section.name.starts_with("wrap-")) else {
        parsed.problems.push(Problem::new(1, ProblemKind::Missing, "there is no section `wrap-...`"));
        return parsed;
    };
    // The file that a redirect names is a wrap of its own.
    if wrap.name == "wrap-redirect" {
        let target = wrap.get("filename").and_then(|name| Root::around(path).resolve(name.text.as_bytes()));
        parsed.further.extend(target);
        return parsed;
    }
    let stem = String::from_utf8_lossy(path.file_name()).trim_end_matches(".wrap").to_owned();
    let folder = wrap.get("directory");
    let place = folder.as_ref().map_or(stem.as_str(), |folder| folder.text.as_str());
    let root = Root::around(path).folder(place.as_bytes());
    let mut declared = Declared::new(Format::MesonWrap, path, wrap.line, Role::Fetched, root);
    set_version(wrap, folder.as_ref(), &mut declared);
    declared.name = Some(Stated::new(stem, wrap.line));
    let kind = if wrap.name == "wrap-file" { UrlKind::Archive } else { UrlKind::Repository };
    let address = wrap.get(if kind == UrlKind::Archive { "source_url" } else { "url" });
    declared.urls.extend(address.map(|url| Url { kind, text: url.text, line: url.line }));
    declared.revision = wrap.get("revision");
    for (key, name) in [(SHA256, "source_hash"), (PATCH, "patch_url")] {
        declared.facts.extend(wrap.get(name).map(|value| Fact::new(key, value.text, value.line)));
    }
    if let Some(files) = wrap.get("diff_files") {
        let around = Root::around(path).folder(b"packagefiles");
        let parts = files.text.split(',').filter_map(|part| Stated::filled(part, files.line));
        declared.patches = parts
            .map(|Stated { text, line }| FileReference { path: around.resolve(text.as_bytes()), text, line })
            .collect();
        declared.modified = Some(true);
    }
    if let Some(provide) = sections.iter().find(|section| section.name == "provide") {
        let names = ["dependency_names", "program_names"].iter().filter_map(|key| provide.get(key));
        let names = names.flat_map(|names| {
            names.text.split(',').filter_map(|name| Stated::filled(name, names.line)).collect::<Vec<_>>()
        });
        declared.facts.extend(names.map(|name| Fact::new(PROVIDES, name.text, name.line)));
    }
    parsed.declared.push(declared);
    parsed
}

fn set_version(wrap: &Section, folder: Option<&Stated>, declared: &mut Declared) {
    let from_folder = folder.and_then(|folder| {
        let (at, _) = folder
            .text
            .match_indices('-')
            .find(|(at, _)| folder.text[at + 1..].starts_with(|c: char| c.is_ascii_digit()))?;
        Stated::filled(&folder.text[at + 1..], folder.line)
    });
    // `1.3.1-2`: the second number counts changes of the wrap.
    let from_database = wrap.get("wrapdb_version").map(|version| {
        let upstream = version.text.rsplit_once('-').map_or(version.text.as_str(), |(upstream, _)| upstream);
        Stated::new(upstream, version.line)
    });
    declared.version = from_folder.or(from_database);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Parsed {
        parse(&RepoPath::parse(b"subprojects/fish.wrap").unwrap(), text.as_bytes())
    }

    #[test]
    fn archives_repositories_and_redirects() {
        let parsed = read(
            "[wrap-file]\ndirectory = fish-tank-1.2\nsource_url = https://h/f.tar.gz\nsource_hash = ff\npatch_url = https://h/p.zip\ndiff_files = a.patch, b.patch\nwrapdb_version = 1.3-4\n[provide]\ndependency_names = fish, tank\n",
        );
        let fish = &parsed.declared[0];
        assert_eq!(fish.root, Root::Folder(RepoPath::parse(b"subprojects/fish-tank-1.2").unwrap()));
        assert_eq!(fish.version, Some(Stated::new("1.2", 2)));
        assert_eq!((fish.urls[0].kind, fish.patches.len(), fish.modified), (UrlKind::Archive, 2, Some(true)));
        assert_eq!(fish.facts.len(), 4);
        let parsed = read("[wrap-git]\nurl=https://h/fish.git\nrevision=main\nwrapdb_version = 1.3-4\n");
        let fish = &parsed.declared[0];
        assert_eq!(fish.root, Root::Folder(RepoPath::parse(b"subprojects/fish").unwrap()));
        assert_eq!(
            (fish.revision.as_ref().unwrap().text.as_str(), fish.version.as_ref().unwrap().text.as_str()),
            ("main", "1.3")
        );
        let parsed = read("[wrap-redirect]\nfilename = x/subprojects/y.wrap\n");
        assert_eq!(parsed.further, [RepoPath::parse(b"subprojects/x/subprojects/y.wrap").unwrap()]);
        assert_eq!(read("").problems.len(), 1);
    }
}
