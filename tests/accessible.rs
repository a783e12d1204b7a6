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
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// What the work screen's controls are called in English.
const NAMES: [&str; 9] = [
    "Load model",
    "Clear model",
    "Generate",
    "Checkpoint",
    "Sampler",
    "Scheduler",
    "Steps",
    "Seed",
    "Negative prompt",
];
/// Those whose panels are still being built; one that has come belongs to the others.
const NAMES_TO_COME: [&str; 6] =
    ["VAE", "CLIP", "Size", "CFG scale", "Positive prompt", "Generated images"];

/// Asserts that each control of the windows has a name.
fn assert_named(windows: &[Node]) {
    let nameless: Vec<String> = windows.iter().flat_map(Node::nameless).collect();
    assert!(nameless.is_empty(), "without a name:\n{}\n\nin {windows:?}", nameless.join("\n"));
}

#[test]
fn every_control_of_the_work_screen_has_a_name() {
    let screen = Screen::start();
    let bus = Bus::start(&screen);
    let home = home();
    let _window = Window::open_with(&screen, home.path(), &bus.variables());
    let windows = bus.windows(PATIENCE);
    assert_named(&windows);
    let all: Vec<&Node> = windows.iter().flat_map(Node::all).collect();
    assert!(all.iter().filter(|node| node.is_control()).count() > 5, "{windows:?}");
    let is_there = |name: &&str| all.iter().any(|it| !it.is_label() && it.name == **name);
    let (come, to_come): (Vec<&str>, Vec<&str>) = NAMES_TO_COME.iter().partition(|it| is_there(it));
    println!("still to come: {to_come:?}; to be moved to NAMES: {come:?}");
    let missing: Vec<_> = NAMES.iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "no control is called {missing:?} in {windows:?}");
}
