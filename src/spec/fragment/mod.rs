//! The bodies of regions, each from the material alone: same input, same bytes.

mod changelog;
mod gn;
mod head;
mod libraries;
mod patches;
mod unbundle;

pub use changelog::{EntryDate, entry_of, weekday_and_date};
pub use head::{changelog_release, license_text, spec_version, still_bundled};
pub use patches::{Run, runs};

use super::material::Material;
use super::region::RegionId;
use crate::text::display;

/// The body of a region: text with a line end on every line, or `None` where the profile says nothing about it.
pub fn body(id: RegionId, material: &Material<'_>) -> Option<String> {
    match id {
        RegionId::Bconds => libraries::switches(material),
        RegionId::Version => head::version(material),
        RegionId::License => head::license(material),
        RegionId::Sources => head::sources(material),
        RegionId::Patches => patches::tags(material),
        RegionId::BuildRequires => libraries::build_requires(material),
        RegionId::Bundled => libraries::bundled(material),
        RegionId::PrepPatches => patches::application(material),
        RegionId::PrepUnbundle => unbundle::removal(material),
        RegionId::GnArgs => gn::arguments(material),
        RegionId::Changelog => changelog::entries(material),
    }
}

/// Text for a comment, a script or the changelog: `%` is doubled, since rpm expands macros there too.
pub fn escaped(text: &str) -> String {
    text.replace('%', "%%")
}

/// Text as a line of comment: no macro, no continued line, and nothing that looks like a marker of a region.
pub fn comment(text: &str) -> String {
    let text = text.trim().trim_end_matches('\\').trim_end();
    let text = if text.starts_with(">>>") || text.starts_with("<<<") { format!("| {text}") } else { text.to_owned() };
    format!("# {}\n", escaped(&text))
}

/// Text as one word of a POSIX shell inside of a spec.
pub fn shell_word(text: &str) -> String {
    escaped(&display::shell_word(text))
}
