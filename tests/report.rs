//! One rich report in every format, as documents below `snapshots/report/`, and the shape of the machine contract.

#[path = "report/audit.rs"]
mod audit;
#[path = "report/browser.rs"]
mod browser;
#[path = "report/page.rs"]
mod page;
#[path = "report/sample.rs"]
mod sample;
#[path = "report/show.rs"]
mod show;

use forebay::rebase::report::RebaseReport;
use forebay::rebase::session::{Given, OpenConflict};
use forebay::rebase::status::{FileState, Interrupted, OpenFile, OpenPatch, OpenRebase, StatusReport};
use forebay::report::text::TextOptions;
use forebay::report::{json, markdown, schema, status, text};

/// Compares with the document; the escape byte stands as `␛`, so that the document stays text.
fn document(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/report");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text.replace('\x1b', "␛")));
}

fn options(width: usize, color: bool, verbose: bool) -> TextOptions {
    let next = vec!["forebay continue".to_owned(), "forebay skip".to_owned(), "forebay abort".to_owned()];
    TextOptions { width, color, verbose, next }
}

#[test]
fn text_documents() {
    let report = sample::report();
    document("rebase-80", &text::rebase(&report, &options(80, false, false)));
    document("rebase-120", &text::rebase(&report, &options(120, false, false)));
    document("rebase-120-color", &text::rebase(&report, &options(120, true, false)));
    document("rebase-120-verbose", &text::rebase(&report, &options(120, false, true)));
}

#[test]
fn other_documents() {
    let report = sample::report();
    document("rebase.md", &markdown::rebase(&report));
    document("rebase.json", &json::render(&report));
    document("clean-80", &text::rebase(&sample::clean(), &TextOptions { width: 80, ..TextOptions::default() }));
}

#[test]
fn colour_changes_no_word_and_lines_fit() {
    let strip = |text: &str| anstream::adapter::strip_str(text).to_string();
    for width in [50, 80, 100, 120, 200] {
        for verbose in [false, true] {
            let plain = text::rebase(&sample::report(), &options(width, false, verbose));
            assert_eq!(strip(&text::rebase(&sample::report(), &options(width, true, verbose))), plain);
            for line in plain.lines() {
                let columns = unicode_width::UnicodeWidthStr::width(line);
                assert!(columns <= width, "{columns} > {width}: {line}");
            }
        }
    }
}

#[test]
fn no_format_passes_a_command_on() {
    let report = sample::report();
    let all = [text::rebase(&report, &options(60, false, true)), markdown::rebase(&report)].concat();
    for line in all.lines() {
        assert!(!line.trim_start().starts_with("::"), "{line}");
        assert!(!line.contains("##[") && !line.contains('\x1b'), "{line}");
    }
    let text = markdown::rebase(&report);
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    assert!(!text.contains("<img"));
}

#[test]
fn markdown_stays_short_while_folded_and_bounded_when_open() {
    let mut report = sample::report();
    let rows = report.patches.clone();
    for round in 0..60 {
        report.patches.extend(rows.iter().cloned().map(|mut row| {
            row.name = format!("{round}/{}", row.name);
            row
        }));
    }
    let text = markdown::rebase(&report);
    let mut depth = 0_usize;
    let mut visible = 0;
    for line in text.lines() {
        visible += usize::from(depth == 0);
        depth += line.matches("<details>").count();
        depth -= line.matches("</details>").count();
    }
    assert!(visible <= 60, "{visible} lines are visible");
    assert!(text.len() < 65_536, "{} characters", text.len());
}

#[test]
fn the_schema_is_the_shipped_one_and_holds() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/forebay.rebase-1.json");
    if std::env::var_os("FOREBAY_WRITE_SCHEMA").is_some() {
        std::fs::write(shipped, schema::rebase()).unwrap();
    }
    let found = std::fs::read_to_string(shipped).unwrap_or_default();
    assert!(found == schema::rebase(), "write docs/schema anew: FOREBAY_WRITE_SCHEMA=1 cargo test --test report");
    let validator = jsonschema::validator_for(&serde_json::from_str(&found).unwrap()).unwrap();
    for report in [sample::report(), sample::clean()] {
        let value: serde_json::Value = serde_json::from_str(&json::render(&report)).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(serde_json::from_value::<RebaseReport>(value.clone()).unwrap(), report);
        let mut broken = value;
        broken["patches"][0]["verdict"] = "fine".into();
        assert!(!validator.is_valid(&broken));
    }
}

#[test]
fn json_names_the_keys_of_the_contract() {
    let value: serde_json::Value = serde_json::from_str(&json::render(&sample::report())).unwrap();
    let keys = |value: &serde_json::Value| {
        value.as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>()
    };
    let has = |value: &serde_json::Value, wanted: &str| {
        let found = keys(value);
        for key in wanted.split(' ') {
            assert!(found.contains(key), "{key} is missing in {found:?}");
        }
    };
    has(&value, "schema package from onto summary patches");
    has(&value["summary"], "patches untouched refreshed merged review absorbed conflict skipped");
    let patch = &value["patches"].as_array().unwrap().iter().find(|patch| patch["verdict"] == "conflict").unwrap();
    has(patch, "name verdict grade reason files");
    has(&patch["files"][0], "path onto_path verdict hunks");
    let hunks = patch["files"][0]["hunks"].as_array().unwrap();
    has(
        hunks.iter().find(|hunk| hunk["verdict"] == "conflict").unwrap(),
        "index old_line new_line verdict grade rung evidence tried base ours theirs culprit",
    );
}

#[test]
fn status_documents() {
    let file = |path: &str, state: FileState, note: &str| OpenFile {
        path: path.into(),
        place: format!("conflicts/012-ps-print/edit/{path}"),
        state,
        note: note.into(),
    };
    let patch = |position, name: &str, files| OpenPatch {
        conflict: OpenConflict {
            position,
            patch: name.into(),
            folder: "012-ps-print".into(),
            reason: "2 of 14 hunks have no place".into(),
        },
        files,
    };
    let open = OpenRebase {
        given: Given {
            package: "chromium".into(),
            from: Some("150.0.7871.100".into()),
            onto: "150.0.7871.181".into(),
            ..Given::default()
        },
        decided: vec![
            ("disable/old.patch".into(), Some("upstream removed the feature".into())),
            ("system/icu.patch".into(), None),
        ],
        patches: vec![
            patch(
                12,
                "fixes/ps-print.patch",
                vec![
                    file("printing/settings.cc", FileState::Markers(vec![434, 440, 446, 452]), ""),
                    file("printing/gone.cc", FileState::Undecided, "upstream deleted the file"),
                ],
            ),
            patch(40, "fixes/vaapi.patch", vec![file("media/gpu/vaapi.cc", FileState::Ready, "")]),
            patch(41, "fixes/lost.patch", Vec::new()),
        ],
    };
    let next = vec!["forebay continue".to_owned(), "forebay skip".to_owned(), "forebay abort".to_owned()];
    let report = StatusReport { open: Some(open), next, ..StatusReport::default() };
    let show = |report: &StatusReport| status::render(report, ".forebay", &TextOptions::default());
    document("status-open", &show(&report));
    let interrupted = Some(Interrupted { command: "continue".into(), files: 3, goes_forward: false });
    document("status-interrupted", &show(&StatusReport { interrupted, ..report }));
    let undo = Some(("rebase of `debian/patches` onto `150.0.7871.181`".into(), 1));
    let next = vec!["forebay rebase --onto TREE".into(), "forebay undo".into()];
    document("status-done", &show(&StatusReport { undo, next, ..StatusReport::default() }));
}
