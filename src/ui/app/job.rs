//! One request from the form's values to the files of its pictures.

use super::{App, AppCommand};
use crate::catalog;
use crate::config::Defaults;
use crate::engine::{Generation, ModelRequest, Request};
use crate::metadata::PictureFacts;
use crate::output;
use crate::ui::Settings;
use crate::ui::canvas::Drawing;
use crate::ui::parameters::Values;
use relm4::ComponentSender;
use std::path::Path;

/// A request under way.
pub struct Job {
    /// Its id.
    pub id: u64,
    /// What was asked.
    pub request: Request,
}

impl Job {
    /// A request for `checkpoint` and the prompts (positive, negative).
    pub fn new(
        id: u64,
        checkpoint: &Path,
        (prompt, negative): (String, String),
        values: Values,
        defaults: &Defaults,
    ) -> Self {
        let model = ModelRequest {
            checkpoint: checkpoint.to_owned(),
            vae: defaults.vae.clone(),
            clip: defaults.clip.clone(),
            devices: defaults.devices.clone(),
            place: Vec::new(),
            precision: defaults.precision,
        };
        let request = Request {
            model,
            prompt,
            negative,
            width: values.width,
            height: values.height,
            steps: values.steps,
            cfg: values.cfg,
            sampler: defaults.sampler.clone(),
            scheduler: defaults.scheduler.clone(),
            seed: values.seed,
            batch: defaults.batch,
            trace: false,
        };
        Self { id, request }
    }

    /// Has the checkpoint's hash ready for when the picture is: of a large file it takes a while.
    pub fn prepare_hash(&self, settings: &Settings, sender: &ComponentSender<App>) {
        let checkpoint = self.request.model.checkpoint.clone();
        let settings = settings.settings.clone();
        sender.spawn_command(move |_| {
            // An unreadable file is the engine's to report.
            let _ = catalog::model_hash(&checkpoint, &settings);
        });
    }

    /// Shows and saves what was made, away from the window's thread.
    pub fn keep(self, made: Generation, settings: &Settings, sender: &ComponentSender<App>) {
        let (folder, settings) = (settings.output.clone(), settings.settings.clone());
        sender.spawn_command(move |out| {
            if let Some(drawing) = made.pictures.last().and_then(Drawing::new) {
                out.emit(AppCommand::Drawn(drawing, self.request.prompt.clone()));
            }
            let hash = catalog::model_hash(&self.request.model.checkpoint, &settings).ok();
            for (place, picture) in (0..).zip(&made.pictures) {
                let facts = self.facts(made.seed, hash.clone(), place);
                let facts = PictureFacts { width: picture.width, height: picture.height, ..facts };
                out.emit(AppCommand::Saved(output::save(&folder, picture, &facts)));
            }
        });
    }

    fn facts(&self, seed: u64, model_hash: Option<String>, batch_place: u32) -> PictureFacts {
        let request = &self.request;
        let name = |file: &Path| {
            file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
        };
        PictureFacts {
            prompt: request.prompt.clone(),
            negative: request.negative.clone(),
            steps: request.steps,
            sampler: request.sampler.clone(),
            scheduler: request.scheduler.clone(),
            cfg: request.cfg,
            seed,
            width: request.width,
            height: request.height,
            model: name(&request.model.checkpoint),
            model_hash,
            vae: request.model.vae.as_deref().map(name),
            batch: request.batch,
            batch_place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_and_the_defaults_make_the_request_and_its_facts() {
        let values = Values { width: 512, height: 256, steps: 9, cfg: 5.5, seed: Some(7) };
        let prompts = ("a house".to_owned(), "blurry".to_owned());
        let job = Job::new(3, Path::new("/m/v1.5.ckpt"), prompts, values, &Defaults::default());
        let request = &job.request;
        assert_eq!((request.width, request.height, request.seed), (512, 256, Some(7)));
        assert_eq!((request.sampler.as_str(), request.scheduler.as_str()), ("euler", "normal"));
        let facts = job.facts(7, Some("abc".into()), 0);
        assert_eq!((facts.model.as_str(), facts.cfg, facts.steps), ("v1.5", 5.5, 9));
    }
}
