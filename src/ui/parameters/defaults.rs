//! The form's values and the settings' defaults, each made from the other.

use super::Values;
use crate::config::{Config, Defaults, Error};
use std::path::Path;

impl Values {
    /// The values that the settings ask for.
    pub fn of(defaults: &Defaults) -> Self {
        Self {
            width: defaults.width,
            height: defaults.height,
            sampler: defaults.sampler.clone(),
            scheduler: defaults.scheduler.clone(),
            steps: defaults.steps,
            cfg: defaults.cfg,
            seed: u64::try_from(defaults.seed).ok(),
            count: 1,
        }
    }

    /// Puts size, sampler, scheduler, steps and CFG scale into `defaults`; a seed and a number of
    /// pictures are for one occasion.
    pub fn become_defaults(&self, defaults: &mut Defaults) {
        (defaults.width, defaults.height) = (self.width, self.height);
        defaults.sampler.clone_from(&self.sampler);
        defaults.scheduler.clone_from(&self.scheduler);
        (defaults.steps, defaults.cfg) = (self.steps, self.cfg);
    }

    /// Writes them as defaults into the settings `file`, whose other keys stay.
    ///
    /// # Errors
    ///
    /// Those of reading and of writing the file.
    pub fn save_as_default(&self, file: &Path) -> Result<(), Error> {
        let mut config = Config::load(file)?;
        self.become_defaults(&mut config.defaults);
        config.save(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_defaults_leave_everything_else_in_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.yaml");
        let text = "folders: {models: /m}\ndefaults: {seed: 7, batch: 2, later: x}\ntheme: dark\n";
        std::fs::write(&file, text).unwrap();
        let values = Values {
            width: 832,
            height: 1216,
            sampler: "heun".into(),
            scheduler: "karras".into(),
            steps: 31,
            cfg: 4.5,
            seed: Some(99),
            count: 12,
        };
        values.save_as_default(&file).unwrap();
        let defaults = Config::load(&file).unwrap().defaults;
        let back = Values { count: 12, seed: Some(99), ..Values::of(&defaults) };
        assert_eq!((back, defaults.seed, defaults.batch), (values, 7, 2));
        let written = std::fs::read_to_string(&file).unwrap();
        for kept in ["theme: dark", "later: x", "models: /m"] {
            assert!(written.contains(kept), "{kept} in {written}");
        }
    }
}
