//! The right panel: thumbnails of all pictures in the output folder, newest first, those in the
//! making before them.
//!
//! ```text
//! rows: the list | grid, cell: what is in sight | stock: thumbnails in memory
//! watch: what changes on disk | menu, drag, deletion: what can be done with a picture
//! ```

mod caption;
mod cell;
mod deletion;
mod drag;
mod grid;
mod menu;
mod rows;
mod stock;
mod watch;

use super::accessible::Named;
use super::desktop::usual;
use crate::gallery::{
    self, Cache, Collection, Delivery, Listing, Needle, PictureFile, Prompts, Workshop,
};
use crate::i18n::text;
use deletion::Deletions;
use grid::{Deed, Grid};
use gtk::prelude::*;
use menu::{Choice, Menu};
use relm4::{Component, ComponentParts, ComponentSender, RelmWidgetExt, gtk};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use watch::Watch;

/// When more files than this have changed, the folder is looked into as a whole.
const MOST_NEWS: usize = 100;

/// What the panel starts with.
#[derive(Debug)]
pub struct RightPanelInit {
    /// The folder with the pictures.
    pub folder: PathBuf,
}

/// A picture in the making.
#[derive(Clone, Debug, PartialEq)]
pub struct JobRow {
    /// Its request.
    pub id: u64,
    /// The beginning of its prompt.
    pub prompt: String,
    /// Size, steps and model.
    pub detail: String,
    /// How far it is.
    pub stand: Stand,
}

/// How far a picture in the making is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stand {
    /// So much of it is done, up to 1.
    Runs(f64),
    /// It waits at this place of the queue, the first being 1.
    Waits(u32),
}

/// What the panel is asked.
#[derive(Debug)]
pub enum RightPanelInput {
    /// Show the pictures of this folder.
    SetFolder(PathBuf),
    /// This file was saved just now: show it at the top, without selecting it.
    Added(PathBuf),
    /// These pictures are in the making, in this order.
    Jobs(Vec<JobRow>),
    /// This file's picture is shown now, or one that has no file.
    ShowsNow(Option<PathBuf>),
    /// Show the picture that is older than the one shown.
    ShowNext,
    /// Show the picture that is newer than the one shown.
    ShowPrevious,
    /// Bring the picture back that was deleted last.
    UndoDelete,
    /// Give the pictures the keyboard.
    FocusGrid,
}

/// What the user wants done with a picture.
#[derive(Debug)]
pub enum RightPanelOutput {
    /// Show it.
    Show(PathBuf),
    /// Take it into the clipboard.
    Copy(PathBuf),
    /// Take over the values that it was made with.
    UseParameters(PathBuf),
    /// The same, without the seed.
    UseAllButSeed(PathBuf),
    /// Show the folder that this file is in.
    OpenFolder(PathBuf),
    /// The picture shown has its place among the others by now.
    Placed,
    /// Something did not work.
    Trouble {
        /// What, and why.
        reason: String,
        /// What to do about it.
        advice: String,
    },
}

/// One file of which there is news: what it is now, and whether the search finds it.
type News = (PathBuf, Option<(PictureFile, bool)>);

/// What the disk, the threads and the panel's own widgets bring.
#[derive(Debug)]
pub enum RightPanelCommand {
    /// The pictures in the folder, and the folders to watch; the number tells which folder was
    /// asked for.
    Listed(u64, Collection, Vec<PathBuf>),
    /// Something happened to these files of that folder.
    Touched(u64, Vec<PathBuf>),
    /// These are the files by now.
    Looked(u64, Vec<News>),
    /// A thumbnail.
    Made(Delivery),
    /// The user searches for this.
    Search(String),
    /// What a search, by its number, found so far, and whether that is all.
    Found(u64, Vec<Arc<PictureFile>>, bool),
    /// The user does this in the grid.
    Done(Deed),
    /// The user chose this from the menu.
    Chosen(Choice),
    /// What became of a file that was to go to the trash.
    Trashed(PathBuf, Result<(), String>),
    /// What became of one that was to come back.
    Restored(PathBuf, io::Result<()>),
    /// The user does not need the way back any more.
    KeepDeleted,
}

/// The panel.
pub struct RightPanel {
    folder: PathBuf,
    /// Counts folders: news of an earlier one is no news.
    round: u64,
    is_listed: bool,
    grid: Grid,
    watch: Watch,
    cache: Cache,
    prompts: Prompts,
    needle: Option<Needle>,
    /// Counts searches: those that see a higher number end.
    searches: Arc<AtomicU64>,
    /// Whether the search has looked everywhere.
    is_searched: bool,
    /// The picture shown last.
    shown: Option<Arc<PictureFile>>,
    /// The file of the picture shown, while it is not in the list.
    awaited: Option<PathBuf>,
    deletions: Deletions,
}

#[relm4::component(pub)]
impl Component for RightPanel {
    type Init = RightPanelInit;
    type Input = RightPanelInput;
    type Output = RightPanelOutput;
    type CommandOutput = RightPanelCommand;

    view! {
        #[root]
        gtk::Box {
            add_css_class: "gallery",
            set_spoken_label: &text("gallery-label"),
            set_orientation: gtk::Orientation::Vertical,
            set_width_request: 216,

            #[name = "search"]
            gtk::SearchEntry {
                set_spoken_label: &text("gallery-search"),
                set_property: ("placeholder-text", text("gallery-search-hint")),
                #[watch]
                set_visible: !model.is_empty(),
                connect_search_changed[commands] => move |entry| {
                    commands.emit(RightPanelCommand::Search(entry.text().into()));
                },
                connect_stop_search => |entry| entry.delete_text(0, -1),
            },
            #[name = "scroller"]
            gtk::ScrolledWindow {
                set_hscrollbar_policy: gtk::PolicyType::Never,
                set_vexpand: true,
                #[watch]
                set_visible: model.has_rows(),
                set_child: Some(&model.grid.view),
            },
            gtk::Label {
                add_css_class: "dim-label",
                set_vexpand: true,
                set_wrap: true,
                set_justify: gtk::Justification::Center,
                #[watch]
                set_label: &model.empty_line(),
                #[watch]
                set_visible: !model.has_rows(),
            },
            gtk::Box {
                set_property: ("accessible-role", gtk::AccessibleRole::Alert),
                add_css_class: "undo-bar",
                set_spacing: 6,
                #[watch]
                set_visible: model.deletions.is_undo_offered(),
                gtk::Label {
                    #[watch]
                    set_tooltip: &model.deletions.line(),
                    #[watch]
                    set_spoken_label: &model.deletions.line(),
                    set_label: &text("gallery-deleted-short"),
                    set_hexpand: true,
                    set_xalign: 0.0,
                    set_wrap: true,
                },
                gtk::Button {
                    set_label: &text("gallery-undo"),
                    set_use_underline: true,
                    set_tooltip: &text("gallery-undo-tooltip"),
                    connect_clicked => RightPanelInput::UndoDelete,
                },
                gtk::Button {
                    add_css_class: "flat",
                    set_icon_name: "window-close-symbolic",
                    set_tooltip: &text("gallery-undo-close"),
                    set_spoken_label: &text("gallery-undo-close"),
                    connect_clicked[commands] => move |_| {
                        commands.emit(RightPanelCommand::KeepDeleted);
                    },
                },
            },
        }
    }

    fn init(
        init: RightPanelInit,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let commands = sender.command_sender().clone();
        let mut model = Self::new(&root, &sender);
        let widgets = view_output!();
        model.grid.follow(&widgets.scroller);
        add_undo_key(&root, &sender);
        model.open(&init.folder, &sender);
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: RightPanelInput, sender: ComponentSender<Self>, _: &Self::Root) {
        match message {
            RightPanelInput::SetFolder(folder) => self.open(&folder, &sender),
            RightPanelInput::Added(file) => self.look(vec![usual(&file)], &sender),
            RightPanelInput::Jobs(jobs) => self.grid.change(|grid| grid.set_jobs(jobs)),
            RightPanelInput::ShowsNow(file) => self.shows_now(file, &sender),
            RightPanelInput::ShowNext => self.step(true, &sender),
            RightPanelInput::ShowPrevious => self.step(false, &sender),
            RightPanelInput::UndoDelete => self.undo_delete(&sender),
            RightPanelInput::FocusGrid => self.grid.focus(),
        }
    }

    fn update_cmd(
        &mut self,
        message: RightPanelCommand,
        sender: ComponentSender<Self>,
        _: &Self::Root,
    ) {
        match message {
            RightPanelCommand::Listed(round, pictures, folders) if round == self.round => {
                self.listed(pictures, &folders, &sender);
            }
            RightPanelCommand::Touched(round, files) if round == self.round => {
                self.look(files, &sender);
            }
            RightPanelCommand::Looked(round, news) if round == self.round => {
                self.note(news, &sender);
            }
            RightPanelCommand::Listed(..)
            | RightPanelCommand::Touched(..)
            | RightPanelCommand::Looked(..) => {}
            RightPanelCommand::Made(delivery) => self.grid.deliver(delivery),
            RightPanelCommand::Search(words) => self.search(&words, &sender),
            RightPanelCommand::Found(number, files, is_all) => self.found(number, files, is_all),
            RightPanelCommand::Done(Deed::Show(file)) => self.show(file, &sender),
            RightPanelCommand::Done(Deed::Delete) => self.delete_selected(&sender),
            RightPanelCommand::Chosen(choice) => self.act(choice, &sender),
            RightPanelCommand::Trashed(file, result) => self.trashed(file, result, &sender),
            RightPanelCommand::Restored(file, result) => self.restored(file, result, &sender),
            RightPanelCommand::KeepDeleted => self.deletions.withdraw_offer(),
        }
    }
}

impl RightPanel {
    /// Which of how many pictures `file` is, if it was shown last here, the newest being the first;
    /// `None` while it is not among them.
    pub fn position(&self, file: &Path) -> Option<(usize, usize)> {
        let pictures = self.grid.rows.pictures();
        let shown = self.shown.as_deref().filter(|shown| *shown.path == *usual(file))?;
        let place = pictures.place(shown).ok()?;
        Some((place + 1, pictures.shown().len()))
    }

    fn new(root: &gtk::Box, sender: &ComponentSender<Self>) -> Self {
        let commands = || sender.command_sender().clone();
        let (cache, prompts) = (Cache::of_user(), Prompts::default());
        let made = commands();
        let workshop = Workshop::open(&cache, &prompts, move |delivery| {
            made.emit(RightPanelCommand::Made(delivery));
        });
        let chosen = commands();
        let menu = Menu::new(root, move |choice| chosen.emit(RightPanelCommand::Chosen(choice)));
        let done = commands();
        let grid = Grid::new(workshop, &Rc::new(menu), move |deed| {
            done.emit(RightPanelCommand::Done(deed));
        });
        Self {
            folder: PathBuf::new(),
            round: 0,
            is_listed: false,
            grid,
            watch: Watch::default(),
            cache,
            prompts,
            needle: None,
            searches: Arc::default(),
            is_searched: true,
            shown: None,
            awaited: None,
            deletions: Deletions::default(),
        }
    }

    /// Turns to another folder.
    fn open(&mut self, folder: &Path, sender: &ComponentSender<Self>) {
        self.folder = usual(folder);
        self.round += 1;
        self.is_listed = false;
        self.shown = None;
        self.awaited = None;
        self.watch = Watch::default();
        self.grid.rows.replace(Collection::default());
        self.list(sender);
    }

    fn list(&self, sender: &ComponentSender<Self>) {
        let (folder, round) = (self.folder.clone(), self.round);
        sender.spawn_oneshot_command(move || listed(round, &folder));
    }

    fn listed(
        &mut self,
        pictures: Collection,
        folders: &[PathBuf],
        sender: &ComponentSender<Self>,
    ) {
        let (commands, round) = (sender.command_sender().clone(), self.round);
        let tell = move |files| commands.emit(RightPanelCommand::Touched(round, files));
        self.watch = Watch::new(std::mem::take(&mut self.watch), folders, tell);
        if self.is_listed {
            self.grid.change(|grid| grid.rows.renew(pictures));
        } else {
            self.grid.rows.replace(pictures);
        }
        self.is_listed = true;
        self.look_for_awaited(sender);
        self.start_search(sender);
    }

    /// Looks at files that something happened to, away from the window's thread.
    fn look(&self, files: Vec<PathBuf>, sender: &ComponentSender<Self>) {
        let (round, folder) = (self.round, self.folder.clone());
        let (needle, prompts) = (self.needle.clone(), self.prompts.clone());
        let is_known_folder = |file: &PathBuf| self.watch.has(file);
        let whole = files.len() > MOST_NEWS || files.iter().any(is_known_folder);
        sender.spawn_oneshot_command(move || {
            if whole || files.iter().any(|file| file.is_dir()) {
                return listed(round, &folder);
            }
            let matches = |file: &PictureFile| {
                needle.as_ref().is_none_or(|needle| needle.matches(file, &prompts.of(file)))
            };
            let news = files.into_iter().filter(|file| file.starts_with(&folder)).map(|path| {
                let file = PictureFile::look(&path);
                let file = file.map(|file| (matches(&file), file)).map(|(hit, file)| (file, hit));
                (path, file)
            });
            RightPanelCommand::Looked(round, news.collect())
        });
    }

    fn note(&mut self, news: Vec<News>, sender: &ComponentSender<Self>) {
        let back = self.deletions.take_back(|path| news.iter().any(|(file, _)| file == path));
        self.grid.change(|grid| {
            for (path, file) in news {
                match file {
                    Some((file, matches)) => grid.rows.put(file, matches),
                    None => grid.rows.remove(&path),
                }
            }
        });
        self.look_for_awaited(sender);
        if let Some(place) = back.and_then(|path| self.place(&path)) {
            self.grid.select(place);
        }
    }

    /// The place of the picture at `path` among those shown.
    fn place(&self, path: &Path) -> Option<usize> {
        let pictures = self.grid.rows.pictures();
        pictures.get(path).and_then(|file| pictures.place(file).ok())
    }

    fn search(&mut self, words: &str, sender: &ComponentSender<Self>) {
        self.needle = Needle::new(words);
        if self.needle.is_none() {
            self.searches.fetch_add(1, Ordering::Relaxed);
            self.grid.rows.show_only(None);
        }
        self.start_search(sender);
        self.grid.scroll_to_top();
    }

    fn start_search(&mut self, sender: &ComponentSender<Self>) {
        let Some(needle) = self.needle.clone() else { return };
        self.is_searched = false;
        let number = self.searches.fetch_add(1, Ordering::Relaxed) + 1;
        let files = self.grid.rows.pictures().all().to_vec();
        let (prompts, searches) = (self.prompts.clone(), Arc::clone(&self.searches));
        sender.spawn_command(move |out| {
            let goes_on = || searches.load(Ordering::Relaxed) == number;
            gallery::search(&files, &needle, &prompts, goes_on, |files, is_all| {
                out.emit(RightPanelCommand::Found(number, files, is_all));
            });
        });
    }

    fn found(&mut self, number: u64, files: Vec<Arc<PictureFile>>, is_all: bool) {
        if number == self.searches.load(Ordering::Relaxed) && self.needle.is_some() {
            self.is_searched = is_all;
            self.grid.rows.show_only(Some(files));
        }
    }

    fn act(&mut self, choice: Choice, sender: &ComponentSender<Self>) {
        let Some(file) = self.grid.selected() else { return };
        let path = file.path.to_path_buf();
        let output = match choice {
            Choice::Show => return self.show(file, sender),
            Choice::Delete => return self.delete_selected(sender),
            Choice::Copy => RightPanelOutput::Copy(path),
            Choice::UseParameters => RightPanelOutput::UseParameters(path),
            Choice::UseAllButSeed => RightPanelOutput::UseAllButSeed(path),
            Choice::OpenFolder => RightPanelOutput::OpenFolder(path),
        };
        let _ = sender.output(output);
    }

    fn show(&mut self, file: Arc<PictureFile>, sender: &ComponentSender<Self>) {
        let _ = sender.output(RightPanelOutput::Show(file.path.to_path_buf()));
        self.shown = Some(file);
        self.awaited = None;
    }

    /// The picture in `file` was shown by others; a new one may come into the list a moment later.
    fn shows_now(&mut self, file: Option<PathBuf>, sender: &ComponentSender<Self>) {
        let file = file.map(|file| usual(&file));
        self.shown = file.as_ref().and_then(|file| self.grid.rows.pictures().get(file).cloned());
        self.awaited = file.filter(|_| self.shown.is_none());
        if self.shown.is_some() {
            let _ = sender.output(RightPanelOutput::Placed);
        }
    }

    fn look_for_awaited(&mut self, sender: &ComponentSender<Self>) {
        if self.awaited.is_some() {
            self.shows_now(self.awaited.clone(), sender);
        }
    }

    fn show_place(&mut self, place: usize, sender: &ComponentSender<Self>) {
        let file = self.grid.rows.pictures().shown().get(place).cloned();
        if let Some(file) = file {
            self.grid.select(place);
            self.show(file, sender);
        }
    }

    /// Shows the neighbour of the picture shown last, which may be gone by now.
    fn step(&mut self, is_older: bool, sender: &ComponentSender<Self>) {
        let place = self.shown.as_ref().map(|file| self.grid.rows.pictures().place(file));
        let next = match (place, is_older) {
            (None, _) => Some(0),
            (Some(Ok(place)), true) => Some(place + 1),
            (Some(Err(place)), true) => Some(place),
            (Some(Ok(place) | Err(place)), false) => place.checked_sub(1),
        };
        if let Some(next) = next {
            self.show_place(next, sender);
        }
    }

    fn trouble(reason: String, advice: &str, sender: &ComponentSender<Self>) {
        let _ = sender.output(RightPanelOutput::Trouble { reason, advice: text(advice) });
    }

    fn has_rows(&self) -> bool {
        self.grid.rows.n_items() > 0
    }

    /// Whether there is nothing, not even something that a search does not show.
    fn is_empty(&self) -> bool {
        self.grid.rows.pictures().all().is_empty()
    }

    fn empty_line(&self) -> String {
        match (self.is_listed, self.is_empty()) {
            (false, _) => String::new(),
            (true, true) => text("gallery-empty"),
            (true, false) if self.is_searched => text("gallery-nothing-found"),
            (true, false) => String::new(),
        }
    }
}

fn listed(round: u64, folder: &Path) -> RightPanelCommand {
    let Listing { pictures, folders } = gallery::list(folder);
    RightPanelCommand::Listed(round, Collection::new(pictures), folders)
}

fn add_undo_key(root: &gtk::Box, sender: &ComponentSender<RightPanel>) {
    let keys = gtk::ShortcutController::new();
    let sender = sender.clone();
    let action = gtk::CallbackAction::new(move |_, _| {
        sender.input(RightPanelInput::UndoDelete);
        gtk::glib::Propagation::Stop
    });
    let trigger = gtk::ShortcutTrigger::parse_string("<Ctrl>z");
    keys.add_shortcut(gtk::Shortcut::new(trigger, Some(action)));
    root.add_controller(keys);
}
