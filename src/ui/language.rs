//! GTK's own texts, in file choosers and names of keys, in the language that was chosen for ours.
//!
//! GTK goes by the system's variables, and asks for them once.

use crate::config::Config;
use std::env;
use std::ffi::OsString;
use std::process::Command;
use std::sync::OnceLock;

/// The variable with the languages that the user prefers, as gettext reads it.
const VARIABLE: &str = "LANGUAGE";

/// What the variable was when the program was started.
static OF_SYSTEM: OnceLock<Option<OsString>> = OnceLock::new();

/// Has GTK speak the language that `config` names, if it names one. To be called before GTK
/// begins, and before the process has a second thread.
pub fn tell_gtk(config: &Config) {
    let Some(tag) = &config.language else { return };
    OF_SYSTEM.get_or_init(|| env::var_os(VARIABLE));
    // SAFETY: nothing else runs yet that could read or write the environment.
    unsafe { env::set_var(VARIABLE, tag.replace('-', "_")) };
}

/// Gives `program` the variable as it was, so that it finds the system's language.
pub fn restore(program: &mut Command) {
    match OF_SYSTEM.get() {
        Some(Some(value)) => program.env(VARIABLE, value),
        Some(None) => program.env_remove(VARIABLE),
        None => program,
    };
}
