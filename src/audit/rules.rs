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
    UNREAD = "file-unread", Warning,
        "a file or folder of the tree could not be read",
        "The audit goes on without it, so the report may lack what it holds.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_told() {
        assert!(RULES.iter().all(|rule| rule.defect().is_none()));
    }
}
