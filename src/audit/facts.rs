//! What single files tell: the facts that a scan finds and that a cache keeps.

use serde::{Deserialize, Serialize};

use crate::audit::heads::Head;
use crate::tree::ObjectId;
use crate::unbundle::mentions::Mention;

/// A text and the line (1-based) at which it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Said {
    /// The text.
    pub text: String,
    /// The line.
    pub line: usize,
}

/// One thing that one file tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fact {
    /// It is the marker file of a library of the catalog.
    Marker(Marked),
    /// It names the project that it belongs to.
    Project(Project),
    /// It has the name of a licence text; the git id of its content.
    Text(ObjectId),
    /// The lines with which it includes other people's code.
    Includes(Vec<Said>),
    /// Whose work it is, as the head of a source file in a folder of other people's code says.
    Head(Head),
    /// What it says about the system's libraries, as a build file that is not run.
    Mentions(Vec<Mention>),
    /// It was built rather than written.
    Binary {
        /// What kind: see [`crate::audit::report::Binary::kind`].
        kind: String,
        /// What it is for, where its header says so.
        machine: Option<String>,
    },
    /// It could not be read.
    Unreadable(String),
}

/// A marker that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// The library's place in the catalog.
    pub library: usize,
    /// The marker's place in the library's list.
    pub marker: usize,
    /// The version, where the marker tells one.
    pub version: Option<Said>,
}

/// What a build file, a version file or a list of changes says about its project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// What kind of file says it.
    pub from: ProjectFile,
    /// The project's name, where the file gives one.
    pub name: Option<String>,
    /// Its version, where the file gives one.
    pub version: Option<Said>,
}

/// The kinds of files that tell a project's name or version, the most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProjectFile {
    /// `configure.ac` or `configure.in`.
    Autoconf,
    /// `meson.build`.
    Meson,
    /// `CMakeLists.txt`.
    CMake,
    /// `*.pc.in` or `*.pc`.
    PkgConfig,
    /// `VERSION`, `version.txt` and the like.
    VersionFile,
    /// `NEWS`, `CHANGES`, `ChangeLog` and the like: the first heading.
    Changes,
}
