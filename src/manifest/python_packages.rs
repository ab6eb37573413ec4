//! Python: the metadata of a distribution, and the list of a vendoring tool.
//!
//! Source: the Python packaging guide's "Core metadata specifications" (`METADATA` of an installed distribution,
//! `PKG-INFO` of a source one; headers as in mail), and the requirements file format of pip for `vendor.txt`.
//!
//! Facts: [`CLASSIFIER`] (those about licences).

use super::{
    Declared, Ecosystem, Fact, FileReference, Format, Parsed, Problem, ProblemKind, Role, Root, Stated, Url, UrlKind,
    purl, url,
};
use crate::path::RepoPath;

/// Fact: a classifier that tells a licence.
pub const CLASSIFIER: &str = "license-classifier";

/// The longest header section that is read, in lines.
const MOST_LINES: usize = 5000;

/// Reads `METADATA` or `PKG-INFO`.
pub(super) fn metadata(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let text = super::text(bytes);
    let mut parsed = Parsed::default();
    let headers: Vec<(&str, Stated)> = headers(&text).collect();
    let get =
        |name: &str| headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone());
    let Some(name) = get("Name") else {
        if get("Metadata-Version").is_some() {
            parsed.problems.push(Problem::new(1, ProblemKind::Missing, "the field `Name` is missing"));
        }
        return parsed;
    };
    let mut declared = Declared::new(Format::PythonMetadata, path, name.line, Role::Present, root(path));
    fill(&mut declared, name, get("Version"));
    declared.description = get("Summary");
    let license = get("License-Expression").or_else(|| get("License"));
    declared.license = license.filter(|license| !license.text.eq_ignore_ascii_case("unknown"));
    declared.licenses = declared.license.iter().map(|license| license.text.clone()).collect();
    let home = get("Home-page").filter(|home| !home.text.eq_ignore_ascii_case("unknown"));
    declared.urls.extend(home.map(|home| Url { kind: url::kind_of(&home.text), text: home.text, line: home.line }));
    for (field, value) in &headers {
        match field.to_ascii_lowercase().as_str() {
            "project-url" => {
                let address = value.text.split_once(',').map_or(value.text.as_str(), |(_, address)| address.trim());
                declared.urls.push(Url { kind: url::kind_of(address), text: address.to_owned(), line: value.line });
            }
            "classifier" if value.text.starts_with("License ::") => {
                declared.facts.push(Fact::new(CLASSIFIER, value.text.clone(), value.line));
            }
            "license-file" => {
                let path = Root::around(path).resolve(value.text.as_bytes());
                declared.license_files.push(FileReference { text: value.text.clone(), line: value.line, path });
            }
            _ => {}
        }
    }
    parsed.declared.push(declared);
    parsed
}

/// A source distribution's own folder; the folder that holds the `.dist-info` or `.egg-info` of an installed one.
fn root(path: &RepoPath) -> Root {
    let Some(folder) = path.parent() else { return Root::Tree };
    if folder.as_bytes().ends_with(b".dist-info") || folder.as_bytes().ends_with(b".egg-info") {
        return Root::around(&folder);
    }
    Root::Folder(folder)
}

/// Headers up to the first empty line; continuation lines are left out, since only prose needs them.
fn headers(text: &str) -> impl Iterator<Item = (&str, Stated)> {
    let lines = text.lines().enumerate().take(MOST_LINES).take_while(|(_, line)| !line.trim().is_empty());
    lines.filter(|(_, line)| !line.starts_with([' ', '\t'])).filter_map(|(index, line)| {
        let (name, value) = line.split_once(':')?;
        Some((name, Stated::filled(value, index + 1)?))
    })
}

fn fill(declared: &mut Declared, name: Stated, version: Option<Stated>) {
    declared.ecosystem = Some(Ecosystem::Python);
    let text = version.as_ref().map(|version| version.text.as_str());
    declared.purls.extend(purl::of(Ecosystem::Python, &name.text, text).map(|text| Stated::new(text, name.line)));
    declared.name = Some(name);
    declared.version = version;
}

/// Reads `vendor.txt`: one `name==version` or `name @ address` a line.
pub(super) fn vendor(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let text = super::text(bytes);
    let mut parsed = Parsed::default();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let code = line.split(" #").next().unwrap_or(line);
        let requirement = code.split(';').next().unwrap_or(code).trim();
        if requirement.is_empty() || requirement.starts_with(['#', '-']) {
            continue;
        }
        let end = requirement.find(|letter: char| !(letter.is_alphanumeric() || "-_.".contains(letter)));
        let (name, rest) = requirement.split_at(end.unwrap_or(requirement.len()));
        let Some(name) = Stated::filled(name, number) else {
            parsed.problems.push(Problem::new(
                number,
                ProblemKind::Invalid,
                format!("`{requirement}` is no requirement"),
            ));
            continue;
        };
        // Extras in brackets say nothing about the version.
        let rest = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(rest, |(_, rest)| rest).trim();
        let folder = name.text.replace('-', "_");
        let root = Root::around(path).folder(folder.as_bytes());
        let mut declared = Declared::new(Format::PythonVendor, path, number, Role::Present, root);
        let version = rest.strip_prefix("===").or_else(|| rest.strip_prefix("=="));
        fill(&mut declared, name, version.and_then(|version| Stated::filled(version, number)));
        if let Some(address) = rest.strip_prefix('@').map(str::trim) {
            let bare = address.strip_prefix("git+").unwrap_or(address);
            let at = bare.rfind('@').filter(|at| bare[*at..].find('/').is_none() && bare[..*at].contains("://"));
            declared.revision = at.and_then(|at| Stated::filled(&bare[at + 1..], number));
            let kind = if address.starts_with("git+") { UrlKind::Repository } else { url::kind_of(bare) };
            declared.urls.push(Url { kind, text: bare[..at.unwrap_or(bare.len())].to_owned(), line: number });
        }
        parsed.declared.push(declared);
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn an_installed_and_a_source_distribution() {
        let text = b"Metadata-Version: 2.1\nName: Fish_Tank\nVersion: 1.2\nSummary: A tank.\nLicense: UNKNOWN\nLicense-File: LICENSE\nProject-URL: Source, https://github.com/fish/tank\nClassifier: License :: OSI Approved :: MIT License\nDescription: x\n        Name: other\n\nName: body\n";
        let parsed = metadata(&path("site/fish_tank-1.2.dist-info/METADATA"), text);
        let fish = &parsed.declared[0];
        assert_eq!(fish.root, Root::Folder(path("site")));
        assert_eq!(fish.purls[0].text, "pkg:pypi/fish-tank@1.2");
        assert!(fish.license.is_none() && fish.fact(CLASSIFIER).is_some());
        assert_eq!(fish.license_files[0].path, Some(path("site/fish_tank-1.2.dist-info/LICENSE")));
        assert_eq!(fish.urls[0].text, "https://github.com/fish/tank");
        let parsed = metadata(&path("tank/PKG-INFO"), text);
        assert_eq!(parsed.declared[0].root, Root::Folder(path("tank")));
        assert_eq!(metadata(&path("PKG-INFO"), b"Metadata-Version: 1\n").problems.len(), 1);
        assert_eq!(metadata(&path("PKG-INFO"), b""), Parsed::default());
    }

    #[test]
    fn lists_of_vendored_distributions() {
        let parsed = vendor(
            &path("_vendor/vendor.txt"),
            b"# text\nrequests[socks]==2.32.3 # text\n    certifi==2024.8.30 ; python_version > '3'\ntank @ git+https://h/tank.git@0123abc\n==1\n-r other.txt\n",
        );
        let found: Vec<_> = parsed.declared.iter().map(|d| (d.line, d.purls[0].text.as_str())).collect();
        assert_eq!(found, [(2, "pkg:pypi/requests@2.32.3"), (3, "pkg:pypi/certifi@2024.8.30"), (4, "pkg:pypi/tank")]);
        assert_eq!(parsed.declared[1].root, Root::Folder(path("_vendor/certifi")));
        assert_eq!(parsed.declared[2].revision, Some(Stated::new("0123abc", 4)));
        assert_eq!(parsed.declared[2].urls[0].text, "https://h/tank.git");
        assert_eq!(parsed.problems.len(), 1);
    }
}
