//! The functions of the language.

mod convert;
mod flow;
mod labels;
mod lists;
mod outside;
mod scopes;

use crate::gn::eval::Evaluator;
use crate::gn::eval::call::Invocation;
use crate::gn::symbol::{Symbol, word};
use crate::gn::value::Value;

type Function = fn(&mut Evaluator<'_>, Invocation<'_>) -> Value;

/// The function of a name; targets and templates are none.
pub(crate) fn of(name: Symbol) -> Option<Function> {
    Some(match name {
        word::assert => flow::assert,
        word::defined => flow::defined,
        word::foreach => flow::foreach,
        word::print | word::print_stack_trace | word::not_needed | word::tool | word::write_file => flow::nothing,
        word::import => flow::import,
        word::template => flow::template,
        word::target => flow::target,
        word::declare_args => scopes::declare_args,
        word::forward_variables_from => scopes::forward_variables_from,
        word::set_defaults => scopes::set_defaults,
        word::set_default_toolchain => scopes::set_default_toolchain,
        word::toolchain => scopes::toolchain,
        word::filter_exclude => lists::filter_exclude,
        word::filter_include => lists::filter_include,
        word::len => lists::len,
        word::split_list => lists::split_list,
        word::string_hash => lists::string_hash,
        word::string_join => lists::string_join,
        word::string_replace => lists::string_replace,
        word::string_split => lists::string_split,
        word::filter_labels_exclude => labels::filter_labels_exclude,
        word::filter_labels_include => labels::filter_labels_include,
        word::label_matches => labels::label_matches,
        word::get_label_info => labels::get_label_info,
        word::get_target_outputs => labels::get_target_outputs,
        word::get_path_info => labels::get_path_info,
        word::rebase_path => labels::rebase_path,
        word::process_file_template => labels::process_file_template,
        word::exec_script => outside::exec_script,
        word::getenv => outside::getenv,
        word::path_exists => outside::path_exists,
        word::read_file => outside::read_file,
        _ => return None,
    })
}
