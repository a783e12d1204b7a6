//! `inspect`: what model files say about themselves, from their headers alone, and what pictures
//! say about how they were made.

mod picture;

use super::args::Shared;
use super::failure::Failure;
use super::terminal::{print, print_json, say};
use crate::engine::{self, Error, ModelFacts};
use crate::i18n::{text, text_with};
use crate::metadata;
use crate::wording;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// Runs the command. A file that cannot be read does not keep the others from being reported.
pub fn run(files: &[PathBuf], shared: &Shared) -> Result<(), Failure> {
    let mut reports = Vec::new();
    let mut failed = false;
    for file in files {
        let looked = look(file);
        failed |= looked.said.is_err();
        if shared.json {
            reports.push(looked.report);
        } else {
            match looked.said {
                Ok(lines) => print(lines)?,
                Err((error, hints)) => {
                    say(super::error_line(&error));
                    hints.iter().for_each(|hint| say(super::hint_line(hint)));
                }
            }
        }
    }
    if shared.json {
        print_json(&json!({ "files": reports }))?;
    }
    if failed { Err(Failure::Reported) } else { Ok(()) }
}

/// What was found out about one file.
struct Looked {
    /// For scripts.
    report: Value,
    /// For people: all of it, or the reason why there is nothing and what can be done.
    said: Result<String, (String, Vec<String>)>,
}

fn look(file: &Path) -> Looked {
    if metadata::is_picture(file) {
        let found = metadata::read(file);
        let report = picture::report(file, &found);
        let said = found.map(|recovered| picture::described(file, &recovered));
        let failed = |unread| (wording::unread(&unread), wording::unread_hints(&unread));
        return Looked { report, said: said.map_err(failed) };
    }
    let found = engine::inspect(file);
    let report = report(file, &found);
    let said = found.map(|facts| described(file, &facts));
    Looked { report, said: said.map_err(|error| (wording::error(&error), wording::hints(&error))) }
}

fn report(file: &Path, found: &Result<ModelFacts, Error>) -> Value {
    let mut report = Map::new();
    report.insert("path".to_owned(), file.display().to_string().into());
    report.insert("kind".to_owned(), "model".into());
    match found {
        Err(error) => {
            report.insert("error".to_owned(), wording::error(error).into());
        }
        Ok(facts) => {
            let parts: Map<_, _> = facts
                .parts
                .iter()
                .map(|(name, part)| {
                    let facts = json!({
                        "dtype": part.dtype, "bytes": part.bytes, "tensors": part.tensors,
                    });
                    (name.clone(), facts)
                })
                .collect();
            report.insert("holds".to_owned(), json!(facts.kind));
            report.insert("format".to_owned(), json!(facts.format));
            report.insert("family".to_owned(), json!(facts.family));
            report.insert("prediction".to_owned(), json!(facts.prediction));
            report.insert("inpaint".to_owned(), json!(facts.inpaint));
            report.insert("parts".to_owned(), Value::Object(parts));
            report.insert("missing".to_owned(), json!(facts.missing));
            if let Some(problem) = &facts.problem {
                report.insert("problem".to_owned(), wording::error(problem).into());
            }
        }
    }
    Value::Object(report)
}

fn described(file: &Path, facts: &ModelFacts) -> String {
    let mut lines = vec![file.display().to_string()];
    let mut line = |id: &str, value: String| lines.push(format!("  {}: {value}", text(id)));
    line("cli-inspect-format", facts.format.clone());
    line("cli-inspect-holds", wording::kind(facts.kind));
    let family = facts.family.clone().unwrap_or_else(|| text("cli-inspect-unknown"));
    line("cli-inspect-family", family);
    if let Some(prediction) = &facts.prediction {
        line("cli-inspect-prediction", prediction.clone());
    }
    if facts.inpaint {
        line("cli-inspect-input", text("cli-inspect-inpaint"));
    }
    for (name, part) in &facts.parts {
        let part = text_with(
            "cli-inspect-part",
            [
                ("dtype", part.dtype.clone().into()),
                ("size", wording::bytes(part.bytes).into()),
                ("tensors", part.tensors.into()),
            ],
        );
        lines.push(format!("  {name}: {part}"));
    }
    if !facts.missing.is_empty() {
        lines.push(format!("  {}: {}", text("cli-inspect-missing"), facts.missing.join(", ")));
    }
    if let Some(problem) = &facts.problem {
        lines.push(format!("  {}: {}", text("cli-inspect-problem"), wording::error(problem)));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{FileKind, FileProblem, PartFacts};

    fn facts() -> ModelFacts {
        let unet = PartFacts { dtype: "f16".into(), bytes: 8, tensors: 2, channels: 4 };
        ModelFacts {
            problem: None,
            resolution: None,
            kind: FileKind::Checkpoint,
            format: "safetensors".into(),
            family: Some("sd1".into()),
            prediction: Some("eps".into()),
            inpaint: false,
            parts: [("unet".to_owned(), unet)].into(),
            encoders: [("clip_l".to_owned(), 768)].into(),
            missing: vec!["vae".into()],
        }
    }

    #[test]
    fn a_model_s_report_has_the_documented_fields() {
        let report = report(Path::new("a.safetensors"), &Ok(facts()));
        let expected = json!({
            "path": "a.safetensors", "kind": "model", "holds": "checkpoint",
            "format": "safetensors", "family": "sd1", "prediction": "eps", "inpaint": false,
            "parts": { "unet": { "dtype": "f16", "bytes": 8, "tensors": 2 } },
            "missing": ["vae"],
        });
        assert_eq!(report, expected);
    }

    #[test]
    fn an_unreadable_file_has_its_error_in_place_of_facts() {
        let error = Error::File { file: "a".into(), problem: FileProblem::Empty };
        let report = report(Path::new("a"), &Err(error));
        let keys: Vec<_> = report.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["error", "kind", "path"]);
    }

    #[test]
    fn people_read_every_fact() {
        let text = described(Path::new("a.safetensors"), &facts());
        for part in ["a.safetensors\n", "sd1", "eps", "unet: f16", "missing: vae"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("cli-"), "{text}");
    }
}
