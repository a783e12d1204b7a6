//! Watching folders: which files have come, changed or gone, told a few at a time.

use gtk::gio::prelude::*;
use gtk::{gio, glib};
use relm4::gtk;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

/// News is gathered for this long, as files seldom come alone.
const GATHER: Duration = Duration::from_millis(150);

/// Watches folders until it is dropped.
#[derive(Default)]
pub struct Watch {
    folders: Vec<(PathBuf, gio::FileMonitor)>,
}

impl Watch {
    /// Watches `folders`; `tell` hears the files that something happened to. Folders that
    /// `before` watched as well stay watched throughout.
    pub fn new(before: Self, folders: &[PathBuf], tell: impl Fn(Vec<PathBuf>) + 'static) -> Self {
        let tell = Rc::new(tell);
        let touched = Rc::new(RefCell::new(Vec::new()));
        let mut kept = before.folders;
        kept.retain(|(folder, _)| folders.contains(folder));
        for folder in folders {
            if kept.iter().all(|(known, _)| known != folder)
                && let Some(monitor) = monitor(folder, &touched, &tell)
            {
                kept.push((folder.clone(), monitor));
            }
        }
        Self { folders: kept }
    }

    /// Whether `folder` is one of those watched.
    pub fn has(&self, folder: &Path) -> bool {
        self.folders.iter().any(|(known, _)| known == folder)
    }
}

fn monitor(
    folder: &Path,
    touched: &Rc<RefCell<Vec<PathBuf>>>,
    tell: &Rc<impl Fn(Vec<PathBuf>) + 'static>,
) -> Option<gio::FileMonitor> {
    let file = gio::File::for_path(folder);
    let flags = gio::FileMonitorFlags::WATCH_MOVES;
    let monitor = file.monitor_directory(flags, gio::Cancellable::NONE);
    let monitor = monitor.inspect_err(|error| log::warn!("{}: {error}", folder.display())).ok()?;
    let (touched, tell) = (Rc::clone(touched), Rc::clone(tell));
    monitor.connect_changed(move |_, file, other, event| {
        // While a file is being written there is nothing to see: a hint tells the end.
        if event == gio::FileMonitorEvent::Changed {
            return;
        }
        let paths = [Some(file), other].into_iter().flatten().filter_map(FileExt::path);
        let was_empty = touched.borrow().is_empty();
        touched.borrow_mut().extend(paths);
        if was_empty && !touched.borrow().is_empty() {
            let (touched, tell) = (Rc::clone(&touched), Rc::clone(&tell));
            glib::timeout_add_local_once(GATHER, move || tell(touched.take()));
        }
    });
    Some(monitor)
}
