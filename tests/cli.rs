//! The command line as scripts meet it: exit codes, streams, and one JSON document.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

#[path = "support/program.rs"]
mod program;

use program::{assert_refused, document, home, program, program_without_settings, run, stderr};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

#[test]
fn wrong_usage_is_code_2_and_help_is_code_0() {
    let home = home();
    let wrong: [&[&str]; 9] = [
        &["paint"],
        &["generate"],
        &["generate", "a", "--paint"],
        &["generate", "a", "--size", "1024"],
        &["generate", "a", "--steps", "-1"],
        &["generate", "a", "--device", "gpu"],
        &["generate", "a", "-p", "b"],
        &["inspect"],
        &["list", "colours"],
    ];
    for words in wrong {
        let output = run(&home, words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(output.stdout.is_empty() && stderr(&output).starts_with("error: "), "{words:?}");
    }
    let help: [&[&str]; 4] = [&["--help"], &["--version"], &["generate", "--help"], &["help"]];
    for words in help {
        let output = run(&home, words);
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert!(output.stderr.is_empty() && !output.stdout.is_empty(), "{words:?}");
    }
}

#[test]
fn without_a_display_the_headless_command_is_shown() {
    let home = home();
    let mut command = program(home.path());
    for display in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(display);
    }
    let runtime = home.path().join("no runtime folder");
    let output = command.env("XDG_RUNTIME_DIR", runtime).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error: window: ") && said.contains("aiimagegen generate"), "{said}");
    assert!(!said.contains("internal"), "{said}");
}

#[test]
fn lists_are_one_document_with_the_documented_fields() {
    let home = home();
    for (what, known) in [("samplers", "euler"), ("schedulers", "normal"), ("profiles", "comfyui")]
    {
        let output = run(&home, &["list", what, "--json"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let document = document(&output);
        assert_eq!(document.as_object().unwrap().len(), 1);
        let items = document[what].as_array().unwrap();
        assert!(items.iter().any(|item| item["name"] == known), "{document}");
        for item in items {
            for field in ["name", "label", "source"] {
                assert!(item[field].as_str().is_some_and(|text| !text.is_empty()), "{item}");
            }
            assert!(item["profiles"].as_array().is_some_and(|list| !list.is_empty()), "{item}");
        }
        let plain = run(&home, &["list", what]);
        assert_eq!(String::from_utf8(plain.stdout).unwrap().lines().count(), items.len());
    }
}

#[test]
fn numbers_for_people_have_the_form_of_their_language() {
    let home = home();
    for (language, unit, mark, other) in
        [("en", "GB", '.', ','), ("de", "GB", ',', '.'), ("fr", "Go", ',', '.')]
    {
        let mut command = program(home.path());
        let output = command.args(["devices"]).env("LANGUAGE", language).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let words: Vec<&str> = text.split_whitespace().collect();
        let sizes = words.windows(2).filter(|pair| pair[1].starts_with(unit));
        let sizes: Vec<&str> = sizes.map(|pair| pair[0]).collect();
        assert!(!sizes.is_empty(), "{text}");
        let is_right = |size: &&str| size.contains(mark) && !size.contains(other);
        assert!(sizes.iter().all(is_right), "{language}: {text}");
    }
}

#[test]
fn settings_elsewhere_are_found_from_the_default_folder() {
    let home = home();
    let [default, other] = [".aiimagegen", "other"].map(|name| home.path().join(name));
    for folder in [&default, &other, &home.path().join("models/vae")] {
        fs::create_dir_all(folder).unwrap();
    }
    fs::write(home.path().join("models/vae/a.safetensors"), "").unwrap();
    fs::write(default.join("config.yaml"), "version: 1\nsettings: ~/other\n").unwrap();
    fs::write(other.join("config.yaml"), "folders: {models: ../models}").unwrap();
    let list = ["list", "models", "--json"];
    let output = program_without_settings(home.path()).args(list).output().unwrap();
    assert_eq!(document(&output)["models"][0]["name"], "a");
}

#[test]
fn messages_are_in_the_language_of_the_system_and_documents_in_none() {
    let home = home();
    let said = |language: &str| {
        let mut command = program(home.path());
        command.env("LC_ALL", "C.UTF-8").env("LANGUAGE", language);
        command.args(["list", "profiles", "--json"]).output().unwrap().stdout
    };
    assert_eq!(said("de"), said(""));
}

#[test]
fn models_are_listed_from_the_folder_in_the_settings() {
    let home = home();
    let none = run(&home, &["list", "models"]);
    assert_eq!(none.status.code(), Some(0));
    let listed = String::from_utf8_lossy(&none.stdout);
    assert!(listed.starts_with("built-in-demo ") && listed.lines().count() == 1, "{listed}");
    assert!(String::from_utf8_lossy(&none.stderr).contains("models"));
    let shelf = home.path().join("models/checkpoints/xl");
    fs::create_dir_all(&shelf).unwrap();
    fs::write(shelf.join("base.safetensors"), "12345").unwrap();
    fs::create_dir_all(home.path().join("settings")).unwrap();
    fs::write(home.path().join("settings/config.yaml"), "folders: {models: ../models}\n").unwrap();
    let document = document(&run(&home, &["list", "models", "--json"]));
    let models = document["models"].as_array().unwrap();
    assert_eq!((models.len(), &models[1]["source"]), (2, &"built-in".into()));
    assert_eq!(models[0]["profiles"], serde_json::json!(["comfyui"]));
    assert_eq!((&models[0]["name"], &models[0]["bytes"]), (&"xl/base".into(), &5.into()));
}

#[test]
fn devices_end_with_the_cpu_whether_or_not_there_is_a_gpu() {
    let output = run(&home(), &["devices", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let document = document(&output);
    let devices = document["devices"].as_array().unwrap();
    let cpu = devices.last().unwrap();
    assert_eq!((&cpu["id"], &cpu["usable"]), (&"cpu".into(), &true.into()));
    for device in devices {
        assert!(["total", "used", "free"].iter().all(|key| device[key].is_u64()), "{device}");
        assert!(device["links"].is_array() && device["name"].is_string(), "{device}");
        assert!(device["usable"] == true || device["reason"].is_string(), "{device}");
    }
}

#[test]
fn bad_model_files_are_named_one_by_one_and_never_stop_the_others() {
    let home = home();
    let file = |name: &str, contents: &[u8]| {
        fs::write(home.path().join(name), contents).unwrap();
        home.path().join(name).display().to_string()
    };
    let bad = [
        home.path().join("gone.safetensors").display().to_string(),
        home.path().display().to_string(),
        "/dev/null".to_owned(),
        file("empty.safetensors", b""),
        file("noise.ckpt", &[0x5a; 4096]),
        file("text.safetensors", b"this is no model\n"),
        file("claims.safetensors", &[&(100_u64 << 30).to_le_bytes()[..], b"{}"].concat()),
        file("cut.safetensors", b"\x40\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"F32\",\"shape\""),
        file("zip.ckpt", b"PK\x03\x04 but no zip"),
        file("pickle.ckpt", b"\x80\x02cos\nsystem\nX\x02\0\0\0id\x85R."),
    ];
    let words: Vec<&str> =
        ["inspect", "--json"].into_iter().chain(bad.iter().map(String::as_str)).collect();
    let output = run(&home, &words);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let document = document(&output);
    let files = document["files"].as_array().unwrap();
    assert_eq!(files.len(), bad.len());
    for (report, path) in files.iter().zip(&bad) {
        assert_eq!((&report["path"], &report["kind"]), (&path.as_str().into(), &"model".into()));
        let error = report["error"].as_str().unwrap();
        assert!(error.starts_with(path.as_str()) && !error.contains('\n'), "{error}");
        assert!(!error.contains("internal"), "{error}");
    }
    for path in &bad {
        assert_refused(&run(&home, &["inspect", path]), path);
        assert_refused(&run(&home, &["generate", "a", "-c", path, "--size", "64x64"]), path);
    }
}

#[test]
fn a_picture_says_how_it_was_made_and_its_place_among_the_files_is_kept() {
    let home = home();
    let file = |name: &str| home.path().join(name).display().to_string();
    let text = b"parameters\0a cat\nSteps: 20, Sampler: Euler, Seed: 42, Clip skip: 2, RNG: CPU";
    let length = u32::try_from(text.len()).unwrap().to_be_bytes();
    let png = [b"\x89PNG\r\n\x1a\n", &length[..], b"tEXt", text, b"sum.\0\0\0\0IENDsum."].concat();
    fs::write(file("cat.png"), &png).unwrap();
    fs::write(file("cut.png"), &png[..30]).unwrap();
    fs::write(file("named.jpg"), "no picture").unwrap();
    let said = run(&home, &["inspect", &file("cat.png")]);
    assert_eq!(said.status.code(), Some(0));
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("prompt: a cat\n") && said.contains("Clip skip: 2"), "{said}");
    let words = ["cut.png", "cat.png", "named.jpg", "gone.png"].map(file);
    let words: Vec<&str> =
        ["inspect", "--json"].into_iter().chain(words.iter().map(String::as_str)).collect();
    let output = run(&home, &words);
    assert_eq!(output.status.code(), Some(1));
    let document = document(&output);
    let files = document["files"].as_array().unwrap();
    assert!(files.iter().all(|file| file["kind"] == "picture"), "{document}");
    assert_eq!(files[1]["source"], "automatic1111");
    let parameters = &files[1]["parameters"];
    assert_eq!((&parameters["prompt"], &parameters["seed"]), (&"a cat".into(), &42.into()));
    assert_eq!((&parameters["sampler"], &parameters["steps"]), (&"euler".into(), &20.into()));
    assert_eq!(files[1]["unhonoured"][0]["key"], "Clip skip");
    for place in [0, 2, 3] {
        let error = files[place]["error"].as_str().unwrap();
        assert!(error.starts_with(words[place + 2]) && !error.contains("unread-"), "{error}");
    }
}

#[test]
fn impossible_requests_are_refused_before_anything_is_written() {
    let home = home();
    let model = home.path().join("a.safetensors");
    fs::write(&model, "no model").unwrap();
    let model = model.display().to_string();
    let output = home.path().join("pictures").display().to_string();
    let cases: [(&[&str], &str); 10] = [
        (&["--steps", "0"], "steps: 0 "),
        (&["--cfg", "nan"], "CFG: NaN "),
        (&["--cfg=-inf"], "CFG: -inf "),
        (&["--size", "0x0"], "size: 0x0 "),
        (&["--size", "7x7"], "size: 7x7 "),
        (&["--size", "100000x100000"], "size: 100000x100000 "),
        (&["--batch", "0"], "batch: 0 "),
        (&["--count", "0"], "count: 0 "),
        (&["--sampler", "paint"], "sampler: paint "),
        (&["--profile", "paint"], "profile: paint "),
    ];
    for (flags, part) in cases {
        let words = [&["generate", "a", "-c", &model, "-o", &output][..], flags].concat();
        assert_refused(&run(&home, &words), part);
    }
    assert!(!Path::new(&output).exists());
    assert_refused(&run(&home, &["generate", "a", "-c", "unheard-of"]), "unheard-of");
    let jpeg = home.path().join("a.jpg").display().to_string();
    assert_refused(&run(&home, &["generate", "a", "-c", &model, "-o", &jpeg]), "a.jpg");
    assert_refused(&run(&home, &["generate", "a", "-c", &model, "--latent", &model]), &model);
}

#[test]
fn broken_settings_are_named() {
    let home = home();
    fs::create_dir_all(home.path().join("settings")).unwrap();
    let file = home.path().join("settings/config.yaml");
    for broken in ["version: [", "version: 99", "defaults: {steps: 0}", "\u{7}"] {
        fs::write(&file, broken).unwrap();
        let output = run(&home, &["list", "models"]);
        assert_refused(&output, &file.display().to_string());
        assert_refused(&run(&home, &["generate", "a", "-c", "b"]), &file.display().to_string());
    }
}

#[test]
fn a_prompt_that_is_no_text_is_refused() {
    let home = home();
    let model = home.path().join("a.safetensors");
    fs::write(&model, "no model").unwrap();
    let mut command = program(home.path());
    command.args(["generate", "-", "-c"]).arg(&model).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"\xff\xfe\n").unwrap();
    assert_refused(&child.wait_with_output().unwrap(), "prompt");
}

#[test]
fn a_closed_pipe_is_no_panic_and_a_full_disk_is_said() {
    let home = home();
    let mut command = program(home.path());
    command.args(["completions", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), String::new()));

    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    let output = program(home.path()).args(["list", "samplers"]).stdout(full()).output().unwrap();
    assert_refused(&output, "standard output");
    let output = program(home.path()).args(["inspect", "gone"]).stderr(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn completions_and_manual_come_from_the_definitions() {
    let home = home();
    let bash = run(&home, &["completions", "bash"]);
    assert!(String::from_utf8(bash.stdout).unwrap().contains("--scheduler"));
    let manual = run(&home, &["man"]);
    assert!(String::from_utf8(manual.stdout).unwrap().starts_with(".ie"));
}
