//! The model that comes with the program makes pictures that show what their prompts say, without
//! a word about models or sizes. `tools/demo-model/check.py` measures the same on many more.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

#[path = "support/program.rs"]
#[allow(dead_code, reason = "shared with the tests of the commands")]
mod program;

use image::RgbImage;
use program::{assert_refused, document, home, run};
use serde_json::json;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Colours of houses and balloons by daylight, as the scenes that the model learnt from have them.
const PAINTS: [(&str, [f64; 3]); 6] = [
    ("red", [0.86, 0.16, 0.15]),
    ("yellow", [0.98, 0.80, 0.12]),
    ("green", [0.10, 0.56, 0.30]),
    ("blue", [0.12, 0.32, 0.82]),
    ("purple", [0.53, 0.20, 0.68]),
    ("white", [0.97, 0.96, 0.94]),
];
/// Places, and where their middles are.
const PLACES: [(&str, f64); 3] = [("left", 0.21), ("in the middle", 0.5), ("right", 0.79)];
/// What the night leaves of red, green and blue.
const MOONLIGHT: [f64; 3] = [0.78, 0.79, 0.93];

/// What is asked for.
#[derive(Clone, Copy)]
struct Wish {
    paint: &'static str,
    thing: &'static str,
    place: &'static str,
    ground: &'static str,
    night: bool,
}

const WISHES: [Wish; 8] = [
    wish("red", "house", "left", "in a meadow", true),
    wish("blue", "house", "in the middle", "in the snow", false),
    wish("yellow", "house", "right", "in the desert", true),
    wish("purple", "house", "left", "in the snow", false),
    wish("red", "balloon", "right", "in the desert", false),
    wish("yellow", "balloon", "in the middle", "in the snow", true),
    wish("green", "balloon", "left", "by the sea", false),
    wish("white", "house", "right", "in a meadow", true),
];

const fn wish(
    paint: &'static str,
    thing: &'static str,
    place: &'static str,
    ground: &'static str,
    night: bool,
) -> Wish {
    Wish { paint, thing, place, ground, night }
}

impl Wish {
    fn prompt(&self) -> String {
        let place = if self.place.contains(' ') { "" } else { "on the " };
        let time = if self.night { "at night" } else { "by day" };
        let Self { paint, thing, ground, .. } = self;
        format!("a {paint} {thing} {place}{}, {ground}, {time}, clear sky", self.place)
    }

    /// How many of the three are in `picture`: the thing in its colour, its place, the time of day.
    fn come_true(&self, picture: &RgbImage) -> usize {
        let found = PAINTS.iter().flat_map(|(name, paint)| {
            let paint = if self.night { lit(*paint) } else { *paint };
            PLACES.iter().map(move |(place, x)| {
                (standing_out(picture, self.thing, *x, paint), *name, *place)
            })
        });
        let (_, paint, place) = found.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        let is_dark = brightness(picture) < 0.35;
        let truths = [paint == self.paint, place == self.place, is_dark == self.night];
        truths.into_iter().filter(|is_true| *is_true).count()
    }
}

fn lit(paint: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|channel| paint[channel] * MOONLIGHT[channel])
}

/// Left, top, right and bottom of what is painted on a thing whose middle is at `x`, in parts of
/// the picture.
fn body(thing: &str, x: f64) -> [f64; 4] {
    match thing {
        "house" => [x - 0.09, 0.71, x + 0.09, 0.84],
        _ => [x - 0.07, 0.14, x + 0.07, 0.28],
    }
}

/// How much of the thing at `x` has the colour `paint`, less what has it beside the thing: snow is
/// no white house.
fn standing_out(picture: &RgbImage, thing: &str, x: f64, paint: [f64; 3]) -> f64 {
    let beside = [x - 0.2, x + 0.2].map(|x| share(picture, body(thing, x), paint));
    share(picture, body(thing, x), paint) - 0.8 * beside[0].max(beside[1])
}

/// The share of the pixels inside `area` that have the colour `paint`, nearly.
fn share(picture: &RgbImage, area: [f64; 4], paint: [f64; 3]) -> f64 {
    let at = |part: f64, side: u32| (part.clamp(0.0, 1.0) * f64::from(side)) as u32;
    let (width, height) = picture.dimensions();
    let columns = at(area[0], width)..at(area[2], width);
    let rows = at(area[1], height)..at(area[3], height);
    let pixels: Vec<_> = rows.flat_map(|y| columns.clone().map(move |x| (x, y))).collect();
    let is_near = |&&(x, y): &&(u32, u32)| {
        let pixel = picture.get_pixel(x, y).0.map(|value| f64::from(value) / 255.0);
        pixel.iter().zip(paint).all(|(value, paint)| (value - paint).abs() < 0.16)
    };
    pixels.iter().filter(is_near).count() as f64 / pixels.len() as f64
}

/// Of the sky's upper part, 0 to 1.
fn brightness(picture: &RgbImage) -> f64 {
    let rows = picture.rows().take(picture.height() as usize / 8);
    let values: Vec<_> = rows.flatten().flat_map(|pixel| pixel.0.map(f64::from)).collect();
    values.iter().sum::<f64>() / values.len() as f64 / 255.0
}

fn picture(home: &TempDir, prompt: &str, seed: usize) -> RgbImage {
    let output =
        run(home, &["generate", prompt, "--json", "--device", "cpu", "--seed", &seed.to_string()]);
    assert!(output.status.success(), "{output:?}");
    let made = document(&output)["pictures"][0].clone();
    assert_eq!((&made["width"], &made["height"]), (&json!(192), &json!(192)));
    image::open(made["path"].as_str().unwrap()).unwrap().to_rgb8()
}

#[test]
fn pictures_show_what_their_prompts_say_and_others_do_not() {
    let home = home();
    std::fs::create_dir_all(home.path().join("settings")).unwrap();
    let settings = "folders: {models: ../none, output: ../pictures}\n";
    std::fs::write(home.path().join("settings/config.yaml"), settings).unwrap();
    let pictures: Vec<_> =
        (0..).zip(WISHES).map(|(seed, wish)| picture(&home, &wish.prompt(), seed)).collect();
    let come_true = |shift: usize| -> usize {
        let pairs = WISHES.iter().zip(pictures.iter().cycle().skip(shift));
        pairs.map(|(wish, picture)| wish.come_true(picture)).sum()
    };
    let (right, chance) = (come_true(0), come_true(3));
    assert!(right >= 22, "{right} of {}", 3 * WISHES.len());
    assert!(chance <= 13, "{chance} with the prompts shuffled");
}

#[test]
fn a_program_far_from_its_model_asks_for_one() {
    let home = home();
    let program = home.path().join("aiimagegen");
    std::fs::copy(env!("CARGO_BIN_EXE_aiimagegen"), &program).unwrap();
    let ask = |words: &[&str]| {
        let mut command = Command::new(&program);
        command.env("HOME", home.path()).env("LC_ALL", "C.UTF-8").env_remove("XDG_DATA_HOME");
        command.env_remove("CARGO_PKG_NAME").env_remove("CARGO_MANIFEST_DIR");
        command.args(words).output().unwrap()
    };
    assert_refused(&ask(&["generate", "a"]), "checkpoint");
    assert_refused(&ask(&["bench"]), "checkpoint");
    assert!(!Path::new("output/a.png").exists());
    assert!(ask(&["list", "models"]).stdout.is_empty());
}
