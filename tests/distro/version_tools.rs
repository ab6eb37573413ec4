//! The orders are those of rpm, dpkg and pacman, and rpm takes the text made for it.

use std::cmp::Ordering;

use forebay::version::{Scheme, compare, rpm_text};

use crate::outside::{Dice, run};

const PIECES: [&str; 25] = [
    "0",
    "1",
    "2",
    "10",
    "007",
    "20240102",
    "99999999999999999999999",
    ".",
    ".",
    ".",
    "-",
    "~",
    "^",
    "+",
    "_",
    "a",
    "b",
    "rc",
    "beta",
    "git",
    "A",
    "0a1b2c3",
    "~rc1",
    "^git1",
    "1.0",
];

fn random_version(dice: &mut Dice, banned: &str) -> String {
    let mut text = String::from(dice.pick(&["1", "1.0", "0", "2", "1.2.3"]));
    for _ in 0..dice.below(5) {
        let piece = dice.pick(&PIECES);
        if !piece.contains(|c| banned.contains(c)) {
            text.push_str(piece);
        }
    }
    if text.matches('-').count() > 1 { text.replace('-', ".") } else { text }
}

fn pairs(seed: u64, count: usize, banned: &str) -> Vec<(String, String)> {
    let mut dice = Dice(seed);
    (0..count)
        .map(|_| {
            let a = random_version(&mut dice, banned);
            let b = if dice.below(3) == 0 {
                format!("{a}{}", dice.pick(&PIECES))
            } else {
                random_version(&mut dice, banned)
            };
            (a, if b.contains(|c| banned.contains(c)) || b.matches('-').count() > 1 { "1".to_owned() } else { b })
        })
        .collect()
}

fn word(order: Ordering) -> i32 {
    order as i32
}

/// The orders of rpm itself for many pairs at once.
fn rpm_orders(pairs: &[(String, String)]) -> Vec<i32> {
    pairs.chunks(1000).flat_map(chunk_orders).collect()
}

fn chunk_orders(pairs: &[(String, String)]) -> Vec<i32> {
    let lines: String = pairs.iter().map(|(a, b)| format!("print(rpm.vercmp('{a}', '{b}') .. ' ') ")).collect();
    let output = run("rpm", &["--eval", &format!("%{{lua: {lines}}}")], b"");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().split_whitespace().map(|number| number.parse().unwrap()).collect()
}

#[test]
fn rpm_agrees_on_order() {
    let pairs = pairs(1, 3000, "");
    for ((a, b), order) in pairs.iter().zip(rpm_orders(&pairs)) {
        assert_eq!(word(compare(Scheme::Rpm, a, b)), order, "{a} {b}");
    }
}

#[test]
fn dpkg_agrees_on_order() {
    for (a, b) in pairs(2, 250, "^_") {
        // dpkg refuses an empty revision.
        if a.ends_with('-') || b.ends_with('-') {
            continue;
        }
        let is = |relation: &str| {
            let output = run("dpkg", &["--compare-versions", &a, relation, &b], b"");
            assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
            output.status.success()
        };
        let order = if is("lt") { -1 } else { i32::from(is("gt")) };
        assert_eq!(word(compare(Scheme::Dpkg, &a, &b)), order, "{a} {b}");
    }
}

#[test]
fn pacman_agrees_on_order() {
    for (a, b) in pairs(3, 400, "") {
        let output = run("vercmp", &[&a, &b], b"");
        let order: i32 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
        assert_eq!(word(compare(Scheme::Pacman, &a, &b)), order.signum(), "{a} {b}");
    }
}

/// A text as upstreams write versions, of exactly `numbers` numbers, and its qualifier alone.
fn upstream_text(dice: &mut Dice, numbers: usize) -> String {
    let separator = dice.pick(&[".", "_", "."]);
    let version: Vec<String> = (0..numbers).map(|_| dice.pick(&["0", "1", "2", "10", "150"]).to_owned()).collect();
    let head = dice.pick(&["", "v", "R_", "release-", "libfoo-", "VER_"]);
    let tail =
        dice.pick(&["", "", "", "-rc1", "-rc2", "-beta.1", "-5-g0a1b2c3", "-29-g0a1b2c3", ".git", " (see notes)"]);
    format!("{head}{}{tail}", version.join(separator))
}

/// A spec whose provides carry each text, one to a name.
fn spec(texts: &[String]) -> String {
    let provides: String =
        texts.iter().enumerate().map(|(at, text)| format!("Provides: bundled(x{at}) = {text}\n")).collect();
    format!("Name: n\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\nBuildArch: noarch\n{provides}%description\nd\n")
}

#[test]
fn rpm_takes_every_text_whole_and_orders_it_as_upstream_does() {
    let mut dice = Dice(4);
    let hostile = [
        "/", "(", ")", "[", ">", "<", "=", " ", "\t", "-", "--", "..", "%", "{", "é", "\u{2488}", ":", "@", "~", "^",
        "$(",
    ];
    let mut raws: Vec<String> = (0..800)
        .map(|_| {
            let n = 1 + dice.below(4);
            upstream_text(&mut dice, n)
        })
        .collect();
    for _ in 0..1200 {
        let mut text = String::new();
        for _ in 0..=dice.below(6) {
            text.push_str(dice.pick(&PIECES));
            text.push_str(if dice.below(2) == 0 { dice.pick(&hostile) } else { "" });
        }
        raws.push(text);
    }
    let texts: Vec<String> = raws.iter().map(|raw| rpm_text(raw).text).filter(|text| !text.is_empty()).collect();
    assert!(texts.len() > 1500, "{}", texts.len());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("n.spec");
    std::fs::write(&file, spec(&texts)).unwrap();
    let output = run("rpmspec", &["-q", "--provides", file.to_str().unwrap()], b"");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut expected: Vec<String> =
        texts.iter().enumerate().map(|(at, text)| format!("bundled(x{at}) = {text}")).collect();
    expected.push("n = 1-1".to_owned());
    let mut got: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    expected.sort();
    got.sort();
    assert_eq!(got, expected);
}

#[test]
fn text_for_rpm_keeps_the_order_of_upstream() {
    let mut dice = Dice(5);
    let raw: Vec<(String, String)> = (0..2000)
        .map(|_| {
            let numbers = 2 + dice.below(3);
            (upstream_text(&mut dice, numbers), upstream_text(&mut dice, numbers))
        })
        .collect();
    let texts: Vec<(String, String)> = raw.iter().map(|(a, b)| (rpm_text(a).text, rpm_text(b).text)).collect();
    let mut unequal = 0;
    for ((a, b), order) in raw.iter().zip(rpm_orders(&texts)) {
        assert_eq!(word(compare(Scheme::Loose, a, b)), order, "{a} {b}");
        unequal += order.abs();
    }
    assert!(unequal > 1000, "the pairs differ");
}
