//! The window. `app` is its root and knows the work in progress; every panel is a file.
//!
//! ```text
//! app: toolbar | left: models, parameters | centre: notice, canvas with step bar, prompts
//! ```
//!
//! Nothing here computes or reads model files: requests go to [`crate::worker`], facts come back.

mod accessible;
mod actions;
mod app;
mod canvas;
mod desktop;
mod icons;
mod models;
mod notice;
mod parameters;
mod phase;
mod prompts;

use crate::config::Defaults;
use crate::engine_process::Launch;
use crate::i18n::text;
use relm4::{RelmApp, gtk};
use std::fmt;
use std::path::PathBuf;

/// The program's name to the desktop.
const APP_ID: &str = "org.aiimagegen.Aiimagegen";

/// What the window starts with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder with `checkpoints` in it.
    pub models: PathBuf,
    /// Where pictures go.
    pub output: PathBuf,
    /// Where settings and caches are.
    pub settings: PathBuf,
    /// What a request starts from.
    pub defaults: Defaults,
    /// How the engine's process is started.
    pub engine: Launch,
}

/// There is no display to open a window on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDisplay;

impl fmt::Display for NoDisplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text("no-display"))
    }
}

impl std::error::Error for NoDisplay {}

/// Opens the window and returns when it is closed.
pub fn run(settings: Settings) -> Result<(), NoDisplay> {
    // Checked first: Relm4 does not go on without a display.
    gtk::init().map_err(|_| NoDisplay)?;
    let app = RelmApp::new(APP_ID).with_args(Vec::new());
    // Another settings folder is another window, not a call to the first.
    app.allow_multiple_instances(true);
    icons::install();
    relm4::set_global_css(include_str!("../assets/style.css"));
    app.run::<app::App>(settings);
    Ok(())
}
