//! Work that is not lost: the queue, the prompts and finished latents outlive the window.
//! Needs Xvfb, openbox, xdotool and xprop.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

#[path = "support/program.rs"]
#[allow(dead_code, reason = "shared with the tests of the commands")]
mod program;
#[path = "support/screen.rs"]
#[allow(dead_code, reason = "shared with the tests of the window")]
mod screen;
#[path = "support/studio.rs"]
mod studio;

use aiimagegen::config::Defaults;
use aiimagegen::engine::{
    Device, Dtype, FinishedLatent, Latent, Recipe, Scale, SeededOptions, write_seeded,
};
use aiimagegen::unfinished;
use screen::{Screen, Window};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};
use studio::{PATIENCE, home_with_model, pictures, step, wait_for_pictures};

/// What the window would come back with.
fn session(home: &Path) -> Value {
    let json = std::fs::read(home.join("settings/session.json")).unwrap_or_default();
    serde_json::from_slice(&json).unwrap_or_default()
}

/// Waits until so many requests are in the session's queue.
fn wait_for_queue(home: &Path, count: usize) {
    let begin = Instant::now();
    while session(home)["queue"].as_array().map(Vec::len) != Some(count) {
        assert!(begin.elapsed() < PATIENCE, "{}", session(home));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_queue_and_the_prompt_survive_a_kill_and_wait_for_the_user() {
    let screen = Screen::start();
    let home = home_with_model("steps: 300");
    let window = Window::open(&screen, home.path());
    window.type_text("a red house");
    for _ in 0..3 {
        window.press("ctrl+Return");
    }
    window.wait_for_title(PATIENCE, |title| step(title).is_some());
    wait_for_queue(home.path(), 3);
    drop(window);
    assert!(pictures(home.path()).is_empty());
    let window = Window::open(&screen, home.path());
    std::thread::sleep(Duration::from_secs(1));
    assert!(window.children().is_empty(), "nobody has asked for pictures yet");
    // Menu "Generate", "Start the queue".
    window.press("alt+g");
    std::thread::sleep(Duration::from_millis(300));
    window.press("u");
    wait_for_pictures(home.path(), 3);
    window.wait_for_title(PATIENCE, |title| title == "aiimagegen");
    wait_for_queue(home.path(), 0);
    assert_eq!(session(home.path())["positive"], "a red house");
    let text = std::fs::read(&pictures(home.path())[0]).unwrap();
    assert!(String::from_utf8_lossy(&text).contains("a red house\nSteps: 300"));
}

#[test]
fn the_first_start_takes_a_checkpoint_for_words_and_the_usual_size_of_its_family() {
    let screen = Screen::start();
    let home = home_with_model("steps: 2");
    let settings =
        "folders: {models: ../models, output: ../pictures}\ndefaults: {devices: [cpu]}\n";
    std::fs::write(home.path().join("settings/config.yaml"), settings).unwrap();
    let first = home.path().join("models/checkpoints/a inpaint.safetensors");
    let options = SeededOptions::default();
    write_seeded(Recipe::Sd15Inpaint, Scale::Tiny, Dtype::F32, 0, &options, &first).unwrap();
    let _window = Window::open(&screen, home.path());
    let is_it = |session: &Value| {
        let checkpoint = session["models"]["checkpoint"].as_str().unwrap_or_default();
        let size = (&session["values"]["width"], &session["values"]["height"]);
        checkpoint.ends_with("/tiny.safetensors") && size == (&512.into(), &512.into())
    };
    let begin = Instant::now();
    while !is_it(&session(home.path())) {
        assert!(begin.elapsed() < PATIENCE, "{}", session(home.path()));
        std::thread::sleep(Duration::from_millis(20));
    }
    let written = std::fs::read_to_string(home.path().join("settings/config.yaml")).unwrap();
    assert_eq!(written, settings, "the defaults are the user's");
}

#[test]
fn the_first_start_without_a_model_makes_a_picture_with_the_one_in_the_box() {
    let screen = Screen::start();
    let home = home_with_model("steps: 2");
    std::fs::remove_dir_all(home.path().join("models")).unwrap();
    // A size that was saved for other models: the demo has its own.
    let settings = "folders: {models: ../models, output: ../pictures}\n\
                    defaults: {devices: [cpu], steps: 2, width: 768, height: 512}\n";
    std::fs::write(home.path().join("settings/config.yaml"), settings).unwrap();
    let window = Window::open(&screen, home.path());
    let begin = Instant::now();
    while session(home.path())["values"]["width"] != 192 {
        assert!(begin.elapsed() < PATIENCE, "{}", session(home.path()));
        std::thread::sleep(Duration::from_millis(20));
    }
    window.type_text("a red house under a full moon");
    window.press("ctrl+Return");
    wait_for_pictures(home.path(), 1);
    window.wait_for_title(PATIENCE, |title| title == "aiimagegen");
    let png = std::fs::read(&pictures(home.path())[0]).unwrap();
    let text = String::from_utf8_lossy(&png);
    for part in ["a red house under a full moon\nSteps: 2", "Size: 192x192", "Model: built-in-demo"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    let written = std::fs::read_to_string(home.path().join("settings/config.yaml")).unwrap();
    assert_eq!(written, settings, "the defaults are the user's");
}

#[test]
fn escape_stops_one_picture_and_the_next_one_follows() {
    let screen = Screen::start();
    let home = home_with_model("steps: 300");
    let window = Window::open(&screen, home.path());
    window.press("ctrl+Return");
    window.press("ctrl+Return");
    window.wait_for_title(PATIENCE, |title| step(title).is_some());
    wait_for_queue(home.path(), 2);
    window.press("Escape");
    wait_for_pictures(home.path(), 1);
    window.wait_for_title(PATIENCE, |title| title == "aiimagegen");
    assert_eq!(pictures(home.path()).len(), 1);
    wait_for_queue(home.path(), 0);
}

/// Keeps a latent for a picture of the checkpoint `name`.
fn leave_latent(home: &Path, name: &str) {
    #[allow(clippy::field_reassign_with_default, reason = "one of its fields is private")]
    let mut defaults = Defaults::default();
    (defaults.width, defaults.height, defaults.devices) = (64, 64, vec![Device::Cpu]);
    let checkpoint = home.join("models/checkpoints").join(name);
    let request = defaults.request(defaults.model(checkpoint), "a kept house".into());
    let values = (0..256_u16).map(|n| f32::from(n % 17) / 8.0 - 1.0).collect();
    let latent = Latent { batch: 1, channels: 4, height: 8, width: 8, data: values };
    let finished = FinishedLatent { latent, seed: 77 };
    unfinished::save(&home.join("settings"), &request, &finished).unwrap();
}

/// Waits until so many latents are kept.
fn wait_for_latents(home: &Path, count: usize) {
    let begin = Instant::now();
    let kept = || unfinished::list(&home.join("settings")).len();
    while kept() != count {
        assert!(begin.elapsed() < PATIENCE, "{} latents, not {count}", kept());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_latent_that_was_left_becomes_its_picture() {
    let screen = Screen::start();
    let home = home_with_model("steps: 2");
    leave_latent(home.path(), "tiny.safetensors");
    let window = Window::open(&screen, home.path());
    window.press("alt+g");
    std::thread::sleep(Duration::from_millis(300));
    window.press("f");
    wait_for_pictures(home.path(), 1);
    window.wait_for_title(PATIENCE, |title| title == "aiimagegen");
    let png = std::fs::read(&pictures(home.path())[0]).unwrap();
    let text = String::from_utf8_lossy(&png);
    assert!(text.contains("a kept house") && text.contains("Seed: 77"), "{text}");
    wait_for_latents(home.path(), 0);
}

#[test]
fn a_latent_without_its_checkpoint_is_discarded_and_brought_back_by_keys() {
    let screen = Screen::start();
    let home = home_with_model("steps: 2");
    leave_latent(home.path(), "tiny.safetensors");
    leave_latent(home.path(), "gone.safetensors");
    let window = Window::open(&screen, home.path());
    // Menu "Generate": "Finish interrupted pictures", which works for one of them.
    window.press("alt+g");
    std::thread::sleep(Duration::from_millis(300));
    window.press("f");
    wait_for_pictures(home.path(), 1);
    wait_for_latents(home.path(), 1);
    window.wait_for_title(PATIENCE, |title| title == "aiimagegen");
    // "Discard interrupted pictures", and the button "Bring them back" of what is then told.
    let discard = || {
        window.press("alt+g");
        std::thread::sleep(Duration::from_millis(300));
        window.press("d");
        wait_for_latents(home.path(), 0);
        std::thread::sleep(Duration::from_millis(300));
    };
    let trash = home.path().join(".local/share/Trash/files");
    let trashed = || std::fs::read_dir(&trash).unwrap().count();
    discard();
    assert_eq!(trashed(), 1);
    window.press("alt+b");
    wait_for_latents(home.path(), 1);
    assert_eq!(trashed(), 0);
    std::thread::sleep(Duration::from_millis(300));
    discard();
    drop(window);
    let _window = Window::open(&screen, home.path());
    assert_eq!((trashed(), unfinished::list(&home.path().join("settings")).len()), (1, 0));
}

#[test]
fn of_more_latents_than_are_kept_the_oldest_go_to_the_trash() {
    let screen = Screen::start();
    let home = home_with_model("steps: 2");
    leave_latent(home.path(), "tiny.safetensors");
    let folder = home.path().join("settings/unfinished");
    let kept = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    for number in 1..=unfinished::MOST_KEPT + 1 {
        std::fs::copy(&kept, folder.join(format!("{number:013}-77.safetensors"))).unwrap();
    }
    let broken = folder.join("0000000000000-77.safetensors");
    std::fs::write(&broken, "worth a look").unwrap();
    let _window = Window::open(&screen, home.path());
    let begin = Instant::now();
    while !unfinished::surplus(&home.path().join("settings")).is_empty() {
        assert!(begin.elapsed() < PATIENCE, "they stay");
        std::thread::sleep(Duration::from_millis(20));
    }
    let trash = home.path().join(".local/share/Trash/files");
    let mut trashed: Vec<_> =
        std::fs::read_dir(trash).unwrap().map(|e| e.unwrap().file_name()).collect();
    trashed.sort();
    assert_eq!(trashed, ["0000000000001-77.safetensors", "0000000000002-77.safetensors"]);
    assert!(broken.exists() && kept.exists());
}
