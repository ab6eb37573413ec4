//! Package indexes of every form, made here or by the tools of their distributions, in every compression.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use forebay::distro::{Confidence, DistroError, Index, Joined, PackageIndex, Wanted, open};
use forebay::version::{Relation, Unlike};
use proptest::prelude::*;

use crate::outside::run;

const SOURCES: &str = "Package: zlib\nBinary: zlib1g, zlib1g-dev,\n minizip\nVersion: 1:1.3.dfsg+really1.3.1-1\nDirectory: pool/z\n\n\
Package: zlib\nBinary: zlib1g\nVersion: 1:1.2.13.dfsg-1\nDirectory: pool/z\n\n\
Package: re2\nBinary: libre2-11, libre2-dev\nVersion: 20240702-3\nDirectory: pool/r\n\n\
Package: woff2\nBinary: libwoff1, libwoff-dev\nVersion: 1.0.2-2\nDirectory: pool/w\n";

const PACKAGES: &str = "Package: libzstd1\nSource: libzstd (1.5.6+dfsg-2)\nVersion: 1.5.6+dfsg-2+b1\nProvides: zstd-abi (= 1)\n\n\
Package: libdrm-dev\nVersion: 2.4.123-1\n";

const APKINDEX: &str = "C:Q1abc=\nP:zlib\nV:1.3.1-r2\no:zlib\np:so:libz.so.1=1.3.1 pc:zlib=1.3.1 cmd:x=1\n\n\
C:Q1abd=\nP:zlib-dev\nV:1.3.1-r2\no:zlib\n";

fn desc(name: &str, version: &str, provides: &str) -> String {
    format!("%FILENAME%\nx\n\n%NAME%\n{name}\n\n%BASE%\n{name}\n\n%VERSION%\n{version}\n\n%PROVIDES%\n{provides}\n\n")
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn put(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path
}

/// What a library is joined to, as `package version upstream join`.
fn answer(index: &Index, wanted: &Wanted<'_>) -> String {
    index.find(wanted).map_or_else(String::new, |found| {
        format!("{} {} {} {:?}", found.package, found.version, found.upstream.text, found.joined)
    })
}

fn alias<'a>(names: &'a [&'a str]) -> Wanted<'a> {
    Wanted { aliases: names, ..Wanted::default() }
}

#[test]
fn debian_sources_and_packages() {
    let folder = tempfile::tempdir().unwrap();
    let sources = open(&put(folder.path(), "Sources", SOURCES.as_bytes()), "sid").unwrap();
    assert_eq!(sources.len(), 4);
    assert_eq!(answer(&sources, &alias(&["nothing", "zlib"])), "zlib 1:1.3.dfsg+really1.3.1-1 1.3.1 Alias");
    let re2 = sources.find(&alias(&["re2"])).unwrap();
    assert_eq!(re2.enough("2024-07-02"), Relation::Same);
    assert_eq!(re2.enough("1.2"), Relation::Unknown(Unlike::DateAndNumber));
    let minizip = Wanted { pkg_config: &["minizip"], name: "minizip", ..Wanted::default() };
    assert_eq!(answer(&sources, &minizip), "", "a binary's name is no join by likeness");
    let woff = Wanted { pkg_config: &["libwoff"], ..Wanted::default() };
    assert_eq!(answer(&sources, &woff), "woff2 1.0.2-2 1.0.2 Development");
    let woff = Wanted { sonames: &["libwoff.so.1"], ..Wanted::default() };
    assert_eq!(answer(&sources, &woff), "woff2 1.0.2-2 1.0.2 Soname");

    let packages = open(&put(folder.path(), "Packages", PACKAGES.as_bytes()), "sid").unwrap();
    assert_eq!(answer(&packages, &alias(&["libzstd"])), "libzstd 1.5.6+dfsg-2 1.5.6 Alias");
    let zstd = Wanted { sonames: &["libzstd.so.1"], ..Wanted::default() };
    assert_eq!(answer(&packages, &zstd), "libzstd 1.5.6+dfsg-2 1.5.6 Soname");
    assert_eq!(packages.find(&zstd).unwrap().confidence, Confidence::Medium);
    assert_eq!(answer(&sources, &Wanted { name: "re3", ..Wanted::default() }), "", "another number is another library");
    let by_name = Wanted { name: "zstd", ..Wanted::default() };
    let found = packages.find(&by_name).unwrap();
    assert_eq!((found.joined, found.confidence), (Joined::Name, Confidence::Low));
}

#[test]
fn every_compression_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let plain = put(folder.path(), "Sources", SOURCES.as_bytes());
    for (program, arguments, ending) in [
        ("gzip", &["-k"][..], "gz"),
        ("xz", &["-k"], "xz"),
        ("zstd", &["-q", "-k"], "zst"),
        ("bzip2", &["-k"], "bz2"),
        ("lz4", &["-q", "-k"], "lz4"),
    ] {
        let file = plain.with_extension(ending);
        let mut arguments: Vec<&str> = arguments.to_vec();
        arguments.push(plain.to_str().unwrap());
        if program == "lz4" {
            arguments.push(file.to_str().unwrap());
        }
        assert!(run(program, &arguments, b"").status.success(), "{program}");
        assert_eq!(open(&file, "x").unwrap().len(), 4, "{program}");
        let bytes = std::fs::read(&file).unwrap();
        let cut = put(folder.path(), "cut", &bytes[..bytes.len() - 9]);
        assert!(open(&cut, "x").is_err(), "{program} cut");
    }
    let zchunk = put(folder.path(), "primary.xml.zck", b"\0ZCK1\x07rest");
    let error = open(&zchunk, "x").unwrap_err();
    assert!(matches!(error, DistroError::Zchunk { .. }));
    assert_eq!(
        error.hint().unwrap(),
        "run `unzck primary.xml.zck`, or take the .zst or .gz of the same repodata folder"
    );
}

#[test]
fn alpine_arch_and_gentoo() {
    let folder = tempfile::tempdir().unwrap();
    let mut signature = flate2_gz(&tar(&[(".SIGN.RSA.key.pub", b"sig")])[..1024]);
    signature.extend(flate2_gz(&tar(&[("DESCRIPTION", b"v3"), ("APKINDEX", APKINDEX.as_bytes())])));
    let file = put(folder.path(), "APKINDEX.tar.gz", &signature);
    let plain = put(folder.path(), "APKINDEX", APKINDEX.as_bytes());
    let module = Wanted { pkg_config: &["zlib"], ..Wanted::default() };
    for path in [file, plain] {
        let index = open(&path, "edge").unwrap();
        assert_eq!(answer(&index, &module), "zlib 1.3.1-r2 1.3.1 PkgConfig");
    }
    let (zlib, pcre) = (desc("zlib", "1:1.3.1-2", "libz.so=1-64"), desc("pcre2", "10.44-1", "libpcre2-8.so=0-64"));
    let file = put(
        folder.path(),
        "core.db",
        &flate2_gz(&tar(&[("zlib-1:1.3.1-2/desc", zlib.as_bytes()), ("pcre2-10.44-1/desc", pcre.as_bytes())])),
    );
    let index = open(&file, "core").unwrap();
    let soname = Wanted { sonames: &["libz.so.1"], ..Wanted::default() };
    assert_eq!(answer(&index, &soname), "zlib 1:1.3.1-2 1.3.1 Soname");

    for entry in ["sys-libs/zlib-1.3.1", "sys-libs/zlib-1.3.1-r1", "sys-libs/zlib-9999", "dev-libs/re2-0.2024.07.02"] {
        put(folder.path(), &format!("gentoo/metadata/md5-cache/{entry}"), b"EAPI=8\n");
    }
    let index = open(&folder.path().join("gentoo"), "gentoo").unwrap();
    assert_eq!(answer(&index, &alias(&["zlib"])), "zlib 1.3.1-r1 1.3.1 Alias");
    assert_eq!(index.len(), 3);
}

fn flate2_gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Builds packages with rpmbuild and a repository with `createrepo_c`.
fn repository(folder: &Path, kind: &str) -> PathBuf {
    let top = folder.join("top");
    for (name, version, provides) in [
        (
            "zlib-ng",
            "2.2.4",
            "pkgconfig(zlib) = 1.3.1\nProvides: libz.so.1()(64bit)\nProvides: libz.so.1(ZLIB_1.2)(64bit)",
        ),
        ("cef", "140.0", "bundled(zlib) = 1.3.0\nProvides: bundled(a&b)"),
    ] {
        let spec = format!(
            "Name: {name}\nVersion: {version}\nRelease: 1\nEpoch: 2\nSummary: s\nLicense: MIT\nBuildArch: noarch\n\
             Provides: {provides}\n%description\nd\n%files\n"
        );
        let spec = put(folder, &format!("{name}.spec"), spec.as_bytes());
        let define = format!("_topdir {}", top.display());
        let output = run("rpmbuild", &["-bb", "--quiet", "--define", &define, spec.to_str().unwrap()], b"");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let repository = top.join("RPMS");
    let kind = format!("--compress-type={kind}");
    // Named in repomd.xml, and of the kind asked for.
    let output = run(
        "createrepo_c",
        &["--quiet", "--no-database", &kind, "--general-compress-type", &kind[16..], repository.to_str().unwrap()],
        b"",
    );
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    repository
}

#[test]
fn rpm_repodata_as_createrepo_writes_it() {
    let folder = tempfile::tempdir().unwrap();
    for kind in ["gz", "xz", "bz2"] {
        let repository = repository(folder.path(), kind);
        let index = open(&repository, "f44").unwrap();
        assert_eq!(index.len(), 2, "{kind}");
        assert_eq!(open(&repository.join("repodata"), "f44").unwrap().len(), 2);
        let module = Wanted { pkg_config: &["zlib"], ..Wanted::default() };
        assert_eq!(answer(&index, &module), "zlib-ng 2:2.2.4-1 2.2.4 PkgConfig");
        let soname = Wanted { sonames: &["libz.so.1"], ..Wanted::default() };
        assert_eq!(answer(&index, &soname), "zlib-ng 2:2.2.4-1 2.2.4 Soname");
        assert_eq!(index.bundlers("zlib"), ["cef 1.3.0"]);
        assert_eq!(index.bundlers("a&b"), ["cef"]);
        std::fs::remove_dir_all(folder.path().join("top")).unwrap();
    }
}

#[test]
fn broken_indexes_are_located_errors() {
    let folder = tempfile::tempdir().unwrap();
    let error = |name: &str, content: &[u8]| {
        let text = open(&put(folder.path(), name, content), "x").unwrap_err().to_string();
        text.replace(&folder.path().display().to_string(), "F")
    };
    assert_eq!(error("a", b"Package: x\nVersion: 1\nno colon here\n"), "`F/a`, line 3: expected `Field: value`");
    assert_eq!(error("b", b"P:x\nV:1\nwhat\n"), "`F/b`, line 3: expected one letter and a colon");
    assert_eq!(error("c", b"#!/bin/sh\n"), "`F/c` is no package index of a known form");
    assert_eq!(error("d", b"<metadata><package type='rpm'>"), "`F/d`, byte 30: it ends within an element");
    assert!(error("e", b"<metadata><a></b></metadata>").starts_with("`F/e`, byte "));
    let escape = b"<repomd><data type='primary'><location href='../../etc/passwd'/></data></repomd>";
    assert_eq!(error("repomd.xml", escape), "`F/repomd.xml`, data: the place of `primary` leaves the repository");
    assert_eq!(error("f/repomd.xml", b"<repomd></repomd>"), "`F/f/repomd.xml`, data: it names no `primary`");
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    assert!(matches!(open(&empty, "x").unwrap_err(), DistroError::Unknown { .. }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn damage_never_panics(which in 0..4_usize, at in 0..400_usize, value: u8, cut in 0..600_usize) {
        let primary = "<?xml version='1.0'?><metadata packages='1'><package type='rpm'><name>a&amp;b</name><version epoch='0' ver='1' rel='2'/>\
            <format><rpm:sourcerpm>a-1-2.src.rpm</rpm:sourcerpm><rpm:provides><rpm:entry name='pkgconfig(a)'/></rpm:provides></format></package></metadata>";
        let text = [SOURCES, PACKAGES, APKINDEX, primary][which];
        let mut bytes = text.as_bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] = value;
        bytes.truncate(cut.max(1));
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&bytes).unwrap();
        let _ = open(file.path(), "x");
    }

    #[test]
    fn a_damaged_pacman_database_never_panics(
        words in proptest::collection::vec("(%NAME%|%VERSION%|%PROVIDES%|%BASE%|\\n|\\n\\n|[a-z=.:-]{0,9}|é)", 0..30), at: usize, value: u8, cut: usize,
    ) {
        let mut bytes = tar(&[("weir-1-1/desc", words.concat().as_bytes()), ("fish-1-1/desc", desc("fish", "1-1", "f=2").as_bytes())]);
        let mut file = tempfile::Builder::new().suffix(".db").tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        // Whatever the first package's file holds, the second one is read.
        let found = open(file.path(), "x").unwrap();
        let fish = Wanted { name: "fish", ..Wanted::default() };
        prop_assert!(found.len() <= 2 && found.find(&fish).is_some());
        let at = at % bytes.len();
        bytes[at] = value;
        bytes.truncate(cut % bytes.len() + 1);
        let mut file = tempfile::Builder::new().suffix(".db").tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        if let Ok(found) = open(file.path(), "x") {
            prop_assert!(found.len() <= 2);
        }
    }

    #[test]
    fn any_file_of_a_gentoo_cache_is_taken(name in "[a-z0-9_.-]{1,20}", text in "((SLOT|DESCRIPTION|KEYWORDS|[a-z]{0,4})=?[ -~]{0,12}\\n){0,6}") {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "dev-libs/weir-1.2-r1", b"EAPI=8\nSLOT=0\n");
        if !name.chars().all(|c| c == '.') {
            put(folder.path(), &format!("dev-libs/{name}"), text.as_bytes());
        }
        if let Ok(found) = open(folder.path(), "x") {
            prop_assert!(found.len() <= 2);
        }
    }
}
