//! `list`: what there is to choose from.

use super::args::{Listing, Shared};
use super::failure::Failure;
use super::generate::PROFILE;
use super::terminal::{print, print_json, say};
use crate::catalog::{self, Entry, Shelf};
use crate::config::Config;
use crate::engine::{self, Named};
use crate::i18n::{text, text_with};
use crate::paths::Paths;
use crate::wording;
use serde_json::{Value, json};

/// Runs the command.
pub fn run(what: Listing, shared: &Shared) -> Result<(), Failure> {
    let (key, items) = match what {
        Listing::Samplers => ("samplers", engine::samplers().iter().map(named).collect()),
        Listing::Schedulers => ("schedulers", engine::schedulers().iter().map(named).collect()),
        Listing::Profiles => ("profiles", vec![profile()]),
        Listing::Models => ("models", models(shared)?),
    };
    if shared.json {
        let mut document = serde_json::Map::new();
        document.insert(key.to_owned(), Value::Array(items));
        return print_json(&document);
    }
    let width = items.iter().filter_map(|item| item["name"].as_str()).map(str::len).max();
    items.iter().try_for_each(|item| print(line(item, width.unwrap_or_default())))
}

fn named(entry: &Named) -> Value {
    json!({
        "name": entry.name, "label": entry.label, "source": entry.source, "profiles": [PROFILE],
    })
}

fn profile() -> Value {
    json!({
        "name": PROFILE, "label": "ComfyUI", "source": text("cli-profile-comfyui"),
        "profiles": [PROFILE],
    })
}

fn models(shared: &Shared) -> Result<Vec<Value>, Failure> {
    let paths = Paths::new(shared.settings.clone());
    let folder = Config::load(&paths.config())?.models(&paths);
    let described = |entry: Entry, source: &str| {
        json!({
            "name": entry.name,
            "label": wording::bytes(entry.bytes),
            "source": source,
            "path": entry.path.display().to_string(),
            "bytes": entry.bytes,
            "profiles": [PROFILE],
        })
    };
    let entries = Shelf::ALL.iter().flat_map(|shelf| {
        let entries = catalog::list(&folder, *shelf).into_iter();
        entries.map(|entry| described(entry, shelf.folder()))
    });
    let mut entries: Vec<_> = entries.collect();
    if entries.is_empty() {
        say(text_with("cli-list-no-models", [("folder", folder.display().to_string().into())]));
    }
    let demo = paths.demo().map(|file| catalog::demo(&file, catalog::DEMO.to_owned()));
    entries.extend(demo.map(|entry| described(entry, "built-in")));
    Ok(entries)
}

fn line(item: &Value, width: usize) -> String {
    let part = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
    format!("{:<width$}  {}  ({})", part("name"), part("label"), part("source"))
}
