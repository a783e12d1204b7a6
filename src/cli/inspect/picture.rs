//! What `inspect` says of pictures.

use crate::i18n::{text, text_with};
use crate::metadata::{Recovered, Unhonoured, Unread};
use crate::wording;
use serde_json::{Map, Value, json};
use std::path::Path;

/// One picture in the document for scripts.
pub fn report(file: &Path, found: &Result<Recovered, Unread>) -> Value {
    let mut report = Map::new();
    report.insert("path".to_owned(), file.display().to_string().into());
    report.insert("kind".to_owned(), "picture".into());
    match found {
        Err(Unread::OtherProgram { source, .. }) => {
            report.insert("source".to_owned(), json!(source));
        }
        Err(_) => {}
        Ok(recovered) => {
            let unhonoured = recovered.unhonoured.iter().map(|Unhonoured { key, value, reason }| {
                json!({ "key": key, "value": value, "reason": wording::unhonoured(*reason) })
            });
            report.insert("source".to_owned(), json!(recovered.source));
            report.insert("parameters".to_owned(), parameters(recovered));
            report.insert("unhonoured".to_owned(), unhonoured.collect());
        }
    }
    if let Err(unread) = found {
        report.insert("error".to_owned(), wording::unread(unread).into());
    }
    Value::Object(report)
}

fn parameters(recovered: &Recovered) -> Value {
    json!({
        "prompt": recovered.prompt,
        "negative": recovered.negative,
        "steps": recovered.steps,
        // By way of its digits: 7.1 is not to become 7.099999904632568.
        "cfg": recovered.cfg.and_then(|cfg| cfg.to_string().parse::<f64>().ok()),
        "seed": recovered.seed,
        "sampler": recovered.sampler,
        "scheduler": recovered.scheduler,
        "width": recovered.width,
        "height": recovered.height,
        "model": recovered.model,
        "model_hash": recovered.model_hash,
        "vae": recovered.vae,
    })
}

/// One picture for people.
pub fn described(file: &Path, recovered: &Recovered) -> String {
    let mut lines = vec![file.display().to_string()];
    let mut line = |id: &str, value: Option<String>| {
        let value = value.filter(|value| !value.is_empty());
        lines.extend(value.map(|value| format!("  {}: {value}", text(id))));
    };
    let quoted = |value: &Option<String>| value.as_deref().map(wording::quotation);
    let size = recovered.width.zip(recovered.height);
    line("cli-inspect-source", Some(wording::source(recovered.source)));
    line("cli-inspect-prompt", Some(indented(&recovered.prompt)));
    line("cli-inspect-negative", Some(indented(&recovered.negative)));
    line("cli-inspect-steps", recovered.steps.map(|steps| steps.to_string()));
    line("cli-inspect-sampler", quoted(&recovered.sampler));
    line("cli-inspect-scheduler", quoted(&recovered.scheduler));
    line("cli-inspect-cfg", recovered.cfg.map(|cfg| cfg.to_string()));
    line("cli-inspect-seed", recovered.seed.map(|seed| seed.to_string()));
    line("cli-inspect-size", size.map(|(width, height)| format!("{width}x{height}")));
    line("cli-inspect-model", quoted(&recovered.model));
    line("cli-inspect-model-hash", quoted(&recovered.model_hash));
    line("cli-inspect-vae", quoted(&recovered.vae));
    if !recovered.unhonoured.is_empty() {
        lines.push(format!("  {}:", text("cli-inspect-unhonoured")));
        lines.extend(recovered.unhonoured.iter().map(|it| format!("    {}", pair(it))));
    }
    lines.join("\n")
}

fn pair(unhonoured: &Unhonoured) -> String {
    text_with(
        "cli-inspect-unhonoured-pair",
        [
            ("key", wording::quotation(&unhonoured.key).into()),
            ("value", wording::quotation(&unhonoured.value).into()),
            ("reason", wording::unhonoured(unhonoured.reason).into()),
        ],
    )
}

/// A prompt whole, its further lines below its first: nothing in it that a terminal would obey.
fn indented(prompt: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_unicode().to_string() } else { c.into() };
    let lines = prompt.lines().map(|line| line.chars().map(shown).collect::<String>());
    lines.collect::<Vec<_>>().join("\n    ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{Source, UnhonouredReason};
    use std::path::PathBuf;

    fn recovered() -> Recovered {
        Recovered {
            source: Source::Automatic1111,
            prompt: "a cat\nin a\u{1b}[2J hat".into(),
            negative: String::new(),
            steps: Some(20),
            cfg: Some(7.1),
            seed: Some(u64::MAX),
            sampler: Some("euler".into()),
            scheduler: None,
            width: Some(512),
            height: Some(768),
            model: Some("v1-5".into()),
            model_hash: None,
            vae: None,
            unhonoured: vec![Unhonoured {
                key: "Clip skip".into(),
                value: "2".into(),
                reason: UnhonouredReason::NotSupported,
            }],
        }
    }

    #[test]
    fn a_picture_s_report_has_the_documented_fields() {
        let report = report(Path::new("a.png"), &Ok(recovered()));
        let expected = json!({
            "path": "a.png", "kind": "picture", "source": "automatic1111",
            "parameters": {
                "prompt": "a cat\nin a\u{1b}[2J hat", "negative": "", "steps": 20, "cfg": 7.1,
                "seed": u64::MAX, "sampler": "euler", "scheduler": null, "width": 512,
                "height": 768, "model": "v1-5", "model_hash": null, "vae": null,
            },
            "unhonoured": [
                { "key": "Clip skip", "value": "2", "reason": "not supported here" },
            ],
        });
        assert_eq!(report, expected);
    }

    #[test]
    fn a_picture_of_another_program_names_it_beside_the_error() {
        let file = PathBuf::from("a.png");
        let found = Err(Unread::OtherProgram { file, source: Source::ComfyUi });
        let report = report(Path::new("a.png"), &found);
        assert_eq!(report["source"], "comfyui");
        assert!(report["error"].as_str().unwrap().contains("ComfyUI"), "{report}");
    }

    #[test]
    fn people_read_what_is_known_and_no_terminal_obeys_it() {
        let text = described(Path::new("a.png"), &recovered());
        for part in ["a cat\n    in a\\u{1b}[2J hat\n", "seed: 18446744073709551615", "512x768"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(text.ends_with("Clip skip: 2 (not supported here)"), "{text}");
        assert!(!text.contains("negative") && !text.contains("cli-"), "{text}");
    }
}
