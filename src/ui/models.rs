//! The choice of the model: a checkpoint, and separate VAEs and text encoders in place of its own.
//!
//! The files in the models folder are listed at once; what is inside them is read in the
//! background and fills in.

mod knowledge;
mod lines;
mod looks;
mod search;

use super::accessible::{Named, without_key};
use super::actions::Action;
use super::model_picker::{
    Content, ModelPicker, ModelPickerInit, ModelPickerInput, ModelPickerOutput,
};
use super::parameters::Sizes;
use crate::catalog::{self, Entry, Shelf};
use crate::engine::{Error, FileKind, ModelFacts};
use crate::i18n::text;
use gtk::prelude::*;
use knowledge::{Found, Knowledge};
use looks::{Look, Looks};
use relm4::{
    Component, ComponentController, ComponentParts, ComponentSender, Controller, RelmWidgetExt, gtk,
};
use relm4_components::open_dialog::{
    OpenDialogMsg, OpenDialogMulti, OpenDialogResponse, OpenDialogSettings,
};
use search::Scan;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The files that a model is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelChoice {
    /// The checkpoint.
    pub checkpoint: Option<PathBuf>,
    /// The VAE; `None` for the checkpoint's own.
    pub vae: Option<PathBuf>,
    /// Text encoders; those that are not here are the checkpoint's own.
    pub clip: Vec<PathBuf>,
}

/// What the choice starts with.
#[derive(Debug)]
pub struct ModelsInit {
    /// The folder with `checkpoints` in it.
    pub folder: PathBuf,
    /// The model that comes with the program.
    pub demo: Option<PathBuf>,
    /// What to choose first: files, or names in the folder.
    pub chosen: ModelChoice,
}

/// One of the three drop-downs and the files it offers.
struct Offer {
    shelf: Shelf,
    entries: Vec<Entry>,
    /// Those from elsewhere, which a rescan keeps.
    opened: Vec<Entry>,
    picker: Controller<ModelPicker>,
}

/// The choice.
pub struct Models {
    folder: PathBuf,
    demo: Option<PathBuf>,
    choice: ModelChoice,
    /// Whether somebody wanted this checkpoint; else it is the first that works.
    is_wanted: bool,
    scanned: bool,
    knowledge: Knowledge,
    /// In the order of [`Shelf::ALL`].
    offers: [Offer; 3],
    looks: Looks,
    /// What was last told of the choice and its sizes.
    told: (ModelChoice, Option<(PathBuf, Sizes)>),
    dialog: Controller<OpenDialogMulti>,
}

/// What the choice is asked.
#[derive(Debug)]
pub enum ModelsInput {
    /// Look into the folder again.
    Rescan,
    /// Ask for a file anywhere.
    OpenElsewhere,
    /// Take up these files, and choose the first of each kind.
    AddFiles(Vec<PathBuf>),
    /// Look into this folder from now on.
    SetFolder(PathBuf),
    /// Choose these files, by path or by name.
    Choose(ModelChoice),
    /// A line of a drop-down was chosen.
    Picked(Shelf, Option<PathBuf>),
}

/// What became of it.
#[derive(Debug)]
pub enum ModelsOutput {
    /// There is a choice now, or there is none.
    Listed,
    /// A file that was to be chosen is not there.
    Missing(Error),
    /// These files are chosen now.
    Chosen,
    /// The chosen checkpoint was looked into, and makes pictures of these sizes.
    SizesKnown(Sizes),
}

/// What background work brings.
#[derive(Debug)]
pub enum ModelsCommand {
    /// The folder's files, and those that were to be chosen.
    Scanned(Look, Box<Scan>),
    /// What is in some of them.
    LookedInto(Look, Vec<Found>),
    /// What is in files from elsewhere, which are to be chosen.
    Opened(Vec<PathBuf>, Vec<Found>),
}

impl Models {
    /// The chosen checkpoint.
    pub fn checkpoint(&self) -> Option<&Path> {
        self.choice.checkpoint.as_deref()
    }

    /// The chosen files.
    pub fn choice(&self) -> ModelChoice {
        self.choice.clone()
    }

    /// What is known of the chosen checkpoint.
    pub fn facts(&self) -> Option<ModelFacts> {
        self.checkpoint().and_then(|path| self.knowledge.facts(path)).cloned()
    }

    /// Whether the folder was looked into, and nothing is there to choose.
    pub fn is_empty(&self) -> bool {
        self.scanned && self.offer(Shelf::Checkpoints).all().next().is_none()
    }

    /// Family of the chosen model, and values in the weights of its text encoders, UNet and VAE,
    /// once its files are known.
    pub fn planned(&self) -> Option<(Option<String>, [u64; 3])> {
        let facts = |path: &PathBuf| self.knowledge.facts(path);
        let checkpoint = facts(self.choice.checkpoint.as_ref()?)?;
        let vae = self.choice.vae.as_ref().map_or(Some(checkpoint), facts)?;
        let mut clips = Vec::new();
        for path in &self.choice.clip {
            clips.push(facts(path)?);
        }
        let values = search::planned_values(checkpoint, vae, &clips);
        Some((checkpoint.family.clone(), values))
    }

    fn offer(&self, shelf: Shelf) -> &Offer {
        let [checkpoints, vae, clip] = &self.offers;
        match shelf {
            Shelf::Checkpoints => checkpoints,
            Shelf::Vae => vae,
            Shelf::Clip => clip,
        }
    }

    /// Looks into the folder, chooses what is `wanted` there, and looks into the files.
    fn scan(&mut self, wanted: Option<ModelChoice>, sender: &ComponentSender<Self>) {
        let (folder, known) = (self.folder.clone(), self.knowledge.stamps());
        let demo = self.demo.clone();
        let opened = self.offers.iter().flat_map(|offer| &offer.opened);
        let opened: Vec<_> = opened.map(|entry| entry.path.clone()).collect();
        let chosen = self.choice.clone();
        let (look, wanted) = self.looks.begin(wanted);
        // Folders can be large, or on a slow disk.
        sender.spawn_command(move |out| {
            let scan = Scan::of(&folder, demo.as_deref(), wanted);
            let paths = scan.paths(&chosen).into_iter().chain(opened).collect();
            let scanned = ModelsCommand::Scanned(look.clone(), Box::new(scan));
            if out.send(scanned).is_ok() && look.is_newest() {
                knowledge::look_into(paths, &known, |found| {
                    let looked_into = ModelsCommand::LookedInto(look.clone(), found);
                    out.send(looked_into).is_ok() && look.is_newest()
                });
            }
        });
    }

    fn scanned(&mut self, scan: Scan, sender: &ComponentSender<Self>) {
        self.scanned = true;
        for (offer, entries) in self.offers.iter_mut().zip(scan.shelves) {
            offer.entries = entries;
        }
        if let Some(wanted) = scan.wanted {
            // Those that are missing are told of; the others are chosen all the same.
            let mut found = |shelf, entry: Result<Entry, Error>| match entry {
                Ok(entry) => Some(self.take_up(shelf, entry)),
                Err(error) => {
                    let _ = sender.output(ModelsOutput::Missing(error));
                    None
                }
            };
            let checkpoint = wanted.checkpoint.and_then(|one| found(Shelf::Checkpoints, one));
            let vae = wanted.vae.and_then(|one| found(Shelf::Vae, one));
            let clip = wanted.clip.into_iter().filter_map(|one| found(Shelf::Clip, one)).collect();
            self.is_wanted |= checkpoint.is_some();
            let checkpoint = checkpoint.or_else(|| self.choice.checkpoint.take());
            self.choice = ModelChoice { checkpoint, vae, clip };
        }
        self.forget_gone();
        self.show(sender);
        let _ = sender.output(ModelsOutput::Listed);
    }

    /// Offers `entry` as well, and returns its path.
    fn take_up(&mut self, shelf: Shelf, entry: Entry) -> PathBuf {
        let path = entry.path.clone();
        let offers = self.offers.iter_mut().filter(|offer| offer.shelf == shelf);
        for offer in offers {
            if offer.all().all(|known| known.path != path) {
                offer.opened.push(entry.clone());
            }
        }
        path
    }

    /// Files that have gone are chosen no more.
    fn forget_gone(&mut self) {
        let is_there = |shelf, path: &PathBuf| self.offer(shelf).all().any(|e| e.path == *path);
        let checkpoint = self.choice.checkpoint.clone();
        let checkpoint = checkpoint.filter(|path| is_there(Shelf::Checkpoints, path));
        let vae = self.choice.vae.clone().filter(|path| is_there(Shelf::Vae, path));
        let mut clip = self.choice.clip.clone();
        clip.retain(|path| is_there(Shelf::Clip, path));
        self.is_wanted &= checkpoint.is_some();
        self.choice = ModelChoice { checkpoint, vae, clip };
    }

    /// Where nobody has asked for a checkpoint, one is chosen.
    fn choose_first(&mut self) {
        if !self.is_wanted {
            let entries = self.offer(Shelf::Checkpoints).all();
            let first = search::first(entries, |path| self.knowledge.of(path));
            self.choice.checkpoint = first.map(|entry| entry.path.clone());
        }
    }

    fn open(&mut self, paths: Vec<PathBuf>, sender: &ComponentSender<Self>) {
        let known = self.knowledge.stamps();
        sender.spawn_oneshot_command(move || {
            let found = std::cell::RefCell::new(Vec::new());
            knowledge::look_into(paths.clone(), &known, |some| {
                found.borrow_mut().extend(some);
                true
            });
            ModelsCommand::Opened(paths, found.into_inner())
        });
    }

    /// Takes up files from elsewhere, each as what it is, and chooses them.
    fn opened(&mut self, paths: Vec<PathBuf>, sender: &ComponentSender<Self>) {
        let mut taken = Vec::new();
        for path in paths {
            let shelf = match self.knowledge.facts(&path).map(|facts| facts.kind) {
                Some(FileKind::Vae) => Shelf::Vae,
                Some(FileKind::Clip) => Shelf::Clip,
                _ => Shelf::Checkpoints,
            };
            let path = self.take_up(shelf, search::elsewhere(path));
            if !taken.contains(&shelf) || shelf == Shelf::Clip {
                self.choose(shelf, Some(path));
                taken.push(shelf);
            }
        }
        self.show(sender);
        let _ = sender.output(ModelsOutput::Listed);
    }

    /// Chooses the file, or the checkpoint's own part.
    fn choose(&mut self, shelf: Shelf, path: Option<PathBuf>) {
        match (shelf, path) {
            (Shelf::Checkpoints, Some(path)) => {
                self.choice.checkpoint = Some(path);
                self.is_wanted = true;
            }
            (Shelf::Checkpoints, None) => {}
            (Shelf::Vae, path) => self.choice.vae = path,
            (Shelf::Clip, None) => self.choice.clip.clear(),
            (Shelf::Clip, Some(path)) => self.choose_clip(path),
        }
    }

    /// Text encoders are chosen side by side, one for each place; once more is none.
    fn choose_clip(&mut self, path: PathBuf) {
        let checkpoint = self.facts();
        let places = |path: &PathBuf| {
            let facts = self.knowledge.facts(path);
            facts.map(|facts| catalog::encoder_places(checkpoint.as_ref(), facts))
        };
        self.choice.clip = search::toggled(&self.choice.clip, path, places);
    }

    /// Brings the drop-downs up to date, and tells of what has changed.
    fn show(&mut self, sender: &ComponentSender<Self>) {
        self.choose_first();
        let checkpoint = self.facts();
        for offer in &self.offers {
            let entries: Vec<_> = offer.all().cloned().collect();
            let lines = lines::lines(offer.shelf, &entries, &self.knowledge, checkpoint.as_ref());
            let places = checkpoint.as_ref().map_or(2, |facts| facts.encoders.len());
            offer.picker.emit(ModelPickerInput::Show(Content {
                lines,
                chosen: self.chosen(offer.shelf),
                several: offer.shelf == Shelf::Clip && places > 1,
            }));
        }
        if self.told.0 != self.choice {
            self.told.0 = self.choice.clone();
            let _ = sender.output(ModelsOutput::Chosen);
        }
        let known = self.choice.checkpoint.clone().filter(|path| self.knowledge.of(path).is_some());
        let sizes =
            known.map(|path| (path, checkpoint.as_ref().map(Sizes::of).unwrap_or_default()));
        if let Some((path, sizes)) = sizes
            && self.told.1.as_ref() != Some(&(path.clone(), sizes.clone()))
        {
            self.told.1 = Some((path, sizes.clone()));
            let _ = sender.output(ModelsOutput::SizesKnown(sizes));
        }
    }

    fn chosen(&self, shelf: Shelf) -> Vec<PathBuf> {
        match shelf {
            Shelf::Checkpoints => self.choice.checkpoint.iter().cloned().collect(),
            Shelf::Vae => self.choice.vae.iter().cloned().collect(),
            Shelf::Clip => self.choice.clip.clone(),
        }
    }

    /// What speaks against a chosen part, in words; empty where nothing is known to.
    fn objection(&self, shelf: Shelf) -> String {
        let checkpoint = self.facts();
        let chosen = self.chosen(shelf);
        let reasons = chosen
            .iter()
            .filter_map(|path| lines::reason(shelf, path, &self.knowledge, checkpoint.as_ref()));
        reasons.collect::<Vec<_>>().join("\n")
    }
}

impl Offer {
    fn new(shelf: Shelf, label: &str, sender: &ComponentSender<Models>) -> Self {
        let label = without_key(label);
        let init = ModelPickerInit { label, has_own: shelf != Shelf::Checkpoints };
        let picker = ModelPicker::builder().launch(init);
        let picker = picker
            .forward(sender.input_sender(), move |ModelPickerOutput::Picked(path)| {
                ModelsInput::Picked(shelf, path)
            });
        Self { shelf, entries: Vec::new(), opened: Vec::new(), picker }
    }

    fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().chain(&self.opened)
    }
}

#[relm4::component(pub)]
impl Component for Models {
    type Init = ModelsInit;
    type Input = ModelsInput;
    type Output = ModelsOutput;
    type CommandOutput = ModelsCommand;

    view! {
        gtk::Grid {
            set_row_spacing: 6,
            set_column_spacing: 8,

            attach[0, 0, 1, 1] = &gtk::Label {
                set_label: &text("model-heading"),
                add_css_class: "heading",
                set_xalign: 0.0,
            },
            attach[1, 0, 1, 1] = &gtk::Box {
                add_css_class: "linked",
                set_halign: gtk::Align::End,
                gtk::Button {
                    set_icon_name: "document-open-symbolic",
                    set_action_name: Some(&Action::OpenCheckpoint.name()),
                    set_tooltip: &Action::OpenCheckpoint.tooltip(),
                    set_spoken_label: &text("action-open-checkpoint"),
                },
                gtk::Button {
                    set_icon_name: "view-refresh-symbolic",
                    set_action_name: Some(&Action::Rescan.name()),
                    set_tooltip: &Action::Rescan.tooltip(),
                    set_spoken_label: &text("action-rescan"),
                },
            },
            attach[0, 1, 1, 1] = &gtk::Label {
                set_label: &text("checkpoint-label"),
                set_use_underline: true,
                set_mnemonic_widget: Some(checkpoint),
                set_xalign: 0.0,
            },
            attach[1, 1, 1, 1]: checkpoint,
            attach[0, 2, 1, 1] = &gtk::Label {
                set_label: &text("vae-label"),
                set_use_underline: true,
                set_mnemonic_widget: Some(vae),
                set_xalign: 0.0,
            },
            attach[1, 2, 1, 1]: vae,
            attach[0, 3, 2, 1] = &gtk::Label {
                #[watch]
                set_label: &model.objection(Shelf::Vae),
                #[watch]
                set_visible: !model.objection(Shelf::Vae).is_empty(),
                add_css_class: "objection",
                set_wrap: true,
                set_xalign: 0.0,
            },
            attach[0, 4, 1, 1] = &gtk::Label {
                set_label: &text("clip-label"),
                set_use_underline: true,
                set_mnemonic_widget: Some(clip),
                set_xalign: 0.0,
            },
            attach[1, 4, 1, 1]: clip,
            attach[0, 5, 2, 1] = &gtk::Label {
                #[watch]
                set_label: &model.objection(Shelf::Clip),
                #[watch]
                set_visible: !model.objection(Shelf::Clip).is_empty(),
                add_css_class: "objection",
                set_wrap: true,
                set_xalign: 0.0,
            },
        }
    }

    fn init(
        init: ModelsInit,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let offers = [
            Offer::new(Shelf::Checkpoints, &text("checkpoint-label"), &sender),
            Offer::new(Shelf::Vae, &text("vae-label"), &sender),
            Offer::new(Shelf::Clip, &text("clip-label"), &sender),
        ];
        let filter = gtk::FileFilter::new();
        filter.set_name(Some(&text("model-files")));
        for ending in ["safetensors", "ckpt", "pt", "pth", "bin"] {
            filter.add_pattern(&format!("*.{ending}"));
        }
        // The form for several files: that for one panics on files that have no path.
        let dialog = OpenDialogMulti::builder()
            .transient_for_native(&root)
            .launch(OpenDialogSettings {
                accept_label: text("dialog-open"),
                cancel_label: text("dialog-cancel"),
                filters: vec![filter],
                ..OpenDialogSettings::default()
            })
            .forward(sender.input_sender(), |response| match response {
                OpenDialogResponse::Accept(files) => ModelsInput::AddFiles(files),
                OpenDialogResponse::Cancel => ModelsInput::AddFiles(Vec::new()),
            });
        let mut model = Self {
            folder: init.folder,
            demo: init.demo,
            choice: ModelChoice::default(),
            is_wanted: false,
            scanned: false,
            knowledge: Knowledge::default(),
            offers,
            looks: Looks::default(),
            told: (ModelChoice::default(), None),
            dialog,
        };
        model.scan(Some(init.chosen), &sender);
        let [checkpoint, vae, clip] = &model.offers;
        let (checkpoint, vae, clip) =
            (checkpoint.picker.widget(), vae.picker.widget(), clip.picker.widget());
        let widgets = view_output!();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: ModelsInput, sender: ComponentSender<Self>, _root: &Self::Root) {
        match message {
            ModelsInput::Rescan => self.scan(None, &sender),
            ModelsInput::OpenElsewhere => self.dialog.emit(OpenDialogMsg::Open),
            ModelsInput::AddFiles(files) if files.is_empty() => {}
            ModelsInput::AddFiles(files) => self.open(files, &sender),
            ModelsInput::SetFolder(folder) => {
                self.folder = folder;
                self.scan(None, &sender);
            }
            ModelsInput::Choose(choice) => self.scan(Some(choice), &sender),
            ModelsInput::Picked(shelf, path) => {
                self.choose(shelf, path);
                self.show(&sender);
            }
        }
    }

    fn update_cmd(
        &mut self,
        message: ModelsCommand,
        sender: ComponentSender<Self>,
        _root: &Self::Root,
    ) {
        match message {
            ModelsCommand::Scanned(look, scan) => {
                if self.looks.arrived(&look) {
                    self.scanned(*scan, &sender);
                }
            }
            ModelsCommand::LookedInto(look, found) => {
                // The newer look looks into these files itself.
                if look.is_newest() {
                    self.knowledge.learn(found);
                    self.show(&sender);
                }
            }
            ModelsCommand::Opened(paths, found) => {
                self.knowledge.learn(found);
                self.opened(paths, &sender);
            }
        }
    }
}
