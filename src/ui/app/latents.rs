//! Latents that are kept and not decoded yet: they are told of, finished, or discarded, which can be
//! taken back.

use super::job::Task;
use super::{App, AppCommand};
use crate::engine::{DecodeRequest, Error, FinishedLatent};
use crate::gallery;
use crate::i18n::{text, text_with};
use crate::ui::actions::Action;
use crate::ui::desktop;
use crate::ui::notice::NoticeInput;
use crate::ui::phase::Phase;
use crate::unfinished::{self, Unfinished};
use relm4::{ComponentController, ComponentSender};
use std::io;
use std::path::PathBuf;

/// What has become of latents that were to go to the desktop's trash.
#[derive(Debug)]
pub struct Discarded {
    /// Whether somebody asked for it; else there were more than are kept.
    is_asked: bool,
    /// The files that are there by now, at their old places.
    files: Vec<PathBuf>,
    /// Why others are not.
    problem: Option<String>,
}

impl App {
    pub(super) fn keep_latent(
        &mut self,
        id: u64,
        finished: FinishedLatent,
        sender: &ComponentSender<Self>,
    ) {
        let jobs = self.lanes.iter_mut().filter_map(|lane| lane.job.as_mut());
        if let Some(job) = jobs.into_iter().find(|job| job.id == id) {
            job.keep_latent(finished, &self.settings, sender);
        }
    }

    pub(super) fn latent_kept(
        &mut self,
        id: u64,
        kept: Result<String, Error>,
        sender: &ComponentSender<Self>,
    ) {
        match kept {
            Ok(kept) => {
                match self.job_of(id) {
                    Some(job) => job.is_kept_as(kept),
                    // It ended meanwhile.
                    None => self.look_for_unfinished(sender),
                }
                self.remember();
            }
            // The picture may still come of it.
            Err(error) => log::warn!("a latent is not kept: {error}"),
        }
    }

    /// After a failure: what is left can be finished.
    pub(super) fn offer_unfinished(&self, sender: &ComponentSender<Self>) {
        if !self.unfinished.is_empty() {
            self.look_for_unfinished(sender);
        }
    }

    /// Looks for latents that were left, by an earlier session or by a request that failed.
    pub(super) fn look_for_unfinished(&self, sender: &ComponentSender<Self>) {
        // Those of another window on the same settings are its own.
        if !self.session.is_ours() {
            return;
        }
        let settings = self.settings.settings.clone();
        sender.spawn_oneshot_command(move || AppCommand::Unfinished(unfinished::list(&settings)));
    }

    pub(super) fn found_unfinished(&mut self, left: Vec<Unfinished>) {
        let left: Vec<_> = left.into_iter().filter(|left| !self.is_in_hand(&left.id)).collect();
        self.notice.emit(NoticeInput::Withdraw(Action::FinishPictures));
        if !left.is_empty() && !self.finishing {
            let reason = text_with("unfinished-found", [("n", left.len().into())]);
            let remedies = [Action::FinishPictures, Action::DiscardPictures];
            self.say(reason, text("unfinished-advice"), remedies);
        }
        self.unfinished = left.into();
    }

    /// Whether the latent is a running request's, or one whose turn has been.
    fn is_in_hand(&self, id: &str) -> bool {
        let is_own = self.running().any(|job| job.kept_id() == Some(id));
        is_own || self.set_aside.iter().any(|left| left.id == id)
    }

    /// Looks for latents beyond those that are kept. Done once, so that those brought back stay for
    /// a while.
    pub(super) fn look_for_surplus(&self, sender: &ComponentSender<Self>) {
        if !self.session.is_ours() {
            return;
        }
        let settings = self.settings.settings.clone();
        sender.spawn_oneshot_command(move || AppCommand::Surplus(unfinished::surplus(&settings)));
    }

    pub(super) fn found_surplus(&self, ids: Vec<String>, sender: &ComponentSender<Self>) {
        let ids: Vec<_> = ids.into_iter().filter(|id| !self.is_in_hand(id)).collect();
        if !ids.is_empty() {
            self.move_to_trash(ids, false, sender);
        }
    }

    /// Moves all that was left to the desktop's trash.
    pub(super) fn discard_pictures(&mut self, sender: &ComponentSender<Self>) {
        // What was told of them before, failures too, is of no use any more.
        self.notice.emit(NoticeInput::CloseAll);
        self.forget_failure();
        let ids = self.unfinished.drain(..).map(|left| left.id).collect();
        self.move_to_trash(ids, true, sender);
    }

    fn move_to_trash(&self, ids: Vec<String>, is_asked: bool, sender: &ComponentSender<Self>) {
        let settings = self.settings.settings.clone();
        let commands = sender.command_sender().clone();
        relm4::spawn_local(async move {
            let mut discarded = Discarded { is_asked, files: Vec::new(), problem: None };
            for file in ids.iter().filter_map(|id| unfinished::path(&settings, id).ok()) {
                match desktop::trash(&file).await {
                    Ok(()) => discarded.files.push(desktop::usual(&file)),
                    Err(reason) => discarded.problem = Some(reason),
                }
            }
            commands.emit(AppCommand::Discarded(discarded));
        });
    }

    pub(super) fn discarded(&mut self, discarded: Discarded, sender: &ComponentSender<Self>) {
        let Discarded { is_asked, files, problem } = discarded;
        // They may have been found once more in between.
        self.unfinished.retain(|left| {
            let is_it = |file: &PathBuf| file.file_stem().is_some_and(|stem| *stem == *left.id);
            !files.iter().any(is_it)
        });
        if !files.is_empty() {
            let said = if is_asked { "unfinished-discarded" } else { "unfinished-surplus" };
            let numbers = [("n", files.len().into()), ("most", unfinished::MOST_KEPT.into())];
            let reason = text_with(said, numbers);
            self.notice.emit(NoticeInput::Withdraw(Action::RestorePictures));
            self.say(reason, String::new(), [Action::RestorePictures]);
            self.in_trash = files;
        }
        match problem {
            Some(reason) if is_asked => {
                let reason = text_with("unfinished-discard-failed", [("reason", reason.into())]);
                let advice = text("unfinished-discard-advice");
                self.say(reason, advice, [Action::OpenSettingsFolder]);
                self.look_for_unfinished(sender);
            }
            Some(reason) => log::warn!("latents beyond those kept stay: {reason}"),
            None => {}
        }
    }

    /// Brings back what was discarded last.
    pub(super) fn restore_pictures(&mut self, sender: &ComponentSender<Self>) {
        self.notice.emit(NoticeInput::Withdraw(Action::RestorePictures));
        let files = std::mem::take(&mut self.in_trash);
        sender.spawn_oneshot_command(move || {
            let restored: Vec<_> = files.iter().map(|file| gallery::restore(file)).collect();
            AppCommand::Restored(restored.into_iter().collect())
        });
    }

    pub(super) fn restored(&self, restored: io::Result<()>, sender: &ComponentSender<Self>) {
        if let Err(error) = restored {
            let args = [("reason", error.to_string().into())];
            let reason = text_with("unfinished-restore-failed", args);
            self.say(reason, text("unfinished-restore-advice"), None);
        }
        self.look_for_unfinished(sender);
    }

    /// Takes up what is left of a request that has ended without its pictures; it is tried again
    /// when the user asks for it.
    pub(super) fn leave(&mut self, left: Option<Unfinished>) {
        self.set_aside.extend(left);
        if !self.finishing {
            self.unfinished.extend(self.set_aside.drain(..));
        }
    }

    /// Decodes the latents that were left, one after another.
    pub(super) fn finish_pictures(&mut self, sender: &ComponentSender<Self>) {
        self.notice.emit(NoticeInput::CloseAll);
        self.finishing = true;
        self.failures = 0;
        self.start_next(sender);
    }

    /// Reads the next latent that was left, if it is their turn.
    pub(super) fn read_unfinished(&mut self, sender: &ComponentSender<Self>) -> bool {
        let next = if self.finishing { self.unfinished.pop_front() } else { None };
        let Some(left) = next else {
            self.finishing = false;
            self.unfinished.extend(self.set_aside.drain(..));
            return false;
        };
        if let Some(lane) = self.lanes.first_mut() {
            lane.phase = Phase::Starting;
        }
        let settings = self.settings.settings.clone();
        sender.spawn_oneshot_command(move || {
            let read = unfinished::read(&settings, &left.id);
            AppCommand::LatentRead(Box::new((left, read)))
        });
        true
    }

    pub(super) fn decode(
        &mut self,
        (left, read): (Unfinished, Result<DecodeRequest, Error>),
        sender: &ComponentSender<Self>,
    ) {
        if self.lanes.first().is_some_and(|lane| lane.phase == Phase::Stopping) {
            self.leave(Some(left));
            return self.end(0, Phase::Idle, sender);
        }
        match read {
            Ok(decode) => {
                self.start(0, Task::Decode(left.id, decode.finished), left.request, sender);
            }
            Err(error) => {
                self.leave(Some(left));
                self.fail(0, &error, &[], sender);
            }
        }
    }
}
