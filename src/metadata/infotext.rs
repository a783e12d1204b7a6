//! A1111's `parameters` text taken apart: prompt, negative prompt, and a last line of pairs.
//!
//! ```text
//! a cat, (masterpiece:1.2)
//! Negative prompt: blurry
//! Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 42, Size: 512x768
//! ```
//!
//! Every program that writes it adds pairs of its own. What would make another picture and cannot
//! be had here is listed as not honoured; what only informs is left out.

use super::OUR_NAME;
use super::names::Method;
use super::read::{Recovered, Source, Unhonoured, UnhonouredReason};
use regex::Regex;
use std::sync::LazyLock;

/// Fewer pairs than this are words of a prompt.
const FEWEST_PAIRS: usize = 3;
/// More than any program writes; the rest is passed over.
const MOST_PAIRS: usize = 500;
/// One of these is in every line of settings.
const SURE_SIGNS: [&str; 4] = ["Steps", "Sampler", "Seed", "Size"];
const NEGATIVE: &str = "Negative prompt:";

/// Pairs that change nothing about the picture's contents.
const INFORMATION: [&str; 18] = [
    "App",
    "Batch size",
    "Civitai metadata",
    "Civitai resources",
    "Created Date",
    "Discard penultimate sigma",
    "Hashes",
    // The LoRAs themselves stand in the prompt.
    "Lora hashes",
    "Model",
    "Model hash",
    "Schedule type",
    "Size",
    // Ours: a matter of the last bits, and of the preferences.
    "Strict",
    "User",
    "VAE",
    "VAE hash",
    "Version",
    "Batch pos",
];

/// Things that prompts of A1111 do beside words and weights, by their keys here.
static PROMPT_SYNTAX: LazyLock<Vec<(&str, Option<Regex>)>> = LazyLock::new(|| {
    let rows = [
        ("LoRA", r"<(?:lora|lyco|loha|lokr):[^<>]+>"),
        ("Hypernetwork", r"<hypernet:[^<>]+>"),
        ("Prompt editing", r"\[[^\[\]:]*:[^\[\]:]*:?\s*[0-9.]+\s*\]"),
        ("Alternating words", r"\[[^\[\]|]+(?:\|[^\[\]|]*)+\]"),
        ("Composition", r"\bAND\b"),
        ("Chunk break", r"\bBREAK\b"),
    ];
    rows.map(|(key, pattern)| (key, Regex::new(pattern).ok())).into()
});

/// What `text` says, and whether it has a line of settings.
pub fn parse(text: &str) -> (Recovered, bool) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.trim_matches(['\0', ' ', '\t', '\n']).split('\n').collect();
    let (settings, end) = match settings_line(&lines) {
        Some((place, pairs)) => (pairs, place),
        None => (Vec::new(), lines.len()),
    };
    let negative = lines[..end].iter().position(|line| line.trim_start().starts_with(NEGATIVE));
    let prompt = lines[..negative.unwrap_or(end)].join("\n").trim().to_owned();
    let negative = negative.map(|place| lines[place..end].join("\n")).unwrap_or_default();
    let negative = negative.trim_start().strip_prefix(NEGATIVE).unwrap_or_default().trim();
    let has_settings = !settings.is_empty();
    let mut found = recovered(&Settings(settings));
    found.prompt = prompt;
    found.negative = negative.to_owned();
    if found.source != Source::Aiimagegen {
        note_syntax(&mut found);
    }
    (found, has_settings)
}

/// The line of settings: the last one, or, where something was added below it, the last that
/// begins like one.
fn settings_line(lines: &[&str]) -> Option<(usize, Vec<Pair>)> {
    let last = lines.len().checked_sub(1)?;
    let settings = |place: usize| {
        let pairs = pairs(lines[place]);
        let sure = pairs.iter().any(|pair| SURE_SIGNS.contains(&pair.key.as_str()));
        (sure && pairs.len() >= FEWEST_PAIRS).then_some((place, pairs))
    };
    let begins_like_one = |place: &usize| lines[*place].trim_start().starts_with("Steps: ");
    settings(last).or_else(|| (0..last).rev().filter(begins_like_one).find_map(settings))
}

struct Pair {
    key: String,
    value: String,
}

/// The pairs of a line; what is none is passed over.
fn pairs(line: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut rest = line;
    while !rest.is_empty() && pairs.len() < MOST_PAIRS {
        let (pair, length) = pair(rest);
        pairs.extend(pair);
        rest = rest[length..].trim_start_matches(',');
    }
    pairs
}

/// The pair that `text` begins with, if it is one, and its length with what stands in its place.
fn pair(text: &str) -> (Option<Pair>, usize) {
    let comma = text.find(',').unwrap_or(text.len());
    let Some((key, _)) = text[..comma].split_once(':') else { return (None, comma) };
    let start = key.len() + 1;
    let key = key.trim();
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-' | '/');
    if !key.starts_with(char::is_alphanumeric) || !key.chars().all(fits) {
        return (None, comma);
    }
    let (value, length) = match quoted(&text[start..]) {
        Some((value, length)) => (value, start + length),
        None => (text[start..comma].trim().to_owned(), comma),
    };
    (Some(Pair { key: key.to_owned(), value }), length)
}

/// The JSON string that `text` begins with, when it is all up to a comma or the end.
fn quoted(text: &str) -> Option<(String, usize)> {
    let start = text.len() - text.trim_start().len();
    let inside = text[start..].strip_prefix('"')?;
    let mut escaped = false;
    let end = inside.find(|c| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    })?;
    let end = start + end + 2;
    let value = serde_json::from_str(&text[start..end]).ok()?;
    let gap = text[end..].len() - text[end..].trim_start().len();
    let rest = &text[end + gap..];
    (rest.is_empty() || rest.starts_with(',')).then_some((value, end + gap))
}

struct Settings(Vec<Pair>);

impl Settings {
    /// The last one counts, as in a dictionary.
    fn get(&self, key: &str) -> Option<&str> {
        let pair = self.0.iter().rev().find(|pair| pair.key == key);
        pair.map(|pair| pair.value.as_str()).filter(|value| !value.is_empty())
    }

    fn source(&self) -> Source {
        let version = self.get("Version").unwrap_or_default();
        let ours = version.strip_prefix(OUR_NAME).is_some_and(|rest| rest.starts_with(' '));
        if ours { Source::Aiimagegen } else { Source::Automatic1111 }
    }
}

fn recovered(settings: &Settings) -> Recovered {
    let size = settings.get("Size").and_then(|size| size.split_once('x'));
    let sampler = settings.get("Sampler");
    let method = sampler.map(|name| Method::of(name, settings.get("Schedule type")));
    let method = method.unwrap_or_default();
    let named = |key| settings.get(key).filter(|name| !is_off(name)).map(str::to_owned);
    let mut found = Recovered {
        source: settings.source(),
        prompt: String::new(),
        negative: String::new(),
        steps: settings.get("Steps").and_then(|steps| steps.parse().ok()),
        cfg: settings.get("CFG scale").and_then(|cfg| cfg.parse().ok()).filter(finite),
        seed: settings.get("Seed").and_then(|seed| seed.parse().ok()),
        sampler: method.sampler.map(str::to_owned),
        scheduler: method.scheduler.map(str::to_owned),
        width: size.and_then(|(width, _)| width.trim().parse().ok()),
        height: size.and_then(|(_, height)| height.trim().parse().ok()),
        model: named("Model"),
        model_hash: named("Model hash"),
        vae: named("VAE").filter(|name| name != "Automatic"),
        unhonoured: Vec::new(),
    };
    found.unhonoured = unhonoured(settings, &found);
    found
}

fn finite(number: &f32) -> bool {
    number.is_finite()
}

fn unhonoured(settings: &Settings, found: &Recovered) -> Vec<Unhonoured> {
    let mut list = Vec::new();
    let mut note = |key: &str, value: &str, reason| {
        list.push(Unhonoured { key: key.to_owned(), value: value.to_owned(), reason });
    };
    for Pair { key, value } in &settings.0 {
        if settings.get(key) != Some(value) {
            continue;
        }
        if let Some(reason) = reason(key, value, found) {
            note(key, value, reason);
        }
    }
    let schedule = settings.get("Schedule type").filter(|_| found.scheduler.is_none());
    if let Some(name) = schedule {
        note("Schedule type", name, UnhonouredReason::UnknownName);
    }
    if let Some(size) = settings.get("Size").filter(|_| found.width.or(found.height).is_none()) {
        note("Size", size, UnhonouredReason::BadValue);
    }
    let drawn = settings.get("Seed").is_some() && found.source == Source::Automatic1111;
    if drawn && settings.get("RNG").is_none() {
        note("RNG", "GPU", UnhonouredReason::OtherNoise);
    }
    list
}

/// Why a pair cannot be honoured, if it cannot.
fn reason(key: &str, value: &str, found: &Recovered) -> Option<UnhonouredReason> {
    let unless = |fine: bool, reason| (!fine).then_some(reason);
    match key {
        "Steps" => unless(found.steps.is_some(), UnhonouredReason::BadValue),
        "CFG scale" => unless(found.cfg.is_some(), UnhonouredReason::BadValue),
        "Seed" => unless(found.seed.is_some(), UnhonouredReason::BadValue),
        "Sampler" => unless(found.sampler.is_some(), UnhonouredReason::UnknownName),
        "RNG" => unless(value == "CPU", UnhonouredReason::OtherNoise),
        "Clip skip" => unless(value == "1", UnhonouredReason::NotSupported),
        // The noise of a batch is one draw: here a later picture cannot be had by its seed alone.
        "Batch pos" if found.source == Source::Aiimagegen => {
            unless(value == "0", UnhonouredReason::NotSupported)
        }
        _ => unless(INFORMATION.contains(&key) || is_off(value), UnhonouredReason::NotSupported),
    }
}

/// Whether a value says that there is nothing.
fn is_off(value: &str) -> bool {
    ["", "0", "None", "none", "False", "false"].contains(&value)
}

/// What the prompts ask for beside words and weights.
fn note_syntax(found: &mut Recovered) {
    let prompts = format!("{}\n{}", found.prompt, found.negative);
    for (key, pattern) in PROMPT_SYNTAX.iter() {
        let parts = pattern.iter().flat_map(|pattern| pattern.find_iter(&prompts));
        for part in parts.take(MOST_PAIRS) {
            let unhonoured = Unhonoured {
                key: (*key).to_owned(),
                value: part.as_str().to_owned(),
                reason: UnhonouredReason::NotSupported,
            };
            if !found.unhonoured.contains(&unhonoured) {
                found.unhonoured.push(unhonoured);
            }
        }
    }
}

#[cfg(test)]
mod tests;
