//! The texts that people read, by id: Fluent files from `i18n/<language>/`, built into the binary.
//!
//! English is the source language. An id without a text shows as the id itself, so that a gap is
//! seen and never ends the program.

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};
use std::borrow::Cow;
use std::collections::HashMap;

static_loader! {
    static LOCALES = {
        locales: "./i18n",
        fallback_language: "en",
        // The invisible marks around arguments would end up in scripts' and log readers' hands.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const ENGLISH: LanguageIdentifier = langid!("en");

/// Named values for the places in a text.
pub type Args<'a> = HashMap<Cow<'static, str>, FluentValue<'a>>;

/// The text called `id`.
pub fn text(id: &str) -> String {
    lookup(id).unwrap_or_else(|| id.to_owned())
}

/// The text called `id`, with its places filled: `text_with("step", [("n", 3.into())])`.
pub fn text_with<'a>(
    id: &str,
    args: impl IntoIterator<Item = (&'static str, FluentValue<'a>)>,
) -> String {
    let args = args.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
    lookup_with(id, &args).unwrap_or_else(|| id.to_owned())
}

/// The text called `id`, if there is one.
pub(crate) fn lookup(id: &str) -> Option<String> {
    LOCALES.try_lookup(&ENGLISH, id)
}

/// The text called `id` with `args` in its places, if there is one.
pub(crate) fn lookup_with(id: &str, args: &Args<'_>) -> Option<String> {
    LOCALES.try_lookup_with_args(&ENGLISH, id, args)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::path::Path;

    /// Ids in `text("...")` and `text_with("...", ...)` of every source file below `folder`.
    fn ids_used(folder: &Path, ids: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                ids_used(&path, ids);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let code = source.split("#[cfg(test)]").next().unwrap_or_default();
                for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
                    let calls = line.split("text(\"").skip(1);
                    let calls = calls.chain(line.split("text_with(\"").skip(1));
                    ids.extend(calls.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
                }
            }
        }
    }

    /// Ids of the English texts. A text with places cannot be looked up without its arguments.
    fn ids_written() -> HashSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("i18n/en");
        let files = std::fs::read_dir(folder).unwrap();
        let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
        let lines: Vec<String> =
            texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
        lines.iter().filter_map(|line| line.split_once(" =")).map(|(id, _)| id.to_owned()).collect()
    }

    #[test]
    fn every_id_in_the_source_has_a_text() {
        let mut ids = Vec::new();
        ids_used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut ids);
        assert!(ids.len() > 50, "{ids:?}");
        let written = ids_written();
        let missing: Vec<_> = ids.iter().filter(|id| !written.contains(*id)).collect();
        assert!(missing.is_empty(), "no text for {missing:?}");
    }

    #[test]
    fn places_are_filled_without_marks() {
        let filled = text_with("bytes-gb", [("n", FluentValue::from("4.3"))]);
        assert_eq!(filled, "4.3 GB");
        assert_eq!(text("no-such-text"), "no-such-text");
    }
}
