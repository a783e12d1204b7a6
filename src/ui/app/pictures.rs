//! Pictures that are there: showing them, copying them, and taking over their parameters.

use super::doing::show_in_file_browser;
use super::lanes::Lane;
use super::waiting::{PROMPT_SHOWN, detail};
use super::{App, AppCommand};
use crate::engine::Error;
use crate::i18n::{text, text_with};
use crate::metadata::{self, Recovered, Unread};
use crate::ui::canvas::{CanvasInput, CanvasOutput, Drawing};
use crate::ui::desktop;
use crate::ui::models::{ModelChoice, ModelsInput};
use crate::ui::notice::{Notice, NoticeInput};
use crate::ui::parameters::ParametersInput;
use crate::ui::phase::Phase;
use crate::ui::prompts::PromptsInput;
use crate::ui::right_panel::{JobRow, RightPanelInput, RightPanelOutput, Stand};
use crate::wording;
use gtk::prelude::*;
use relm4::{ComponentController, ComponentSender, gtk};
use std::path::{Path, PathBuf};

/// Rows of the queue among the thumbnails.
const MOST_SHOWN: usize = 50;

impl App {
    pub(super) fn canvas_changed(&mut self, output: CanvasOutput, sender: &ComponentSender<Self>) {
        match output {
            CanvasOutput::Dropped(file) => self.recover(file, true, sender),
            CanvasOutput::Zoomed(percent) => self.zoom = percent,
        }
    }

    pub(super) fn gallery_wants(
        &mut self,
        output: RightPanelOutput,
        sender: &ComponentSender<Self>,
        root: &gtk::ApplicationWindow,
    ) {
        match output {
            RightPanelOutput::Show(file) => self.read(file, sender),
            RightPanelOutput::Copy(file) => {
                sender.spawn_oneshot_command(move || AppCommand::Copied(Drawing::read(&file)));
            }
            RightPanelOutput::UseParameters(file) => self.recover(file, true, sender),
            RightPanelOutput::UseAllButSeed(file) => self.recover(file, false, sender),
            RightPanelOutput::OpenFolder(file) => {
                show_in_file_browser(file.parent().unwrap_or(&file), root);
            }
            // The line below the picture says it when it is drawn next, which is now.
            RightPanelOutput::Placed => {}
            RightPanelOutput::Trouble { reason, advice } => self.say(reason, advice, None),
        }
    }

    /// Work in progress and what follows, for the thumbnails.
    pub(super) fn jobs(&self) -> Vec<JobRow> {
        let row = |(id, lane): (u64, &Lane)| {
            let job = lane.job.as_ref().filter(|job| job.makes_pictures())?;
            let stand = Stand::Runs(match lane.phase {
                Phase::Sampling { .. } => lane.phase.fraction().unwrap_or(0.0),
                Phase::Decoding { .. } | Phase::Saving => 1.0,
                _ => 0.0,
            });
            let prompt = wording::beginning(&job.request.prompt, PROMPT_SHOWN);
            Some(JobRow { id, prompt, detail: detail(&job.request), stand })
        };
        // Downwards from the top, where the ids of what waits never come.
        let running = (0..=u64::MAX).rev().zip(&self.lanes).filter_map(row);
        let waiting = (1..).zip(&self.rows.1).take(MOST_SHOWN);
        let waiting = waiting.map(|(place, row)| JobRow {
            id: row.id,
            prompt: row.prompt.clone(),
            detail: row.detail.clone(),
            stand: Stand::Waits(place),
        });
        running.chain(waiting).collect()
    }

    pub(super) fn show_new(&mut self, id: u64, drawing: Drawing, prompt: String) {
        self.drawn = Some(id);
        self.shown = None;
        self.wanted = None;
        self.gallery.emit(RightPanelInput::ShowsNow(None));
        self.canvas.emit(CanvasInput::Show(drawing, prompt));
    }

    /// Of a request's pictures the last one is `drawn`.
    pub(super) fn saved(
        &mut self,
        id: u64,
        saved: Result<PathBuf, Error>,
        drawn: bool,
        root: &gtk::ApplicationWindow,
    ) {
        match saved {
            Ok(file) => {
                self.gallery.emit(RightPanelInput::Added(file.clone()));
                let job = self.running().find(|job| job.id == id);
                let prompt = job.map(|job| job.request.prompt.as_str());
                desktop::notify_finished(root, &file, prompt.unwrap_or_default());
                // Unless somebody looks at another by now, or another is there.
                let drawn = drawn && self.drawn == Some(id);
                if drawn && self.shown.is_none() && self.wanted.is_none() {
                    self.gallery.emit(RightPanelInput::ShowsNow(Some(file.clone())));
                    self.shown = Some(file);
                }
            }
            Err(error) => self.tell_of(Some(id), &error, &[]),
        }
    }

    pub(super) fn show_file(&mut self, file: PathBuf, drawing: Result<Drawing, Error>) {
        // A small picture overtakes a large one that was asked for before.
        if self.wanted.as_ref() != Some(&file) {
            return;
        }
        match drawing {
            Ok(drawing) => {
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                self.canvas.emit(CanvasInput::Show(drawing, name));
                self.shown = Some(file);
            }
            Err(error) => self.notice.emit(NoticeInput::Show(Notice::new(&error, &[]))),
        }
    }

    pub(super) fn copy_picture(&self, root: &gtk::ApplicationWindow) {
        if let Some(texture) = self.canvas.model().texture() {
            root.clipboard().set_texture(&texture);
        }
    }

    pub(super) fn copied(&self, drawing: Result<Drawing, Error>, root: &gtk::ApplicationWindow) {
        match drawing {
            Ok(drawing) => {
                if let Some(texture) = drawing.texture() {
                    root.clipboard().set_texture(&texture);
                }
            }
            Err(error) => self.notice.emit(NoticeInput::Show(Notice::new(&error, &[]))),
        }
    }

    pub(super) fn copy_seed(&self, root: &gtk::ApplicationWindow) {
        if let Some(seed) = self.last_seed {
            root.clipboard().set_text(&seed.to_string());
        }
    }

    pub(super) fn recover_first(&mut self, files: Vec<PathBuf>, sender: &ComponentSender<Self>) {
        if let Some(file) = files.into_iter().next() {
            self.recover(file, true, sender);
        }
    }

    /// Reads a picture to show it.
    fn read(&mut self, file: PathBuf, sender: &ComponentSender<Self>) {
        self.wanted = Some(file.clone());
        sender.spawn_oneshot_command(move || {
            let drawing = Drawing::read(&file);
            AppCommand::Read(file, drawing)
        });
    }

    /// Reads a picture's parameters, and shows it.
    fn recover(&mut self, file: PathBuf, with_seed: bool, sender: &ComponentSender<Self>) {
        self.gallery.emit(RightPanelInput::ShowsNow(Some(file.clone())));
        self.read(file.clone(), sender);
        sender.spawn_oneshot_command(move || {
            let found = metadata::read(&file);
            AppCommand::Recovered(file, with_seed, Box::new(found))
        });
    }

    /// Takes over what a picture says of itself, and says what not.
    pub(super) fn recovered(
        &mut self,
        file: &Path,
        with_seed: bool,
        found: Result<Recovered, Unread>,
    ) {
        let found = match found {
            Ok(found) => found,
            Err(unread) => {
                let advice = wording::unread_hints(&unread).join(" ");
                return self.say(wording::unread(&unread), advice, None);
            }
        };
        let (positive, negative) = (found.prompt.clone(), found.negative.clone());
        self.prompts.emit(PromptsInput::Set { positive, negative });
        let mut values = self.parameters.model().values();
        values.take(&found, with_seed);
        self.parameters.emit(ParametersInput::Set(values));
        if let Some(model) = &found.model {
            // Names only: a picture from elsewhere has no business with other folders.
            let name = |text: &String| Path::new(text).file_name().map(PathBuf::from);
            let choice = ModelChoice {
                checkpoint: name(model),
                vae: found.vae.as_ref().and_then(name),
                clip: Vec::new(),
            };
            self.models.emit(ModelsInput::Choose(choice));
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let keys: Vec<&str> = found.unhonoured.iter().map(|item| item.key.as_str()).collect();
        if !keys.is_empty() {
            let advice = text_with("recovered-unhonoured", [("keys", keys.join(", ").into())]);
            self.say(text_with("recovered", [("file", name.into())]), advice, None);
        }
    }

    pub(super) fn take_example(&mut self, prompt: String) {
        self.prompts.emit(PromptsInput::SetPositive(prompt));
        self.prompts.emit(PromptsInput::Focus);
    }

    /// Whether the place of the picture has room for suggestions.
    pub(super) fn shows_examples(&self) -> bool {
        let idle = !self.is_busy() && !self.canvas.model().has_picture();
        idle && !self.models.model().is_empty() && self.prompts.model().positive().is_empty()
    }

    pub(super) fn empty_line(&self) -> String {
        let folder = self.settings.models.join("checkpoints").display().to_string();
        text_with("models-empty", [("folder", folder.into())])
    }

    /// The picture's file, its place among all, and its size on the screen.
    pub(super) fn status_line(&self) -> String {
        let file = self.shown.as_ref().map(|file| file.display().to_string());
        let place = self.shown.as_ref().and_then(|file| self.gallery.model().position(file));
        let place = place.map(|(n, count)| {
            let number = |n: usize| wording::whole(n as u64).into();
            text_with("status-position", [("n", number(n)), ("count", number(count))])
        });
        let zoom = self.zoom.map(|percent| {
            text_with("percent", [("percent", wording::decimal(percent, 0).into())])
        });
        let parts: Vec<String> = [place, zoom, file].into_iter().flatten().collect();
        if parts.is_empty() { text("canvas-empty") } else { parts.join(" \u{2013} ") }
    }
}
