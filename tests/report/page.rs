//! The page for a browser: its bytes, and a person's way through it in a real one.

use forebay::finding::{Finding, Rule, Severity};
use forebay::queue::churn::{Churn, Gathering};
use forebay::rebase::rung_rules;
use forebay::report::html::{Carried, Group, Page, render};
use forebay::tree::queue_history::{Changed, Extent, Round};

use crate::browser::{Browser, DOWN, ENTER, ESCAPE, RIGHT};
use crate::{audit, sample, show};

const STALE: Rule = Rule {
    code: "region-stale",
    severity: Severity::Warning,
    summary: "a region is not what the profile says",
    explain: "Run `forebay spec update`.",
};

/// A queue that went through two versions.
fn churn() -> Churn {
    let mut gathering = Gathering::default();
    let text = "--- a/x\n+++ b/x\n@@ -3,3 +3,3 @@\n a\n-b\n+c\n d\n";
    let file = |name: &str, before: Option<&str>, after: &str| Changed {
        name: name.into(),
        before: before.map(|text| text.as_bytes().to_vec()),
        after: Some(after.as_bytes().to_vec()),
        was: None,
    };
    let hostile = "<img src=x>.patch";
    let rounds = [
        ("1<i>", vec![file("a.patch", None, text), file(hostile, None, text)]),
        ("2", vec![file("a.patch", Some(text), "edited"), file(hostile, Some(text), &text.replace(" d", " e"))]),
    ];
    for (version, files) in rounds {
        let versions = vec![("chromium_version.txt".to_owned(), version.as_bytes().to_vec())];
        gathering.take(&Round { commit: "0123456789ab".into(), seconds: 86_400, files, versions });
    }
    gathering.finish("patches", Extent { commits: 2, cut: false })
}

/// A page with every part, and hostile text in every part.
fn page() -> String {
    let report = sample::report();
    let sides = |number: usize| report.patches.get(number).map(show::sides).unwrap_or_default();
    let findings =
        [Finding::new(&STALE, "weir.spec", "", "</script><script>window.hit = 1</script>").at("weir.spec:3")];
    render(&Page {
        rebase: Some(Carried { report: &report, sides: &sides }),
        audit: Some(&audit::after()),
        churn: Some(&churn()),
        groups: vec![Group { title: "Spec", findings: &findings }],
        rules: rung_rules::RULES.iter().chain([&STALE]).collect(),
        ..Page::default()
    })
}

#[test]
fn same_input_same_bytes_and_nothing_from_outside_acts() {
    let text = page();
    assert_eq!(text, page());
    for hostile in ["<img src=x", "<b>.patch", "<script>window", "<i>", "\u{1b}", "\u{202e}"] {
        assert!(!text.contains(hostile), "{hostile:?}");
    }
    assert_eq!(text.matches("<script").count(), 1);
    assert!(text.contains("&#60;img src=x onerror=alert(1)&#62;") && text.contains("\\x1B[31m"));
}

#[test]
fn a_huge_patch_leaves_room_for_the_others_and_the_page_small() {
    let mut report = sample::report();
    let patch = report.patches.iter().position(|patch| patch.name == "fixes/ps-print.patch").expect("it is there");
    let hunk = report.patches[patch].files[0].hunks[2].clone();
    report.patches[patch].files[0].hunks = (1..=20_000)
        .map(|index| {
            let long = format!("{index} {}\n", "x".repeat(900));
            let sides = (Some(long.clone()), Some(String::new()), Some(long.clone()));
            forebay::rebase::report::HunkReport { index, base: sides.0, ours: sides.1, theirs: sides.2, ..hunk.clone() }
        })
        .collect();
    let sides = |number: usize| report.patches.get(number).map(show::sides).unwrap_or_default();
    let rebase = Some(Carried { report: &report, sides: &sides });
    let text = render(&Page { rebase, ..Page::default() });
    assert!(text.len() < 600_000, "{} bytes", text.len());
    assert!(text.contains("more: forebay show -v fixes/ps-print.patch"), "what is left out is told");
    assert!(text.contains("zeroth"), "the patches after it are compared");
}

/// The least contrast of text to its ground among the elements of a selector, and where.
const CONTRAST: &str = r"
const parse = (text) => (text.match(/[\d.]+/g) || []).map(Number);
const light = (rgb) => { const part = (value) => { value /= 255; return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
  return 0.2126 * part(rgb[0]) + 0.7152 * part(rgb[1]) + 0.0722 * part(rgb[2]); };
const ground = (element) => { for (let at = element; at; at = at.parentElement) { const colour = getComputedStyle(at).backgroundColor;
  const rgb = parse(colour); if (colour.startsWith('rgb') && (rgb.length < 4 || rgb[3] === 1)) return rgb; } return [255, 255, 255]; };
let worst = [99, ''];
for (const element of document.querySelectorAll('body *')) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!own || element.closest('svg, script, dialog, .tools') || !element.checkVisibility()) continue;
  const [one, other] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
  const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (ratio < worst[0]) worst = [ratio, `${element.tagName}.${element.className}: ${element.textContent.slice(0, 40)}`];
}
return worst;";

fn contrast(browser: &Browser) {
    let worst = browser.script(CONTRAST);
    assert!(worst[0].as_f64().is_some_and(|ratio| ratio >= 4.5), "{worst}");
}

/// How many patches are shown.
fn patches(browser: &Browser) -> u64 {
    let count = "return document.querySelectorAll('.patch:not([hidden])').length";
    browser.script(count).as_u64().expect("a number")
}

/// Waits until a script returns true: the page gathers keystrokes for a moment before it searches.
fn until(browser: &Browser, script: &str) {
    for _ in 0..100 {
        if browser.script(script) == true {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("never true: {script}");
}

#[test]
fn a_person_finds_their_way_in_a_real_browser() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("page.html");
    std::fs::write(&file, page()).expect("the page is written");
    let browser = Browser::start(&folder.path().join("profile"));
    browser.size(1440, 1000);
    browser.forget_requests();
    browser.open(&file);
    harmless(&browser);
    filters_and_search(&browser);
    keyboard(&browser);
    drawing(&browser);
    looks(&browser);
    assert_eq!(browser.console(), Vec::<String>::new());
    let requests = browser.requests();
    assert!(requests.iter().all(|url| *url == format!("file://{}", file.display())), "{requests:?}");
    assert!(!requests.is_empty(), "the log of requests works");
}

/// Hostile text is text.
fn harmless(browser: &Browser) {
    assert_eq!(
        browser.script("return [window.hit ?? null, document.images.length, document.scripts.length]").to_string(),
        "[null,0,1]"
    );
    assert_eq!(browser.script("return document.querySelector('.verdict strong').textContent"), "CONFLICT");
    let first = "return [...document.querySelectorAll('.patch .tag:first-child')].map((tag) => tag.textContent).slice(0, 4).join()";
    assert_eq!(browser.script(first), "conflict,conflict,review,review");
}

fn filters_and_search(browser: &Browser) {
    let all = patches(browser);
    browser.click(".chip[data-kind=k-conflict]");
    assert_eq!(patches(browser), 2);
    browser.click(".chip[data-kind=k-review]");
    assert_eq!(patches(browser), 4);
    browser.click(".chip[data-kind=k-conflict]");
    browser.click(".chip[data-kind=k-review]");
    assert_eq!(patches(browser), all);
    // By the keyboard alone, by the path of a file, and over every part of the page at once.
    browser.keys(&["/", "w", "a", "y", "l", "a", "n", "d", "_", "w"]);
    until(browser, "return document.querySelectorAll('.patch:not([hidden])').length === 1");
    assert_eq!(
        browser.script("return [...document.querySelectorAll('#component-list tbody tr')].every((row) => row.hidden)"),
        true
    );
    assert_eq!(browser.script("return document.querySelectorAll('#map .off').length"), 4);
    browser.keys(&[ESCAPE]);
    until(browser, &format!("return document.querySelectorAll('.patch:not([hidden])').length === {all}"));
    browser.keys(&["/", "z", "l", "i", "b"]);
    until(browser, "return document.querySelectorAll('#map rect[data-i]:not(.off)').length === 2");
    browser.keys(&[ESCAPE]);
    until(browser, "return document.querySelectorAll('#map .off').length === 0");
}

fn keyboard(browser: &Browser) {
    browser.keys(&["j", "j", "k"]);
    let focused = "return document.activeElement.closest('[data-row]')?.querySelector('.name')?.textContent";
    assert_eq!(browser.script(focused), "fixes/ps-print.patch");
    assert_eq!(browser.script("return document.activeElement.matches(':focus-visible') && getComputedStyle(document.activeElement).outlineStyle"), "solid");
    browser.keys(&[ENTER]);
    let conflict = "const table = document.querySelector('.patch[open] .hunk[open] .sides'); return table && [table.checkVisibility(), [...table.querySelectorAll('th')].map((head) => head.firstChild.textContent.trim()).join(), [...table.querySelectorAll('mark')].map((mark) => mark.textContent).join('|')]";
    assert_eq!(browser.script(conflict).to_string(), r#"[true,"base,ours,theirs","set_dpi|kDefaultDpi|600"]"#);
    // Next that needs a decision; the absorbed and untouched rows are no such thing.
    browser.keys(&["n", "n", "n"]);
    assert_eq!(
        browser.script("return document.activeElement.closest('[data-row]').className.includes('k-review')"),
        true
    );
    browser.keys(&["o"]);
    assert_eq!(browser.script("return [...document.querySelectorAll('.patch')].every((row) => row.open)"), true);
    browser.keys(&["o", "?"]);
    assert_eq!(browser.script("return document.querySelector('#help').open"), true);
    browser.keys(&[ESCAPE]);
    assert_eq!(browser.script("return document.querySelector('#help').open"), false);
}

fn drawing(browser: &Browser) {
    browser.script("document.querySelector('#map').focus()");
    browser.keys(&[RIGHT]);
    let told = browser.script("return document.querySelector('#map-told').textContent");
    assert!(told.as_str().is_some_and(|text| text.contains("12 files")), "{told}");
    browser.keys(&[DOWN, RIGHT, ENTER]);
    assert_eq!(browser.script("return document.activeElement.closest('#component-list tbody') !== null"), true);
    browser.click("#map rect[data-i='0']");
    assert_eq!(browser.script("return document.activeElement.cells[1].textContent"), "zlib");
    let fill = "return getComputedStyle(document.querySelector('#map rect[data-i=\"3\"]')).fill";
    let by_verdict = browser.script(fill);
    browser.click("input[name=color][value=changed]");
    assert_ne!(browser.script(fill), by_verdict);
    browser.click("#component-list th:nth-child(2) button");
    let names = "return [...document.querySelectorAll('#component-list tbody tr')].map((row) => row.cells[1].textContent).join()";
    assert_eq!(browser.script(names), "evil | <b>,moved,png,zlib");
    // The plot: two versions, the second one broke two patches, each with a mark on its line of life.
    assert_eq!(
        browser.script("return [...document.querySelectorAll('.plot g title')].map((title) => title.textContent)[1]"),
        "2 (1970-01-02): broke 2 (1 edited), 0 added, 0 dropped, 2 patches carried"
    );
    assert_eq!(
        browser.script(
            "return document.querySelectorAll('#churn-list .life .p-edited, #churn-list .life .p-context').length"
        ),
        2
    );
}

/// Light and dark, wide and narrow, and on paper.
fn looks(browser: &Browser) {
    browser.script("document.querySelectorAll('details').forEach((row) => { row.open = true; })");
    let ground = "return getComputedStyle(document.body).backgroundColor";
    let before = browser.script(ground);
    contrast(browser);
    browser.keys(&["t"]);
    assert_ne!(browser.script(ground), before);
    contrast(browser);
    browser.click("#theme");
    assert_eq!(browser.script(ground), before);
    for width in [1440, 800, 500] {
        browser.size(width, 900);
        let over = browser.script("return document.documentElement.scrollWidth - innerWidth");
        assert!(over.as_i64().is_some_and(|over| over <= 0), "{width}: {over} pixels too wide");
    }
    let printed = browser.print();
    assert!(printed.starts_with(b"%PDF-") && printed.len() > 20_000, "{} bytes", printed.len());
}

/// A page of a release: what is to be decided stands first, with its ids.
#[test]
fn rows_to_decide_come_first_on_every_width() {
    let report = sample::report();
    let sides = |number: usize| report.patches.get(number).map(show::sides).unwrap_or_default();
    let rows = [
        Finding::new(&STALE, "third_party/zlib", "", "`zlib`: text edited").at("third_party/zlib/LICENSE"),
        Finding::new(&STALE, "third_party/<b>", "", "<i>evil</i>: a very long name of a component that goes on and on"),
    ];
    let text = render(&Page {
        rebase: Some(Carried { report: &report, sides: &sides }),
        audit: Some(&audit::after()),
        decide: rows.iter().collect(),
        ..Page::default()
    });
    assert!(!text.contains("<i>evil"), "nothing from outside acts");
    assert!(!page().contains("id=\"decide\""), "where nothing is to be decided there is no such part");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("page.html");
    std::fs::write(&file, text).expect("the page is written");
    let browser = Browser::start(&folder.path().join("profile"));
    browser.size(1400, 1000);
    browser.open(&file);
    let first = "return [document.querySelector('main > section').id, document.querySelector('.jump a').textContent]";
    assert_eq!(browser.script(first).to_string(), r#"["decide","To decide 2"]"#);
    let ids = "return [...document.querySelectorAll('#decide-list tbody tr')].map((row) => row.cells[0].textContent)";
    assert_eq!(browser.script(ids), serde_json::json!([rows[0].id, rows[1].id]));
    browser.keys(&["n"]);
    assert_eq!(browser.script("return document.activeElement.cells[0].textContent"), rows[0].id.as_str());
    browser.keys(&["/", "e", "v", "i", "l"]);
    until(&browser, "return document.querySelectorAll('#decide-list tbody tr:not([hidden])').length === 1");
    browser.keys(&[ESCAPE]);
    for width in [1400, 390] {
        browser.size(width, 900);
        let over = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.script(over), 0, "{width}");
        let id = "return document.querySelector('#decide-list td code').getClientRects().length";
        assert_eq!(browser.script(id), 1, "{width}: an id stays on one line");
        let tools = browser.script("return document.querySelector('.tools').offsetHeight");
        assert!(tools.as_u64().is_some_and(|height| height <= 120), "{width}: the bar leaves room: {tools}");
        contrast(&browser);
    }
    browser.keys(&["t"]);
    contrast(&browser);
    assert_eq!(browser.console(), Vec::<String>::new());
}
