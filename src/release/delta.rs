//! What the new tree brings, as rows in the order in which they want a decision.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::baseline::ids_of;
use crate::audit::report::{AuditReport, Change, Changes, Component};
use crate::finding::{Finding, Rule};
use crate::release::report::{Delta, Summary};
use crate::release::rules as rule;
use crate::text::display::short_id;

/// Kinds of built files that are programs or libraries: nobody can read them.
const PROGRAMS: [&str; 9] = ["elf", "pe", "mach-o", "archive", "jar", "class", "dex", "wasm", "llvm-bitcode"];

/// The rows of an audit with `changes`; none without.
pub fn rank(audit: &AuditReport) -> Vec<Delta> {
    let Some(changes) = &audit.changes else { return Vec::new() };
    let facts = Facts { by_id: audit.components.iter().map(|one| (one.id.as_str(), one)).collect(), changes };
    let mut rows = facts.licenses();
    rows.extend(facts.binaries());
    rows.extend(facts.components());
    rows.extend(facts.versions());
    rows.extend(facts.build());
    rows.extend(facts.verdicts());
    let place = |row: &Delta| rule::RULES.iter().position(|rule| rule.code == row.finding.code);
    rows.sort_by(|one, other| place(one).cmp(&place(other)).then_with(|| one.cmp(other)));
    rows
}

/// Counts the rows by what they are about.
pub fn count(rows: &[Delta]) -> Summary {
    let of = |rules: &[&Rule]| rows.iter().filter(|row| rules.iter().any(|rule| rule.code == row.finding.code)).count();
    let licenses: BTreeSet<&Option<String>> =
        rows.iter().filter(|row| row.finding.code == rule::LICENSE_NEW.code).map(|row| &row.new).collect();
    Summary {
        license_new: licenses.len(),
        license_changed: of(&[&rule::LICENSE_CHANGED]),
        license_known: of(&[&rule::LICENSE_COPY, &rule::LICENSE_MOVED]),
        binaries: of(&[&rule::BINARY_NEW]),
        built_files: of(&[&rule::FILE_BUILT]),
        added: of(&[&rule::COMPONENT_NEW]),
        removed: of(&[&rule::COMPONENT_GONE]),
        versions: of(&[&rule::VERSION_MOVED]),
        floors: of(&[&rule::FLOOR_MOVED]),
        hooks_gone: of(&[&rule::HOOK_GONE]),
        hooks_new: of(&[&rule::HOOK_NEW]),
        keeplibs: of(&[&rule::KEEPLIB_MOVED]),
        unbundle: of(&[&rule::VERDICT_MOVED]),
        ..Summary::default()
    }
}

struct Facts<'a> {
    by_id: BTreeMap<&'a str, &'a Component>,
    changes: &'a Changes,
}

/// A row of `rule` for a change; `message` says what a reader sees first.
fn row(rule: &Rule, change: &Change, message: String) -> Delta {
    let subject = [change.old.as_deref().unwrap_or_default(), change.new.as_deref().unwrap_or_default()].join("\0");
    Delta {
        finding: Finding::new(rule, &change.id, &subject, message),
        old: change.old.clone(),
        new: change.new.clone(),
    }
}

fn told(value: Option<&String>) -> &str {
    value.map_or("nothing known", String::as_str)
}

/// A value, or that none is asked for.
fn known(value: Option<&String>) -> &str {
    value.map_or("none", String::as_str)
}

impl Facts<'_> {
    fn component(&self, change: &Change) -> Option<&Component> {
        self.by_id.get(change.id.as_str()).copied()
    }

    /// The row with the licence file that speaks of it.
    fn beside_text(&self, change: &Change, mut row: Delta) -> Delta {
        let text = self.component(change).and_then(|component| component.license.source.clone());
        row.finding.places.extend(text);
        row
    }

    /// What is said of a component: its version and licence.
    fn described(&self, change: &Change) -> String {
        let Some(component) = self.component(change) else { return change.name.clone() };
        let license = component.license.spdx.as_ref().or(component.license.declared.as_ref());
        let version = component.version.value.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
        let shipped = if component.shipped == Some(true) { ", shipped" } else { "" };
        format!("{}{version}, {}{shipped}", component.name, license.map_or("licence unknown", String::as_str))
    }

    fn licenses(&self) -> Vec<Delta> {
        let mut rows = Vec::new();
        let fresh: BTreeSet<&str> = self.changes.license_id.iter().filter_map(|change| change.new.as_deref()).collect();
        for change in &self.changes.license_id {
            let message = format!("{}: {}, new to the tree", change.name, told(change.new.as_ref()));
            rows.push(self.beside_text(change, row(&rule::LICENSE_NEW, change, message)));
        }
        for change in &self.changes.license {
            let ids = self.component(change).map(ids_of).unwrap_or_default();
            if ids.iter().any(|id| fresh.contains(id.as_str())) {
                continue; // Said already, and more urgently.
            }
            let (old, new) = (told(change.old.as_ref()), told(change.new.as_ref()));
            let (rule, what) = if change.old.is_none() {
                (&rule::LICENSE_COPY, format!("{}: {new}", change.name))
            } else {
                (&rule::LICENSE_CHANGED, format!("{}: {old} -> {new}", change.name))
            };
            rows.push(self.beside_text(change, row(rule, change, what)));
        }
        for change in &self.changes.license_text {
            let message = format!("{}: text edited", change.name);
            rows.push(self.beside_text(change, row(&rule::LICENSE_CHANGED, change, message)));
        }
        for change in &self.changes.license_place {
            let (old, new) = (told(change.old.as_ref()), told(change.new.as_ref()));
            let message = format!("{}: {old} -> {new}", change.name);
            rows.push(row(&rule::LICENSE_MOVED, change, message));
        }
        rows
    }

    fn binaries(&self) -> Vec<Delta> {
        let binary = |change: &Change| {
            let rule = if PROGRAMS.contains(&change.name.as_str()) { &rule::BINARY_NEW } else { &rule::FILE_BUILT };
            let machine = change.new.as_deref().filter(|machine| *machine != change.name);
            let machine = machine.map(|machine| format!(" for {machine}")).unwrap_or_default();
            let mut row = row(rule, change, format!("{}{machine}", change.name));
            row.finding.places.push(change.id.clone());
            row
        };
        self.changes.binaries.iter().map(binary).collect()
    }

    fn components(&self) -> Vec<Delta> {
        let added = self.changes.added.iter().map(|change| {
            let mut row = row(&rule::COMPONENT_NEW, change, self.described(change));
            let declared = self.component(change).and_then(|component| component.declared_in.first().cloned());
            row.finding.places.extend(declared);
            row
        });
        let gone = self.changes.removed.iter();
        added.chain(gone.map(|change| row(&rule::COMPONENT_GONE, change, change.name.clone()))).collect()
    }

    fn versions(&self) -> Vec<Delta> {
        let version = |change: &Change| {
            let (old, new) = (short_id(told(change.old.as_ref())), short_id(told(change.new.as_ref())));
            let mut row = row(&rule::VERSION_MOVED, change, format!("{}: {old} -> {new}", change.name));
            row.finding.places.extend(self.component(change).and_then(|component| component.version.source.clone()));
            row
        };
        self.changes.version.iter().map(version).collect()
    }

    /// What the build asks for and offers.
    fn build(&self) -> Vec<Delta> {
        let moved = |change: &Change| {
            format!("{}: {} -> {}", change.name, known(change.old.as_ref()), known(change.new.as_ref()))
        };
        let floors = self.changes.floors.iter().map(|change| row(&rule::FLOOR_MOVED, change, moved(change)));
        let hooks = self.changes.hooks.iter().map(|change| {
            let rule = if change.new.is_none() { &rule::HOOK_GONE } else { &rule::HOOK_NEW };
            let mut row = row(rule, change, change.name.clone());
            row.finding.places.extend(change.new.clone().or_else(|| change.old.clone()));
            row
        });
        let keeplibs = self.changes.keeplibs.iter().map(|change| {
            let what = if change.new.is_none() { "no longer to be kept" } else { "has to be kept" };
            row(&rule::KEEPLIB_MOVED, change, format!("{} {what}", change.name))
        });
        floors.chain(hooks).chain(keeplibs).collect()
    }

    fn verdicts(&self) -> Vec<Delta> {
        let verdict = |change: &Change| {
            let (old, new) = (told(change.old.as_ref()), told(change.new.as_ref()));
            let blockers = self.component(change).map(|component| component.blockers.as_slice()).unwrap_or_default();
            let why: Vec<String> = blockers.iter().map(|one| format!("{} {}", one.kind, one.detail)).collect();
            let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join("; ")) };
            let mut row = row(&rule::VERDICT_MOVED, change, format!("{}: {old} -> {new}{why}", change.name));
            row.finding.places.extend(blockers.iter().flat_map(|one| one.places.clone()).take(20));
            row
        };
        self.changes.verdict.iter().map(verdict).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audit(changes: &str) -> AuditReport {
        let text = format!(
            r#"{{"schema":"forebay.audit/1","tree":"t","summary":{{"components":0,"shipped":0,"unbundle-now":0,"blocked":0}},
               "components":[],"findings":[],"changes":{{"baseline":"b","added":[],"removed":[],"version":[],"license":[],"verdict":[],
               "binaries":[],{changes}}}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    fn codes(rows: &[Delta]) -> Vec<(&str, &str)> {
        rows.iter().map(|row| (row.finding.code.as_str(), row.finding.message.as_str())).collect()
    }

    #[test]
    fn what_the_build_asks_for_and_offers_stands_below_components() {
        let change =
            |id: &str, old: &str, new: &str| format!(r#"{{"id":"{id}","name":"{id}","old":{old},"new":{new}}}"#);
        let hooks =
            [change("use_system_re2", "\"build/re2.gni:3\"", "null"), change("use_system_opus", "null", "\"a.gni:1\"")];
        let audit = audit(&format!(
            r#""hooks":[{}],"keeplibs":[{}],"floors":[{}]"#,
            hooks.join(","),
            change("third_party/zlib", "null", "\"kept\""),
            change("clang", "\"20\"", "\"21\""),
        ));
        let rows = rank(&audit);
        let expected = [
            ("release-floor", "clang: 20 -> 21"),
            ("release-hook-gone", "use_system_re2"),
            ("release-hook-new", "use_system_opus"),
            ("release-keeplib", "third_party/zlib has to be kept"),
        ];
        assert_eq!(codes(&rows), expected);
        assert_eq!(rows[1].finding.places, ["build/re2.gni:3"]);
        let counted = count(&rows);
        assert_eq!((counted.floors, counted.hooks_gone, counted.hooks_new, counted.keeplibs), (1, 1, 1, 1));
    }

    #[test]
    fn a_licence_that_is_new_to_the_tree_is_said_once_and_the_id_holds_for_one_change() {
        let change = |new: &str| format!(r#""license_id":[{{"id":"a","name":"a","old":null,"new":"{new}"}}]"#);
        let (mit, isc) = (rank(&audit(&change("MIT"))), rank(&audit(&change("ISC"))));
        assert_eq!(codes(&mit), [("release-license-new", "a: MIT, new to the tree")]);
        assert_ne!(mit[0].finding.id, isc[0].finding.id);
    }
}
