//! rpm itself as the judge of what we print: capabilities, source packages, shell text, and the tree that `%prep` makes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use forebay::profile::Profile;
use forebay::profile::target::Target;
use forebay::queue;
use forebay::spec::Spec;
use forebay::spec::evaluate;
use forebay::spec::facts::PatchFact;
use forebay::spec::material::{Inputs, Material};
use forebay::spec::region;

use super::world::{Package, defines, rpm};

fn words(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

fn lines_with(text: &str, keep: impl Fn(&str) -> bool) -> BTreeSet<String> {
    text.lines().filter(|line| keep(line)).map(str::to_owned).collect()
}

/// Every target and architecture, and every switch flipped both ways: what rpm provides and requires is what we say.
#[test]
fn rpm_agrees_with_the_matrix_and_every_flip() {
    let package = Package::filled();
    let text = package.read("weir.spec");
    let profile = Profile::parse("forebay.toml", &package.read("forebay.toml")).expect("it is there");
    let queue = queue::load(&package.path("patches"), &queue::LoadOptions::default()).expect("it is there");
    let (patches, spec) = (PatchFact::of_queue(&queue), Spec::parse(text.as_bytes()));
    let regions = region::find(&spec).expect("it is there");
    let inputs = Inputs {
        profile: &profile,
        patches: &patches,
        audit: None,
        items: &[],
        date: None,
        allowed: None,
        changes: None,
        tree: None,
    };
    let material = Material::new(inputs, &spec, &regions);
    let targets: Vec<Target> = profile.packaging.targets.clone().expect("it is there");
    let mut compared = 0;
    for target in &targets {
        for arch in ["x86_64", "aarch64"] {
            for flip in [None, Some(true), Some(false)] {
                let flips: BTreeMap<String, bool> =
                    flip.map(|system| ("zlib".to_owned(), system)).into_iter().collect();
                let row = evaluate::row(&material, target, arch, &flips);
                let mut arguments = defines(&target.id);
                arguments.extend(["--target".to_owned(), arch.to_owned()]);
                arguments.extend(
                    flip.map(|system| if system { "--with=system_zlib" } else { "--without=system_zlib" }.to_owned()),
                );
                let ask = |question: &str| {
                    let mut all = arguments.clone();
                    all.extend(["-q".to_owned(), question.to_owned(), "weir.spec".to_owned()]);
                    package.rpm("rpmspec", &words(&all))
                };
                let provides = lines_with(&ask("--provides"), |line| line.starts_with("bundled("));
                assert_eq!(provides, row.provides.into_iter().collect(), "{} {arch} {flip:?}", target.id);
                let requires = lines_with(&ask("--buildrequires"), |_| true);
                assert_eq!(requires, row.build_requires.into_iter().collect(), "{} {arch} {flip:?}", target.id);
                let prep = expanded(&package, &arguments, "%prep");
                for (patch, number) in patches.iter().zip(material.numbers.iter().flatten()) {
                    let applied = row.applied.contains(&number.number);
                    assert_eq!(
                        prep.contains(&format!("/{} ", patch.file)),
                        applied,
                        "{} {arch} {}\n{prep}",
                        target.id,
                        patch.file
                    );
                }
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 36);
}

/// A section of the spec as rpm expands it.
fn expanded(package: &Package, arguments: &[String], section: &str) -> String {
    let mut all = arguments.to_vec();
    all.extend(["-P".to_owned(), "weir.spec".to_owned()]);
    let text = package.rpm("rpmspec", &words(&all));
    // rpm leaves the header of `%build` out of what it prints.
    let start = if section == "%build" { "\n# >>> forebay:gn-args" } else { "\n%prep\n" };
    let at = text.find(start).expect("it is there") + if section == "%build" { 1 } else { start.len() };
    let rest = &text[at..];
    let next = ["\n# >>> forebay:gn-args", "\n%files", "\n%install", "\n%changelog"]
        .iter()
        .filter_map(|header| rest.find(header))
        .min();
    rest[..next.unwrap_or(rest.len())].to_owned()
}

#[test]
fn the_source_package_is_complete_on_every_target() {
    let package = Package::filled();
    std::fs::write(package.path("patches/weir-2.0.tar.gz"), b"").expect("it is there");
    for target in ["fedora-44", "rhel-9", "opensuse-1600"] {
        for arch in ["x86_64", "aarch64"] {
            let mut arguments = defines(target);
            arguments.extend(["--target", arch, "-bs", "--nodeps", "weir.spec"].map(str::to_owned));
            let said = package.rpm("rpmbuild", &words(&arguments));
            let srpm = said.lines().find_map(|line| line.strip_prefix("Wrote: ")).expect("it is there").to_owned();
            let listed = lines_with(&package.rpm("rpm", &["-qpl", &srpm]), |_| true);
            let wanted = [
                "arm-second.patch",
                "fifth.patch",
                "first.patch",
                "system-fourth.patch",
                "third.patch",
                "weir-2.0.tar.gz",
                "weir.spec",
            ];
            assert_eq!(listed, wanted.map(str::to_owned).into_iter().collect(), "{target} {arch}");
        }
    }
}

#[test]
fn shell_text_runs_under_dash_and_bash() {
    let package = Package::filled();
    for (target, arch) in
        [("fedora-44", "x86_64"), ("fedora-44", "aarch64"), ("fedora-39", "x86_64"), ("rhel-9", "aarch64")]
    {
        let mut arguments = defines(target);
        arguments.extend(["--target".to_owned(), arch.to_owned()]);
        for shell in ["sh", "dash", "bash"] {
            for section in ["%prep", "%build"] {
                let script = expanded(&package, &arguments, section);
                let output = Command::new(shell).args(["-n", "-c", &script]).output().expect("it is there");
                assert!(output.status.success() && output.stderr.is_empty(), "{shell} {section}\n{script}");
            }
            let build = expanded(&package, &arguments, "%build");
            let folder = tempfile::tempdir().expect("it is there");
            let output = Command::new(shell)
                .args(["-e", "-u", "-c", &build])
                .current_dir(folder.path())
                .output()
                .expect("it is there");
            assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
            let found = std::fs::read_to_string(folder.path().join("out/Release/args.gn")).expect("it is there");
            let on = |condition: bool| if condition { "true" } else { "false" };
            let level = if arch == "x86_64" { "symbol_level=1\n" } else { "" };
            let wanted = format!(
                "api=\"abc\"\nis_debug=false\n{level}targets=[\"one\", \"two\"]\ntitle=\"100% \\\"\\$x\\\"\"\nuse_system_brotli={}\nuse_system_zlib={}\nfound=\"100%\"\n",
                on(target == "fedora-39" && arch == "x86_64"),
                on(target == "fedora-44")
            );
            assert_eq!(found, wanted, "{shell} {target} {arch}");
            unbundle(&package, &arguments, shell, target == "fedora-44");
        }
    }
}

/// Runs the removal on a small tree: what is replaced by the system goes, build files and licences stay.
fn unbundle(package: &Package, arguments: &[String], shell: &str, zlib: bool) {
    let prep = expanded(package, arguments, "%prep");
    let at = prep.find("# >>> forebay:prep-unbundle").expect("it is there");
    let folder = tempfile::tempdir().expect("it is there");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it is there")).expect("it is there");
        std::fs::write(path, text).expect("it is there");
    };
    for library in ["third_party/zlib", "third_party/brotli", "v8"] {
        for file in ["BUILD.gn", "a.gni", "README.chromium", "LICENSE.txt", "src/a.c"] {
            write(&format!("{library}/{file}"), "");
        }
    }
    for script in ["build/remove.sh", "build/replace.sh"] {
        // Written by another process: a file that this one has open for writing could not be run while another test forks.
        let make = "mkdir -p build && printf '#!/bin/sh\\nfor word; do echo \"$word\"; done >> \"$0.said\"\\n' > \"$1\" && chmod 755 \"$1\"";
        let made = Command::new("sh").args(["-c", make, "sh", script]).current_dir(folder.path()).status();
        assert!(made.is_ok_and(|status| status.success()));
    }
    let output = Command::new(shell)
        .args(["-e", "-u", "-c", &prep[at..]])
        .current_dir(folder.path())
        .output()
        .expect("it is there");
    assert!(output.status.success(), "{shell}: {}\n{prep}", String::from_utf8_lossy(&output.stderr));
    let stays = |name: &str| folder.path().join(name).exists();
    assert_eq!(stays("third_party/zlib/src/a.c"), !zlib);
    assert!(stays("third_party/zlib/BUILD.gn") && stays("third_party/zlib/LICENSE.txt") && stays("v8/src/a.c"));
    let removed = std::fs::read_to_string(folder.path().join("build/remove.sh.said")).expect("it is there");
    assert!(removed.starts_with("--do-remove\nbase/icu\nv8\n"), "{removed}");
    assert_eq!(removed.contains("third_party/zlib"), !zlib);
    let replaced = std::fs::read_to_string(folder.path().join("build/replace.sh.said")).unwrap_or_default();
    assert_eq!(replaced.contains("--system-libraries") && replaced.contains("zlib"), zlib, "{replaced}");
}

fn git(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("git")
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z")
        .env("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .output()
        .expect("it is there");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Names, kinds, contents and the executable bit of everything below a folder.
fn tree(root: &Path) -> BTreeMap<String, (bool, Vec<u8>)> {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::PermissionsExt as _;
    let (mut all, mut folders) = (BTreeMap::new(), vec![root.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("it is there") {
            let path = entry.expect("it is there").path();
            let name = path.strip_prefix(root).expect("it is there").to_string_lossy().into_owned();
            let about = std::fs::symlink_metadata(&path).expect("it is there");
            if about.is_symlink() {
                all.insert(
                    name,
                    (false, std::fs::read_link(&path).expect("it is there").as_os_str().as_bytes().to_vec()),
                );
            } else if about.is_dir() {
                folders.push(path);
            } else {
                all.insert(name, (about.permissions().mode() & 0o100 != 0, std::fs::read(&path).expect("it is there")));
            }
        }
    }
    all
}

/// An upstream with two releases and a queue of every kind of change that GNU patch can apply.
fn upstream(package: &Package) {
    let repo = package.path("upstream");
    std::fs::create_dir_all(repo.join("src")).expect("it is there");
    let write = |name: &str, text: &str| std::fs::write(repo.join(name), text).expect("it is there");
    let numbered = |first: &str| {
        (1..=40).map(|n| if n == 1 { format!("{first}\n") } else { format!("line {n}\n") }).collect::<String>()
    };
    git(&repo, &["init", "-q"]);
    write("src/a.c", &numbered("a"));
    write("src/b.c", &numbered("b"));
    write("gone.txt", "one\ntwo\n");
    write("crlf.txt", "one\r\ntwo\r\nthree\r\n");
    write("run.sh", "#!/bin/sh\necho one\n");
    write("end.txt", "one\ntwo");
    git(&repo, &["add", "-A"]);
    git(&repo, &["commit", "-qm", "1.0"]);
    git(&repo, &["tag", "v1.0"]);
    let mut patches = Vec::new();
    let mut commit = |name: &str| {
        git(&repo, &["add", "-A"]);
        git(&repo, &["commit", "-qm", &format!("{name}: a change\n\nForwarded: no")]);
        patches.push((name.to_owned(), git(&repo, &["format-patch", "-1", "--stdout"])));
    };
    write("src/a.c", &numbered("a").replace("line 20\n", "line twenty\n"));
    commit("text");
    write("crlf.txt", "one\r\nTWO\r\nthree\r\n");
    write("end.txt", "one\ntwo\nthree");
    commit("endings");
    std::fs::remove_file(repo.join("gone.txt")).expect("it is there");
    write("new file.txt", "new\n");
    commit("files");
    write("src/a.c", &numbered("a").replace("line 20\n", "line twenty\n").replace("line 38\n", "line 38\nmore\n"));
    write("tool.sh", "#!/bin/sh\necho tool\n");
    std::fs::set_permissions(repo.join("tool.sh"), std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .expect("it is there");
    commit("mode");
    git(&repo, &["mv", "src/b.c", "src/c.c"]);
    write("src/c.c", &numbered("b").replace("line 30\n", "line thirty\n"));
    commit("rename");
    git(&repo, &["checkout", "-q", "v1.0"]);
    write("src/a.c", &format!("header\nheader\n{}", numbered("a")));
    git(&repo, &["commit", "-qam", "2.0"]);
    git(&repo, &["tag", "v2.0"]);
    std::fs::create_dir_all(package.path("patches")).expect("it is there");
    let series: String = patches.iter().map(|(name, _)| format!("{name}.patch\n")).collect();
    package.write("patches/series", &series);
    for (name, text) in patches {
        std::fs::write(package.path(&format!("patches/{name}.patch")), text).expect("it is there");
    }
}

/// `rpmbuild -bp` of the written spec over the carried queue makes the tree of the branch that `rebase` makes.
#[test]
fn prep_makes_the_tree_of_the_rebased_branch() {
    let groups = "[patches]\nstatus = \"required\"\n[[patches.group]]\nid = \"base\"\nrange = [1, 9]\n[[patches.group]]\nid = \"some\"\nrange = [10, 19]\nwhen = \"fedora >= 40 && !arch(s390x)\"\npatches = [\"files*\", \"mode*\"]\n";
    let profile = format!(
        "[package]\nname = \"weir\"\nspec = \"weir.spec\"\nversion = \"2.0\"\nrelease = \"1\"\n[queue]\npath = \"patches\"\n[[sources]]\nfile = \"weir-%{{version}}.tar.gz\"\n[license]\nmain = \"MIT\"\n{groups}"
    );
    let spec = super::world::SPEC;
    let package = Package::bare(&profile, spec);
    upstream(&package);
    let said =
        package.run(&["rebase", "--from", "git:upstream#v1.0", "--onto", "git:upstream#v2.0", "--branch", "carried"]);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert_eq!(package.run(&["spec", "init"]).status, 0);
    let said = package.run(&["spec", "update"]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(package.run(&["spec", "check"]).status, 0);
    let repo = package.path("upstream");
    git(&repo, &["archive", "--prefix=weir-2.0/", "-o", "../patches/weir-2.0.tar.gz", "v2.0"]);
    let mut arguments = defines("fedora-44");
    arguments.extend(["-bp", "--nodeps", "weir.spec"].map(str::to_owned));
    let output = rpm(&package.path(""), "rpmbuild", &words(&arguments));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    git(&repo, &["worktree", "add", "-q", "--detach", "../carried", "carried"]);
    let mut wanted = tree(&package.path("carried"));
    wanted.remove(".git");
    let found = tree(&package.path("rpmbuild/BUILD/weir-2.0"));
    assert_eq!(found.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
    assert!(wanted.contains_key("src/c.c") && wanted.contains_key("tool.sh") && !wanted.contains_key("gone.txt"));
    assert_eq!(found, wanted);
}
