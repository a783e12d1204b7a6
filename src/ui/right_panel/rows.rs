//! The grid's list: jobs first, then pictures. Its items are made when they are looked at, so that
//! the list costs the same however long it is.

use super::JobRow;
use crate::gallery::{Change, Collection, PictureFile};
use gtk::prelude::*;
use gtk::subclass::prelude::*;
use gtk::{gio, glib};
use relm4::gtk;
use std::cell::Ref;
use std::path::Path;
use std::sync::Arc;

/// When a folder has changed more than this, single changes are not worth telling.
const MOST_CHANGES: usize = 100;

/// One item.
#[derive(Clone, Debug)]
pub enum Row {
    /// A picture in the making.
    Job(JobRow),
    /// A picture.
    Picture(Arc<PictureFile>),
}

mod imp {
    use super::{JobRow, Row};
    use crate::gallery::Collection;
    use gtk::prelude::*;
    use gtk::subclass::prelude::*;
    use gtk::{gio, glib};
    use relm4::gtk;
    use std::cell::RefCell;
    use std::sync::Arc;

    /// The list's inside.
    #[derive(Default)]
    pub struct Rows {
        pub(super) jobs: RefCell<Vec<JobRow>>,
        pub(super) pictures: RefCell<Collection>,
    }

    impl Rows {
        pub(super) fn row(&self, place: usize) -> Option<Row> {
            let jobs = self.jobs.borrow();
            match place.checked_sub(jobs.len()) {
                None => jobs.get(place).cloned().map(Row::Job),
                Some(place) => {
                    self.pictures.borrow().shown().get(place).map(Arc::clone).map(Row::Picture)
                }
            }
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Rows {
        const NAME: &'static str = "AiimagegenRows";
        type Type = super::Rows;
        type Interfaces = (gio::ListModel,);
    }

    impl ObjectImpl for Rows {}

    impl ListModelImpl for Rows {
        fn item_type(&self) -> glib::Type {
            glib::BoxedAnyObject::static_type()
        }

        fn n_items(&self) -> u32 {
            super::count(self.jobs.borrow().len() + self.pictures.borrow().shown().len())
        }

        fn item(&self, place: u32) -> Option<glib::Object> {
            let row = self.row(place as usize)?;
            Some(glib::BoxedAnyObject::new(row).upcast())
        }
    }
}

glib::wrapper! {
    /// The grid's list.
    pub struct Rows(ObjectSubclass<imp::Rows>) @implements gio::ListModel;
}

impl Default for Rows {
    fn default() -> Self {
        glib::Object::new()
    }
}

impl Rows {
    /// The pictures.
    pub fn pictures(&self) -> Ref<'_, Collection> {
        self.imp().pictures.borrow()
    }

    /// The item at `place`.
    pub fn row(&self, place: u32) -> Option<Row> {
        self.imp().row(place as usize)
    }

    /// How many jobs stand before the pictures.
    pub fn jobs(&self) -> usize {
        self.imp().jobs.borrow().len()
    }

    /// Puts `jobs` first. Tells whether these are the same as before, only further on: then the
    /// list has not changed.
    pub fn set_jobs(&self, jobs: Vec<JobRow>) -> bool {
        let ids = |jobs: &[JobRow]| jobs.iter().map(|job| job.id).collect::<Vec<_>>();
        let added = jobs.len();
        let old = self.imp().jobs.replace(jobs);
        let are_same = ids(&old) == ids(&self.imp().jobs.borrow());
        if !are_same {
            self.items_changed(0, count(old.len()), count(added));
        }
        are_same
    }

    /// Has the pictures of another folder.
    pub fn replace(&self, pictures: Collection) {
        self.change(|all| Some(all.replace(pictures)));
    }

    /// Has the pictures of the same folder, looked into once more.
    pub fn renew(&self, pictures: Collection) {
        let (gone, come) = self.pictures().differences(&pictures);
        if gone.len() + come.len() > MOST_CHANGES {
            return self.replace(pictures);
        }
        for file in gone {
            self.remove(&file.path);
        }
        for file in come {
            self.put((*file).clone(), false);
        }
    }

    /// Shows only `found`; `None` shows all.
    pub fn show_only(&self, found: Option<Vec<Arc<PictureFile>>>) {
        self.change(|all| Some(all.show_only(found)));
    }

    /// Takes up `file`; shows it during a search only if it `matches`.
    pub fn put(&self, file: PictureFile, matches: bool) {
        let known = self.pictures().get(&file.path).cloned();
        match known {
            Some(known) if *known == file => return,
            Some(known) => self.remove(&known.path),
            None => {}
        }
        self.change(|all| all.put(file, matches));
    }

    /// Lets the picture at `path` go.
    pub fn remove(&self, path: &Path) {
        self.change(|all| all.remove(path));
    }

    fn change(&self, change: impl FnOnce(&mut Collection) -> Option<Change>) {
        let change = change(&mut self.imp().pictures.borrow_mut());
        // Those who hear of it look into the list.
        if let Some(Change { at, removed, added }) = change.filter(|c| c.removed + c.added > 0) {
            self.items_changed(count(self.jobs() + at), count(removed), count(added));
        }
    }
}

/// As GTK counts. There are never as many rows as that.
pub fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::Stand;
    use super::*;
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

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

    #[test]
    fn every_change_is_told_as_the_list_is_then() {
        let rows = Rows::default();
        let told = Rc::new(RefCell::new(Vec::new()));
        let (news, length) = (Rc::clone(&told), Cell::new(0));
        rows.connect_items_changed(move |rows, at, removed, added| {
            length.set(length.get() - removed + added);
            assert_eq!(rows.n_items(), length.get());
            news.borrow_mut().push((at, removed, added));
        });
        rows.replace(all(&[9, 7, 5]));
        let job = |id, stand| JobRow { id, stand, prompt: String::new(), detail: String::new() };
        assert!(!rows.set_jobs(vec![job(1, Stand::Waits(1)), job(2, Stand::Waits(2))]));
        assert!(rows.set_jobs(vec![job(1, Stand::Runs(0.5)), job(2, Stand::Waits(1))]));
        rows.put(file(107), true);
        rows.put(file(107), true);
        rows.renew(all(&[107, 6, 5]));
        rows.show_only(Some(files(&[6])));
        rows.put(file(8), false);
        let expected =
            [(0, 0, 3), (0, 0, 2), (3, 1, 0), (2, 0, 1), (3, 1, 0), (3, 0, 1), (2, 3, 1)];
        assert_eq!(*told.borrow(), expected);
        assert!(matches!(rows.row(1), Some(Row::Job(JobRow { id: 2, .. }))));
        assert!(matches!(rows.row(2), Some(Row::Picture(file)) if file.modified.0 == 6));
        assert!(rows.row(3).is_none() && rows.item(3).is_none());
    }
}
