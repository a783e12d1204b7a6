//! The threads that make thumbnails: of what is asked for they take what is nearest to the place
//! that is looked at, and what is no longer asked for they never begin.

use super::{Cache, Facts, Flaw, PictureFile, Prompts, Size, Thumbnail, facts};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The engine needs the processor more.
const MOST_THREADS: usize = 3;

/// A thumbnail that was asked for.
#[derive(Debug)]
pub struct Delivery {
    /// Of what.
    pub file: Arc<PictureFile>,
    /// The thumbnail, or why there is none.
    pub thumbnail: Result<Thumbnail, Flaw>,
    /// What the file says about itself.
    pub facts: Option<Facts>,
}

#[derive(Default)]
struct Orders {
    /// What is asked for, and its place in the list.
    wanted: HashMap<Arc<Path>, (Arc<PictureFile>, usize, Size)>,
    /// What is being made.
    started: Vec<Arc<PictureFile>>,
    /// The place that is looked at.
    centre: usize,
    closed: bool,
}

impl Orders {
    /// The order nearest to the place that is looked at.
    fn take(&mut self) -> Option<(Arc<PictureFile>, Size)> {
        let distance = |place: usize| place.abs_diff(self.centre);
        let nearest = self.wanted.values().min_by_key(|(_, place, _)| (distance(*place), *place));
        let path = Arc::clone(&nearest?.0.path);
        let (file, _, size) = self.wanted.remove(&path)?;
        self.started.push(Arc::clone(&file));
        Some((file, size))
    }
}

#[derive(Default)]
struct Counter {
    orders: Mutex<Orders>,
    news: Condvar,
}

impl Counter {
    fn lock(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next order; `None` when the workshop closes.
    fn next(&self) -> Option<(Arc<PictureFile>, Size)> {
        let mut orders = self.lock();
        loop {
            if orders.closed {
                return None;
            }
            if let Some(order) = orders.take() {
                return Some(order);
            }
            orders = self.news.wait(orders).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Makes thumbnails until it is dropped.
pub struct Workshop(Arc<Counter>);

impl Workshop {
    /// Opens one that hands what it makes to `deliver`, on a thread of its own.
    pub fn open(
        cache: &Cache,
        prompts: &Prompts,
        deliver: impl Fn(Delivery) + Clone + Send + 'static,
    ) -> Self {
        let counter = Arc::new(Counter::default());
        let cores = thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..cores.div_ceil(2).min(MOST_THREADS) {
            let (counter, cache) = (Arc::clone(&counter), cache.clone());
            let (prompts, deliver) = (prompts.clone(), deliver.clone());
            let thread = thread::Builder::new().name("thumbnails".to_owned());
            let started = thread.spawn(move || work(&counter, &cache, &prompts, &deliver));
            if let Err(error) = started {
                log::error!("no thread for thumbnails: {error}");
            }
        }
        Self(counter)
    }

    /// Asks for the thumbnail of `file`, which is at `place` in the list.
    pub fn want(&self, file: &Arc<PictureFile>, place: usize, size: Size) {
        let mut orders = self.0.lock();
        if !orders.started.contains(file) {
            orders.wanted.insert(Arc::clone(&file.path), (Arc::clone(file), place, size));
            self.0.news.notify_one();
        }
    }

    /// Asks no more for that of the file at `path`.
    pub fn drop_order(&self, path: &Path) {
        self.0.lock().wanted.remove(path);
    }

    /// Has those around `place` made first.
    pub fn look_at(&self, place: usize) {
        self.0.lock().centre = place;
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.news.notify_all();
    }
}

fn work(counter: &Counter, cache: &Cache, prompts: &Prompts, deliver: &impl Fn(Delivery)) {
    while let Some((file, size)) = counter.next() {
        let thumbnail = cache.load(&file, size);
        let facts = facts::read(&file.path);
        if let Some(facts) = &facts {
            prompts.note(&file, &facts.prompt);
        }
        counter.lock().started.retain(|other| *other != file);
        deliver(Delivery { file, thumbnail, facts });
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::tests::png;
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    fn files(folder: &Path, count: usize) -> Vec<Arc<PictureFile>> {
        let file = |number| {
            let path = folder.join(format!("{number:03}.png"));
            std::fs::write(&path, png(4, 4, &format!("prompt {number}"))).unwrap();
            Arc::new(PictureFile::look(&path).unwrap())
        };
        (0..count).map(file).collect()
    }

    #[test]
    fn the_nearest_is_taken_first_and_what_was_dropped_never() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path(), 6);
        // Without threads, so that the order can be seen.
        let workshop = Workshop(Arc::default());
        workshop.look_at(3);
        for (place, file) in files.iter().enumerate() {
            workshop.want(file, place, Size::Normal);
        }
        workshop.want(&files[0], 0, Size::Normal);
        workshop.drop_order(&files[4].path);
        let mut taken = || workshop.0.lock().take().map(|(file, _)| file.name());
        let order: Vec<_> = std::iter::from_fn(&mut taken).collect();
        assert_eq!(order, ["003.png", "002.png", "001.png", "005.png", "000.png"]);
        workshop.want(&files[3], 3, Size::Normal);
        assert_eq!(taken(), None, "it is being made");
    }

    #[test]
    fn only_what_is_asked_for_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path(), 40);
        let (deliver, delivered) = mpsc::channel();
        let inside = tempfile::tempdir().unwrap();
        let (cache, prompts) = (Cache::at(inside.path()), Prompts::default());
        let workshop = Workshop::open(&cache, &prompts, move |made| deliver.send(made).unwrap());
        for (place, file) in files.iter().enumerate().skip(10).take(5) {
            workshop.want(file, place, Size::Large);
        }
        for _ in 0..5 {
            let made = delivered.recv_timeout(Duration::from_secs(20)).unwrap();
            assert_eq!(made.thumbnail.unwrap().width, 4);
            let number: usize = made.file.name()[..3].parse().unwrap();
            assert!((10..15).contains(&number));
            assert_eq!(made.facts.unwrap().prompt, format!("prompt {number}"));
        }
        assert!(delivered.recv_timeout(Duration::from_millis(100)).is_err());
        drop(workshop);
        let kept = std::fs::read_dir(inside.path().join("large")).unwrap().count();
        assert_eq!(kept, 5);
    }
}
