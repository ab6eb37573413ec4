//! What counts as already upstream, and above all what does not.

#![expect(clippy::unwrap_used, reason = "a test states its expectations with unwrap")]

use forebay::patch::{PatchFile, make};
use forebay::path::RepoPath;
use forebay::progress::Silent;
use forebay::queue::QueuePatch;
use forebay::rebase::execute::{Request, execute};
use forebay::rebase::report::{Grade, HunkVerdict, PatchReport, Verdict};
use forebay::rebase::world::Knowledge;
use forebay::tree::memory::MemoryTree;
use forebay::tree::{File, Mode};
use proptest::prelude::*;

/// A file on the three sides; `None` where it does not exist.
struct Case<'c> {
    path: &'c str,
    base: Option<&'c str>,
    theirs: Option<&'c str>,
    ours: Option<&'c str>,
}

fn changed<'c>(path: &'c str, base: &'c str, theirs: &'c str, ours: &'c str) -> Case<'c> {
    Case { path, base: Some(base), theirs: Some(theirs), ours: Some(ours) }
}

fn patch(cases: &[Case<'_>], pick: impl Fn(&Case<'_>) -> [Option<String>; 2]) -> QueuePatch {
    let files = cases.iter().map(|case| {
        let path = RepoPath::parse(case.path.as_bytes()).unwrap();
        let [before, after] = pick(case);
        let side = |text: &Option<String>| text.clone().map(|text| (0o100_644, text.into_bytes()));
        let (before, after) = (side(&before), side(&after));
        let of = |side: &Option<(u32, Vec<u8>)>| side.clone();
        let (before, after) = (of(&before), of(&after));
        make::file_patch(
            &path,
            &path,
            before.as_ref().map(|(mode, data)| (*mode, data.as_slice())),
            after.as_ref().map(|(mode, data)| (*mode, data.as_slice())),
            3,
        )
    });
    let patch = PatchFile { files: files.collect(), ..PatchFile::default() };
    let source = patch.print();
    let patch = forebay::patch::parse(&source).unwrap();
    QueuePatch { name: "a.patch".into(), source: source.into(), patch, strip: 1, reverse: false, exact: None }
}

fn tree(cases: &[Case<'_>], pick: impl Fn(&Case<'_>) -> Option<String>) -> MemoryTree {
    let mut tree = MemoryTree::new("tree");
    for case in cases {
        if let Some(text) = pick(case) {
            tree.insert(RepoPath::parse(case.path.as_bytes()).unwrap(), File::new(Mode::Regular, text.into_bytes()));
        }
    }
    tree
}

fn run(patches: &[QueuePatch], old: &MemoryTree, new: &MemoryTree) -> Vec<PatchReport> {
    let request = Request {
        package: "p",
        patches,
        from: Some(old),
        onto: new,
        decisions: &forebay::rebase::outcome::Decisions::default(),
        knowledge: Knowledge::default(),
        automatic: Grade::B,
        jobs: Some(1),
        progress: &Silent,
    };
    execute(&request).unwrap().report.patches
}

fn report(cases: &[Case<'_>]) -> PatchReport {
    let text = |side: Option<&str>| side.map(str::to_owned);
    let patch = patch(cases, |case| [text(case.base), text(case.theirs)]);
    let (old, new) = (tree(cases, |case| text(case.base)), tree(cases, |case| text(case.ours)));
    run(&[patch], &old, &new).remove(0)
}

fn verdict(base: &str, theirs: &str, ours: &str) -> Verdict {
    report(&[changed("src/a.c", base, theirs, ours)]).verdict
}

const BASE: &str = "open_device (name);\nread_header (device);\ncheck_version (device);\nclose_device (device);\n";
const CHECK: &str = "if (header_length > largest_header)\n  return fail_with (E_HEADER_TOO_LONG);\n";

fn checked() -> String {
    BASE.replace("check_version", &format!("{CHECK}check_version"))
}

#[test]
fn a_change_that_stands_in_a_larger_one_is_absorbed() {
    let ours = checked().replace("check_version", "verify_checksum (device);\ncheck_version");
    assert_eq!(verdict(BASE, &checked(), &ours), Verdict::Absorbed);
}

#[test]
fn other_white_space_and_wraps_are_the_same_text() {
    let tabs =
        checked().replace("  return", "\treturn").replace("check_version", "verify_sum (device);\ncheck_version");
    assert_eq!(verdict(BASE, &checked(), &tabs), Verdict::Absorbed);
    let wrapped = checked()
        .replace("(header_length >", "(header_length\n    >")
        .replace("check_version", "verify_sum (device);\ncheck_version");
    assert_eq!(verdict(BASE, &checked(), &wrapped), Verdict::Absorbed);
}

#[test]
fn the_same_words_in_a_line_that_upstream_changed_further_are_absorbed() {
    let base = "before = 1;\nresult := $(shell $(TOOL) -p input | grep pattern)\nafter = 2;\n";
    let theirs = base.replace("$(TOOL)", "LC_ALL=C $(TOOL)");
    let ours = theirs.replace("grep pattern", "grep -E pattern");
    assert_eq!(verdict(base, &theirs, &ours), Verdict::Absorbed);
}

#[test]
fn one_of_several_like_edits_that_upstream_left_out_keeps_the_patch() {
    let target = |name: &str, taken: bool| {
        let line = if taken { "  visibility = everybody ()\n" } else { "" };
        format!(
            "target ({name})\n  public_header = {name}\n{line}  needs = config_{name}\n  warns = more_{name}\n  ends_{name}\n\n"
        )
    };
    let text = |taken: [bool; 4]| -> String {
        ["alpha", "beta", "gamma", "delta"].into_iter().zip(taken).map(|(name, taken)| target(name, taken)).collect()
    };
    let ours = text([true, false, true, true]);
    let found = report(&[changed("BUILD", &text([false; 4]), &text([true; 4]), &ours)]);
    assert_eq!(found.verdict, Verdict::Merged, "{found:?}");
}

#[test]
fn an_edit_that_upstream_left_out_beside_one_it_took_word_for_word_keeps_the_patch() {
    let header = |number: usize| format!("diagnostic setting number_{number}\n");
    let opening: String = (0..10).map(header).collect();
    let theirs = BASE.replace("check_version", &format!("{opening}check_version"));
    let theirs = theirs.replace("check_version (device);\n", "check_version (device);\ndiagnostic setting restored\n");
    let ours = theirs.replace("diagnostic setting restored\n", "");
    assert_eq!(verdict(BASE, &theirs, &ours), Verdict::Merged);
}

#[test]
fn a_line_that_base_already_had_says_nothing() {
    let base = format!("{CHECK}{BASE}");
    let theirs = format!("{CHECK}{}", checked());
    let ours = base.replace("check_version (device)", "check_release (device)");
    assert_ne!(verdict(&base, &theirs, &ours), Verdict::Absorbed);
}

#[test]
fn braces_and_common_words_say_nothing() {
    let theirs = BASE.replace("check_version", "{\n  return 0;\n}\n#endif\ncheck_version");
    let ours = BASE.replace("check_version", "{\n  return 0;\n}\n#endif\nother_thing ();\ncheck_release");
    assert_ne!(verdict(BASE, &theirs, &ours), Verdict::Absorbed);
}

#[test]
fn removed_lines_that_still_stand_keep_the_hunk() {
    let theirs = checked().replace("read_header (device);\n", "");
    let ours = checked().replace("check_version (device)", "check_version (device, 2)");
    assert_ne!(verdict(BASE, &theirs, &ours), Verdict::Absorbed);
}

#[test]
fn a_line_far_away_does_not_prove_a_small_hunk() {
    let filler: String = (0..100).map(|number| format!("filler_line_{number} ();\n")).collect();
    let base = format!("{BASE}{filler}last_line ();\n");
    let theirs = base.replace("check_version", "initialise_tables (device);\ncheck_version");
    let ours = base
        .replace("check_version (device)", "check_release (device)")
        .replace("last_line", "other_place ();\ninitialise_tables (device);\nlast_line");
    assert_ne!(verdict(&base, &theirs, &ours), Verdict::Absorbed);
}

#[test]
fn only_the_hunks_that_are_upstream_leave_the_patch() {
    let filler: String = (0..30).map(|number| format!("filler_line_{number} ();\n")).collect();
    let base = format!("{BASE}{filler}last_line ();\n");
    let both = base.replace(BASE, &checked()).replace("last_line", "own_extension ();\nlast_line");
    let ours = base.replace(BASE, &checked().replace("check_version", "verify_sum (device);\ncheck_version"));
    let report = report(&[changed("src/a.c", &base, &both, &ours)]);
    let hunks: Vec<HunkVerdict> = report.files[0].hunks.iter().map(|hunk| hunk.verdict).collect();
    assert_eq!(report.verdict, Verdict::Merged);
    assert_eq!(hunks, [HunkVerdict::DroppedAbsorbed, HunkVerdict::Refreshed]);
}

#[test]
fn code_upstream_with_its_change_log_in_another_form_is_absorbed() {
    let log = "2020-01-01\n\t* old entry of somebody.\n";
    let theirs = format!("2020-02-02\n\t* check the length of the header.\n{log}");
    let ours = format!("2020-03-03\n\t* a wholly different entry here.\n{log}");
    let long = checked().replace(CHECK, &format!("{CHECK}count_failures (statistics);\nlog_failure (device);\n"));
    let code = long.replace("check_version", "verify_sum (device);\ncheck_version");
    let cases = [changed("src/a.c", BASE, &long, &code), changed("ChangeLog", log, &theirs, &ours)];
    assert_eq!(report(&cases).verdict, Verdict::Absorbed);
    let elsewhere = [changed("src/a.c", BASE, &long, &code), changed("src/log.c", log, &theirs, &ours)];
    assert_ne!(report(&elsewhere).verdict, Verdict::Absorbed);
}

#[test]
fn a_new_file_that_upstream_added_in_nearly_the_same_form_is_absorbed() {
    let new: String = (0..20).map(|number| format!("int compute_value_{number} (void);\n")).collect();
    let ours = format!("/* Copyright Example. */\n{}", new.replace("compute_value_7 ", "compute_value_seven "));
    let case = |ours: String| {
        let case = Case { path: "src/new.h", base: None, theirs: Some(&new), ours: Some(&ours) };
        report(&[case]).verdict
    };
    assert_eq!(case(ours), Verdict::Absorbed);
    let half: String = new.lines().take(10).map(|line| format!("{line}\n")).collect();
    assert_ne!(case(half), Verdict::Absorbed);
}

#[test]
fn one_hunk_of_weight_that_is_missing_keeps_the_patch() {
    let lines = |name: &str, count: usize| -> String { (0..count).map(|at| format!("{name}_{at} ();\n")).collect() };
    let base = format!("{BASE}{}{BASE}", lines("filler", 30));
    let (first, second) = (lines("upstream_took_this", 40), lines("still_our_own", 5));
    let theirs = format!("{first}{base}").replace("filler_29", &format!("{second}filler_29"));
    let ours = format!("{first}more ();\n{base}").replace("filler_29", "rewritten_by_upstream");
    assert_ne!(verdict(&base, &theirs, &ours), Verdict::Absorbed);
}

#[test]
fn a_small_addition_of_our_own_that_conflicts_keeps_the_patch() {
    let filler: String = (0..30).map(|number| format!("filler_line_{number} ();\n")).collect();
    let taken: String = (0..40).map(|number| format!("upstream_took_this_{number} ();\n")).collect();
    let base = format!("{BASE}{filler}{BASE}");
    let own = "downstream_branding ();\nfiller_line_29 ();\ndownstream_telemetry_off ();\n";
    let theirs = format!("{taken}{base}").replace("filler_line_29 ();\n", own);
    let ours = format!("{taken}more_code ();\n{base}").replace("filler_line_29", "renamed_by_upstream");
    assert_ne!(verdict(&base, &theirs, &ours), Verdict::Absorbed);
}

#[test]
fn what_an_earlier_patch_removed_is_not_new_upstream() {
    let line = "legacy_registration (device);\n";
    let old = BASE.replace("check_version", &format!("{line}check_version"));
    let text = |text: &str| Some(text.to_owned());
    let cases = [changed("src/a.c", "", "", "")];
    let first = patch(&cases, |_| [text(&old), text(BASE)]);
    let second = patch(&cases, |_| [text(BASE), text(&old)]);
    let new = old.replace("read_header", "scan_header").replace("check_version", "check_release");
    let reports = run(&[first, second], &tree(&cases, |_| text(&old)), &tree(&cases, |_| text(&new)));
    assert!(reports.iter().all(|report| report.verdict != Verdict::Absorbed), "{reports:#?}");
}

fn known(number: usize) -> String {
    format!("shared_statement_{number} (argument);\n")
}

/// A text with replacements: at each place, so many lines go and these come.
fn edited(text: &[String], edits: &[(usize, usize, Vec<String>)]) -> String {
    let mut lines = text.to_vec();
    for (at, gone, new) in edits.iter().rev() {
        let at = at % (lines.len() + 1);
        let end = (at + gone).min(lines.len());
        lines.splice(at..end, new.iter().cloned());
    }
    lines.concat()
}

fn edits(name: &'static str) -> impl Strategy<Value = Vec<(usize, usize, Vec<String>)>> {
    let own = (0..1000_usize).prop_map(move |number| format!("{name}_statement_{number} (argument);\n"));
    let line = prop_oneof![2 => own.clone(), 1 => (0..40_usize).prop_map(known), 1 => Just("}\n".to_owned())];
    let edit = (0..60_usize, 0..4_usize, prop::collection::vec(line, 0..4), own);
    prop::collection::vec(edit, 1..5).prop_map(|edits| {
        let both = edits.into_iter().map(|(at, gone, mut lines, own)| {
            lines.push(own);
            (at, gone, lines)
        });
        both.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_patch_that_is_not_upstream_is_never_absorbed(
        base in prop::collection::vec((0..60_usize).prop_map(known), 1..60),
        mine in edits("downstream"),
        upstream in edits("upstream"),
    ) {
        let (theirs, ours) = (edited(&base, &mine), edited(&base, &upstream));
        prop_assert_ne!(verdict(&base.concat(), &theirs, &ours), Verdict::Absorbed);
    }

    #[test]
    fn a_patch_that_upstream_took_with_more_around_it_is_absorbed(
        base in prop::collection::vec((0..60_usize).prop_map(known), 1..60),
        at in 0..60_usize,
        count in 1..6_usize,
        more in 0..4_usize,
    ) {
        let own = |name: &str, count: usize| (0..count).map(|at| format!("{name}_{at} (arg);\n")).collect::<Vec<_>>();
        let new = own("downstream_statement", count);
        let larger = [new.clone(), own("upstream_statement", more)].concat();
        let (theirs, ours) = (edited(&base, &[(at, 0, new)]), edited(&base, &[(at, 0, larger)]));
        prop_assert_eq!(verdict(&base.concat(), &theirs, &ours), Verdict::Absorbed);
    }
}
