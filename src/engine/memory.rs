//! How much memory there is, and whether the work at hand fits: asked before it starts, because
//! the system answers too late (it ends the process).

use super::backend::{self, Site};
use super::decode::TILE;
use super::device::{Device, Stage};
use super::error::Error;
use super::event::ModelSummary;

/// Room that is left to everything else on the machine.
pub const RESERVE: u64 = 256 << 20;

/// Bytes that processes can still get without pushing others out, from `/proc/meminfo`.
pub fn available() -> Option<u64> {
    field(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable")
}

/// Bytes of memory in this machine.
pub fn total() -> Option<u64> {
    field(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemTotal")
}

/// The value of `name: N kB`, in bytes.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// Whether weights fit, given as bytes for devices, each of which may come more than once.
pub fn check_weights(needed: &[(Device, u64)]) -> Result<(), Error> {
    needed.iter().try_for_each(|(device, _)| {
        let same = needed.iter().filter(|(other, _)| other == device);
        check(*device, same.map(|(_, bytes)| bytes).sum())
    })
}

/// Values per pixel that the decode of a picture holds at its peak: two maps of 256 channels and
/// one of 128 in the last level's first block, and what their convolution packs.
const DECODE: u64 = 700;

/// Bytes per pixel of a picture being denoised, for one half of the guidance: about a sixth of the
/// decode's. The families do not differ: what SDXL has more of, it has at smaller sizes.
const DENOISE: u64 = 500;

/// Values per pixel of the first part of a decode in tiles, which is done whole: six maps of 512
/// channels in the latent's size.
const BEGIN: u64 = 6 * 512 / 64;

/// Values per pixel that stay on the host while tiles are computed: what that part gave, and the
/// picture that the tiles are put together in.
const CANVAS: u64 = 512 / 64 + 3;

/// What a picture takes memory for, beside the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pictures that are denoised together; 0 where latents are only decoded.
    pub batch: u32,
    /// Whether both halves of the guidance are computed.
    pub guided: bool,
    /// Pictures, or batches of them, that are to be made one after the other.
    pub waiting: u32,
}

impl Work {
    /// One guided picture of so many pixels on a side.
    pub fn square(side: u32) -> Self {
        Self { width: side, height: side, batch: 1, guided: true, waiting: 1 }
    }

    /// What goes through the UNet at a time where memory is short: one half of one picture.
    pub fn least(&self) -> Self {
        Self { batch: self.batch.min(1), guided: false, ..*self }
    }

    /// Width and height in latent pixels.
    pub fn latent_sides(&self) -> (usize, usize) {
        (self.width as usize / 8, self.height as usize / 8)
    }
}

/// The most bytes that the denoising of `work` holds at a time.
pub fn denoising(work: &Work) -> u64 {
    let pixels = u64::from(work.width) * u64::from(work.height) * u64::from(work.batch);
    pixels.saturating_mul(if work.guided { 2 * DENOISE } else { DENOISE })
}

/// The most bytes that the decode of one picture of `width` by `height` latent pixels holds at a
/// time at `site`, whole or in tiles.
pub fn decoding(site: Site, (width, height): (usize, usize), tiled: bool) -> u64 {
    let pixels = |width: usize, height: usize| 64 * width as u64 * height as u64;
    let values = if tiled {
        let whole = pixels(width, height);
        let tile = pixels(width.min(TILE), height.min(TILE)) * DECODE;
        let on_host = if site.device == Device::Cpu { whole * CANVAS } else { 0 };
        (tile + on_host).max(whole * BEGIN)
    } else {
        pixels(width, height) * DECODE
    };
    values * site.value_bytes()
}

/// The most bytes of each device that a model and `work` with it are expected to hold at a time.
pub fn foreseen_peaks(model: &ModelSummary, work: &Work) -> Vec<(Device, u64)> {
    let mut peaks: Vec<(Device, u64, u64)> = Vec::new();
    let denoisers = model.stages.iter().filter(|stage| stage.stage == Stage::Unet).count();
    for part in &model.stages {
        let (device, precision) = (part.device, part.precision);
        let computing = match part.stage {
            // The encoding of a prompt takes less than anything that follows.
            Stage::Clip => 0,
            Stage::Unet if denoisers > 1 => denoising(&Work { guided: false, ..*work }),
            Stage::Unet => denoising(work),
            Stage::Vae => decoding(Site { device, precision }, work.latent_sides(), false),
        };
        match peaks.iter_mut().find(|(known, ..)| *known == device) {
            Some((_, weights, most)) => {
                *weights += part.bytes;
                *most = computing.max(*most);
            }
            None => peaks.push((device, part.bytes, computing)),
        }
    }
    peaks.into_iter().map(|(device, weights, most)| (device, weights + most)).collect()
}

/// How much of the memory may be used for what is computed, beside the weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// At most so many bytes on each device, or all that is free.
    pub limit: Option<u64>,
}

impl Room {
    /// With the limit that the environment sets: `AIIMAGEGEN_MEMORY_LIMIT`, in bytes.
    pub fn from_environment() -> Self {
        let set = std::env::var("AIIMAGEGEN_MEMORY_LIMIT").ok();
        Self { limit: set.and_then(|bytes| bytes.parse().ok()) }
    }

    /// Whether `work` can be done at all: denoised in the smallest portions on the first device,
    /// and decoded one by one, in tiles if need be, on the second; or else on the processor.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn check_picture(self, (unet, vae): (Device, Site), work: &Work) -> Result<(), Error> {
        let step = denoising(&work.least());
        match self.check(unet, step) {
            Err(_) if unet != Device::Cpu => self.check(Device::Cpu, step)?,
            checked => checked?,
        }
        match self.check_decode(vae, work.latent_sides(), true) {
            // On a card: the processor takes over where even a tile is too much.
            Err(_) if vae.device != Device::Cpu => {
                self.check_decode(Site::PROCESSOR, work.latent_sides(), true)
            }
            checked => checked,
        }
    }

    /// Whether `rows` latents of `width` by `height` latent pixels can go through the UNet together
    /// on `device`: every picture of a batch is one, or with both halves of the guidance two.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn check_step(
        self,
        device: Device,
        (width, height): (usize, usize),
        rows: usize,
    ) -> Result<(), Error> {
        self.check(device, 64 * width as u64 * height as u64 * rows as u64 * DENOISE)
    }

    /// Whether a latent of so many latent pixels can be decoded at `site`, whole or in tiles.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn check_decode(
        self,
        site: Site,
        latent_sides: (usize, usize),
        tiled: bool,
    ) -> Result<(), Error> {
        self.check(site.device, decoding(site, latent_sides, tiled))
    }

    fn check(self, device: Device, needed: u64) -> Result<(), Error> {
        match self.limit {
            Some(available) if needed > available => {
                Err(Error::OutOfMemory { device, needed, available })
            }
            _ => check(device, needed),
        }
    }
}

fn check(device: Device, needed: u64) -> Result<(), Error> {
    let needed = needed.saturating_add(RESERVE);
    match backend::free_memory(device) {
        Some(available) if needed > available => {
            Err(Error::OutOfMemory { device, needed, available })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::device::Precision;
    use crate::engine::event::StageSummary;

    #[test]
    fn meminfo_is_read_to_the_letter() {
        let text = "MemTotal:       24604916 kB\nMemFree: 1 kB\nMemAvailable:   23 kB\n";
        assert_eq!(field(text, "MemAvailable"), Some(23 * 1024));
        assert_eq!(field(text, "Mem"), None);
        assert_eq!(field("MemAvailable: many kB", "MemAvailable"), None);
    }

    #[test]
    fn the_impossible_is_refused_before_it_is_tried() {
        let weights = |bytes| check_weights(&[(Device::Cpu, bytes), (Device::Cpu, bytes)]);
        assert!(weights(1 << 20).is_ok());
        assert!(
            matches!(weights(1 << 49), Err(Error::OutOfMemory { needed, .. }) if needed == (1 << 50) + RESERVE)
        );
    }

    fn picture(limit: u64, (width, height): (u32, u32)) -> Result<(), Error> {
        let room = Room { limit: Some(limit) };
        let work = Work { width, height, ..Work::square(0) };
        room.check_picture((Device::Cpu, Site::PROCESSOR), &work)
    }

    #[test]
    fn only_what_does_not_fit_even_in_tiles_is_refused() {
        let free = Room::default();
        let cpu = (Device::Cpu, Site::PROCESSOR);
        assert!(free.check_picture(cpu, &Work { batch: 64, ..Work::square(64) }).is_ok());
        assert!(free.check_picture(cpu, &Work::square(1 << 20)).is_err());
        // 1024x1024: 2.9 GB whole, 1.0 GB to denoise, 0.8 GB in tiles.
        let room = Room { limit: Some(1_100_000_000) };
        assert!(room.check_decode(Site::PROCESSOR, (128, 128), false).is_err());
        assert!(room.check_decode(Site::PROCESSOR, (128, 128), true).is_ok());
        assert_eq!(picture(1_100_000_000, (1024, 1024)), Ok(()));
        assert!(picture(700_000_000, (512, 512)).is_err(), "a tile is too much");
        assert!(room.check_step(Device::Cpu, (128, 128), 2).is_ok());
        assert!(room.check_step(Device::Cpu, (128, 128), 3).is_err());
    }

    #[test]
    fn without_guidance_half_is_denoised() {
        let guided = Work::square(512);
        assert_eq!(denoising(&Work { guided: false, ..guided }) * 2, denoising(&guided));
        assert_eq!(denoising(&Work { batch: 3, ..guided }), 3 * denoising(&guided));
        assert_eq!(denoising(&Work { batch: 0, ..guided }), 0);
    }

    #[test]
    fn a_peak_is_the_weights_and_the_larger_of_what_is_computed_there() {
        let part =
            |stage, device, bytes| StageSummary { stage, device, precision: Precision::F16, bytes };
        let (first, second) = (Device::Cuda(0), Device::Cuda(1));
        let stages = vec![
            part(Stage::Clip, first, 7),
            part(Stage::Unet, first, 50),
            part(Stage::Vae, second, 3),
        ];
        let model = |stages| ModelSummary {
            family: "sd1".into(),
            prediction: "eps".into(),
            stages,
            load_s: 0.0,
            weight_bytes: 60,
        };
        let work = Work::square(512);
        let decode = decoding(
            Site { device: second, precision: Precision::F16 },
            work.latent_sides(),
            false,
        );
        let step = denoising(&work);
        let apart = foreseen_peaks(&model(stages.clone()), &work);
        assert_eq!(apart, [(first, 57 + step), (second, 3 + decode)]);
        let two = [stages, vec![part(Stage::Unet, second, 50)]].concat();
        let both = foreseen_peaks(&model(two), &work);
        assert_eq!(both, [(first, 57 + step / 2), (second, 53 + decode.max(step / 2))]);
    }

    #[test]
    fn half_the_number_takes_half_and_a_small_picture_the_same_in_tiles() {
        let needed = |precision, tiled| {
            let site = Site { device: Device::Cuda(0), precision };
            match (Room { limit: Some(1) }).check_decode(site, (20, 30), tiled) {
                Err(Error::OutOfMemory { needed, available: 1, .. }) => needed,
                other => panic!("{other:?}"),
            }
        };
        let whole = needed(Precision::F32, false);
        assert_eq!(whole, 20 * 30 * 64 * 700 * 4);
        assert_eq!(needed(Precision::F32, true), whole);
        assert_eq!(needed(Precision::F16, false), whole / 2);
    }

    #[test]
    fn a_card_is_only_refused_where_the_processor_is_too() {
        let vae = Site { device: Device::Cuda(0), precision: Precision::F32 };
        let refused = picture_at(vae, Room { limit: Some(1 << 20) });
        assert!(matches!(refused, Err(Error::OutOfMemory { device: Device::Cpu, .. })));
        assert_eq!(picture_at(vae, Room { limit: Some(1 << 30) }), Ok(()));
    }

    /// Of 64x64 pixels, with the UNet on the processor.
    fn picture_at(vae: Site, room: Room) -> Result<(), Error> {
        room.check_picture((Device::Cpu, vae), &Work { batch: 0, ..Work::square(64) })
    }
}
