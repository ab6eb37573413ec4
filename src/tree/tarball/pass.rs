//! One pass through an archive.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::digest::GitHasher;
use crate::io::tar::{Kind, Member, Members};
use crate::io::{IoError, archive};
use crate::path::RepoPath;
use crate::progress::Progress;
use crate::tree::survey::Visitor;
use crate::tree::tarball::FILE_LIMIT;
use crate::tree::tarball::index::{self, Index, Row};
use crate::tree::tarball::names::{Name, Top};
use crate::tree::tarball::survey::Collected;
use crate::tree::{Mode, ObjectId, TreeError};

/// Files of a name that was asked for are kept as candidates for renames: so many of a name, so large, so much in all.
const CANDIDATES_PER_NAME: usize = 200;
const CANDIDATE_LIMIT: u64 = 1 << 20;
const CANDIDATE_BYTES: u64 = 64 << 20;

/// What a pass brings.
pub(super) struct Findings {
    pub(super) index: Index,
    pub(super) kept: Vec<(RepoPath, Arc<[u8]>)>,
    /// Hard links, which a visitor was not shown.
    pub(super) links: Vec<RepoPath>,
}

/// Goes through an archive, keeps the content of `wanted` and of candidates for them, and shows a visitor what it wants.
pub(super) fn run(
    path: &Path,
    wanted: &[RepoPath],
    visitor: Option<&dyn Visitor>,
    progress: Option<&Arc<dyn Progress>>,
) -> Result<Findings, TreeError> {
    let mut wanted: HashSet<RepoPath> = wanted.iter().cloned().collect();
    let mut top = Top::default();
    // At most: once more without a top folder, and once more for hard links whose first name was not asked for.
    loop {
        let mut pass = Pass::new(&wanted, top, visitor);
        let complete = pass.read(path, progress)?;
        if !complete {
            top = Top::Plain;
            visitor.inspect(|visitor| visitor.restart());
            continue;
        }
        let more: HashSet<RepoPath> = pass.resolve_links().difference(&wanted).cloned().collect();
        if more.is_empty() {
            return pass.finish(path);
        }
        top = pass.top;
        wanted.extend(more);
        visitor.inspect(|visitor| visitor.restart());
    }
}

struct Pass<'w> {
    wanted: &'w HashSet<RepoPath>,
    names: HashMap<&'w [u8], usize>,
    candidate_bytes: u64,
    top: Top,
    rows: HashMap<Vec<u8>, Row>,
    /// Hard links with their place in the archive and the member they name.
    links: HashMap<RepoPath, (usize, RepoPath)>,
    links_seen: usize,
    visitor: Option<&'w dyn Visitor>,
    linked: Vec<RepoPath>,
    kept: HashMap<RepoPath, Arc<[u8]>>,
}

impl<'w> Pass<'w> {
    fn new(wanted: &'w HashSet<RepoPath>, top: Top, visitor: Option<&'w dyn Visitor>) -> Self {
        Self {
            wanted,
            names: wanted.iter().map(|path| (path.file_name(), 0)).collect(),
            candidate_bytes: 0,
            top,
            rows: HashMap::new(),
            links: HashMap::new(),
            links_seen: 0,
            visitor,
            linked: Vec::new(),
            kept: HashMap::new(),
        }
    }

    /// Reads all members; false where the archive turns out not to have one top folder.
    fn read(&mut self, path: &Path, progress: Option<&Arc<dyn Progress>>) -> Result<bool, IoError> {
        let mut members = Members::new(archive::open(path, progress.cloned())?, path);
        while let Some(member) = members.next_member()? {
            let is_folder = member.kind == Kind::Directory;
            match self.top.place(&member.name, is_folder) {
                Ok(Name::Path(path)) => self.member(path, &member, &mut members)?,
                Ok(Name::Nothing) => {}
                Ok(Name::NotBelowTop) => return Ok(false),
                Err(error) => return Err(members.wrong(&format!("it holds a hostile name: {error}"))),
            }
        }
        Ok(true)
    }

    fn member<R: std::io::BufRead>(
        &mut self,
        path: RepoPath,
        member: &Member,
        members: &mut Members<R>,
    ) -> Result<(), IoError> {
        // What comes later in an archive replaces what came before.
        self.links.remove(&path);
        let row = match &member.kind {
            Kind::Other => return Ok(()),
            Kind::Directory => Row { mode: None, size: 0, id: None },
            Kind::Symlink(target) => {
                self.kept.insert(path.clone(), target.as_slice().into());
                Row { mode: Some(Mode::Symlink), size: target.len() as u64, id: Some(ObjectId::of_blob(target)) }
            }
            Kind::HardLink(target) => {
                match self.top.place(target, false) {
                    Ok(Name::Path(target)) if target != path => {
                        let order = self.links_seen;
                        self.links_seen += 1;
                        self.links.insert(path, (order, target));
                    }
                    Ok(Name::Path(_) | Name::Nothing) => {}
                    _ => return Err(members.wrong("it holds a hard link that leaves it")),
                }
                return Ok(());
            }
            Kind::File => {
                let mode = if member.executable { Mode::Executable } else { Mode::Regular };
                let id = self.content(&path, member, members)?;
                Row { mode: Some(mode), size: member.size, id }
            }
        };
        self.rows.insert(path.as_bytes().to_vec(), row);
        Ok(())
    }

    fn content<R: std::io::BufRead>(
        &mut self,
        path: &RepoPath,
        member: &Member,
        members: &mut Members<R>,
    ) -> Result<Option<ObjectId>, IoError> {
        self.kept.remove(path);
        if member.sparse && member.size > FILE_LIMIT {
            return Ok(None);
        }
        let mut hasher = GitHasher::new("blob", member.size);
        let mut collected = Collected::begin(self.visitor, path.as_bytes());
        let room = usize::try_from(member.size).unwrap_or(0);
        let mut kept = self.keeps(path, member.size).then(|| Vec::with_capacity(room));
        members.content(&mut |piece| {
            hasher.update(piece);
            if let Some(bytes) = &mut kept {
                bytes.extend_from_slice(piece);
            }
            if let Some(collected) = &mut collected {
                collected.take(piece);
            }
        })?;
        let id = ObjectId(hasher.finish());
        if let Some(bytes) = kept {
            self.kept.insert(path.clone(), bytes.into());
        }
        if let Some(collected) = collected {
            collected.end(self.visitor, path.as_bytes(), id, member.size);
        }
        Ok(Some(id))
    }

    fn keeps(&mut self, path: &RepoPath, size: u64) -> bool {
        if self.wanted.contains(path) {
            return size <= FILE_LIMIT;
        }
        let Some(count) = self.names.get_mut(path.file_name()) else { return false };
        let fits = size <= CANDIDATE_LIMIT && self.candidate_bytes + size <= CANDIDATE_BYTES;
        if !fits || *count >= CANDIDATES_PER_NAME {
            return false;
        }
        *count += 1;
        self.candidate_bytes += size;
        true
    }

    /// Gives hard links the content of what they name; returns the targets that a wanted link needs but were not kept.
    fn resolve_links(&mut self) -> HashSet<RepoPath> {
        let mut needed = HashSet::new();
        // A link may name a link that came before it, so the order of the archive resolves chains.
        let mut links: Vec<_> = std::mem::take(&mut self.links).into_iter().collect();
        links.sort_by_key(|(_, (order, _))| *order);
        for (link, (_, target)) in links {
            let Some(row) = self.rows.get(target.as_bytes()).cloned() else { continue };
            if row.mode.is_none() {
                continue;
            }
            match self.kept.get(&target).cloned() {
                Some(data) if self.wanted.contains(&link) => drop(self.kept.insert(link.clone(), data)),
                None if self.wanted.contains(&link) && row.size <= FILE_LIMIT => drop(needed.insert(target.clone())),
                _ => {}
            }
            self.rows.insert(link.as_bytes().to_vec(), row);
            self.linked.push(link);
        }
        needed
    }

    fn finish(self, path: &Path) -> Result<Findings, TreeError> {
        let too_large =
            || IoError::Archive { path: path.to_path_buf(), problem: "it holds too many names".into(), offset: 0 };
        let index = index::build(self.rows).ok_or_else(too_large)?;
        let mut kept: Vec<_> = self.kept.into_iter().collect();
        kept.retain(|(path, _)| index.find(path.as_bytes()).is_some());
        kept.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(Findings { index, kept, links: self.linked })
    }
}
