//! The mutation test on a real queue: `mutation TREE QUEUE [--seeds N] [--every N] [--keep FOLDER]`.
//!
//! TREE is the upstream that the queue was made for (`git:PATH#TAG`, a folder or a tarball). Every file that the queue
//! changes is carried to upstream versions made by rule, whose right answer is known; the table says how often the engine
//! was right on its own, with a person's look, or asked. Exits 1 where it was wrong on its own. `--keep` writes the wrong
//! ones out, a folder each: base, ours, theirs, right and got. `--every 3` takes every third file only.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use forebay::queue::{self, LoadOptions};
use forebay::tree::{OpenOptions, TreeSpec, open};

#[path = "../tests/mutation/mod.rs"]
mod mutation;

use mutation::{Fate, Mutant, Table, Triple};

struct Words {
    tree: String,
    queue: PathBuf,
    seeds: u64,
    every: usize,
    keep: Option<PathBuf>,
}

fn words() -> Option<Words> {
    let (mut places, mut seeds, mut every, mut keep) = (Vec::new(), 1, 1, None);
    let mut list = std::env::args().skip(1);
    while let Some(word) = list.next() {
        match word.as_str() {
            "--seeds" => seeds = list.next()?.parse().ok()?,
            "--every" => every = list.next()?.parse().ok().filter(|every| *every > 0)?,
            "--keep" => keep = Some(PathBuf::from(list.next()?)),
            _ => places.push(word),
        }
    }
    let [tree, queue] = <[String; 2]>::try_from(places).ok()?;
    Some(Words { tree, queue: queue.into(), seeds, every, keep })
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let Some(words) = words() else {
        return Err("usage: mutation TREE QUEUE [--seeds N] [--every N] [--keep FOLDER]".into());
    };
    let tree = open(&TreeSpec::parse(&words.tree)?, &OpenOptions::default())?;
    let queue = queue::load(&words.queue, &LoadOptions::default())?;
    let triples = mutation::triples(&queue.patches, &*tree);
    let mut table = Table::default();
    let mut out = std::io::stdout().lock();
    for triple in triples.iter().step_by(words.every) {
        for seed in 0..words.seeds {
            for mutant in mutation::mutants::of(triple, seed) {
                let (fate, got) = mutation::judge(triple, &mutant);
                table.add(mutant.class, fate);
                if fate == Fate::Wrong {
                    writeln!(out, "wrong: {}: {} {}, seed {seed}", mutant.class.words(), triple.name, triple.path)?;
                    if let Some(folder) = &words.keep {
                        let name = format!("{:03}-{:?}", table.count(Fate::Wrong), mutant.class);
                        keep(&folder.join(name), triple, &mutant, &got)?;
                    }
                }
            }
        }
    }
    writeln!(out, "{} files of {} patches, {} cases", triples.len(), queue.patches.len(), table.all())?;
    write!(out, "{}", table.print())?;
    Ok(if table.count(Fate::Wrong) == 0 && table.all() > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn keep(folder: &Path, triple: &Triple, mutant: &Mutant, got: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let right = mutant.right.first().cloned().unwrap_or_default();
    for (name, text) in [("base", &triple.base), ("ours", &mutant.ours), ("theirs", &triple.theirs), ("right", &right)]
    {
        std::fs::write(folder.join(name), text)?;
    }
    std::fs::write(folder.join("path"), triple.path.as_bytes())?;
    std::fs::write(folder.join("got"), got)
}
