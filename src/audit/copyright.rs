//! `debian/copyright` as a second opinion: what Debian says about the licence of a component, beside what is declared.
//!
//! By the format's own rule the last paragraph that fits a file speaks for it, and `*` also stands for slashes. A paragraph for the
//! whole tree fits every file of it and says nothing about one component; so an opinion counts only where the pattern
//! itself reaches into the component's folder.

use crate::audit::check::Facts;
use crate::audit::report::Component;
use crate::audit::rules::COPYRIGHT_DIFFERS;
use crate::finding::Finding;
use crate::license::{Expression, normalize};
use crate::manifest::debian_copyright::Pattern;
use crate::manifest::{Declared, Parsed, Role};
use crate::path::RepoPath;

use super::declare::folder_of_root;

/// What all files of the form of `debian/copyright` say.
#[derive(Debug, Default)]
pub struct Opinions {
    files: Vec<Vec<Opinion>>,
}

/// One paragraph: which files it is about and what it says of them.
#[derive(Debug)]
pub struct Opinion {
    patterns: Vec<Pattern>,
    /// The licence, where it is one that SPDX knows.
    pub license: Option<Expression>,
    /// The licence as written.
    pub text: String,
    /// Where the licence stands, as `file:line`.
    pub place: String,
}

impl Opinions {
    /// Gathers the paragraphs of manifests, the first ones being the least trusted.
    pub fn new<'m>(manifests: impl Iterator<Item = &'m (RepoPath, Parsed)>) -> Self {
        let files = manifests.map(|(_, parsed)| parsed.declared.iter().filter_map(Opinion::new).collect());
        Self { files: files.filter(|file: &Vec<Opinion>| !file.is_empty()).collect() }
    }

    /// What is said about a component at a folder, and about no larger part of the tree.
    pub fn about(&self, folder: &[u8]) -> Option<&Opinion> {
        if folder.is_empty() {
            return None;
        }
        // Any file of it: no pattern in use names this one.
        let file = [folder, b"/\x01"].concat();
        self.files.iter().rev().find_map(|paragraphs| {
            let last =
                paragraphs.iter().rev().find(|paragraph| paragraph.patterns.iter().any(|one| one.fits(&file)))?;
            let reaches = |pattern: &Pattern| pattern.fits(&file) && pattern.beginning().starts_with(folder);
            last.patterns.iter().any(reaches).then_some(last)
        })
    }
}

impl Opinion {
    fn new(said: &Declared) -> Option<Self> {
        let license = said.license.as_ref().filter(|_| said.role == Role::Licensing)?;
        let root = folder_of_root(&said.root)?;
        let patterns = said.files.iter().map(|glob| Pattern::below(&root, glob.text.as_bytes())).collect();
        let known = normalize(&license.text).expression.filter(|one| one.ids().iter().all(|id| is_known(id)));
        Some(Self {
            patterns,
            license: known,
            text: license.text.clone(),
            place: format!("{}:{}", said.path, license.line),
        })
    }
}

/// A name that only the file itself explains cannot be compared.
fn is_known(id: &str) -> bool {
    !id.starts_with("LicenseRef-")
}

/// Where Debian's opinion and that of the report have no licence in common.
pub fn differences(facts: &Facts<'_>) -> Vec<Finding> {
    facts.components.iter().filter_map(|component| difference(facts, component)).collect()
}

fn difference(facts: &Facts<'_>, component: &Component) -> Option<Finding> {
    let opinion = facts.opinions.about(component.root.as_bytes())?;
    let theirs = opinion.license.as_ref()?;
    let ours = Expression::parse(component.license.spdx.as_ref()?).ok()?;
    let (ours_ids, theirs_ids) = (ours.ids(), theirs.ids());
    if ours_ids.iter().any(|id| theirs_ids.contains(id)) || !ours_ids.iter().all(|id| is_known(id)) {
        return None;
    }
    let message =
        format!("{} is {ours} here, and {} by its paragraph in debian/copyright", component.name, opinion.text);
    let finding = Finding::new(&COPYRIGHT_DIFFERS, &component.id, "", message).at(opinion.place.clone());
    let draft = facts.declared.iter().find(|(one, _)| one.id == component.id).map(|(_, draft)| *draft);
    let mut stated = draft.into_iter().flat_map(|draft| &draft.said);
    let stated = stated.find_map(|said| Some(format!("{}:{}", said.path, said.license.as_ref()?.line)));
    let places = stated.or_else(|| component.license.source.clone());
    Some(places.into_iter().fold(finding, Finding::at).hint("read the licence text; correct whichever is wrong"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{Format, parse};

    fn opinions(text: &str) -> Opinions {
        let path = RepoPath::parse(b"debian/copyright").unwrap();
        let parsed = parse(Format::DebianCopyright, &path, format!("Format: x\n\n{text}").as_bytes());
        Opinions::new([(path, parsed)].iter())
    }

    #[test]
    fn the_last_paragraph_that_reaches_into_the_folder_speaks() {
        let text = "Files: *\nLicense: BSD-3-clause\n\nFiles: lib/zlib/*\nLicense: Zlib\n\nFiles: lib/zlib/contrib/* lib/png*\nLicense: MIT\n\nFiles: lib/late/*\nLicense: MIT\n\nFiles: lib/l*\nLicense: ISC\n";
        let all = opinions(text);
        let said = |folder: &str| all.about(folder.as_bytes()).map(|one| (one.text.as_str(), one.place.as_str()));
        assert_eq!(said("lib/zlib"), Some(("Zlib", "debian/copyright:7")));
        assert_eq!(said("lib/zlib/contrib"), Some(("MIT", "debian/copyright:10")));
        assert_eq!(said("lib/png"), Some(("MIT", "debian/copyright:10")));
        // Said of the whole tree, of files around it, by a later paragraph for more than it, of nothing.
        assert_eq!((said("lib/other"), said("lib"), said("lib/late"), said("")), (None, None, None, None));
    }

    #[test]
    fn names_that_only_the_file_explains_are_no_licence() {
        let all = opinions("Files: a/*\nLicense: Permissive-of-somebody\n\nFiles: b/*\nLicense: GPL-2+ or Expat\n");
        assert!(all.about(b"a").is_some_and(|one| one.license.is_none()));
        let b = all.about(b"b").and_then(|one| one.license.as_ref()).map(ToString::to_string);
        assert_eq!(b.as_deref(), Some("GPL-2.0-or-later OR MIT"));
    }
}
