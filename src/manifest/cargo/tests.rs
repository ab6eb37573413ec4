//! The files of a crate, made here.

use proptest::prelude::*;

use super::*;

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text.as_bytes()).unwrap()
}

#[test]
fn a_manifest_with_and_without_a_package() {
    let parsed = manifest(
        &path("vendor/fish/Cargo.toml"),
        b"[package]\nname = \"fish-sys\"\nversion = \"1.2.0+native\"\nlicense = \"MIT OR Apache-2.0\"\nlicense-file = \"../COPYING\"\nlinks = \"fish\"\nrepository = \"https://h/fish\"\n",
    );
    let fish = &parsed.declared[0];
    assert_eq!(fish.purls, [Stated::new("pkg:cargo/fish-sys@1.2.0%2Bnative", 2)]);
    assert_eq!(fish.license_files[0].path, Some(path("vendor/COPYING")));
    assert_eq!(fish.fact(LINKS).unwrap().line, 6);
    let parsed = manifest(&path("Cargo.toml"), b"[package]\nname = \"a\"\nversion.workspace = true\n");
    assert_eq!((parsed.declared[0].version.is_none(), parsed.declared[0].root.clone()), (true, Root::Tree));
    assert_eq!(manifest(&path("Cargo.toml"), b"[workspace]\nmembers = []\n"), Parsed::default());
    assert_eq!(manifest(&path("Cargo.toml"), b"[package\n").problems.len(), 1);
}

#[test]
fn lock_files_of_old_and_new_versions() {
    let text = "\
[[package]]
name = \"here\"
version = \"0.1.0\"

[[package]]
name = \"fish\"
version = \"1.0.0\"
source = \"registry+https://github.com/rust-lang/crates.io-index\"
checksum = \"aa\"

[[package]]
name = \"old\"
version = \"2.0.0\"
source = \"registry+https://r\"

[[package]]
name = \"bird\"
version = \"3.0.0\"
source = \"git+https://h/bird?branch=main#0123456789\"

[metadata]
\"checksum old 2.0.0 (registry+https://r)\" = \"bb\"
";
    let parsed = lock(&path("Cargo.lock"), text.as_bytes());
    let [fish, old, bird] = parsed.declared.as_slice() else { panic!("{parsed:?}") };
    assert_eq!(fish.fact(CHECKSUM).unwrap().text, "aa");
    assert_eq!(old.fact(CHECKSUM).unwrap().text, "bb");
    assert_eq!(fish.purls[0].text, "pkg:cargo/fish@1.0.0");
    assert_eq!((bird.urls[0].text.as_str(), bird.purls.len()), ("https://h/bird", 0));
    assert_eq!(bird.revision, Some(Stated::new("0123456789", 19)));
}

#[test]
fn what_cargo_adds_to_a_crate() {
    let parsed = vcs_info(
        &path("fish/.cargo_vcs_info.json"),
        b"{\"git\": {\n\"sha1\": \"0123\", \"dirty\": true}, \"path_in_vcs\": \"sub\"}",
    );
    assert_eq!(parsed.declared[0].revision, Some(Stated::new("0123", 2)));
    assert_eq!(parsed.declared[0].fact(IN_REPOSITORY).unwrap().text, "sub");
    assert!(parsed.declared[0].fact(DIRTY).is_some());
    let digest = "AB".repeat(32);
    let text = format!(
        "{{\"files\": {{\"src/lib.rs\": \"{digest}\", \"../../x\": \"{digest}\", \"y\": \"z\"}}, \"package\": \"cc\"}}"
    );
    let parsed = checksums(&path("fish/.cargo-checksum.json"), text.as_bytes());
    assert_eq!(parsed.checksums.len(), 1);
    assert_eq!(parsed.checksums[0].path, path("fish/src/lib.rs"));
    assert_eq!(parsed.checksums[0].sha256, "ab".repeat(32));
    assert_eq!((parsed.problems.len(), parsed.facts[0].text.as_str()), (2, "cc"));
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let path = path("a/Cargo.toml");
        manifest(&path, &bytes);
        lock(&path, &bytes);
        vcs_info(&path, &bytes);
        checksums(&path, &bytes);
    }
}
