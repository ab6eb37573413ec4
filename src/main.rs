//! The `forebay` program: runs the command line and hands its status to the shell.

fn main() -> std::process::ExitCode {
    forebay::cli::main()
}
