//! A package in a temporary folder: profile, queue, spec; and rpm sealed off from this machine's own settings.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use forebay::cli;
use forebay::cli::world::{Environment, Terminal, World};
use tempfile::TempDir;

/// A folder with a package.
pub(crate) struct Package {
    folder: TempDir,
}

/// What a command said and how it ended.
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) status: u8,
}

pub(crate) const PROFILE: &str = r#"
[package]
name = "weir"
spec = "weir.spec"
version = "2.0"
release = "1%{?dist}"
targets = ["fedora-44", "fedora-39", "rhel-9", "epel-10", "opensuse-1600", "mageia-9"]
arches = ["x86_64", "aarch64"]

[queue]
path = "patches"

[[sources]]
file = "weir-%{version}.tar.gz"

[license]
main = "MIT"

[patches]
status = "required"

[[patches.group]]
id = "base"
range = [1, 99]

[[patches.group]]
id = "arm"
range = [100, 199]
when = "arch(aarch64)"
patches = ["arm-*"]

[[patches.group]]
id = "system"
range = [200, 299]
when = "with(system_zlib) && (fedora || rhel == 9)"
patches = ["system-*"]

[lib.zlib]
path = "third_party/zlib"
system = "fedora >= 40 || rhel >= 10"
requires = ["pkgconfig(zlib)", "zlib-devel >= 1.2"]
gn-name = "zlib"
gn-args = { system = ["use_system_zlib=true"], bundled = ["use_system_zlib=false"] }
license = "Zlib"
version = "VER-2-13-3-230-ge07e56c7f"

[lib.brotli]
path = "third_party/brotli"
flag = "bundlebrotli"
system = "(fedora < 40 || suse_version) && !arch(aarch64)"
requires = ["brotli-devel"]
gn-name = "brotli"
gn-args = { system = ["use_system_brotli=true"], bundled = ["use_system_brotli=false"] }
license = "MIT"
version = "v1.2-rc1"

[lib.v8]
path = "v8"
system = false
reason = "no stable interface"
license = "BSD-3-Clause OR GPL-2.0-only"
version = "15.0.1"

[gn]
file = "out/Release/args.gn"

[gn.args]
is_debug = false
title = "100% \"$x\""
symbol_level = { value = 1, unless = "arch(aarch64)" }
api = { macro = "api_word" }
targets = ["one", "two"]
found = { shell = "echo 100%" }

[unbundle]
script-remove = "build/remove.sh"
script-replace = "build/replace.sh"
keep = ["base/icu"]

[changelog]
mode = "manual"
packager = "A Packager <packager@example.org>"
"#;

pub(crate) const SPEC: &str = "\
Name: weir
Summary: holds the water back
URL: https://example.org
%global api_word abc

%description
A weir.

%prep
%setup -q

%build
true

%files

%changelog
";

impl Package {
    /// The package with regions, not yet filled.
    pub(crate) fn new() -> Self {
        let package = Self::bare(PROFILE, SPEC);
        package.queue(&["first", "arm-second", "third", "system-fourth", "fifth"]);
        let said = package.run(&["spec", "init"]);
        assert_eq!(said.status, 0, "{}", said.err);
        package
    }

    /// The package with filled regions.
    pub(crate) fn filled() -> Self {
        let package = Self::new();
        let said = package.run(&["spec", "update", "--date", "2026-11-25", "--item", "CVE-2026-1: 100% fixed"]);
        assert_eq!(said.status, 0, "{}", said.err);
        package
    }

    pub(crate) fn bare(profile: &str, spec: &str) -> Self {
        let package = Self { folder: tempfile::tempdir().expect("it is there") };
        package.write("forebay.toml", profile);
        package.write("weir.spec", spec);
        package
    }

    /// Writes a queue whose patches each change a line of their own file.
    pub(crate) fn queue(&self, names: &[&str]) {
        std::fs::create_dir_all(self.path("patches")).expect("it is there");
        let series: String = names.iter().map(|name| format!("{name}.patch\n")).collect();
        self.write("patches/series", &series);
        for name in names {
            let text = format!(
                "Subject: [PATCH 1/9] {name}: 100% of %{{nil}} \\\nForwarded: https://example.org/{name}\n\n--- a/{name}\n+++ b/{name}\n@@ -1 +1 @@\n-old\n+new\n"
            );
            self.write(&format!("patches/{name}.patch"), &text);
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("it is there");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        String::from_utf8(std::fs::read(self.path(name)).expect("it is there")).expect("it is there")
    }

    /// Runs forebay in process.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let world = World {
            out: &mut out,
            err: &mut err,
            environment: Environment::of(&[("SOURCE_DATE_EPOCH", "1795608000")]),
            directory: self.folder.path().to_path_buf(),
            terminal: Terminal::default(),
            now: 1_795_608_000,
            interrupted: Arc::new(AtomicBool::new(false)),
        };
        let words = std::iter::once("forebay").chain(arguments.iter().copied()).map(Into::into);
        let status = cli::run(words, world).code();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is there");
        Said { out: text(out), err: text(err), status }
    }

    /// Runs one of rpm's programs with its own folders and without a person's settings; text on standard error fails.
    pub(crate) fn rpm(&self, program: &str, arguments: &[&str]) -> String {
        let output = rpm(self.folder.path(), program, arguments);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && err.is_empty(), "{program} {arguments:?}\n{err}");
        out.into_owned()
    }
}

/// Runs one of rpm's programs in a folder that holds everything it reads and writes.
pub(crate) fn rpm(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    let top = folder.join("rpmbuild");
    for name in ["SPECS", "SOURCES", "BUILD", "SRPMS", "RPMS", "db"] {
        std::fs::create_dir_all(top.join(name)).expect("it is there");
    }
    let define = |name: &str, value: &Path| format!("{name} {}", value.display());
    Command::new(program)
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", folder)
        .env("SOURCE_DATE_EPOCH", "1795608000")
        .args(["--define", &define("_topdir", &top)])
        .args(["--define", &define("_dbpath", &top.join("db"))])
        .args(["--define", &define("_sourcedir", &folder.join("patches"))])
        .args(["--define", "_default_patch_fuzz 0"])
        .args(arguments)
        .output()
        .expect("rpm is installed: scripts/setup")
}

/// The defines of a target as its own rpm would have them.
pub(crate) fn defines(target: &str) -> Vec<String> {
    let target = forebay::profile::target::Target::parse(target).expect("it is there");
    let mut all: Vec<String> = target.macros.iter().map(|(name, number)| format!("{name} {number}")).collect();
    all.extend(target.dist.map(|dist| format!("dist {dist}")));
    all.into_iter().flat_map(|define| ["--define".to_owned(), define]).collect()
}
