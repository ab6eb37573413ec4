//! Copies that nothing declares: what their files and folders give away, and what only looks like one.

use forebay::audit::report::AuditReport;
use forebay::path::RepoPath;
use forebay::tree::memory::MemoryTree;
use forebay::tree::{File, Mode};

use super::trees::audit;

const OWN: &str = "// Copyright 2020 The Weir Authors\nint own;\n";

/// A tree of these files beside some of the project's own.
fn weir(files: &[(&str, &str)]) -> AuditReport {
    let mut tree = MemoryTree::new("weir");
    let mut put = |path: &str, content: &str| {
        tree.insert(RepoPath::parse(path.as_bytes()).unwrap(), File::new(Mode::Regular, content.as_bytes()));
    };
    for number in 0..400 {
        put(&format!("base/file{number}.cc"), OWN);
    }
    for (path, content) in files {
        put(path, content);
    }
    audit(&tree, None, true)
}

fn found(report: &AuditReport) -> Vec<(&str, &str)> {
    report.components.iter().map(|component| (component.root.as_str(), component.name.as_str())).collect()
}

#[test]
fn a_bag_of_single_files_is_one_component_each() {
    let report = weir(&[
        ("thirdparty/misc/fast.c", "// Copyright 2001 Ann\n#include \"fast.h\"\n"),
        ("thirdparty/misc/fast.h", "// Copyright 2001 Ann\n"),
        ("thirdparty/misc/noise.h", "// Written by Bob\n"),
        ("thirdparty/misc/pcg.cpp", "// (c) 2014 Carol\n"),
        ("thirdparty/misc/bind.cpp", OWN),
    ]);
    let expected = ["fast", "noise", "pcg"].map(|name| ("thirdparty/misc", name));
    assert_eq!(found(&report), expected);
}

#[test]
fn a_folder_without_a_licence_is_told_by_whose_files_it_holds() {
    let report = weir(&[
        ("extern/theirs/CMakeLists.txt", "add_library(weir_theirs theirs.c)\n"),
        ("extern/theirs/theirs.c", "/* Copyright (C) 1996 Paul */\n"),
        ("extern/ours/CMakeLists.txt", "add_library(weir_ours ours.c)\n"),
        ("extern/ours/ours.c", OWN),
        ("third_party/glue/glue.cc", OWN),
        ("contrib/plugin/plugin.c", "// Copyright 2003 A contributor\n"),
    ]);
    assert_eq!(found(&report), [("extern/theirs", "theirs")]);
}

#[test]
fn a_copy_in_a_folder_with_the_projects_prefix_is_a_part_of_its_unit() {
    let report = weir(&[
        ("ThirdParty/cgns/CMakeLists.txt", "weir_module_third_party(cgns)\n"),
        ("ThirdParty/cgns/weircgns/license.txt", "a licence\n"),
        ("ThirdParty/cgns/weircgns/src/cgns.c", "int x;\n"),
        ("Utilities/cmzlib/zlib.h", "/* deflateInit_ */\n#define ZLIB_VERSION \"1.3.2\"\n"),
        ("Utilities/cmzlib/inflate.c", "int x;\n"),
    ]);
    assert_eq!(found(&report), [("ThirdParty/cgns", "cgns"), ("Utilities/cmzlib", "zlib")]);
    // A folder that only a longer word ends with is none.
    let report = weir(&[("base/notzlibatall/weirdozlib/CMakeLists.txt", "project(zlib)\n")]);
    assert_eq!(found(&report), [("", ""); 0]);
}

#[test]
fn the_project_of_a_build_systems_test_is_no_copy() {
    let report = weir(&[
        ("Tests/FindCairo/cairo/CMakeLists.txt", "project(cairo)\n"),
        ("Tests/FindCairo/cairo/main.c", "int main;\n"),
    ]);
    assert_eq!(found(&report), [("", ""); 0]);
}

#[test]
fn a_fork_hides_the_name_of_its_folder_and_a_whole_its_part() {
    let report = weir(&[
        ("third_party/glog/COPYING", "a licence\n"),
        ("third_party/glog/src/glog/logging.h", "void InitGoogleLogging();\n"),
        ("third_party/glog/src/symbolize.h", "void InstallSymbolizeCallback();\n"),
        ("third_party/glog/src/demangle.h", "int x;\n"),
    ]);
    assert_eq!(found(&report), [("third_party/glog", "glog")]);
}

#[test]
fn a_list_of_changes_that_upstream_dropped_tells_no_version() {
    let report = weir(&[
        ("third_party/gtest/CHANGES", "Changes for 1.7.0:\n"),
        ("third_party/gtest/LICENSE", "a licence\n"),
        ("third_party/gtest/include/gtest/gtest.h", "#define GTEST_INCLUDE_GTEST_GTEST_H_ TEST(\n"),
        ("third_party/gtest/src/gtest.cc", "int x;\n"),
    ]);
    assert_eq!(found(&report), [("third_party/gtest", "googletest")]);
    assert_eq!(report.components[0].version.value, None);
}

#[test]
fn copies_side_by_side_are_found_by_their_licences_wherever_they_lie() {
    let report = weir(&[
        ("COPYING", "the project's\n"),
        ("libs/weirgsm/COPYRIGHT", "of gsm\n"),
        ("libs/weirgsm/src/code.c", "int x;\n"),
        ("libs/weirjxr/LICENSE", "of jxr\n"),
        ("libs/weirjxr/jxr.c", "int x;\n"),
        ("libs/weirxml2/Copyright", "of xml\n"),
        ("libs/weirxml2/include/libxml/xmlversion.h", "#define LIBXML_DOTTED_VERSION \"2.11.7\"\n"),
        ("libs/weirxml2/tree.c", "int x;\n"),
        ("libs/weirldap/LICENSE", "of ldap\n"),
        ("libs/weirldap/ldap.c", "int x;\n"),
        ("libs/strings/COPYING", "the project's\n"),
        ("libs/strings/strings.c", "int x;\n"),
    ]);
    let expected =
        [("libs/weirgsm", "gsm"), ("libs/weirjxr", "jxr"), ("libs/weirldap", "ldap"), ("libs/weirxml2", "libxml2")];
    assert_eq!(found(&report), expected);
}

#[test]
fn a_folder_that_says_that_its_code_lies_elsewhere_is_no_copy() {
    let report = weir(&[
        ("third_party/ducc/workspace.bzl", "def repo(): pass\n"),
        ("third_party/ducc/fft.cc", "// Copyright 2023 Others\nint x;\n"),
        ("third_party/lite/shims/third_party/lite/src/a.h", "// Copyright 2023 Others\nint x;\n"),
        ("tests/subprojects/one/CMakeLists.txt", "project(one)\n"),
        ("tests/subprojects/one/one.c", "int x;\n"),
    ]);
    assert_eq!(found(&report), [("", ""); 0]);
    let report = weir(&[
        ("meson.build", "project('weir', 'c')\n"),
        ("subprojects/one/meson.build", "project('one', 'c')\n"),
        ("subprojects/one/one.c", "int x;\n"),
    ]);
    assert_eq!(found(&report), [("subprojects/one", "one")]);
}

#[test]
fn what_people_contribute_to_a_copy_is_a_part_of_it() {
    let copy = |more: &'static str| {
        [
            ("third_party/beta/LICENSE", "a licence\n"),
            ("third_party/beta/beta.c", "int x;\n"),
            ("third_party/beta/contrib/blast/CMakeLists.txt", "project(blast)\n"),
            ("third_party/beta/contrib/blast/blast.c", "int x;\n"),
            (more, "another licence\n"),
        ]
    };
    assert_eq!(found(&weir(&copy("third_party/beta/README"))), [("third_party/beta", "beta")]);
    let both = [("third_party/beta", "beta"), ("third_party/beta/contrib/blast", "blast")];
    assert_eq!(found(&weir(&copy("third_party/beta/contrib/blast/LICENSE"))), both);
}

#[test]
fn a_marker_of_a_longer_name_explains_its_folder() {
    let report = weir(&[
        ("3rdparty/native_app_glue/LICENSE", "a licence\n"),
        ("3rdparty/native_app_glue/android_native_app_glue.h", "enum { APP_CMD_INPUT_CHANGED };\n"),
        ("3rdparty/native_app_glue/android_native_app_glue.c", "int x;\n"),
    ]);
    assert_eq!(found(&report), [("3rdparty/native_app_glue", "android-native-app-glue")]);
}

#[test]
fn known_libraries_on_a_shelf_are_copies_each() {
    let shelf = |more: &'static str| {
        [
            ("thirdparty/headers/dbus/dbus/dbus.h", "int x;\n"),
            ("thirdparty/headers/fontconfig/fontconfig.h", "int x;\n"),
            ("thirdparty/headers/unknown/unknown.h", "int x;\n"),
            (more, OWN),
        ]
    };
    let both = [("thirdparty/headers/dbus", "dbus"), ("thirdparty/headers/fontconfig", "fontconfig")];
    assert_eq!(found(&weir(&shelf("base/more.c"))), both);
    // What holds code itself is one thing, whose parts may have such names.
    assert_eq!(found(&weir(&shelf("thirdparty/headers/load.c"))), [("", ""); 0]);
}

#[test]
fn a_library_in_c_that_is_on_offer_as_a_package_too_is_still_one_in_c() {
    let report = weir(&[
        ("third_party/rapidjson/package.json", "{\"name\": \"rapidjson\", \"version\": \"1.0.4\"}\n"),
        ("third_party/rapidjson/include/rapidjson/rapidjson.h", "#define RAPIDJSON_MAJOR_VERSION 1\n"),
        ("third_party/rapidjson/include/rapidjson/document.h", "int x;\n"),
        ("third_party/other/package.json", "{\"name\": \"other\", \"version\": \"1.0.4\"}\n"),
        ("third_party/other/index.js", "x\n"),
    ]);
    let worlds: Vec<&str> = report.components.iter().map(|component| component.ecosystem.as_str()).collect();
    assert_eq!(found(&report), [("third_party/other", "other"), ("third_party/rapidjson", "rapidjson")]);
    assert_eq!(worlds, ["npm", "c"]);
}

#[test]
fn a_unit_that_holds_one_folder_named_for_a_version_is_a_copy() {
    let report = weir(&[
        ("src/deps/earcut/0.12.4/include/mapbox/earcut.hpp", "int x;\n"),
        ("src/deps/tuple/28626e99/include/tuple.hpp", "int x;\n"),
        ("src/deps/kdbush/0.1.1-1/LICENSE", "a licence\n"),
        ("src/deps/kdbush/0.1.1-1/include/kdbush.hpp", "int x;\n"),
        ("src/deps/glue/gtk3/glue.cc", OWN),
        ("src/deps/several/1.0/a.cc", OWN),
        ("src/deps/several/2.0/a.cc", OWN),
    ]);
    let expected = ["earcut", "kdbush", "tuple"].map(|name| (format!("src/deps/{name}"), name.to_owned()));
    let found: Vec<_> = found(&report).into_iter().map(|(root, name)| (root.to_owned(), name.to_owned())).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_folder_without_the_number_of_its_library_is_explained_by_its_marker() {
    let report = weir(&[
        ("third_party/catch/LICENSE", "a licence\n"),
        ("third_party/catch/catch.hpp", "/* Catch v2.13.9 */\n#define CATCH_VERSION_MAJOR 2\n"),
    ]);
    assert_eq!(found(&report), [("third_party/catch", "catch2")]);
}

/// So many files in a folder, that a sample of them is read.
fn many(folder: &str, content: &'static str) -> Vec<(String, &'static str)> {
    (0..40).map(|number| (format!("{folder}/file{number}.h"), content)).collect()
}

fn with_many<'f>(many: &'f [(String, &'static str)], more: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    many.iter().map(|(path, content)| (path.as_str(), *content)).chain(more.iter().copied()).collect()
}

#[test]
fn code_deeper_in_a_folder_tells_whose_it_is_too() {
    let pulse = many("3rdparty/pulseaudio/pulse", "/* Copyright 2004 Lennart */\n");
    let own = many("3rdparty/glue/inner", OWN);
    let build = [("3rdparty/pulseaudio/CMakeLists.txt", "x\n"), ("3rdparty/glue/CMakeLists.txt", "x\n")];
    let all = [pulse, own].concat();
    assert_eq!(found(&weir(&with_many(&all, &build))), [("3rdparty/pulseaudio", "pulseaudio")]);
}

#[test]
fn on_a_shelf_what_no_table_knows_is_told_by_whose_it_is() {
    let udev = many("thirdparty/headers/udev", "/* Copyright 2008 Kay */\n");
    let report = weir(&with_many(
        &udev,
        &[("thirdparty/headers/dbus/dbus.h", "int x;\n"), ("thirdparty/headers/fontconfig/fontconfig.h", "int x;\n")],
    ));
    let expected = ["dbus", "fontconfig", "udev"].map(|name| (format!("thirdparty/headers/{name}"), name.to_owned()));
    let found: Vec<_> = found(&report).into_iter().map(|(root, name)| (root.to_owned(), name.to_owned())).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_copys_own_glue_is_not_foreign_to_it() {
    const SKIN: &str = "// Copyright 2011 The Skin Project\n";
    let skin = many("third_party/skin/src", SKIN);
    let report = weir(&with_many(
        &skin,
        &[
            ("third_party/skin/LICENSE", "a licence\n"),
            ("third_party/skin/third_party/glue/a.cpp", "// Copyright 2015 The Skin Project Authors\n"),
            ("third_party/skin/third_party/glue/b.cpp", "// Copyright 2015 The Skin Project Authors\n"),
            ("third_party/skin/third_party/theirs/a.cpp", "// Copyright 2001 Somebody\n"),
        ],
    ));
    assert_eq!(found(&report), [("third_party/skin", "skin"), ("third_party/skin/third_party/theirs", "theirs")]);
}

#[test]
fn parts_of_the_project_in_a_folder_named_for_others_are_no_copies() {
    let report = weir(&[
        ("libweir/util/darray.h", OWN),
        ("deps/pipe/CMakeLists.txt", "project(pipe)\n"),
        ("deps/pipe/pipe.c", OWN),
        ("deps/options/CMakeLists.txt", "project(options)\n"),
        ("deps/options/options.c", "#include <util/darray.h>\n"),
        ("deps/theirs/CMakeLists.txt", "project(theirs)\n"),
        ("deps/theirs/theirs.c", "#include <theirs/theirs.h>\n"),
        ("deps/theirs/theirs/theirs.h", "int x;\n"),
        ("deps/adapted/CMakeLists.txt", "project(adapted)\n"),
        ("deps/adapted/adapted.c", "// Copyright 1999 Somebody\n#include <util/darray.h>\n"),
        ("deps/licensed/LICENSE", "a licence\n"),
        ("deps/licensed/licensed.c", OWN),
    ]);
    let expected = [("deps/adapted", "adapted"), ("deps/licensed", "licensed"), ("deps/theirs", "theirs")];
    assert_eq!(found(&report), expected);
}

#[test]
fn a_number_in_a_name_is_no_version_where_others_share_the_rest() {
    let files = |name: &str| {
        let folder = format!("third_party/{name}");
        [(format!("{folder}/LICENSE"), "a licence\n"), (format!("{folder}/{name}.cpp"), "int x;\n")]
    };
    let all = ["json11", "json7", "json", "nlohmann-json-3.11", "sqlite3"].map(files).concat();
    let report = weir(&with_many(&all, &[]));
    let names: Vec<&str> = found(&report).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["nlohmann-json", "json11", "json7", "nlohmann-json", "sqlite"]);
}

#[test]
fn single_files_right_in_a_folder_of_other_peoples_code_are_components() {
    let report = weir(&[
        ("src/external/reader.h", "// reader - v1.2 - public domain\n"),
        ("src/external/noise.h", "// Copyright 2002 Bob\n"),
        ("src/external/noise.c", "// Copyright 2002 Bob\n"),
        ("src/external/noise_more.h", "// Copyright 2002 Bob\n"),
        ("src/external/json.h", "// Copyright 2004 Carol\n"),
        // One author's files are one library, whose name nothing tells.
        ("lib/3rdparty/list.h", "// Copyright 2010 Dan\n"),
        ("lib/3rdparty/model.h", "// Copyright 2010 Dan\n"),
        ("own/deps/ours.h", OWN),
        ("own/contrib/plugin.c", "// Copyright 2003 A contributor\n"),
    ]);
    assert_eq!(found(&report), ["json", "noise", "reader"].map(|name| ("src/external", name)));
}

#[test]
fn the_project_itself_is_none_of_its_components() {
    let many: Vec<_> = (0..500).map(|number| (format!("rapidjson/part{number}.h"), OWN)).collect();
    let own = [
        ("rapidjson/include/rapidjson/rapidjson.h", "#define RAPIDJSON_MAJOR_VERSION 1\n"),
        ("rapidjson/include/rapidjson/document.h", "int x;\n"),
    ];
    assert_eq!(found(&weir(&with_many(&many, &own))), [("", ""); 0]);
    assert_eq!(found(&weir(&own)), [("rapidjson", "rapidjson")]);
    // Nor is what the build file at the top calls itself, while a copy of it in another project's folder is one.
    let named = [own[0], own[1], ("CMakeLists.txt", "project(RapidJSON VERSION 1.2.3)\n")];
    assert_eq!(found(&weir(&named)), [("", ""); 0]);
    let copy = named.map(|(path, text)| (path.replace("rapidjson/include", "third_party/rapidjson/include"), text));
    assert_eq!(found(&weir(&with_many(&copy, &[]))), [("third_party/rapidjson", "rapidjson")]);
}

#[test]
fn headers_of_all_copies_in_one_folder_are_no_copy_of_their_own() {
    let report = weir(&[
        ("thirdparty/include/zconf.h", "/* Copyright (C) 1995 Jean-loup */\n"),
        ("thirdparty/libz/zlib.h", "#define ZLIB_VERSION \"1.3\"\n#define deflateInit_\n"),
        ("thirdparty/libz/inflate.c", "int x;\n"),
        ("thirdparty/libz/deflate.c", "int x;\n"),
    ]);
    assert_eq!(found(&report), [("thirdparty/libz", "zlib")]);
}

#[test]
fn a_folder_of_very_many_files_is_no_bag_of_libraries() {
    let files: Vec<_> = (0..1000)
        .map(|number| (format!("third_party/f{number}.h"), format!("// Copyright 2001 Author{number} Doe\n")))
        .collect();
    let all: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(found(&weir(&all)), [("", ""); 0]);
    assert_eq!(found(&weir(&all[..300])).len(), 300);
}
