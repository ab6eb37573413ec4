//! `forebay init` on folders as distributions have them.

use crate::support::{Sandbox, assert_snapshot};

/// Runs init, checks the result with the program itself, and keeps words and file as a snapshot.
fn story(sandbox: &Sandbox, name: &str) {
    let output = sandbox.run(&["init"]).expect_status(0);
    assert!(output.out.is_empty());
    sandbox.run(&["profile", "check"]).expect_status(0);
    assert_snapshot("init", name, &format!("{}--- forebay.toml\n{}", output.err, sandbox.read("forebay.toml")));
}

#[test]
fn a_debian_folder() {
    let sandbox = Sandbox::named("chromium");
    sandbox
        .write("debian/changelog", "chromium (150.0.7871.100-1~deb13u1) trixie; urgency=high\n\n  * New.\n")
        .write("debian/patches/series", "# fixes\nfixes/a.patch\nfixes/b.patch -p0\n\n")
        .write("debian/patches/fixes/a.patch", "")
        .write("../chromium_150.0.7871.100.orig.tar.xz", "")
        .write("../chromium_150.0.7871.100-1.debian.tar.xz", "");
    story(&sandbox, "debian");
}

#[test]
fn a_fedora_folder_whose_spec_has_its_own_order() {
    let sandbox = Sandbox::named("qt6-qtwebengine");
    sandbox
        .write("qt6-qtwebengine.spec", "%global qt_version 6.10.1\nName: qt6-qtwebengine\nVersion: %{qt_version}\nPatch0: z.patch\nPatch1: a.patch\n")
        .write("z.patch", "")
        .write("a.patch", "")
        .write("qtwebengine-everywhere-src-6.10.1-clean.tar.xz", "");
    story(&sandbox, "fedora");
}

#[test]
fn an_electron_checkout() {
    let sandbox = Sandbox::named("electron");
    sandbox
        .write("patches/chromium/.patches", "a.patch\nb.patch\n")
        .write("patches/angle/.patches", "c.patch\n")
        .write("patches/config.json", "[]");
    sandbox.git(".", &["init", "-q"]);
    sandbox.git(".", &["remote", "add", "origin", "https://github.com/electron/electron"]);
    story(&sandbox, "electron");
}

#[test]
fn a_queue_beside_a_git_upstream() {
    let sandbox = Sandbox::named("kernel-queue");
    sandbox.write("series", "one.patch\n").write("one.patch", "").write("../linux/Makefile", "x\n");
    sandbox.git("../linux", &["init", "-q"]).git("../linux", &["add", "."]).git("../linux", &["commit", "-qm", "x"]);
    sandbox
        .git("../linux", &["tag", "v6.12"])
        .git("../linux", &["tag", "v6.12.1"])
        .git("../linux", &["pack-refs", "--all"]);
    story(&sandbox, "git-upstream");
}

#[test]
fn an_arch_folder_and_a_gentoo_folder() {
    let arch = Sandbox::named("firefox");
    arch.write("PKGBUILD", "pkgname=firefox\npkgver=152.0.1\npkgrel=1\n").write("0001-Install.patch", "");
    story(&arch, "arch");
    let gentoo = Sandbox::named("nodejs");
    gentoo.write("nodejs-22.21.0-r1.ebuild", "").write("files/nodejs-22-fix.patch", "");
    story(&gentoo, "gentoo");
}

#[test]
fn an_unknown_package_and_an_empty_folder() {
    let hello = Sandbox::named("hello");
    hello
        .write("hello.spec", "Name: hello\nVersion: 2.12\n")
        .write("patches/a.diff", "")
        .write("../hello-2.12.tar.gz", "");
    story(&hello, "unknown");
    story(&Sandbox::named("empty"), "empty");
}

#[test]
fn an_existing_profile_is_never_touched() {
    let sandbox = Sandbox::new();
    sandbox.write("forebay.toml", "mine = \n");
    let output = sandbox.run(&["init"]).expect_status(2);
    assert!(output.err.contains("`forebay.toml` exists already") && output.err.contains("hint:"), "{}", output.err);
    assert_eq!(sandbox.read("forebay.toml"), "mine = \n");
    let fresh = sandbox.run(&["init", "--dry-run"]).expect_status(0);
    assert!(fresh.out.contains("[package]"));
    assert_eq!(sandbox.read("forebay.toml"), "mine = \n");
}

#[cfg(unix)]
#[test]
fn a_dangling_link_is_not_written_through() {
    let sandbox = Sandbox::new();
    std::os::unix::fs::symlink("elsewhere", sandbox.path("forebay.toml")).expect("links can be made");
    sandbox.run(&["init"]).expect_status(2);
    assert!(!sandbox.path("elsewhere").exists());
}

#[test]
fn a_folder_that_does_not_take_files_is_an_outside_failure() {
    let sandbox = Sandbox::new();
    let output = sandbox.run(&["-C", "/proc", "init", "-q"]).expect_status(4);
    assert!(output.err.contains("cannot write `forebay.toml`") && output.err.contains("caused by:"), "{}", output.err);
}

#[test]
fn the_tarball_of_a_component_is_no_upstream_tree() {
    let sandbox = Sandbox::named("weir");
    let changelog =
        "weir (1.0+dfsg-1) unstable; urgency=medium\n\n  * x\n\n -- A <a@b.example>  Fri, 02 Jan 2026 12:00:00 +0000\n";
    sandbox.write("debian/changelog", changelog).write("debian/patches/series", "");
    for name in ["weir_1.0+dfsg.orig-parts.tar.xz", "weir_1.0+dfsg.orig.tar.xz"] {
        sandbox.write(&format!("../{name}"), "");
    }
    let told = sandbox.run(&["init", "--dry-run"]).expect_status(0);
    assert!(told.out.contains("\"../weir_{version}+dfsg.orig.tar.xz\",\n"), "{}", told.out);
    assert!(!told.out.contains("orig-parts"), "{}", told.out);
    assert!(told.err.contains("orig-parts.tar.xz: tarball of a component, no tree of its own"), "{}", told.err);
}
