//! `forebay spec adopt`: what a hand-written spec says is mapped or named, and the marked copy means the same.

use super::world::{Package, defines, rpm};

const SPEC: &str = "\
%global bundlezlib 1
%global bundlere2 1
%global bundleodd yes
%if 0%{?fedora} || 0%{?rhel} > 8
%global bundlezlib 0
%endif
Name: weir
Version: 1.0
Release: 1%{?dist}
Summary: x
License: BSD-3-Clause AND MIT
Source0: weir-%{version}.tar.gz
# read the settings
# from the folder of the system
Patch1: settings.patch
Patch8: old-distribution.patch

# for one architecture
Patch20: arm.patch
Patch21: arm-two.patch
%if ! %{bundlezlib}
BuildRequires: zlib-devel
%endif
Provides: bundled(boringssl)
%if %{bundlezlib}
Provides: bundled(zlib) = 1.3.1
%endif
# always
Provides: bundled(re2) = 20240101

%description
x

%prep
%setup -q
%patch -P1 -p1 -b .settings
%if 0%{?fedora} && 0%{?fedora} < 40 || 0%{?rhel} == 9
%patch -P8 -p1
%endif
%ifarch aarch64
%patch -P20 -p1
%patch -P21 -p1 -R
%endif

%build
WEIR_GN_DEFINES=\"\"
WEIR_GN_DEFINES+=' is_debug=false name=\"x y\" level=2'
WEIR_GN_DEFINES+=\" tool=\\\"$(which tool)\\\"\"
%if ! %{bundlezlib}
WEIR_GN_DEFINES+=' use_system_zlib=true'
system_libs+=(zlib)
%endif

%files
";

fn adopted() -> Package {
    let package = Package::bare("", SPEC);
    std::fs::remove_file(package.path("forebay.toml")).expect("it was written");
    std::fs::create_dir_all(package.path("patches")).expect("a folder can be made");
    let said = package.run(&["spec", "adopt", "weir.spec", "--regions", "marked.spec"]);
    assert_eq!(said.status, 0, "{}", said.err);
    for told in [
        "regions proposed: patches, bundled, prep-patches",
        "`bundleodd` has a value",
        "`tool=\"$(which tool)\"` is found out by the shell",
        "patches               4 of 4",
        "bundled               3 of 3",
    ] {
        assert!(said.out.contains(told), "{told}\n{}", said.out);
    }
    package
}

#[test]
fn what_a_spec_says_becomes_a_profile() {
    let package = adopted();
    let profile = package.read("forebay.toml");
    for told in [
        "\"settings.patch\" = \"read the settings\\nfrom the folder of the system\"",
        "when = \"fedora < 40 || rhel == 9\"",
        "range = [20, 9999]\nwhen = \"arch(aarch64)\"",
        "[lib.\"zlib\"]\nflag = \"bundlezlib\"\nsystem = \"fedora || rhel > 8\"\nversion = \"1.3.1\"\ngn-name = \"zlib\"\nrequires = [\"zlib-devel\"]\ngn-args = { system = [\"use_system_zlib=true\"] }",
        "[lib.\"boringssl\"]\nsystem = false\n",
        "is_debug = false\nname = \"x y\"\nlevel = 2\n",
        "main = \"BSD-3-Clause AND MIT\"\ncollect = \"none\"",
    ] {
        assert!(profile.contains(told), "{told}\n{profile}");
    }
    let again = package.run(&["spec", "adopt", "weir.spec"]);
    assert_eq!(again.status, 2);
    assert!(again.err.contains("is there already; nothing was written"));
}

/// What rpm makes of a spec, without comments, blank lines and the suffix of backups, each section's lines sorted.
fn meaning(package: &Package, spec: &str, target: &str, arch: &str) -> Vec<String> {
    let mut arguments = defines(target);
    arguments.extend(["--target", arch, "-P", spec].map(str::to_owned));
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = rpm(&package.path(""), "rpmspec", &words);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("the spec is UTF-8");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut all: Vec<String> = lines.map(without_backup).collect();
    all.sort();
    all
}

/// The line without the words that keep a backup of each patched file.
fn without_backup(line: &str) -> String {
    let mut last = "";
    let words = line.split_whitespace().filter(|word| {
        let dropped = matches!(*word, "-b" | "--suffix") || last == "--suffix";
        last = word;
        !dropped
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_updated_copy_means_what_the_hand_written_spec_meant() {
    let package = adopted();
    assert_eq!(
        package.read("marked.spec").lines().filter(|line| !line.contains("forebay:")).collect::<Vec<_>>(),
        SPEC.lines().collect::<Vec<_>>()
    );
    let said = package.run(&["spec", "update", "marked.spec"]);
    assert_eq!(said.status, 0, "{}", said.err);
    let text = package.read("marked.spec");
    assert!(
        text.contains("%patch -P 21 -p1 -R\n")
            && text.contains("# read the settings\n# from the folder of the system\nPatch1: settings.patch\n"),
        "{text}"
    );
    assert_eq!(package.run(&["spec", "update", "marked.spec"]).out, "");
    for target in ["fedora-44", "fedora-39", "rhel-9", "rhel-8", "opensuse-1600"] {
        for arch in ["x86_64", "aarch64"] {
            let (before, after) =
                (meaning(&package, "weir.spec", target, arch), meaning(&package, "marked.spec", target, arch));
            assert_eq!(before, after, "{target} {arch}");
        }
    }
}

/// Switches of every kind, subpackages, kept folders, values in branches, and lines that only rpm understands.
const MORE: &str = "\
%global use_system_re2 1
%if 0%{?rhel}
%global use_system_re2 0
%endif
%global system_build_flags 1
%bcond_with bundled_zlib
%bcond system_icu %[0%{?fedora} >= 40]
Name: dam
Version: 1.0
Release: 1
Summary: x
License: MIT
Patch1: one.patch
Patch2: two.patch
%if 0%{?use_system_re2}
BuildRequires: pkgconfig(re2)
%else
Provides: bundled(re2) = 1.0
%endif
%if %{without bundled_zlib}
BuildRequires: zlib-devel
%else
Provides: bundled(zlib)
%endif
%if 0
Patch9: nine.patch
%endif
%declare_bundled -a ada
%description
x
%package devel
Summary: x
Provides: bundled(skia) = 9
%description devel
x
%package -n weir
Summary: x
Provides: bundled(skia) = 9
Provides: bundled(re2) = 1.0
%description -n weir
x
%prep
%setup -q -c -T
%ifarch aarch64 && 0%{?fedora} > 40
%patch -P2 -p1
%endif
%patch -P1 -p1
keeplibs=(
  base/third_party/icu
%if %{with bundled_zlib}
  third_party/zlib
%endif
)
keeplibs+=(third_party/abseil-cpp)
build/linux/unbundle/remove_bundled_libraries.py \"${keeplibs[@]}\" --do-remove
%build
%if 0%{?fedora}
DAM_GN_DEFINES+=' use_qt=true'
%else
DAM_GN_DEFINES+=' use_qt=false'
%endif
OTHER_GN_DEFINES+=' use_qt=false'
%if 0%{?use_system_re2}
DAM_GN_DEFINES+=' use_system_re2=true'
%endif
%files
%files devel
%files -n weir
";

#[test]
fn every_kind_of_switch_and_list_is_read() {
    let package = Package::bare("", MORE);
    std::fs::remove_file(package.path("forebay.toml")).expect("it was written");
    std::fs::create_dir_all(package.path("patches")).expect("a folder can be made");
    let said = package.run(&["spec", "adopt", "weir.spec", "--regions", "marked.spec"]);
    assert_eq!(said.status, 0, "{}", said.err);
    for told in [
        "switches              2 of 2",
        "bundled               4 of 6",
        "kept folders          3 of 3",
        "`bundled(re2)` stands elsewhere too",
        "`%declare_bundled -a ada` is made by a macro",
        "`%ifarch aarch64 && 0%{?fedora} > 40` (patch 2): rpm reads the names of architectures in it and nothing else",
        "`use_qt=false` of `OTHER_GN_DEFINES`: `use_qt` is set in line",
        "patch 9 `nine.patch`: no line of %prep applies it",
        "regions proposed: patches, prep-patches",
    ] {
        assert!(said.out.contains(told), "{told}\n{}", said.out);
    }
    let profile = package.read("forebay.toml");
    for told in [
        "[lib.\"re2\"]\nsystem-flag = \"use_system_re2\"\nsystem = \"!rhel\"\nversion = \"1.0\"\nrequires = [\"pkgconfig(re2)\"]\ngn-args = { system = [\"use_system_re2=true\"] }",
        "[lib.\"zlib\"]\nbundled-switch = \"bundled_zlib\"\nsystem = true\npath = \"third_party/zlib\"\nrequires = [\"zlib-devel\"]",
        "[lib.\"skia\"]\nsystem = false\nversion = \"9\"\npackages = [\"dam-devel\", \"weir\"]",
        "use_qt = [{ value = true, when = \"fedora\" }, { value = false, when = \"!fedora\" }]",
        "script-remove = \"build/linux/unbundle/remove_bundled_libraries.py\"\nkeep = [\"base/third_party/icu\", \"third_party/abseil-cpp\"]",
        "when = \"arch(aarch64)\"",
    ] {
        assert!(profile.contains(told), "{told}\n{profile}");
    }
    assert!(!profile.contains("build_flags"), "{profile}");
    let said = package.run(&["spec", "update", "marked.spec"]);
    assert_eq!(said.status, 0, "{}", said.err);
    // The tag under a condition stays by hand, and nothing applies what nothing applied.
    let text = package.read("marked.spec");
    assert_eq!((text.matches("nine.patch").count(), text.matches("%patch -P").count()), (1, 2), "{text}");
    for package_name in ["dam-devel", "weir"] {
        let before = package.read("marked.spec");
        let section =
            if package_name == "weir" { "%package -n weir\nSummary: x\n" } else { "%package devel\nSummary: x\n" };
        let without = before.replacen(&format!("{section}Provides: bundled(skia) = 9\n"), section, 1);
        package.write("without.spec", &without);
        let said = package.run(&["spec", "check", "without.spec"]);
        let told = format!("the package `{package_name}` does not provide `bundled(skia)`");
        assert!(said.out.contains(&told), "{told}\n{}", said.out);
    }
}
