//! A report that holds every verdict, every optional key and hostile text.

use forebay::rebase::report::{
    FileReport, Grade, HunkReport, HunkVerdict, PatchReport, RebaseReport, SCHEMA, Summary, Verdict,
};

fn hunk(index: usize, old_line: usize, new_line: Option<usize>, verdict: HunkVerdict) -> HunkReport {
    let (grade, rung) = match verdict {
        HunkVerdict::Conflict => (None, ""),
        HunkVerdict::Review => (Some(Grade::C), "context"),
        HunkVerdict::DeletedMore => (Some(Grade::C), "delete-intent"),
        HunkVerdict::Merged => (Some(Grade::A), "three-way"),
        HunkVerdict::DroppedAbsorbed => (Some(Grade::B), "absorbed"),
        HunkVerdict::Untouched | HunkVerdict::Refreshed => (Some(Grade::A), "exact"),
    };
    let tried: &[&str] = match rung {
        "exact" => &["exact"],
        "three-way" => &["exact", "three-way"],
        "absorbed" => &["exact", "three-way", "absorbed"],
        _ => &["exact", "three-way", "absorbed", "list", "delete-intent", "moved-code"],
    };
    HunkReport {
        index,
        old_line,
        new_line,
        verdict,
        grade,
        rung: rung.into(),
        evidence: Vec::new(),
        tried: tried.iter().map(|rung| (*rung).into()).collect(),
        swallowed: Vec::new(),
        base: None,
        ours: None,
        theirs: None,
        culprit: None,
        culprit_commits: Vec::new(),
        lossy: false,
    }
}

fn says(mut hunk: HunkReport, evidence: &[&str]) -> HunkReport {
    hunk.evidence = evidence.iter().map(|fact| (*fact).into()).collect();
    hunk
}

fn file(path: &str, onto_path: &str, verdict: Verdict, hunks: Vec<HunkReport>) -> FileReport {
    let grade = hunks.iter().filter_map(|hunk| hunk.grade).max().filter(|_| verdict != Verdict::Conflict);
    FileReport {
        path: path.into(),
        onto_path: onto_path.into(),
        verdict,
        grade,
        evidence: Vec::new(),
        siblings: Vec::new(),
        culprit_commits: Vec::new(),
        lossy: false,
        hunks,
    }
}

fn patch(name: &str, verdict: Verdict, reason: &str, files: Vec<FileReport>) -> PatchReport {
    let grade = files.iter().filter_map(|file| file.grade).max().filter(|_| verdict != Verdict::Conflict);
    PatchReport { name: name.into(), verdict, grade, reason: reason.into(), lossy: false, findings: Vec::new(), files }
}

fn conflicts() -> Vec<PatchReport> {
    let mut open = says(
        hunk(3, 434, None, HunkVerdict::Conflict),
        &[
            "upstream rewrote lines 440 to 452, the patch changes 2 of them",
            "the context above is found once, 6 lines off",
        ],
    );
    open.base = Some("  settings->SetDpi(300);\n".into());
    open.ours = Some("  settings->set_dpi(kDefaultDpi);\n".into());
    open.theirs = Some("  settings->SetDpi(600);\n".into());
    open.culprit = Some("4c1f0e92ab3d `[printing] Name the default DPI` (2026-06-02)".into());
    let mut hostile = says(
        hunk(2, 12, None, HunkVerdict::Conflict),
        &["::error file=x::`::set-output name=a::b` ##[error]boom <img src=x onerror=alert(1)> | @everyone see #1"],
    );
    hostile.base = Some("caf\\xE9\n".into());
    hostile.ours = Some(String::new());
    hostile.theirs = Some("café\n".into());
    hostile.lossy = true;
    let settings = vec![
        hunk(1, 20, Some(20), HunkVerdict::Untouched),
        hunk(2, 301, Some(307), HunkVerdict::Refreshed),
        open,
        hunk(4, 510, Some(530), HunkVerdict::Merged),
    ];
    let mut gone =
        file("printing/backend/legacy_spooler.cc", "printing/backend/legacy_spooler.cc", Verdict::Conflict, Vec::new());
    gone.evidence = vec!["upstream deleted the file in `9d8e7f6a5b4c`; no file of the new tree is like it".into()];
    vec![
        patch(
            "fixes/ps-print.patch",
            Verdict::Conflict,
            "1 of 4 hunks has no place, 1 file is gone",
            vec![file("printing/print_settings.cc", "printing/print_settings.cc", Verdict::Conflict, settings), gone],
        ),
        patch(
            "odd/a|b `::warning` <b>.patch",
            Verdict::Conflict,
            "1 of 1 hunks has no place",
            vec![file("odd/::notice", "odd/::notice", Verdict::Conflict, vec![hostile])],
        ),
    ]
}

fn reviews() -> Vec<PatchReport> {
    let mut more = says(
        hunk(1, 118, Some(126), HunkVerdict::DeletedMore),
        &[
            "the removed region begins and ends at unique lines, its braces balance",
            "the added lines are as the patch has them",
        ],
    );
    more.swallowed = ["  if (base::FeatureList::IsEnabled(kDial)) {\n", "    StartDialOnce();\n", "  }\n"]
        .into_iter()
        .chain(["  LogDial();\n", "  UMA_HISTOGRAM_BOOLEAN(\"Dial\", true);\n"])
        .map(Into::into)
        .collect();
    let dial = "chrome/browser/media/router/discovery/dial/dial_media_sink_service_impl.cc";
    let mut moved = file(
        "ui/ozone/platform/wayland/host/wayland_window.cc",
        "ui/ozone/platform/wayland/window/wayland_window.cc",
        Verdict::Review,
        vec![says(
            hunk(1, 77, Some(80), HunkVerdict::Review),
            &["2 of 3 context lines match at line 80 and nowhere else"],
        )],
    );
    moved.evidence =
        vec!["moved with its folder: 41 of 43 files of `ui/ozone/platform/wayland/host` are now in `window`".into()];
    vec![
        patch(
            "ungoogled/remove-dial.patch",
            Verdict::Review,
            "1 hunk deletes newer upstream text too",
            vec![file(dial, dial, Verdict::Review, vec![more])],
        ),
        patch(
            "wayland/fractional-scale-for-every-output-that-asks.patch",
            Verdict::Review,
            "1 hunk was placed by a plausible guess only, in a moved file",
            vec![moved],
        ),
    ]
}

fn quiet() -> Vec<PatchReport> {
    let one =
        |name, verdict, reason, path: &str, hunks| patch(name, verdict, reason, vec![file(path, path, verdict, hunks)]);
    let refreshed = |index, old, new| hunk(index, old, Some(new), HunkVerdict::Refreshed);
    let absorbed = says(
        hunk(1, 9, Some(9), HunkVerdict::DroppedAbsorbed),
        &["all added lines stand at line 9, no removed line does"],
    );
    let merged = says(hunk(1, 40, Some(44), HunkVerdict::Merged), &["clean three-way merge with the true base"]);
    let (moved, context) = (vec![refreshed(1, 200, 203), refreshed(2, 900, 918)], vec![refreshed(1, 5, 5)]);
    let mut rows = vec![
        one("upstream/gcc-16.patch", Verdict::Absorbed, "all of it is already upstream", "base/bits.h", vec![absorbed]),
        one(
            "system/icu.patch",
            Verdict::Merged,
            "1 hunk merged with upstream's change",
            "third_party/icu/BUILD.gn",
            vec![merged],
        ),
        one("disable/catapult.patch", Verdict::Refreshed, "line numbers moved by 3 to 18", "BUILD.gn", moved),
        one("日本語/入力メソッド.patch", Verdict::Refreshed, "context renewed", "ui/base/ime/入力.cc", context),
        patch(
            "disable/old-feature.patch",
            Verdict::Skipped,
            "left out: upstream removed the feature in 149",
            Vec::new(),
        ),
    ];
    for name in ["disable/signin.patch", "disable/tests.patch", "disable/unrar.patch"] {
        let hunks = vec![hunk(1, 1, Some(1), HunkVerdict::Untouched)];
        rows.push(one(name, Verdict::Untouched, "applies exactly as it stands", "a.cc", hunks));
    }
    rows
}

fn summary(patches: &[PatchReport]) -> Summary {
    let count = |verdict| patches.iter().filter(|patch| patch.verdict == verdict).count();
    Summary {
        patches: patches.len(),
        untouched: count(Verdict::Untouched),
        refreshed: count(Verdict::Refreshed),
        merged: count(Verdict::Merged),
        review: count(Verdict::Review),
        absorbed: count(Verdict::Absorbed),
        conflict: count(Verdict::Conflict),
        skipped: count(Verdict::Skipped),
    }
}

/// Every verdict.
pub(crate) fn report() -> RebaseReport {
    let mut patches = quiet();
    let last = patches.split_off(3);
    patches.extend(conflicts());
    patches.extend(last);
    patches.extend(reviews());
    RebaseReport {
        schema: SCHEMA.into(),
        package: "chromium".into(),
        from: Some("150.0.7871.100".into()),
        onto: "150.0.7871.181".into(),
        summary: summary(&patches),
        patches,
    }
}

/// A point release: nothing to do.
pub(crate) fn clean() -> RebaseReport {
    let patches: Vec<PatchReport> =
        quiet().into_iter().filter(|patch| matches!(patch.verdict, Verdict::Untouched | Verdict::Refreshed)).collect();
    RebaseReport {
        schema: SCHEMA.into(),
        package: String::new(),
        from: None,
        onto: "v2".into(),
        summary: summary(&patches),
        patches,
    }
}
