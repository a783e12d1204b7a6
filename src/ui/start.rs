//! How the program begins: with its window, or, where there are no settings that can be used, with
//! the setup and then its window, in the same process.

use super::app::App;
use super::setup_wizard::{SetupInit, SetupOutput, SetupWizard};
use super::{Settings, theme};
use crate::config::{self, Config};
use crate::i18n;
use crate::paths::Paths;
use crate::wording;
use gtk::prelude::*;
use relm4::{Component, ComponentController, ComponentParts, ComponentSender, Controller, gtk};
use std::path::PathBuf;

/// What the program begins with.
#[derive(Clone, Debug)]
pub enum Start {
    /// The window.
    Ready(Box<Settings>),
    /// The setup.
    Setup(Box<SetupInit>),
}

impl Start {
    /// The window where there is a settings file that can be used, else the setup; `settings` is
    /// the folder that was named on the command line. Nothing is written or moved.
    pub fn find(settings: Option<PathBuf>) -> Self {
        let is_named = settings.is_some();
        let mut paths = Paths::new(settings);
        // The setup shows and saves whole paths.
        paths.settings = std::path::absolute(&paths.settings).unwrap_or(paths.settings);
        let file = paths.config();
        let (start, reason) = match Config::load(&file) {
            Ok(config) if file.exists() => {
                return Self::Ready(Box::new(Settings::new(paths, config)));
            }
            Ok(config) => (config, None),
            Err(error) => (config::salvage(&file), Some(wording::settings(&error))),
        };
        let kept_aside = reason.as_ref().and_then(|_| config::aside(&file).ok());
        Self::Setup(Box::new(SetupInit { paths, start, kept_aside, reason, is_named }))
    }

    /// The settings to begin with.
    pub fn config(&self) -> &Config {
        match self {
            Self::Ready(settings) => &settings.config,
            Self::Setup(init) => &init.start,
        }
    }
}

/// Has texts and colours as `config` says.
pub fn dress(config: &Config) {
    i18n::set_language(config.language.as_deref());
    theme::apply(config.theme);
}

/// The setup and then the window. Its own window is never shown: it ends with the setup.
pub struct Opening {
    wizard: Controller<SetupWizard>,
}

impl Opening {
    fn open_window(paths: Paths, config: Config) {
        dress(&config);
        let mut app = App::builder().launch(Settings::new(paths, config)).detach();
        relm4::main_application().add_window(app.widget());
        app.widget().present();
        app.detach_runtime();
    }
}

#[relm4::component(pub)]
impl Component for Opening {
    type Init = SetupInit;
    type Input = SetupOutput;
    type Output = ();
    type CommandOutput = ();

    view! {
        gtk::Window {}
    }

    fn init(
        init: SetupInit,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let wizard = SetupWizard::builder().launch(init);
        let wizard = wizard.forward(sender.input_sender(), |output| output);
        relm4::main_application().add_window(wizard.widget());
        wizard.widget().present();
        let model = Self { wizard };
        let widgets = view_output!();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: SetupOutput, _sender: ComponentSender<Self>, root: &Self::Root) {
        match message {
            SetupOutput::Finished(paths, config) => {
                Self::open_window(paths, config);
                self.wizard.widget().destroy();
                root.destroy();
            }
            SetupOutput::Closed => relm4::main_application().quit(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_setup_comes_where_there_are_no_settings_that_can_be_used() {
        let home = tempfile::tempdir().unwrap();
        let find = || Start::find(Some(home.path().to_owned()));
        let Start::Setup(first) = find() else { panic!("there are no settings") };
        assert!(first.is_named && first.reason.is_none() && first.kept_aside.is_none());
        assert_eq!(first.paths.settings, home.path());
        let file = home.path().join("config.yaml");
        for (text, part) in [("version: 99\ntheme: dark", "newer"), ("theme: dark\na: [", "valid")]
        {
            fs::write(&file, text).unwrap();
            let Start::Setup(broken) = find() else { panic!("{text:?} cannot be used") };
            assert!(broken.reason.as_ref().unwrap().contains(part), "{:?}", broken.reason);
            assert_eq!(broken.start.theme, config::Theme::Dark, "what could be read");
            assert_eq!(broken.kept_aside, Some(home.path().join("config.yaml.kept")));
            assert!(file.exists(), "nothing is moved before the end of the setup");
        }
        fs::write(&file, "theme: light").unwrap();
        let Start::Ready(settings) = find() else { panic!("these can be used") };
        assert_eq!(
            (settings.config.theme, &settings.settings),
            (config::Theme::Light, &home.path().to_owned())
        );
    }
}
