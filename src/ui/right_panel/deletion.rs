//! Moving pictures to the desktop's trash, and bringing them back.

use super::{RightPanel, RightPanelCommand};
use crate::gallery;
use crate::i18n::text_with;
use crate::ui::desktop;
use gtk::prelude::*;
use relm4::{ComponentSender, gtk};
use std::io;
use std::path::{Path, PathBuf};

/// The pictures that can be brought back.
#[derive(Debug, Default)]
pub struct Deletions {
    /// The last one last.
    done: Vec<PathBuf>,
    /// What is on its way.
    under_way: Option<PathBuf>,
    /// What has come back and is still to be seen in the list.
    back: Option<PathBuf>,
    is_offered: bool,
}

impl Deletions {
    /// Whether the bar with the way back is there.
    pub fn is_undo_offered(&self) -> bool {
        self.is_offered && !self.done.is_empty()
    }

    /// What the bar says.
    pub fn line(&self) -> String {
        let name = self.done.last().map(|file| name(file)).unwrap_or_default();
        text_with("gallery-deleted", [("name", name.into())])
    }

    /// Closes the bar; the key still brings pictures back.
    pub fn withdraw_offer(&mut self) {
        self.is_offered = false;
    }

    /// The picture that has come back, if it is one of those that are seen now.
    pub fn take_back(&mut self, is_seen: impl Fn(&Path) -> bool) -> Option<PathBuf> {
        self.back.take_if(|path| is_seen(path))
    }
}

impl RightPanel {
    /// Moves the selected picture to the trash, one at a time: keys repeat faster than disks.
    pub(super) fn delete_selected(&mut self, sender: &ComponentSender<Self>) {
        let Some(file) = self.grid.selected() else { return };
        if self.deletions.under_way.is_some() {
            return;
        }
        let path = file.path.to_path_buf();
        self.deletions.under_way = Some(path.clone());
        let commands = sender.command_sender().clone();
        relm4::spawn_local(async move {
            let result = desktop::trash(&path).await;
            commands.emit(RightPanelCommand::Trashed(path, result));
        });
    }

    /// The picture is in the trash, or it is not.
    pub(super) fn trashed(
        &mut self,
        path: PathBuf,
        result: Result<(), String>,
        sender: &ComponentSender<Self>,
    ) {
        self.deletions.under_way = None;
        if let Err(reason) = result {
            let args = [("name", name(&path).into()), ("reason", reason.into())];
            let reason = text_with("gallery-delete-failed", args);
            return Self::trouble(reason, "gallery-delete-advice", sender);
        }
        let place = self.place(&path);
        let had_focus = self.grid.has_focus();
        self.grid.rows.remove(&path);
        // The row that had the keyboard is gone.
        if had_focus {
            self.grid.view.grab_focus();
        }
        if let Some(place) = place {
            self.grid.select(place);
        }
        let (cache, gone) = (self.cache.clone(), path.clone());
        relm4::spawn_blocking(move || cache.forget(&gone));
        // What was shown is not there any more: its neighbour is.
        if self.shown.as_ref().is_some_and(|shown| *shown.path == *path) {
            let last = self.grid.rows.pictures().shown().len().saturating_sub(1);
            self.show_place(place.unwrap_or(0).min(last), sender);
        }
        self.deletions.done.push(path);
        self.deletions.is_offered = true;
    }

    /// Brings back the picture that was deleted last.
    pub(super) fn undo_delete(&mut self, sender: &ComponentSender<Self>) {
        let Some(path) = self.deletions.done.pop() else { return };
        sender.spawn_oneshot_command(move || {
            let result = gallery::restore(&path);
            RightPanelCommand::Restored(path, result)
        });
    }

    /// The picture is back, or it is not.
    pub(super) fn restored(
        &mut self,
        path: PathBuf,
        result: io::Result<()>,
        sender: &ComponentSender<Self>,
    ) {
        match result {
            Ok(()) => {
                self.deletions.back = Some(path.clone());
                self.look(vec![path], sender);
            }
            Err(error) => {
                let args = [("name", name(&path).into()), ("reason", error.to_string().into())];
                let reason = text_with("gallery-restore-failed", args);
                Self::trouble(reason, "gallery-restore-advice", sender);
            }
        }
    }
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_offered_until_it_is_withdrawn() {
        let done = vec!["/p/a.png".into(), "/p/b.png".into()];
        let mut deletions = Deletions { done, is_offered: true, ..Default::default() };
        assert!(deletions.is_undo_offered());
        assert_eq!(deletions.line(), "b.png is in the trash");
        deletions.withdraw_offer();
        assert!(!deletions.is_undo_offered() && !deletions.done.is_empty());
        assert!(!Deletions { is_offered: true, ..Default::default() }.is_undo_offered());
    }
}
