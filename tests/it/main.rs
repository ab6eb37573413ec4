//! The program as a person runs it: one binary, one file a command.

mod support;

mod audit_bundled;
mod bisect;
mod churn;
mod completions;
mod conflict;
mod documents;
mod explain;
mod forms;
mod help;
mod hostile;
mod init;
mod man;
mod profile;
mod queue;
mod rebase;
mod release;
mod release_outside;
mod resolution;
mod show;
mod siblings;
mod status;
mod upstream_facts;
mod via;
mod watch;
mod workflows;
