use super::*;

const PATCH: &str = "Why\n\n--- a/x\n+++ b/x\n@@ -3,3 +3,3 @@\n a\n-b\n+c\n d\n";

fn file(name: &str, before: Option<&str>, after: Option<&str>) -> Changed {
    let bytes = |text: Option<&str>| text.map(|text| text.as_bytes().to_vec());
    Changed { name: name.into(), was: None, before: bytes(before), after: bytes(after) }
}

fn version(number: &str) -> (String, Vec<u8>) {
    ("chromium_version.txt".into(), number.into())
}

fn gather(rounds: Vec<(Vec<Changed>, Option<&str>)>) -> Churn {
    let mut gathering = Gathering::default();
    let count = rounds.len();
    for (number, (files, told)) in rounds.into_iter().enumerate() {
        let seconds = i64::try_from(number).unwrap() * 86_400;
        let versions = told.map(version).into_iter().collect();
        gathering.take(&Round { commit: format!("c{number}"), seconds, files, versions });
    }
    gathering.finish("patches", Extent { commits: count, cut: false })
}

fn patch<'a>(churn: &'a Churn, name: &str) -> &'a Patch {
    churn.patches.iter().find(|patch| patch.name == name).unwrap()
}

#[test]
fn work_after_a_step_is_laid_to_it_and_own_work_is_not() {
    let other = PATCH.replace(" d\n", " e\n");
    let edited = other.replace("+c\n", "+C\n");
    let churn = gather(vec![
        (vec![file("a.patch", None, Some(PATCH)), file("b.patch", None, Some(PATCH))], Some("1")),
        (vec![file("b.patch", Some(PATCH), Some(&edited))], None),
        (vec![file("a.patch", Some(PATCH), Some(&PATCH.replace("-3,3 +3,3", "-4,3 +4,3")))], Some("2")),
        (vec![file("a.patch", Some(PATCH), Some(&other))], Some("3")),
        (vec![file("a.patch", Some(&other), Some(&edited))], None),
    ]);
    let (a, b) = (patch(&churn, "a.patch"), patch(&churn, "b.patch"));
    assert_eq!((a.work, a.numbers, a.context, a.edited, a.releases, a.days), (2, 1, 1, 1, 3, 4));
    let step = Step { from: "2".into(), to: "3".into(), kind: "edited".into(), commit: "c3".into() };
    assert_eq!(a.broken_by, [step]);
    assert_eq!((b.work, b.broken_by.len()), (1, 0));
    let told: Vec<(usize, usize, usize)> =
        churn.releases.iter().map(|release| (release.patches, release.edited, release.context)).collect();
    assert_eq!(told, [(2, 0, 0), (2, 0, 0), (2, 1, 0)]);
    assert_eq!((churn.summary.rounds, churn.summary.work, churn.summary.carried), (5, 3, 2));
    assert_eq!(churn.patches[0].name, "a.patch");
}

#[test]
fn the_list_decides_who_is_carried() {
    let series = |before: Option<&str>, after: &str| file("series", before, Some(after));
    let churn = gather(vec![
        (
            vec![
                file("a.patch", None, Some(PATCH)),
                file("b.patch", None, Some(PATCH)),
                file("stray.patch", None, Some(PATCH)),
                series(None, "a.patch\nb.patch\n"),
            ],
            Some("1"),
        ),
        (vec![series(Some("a.patch\nb.patch\n"), "a.patch\n# b.patch\n")], Some("2")),
        (vec![series(Some("a.patch\n"), "a.patch\nb.patch\n")], Some("3")),
        (vec![file("a.patch", Some(PATCH), None), series(Some("x"), "b.patch\n")], None),
    ]);
    let names: Vec<&str> = churn.patches.iter().map(|patch| patch.name.as_str()).collect();
    assert_eq!(names, ["b.patch", "a.patch"], "a file that was never listed was never carried");
    let (a, b) = (patch(&churn, "a.patch"), patch(&churn, "b.patch"));
    assert!(b.carried && b.dropped.is_none());
    assert_eq!(a.dropped.as_ref().map(|point| point.commit.as_str()), Some("c3"));
    assert_eq!((a.releases, a.days), (3, 3));
    let told: Vec<(usize, usize)> = churn.releases.iter().map(|release| (release.added, release.dropped)).collect();
    assert_eq!(told, [(2, 0), (0, 1), (1, 1)]);
}

#[test]
fn a_renamed_patch_keeps_its_life_and_unknown_versions_break_nothing() {
    let mut moved = file("new/a.patch", Some(PATCH), Some(&PATCH.replace("+c\n", "+C\n")));
    moved.was = Some("a.patch".into());
    let churn = gather(vec![(vec![file("a.patch", None, Some(PATCH))], None), (vec![moved], None)]);
    assert_eq!(churn.patches.len(), 1);
    let found = patch(&churn, "new/a.patch");
    assert_eq!((found.first.commit.as_str(), found.work, found.releases), ("c0", 1, 0));
    assert!(found.carried && found.broken_by.is_empty() && churn.releases.is_empty());
}
