//! Latent to pixels, with what has to happen when numbers or memory run out.
//!
//! One picture after the other: whole first; where that overflows, in f32; where it does not fit
//! into memory, in tiles; and where even a card's tile does not fit, in tiles on the processor.

mod tiles;

pub use tiles::TILE;

use super::backend::Site;
use super::device::{Device, Precision, Stage};
use super::error::Error;
use super::event::{DecodeWay, Event};
use super::latent::Latent;
use super::memory::Room;
use super::stage::Autoencoder;
use tiles::Cut;

/// Told what happens; an error ends the work.
pub type Tell<'a> = &'a mut dyn FnMut(Event) -> Result<(), Error>;

/// Reads an autoencoder once more, onto the processor.
pub type OnProcessor = Box<dyn Fn() -> Result<Box<dyn Autoencoder>, Error> + Send>;

/// The autoencoder of a loaded model.
pub struct LoadedVae {
    /// The stage itself.
    pub stage: Box<dyn Autoencoder>,
    /// Where it is.
    pub device: Device,
    /// Latents leave the autoencoder times this.
    pub scaling_factor: f32,
    /// For a card that has too little memory.
    pub on_processor: OnProcessor,
}

impl LoadedVae {
    /// Where it is, and what it computes in now.
    pub fn site(&self) -> Site {
        Site { device: self.device, precision: self.stage.precision() }
    }

    /// Decodes `latent`, as a sampler ends with it: pixels `[batch, 3, 8 height, 8 width]` around
    /// -1..1, and how many decodes had to be repeated in f32.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] where nothing helps, [`Error::NotFinite`], and what `tell` gives.
    pub fn decode(
        &mut self,
        latent: &Latent,
        room: Room,
        tell: Tell,
    ) -> Result<(Latent, u32), Error> {
        let [batch, channels, height, width] = latent.shape();
        let scale = self.scaling_factor;
        let mut decoding = Decoding { vae: self, spare: None, way: None, room, tell, widened: 0 };
        // The decode is the peak of memory, a batch of them too much.
        let mut data = Vec::new();
        for values in latent.data.chunks_exact((channels * height * width).max(1)) {
            (decoding.tell)(Event::DecodeStarted)?;
            let values = values.iter().map(|value| value / scale).collect();
            let one = Latent::new([1, channels, height, width], values)?;
            data.extend(decoding.picture(&one)?.data);
        }
        let widened = decoding.widened;
        Ok((Latent::new([batch, 3, 8 * height, 8 * width], data)?, widened))
    }
}

/// The decode of a batch: what was found to be needed for one picture is needed for the next.
struct Decoding<'a, 'b> {
    vae: &'a mut LoadedVae,
    /// The autoencoder on the processor, once it is needed.
    spare: Option<Box<dyn Autoencoder>>,
    /// `None`: whole.
    way: Option<DecodeWay>,
    room: Room,
    tell: Tell<'b>,
    widened: u32,
}

impl Decoding<'_, '_> {
    /// One picture, divided by the scaling factor.
    fn picture(&mut self, latent: &Latent) -> Result<Latent, Error> {
        loop {
            match self.attempt(latent) {
                Err(error @ Error::OutOfMemory { .. }) => {
                    let how = self.next_way(latent).ok_or(error)?;
                    self.way = Some(how);
                    (self.tell)(Event::DecodeRetried { how })?;
                }
                Ok(pixels) if !pixels.is_finite() => {
                    return Err(Error::NotFinite { stage: Stage::Vae, step: 0 });
                }
                pixels => return pixels,
            }
        }
    }

    /// The picture the way that is tried now; where numbers run out, once more in f32.
    fn attempt(&mut self, latent: &Latent) -> Result<Latent, Error> {
        let tiled = self.way.is_some();
        let takes_over = self.way == Some(DecodeWay::TiledOnProcessor);
        let site = if takes_over { Site::PROCESSOR } else { self.vae.site() };
        self.room.check_decode(site, (latent.width, latent.height), tiled)?;
        if takes_over && self.spare.is_none() {
            self.spare = Some((self.vae.on_processor)()?);
        }
        let pixels = self.run(latent)?;
        let precision = self.stage().precision();
        if pixels.is_finite() || precision == Precision::F32 {
            return Ok(pixels);
        }
        (self.tell)(Event::DecodeRepeated { precision })?;
        self.widened += 1;
        self.stage().widen()?;
        self.run(latent)
    }

    fn run(&mut self, latent: &Latent) -> Result<Latent, Error> {
        let stage = match &mut self.spare {
            Some(spare) => spare.as_mut(),
            None => self.vae.stage.as_mut(),
        };
        if self.way.is_none() {
            return stage.decode(latent);
        }
        let tell = &mut *self.tell;
        let on_tile = &mut |tile, tiles| tell(Event::TileDone { tile, tiles });
        Cut::default().decode(latent, stage, on_tile)
    }

    fn stage(&mut self) -> &mut dyn Autoencoder {
        match &mut self.spare {
            Some(spare) => spare.as_mut(),
            None => self.vae.stage.as_mut(),
        }
    }

    /// What is left to try after what was tried last; `None` for nothing.
    fn next_way(&self, latent: &Latent) -> Option<DecodeWay> {
        let divides = Cut::default().divides((latent.height, latent.width));
        match self.way {
            None if divides => Some(DecodeWay::Tiled),
            None | Some(DecodeWay::Tiled) if self.vae.device != Device::Cpu => {
                Some(DecodeWay::TiledOnProcessor)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
