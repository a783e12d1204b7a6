//! The list that the window shows: all pictures, or those that a search found, in their order.
//!
//! Every change tells which rows it touched, and touches no more than it has to: what is looked
//! at stays where it is.

use super::PictureFile;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// From row `at` on, `removed` rows have made way for `added` others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The first row touched.
    pub at: usize,
    /// Rows that are gone.
    pub removed: usize,
    /// Rows that are new.
    pub added: usize,
}

/// Pictures, newest first.
#[derive(Debug, Default)]
pub struct Collection {
    all: Vec<Arc<PictureFile>>,
    by_path: HashMap<Arc<Path>, Arc<PictureFile>>,
    /// Those that a search found; `None` when there is none.
    found: Option<Vec<Arc<PictureFile>>>,
}

impl Collection {
    /// All of `pictures`, which are in order.
    pub fn new(pictures: Vec<Arc<PictureFile>>) -> Self {
        let by_path = pictures.iter().map(|file| (Arc::clone(&file.path), Arc::clone(file)));
        Self { by_path: by_path.collect(), all: pictures, found: None }
    }

    /// Every picture, shown or not.
    pub fn all(&self) -> &[Arc<PictureFile>] {
        &self.all
    }

    /// The rows.
    pub fn shown(&self) -> &[Arc<PictureFile>] {
        self.found.as_deref().unwrap_or(&self.all)
    }

    /// The picture at `path`.
    pub fn get(&self, path: &Path) -> Option<&Arc<PictureFile>> {
        self.by_path.get(path)
    }

    /// The row of `file`, or the row where it would be.
    pub fn place(&self, file: &PictureFile) -> Result<usize, usize> {
        place(self.shown(), file)
    }

    /// Becomes `other`, and shows all of it.
    pub fn replace(&mut self, other: Self) -> Change {
        let change = span(self.shown(), &other.all);
        *self = Self { found: None, ..other };
        change
    }

    /// The pictures that are here and not in `other`, and those that are there and not here.
    pub fn differences(&self, other: &Self) -> (Vec<Arc<PictureFile>>, Vec<Arc<PictureFile>>) {
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        let (mut here, mut there) = (self.all.iter().peekable(), other.all.iter().peekable());
        loop {
            let order = match (here.peek(), there.peek()) {
                (None, None) => return (gone, come),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(here), Some(there)) => here.order(there),
            };
            match order {
                Ordering::Less => gone.extend(here.next().map(Arc::clone)),
                Ordering::Greater => come.extend(there.next().map(Arc::clone)),
                Ordering::Equal => {
                    if let (Some(here), Some(there)) = (here.next(), there.next())
                        && here != there
                    {
                        gone.push(Arc::clone(here));
                        come.push(Arc::clone(there));
                    }
                }
            }
        }
    }

    /// Shows only `found`, which are in order; `None` shows all.
    pub fn show_only(&mut self, found: Option<Vec<Arc<PictureFile>>>) -> Change {
        // One that has gone during the search is not to come back.
        let known = |file: &Arc<PictureFile>| self.by_path.get(&file.path) == Some(file);
        let found = found.map(|found| found.into_iter().filter(known).collect::<Vec<_>>());
        let change = span(self.shown(), found.as_deref().unwrap_or(&self.all));
        self.found = found;
        change
    }

    /// Takes up `file`; shows it during a search only if it `matches`. Another state of it has to
    /// be let go first.
    pub fn put(&mut self, file: PictureFile, matches: bool) -> Option<Change> {
        if self.by_path.contains_key(&file.path) {
            return None;
        }
        let file = Arc::new(file);
        self.by_path.insert(Arc::clone(&file.path), Arc::clone(&file));
        let at = insert(&mut self.all, &file);
        let at = match &mut self.found {
            None => Some(at),
            Some(found) => matches.then(|| insert(found, &file)),
        };
        at.map(|at| Change { at, removed: 0, added: 1 })
    }

    /// Lets the picture at `path` go.
    pub fn remove(&mut self, path: &Path) -> Option<Change> {
        let file = self.by_path.remove(path)?;
        let row = self.place(&file).ok();
        for list in [Some(&mut self.all), self.found.as_mut()].into_iter().flatten() {
            if let Ok(at) = place(list, &file) {
                list.remove(at);
            }
        }
        row.map(|at| Change { at, removed: 1, added: 0 })
    }
}

fn place(list: &[Arc<PictureFile>], file: &PictureFile) -> Result<usize, usize> {
    list.binary_search_by(|other| other.order(file))
}

fn insert(list: &mut Vec<Arc<PictureFile>>, file: &Arc<PictureFile>) -> usize {
    let at = place(list, file).unwrap_or_else(|at| at);
    list.insert(at, Arc::clone(file));
    at
}

/// What differs between two lists: all but what both begin and end with.
fn span(old: &[Arc<PictureFile>], new: &[Arc<PictureFile>]) -> Change {
    let same = |(a, b): &(&Arc<PictureFile>, &Arc<PictureFile>)| a == b;
    let at = old.iter().zip(new).take_while(same).count();
    let (old, new) = (&old[at..], &new[at..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    Change { at, removed: old.len() - end, added: new.len() - end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(time: i64) -> PictureFile {
        let path = format!("/p/{}.png", time % 100);
        PictureFile { path: Path::new(&path).into(), modified: (time, 0), bytes: 1 }
    }

    fn files(times: &[i64]) -> Vec<Arc<PictureFile>> {
        times.iter().map(|time| Arc::new(file(*time))).collect()
    }

    fn all(times: &[i64]) -> Collection {
        Collection::new(files(times))
    }

    fn times(list: &[Arc<PictureFile>]) -> Vec<i64> {
        list.iter().map(|file| file.modified.0).collect()
    }

    const fn change(at: usize, removed: usize, added: usize) -> Change {
        Change { at, removed, added }
    }

    #[test]
    fn a_change_touches_only_what_differs() {
        let mut list = Collection::default();
        assert_eq!(list.replace(all(&[9, 7, 5, 3])), change(0, 0, 4));
        assert_eq!(list.replace(all(&[9, 7, 5, 3])), change(4, 0, 0));
        assert_eq!(list.replace(all(&[9, 6, 5, 3])), change(1, 1, 1));
        assert_eq!(list.put(file(8), false), Some(change(1, 0, 1)));
        assert_eq!(list.put(file(108), false), None, "the older state is in the way");
        assert_eq!(list.remove(Path::new("/p/3.png")), Some(change(4, 1, 0)));
        assert_eq!(list.put(file(103), true), Some(change(0, 0, 1)));
        assert_eq!(times(list.shown()), [103, 9, 8, 6, 5]);
        assert_eq!(list.remove(Path::new("/p/8.png")), Some(change(2, 1, 0)));
        assert_eq!(list.remove(Path::new("/p/8.png")), None);
        assert_eq!(list.place(&file(9)), Ok(1));
        assert_eq!(list.place(&file(8)), Err(2));
    }

    #[test]
    fn differences_are_what_went_and_what_came() {
        let mut other = all(&[109, 7, 6, 3]);
        let longer = PictureFile { bytes: 2, ..file(3) };
        other.remove(Path::new("/p/3.png"));
        other.put(longer.clone(), true);
        let (gone, come) = all(&[9, 7, 5, 3]).differences(&other);
        assert_eq!((times(&gone), times(&come)), (vec![9, 5, 3], vec![109, 6, 3]));
        assert_eq!(*come[2], longer);
    }

    #[test]
    fn a_search_shows_what_it_found_and_what_comes_and_matches() {
        let mut list = Collection::default();
        list.replace(all(&[9, 7, 5, 3]));
        let mut found = files(&[9, 5]);
        assert_eq!(list.show_only(Some(found.clone())), change(1, 3, 1));
        assert_eq!(list.put(file(6), false), None);
        assert_eq!(list.put(file(4), true), Some(change(2, 0, 1)));
        assert_eq!(list.remove(Path::new("/p/7.png")), None, "it was not shown");
        assert_eq!(list.remove(Path::new("/p/9.png")), Some(change(0, 1, 0)));
        assert_eq!((times(list.shown()), times(list.all())), (vec![5, 4], vec![6, 5, 4, 3]));
        found.extend(files(&[2]));
        list.show_only(Some(found));
        assert_eq!(times(list.shown()), [5], "what has gone does not come back");
        list.show_only(None);
        assert_eq!(times(list.shown()), [6, 5, 4, 3]);
    }
}
