//! Laws of the parser: what is printed is what was read, whatever was read; hostile bytes give an error with a place.

use forebay::gn::{self, syntax::TokenId};
use proptest::prelude::*;

/// Blanks and comments.
fn gap() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(" ".to_owned()),
        2 => Just("\n".to_owned()),
        1 => "[ \t\r\n]{1,4}",
        1 => "#[ -~]{0,12}\n",
        1 => "# [\u{e4}\u{4e2d}]{1,3}\r\n  ",
    ]
}

fn name() -> impl Strategy<Value = String> {
    "[a-z_][a-zA-Z0-9_]{0,6}"
        .prop_filter("words are no names", |name| !["if", "else", "true", "false"].contains(&name.as_str()))
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("true".to_owned()),
        Just("false".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        r"[ !#-\[\]-~]{0,10}".prop_map(|text| format!("\"{}\"", text.replace('$', "\\$"))),
        Just(r#""a\"b\\${c}$d[0]""#.to_owned()),
    ]
}

/// An expression with arbitrary gaps.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![name(), literal(), (name(), name()).prop_map(|(a, b)| format!("{a}.{b}"))];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let item = (inner.clone(), gap()).prop_map(|(value, gap)| value + &gap).boxed();
        prop_oneof![
            (prop::collection::vec(item, 0..4), any::<bool>()).prop_map(|(items, comma)| {
                let last = if comma && !items.is_empty() { "," } else { "" };
                format!("[{}{last}]", items.join(","))
            }),
            (inner.clone(), gap(), "(\\+|- |==|!=|<|<=|>|>=|&&|\\|\\|)", inner.clone())
                .prop_map(|(a, gap, op, b)| format!("{a}{gap}{op}{gap}{b}")),
            (gap(), inner.clone()).prop_map(|(gap, a)| format!("!{gap}{a}")),
            (gap(), inner.clone()).prop_map(|(gap, a)| format!("({gap}{a}{gap})")),
            (name(), gap(), prop::collection::vec(inner.clone(), 0..3))
                .prop_map(|(name, gap, items)| format!("{name}{gap}({})", items.join(","))),
            (name(), inner.clone()).prop_map(|(name, index)| format!("{name}[{index}]")),
            (name(), gap(), inner).prop_map(|(name, gap, value)| format!("{{{gap}{name}{gap}={value}{gap}}}")),
        ]
    })
}

fn statements() -> impl Strategy<Value = String> {
    let simple = prop_oneof![
        (name(), gap(), "(=|\\+=|-=)", expression()).prop_map(|(n, g, op, value)| format!("{n}{g}{op} {value}{g}\n")),
        (name(), expression(), gap()).prop_map(|(name, value, gap)| format!("{name}({value}){gap}")),
    ];
    let block = prop::collection::vec(simple, 0..4).prop_map(|lines| lines.concat());
    block.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            (inner.clone(), expression(), inner.clone(), gap()).prop_map(|(before, test, body, gap)| format!(
                "{before}if{gap}({test}){gap}{{\n{body}{gap}}}{gap}else if (x) {{}}{gap}else {{{body}}}\n"
            )),
            (inner.clone(), name(), inner)
                .prop_map(|(before, name, body)| format!("{before}{name}(\"t\") {{\n{body}}}\n")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_printed_is_what_was_read(text in statements(), tail in gap()) {
        let text = text + &tail;
        let syntax = gn::parse(text.as_bytes()).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(String::from_utf8(syntax.print()).unwrap(), text);
        let walked = syntax.walk();
        prop_assert!(walked.windows(2).all(|pair| pair[0] < pair[1]), "each token once, in order");
    }

    #[test]
    fn any_bytes_are_read_or_refused_with_a_place(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        match gn::parse(&bytes) {
            Ok(syntax) => prop_assert_eq!(syntax.print(), bytes),
            Err(error) => prop_assert!(error.line >= 1 && error.column >= 1 && !error.hint().is_empty()),
        }
    }

    #[test]
    fn a_file_cut_anywhere_is_read_or_refused(text in statements(), cut in any::<prop::sample::Index>()) {
        let bytes = &text.as_bytes()[..cut.index(text.len() + 1)];
        if let Ok(syntax) = gn::parse(bytes) {
            prop_assert_eq!(syntax.print(), bytes);
        }
    }
}

#[test]
fn comments_stand_before_the_token_that_follows() {
    let syntax = gn::parse(b"a = 1  # one\n# two\nb = 2\n").unwrap();
    let ids: Vec<TokenId> = syntax.walk();
    assert_eq!(syntax.before(ids[3]), b"  # one\n# two\n");
    assert_eq!(syntax.bytes(ids[3]), b"b");
}
