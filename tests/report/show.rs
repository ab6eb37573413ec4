//! `forebay show` as documents: one patch in full, in several widths.

use forebay::patch::{Body, parse};
use forebay::rebase::report::{PatchReport, Verdict};
use forebay::rebase::sides::Sides;
use forebay::report::show::{Shown, text};
use forebay::report::text::TextOptions;

use crate::{document, options, sample};

/// The sides that the report holds; of hunks with a place those of a made-up file.
pub(crate) fn sides(patch: &PatchReport) -> Vec<Vec<Sides>> {
    let written =
        parse(b"--- a/x\n+++ b/x\n@@ -80,3 +80,3 @@\n first\n-\tscale = output->scale();\n+\tscale = 1;\n last\n");
    let hunk = written.ok().and_then(|patch| match patch.files.into_iter().next()?.body {
        Body::Hunks(hunks) => hunks.into_iter().next(),
        _ => None,
    });
    let bytes = |text: &Option<String>| text.as_ref().map(|text| text.clone().into_bytes());
    let of = |file: &forebay::rebase::report::FileReport| {
        let each = file.hunks.iter().map(|row| match &row.base {
            Some(_) => {
                Sides { base: bytes(&row.base), ours: bytes(&row.ours), theirs: bytes(&row.theirs), written: None }
            }
            None => Sides {
                base: Some(b"first\n\tscale = output->scale();\nlast\n".to_vec()),
                ours: Some(b"zeroth\nfirst\n\tscale = output->scale();\nfinal\n".to_vec()),
                theirs: Some(b"first\n\tscale = 1;\nlast\n".to_vec()),
                written: hunk.clone(),
            },
        });
        each.collect()
    };
    patch.files.iter().map(of).collect()
}

fn show(verdict: Verdict, number: usize, options: &TextOptions) -> String {
    let report = sample::report();
    let patch = report.patches.iter().filter(|patch| patch.verdict == verdict).nth(number).expect("the sample has it");
    let sides = sides(patch);
    text(&Shown { patch, sides: &sides, from: report.from.as_deref(), onto: &report.onto }, options)
}

#[test]
fn show_documents() {
    document("show-conflict-100", &show(Verdict::Conflict, 0, &options(100, false, false)));
    document("show-conflict-60", &show(Verdict::Conflict, 0, &options(60, false, false)));
    document("show-conflict-140-color", &show(Verdict::Conflict, 0, &options(140, true, false)));
    document("show-conflict-100-verbose", &show(Verdict::Conflict, 0, &options(100, false, true)));
    document("show-review-100", &show(Verdict::Review, 1, &options(100, false, false)));
}

#[test]
fn show_fits_its_width_says_the_same_without_colour_and_passes_no_command_on() {
    for (verdict, number) in
        [(Verdict::Conflict, 0), (Verdict::Conflict, 1), (Verdict::Review, 0), (Verdict::Review, 1)]
    {
        for width in [50, 80, 100, 160] {
            let plain = show(verdict, number, &options(width, false, true));
            let colored = show(verdict, number, &options(width, true, true));
            assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
            for line in plain.lines() {
                let columns = unicode_width::UnicodeWidthStr::width(line);
                assert!(columns <= width, "{columns} > {width}: {line}");
                assert!(!line.trim_start().starts_with("::error") && !line.contains("##["), "{line}");
            }
        }
    }
}
