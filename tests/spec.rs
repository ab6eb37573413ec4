//! RPM specs: the reader's laws, what rpm itself says about what we print, and the commands from end to end.

#[path = "spec/adopt.rs"]
mod adopt;
#[path = "spec/checks.rs"]
mod checks;
#[path = "spec/commands.rs"]
mod commands;
#[path = "spec/conditions.rs"]
mod conditions;
#[path = "spec/forms.rs"]
mod forms;
#[path = "spec/reader.rs"]
mod reader;
#[path = "spec/regions.rs"]
mod regions;
#[path = "spec/rpm.rs"]
mod rpm;
#[path = "spec/world.rs"]
mod world;
