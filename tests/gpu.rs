//! Cards, on machines that have none: Vulkan in software computes what a card would, and a
//! stand-in for NVIDIA's driver shows everything before the card itself.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

#[path = "support/models.rs"]
mod models;
#[path = "support/program.rs"]
mod program;

use aiimagegen::engine::{Dtype, Recipe, Scale, SeededOptions, write_seeded};
use models::home_with_model;
use program::{assert_refused, document, home, program, run, stderr};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Where Vulkan in software is listed, and the loader does not complain.
fn software(home: &TempDir, args: &[&str]) -> Output {
    on_software(home).args(args).output().unwrap()
}

fn on_software(home: &TempDir) -> Command {
    let mut command = program(home.path());
    command.env("AIIMAGEGEN_SOFTWARE_GPU", "1").env("XDG_RUNTIME_DIR", home.path());
    // Where there are real cards too, they are not what is tested here.
    let driver = ["lvp_icd.x86_64.json", "lvp_icd.json"]
        .map(|name| Path::new("/usr/share/vulkan/icd.d").join(name));
    if let Some(driver) = driver.iter().find(|driver| driver.exists()) {
        command.env("VK_DRIVER_FILES", driver);
    }
    command
}

#[test]
fn every_kernel_and_every_model_is_right_on_vulkan_in_software() {
    let home = home();
    let output = software(&home, &["selftest", "--device", "vulkan:0", "--json"]);
    let document = document(&output);
    let rows = document["rows"].as_array().unwrap();
    for row in rows {
        println!("{row}");
        assert_eq!(row["ok"], true, "{row}");
    }
    assert_eq!((output.status.code(), &document["ok"]), (Some(0), &true.into()));
    let tried = |family: &str, scale: &str, dtype: &str| {
        let wanted = [family, scale, dtype].map(Value::from);
        rows.iter().any(|row| [&row["family"], &row["scale"], &row["dtype"]] == wanted.each_ref())
    };
    for dtype in ["f32", "f16"] {
        assert!(tried("kernels", "-", dtype));
        for family in ["sd15", "sd15-inpaint", "sd21-base", "sd21-v", "sdxl", "sdxl-refiner"] {
            assert!(tried(family, "tiny", dtype) && tried(family, "mini", dtype), "{family}");
        }
    }
}

#[test]
fn a_software_device_is_for_those_who_ask_for_it() {
    let home = home();
    let listed = |output: Output| document(&output)["devices"].as_array().unwrap().clone();
    let ids = |devices: Vec<Value>| -> BTreeSet<String> {
        devices.iter().map(|device| device["id"].as_str().unwrap().to_owned()).collect()
    };
    let asked = listed(software(&home, &["devices", "--json"]));
    let device = asked.iter().find(|device| device["id"] == "vulkan:0").unwrap();
    assert!(device["usable"] == true && device["reason"].is_string(), "{device}");
    assert!(device["hint"].as_str().unwrap().contains("--device vulkan:0"), "{device}");
    assert!(!ids(listed(run(&home, &["devices", "--json"]))).contains("vulkan:0"));
}

#[test]
fn a_picture_from_a_card_is_the_one_from_the_processor() {
    let home = home_with_model();
    let args = ["generate", "a cat", "--seed", "7", "--steps", "4", "--precision", "f32", "--json"];
    let picture = |device: &str, name: &str| {
        let file = home.path().join(name).display().to_string();
        let output = software(&home, &[&args[..], &["--device", device, "-o", &file]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert_eq!(document(&output)["device"], device);
        (image::open(file).unwrap().to_rgb8().into_raw(), stderr(&output))
    };
    let ((card, said), (processor, _)) = (picture("vulkan:0", "a.png"), picture("cpu", "b.png"));
    let far = card.iter().zip(&processor).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(far <= 1, "{far}/255");
    // The first use said that the card is tested; the second needs no test.
    assert!(said.contains("vulkan:0 is new here") && said.contains("computes right"), "{said}");
    let (again, said) = picture("vulkan:0", "c.png");
    assert!(again == card && !said.contains("vulkan:0 is"), "{said}");
}

#[test]
fn the_test_of_a_card_stops_when_asked() {
    let home = home_with_model();
    let mut command = on_software(&home);
    command.args(["generate", "a cat", "--device", "vulkan:0"]).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("it is tested before it is used")));
    // SAFETY: the process is ours and has not been waited for.
    unsafe { libc::kill(child.id() as i32, libc::SIGINT) };
    let rest: Vec<_> = lines.collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest:?}");
    assert!(!home.path().join("settings/cache/cards.json").exists());
}

/// NVIDIA's driver as far as this test goes, and where NVRTC is, if it is anywhere.
struct StandIn {
    home: TempDir,
    log: PathBuf,
}

impl StandIn {
    fn new() -> Self {
        let home = home_with_model();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/stand_in_cuda.c");
        let library = home.path().join("libcuda.so");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-w", "-o"]).arg(library).arg(source);
        assert!(compiler.status().unwrap().success());
        let log = home.path().join("stand-in.log");
        Self { home, log }
    }

    fn run(&self, settings: &[(&str, &str)], args: &[&str]) -> Output {
        let _ = fs::remove_file(&self.log);
        let mut command = program(self.home.path());
        command.env("LD_LIBRARY_PATH", self.home.path()).env("STAND_IN_LOG", &self.log);
        command.env("XDG_RUNTIME_DIR", self.home.path());
        command.envs(settings.iter().copied()).args(args).output().unwrap()
    }

    fn noted(&self, what: &str) -> Vec<(String, u64)> {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines = log.lines().filter_map(|line| line.strip_prefix(what)?.strip_prefix(' '));
        let parts = lines.filter_map(|line| line.split_once(' '));
        parts.map(|(name, number)| (name.to_owned(), number.parse().unwrap())).collect()
    }

    /// Whether NVRTC and its headers are on this machine; says so if not.
    fn has_compiler(&self) -> bool {
        let devices = document(&self.run(&[], &["devices", "--json"]));
        let card = &devices["devices"][0];
        assert_eq!((&card["id"], &card["name"]), (&"cuda:0".into(), &"Stand-in card".into()));
        assert_eq!(card["pci"], "fff0:1f:00.0");
        let reason = card["reason"].as_str().unwrap();
        let missing = reason.contains("missing");
        if missing {
            println!("not tried, for NVRTC or its headers are not here: {reason}");
            let hint = card["hint"].as_str().unwrap();
            assert!(hint.contains("nvidia-cuda-") && hint.contains("AIIMAGEGEN_CUDA"), "{hint}");
        }
        !missing
    }
}

#[test]
fn every_kernel_compiles_for_every_generation_of_nvidia_cards() {
    let stand_in = StandIn::new();
    if !stand_in.has_compiler() {
        return;
    }
    for capability in ["75", "86", "89", "90", "120"] {
        let settings = [("STAND_IN_CAPABILITY", capability)];
        let output = stand_in.run(&settings, &["selftest", "--device", "cuda:0", "--json"]);
        // The stand-in computes nothing, so every comparison fails; but what does not compile, or
        // cannot be launched, ends the test before it compares.
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let document = document(&output);
        let tried: BTreeSet<_> =
            document["rows"].as_array().unwrap().iter().map(|row| row["dtype"].as_str()).collect();
        // Turing has no bfloat16.
        let types = if capability == "75" { &["f16", "f32"][..] } else { &["bf16", "f16", "f32"] };
        assert_eq!(tried, types.iter().map(|name| Some(*name)).collect(), "{capability}");
        let kernels = stand_in.noted("kernel");
        for name in [
            "multiply_in_tensor_cores",
            "multiply_in_units",
            "attend_kernel",
            "group_parts",
            "group_factors",
            "scale_kernel",
            "row_kernel",
            "activate_kernel",
            "geglu_kernel",
            "concat_kernel",
        ] {
            assert!(kernels.iter().any(|(kernel, _)| kernel.starts_with(name)), "{name}");
        }
        println!("{capability}: {} kernels", kernels.len());
        let memory = stand_in.noted("memory");
        assert_eq!(memory.last().unwrap().1, 0, "memory came not all back");
    }
}

#[test]
fn a_card_that_computes_wrongly_is_not_used() {
    let stand_in = StandIn::new();
    if !stand_in.has_compiler() {
        return;
    }
    let picture = stand_in.home.path().join("a.png").display().to_string();
    let args = ["generate", "a cat", "--device", "cuda:0", "-o", &picture];
    let refused = "cuda:0: the device cannot be used: it failed the self test";
    let output = stand_in.run(&[], &args);
    assert_refused(&output, refused);
    assert!(stderr(&output).contains("it is tested before it is used"), "{}", stderr(&output));
    assert!(!Path::new(&picture).exists());
    // What was found is kept, and said by whoever is asked.
    let output = stand_in.run(&[], &args);
    assert_refused(&output, refused);
    assert!(!stderr(&output).contains("tested before"), "{}", stderr(&output));
    assert!(stderr(&output).contains("selftest --device cuda:0"), "{}", stderr(&output));
    assert!(stand_in.noted("kernel").is_empty());
    let card = document(&stand_in.run(&[], &["devices", "--json"]))["devices"][0].clone();
    assert_eq!(card["usable"], false);
    assert!(card["reason"].as_str().unwrap().starts_with("it failed the self test"), "{card}");
}

#[test]
fn a_card_without_room_says_how_much_it_wants() {
    let stand_in = StandIn::new();
    if !stand_in.has_compiler() {
        return;
    }
    let little = [("STAND_IN_MEMORY", "30000000")];
    let output = stand_in.run(&little, &["selftest", "--device", "cuda:0"]);
    assert_refused(&output, "cuda:0: out of memory: ");
}

#[test]
fn cuda_without_its_compiler_says_what_to_install() {
    let stand_in = StandIn::new();
    if stand_in.has_compiler() {
        return;
    }
    let output = stand_in.run(&[], &["generate", "a cat", "--device", "cuda:0"]);
    assert_refused(&output, "cuda:0: the device cannot be used: CUDA's");
    assert!(stderr(&output).contains("pip install"));
}

#[test]
fn no_more_of_a_card_s_memory_is_taken_than_was_foreseen() {
    let home = home_with_model();
    for recipe in [Recipe::Sd15, Recipe::Sdxl] {
        let file = home.path().join("mini.safetensors");
        let options = SeededOptions::default();
        write_seeded(recipe, Scale::Mini, Dtype::F32, 0, &options, &file).unwrap();
        let file = file.display().to_string();
        let args = ["bench", "--checkpoint", &file, "--device", "vulkan:0", "--json"];
        let sizes = ["--size", "192x192", "--steps", "1", "--repeats", "1"];
        let document = document(&software(&home, &[&args[..], &sizes].concat()));
        for run in document["runs"].as_array().unwrap() {
            let card = &run["cards"][0];
            println!("{recipe:?} {}x{}: {card}", run["width"], run["height"]);
            let bytes = |name: &str| card[name].as_u64().unwrap();
            assert!(bytes("loaded_bytes") > 1 << 20, "{run}");
            assert!(bytes("loaded_bytes") <= bytes("peak_bytes"), "{run}");
            assert!(bytes("peak_bytes") <= bytes("foreseen_bytes"), "{recipe:?}: {run}");
        }
    }
}
