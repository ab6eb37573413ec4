//! Patches with their numbers, comments and conditions.

use bstr::ByteSlice;

use super::{Account, Found, expression};
use crate::profile::condition::Condition;
use crate::profile::packaging::{Guard, PatchGroup};
use crate::spec::facts::file_name;
use crate::spec::{BranchKind, LineKind, Listed, Spec};
use crate::text::display::terminal;

pub(super) fn read(spec: &Spec, found: &mut Found) -> Vec<Account> {
    let mut account = Account::new("patches");
    let mut guarded: Vec<(u32, Guard)> = Vec::new();
    for patch in spec.patches() {
        let name = file_name(&terminal(spec.text(&patch.value)));
        notes(spec, &patch, &name, found);
        match guard(spec, &patch) {
            Ok(guard) => {
                account.done();
                doubts(spec, &patch, &mut account);
                guarded.push((patch.number, guard));
            }
            Err(why) => {
                account.left(patch.line, format_args!("patch {} `{name}`: {why}", patch.number));
                // It keeps its tag and number; nothing is written that applies it.
                guarded.push((patch.number, Guard::When(Condition::Constant(false))));
            }
        }
    }
    guarded.sort_by_key(|(number, _)| *number);
    found.groups = groups(guarded);
    vec![account]
}

/// Comment lines right above a tag.
fn notes(spec: &Spec, patch: &Listed, name: &str, found: &mut Found) {
    let mut lines: Vec<String> = Vec::new();
    for index in (0..patch.line).rev() {
        if spec.lines().get(index).map(|line| &line.kind) != Some(&LineKind::Comment) {
            break;
        }
        let text = terminal(spec.line_text(index).trim_ascii().trim_start_with(|c| c == '#').trim_ascii());
        lines.push(text.replace("%%", "%").replace('\t', " "));
    }
    lines.reverse();
    let text = lines.join("\n");
    if !text.trim().is_empty() {
        found.notes.push((name.to_owned(), text));
    }
}

/// Tells where `%ifarch` around a patch holds words that rpm takes for names of architectures.
fn doubts(spec: &Spec, patch: &Listed, account: &mut Account) {
    for line in spec.applied().iter().filter(|line| line.covers(patch.number)) {
        for guard in spec.guards(line.line) {
            let Some(branch) = spec.branches().get(guard.branch) else { continue };
            let text = terminal(spec.text(&branch.condition));
            if spec.idle_arch_words(guard.branch) {
                account.doubt(
                    branch.line,
                    format_args!(
                        "`%ifarch {text}` (patch {}): rpm reads the names of architectures in it and nothing else",
                        patch.number
                    ),
                );
            }
        }
    }
}

/// What must hold for a patch to be applied.
fn guard(spec: &Spec, patch: &Listed) -> Result<Guard, String> {
    let lines: Vec<_> = spec.applied().into_iter().filter(|line| line.covers(patch.number)).collect();
    if lines.is_empty() {
        return Err("no line of %prep applies it".into());
    }
    if lines.iter().any(|line| line.opaque) {
        return Err("the line that applies it holds words that are not understood".into());
    }
    let mut any = Condition::Constant(false);
    for line in &lines {
        let guards = spec.guards(line.line);
        match expression::of_guards(spec, &guards) {
            Some(condition) => any = any.or(condition),
            None if lines.len() == 1 => return raw(spec, &guards),
            None => return Err("it is applied in several places under conditions that a profile cannot say".into()),
        }
    }
    Ok(match any {
        Condition::Constant(true) => Guard::Always,
        condition => Guard::When(condition),
    })
}

/// The conditions as one expression that only rpm understands.
fn raw(spec: &Spec, guards: &[crate::spec::Guard]) -> Result<Guard, String> {
    let mut parts = Vec::new();
    for guard in guards {
        let Some(branch) = spec.branches().get(guard.branch) else { continue };
        let text = terminal(spec.text(&branch.condition).trim_ascii());
        match branch.kind {
            BranchKind::If if guard.negated => parts.push(format!("! ({text})")),
            BranchKind::If => parts.push(format!("({text})")),
            _ => return Err(format!("a profile cannot say `{text}`")),
        }
    }
    Ok(Guard::Raw(parts.join(" && ")))
}

/// Runs of numbers with one guard; a range goes up to the next run, so that it can grow.
fn groups(guarded: Vec<(u32, Guard)>) -> Vec<PatchGroup> {
    let mut all: Vec<PatchGroup> = Vec::new();
    for (number, guard) in guarded {
        match all.last_mut() {
            Some(last) if last.guard == guard => last.range.1 = number,
            _ => {
                if let Some(last) = all.last_mut() {
                    last.range.1 = number.saturating_sub(1).max(last.range.1);
                }
                all.push(PatchGroup { id: String::new(), range: (number, number), guard, patches: Vec::new() });
            }
        }
    }
    if let Some(last) = all.last_mut() {
        last.range.1 = last.range.1.max(9999);
    }
    for group in &mut all {
        group.id = format!("from-{}", group.range.0);
    }
    // New patches go to the first group that always applies: it stands first.
    if let Some(open) = all.iter().position(|group| group.guard == Guard::Always) {
        let first = all.remove(open);
        all.insert(0, first);
    }
    all
}
