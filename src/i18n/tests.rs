//! The languages hold together: every id has a text, in every language, with the same places.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Ids and the places in their texts.
type Places = BTreeMap<String, BTreeSet<String>>;

fn below_project(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Ids in `text("...")` and `text_with("...", ...)` in `code`.
fn ids_in(code: &str) -> Vec<String> {
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let calls = code.split("text(").skip(1).chain(code.split("text_with(").skip(1));
    let literals = calls.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    literals.map(str::to_owned).collect()
}

/// The same in every source file below `folder`.
fn ids_used(folder: &Path, ids: &mut Vec<String>) {
    for path in entries(folder) {
        if path.is_dir() {
            ids_used(&path, ids);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            if path.file_stem().is_some_and(|name| name != "tests") {
                ids.extend(ids_in(source.split("#[cfg(test)]").next().unwrap_or_default()));
            }
        }
    }
}

/// The texts' ids and places, and ids that are there twice. A text reaches to the next line that
/// begins with a letter; comments belong to none.
fn read_texts(source: &str) -> (Places, Vec<String>) {
    let (mut texts, mut twice) = (Places::new(), Vec::new());
    let mut id = None;
    let place = regex::Regex::new(r"\$([a-zA-Z][\w-]*)").unwrap();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name = line.split_once('=').expect(line).0.trim_end().to_owned();
            if texts.insert(name.clone(), BTreeSet::new()).is_some() {
                twice.push(name.clone());
            }
            id = Some(name);
        }
        let places = id.as_ref().and_then(|id| texts.get_mut(id));
        if let Some(places) = places {
            places.extend(place.captures_iter(line).map(|found| found[1].to_owned()));
        }
    }
    (texts, twice)
}

fn texts_of(language: &Path) -> Places {
    let files = entries(language).into_iter().filter(|file| file.extension().is_some());
    let sources: Vec<_> = files.map(|file| std::fs::read_to_string(file).unwrap()).collect();
    let (texts, twice) = read_texts(&sources.join("\n"));
    assert!(twice.is_empty(), "{} has twice: {twice:?}", language.display());
    texts
}

/// What `other` lacks of `english` or has beyond it, in words.
fn differences(english: &Places, other: &Places) -> Vec<String> {
    let absent = english.keys().filter(|id| !other.contains_key(*id));
    let absent = absent.map(|id| format!("{id} is missing"));
    let extra = other.keys().filter(|id| !english.contains_key(*id));
    let extra = extra.map(|id| format!("{id} is not in English"));
    let both = english.iter().filter_map(|(id, places)| Some((id, places, other.get(id)?)));
    let places = both.filter(|(_, places, others)| places != others);
    let places = places.map(|(id, places, others)| format!("{id}: {others:?}, not {places:?}"));
    absent.chain(extra).chain(places).collect()
}

#[test]
fn every_id_in_the_source_has_a_text() {
    let mut ids = Vec::new();
    ids_used(&below_project("src"), &mut ids);
    assert!(ids.len() > 50, "{ids:?}");
    let written = texts_of(&below_project("i18n/en"));
    let missing: Vec<_> = ids.iter().filter(|id| !written.contains_key(*id)).collect();
    assert!(missing.is_empty(), "no text for {missing:?}");
}

#[test]
fn every_language_has_every_text_with_the_same_places() {
    let english = texts_of(&below_project("i18n/en"));
    let mut tags = Vec::new();
    for folder in entries(&below_project("i18n")) {
        let tag = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let differences = differences(&english, &texts_of(&folder));
        assert!(differences.is_empty(), "{tag}:\n{}", differences.join("\n"));
        tags.push(tag);
    }
    let mut known: Vec<_> = languages().iter().map(|language| language.tag.to_owned()).collect();
    known.sort();
    assert_eq!(tags, known, "every folder is a language with a name, and is built in");
}

#[test]
fn what_is_compared_is_read_right() {
    let source = "# a comment with $x\none = { $a } and { $b ->\n    [0] none\n   *[other] { $c }\n}\n\
                  two = text\n\none =\n    once more\n";
    let (texts, twice) = read_texts(source);
    assert_eq!(texts.keys().collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(twice, ["one"]);
    let (english, _) = read_texts("a = { $x }\nb = B\nc =\n    { $y }");
    let (other, _) = read_texts("a = { $y }\nc = { $y }\nd = D");
    assert_eq!(differences(&english, &other).len(), 3);
    assert_eq!(
        ids_in("text(\n  \"a\") // text(\"b\")\n// text(\"c\")\ntext_with(\"d\", [])").len(),
        3
    );
}

#[test]
fn places_are_filled_without_marks() {
    let filled = text_with("bytes-gb", [("n", FluentValue::from("4.3"))]);
    assert_eq!(filled, "4.3 GB");
    assert_eq!(text("no-such-text"), "no-such-text");
}

#[test]
fn where_a_language_has_no_text_english_stands_in() {
    assert_eq!(lookup_in(&langid!("sw"), "app-name", None), Some("aiimagegen".into()));
    assert_eq!(lookup_in(&langid!("sw"), "no-such-text", None), None);
    assert_eq!(languages()[0], Language { tag: "en", name: "English" });
}

#[test]
fn tags_and_locales_find_their_language() {
    for (wanted, found) in [
        ("de", Some("de")),
        ("de_AT.UTF-8@euro", Some("de")),
        ("DE", Some("de")),
        ("pt", Some("pt-BR")),
        ("pt_PT.UTF-8", Some("pt-BR")),
        ("zh_CN.GB18030", Some("zh-CN")),
        ("zh-Hans-SG", Some("zh-CN")),
        ("zh_TW.UTF-8", None),
        ("zh-Hant", None),
        ("ja_JP", Some("ja")),
        ("en_GB", Some("en")),
        ("den", None),
        ("", None),
    ] {
        assert_eq!(fitting(wanted, &LANGUAGES), found, "{wanted}");
    }
    assert_eq!(fitting("de", &LANGUAGES[..1]), None, "a language without texts");
}

#[test]
fn the_system_is_asked_as_gettext_asks_it() {
    let system = |variables: &[(&str, &str)]| {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        of_system(variable, &LANGUAGES)
    };
    assert_eq!(system(&[]), "en");
    assert_eq!(system(&[("LANG", "de_DE.UTF-8")]), "de");
    assert_eq!(system(&[("LANG", "de_DE.UTF-8"), ("LC_MESSAGES", "fr_FR")]), "fr");
    assert_eq!(system(&[("LC_MESSAGES", "fr_FR"), ("LC_ALL", "ja_JP.UTF-8")]), "ja");
    assert_eq!(system(&[("LANG", "de_DE"), ("LANGUAGE", "sw:es:fr")]), "es");
    assert_eq!(system(&[("LANG", "de_DE"), ("LANGUAGE", "sw")]), "de");
    assert_eq!(system(&[("LANGUAGE", "es")]), "es");
    for plain in ["C", "POSIX"] {
        assert_eq!(system(&[("LC_ALL", plain), ("LANG", "de_DE"), ("LANGUAGE", "es")]), "en");
    }
    assert_eq!(system(&[("LANG", "sw_KE.UTF-8")]), "en");
}
