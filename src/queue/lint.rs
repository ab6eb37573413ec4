//! What the heads of a queue's patches leave unsaid: why a patch is carried, and what became of it upstream.
//!
//! Two conventions are read: DEP-3 (`Forwarded`, `Applied-Upstream`, `Origin`, `Bug...`, `Last-Update`;
//! <https://dep-team.pages.debian.net/deps/dep3/>) and Yocto's `Upstream-Status`
//! (<https://docs.yoctoproject.org/contributor-guide/recipe-style-guide.html>).

use std::collections::BTreeSet;
use std::path::Path;

use bstr::ByteSlice;

use super::{Queue, QueueForm, QueuePatch};
use crate::finding::{Finding, Rule, Severity};
use crate::io::{IoError, fs};
use crate::patch::date;
use crate::patch::dep3::Head;
use crate::patch::message::Message;
use crate::text::display::terminal;

/// The rules of this check.
pub const RULES: &[Rule] =
    &[NO_DESCRIPTION, NO_STATUS, NOT_FORWARDED, STATUS_UNKNOWN, DATE_UNREADABLE, EMPTY, UNLISTED];

const NO_DESCRIPTION: Rule = Rule {
    code: "patch-no-description",
    severity: Severity::Warning,
    summary: "a patch does not say why it is carried",
    explain: "The head has neither a `Subject` or `Description` nor any text. In two years nobody will know whether the patch may go. Write one \
              sentence that says why the distribution needs it.",
};
const NO_STATUS: Rule = Rule {
    code: "patch-no-status",
    severity: Severity::Warning,
    summary: "a patch does not say what its state upstream is",
    explain: "None of `Forwarded`, `Applied-Upstream`, `Origin: upstream` or `backport`, a `Bug` (DEP-3) and `Upstream-Status` (Yocto) is there, \
              and it is no commit of upstream. Fedora's guidelines ask for such a comment, too. Write `Forwarded: not-needed` where the patch is for \
              the distribution only, `Forwarded: no` where it is still to be sent, or the address where it was sent.",
};
const NOT_FORWARDED: Rule = Rule {
    code: "patch-not-forwarded",
    severity: Severity::Note,
    summary: "a patch is still to be sent upstream",
    explain: "Its head says `Forwarded: no` or `Upstream-Status: Pending`. A patch that upstream takes need never be carried again: \
              `forebay queue upstream PATCH` writes it as a mail without the distribution's own fields. Where upstream would not want it, \
              say `Forwarded: not-needed` or `Upstream-Status: Inappropriate [why]`.",
};
const STATUS_UNKNOWN: Rule = Rule {
    code: "patch-status-unknown",
    severity: Severity::Warning,
    summary: "a patch's status field has a word that the convention does not know",
    explain: "`Forwarded` takes `yes`, `no`, `not-needed` or an address. `Upstream-Status` takes `Pending`, `Submitted [where]`, \
              `Backport [which]`, `Denied`, `Inactive-Upstream [why]` or `Inappropriate [why]`. Programs that read the field cannot use another word.",
};
const DATE_UNREADABLE: Rule = Rule {
    code: "patch-date-unreadable",
    severity: Severity::Warning,
    summary: "the `Last-Update` of a patch is no date",
    explain: "DEP-3 wants `YYYY-MM-DD`. The date tells how long nobody has looked at the patch.",
};
const EMPTY: Rule = Rule {
    code: "patch-empty",
    severity: Severity::Warning,
    summary: "a patch changes nothing",
    explain: "The file holds no change of any file. Take it out of the queue, or restore its content.",
};
const UNLISTED: Rule = Rule {
    code: "patch-unlisted",
    severity: Severity::Warning,
    summary: "a patch file lies in the queue's folder but the list does not name it",
    explain: "No line of `series` (or `.patches`) names the file, not even a comment, so it is never applied and nobody will notice. \
              Add its line, or delete the file.",
};

/// Words of `Upstream-Status`.
const YOCTO: [&str; 6] = ["pending", "submitted", "backport", "denied", "inactive-upstream", "inappropriate"];

/// Looks at every patch's head, in the order of the queue, then for files that the list forgot.
pub fn lint(queue: &Queue) -> Result<Vec<Finding>, IoError> {
    let mut findings: Vec<Finding> = queue.patches.iter().flat_map(heads).collect();
    for name in unlisted(queue)? {
        let message = format!("no line of `{}` names it", queue.list.as_deref().unwrap_or("series"));
        findings.push(
            Finding::new(&UNLISTED, &name, "", message).at(name.as_str()).hint("add its line or delete the file"),
        );
    }
    Ok(findings)
}

fn heads(patch: &QueuePatch) -> Vec<Finding> {
    let head = Head::parse(&patch.patch.head);
    let message = Message::read(&patch.patch.head);
    let mut findings = Vec::new();
    let mut tell = |rule: &Rule, message: String, hint: &str| {
        findings.push(Finding::new(rule, &patch.name, "", message).at(patch.name.as_str()).hint(hint));
    };
    if patch.patch.files.is_empty() {
        tell(&EMPTY, "holds no change of any file".into(), "take it out of the queue");
    }
    if message.subject.is_empty() && message.body.is_empty() {
        tell(&NO_DESCRIPTION, "no subject and no description".into(), "say in one sentence why it is carried");
    }
    match status(&head) {
        Status::None if is_commit(patch) => {}
        Status::None => tell(
            &NO_STATUS,
            "no word about its state upstream".into(),
            "add `Forwarded: no`, `Forwarded: not-needed` or the address where it was sent",
        ),
        Status::Waits(field) => tell(&NOT_FORWARDED, field, &format!("forebay queue upstream {}", patch.name)),
        Status::Unknown(field) => tell(
            &STATUS_UNKNOWN,
            field,
            "use a word that the convention knows (`forebay explain patch-status-unknown`)",
        ),
        Status::Told => {}
    }
    if let Some(field) = head.field("last-update")
        && date::parse(&field.value()).is_none()
    {
        let message = format!("`Last-Update: {}` is no date", terminal(&field.value()));
        tell(&DATE_UNREADABLE, message, "write it as YYYY-MM-DD");
    }
    findings
}

/// What a head says about upstream.
enum Status {
    /// Nothing.
    None,
    /// That it is known, or that it is not for upstream.
    Told,
    /// That it is still to be sent; the field as it stands.
    Waits(String),
    /// Something that no convention knows; the field as it stands.
    Unknown(String),
}

fn status(head: &Head) -> Status {
    let shown = |name: &str, value: &[u8]| format!("`{name}: {}`", terminal(value));
    if let Some(field) = head.field("upstream-status") {
        let value = field.value();
        let word = value.fields_with(|c: char| c.is_whitespace() || matches!(c, '[' | ',' | '(' | ':')).next();
        let word = word.unwrap_or_default().to_ascii_lowercase();
        return match YOCTO.iter().find(|known| known.as_bytes() == word.as_slice()) {
            Some(&"pending") => Status::Waits(shown("Upstream-Status", &value)),
            Some(_) => Status::Told,
            None => Status::Unknown(shown("Upstream-Status", &value)),
        };
    }
    let upstream = head.field("origin").is_some_and(|field| {
        let value = field.value().to_ascii_lowercase();
        value.starts_with(b"upstream") || value.starts_with(b"backport") || value.starts_with(b"http")
    });
    if upstream || head.field("applied-upstream").is_some() {
        return Status::Told;
    }
    let Some(field) = head.field("forwarded") else {
        let bug = head.fields().any(|field| {
            let name = field.name.to_ascii_lowercase();
            name == b"bug" || name == b"link" || name == b"fixes"
        });
        return if bug { Status::Told } else { Status::None };
    };
    let value = field.value();
    let word =
        value.fields().next().unwrap_or_default().trim_end_with(|c| matches!(c, ',' | ';' | '.')).to_ascii_lowercase();
    match word.as_slice() {
        b"no" => Status::Waits(shown("Forwarded", &value)),
        b"yes" | b"not-needed" => Status::Told,
        _ if value.contains_str("://") || value.contains(&b'@') => Status::Told,
        _ => Status::Unknown(shown("Forwarded", &value)),
    }
}

/// True for a patch that `git cherry-pick -x` or Gerrit took from upstream's history.
fn is_commit(patch: &QueuePatch) -> bool {
    let head = &patch.patch.head;
    head.contains_str("(cherry picked from commit ")
        || head.contains_str("\nReviewed-on: http")
        || head.contains_str("\nCr-Commit-Position: ")
}

/// Patch files below the queue's folder that no line of its list names, not even a comment; sorted.
pub fn unlisted(queue: &Queue) -> Result<Vec<String>, IoError> {
    if !matches!(queue.form, QueueForm::Quilt | QueueForm::Electron) {
        return Ok(Vec::new());
    }
    let known: BTreeSet<&str> = queue.patches.iter().map(|patch| patch.name.as_str()).collect();
    let said: BTreeSet<&[u8]> = queue.list_source.lines().flat_map(ByteSlice::fields).collect();
    let aside: BTreeSet<&[u8]> = queue.aside.lines().flat_map(ByteSlice::fields).collect();
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), 0_usize)];
    while let Some((folder, depth)) = folders.pop() {
        for name in fs::list(&queue.root.join(&folder))? {
            let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            let ending = Path::new(name).extension().and_then(std::ffi::OsStr::to_str);
            let is_folder = fs::about(&queue.root.join(&path))?.is_some_and(|about| about.is_dir());
            if is_folder && depth < DEPTH {
                folders.push((path, depth + 1));
            } else if !is_folder
                && matches!(ending, Some("patch" | "diff"))
                && !known.contains(path.as_str())
                && !said.contains(path.as_bytes())
                && !aside.contains(path.as_bytes())
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Folders below the queue's that are looked into.
const DEPTH: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        let patch = crate::patch::parse(text.as_bytes()).unwrap();
        let patch =
            QueuePatch { name: "a.patch".into(), source: text.into(), patch, strip: 1, reverse: false, exact: None };
        heads(&patch).into_iter().map(|finding| finding.code).collect()
    }

    const CHANGE: &str = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n";

    #[test]
    fn what_a_head_leaves_unsaid_is_found() {
        let with = |head: &str| codes(&format!("{head}{CHANGE}"));
        assert_eq!(with(""), ["patch-no-description", "patch-no-status"]);
        assert_eq!(with("Description: why\n\n"), ["patch-no-status"]);
        assert_eq!(with("Description: why\nForwarded: not-needed\n\n"), [""; 0]);
        assert_eq!(with("Description: why\nForwarded: no\n\n"), ["patch-not-forwarded"]);
        assert_eq!(with("Description: why\nForwarded: maybe\n\n"), ["patch-status-unknown"]);
        assert_eq!(
            with("Description: why\nForwarded: https://x.org/1\nLast-Update: soon\n\n"),
            ["patch-date-unreadable"]
        );
        assert_eq!(with("Description: why\nOrigin: upstream, https://x.org/1\n\n"), [""; 0]);
        assert_eq!(with("Subject: why\n\nUpstream-Status: Pending\n\n"), ["patch-not-forwarded"]);
        assert_eq!(with("Subject: why\n\nUpstream-Status: Inappropriate [oe specific]\n\n"), [""; 0]);
        assert_eq!(with("Subject: why\n\nUpstream-Status: Dunno\n\n"), ["patch-status-unknown"]);
        assert_eq!(with("Subject: why\n\n(cherry picked from commit 0123456789)\n\n"), [""; 0]);
        assert_eq!(codes("Description: why\nForwarded: yes\n"), ["patch-empty"]);
    }

    #[test]
    fn files_that_the_list_forgot_are_found_and_comments_count_as_named() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let whole = format!("Description: why\nForwarded: yes\n\n{CHANGE}");
        for name in ["a.patch", "sub/b.patch", "sub/c.diff", "d.patch"] {
            write(name, &whole);
        }
        write("sub/readme.txt", "no patch");
        write("series", "a.patch\n# d.patch  waits\n");
        let queue = crate::queue::load(root.path(), &crate::queue::LoadOptions::default()).unwrap();
        let found = lint(&queue).unwrap();
        let names: Vec<&str> = found.iter().map(|finding| finding.component.as_str()).collect();
        assert_eq!(names, ["sub/b.patch", "sub/c.diff"]);
        assert!(found.iter().all(|finding| finding.code == "patch-unlisted"));
    }
}
