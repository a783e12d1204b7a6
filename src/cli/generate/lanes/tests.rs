//! Tests: lanes with engines on the processor, and whose turn it is.

use super::*;
use crate::cli::generate::{Arrays, Hash, Report, Target};
use crate::config::Defaults;
use crate::engine::{Dtype, ModelRequest, Recipe, Scale, SeededOptions, write_seeded};
use std::fs;
use std::path::Path;

const COUNT: u32 = 5;

/// A run over a tiny model in `home`, into a folder of its own there.
fn session(home: &Path, name: &str) -> Session {
    let checkpoint = home.join("tiny.safetensors");
    if !checkpoint.exists() {
        let options = SeededOptions::default();
        write_seeded(Recipe::Sd15, Scale::Tiny, Dtype::F32, 0, &options, &checkpoint).unwrap();
    }
    let model = ModelRequest {
        checkpoint: checkpoint.clone(),
        devices: vec![Device::Cpu],
        ..ModelRequest::default()
    };
    let request = Defaults::default().request(model, "a cat".into());
    let (width, height, steps, seed) = (64, 64, 2, Some(u64::MAX - 1));
    Session {
        request: Request { width, height, steps, seed, ..request },
        target: Target::File(home.join(name).join("cat.png")),
        arrays: Arrays::default(),
        hash: Hash::Known(None),
        progress: Progress::new(false),
        json: true,
        report: Report::default(),
    }
}

/// What a run's pictures were reported as, and the files' bytes.
fn kept(session: &Session, folder: &Path) -> Vec<(String, u64, Vec<u8>)> {
    let kept = session.report.pictures.iter().map(|picture| {
        let path = Path::new(picture["path"].as_str().unwrap());
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        (name, picture["seed"].as_u64().unwrap(), fs::read(path).unwrap())
    });
    kept.collect()
}

fn never() -> bool {
    false
}

#[test]
fn two_lanes_make_what_one_makes_bit_for_bit_and_in_its_order() {
    let home = tempfile::tempdir().unwrap();
    let mut one = session(home.path(), "one");
    one.run_in_turn(COUNT).unwrap();
    let mut two = session(home.path(), "two");
    two.run_in_lanes(COUNT, &[Device::Cpu; 2], never).unwrap();
    let one = kept(&one, &home.path().join("one"));
    let two = kept(&two, &home.path().join("two"));
    let names: Vec<_> = two.iter().map(|(name, seed, _)| (name.as_str(), *seed)).collect();
    let expected = [
        ("cat.png", u64::MAX - 1),
        ("cat-1.png", u64::MAX),
        ("cat-2.png", 0),
        ("cat-3.png", 1),
        ("cat-4.png", 2),
    ];
    assert_eq!(names, expected);
    assert!(one == two, "the files differ");
}

#[test]
fn a_lane_that_fails_ends_the_others_and_what_is_made_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let mut some = session(home.path(), "some");
    some.request.steps = 200;
    // No machine has so many.
    let absent = Device::Vulkan(4000);
    let failed = some.run_in_lanes(COUNT, &[Device::Cpu, absent], never);
    let device = match failed {
        Err(Failure::Engine(Error::DeviceUnusable { device, .. })) => device,
        other => panic!("{other:?}"),
    };
    assert_eq!((device, some.report.pictures.len()), (absent, 0), "the first is not finished");

    let mut full = session(home.path(), "full");
    full.target = Target::File(home.path().join("tiny.safetensors/cat.png"));
    let failed = full.run_in_lanes(u32::MAX, &[Device::Cpu; 2], never);
    assert!(matches!(failed, Err(Failure::Engine(Error::Save { .. }))), "{failed:?}");
}

#[test]
fn all_lanes_stop_when_asked_to_and_what_is_made_is_kept() {
    static STOPPED: AtomicBool = AtomicBool::new(false);
    let home = tempfile::tempdir().unwrap();
    let mut endless = session(home.path(), "endless");
    let third = home.path().join("endless/cat-2.png");
    let watch = thread::spawn(move || {
        while !third.exists() {
            thread::sleep(std::time::Duration::from_millis(5));
        }
        STOPPED.store(true, Ordering::Relaxed);
    });
    let is_stopped = || STOPPED.load(Ordering::Relaxed);
    let ended = endless.run_in_lanes(u32::MAX, &[Device::Cpu; 2], is_stopped);
    assert!(matches!(ended, Err(Failure::Interrupted)), "{ended:?}");
    watch.join().unwrap();
    let kept = kept(&endless, &home.path().join("endless"));
    let files = fs::read_dir(home.path().join("endless")).unwrap().count();
    assert!(kept.len() >= 3 && kept.len() == files, "{} of {files} are said", kept.len());
    let seeds: Vec<_> = kept.iter().map(|(_, seed, _)| *seed).collect();
    let distance = |seed: &u64| seed.wrapping_sub(u64::MAX - 1);
    assert!(seeds.is_sorted_by_key(distance), "{seeds:?}");
}

#[test]
fn one_that_is_missing_does_not_take_those_behind_it_along() {
    let mut turns = Turns::new(9, 2);
    assert_eq!((turns.begin(), turns.begin(), turns.begin()), (Some(0), Some(1), Some(2)));
    turns.add(2, 'c');
    turns.add(1, 'b');
    assert_eq!(turns.keep(), None, "the first is not there");
    assert_eq!(
        (turns.keep_any(), turns.keep_any(), turns.keep_any()),
        (Some((1, 'b')), Some((2, 'c')), None)
    );
    assert!(!turns.are_kept());
}

#[test]
fn a_slow_lane_makes_the_others_wait() {
    let mut turns = Turns::new(u32::MAX, 2);
    let begun = std::iter::from_fn(|| turns.begin()).count();
    assert_eq!(begun, 8);
    (1..8).for_each(|number| turns.add(number, ()));
    assert_eq!((turns.keep(), turns.begin()), (None, None));
    turns.add(0, ());
    assert_eq!(std::iter::from_fn(|| turns.keep()).map(|(number, ())| number).last(), Some(7));
    assert_eq!(turns.begin(), Some(8));
}

proptest::proptest! {
    #[test]
    fn each_is_begun_once_and_kept_in_order(
        count in 0_u32..30,
        lanes in 1_usize..4,
        picks in proptest::collection::vec(proptest::prelude::any::<usize>(), 30),
    ) {
        let mut turns = Turns::new(count, lanes);
        let (mut under_way, mut kept) = (Vec::new(), Vec::new());
        let mut picks = picks.into_iter();
        while !turns.are_kept() {
            while under_way.len() < lanes && let Some(number) = turns.begin() {
                under_way.push(number);
            }
            // Any of them may be the next to be done.
            let place = picks.next().unwrap_or(0) % under_way.len();
            let number = under_way.remove(place);
            turns.add(number, number);
            kept.extend(std::iter::from_fn(|| turns.keep()).map(|(number, _)| number));
        }
        proptest::prop_assert!(turns.are_begun());
        proptest::prop_assert_eq!(kept, (0..count).collect::<Vec<_>>());
    }
}
