//! RPM repodata: `repomd.xml` names `primary`, which lists packages with what they provide (`createrepo_c`'s format).
//!
//! `primary` is read as a stream of events; a Fedora one has half a gigabyte of XML.

use std::io::BufRead;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::lines::text;
use super::package::{Package, Provide};
use super::{DistroError, Index, LONGEST, MOST_PROVIDES};

/// Reads `primary.xml`.
pub(super) fn read(reader: &mut dyn BufRead, path: &Path, index: &mut Index) -> Result<(), DistroError> {
    let mut state = State::default();
    events(reader, path, &mut |event| {
        state.take(event, index);
        true
    })
}

/// The path of `primary` that `repomd.xml` names, relative to the folder above `repodata`.
pub(super) fn primary(reader: &mut dyn BufRead, path: &Path) -> Result<Option<String>, DistroError> {
    let (mut inside, mut found) = (false, None);
    events(reader, path, &mut |event| {
        match event {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "data" => {
                inside = attribute(tag, "type").as_deref() == Some("primary");
            }
            Event::Start(tag) | Event::Empty(tag) if inside && tag.local_name().as_ref() == "location" => {
                found = attribute(tag, "href");
            }
            _ => {}
        }
        found.is_none()
    })?;
    Ok(found)
}

/// Calls `take` for each event until it says that it has enough.
fn events(reader: &mut dyn BufRead, path: &Path, take: &mut dyn FnMut(&Event<'_>) -> bool) -> Result<(), DistroError> {
    let mut xml = Reader::from_reader(reader);
    let mut buffer = Vec::new();
    let mut depth = 0_usize;
    loop {
        let event = xml.read_event_into(&mut buffer);
        let broken = |problem: String| DistroError::broken(path, format!("byte {}", xml.buffer_position()), problem);
        let event = match event {
            Ok(event) => event,
            Err(quick_xml::Error::Io(source)) => {
                let source = std::io::Error::new(source.kind(), source.to_string());
                return Err(DistroError::Stream { path: path.to_path_buf(), source });
            }
            Err(error) => return Err(broken(text(error.to_string().as_bytes()))),
        };
        match event {
            Event::Eof if depth > 0 => return Err(broken("it ends within an element".to_owned())),
            Event::Eof => return Ok(()),
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if !take(&event) {
            return Ok(());
        }
        if buffer.len() > LONGEST {
            return Err(broken("an element is too long".to_owned()));
        }
        buffer.clear();
    }
}

#[derive(Default)]
struct State {
    package: Package,
    /// The element whose text is wanted.
    field: Field,
    provides: bool,
    binary: bool,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Field {
    #[default]
    None,
    Name,
    Source,
}

impl State {
    fn take(&mut self, event: &Event<'_>, index: &mut Index) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::Empty(tag) => self.item(tag),
            Event::Text(content) => self.content(content),
            Event::End(tag) => match tag.local_name().as_ref() {
                "package" => {
                    let package = std::mem::take(&mut self.package);
                    if self.binary {
                        index.add(package);
                    }
                }
                "provides" => self.provides = false,
                _ => self.field = Field::None,
            },
            _ => {}
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "package" => {
                self.package = Package::default();
                self.binary = attribute(tag, "type").as_deref() == Some("rpm");
            }
            "name" => self.field = Field::Name,
            "sourcerpm" => self.field = Field::Source,
            "provides" => self.provides = true,
            _ => self.item(tag),
        }
    }

    fn content(&mut self, text: &str) {
        match self.field {
            Field::Name => self.package.name.push_str(text.trim()),
            // NAME-VERSION-RELEASE.src.rpm
            Field::Source => {
                let mut parts = text.trim().trim_end_matches(".rpm").rsplitn(3, '-');
                self.package.source = parts.nth(2).map(str::to_owned).or_else(|| self.package.source.take());
            }
            Field::None => {}
        }
    }

    fn item(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "version" => self.package.version = evr(tag),
            "entry" if self.provides && self.package.provides.len() < MOST_PROVIDES => {
                let found = attribute(tag, "name").and_then(|name| provide(&name, tag));
                self.package.provides.extend(found);
            }
            _ => {}
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found =
        tag.attributes().with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let raw = found.value.into_owned();
    Some(if raw.contains('&') {
        quick_xml::escape::unescape(&raw).map_or_else(|_| raw.clone(), std::borrow::Cow::into_owned)
    } else {
        raw
    })
}

/// `epoch:ver-rel`, without a zero epoch.
fn evr(tag: &BytesStart<'_>) -> String {
    let part = |name: &str| attribute(tag, name).filter(|value| !value.is_empty());
    let epoch = part("epoch").filter(|epoch| epoch != "0").map_or_else(String::new, |epoch| epoch + ":");
    let release = part("rel").map_or_else(String::new, |release| format!("-{release}"));
    epoch + &part("ver").unwrap_or_default() + &release
}

/// The provides that libraries are looked for by.
fn provide(name: &str, tag: &BytesStart<'_>) -> Option<Provide> {
    let within = |prefix: &str| name.strip_prefix(prefix)?.strip_suffix(')').map(str::to_owned);
    if let Some(module) = within("pkgconfig(") {
        return Some(Provide::PkgConfig(module));
    }
    if let Some(library) = within("bundled(") {
        return Some(Provide::Bundled(library, attribute(tag, "ver").unwrap_or_default()));
    }
    // `libz.so.1()(64bit)`, and `libz.so.1(ZLIB_1.2)(64bit)` for each symbol version.
    let (soname, rest) = name.split_once('(').unwrap_or((name, "()"));
    let library = soname.contains(".so") && rest.starts_with(')');
    library.then(|| Provide::Soname(soname.to_owned()))
}
