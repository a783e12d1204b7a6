//! The real window by keyboard alone: Tab comes to every control in the order that people read,
//! and lists do what their keys say. Needs what `tests/accessible.rs` needs.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

#[path = "support/program.rs"]
#[allow(dead_code, reason = "shared with the tests of the commands")]
mod program;
#[path = "support/reader.rs"]
#[allow(dead_code, reason = "shared with the test of names")]
mod reader;
#[path = "support/screen.rs"]
#[allow(dead_code, reason = "shared with the tests of the window")]
mod screen;
#[path = "support/studio.rs"]
mod studio;

use program::home;
use reader::Bus;
use screen::{Screen, Window};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};
use studio::{PATIENCE, home_with_model, pictures, step, wait_for_pictures};

/// More controls than there are on any screen.
const MOST_STOPS: usize = 80;

/// Parts of the controls' names as people read the work screen, with a picture on it and its model
/// in memory: what cannot be done then has no stop.
const WORK_SCREEN: [&str; 31] = [
    "Clear model",
    "Generate",
    "More ways to generate",
    "Show or hide the left panel",
    "Show or hide the right panel",
    "Open a checkpoint elsewhere",
    "Look for models again",
    "Checkpoint",
    "VAE",
    "CLIP",
    "Size",
    "Width",
    "Height",
    "Swap width and height",
    "Sampler",
    "Scheduler",
    "Steps",
    "CFG scale",
    "Seed",
    "A new random seed now",
    "A new seed every time (-1)",
    "The last picture's seed",
    "Pictures",
    "Save as default",
    "Reset",
    "a red house",
    ".png",
    "Positive prompt",
    "Negative prompt",
    "Search pictures by name and prompt",
    "a red house, 64 \u{d7} 64",
];

/// The same of the setup's pages, from the button that has the keyboard first.
const SETUP: [&[&str]; 3] = [
    &[
        "Next",
        "Settings folder",
        "Pictures folder",
        "Choose the pictures folder",
        "Models folder",
        "Choose the models folder",
    ],
    &["Next", "Back"],
    &["Finish", "Language", "Back"],
];

/// Waits until the keyboard is somewhere that suits.
fn wait_for_focus(bus: &Bus, is_it: impl Fn(&str) -> bool) -> String {
    let begin = Instant::now();
    loop {
        let focus = bus.focus().unwrap_or_default();
        if is_it(&focus) {
            return focus;
        }
        assert!(begin.elapsed() < PATIENCE, "the keyboard is at {focus:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The controls that `key` leads to, up to the one that it started from.
fn round(window: &Window, bus: &Bus, key: &str) -> Vec<String> {
    let first = wait_for_focus(bus, |name| !name.is_empty());
    let mut stops = vec![first.clone()];
    loop {
        window.press(key);
        let last = stops.last().unwrap().clone();
        let next = wait_for_focus(bus, |name| !name.is_empty() && name != last);
        if next == first {
            return stops;
        }
        assert!(!stops.contains(&next), "{next:?} comes twice: {stops:#?}");
        stops.push(next);
        assert!(stops.len() < MOST_STOPS, "there is no way back: {stops:#?}");
    }
}

#[test]
fn tab_comes_to_every_control_of_the_work_screen_in_reading_order() {
    let screen = Screen::start();
    let bus = Bus::start(&screen);
    let home = home_with_model("steps: 2");
    let window = Window::open_with(&screen, home.path(), &bus.variables());
    window.type_text("a red house");
    window.press("ctrl+Return");
    wait_for_pictures(home.path(), 1);
    window.wait_for_title(PATIENCE, |title| title == "aiimagegen");
    bus.windows(PATIENCE);
    let stops = round(&window, &bus, "Tab");
    let mut expected = WORK_SCREEN.to_vec();
    let prompt = expected.iter().position(|name| *name == "Positive prompt").unwrap();
    // That is where the keyboard is first, and the file's name is its own.
    expected.rotate_left(prompt);
    assert_eq!(stops.len(), expected.len(), "{stops:#?}");
    for (stop, expected) in stops.iter().zip(expected) {
        assert!(stop.contains(expected), "{stop:?} is not {expected:?} in {stops:#?}");
    }
    let mut back = round(&window, &bus, "shift+Tab");
    back[1..].reverse();
    assert_eq!(back, stops, "backwards");
}

#[test]
fn tab_comes_to_every_control_of_the_setup() {
    let screen = Screen::start();
    let bus = Bus::start(&screen);
    let home = home();
    let window = Window::open_with(&screen, home.path(), &bus.variables());
    for (page, expected) in (1..).zip(SETUP) {
        let title = format!("Setup ({page} of 3) \u{2013} aiimagegen");
        window.wait_for_title(PATIENCE, |shown| shown == title);
        bus.windows(PATIENCE);
        let mut stops = round(&window, &bus, "Tab");
        assert_eq!(stops[0], expected[0]);
        // Graphics cards are as many as the machine has.
        stops.retain(|stop| page != 2 || expected.contains(&stop.as_str()));
        assert_eq!(stops, expected);
        window.press("alt+n");
    }
}

/// The prompts that wait, after the one under way.
fn waiting(home: &Path) -> Vec<String> {
    let json = std::fs::read(home.join("settings/session.json")).unwrap_or_default();
    let session: Value = serde_json::from_slice(&json).unwrap_or_default();
    let queue = session["queue"].as_array().cloned().unwrap_or_default();
    queue.iter().skip(1).map(|request| request["prompt"].as_str().unwrap().to_owned()).collect()
}

fn wait_for_order(home: &Path, order: &[&str]) {
    let begin = Instant::now();
    while waiting(home) != order {
        assert!(begin.elapsed() < PATIENCE, "{:?} is not {order:?}", waiting(home));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_queue_is_put_in_order_by_keys() {
    let screen = Screen::start();
    let bus = Bus::start(&screen);
    let home = home_with_model("steps: 1000");
    let window = Window::open_with(&screen, home.path(), &bus.variables());
    for prompt in ["now", "one", "two", "six"] {
        window.press("ctrl+a");
        window.type_text(prompt);
        window.press("ctrl+Return");
        window.wait_for_title(PATIENCE, |title| step(title).is_some());
    }
    wait_for_order(home.path(), &["one", "two", "six"]);
    let at = |row: &str| wait_for_focus(&bus, |name| name.starts_with(row));
    window.press("ctrl+j");
    let name = at("1: one");
    assert_eq!(name, "1: one, 64\u{d7}64, 1000 steps, tiny");
    window.press("Down");
    at("2: two");
    window.press("alt+Down");
    wait_for_order(home.path(), &["one", "six", "two"]);
    at("3: two");
    window.press("alt+Up");
    at("2: two");
    window.press("alt+Up");
    wait_for_order(home.path(), &["two", "one", "six"]);
    at("1: two");
    window.press("Down");
    at("2: one");
    window.press("Delete");
    wait_for_order(home.path(), &["two", "six"]);
    at("2: six");
    window.press("Delete");
    at("1: two");
    window.press("Delete");
    wait_for_order(home.path(), &[]);
    at("Positive prompt");
}

/// Waits until the line below the picture says that it is one of so many.
fn wait_for_place(bus: &Bus, place: &str) {
    let begin = Instant::now();
    loop {
        let windows = bus.windows(PATIENCE);
        let names = windows.iter().flat_map(reader::Node::all).map(|node| node.name.as_str());
        // The picture is called after its file too.
        let lines: Vec<&str> = names.filter(|name| name.contains(".png")).collect();
        if lines.iter().any(|line| line.starts_with(place)) {
            return;
        }
        assert!(begin.elapsed() < PATIENCE, "none of {lines:?} begins with {place:?}");
    }
}

#[test]
fn paging_goes_on_from_the_picture_that_is_shown_also_from_a_new_one() {
    let screen = Screen::start();
    let bus = Bus::start(&screen);
    let home = home_with_model("steps: 1");
    let window = Window::open_with(&screen, home.path(), &bus.variables());
    let make = |count: usize| {
        window.press("ctrl+Return");
        wait_for_pictures(home.path(), count);
        window.wait_for_title(PATIENCE, |title| title == "aiimagegen");
        wait_for_place(&bus, &format!("1 of {count}"));
    };
    make(1);
    make(2);
    window.press("ctrl+Page_Down");
    wait_for_place(&bus, "2 of 2");
    make(3);
    window.press("ctrl+Page_Down");
    wait_for_place(&bus, "2 of 3");
    window.press("ctrl+Page_Up");
    wait_for_place(&bus, "1 of 3");
    assert_eq!(pictures(home.path()).len(), 3);
}
