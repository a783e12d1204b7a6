//! How a command ends when it does not end well: words, hints and exit code.

use crate::config;
use crate::engine::Error;
use crate::i18n::{text, text_with};
use crate::wording;
use std::io;
use std::path::PathBuf;

/// Why a command stopped.
#[derive(Debug)]
pub enum Failure {
    /// The engine could not, or a file was not usable.
    Engine(Error),
    /// The settings file is not usable.
    Settings(config::Error),
    /// No checkpoint was named, neither by flag nor in the settings.
    NoCheckpoint,
    /// Flags that do not go together, in words.
    Usage(String),
    /// A bare name that is neither a file nor a model.
    UnknownModel {
        /// The name.
        name: String,
        /// The folder that was searched.
        folder: PathBuf,
    },
    /// There is nothing to open a window on.
    NoDisplay,
    /// The prompt could not be read from the standard input.
    Prompt(io::Error),
    /// The standard output takes no more.
    Output(io::Error),
    /// Nobody reads the standard output any more: nothing left to do.
    ReaderGone,
    /// All was said already.
    Reported,
    /// Ctrl-C; what was kept has been said.
    Interrupted,
    /// A mistake in this program.
    Internal(String),
}

impl Failure {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::ReaderGone => 0,
            Self::Interrupted => 130,
            Self::Usage(_) => 2,
            _ => 1,
        }
    }

    /// The reason in one line, `FILE or part: reason`, when there is one to say.
    pub fn message(&self) -> Option<String> {
        Some(match self {
            Self::Engine(error) => wording::error(error),
            Self::Settings(error) => wording::settings(error),
            Self::NoCheckpoint => text("cli-no-checkpoint"),
            Self::Usage(reason) => reason.clone(),
            Self::UnknownModel { name, folder } => text_with(
                "cli-unknown-model",
                [("name", name.clone().into()), ("folder", folder.display().to_string().into())],
            ),
            Self::NoDisplay => text("cli-no-display"),
            Self::Prompt(error) => {
                text_with("cli-prompt-unreadable", [("reason", error.to_string().into())])
            }
            Self::Output(error) => {
                text_with("cli-stdout-failed", [("reason", error.to_string().into())])
            }
            Self::Internal(detail) => {
                text_with("cli-internal", [("detail", detail.replace('\n', " ").into())])
            }
            Self::ReaderGone | Self::Reported | Self::Interrupted => return None,
        })
    }

    /// What can be done about it.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Engine(error) => wording::hints(error),
            Self::Settings(error) => vec![match error.flaw {
                config::Flaw::Newer(_) => text("cli-settings-newer-hint"),
                _ => text("cli-settings-hint"),
            }],
            Self::UnknownModel { .. } => vec![text("cli-unknown-model-hint")],
            Self::NoDisplay => {
                vec![text("cli-no-display-hint"), text("cli-no-display-help-hint")]
            }
            Self::NoCheckpoint => vec![text("cli-no-checkpoint-hint")],
            Self::Internal(_) => vec![text("cli-internal-hint")],
            _ => Vec::new(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl From<config::Error> for Failure {
    fn from(error: config::Error) -> Self {
        Self::Settings(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flaw_of_the_settings_names_the_file_in_one_line() {
        let flaws = [
            config::Flaw::Io("denied".into()),
            config::Flaw::Syntax("line 1\ncolumn 2".into()),
            config::Flaw::Newer(9),
            config::Flaw::Value { key: "steps", value: "0".into() },
        ];
        for flaw in flaws {
            let failure = Failure::Settings(config::Error { file: "/s/config.yaml".into(), flaw });
            let message = failure.message().unwrap();
            assert!(message.starts_with("/s/config.yaml: "), "{message}");
            assert!(!message.contains('\n') && !message.contains("cli-"), "{message}");
            assert_eq!((failure.code(), failure.hints().len()), (1, 1));
        }
    }

    #[test]
    fn some_ends_have_codes_of_their_own() {
        assert_eq!(Failure::Interrupted.code(), 130);
        assert_eq!(Failure::ReaderGone.code(), 0);
        assert_eq!(Failure::Usage(String::new()).code(), 2);
        assert_eq!(Failure::Internal(String::new()).code(), 1);
        assert_eq!(Failure::Engine(Error::Cancelled { step: 1, steps: 2 }).code(), 1);
    }
}
