//! The checks of a spec against itself, the profile, the queue and the audit.

use std::collections::{BTreeMap, BTreeSet};

use bstr::ByteSlice;

use super::check_libraries;
use super::check_text;
use super::document::{SectionKind, Spec};
use super::facts::{PatchFact, component_of, file_name, same_name};
use super::fragment;
use super::material::{Inputs, Material};
use super::region::{Region, RegionId};
use super::rules;
use super::views::ApplyKind;
use super::{document::DefineWord, document::LineKind};
use crate::audit::report::{AuditReport, Component, Use};
use crate::finding::Finding;
use crate::license;
use crate::profile::condition::is_name;
use crate::text::display::terminal;
use crate::text::nearest::nearest;
use crate::version::rpm_text;

/// What is checked.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    /// The name of the spec for places.
    pub name: &'a str,
    /// The spec.
    pub spec: &'a Spec,
    /// Its regions.
    pub regions: &'a [Region],
    /// What it is made from.
    pub inputs: Inputs<'a>,
    /// True where the profile names a queue, so that its patches can be compared.
    pub has_queue: bool,
    /// Patch files that lie in the queue's folder but not in its series.
    pub unlisted: &'a [String],
    /// The name of the file of changes for places.
    pub changes_name: &'a str,
}

/// Everything that was found, in the order of the rules, then of the places.
pub fn check(check: &Check<'_>) -> Vec<Finding> {
    let material = Material::new(check.inputs, check.spec, check.regions);
    let mut findings = material.findings.clone();
    check.form(&mut findings);
    check.patches(&mut findings);
    check.queue(&mut findings);
    check_libraries::check(check, &material, &mut findings);
    check_libraries::arch_words(check, &mut findings);
    check.audited(&mut findings);
    check.head(&material, &mut findings);
    check_text::changelog(check, &material, &mut findings);
    let rank = |code: &str| rules::RULES.iter().position(|rule| rule.code == code);
    findings.sort_by_key(|finding| rank(&finding.code));
    findings
}

impl Check<'_> {
    /// `file:line` of a line (0-based).
    pub(super) fn at(&self, line: usize) -> String {
        format!("{}:{}", self.name, line + 1)
    }

    fn text(&self, span: &std::ops::Range<usize>) -> String {
        terminal(self.spec.text(span))
    }

    fn form(&self, findings: &mut Vec<Finding>) {
        for line in self.spec.unbalanced() {
            let word = terminal(self.spec.line_text(*line).trim());
            let message = format!("`{word}` has no partner");
            findings.push(Finding::new(&rules::UNBALANCED, "", &line.to_string(), message).at(self.at(*line)));
        }
        let mut defined = BTreeSet::new();
        for (index, line) in self.spec.lines().iter().enumerate() {
            let LineKind::Define(define) = &line.kind else { continue };
            let bcond = matches!(define.word, DefineWord::Bcond | DefineWord::BcondWith | DefineWord::BcondWithout);
            if bcond {
                let body = self.spec.text(&define.body);
                let glued = body.first().is_some_and(|byte| !byte.is_ascii_whitespace())
                    && define.body.start == define.name.end;
                let name = self.text(&define.name);
                if glued {
                    let whole = format!("{name}{}", terminal(body.fields().next().unwrap_or_default()));
                    findings.push(self.bad_bcond(&whole, index));
                }
                defined.insert(name);
            }
            if self.spec.text(&define.name) == b"_default_patch_fuzz" && self.spec.text(&define.body) != b"0" {
                let message = format!("`_default_patch_fuzz` is {}", self.text(&define.body));
                findings.push(Finding::new(&rules::PATCH_FUZZ, "", "fuzz", message).at(self.at(index)));
            }
        }
        check_text::conditions(self, &defined, findings);
    }

    pub(super) fn bad_bcond(&self, name: &str, line: usize) -> Finding {
        let message =
            format!("rpm reads the condition `{name}` only up to another character than letters, digits and `_`");
        Finding::new(&rules::BCOND_NAME, name, "", message)
            .at(self.at(line))
            .hint(format!("write `{}`", name.replace('-', "_")))
    }

    fn patches(&self, findings: &mut Vec<Finding>) {
        let patches = self.spec.patches();
        let mut by_number: BTreeMap<u32, usize> = BTreeMap::new();
        let mut by_file: BTreeMap<String, usize> = BTreeMap::new();
        for patch in &patches {
            let file = file_name(&self.text(&patch.value));
            let twice =
                by_number.insert(patch.number, patch.line).map(|line| (line, format!("number {}", patch.number)));
            let twice = twice.or(by_file.insert(file.clone(), patch.line).map(|line| (line, format!("`{file}`"))));
            // In two branches of one block only one of them counts.
            if let Some((line, what)) = twice.filter(|(line, _)| self.spec.may_meet(*line, patch.line)) {
                let message = format!("{what} is declared twice");
                let finding = Finding::new(&rules::PATCH_CLASH, &file, &what, message);
                findings.push(finding.at(self.at(line)).at(self.at(patch.line)));
            }
        }
        for listed in patches.iter().chain(&self.spec.sources()) {
            if self.spec.lines().get(listed.line).is_some_and(|line| line.branch.is_some()) {
                let file = self.text(&listed.value);
                let message = format!("`{file}` is declared inside of a condition");
                findings.push(Finding::new(&rules::PATCH_CONDITIONAL, &file, "", message).at(self.at(listed.line)));
            }
        }
        self.application(findings);
    }

    fn application(&self, findings: &mut Vec<Finding>) {
        let patches = self.spec.patches();
        let declared: BTreeMap<u32, usize> = patches.iter().map(|patch| (patch.number, patch.line)).collect();
        let mut applied: BTreeSet<u32> = BTreeSet::new();
        let lines = self.spec.applied();
        for line in &lines {
            match &line.kind {
                ApplyKind::Range(low, high) => applied.extend(declared.range(low..=high).map(|(number, _)| *number)),
                ApplyKind::Some(numbers) => {
                    applied.extend(numbers);
                    for number in numbers.iter().filter(|number| !declared.contains_key(number) && !line.opaque) {
                        let message = format!("patch {number} is applied but not declared");
                        let finding = Finding::new(&rules::PATCH_UNDECLARED, &number.to_string(), "", message);
                        findings.push(finding.at(self.at(line.line)));
                    }
                }
            }
        }
        // A macro or a program may apply patches in a way that is not seen here.
        let seen = !lines.is_empty() && !lines.iter().any(|line| line.opaque);
        let by_hand = |patch: u32| {
            self.spec.source().contains_str(format!("%{{PATCH{patch}}}"))
                || self.spec.source().contains_str("%{patches}")
        };
        for patch in patches.iter().filter(|patch| seen && !applied.contains(&patch.number) && !by_hand(patch.number)) {
            let file = self.text(&patch.value);
            let named = self.spec.lines().iter().enumerate().any(|(index, line)| {
                line.kind == LineKind::Text
                    && self.spec.section_of(index) != SectionKind::Preamble
                    && self.spec.text(&line.span).contains_str(file_name(&file))
            });
            if !named {
                let message = format!("patch {} `{file}` is declared but not applied", patch.number);
                findings.push(Finding::new(&rules::PATCH_UNAPPLIED, &file, "", message).at(self.at(patch.line)));
            }
        }
    }

    fn queue(&self, findings: &mut Vec<Finding>) {
        if !self.has_queue {
            return;
        }
        for name in self.unlisted {
            let message = format!("`{name}` lies in the queue's folder but not in its series");
            findings.push(Finding::new(&rules::PATCH_UNLISTED, name, "", message).at(name.clone()));
        }
        let queue = self.inputs.patches;
        let tags = self.spec.patches();
        let region_lines =
            self.regions.iter().find(|region| region.id == RegionId::Patches).map(|region| region.begin..region.end);
        let tagged: BTreeSet<String> =
            tags.iter().map(|patch| file_name(&self.text(&patch.value).replace("%%", "%"))).collect();
        let known = |file: &str| queue.iter().any(|patch| patch.file == file);
        // Tags of the region itself are stale, not missing.
        for patch in tags.iter().filter(|patch| region_lines.as_ref().is_none_or(|lines| !lines.contains(&patch.line)))
        {
            let file = file_name(&self.text(&patch.value).replace("%%", "%"));
            if !known(&file) && !file.contains('%') {
                let message = format!("patch {} `{file}` is not in the queue", patch.number);
                let near = nearest(&file, queue.iter().map(|patch| patch.file.as_str()));
                let finding = Finding::new(&rules::PATCH_MISSING, &file, "", message).at(self.at(patch.line));
                findings.push(finding.hint(near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default()));
            }
        }
        let mut files: BTreeMap<&str, &str> = BTreeMap::new();
        for patch in queue {
            self.queue_patch(patch, region_lines.is_none() && !tagged.contains(&patch.file), findings);
            if let Some(other) = files.insert(&patch.file, &patch.name) {
                let message = format!("`{other}` and `{}` are the same file `{}` to rpm", patch.name, patch.file);
                findings.push(Finding::new(&rules::PATCH_CLASH, &patch.file, "queue", message));
            }
        }
    }

    fn queue_patch(&self, patch: &PatchFact, untagged: bool, findings: &mut Vec<Finding>) {
        if untagged {
            let message = format!("`{}` is in the queue but not in the spec", patch.name);
            findings.push(Finding::new(&rules::PATCH_UNTAGGED, &patch.name, "", message));
        }
        let packaging = &self.inputs.profile.packaging;
        let noted = packaging.patches.notes.iter().any(|(name, _)| *name == patch.file || *name == patch.name);
        if packaging.patches.status == Some(true) && patch.status.is_none() && !noted {
            let message = format!("`{}` does not tell its upstream status", patch.name);
            findings.push(Finding::new(&rules::PATCH_STATUS, &patch.name, "", message).at(patch.name.clone()));
        }
        let by_git = self.spec.source().contains_str("-S git") || self.spec.source().contains_str("-Sgit");
        if patch.binary && !by_git {
            let message = format!("`{}` holds a binary change", patch.name);
            findings.push(Finding::new(&rules::PATCH_BINARY, &patch.name, "", message).at(patch.name.clone()));
        }
    }

    /// The lines `bundled()` against the audit.
    fn audited(&self, findings: &mut Vec<Finding>) {
        let lines = self.spec.bundled();
        let own =
            self.regions.iter().find(|region| region.id == RegionId::Bundled).map(|region| region.begin..region.end);
        for line in lines.iter().filter(|line| own.as_ref().is_none_or(|own| !own.contains(&line.line))) {
            let name = self.text(&line.name);
            let version = line.version.as_ref().map(|version| self.text(version));
            let raw = version.clone().unwrap_or_default();
            if let Some(defect) = self.misread(line, &name) {
                findings.push(Finding::new(&rules::BUNDLED_ILLEGAL, &name, "read", defect).at(self.at(line.line)));
            } else if !raw.contains('%') && !check_text::is_rpm_version(&raw) {
                let text = rpm_text(&raw).text;
                let message = format!("`bundled({name})` has the version `{raw}`, which rpm refuses or misreads");
                let hint = if text.is_empty() { "leave the version out".to_owned() } else { format!("write `{text}`") };
                findings
                    .push(Finding::new(&rules::BUNDLED_ILLEGAL, &name, "", message).at(self.at(line.line)).hint(hint));
            }
            if let Some(audit) = self.inputs.audit {
                self.against(audit, (&name, version.as_deref()), line.line, findings);
            }
        }
        if let Some(audit) = self.inputs.audit {
            self.missing(audit, findings);
        }
    }

    /// What rpm would read otherwise than it looks: a blank in the name, a missing version, a word behind the version.
    fn misread(&self, line: &super::views::Bundled, name: &str) -> Option<String> {
        if name.contains(' ') {
            return Some(format!("the name in `bundled({name})` holds a blank"));
        }
        let version = line.version.as_ref()?;
        if version.is_empty() {
            return Some(format!("`bundled({name})` has a sign and no version behind it"));
        }
        let end = self.spec.lines().get(line.line)?.span.end;
        let behind = terminal(self.spec.text(&(version.end..end)).trim_ascii_end());
        let mut words = behind.split_whitespace();
        let word = words.next().filter(|word| !word.contains([',', '(', '%', '=', '<', '>']))?;
        let operator = words.next().is_some_and(|next| next.starts_with(['=', '<', '>']));
        (!operator && behind.starts_with([' ', '\t'])).then(|| {
            format!("`{word}` behind `bundled({name}) = {}` becomes a capability of its own", self.text(version))
        })
    }

    fn against(
        &self,
        audit: &AuditReport,
        (name, version): (&str, Option<&str>),
        line: usize,
        findings: &mut Vec<Finding>,
    ) {
        let libraries = &self.inputs.profile.packaging.libraries;
        let known = libraries.iter().chain(&self.inputs.profile.packaging.known_libraries);
        let library = known.clone().find(|library| library.bundled_name() == name);
        let by_library = library.and_then(|library| component_of(audit, library));
        let component = by_library.or_else(|| audit.components.iter().find(|found| same_name(&found.name, name)));
        let component = component.or_else(|| {
            audit
                .components
                .iter()
                .find(|found| found.root.rsplit('/').next().is_some_and(|last| same_name(last, name)))
        });
        let Some(component) = component else {
            let near = nearest(name, audit.components.iter().map(|component| component.name.as_str()));
            let rule = if near.is_some() { &rules::BUNDLED_MISSPELT } else { &rules::BUNDLED_GONE };
            let message = format!("`bundled({name})` names nothing that the audit found");
            let hint = near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
            findings.push(Finding::new(rule, name, "", message).at(self.at(line)).hint(hint));
            return;
        };
        let Some(told) = &component.version.value else { return };
        let (text, source) = (rpm_text(told).text, component.version.source.clone().unwrap_or_default());
        match version {
            None if !text.is_empty() => {
                let message = format!("`bundled({name})` tells no version; the tree has {told}");
                findings.push(Finding::new(&rules::BUNDLED_DEAD, name, "", message).at(self.at(line)).at(source));
            }
            Some(version) if version != text && version != told && !text.is_empty() => {
                let message = format!("`bundled({name}) = {version}`, but the tree has {told}");
                findings.push(Finding::new(&rules::BUNDLED_STALE, name, "", message).at(self.at(line)).at(source));
            }
            _ => {}
        }
    }

    /// Shipped components without a line.
    fn missing(&self, audit: &AuditReport, findings: &mut Vec<Finding>) {
        let names: Vec<String> = self.spec.bundled().iter().map(|line| self.text(&line.name)).collect();
        let libraries = &self.inputs.profile.packaging.libraries;
        let owned: Vec<&str> = libraries
            .iter()
            .filter_map(|library| component_of(audit, library))
            .map(|found| found.id.as_str())
            .collect();
        // Only what is known to be shipped or used: where nothing is known, a missing line is no finding.
        let shipped = |component: &&Component| match component.used.state {
            Use::Used | Use::UsedIf => component.shipped != Some(false),
            Use::Unknown => component.shipped == Some(true),
            Use::TestOnly | Use::HostOnly | Use::Unreachable => false,
        };
        for component in audit.components.iter().filter(shipped) {
            let provided = component
                .provides
                .as_deref()
                .and_then(|text| text.strip_prefix("bundled(")?.split_once(')'))
                .map(|(name, _)| name);
            let last = component.root.rsplit('/').next().unwrap_or_default();
            let is_named = names.iter().any(|name| {
                same_name(name, &component.name)
                    || same_name(name, last)
                    || provided.is_some_and(|provided| same_name(name, provided))
            });
            if !is_named && !owned.contains(&component.id.as_str()) && component.provides.is_some() {
                let provides = component.provides.clone().unwrap_or_default();
                let message = format!("`{}` is shipped and has no `bundled()`", component.id);
                let finding =
                    Finding::new(&rules::BUNDLED_MISSING, &component.id, "", message).at(component.root.clone());
                findings.push(finding.hint(format!("Provides: {provides}")));
            }
        }
    }

    fn head(&self, material: &Material<'_>, findings: &mut Vec<Finding>) {
        if let Some((line, tag)) = self.spec.main_tag("Version") {
            let written = self.text(&tag.value);
            if written.contains('-') && !written.contains('%') {
                let message = format!("the version `{written}` holds a `-`");
                findings.push(Finding::new(&rules::VERSION_FORM, "", "", message).at(self.at(line)));
            }
            let own = self.regions.iter().any(|region| (region.begin..region.end).contains(&line));
            if let Some(wanted) =
                fragment::spec_version(material).filter(|wanted| *wanted != written && !written.contains('%') && !own)
            {
                let message = format!("the spec has version {written}, the profile {wanted}");
                findings.push(Finding::new(&rules::VERSION_DIFFERS, "", "", message).at(self.at(line)));
            }
        }
        let Some((line, tag)) = self.spec.main_tag("License") else { return };
        let written = self.text(&tag.value);
        if written.contains('%') {
            return;
        }
        let written = match license::strict(&written) {
            Ok(expression) => expression,
            Err(defect) => {
                let message = format!("`License:`: {defect}");
                findings.push(Finding::new(&rules::LICENSE_FORM, "", "tag", message).at(self.at(line)));
                return;
            }
        };
        if self.regions.iter().any(|region| region.id == RegionId::License) {
            return;
        }
        let wanted = fragment::license_text(material).and_then(|text| license::strict(&text).ok());
        let terms = wanted.as_ref().map(license::Expression::terms).unwrap_or_default();
        for term in terms.iter().filter(|term| !written.terms().contains(term)) {
            let message = format!("`License:` lacks `{term}`");
            findings.push(Finding::new(&rules::LICENSE_COVER, "", &term.to_string(), message).at(self.at(line)));
        }
    }
}

/// True where the name can stand in a condition.
pub(super) fn is_condition_name(name: &str) -> bool {
    is_name(name)
}
