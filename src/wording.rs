//! Engine facts in the user's words.
//!
//! One rule instead of a long match: a variant's name is the id of its text, its fields are the
//! text's places, and a field that is itself a choice (`problem`, `flaw`, `rule`, ...) is worded
//! the same way first. `i18n/en/aiimagegen.ftl` has the sentences; a test holds the two together.

use crate::engine::{Error, Event, Obstacle};
use crate::i18n::{self, Args};
use crate::metadata::{Source, UnhonouredReason, Unread};
use fluent_templates::fluent_bundle::FluentValue;
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Longest text taken over from a file or a driver; a hostile name must not flood the screen.
const LONGEST_VALUE: usize = 300;

/// Fields that count bytes when they hold a number.
const BYTE_FIELDS: [&str; 8] =
    ["needed", "available", "claimed", "done", "total", "expected", "found", "weight_bytes"];

/// What went wrong, in one line: `FILE or part: reason`.
pub fn error(error: &Error) -> String {
    sentence("error", error).unwrap_or_else(|| one_line(&error.to_string()))
}

/// What can be done about it; empty when there is nothing to suggest.
pub fn hints(error: &Error) -> Vec<String> {
    let Some(value) = serde_json::to_value(error).ok() else { return Vec::new() };
    let (name, fields) = variant(&value);
    let mut hints = Vec::new();
    let args = places(&name, &fields);
    hints.extend(i18n::lookup_with(&format!("{}-hint", id("error", &name)), &args));
    for (field, value) in &fields {
        if let Some(prefix) = choice(&name, field) {
            let (inner, fields) = variant(value);
            let args = places(&inner, &fields);
            hints.extend(i18n::lookup_with(&format!("{}-hint", id(prefix, &inner)), &args));
        }
    }
    hints
}

/// What keeps a device from being used.
pub fn obstacle(obstacle: &Obstacle) -> String {
    sentence("obstacle", obstacle).unwrap_or_else(|| one_line(&format!("{obstacle:?}")))
}

/// What can be done about it, if anything.
pub fn obstacle_hint(obstacle: &Obstacle) -> Option<String> {
    let (name, fields) = variant(&serde_json::to_value(obstacle).ok()?);
    i18n::lookup_with(&format!("{}-hint", id("obstacle", &name)), &places(&name, &fields))
}

/// Why a picture's parameters could not be had, in one line: `FILE: reason`.
pub fn unread(unread: &Unread) -> String {
    match unread {
        Unread::File(error) => self::error(error),
        unread => sentence("unread", unread).unwrap_or_else(|| one_line(&format!("{unread:?}"))),
    }
}

/// What can be done about it.
pub fn unread_hints(unread: &Unread) -> Vec<String> {
    match unread {
        Unread::File(error) => hints(error),
        unread => {
            let (name, _) = variant(&serde_json::to_value(unread).unwrap_or_default());
            i18n::lookup(&format!("{}-hint", id("unread", &name))).into_iter().collect()
        }
    }
}

/// Why a picture's setting has no effect here.
pub fn unhonoured(reason: UnhonouredReason) -> String {
    sentence("unhonoured", &reason).unwrap_or_else(|| format!("{reason:?}"))
}

/// The program that a picture comes from.
pub fn source(source: Source) -> String {
    sentence("source", &source).unwrap_or_else(|| format!("{source:?}"))
}

/// A text from a file in one line of bounded length.
pub fn quotation(text: &str) -> String {
    clipped(text)
}

/// What the engine is doing, in one line, for logs and status lines.
pub fn event(event: &Event) -> String {
    sentence("event", event).unwrap_or_else(|| one_line(&format!("{event:?}")))
}

/// A number of bytes as people say it: `6.9 GB`, `512 MB`, `12 bytes`.
pub fn bytes(count: u64) -> String {
    let figure = |unit: f64, decimals: usize| format!("{:.*}", decimals, count as f64 / unit);
    let (id, text) = match count {
        0..1_000 => ("bytes-b", count.to_string()),
        1_000..999_500 => ("bytes-kb", figure(1e3, 0)),
        999_500..999_500_000 => ("bytes-mb", figure(1e6, 0)),
        _ => ("bytes-gb", figure(1e9, 1)),
    };
    i18n::text_with(id, [("n", FluentValue::from(text))])
}

/// The text for `fact`, an enum: `<prefix>-<variant>` with the variant's fields in its places.
fn sentence(prefix: &str, fact: &impl Serialize) -> Option<String> {
    let value = serde_json::to_value(fact).ok()?;
    worded(prefix, &value).map(|text| one_line(&text))
}

fn worded(prefix: &str, value: &Value) -> Option<String> {
    let (name, fields) = variant(value);
    i18n::lookup_with(&id(prefix, &name), &places(&name, &fields))
}

fn id(prefix: &str, name: &str) -> String {
    format!("{prefix}-{}", name.replace('_', "-"))
}

/// Name and fields of a serialized enum: `"name"`, `{"name": {fields}}` or `{"name": value}`.
fn variant(value: &Value) -> (String, Map<String, Value>) {
    let (name, content) = match value {
        Value::String(name) => return (name.clone(), Map::new()),
        Value::Object(object) => object.iter().next().unzip(),
        _ => (None, None),
    };
    let fields = match content {
        Some(Value::Object(fields)) => fields.clone(),
        Some(value) => Map::from_iter([("value".to_owned(), value.clone())]),
        None => Map::new(),
    };
    (name.cloned().unwrap_or_default(), fields)
}

/// The prefix of the texts for a field that holds one of several named cases.
fn choice(variant: &str, field: &str) -> Option<&'static str> {
    match (variant, field) {
        (_, "problem") => Some("problem"),
        (_, "obstacle") => Some("obstacle"),
        (_, "flaw") => Some("flaw"),
        (_, "rule") => Some("rule"),
        (_, "stage") => Some("stage"),
        (_, "wanted") => Some("wanted"),
        (_, "field") => Some("field"),
        ("wrong_kind", "found") => Some("kind"),
        ("other_program", "source") => Some("source"),
        _ => None,
    }
}

fn places(variant: &str, fields: &Map<String, Value>) -> Args<'static> {
    let exact = counts_look_alike(fields);
    let place = |(field, value): (&String, &Value)| {
        let worded = choice(variant, field).and_then(|prefix| worded(prefix, value));
        let value = worded.map_or_else(|| plain(field, value, exact), FluentValue::from);
        (Cow::Owned(field.clone()), value)
    };
    fields.iter().map(place).collect()
}

/// Whether two different byte counts would read the same, as in "4.3 GB of 4.3 GB".
fn counts_look_alike(fields: &Map<String, Value>) -> bool {
    let counts = fields.iter().filter(|(name, _)| BYTE_FIELDS.contains(&name.as_str()));
    let counts: Vec<u64> = counts.filter_map(|(_, value)| value.as_u64()).collect();
    matches!(counts[..], [a, b] if a != b && bytes(a) == bytes(b))
}

fn plain(field: &str, value: &Value, exact: bool) -> FluentValue<'static> {
    match value {
        Value::Number(count) if BYTE_FIELDS.contains(&field) => match count.as_u64() {
            Some(count) if exact => FluentValue::from(i18n::text_with(
                "bytes-b",
                [("n", FluentValue::from(grouped(count)))],
            )),
            Some(count) => FluentValue::from(bytes(count)),
            None => FluentValue::from(count.to_string()),
        },
        // Measured, so the first digits say it.
        Value::Number(number) if ["max_diff", "limit"].contains(&field) => {
            FluentValue::from(format!("{:.1e}", number.as_f64().unwrap_or(f64::INFINITY)))
        }
        // Beyond 2^53 a float would change the number: a seed stays what it is.
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.abs() < 9e15 => FluentValue::from(float),
            _ => FluentValue::from(number.to_string()),
        },
        Value::Array(items) if items.iter().all(Value::is_number) => {
            let items: Vec<String> = items.iter().map(Value::to_string).collect();
            FluentValue::from(clipped(&items.join("\u{d7}")))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(text_of).collect();
            FluentValue::from(clipped(&items.join(", ")))
        }
        Value::String(path) if field == "file" => FluentValue::from(one_line(path)),
        other => FluentValue::from(clipped(&text_of(other))),
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn clipped(text: &str) -> String {
    let line = one_line(text);
    match line.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}\u{2026}", &line[..end]),
        None => line,
    }
}

/// `4,265,380,512`
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `text` without line breaks, and with every other control character or direction mark visible:
/// names come from files that anyone can have written.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            c if c.is_whitespace() => line.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => line.extend(c.escape_unicode()),
            c if c.is_control() => line.extend(c.escape_unicode()),
            c => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{
        Device, FileKind, FileProblem, Flaw, ModelSummary, Precision, Rule, Stage,
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
            | Error::Internal { .. } => 18,
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
            Error::PrecisionUnsupported { device, precision: Precision::Bf16 },
            Error::OutOfMemory { device, needed: 9_000_000_000, available: 1_200_000_000 },
            Error::NotFinite { stage: Stage::Vae, step: 0 },
            Error::Save { file: file(), reason: text() },
            Error::Cancelled { step: 3, steps: 20 },
            Error::EngineGone { status: "signal 9".into() },
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
            Event::DeviceSkipped { .. }
            | Event::LoadProgress { .. }
            | Event::Loaded(_)
            | Event::SeedChosen(_)
            | Event::EncodeStarted
            | Event::SamplingStarted { .. }
            | Event::StepDone { .. }
            | Event::DecodeStarted
            | Event::DecodeRepeated { .. } => 9,
        };
        let events = [
            Event::DeviceSkipped { device: Device::Cuda(0), obstacle: Obstacle::Unproven },
            Event::LoadProgress { stage: Stage::Unet, done: 1, total: 2 },
            Event::Loaded(ModelSummary {
                family: "sd1".into(),
                prediction: "eps".into(),
                stages: vec![(Stage::Unet, Device::Cpu, Precision::F32)],
                load_s: 1.0,
                weight_bytes: 4,
            }),
            Event::SeedChosen(u64::MAX),
            Event::EncodeStarted,
            Event::SamplingStarted { steps: 20 },
            Event::StepDone { step: 1, steps: 20, seconds: 0.5 },
            Event::DecodeStarted,
            Event::DecodeRepeated { precision: Precision::F16 },
        ];
        assert_eq!(events.len(), known(&events[0]));
        for case in &events {
            assert!(sentence("event", case).is_some_and(|text| !text.contains('$')), "{case:?}");
        }
        assert_eq!(event(&Event::SeedChosen(u64::MAX)), "Seed 18446744073709551615");
        assert_eq!(event(&events[6]), "Step 1 of 20");
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

    #[test]
    fn byte_counts_have_sensible_units() {
        let cases = [(0, "0 bytes"), (999, "999 bytes"), (1_500, "2 kB"), (999_499, "999 kB")];
        let more = [(512_000_000, "512 MB"), (999_600_000, "1.0 GB"), (6_938_040_682, "6.9 GB")];
        for (count, text) in cases.into_iter().chain(more) {
            assert_eq!(bytes(count), text);
        }
    }
}
