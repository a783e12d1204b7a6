//! What is read of NVIDIA's cards, and what becomes of a machine whose driver fails: against a
//! stand-in for their management library, loaded as the real one is. Needs what `tests/accessible.rs`
//! needs.

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

use aiimagegen::cards::{Bond, Card, Link, Nvidia, PciAddress};
use aiimagegen::engine::{Device, DeviceFacts};
use aiimagegen::gpu::{EngineMemory, Gauge, MemoryPart, MemoryView};
use program::{document, home, program};
use reader::{Bus, Node};
use screen::{Screen, Window};
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const GIB: u64 = 1 << 30;
const PATIENCE: Duration = Duration::from_secs(60);

/// The library, compiled with these definitions.
fn stand_in(definitions: &[&str]) -> TempDir {
    let folder = home();
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/stand_in_nvml.c");
    let library = folder.path().join("libnvidia-ml.so.1");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-w"]).args(definitions.iter().map(|it| format!("-D{it}")));
    assert!(compiler.arg("-o").arg(&library).arg(source).status().unwrap().success());
    fs::copy(&library, folder.path().join("libcuda.so")).unwrap();
    folder
}

fn open(library: &TempDir) -> Option<Nvidia> {
    Nvidia::open_library(library.path().join("libnvidia-ml.so.1").as_os_str())
}

fn at(address: &str) -> Option<PciAddress> {
    Some(address.parse().unwrap())
}

#[test]
fn a_machine_may_have_no_card_and_no_library() {
    let library = stand_in(&["CARDS=0"]);
    let nvidia = open(&library).unwrap();
    assert_eq!((nvidia.count(), nvidia.cards()), (0, Vec::new()));
    assert!(!Gauge::over(Some(nvidia)).wants_names());
    assert!(open(&home()).is_none());
}

#[test]
fn a_card_is_read_as_far_as_its_driver_goes() {
    let library = stand_in(&["CARDS=1"]);
    let card = Card {
        pci: at("0000:0a:00.0"),
        uuid: Some("GPU-00000000-1111-2222-3333-444444444444".into()),
        name: "Stand-in card 0".into(),
        driver: "570.86.15".into(),
        total: 24 * GIB,
        used: 5 * GIB,
        free: 24 * GIB - 5 * GIB - GIB / 2,
        processes: vec![(77, 3 * GIB), (78, GIB)],
        // Nobody knows how much 79 holds.
        are_all: false,
        temperature: Some(61),
        load: Some(87),
        links: Vec::new(),
        trouble: None,
    };
    assert_eq!(open(&library).unwrap().cards(), [card]);
}

#[test]
fn links_lead_to_the_other_card_whether_or_not_they_are_on() {
    for (definition, is_active) in [("ON", true), ("INACTIVE", false)] {
        let library = stand_in(&["CARDS=2", "LINKS=4", definition]);
        let cards = open(&library).unwrap().cards();
        let link = |number, peer| Link { number, is_active, peer: at(peer) };
        let links = |peer| (0..4).map(|number| link(number, peer)).collect::<Vec<_>>();
        assert_eq!(cards[0].links, links("0000:05:00.0"));
        assert_eq!(cards[1].links, links("0000:0a:00.0"));
        assert_eq!((cards[1].total, cards[1].load), (16 * GIB, None));
        let active = if is_active { 4 } else { 0 };
        let bond = Bond { peer: at("0000:05:00.0"), links: 4, active };
        assert_eq!(cards[0].bonds(&cards), [bond]);
    }
}

#[test]
fn a_card_that_falls_off_the_bus_leaves_the_others() {
    let note = home();
    let lost = note.path().join("lost");
    let library = stand_in(&["CARDS=2", &format!("LOST_WHEN=\"{}\"", lost.display())]);
    let nvidia = open(&library).unwrap();
    let whole = nvidia.cards();
    assert!(whole.iter().all(|card| card.trouble.is_none() && card.total > 0));
    fs::write(&lost, "").unwrap();
    let left = nvidia.cards();
    let trouble = left[0].trouble.clone().unwrap();
    assert!(trouble.to_lowercase().contains("bus"), "{trouble}");
    assert_eq!(
        (left[0].pci, left[0].total, left[0].name.as_str()),
        (whole[0].pci, 0, "Stand-in card 0")
    );
    assert_eq!(left[1], whole[1]);
    fs::remove_file(&lost).unwrap();
    assert_eq!(nvidia.cards(), whole);
}

/// CUDA's card `ordinal`, as far as the meters care.
fn by_cuda(ordinal: usize, address: &str) -> DeviceFacts {
    DeviceFacts { pci: at(address), ..DeviceFacts::of(Device::Cuda(ordinal)) }
}

#[test]
fn the_meters_show_each_card_under_cuda_s_number_and_lose_only_the_lost() {
    let note = home();
    let lost = note.path().join("lost");
    let library = stand_in(&["CARDS=2", &format!("LOST_WHEN=\"{}\"", lost.display())]);
    let mut gauge = Gauge::over(open(&library));
    assert!(gauge.wants_names());
    gauge.name(vec![by_cuda(0, "0000:05:00.0"), by_cuda(1, "0000:0a:00.0")]);
    assert!(!gauge.wants_names());
    let shown = |gauge: &Gauge| {
        let chosen = [Device::Cuda(0), Device::Cuda(1)];
        let held = [(Device::Cuda(1), 2 * GIB)];
        let engine = EngineMemory { processes: &[77], held: &held, ..EngineMemory::default() };
        MemoryView::new(&gauge.read(&[77]), engine, &chosen).devices
    };
    let both = shown(&gauge);
    let totals: Vec<_> = both.iter().map(|memory| (memory.device, memory.total)).collect();
    assert_eq!(totals, [(Device::Cuda(1), 24 * GIB), (Device::Cuda(0), 16 * GIB)]);
    let parts = [MemoryPart::Activations, MemoryPart::Others, MemoryPart::Unaccounted];
    assert_eq!(parts.map(|part| both[0].bytes(part)), [2 * GIB, 2 * GIB, GIB]);
    fs::write(&lost, "").unwrap();
    let left: Vec<_> = shown(&gauge).iter().map(|memory| memory.device).collect();
    assert_eq!(left, [Device::Cuda(0)]);
}

/// The program where the stand-in is installed.
fn with(library: &TempDir, mut program: Command) -> Command {
    program.env("LD_LIBRARY_PATH", library.path());
    program
}

#[test]
fn the_devices_are_listed_with_what_nvml_knows() {
    let (library, home) = (stand_in(&["CARDS=2", "LINKS=4"]), home());
    let mut command = with(&library, program(home.path()));
    let listed = document(&command.args(["devices", "--json"]).output().unwrap());
    let card = &listed["devices"][0];
    assert_eq!((&card["id"], &card["name"]), (&"cuda:0".into(), &"Stand-in card 0".into()));
    assert_eq!(card["pci"], "0000:0a:00.0");
    assert_eq!(card["uuid"], "GPU-00000000-1111-2222-3333-444444444444");
    assert_eq!((&card["total"], &card["used"]), (&(24 * GIB).into(), &(5 * GIB).into()));
    assert_eq!(card["links"][0], "NVLink \u{d7}4 \u{2194} 0000:05:00.0");
    assert_eq!(listed["devices"][1]["pci"], "0000:05:00.0");
    for card in &listed["devices"].as_array().unwrap()[..2] {
        let parts = card["ledger"].as_object().unwrap();
        let sum: u64 = parts.values().map(|bytes| bytes.as_u64().unwrap()).sum();
        assert_eq!(sum, card["total"].as_u64().unwrap(), "{card}");
        assert_eq!(parts["free"].as_u64().unwrap(), sum - card["used"].as_u64().unwrap());
    }
}

/// What `devices` says in its two forms where this stand-in is installed.
fn listed(definitions: &[&str]) -> (serde_json::Value, String) {
    let (library, home) = (stand_in(definitions), home());
    let json = with(&library, program(home.path())).args(["devices", "--json"]).output().unwrap();
    let text = with(&library, program(home.path())).arg("devices").output().unwrap();
    (document(&json), String::from_utf8(text.stdout).unwrap())
}

#[test]
fn each_card_says_how_it_is_and_two_say_what_their_link_is_good_for() {
    let of_stand_in = |json: &serde_json::Value| {
        let devices = json["devices"].as_array().unwrap().iter();
        devices.filter(|it| it["name"].as_str().unwrap().starts_with("Stand-in")).count()
    };
    let (json, text) = listed(&["CARDS=0"]);
    assert!(of_stand_in(&json) == 0 && !text.contains("NVLink"), "{text}");

    let (json, text) = listed(&["CARDS=1"]);
    assert!(of_stand_in(&json) == 1 && !text.contains("NVLink"), "{text}");
    assert!(text.contains("PCI 0000:0a:00.0, 61 \u{b0}C, 87% busy"), "{text}");
    let card = &json["devices"][0];
    assert_eq!((&card["temperature"], &card["load"]), (&61.into(), &87.into()));
    assert_eq!((&card["type"], &card["copies"]), (&"discrete".into(), &serde_json::Value::Null));

    for (definition, active, link, note) in [
        ("ON", 4, "NVLink \u{d7}4 \u{2194} 0000:05:00.0\n", "NVLink joins the cards"),
        ("INACTIVE", 0, "NVLink \u{d7}4 \u{2194} 0000:05:00.0, off\n", "No NVLink in use"),
    ] {
        let (json, text) = listed(&["CARDS=2", "LINKS=4", definition]);
        let bond = serde_json::json!({ "peer": "0000:05:00.0", "links": 4, "active": active });
        assert_eq!(json["devices"][0]["nvlink"], serde_json::json!([bond]));
        assert_eq!(of_stand_in(&json), 2);
        assert!(text.contains(link) && text.contains(note), "{text}");
    }
}

#[test]
fn a_card_off_the_bus_is_listed_with_what_is_wrong_and_without_numbers() {
    let lost = format!("LOST_WHEN=\"{}\"", env!("CARGO_MANIFEST_DIR"));
    let (json, text) = listed(&["CARDS=2", &lost]);
    let [card, other] = [&json["devices"][0], &json["devices"][1]];
    assert_eq!((&card["usable"], &card["total"]), (&false.into(), &0.into()));
    assert_eq!((card["temperature"].as_u64(), other["temperature"].as_u64()), (None, Some(62)));
    assert_eq!(other["total"], 16 * GIB);
    assert!(text.contains("No NVLink in use"), "{text}");
}

#[test]
fn a_driver_that_crashes_leaves_the_window_and_the_processor() {
    let (library, home) = (stand_in(&["CRASH"]), home());
    let screen = Screen::start();
    let bus = Bus::start(&screen);
    let mut command = with(&library, program(home.path()));
    command.envs(bus.variables());
    let window = Window::of(&screen, command);
    window.press("alt+n");
    let begin = Instant::now();
    loop {
        let windows = bus.windows(PATIENCE);
        let all: Vec<&Node> = windows.iter().flat_map(Node::all).collect();
        let said = |start: &str, part: &str| {
            all.iter().any(|node| node.name.starts_with(start) && node.name.contains(part))
        };
        if said("The search for graphics cards failed, ", "signal 6, SIGABRT") {
            assert!(said("Look again", ""), "{windows:?}");
            break;
        }
        assert!(begin.elapsed() < PATIENCE, "nothing is said: {windows:?}");
    }
    window.press("alt+n");
    window.wait_for_title(PATIENCE, |title| title.starts_with("Setup (3 of 3)"));
}
