//! One request from the form's values to the files of its pictures.

use super::{App, AppCommand};
use crate::catalog::{self, Shelf};
use crate::config::Defaults;
use crate::engine::{Error, Generation, ModelRequest, Request};
use crate::metadata::PictureFacts;
use crate::output;
use crate::ui::Settings;
use crate::ui::canvas::Drawing;
use crate::ui::models::ModelChoice;
use crate::ui::parameters::Values;
use crossbeam_channel::{Receiver, bounded};
use relm4::ComponentSender;
use std::path::Path;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// The model alone.
    Load,
    /// Pictures.
    Generate,
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
}

impl Job {
    /// A request for the chosen `checkpoint`, with the separate parts of `choice`, and the prompts
    /// (positive, negative).
    pub fn new(
        (id, task): (u64, Task),
        (checkpoint, choice): (&Path, ModelChoice),
        (prompt, negative): (String, String),
        values: Values,
        defaults: &Defaults,
    ) -> Self {
        let model = ModelRequest {
            vae: choice.vae,
            clip: choice.clip,
            ..defaults.model(checkpoint.to_owned())
        };
        let request = Request {
            negative,
            width: values.width,
            height: values.height,
            steps: values.steps,
            cfg: values.cfg,
            sampler: values.sampler,
            scheduler: values.scheduler,
            seed: values.seed,
            ..defaults.request(model, prompt)
        };
        Self { id, task, request, hash: None }
    }

    /// Finds the model's files, away from the window's thread, and then has the checkpoint's hash
    /// ready for when the picture is: of a large file it takes a while.
    pub fn prepare(&mut self, settings: &Settings, sender: &ComponentSender<App>) {
        let (id, task, model) = (self.id, self.task, self.request.model.clone());
        let (models, settings) = (settings.models.clone(), settings.settings.clone());
        let (bring, hash) = bounded(1);
        self.hash = Some(hash);
        sender.spawn_command(move |out| {
            let checkpoint = model.checkpoint.clone();
            let found = find_parts(model, &models);
            let goes_on = found.is_ok() && task == Task::Generate;
            out.emit(AppCommand::Prepared(id, found));
            // An unreadable file is the engine's to report.
            if goes_on && let Ok(digits) = catalog::model_hash(&checkpoint, &settings) {
                let _ = bring.send(digits);
            }
        });
    }

    /// Shows and saves what was made, away from the window's thread.
    pub fn keep(self, made: Generation, settings: &Settings, sender: &ComponentSender<App>) {
        let folder = settings.output.clone();
        sender.spawn_command(move |out| {
            if let Some(drawing) = made.pictures.last().and_then(Drawing::new) {
                out.emit(AppCommand::Drawn(drawing, self.request.prompt.clone()));
            }
            let hash = self.hash.as_ref().and_then(|hash| hash.recv().ok());
            let mut all_saved = true;
            for (place, picture) in (0..).zip(&made.pictures) {
                let facts = PictureFacts::of(&self.request, &made, place, hash.clone());
                let saved = output::save(&folder, picture, &facts);
                all_saved &= saved.is_ok();
                out.emit(AppCommand::Saved(saved));
            }
            out.emit(AppCommand::Kept { all_saved });
        });
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
    use crate::engine::{self, Array, ModelSummary, Timings};

    #[test]
    fn the_form_and_the_defaults_make_the_request_and_its_facts() {
        let values = Values {
            width: 512,
            height: 256,
            sampler: "heun".into(),
            scheduler: "karras".into(),
            steps: 9,
            cfg: 5.5,
            seed: Some(7),
            count: 1,
        };
        let prompts = ("a house".to_owned(), "blurry".to_owned());
        let checkpoint = Path::new("/m/v1.5.ckpt");
        let mut defaults = Defaults::default();
        defaults.vae = Some("other".into());
        let choice = ModelChoice { vae: None, clip: vec!["l".into()], checkpoint: None };
        let model = (checkpoint, choice);
        let job = Job::new((3, Task::Generate), model, prompts, values, &defaults);
        let request = &job.request;
        assert_eq!((&request.model.vae, &request.model.clip[..]), (&None, &["l".into()][..]));
        assert_eq!((request.width, request.height, request.seed), (512, 256, Some(7)));
        assert_eq!((request.sampler.as_str(), request.scheduler.as_str()), ("heun", "karras"));
        let made = Generation {
            pictures: Vec::new(),
            latent: Array { shape: Vec::new(), data: engine::Values::F32(Vec::new()) },
            seed: 7,
            nan_retries: 0,
            timings: Timings::default(),
            model: ModelSummary {
                family: "sd1".into(),
                prediction: "eps".into(),
                stages: Vec::new(),
                load_s: 0.0,
                weight_bytes: 0,
            },
            trace: Vec::new(),
        };
        let facts = PictureFacts::of(request, &made, 0, Some("abc".into()));
        assert_eq!((facts.model.as_str(), facts.cfg, facts.steps), ("v1.5", 5.5, 9));
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
