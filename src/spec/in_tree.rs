//! What the upstream tree says about a profile: its version, and which of the named paths it holds.

use super::facts::TreeFacts;
use crate::path::RepoPath;
use crate::profile::Profile;
use crate::text::glob;
use crate::tree::{Node, Tree, TreeError};

/// The most entries that are looked at for one library.
const ENTRIES: usize = 200_000;

/// The largest file that can tell a version, in bytes.
const VERSION_FILE: usize = 1 << 20;

/// Looks into the tree.
pub fn facts(profile: &Profile, tree: &dyn Tree) -> Result<TreeFacts, TreeError> {
    let mut found = TreeFacts { version: version(profile, tree)?, ..TreeFacts::default() };
    for library in &profile.packaging.libraries {
        let Some(path) = &library.path else { continue };
        let patterns: Vec<&String> = library.keep.iter().flatten().collect();
        if !exists(tree, path)? {
            found.absent.push((library.name.clone(), path.clone()));
        } else if !patterns.is_empty() {
            let fits = fitting(tree, path, &patterns)?;
            let unmatched = patterns.into_iter().zip(fits).filter(|(_, fits)| !fits);
            found.unmatched.extend(unmatched.map(|(pattern, _)| (library.name.clone(), pattern.clone())));
        }
    }
    for path in profile.packaging.keep.iter().flatten() {
        if !exists(tree, path)? {
            found.absent.push((String::new(), path.clone()));
        }
    }
    Ok(found)
}

fn version(profile: &Profile, tree: &dyn Tree) -> Result<Option<(String, String)>, TreeError> {
    let Some(file) = &profile.upstream.version_file else { return Ok(None) };
    let Ok(path) = RepoPath::parse(file.path.as_bytes()) else { return Ok(None) };
    let nodes = tree.read(&[path])?;
    let Some(Node::File(content)) = nodes.first() else { return Ok(None) };
    let text = String::from_utf8_lossy(content.data.get(..VERSION_FILE).unwrap_or(&content.data)).into_owned();
    Ok(file.version(&text).map(|version| (version, file.path.clone())))
}

/// True for a folder with something in it, or a file.
fn exists(tree: &dyn Tree, path: &str) -> Result<bool, TreeError> {
    let Ok(path) = RepoPath::parse(path.as_bytes()) else { return Ok(false) };
    if !tree.list(Some(&path))?.is_empty() {
        return Ok(true);
    }
    Ok(tree.ids(&[path])?.first().is_some_and(Option::is_some))
}

/// Which patterns fit a file below a folder.
fn fitting(tree: &dyn Tree, root: &str, patterns: &[&String]) -> Result<Vec<bool>, TreeError> {
    let plain: Vec<String> = patterns.iter().map(|pattern| pattern.replace("**", "*")).collect();
    let mut fits = vec![false; patterns.len()];
    let (mut folders, mut seen) = (vec![root.to_owned()], 0_usize);
    while let Some(folder) = folders.pop() {
        if seen > ENTRIES || fits.iter().all(|fits| *fits) {
            break;
        }
        let Ok(place) = RepoPath::parse(folder.as_bytes()) else { continue };
        for entry in tree.list(Some(&place))? {
            seen += 1;
            let path = format!("{folder}/{}", String::from_utf8_lossy(&entry.name));
            if entry.mode.is_none() {
                folders.push(path);
                continue;
            }
            for (pattern, fits) in plain.iter().zip(fits.iter_mut()) {
                *fits |= glob::fits(pattern.as_bytes(), path.as_bytes());
            }
        }
    }
    Ok(fits)
}
