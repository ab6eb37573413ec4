//! Names as small numbers, so that scopes compare and hash fast; the language's own names have fixed ones.

use std::sync::{Arc, RwLock};

use rustc_hash::FxHashMap;

/// A string that many values share.
pub type Text = Arc<str>;

/// A name. The highest bit says that it begins with `_`, so that an import keeps it back without looking it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Symbol(u32);

const PRIVATE: u32 = 1 << 31;

impl Symbol {
    /// Whether imports keep it back.
    pub(crate) fn is_private(self) -> bool {
        self.0 & PRIVATE != 0
    }
}

macro_rules! words {
    ($($name:ident)*) => {
        #[repr(u32)]
        #[expect(non_camel_case_types, reason = "the names are the language's own")]
        enum Index { $($name),* }

        /// The language's own names.
        #[expect(non_upper_case_globals, reason = "the names are the language's own")]
        pub(crate) mod word {
            use super::{Index, Symbol};
            $(pub(crate) const $name: Symbol = Symbol(Index::$name as u32);)*
        }

        const WORDS: &[&str] = &[$(stringify!($name)),*];
    };
}

words! {
    invoker target_name current_toolchain default_toolchain root_build_dir root_gen_dir root_out_dir target_gen_dir
    target_out_dir python_path gn_version host_os host_cpu target_os target_cpu current_os current_cpu
    action action_foreach bundle_data config copy create_bundle executable generated_file group loadable_module
    rust_library rust_proc_macro shared_library source_set static_library pool
    assert declare_args defined exec_script filter_exclude filter_include filter_labels_exclude filter_labels_include
    len foreach forward_variables_from get_label_info get_path_info get_target_outputs getenv import label_matches not_needed
    path_exists print print_stack_trace process_file_template read_file rebase_path set_default_toolchain set_defaults
    split_list string_hash string_join string_replace string_split target template tool toolchain write_file
    deps public_deps data_deps configs public_configs all_dependent_configs sources public inputs script outputs
    include_dirs data testonly crate_root toolchain_args defines libs
}

/// All names that were met so far; shared by threads.
#[derive(Debug)]
pub(crate) struct Symbols {
    table: RwLock<Table>,
}

#[derive(Debug, Default)]
struct Table {
    numbers: FxHashMap<Text, Symbol>,
    texts: Vec<Text>,
}

impl Default for Symbols {
    fn default() -> Self {
        let symbols = Self { table: RwLock::default() };
        for word in WORDS {
            symbols.intern(word);
        }
        symbols
    }
}

impl Symbols {
    /// The number of a name.
    pub(crate) fn intern(&self, name: &str) -> Symbol {
        let known = |table: &Table| table.numbers.get(name).copied();
        if let Some(symbol) = known(&self.table.read().unwrap_or_else(std::sync::PoisonError::into_inner)) {
            return symbol;
        }
        let mut table = self.table.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(symbol) = known(&table) {
            return symbol;
        }
        let number = u32::try_from(table.texts.len()).unwrap_or(PRIVATE - 1).min(PRIVATE - 1);
        let symbol = Symbol(number | if name.starts_with('_') { PRIVATE } else { 0 });
        let text: Text = name.into();
        table.texts.push(Arc::clone(&text));
        table.numbers.insert(text, symbol);
        symbol
    }

    /// The number of a name that may never have been met.
    pub(crate) fn known(&self, name: &str) -> Option<Symbol> {
        self.table.read().unwrap_or_else(std::sync::PoisonError::into_inner).numbers.get(name).copied()
    }

    /// The name of a number.
    pub(crate) fn text(&self, symbol: Symbol) -> Text {
        let table = self.table.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        table.texts.get((symbol.0 & !PRIVATE) as usize).cloned().unwrap_or_else(|| "".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_names_have_their_numbers_and_private_ones_their_mark() {
        let symbols = Symbols::default();
        assert_eq!(symbols.intern("deps"), word::deps);
        assert_eq!(&*symbols.text(word::rebase_path), "rebase_path");
        let private = symbols.intern("_x");
        assert!(private.is_private() && !word::deps.is_private());
        assert_eq!(&*symbols.text(private), "_x");
        assert_eq!(symbols.known("_x"), Some(private));
        assert_eq!(symbols.known("never"), None);
    }
}
