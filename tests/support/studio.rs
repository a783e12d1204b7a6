//! A home with a tiny model in it, and the pictures that are made there.

use crate::program::home;
use aiimagegen::engine::{Dtype, Recipe, Scale, SeededOptions, write_seeded};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Long enough for a busy machine, short enough for a person to wait for a failure.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A home whose settings point to a models folder with a tiny checkpoint in it.
pub fn home_with_model(defaults: &str) -> TempDir {
    let home = home();
    let shelf = home.path().join("models/checkpoints");
    fs::create_dir_all(&shelf).unwrap();
    fs::create_dir_all(home.path().join("settings")).unwrap();
    let settings = format!(
        "folders: {{models: ../models, output: ../pictures}}\n\
         defaults: {{checkpoint: tiny, width: 64, height: 64, devices: [cpu], {defaults}}}\n"
    );
    fs::write(home.path().join("settings/config.yaml"), settings).unwrap();
    let file = shelf.join("tiny.safetensors");
    let options = SeededOptions::default();
    write_seeded(Recipe::Sd15, Scale::Tiny, Dtype::F32, 0, &options, &file).unwrap();
    home
}

pub fn pictures(home: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(home.join("pictures")).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "png")).collect()
}

pub fn wait_for_pictures(home: &Path, count: usize) {
    let begin = Instant::now();
    while pictures(home).len() < count {
        assert!(begin.elapsed() < PATIENCE, "{count} pictures are not there");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The step in a title like "Step 3 of 20 – aiimagegen".
pub fn step(title: &str) -> Option<u32> {
    title.strip_prefix("Step ")?.split(' ').next()?.parse().ok()
}
