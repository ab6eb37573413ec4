//! The conflict workspace: what a person edits. [`crate::rebase::handed_back`] reads it again.
//!
//! ```text
//! conflicts/012-fix-printing/README.txt      what to do
//!                            conflict.json   the same for editors and other programs
//!                            edit/ui/a.cc    upstream's new file with the hunks that fit, markers where one did not
//!                            base/ ours/ theirs/   the three sides, whole
//!                            before/         edits made against an earlier state, where a rerun changed the conflict
//! ```
//!
//! The files to edit have a folder of their own, so that no upstream path (`README.txt`, `base/…`) can stand in the way.
//! Symlinks are written as plain files that hold the target; nothing that is written or read follows a link.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::digest;
use crate::io::{fs, stage};
use crate::path::RepoPath;
use crate::rebase::handed_back::{Edit, edited, read_plain, relative};
use crate::rebase::journal::{self, ByteText};
use crate::rebase::markers;
use crate::rebase::outcome::{FileConflict, Outcome, PatchOutcome};
use crate::rebase::state_error::StateError;
use crate::text::display;
use crate::tree::{File, Mode};

/// Names the form of `conflict.json`.
pub const SCHEMA: &str = "forebay.conflict/1";

/// One patch that waits for a person: the content of `conflict.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatchConflict {
    /// Always `forebay.conflict/1`.
    pub schema: String,
    /// The patch.
    pub patch: String,
    /// Its place in the queue, from 1.
    pub position: usize,
    /// Why it could not be placed.
    pub reason: String,
    /// The files to edit.
    pub files: Vec<ConflictFile>,
}

/// One file to edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictFile {
    /// Its path in the new tree.
    pub path: ByteText,
    /// Where it lies below the side folders (`edit`, `base`, `ours`, `theirs`); the path, unless that cannot be a file name here.
    pub place: ByteText,
    /// Its mode as git writes it.
    pub mode: String,
    /// One sentence for a conflict of the whole file, else empty.
    pub note: String,
    /// The numbers of the hunks that need a person.
    pub hunks: Vec<usize>,
    /// Digests of the sides; `null` where a side has no such file.
    pub sides: Sides,
    /// Lines that look like markers but are text of one of the sides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub innocent: Vec<ByteText>,
    /// True where an edit made against an earlier state lies in `before/`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_before: bool,
    /// The conflicts inside, in order.
    pub regions: Vec<RegionRecord>,
}

/// Digests (SHA-256) of the four contents of a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sides {
    /// Old upstream.
    pub base: Option<String>,
    /// New upstream.
    pub ours: Option<String>,
    /// Old upstream with the patch.
    pub theirs: Option<String>,
    /// The file to edit as it was written.
    pub edit: Option<String>,
}

/// One conflict inside a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionRecord {
    /// The hunk's number, where the regions correspond to hunks one to one.
    pub hunk: Option<usize>,
    /// The line of `<<<<<<<` in the file to edit, 1-based.
    pub first_line: usize,
    /// The line of `>>>>>>>`.
    pub last_line: usize,
    /// The old upstream text.
    pub base: String,
    /// The new upstream text.
    pub ours: String,
    /// The old upstream text with the patch.
    pub theirs: String,
    /// True where a text had bytes that are not UTF-8, which stand as `\xNN`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lossy: bool,
}

/// The folder's name for a patch: its place in the queue and a plain form of its name.
pub fn folder_name(position: usize, patch: &str) -> String {
    let plain = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '+' => character,
        _ => '-',
    };
    let name: String = patch.chars().map(plain).take(80).collect();
    let name = name.trim_end_matches(".patch").trim_end_matches(".diff").trim_matches(['-', '.']);
    format!("{position:03}-{name}").trim_end_matches('-').to_owned()
}

/// Writes the workspace of all conflicts of `outcome` into `folder` (which must not exist), carrying over what was already
/// edited in `previous`: as the file to edit where the conflict is the same, else beside it in `before/`.
pub fn write(folder: &Path, previous: &Path, outcome: &Outcome) -> Result<Vec<PatchConflict>, StateError> {
    fs::remove_dir(folder)?;
    let mut open = Vec::new();
    let earlier = load_all(previous)?;
    fs::create_dir(folder)?;
    for (position, patch) in (1..).zip(&outcome.patches).filter(|(_, patch)| !patch.conflicts.is_empty()) {
        let reason = outcome.report.patches.iter().find(|row| row.name == patch.name).map(|row| row.reason.clone());
        let mut record = record(position, patch, reason.unwrap_or_default());
        let own = folder.join(folder_name(position, &patch.name));
        stage::create_folder(&own)?;
        for (file, conflict) in record.files.iter_mut().zip(&patch.conflicts) {
            write_sides(&own, file, conflict)?;
            if let Some((from, before)) = earlier.get(&patch.name) {
                carry(&own, file, from, before)?;
            }
        }
        let json = own.join("conflict.json");
        stage::create(&json, &journal::to_json(&json, &record)?, None)?;
        stage::create(&own.join("README.txt"), readme(&record).as_bytes(), None)?;
        open.push(record);
    }
    Ok(open)
}

/// Reads every `conflict.json` of a workspace, by patch name, with its folder.
pub fn load_all(folder: &Path) -> Result<BTreeMap<String, (PathBuf, PatchConflict)>, StateError> {
    let mut found = BTreeMap::new();
    for name in fs::list(folder)? {
        let own = folder.join(name);
        if fs::about(&own)?.is_some_and(|about| about.is_dir())
            && let Some(record) = journal::load::<PatchConflict>(&own.join("conflict.json"), SCHEMA)?
        {
            found.insert(record.patch.clone(), (own, record));
        }
    }
    Ok(found)
}

fn record(position: usize, patch: &PatchOutcome, reason: String) -> PatchConflict {
    let mut places = Places::default();
    let files = patch.conflicts.iter().map(|conflict| conflict_file(conflict, &mut places)).collect();
    PatchConflict { schema: SCHEMA.into(), patch: patch.name.clone(), position, reason, files }
}

fn conflict_file(conflict: &FileConflict, places: &mut Places) -> ConflictFile {
    let sum = |file: &Option<File>| file.as_ref().map(|file| digest::hex(&digest::sha256(&file.data)));
    let sides = [&conflict.base, &conflict.ours, &conflict.theirs];
    let innocent: BTreeSet<Vec<u8>> =
        sides.into_iter().flatten().flat_map(|file| markers::marker_like(&file.data)).collect();
    let shape = [&conflict.merged, &conflict.theirs, &conflict.ours, &conflict.base];
    let mode = shape.into_iter().flatten().next().map_or(Mode::Regular, |file| file.mode);
    ConflictFile {
        path: ByteText::new(conflict.path.as_bytes()),
        place: ByteText::new(&places.take(&conflict.path)),
        mode: mode_text(mode).into(),
        note: conflict.note.clone(),
        hunks: conflict.hunks.clone(),
        sides: Sides {
            base: sum(&conflict.base),
            ours: sum(&conflict.ours),
            theirs: sum(&conflict.theirs),
            edit: sum(&conflict.merged),
        },
        innocent: innocent.iter().map(|line| ByteText::new(line)).collect(),
        has_before: false,
        regions: regions(conflict),
    }
}

fn regions(conflict: &FileConflict) -> Vec<RegionRecord> {
    let found = conflict.merged.as_ref().map(|file| markers::regions(&file.data)).unwrap_or_default();
    let one_to_one = found.len() == conflict.hunks.len();
    let numbered = found.into_iter().enumerate();
    numbered
        .map(|(number, region)| {
            let [base, ours, theirs] = [&region.base, &region.ours, &region.theirs].map(|text| display::utf8(text));
            RegionRecord {
                hunk: if one_to_one { conflict.hunks.get(number).copied() } else { None },
                first_line: region.first_line,
                last_line: region.last_line,
                lossy: base.lossy || ours.lossy || theirs.lossy,
                base: base.text,
                ours: ours.text,
                theirs: theirs.text,
            }
        })
        .collect()
}

/// Gives each path a place that can exist beside the others: no name too long, no file where another needs a folder.
#[derive(Default)]
struct Places {
    files: BTreeSet<Vec<u8>>,
    folders: BTreeSet<Vec<u8>>,
}

impl Places {
    fn take(&mut self, path: &RepoPath) -> Vec<u8> {
        let plain = path.as_bytes().to_vec();
        let folders: BTreeSet<Vec<u8>> =
            plain.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(end, _)| plain[..end].to_vec()).collect();
        let fits = path.parts().all(|part| part.len() <= 200)
            && plain.len() <= 2000
            && !self.files.contains(&plain)
            && !self.folders.contains(&plain)
            && folders.iter().all(|folder| !self.files.contains(folder));
        let place = if fits { plain } else { digest::hex(&digest::sha256(&plain)).into_bytes() };
        if fits {
            self.folders.extend(folders);
        }
        self.files.insert(place.clone());
        place
    }
}

fn write_sides(own: &Path, file: &ConflictFile, conflict: &FileConflict) -> Result<(), StateError> {
    let sides =
        [("edit", &conflict.merged), ("base", &conflict.base), ("ours", &conflict.ours), ("theirs", &conflict.theirs)];
    for (side, content) in sides {
        if let Some(content) = content {
            let mode =
                (side == "edit").then_some(content.mode).and_then(|mode| (mode == Mode::Executable).then_some(0o755));
            put(own, side, file, &content.data, mode)?;
        }
    }
    Ok(())
}

fn put(own: &Path, side: &str, file: &ConflictFile, bytes: &[u8], mode: Option<u32>) -> Result<(), StateError> {
    let path = own.join(side).join(relative(file)?);
    if let Some(parent) = path.parent() {
        fs::create_dir(parent)?;
    }
    Ok(stage::create(&path, bytes, mode)?)
}

/// Takes over what a person did to a file in an earlier workspace.
fn carry(own: &Path, file: &mut ConflictFile, from: &Path, before: &PatchConflict) -> Result<(), StateError> {
    let Some(old) = before.files.iter().find(|old| old.path == file.path) else { return Ok(()) };
    let Ok(edited) = edited(from, old) else { return Ok(()) };
    if old.sides == file.sides {
        let path = own.join("edit").join(relative(file)?);
        if edited != Edit::Nothing {
            fs::remove_file(&path)?;
        }
        if let Edit::Content((bytes, mode)) = edited {
            put(own, "edit", file, &bytes, mode)?;
        }
        if old.has_before {
            carry_before(own, file, from, old)?;
        }
    } else if let Edit::Content((bytes, mode)) = edited {
        put(own, "before", file, &bytes, mode)?;
        file.has_before = true;
    } else if old.has_before {
        carry_before(own, file, from, old)?;
    }
    Ok(())
}

fn carry_before(own: &Path, file: &mut ConflictFile, from: &Path, old: &ConflictFile) -> Result<(), StateError> {
    if let Ok(Some((bytes, mode))) = read_plain(&from.join("before"), &relative(old)?) {
        put(own, "before", file, &bytes, mode)?;
        file.has_before = true;
    }
    Ok(())
}

/// The mode as git writes it.
pub(crate) fn mode_text(mode: Mode) -> &'static str {
    match mode {
        Mode::Regular => "100644",
        Mode::Executable => "100755",
        Mode::Symlink => "120000",
        Mode::Submodule => "160000",
    }
}

/// The mode that git writes so.
pub(crate) fn mode_of(text: &str) -> Option<Mode> {
    [Mode::Regular, Mode::Executable, Mode::Symlink, Mode::Submodule].into_iter().find(|mode| mode_text(*mode) == text)
}

fn readme(record: &PatchConflict) -> String {
    use std::fmt::Write as _;
    let mut out = format!("{}\n{}\n\nTo decide:\n", record.patch, record.reason);
    for file in &record.files {
        let place = display::terminal(file.place.as_bytes());
        let _ = writeln!(out, "  edit/{place}");
        if !file.note.is_empty() {
            let _ = writeln!(out, "      {}", file.note);
        }
        if file.place != file.path {
            let _ = writeln!(out, "      stands for {}", display::terminal(file.path.as_bytes()));
        }
        for region in &file.regions {
            let hunk = region.hunk.map(|hunk| format!(", hunk {hunk}")).unwrap_or_default();
            let _ = writeln!(out, "      lines {} to {}{hunk}", region.first_line, region.last_line);
        }
        if file.has_before {
            let _ = writeln!(out, "      your edit against the state before is in before/{place}");
        }
    }
    out.push_str(HOW);
    out
}

const HOW: &str = "
Between the markers: ours = new upstream, base = old upstream, theirs = old upstream with the patch.
The whole files are in ours/, base/ and theirs/; everything outside of the markers is already done.

  forebay continue   when no marker is left (delete the file to have it deleted)
  forebay skip       to leave the patch out
  forebay abort      to restore the state before the rebase
";
