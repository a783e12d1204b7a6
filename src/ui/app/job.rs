//! One request from the form's values to the files of its pictures.

use super::lanes::Question;
use super::{App, AppCommand};
use crate::catalog::{self, Shelf};
use crate::engine::{
    DecodeRequest, Device, Error, Event, FinishedLatent, Generation, Mode, ModelRequest, Placement,
    Request,
};
use crate::engine_process::{self, Launch, TEST_PATIENCE};
use crate::metadata::PictureFacts;
use crate::output;
use crate::ui::Settings;
use crate::ui::canvas::Drawing;
use crate::unfinished::{self, Unfinished};
use crate::worker::WorkerInput;
use crossbeam_channel::{Receiver, bounded};
use relm4::ComponentSender;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A picture waits so long for its checkpoint's hash, which on a slow disk may take longer.
const HASH_PATIENCE: Duration = Duration::from_secs(120);

/// What a request is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// The model alone.
    Load,
    /// Pictures.
    Generate,
    /// The pictures of a latent that was kept under this id.
    Decode(String, FinishedLatent),
}

/// A request under way.
pub struct Job {
    /// Its id.
    pub id: u64,
    /// What for.
    pub task: Task,
    /// What was asked.
    pub request: Request,
    /// Brings the checkpoint's hash, or ends without one.
    hash: Option<Receiver<String>>,
    /// Brings the id that its latent is kept under, or ends without one.
    latent: Option<Receiver<String>>,
    /// Where that is known here.
    kept: Option<String>,
    /// Whether the worker has it.
    pub is_sent: bool,
    /// The card that it is made on; without one, the engine chooses.
    pub device: Option<Device>,
}

impl Job {
    /// A request.
    pub fn new(id: u64, task: Task, request: Request) -> Self {
        Self {
            id,
            task,
            request,
            hash: None,
            latent: None,
            kept: None,
            is_sent: false,
            device: None,
        }
    }

    /// Whether pictures come of it.
    pub fn makes_pictures(&self) -> bool {
        self.task != Task::Load
    }

    /// Whether nothing would be left of it if this process ended.
    pub fn is_lost_without_queue(&self) -> bool {
        self.task == Task::Generate && self.kept.is_none()
    }

    /// What the worker is to do.
    pub fn order(&self) -> WorkerInput {
        let (id, mut request) = (self.id, self.request.clone());
        if let Some(device) = self.device {
            request.model = request.model.on(device);
        }
        match &self.task {
            Task::Load => WorkerInput::Load(id, request.model),
            Task::Generate => WorkerInput::Generate(id, Box::new(request)),
            Task::Decode(_, finished) => {
                let finished = finished.clone();
                WorkerInput::Decode(id, Box::new(DecodeRequest { model: request.model, finished }))
            }
        }
    }

    /// Finds the model's files, away from the window's thread, and then has the checkpoint's hash
    /// ready for when the picture is: of a large file it takes a while.
    ///
    /// If there is a question, it is answered in between.
    pub fn prepare(
        &mut self,
        settings: &Settings,
        question: Option<Question>,
        sender: &ComponentSender<App>,
    ) {
        let (id, model) = (self.id, self.request.model.clone());
        let (launch, request) = (settings.engine.clone(), self.request.clone());
        let makes_pictures = self.makes_pictures();
        let (models, output) = (settings.models.clone(), settings.output.clone());
        let settings = settings.settings.clone();
        let (bring, hash) = bounded(1);
        self.hash = Some(hash);
        sender.spawn_command(move |out| {
            let found = find_parts(model, &models);
            // Nothing is computed that could not be kept.
            let found = match output::probe_folder(&output) {
                Err(error) if makes_pictures => Err(error),
                _ => found,
            };
            if let (Some(question), Ok(model)) = (question, &found) {
                let request = Request { model: model.clone(), ..request };
                let mut hear = |event| out.emit(AppCommand::Placing(id, event));
                let cards = ask(&launch, request, question, &mut hear);
                out.emit(AppCommand::Shared(id, cards));
            }
            let checkpoint = found.as_ref().ok().map(|model| model.checkpoint.clone());
            out.emit(AppCommand::Prepared(id, found));
            // An unreadable file is the engine's to report.
            if let Some(checkpoint) = checkpoint.filter(|_| makes_pictures)
                && let Ok(digits) = catalog::model_hash(&checkpoint, &settings)
            {
                let _ = bring.send(digits);
            }
        });
    }

    /// Keeps the latent on disk while it is decoded, away from the window's thread.
    pub fn keep_latent(
        &mut self,
        finished: FinishedLatent,
        settings: &Settings,
        sender: &ComponentSender<App>,
    ) {
        let (settings, id, request) = (settings.settings.clone(), self.id, self.request.clone());
        let (bring, latent) = bounded(1);
        self.latent = Some(latent);
        sender.spawn_oneshot_command(move || {
            let kept = unfinished::save(&settings, &request, &finished);
            if let Ok(id) = &kept {
                let _ = bring.send(id.clone());
            }
            AppCommand::LatentKept(id, kept)
        });
    }

    /// The latent is on disk, under this id.
    pub fn is_kept_as(&mut self, id: String) {
        self.kept = Some(id);
    }

    /// The id that its latent is kept under.
    pub fn kept_id(&self) -> Option<&str> {
        match &self.task {
            Task::Decode(id, _) => Some(id),
            _ => self.kept.as_deref(),
        }
    }

    /// What can still be finished of it, when its pictures have not come.
    pub fn left(self) -> Option<Unfinished> {
        let (id, seed) = match (self.task, self.kept) {
            (Task::Decode(id, finished), _) => (id, finished.seed),
            (Task::Generate, Some(id)) => (id, self.request.seed.unwrap_or_default()),
            _ => return None,
        };
        Some(Unfinished { id, request: self.request, seed, saved: SystemTime::now() })
    }

    /// Shows and saves what was made, away from the window's thread.
    pub fn keep(&mut self, made: Generation, settings: &Settings, sender: &ComponentSender<App>) {
        let (folder, settings) = (settings.output.clone(), settings.settings.clone());
        let (id, request) = (self.id, self.request.clone());
        let (hash, latent) = (self.hash.take(), self.latent.take());
        let read = if let Task::Decode(id, _) = &self.task { Some(id.clone()) } else { None };
        sender.spawn_command(move |out| {
            if let Some(drawing) = made.pictures.last().and_then(Drawing::new) {
                out.emit(AppCommand::Drawn(id, drawing, request.prompt.clone()));
            }
            let hash = hash.and_then(|hash| hash.recv_timeout(HASH_PATIENCE).ok());
            let mut all_saved = true;
            for (place, picture) in (0..).zip(&made.pictures) {
                let facts = PictureFacts::of(&request, &made, place, hash.clone());
                let saved = output::save(&folder, picture, &facts);
                all_saved &= saved.is_ok();
                let drawn = place as usize + 1 == made.pictures.len();
                out.emit(AppCommand::Saved(id, saved, drawn));
            }
            let kept = read.or_else(|| latent.and_then(|latent| latent.recv().ok()));
            if let Some(id) = kept.filter(|_| all_saved)
                && let Err(error) = unfinished::remove(&settings, &id)
            {
                log::warn!("{error}");
            }
            out.emit(AppCommand::Kept { id, all_saved });
        });
    }
}

/// The cards that make requests like this one at the same time; none where one engine makes all.
fn ask(
    launch: &Launch,
    request: Request,
    question: Question,
    on_event: &mut dyn FnMut(Event),
) -> Vec<Device> {
    let Question { waiting, to_be_freed } = question;
    let waits = (request, waiting);
    match engine_process::place_queue(launch, waits, to_be_freed, TEST_PATIENCE, on_event) {
        Ok(Some(Placement { mode: Mode::QueueInParallel { devices }, .. })) => devices,
        Ok(_) => Vec::new(),
        Err(error) => {
            // The request itself tells the user, if it fails for the same reason.
            log::warn!("what waits is made one after another: {error}");
            Vec::new()
        }
    }
}

/// The same model with separate parts that were named, not located, as files of the folder
/// `models`.
fn find_parts(mut model: ModelRequest, models: &Path) -> Result<ModelRequest, Error> {
    if let Some(vae) = &mut model.vae {
        *vae = catalog::find(models, Shelf::Vae, vae)?;
    }
    for clip in &mut model.clip {
        *clip = catalog::find(models, Shelf::Clip, clip)?;
    }
    Ok(model)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Defaults;

    #[test]
    fn what_the_queue_has_to_remember_is_what_nothing_else_does() {
        let defaults = Defaults::default();
        let request = defaults.request(defaults.model("/m/a.ckpt".into()), "a".into());
        let finished = FinishedLatent::default();
        let decode = Task::Decode("1".into(), finished);
        let job = |task| Job::new(3, task, request.clone());
        assert!(!job(Task::Load).is_lost_without_queue() && !job(Task::Load).makes_pictures());
        assert!(
            !job(decode.clone()).is_lost_without_queue() && job(decode.clone()).makes_pictures()
        );
        let mut generate = job(Task::Generate);
        assert!(generate.is_lost_without_queue());
        assert!(matches!(generate.order(), WorkerInput::Generate(3, order) if *order == request));
        generate.device = Some(Device::Cuda(1));
        let WorkerInput::Generate(3, order) = generate.order() else { panic!() };
        assert_eq!(order.model, request.model.on(Device::Cuda(1)));
        generate.is_kept_as("2".into());
        assert!(!generate.is_lost_without_queue());
        assert_eq!(generate.left().unwrap().id, "2");
        assert_eq!(job(decode.clone()).left().unwrap().id, "1");
        assert!(job(Task::Load).left().is_none());
        assert!(
            matches!(job(decode).order(), WorkerInput::Decode(3, order) if order.model == request.model)
        );
    }

    #[test]
    fn separate_parts_are_found_by_name_in_their_folders() {
        let models = tempfile::tempdir().unwrap();
        let files =
            ["vae/ft-mse.safetensors", "clip/l.safetensors", "clip/x/l2.pt", "clip/y/l2.pt"];
        let files = files.map(|file| models.path().join(file));
        for file in &files {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        let asked = |vae: &str, clip: &[&str]| ModelRequest {
            vae: Some(vae.into()),
            clip: clip.iter().map(Into::into).collect(),
            ..ModelRequest::default()
        };
        let found = find_parts(asked("ft-mse", &["l", "/elsewhere/g.ckpt"]), models.path());
        let found = found.unwrap();
        assert_eq!(found.vae.as_ref(), Some(&files[0]));
        assert_eq!(found.clip, [files[1].clone(), "/elsewhere/g.ckpt".into()]);
        let ambiguous = find_parts(asked("ft-mse", &["l2"]), models.path());
        assert!(matches!(ambiguous, Err(Error::BadValue { .. })), "{ambiguous:?}");
    }
}
