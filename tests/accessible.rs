//! The real window as a screen reader finds it: every control has a name, and those of the work
//! screen have the names that people are told. Needs Xvfb, openbox, xdotool, dbus-daemon and
//! at-spi2-core.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

#[path = "support/program.rs"]
#[allow(dead_code, reason = "shared with the tests of the commands")]
mod program;
#[path = "support/reader.rs"]
#[allow(dead_code, reason = "shared with the test of the session")]
mod reader;
#[path = "support/screen.rs"]
#[allow(dead_code, reason = "shared with the tests of the window")]
mod screen;

use program::home;
use reader::{Bus, Node};
use screen::{Screen, Window};
use std::fs;
use std::time::Duration;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// What the work screen's controls are called in English.
const NAMES: [&str; 15] = [
    "Load model",
    "Clear model",
    "Generate",
    "Checkpoint",
    "VAE",
    "CLIP",
    "Size",
    "Sampler",
    "Scheduler",
    "Steps",
    "CFG scale",
    "Seed",
    "Positive prompt",
    "Negative prompt",
    "Generated images",
];

/// Asserts that each control of the windows has a name.
fn assert_named(windows: &[Node]) {
    let nameless: Vec<String> = windows.iter().flat_map(Node::nameless).collect();
    assert!(nameless.is_empty(), "without a name:\n{}\n\nin {windows:?}", nameless.join("\n"));
}

/// A home that has been set up, so that the work screen opens.
fn home_with_settings() -> TempDir {
    let home = home();
    let settings = home.path().join("settings");
    fs::create_dir_all(&settings).unwrap();
    let text = "folders: {models: ../models, output: ../pictures}\ndefaults: {devices: [cpu]}\n";
    fs::write(settings.join("config.yaml"), text).unwrap();
    home
}

#[test]
fn every_control_of_the_work_screen_has_a_name() {
    let screen = Screen::start();
    let bus = Bus::start(&screen);
    let home = home_with_settings();
    let _window = Window::open_with(&screen, home.path(), &bus.variables());
    let windows = bus.windows(PATIENCE);
    assert_named(&windows);
    let all: Vec<&Node> = windows.iter().flat_map(Node::all).collect();
    assert!(all.iter().filter(|node| node.is_control()).count() > 5, "{windows:?}");
    let is_there = |name: &&str| all.iter().any(|it| !it.is_label() && it.name == **name);
    let missing: Vec<_> = NAMES.iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "no control is called {missing:?} in {windows:?}");
}

#[test]
fn every_control_of_the_setup_has_a_name() {
    let screen = Screen::start();
    let bus = Bus::start(&screen);
    let home = home();
    let window = Window::open_with(&screen, home.path(), &bus.variables());
    for _page in 0..3 {
        let windows = bus.windows(PATIENCE);
        assert_named(&windows);
        let all = windows.iter().flat_map(Node::all);
        assert!(all.filter(|node| node.is_control()).count() > 2, "{windows:?}");
        window.press("alt+n");
        std::thread::sleep(Duration::from_millis(300));
    }
}
