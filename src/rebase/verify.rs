//! The gate: a written patch must apply to the new side with no fuzz and no offset and give exactly the merged files.

use std::collections::HashMap;
use std::sync::Arc;

use crate::patch::{self, Body, FilePatch, Operation, apply};
use crate::path::RepoPath;
use crate::queue::QueuePatch;
use crate::rebase::intent::{self, Intent};
use crate::rebase::outcome::FileChange;
use crate::rebase::{old_side, step};
use crate::tree::File;

/// Applies the `written` bytes strictly to the files before and compares with the files after.
///
/// `unchanged` gives the files that the patch only reads: the sources of its copies.
pub fn written(
    patch: &QueuePatch,
    written: &[u8],
    changes: &[FileChange],
    unchanged: &dyn Fn(&RepoPath) -> Option<File>,
) -> Result<(), String> {
    let parsed = patch::parse(written).map_err(|error| format!("it does not parse: {error}"))?;
    let parsed = if patch.reverse { step::reversed(&parsed) } else { parsed };
    let mut files: HashMap<RepoPath, Option<File>> =
        changes.iter().map(|change| (change.path.clone(), change.before.clone())).collect();
    let named = QueuePatch { patch: parsed, ..shell(patch) };
    for file in &named.patch.files {
        if let Operation::Copy { from, .. } = &file.header.operation
            && let Ok(from) = RepoPath::parse(from)
        {
            files.entry(from.clone()).or_insert_with(|| unchanged(&from));
        }
        one(&named, file, &mut files)?;
    }
    for change in changes {
        let got = files.get(&change.path).and_then(Option::as_ref);
        if got != change.after.as_ref() {
            return Err(format!("`{}` does not come out as merged", change.path));
        }
    }
    Ok(())
}

/// The patch without its content, for name lookups.
fn shell(patch: &QueuePatch) -> QueuePatch {
    QueuePatch {
        name: patch.name.clone(),
        source: Vec::new().into(),
        patch: patch::PatchFile::default(),
        strip: patch.strip,
        reverse: false,
        exact: None,
    }
}

fn one(patch: &QueuePatch, file: &FilePatch, files: &mut HashMap<RepoPath, Option<File>>) -> Result<(), String> {
    let exists = |path: &RepoPath| files.get(path).is_some_and(Option::is_some);
    let intent = intent::of(patch, file, &exists).map_err(|error| error.to_string())?;
    let before = intent.source().and_then(|path| files.get(path).cloned().flatten());
    let after = strict(file, before.as_ref()).map_err(|problem| format!("`{}`: {problem}", intent.name()))?;
    match &intent {
        Intent::Delete(path) => {
            if after.is_some_and(|file| !file.data.is_empty()) {
                return Err(format!("`{path}`: the deletion leaves lines behind"));
            }
            files.insert(path.clone(), None);
        }
        Intent::Rename { from, to } => {
            files.insert(from.clone(), None);
            files.insert(to.clone(), after);
        }
        Intent::Modify(path) | Intent::Create(path) | Intent::Copy { to: path, .. } => {
            files.insert(path.clone(), after);
        }
    }
    Ok(())
}

fn strict(file: &FilePatch, before: Option<&File>) -> Result<Option<File>, String> {
    let data: &[u8] = before.map_or(&[], |file| &file.data);
    let content = match &file.body {
        Body::Empty => data.to_vec(),
        Body::Hunks(hunks) => {
            apply::apply_exact(data, hunks).map_err(|hunk| format!("hunk {} does not apply exactly", hunk + 1))?
        }
        Body::Binary(binary) => binary.forward.apply(data).map_err(|error| error.to_string())?,
        Body::BinaryDiffers(_) => return Err("holds no content".into()),
    };
    Ok(Some(File { mode: old_side::mode_after(file, before), data: Arc::from(content) }))
}
