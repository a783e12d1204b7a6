//! The UNet at work, with what has to happen when numbers or memory run out.
//!
//! Both halves of the guidance and all pictures of a batch go through it together, which is the
//! fastest. Where that does not fit into memory, the halves go one after the other; then every
//! picture by itself; then the UNet moves to another device, in the end to the processor. Where
//! numbers overflow, it is read once more in a wider type.

use super::backend::{self, Site};
use super::conditioning::Conditioning;
use super::decode::Tell;
use super::device::{Precision, Stage};
use super::error::Error;
use super::event::{Event, StepWay};
use super::latent::Latent;
use super::memory::Room;
use super::stage::Denoiser;
use std::thread;

/// Reads a UNet once more, to some place.
pub type ReadUnet = Box<dyn Fn(Site) -> Result<Box<dyn Denoiser>, Error> + Send>;

/// What the UNet is asked at a step.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// `[batch, in, h, w]`.
    pub input: &'a Latent,
    /// Where in the schedule it is.
    pub timestep: f32,
    /// One, or both halves of the guidance.
    pub conditionings: &'a [&'a Conditioning],
}

/// How much goes through the UNet at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Portion {
    /// Both halves of all pictures.
    All,
    /// One half of all pictures.
    Half,
    /// One half of one picture.
    One,
}

/// The UNet of a loaded model.
pub struct LoadedUnet {
    /// `None` between two places, and for good where it could not be read anew.
    stage: Option<Box<dyn Denoiser>>,
    /// The same on another device, for the other half of the guidance.
    second: Option<Box<dyn Denoiser>>,
    site: Site,
    /// Where it can move to when memory runs out, best first.
    spares: Vec<Site>,
    read: ReadUnet,
    /// What was found to fit at this size.
    portion: Portion,
}

impl LoadedUnet {
    /// A UNet at `site`, which `read` can read again, there or at one of `spares`.
    pub fn new(stage: Box<dyn Denoiser>, site: Site, spares: Vec<Site>, read: ReadUnet) -> Self {
        let stage = Some(stage);
        Self { stage, second: None, site, spares, read, portion: Portion::All }
    }

    /// Has `second`, the same UNet on another device, compute the negative half of the guidance
    /// while the first computes the positive one.
    pub fn join(&mut self, second: Box<dyn Denoiser>) {
        self.second = Some(second);
    }

    /// Where it is, and what it computes in now.
    pub fn site(&self) -> Site {
        self.site
    }

    /// Whether it is still in memory: not after it was to move and could not.
    pub fn is_there(&self) -> bool {
        self.stage.is_some()
    }

    /// Begins a generation, whose size may be another. With `strict`, both halves of the guidance
    /// are computed one by one, as two devices would: the same numbers however many there are.
    pub fn begin(&mut self, strict: bool) {
        self.portion = if strict { Portion::Half } else { Portion::All };
    }

    /// The raw output for every conditioning: `[batch, 4, h, w]` each.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] where nothing helps, and what `tell` gives. Outputs that are no
    /// numbers in f32 are for the caller to notice.
    pub fn predict(&mut self, call: Call, room: Room, tell: Tell) -> Result<Vec<Latent>, Error> {
        loop {
            match self.attempt(call, room) {
                Err(error @ Error::OutOfMemory { .. }) => self.make_room(call, error, tell)?,
                Ok(outputs) if !outputs.iter().all(Latent::is_finite) => {
                    let Some(instead) = self.wider() else { return Ok(outputs) };
                    let precision = self.site.precision;
                    tell(Event::StepRepeated { precision, instead })?;
                    self.widen(instead, tell)?;
                }
                done => return done,
            }
        }
    }

    /// The step in the portions that are tried now.
    fn attempt(&mut self, call: Call, room: Room) -> Result<Vec<Latent>, Error> {
        let halves = call.conditionings.len();
        let Some(stage) = &mut self.stage else { return Err(gone()) };
        let rows = match self.portion {
            Portion::All if self.second.is_none() => halves * call.input.batch,
            Portion::All | Portion::Half => call.input.batch,
            Portion::One => 1,
        };
        room.check_step(self.site.device, (call.input.width, call.input.height), rows)?;
        match (&mut self.second, call.conditionings) {
            (Some(second), [positive, negative]) => {
                let one_by_one = self.portion == Portion::One;
                both(stage.as_mut(), second.as_mut(), call, [positive, negative], one_by_one)
            }
            _ => match self.portion {
                Portion::All => stage.predict(call.input, call.timestep, call.conditionings),
                portion => in_halves(stage.as_mut(), call, portion == Portion::One),
            },
        }
    }

    /// The next thing to try after `error`, which is given back where there is none.
    fn make_room(&mut self, call: Call, error: Error, tell: Tell) -> Result<(), Error> {
        let has_halves = call.conditionings.len() > 1 && self.second.is_none();
        let next = match self.portion {
            Portion::All if has_halves => Some(Portion::Half),
            Portion::All | Portion::Half if call.input.batch > 1 => Some(Portion::One),
            _ => None,
        };
        if let Some(portion) = next {
            self.portion = portion;
            let how = if portion == Portion::One { StepWay::OneByOne } else { StepWay::Halves };
            return tell(Event::StepRetried { how });
        }
        self.leave(error, tell)
    }

    /// Moves to the next device that has the room.
    fn leave(&mut self, mut error: Error, tell: Tell) -> Result<(), Error> {
        while !self.spares.is_empty() {
            let site = self.spares.remove(0);
            tell(Event::StepRetried { how: StepWay::Elsewhere { device: site.device } })?;
            match self.move_to(site) {
                Err(next @ Error::OutOfMemory { .. }) => error = next,
                moved => return moved,
            }
        }
        Err(error)
    }

    /// The next wider type, on the same device.
    fn wider(&self) -> Option<Precision> {
        match self.site.precision {
            Precision::F16 if backend::supports(self.site.device, Precision::Bf16) => {
                Some(Precision::Bf16)
            }
            Precision::F16 | Precision::Bf16 => Some(Precision::F32),
            Precision::Auto | Precision::F32 => None,
        }
    }

    fn widen(&mut self, precision: Precision, tell: Tell) -> Result<(), Error> {
        match self.move_to(Site { precision, ..self.site }) {
            Err(error @ Error::OutOfMemory { .. }) => self.leave(error, tell),
            moved => moved,
        }
    }

    /// Gives up the place it has, and is read anew at `site`.
    fn move_to(&mut self, site: Site) -> Result<(), Error> {
        // First, so that the two never share the memory.
        self.stage = None;
        self.second = None;
        self.stage = Some((self.read)(site)?);
        self.site = site;
        Ok(())
    }
}

fn gone() -> Error {
    Error::Internal { detail: format!("{}: it is no longer in memory", Stage::Unet) }
}

/// One conditioning after the other, and one picture after the other if that is wanted.
fn in_halves(stage: &mut dyn Denoiser, call: Call, one_by_one: bool) -> Result<Vec<Latent>, Error> {
    let half = |conditioning: &&Conditioning| half(stage, call, conditioning, one_by_one);
    call.conditionings.iter().map(half).collect()
}

fn half(
    stage: &mut dyn Denoiser,
    call: Call,
    conditioning: &Conditioning,
    one_by_one: bool,
) -> Result<Latent, Error> {
    let mut predict = |input: &Latent| {
        let outputs = stage.predict(input, call.timestep, &[conditioning])?;
        outputs.into_iter().next().ok_or_else(gone)
    };
    if !one_by_one {
        return predict(call.input);
    }
    let Latent { batch, channels, height, width, .. } = *call.input;
    let mut data = Vec::with_capacity(call.input.data.len());
    let mut shape = [batch, channels, height, width];
    for picture in call.input.data.chunks_exact(channels * height * width) {
        let one = predict(&Latent::new([1, channels, height, width], picture.to_vec())?)?;
        shape = [batch, one.channels, one.height, one.width];
        data.extend(one.data);
    }
    Latent::new(shape, data)
}

/// Both halves of the guidance at the same time, on two devices.
fn both(
    first: &mut dyn Denoiser,
    second: &mut dyn Denoiser,
    call: Call,
    [positive, negative]: [&Conditioning; 2],
    one_by_one: bool,
) -> Result<Vec<Latent>, Error> {
    thread::scope(|scope| {
        let other = scope.spawn(move || half(second, call, negative, one_by_one));
        let mine = half(first, call, positive, one_by_one);
        let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok(vec![mine?, other?])
    })
}

#[cfg(test)]
mod tests;
