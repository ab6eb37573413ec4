//! The documentation: what it shows is run, what it names exists, and nothing is left out.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use regex::Regex;

use crate::support::{Document, Sandbox, documents, helps, top};

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid pattern")
}

#[test]
fn every_example_does_what_its_page_says() {
    let write = std::env::var_os("FOREBAY_WRITE_DOCS").is_some();
    let pages: Vec<Document> = documents().into_iter().filter(|page| page.count() > 0).collect();
    assert!(pages.iter().map(Document::count).sum::<usize>() > 40, "the blocks were found");
    let (todo, wrong) = (Mutex::new(pages.iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(page) = todo.lock().expect("no panic").next() else { break };
                    let found = page.run(write);
                    wrong.lock().expect("no panic").extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    let hint =
        "where the page is to follow: FOREBAY_WRITE_DOCS=1 cargo test --test it documents, then shorten with `...`";
    assert!(wrong.is_empty(), "{}\n{hint}", wrong.join("\n"));
}

#[test]
fn every_command_has_its_page_and_every_page_its_command() {
    let known: BTreeSet<String> = helps().into_iter().map(|(name, _)| name).filter(|name| !name.is_empty()).collect();
    let heading = regex(r"(?m)^(#+) `forebay ([a-z -]+)`$");
    let mut told = BTreeSet::new();
    for page in documents().iter().filter(|page| page.path.starts_with("docs/commands/")) {
        let name = Path::new(&page.path).file_stem().expect("a name").to_str().expect("plain");
        assert!(page.text.starts_with(&format!("# `forebay {name}`\n")), "{}: begins with its command", page.path);
        for part in ["## Exit status", "## It never"] {
            assert!(page.text.contains(&format!("\n{part}\n")), "{}: `{part}`", page.path);
        }
        for found in heading.captures_iter(&page.text) {
            assert!(found[2].split(' ').next() == Some(name), "{}: {}", page.path, &found[2]);
            told.insert(found[2].to_owned());
        }
    }
    assert_eq!(told, known);
}

#[test]
fn every_flag_that_a_page_names_exists() {
    let helps = helps();
    let span = regex(r"`([^`\n]+)`");
    let flag = regex(r"(?:^|[\s\[(])(--[a-z][a-z-]*)");
    let has = |help: &str, flag: &str| regex(&format!(r"{flag}(?:[^a-z-]|$)")).is_match(help);
    for page in documents() {
        let own = page.path.strip_prefix("docs/commands/").and_then(|name| name.strip_suffix(".md"));
        let lines = page.text.lines().map(|line| line.trim_start_matches("$ "));
        let commands = lines.filter(|line| line.starts_with("forebay "));
        let spans = span.captures_iter(&page.text).map(|found| found.get(1).expect("the group").as_str());
        for text in commands.chain(spans) {
            let typed = text.split(" # ").next().and_then(|text| text.split(" | ").next()).unwrap_or_default();
            let rest = typed.strip_prefix("forebay ");
            // Other pages speak of other tools' flags too.
            if rest.is_none() && (own.is_none() || !typed.starts_with("--")) {
                continue;
            }
            let of_command = |name: &str| rest.is_some_and(|rest| format!("{rest} ").starts_with(&format!("{name} ")));
            let named = helps.iter().filter(|(name, _)| !name.is_empty() && of_command(name)).map(|(name, _)| name);
            let name = named.max_by_key(|name| name.len()).map(String::as_str);
            let below = |known: &str| name.is_none_or(|name| known == name || known.starts_with(&format!("{name} ")));
            for found in flag.captures_iter(typed) {
                let known = helps.iter().any(|(known, help)| below(known) && has(help, &found[1]));
                assert!(known, "{}: `{text}`: no `{}` in the help of {name:?}", page.path, &found[1]);
            }
        }
    }
}

#[test]
fn every_profile_that_a_page_shows_is_valid() {
    let sandbox = Sandbox::new();
    let mut seen = 0;
    for page in documents() {
        for block in page.text.split("\n```toml\n").skip(1).filter_map(|rest| rest.split("\n```").next()) {
            if block.contains("[package]") {
                sandbox.write("forebay.toml", block);
                let checked = sandbox.run(&["profile", "check"]);
                assert_eq!(checked.status, Some(0), "{}: {}", page.path, checked.story());
                seen += 1;
            }
        }
    }
    assert!(seen >= 2, "the blocks were found");
}

/// The anchor that code hosts give to a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_')).collect()
}

#[test]
fn links_lead_somewhere() {
    let link = regex(r"\]\(([^)\s]+)\)");
    let pages = documents();
    let anchors = |page: &Document| -> BTreeSet<String> {
        let headings = page.text.lines().filter(|line| line.starts_with('#'));
        headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
    };
    let mut led_to = BTreeSet::new();
    for page in &pages {
        for found in link.captures_iter(&page.text) {
            let (path, place) = found[1].split_once('#').unwrap_or((&found[1], ""));
            if path.contains("://") {
                continue;
            }
            let folder = Path::new(&page.path).parent().expect("a folder");
            let target = if path.is_empty() { page.path.clone().into() } else { folder.join(path) };
            let real = top().join(&target).canonicalize();
            let real = real.unwrap_or_else(|error| panic!("{}: `{}`: {error}", page.path, &found[1]));
            let name = real.strip_prefix(top()).unwrap_or_else(|_| panic!("{}: `{}` leaves", page.path, &found[1]));
            let name = name.to_str().expect("a plain path").to_owned();
            if let (false, Some(page)) = (place.is_empty(), pages.iter().find(|page| page.path == name)) {
                assert!(anchors(page).contains(place), "{}: no heading `#{place}` in {name}", page.path);
            }
            led_to.insert(name);
        }
    }
    for page in pages.iter().filter(|page| page.path != "README.md") {
        assert!(led_to.contains(&page.path), "nothing leads to {}", page.path);
    }
}

#[test]
fn the_index_of_codes_is_what_explain_tells() {
    let shipped = top().join("docs/codes.md");
    let told = Sandbox::new().run(&["explain", "--format", "markdown"]).expect_status(0).out;
    if std::env::var_os("FOREBAY_WRITE_DOCS").is_some() {
        std::fs::write(&shipped, &told).expect("the folder is there");
    }
    let found = std::fs::read_to_string(&shipped).unwrap_or_default();
    assert!(found == told, "write docs/codes.md anew: FOREBAY_WRITE_DOCS=1 cargo test --test it documents");
}

#[test]
fn the_readme_names_every_verdict_and_leads_to_every_command() {
    let readme = include_str!("../../README.md");
    for word in ["untouched", "refreshed", "merged", "review", "absorbed", "conflict", "skipped"] {
        assert!(readme.contains(&format!("| `{word}` |")), "{word}");
    }
    assert!(readme.lines().count() <= 220, "README.md stays one page: move detail below docs/");
    let index = include_str!("../../docs/README.md");
    for (name, _) in helps().iter().filter(|(name, _)| !name.is_empty() && !name.contains(' ')) {
        assert!(index.contains(&format!("](commands/{name}.md)")), "docs/README.md leads to {name}");
    }
}
