//! The texts that people read, by id: Fluent files from `i18n/<language>/`, built into the binary.
//!
//! English is the source language and stands in where another one has no text. An id without any
//! text shows as the id itself, so that a gap is seen and never ends the program. A folder that is
//! new is taken in when this file is compiled anew.

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

static_loader! {
    static LOCALES = {
        locales: "./i18n",
        fallback_language: "en",
        // The invisible marks around arguments would end up in scripts' and log readers' hands.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const ENGLISH: LanguageIdentifier = langid!("en");

/// The language of the texts: English until somebody asks for another.
static CURRENT: RwLock<LanguageIdentifier> = RwLock::new(ENGLISH);

/// The languages that there can be, with their own names. Of one spoken in several forms, the
/// first that fits is taken.
const LANGUAGES: [Language; 7] = [
    Language { tag: "en", name: "English" },
    Language { tag: "de", name: "Deutsch" },
    Language { tag: "fr", name: "Français" },
    Language { tag: "es", name: "Español" },
    Language { tag: "pt-BR", name: "Português (Brasil)" },
    Language { tag: "zh-CN", name: "简体中文" },
    Language { tag: "ja", name: "日本語" },
];

/// A language that the texts are there in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// In settings and the system's variables: `pt-BR`.
    pub tag: &'static str,
    /// As those who speak it call it.
    pub name: &'static str,
}

/// Named values for the places in a text.
pub type Args<'a> = HashMap<Cow<'static, str>, FluentValue<'a>>;

/// Every language with texts, English first.
pub fn languages() -> Vec<Language> {
    let has_texts = |language: &&Language| LOCALES.locales().any(|locale| *locale == language.tag);
    LANGUAGES.iter().filter(has_texts).copied().collect()
}

/// Has all texts from now on in the language `tag`, or in the system's where there is no tag or
/// no such language.
pub fn set_language(tag: Option<&str>) {
    let known = languages();
    let wanted = tag.and_then(|tag| fitting(tag, &known));
    let chosen = wanted.unwrap_or_else(|| {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        of_system(variable, &known)
    });
    let identifier = chosen.parse().unwrap_or(ENGLISH);
    *CURRENT.write().unwrap_or_else(PoisonError::into_inner) = identifier;
}

/// The tag of the language that the texts are in.
pub fn language() -> String {
    current().to_string()
}

fn current() -> LanguageIdentifier {
    CURRENT.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The language that the system's variables ask for, as gettext reads them: the first of `LC_ALL`,
/// `LC_MESSAGES` and `LANG` that is set, and before it the list in `LANGUAGE`, unless the plain C
/// locale is wanted.
fn of_system(variable: impl Fn(&str) -> Option<String>, known: &[Language]) -> &'static str {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(&variable);
    let locale = locale.unwrap_or_default();
    if ["C", "POSIX"].contains(&locale.as_str()) {
        return "en";
    }
    let list = variable("LANGUAGE").unwrap_or_default();
    list.split(':').chain([locale.as_str()]).find_map(|tag| fitting(tag, known)).unwrap_or("en")
}

/// The known language for `wanted`, in the form of tags (`pt-BR`) or of locales (`pt_BR.UTF-8`):
/// the very one, else one that differs in its region.
fn fitting(wanted: &str, known: &[Language]) -> Option<&'static str> {
    let wanted = wanted.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
    let exact = known.iter().find(|language| language.tag.eq_ignore_ascii_case(&wanted));
    let (head, rest) = wanted.split_once('-').unwrap_or((&wanted, ""));
    // Chinese in traditional characters is another script, which not everyone reads.
    let traditional = ["TW", "HK", "MO", "Hant"];
    let other_script = rest.split('-').any(|part| {
        head.eq_ignore_ascii_case("zh") && traditional.iter().any(|t| t.eq_ignore_ascii_case(part))
    });
    let near = known.iter().filter(|_| !other_script).find(|language| {
        language.tag.split('-').next().is_some_and(|tag| tag.eq_ignore_ascii_case(head))
    });
    exact.or(near).map(|language| language.tag)
}

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
    lookup_in(&current(), id, None)
}

/// The text called `id` with `args` in its places, if there is one.
pub(crate) fn lookup_with(id: &str, args: &Args<'_>) -> Option<String> {
    lookup_in(&current(), id, Some(args))
}

/// In `language`, else in English: also where a text there has a place that nothing fills.
fn lookup_in(language: &LanguageIdentifier, id: &str, args: Option<&Args<'_>>) -> Option<String> {
    let of =
        |language: &LanguageIdentifier| LOCALES.lookup_single_language(language, id, args).ok();
    of(language).or_else(|| of(&ENGLISH))
}

#[cfg(test)]
mod tests;
