//! forebay: patch queues, bundled libraries and RPM specs of huge upstream projects, as a library.
//!
//! The modules form layers; each names only those below it:
//!
//! | row | modules | what they know |
//! |---|---|---|
//! | shell | [`cli`] | arguments, terminal, exit statuses |
//! | presentation | [`report`] | tables, Markdown, JSON |
//! | gate | [`release`] | what a new upstream release means, as one value |
//! | product | [`spec`] | the generated parts of an RPM spec |
//! | operations | [`rebase`], [`audit`], [`unbundle`] | how a queue is carried to a new tree; what a tree bundles; what can go |
//! | knowledge | [`queue`], [`distro`], [`advisory`], [`resolution`] | the forms that queues have on disk; package indexes; vulnerabilities; decisions of people |
//! | sources | [`tree`], [`profile`] | upstream trees in git, folders and tarballs; forebay.toml |
//! | outside | [`io`] | files, locks, processes, the clock |
//! | engine | [`merge`] | how one file's patch is placed |
//! | formats | [`patch`], [`gn`], [`manifest`] | patch files, series, headers; GN build files; files that declare components |
//! | vocabulary | [`finding`], [`license`] | rules with stable codes; SPDX expressions and licence texts |
//! | words | [`text`], [`digest`], [`path`], [`version`], [`progress`] | lines, digests, paths, versions, progress |

pub mod advisory;
pub mod audit;
pub mod cli;
pub mod digest;
pub mod distro;
pub mod finding;
pub mod gn;
pub mod io;
pub mod license;
pub mod manifest;
pub mod merge;
pub mod patch;
pub mod path;
pub mod profile;
pub mod progress;
pub mod queue;
pub mod rebase;
pub mod release;
pub mod report;
pub mod resolution;
pub mod spec;
pub mod text;
pub mod tree;
pub mod unbundle;
pub mod version;
