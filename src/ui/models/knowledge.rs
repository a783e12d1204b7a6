//! What is known of model files from their headers: each file is looked into once, and again when
//! it has changed.

use crate::engine::{self, Error, ModelFacts};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// Findings are handed on together, as often as can be seen.
const REPORT_GAP: Duration = Duration::from_millis(100);

/// A file's state: another one is another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    bytes: u64,
    changed: Option<SystemTime>,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let facts = path.metadata().ok()?;
        Some(Self { bytes: facts.len(), changed: facts.modified().ok() })
    }
}

/// What was found in a file.
pub type Finding = Result<ModelFacts, Error>;

/// A file and what was found in it.
#[derive(Debug)]
pub struct Found {
    path: PathBuf,
    stamp: Option<Stamp>,
    finding: Finding,
}

/// What was found so far.
#[derive(Default)]
pub struct Knowledge {
    findings: HashMap<PathBuf, (Option<Stamp>, Finding)>,
}

impl Knowledge {
    /// What was found in the file at `path`.
    pub fn of(&self, path: &Path) -> Option<&Finding> {
        self.findings.get(path).map(|(_, finding)| finding)
    }

    /// What the file at `path` holds, if it could be read.
    pub fn facts(&self, path: &Path) -> Option<&ModelFacts> {
        self.of(path)?.as_ref().ok()
    }

    /// Takes up what was found.
    pub fn learn(&mut self, found: Vec<Found>) {
        let entries = found.into_iter().map(|found| (found.path, (found.stamp, found.finding)));
        self.findings.extend(entries);
    }

    /// The files that need no second look as long as they stay as they are.
    pub fn stamps(&self) -> HashMap<PathBuf, Option<Stamp>> {
        self.findings.iter().map(|(path, (stamp, _))| (path.clone(), *stamp)).collect()
    }
}

/// Looks into those of `paths` that are not `known` as they are now; `report` is given what was
/// found, and says whether to go on. Takes its time: not for the window's thread.
pub fn look_into(
    paths: Vec<PathBuf>,
    known: &HashMap<PathBuf, Option<Stamp>>,
    report: impl Fn(Vec<Found>) -> bool,
) {
    let mut found = Vec::new();
    let mut last = Instant::now();
    for path in paths {
        let stamp = Stamp::of(&path);
        if known.get(&path) == Some(&stamp) {
            continue;
        }
        let finding = engine::inspect(&path);
        found.push(Found { path, stamp, finding });
        // The first is the chosen one, which others wait for.
        if found.len() == 1 && last.elapsed() < REPORT_GAP && known.is_empty()
            || last.elapsed() >= REPORT_GAP
        {
            if !report(std::mem::take(&mut found)) {
                return;
            }
            last = Instant::now();
        }
    }
    if !found.is_empty() {
        report(found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn a_file_is_looked_into_again_only_when_it_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a.ckpt", "b.ckpt"].map(|name| folder.path().join(name));
        for path in &paths {
            std::fs::write(path, "no model").unwrap();
        }
        let knowledge = RefCell::new(Knowledge::default());
        let looked_into = || {
            let count = RefCell::new(0);
            let known = knowledge.borrow().stamps();
            look_into(paths.to_vec(), &known, |found| {
                *count.borrow_mut() += found.len();
                knowledge.borrow_mut().learn(found);
                true
            });
            count.into_inner()
        };
        assert_eq!((looked_into(), looked_into()), (2, 0));
        assert!(matches!(knowledge.borrow().of(&paths[0]), Some(Err(Error::Flawed { .. }))));
        std::fs::write(&paths[1], "no model either").unwrap();
        assert_eq!(looked_into(), 1);
        std::fs::remove_file(&paths[0]).unwrap();
        assert_eq!(looked_into(), 1, "gone is a change too");
    }

    #[test]
    fn who_does_not_listen_is_not_told_more() {
        let told = RefCell::new(0);
        let paths = vec![PathBuf::from("no such a"), PathBuf::from("no such b"), "c".into()];
        look_into(paths, &HashMap::new(), |_| {
            *told.borrow_mut() += 1;
            false
        });
        assert_eq!(told.into_inner(), 1);
    }
}
