//! `generate` from end to end, with a tiny checkpoint on the CPU.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

#[path = "support/models.rs"]
mod models;
#[path = "support/program.rs"]
mod program;

use aiimagegen::config::Defaults;
use aiimagegen::engine::{
    Array, DecodeRequest, Device, Engine, Error, Event, ModelRequest, Picture, Request, Stage,
    Values, read_arrays,
};
use aiimagegen::unfinished;
use models::home_with_model;
use program::{assert_refused, document, program, run, stderr};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tempfile::TempDir;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A picture's `parameters` text and pixels.
fn read_png(file: &Path) -> (String, Vec<u8>) {
    let mut reader =
        png::Decoder::new(BufReader::new(File::open(file).unwrap())).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    (reader.info().uncompressed_latin1_text[0].text.clone(), pixels)
}

fn paths(document: &Value) -> Vec<PathBuf> {
    let pictures = document["pictures"].as_array().unwrap();
    pictures.iter().map(|picture| picture["path"].as_str().unwrap().into()).collect()
}

#[test]
fn a_picture_has_its_report_its_text_and_its_latent() {
    let home = home_with_model();
    let latent = home.path().join("new/latent.safetensors").display().to_string();
    let trace = home.path().join("trace.safetensors").display().to_string();
    let words = ["generate", "a cat", "-n", "blurry", "--seed", "7", "--size", "64x128", "--json"];
    let keep = ["--latent", &latent, "--trace", &trace];
    let output = run(&home, &[&words[..], &keep].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let document = document(&output);
    let picture = &document["pictures"][0];
    let facts = ["seed", "width", "height", "nan_retries"].map(|key| picture[key].as_u64());
    assert_eq!(facts, [Some(7), Some(64), Some(128), Some(0)]);
    assert_eq!((&document["device"], &document["steps"]), (&"cpu".into(), &2.into()));
    for key in ["load_s", "encode_s", "step_s", "decode_s", "total_s"] {
        assert!(document[key].as_f64().is_some_and(|seconds| seconds > 0.0), "{key}");
    }
    assert!(document["peak_rss_bytes"].as_u64().is_some_and(|bytes| bytes > 1 << 20));

    let file = &paths(&document)[0];
    assert!(file.parent().unwrap().ends_with("pictures"), "{}", file.display());
    assert!(file.to_str().unwrap().ends_with("-0001-7.png"), "{}", file.display());
    let (text, pixels) = read_png(file);
    assert_eq!(pixels.len(), 64 * 128 * 3);
    let (prompts, pairs) = text.rsplit_once('\n').unwrap();
    assert_eq!(prompts, "a cat\nNegative prompt: blurry");
    assert!(pairs.starts_with("Steps: 2, Sampler: Euler, Schedule type: "), "{pairs}");
    let hash = pairs.split_once("Model hash: ").unwrap().1.split(',').next().unwrap();
    assert_eq!(hash.len(), 10);
    assert!(pairs.contains("Seed: 7, Size: 64x128,") && pairs.contains("Model: tiny,"), "{pairs}");

    let arrays = read_arrays(Path::new(&latent)).unwrap();
    assert_eq!((arrays.len(), arrays[0].0.as_str()), (1, "latent"));
    assert_eq!(arrays[0].1.shape, [1, 4, 16, 8]);
    let traced: Vec<_> =
        read_arrays(Path::new(&trace)).unwrap().into_iter().map(|(name, _)| name).collect();
    for name in ["pos_context", "sigmas", "noise", "unet_input_0", "latents", "image"] {
        assert!(traced.iter().any(|traced| traced == name), "{name} in {traced:?}");
    }
}

#[test]
fn the_same_request_makes_the_same_picture_beside_the_first() {
    let home = home_with_model();
    let target = home.path().join("cat.png").display().to_string();
    let words = ["generate", "a cat", "--seed", "3", "-o", &target, "--json"];
    let [first, second] = [(); 2].map(|()| paths(&document(&run(&home, &words)))[0].clone());
    assert_eq!(first, home.path().join("cat.png"));
    assert_eq!(second, home.path().join("cat-1.png"));
    assert_eq!(read_png(&first), read_png(&second));
}

#[test]
fn count_goes_on_to_the_next_seed_and_a_batch_shares_one() {
    let home = home_with_model();
    let words = ["generate", "a cat", "--seed", "9", "--count", "2", "--batch", "2", "--json"];
    let document = document(&run(&home, &words));
    let pictures = document["pictures"].as_array().unwrap();
    let seeds: Vec<_> = pictures.iter().map(|picture| picture["seed"].as_u64().unwrap()).collect();
    assert_eq!(seeds, [9, 9, 10, 10]);
    let all: Vec<_> = paths(&document).iter().map(|path| read_png(path)).collect();
    assert!(all[1].0.contains("Batch size: 2, Batch pos: 1"), "{}", all[1].0);
    assert!(all[0].1 != all[1].1 && all[0].1 != all[2].1);
}

#[test]
fn a_strict_picture_is_the_same_each_time_and_what_the_strict_engine_makes() {
    let home = home_with_model();
    let strict = ["generate", "a cat", "--seed", "5", "--strict", "--json"];
    let made = |words: &[&str]| read_png(&paths(&document(&run(&home, words)))[0]);
    let (text, pixels) = made(&strict);
    assert!(text.contains(", Strict: True,"), "{text}");
    assert_eq!(made(&strict), (text, pixels.clone()));
    let settings = home.path().join("settings/config.yaml");
    let set =
        fs::read_to_string(&settings).unwrap().replace("{checkpoint", "{strict: true, checkpoint");
    fs::write(&settings, set).unwrap();
    assert_eq!(made(&["generate", "a cat", "--seed", "5", "--json"]).1, pixels, "as it is set");
    let (text, _) = made(&["generate", "a cat", "--seed", "5", "--strict=false", "--json"]);
    assert!(!text.contains("Strict"), "{text}");
    let model = ModelRequest {
        checkpoint: home.path().join("models/checkpoints/tiny.safetensors"),
        devices: vec![Device::Cpu],
        ..ModelRequest::default()
    };
    let mut defaults = Defaults::default();
    defaults.strict = true;
    let request = Request {
        width: 64,
        height: 64,
        steps: 2,
        seed: Some(5),
        ..defaults.request(model, "a cat".into())
    };
    assert!(request.strict);
    let made = Engine::new().generate(&request, &mut |_| ControlFlow::Continue(()));
    assert!(made.unwrap().pictures[0].rgb == pixels, "the command and the engine differ");
}

#[test]
fn a_drawn_seed_is_reported_and_the_path_is_the_result() {
    let home = home_with_model();
    let mut command = program(home.path());
    command.args(["generate", "-", "--seed", "-1"]).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all("a café\n".as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let printed = String::from_utf8(output.stdout).unwrap();
    let file = Path::new(printed.trim_end());
    let (text, _) = read_png(file);
    assert!(text.starts_with("a café\nSteps"), "{text}");
    let seed = text.split_once("Seed: ").unwrap().1.split(',').next().unwrap();
    assert!(printed.trim_end().ends_with(&format!("-{seed}.png")), "{printed}");
}

#[test]
fn impossible_values_are_named_with_a_model_that_works() {
    let home = home_with_model();
    for (flags, part) in [
        (["--steps", "0"], "steps"),
        (["--cfg", "nan"], "CFG"),
        (["--size", "7x7"], "size: 7x7 "),
        (["--size", "0x0"], "size: 0x0 "),
        (["--size", "100000x100000"], "size: 100000x100000 "),
        (["--batch", "0"], "batch"),
        (["--sampler", "paint"], "paint"),
        (["--scheduler", "paint"], "paint"),
        (["--device", "vulkan:99"], "vulkan:99"),
    ] {
        let output = run(&home, &[&["generate", "a cat"][..], &flags].concat());
        assert_refused(&output, part);
    }
    assert!(names(&home.path().join("pictures")).is_empty());
}

#[test]
fn ctrl_c_stops_after_the_step_and_leaves_nothing_half_done() {
    let home = home_with_model();
    let mut command = program(home.path());
    command.args(["generate", "a cat", "--steps", "1000", "--json", "-v"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line == "Step 1 of 1000"), "no step was done");
    let process = libc::pid_t::try_from(child.id()).unwrap();
    // SAFETY: plain numbers; the child was not waited for yet, so the id is still its own.
    assert_eq!(unsafe { libc::kill(process, libc::SIGINT) }, 0);
    let rest: Vec<_> = said.collect();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{rest:?}");
    assert!(rest.iter().any(|line| line.contains("of 1000 steps were done")), "{rest:?}");
    assert!(rest.iter().any(|line| line.contains("nothing is kept")), "{rest:?}");
    assert!(output.stdout.is_empty() && names(&home.path().join("pictures")).is_empty());
}

/// The arrays of one run with `flags`, by name.
fn traced(home: &TempDir, flags: &[&str]) -> BTreeMap<String, Array> {
    let [latent, trace] =
        ["l.safetensors", "t.safetensors"].map(|name| home.path().join(name).display().to_string());
    let words = ["generate", "a cat", "--seed", "5", "--latent", &latent, "--trace", &trace];
    let output = run(home, &[&words[..], flags].concat());
    assert_eq!(output.status.code(), Some(0), "{flags:?}: {}", stderr(&output));
    let arrays = [latent, trace].map(|file| read_arrays(Path::new(&file)).unwrap());
    arrays.into_iter().flatten().collect()
}

fn floats(array: &Array) -> &[f32] {
    match &array.data {
        Values::F32(values) => values,
        other => panic!("{other:?}"),
    }
}

#[test]
fn odd_and_smallest_sizes_and_batches_have_their_latents() {
    let home = home_with_model();
    for (size, shape) in [("72x104", [1, 4, 13, 9]), ("8x8", [1, 4, 1, 1])] {
        let arrays = traced(&home, &["--size", size]);
        assert_eq!(arrays["latent"].shape, shape);
        assert_eq!(arrays["image"].shape, [shape[2] * 8, shape[3] * 8, 3]);
        assert!(floats(&arrays["latent"]).iter().all(|value| value.is_finite()), "{size}");
    }
    // One noise tensor is drawn for the whole batch, in order: it begins like that of one picture.
    let (one, two) = (traced(&home, &[]), traced(&home, &["--batch", "2"]));
    assert_eq!(two["latent"].shape, [2, 4, 8, 8]);
    let (first, second) = floats(&two["noise"]).split_at(4 * 8 * 8);
    assert_eq!(first, floats(&one["noise"]));
    assert_ne!(first, second);
    let (first, second) = floats(&two["latent"]).split_at(4 * 8 * 8);
    let near = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-3;
    assert!(first.iter().zip(floats(&one["latent"])).all(near));
    assert!(!first.iter().zip(second).all(near));
}

#[test]
fn arrays_replace_arrays_and_nothing_else() {
    let home = home_with_model();
    let at = |name: &str| home.path().join(name).display().to_string();
    let kept = at("kept.safetensors");
    let words = ["generate", "a cat", "--count", "2", "--latent", &kept, "--json"];
    for _ in 0..2 {
        let document = document(&run(&home, &words));
        let files: Vec<_> = [0, 1].map(|i| document["pictures"][i]["latent"].clone()).into();
        assert_eq!(files, [kept.clone(), at("kept-1.safetensors")]);
    }
    let pictures = names(&home.path().join("pictures"));
    // The checkpoint itself, a model that is not in use, and a text, under the second name.
    let shelf = home.path().join("models/checkpoints");
    fs::rename(shelf.join("tiny.safetensors"), shelf.join("tiny-1.safetensors")).unwrap();
    let tiny = shelf.join("tiny-1.safetensors");
    fs::copy(&tiny, at("model-1.safetensors")).unwrap();
    fs::write(at("notes-1.txt"), "notes").unwrap();
    let targets = [
        shelf.join("tiny.safetensors").display().to_string(),
        at("model.safetensors"),
        at("notes.txt"),
    ];
    for (target, taken) in targets.iter().zip(["tiny-1.", "model-1.", "notes-1."]) {
        for flag in ["--latent", "--trace"] {
            let words = ["generate", "a cat", "-c", "tiny-1", "--count", "2", flag, target];
            assert_refused(&run(&home, &words), taken);
        }
    }
    assert_eq!(fs::read(at("notes-1.txt")).unwrap(), b"notes");
    assert_eq!(fs::read(&tiny).unwrap(), fs::read(at("model-1.safetensors")).unwrap());
    assert_eq!(names(&home.path().join("pictures")), pictures);
}

#[test]
fn one_name_for_two_results_is_wrong_usage() {
    let home = home_with_model();
    for flags in [
        &["--latent", "a", "--trace", "./a"][..],
        &["--latent", "a-1", "--trace", "a", "--count", "2"],
        &["--latent", "a.png", "-o", "a.png"],
    ] {
        let output = run(&home, &[&["generate", "a cat"][..], flags].concat());
        assert_eq!(output.status.code(), Some(2), "{flags:?}: {}", stderr(&output));
        assert!(stderr(&output).starts_with("error: --latent and "), "{}", stderr(&output));
    }
}

#[test]
fn a_disk_without_room_for_the_trace_keeps_the_picture() {
    let home = home_with_model();
    let trace = home.path().join("trace.safetensors");
    let mut command = program(home.path());
    command.args(["generate", "a cat", "--json", "--trace"]).arg(&trace);
    let limit = libc::rlimit { rlim_cur: 24 << 10, rlim_max: 24 << 10 };
    let lower = move || match limit_files(&limit) {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    };
    // SAFETY: `setrlimit` may be called between fork and exec, and nothing else happens there.
    let output = unsafe { command.pre_exec(lower) }.output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let error = format!("error: {}: could not be written: ", trace.display());
    assert!(said.contains(&error) && !said.contains(".part"), "{said}");
    assert!(paths(&document(&output))[0].exists() && !trace.exists());
    let left = names(home.path());
    assert_eq!(left.iter().filter(|name| name.contains("part")).count(), 0, "{left:?}");
}

fn limit_files(limit: &libc::rlimit) -> libc::c_int {
    // SAFETY: the pointer is to a live value, which the call only reads.
    unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, limit) }
}

/// The mean difference of two pictures, in steps of a byte.
fn mean_difference(a: &[u8], b: &[u8]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    sum / a.len() as f64
}

#[test]
fn a_limit_on_memory_makes_the_same_picture_in_tiles() {
    let home = home_with_model();
    let words = ["generate", "a cat", "--seed", "4", "--size", "1024x64", "--json", "-v"];
    let [whole, tiled] = [None, Some("140000000")].map(|limit| {
        let mut command = program(home.path());
        command.args(words).envs(limit.map(|bytes| ("AIIMAGEGEN_MEMORY_LIMIT", bytes)));
        let output = command.output().unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert_eq!(said.contains("Memory is short"), limit.is_some(), "{said}");
        assert!(said.contains("The model goes on cpu: "), "{said}");
        assert_eq!(said.contains("Making the picture: part 2 of"), limit.is_some(), "{said}");
        read_png(&paths(&document(&output))[0]).1
    });
    let difference = mean_difference(&whole, &tiled);
    // Twice as long as a tile and all noise: the sample stands for it less well than for a picture.
    assert!(difference < 3.0, "{difference}");
    let mut command = program(home.path());
    command.args(words).env("AIIMAGEGEN_MEMORY_LIMIT", "50000000");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("out of memory") && output.stdout.is_empty());
}

#[test]
fn a_latent_that_was_kept_makes_its_pictures_later() {
    let home = home_with_model();
    let model = ModelRequest {
        checkpoint: home.path().join("models/checkpoints/tiny.safetensors"),
        devices: vec![Device::Cpu],
        ..ModelRequest::default()
    };
    let request = Request {
        width: 72,
        height: 64,
        steps: 2,
        batch: 2,
        strict: false,
        preview: true,
        ..Defaults::default().request(model.clone(), "a cat".into())
    };
    let mut kept = None;
    let mut previews = 0;
    let made = Engine::new().generate(&request, &mut |event| {
        match event {
            Event::LatentFinished(finished) => {
                kept = Some(unfinished::save(home.path(), &request, &finished).unwrap());
            }
            Event::Preview(picture) => {
                assert_eq!((picture.width, picture.height), (9, 8));
                previews += 1;
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
    let made = made.unwrap();
    assert!(previews > 0);
    let listed = unfinished::list(home.path());
    assert_eq!((listed.len(), &listed[0].request, listed[0].seed), (1, &request, made.seed));
    let asked = unfinished::read(home.path(), &kept.unwrap()).unwrap();
    let mut engine = Engine::new();
    let mut loaded = 0;
    let again = engine.decode(&asked, &mut |event| {
        loaded += u32::from(matches!(event, Event::LoadProgress { stage: Stage::Vae, .. }));
        assert!(!matches!(event, Event::LoadProgress { stage: Stage::Unet, .. }), "{event:?}");
        ControlFlow::Continue(())
    });
    let again = again.unwrap();
    assert!(loaded > 0, "the autoencoder alone is read");
    assert_eq!((again.pictures, again.seed, again.latent), (made.pictures, made.seed, made.latent));
    assert_eq!(again.model.bytes(Stage::Vae), made.model.bytes(Stage::Vae));
    let sizes = [Stage::Clip, Stage::Unet, Stage::Vae].map(|stage| made.model.bytes(stage));
    assert!(sizes.iter().all(|bytes| *bytes > 0));
    assert_eq!(sizes.iter().sum::<u64>(), made.model.weight_bytes);
    // With the model in place, nothing is read.
    engine.load(&model, &mut |_| ControlFlow::Continue(())).unwrap();
    let quick = engine.decode(&asked, &mut |event| {
        assert!(!matches!(event, Event::LoadProgress { .. }), "{event:?}");
        ControlFlow::Continue(())
    });
    assert_eq!(quick.unwrap().pictures, again_pictures(&asked));
    let mut impossible = asked;
    impossible.finished.latent.width = 7;
    let refused = engine.decode(&impossible, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(refused, Err(Error::BadValue { .. })), "{refused:?}");
}

/// The pictures of a fresh engine.
fn again_pictures(asked: &DecodeRequest) -> Vec<Picture> {
    Engine::new().decode(asked, &mut |_| ControlFlow::Continue(())).unwrap().pictures
}

#[test]
fn ctrl_c_ends_the_self_test() {
    let home = home_with_model();
    let mut command = program(home.path());
    command.args(["selftest", "--device", "cpu"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut rows = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(rows.next().unwrap().starts_with("sd15 "));
    let process = libc::pid_t::try_from(child.id()).unwrap();
    // SAFETY: plain numbers; the child was not waited for yet, so the id is still its own.
    assert_eq!(unsafe { libc::kill(process, libc::SIGINT) }, 0);
    assert!(rows.count() < 29, "all rows came");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
}
