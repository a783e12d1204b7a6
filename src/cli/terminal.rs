//! The two streams: results on the standard output, everything else on the standard error.
//!
//! Neither ever ends the program by a panic: a message that nobody can read is dropped, a result
//! that nobody takes ends the command.

use super::failure::Failure;
use serde::Serialize;
use std::io::{self, ErrorKind, Write};

/// Prints a line of results.
pub fn print(line: impl AsRef<str>) -> Result<(), Failure> {
    write(format!("{}\n", line.as_ref()).as_bytes())
}

/// Prints the one document of a `--json` run.
pub fn print_json(document: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(document)
        .map_err(|error| Failure::Internal(error.to_string()))?;
    print(text)
}

/// Prints bytes as they are.
pub fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::ReaderGone,
        _ => Failure::Output(error),
    })
}

/// Says a line to whoever watches.
pub fn say(line: impl AsRef<str>) {
    let _ = writeln!(io::stderr(), "{}", line.as_ref());
}
