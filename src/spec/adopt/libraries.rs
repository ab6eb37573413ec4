//! Libraries: what their switches require, `bundled()`, and lists of those that the system has.

use std::collections::BTreeMap;

use super::switches::{self, side};
use super::{Account, Found, expression};
use crate::profile::condition::Condition;
use crate::profile::packaging::Library;
use crate::spec::{Bundled, LineKind, SectionKind, Spec};
use crate::text::display::terminal;

pub(super) fn read(spec: &Spec, found: &mut Found) -> Vec<Account> {
    let mut switches = Account::new("switches");
    found.libraries = switches::read(spec, &mut switches);
    let (mut provides, mut requires, mut lists) =
        (Account::new("bundled"), Account::new("requires of switches"), Account::new("system lists"));
    let mut reader = Reader { spec, libraries: &mut found.libraries };
    reader.bundled(&mut provides);
    reader.build_requires(&mut requires);
    reader.system_lists(&mut lists);
    vec![switches, provides, requires, lists]
}

/// Drops switches that turned out to be none of a library, and counts the others.
pub(super) fn settle(found: &mut Found, accounts: &mut [Account]) {
    found.libraries.retain(|library| !switches::is_idle(library));
    let count = found.libraries.iter().filter(|library| library.switch.is_some()).count();
    for account in accounts.iter_mut().filter(|account| account.kind == "switches") {
        account.mapped += count;
        account.total += count;
    }
}

/// What stands around a line.
enum Around {
    /// Nothing.
    Free,
    /// The switch of a library alone: its index, and whether it holds for the system's build.
    Switch(usize, bool),
    /// More than that.
    More,
}

struct Reader<'a> {
    spec: &'a Spec,
    libraries: &'a mut Vec<Library>,
}

impl Reader<'_> {
    fn around(&self, line: usize) -> Around {
        let guards = self.spec.guards(line);
        if guards.is_empty() {
            return Around::Free;
        }
        let condition = expression::of_guards(self.spec, &guards);
        match condition.and_then(|condition| side(&condition, self.libraries)) {
            Some((index, system)) => Around::Switch(index, system),
            None => Around::More,
        }
    }

    fn bundled(&mut self, account: &mut Account) {
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        for line in self.spec.bundled() {
            let name = terminal(self.spec.text(&line.name));
            let version = line.version.as_ref().map(|version| terminal(self.spec.text(version)));
            if name.contains(['%', ' ']) || version.as_ref().is_some_and(|version| version.contains('%')) {
                account.left(line.line, format_args!("`bundled({name})` is made by macros"));
                continue;
            }
            if self.spec.section_of(line.line) == SectionKind::Package {
                self.of_subpackage(&line, name, version, account);
                continue;
            }
            if let Some(first) = named.insert(name.clone(), line.line) {
                account.left(line.line, format_args!("`bundled({name})` stands in line {} already", first + 1));
                continue;
            }
            self.of_main_package(line.line, name, version, account);
        }
        self.made_by_macros(account);
    }

    fn of_main_package(&mut self, line: usize, name: String, version: Option<String>, account: &mut Account) {
        let index = match self.around(line) {
            Around::Switch(index, false) if self.libraries.get(index).is_some_and(|one| one.bundled.is_none()) => index,
            Around::Free => match self.libraries.iter().position(|library| library.name == name) {
                // A switch that no target uses: the line means the same under it.
                Some(index)
                    if self
                        .libraries
                        .get(index)
                        .is_some_and(|one| one.bundled.is_none() && one.system == Some(Condition::Constant(false))) =>
                {
                    index
                }
                Some(index) => {
                    let switch = self.libraries.get(index).map(|one| one.switch().name).unwrap_or_default();
                    account.left(line, format_args!("`bundled({name})` stands outside of its switch `{switch}`"));
                    return;
                }
                None => {
                    let system = Some(Condition::Constant(false));
                    self.libraries.push(Library { name: name.clone(), system, ..Library::default() });
                    self.libraries.len() - 1
                }
            },
            _ => {
                account.left(
                    line,
                    format_args!("`bundled({name})` stands under a condition that is no switch of a library"),
                );
                return;
            }
        };
        if let Some(library) = self.libraries.get_mut(index) {
            library.version = version;
            library.bundled = Some(name);
        }
        account.done();
    }

    /// One library for all subpackages that provide it.
    fn of_subpackage(&mut self, line: &Bundled, name: String, version: Option<String>, account: &mut Account) {
        let package = self.package_of(line.line);
        let (Some(package), Around::Free) = (package, self.around(line.line)) else {
            account.left(
                line.line,
                format_args!("`bundled({name})` belongs to a subpackage, under a condition or a name made by macros"),
            );
            return;
        };
        let known = self.libraries.iter_mut().find(|library| library.bundled.as_ref() == Some(&name));
        match known {
            Some(Library { packages: Some(packages), version: known, .. }) if *known == version => {
                if !packages.contains(&package) {
                    packages.push(package);
                }
            }
            Some(_) => {
                account.left(line.line, format_args!("`bundled({name})` stands elsewhere too, in another way"));
                return;
            }
            None => self.libraries.push(Library {
                name: name.clone(),
                bundled: Some(name),
                version,
                system: Some(Condition::Constant(false)),
                packages: Some(vec![package]),
                ..Library::default()
            }),
        }
        account.done();
    }

    fn package_of(&self, line: usize) -> Option<String> {
        self.spec.package_of(line)
    }

    /// Lines like `%declare_bundled zlib`: only rpm knows what they provide.
    fn made_by_macros(&self, account: &mut Account) {
        for (index, line) in self.spec.lines().iter().enumerate() {
            let text = self.spec.text(&line.span).trim_ascii();
            let call = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            let about = call.starts_with(b"%") && call.windows(7).any(|word| word == b"bundled");
            if line.kind == LineKind::Text && self.spec.section_of(index).holds_tags() && about {
                account.left(index, format_args!("`{}` is made by a macro", terminal(text)));
            }
        }
    }

    fn build_requires(&mut self, account: &mut Account) {
        let names: Vec<String> =
            self.libraries.iter().filter_map(|one| Some(one.switch.as_ref()?.name.clone())).collect();
        let spec = self.spec;
        for (line, tag) in spec.tags_named("BuildRequires") {
            let about = spec.guards(line).iter().any(|guard| {
                let condition = spec.branches().get(guard.branch).map(|branch| terminal(spec.text(&branch.condition)));
                condition.is_some_and(|condition| names.iter().any(|name| condition.contains(name.as_str())))
            });
            if !about {
                continue;
            }
            let text = terminal(spec.text(&tag.value));
            match self.around(line) {
                Around::Switch(index, true) => {
                    if let Some(library) = self.libraries.get_mut(index) {
                        library.requires.get_or_insert_default().push(text);
                    }
                    account.done();
                }
                _ => account.left(line, format_args!("`{text}` stands under a switch and something else")),
            }
        }
    }

    /// `system_libs+=(name)` under a switch: the name for the script that replaces build files.
    fn system_lists(&mut self, account: &mut Account) {
        for (index, line) in self.spec.lines().iter().enumerate() {
            let text = terminal(self.spec.text(&line.span).trim_ascii());
            let Some((list, rest)) = text.split_once("+=(").filter(|_| line.kind == LineKind::Text) else { continue };
            let name = rest.trim_end_matches(')').trim();
            if !list.contains("system") || name.is_empty() || name.contains([' ', '$']) {
                continue;
            }
            match self.around(index) {
                Around::Switch(at, true) if self.libraries.get(at).is_some_and(|library| library.gn_name.is_none()) => {
                    if let Some(library) = self.libraries.get_mut(at) {
                        library.gn_name = Some(name.to_owned());
                    }
                    account.done();
                }
                Around::Switch(_, true) => {
                    account.left(index, format_args!("`{name}` is the second name under one switch"));
                }
                _ => account.left(index, format_args!("`{name}` stands under no switch of a library")),
            }
        }
    }
}
