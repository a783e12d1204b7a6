//! A folder to choose: an entry, a button for the file chooser, and below them what would become
//! of the folder. The disk is asked away from the window's thread: it may be slow.

use super::accessible::Named;
use crate::i18n::{text, text_with};
use crate::paths::{Outlook, expand_home};
use gtk::prelude::*;
use relm4::{Component, ComponentController, ComponentParts, ComponentSender, Controller, gtk};
use relm4_components::open_dialog::{
    OpenDialogMsg, OpenDialogMulti, OpenDialogResponse, OpenDialogSettings,
};
use std::path::{Path, PathBuf};

/// What a folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folder {
    /// Settings and caches.
    Settings,
    /// Pictures.
    Output,
    /// Models.
    Models,
}

impl Folder {
    fn label(self) -> String {
        match self {
            Self::Settings => text("folder-settings"),
            Self::Output => text("folder-output"),
            Self::Models => text("folder-models"),
        }
    }

    fn chooser(self) -> String {
        match self {
            Self::Settings => text("folder-choose-settings"),
            Self::Output => text("folder-choose-output"),
            Self::Models => text("folder-choose-models"),
        }
    }
}

/// What a row starts with.
#[derive(Debug)]
pub struct FolderInit {
    /// What for.
    pub folder: Folder,
    /// Where.
    pub path: PathBuf,
    /// Whether it cannot be changed here.
    pub is_fixed: bool,
}

/// The row.
pub struct FolderRow {
    folder: Folder,
    is_fixed: bool,
    entry: gtk::Entry,
    /// What is known of the folder in the entry.
    known: Option<Known>,
    /// Why it could not be used when it was tried.
    refused: Option<String>,
    dialog: Controller<OpenDialogMulti>,
}

/// What the disk says of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    outlook: Outlook,
    /// Whether a settings file is in it.
    has_settings: bool,
}

/// What the row is asked.
#[derive(Debug)]
pub enum FolderInput {
    /// The entry's text is another.
    Typed,
    /// Open the file chooser.
    Choose,
    /// Take the first of these.
    Take(Vec<PathBuf>),
    /// Say why the folder cannot be used.
    Refuse(String),
    /// Say everything again: the language is another.
    Reword,
}

/// What became of it.
#[derive(Debug)]
pub enum FolderOutput {
    /// Another folder, or more is known of it.
    Changed,
}

/// What background work brings.
#[derive(Debug)]
pub enum FolderCommand {
    /// What the disk says of a folder.
    Found(PathBuf, Known),
}

impl FolderRow {
    /// The folder, as a whole path.
    pub fn path(&self) -> PathBuf {
        whole(self.entry.text().as_str())
    }

    /// Whether it is known that the folder cannot be used.
    pub fn is_bad(&self) -> bool {
        let known = self.known.as_ref();
        self.refused.is_some() || known.is_some_and(|known| !known.outlook.is_fine())
    }

    fn look(&self, sender: &ComponentSender<Self>) {
        let path = self.path();
        sender.spawn_oneshot_command(move || {
            let has_settings = path.join("config.yaml").is_file();
            let known = Known { outlook: Outlook::of(&path), has_settings };
            FolderCommand::Found(path, known)
        });
    }

    /// What stands below the entry.
    fn remark(&self) -> String {
        let refused = self.refused.as_ref().map(|reason| [("reason", reason.clone().into())]);
        let said = refused.map(|reason| text_with("folder-unusable", reason));
        said.unwrap_or_else(|| self.known.as_ref().map(|k| self.told(k)).unwrap_or_default())
    }

    fn told(&self, known: &Known) -> String {
        let at = |path: &Path| [("path", path.display().to_string().into())];
        match &known.outlook {
            Outlook::NotWhole => text("folder-not-whole"),
            Outlook::FileInTheWay(path) => text_with("folder-file-in-the-way", at(path)),
            Outlook::NotWritable(path) => text_with("folder-not-writable", at(path)),
            _ if self.is_fixed => text("folder-fixed"),
            _ if self.folder == Folder::Settings && known.has_settings => {
                text("folder-has-settings")
            }
            Outlook::There => text("folder-there"),
            Outlook::ToBeMade => text("folder-to-be-made"),
        }
    }

    fn remark_class(&self) -> &'static str {
        if self.is_bad() { "error" } else { "dim-label" }
    }
}

/// What was typed as a path in one form: no `~`, no slash at the end.
fn whole(typed: &str) -> PathBuf {
    expand_home(Path::new(typed)).components().collect()
}

#[relm4::component(pub)]
impl Component for FolderRow {
    type Init = FolderInit;
    type Input = FolderInput;
    type Output = FolderOutput;
    type CommandOutput = FolderCommand;

    view! {
        gtk::Box {
            set_orientation: gtk::Orientation::Vertical,
            set_spacing: 4,

            gtk::Label {
                #[watch]
                set_label: &model.folder.label(),
                set_use_underline: true,
                set_mnemonic_widget: Some(entry),
                set_xalign: 0.0,
            },
            gtk::Box {
                set_spacing: 6,
                #[local_ref]
                entry -> gtk::Entry {
                    set_hexpand: true,
                    set_activates_default: true,
                    set_editable: !model.is_fixed,
                    connect_changed => FolderInput::Typed,
                },
                gtk::Button {
                    #[watch]
                    set_label: &text("folder-choose"),
                    #[watch]
                    set_spoken_label: &model.folder.chooser(),
                    set_sensitive: !model.is_fixed,
                    connect_clicked => FolderInput::Choose,
                },
            },
            gtk::Label {
                #[watch]
                set_label: &model.remark(),
                #[watch]
                set_css_classes: &["folder-remark", model.remark_class()],
                set_xalign: 0.0,
                set_wrap: true,
                set_wrap_mode: gtk::pango::WrapMode::WordChar,
            },
        }
    }

    fn init(
        init: FolderInit,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        // The form for several files: that for one panics on folders that have no path.
        let dialog = OpenDialogMulti::builder()
            .transient_for_native(&root)
            .launch(OpenDialogSettings {
                folder_mode: true,
                accept_label: text("folder-select"),
                cancel_label: text("dialog-cancel"),
                ..OpenDialogSettings::default()
            })
            .forward(sender.input_sender(), |response| match response {
                OpenDialogResponse::Accept(folders) => FolderInput::Take(folders),
                OpenDialogResponse::Cancel => FolderInput::Take(Vec::new()),
            });
        let entry = gtk::Entry::new();
        entry.set_text(&init.path.display().to_string());
        let FolderInit { folder, is_fixed, .. } = init;
        let model = Self { folder, is_fixed, entry, known: None, refused: None, dialog };
        model.look(&sender);
        let entry = &model.entry;
        let widgets = view_output!();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: FolderInput, sender: ComponentSender<Self>, _root: &Self::Root) {
        match message {
            FolderInput::Typed => {
                self.refused = None;
                self.look(&sender);
            }
            FolderInput::Choose => self.dialog.emit(OpenDialogMsg::Open),
            FolderInput::Take(folders) => {
                if let Some(folder) = folders.first() {
                    self.entry.set_text(&folder.display().to_string());
                }
            }
            FolderInput::Refuse(reason) => {
                self.refused = Some(reason);
                self.entry.grab_focus();
            }
            FolderInput::Reword => {}
        }
        let _ = sender.output(FolderOutput::Changed);
    }

    fn update_cmd(
        &mut self,
        FolderCommand::Found(path, known): FolderCommand,
        sender: ComponentSender<Self>,
        _root: &Self::Root,
    ) {
        // Of what was typed meanwhile, another answer is on its way.
        if path == self.path() {
            self.known = Some(known);
            let _ = sender.output(FolderOutput::Changed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_one_path_however_it_is_written() {
        for typed in ["/a/b", "/a/b/", "/a//b/.", "/a/./b"] {
            assert_eq!(whole(typed), Path::new("/a/b"));
            assert!(whole(typed).to_str().is_some_and(|path| !path.ends_with('/')));
        }
        assert_eq!(whole("~/x"), dirs::home_dir().unwrap().join("x"));
        assert_eq!(whole(""), Path::new(""));
    }
}
