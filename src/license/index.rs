//! The texts of the SPDX list as an index from runs of words to the texts that hold them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use super::words::{self, Word};

/// Words in a run.
pub(super) const RUN: usize = 6;

/// One licence or exception text.
#[derive(Debug)]
pub(super) struct Template {
    /// Its id; of several ids with one text, the first current one.
    pub(super) id: &'static str,
    /// True for an exception.
    pub(super) exception: bool,
    /// Its words.
    pub(super) words: Vec<u64>,
    /// How many of them are the licence; what follows says how to apply it.
    pub(super) core: usize,
    /// What the lack of each word costs, in sixteenths.
    pub(super) costs: Vec<u8>,
    /// Where each run of three words that stands in it once, stands.
    pub(super) anchors: Hashed<u32>,
}

/// A map whose keys are hashes already.
pub(super) type Hashed<V> = HashMap<u64, V, BuildHasherDefault<AsIs>>;

/// Takes a hash for its own hash.
#[derive(Debug, Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |value, byte| value.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// All texts.
#[derive(Debug)]
pub(super) struct Index {
    /// The texts, by id.
    pub(super) templates: Vec<Template>,
    /// Which texts hold a run, as a range of `postings`.
    runs: Hashed<(u32, u32)>,
    postings: Vec<u16>,
    /// In how many texts each word stands.
    spread: Hashed<u16>,
}

/// What a word costs that should not be there or is missing, in sixteenths.
pub(super) const WORD: u8 = 16;
/// What a name costs: the text of another copy names somebody else.
const NAME: u8 = 4;
/// A word in no more texts than this is most likely a name.
const RARE: u16 = 2;

/// The index, made at first use.
pub(super) static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

impl Index {
    fn new() -> Self {
        let mut templates = templates();
        let mut spread: Hashed<u16> = Hashed::default();
        for template in &templates {
            for word in template.words.iter().collect::<BTreeSet<_>>() {
                *spread.entry(*word).or_insert(0) += 1;
            }
        }
        for template in &mut templates {
            let cost = |word: &u64| if spread.get(word).is_some_and(|count| *count > RARE) { WORD } else { NAME };
            template.costs = template.words.iter().map(cost).collect();
        }
        let mut pairs: Vec<(u64, u16)> = Vec::new();
        for (number, template) in (0_u16..).zip(&templates) {
            pairs.extend(runs(&template.words, RUN).map(|run| (run, number)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let postings = pairs.iter().map(|(_, number)| *number).collect();
        let mut runs: Hashed<(u32, u32)> = Hashed::default();
        for (at, (run, _)) in (0_u32..).zip(&pairs) {
            runs.entry(*run).or_insert((at, at)).1 = at + 1;
        }
        Self { templates, runs, postings, spread }
    }

    /// What a word of a file costs that a text does not have, in sixteenths: less where no text has it.
    pub(super) fn cost(&self, word: u64) -> u8 {
        if self.spread.contains_key(&word) { WORD } else { NAME }
    }

    /// The texts that hold a run.
    pub(super) fn holders(&self, run: u64) -> &[u16] {
        let range = self.runs.get(&run).map(|(from, to)| *from as usize..*to as usize);
        range.and_then(|range| self.postings.get(range)).unwrap_or_default()
    }
}

/// The hashes of all runs of `length` words.
pub(super) fn runs(words: &[u64], length: usize) -> impl Iterator<Item = u64> {
    words.windows(length).map(mix)
}

/// One hash for a run of words.
pub(super) fn mix(words: &[u64]) -> u64 {
    let folded = words.iter().fold(0x9E37_79B9_7F4A_7C15_u64, |value, word| {
        (value.rotate_left(23) ^ word).wrapping_mul(0xBF58_476D_1CE4_E5B9)
    });
    folded ^ (folded >> 29)
}

/// Current ids first, so that of several ids with one text the current one stays.
fn templates() -> Vec<Template> {
    let licenses = spdx::identifiers::LICENSES.iter().filter_map(|license| spdx::license_id(license.name));
    // A text of the GNU licences does not say whether later versions may be chosen; the notice beside it does.
    let licenses = licenses.filter(|id| !id.name.ends_with("-or-later") && !id.name.ends_with('+'));
    let licenses = licenses.map(|id| (id.is_deprecated(), id.name, false, id.text()));
    let exceptions = spdx::identifiers::EXCEPTIONS.iter().filter_map(|exception| spdx::exception_id(exception.name));
    let exceptions = exceptions.map(|id| (id.is_deprecated(), id.name, true, id.text()));
    let mut texts: Vec<(bool, &str, bool, &str)> = licenses.chain(exceptions).collect();
    texts.sort_unstable();
    let mut seen: HashSet<Vec<u64>> = HashSet::new();
    let mut templates = Vec::with_capacity(texts.len());
    for (_, id, exception, text) in texts {
        let words: Vec<u64> = words::split(text.as_bytes()).into_iter().map(|word: Word| word.hash).collect();
        if words.len() >= RUN && seen.insert(words.clone()) {
            templates.push(Template {
                id,
                exception,
                core: core(&words),
                anchors: anchors(&words),
                words,
                costs: Vec::new(),
            });
        }
    }
    templates
}

/// Where the words "end of terms and conditions" stand, or the end.
fn core(words: &[u64]) -> usize {
    let phrase = ["end", "of", "terms", "and", "conditions"].map(|word| words::hash(word.as_bytes()));
    words.windows(phrase.len()).position(|run| run == phrase).unwrap_or(words.len())
}

/// Runs of three words that stand in a text once.
fn anchors(words: &[u64]) -> Hashed<u32> {
    const TWICE: u32 = u32::MAX;
    let mut places: Hashed<u32> = Hashed::default();
    for (at, run) in (0_u32..).zip(runs(words, 3)) {
        places.entry(run).and_modify(|place| *place = TWICE).or_insert(at);
    }
    places.retain(|_, place| *place != TWICE);
    places
}
