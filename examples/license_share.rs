//! Measures licence recognition against the `README.chromium` files of a Chromium tree.
//!
//!     cargo run --release --example license_share -- TREE [LIST]
//!
//! Each component whose `License` field is exactly one SPDX id and whose `License File` exists counts once: the id is right
//! where the expression of its files is that id. Prints the share, the seconds and what was taken for what. With LIST (lines of
//! README, id and files parted by tabs and commas) the components come from there.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement prints and may stop at a broken input")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use forebay::license::{expression_of, normalize, recognize};

struct Case {
    readme: PathBuf,
    id: String,
    files: Vec<PathBuf>,
}

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    let tree = PathBuf::from(arguments.next().expect("the first argument is the tree"));
    let cases = match arguments.next() {
        Some(list) => listed(&tree, &std::fs::read_to_string(list).unwrap()),
        None => walked(&tree),
    };
    let contents: Vec<Vec<Vec<u8>>> =
        cases.iter().map(|case| case.files.iter().map(|file| std::fs::read(file).unwrap()).collect()).collect();
    let bytes: usize = contents.iter().flatten().map(Vec::len).sum();
    let start = Instant::now();
    recognize(b"the first call makes the index of texts");
    let index = start.elapsed();
    let mut confusion: BTreeMap<(String, String), Vec<&Path>> = BTreeMap::new();
    let mut right = 0;
    for (case, files) in cases.iter().zip(&contents) {
        let found: Vec<_> = files.iter().flat_map(|content| recognize(content)).collect();
        let got = expression_of(&found).map_or_else(|| "nothing".to_owned(), |expression| expression.to_string());
        if got == case.id {
            right += 1;
        } else {
            confusion.entry((case.id.clone(), got)).or_default().push(&case.readme);
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    for ((truth, got), readmes) in &confusion {
        println!("{:4} {truth} taken for {got}", readmes.len());
        for readme in readmes {
            println!("       {}", readme.display());
        }
    }
    let share = 100.0 * f64::from(right) / f64::from(u32::try_from(cases.len()).unwrap());
    println!("{right} of {} right: {share:.1} %", cases.len());
    println!("{seconds:.2} s for {bytes} bytes, {:.2} s of it for the index", index.as_secs_f64());
}

/// The current id where the field is exactly one id of the list.
fn single(license: &str) -> Option<String> {
    spdx::license_id(license.trim())?;
    normalize(license).expression.map(|expression| expression.to_string())
}

fn listed(tree: &Path, list: &str) -> Vec<Case> {
    let case = |line: &str| {
        let mut fields = line.split('\t');
        let (readme, license, files) = (fields.next()?, fields.next()?, fields.next()?);
        let files = files.split(',').map(|file| tree.join(file)).collect();
        Some(Case { readme: readme.into(), id: single(license)?, files })
    };
    list.lines().filter_map(case).collect()
}

fn walked(tree: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    let entries = walkdir::WalkDir::new(tree).sort_by_file_name().into_iter().filter_map(Result::ok);
    for entry in entries.filter(|entry| entry.file_name() == "README.chromium") {
        let text = String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).into_owned();
        let divider = format!("{0} DEPENDENCY DIVIDER {0}", "-".repeat(20));
        for part in text.split(&divider) {
            let field = |name: &str| {
                part.lines().find_map(|line| {
                    line.get(..name.len())?.eq_ignore_ascii_case(name).then(|| line[name.len()..].trim())
                })
            };
            let (Some(license), Some(files)) = (field("License:"), field("License File:")) else { continue };
            let beside = entry.path().parent().unwrap();
            let files: Vec<PathBuf> = files
                .split(',')
                .map(str::trim)
                .map(|file| file.strip_prefix("//").map_or_else(|| beside.join(file), |rooted| tree.join(rooted)))
                .collect();
            if let Some(id) = single(license)
                && files.iter().all(|file| file.is_file())
            {
                let readme = entry.path().strip_prefix(tree).unwrap().to_path_buf();
                cases.push(Case { readme, id, files });
            }
        }
    }
    cases
}
