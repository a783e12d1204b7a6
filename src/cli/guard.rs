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
    match caught(work) {
        Ok(code) => code,
        Err(failure) => {
            last_words(&failure).iter().for_each(say);
            ExitCode::from(failure.code())
        }
    }
}

fn caught(work: impl FnOnce() -> Result<ExitCode, Failure>) -> Result<ExitCode, Failure> {
    panic::catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|payload| Err(Failure::Internal(panic_detail(payload.as_ref()))))
}

fn last_words(failure: &Failure) -> Vec<String> {
    let reason = failure.message().map(|message| error_line(&message));
    reason.into_iter().chain(failure.hints().iter().map(|hint| hint_line(hint))).collect()
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
    fn a_panic_is_an_internal_error_in_one_line() {
        for work in [|| panic!("number\n{}", 7), || panic::panic_any(7)] {
            let failure = caught(work).unwrap_err();
            let words = last_words(&failure);
            assert_eq!((failure.code(), words.len()), (1, 2));
            assert!(words[0].starts_with("error: internal: "), "{words:?}");
            assert!(words.iter().all(|line| !line.contains('\n')), "{words:?}");
        }
    }

    #[test]
    fn every_end_has_its_code() {
        assert_eq!(guarded(|| Ok(ExitCode::from(3))), ExitCode::from(3));
        assert_eq!(guarded(|| Err(Failure::Reported)), ExitCode::from(1));
        assert_eq!(guarded(|| Err(Failure::Interrupted)), ExitCode::from(130));
    }
}
