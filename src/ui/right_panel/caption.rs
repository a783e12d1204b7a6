//! What pictures are called where the pointer rests and by the screen reader.

use super::stock::Card;
use crate::gallery::{Facts, Flaw, PictureFile};
use crate::i18n::{text, text_with};
use gtk::glib;
use relm4::gtk;

/// Letters of a prompt; about as much as one takes in at once.
const LONGEST: usize = 80;

/// The caption of `file`, as far as its `card` is known.
pub fn of_picture(file: &PictureFile, card: Option<&Card>) -> String {
    let (name, date) = (file.name(), date(file.modified.0));
    if let Some(Err(flaw)) = card.map(|card| &card.texture) {
        return text_with(
            "gallery-caption-flawed",
            [("name", name.into()), ("reason", reason(flaw).into())],
        );
    }
    let Some(Facts { width, height, prompt }) = card.and_then(|card| card.facts.as_ref()) else {
        return text_with("gallery-caption-unread", [("name", name.into()), ("date", date.into())]);
    };
    let (id, key, title) = match first_words(prompt) {
        words if words.is_empty() => ("gallery-caption-unnamed", "name", name),
        words => ("gallery-caption", "prompt", words),
    };
    let [width, height] = [width, height].map(ToString::to_string);
    let args = [("width", width), ("height", height), ("date", date), (key, title)];
    text_with(id, args.map(|(key, value)| (key, value.into())))
}

/// The caption of work on `prompt`.
pub fn of_job(prompt: &str, fraction: Option<f64>) -> String {
    let prompt = ("prompt", first_words(prompt).into());
    match fraction {
        None => text_with("gallery-job-waits", [prompt]),
        Some(fraction) => {
            let percent = format!("{:.0}", fraction.clamp(0.0, 1.0) * 100.0);
            text_with("gallery-job", [prompt, ("percent", percent.into())])
        }
    }
}

/// Why a file cannot be shown.
fn reason(flaw: &Flaw) -> String {
    match flaw {
        Flaw::TooLarge => text("gallery-flaw-too-large"),
        Flaw::NoPicture => text("gallery-flaw-no-picture"),
        Flaw::Damaged => text("gallery-flaw-damaged"),
        Flaw::Unreadable(reason) => {
            text_with("gallery-flaw-unreadable", [("reason", reason.as_str().into())])
        }
    }
}

/// The beginning of `prompt` in one line, cut between words.
fn first_words(prompt: &str) -> String {
    let mut words = String::new();
    for word in prompt.split_whitespace() {
        let length = words.chars().count() + word.chars().count();
        if length >= LONGEST {
            let cut: String = word.chars().take(LONGEST).collect();
            return if words.is_empty() { cut } else { words } + "\u{2026}";
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

/// Day and minute, as is usual here.
fn date(seconds: i64) -> String {
    let date = glib::DateTime::from_unix_local(seconds);
    date.and_then(|date| date.format("%x %R")).map(Into::into).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn prompts_are_cut_between_words() {
        assert_eq!(first_words(" a red\n house "), "a red house");
        let long = first_words(&"word ".repeat(40));
        assert!(long.ends_with("word\u{2026}") && long.chars().count() <= LONGEST, "{long}");
        assert_eq!(first_words(&"\u{e9}".repeat(200)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn a_caption_says_what_is_known() {
        let file = PictureFile { path: Path::new("/p/a.png").into(), modified: (0, 0), bytes: 1 };
        assert!(of_picture(&file, None).starts_with("a.png, "));
        let flawed = Card { file: file.clone().into(), texture: Err(Flaw::Damaged), facts: None };
        assert_eq!(of_picture(&file, Some(&flawed)), "a.png: damaged or incomplete");
        assert_eq!(of_job("a cat", Some(0.254)), "In the making, 25 %: a cat");
        assert_eq!(of_job("a cat", None), "Waits: a cat");
    }
}
