//! The parts of a rebase that take the time: reading patches, finding places, merging a large file, a small queue.
#![expect(clippy::unwrap_used, reason = "a benchmark states its expectations with unwrap")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use forebay::merge::file::three_way;
use forebay::merge::locate::{Text, locate_counting};
use forebay::merge::made::Made;
use forebay::patch;
use forebay::path::RepoPath;
use forebay::progress::Silent;
use forebay::queue::{QueuePatch, from_commits};
use forebay::rebase::execute::{Request, execute};
use forebay::rebase::outcome::Decisions;
use forebay::rebase::report::Grade;
use forebay::rebase::world::Knowledge;
use forebay::text::lines::split;
use forebay::tree::history::{Commit, CommitChange, Person};
use forebay::tree::memory::MemoryTree;
use forebay::tree::{File, Mode, ObjectId};

const LINES: usize = 20_000;

/// A file with some lines replaced.
fn content(replaced: &[(usize, &str)]) -> Vec<u8> {
    let line = |number: usize| match replaced.iter().find(|(at, _)| *at == number) {
        Some((_, text)) => format!("{text}\n"),
        None if number.is_multiple_of(7) => "}\n".to_owned(),
        None => format!("  value_{number} = compute({});\n", number * 31),
    };
    (0..LINES).map(line).collect::<String>().into_bytes()
}

fn path(name: &str) -> RepoPath {
    RepoPath::parse(name.as_bytes()).unwrap()
}

fn file(data: Vec<u8>) -> File {
    File::new(Mode::Regular, data)
}

fn queue_of(name: &str, before: Vec<u8>, after: Vec<u8>, number: u8) -> QueuePatch {
    let person = Person { name: "A".into(), email: "a@x".into(), time: 0, offset: 0 };
    let change = CommitChange { path: path(name), before: Some(file(before)), after: Some(file(after)) };
    let commit = Commit {
        id: ObjectId([number; 20]),
        author: person.clone(),
        committer: person,
        message: "change".into(),
        subject: "change".into(),
        changes: vec![change],
    };
    from_commits(&[commit]).patches.remove(0)
}

fn parts(criterion: &mut Criterion) {
    let old = content(&[]);
    let new = content(&[(400, "// upstream"), (12_000, "// upstream too")]);
    let edited: Vec<(usize, &str)> = (0..50).map(|number| (number * 390 + 11, "  patched();")).collect();
    let patch = queue_of("src/big.cc", old.clone(), content(&edited), 1);
    criterion.bench_function("parse a patch of 50 hunks", |bencher| {
        bencher.iter(|| patch::parse(black_box(&patch.source)).unwrap());
    });
    let patch::Body::Hunks(hunks) = &patch.patch.files[0].body else { return };
    let (base, ours) = (split(&old), split(&new));
    criterion.bench_function("locate a hunk in 20,000 lines", |bencher| {
        bencher.iter(|| locate_counting(black_box(&hunks[25]), &Text::new(&ours), 0));
    });
    criterion.bench_function("three-way of 20,000 lines", |bencher| {
        let place = path("src/big.cc");
        bencher.iter(|| {
            let made = Made::default();
            three_way(&place, hunks, black_box(&base), &ours, &made).conflicts.len()
        });
    });
}

fn whole(criterion: &mut Criterion) {
    let (mut from, mut onto) = (MemoryTree::new("old"), MemoryTree::new("new"));
    let mut patches = Vec::new();
    for number in 0..40_u8 {
        let name = format!("src/f{number}.cc");
        let old: Vec<u8> = content(&[])[..20_000].to_vec();
        let mut new = b"// upstream\n".to_vec();
        new.extend_from_slice(&old);
        let mut patched = old.clone();
        patched.extend_from_slice(b"\n// patched\n");
        patches.push(queue_of(&name, old.clone(), patched, number));
        from.insert(path(&name), file(old));
        onto.insert(path(&name), file(new));
    }
    criterion.bench_function("rebase of 40 patches", |bencher| {
        bencher.iter(|| {
            let request = Request {
                package: "bench",
                patches: &patches,
                from: Some(&from),
                onto: &onto,
                decisions: &Decisions::new(),
                knowledge: Knowledge::default(),
                automatic: Grade::B,
                jobs: Some(1),
                progress: &Silent,
            };
            execute(black_box(&request)).unwrap().report.summary.refreshed
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(std::time::Duration::from_secs(2))
        .warm_up_time(std::time::Duration::from_millis(300)).without_plots();
    targets = parts, whole
}
criterion_main!(benches);
