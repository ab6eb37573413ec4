//! Joins a table of libraries with package indexes and prints what was found.
//!
//!     cargo run --release --example distro_found -- FIELD FOLDER-OF-CATALOG INDEX...
//!
//! FIELD is the key of the catalog that holds this distribution's package names (`debian`, `fedora`). Prints a line a library
//! (library, package, version, upstream part, join), then the counts of joins, the seconds and the size of each index.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement prints and may stop at a broken input")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use forebay::distro::{PackageIndex, Wanted, open};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (field, catalog) = (&arguments[0], Path::new(&arguments[1]));
    let libraries = libraries(catalog);
    for path in &arguments[2..] {
        let start = Instant::now();
        let index = open(Path::new(path), "index").unwrap();
        let seconds = start.elapsed().as_secs_f64();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for library in &libraries {
            let list = |key: &str| -> Vec<&str> {
                let values = library.get(key).and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
                values.iter().filter_map(toml::Value::as_str).collect()
            };
            let (aliases, modules) = (list(field), list("pkg-config"));
            let name = library["name"].as_str().unwrap();
            let found = index.find(&Wanted { aliases: &aliases, pkg_config: &modules, sonames: &[], name });
            let join = found.as_ref().map_or_else(|| "nothing".to_owned(), |found| format!("{:?}", found.joined));
            *counts.entry(join).or_default() += 1;
            match found {
                Some(found) => println!(
                    "{name}\t{}\t{}\t{}\t{:?}",
                    found.package, found.version, found.upstream.text, found.joined
                ),
                None => println!("{name}\t-"),
            }
        }
        println!(
            "{} of {} libraries found: {counts:?}",
            libraries.len() - counts.get("nothing").unwrap_or(&0),
            libraries.len()
        );
        println!("{} packages read in {seconds:.2} s", index.len());
    }
}

/// The tables of every file of the catalog.
fn libraries(catalog: &Path) -> Vec<toml::Table> {
    let mut files: Vec<_> = std::fs::read_dir(catalog).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let table: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
        let list = table.get("library").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        all.extend(list.into_iter().filter_map(|library| library.as_table().cloned()));
    }
    all
}
