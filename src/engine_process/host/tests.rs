//! The host against shell scripts in the engine's place.

use super::*;
use crate::engine::{Device, Precision, Stage, StageSummary};
use std::time::Instant;

/// A host whose process is a shell script with `$1`, a file of answers to requests 1, 2, 3.
struct Scripted {
    host: Host,
    handle: Handle,
    folder: tempfile::TempDir,
}

fn scripted(script: &str) -> Scripted {
    let folder = tempfile::tempdir().unwrap();
    let summary = || ModelSummary {
        family: "sd1".into(),
        prediction: "eps".into(),
        stages: vec![StageSummary {
            stage: Stage::Unet,
            device: Device::Cpu,
            precision: Precision::F32,
            bytes: 3,
        }],
        load_s: 0.5,
        weight_bytes: 3,
    };
    let mut answers = Vec::new();
    for id in 1..=3 {
        let event = FromEngine::Event(Event::StepDone { step: 2, steps: 9, seconds: 0.1 });
        event.encode(id).write(&mut answers).unwrap();
        FromEngine::Loaded(summary()).encode(id).write(&mut answers).unwrap();
    }
    let event = answers.len() / 3 - FromEngine::Loaded(summary()).encode(1).payload.len() - 13;
    std::fs::write(folder.path().join("answers"), &answers).unwrap();
    std::fs::write(folder.path().join("event"), &answers[..event]).unwrap();
    let script = format!("cd '{}'; {script}", folder.path().display());
    let args = vec!["-c".into(), script.into()];
    let launch = Launch { program: Some("/bin/sh".into()), args };
    let handle = Handle::default();
    Scripted { host: Host::new(launch, handle.clone()), handle, folder }
}

impl Scripted {
    fn load(&mut self, id: u64) -> Result<ModelSummary, Error> {
        self.host.load(id, &ModelRequest::default(), &mut |_| {})
    }

    fn pid(&self) -> u32 {
        self.handle.link().as_ref().unwrap().child.id()
    }
}

fn kill(pid: u32) {
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
}

#[test]
fn one_process_answers_request_after_request() {
    let mut engine = scripted("cat answers; exec cat > requests");
    let mut events = Vec::new();
    engine.host.load(1, &ModelRequest::default(), &mut |event| events.push(event)).unwrap();
    let pid = engine.pid();
    assert_eq!(engine.load(2).unwrap().family, "sd1");
    assert_eq!(engine.pid(), pid);
    assert_eq!(events, [Event::StepDone { step: 2, steps: 9, seconds: 0.1 }]);
}

#[test]
fn a_process_killed_in_the_middle_of_a_step_is_noticed_at_once_and_replaced() {
    let mut engine =
        scripted("if mkdir once; then cat event; exec sleep 60; fi; cat answers; exec cat > r");
    let handle = engine.handle.clone();
    let mut killed = None;
    let error = engine.host.load(1, &ModelRequest::default(), &mut |_| {
        let pid = handle.link().as_ref().unwrap().child.id();
        killed = Some(Instant::now());
        kill(pid);
    });
    let status = "signal 9, SIGKILL".to_owned();
    assert_eq!(error, Err(Error::EngineGone { status }));
    assert!(killed.unwrap().elapsed() < Duration::from_secs(1), "{:?}", killed.unwrap().elapsed());
    assert_eq!(engine.load(2).unwrap().family, "sd1");
}

#[test]
fn a_process_that_dies_idle_is_replaced_without_a_word() {
    let mut engine = scripted("cat answers; exec cat > requests");
    engine.load(1).unwrap();
    let first = engine.pid();
    kill(first);
    while matches!(engine.handle.link().as_mut().unwrap().child.try_wait(), Ok(None)) {
        thread::yield_now();
    }
    // The answers to request 1 come again and are passed over.
    assert_eq!(engine.load(2).unwrap().family, "sd1");
    assert_ne!(engine.pid(), first);
}

#[test]
fn the_last_words_of_a_process_are_kept() {
    let mut engine = scripted("echo first >&2; echo 'out of ideas' >&2; exit 3");
    assert_eq!(engine.load(1), Err(Error::EngineGone { status: "exit code 3".into() }));
    assert_eq!(engine.host.last_words(), ["first", "out of ideas"]);
    let mut talker = scripted("head -c 9000000 /dev/zero >&2; exit 1");
    assert_eq!(talker.load(1), Err(Error::EngineGone { status: "exit code 1".into() }));
    assert_eq!(talker.host.last_words().len(), LAST_LINES);
}

#[test]
fn answers_out_of_form_end_the_process_and_not_the_host() {
    for script in [
        "head -c 200 /dev/zero | tr '\\0' '\\377'; sleep 60",
        "printf '\\2\\0\\0\\0\\5\\1\\0\\0\\0\\0\\0\\0\\0{]'; sleep 60",
    ] {
        let mut engine = scripted(script);
        let error = engine.load(1).unwrap_err();
        assert!(matches!(error, Error::Internal { .. }), "{error}");
        assert!(engine.handle.link().is_none());
    }
    let mut cut = scripted("printf '\\2\\0\\0'");
    assert_eq!(cut.load(1), Err(Error::EngineGone { status: "exit code 0".into() }));
}

#[test]
fn a_program_that_is_not_there_is_an_error() {
    let launch = Launch { program: Some("/no/such/program".into()), args: Vec::new() };
    let mut host = Host::new(launch, Handle::default());
    let error = host.load(1, &ModelRequest::default(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::EngineGone { .. }), "{error}");
}

#[test]
fn a_cancel_before_the_request_keeps_the_process_from_starting() {
    let mut engine = scripted("cat answers; exec cat > requests");
    engine.handle.cancel(1);
    assert_eq!(engine.load(1), Err(Error::Cancelled { step: 0, steps: 0 }));
    assert!(engine.handle.link().is_none());
    engine.load(2).unwrap();
}

#[test]
fn a_cancel_reaches_the_process() {
    let request = ToEngine::Load(ModelRequest::default()).encode(1).unwrap();
    let mut cancels = 0;
    let script = format!(
        "cat event; head -c {} > requests; cat answers; exec sleep 60",
        13 + request.payload.len() + 13
    );
    let mut engine = scripted(&script);
    let handle = engine.handle.clone();
    let answer = engine.host.load(1, &ModelRequest::default(), &mut |_| {
        cancels += 1;
        if cancels == 1 {
            handle.cancel(1);
        }
    });
    answer.unwrap();
    let heard = std::fs::read(engine.folder.path().join("requests")).unwrap();
    let mut heard = &heard[..];
    assert_eq!(Frame::read(&mut heard).unwrap().unwrap(), request);
    assert_eq!(Frame::read(&mut heard).unwrap().unwrap(), ToEngine::Cancel.encode(1).unwrap());
}

#[test]
fn stopping_now_cancels_the_request_with_the_steps_done() {
    let mut engine = scripted("cat event; exec sleep 60");
    let handle = engine.handle.clone();
    let begin = Instant::now();
    let answer = engine.host.load(1, &ModelRequest::default(), &mut |_| handle.kill());
    assert_eq!(answer, Err(Error::Cancelled { step: 2, steps: 9 }));
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_process_that_does_not_read_blocks_neither_cancel_nor_kill() {
    let mut engine = scripted("cat event; exec sleep 60");
    let handle = engine.handle.clone();
    let model = ModelRequest { checkpoint: "x".repeat(1 << 20).into(), ..Default::default() };
    let answer = engine.host.load(1, &model, &mut |_| {
        (0..10_000).for_each(|_| handle.cancel(1));
        handle.kill();
    });
    assert!(matches!(answer, Err(Error::Cancelled { .. })), "{answer:?}");
}

#[test]
fn a_request_beyond_the_limit_is_refused_here() {
    let mut engine = scripted("exec sleep 60");
    let checkpoint = "x".repeat(17 << 20).into();
    let model = ModelRequest { checkpoint, ..ModelRequest::default() };
    let error = engine.host.load(1, &model, &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::Internal { .. }));
}

#[test]
fn the_process_goes_with_its_host() {
    let mut engine = scripted("cat answers; exec cat > requests");
    engine.load(1).unwrap();
    let pid = engine.pid();
    drop(engine);
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
}
