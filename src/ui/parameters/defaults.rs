//! The form's values and the settings' defaults, each made from the other.

use super::size::nearest;
use super::{LOW_BITS, Values};
use crate::config::Defaults;
use crate::engine::{self, Named, Request};
use crate::metadata::Recovered;

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

    /// `base` with these values.
    pub fn request(&self, base: Request) -> Request {
        Request {
            width: self.width,
            height: self.height,
            sampler: self.sampler.clone(),
            scheduler: self.scheduler.clone(),
            steps: self.steps,
            cfg: self.cfg,
            seed: self.seed,
            ..base
        }
    }

    /// Takes over what a picture says of itself; its seed only where that is wanted.
    pub fn take(&mut self, found: &Recovered, with_seed: bool) {
        let known = |wanted: &Option<String>, rows: Vec<Named>| {
            wanted.clone().filter(|wanted| rows.iter().any(|row| row.name == wanted))
        };
        let said = |size: Option<u32>| size.filter(|size| *size > 0).map(nearest);
        self.width = said(found.width).unwrap_or(self.width);
        self.height = said(found.height).unwrap_or(self.height);
        self.steps = found.steps.unwrap_or(self.steps);
        self.cfg = found.cfg.unwrap_or(self.cfg);
        if let Some(sampler) = known(&found.sampler, engine::samplers()) {
            self.sampler = sampler;
        }
        if let Some(scheduler) = known(&found.scheduler, engine::schedulers()) {
            self.scheduler = scheduler;
        }
        if with_seed {
            self.seed = found.seed.map(|seed| seed & LOW_BITS).or(self.seed);
        }
        self.count = 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::metadata::Source;

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
        let mut config = Config::load(&file).unwrap();
        values.become_defaults(&mut config.defaults);
        config.save(&file).unwrap();
        let defaults = Config::load(&file).unwrap().defaults;
        let back = Values { count: 12, seed: Some(99), ..Values::of(&defaults) };
        assert_eq!((back, defaults.seed, defaults.batch), (values, 7, 2));
        let written = std::fs::read_to_string(&file).unwrap();
        for kept in ["theme: dark", "later: x", "models: /m"] {
            assert!(written.contains(kept), "{kept} in {written}");
        }
    }

    #[test]
    fn a_picture_s_values_are_taken_over_where_they_mean_something_here() {
        let found = Recovered {
            source: Source::Automatic1111,
            prompt: "a".into(),
            negative: String::new(),
            steps: Some(33),
            cfg: None,
            seed: Some((7 << 32) + 5),
            sampler: Some("heun".into()),
            scheduler: Some("brand_new".into()),
            width: Some(1001),
            height: Some(0),
            model: None,
            model_hash: None,
            vae: None,
            unhonoured: Vec::new(),
        };
        let before = Values::of(&Defaults::default());
        let mut values = before.clone();
        values.take(&found, false);
        let wanted = Values { width: 1000, steps: 33, sampler: "heun".into(), ..before };
        assert_eq!(values, wanted);
        values.take(&found, true);
        assert_eq!(values, Values { seed: Some(5), ..wanted });
        for (said, taken) in [(1004, 1008), (5, 8), (100_000, 8192)] {
            values.take(&Recovered { width: Some(said), ..found.clone() }, true);
            assert_eq!(values.width, taken, "{said}: what can be made, as with a typed size");
        }
    }
}
