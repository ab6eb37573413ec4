//! Repositories inside of a repository: `.gitmodules` of git, `.gitrepo` of git-subrepo.
//!
//! Source: git's `gitmodules` manual page; the README of git-subrepo. The revision of a submodule stands in the tree of git,
//! not in the file; that of a subrepo stands in the file.
//!
//! Facts: [`BRANCH`].

use super::ini;
use super::{Declared, Fact, Format, Parsed, Problem, ProblemKind, Role, Root, Url, UrlKind};
use crate::path::RepoPath;

/// Fact: the branch that is followed.
pub const BRANCH: &str = "branch";

/// Reads `.gitmodules`.
pub(super) fn gitmodules(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    for section in ini::sections(&super::text(bytes)) {
        if !section.name.starts_with("submodule") {
            continue;
        }
        let (Some(folder), Some(address)) = (section.get("path"), section.get("url")) else {
            let what = format!("`{}` has no `path` or no `url`", section.name);
            parsed.problems.push(Problem::new(section.line, ProblemKind::Missing, what));
            continue;
        };
        let root = Root::around(path).folder(folder.text.trim_end_matches('/').as_bytes());
        let mut declared = Declared::new(Format::Gitmodules, path, section.line, Role::Fetched, root);
        fill(&mut declared, &section, address);
        parsed.declared.push(declared);
    }
    parsed
}

/// Reads `.gitrepo`.
pub(super) fn gitrepo(path: &RepoPath, bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    for section in ini::sections(&super::text(bytes)).into_iter().filter(|section| section.name == "subrepo") {
        let Some(address) = section.get("remote") else {
            parsed.problems.push(Problem::new(section.line, ProblemKind::Missing, "`subrepo` has no `remote`"));
            continue;
        };
        let mut declared = Declared::new(Format::Gitrepo, path, section.line, Role::Present, Root::around(path));
        declared.revision = section.get("commit");
        fill(&mut declared, &section, address);
        parsed.declared.push(declared);
    }
    parsed
}

/// Name, address, branch.
fn fill(declared: &mut Declared, section: &ini::Section, address: super::Stated) {
    let name = address.text.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    declared.name = super::Stated::filled(name.strip_suffix(".git").unwrap_or(name), address.line);
    declared.urls.push(Url { kind: UrlKind::Repository, text: address.text, line: address.line });
    declared.facts.extend(section.get("branch").map(|branch| Fact::new(BRANCH, branch.text, branch.line)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn submodules_and_subrepos() {
        let path = RepoPath::parse(b"sub/.gitmodules").unwrap();
        let parsed = gitmodules(&path, b"[submodule \"x\"]\n\tpath = third_party/fish/\n\turl = ../fish.git\n\tbranch = main\n[submodule \"y\"]\n\tpath = y\n[core]\n");
        let fish = &parsed.declared[0];
        assert_eq!(fish.root, Root::Folder(RepoPath::parse(b"sub/third_party/fish").unwrap()));
        assert_eq!(fish.name.as_ref().unwrap().text, "fish");
        assert_eq!(fish.fact(BRANCH).unwrap().line, 4);
        assert_eq!(parsed.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [5]);
        let path = RepoPath::parse(b"ext/fish/.gitrepo").unwrap();
        let parsed = gitrepo(&path, b"; text\n[subrepo]\n\tremote = git@h:x/fish.git\n\tcommit = 0123\n");
        assert_eq!(parsed.declared[0].revision.as_ref().unwrap().text, "0123");
        assert_eq!(parsed.declared[0].name.as_ref().unwrap().text, "fish");
    }
}
