//! Clearing the model gives its memory back, whatever it was on, and it can be loaded again.
//! Needs Xvfb, openbox, xdotool and xprop.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

#[path = "support/program.rs"]
#[allow(dead_code, reason = "shared with the tests of the commands")]
mod program;
#[path = "support/screen.rs"]
#[allow(dead_code, reason = "shared with the tests of the window")]
mod screen;
#[path = "support/studio.rs"]
#[allow(dead_code, reason = "shared with the tests of the window")]
mod studio;

use aiimagegen::engine::{Dtype, Recipe, Scale, SeededOptions, write_seeded};
use screen::{Screen, Window};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use studio::{home_with_model, wait_for_pictures};

/// What may be left, in bytes.
const LEFT: u64 = 64 << 20;
/// A card that is computed in software is tested before its first use: a minute, and longer where
/// other tests run.
const PATIENCE: Duration = Duration::from_secs(400);

/// Bytes that the window's process and those it has started hold alone.
fn held(window: &Window) -> u64 {
    let processes = window.children().into_iter().chain([window.pid()]);
    let field = |status: &str, name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let size = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        size.unwrap_or(0) << 10
    };
    let held = processes.map(|process| {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        field(&status, "RssAnon:") + field(&status, "RssShmem:")
    });
    held.sum()
}

fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A home with a model that is larger than what may be left of it.
fn home_with_large_model(device: &str) -> tempfile::TempDir {
    let home = home_with_model("steps: 1");
    let settings = home.path().join("settings/config.yaml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("[cpu]", &format!("[\"{device}\"]"))).unwrap();
    let file = home.path().join("models/checkpoints/tiny.safetensors");
    let options = SeededOptions::default();
    write_seeded(Recipe::Sdxl, Scale::Mini, Dtype::F32, 0, &options, &file).unwrap();
    home
}

fn clear_and_load_again(screen: &Screen, home: &Path) {
    let variables = [("AIIMAGEGEN_SOFTWARE_GPU", "1")];
    let window = Window::open_with(screen, home, &variables);
    wait_for("the drivers are asked by a process that ends", || window.children().is_empty());
    let before = held(&window);
    window.press("ctrl+Return");
    let begin = Instant::now();
    while studio::pictures(home).is_empty() {
        assert!(begin.elapsed() < PATIENCE, "no picture in {:?}", window.title());
        std::thread::sleep(Duration::from_millis(50));
    }
    window.wait_for_title(PATIENCE, |title| title == "aiimagegen");
    let loaded = held(&window);
    assert!(loaded > before + LEFT + LEFT / 2, "{before} bytes, and {loaded} with a model");
    window.press("ctrl+shift+l");
    wait_for("the engine's process has ended", || window.children().is_empty());
    // The window hears of it and redraws.
    std::thread::sleep(Duration::from_secs(1));
    let after = held(&window);
    assert!(after < before + LEFT, "{before} bytes before, {after} after");
    window.press("ctrl+l");
    wait_for("it is loaded again", || held(&window) > after + LEFT);
    window.wait_for_title(PATIENCE, |title| title == "aiimagegen");
    window.press("ctrl+Return");
    wait_for_pictures(home, 2);
}

#[test]
fn a_cleared_model_leaves_the_machine_s_memory() {
    let screen = Screen::start();
    let home = home_with_large_model("cpu");
    clear_and_load_again(&screen, home.path());
}

#[cfg(feature = "gpu")]
#[test]
fn a_cleared_model_leaves_a_card_s_memory() {
    let screen = Screen::start();
    // This card's memory is the machine's.
    let home = home_with_large_model("vulkan:0");
    clear_and_load_again(&screen, home.path());
}
