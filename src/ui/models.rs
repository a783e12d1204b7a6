//! The choice of the checkpoint: those in the models folder, and others opened from elsewhere.

use super::accessible::Named;
use super::actions::Action;
use crate::catalog::{self, Entry, Shelf};
use crate::engine::{Error, FileProblem};
use crate::i18n::text;
use crate::wording;
use gtk::prelude::*;
use relm4::{
    Component, ComponentController, ComponentParts, ComponentSender, Controller, RelmWidgetExt, gtk,
};
use relm4_components::open_dialog::{
    OpenDialogMsg, OpenDialogMulti, OpenDialogResponse, OpenDialogSettings,
};
use relm4_components::simple_combo_box::{SimpleComboBox, SimpleComboBoxMsg};
use std::fmt;
use std::path::{Path, PathBuf};

/// One line of the drop-down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    name: String,
    bytes: u64,
    path: PathBuf,
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} \u{2013} {}", shortened(&self.name), wording::bytes(self.bytes))
    }
}

/// A name that leaves the panel its width: of a long one, the beginning and the end, where names
/// of one model's versions differ.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 30;
    const END: usize = 10;
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= LONGEST {
        return name.to_owned();
    }
    let (start, end) = (&letters[..LONGEST - END - 1], &letters[letters.len() - END..]);
    start.iter().chain(&['\u{2026}']).chain(end).collect()
}

impl From<Entry> for Checkpoint {
    fn from(entry: Entry) -> Self {
        Self { name: entry.name, bytes: entry.bytes, path: entry.path }
    }
}

impl Checkpoint {
    fn elsewhere(path: PathBuf) -> Self {
        let bytes = path.metadata().map_or(0, |facts| facts.len());
        Self { name: path.with_extension("").display().to_string(), bytes, path }
    }
}

/// What the choice starts with.
#[derive(Debug)]
pub struct ModelsInit {
    /// The folder with `checkpoints` in it.
    pub folder: PathBuf,
    /// The checkpoint to choose first: a file, or a name in the folder.
    pub checkpoint: Option<PathBuf>,
}

/// The choice.
pub struct Models {
    folder: PathBuf,
    /// The checkpoint to choose once the folder was looked into.
    wanted: Option<PathBuf>,
    list: Vec<Checkpoint>,
    /// Those from elsewhere, which a rescan keeps.
    opened: Vec<Checkpoint>,
    chosen: Option<usize>,
    scanned: bool,
    drop_down: Controller<SimpleComboBox<Checkpoint>>,
    dialog: Controller<OpenDialogMulti>,
}

/// What the choice is asked.
#[derive(Debug)]
pub enum ModelsInput {
    /// Look into the folder again.
    Rescan,
    /// Ask for a file anywhere.
    OpenElsewhere,
    /// Take up these files, and choose the first.
    AddFiles(Vec<PathBuf>),
    /// Choose the line.
    Choose(usize),
}

/// What became of it.
#[derive(Debug)]
pub enum ModelsOutput {
    /// There is a choice now, or there is none.
    Listed,
    /// The checkpoint to choose first is not there.
    Missing(Error),
}

/// What background work brings.
#[derive(Debug)]
pub enum ModelsCommand {
    /// The folder's files, and the one that was to be chosen first.
    Scanned(Vec<Checkpoint>, Option<Result<Checkpoint, Error>>),
}

impl Models {
    /// The chosen file.
    pub fn checkpoint(&self) -> Option<&Path> {
        self.chosen.and_then(|chosen| self.list.get(chosen)).map(|entry| entry.path.as_path())
    }

    /// Whether the folder was looked into, and nothing is there to choose.
    pub fn is_empty(&self) -> bool {
        self.scanned && self.list.is_empty()
    }

    fn scan(&self, sender: &ComponentSender<Self>) {
        let (folder, wanted) = (self.folder.clone(), self.wanted.clone());
        // Folders can be large, or on a slow disk.
        sender.spawn_command(move |out| {
            let entries = catalog::list(&folder, Shelf::Checkpoints);
            let list: Vec<_> = entries.into_iter().map(Checkpoint::from).collect();
            let wanted = wanted.map(|wanted| resolve(&folder, &list, &wanted));
            let _ = out.send(ModelsCommand::Scanned(list, wanted));
        });
    }

    fn scanned(
        &mut self,
        list: Vec<Checkpoint>,
        wanted: Option<Result<Checkpoint, Error>>,
        sender: &ComponentSender<Self>,
    ) {
        self.scanned = true;
        let mut chosen = self.checkpoint().map(Path::to_owned);
        if self.wanted.take().is_some() {
            match wanted {
                Some(Ok(wanted)) => {
                    chosen = chosen.or_else(|| Some(wanted.path.clone()));
                    let known = list.iter().chain(&self.opened).any(|c| c.path == wanted.path);
                    self.opened.extend((!known).then_some(wanted));
                }
                Some(Err(error)) => {
                    let _ = sender.output(ModelsOutput::Missing(error));
                }
                None => {}
            }
        }
        self.show(list, chosen, sender);
    }

    fn show(
        &mut self,
        mut list: Vec<Checkpoint>,
        chosen: Option<PathBuf>,
        sender: &ComponentSender<Self>,
    ) {
        list.extend(self.opened.iter().cloned());
        self.chosen = place(&list, chosen.as_deref());
        self.list.clone_from(&list);
        let data = SimpleComboBox { variants: list, active_index: self.chosen };
        self.drop_down.emit(SimpleComboBoxMsg::UpdateData(data));
        let _ = sender.output(ModelsOutput::Listed);
    }

    fn add(&mut self, files: Vec<PathBuf>, sender: &ComponentSender<Self>) {
        let known = |file: &PathBuf| self.list.iter().any(|entry| entry.path == *file);
        let Some(first) = files.first().cloned() else { return };
        let new: Vec<_> = files.into_iter().filter(|file| !known(file)).collect();
        let new: Vec<_> = new.into_iter().map(Checkpoint::elsewhere).collect();
        self.opened.extend(new);
        let inside = self.list.iter().filter(|entry| !self.opened.contains(entry));
        let list = inside.cloned().collect();
        self.show(list, Some(first), sender);
    }
}

/// The line of the file `wanted`, or the first.
fn place(list: &[Checkpoint], wanted: Option<&Path>) -> Option<usize> {
    let found = list.iter().position(|entry| Some(entry.path.as_path()) == wanted);
    found.or((!list.is_empty()).then_some(0))
}

/// The checkpoint that `wanted` means: a file anywhere, or a name in the folder `models`, whose
/// checkpoints are in `list`.
fn resolve(models: &Path, list: &[Checkpoint], wanted: &Path) -> Result<Checkpoint, Error> {
    let path = catalog::find(models, Shelf::Checkpoints, wanted)?;
    let is_same = |entry: &&Checkpoint| entry.path == path || is_same_file(&entry.path, &path);
    if let Some(entry) = list.iter().find(is_same) {
        return Ok(entry.clone());
    }
    match path.try_exists() {
        Ok(true) => Ok(Checkpoint::elsewhere(path)),
        Ok(false) => Err(Error::File { file: path, problem: FileProblem::NotFound }),
        Err(error) => Err(Error::from_io(&path, &error)),
    }
}

/// Whether two paths of one file name lead to the same file.
fn is_same_file(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    a.file_name() == b.file_name() && real(a).is_some_and(|a| real(b) == Some(a))
}

#[relm4::component(pub)]
impl Component for Models {
    type Init = ModelsInit;
    type Input = ModelsInput;
    type Output = ModelsOutput;
    type CommandOutput = ModelsCommand;

    view! {
        gtk::Box {
            set_orientation: gtk::Orientation::Vertical,
            set_spacing: 6,

            gtk::Label {
                set_label: &text("checkpoint-label"),
                set_use_underline: true,
                add_css_class: "heading",
                set_mnemonic_widget: Some(drop_down),
                set_xalign: 0.0,
            },
            gtk::Box {
                add_css_class: "linked",
                #[local_ref]
                drop_down -> gtk::ComboBoxText {
                    set_hexpand: true,
                    #[watch]
                    set_sensitive: !model.list.is_empty(),
                },
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
        }
    }

    fn init(
        init: ModelsInit,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let drop_down = SimpleComboBox::builder()
            .launch(SimpleComboBox { variants: Vec::new(), active_index: None })
            .forward(sender.input_sender(), ModelsInput::Choose);
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
        let model = Self {
            folder: init.folder,
            wanted: init.checkpoint,
            list: Vec::new(),
            opened: Vec::new(),
            chosen: None,
            scanned: false,
            drop_down,
            dialog,
        };
        model.scan(&sender);
        let drop_down = model.drop_down.widget();
        let widgets = view_output!();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: ModelsInput, sender: ComponentSender<Self>, _root: &Self::Root) {
        match message {
            ModelsInput::Rescan => self.scan(&sender),
            ModelsInput::OpenElsewhere => self.dialog.emit(OpenDialogMsg::Open),
            ModelsInput::AddFiles(files) => self.add(files, &sender),
            ModelsInput::Choose(line) => self.chosen = Some(line),
        }
    }

    fn update_cmd(
        &mut self,
        ModelsCommand::Scanned(list, wanted): ModelsCommand,
        sender: ComponentSender<Self>,
        _root: &Self::Root,
    ) {
        self.scanned(list, wanted, &sender);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wanted_file_is_chosen_else_the_first() {
        let entry = |path: &str| Checkpoint { name: path.into(), bytes: 1, path: path.into() };
        let list = [entry("/m/a.ckpt"), entry("/m/xl/b.safetensors")];
        for (wanted, line) in [("/m/xl/b.safetensors", 1), ("/m/a.ckpt", 0), ("/n/a.ckpt", 0)] {
            assert_eq!(place(&list, Some(Path::new(wanted))), Some(line), "{wanted}");
        }
        assert_eq!(place(&list, None), Some(0));
        assert_eq!(place(&[], Some(Path::new("a"))), None);
    }

    #[test]
    fn a_configured_checkpoint_is_found_by_name_or_path_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let models = folder.path().join("models");
        let shelf = models.join("checkpoints");
        std::fs::create_dir_all(shelf.join("x")).unwrap();
        std::fs::create_dir_all(shelf.join("y")).unwrap();
        let files = ["a.ckpt", "x/b.ckpt", "y/b.ckpt", "x/c.pt"].map(|name| shelf.join(name));
        let outside = folder.path().join("outside.ckpt");
        for file in files.iter().chain([&outside]) {
            std::fs::write(file, "12345").unwrap();
        }
        let list: Vec<Checkpoint> =
            catalog::list(&models, Shelf::Checkpoints).into_iter().map(Into::into).collect();
        let found = |wanted: &Path| resolve(&models, &list, wanted);
        for wanted in ["c", "x/c", "c.pt"] {
            let c = found(Path::new(wanted)).unwrap();
            assert_eq!((c.name.as_str(), &c.path), ("x/c", &files[3]), "{wanted}");
        }
        let roundabout = found(&shelf.join("x/../a.ckpt")).unwrap();
        assert_eq!(roundabout.path, files[0], "the line that is there already");
        let elsewhere = found(&outside).unwrap();
        assert_eq!((elsewhere.path, elsewhere.bytes), (outside, 5));
        assert!(matches!(found(Path::new("b")), Err(Error::BadValue { .. })), "two fit");
        let gone = Err(Error::File { file: "gone".into(), problem: FileProblem::NotFound });
        assert_eq!(found(Path::new("gone")), gone);
    }

    #[test]
    fn a_line_names_model_and_size() {
        let bytes = 6_938_040_682;
        let line = Checkpoint { name: "sdxl".into(), bytes, path: "/m/sdxl.ckpt".into() };
        assert_eq!(line.to_string(), "sdxl \u{2013} 6.9 GB");
        let long = format!("a-very-long-name-{}-v2", "x".repeat(60));
        assert_eq!(shortened(&long), "a-very-long-name-xx\u{2026}xxxxxxx-v2");
        assert_eq!(shortened(&long).chars().count(), 30);
    }
}
