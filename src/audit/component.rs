//! One component of the report: what is declared and what the code says, side by side.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::candidate::is_license;
use crate::audit::check::patches_beside;
use crate::audit::checksums::Compared;
use crate::audit::copyright::{Opinion, Opinions};
use crate::audit::declare::Draft;
use crate::audit::detect::{Detected, Evidence, FoundVersion};
use crate::audit::layout::Layout;
use crate::audit::licenses::Recognised;
use crate::audit::report::{Answer, Component, License, Modified, Used, Verdict, Version};
use crate::digest;
use crate::license::{Expression, combine, normalize};
use crate::manifest::rust_crates::patches_of_code;
use crate::manifest::{Declared, Ecosystem, Format, cpe, purl, readme_chromium, release};
use crate::path::RepoPath;
use crate::profile::catalog::{Catalog, Library};
use crate::text::{display, plural::plural};
use crate::tree::survey::join;
use crate::version::{is_no_version, rpm_text};

/// How sure a licence is that only `debian/copyright` tells.
const SECOND_OPINION: f64 = 0.8;

/// How long a piece of evidence out of a manifest is shown.
const EVIDENCE: usize = 160;

/// Everything that components are made from.
pub struct Making<'a> {
    /// The tree's folders.
    pub layout: &'a Layout<'a>,
    /// The known libraries.
    pub catalog: &'a Catalog,
    /// What licence files hold, by path.
    pub texts: &'a BTreeMap<Vec<u8>, Recognised>,
    /// How vendored crates stand against their lists of files, by folder.
    pub compared: &'a BTreeMap<Vec<u8>, Compared>,
    /// What `debian/copyright` says.
    pub opinions: &'a Opinions,
}

impl Making<'_> {
    /// A component of a draft, with the detections that are about it.
    pub fn declared(&self, draft: &Draft<'_>, detected: &[&Detected]) -> Component {
        let said = &draft.said;
        let declared_name = said.iter().find_map(|said| said.name.as_ref()).map(|name| name.text.clone());
        let short = said.iter().find_map(|said| said.short_name.as_ref()).map(|name| name.text.clone());
        let folder = display::utf8(crate::audit::candidate::file_name(&draft.place)).text;
        let ecosystem = self.ecosystem(draft, detected);
        let library = self.library(ecosystem, declared_name.as_deref(), short.as_deref(), &folder, detected);
        let name = library.map(|library| library.name.clone()).or(declared_name.clone()).unwrap_or(folder);
        let version = version(said, detected.iter().find_map(|found| found.version.as_ref()));
        let place = display::utf8(&draft.place);
        let mut words: Vec<String> = Vec::new();
        for word in said.iter().map(|said| said.format.word()).chain(detected.iter().map(|found| found.evidence.word()))
        {
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        let shipped = said.iter().find_map(|said| said.shipped);
        Component {
            id: place.text,
            declared_name: declared_name.filter(|declared| *declared != name),
            root: shown_root(&draft.root),
            files: 0,
            ecosystem: ecosystem.to_owned(),
            parent: None,
            revision: revision(said),
            url: said.iter().flat_map(|said| &said.urls).map(|url| url.text.clone()).next(),
            license: self.license(&license_files(draft, self.layout), said, self.opinions.about(&draft.root)),
            cpe: cpe_name(said, library, &version),
            purl: Some(purl_of(said, ecosystem, &name, &version)),
            shipped,
            security_critical: said.iter().find_map(|said| said.security_critical),
            update: said.iter().find_map(|said| said.update_mechanism.as_ref()).map(|said| said.text.clone()),
            date: date(said),
            mitigated: said.iter().flat_map(|said| &said.mitigated).map(|one| one.id.clone()).collect(),
            declared_in: said.iter().map(|said| format!("{}:{}", said.path, said.line)).collect(),
            detected_by: words,
            confidence: if said.iter().all(|said| said.format == Format::Deps) { 0.9 } else { 1.0 },
            modified: self.modified(draft),
            used: Used::default(),
            system: None,
            verdict: Verdict::Keep,
            blockers: Vec::new(),
            switches: Vec::new(),
            provides: provides(ecosystem, &name, &version, shipped),
            lossy: place.lossy,
            name,
            version,
        }
    }

    /// A component that nothing declares.
    pub fn undeclared(&self, found: &Detected) -> Component {
        let ecosystem = self.layout.language(&found.root).map_or("c", |(word, _)| word);
        let library = found.library.and_then(|at| self.catalog.libraries().get(at));
        let version = version(&[], found.version.as_ref());
        let root = display::utf8(&found.root);
        Component {
            id: if found.root.is_empty() { ".".to_owned() } else { root.text },
            name: found.name.clone(),
            declared_name: None,
            root: shown_root(&found.root),
            files: 0,
            ecosystem: ecosystem.to_owned(),
            parent: None,
            revision: None,
            url: library.and_then(|library| library.github.as_ref()).map(|name| format!("https://github.com/{name}")),
            license: self.license(&texts_of(self.layout, &found.root), &[], self.opinions.about(&found.root)),
            cpe: cpe_name(&[], library, &version),
            purl: Some(purl_of(&[], ecosystem, &found.name, &version)),
            shipped: None,
            security_critical: None,
            update: None,
            date: None,
            mitigated: Vec::new(),
            declared_in: Vec::new(),
            detected_by: vec![found.evidence.word().to_owned()],
            confidence: found.evidence.confidence(),
            modified: Modified::default(),
            used: Used::default(),
            system: None,
            verdict: Verdict::Keep,
            blockers: Vec::new(),
            switches: Vec::new(),
            provides: provides(ecosystem, &found.name, &version, None),
            lossy: root.lossy,
            version,
        }
    }

    fn modified(&self, draft: &Draft<'_>) -> Modified {
        let said = &draft.said;
        let mut evidence = Vec::new();
        for declared in said {
            if let Some(text) = declared.local_modifications.as_ref().filter(|_| declared.modified == Some(true)) {
                let line = text.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
                let short: String = line.trim().chars().take(EVIDENCE).collect();
                evidence.push(format!("{}:{}: {short}", declared.path, text.line));
            }
            if let Some(first) = declared.patches.first() {
                evidence.push(format!("{}:{}: lists {} patches", declared.path, first.line, declared.patches.len()));
            }
        }
        let places = [
            Some(draft.place.clone()),
            RepoPath::parse(&draft.root)
                .ok()
                .and_then(|root| patches_of_code(&root))
                .map(|path| path.as_bytes().to_vec()),
        ];
        let beside =
            places.iter().flatten().find_map(|place| patches_beside(self.layout, place)).filter(|_| draft.alone);
        if let Some((folder, count)) = &beside {
            let patches = if *count == 1 { "a patch lies".to_owned() } else { format!("{count} patches lie") };
            evidence.push(format!("{patches} in {}", display::utf8(folder).text));
        }
        let compared = self.compared.get(&draft.root);
        evidence.extend(compared.and_then(|compared| checksum_evidence(&draft.root, compared)));
        let proved = compared.is_some_and(|compared| !compared.differ.is_empty() || !compared.missing.is_empty());
        let told = said.iter().any(|said| said.modified == Some(true) || !said.patches.is_empty());
        let yes = beside.is_some() || proved || told;
        // Where a registry published the crate, files that are all as listed are those of its archive.
        let equal = compared.is_some_and(|compared| compared.published && compared.is_equal());
        let no = equal || said.iter().any(|said| said.modified == Some(false));
        let state = match (yes, no) {
            (true, _) => Answer::Yes,
            (false, true) => Answer::No,
            (false, false) => Answer::Unknown,
        };
        Modified { state, evidence }
    }

    /// The licence that is declared, and what the files say about it; where both are silent, what Debian says.
    fn license(&self, files: &[Vec<u8>], said: &[&Declared], opinion: Option<&Opinion>) -> License {
        let declared = said.iter().find_map(|said| said.license.as_ref()).map(|stated| stated.text.clone());
        let meant = declared.as_ref().map(|text| normalize(text)).and_then(|meaning| meaning.expression);
        let found: Vec<(&Vec<u8>, &Recognised)> =
            files.iter().filter_map(|path| Some((path, self.texts.get(path)?))).collect();
        let ids: BTreeSet<&str> = found.iter().flat_map(|(_, one)| one.ids.iter().map(String::as_str)).collect();
        let whole = found.iter().any(|(_, one)| one.whole);
        // A declared choice may be met by one of its texts; a text that says more than is declared is for a person only
        // where nothing of what is declared is in it.
        let agrees = meant.as_ref().filter(|_| whole).map(|meant| meant.ids().iter().any(|id| ids.contains(id)));
        let percent = found.iter().map(|(_, one)| one.percent).min();
        let text = found.first().map(|(_, one)| one.spdx.clone()).filter(|_| found.len() == 1);
        let all = || {
            let texts = found.iter().filter_map(|(_, one)| Expression::parse(&one.spdx).ok());
            combine(texts).map(|expression| expression.to_string())
        };
        let spdx = meant.map(|meant| meant.to_string()).or(text).or_else(all);
        let second =
            opinion.filter(|_| spdx.is_none() && found.is_empty()).and_then(|one| Some((one, one.license.as_ref()?)));
        if let Some((opinion, license)) = second {
            let (spdx, source) = (Some(license.to_string()), Some(opinion.place.clone()));
            return License { spdx, declared, agrees: None, confidence: SECOND_OPINION, source, text: None };
        }
        License {
            spdx,
            declared,
            agrees,
            confidence: percent.map_or(0.0, |percent| f64::from(percent) / 100.0),
            source: found.first().map(|(path, _)| display::utf8(path).text),
            text: text_id(&found),
        }
    }

    fn ecosystem(&self, draft: &Draft<'_>, detected: &[&Detected]) -> &'static str {
        let declared = draft.said.iter().find_map(|said| said.ecosystem);
        let world = |ecosystem: Ecosystem| match ecosystem {
            // Where a file comes from does not tell what it is written in.
            Ecosystem::Cipd | Ecosystem::Gcs | Ecosystem::Conan | Ecosystem::Vcpkg | Ecosystem::Bazel => None,
            other => Some(other.word()),
        };
        let spoken = self.layout.language(&draft.root).map(|(word, _)| word);
        // A library in C may be on offer as a package too.
        let marked = || detected.iter().any(|found| found.evidence == Evidence::Marker);
        if spoken == Some("c") && declared == Some(Ecosystem::Npm) && marked() {
            return "c";
        }
        declared.and_then(world).or(spoken).unwrap_or("data")
    }

    /// The catalog's library that the declared names mean. A crate or an npm package of that name is another thing.
    fn library(
        &self,
        ecosystem: &str,
        name: Option<&str>,
        short: Option<&str>,
        folder: &str,
        detected: &[&Detected],
    ) -> Option<&Library> {
        if !matches!(ecosystem, "c" | "data") {
            return None;
        }
        let by_name =
            name.and_then(|name| self.catalog.find(name)).or_else(|| short.and_then(|name| self.catalog.find(name)));
        let by_code = || detected.iter().find_map(|found| self.catalog.libraries().get(found.library?));
        let by_folder = || if name.is_none() { self.catalog.find(folder) } else { None };
        by_name.or_else(by_code).or_else(by_folder)
    }
}

/// What the checksums of a crate's files say, in one line.
fn checksum_evidence(root: &[u8], compared: &Compared) -> Option<String> {
    let list = display::utf8(&join(root, b".cargo-checksum.json")).text;
    let shown = |files: &[Vec<u8>], what: &str| {
        let first = display::utf8(files.first()?).text;
        let more = files.len() - 1;
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        Some(format!("{first}{more} {what}"))
    };
    let differ = shown(&compared.differ, "not as the checksum says");
    let missing = shown(&compared.missing, "missing");
    let parts: Vec<String> = differ.into_iter().chain(missing).collect();
    match parts.is_empty() {
        false => Some(format!("{list}:1: {}", parts.join("; "))),
        true if compared.published && compared.is_equal() => {
            Some(format!("{list}:1: {} as published", plural(compared.listed, "file", "files")))
        }
        true => None,
    }
}

fn shown_root(root: &[u8]) -> String {
    if root.is_empty() { ".".to_owned() } else { display::utf8(root).text }
}

/// The declared version as far as it is one, and what it means.
fn declared_version(said: &[&Declared]) -> Option<(String, Option<String>, String)> {
    // What DEPS fetches is pinned by a revision or an instance, which is a version only where nobody tells another.
    let pinned = |declared: &&&Declared| declared.format == Format::Deps;
    let told = said.iter().any(|declared| declared.format != Format::Deps);
    said.iter().filter(|declared| !(told && pinned(declared))).find_map(|declared| {
        let stated = declared.version.as_ref()?;
        if is_no_version(&stated.text) || stated.text.eq_ignore_ascii_case("deps") {
            return None;
        }
        let meaning = release::read(&stated.text).version;
        Some((stated.text.clone(), meaning, format!("{}:{}", declared.path, stated.line)))
    })
}

/// Tells licence texts apart by their content alone: 12 hexadecimal digits over all of them, in whatever order they stand.
fn text_id(found: &[(&Vec<u8>, &Recognised)]) -> Option<String> {
    let ids: BTreeSet<String> = found.iter().filter_map(|(_, one)| Some(one.id?.to_string())).collect();
    let all: Vec<String> = ids.into_iter().collect();
    (!all.is_empty()).then(|| digest::hex(&digest::sha256(all.concat().as_bytes())[..6]))
}

fn version(said: &[&Declared], found: Option<&FoundVersion>) -> Version {
    let declared = declared_version(said);
    let meaning = declared.as_ref().and_then(|(_, meaning, _)| meaning.clone());
    let source = found.map(|found| format!("{}:{}", display::utf8(&found.path).text, found.line));
    // A general file such as a list of changes may be older than what is declared; a marker is the library's own word.
    let trusted = found.filter(|found| found.certain || meaning.is_none());
    let agrees =
        found.filter(|found| found.certain).zip(meaning.as_ref()).map(|(found, meaning)| follows(&found.text, meaning));
    let (value, source) = match (trusted, &declared) {
        (Some(found), _) => (Some(found.text.clone()), source),
        (None, Some((_, Some(meaning), place))) => (Some(meaning.clone()), Some(place.clone())),
        (None, _) => (None, None),
    };
    Version { value, source, declared: declared.map(|(text, ..)| text), agrees }
}

/// Whether two texts name the same release: their numbers are equal, or those before a hyphen are (a step after a tag, a
/// packager's revision). Zeros at the end do not count.
pub fn same(one: &str, other: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> {
        let mut numbers: Vec<u64> =
            text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
        while numbers.last() == Some(&0) && numbers.len() > 1 {
            numbers.pop();
        }
        numbers
    };
    let base = |text: &str| numbers(text.split(['-', '+', '~']).next().unwrap_or(text));
    let equal = |one: Vec<u64>, other: Vec<u64>| !one.is_empty() && one == other;
    equal(base(one), base(other)) || equal(numbers(one), numbers(other))
}

/// Whether the code's version is the declared release or a step after it: 1.3.2.1 is one after 1.3.2.
pub fn follows(code: &str, declared: &str) -> bool {
    let parts = |text: &str| text.split(['.', '-', '_']).map(str::to_owned).collect::<Vec<_>>();
    let (code_parts, declared_parts) = (parts(code), parts(declared));
    same(code, declared) || (declared_parts.len() >= 3 && code_parts.starts_with(&declared_parts))
}

/// The upstream commit: each manifest's own word, then the hash in its version, the most trusted manifest first.
fn revision(said: &[&Declared]) -> Option<String> {
    let is_hash = |text: &String| (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    said.iter().find_map(|said| {
        let stated = said.revision.as_ref().map(|stated| stated.text.clone()).filter(is_hash);
        stated.or_else(|| release::read(&said.version.as_ref()?.text).revision)
    })
}

/// The licence files of a draft: those that its metadata names, else those that lie in its folder.
pub fn license_files(draft: &Draft<'_>, layout: &Layout<'_>) -> Vec<Vec<u8>> {
    let named = draft.said.iter().flat_map(|said| &said.license_files).filter_map(|file| file.path.as_ref());
    let named: Vec<Vec<u8>> = named.map(|path| path.as_bytes().to_vec()).filter(|path| layout.has(path)).collect();
    if !named.is_empty() {
        return named;
    }
    let own = texts_of(layout, &draft.root);
    if own.is_empty() { texts_of(layout, &draft.place) } else { own }
}

/// The files of a folder that have the name of a licence text.
pub fn texts_of(layout: &Layout<'_>, folder: &[u8]) -> Vec<Vec<u8>> {
    let entries = layout.entries(folder).iter().filter(|entry| entry.mode.is_some() && is_license(&entry.name));
    entries.map(|entry| join(folder, &entry.name)).collect()
}

fn date(said: &[&Declared]) -> Option<String> {
    let iso = |said: &&Declared| said.fact(readme_chromium::ISO_DATE).map(|fact| fact.text.clone());
    let read = |said: &&Declared| crate::manifest::date::iso(&said.date.as_ref()?.text).map(|(text, _)| text);
    said.iter().find_map(|said| iso(said).or_else(|| read(said)))
}

fn cpe_name(said: &[&Declared], library: Option<&Library>, version: &Version) -> Option<String> {
    let stated = said.iter().flat_map(|said| &said.cpes).find_map(|stated| cpe::parse(&stated.text));
    let (vendor, product, stated_version) = if let Some(name) = stated {
        (name.vendor?, name.product?, name.version)
    } else {
        let (vendor, product) = library?.cpe.first()?.split_once(':')?;
        (vendor.to_owned(), product.to_owned(), None)
    };
    let version = stated_version.or_else(|| version.value.clone());
    let quoted = |text: &str| -> String {
        let quote = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { vec![c] } else { vec!['\\', c] };
        text.chars().filter(char::is_ascii_graphic).flat_map(quote).collect()
    };
    let version = version.map_or_else(|| "*".to_owned(), |version| quoted(&version));
    Some(format!("cpe:2.3:a:{}:{}:{version}:*:*:*:*:*:*:*", quoted(&vendor), quoted(&product)))
}

fn purl_of(said: &[&Declared], ecosystem: &str, name: &str, version: &Version) -> String {
    if let Some(stated) = said.iter().flat_map(|said| &said.purls).next() {
        return stated.text.clone();
    }
    let version = version.value.as_deref();
    let registry = match ecosystem {
        "cargo" => Some(Ecosystem::Cargo),
        "npm" => Some(Ecosystem::Npm),
        "go" => Some(Ecosystem::Go),
        "python" => Some(Ecosystem::Python),
        _ => None,
    };
    let published = said.iter().any(|said| said.ecosystem.is_some());
    if let Some(found) = registry.filter(|_| published).and_then(|registry| purl::of(registry, name, version)) {
        return found;
    }
    let encoded = |text: &str| -> String {
        let encode = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        };
        text.bytes().map(encode).collect()
    };
    let version = version.map_or_else(String::new, |version| format!("@{}", encoded(version)));
    format!("pkg:generic/{}{version}", encoded(name))
}

/// The value of a `Provides:` line; none for what is said not to be shipped.
fn provides(ecosystem: &str, name: &str, version: &Version, shipped: Option<bool>) -> Option<String> {
    if shipped == Some(false) {
        return None;
    }
    // A sentence is a name that no registry has, whatever language the folder is written in.
    let published =
        !name.is_empty() && name.is_ascii() && !name.contains(|c: char| c.is_whitespace() || "(),".contains(c));
    let inner = match ecosystem {
        "cargo" if published => format!("crate({name})"),
        "npm" if published => format!("npm({name})"),
        "go" if published => format!("golang({name})"),
        "python" if published => format!("python3dist({})", purl::normal_python(name)),
        _ => capability(name.split(',').next().unwrap_or(name)),
    };
    if inner.is_empty() {
        return None;
    }
    let version = version.value.as_deref().map(|version| rpm_text(version).text).filter(|text| !text.is_empty());
    Some(version.map_or_else(|| format!("bundled({inner})"), |version| format!("bundled({inner}) = {version}")))
}

/// A name as a capability: without blanks and brackets, which rpm reads as something else.
fn capability(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '_' | '-');
    let words: Vec<String> =
        name.split(|c: char| !plain(c)).filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect();
    words.join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_release_is_told_from_another() {
        for (one, other, expected) in [
            ("1.3.2", "1.3.2", true),
            ("1.3", "1.3.0", true),
            ("1.16.0-139-gabc", "1.16.0", true),
            ("1.1.8", "1.1.10", false),
            ("2.16.0", "2.14.6", false),
            ("78.2", "78-2", true),
            ("14.2.0-69", "14.2.0", true),
            ("x", "1", false),
        ] {
            assert_eq!(same(one, other), expected, "{one} {other}");
            assert_eq!(same(other, one), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_step_after_a_release_agrees_with_it() {
        assert!(follows("1.3.2.1", "1.3.2") && !follows("1.3.2", "1.3") && !follows("1.3.2", "1.3.2.1"));
    }

    #[test]
    fn capabilities_hold_nothing_that_rpm_reads_otherwise() {
        let version = Version { value: Some("1.2-3".into()), ..Version::default() };
        assert_eq!(
            provides("c", "Abseil (C++)", &version, None).unwrap().split(' ').next(),
            Some("bundled(abseil-c++)")
        );
        assert_eq!(provides("c", "x", &version, Some(false)), None);
        let none = Version::default();
        assert_eq!(provides("npm", "@a/b", &none, None), Some("bundled(npm(@a/b))".into()));
        assert_eq!(provides("npm", "A (b) é, a tool", &none, None), Some("bundled(a-b)".into()));
        assert_eq!(provides("python", "é", &none, None), None);
    }
}
