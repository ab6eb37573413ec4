//! Presentation: a report goes in, text comes out; nothing here touches the disk, the clock or the terminal.
//!
//! Every format reads the same value: [`text`] for a terminal, [`markdown`] for a pull request, [`json`] for programs (its
//! shape is [`schema`]), [`html`] for a browser. [`audit_text`] shows an audit. [`status`] shows how an unfinished rebase stands.

pub mod audit_markdown;
pub mod audit_text;
pub mod bisect;
pub mod churn;
pub mod compare;
pub mod cyclonedx;
pub mod escape;
pub mod findings;
pub mod forecast;
pub mod graph;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod moved;
pub mod openvex;
pub mod order;
pub mod package_lists;
pub mod queue;
pub mod release_changelog;
pub mod release_markdown;
pub mod release_request;
pub mod release_text;
pub mod resolution;
pub mod sarif;
pub mod schema;
pub mod show;
pub mod side_by_side;
pub mod spdx;
pub mod spec;
pub mod status;
pub mod style;
pub mod table;
pub mod text;
pub mod watch;
