//! Engine facts in the user's words.
//!
//! One rule instead of a long match: a variant's name is the id of its text, its fields are the
//! text's places, and a field that is itself a choice (`problem`, `flaw`, `rule`, ...) is worded
//! the same way first. `i18n/en/aiimagegen.ftl` has the sentences; a test holds the two together.

mod devices;
mod line;
mod numbers;
#[cfg(test)]
mod placement;

pub use devices::{
    between_cards, device_copies, device_links, device_state, other_way, undriven, undriven_hint,
};
pub use line::{beginning, quotation};
pub use numbers::{bytes, decimal, difference, gigabytes, shortest, typed, whole};

use crate::config;
use crate::engine::{Device, Error, Event, FileKind, Obstacle};
use crate::i18n::{self, Args};
use crate::metadata::{Source, UnhonouredReason, Unread};
use fluent_templates::fluent_bundle::FluentValue;
use line::one_line;
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Fields that count bytes when they hold a number.
const BYTE_FIELDS: [&str; 9] = [
    "needed",
    "available",
    "claimed",
    "done",
    "total",
    "expected",
    "found",
    "weight_bytes",
    "bytes",
];

/// What went wrong, in one line: `FILE or part: reason`.
pub fn error(error: &Error) -> String {
    if let Error::Cancelled { steps: 0, .. } = error {
        return i18n::text("error-cancelled-early");
    }
    sentence("error", error).unwrap_or_else(|| one_line(&error.to_string()))
}

/// What can be done about it; empty when there is nothing to suggest.
pub fn hints(error: &Error) -> Vec<String> {
    let Some(value) = serde_json::to_value(error).ok() else { return Vec::new() };
    let (name, fields) = variant(&value);
    let mut hints = Vec::new();
    // What is nearest to the cause comes first; it may speak of the whole: of the device.
    for (field, value) in &fields {
        if let Some(prefix) = choice(&name, field) {
            let (inner, own) = variant(value);
            let mut all = fields.clone();
            all.extend(own);
            let hint = format!("{}-hint", id(prefix, &inner));
            hints.extend(i18n::lookup_with(&hint, &places(&inner, &all)));
        }
    }
    let hint = format!("{}-hint", id("error", &name));
    hints.extend(i18n::lookup_with(&hint, &places(&name, &fields)));
    hints
}

/// What keeps a device from being used.
pub fn obstacle(obstacle: &Obstacle) -> String {
    sentence("obstacle", obstacle).unwrap_or_else(|| one_line(&format!("{obstacle:?}")))
}

/// What can be done about it on `device`, if anything.
pub fn obstacle_hint(obstacle: &Obstacle, device: Device) -> Option<String> {
    let (name, mut fields) = variant(&serde_json::to_value(obstacle).ok()?);
    fields.insert("device".into(), device.to_string().into());
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

/// What a file holds: `a LoRA`.
pub fn kind(kind: FileKind) -> String {
    sentence("kind", &kind).unwrap_or_else(|| one_line(&format!("{kind:?}")))
}

/// What the engine is doing, in one line, for logs and status lines.
pub fn event(event: &Event) -> String {
    sentence("event", event).unwrap_or_else(|| one_line(&format!("{event:?}")))
}

/// What is wrong with a settings file, in one line: `FILE: reason`.
pub fn settings(error: &config::Error) -> String {
    let file = error.file.display().to_string();
    let said = match &error.flaw {
        config::Flaw::Io(reason) => i18n::text_with(
            "settings-unreadable",
            [("file", file.into()), ("reason", reason.clone().into())],
        ),
        config::Flaw::Syntax(reason) => i18n::text_with(
            "settings-broken",
            [("file", file.into()), ("reason", reason.clone().into())],
        ),
        config::Flaw::Newer(version) => i18n::text_with(
            "settings-newer",
            [("file", file.into()), ("version", version.to_string().into())],
        ),
        config::Flaw::Value { key, value } => i18n::text_with(
            "settings-value",
            [("file", file.into()), ("key", (*key).into()), ("value", value.clone().into())],
        ),
    };
    one_line(&said)
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
        (_, "how") => Some("way"),
        (_, "mode") => Some("mode"),
        (_, "why") => Some("because"),
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
            Some(count) if exact => FluentValue::from(numbers::exact_bytes(count)),
            Some(count) => FluentValue::from(bytes(count)),
            None => FluentValue::from(count.to_string()),
        },
        // Measured, so the first digits say it.
        Value::Number(number) if ["max_diff", "limit"].contains(&field) => {
            FluentValue::from(difference(number.as_f64().unwrap_or(f64::INFINITY)))
        }
        Value::Number(number) if field == "seconds" => {
            FluentValue::from(decimal(number.as_f64().unwrap_or_default(), 1))
        }
        // Beyond 2^53 a float would change the number: a seed stays what it is.
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() != 0.0 => FluentValue::from(shortest(float)),
            Some(float) if float.abs() < 9e15 => FluentValue::from(float),
            _ => FluentValue::from(number.to_string()),
        },
        Value::Array(items) if items.iter().all(Value::is_number) => {
            let items: Vec<String> = items.iter().map(Value::to_string).collect();
            FluentValue::from(quotation(&items.join("\u{d7}")))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(text_of).collect();
            FluentValue::from(quotation(&items.join(", ")))
        }
        Value::String(path) if field == "file" => FluentValue::from(one_line(path)),
        other => FluentValue::from(quotation(&text_of(other))),
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests;
