//! The command line: the headless commands, and how every one of them ends.
//!
//! Results go to the standard output, messages to the standard error. Exit codes: 0 done, 1 could
//! not, 2 wrong usage, 130 interrupted; a mistake in this program is 1 as well, never a raw panic.

mod args;
mod bench;
mod devices;
mod failure;
mod generate;
mod guard;
mod inspect;
mod interrupt;
mod list;
mod memory;
mod pages;
mod progress;
mod selftest;
mod terminal;
mod values;

pub use args::{Arguments, Command, Shared};
pub use failure::Failure;
pub use guard::{guarded, outlive_size_limit, prepare};
pub use terminal::say;

use clap::Parser;
use std::ffi::OsString;
use std::process::ExitCode;

/// Reads the arguments; wrong ones, and calls for help, are answered and end here.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Arguments, ExitCode> {
    Arguments::try_parse_from(words).map_err(|error| {
        let _ = error.print();
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}

/// Runs a headless command. [`Command::Engine`] is none: the caller serves it.
pub fn run(command: &Command, shared: &Shared) -> Result<ExitCode, Failure> {
    match command {
        Command::Generate(args) => generate::run(args, shared),
        Command::Inspect { files } => inspect::run(files, shared),
        Command::Devices { measure } => devices::run(*measure, shared),
        Command::Bench(args) => bench::run(args, shared),
        Command::Selftest { device } => selftest::run(*device, shared),
        Command::List { what } => list::run(*what, shared),
        Command::Completions { shell } => terminal::write(&pages::completions(*shell)),
        Command::Man => terminal::write(&pages::manual()),
        Command::Engine => Ok(()),
    }
    .map(|()| ExitCode::SUCCESS)
}

/// A reason as it stands in the terminal.
fn error_line(reason: &str) -> String {
    format!("error: {reason}")
}

/// A suggestion as it stands below the reason.
fn hint_line(hint: &str) -> String {
    format!("hint: {hint}")
}
