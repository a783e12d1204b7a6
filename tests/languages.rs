//! The texts of every language, read as files: keys that open menus and reach fields are there and
//! do not collide, texts are whole, and those for narrow places fit. That ids and places agree
//! with English is tested in `src/i18n/tests.rs`.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A language's texts by id, each in the form that the file has it in.
type Texts = BTreeMap<String, String>;

/// Labels whose access keys work at the same time. An id that ends in `-` stands for all that
/// begin with it and have an access key in English.
const SHOWN_TOGETHER: [(&str, &[&str]); 10] = [
    (
        "the menubar and the work screen",
        &[
            "menubar-",
            "checkpoint-label",
            "vae-label",
            "clip-label",
            "parameter-",
            "prompt-positive",
            "prompt-negative",
        ],
    ),
    (
        "the file menu",
        &["menu-open-picture", "menu-open-output-folder", "menu-preferences", "menu-quit"],
    ),
    (
        "the edit menu",
        &["menu-copy-picture", "menu-copy-seed", "menu-swap-prompts", "menu-clear-prompts"],
    ),
    (
        "the model menu",
        &[
            "menu-load-model",
            "menu-clear-model",
            "menu-open-checkpoint",
            "menu-rescan",
            "menu-open-models-folder",
        ],
    ),
    (
        "the generate menu",
        &[
            "menu-generate",
            "menu-queue",
            "menu-stop",
            "menu-stop-all",
            "menu-show-queue",
            "menu-resume",
            "menu-finish-pictures",
            "menu-discard-pictures",
            "menu-random-seed",
            "menu-reuse-seed",
        ],
    ),
    (
        "the view menu",
        &[
            "menu-left-panel",
            "menu-right-panel",
            "menu-fullscreen",
            "menu-zoom-in",
            "menu-zoom-out",
            "menu-zoom-fit",
            "menu-zoom-actual",
            "menu-newer-picture",
            "menu-older-picture",
            "menu-focus-prompt",
            "menu-focus-pictures",
            "menu-theme-system",
            "menu-theme-light",
            "menu-theme-dark",
        ],
    ),
    ("the help menu", &["menu-shortcuts", "menu-open-settings-folder", "menu-about"]),
    (
        "the menu of a thumbnail",
        &[
            "gallery-show",
            "gallery-copy",
            "gallery-use-parameters",
            "gallery-use-all-but-seed",
            "gallery-open-folder",
            "gallery-delete",
        ],
    ),
    (
        "the setup",
        &[
            "setup-back",
            "setup-next",
            "setup-finish",
            "folder-settings",
            "folder-output",
            "folder-models",
            "language-label",
        ],
    ),
    (
        "the preferences",
        &[
            "preferences-save",
            "preferences-cancel",
            "folder-output",
            "folder-models",
            "preferences-strict",
            "language-label",
            "theme-label",
        ],
    ),
];

/// Texts of buttons and labels in panels that are not wide, by the beginning of their ids.
const NARROW: [&str; 7] =
    ["parameter-", "button-", "menubar-", "prompt-positive", "prompt-negative", "vae-", "clip-"];

/// The most columns for them, an ideograph being two wide.
const MOST_COLUMNS: usize = 24;

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Every language's tag and texts.
fn languages() -> Vec<(String, Texts)> {
    let folders = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("i18n"));
    let read = |folder: &PathBuf| {
        let files = entries(folder);
        let files = files.iter().filter(|file| file.extension().is_some_and(|it| it == "ftl"));
        let sources: Vec<_> = files.map(|file| fs::read_to_string(file).unwrap()).collect();
        let tag = folder.file_name().unwrap().to_str().unwrap().to_owned();
        (tag, texts_in(&sources.join("\n")))
    };
    folders.iter().filter(|folder| folder.is_dir()).map(read).collect()
}

fn english() -> Texts {
    languages().into_iter().find(|(tag, _)| tag == "en").unwrap().1
}

/// A text reaches to the next line that begins with a letter; comments belong to none.
fn texts_in(source: &str) -> Texts {
    let mut texts = Texts::new();
    let mut id = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (name, text) = line.split_once('=').unwrap();
            id = name.trim().to_owned();
            texts.insert(id.clone(), text.trim().to_owned());
        } else if let Some(text) = texts.get_mut(&id) {
            text.push('\n');
            text.push_str(line.trim_end());
        }
    }
    texts.values_mut().for_each(|text| *text = text.trim_end().to_owned());
    texts
}

/// The access key that GTK finds in a label: what follows the first single underscore.
fn access_key(label: &str) -> Option<char> {
    let after = label.split_once('_')?.1.chars().next()?;
    Some(after.to_lowercase().next().unwrap_or(after))
}

/// The ids that `patterns` stand for.
fn meant<'a>(patterns: &[&str], english: &'a Texts) -> Vec<&'a str> {
    let is_meant = |id: &str, text: &str| {
        patterns.iter().any(|pattern| match pattern.ends_with('-') {
            true => id.starts_with(pattern) && text.contains('_'),
            false => id == *pattern,
        })
    };
    let texts = english.iter().filter(|(id, text)| is_meant(id, text));
    texts.map(|(id, _)| id.as_str()).collect()
}

/// What is wrong with the braces of `text`: each opens a place or a quotation, and is closed.
/// Functions are not there to be called.
fn flaw_of_braces(text: &str) -> Option<&'static str> {
    let mut rest = text;
    let mut open = 0_usize;
    while let Some(place) = rest.find(['{', '}']) {
        let (brace, after) = rest[place..].split_at(1);
        rest = after;
        if brace == "}" {
            match open.checked_sub(1) {
                Some(fewer) => open = fewer,
                None => return Some("a } closes nothing"),
            }
        } else if let Some(quotation) = rest.trim_start().strip_prefix('"') {
            match quotation.split_once('"').map(|(_, after)| after.trim_start().strip_prefix('}')) {
                Some(Some(after)) => rest = after,
                _ => return Some("a quotation is not closed"),
            }
        } else if rest.trim_start().starts_with('$') {
            open += 1;
        } else {
            return Some("a { opens neither a place nor a quotation");
        }
    }
    (open > 0).then_some("a { is not closed")
}

/// Columns that `label` takes, its access key's mark not counted.
fn columns(label: &str) -> usize {
    let is_wide = |c: char| {
        matches!(u32::from(c),
            0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x2_0000..=0x3_fffd)
    };
    label.chars().filter(|c| *c != '_').map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn assert_none(flaws: &[String]) {
    assert!(flaws.is_empty(), "\n{}", flaws.join("\n"));
}

#[test]
fn access_keys_shown_together_differ() {
    let english = english();
    let mut flaws = Vec::new();
    for (tag, texts) in languages() {
        for (place, patterns) in SHOWN_TOGETHER {
            let mut taken = BTreeMap::new();
            for id in meant(patterns, &english) {
                let label = texts.get(id).map(String::as_str).unwrap_or_default();
                match access_key(label) {
                    None => flaws.push(format!("{tag}, {place}: {id} has no access key: {label}")),
                    Some(key) if !key.is_alphanumeric() => {
                        flaws.push(format!("{tag}, {place}: {id} has {key:?} for a key: {label}"));
                    }
                    Some(key) => {
                        if let Some(other) = taken.insert(key, id) {
                            flaws.push(format!("{tag}, {place}: {other} and {id} share {key}"));
                        }
                    }
                }
            }
        }
    }
    assert_none(&flaws);
}

#[test]
fn a_label_has_an_access_key_in_every_language_or_in_none() {
    let english = english();
    let mut flaws = Vec::new();
    // Other texts have underscores in the names of files and variables.
    let is_label = |text: &str| text.matches('_').count() == 1 && !text.contains(['{', '.']);
    for (tag, texts) in languages() {
        for (id, text) in &texts {
            let Some(source) = english.get(id) else { continue };
            let marks = text.matches('_').count();
            let wanted = source.matches('_').count();
            if (is_label(source) || wanted == 0) && marks != wanted {
                flaws.push(format!("{tag}: {id} has {marks} underscores, not {wanted}: {text}"));
            }
        }
    }
    assert_none(&flaws);
}

#[test]
fn every_menu_item_is_in_one_of_the_menus_above() {
    let english = english();
    // Shown alone, where it is needed.
    let elsewhere = ["menu-restart", "menu-restore-pictures"];
    let items = english.keys().filter(|id| id.starts_with("menu-"));
    for id in items.filter(|id| !elsewhere.contains(&id.as_str())) {
        let menus = SHOWN_TOGETHER.iter().filter(|(_, ids)| ids.contains(&id.as_str()));
        assert_eq!(menus.count(), 1, "{id}");
    }
    for (place, patterns) in SHOWN_TOGETHER {
        for pattern in patterns {
            assert!(!meant(&[pattern], &english).is_empty(), "{place}: there is no {pattern}");
        }
    }
}

#[test]
fn texts_are_whole() {
    let mut flaws = Vec::new();
    for (tag, texts) in languages() {
        assert!(texts.len() > 100, "{tag} has {} texts", texts.len());
        for (id, text) in &texts {
            let flaw = if text.is_empty() {
                Some("is empty")
            } else if text == id {
                Some("is its id")
            } else {
                flaw_of_braces(text)
            };
            flaws.extend(flaw.map(|flaw| format!("{tag}: {id}: {flaw}: {text}")));
        }
    }
    assert_none(&flaws);
}

/// The list of models leaves the file out of such a sentence, by exactly these characters, and
/// scripts split it there.
#[test]
fn what_begins_with_a_file_goes_on_with_a_colon() {
    const BEGINNING: &str = "{ $file }: ";
    let english = english();
    let mut flaws = Vec::new();
    for (tag, texts) in languages() {
        for id in english.iter().filter(|(_, text)| text.starts_with(BEGINNING)).map(|it| it.0) {
            let text = texts.get(id).map(String::as_str).unwrap_or_default();
            if !text.starts_with(BEGINNING) {
                flaws.push(format!("{tag}: {id} does not begin with \"{BEGINNING}\": {text}"));
            }
        }
    }
    assert_none(&flaws);
}

#[test]
fn labels_in_narrow_places_are_short() {
    let mut flaws = Vec::new();
    for (tag, texts) in languages() {
        let is_narrow = |id: &str| NARROW.iter().any(|beginning| id.starts_with(beginning));
        // Tooltips have room, and texts with places are as long as what fills them.
        let labels = texts
            .iter()
            .filter(|(id, text)| is_narrow(id) && !id.ends_with("-tooltip") && !text.contains('{'));
        let long = labels.filter(|(_, label)| columns(label) > MOST_COLUMNS);
        flaws.extend(long.map(|(id, label)| {
            format!("{tag}: {id} takes {} columns of {MOST_COLUMNS}: {label}", columns(label))
        }));
    }
    assert_none(&flaws);
}

#[test]
fn the_checks_find_what_they_look_for() {
    let texts =
        texts_in("# a = b\none = _One\n\ntwo = { $n ->\n    [0] no\n   *[other] { $n }\n}\n");
    assert_eq!(texts.keys().collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(flaw_of_braces(&texts["two"]), None);
    assert_eq!(flaw_of_braces("{ \"{\" }a: [{ $b }]{ \"}\" }"), None);
    for flawed in ["{", "{ $a", "a }", "{ $a }}", "{ NUMBER($a) }", "{ \"{ }"] {
        assert!(flaw_of_braces(flawed).is_some(), "{flawed}");
    }
    assert_eq!(
        ["_One", "Ü_ber", "文件(_F)", "One"].map(access_key),
        [Some('o'), Some('b'), Some('f'), None]
    );
    assert_eq!(columns("文件(_F)"), 7);
    assert_eq!(columns("_File"), 4);
}
