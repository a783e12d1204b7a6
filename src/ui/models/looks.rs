//! Numbers for the looks into the models folder: a slow one into an old folder must not undo what
//! a newer one has found.

use super::ModelChoice;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The looks so far.
#[derive(Debug, Default)]
pub struct Looks {
    newest: Arc<AtomicU64>,
    /// What is to be chosen once one arrives.
    wanted: Option<ModelChoice>,
}

/// One look into the folder.
#[derive(Clone, Debug)]
pub struct Look {
    number: u64,
    newest: Arc<AtomicU64>,
}

impl Looks {
    /// Begins a look, which ends the one before; gives it, and what is to be chosen of what it
    /// finds. That is what the one before was to find, unless something else is `wanted` by now.
    pub fn begin(&mut self, wanted: Option<ModelChoice>) -> (Look, Option<ModelChoice>) {
        self.wanted = wanted.or_else(|| self.wanted.take());
        let number = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
        (Look { number, newest: Arc::clone(&self.newest) }, self.wanted.clone())
    }

    /// The folder's list has come; whether it is one to go by.
    pub fn arrived(&mut self, look: &Look) -> bool {
        let is_newest = look.is_newest();
        if is_newest {
            self.wanted = None;
        }
        is_newest
    }
}

impl Look {
    /// Whether none has begun after it.
    pub fn is_newest(&self) -> bool {
        self.newest.load(Ordering::Relaxed) == self.number
    }
}

#[cfg(test)]
mod tests {
    use super::super::search::Scan;
    use super::*;
    use std::path::Path;
    use std::sync::mpsc::channel;
    use std::thread;

    fn choice(name: &str) -> ModelChoice {
        ModelChoice { checkpoint: Some(name.into()), ..ModelChoice::default() }
    }

    fn folder(checkpoint: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let shelf = folder.path().join("checkpoints");
        std::fs::create_dir(&shelf).unwrap();
        std::fs::write(shelf.join(checkpoint).with_extension("ckpt"), "x").unwrap();
        folder
    }

    #[test]
    fn a_slow_look_into_the_old_folder_comes_too_late() {
        let (old, new) = (folder("old"), folder("new"));
        let mut looks = Looks::default();
        let (lists, arriving) = channel();
        let (go, wait) = channel::<()>();
        let scan = |folder: &Path, wanted| Scan::of(folder, None, wanted);
        let (slow, wanted) = looks.begin(None);
        let (slow_lists, path) = (lists.clone(), old.path().to_owned());
        let slow_thread = thread::spawn(move || {
            wait.recv().unwrap();
            slow_lists.send((slow, scan(&path, wanted))).unwrap();
        });
        let (quick, wanted) = looks.begin(None);
        lists.send((quick, scan(new.path(), wanted))).unwrap();
        let mut shown = Vec::new();
        for _ in 0..2 {
            let (look, list) = arriving.recv().unwrap();
            if looks.arrived(&look) {
                shown = list.shelves[0].iter().map(|entry| entry.name.clone()).collect();
            }
            // The slow one may go on once the quick one was heard of.
            let _ = go.send(());
        }
        slow_thread.join().unwrap();
        assert_eq!(shown, ["new"]);
    }

    #[test]
    fn what_is_wanted_is_not_lost_with_the_look_that_was_to_find_it() {
        let mut looks = Looks::default();
        let (first, wanted) = looks.begin(Some(choice("a")));
        assert_eq!(wanted, Some(choice("a")));
        let (second, wanted) = looks.begin(None);
        assert_eq!(wanted, Some(choice("a")), "the first has not arrived");
        assert!(!looks.arrived(&first) && !first.is_newest());
        let (third, wanted) = looks.begin(Some(choice("b")));
        assert_eq!(wanted, Some(choice("b")), "somebody has thought better of it");
        assert!(!looks.arrived(&second) && looks.arrived(&third));
        assert_eq!(looks.begin(None).1, None, "it is chosen by now");
    }
}
