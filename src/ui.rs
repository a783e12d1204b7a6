//! The window. `app` is its root and knows the work in progress; every panel is a file.
//!
//! ```text
//! start: setup_wizard (folder_row, devices, languages), then
//! app: menubar | toolbar with queue |
//!      left: models, vram_meter, parameters | centre: notice, canvas with step bar, prompts |
//!      right_panel: what was made before
//! ```
//!
//! Nothing here computes or reads model files: requests go to [`crate::worker`], facts come back.

mod accessible;
mod actions;
mod app;
mod canvas;
mod desktop;
mod devices;
mod dialog;
mod examples;
mod folder_row;
mod icons;
mod language;
mod languages;
mod menubar;
mod model_picker;
mod models;
mod notice;
mod parameters;
mod phase;
mod preferences;
mod prompts;
mod queue;
mod refusal;
mod right_panel;
mod session;
mod setup_wizard;
mod shortcuts;
mod start;
mod theme;
mod toolbar;
mod vram_meter;

pub use setup_wizard::SetupInit;
pub use start::Start;

use crate::config::Config;
use crate::engine_process::Launch;
use crate::i18n::text;
use crate::paths::Paths;
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
    /// How the engine's process is started.
    pub engine: Launch,
    /// The whole settings, to be saved with what is changed in the window.
    pub config: Config,
    /// Where they are saved.
    pub paths: Paths,
}

impl Settings {
    /// What `config` says, for the folders of `paths`.
    pub fn new(paths: Paths, config: Config) -> Self {
        Self {
            models: config.models(&paths),
            output: config.output(&paths),
            settings: paths.settings.clone(),
            engine: Launch::with(&paths.settings),
            config,
            paths,
        }
    }

    /// Where the window keeps what it comes back with.
    fn session_file(&self) -> PathBuf {
        self.settings.join("session.json")
    }

    /// The models that the settings name.
    fn model_choice(&self) -> models::ModelChoice {
        let defaults = &self.config.defaults;
        models::ModelChoice {
            checkpoint: defaults.checkpoint.clone(),
            vae: defaults.vae.clone(),
            clip: defaults.clip.clone(),
        }
    }
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

/// Opens the window, after the setup where that comes first, and returns when it is closed.
pub fn run(start: Start) -> Result<(), NoDisplay> {
    match &start {
        Start::Ready(settings) => language::tell_gtk(&settings.config),
        Start::Setup(init) => language::tell_gtk(&init.start),
    }
    // Checked first: Relm4 does not go on without a display.
    gtk::init().map_err(|_| NoDisplay)?;
    match start {
        Start::Ready(settings) => program(&settings.config).run::<app::App>(*settings),
        Start::Setup(init) => {
            let program = program(&init.start).visible_on_activate(false);
            program.run::<start::Opening>(*init);
        }
    }
    Ok(())
}

fn program<M: fmt::Debug + 'static>(config: &Config) -> RelmApp<M> {
    let program = RelmApp::new(APP_ID).with_args(Vec::new());
    // Another settings folder is another window, not a call to the first.
    program.allow_multiple_instances(true);
    icons::install();
    relm4::set_global_css(include_str!("../assets/style.css"));
    start::dress(config);
    program
}
