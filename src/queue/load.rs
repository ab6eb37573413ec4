//! Reads a queue from disk, whatever its form.

use std::path::Path;

use bstr::{BString, ByteSlice};

use super::error::QueueError;
use super::{Queue, QueueForm, QueuePatch, mailbox};
use crate::io::{fs, shown};
use crate::patch::series::{Series, SeriesEntry};
use crate::patch::{self, PatchFile};
use crate::path::RepoPath;
use crate::text::display::terminal;
use crate::text::nearest::nearest;

/// Settings that a profile or a flag may give.
#[derive(Debug, Clone, Copy, Default)]
pub struct LoadOptions {
    /// The form; found out by looking where `None`.
    pub form: Option<QueueForm>,
    /// The strip level of patches whose list names none; 1 where `None`.
    pub strip: Option<usize>,
}

/// Reads the queue at `path`: a folder, a `series` file (or another list of that form) or a mailbox.
///
/// Every patch is read and checked, so that no later step meets a broken one.
pub fn load(path: &Path, options: &LoadOptions) -> Result<Queue, QueueError> {
    if fs::about(&path.join("."))?.is_some() {
        return load_folder(path, options);
    }
    let root = path.parent().unwrap_or(Path::new(""));
    let source = fs::read(path)?;
    let first = source.lines().next().unwrap_or_default();
    let is_mailbox = options.form.map_or_else(|| mailbox::begins(first), |form| form == QueueForm::Mailbox);
    let reader = Reader { root, list: shown(path), strip: options.strip.unwrap_or(1) };
    let name = file_name(path)?;
    if is_mailbox {
        return reader.mailbox(name, &source);
    }
    if options.form == Some(QueueForm::Electron) || (options.form.is_none() && name == ".patches") {
        return reader.listed(QueueForm::Electron, name, source);
    }
    // A patch is no list, though every line of it could be read as one.
    if patch::parse(&source).map_or(true, |patch| !patch.files.is_empty()) {
        return Err(QueueError::NoQueue { path: shown(path), near: None });
    }
    reader.listed(QueueForm::Quilt, name, source)
}

fn file_name(path: &Path) -> Result<String, QueueError> {
    let name = path.file_name().unwrap_or_default();
    name.to_str().map(str::to_owned).ok_or_else(|| QueueError::Name { name: terminal(name.as_encoded_bytes()) })
}

fn load_folder(path: &Path, options: &LoadOptions) -> Result<Queue, QueueError> {
    for (form, name) in [(QueueForm::Quilt, "series"), (QueueForm::Electron, ".patches")] {
        if options.form.is_none_or(|wanted| wanted == form)
            && let Some(source) = fs::read_optional(&path.join(name))?
        {
            let reader = Reader { root: path, list: shown(&path.join(name)), strip: options.strip.unwrap_or(1) };
            return reader.listed(form, name.to_owned(), source);
        }
    }
    let reader = Reader { root: path, list: shown(path), strip: options.strip.unwrap_or(1) };
    let names = patch_names(path)?;
    if names.is_empty() || options.form.is_some_and(|form| form != QueueForm::Folder) {
        let mut near = ["patches", "debian/patches"].into_iter().map(|below| path.join(below));
        let near = near.find_map(|near| fs::about(&near.join("series")).ok().flatten().map(|_| shown(&near)));
        return Err(QueueError::NoQueue { path: shown(path), near });
    }
    let entries = names.into_iter().map(|name| (name, reader.strip, false));
    let patches = entries.map(|(name, strip, reverse)| reader.patch(name, strip, reverse)).collect::<Result<_, _>>()?;
    Ok(reader.queue(QueueForm::Folder, None, BString::default(), patches))
}

/// The `*.patch` and `*.diff` files of a folder, by name.
fn patch_names(folder: &Path) -> Result<Vec<String>, QueueError> {
    let mut names = Vec::new();
    for name in fs::list(folder)? {
        let bytes = name.as_encoded_bytes();
        if !bytes.starts_with(b".") && (bytes.ends_with(b".patch") || bytes.ends_with(b".diff")) {
            names
                .push(name.into_string().map_err(|name| QueueError::Name { name: terminal(name.as_encoded_bytes()) })?);
        }
    }
    Ok(names)
}

struct Reader<'a> {
    root: &'a Path,
    /// The list as given, for messages.
    list: String,
    strip: usize,
}

impl Reader<'_> {
    fn queue(&self, form: QueueForm, list: Option<String>, list_source: BString, patches: Vec<QueuePatch>) -> Queue {
        Queue { form, root: self.root.to_owned(), list, list_source, aside: BString::default(), patches }
    }

    fn listed(&self, form: QueueForm, name: String, source: Vec<u8>) -> Result<Queue, QueueError> {
        let fail = |source| QueueError::Series { list: self.list.clone(), source };
        let series = match form {
            QueueForm::Electron => Series::parse_plain(&source),
            _ => Series::parse(&source),
        };
        let mut patches = Vec::new();
        for entry in series.map_err(fail)?.entries() {
            patches.push(self.entry(entry, &name)?);
        }
        let mut queue = self.queue(form, Some(name), BString::from(source), patches);
        queue.aside = self.aside(&queue)?;
        Ok(queue)
    }

    fn aside(&self, queue: &Queue) -> Result<BString, QueueError> {
        let Some(name) = queue.aside_name() else { return Ok(BString::default()) };
        Ok(BString::from(fs::read_optional(&self.root.join(name))?.unwrap_or_default()))
    }

    fn entry(&self, entry: &SeriesEntry, list_name: &str) -> Result<QueuePatch, QueueError> {
        let place = || (self.list.clone(), entry.line);
        let path = RepoPath::parse(&entry.name).map_err(|source| {
            let (list, line) = place();
            QueueError::Outside { list, line, source }
        })?;
        let name = entry.name.to_str().map_err(|_| QueueError::Name { name: terminal(&entry.name) })?;
        if path.as_bytes() == list_name.as_bytes() {
            let (list, line) = place();
            return Err(QueueError::Cycle { list, line, name: terminal(&entry.name) });
        }
        if fs::about(&self.root.join(name))?.is_none() {
            let (list, line) = place();
            return Err(QueueError::Missing { list, line, name: terminal(&entry.name), near: self.near(name) });
        }
        self.patch(name.to_owned(), entry.strip.unwrap_or(self.strip), entry.reverse)
    }

    /// A file in the same folder whose name is nearest to a missing one.
    fn near(&self, name: &str) -> Option<String> {
        let (folder, last) = name.rsplit_once('/').map_or(("", name), |(folder, last)| (folder, last));
        let names: Vec<String> =
            fs::list(&self.root.join(folder)).ok()?.into_iter().filter_map(|name| name.into_string().ok()).collect();
        let near = nearest(last, names.iter().map(String::as_str))?;
        Some(if folder.is_empty() { near.to_owned() } else { format!("{folder}/{near}") })
    }

    fn patch(&self, name: String, strip: usize, reverse: bool) -> Result<QueuePatch, QueueError> {
        let source = fs::read(&self.root.join(&name))?;
        let packed: [&[u8]; 4] = [&[0x1f, 0x8b], &[0xfd, b'7', b'z', b'X', b'Z'], b"BZh", &[0x28, 0xb5, 0x2f, 0xfd]];
        if packed.iter().any(|magic| source.starts_with(magic)) {
            return Err(QueueError::Compressed { name });
        }
        let patch = read_patch(&name, &source, strip, 1)?;
        Ok(QueuePatch { name, source: BString::from(source), patch, strip, reverse, exact: None })
    }

    fn mailbox(&self, name: String, source: &[u8]) -> Result<Queue, QueueError> {
        let (before, mails) = mailbox::mails(source);
        let mut patches = Vec::new();
        for (index, mail) in mails.iter().enumerate() {
            if let Some(encoding) = mailbox::encoding(mail.source) {
                return Err(QueueError::Encoded { name: self.list.clone(), line: mail.line, encoding });
            }
            let patch = read_patch(&self.list, mail.source, self.strip, mail.line)?;
            patches.push(QueuePatch {
                name: mailbox::name_of(index + 1, mail.source),
                source: BString::from(mail.source),
                patch,
                strip: self.strip,
                reverse: false,
                exact: None,
            });
        }
        let mut queue = self.queue(QueueForm::Mailbox, Some(name), BString::from(before), patches);
        queue.aside = self.aside(&queue)?;
        Ok(queue)
    }
}

/// Reads a patch and refuses one whose files lie outside of the tree; `first` is its first line in its file.
pub(super) fn read_patch(name: &str, source: &[u8], strip: usize, first: usize) -> Result<PatchFile, QueueError> {
    let patch = patch::parse(source).map_err(|mut source| {
        source.line += first - 1;
        QueueError::Patch { name: name.to_owned(), source }
    })?;
    for file in &patch.files {
        file.paths(strip, &|_| false)
            .map_err(|source| QueueError::Target { name: name.to_owned(), source: source.moved_by(first - 1) })?;
    }
    Ok(patch)
}
