//! `--count` on several cards: each has a thread and an engine of its own, and begins the next
//! picture when it is done with one. What is kept has the order, names and seeds that one engine
//! would have given it.

use super::Session;
use crate::cli::failure::Failure;
use crate::cli::progress::Progress;
use crate::engine::{Device, Engine, Error, Event, Generation, Request, random_seed};
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

/// Generations per lane that may be begun while the first of them is not kept yet: a lane that is
/// slow makes the others wait before what they have made fills the memory.
const AHEAD: u32 = 4;

/// A generation, and when it was begun.
type Made = (Generation, Instant);

/// What a lane, known by its place, has to say.
enum News {
    Event(usize, Event),
    Made(usize, u32, Box<Result<Made, Error>>),
}

/// Whose turn it is, and what is made and waits for those before it.
struct Turns<T> {
    count: u32,
    ahead: u32,
    begun: u32,
    kept: u32,
    made: BTreeMap<u32, T>,
}

impl<T> Turns<T> {
    fn new(count: u32, lanes: usize) -> Self {
        let ahead = AHEAD.saturating_mul(u32::try_from(lanes).unwrap_or(u32::MAX));
        Self { count, ahead, begun: 0, kept: 0, made: BTreeMap::new() }
    }

    /// Begins the next one, if it may be.
    fn begin(&mut self) -> Option<u32> {
        let number = self.begun;
        let may_be = number < self.count && number - self.kept < self.ahead;
        may_be.then(|| {
            self.begun += 1;
            number
        })
    }

    fn add(&mut self, number: u32, made: T) {
        self.made.insert(number, made);
    }

    /// Takes the next one that is to be kept, if it is there.
    fn keep(&mut self) -> Option<(u32, T)> {
        let made = self.made.remove(&self.kept)?;
        self.kept += 1;
        Some((self.kept - 1, made))
    }

    /// Takes what was made, also where one before it is missing.
    fn keep_any(&mut self) -> Option<(u32, T)> {
        self.made.pop_first()
    }

    fn are_begun(&self) -> bool {
        self.begun == self.count
    }

    fn are_kept(&self) -> bool {
        self.kept == self.count
    }
}

/// The lanes as those see them who give them work.
struct Lanes<'a> {
    progress: Vec<Progress>,
    /// One for each, gone when there is nothing more to do.
    orders: Vec<Sender<u32>>,
    /// Those that have nothing to do, by their places.
    idle: VecDeque<usize>,
    news: Receiver<News>,
    halt: &'a Halt,
}

/// What ends lanes before they have finished what they do.
struct Halt {
    /// One of them failed.
    failed: AtomicBool,
    /// Whether somebody asks for it.
    asked: fn() -> bool,
}

impl Halt {
    fn flow(&self) -> ControlFlow<()> {
        match self.failed.load(Ordering::Relaxed) || (self.asked)() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

/// How lanes ended before all was made.
#[derive(Default)]
struct Ended {
    failure: Option<Failure>,
    /// Where that stood which was the farthest when it was cancelled.
    cancelled: Option<(u32, u32)>,
}

impl Session {
    /// Makes `count` generations, each on one of `devices`, unless it `is_stopped`.
    pub(super) fn run_in_lanes(
        &mut self,
        count: u32,
        devices: &[Device],
        is_stopped: fn() -> bool,
    ) -> Result<(), Failure> {
        let started = Instant::now();
        let seed = self.request.seed.map_or_else(random_seed, Ok)?;
        let mut turns = Turns::new(count, devices.len());
        let progress = self.progress.lanes(devices);
        let halt = Halt { failed: AtomicBool::new(false), asked: is_stopped };
        let mut ended = thread::scope(|scope| {
            let (tell, news) = unbounded();
            let mut orders = Vec::new();
            for (lane, device) in devices.iter().enumerate() {
                let model = self.request.model.on(*device);
                let request = Request { model, seed: Some(seed), ..self.request.clone() };
                let (order, numbers) = bounded(1);
                let (tell, halt) = (tell.clone(), &halt);
                scope.spawn(move || work(lane, &request, &numbers, &tell, halt));
                orders.push(order);
            }
            drop(tell);
            let idle = (0..devices.len()).collect();
            self.direct(Lanes { progress, orders, idle, news, halt: &halt }, &mut turns)
        });
        while let Some((number, made)) = turns.keep_any() {
            self.keep_made(number, &made, &mut ended);
        }
        self.report.took(started.elapsed().as_secs_f64());
        match ended.failure {
            Some(failure) => Err(failure),
            None if turns.are_kept() => Ok(()),
            None => Err(self.interrupted(ended.cancelled)),
        }
    }

    /// Gives the lanes work and keeps what they make, until all of them have ended.
    fn direct(&mut self, mut lanes: Lanes, turns: &mut Turns<Made>) -> Ended {
        let mut ended = Ended::default();
        loop {
            if ended.failure.is_some() {
                lanes.halt.failed.store(true, Ordering::Relaxed);
            }
            if lanes.halt.flow().is_break() || turns.are_begun() {
                lanes.orders.clear();
            }
            lanes.give(turns);
            let Ok(news) = lanes.news.recv() else { return ended };
            match news {
                News::Event(lane, event) => lanes.show(lane, &event),
                News::Made(lane, number, made) => {
                    lanes.clear(lane);
                    match *made {
                        Ok(made) => turns.add(number, made),
                        Err(Error::Cancelled { step, steps }) => {
                            ended.cancelled = ended.cancelled.max(Some((step, steps)));
                        }
                        Err(error) => {
                            ended.failure.get_or_insert(error.into());
                        }
                    }
                    while let Some((number, made)) = turns.keep() {
                        self.keep_made(number, &made, &mut ended);
                    }
                }
            }
        }
    }

    fn keep_made(&mut self, number: u32, (generation, started): &Made, ended: &mut Ended) {
        if let Err(failure) = self.keep(generation, number, *started) {
            ended.failure.get_or_insert(failure);
        }
    }
}

impl Lanes<'_> {
    /// Gives those that are idle the next ones.
    fn give(&mut self, turns: &mut Turns<Made>) {
        while let Some(lane) = self.idle.front()
            && let Some(order) = self.orders.get(*lane)
            && let Some(number) = turns.begin()
        {
            // A lane whose thread has ended says so: its news end.
            let _ = order.send(number);
            self.idle.pop_front();
        }
    }

    fn show(&mut self, lane: usize, event: &Event) {
        if let Some(progress) = self.progress.get_mut(lane) {
            progress.show(event);
        }
    }

    /// What `lane` had to do is done.
    fn clear(&mut self, lane: usize) {
        if let Some(progress) = self.progress.get_mut(lane) {
            progress.clear();
        }
        self.idle.push_back(lane);
    }
}

/// A lane: makes the `numbers`th generations from `request`'s seed, until there are no more.
fn work(lane: usize, request: &Request, numbers: &Receiver<u32>, tell: &Sender<News>, halt: &Halt) {
    let mut engine = Engine::new();
    for number in numbers {
        let seed = request.seed.map(|seed| seed.wrapping_add(number.into()));
        let request = Request { seed, ..request.clone() };
        let started = Instant::now();
        let made = engine.generate(&request, &mut |event| {
            // Whoever listens does so until the last lane has ended.
            let _ = tell.send(News::Event(lane, event));
            halt.flow()
        });
        let made = made.map(|generation| (generation, started));
        let _ = tell.send(News::Made(lane, number, Box::new(made)));
    }
}

#[cfg(test)]
mod tests;
