use proptest::prelude::*;

use super::*;

fn text(id: &str) -> &'static str {
    spdx::license_id(id).unwrap().text()
}

fn says(content: &str) -> String {
    expression_of(&recognize(content.as_bytes())).map_or_else(String::new, |expression| expression.to_string())
}

#[test]
fn expressions_are_parsed_and_printed() {
    for (text, printed) in [
        ("mit", "MIT"),
        ("MIT AND (Apache-2.0 OR isc)", "MIT AND (Apache-2.0 OR ISC)"),
        ("MIT AND Apache-2.0 OR ISC", "(MIT AND Apache-2.0) OR ISC"),
        ("((MIT))", "MIT"),
        ("MIT or MIT", "MIT"),
        ("Apache-2.0 WITH llvm-exception", "Apache-2.0 WITH LLVM-exception"),
        ("MPL-2.0+", "MPL-2.0+"),
        ("LicenseRef-a.b-C", "LicenseRef-a.b-C"),
        ("(A", ""),
    ] {
        assert_eq!(Expression::parse(text).map(|parsed| parsed.to_string()).unwrap_or_default(), printed, "{text}");
    }
    let error = |text: &str| Expression::parse(text).unwrap_err().to_string();
    assert_eq!(error("MIT AND Foo"), "`Foo` at column 9 is not a licence id of the SPDX list");
    assert_eq!(error("MIT WITH Foo"), "`Foo` at column 10 is not an exception of the SPDX list");
    assert_eq!(error("MIT AND"), "expected a licence id at column 8");
    assert_eq!(error("MIT ISC"), "expected an operator or the end at column 5");
    assert_eq!(error("(MIT"), "expected `)` at column 5");
    assert_eq!(Expression::parse(&"(".repeat(1000)), Err(ExpressionError::TooLarge));
}

#[test]
fn metadata_is_normalized() {
    for (text, expression) in [
        ("BSD-3-Clause, MIT", "BSD-3-Clause AND MIT"),
        ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
        ("MIT or Apache 2.0, BSD-3-Clause", "BSD-3-Clause AND (MIT OR Apache-2.0)"),
        ("Apache 2.0", "Apache-2.0"),
        ("MIT License", "MIT"),
        ("GPLv2+", "GPL-2.0-or-later"),
        ("GPL-2.0", "GPL-2.0-only"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("GPL-2.0-only+", "GPL-2.0-or-later"),
        ("GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("NCSA, Apache-with-LLVM-Exception, MIT", "Apache-2.0 WITH LLVM-exception AND MIT AND NCSA"),
        ("(MIT and ISC) or Zlib", "(MIT AND ISC) OR Zlib"),
        ("MPL 1.1/GPL 2.0/LGPL 2.1", "MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-only"),
        ("bsd-2-clause, isc", "BSD-2-Clause AND ISC"),
        ("Public Domain", "LicenseRef-Public-Domain"),
        ("Apache License 2.0 with LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
        ("see: file!", "LicenseRef-see-file"),
        ("", ""),
        (" , ", ""),
    ] {
        let found = normalize(text).expression.map_or_else(String::new, |expression| expression.to_string());
        assert_eq!(found, expression, "{text}");
    }
    let found = normalize("MIT License, pffft");
    assert_eq!((found.renamed, found.unknown), (vec!["MIT License".to_owned()], vec!["pffft".to_owned()]));
}

#[test]
fn texts_of_the_list_are_themselves() {
    let ids = spdx::identifiers::LICENSES.iter().filter_map(|license| spdx::license_id(license.name));
    let ids: Vec<_> = ids.filter(|id| !id.is_deprecated() && !id.name.ends_with("-or-later")).step_by(9).collect();
    let wrong: Vec<String> = ids
        .iter()
        .map(|id| (id.name, says(id.text())))
        .filter(|(id, found)| id != found)
        .map(|(id, found)| format!("{id}: {found}"))
        .collect();
    // Some texts hold another text whole, or differ from another by a name alone.
    assert!(wrong.len() * 100 <= ids.len() * 8, "{} of {}: {wrong:#?}", wrong.len(), ids.len());
}

#[test]
fn several_licences_are_told_with_their_lines() {
    let content = format!("Part one\n\n{}\n\nPart two\n\n{}", text("MIT"), text("BSD-3-Clause"));
    let found = recognize(content.as_bytes());
    let ids: Vec<String> = found.iter().map(|one| one.expression.to_string()).collect();
    assert_eq!(ids, ["MIT", "BSD-3-Clause"]);
    let second = 1 + content.lines().position(|line| line == "Part two").unwrap();
    assert!(found[0].lines.1 < second && found[1].lines.0 > second, "{found:?}");
    assert!(found.iter().all(|one| one.how == How::Text && one.percent >= 97));
    let twice = format!("{}\n---\n{}", text("MIT"), text("MIT"));
    assert_eq!(recognize(twice.as_bytes()).len(), 2);
}

#[test]
fn near_texts_are_told_apart() {
    let apache = text("Apache-2.0");
    let end = apache.find("END OF TERMS AND CONDITIONS").unwrap();
    assert_eq!(says(&apache[..end]), "Apache-2.0", "the appendix may be absent");
    let exception = spdx::exception_id("LLVM-exception").unwrap().text();
    assert_eq!(says(&format!("{apache}\n\n{exception}")), "Apache-2.0 WITH LLVM-exception");
    assert_eq!(says(&text("BSD-3-Clause").replace("COPYRIGHT HOLDERS AND CONTRIBUTORS", "AUTHOR")), "BSD-3-Clause");
    let changed = text("MIT").replace(
        "without restriction",
        &"for such use and such persons as the law and the owner of the software permit ".repeat(4),
    );
    let found = recognize(changed.as_bytes());
    assert_eq!(found[0].how, How::Likeness, "{found:?}");
    assert!(recognize(b"All of this text is about something else, and nothing in it is a licence.").is_empty());
}

#[test]
fn notices_and_tags_name_licences() {
    for (content, expression) in [
        ("// SPDX-License-Identifier: GPL-2.0+ */\n", "GPL-2.0-or-later"),
        ("# SPDX-License-Identifier: MIT OR Apache-2.0\r\n", "MIT OR Apache-2.0"),
        ("<!-- SPDX-License-Identifier: MIT -->", "MIT"),
        ("s = \"SPDX-License-Identifier: Private Words\"", "LicenseRef-Private-Words"),
        (
            "This program is free software; you can redistribute it under the terms of the GNU General Public License as\n\
             published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.",
            "GPL-2.0-or-later",
        ),
        ("under version 3 of the GNU Lesser General Public License", "LGPL-3.0-only"),
        ("GNU Library General Public License, version 2", "LGPL-2.0-only"),
        ("GNU Lesser General Public License v2.1 or later", "LGPL-2.1-or-later"),
        ("* Licensed under the Apache License, Version 2.0 (the \"License\");\n* you may not use", "Apache-2.0"),
        (
            "The contents are subject to the Mozilla Public License Version 1.1. Alternatively, either the GNU General\n\
             Public License Version 2 or later, or the GNU Lesser General Public License Version 2.1 or later",
            "MPL-1.1 OR GPL-2.0-or-later OR LGPL-2.1-or-later",
        ),
        ("the GNU General Public License is a licence", ""),
    ] {
        assert_eq!(says(content), expression, "{content}");
    }
    assert_eq!(tags(b"\n\nSPDX-License-Identifier: MIT\n")[0].line, 3);
}

#[test]
fn a_notice_above_a_text_adds_nothing() {
    let content = format!("Licensed under the MIT License, see below.\n\n{}", text("MIT"));
    assert_eq!(says(&content), "MIT");
    let content = format!("GNU General Public License, version 2 or later.\n\n{}", text("GPL-2.0-only"));
    assert_eq!(says(&content), "GPL-2.0-or-later");
}

/// Licences that say so much alike that wrapping may not change the answer.
const PLAIN: [&str; 8] = ["MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "Apache-2.0", "X11", "MPL-2.0"];

fn wrapped(text: &str, width: usize, leader: &str) -> String {
    let mut out = format!("{leader}Copyright (c) 2001-2020 Somebody <somebody@example.org>\n{leader}\n");
    for paragraph in text.split("\n\n") {
        let mut line = leader.to_owned();
        for word in paragraph.split_whitespace() {
            if line.len() + word.len() > width + leader.len() && line.len() > leader.len() {
                out.push_str(line.trim_end());
                out.push('\n');
                leader.clone_into(&mut line);
            }
            line.push_str(word);
            line.push(' ');
        }
        out.extend([line.trim_end(), "\n", leader, "\n"]);
    }
    out
}

fn expressions() -> impl Strategy<Value = Expression> {
    let id = prop::sample::select(vec!["MIT", "ISC", "Zlib", "Apache-2.0", "GPL-2.0-only", "LicenseRef-x"]);
    let exception = prop::option::weighted(0.2, Just("LLVM-exception".to_owned()));
    let leaf = (id, any::<bool>(), exception).prop_map(|(id, or_later, exception)| {
        let or_later = or_later && !id.starts_with("LicenseRef") && !id.starts_with("GPL");
        Expression::License { id: id.to_owned(), or_later, exception }
    });
    leaf.prop_recursive(3, 12, 3, |inner| {
        (proptest::collection::vec(inner, 1..4), any::<bool>())
            .prop_map(|(parts, and)| super::expression::join(parts, and))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_is_printed_parses_to_the_same(expression in expressions()) {
        let printed = expression.to_string();
        prop_assert_eq!(&Expression::parse(&printed).unwrap(), &expression);
        prop_assert!(spdx::Expression::parse(&printed).is_ok(), "{}", printed);
        prop_assert_eq!(expression.current().current(), expression.current());
    }

    #[test]
    fn whole_trees_combine_in_any_order(mut parts in proptest::collection::vec(expressions(), 1..6)) {
        let one = combine(parts.clone());
        parts.reverse();
        parts.extend(parts.clone());
        prop_assert_eq!(combine(parts), one);
    }

    #[test]
    fn wrapping_and_comments_do_not_count(id in prop::sample::select(PLAIN.to_vec()), width in 30..110_usize, leader in prop::sample::select(vec!["", "// ", " * ", "# ", "dnl "])) {
        prop_assert_eq!(says(&wrapped(text(id), width, leader)), id);
    }

    #[test]
    fn no_text_does_harm(field in "\\PC{0,60}|[(),/;a-zA ]{0,60}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = normalize(&field);
        let _ = (recognize(&bytes), tags(&[b"SPDX-License-Identifier:", &bytes[..]].concat()));
    }
}
