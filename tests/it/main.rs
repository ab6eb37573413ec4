//! The program as a person runs it: one binary, one file a command.

mod support;

mod completions;
mod explain;
mod help;
mod init;
mod man;
mod profile;
mod status;
