//! Model files as lines of the drop-downs: names, a few facts, and what speaks against them.

use super::knowledge::Knowledge;
use crate::catalog::{self, Entry, Reason, Shelf};
use crate::engine::{Error, FileKind, ModelFacts};
use crate::i18n::{text, text_with};
use crate::ui::model_picker::Line;
use crate::wording;
use std::path::Path;

/// Between the facts of a line.
const DASH: &str = " \u{2013} ";

/// The lines of a shelf's `entries` beside the chosen `checkpoint`; what cannot be used comes
/// last.
pub fn lines(
    shelf: Shelf,
    entries: &[Entry],
    knowledge: &Knowledge,
    checkpoint: Option<&ModelFacts>,
) -> Vec<Line> {
    let mut lines: Vec<_> = entries
        .iter()
        .map(|entry| Line {
            path: entry.path.clone(),
            name: entry.name.clone(),
            detail: detail(entry, knowledge.facts(&entry.path)),
            reason: reason(shelf, &entry.path, knowledge, checkpoint),
        })
        .collect();
    lines.sort_by_key(|line| line.reason.is_some());
    lines
}

/// Why the file at `path` cannot be used, as far as that is known.
pub fn reason(
    shelf: Shelf,
    path: &Path,
    knowledge: &Knowledge,
    checkpoint: Option<&ModelFacts>,
) -> Option<String> {
    match knowledge.of(path)? {
        Ok(facts) => catalog::fit(shelf, checkpoint, facts).err().map(|reason| worded(&reason)),
        Err(error) => Some(unusable(error)),
    }
}

fn worded(reason: &Reason) -> String {
    match reason {
        Reason::OtherKind(kind) => {
            text_with("reason-other-kind", [("kind", wording::kind(*kind).into())])
        }
        Reason::Unusable(error) => unusable(error),
        Reason::Latent { found, wanted } => text_with(
            "reason-latent",
            [("found", found.to_string().into()), ("wanted", wanted.to_string().into())],
        ),
        Reason::Encoders { found, wanted } => text_with(
            "reason-encoders",
            [("found", encoder_names(found).into()), ("wanted", encoder_names(wanted).into())],
        ),
    }
}

/// The reason alone: the line names the file.
fn unusable(error: &Error) -> String {
    let words = wording::error(error);
    let file = match error {
        Error::File { file, .. }
        | Error::Flawed { file, .. }
        | Error::UnsupportedModel { file, .. }
        | Error::MissingTensor { file, .. }
        | Error::WrongShape { file, .. } => file.display().to_string(),
        _ => String::new(),
    };
    let reason = words.strip_prefix(&format!("{file}: ")).unwrap_or(&words);
    text_with("reason-unusable", [("reason", reason.to_owned().into())])
}

/// Family or part, precision, size: `SDXL – f16 – 6.9 GB`. Before the file was looked into, the
/// size.
fn detail(entry: &Entry, facts: Option<&ModelFacts>) -> String {
    let mut words = Vec::new();
    if let Some(facts) = facts {
        words.extend(what_it_is(facts));
        let main = facts.parts.get("unet").or_else(|| facts.parts.values().next());
        words.extend(main.map(|part| part.dtype.clone()));
    }
    words.push(wording::bytes(entry.bytes));
    if let Some(missing) = facts.map(|facts| &facts.missing).filter(|parts| !parts.is_empty()) {
        words.push(text_with("model-without", [("parts", part_names(missing).into())]));
    }
    words.join(DASH)
}

fn what_it_is(facts: &ModelFacts) -> Option<String> {
    match (facts.family.as_deref().and_then(family), facts.kind) {
        (Some(family), _) if facts.inpaint => {
            Some(text_with("model-inpainting", [("family", family.into())]))
        }
        (Some(family), _) => Some(family),
        (None, FileKind::Clip) => {
            let names: Vec<String> = facts.parts.keys().cloned().collect();
            Some(part_names(&names))
        }
        _ => None,
    }
}

/// A family's name for people.
fn family(name: &str) -> Option<String> {
    match name {
        "sd1" => Some(text("family-sd1")),
        "sd2" => Some(text("family-sd2")),
        "sdxl" => Some(text("family-sdxl")),
        "sdxl-refiner" => Some(text("family-sdxl-refiner")),
        _ => None,
    }
}

/// The names of parts for people, with commas.
/// Text encoders with their widths, which tell those of one name apart.
fn encoder_names(encoders: &[(String, usize)]) -> String {
    let name = |(name, width): &(String, usize)| {
        format!("{} ({width})", part_names(std::slice::from_ref(name)))
    };
    encoders.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn part_names(parts: &[String]) -> String {
    let name = |part: &String| match part.as_str() {
        "unet" => text("part-unet"),
        "vae" => text("part-vae"),
        "clip_l" => text("part-clip-l"),
        "clip_g" => text("part-clip-g"),
        "clip_h" => text("part-clip-h"),
        other => other.to_owned(),
    };
    parts.iter().map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Dtype, Piece, Recipe, Scale, SeededOptions, write_seeded};
    use crate::ui::models::knowledge::look_into;
    use std::cell::RefCell;
    use std::collections::HashMap;

    /// A shelf with small files of these recipes and parts, and what is found in them.
    fn shelf(files: &[(&str, Recipe, &[Piece])]) -> (tempfile::TempDir, Vec<Entry>, Knowledge) {
        let folder = tempfile::tempdir().unwrap();
        let mut entries = Vec::new();
        for (name, recipe, pieces) in files {
            let path = folder.path().join(name).with_extension("safetensors");
            let options = SeededOptions { pieces: pieces.to_vec(), ..SeededOptions::default() };
            write_seeded(*recipe, Scale::Tiny, Dtype::F16, 0, &options, &path).unwrap();
            entries.push(Entry { name: (*name).to_owned(), path, bytes: 6_938_040_682 });
        }
        std::fs::write(folder.path().join("broken.ckpt"), "?").unwrap();
        let path = folder.path().join("broken.ckpt");
        entries.push(Entry { name: "a broken one".to_owned(), path, bytes: 1 });
        let paths = entries.iter().map(|entry| entry.path.clone()).collect();
        let knowledge = RefCell::new(Knowledge::default());
        look_into(paths, &HashMap::new(), |found| {
            knowledge.borrow_mut().learn(found);
            true
        });
        (folder, entries, knowledge.into_inner())
    }

    #[test]
    fn lines_tell_the_facts_and_what_cannot_be_used_comes_last() {
        let (_folder, mut entries, knowledge) = shelf(&[
            ("vae", Recipe::Sd15, &[Piece::Vae]),
            ("xl", Recipe::Sdxl, &[]),
            ("inpaint", Recipe::Sd15Inpaint, &[Piece::Unet]),
        ]);
        entries.push(Entry { name: "new".into(), path: "new".into(), bytes: 12 });
        let lines = lines(Shelf::Checkpoints, &entries, &knowledge, None);
        let told: Vec<_> = lines.iter().map(|line| (&*line.name, &*line.detail)).collect();
        assert_eq!(
            told,
            [
                ("xl", "SDXL \u{2013} f16 \u{2013} 6.9 GB"),
                (
                    "inpaint",
                    "SD 1.x inpainting \u{2013} f16 \u{2013} 6.9 GB \u{2013} without VAE, CLIP L"
                ),
                ("new", "12 bytes"),
                ("vae", "f16 \u{2013} 6.9 GB"),
                ("a broken one", "1 bytes"),
            ]
        );
        let reasons: Vec<_> = lines.into_iter().filter_map(|line| line.reason).collect();
        assert_eq!(reasons[0], "This is a VAE alone");
        assert!(reasons[1].starts_with("Cannot be used: the file"), "{reasons:?}");
    }

    #[test]
    fn a_file_on_the_wrong_shelf_is_listed_after_those_that_fit() {
        let (_folder, entries, knowledge) = shelf(&[
            ("sd1", Recipe::Sd15, &[Piece::Unet]),
            ("a vae", Recipe::Sd15, &[Piece::Vae]),
            ("l", Recipe::Sd15, &[Piece::ClipL]),
        ]);
        let checkpoint = knowledge.facts(&entries[0].path);
        let lines = lines(Shelf::Clip, &entries[1..], &knowledge, checkpoint);
        assert_eq!((&*lines[0].name, &lines[0].reason), ("l", &None));
        assert_eq!(lines[0].detail, "CLIP L \u{2013} f16 \u{2013} 6.9 GB");
        assert_eq!(lines[1].reason.as_deref(), Some("This is a VAE alone"));
    }
}
