//! What an audit can find, for `forebay explain`.

use crate::finding::{Rule, Severity};

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $severity:ident, $summary:literal, $explain:literal;)*) => {
        $($(#[$doc])* pub const $name: Rule =
            Rule { code: $code, severity: Severity::$severity, summary: $summary, explain: $explain };)*
        /// Every rule of the audit.
        pub const RULES: &[Rule] = &[$($name),*];
    };
}

rules! {
    /// See the text.
    VERSION_DIFFERS = "declared-version-differs", Warning,
        "the metadata states another version than the code",
        "A marker of the library (a header, a build file) states one version, the metadata another. The code is what is shipped, so \
the report takes its version; a list of bundled libraries and a search for vulnerabilities that follow the metadata are wrong.\n\n\
Tell upstream, or check whether the copy is a snapshot between two releases: the numbers before a hyphen must still be those of the \
last release.";
    /// See the text.
    CPE_DIFFERS = "cpe-version-differs", Warning,
        "the declared CPE names another version than the code",
        "A CPE name is what vulnerability databases are searched with. One that names an older version reports what is long \
fixed, one that names a newer version hides what is open. Between two releases the version is rounded down.\n\n\
Take the version that the report states beside it.";
    /// See the text.
    LICENSE_DIFFERS = "license-differs", Warning,
        "the licence text is not that of the declared licence",
        "The file that the metadata names (or the one in the component's folder) holds the text of a licence, and none of the declared \
licences is in it. One of the two is wrong, or the text of a part stands for the whole.\n\n\
Compare the file with the original sources; the text that came with the code counts.";
    /// See the text.
    COPYRIGHT_DIFFERS = "copyright-differs", Note,
        "debian/copyright gives a component another licence than its own files",
        "A paragraph of `debian/copyright` whose pattern reaches into the component's folder names a licence, and the metadata or the \
licence text of the component names others. Paragraphs are kept by hand and outlive what they speak of.\n\n\
Read the text that came with the code, and correct whichever is wrong.";
    /// See the text.
    LICENSE_FILE_MISSING = "license-file-missing", Warning,
        "a licence file that the metadata names is not in the tree",
        "The metadata names a file with the licence's text, and no file stands there. A repacked tarball may have lost it, \
or the path was never right. Binary packages must carry the text of nearly every licence.\n\n\
Find the text (often one folder above or in the original sources) and correct the path.";
    /// See the text.
    LICENSE_TEXT_MISSING = "license-text-missing", Warning,
        "a shipped component names no licence file and holds none",
        "The component is said to be shipped, its metadata names no file with the licence's text, and none of the usual names \
(LICENSE, COPYING, ...) lies in its folder.\n\nAdd the text from the original sources.";
    /// See the text.
    CHECKSUM_DIFFERS = "checksum-differs", Warning,
        "files of a vendored crate are not as their checksums say",
        "`cargo vendor` writes the SHA-256 of every file of a crate into `.cargo-checksum.json`. The files named have another content: they \
were changed after they were vendored, and the crate is not what its version says. Cargo itself refuses to build it like this.\n\n\
Compare with the published crate. A change that is wanted belongs into a patch, with its reason.";
    /// See the text.
    CHECKSUM_MISSING = "checksum-file-missing", Note,
        "files of a vendored crate that have a checksum are not in the tree",
        "`.cargo-checksum.json` lists the files, and nothing stands at their paths. Repacked tarballs lose files that a packager excludes; \
what is left is a changed crate.\n\nLook which step removed them. Where it is wanted, the list can be emptied: `\"files\": {}`.";
    /// See the text.
    UNDECLARED = "component-undeclared", Warning,
        "the code of a known library lies in the tree and no metadata declares it",
        "Markers or a build file prove a copy of a library in a tree whose other components are declared. It is missing in lists of \
bundled libraries, in licence reviews and in searches for vulnerabilities.\n\n\
Check whether the build uses it. If so, declare it as bundled; if not, delete it before the build.";
    /// See the text.
    SUSPECTED = "component-suspected", Note,
        "a folder looks like a third-party component and no metadata declares it",
        "The folder lies where other people's code lies and has what an upstream project has (a licence, build files), but no marker \
proves a library. About half of such folders are components of their own; the others are glue.";
    /// See the text.
    COPIES_DIFFER = "copies-differ", Warning,
        "several copies of one library have different versions",
        "The tree holds a library more than once, at different versions. A fix that reaches one copy leaves the other open, and two \
copies in one process can clash.\n\nEach copy is to be declared on its own. Where the build lets one stand for all, use the newest.";
    /// See the text.
    COPIES_SEVERAL = "copies-several", Note,
        "a library lies in the tree more than once",
        "Several copies of one library, as far as known of one version. Each is to be declared and each needs every fix.";
    /// See the text.
    CHANGE_UNDECLARED = "modification-undeclared", Warning,
        "the metadata says that nothing is changed, and something is",
        "The metadata says that there are no local modifications, but patches lie beside the code, or the recorded state of the sources \
was not clean. A system library may lack what was changed.\n\nRead the patches before the component is unbundled.";
    /// See the text.
    METADATA_UNREADABLE = "metadata-unreadable", Warning,
        "a file that declares components cannot be read as what it is",
        "What the file says is lost for the report, in whole or in part. The message says where reading ended.\n\n\
Correct the file, or tell upstream.";
    /// See the text.
    METADATA_INVALID = "metadata-invalid", Note,
        "metadata holds a value that its own format forbids",
        "The value is kept as it stands, but programs that read the format strictly refuse or drop it: a date in another order, a \
licence separated by something else than a comma, a mechanism that does not exist.";
    /// See the text.
    METADATA_MISSING = "metadata-missing", Note,
        "metadata lacks a field that its own format demands",
        "The format requires the field. Where it is the version or the origin that is missing, nobody can tell how old the copy is.";
    /// See the text.
    VERSION_UNKNOWN = "version-unknown", Warning,
        "neither metadata nor code tell a version or a revision of a shipped component",
        "Without a version or a revision no search for vulnerabilities can be right, and the line that declares the bundled copy has \
no version.\n\nFind out from the history of the component's folder when it was last updated and from what.";
    /// See the text.
    ROLL_STALE = "roll-stale", Note,
        "the component was last updated years before the newest one",
        "The metadata gives a date of the last update that lies three years or more before the newest such date in the tree. \
The copy may still be current where upstream stands still; otherwise years of fixes are missing.";
    /// See the text.
    PREBUILT = "prebuilt-binary", Warning,
        "the tree holds a program or library that was not built from it",
        "Object code, a library, a program or bytecode lies among the sources. Distributions rebuild everything from source; what is not \
rebuilt must not be shipped, and mostly must not be used during the build either.\n\n\
Delete it before the build and see what misses it. Where only tests use it, deleting costs nothing.";
    /// See the text.
    PREBUILT_OTHER = "prebuilt-other", Note,
        "the tree holds a generated file without its source beside it",
        "Minified scripts and fonts are made from sources that often lie elsewhere. Policies differ: fonts are to be packaged on their \
own, minified scripts need their source.";
    /// See the text.
    GN_ARGUMENT_UNKNOWN = "gn-argument-unknown", Warning,
        "a build argument is given that no build file declares",
        "GN tells that such an argument has no effect and goes on. What it was given for (a feature left out, a system library \
used) is then not done, and the build says so only in its log. Upstream removes and renames arguments between releases.\n\n\
Look for the argument's successor in the history of the build files, or drop it.";
    /// See the text.
    GN_HOOK_IDLE = "gn-hook-without-effect", Note,
        "an argument for a system library is declared and nothing depends on it",
        "The argument was left behind when what it chose was removed. Setting it changes nothing: the bundled copy is built.";
    /// See the text.
    GN_UNREADABLE = "gn-file-unreadable", Warning,
        "a build file cannot be run to its end",
        "The file does not parse, or running it reached a limit. What it declares beyond that place is missing in the report, so \
components may seem unused that are not. Files of the tree are run without the reference program; tell us about a file that it takes.";
    /// See the text.
    KEEPLIB_VANISHED = "keeplib-vanished", Error,
        "a path that the removal script is told to keep is not in the tree",
        "The script that removes bundled libraries takes the paths to keep as arguments, and fails where one of them fits no file. \
Upstream moved or removed the library.\n\nRemove the entry from the package's list, or replace it by the new place, which stands among \
the entries that are missing.";
    /// See the text.
    KEEPLIB_MISSING = "keeplib-missing", Warning,
        "the build needs a path that the removal script is not told to keep",
        "Build files name the path, or compiled files include it, and no entry of the package's list keeps it. The script removes it, \
and the build fails where it is needed, often hours in.\n\nAdd the entry; `forebay audit-bundled --emit keeplibs` prints the whole list.";
    /// See the text.
    KEEPLIB_SUPERFLUOUS = "keeplib-superfluous", Note,
        "the removal script is told to keep a path that the build does not need",
        "No target of the build names a file below the path, no compiled file includes one, and no script of the build imports from it, as \
far as its files tell. Programs that look for files at run time can still need it.\n\nDrop the entry and try a build.";
    /// See the text.
    KEEPER_VANISHED = "keeper-vanished", Warning,
        "a library is kept bundled for which there is no shim",
        "The package's list of libraries that stay bundled names one that the tree's own script does not know. The shim was removed or \
renamed; under a new name the library is now replaced by the system's copy, whatever the list says.\n\nCorrect the list.";
    /// See the text.
    KEEPER_MISSING = "keeper-missing", Warning,
        "a library is replaced by the system's copy, and something stands in the way",
        "The package's list does not keep the library bundled, so its shim is used. The blockers of the component say what the shim lacks: \
an include that it does not forward, a target that it does not declare, a version that is too old.\n\n\
Where the package builds, a patch of its own gets around it: name the reason in the list. Otherwise keep the bundled copy.";
    /// See the text.
    KEEPER_SUPERFLUOUS = "keeper-superfluous", Note,
        "a library is kept bundled, and nothing known stands in the way of the system's copy",
        "Every include and every target that this build wants is given by the shim, no known reason of another kind applies, and \
where a package index was given it has a version that is new enough. The reason that the list gives may have been overtaken.\n\n\
Try a build without the entry.";
    /// See the text.
    EXCLUDED_NEEDED = "excluded-needed", Warning,
        "a pattern of Files-Excluded removes what the build needs",
        "The path is in this tree and the build needs it; a source package made with the pattern would lack it. Patches of the package \
may have taken the need away.\n\nNarrow the pattern or name the patch beside it.";
    /// See the text.
    EXCLUDED_MISSING = "excluded-missing", Note,
        "a component that nothing needs is not excluded from the source package",
        "The build does not use the component, and no pattern of Files-Excluded leaves it out. What is not in the source package needs no \
review of its licence and no search for vulnerabilities.\n\n`forebay audit-bundled --emit files-excluded` prints the whole list.";
    /// See the text.
    TOOL_TOO_OLD = "toolchain-too-old", Warning,
        "the distribution's tool is older than what the tree's own files ask for",
        "Upstream names the version of a compiler or interpreter that it builds with, or a check refuses older ones. The package index \
has an older one.\n\nWhere the version is refused, patch the check or build with a newer one. Otherwise expect errors that \
upstream never sees.";
    /// See the text.
    UNREAD = "file-unread", Warning,
        "a file or folder of the tree could not be read",
        "The audit goes on without it, so the report may lack what it holds.";
    /// See the text.
    VULNERABLE_REVISION = "vulnerable-revision", Error,
        "the bundled commit is one that a record names as vulnerable",
        "The dump of vulnerabilities names the very commit that is bundled, or every commit of the repository, as affected. Unless a \
local patch fixes it, the copy is vulnerable.\n\n\
Update the copy or patch it, and write `Mitigated: ID` into its metadata once it is fixed, or acknowledge the finding with a reason.";
    /// See the text.
    VULNERABLE_VERSION = "vulnerable-version", Warning,
        "the bundled version is one that a record names as vulnerable",
        "Only the version speaks for it: the copy may be a snapshot with the fix, or carry a patch. A record that is joined by the \
repository, the CPE name or the name alone may be about another project, which the message tells.\n\n\
Look whether the fix is in the copy. If it is, write `Mitigated: ID` into the metadata; if not, update.";
    /// See the text.
    VULNERABLE_UNDECIDED = "vulnerable-undecided", Note,
        "records about the component are told by commits, which only its history decides",
        "Each of these records gives ranges of commits, and the bundled commit is not one of those it names. Whether it lies between \
them is written in the repository's history, which is not at hand.\n\n\
Look the records up with the repository, or compare the component's version with what they say.";
    /// See the text.
    ADVISORY_UNREAD = "advisory-unread", Warning,
        "records of the dump of vulnerabilities could not be read",
        "They are no JSON in the OSV schema, or too large. The audit goes on without them, so that it may miss what they tell.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_told() {
        assert!(RULES.iter().all(|rule| rule.defect().is_none()));
    }
}
