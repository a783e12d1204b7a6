//! Finding pictures by what their names and prompts say.
//!
//! Prompts are read from the files when somebody searches for the first time, and remembered:
//! what names alone tell is there at once, the rest comes bit by bit.

use super::{PictureFile, facts};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often what was found so far is told.
const NEWS: Duration = Duration::from_millis(300);

/// What is searched for: words that all have to occur, in whatever case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle(Vec<String>);

impl Needle {
    /// The words of `text`; `None` if there are none.
    pub fn new(text: &str) -> Option<Self> {
        let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// Whether `file` of the lower-case `prompt` is one of those.
    pub fn matches(&self, file: &PictureFile, prompt: &str) -> bool {
        let name = file.name().to_lowercase();
        self.0.iter().all(|word| name.contains(word) || prompt.contains(word))
    }
}

/// A file's state, its time and size, and its prompt in lower case.
type Known = ((i64, i64), u64, Arc<str>);

/// The prompts read so far.
#[derive(Clone, Debug, Default)]
pub struct Prompts(Arc<Mutex<HashMap<Arc<Path>, Known>>>);

impl Prompts {
    /// The prompt of `file` in lower case, read now if it is not known.
    pub fn of(&self, file: &PictureFile) -> Arc<str> {
        self.known(file).unwrap_or_else(|| self.note(file, &facts::prompt(&file.path)))
    }

    /// Remembers that `file` has this prompt; gives it back in lower case.
    pub fn note(&self, file: &PictureFile, prompt: &str) -> Arc<str> {
        let prompt: Arc<str> = prompt.to_lowercase().into();
        let known = (file.modified, file.bytes, Arc::clone(&prompt));
        self.lock().insert(Arc::clone(&file.path), known);
        prompt
    }

    /// The prompt of `file`, if it was read.
    fn known(&self, file: &PictureFile) -> Option<Arc<str>> {
        let known = self.lock();
        let (modified, bytes, prompt) = known.get(&file.path)?;
        (*modified == file.modified && *bytes == file.bytes).then(|| Arc::clone(prompt))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<Path>, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks for `needle` in `files`, for as long as `goes_on`: tells those `found`, in the order of
/// `files`, first by names and the prompts that are known, then from time to time and at the end.
/// With each goes whether that is all.
pub fn search(
    files: &[Arc<PictureFile>],
    needle: &Needle,
    prompts: &Prompts,
    goes_on: impl Fn() -> bool,
    mut found: impl FnMut(Vec<Arc<PictureFile>>, bool),
) {
    let mut hits = Vec::with_capacity(files.len());
    let mut unread = Vec::new();
    for (place, file) in files.iter().enumerate() {
        let prompt = prompts.known(file);
        hits.push(needle.matches(file, prompt.as_deref().unwrap_or_default()));
        if prompt.is_none() {
            unread.push(place);
        }
    }
    let chosen = |hits: &[bool]| {
        let chosen = files.iter().zip(hits).filter(|(_, hit)| **hit);
        chosen.map(|(file, _)| Arc::clone(file)).collect()
    };
    found(chosen(&hits), unread.is_empty());
    let mut told = Instant::now();
    let mut news = false;
    for place in &unread {
        if !goes_on() {
            return;
        }
        let (file, hit) = (&files[*place], &mut hits[*place]);
        let prompt = prompts.of(file);
        if !*hit && needle.matches(file, &prompt) {
            (*hit, news) = (true, true);
        }
        if news && told.elapsed() > NEWS {
            found(chosen(&hits), false);
            (told, news) = (Instant::now(), false);
        }
    }
    if !unread.is_empty() {
        found(chosen(&hits), true);
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::tests::png;
    use super::*;
    use std::cell::Cell;

    fn place() -> (tempfile::TempDir, Vec<Arc<PictureFile>>) {
        let folder = tempfile::tempdir().unwrap();
        let files = [("1-cat.png", "a red house"), ("2.png", "A Cat and a\nDOG"), ("3.png", "")];
        let files = files.map(|(name, prompt)| {
            let path = folder.path().join(name);
            std::fs::write(&path, png(2, 2, prompt)).unwrap();
            Arc::new(PictureFile::look(&path).unwrap())
        });
        (folder, files.to_vec())
    }

    #[test]
    fn names_are_found_at_once_and_prompts_once_they_are_read() {
        let (_folder, files) = place();
        let prompts = Prompts::default();
        let found = |text: &str| {
            let mut news = Vec::new();
            let needle = Needle::new(text).unwrap();
            search(
                &files,
                &needle,
                &prompts,
                || true,
                |found, is_all| {
                    news.push((found.iter().map(|file| file.name()).collect::<Vec<_>>(), is_all));
                },
            );
            news
        };
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (first, both) = (names(&["1-cat.png"]), names(&["1-cat.png", "2.png"]));
        assert_eq!(found("CAT"), [(first, false), (both, true)]);
        assert_eq!(found(" dog  cat "), [(names(&["2.png"]), true)]);
        assert_eq!(found("cat red"), [(names(&["1-cat.png"]), true)]);
        assert_eq!(found("horse"), [(names(&[]), true)]);
        assert_eq!(Needle::new(" \t"), None);
    }

    #[test]
    fn a_search_that_nobody_waits_for_ends() {
        let (_folder, files) = place();
        let (prompts, told) = (Prompts::default(), Cell::new(0));
        let needle = Needle::new("x").unwrap();
        search(&files, &needle, &prompts, || false, |_, _| told.set(told.get() + 1));
        assert_eq!(told.get(), 1);
        assert_eq!(prompts.known(&files[0]), None);
    }

    #[test]
    fn a_changed_file_is_read_again() {
        let (_folder, files) = place();
        let prompts = Prompts::default();
        prompts.note(&files[0], "Old");
        assert_eq!(&*prompts.of(&files[0]), "old");
        let changed = PictureFile { modified: (1, 1), ..(*files[0]).clone() };
        assert_eq!(&*prompts.of(&changed), "a red house");
    }
}
