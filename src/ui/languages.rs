//! The choice of the language: the system's, or one of those that there are texts in.

use crate::i18n::{self, text};
use relm4::gtk;

/// A drop-down and what its lines stand for.
pub struct Languages {
    tags: Vec<Option<String>>,
    drop_down: gtk::DropDown,
}

impl Languages {
    /// All languages; `chosen` is the one in the settings.
    pub fn new(chosen: Option<&str>) -> Self {
        let (tags, names) = lines(chosen);
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let languages = Self { tags, drop_down: gtk::DropDown::from_strings(&names) };
        languages.choose(chosen);
        languages
    }

    /// The widget.
    pub fn drop_down(&self) -> &gtk::DropDown {
        &self.drop_down
    }

    /// The chosen tag; none for the system's language.
    pub fn tag(&self) -> Option<String> {
        self.tags.get(self.drop_down.selected() as usize).cloned().flatten()
    }

    /// Shows `chosen` as chosen.
    pub fn choose(&self, chosen: Option<&str>) {
        let place = (0..).zip(&self.tags).find(|(_, tag)| tag.as_deref() == chosen);
        self.drop_down.set_selected(place.map_or(0, |(place, _)| place));
    }
}

/// Tags and names. A tag from the settings without texts has a line of its own: whoever wrote it
/// there does not lose it by looking.
fn lines(chosen: Option<&str>) -> (Vec<Option<String>>, Vec<String>) {
    let known = i18n::languages();
    let mut tags = vec![None];
    let mut names = vec![text("language-system")];
    tags.extend(known.iter().map(|language| Some(language.tag.to_owned())));
    names.extend(known.iter().map(|language| language.name.to_owned()));
    if let Some(tag) = chosen.filter(|tag| known.iter().all(|language| language.tag != *tag)) {
        tags.push(Some(tag.to_owned()));
        names.push(tag.to_owned());
    }
    (tags, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_comes_first_and_nothing_from_the_settings_is_lost() {
        let (tags, names) = lines(Some("nl"));
        assert_eq!((&tags[0], tags[1].as_deref()), (&None, Some("en")));
        assert_eq!(
            (tags.last().unwrap().as_deref(), names.last().unwrap().as_str()),
            (Some("nl"), "nl")
        );
        assert_eq!(tags.len(), names.len());
        assert_eq!(lines(Some("en")).0.len(), lines(None).0.len());
    }
}
