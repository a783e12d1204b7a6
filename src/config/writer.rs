//! The settings file as the window writes it: from several places and away from its thread, yet
//! so that what was decided last is what the file holds.

use super::{Config, Error};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The settings file; its copies are one and the same.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    path: Arc<PathBuf>,
    /// The number of the last settings that were to be written.
    decided: Arc<AtomicU64>,
    /// The number of those in the file; held while they are written.
    written: Arc<Mutex<u64>>,
}

/// Settings on their way into the file.
#[derive(Debug)]
pub struct Pending {
    file: ConfigFile,
    config: Config,
    number: u64,
}

impl ConfigFile {
    /// The file at `path`.
    pub fn new(path: PathBuf) -> Self {
        Self { path: Arc::new(path), decided: Arc::default(), written: Arc::default() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Decides that the file shall hold `config`: the order of these calls is what counts, not
    /// which [`Pending::write`] comes first.
    pub fn decide(&self, config: Config) -> Pending {
        let number = self.decided.fetch_add(1, Ordering::Relaxed) + 1;
        Pending { file: self.clone(), config, number }
    }
}

impl Pending {
    /// Writes the settings, unless newer ones are in the file already; gives them back. Waits for
    /// the disk, and for others that write.
    ///
    /// # Errors
    ///
    /// What [`Config::save`] says; the file is then as before.
    pub fn write(self) -> Result<Config, Error> {
        let mut written = self.file.written.lock().unwrap_or_else(PoisonError::into_inner);
        if *written < self.number {
            self.config.save(&self.file.path)?;
            *written = self.number;
        }
        drop(written);
        Ok(self.config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn with_steps(steps: u32) -> Config {
        let mut config = Config::default();
        config.defaults.steps = steps;
        config
    }

    fn steps(file: &ConfigFile) -> u32 {
        Config::load(file.path()).unwrap().defaults.steps
    }

    #[test]
    fn what_was_decided_last_is_in_the_file_whatever_is_written_first() {
        let folder = tempfile::tempdir().unwrap();
        let file = ConfigFile::new(folder.path().join("config.yaml"));
        let (old, new) = (file.decide(with_steps(1)), file.clone().decide(with_steps(2)));
        assert_eq!(new.write().unwrap(), with_steps(2));
        assert_eq!(old.write().unwrap(), with_steps(1), "no error: it is past, not lost");
        assert_eq!(steps(&file), 2);
        let pending: Vec<_> = (3..40).map(|steps| file.decide(with_steps(steps))).collect();
        let threads = pending.into_iter().rev().map(|one| thread::spawn(|| one.write().map(drop)));
        threads.collect::<Vec<_>>().into_iter().for_each(|one| one.join().unwrap().unwrap());
        assert_eq!(steps(&file), 39);
    }

    #[test]
    fn where_the_newer_ones_could_not_be_written_the_older_ones_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.yaml");
        std::fs::create_dir_all(path.join("in the way")).unwrap();
        let file = ConfigFile::new(path.clone());
        let (old, new) = (file.decide(with_steps(1)), file.decide(with_steps(2)));
        assert!(new.write().is_err());
        std::fs::remove_dir_all(&path).unwrap();
        old.write().unwrap();
        assert_eq!(steps(&file), 1);
    }
}
