//! The frame around everything: what a process sets up first, and how it ends whatever happens.

use super::failure::Failure;
use super::terminal::say;
use super::{error_line, hint_line};
use log::LevelFilter;
use std::any::Any;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;
use std::sync::Mutex;

/// Where the last panic was: its payload, which is what can be caught, does not tell.
static PANICKED_AT: Mutex<Option<String>> = Mutex::new(None);

/// Sets up this process: log, panics, signals. `verbose` counts the `-v`.
pub fn prepare(verbose: u8) {
    let (ours, others) = match verbose {
        0 => (LevelFilter::Warn, LevelFilter::Off),
        1 => (LevelFilter::Info, LevelFilter::Warn),
        _ => (LevelFilter::Debug, LevelFilter::Info),
    };
    let mut log = env_logger::Builder::new();
    log.filter_level(others).filter_module("aiimagegen", ours).parse_default_env();
    let _ = log.try_init();
    panic::set_hook(Box::new(note_panic));
    outlive_size_limit();
}

/// Makes a file over the user's size limit a failed write, which is reported, and not the end of
/// the process.
pub fn outlive_size_limit() {
    // SAFETY: ignoring a signal installs no code.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
}

/// Runs `work`, says how it failed if it did, and gives the exit code.
pub fn guarded(work: impl FnOnce() -> Result<ExitCode, Failure>) -> ExitCode {
    let ended = panic::catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|payload| Err(Failure::Internal(panic_detail(payload.as_ref()))));
    match ended {
        Ok(code) => code,
        Err(failure) => {
            if let Some(message) = failure.message() {
                say(error_line(&message));
            }
            failure.hints().iter().for_each(|hint| say(hint_line(hint)));
            ExitCode::from(failure.code())
        }
    }
}

fn note_panic(info: &PanicHookInfo<'_>) {
    log::debug!("{info}");
    if let Ok(mut place) = PANICKED_AT.lock() {
        *place = info.location().map(ToString::to_string);
    }
}

fn panic_detail(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let place = PANICKED_AT.lock().ok().and_then(|mut place| place.take());
    match (text, place) {
        (Some(text), Some(place)) => format!("{text} ({place})"),
        (text, place) => place.unwrap_or_else(|| text.unwrap_or("panic").to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_and_described() {
        let payload = panic::catch_unwind(|| panic!("number {}", 7)).unwrap_err();
        assert!(panic_detail(payload.as_ref()).starts_with("number 7"));
        let payload = panic::catch_unwind(|| panic::panic_any(7)).unwrap_err();
        assert!(!panic_detail(payload.as_ref()).is_empty());
        assert_eq!(guarded(|| panic!("at all")), ExitCode::from(1));
    }

    #[test]
    fn every_end_has_its_code() {
        assert_eq!(guarded(|| Ok(ExitCode::from(3))), ExitCode::from(3));
        assert_eq!(guarded(|| Err(Failure::Reported)), ExitCode::from(1));
        assert_eq!(guarded(|| Err(Failure::Interrupted)), ExitCode::from(130));
    }
}
