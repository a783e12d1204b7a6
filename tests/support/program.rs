//! The real program in tests: started with a home of its own, its answers read.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The program with a home and settings of its own.
pub fn program(home: &Path) -> Command {
    let mut command = program_without_settings(home);
    command.arg("--settings").arg(home.join("settings"));
    command
}

/// The program with a home of its own, and its settings where they are found by themselves.
pub fn program_without_settings(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aiimagegen"));
    command.env("HOME", home).env_remove("XDG_DATA_HOME").env_remove("RUST_LOG");
    // The tests compare English texts.
    command.env("LC_ALL", "C.UTF-8").env_remove("LANGUAGE");
    command.stdin(Stdio::null());
    command
}

pub fn run(home: &TempDir, words: &[&str]) -> Output {
    program(home.path()).args(words).output().unwrap()
}

pub fn home() -> TempDir {
    tempfile::tempdir().unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error} in {output:?}"))
}

/// Asserts that a command failed as promised: code 1, nothing on the standard output, one error
/// line with `part` in it, then only hints.
pub fn assert_refused(output: &Output, part: &str) {
    let said = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(output.stdout.is_empty(), "{output:?}");
    let errors: Vec<_> = said.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(errors.len(), 1, "{said}");
    assert!(errors[0].contains(part), "{part} in {said}");
    assert!(!said.contains("panicked") && !said.contains("internal"), "{said}");
    let others = said.lines().skip_while(|line| !line.starts_with("error: ")).skip(1);
    others.for_each(|line| assert!(line.starts_with("hint: "), "{said}"));
}
