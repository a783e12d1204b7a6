//! What pictures are called where the pointer rests and by the screen reader.

use super::stock::Card;
use super::{JobRow, Stand};
use crate::gallery::{Facts, Flaw, PictureFile};
use crate::i18n::{text, text_with};
use crate::wording;
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
    let (id, key, title) = match wording::beginning(prompt, LONGEST) {
        words if words.is_empty() => ("gallery-caption-unnamed", "name", name),
        words => ("gallery-caption", "prompt", words),
    };
    let [width, height] = [width, height].map(ToString::to_string);
    let args = [("width", width), ("height", height), ("date", date), (key, title)];
    text_with(id, args.map(|(key, value)| (key, value.into())))
}

/// The caption of a picture in the making, or of one that waits.
pub fn of_job(job: &JobRow) -> String {
    let prompt = ("prompt", job.prompt.clone().into());
    let detail = ("detail", job.detail.clone().into());
    match job.stand {
        Stand::Waits(place) => {
            text_with("gallery-job-waits", [("n", place.into()), prompt, detail])
        }
        Stand::Runs(fraction) => {
            let percent = wording::decimal(fraction.clamp(0.0, 1.0) * 100.0, 0);
            text_with("gallery-job", [("percent", percent.into()), prompt, detail])
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
    fn a_caption_says_what_is_known() {
        let file = PictureFile { path: Path::new("/p/a.png").into(), modified: (0, 0), bytes: 1 };
        assert!(of_picture(&file, None).starts_with("a.png, "));
        let flawed = Card { file: file.clone().into(), texture: Err(Flaw::Damaged), facts: None };
        assert_eq!(of_picture(&file, Some(&flawed)), "a.png: damaged or incomplete");
        let job = |stand| JobRow { id: 1, prompt: "a cat".into(), detail: "64×64".into(), stand };
        assert_eq!(of_job(&job(Stand::Runs(0.254))), "In the making, 25 %: a cat\n64×64");
        assert_eq!(of_job(&job(Stand::Waits(3))), "Waits, number 3: a cat\n64×64");
    }
}
