//! Words of lines, and chance that is the same in every run.

use forebay::merge::tokens;

/// A generator of numbers that look random and depend on the seed alone (`splitmix64`).
pub(crate) struct Random(u64);

impl Random {
    /// From a text and a number.
    pub(crate) fn new(text: &[u8], seed: u64) -> Self {
        Self(text.iter().fold(seed ^ 0xcbf2_9ce4_8422_2325, |sum, byte| {
            (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        }))
    }

    /// A number below `limit`; 0 for 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % (limit.max(1) as u64)).unwrap_or(0)
    }

    /// One of a list.
    pub(crate) fn pick<'l, T>(&mut self, list: &'l [T]) -> Option<&'l T> {
        list.get(self.below(list.len()))
    }
}

const KEYWORDS: &[&str] = &[
    "auto",
    "bool",
    "break",
    "case",
    "char",
    "class",
    "const",
    "continue",
    "default",
    "define",
    "deps",
    "double",
    "elif",
    "else",
    "endif",
    "enum",
    "extern",
    "false",
    "final",
    "float",
    "from",
    "goto",
    "ifdef",
    "ifndef",
    "import",
    "include",
    "inline",
    "long",
    "namespace",
    "nullptr",
    "override",
    "private",
    "protected",
    "public",
    "pragma",
    "return",
    "self",
    "short",
    "signed",
    "sizeof",
    "sources",
    "static",
    "static_cast",
    "string",
    "struct",
    "switch",
    "template",
    "this",
    "throw",
    "true",
    "typedef",
    "typename",
    "undef",
    "unsigned",
    "using",
    "virtual",
    "void",
    "while",
    "unsafe",
    "impl",
    "match",
    "where",
    "move",
    "crate",
    "async",
    "await",
    "range",
    "func",
    "function",
    "export",
    "require",
    "then",
    "done",
    "esac",
    "local",
    "None",
    "True",
    "False",
    "pass",
    "raise",
    "yield",
    "lambda",
    "global",
    "print",
    "with",
];

/// Words of a line that upstream might replace: letters first, four at least, no keyword.
pub(crate) fn of(line: &[u8]) -> Vec<&[u8]> {
    let own = |token: &&[u8]| {
        tokens::is_word(token)
            && token.len() >= 4
            && token[0].is_ascii_alphabetic()
            && token.is_ascii()
            && !KEYWORDS.iter().any(|keyword| keyword.as_bytes() == *token)
    };
    tokens::of(&[line]).into_iter().filter(own).collect()
}

/// True for a name that is made of several words.
pub(crate) fn is_compound(word: &[u8]) -> bool {
    word.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
        || word.windows(3).any(|part| part[1] == b'_' && part[0].is_ascii_lowercase() && part[2].is_ascii_lowercase())
}

/// A line with one word replaced by another, at its `nth` place.
pub(crate) fn replaced(line: &[u8], word: &[u8], new: &[u8]) -> Vec<u8> {
    if !holds(line, word) {
        return line.to_vec();
    }
    let swap = |token: &[u8]| if token == word { new.to_vec() } else { token.to_vec() };
    tokens::of(&[line]).into_iter().flat_map(swap).collect()
}

/// True where a line holds these letters at all, which is quickly told.
pub(crate) fn holds(line: &[u8], word: &[u8]) -> bool {
    bstr::ByteSlice::contains_str(line, word)
}

/// How often a word stands in a line.
pub(crate) fn count(line: &[u8], word: &[u8]) -> usize {
    if !holds(line, word) {
        return 0;
    }
    tokens::of(&[line]).into_iter().filter(|token| *token == word).count()
}

/// A word in a newer form.
pub(crate) fn newer(word: &[u8], random: &mut Random) -> Vec<u8> {
    let camel = word.iter().any(u8::is_ascii_uppercase);
    let endings: [&[u8]; 3] = if camel { [b"Impl", b"V2", b"ForProfile"] } else { [b"_impl", b"_v2", b"_for_profile"] };
    [word, endings[random.below(3)]].concat()
}
