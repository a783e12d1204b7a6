//! The program: a window, a headless command, or the window's engine process.

use aiimagegen::cli::{self, Command};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match cli::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let shared = arguments.shared;
    cli::prepare(shared.verbose);
    cli::guarded(|| match arguments.command {
        Some(command) => cli::run(&command, &shared),
        None => Ok(()),
    })
}
