//! The question what can compute here, as the window asks it: through a process of its own, which
//! may answer, die or hang.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

#[path = "support/program.rs"]
#[allow(dead_code, reason = "shared with the tests of the commands")]
mod program;

use aiimagegen::engine::{Device, DeviceFacts, Error, Obstacle, one_per_card};
use aiimagegen::engine_process::{DRIVER_PATIENCE, Launch, devices, test_again};
use program::{document, home, run};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// A shell script in the program's place.
fn script(text: &str) -> Launch {
    Launch { program: Some("/bin/sh".into()), args: vec!["-c".into(), text.into()] }
}

fn answer(launch: &Launch) -> Result<Vec<DeviceFacts>, Error> {
    devices(launch, DRIVER_PATIENCE)
}

#[test]
fn the_program_names_what_its_command_names_and_ends() {
    let home = home();
    let program = Some(env!("CARGO_BIN_EXE_aiimagegen").into());
    let launch = Launch { program, ..Launch::with(&home.path().join("settings")) };
    let found = answer(&launch).unwrap();
    assert_eq!(found.last().unwrap().device, Device::Cpu);
    let listed = document(&run(&home, &["devices", "--json"]));
    let listed = listed["devices"].as_array().unwrap();
    let found = one_per_card(found, &[]);
    let ids: Vec<_> = listed.iter().map(|device| device["id"].as_str().unwrap()).collect();
    assert_eq!(found.iter().map(|it| it.device.to_string()).collect::<Vec<_>>(), ids);
    assert_eq!(listed.last().unwrap()["name"], found.last().unwrap().name);
}

#[test]
fn a_driver_that_crashes_is_an_error_with_its_signal() {
    let crashed = answer(&script("kill -SEGV $$")).unwrap_err();
    assert_eq!(crashed, Error::EngineGone { status: "signal 11, SIGSEGV".into() });
    let ended = answer(&script("head -c 13 >/dev/null; exit 3")).unwrap_err();
    assert_eq!(ended, Error::EngineGone { status: "exit code 3".into() });
    let absent = Launch { program: Some("/no/such/program".into()), args: Vec::new() };
    assert!(matches!(answer(&absent), Err(Error::EngineGone { .. })));
}

#[test]
fn a_driver_that_hangs_is_waited_for_no_longer_than_said_and_ended() {
    let home = home();
    let note = home.path().join("pid");
    let launch = script(&format!("echo $$ > '{}'; exec sleep 600", note.display()));
    let begin = Instant::now();
    let silent = devices(&launch, Duration::from_secs(1)).unwrap_err();
    assert_eq!(silent, Error::EngineSilent { patience: 1 });
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    let pid = std::fs::read_to_string(note).unwrap();
    let process = Path::new("/proc").join(pid.trim());
    while process.exists() {
        assert!(begin.elapsed() < Duration::from_secs(10), "the process goes on");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn what_is_no_answer_is_no_answer() {
    for text in ["head -c 200 /dev/zero | tr '\\0' '\\377'; sleep 600", "yes; sleep 600"] {
        let error = answer(&script(text)).unwrap_err();
        assert!(matches!(error, Error::Internal { .. }), "{error}");
    }
}

#[test]
fn a_card_is_tested_again_in_such_a_process_too() {
    let again = |launch: &Launch| {
        test_again(launch, Device::Cuda(99), DRIVER_PATIENCE, &mut |_| {}).unwrap_err()
    };
    let crashed = again(&script("kill -SEGV $$"));
    assert_eq!(crashed, Error::EngineGone { status: "signal 11, SIGSEGV".into() });
    let home = home();
    let program = Some(env!("CARGO_BIN_EXE_aiimagegen").into());
    let launch = Launch { program, ..Launch::with(&home.path().join("settings")) };
    let absent = Error::DeviceUnusable { device: Device::Cuda(99), obstacle: Obstacle::Absent };
    assert_eq!(again(&launch), absent);
}
