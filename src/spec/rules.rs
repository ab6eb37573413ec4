//! What can be wrong with a spec, or with what a profile wants to write into it.

use crate::finding::{Rule, Severity};

macro_rules! rules {
    ($($name:ident $severity:ident $code:literal $summary:literal $explain:literal)*) => {
        $(
            #[doc = $summary]
            pub const $name: Rule =
                Rule { code: $code, severity: Severity::$severity, summary: $summary, explain: $explain };
        )*
        /// The rules of `forebay spec`.
        pub const RULES: &[Rule] = &[$($name),*];
    };
}

rules! {
    STALE Error "spec-stale" "a region of the spec no longer says what profile, queue and audit say"
        "The region is as forebay wrote it, but something it is made from has changed since. Run `forebay spec update`; `--dry-run` shows the difference first."
    HAND_EDITED Error "spec-hand-edited" "a region of the spec was changed by hand"
        "The text between the markers no longer matches the hash in the first marker, so a person has changed it. Move the change into the profile, or out of the region; `forebay spec update --force` writes the region anew and keeps the old body in a file beside the spec."
    PATCH_MISSING Error "spec-patch-missing" "the spec names a patch that is not in the queue"
        "rpmbuild fails when a patch file is missing, while `rpmspec -P` says nothing. Remove the tag and the line that applies it, or add the file to the queue."
    PATCH_UNTAGGED Error "spec-patch-untagged" "a patch of the queue has no tag in the spec"
        "The patch is in the queue but the spec does not name it, so it is not applied. Add the region `patches`, or write the tag."
    PATCH_STATUS Error "spec-patch-status" "a patch does not tell its upstream status"
        "The profile says `status = \"required\"`. Add a DEP-3 field (`Forwarded:`, `Applied-Upstream:`, `Origin:`, `Bug:`) or `Upstream-Status:` to the head of the patch."
    PATCH_CLASH Error "spec-patch-clash" "two patch tags have the same number or the same file"
        "rpm refuses two patches with one number, and two patches whose names differ only in the folder are the same file to it. Renumber or rename one of them."
    PATCH_UNDECLARED Error "spec-patch-undeclared" "a line applies a patch number that no tag declares"
        "`rpmbuild` stops with `No patch number N`, while `rpmspec -P` exits with 0. Remove the line or declare the patch."
    PATCH_UNAPPLIED Warning "spec-patch-unapplied" "a patch is declared but no line applies it"
        "The patch is in the source package but changes nothing. Apply it or remove it."
    PATCH_CONDITIONAL Warning "spec-patch-conditional" "a patch or source is declared inside of a condition"
        "A source package that is built where the condition fails lacks the file and cannot be rebuilt elsewhere. Declare it always and put the condition around the line that applies it."
    PATCH_BINARY Error "spec-patch-binary" "a patch holds a binary change that GNU patch cannot apply"
        "`%autosetup`, `%autopatch` and `%patch` use GNU patch, which refuses git's binary patches. Use `%autosetup -S git_am`, or replace the file in %prep."
    PATCH_FUZZ Warning "spec-patch-fuzz" "the spec lets patches apply with fuzz"
        "With `_default_patch_fuzz` above 0 a patch may land at a wrong place without a word. `forebay rebase` writes patches that need none; remove the line."
    PATCH_OUTSIDE Error "spec-patch-outside" "a patch belongs to no group of the profile"
        "Every patch gets its number from a `[[patches.group]]`. Add a pattern to `patches` of a group, leave one group without patterns for all others, or widen a range."
    RANGE_FULL Error "spec-range-full" "a group has no free number for a patch"
        "Numbers stay with their patch for life, so a full range cannot take a new one. Widen `range`."
    RANGE_OVERLAP Error "spec-range-overlap" "the ranges of two groups overlap"
        "A number would belong to two groups. Give every group its own numbers, or put a narrow range wholly inside of a wide one and before it."
    BUNDLED_MISSING Error "spec-bundled-missing" "a bundled component has no `bundled()` in the spec"
        "The audit found the component in what is shipped. Policy wants `Provides: bundled(NAME) = VERSION` for each, so that a security fix can find the copies. Name it as `[lib.NAME]` in the profile or add the line."
    BUNDLED_STALE Error "spec-bundled-stale" "a `bundled()` tells another version than the tree"
        "Versions of bundled copies are read from the tree by the audit; the spec says another one. Run `forebay spec update`, or correct the line."
    BUNDLED_GONE Warning "spec-bundled-gone" "a `bundled()` names something that the audit does not find"
        "The library may have left the tree, or have another name there. Remove the line, or set `path` in `[lib.NAME]`."
    BUNDLED_ILLEGAL Error "spec-bundled-illegal" "a `bundled()` has a version that rpm refuses or misreads"
        "rpm refuses two `-`, and reads what follows a blank as another capability without a word. forebay writes such versions in a form that rpm takes and keeps the original in a comment."
    BUNDLED_MISSPELT Warning "spec-bundled-misspelt" "the name in `bundled()` differs from the name of the component"
        "Others look for the copy by the name of the package or component. Set `bundled` in `[lib.NAME]`, or correct the line."
    BUNDLED_DEAD Warning "spec-bundled-unversioned" "a `bundled()` tells no version although the audit knows it"
        "Without a version nobody can tell whether a security fix is in. Run `forebay spec update`, or add the version."
    LIBRARY_PLACES Warning "spec-library-places" "a library with a switch lacks one of its places"
        "A switch should drive everything together: build requirement, `bundled()`, removal of the copy, build files and arguments. The profile tells too little for the named place."
    LIBRARY_REQUIRES Error "spec-library-requires" "a library is taken from the system but nothing is required for it"
        "On some target `system` holds, and `requires` is empty: the build would find the library only by chance. Add `requires` to `[lib.NAME]`."
    LIBRARY_REASON Warning "spec-library-reason" "a library is always bundled and no reason is told"
        "Policy wants a reason where no system build is used. Add `reason` to `[lib.NAME]`."
    LICENSE_FORM Error "spec-license-form" "a licence is not a valid SPDX expression"
        "Operators are written in capitals, parentheses are balanced, and names are SPDX ids: `GPL-2.0-or-later`, not `GPLv2+`."
    LICENSE_COVER Warning "spec-license-cover" "the `License:` tag lacks a licence of something that is bundled"
        "The tag describes what is in the binary packages, bundled copies included. Add the term, or let the region `license` collect it."
    VERSION_DIFFERS Error "spec-version-differs" "the spec's version is not that of the profile"
        "Set `package.version`, or correct the `Version:` tag; the region `version` keeps them equal."
    VERSION_FORM Error "spec-version-form" "the version holds a `-`, which rpm refuses"
        "`-` parts version and release. Write `1.0~rc1` for what comes before 1.0 and `1.0^20240101` for what comes after it."
    CHANGELOG_ORDER Error "spec-changelog-order" "the changelog goes back in time"
        "rpm prints an error, exits with 0 and drops the changelog. Put the entries in order, newest first."
    CHANGELOG_WEEKDAY Warning "spec-changelog-weekday" "the weekday of a changelog entry is wrong"
        "rpm warns only. The date has another weekday; correct one of the two."
    CHANGELOG_DATE Error "spec-changelog-date" "the date of a changelog entry cannot be read"
        "An entry begins with `* Tue Jan 02 2024 Name <mail> - 1.0-1`."
    CHANGELOG_MISSING Warning "spec-changelog-missing" "the changelog has no entry for this version"
        "The newest entry should be of the version and release that the spec builds. `forebay spec update --item TEXT` writes one."
    BCOND_NAME Error "spec-bcond-name" "the name of a build condition holds a character that rpm does not read"
        "rpm reads the name of `%{with system-zlib}` only up to the dash, so the condition is always false. Use letters, digits and `_`."
    BCOND_UNDEFINED Warning "spec-bcond-undefined" "a build condition is asked for that is not defined"
        "`%{with NAME}` of a name that no `%bcond` defines counts as off without a word. Define it, or correct the name."
    UNBALANCED Error "spec-unbalanced" "a conditional has no partner"
        "Every `%if` needs its `%endif`; rpm refuses the spec."
}
