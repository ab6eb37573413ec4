//! Known vulnerabilities, from a dump of records in the OSV schema (<https://ossf.github.io/osv-schema/>) on disk.
//!
//! [`open`] reads a zip file or a folder of JSON and keeps the records that may be about one of the asked [`Subject`]s;
//! [`Dump::about`] tells for one subject which of them are, by package URL, CPE name, repository or name, and how sure that is: a
//! revision that a record names decides, a version only makes it likely, since a distributor's or an upstream's copy may hold the fix.

mod dump;
mod find;
mod range;
mod record;

pub use dump::{Dump, DumpError, open};
pub use find::{Hit, Join, State, Subject, bare_purl, repository};
pub use record::{Advisory, Affected, Event, Range, RangeKind};
