//! Every fact has its sentence, and the sentences read as they should.

use super::*;
use crate::engine::{
    DecodeWay, Device, FileKind, FileProblem, FinishedLatent, Flaw, ModelSummary, Picture,
    Precision, Rule, Stage, StepWay,
};
use std::path::{Path, PathBuf};

fn flaws() -> Vec<Flaw> {
    let name = || "a.weight".to_owned();
    let detail = || "line 1".to_owned();
    // A new variant does not compile here until it has an example, and so a text, below.
    let known = |flaw: &Flaw| match flaw {
        Flaw::UnknownFormat
        | Flaw::Truncated { .. }
        | Flaw::HeaderTooLarge { .. }
        | Flaw::HeaderUnreadable { .. }
        | Flaw::OutsideFile { .. }
        | Flaw::Overlap { .. }
        | Flaw::SizeMismatch { .. }
        | Flaw::Duplicate { .. }
        | Flaw::UnknownDtype { .. }
        | Flaw::ForbiddenCall { .. }
        | Flaw::PickleLimit { .. }
        | Flaw::PickleUnreadable { .. }
        | Flaw::ArchiveUnreadable { .. } => 13,
    };
    let flaws = vec![
        Flaw::UnknownFormat,
        Flaw::Truncated { expected: 4_265_380_512, found: 1_000_000_000 },
        Flaw::HeaderTooLarge { claimed: 100_000_000_000 },
        Flaw::HeaderUnreadable { detail: detail() },
        Flaw::OutsideFile { tensor: name() },
        Flaw::Overlap { tensor: name(), other: "b".into() },
        Flaw::SizeMismatch { tensor: name() },
        Flaw::Duplicate { tensor: name() },
        Flaw::UnknownDtype { tensor: name(), dtype: "F8".into() },
        Flaw::ForbiddenCall { callable: "os.system".into() },
        Flaw::PickleLimit { limit: "depth".into() },
        Flaw::PickleUnreadable { detail: detail() },
        Flaw::ArchiveUnreadable { detail: detail() },
    ];
    assert_eq!(flaws.len(), known(&flaws[0]));
    flaws
}

fn problems() -> Vec<FileProblem> {
    let known = |problem: &FileProblem| match problem {
        FileProblem::NotFound
        | FileProblem::IsFolder
        | FileProblem::NotRegular
        | FileProblem::NoPermission
        | FileProblem::Empty
        | FileProblem::Other { .. } => 6,
    };
    let problems = vec![
        FileProblem::NotFound,
        FileProblem::IsFolder,
        FileProblem::NotRegular,
        FileProblem::NoPermission,
        FileProblem::Empty,
        FileProblem::Other { reason: "stale handle".into() },
    ];
    assert_eq!(problems.len(), known(&problems[0]));
    problems
}

fn kinds() -> Vec<FileKind> {
    let known = |kind: FileKind| match kind {
        FileKind::Checkpoint
        | FileKind::Vae
        | FileKind::Clip
        | FileKind::Lora
        | FileKind::ControlNet
        | FileKind::Embedding
        | FileKind::Upscaler
        | FileKind::LanguageModel
        | FileKind::OtherDiffusion
        | FileKind::Unknown => 10,
    };
    let kinds = vec![
        FileKind::Checkpoint,
        FileKind::Vae,
        FileKind::Clip,
        FileKind::Lora,
        FileKind::ControlNet,
        FileKind::Embedding,
        FileKind::Upscaler,
        FileKind::LanguageModel,
        FileKind::OtherDiffusion,
        FileKind::Unknown,
    ];
    assert_eq!(kinds.len(), known(kinds[0]));
    kinds
}

fn rules() -> Vec<Rule> {
    let known = |rule: &Rule| match rule {
        Rule::MultipleOf { .. } | Rule::Between { .. } | Rule::OneOf { .. } => 3,
    };
    let rules = vec![
        Rule::MultipleOf { of: 8 },
        Rule::Between { min: 1.0, max: 150.0 },
        Rule::OneOf { names: vec!["euler".into(), "heun".into()] },
    ];
    assert_eq!(rules.len(), known(&rules[0]));
    rules
}

/// One error of every kind, and one for every flaw, problem, kind of file and rule.
fn errors() -> Vec<Error> {
    let file = || PathBuf::from("/models/a.safetensors");
    let text = || "words".to_owned();
    let device = Device::Cuda(1);
    let known = |error: &Error| match error {
        Error::File { .. }
        | Error::Flawed { .. }
        | Error::WrongKind { .. }
        | Error::MissingParts { .. }
        | Error::MissingTensor { .. }
        | Error::WrongShape { .. }
        | Error::WeightsNotFinite { .. }
        | Error::UnsupportedModel { .. }
        | Error::PartMismatch { .. }
        | Error::BadValue { .. }
        | Error::DeviceUnusable { .. }
        | Error::PrecisionUnsupported { .. }
        | Error::OutOfMemory { .. }
        | Error::NotFinite { .. }
        | Error::Save { .. }
        | Error::Cancelled { .. }
        | Error::EngineGone { .. }
        | Error::EngineSilent { .. }
        | Error::Internal { .. } => 19,
    };
    let mut errors = vec![
        Error::MissingParts { file: file(), parts: vec!["vae".into(), "clip_l".into()] },
        Error::MissingTensor { file: file(), tensor: text() },
        Error::WrongShape {
            file: file(),
            tensor: text(),
            expected: vec![320, 4, 3, 3],
            found: vec![320, 5],
        },
        Error::WeightsNotFinite { file: file(), tensor: text() },
        Error::UnsupportedModel { file: file(), evidence: text() },
        Error::PartMismatch {
            file: file(),
            part: "clip_l".into(),
            expected: "768".into(),
            found: "1024".into(),
        },
        Error::DeviceUnusable { device, obstacle: Obstacle::Broken { detail: text() } },
        Error::PrecisionUnsupported {
            device,
            precision: Precision::Bf16,
            supported: vec![Precision::F32],
        },
        Error::OutOfMemory { device, needed: 9_000_000_000, available: 1_200_000_000 },
        Error::NotFinite { stage: Stage::Vae, step: 0 },
        Error::Save { file: file(), reason: text() },
        Error::Cancelled { step: 3, steps: 20 },
        Error::EngineGone { status: "signal 9".into() },
        Error::EngineSilent { patience: 30 },
        Error::Internal { detail: text() },
    ];
    assert_eq!(errors.len() + 4, known(&errors[0]), "four more have cases of their own");
    errors.extend(problems().into_iter().map(|problem| Error::File { file: file(), problem }));
    errors.extend(flaws().into_iter().map(|flaw| Error::Flawed { file: file(), flaw }));
    errors.extend(kinds().into_iter().map(|found| Error::WrongKind {
        file: file(),
        wanted: Stage::Unet,
        found,
    }));
    errors.extend(rules().into_iter().map(|rule| Error::BadValue {
        field: "steps".into(),
        value: "0".into(),
        rule,
    }));
    errors
}

#[test]
fn every_reason_why_a_picture_says_nothing_has_a_text() {
    let file = || PathBuf::from("a.png");
    let reasons = [
        Unread::NotPicture { file: file() },
        Unread::NoParameters { file: file() },
        Unread::OtherProgram { file: file(), source: Source::ComfyUi },
        Unread::BrokenText { file: file(), available: 1 << 20 },
        Unread::CutShort { file: file() },
    ];
    for reason in reasons {
        let line = unread(&reason);
        assert!(line.starts_with("a.png: ") && !line.contains("unread-"), "{line}");
    }
    let gone = Error::File { file: file(), problem: FileProblem::NotFound };
    assert_eq!(unread(&Unread::File(gone.clone())), error(&gone));
    for reason in [
        UnhonouredReason::NotSupported,
        UnhonouredReason::UnknownName,
        UnhonouredReason::BadValue,
        UnhonouredReason::OtherNoise,
    ] {
        assert!(!unhonoured(reason).contains("unhonoured-"), "{reason:?}");
    }
    assert_eq!(source(Source::Unknown), "a program that is not known here");
}

#[test]
fn every_error_is_one_sentence_that_names_file_or_part_and_reason() {
    for case in errors() {
        assert!(sentence("error", &case).is_some(), "no text for {case:?}");
        let line = error(&case);
        let (part, reason) = line.split_once(": ").expect(&line);
        assert!(!part.is_empty() && reason.len() > 5, "{line}");
        for gap in ["{", "}", "$", "\n", "_", "  "] {
            assert!(!reason.replace("clip_l", "clip").contains(gap), "{gap:?} in {line}");
        }
        for hint in hints(&case) {
            assert!(!hint.contains('$') && hint.ends_with('.'), "{hint}");
        }
    }
}

#[test]
fn every_event_has_a_text() {
    let known = |event: &Event| match event {
        Event::DeviceTesting { .. }
        | Event::DeviceTested { .. }
        | Event::DeviceSkipped { .. }
        | Event::Placed(_) // in `placement`
        | Event::LoadProgress { .. }
        | Event::Loaded(_)
        | Event::SeedChosen(_)
        | Event::EncodeStarted
        | Event::SamplingStarted { .. }
        | Event::StepDone { .. }
        | Event::DecodeStarted
        | Event::DecodeRepeated { .. }
        | Event::Preview(_)
        | Event::LatentFinished(_)
        | Event::DecodeRetried { how: DecodeWay::Tiled | DecodeWay::TiledOnProcessor }
        | Event::TileDone { .. }
        | Event::StepRepeated { .. }
        | Event::MemoryHeld { .. }
        | Event::StepRetried {
            how: StepWay::Halves | StepWay::OneByOne | StepWay::Elsewhere { .. },
        } => 21,
    };
    let events = [
        Event::DeviceSkipped { device: Device::Cuda(0), obstacle: Obstacle::Unproven },
        Event::LoadProgress { stage: Stage::Unet, done: 1, total: 2 },
        Event::Loaded(ModelSummary {
            family: "sd1".into(),
            prediction: "eps".into(),
            stages: Vec::new(),
            load_s: 1.0,
            weight_bytes: 4,
        }),
        Event::SeedChosen(u64::MAX),
        Event::EncodeStarted,
        Event::SamplingStarted { steps: 20 },
        Event::StepDone { step: 1, steps: 20, seconds: 0.5 },
        Event::DecodeStarted,
        Event::DecodeRepeated { precision: Precision::F16 },
        Event::Preview(Picture::default()),
        Event::LatentFinished(FinishedLatent::default()),
        Event::DecodeRetried { how: DecodeWay::Tiled },
        Event::DecodeRetried { how: DecodeWay::TiledOnProcessor },
        Event::TileDone { tile: 2, tiles: 9 },
        Event::DeviceTesting { device: Device::Cuda(1), done: 3, total: 47 },
        Event::DeviceTested { device: Device::Cuda(1), seconds: 63.217 },
        Event::StepRetried { how: StepWay::Halves },
        Event::StepRetried { how: StepWay::OneByOne },
        Event::StepRetried { how: StepWay::Elsewhere { device: Device::Cuda(1) } },
        Event::StepRepeated { precision: Precision::F16, instead: Precision::F32 },
        Event::MemoryHeld { device: Device::Cuda(1), bytes: 4_200_000_000 },
    ];
    assert_eq!(events.len(), known(&events[0]));
    for case in &events {
        assert!(sentence("event", case).is_some_and(|text| !text.contains('$')), "{case:?}");
    }
    assert_eq!(event(&Event::SeedChosen(u64::MAX)), "Seed 18446744073709551615");
    assert_eq!(event(&events[6]), "Step 1 of 20");
    assert_eq!(event(&events[13]), "Making the picture: part 2 of 9");
    assert!(event(&events[15]).ends_with("tested in 63.2 s"));
    assert!(event(&events[18]).ends_with("on cuda:1"));
    assert_eq!(event(&events[20]), "cuda:1 holds 4.2 GB");
    let retried = event(&events[12]);
    assert!(retried.starts_with("Memory is short") && !retried.contains('_'), "{retried}");
}

#[test]
fn sentences_read_as_intended() {
    let flawed = |flaw| error(&Error::flawed(Path::new("a.safetensors"), flaw));
    assert_eq!(
        flawed(Flaw::Truncated { expected: 4_265_380_512, found: 1_200_000_000 }),
        "a.safetensors: the file is cut short: 1.2 GB of 4.3 GB are there"
    );
    assert_eq!(
        flawed(Flaw::Truncated { expected: 4_265_380_512, found: 4_265_380_000 }),
        "a.safetensors: the file is cut short: 4,265,380,000 bytes of 4,265,380,512 bytes are there"
    );
    assert_eq!(error(&Error::Cancelled { step: 0, steps: 0 }), "stopped before the first step");
    let value = "0".to_owned();
    let rule = Rule::Between { min: 1.0, max: 150.0 };
    assert_eq!(
        error(&Error::BadValue { field: "steps".into(), value, rule }),
        "steps: 0 cannot be used, it must be between 1 and 150"
    );
    let shapes = Error::WrongShape {
        file: "a.ckpt".into(),
        tensor: "w".into(),
        expected: vec![320, 4],
        found: vec![],
    };
    assert!(error(&shapes).contains("320\u{d7}4"), "{}", error(&shapes));
}

#[test]
fn hostile_names_stay_in_their_line() {
    let tensor = format!("a\nerror: {}\u{1b}[2J\u{202e}", "x".repeat(5000));
    let line = error(&Error::flawed(Path::new("a\nb"), Flaw::Duplicate { tensor }));
    assert!(!line.contains(['\n', '\u{1b}', '\u{202e}']), "{line}");
    assert!(line.starts_with("a b: ") && line.chars().count() < 400, "{line}");
}
