//! A card's own thread, which makes all calls for it from the first to the last: memory that
//! cubecl hands out belongs to the thread that asked for it.

use super::OnRead;
use super::faults::{self, Fault};
use crate::engine::conditioning::Conditioning;
use crate::engine::device::{Device, Precision};
use crate::engine::error::{Error, Obstacle};
use crate::engine::family::{ClipKind, Part};
use crate::engine::guarded;
use crate::engine::kernels::{Kernels, Place};
use crate::engine::latent::Latent;
use crate::engine::models::clip::POSITIONS;
use crate::engine::nn::layer::Loader;
use crate::engine::nn::picture_norm::PictureNorms;
use crate::engine::stage::{Autoencoder, Denoiser, Encoded, TextEncoder, TextLayer};
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// The threads that were started.
static CARDS: Mutex<BTreeMap<Device, Card>> = Mutex::new(BTreeMap::new());

/// The most that this process has held of each card since that was last asked.
static PEAKS: Mutex<BTreeMap<Device, u64>> = Mutex::new(BTreeMap::new());

/// Looks at what is held of a card now. Called on its thread, before memory is given back.
pub fn note_held(device: Device) -> Option<u64> {
    let held = super::held(device)?;
    let mut peaks = PEAKS.lock().unwrap_or_else(PoisonError::into_inner);
    let peak = peaks.entry(device).or_default();
    *peak = held.max(*peak);
    Some(held)
}

/// The most that was held of each card, which is forgotten.
pub fn take_peaks() -> Vec<(Device, u64)> {
    let mut peaks = PEAKS.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::take(&mut *peaks).into_iter().collect()
}

/// The thread of one card.
#[derive(Clone)]
pub struct Card {
    device: Device,
    /// cubecl's thread for it.
    thread: Arc<str>,
    jobs: Sender<Job>,
}

/// Work that was handed to a card.
pub struct Pending<T> {
    device: Device,
    result: Receiver<Result<T, Error>>,
}

impl Card {
    /// The card's thread, started when it is first asked for.
    pub fn of(device: Device) -> Result<Self, Error> {
        let mut cards = CARDS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(card) = cards.get(&device) {
            return Ok(card.clone());
        }
        // Without its libraries, CUDA would return garbage.
        super::check(device)?;
        faults::listen();
        super::prepare();
        let (jobs, waiting) = unbounded::<Job>();
        let run = move || {
            faults::this_thread_serves(device);
            waiting.iter().for_each(|job| job());
        };
        thread::Builder::new()
            .name(device.to_string())
            .spawn(run)
            .map_err(|error| broken(device, &error.to_string()))?;
        let card = Self { device, thread: super::thread_name(device).into(), jobs };
        // Before any other work.
        let claimed = card.start(move || super::claim_thread(device));
        cards.insert(device, card.clone());
        drop(cards);
        claimed.wait()?;
        Ok(card)
    }

    /// All cards that were asked for.
    pub fn all() -> Vec<Self> {
        let cards = CARDS.lock().unwrap_or_else(PoisonError::into_inner);
        cards.values().cloned().collect()
    }

    /// Which one it is.
    pub fn device(&self) -> Device {
        self.device
    }

    /// Hands over work; what cubecl's own threads run into meanwhile is its failure too.
    pub fn start<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Pending<T> {
        let (done, result) = bounded(1);
        let (device, thread) = (self.device, self.thread.clone());
        let job = move || {
            if let Some(fault) = faults::take(device, &thread) {
                log::warn!("{device}: after the work before: {fault:?}");
            }
            let outcome = guarded(work);
            let outcome = match faults::take(device, &thread) {
                Some(fault) => Err(failure(device, &fault)),
                None => outcome.map_err(|error| by_its_words(device, error)),
            };
            // Nobody waits where the caller is gone.
            let _ = done.send(outcome);
        };
        // A thread that is gone shows when the result is waited for.
        let _ = self.jobs.send(Box::new(job));
        Pending { device, result }
    }

    /// Hands over work and waits for it.
    pub fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.start(work).wait()
    }
}

impl<T> Pending<T> {
    /// What became of it.
    pub fn wait(self) -> Result<T, Error> {
        self.result.recv().unwrap_or_else(|_| Err(broken(self.device, "its thread has ended")))
    }
}

fn broken(device: Device, detail: &str) -> Error {
    Error::DeviceUnusable { device, obstacle: Obstacle::Broken { detail: detail.into() } }
}

fn failure(device: Device, fault: &Fault) -> Error {
    match fault {
        Fault::OutOfMemory { needed } => {
            let available = super::free_memory(device).unwrap_or_default();
            Error::OutOfMemory { device, needed: *needed, available }
        }
        Fault::Other { detail } => broken(device, detail),
    }
}

/// Out of memory comes also as the result of a read, whose words alone tell it from the rest.
fn by_its_words(device: Device, error: Error) -> Error {
    let words = match &error {
        Error::Internal { detail }
        | Error::DeviceUnusable { obstacle: Obstacle::Broken { detail }, .. } => detail,
        _ => return error,
    };
    match faults::meaning(words) {
        fault @ Fault::OutOfMemory { .. } => failure(device, &fault),
        Fault::Other { .. } => error,
    }
}

/// A stage that lives on a card's thread, and the way to it.
pub struct OnCard<S: ?Sized + Send + 'static> {
    card: Card,
    stage: Option<Box<S>>,
    release: Release,
}

impl<S: ?Sized + Send + 'static> OnCard<S> {
    fn with<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut S) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let device = self.card.device;
        let mut stage = self.stage.take().ok_or_else(|| broken(device, "its model is gone"))?;
        // The stage comes back also from work that failed.
        let (back, returned) = bounded(1);
        let result = self.card.run(move || {
            let result = guarded(|| work(&mut stage));
            let _ = back.send(stage);
            result
        });
        self.stage = returned.recv().ok();
        result
    }
}

impl<S: ?Sized + Send + 'static> Drop for OnCard<S> {
    fn drop(&mut self) {
        let (stage, release) = (self.stage.take(), self.release.clone());
        let gone = self.card.run(move || {
            drop(stage);
            release();
            Ok(())
        });
        if let Err(error) = gone {
            log::warn!("{}: memory may not be free again: {error}", self.card.device);
        }
    }
}

/// Makes a stage on the card's thread; its reads are told here, where they are listened to.
pub fn open<B: Kernels, S: ?Sized + Send + 'static>(
    device: Device,
    place: Place<B>,
    part: &Part,
    on_read: OnRead,
    open: impl FnOnce(&Loader<B>) -> Result<Box<S>, Error> + Send + 'static,
) -> Result<OnCard<S>, Error>
where
    B::Device: Send,
{
    let card = Card::of(device)?;
    let part = part.clone();
    let (reads, heard) = bounded(0);
    let (answers, answer) = bounded(1);
    let here = place.device.clone();
    let release: Release = Arc::new(move || {
        note_held(device);
        release::<B>(&here);
    });
    let pending = card.start(move || {
        let on_read = |bytes: u64| {
            let gone = || broken(device, "nobody waits for its model");
            reads.send(bytes).map_err(|_| gone())?;
            answer.recv().map_err(|_| gone())?
        };
        let stage = open(&Loader::new(&part, &place, &on_read))?;
        // So that an upload that failed shows here.
        B::sync(&place.device).map_err(|error| broken(device, &format!("{error:?}")))?;
        Ok(stage)
    });
    // Ends when the work does, which holds the other end.
    for bytes in heard {
        let _ = answers.send(on_read(bytes));
    }
    let mut stage = OnCard { card, stage: None, release };
    // Dropped without its stage, it gives back what a load that failed had taken.
    stage.stage = Some(pending.wait()?);
    Ok(stage)
}

type Release = Arc<dyn Fn() + Send + Sync>;

/// Gives free memory back to the system: what was dropped is only known to be free after the work
/// before it is done.
fn release<B: Kernels>(device: &B::Device) {
    let done = B::sync(device);
    B::memory_cleanup(device);
    if let Err(error) = done.and_then(|()| B::sync(device)) {
        log::warn!("memory may not be free again: {error:?}");
    }
}

impl TextEncoder for (ClipKind, OnCard<dyn TextEncoder>) {
    fn kind(&self) -> ClipKind {
        self.0
    }

    fn encode(&mut self, chunks: &[[u32; POSITIONS]], layer: TextLayer) -> Result<Encoded, Error> {
        let chunks = chunks.to_vec();
        self.1.with(move |encoder| encoder.encode(&chunks, layer))
    }
}

impl Denoiser for OnCard<dyn Denoiser> {
    fn predict(
        &mut self,
        input: &Latent,
        timestep: f32,
        conditionings: &[&Conditioning],
    ) -> Result<Vec<Latent>, Error> {
        let input = input.clone();
        let conditionings: Vec<_> = conditionings.iter().copied().cloned().collect();
        let release = self.release.clone();
        let outputs = self.with(move |denoiser| {
            let conditionings: Vec<_> = conditionings.iter().collect();
            denoiser.predict(&input, timestep, &conditionings)
        });
        if matches!(outputs, Err(Error::OutOfMemory { .. })) {
            // What the step took goes back, for a smaller portion of it or for another model.
            self.card.run(move || {
                release();
                Ok(())
            })?;
        }
        outputs
    }
}

impl Autoencoder for (Precision, OnCard<dyn Autoencoder>) {
    fn precision(&self) -> Precision {
        self.0
    }

    fn widen(&mut self) -> Result<(), Error> {
        self.0 = self.1.with(|vae| vae.widen().map(|()| vae.precision()))?;
        Ok(())
    }

    fn decode(&mut self, latent: &Latent) -> Result<Latent, Error> {
        let latent = latent.clone();
        let release = self.1.release.clone();
        self.1.with(move |vae| {
            let pixels = guarded(|| vae.decode(&latent));
            // The picture is done or has failed: what its steps took is free for the next one, for
            // its tiles, or for others.
            release();
            pixels
        })
    }

    fn begin(&mut self, latent: &Latent) -> Result<Latent, Error> {
        let latent = latent.clone();
        let release = self.1.release.clone();
        self.1.with(move |vae| {
            let features = guarded(|| vae.begin(&latent));
            release();
            features
        })
    }

    fn finish(&mut self, tile: &Latent, norms: &mut PictureNorms) -> Result<Latent, Error> {
        let (tile, mut on_card) = (tile.clone(), norms.clone());
        // The memory of one tile serves the next.
        let finished = self.1.with(move |vae| {
            let pixels = vae.finish(&tile, &mut on_card)?;
            Ok((pixels, on_card))
        });
        let (pixels, on_card) = finished?;
        *norms = on_card;
        Ok(pixels)
    }

    fn encode(&mut self, pixels: &Latent) -> Result<Latent, Error> {
        let pixels = pixels.clone();
        self.1.with(move |vae| vae.encode(&pixels))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Site;
    use super::super::gpu::{SOFTWARE, Vulkan, VulkanRuntime};
    use super::*;
    use crate::engine::denoise::{Call, LoadedUnet};
    use crate::engine::family::resolve;
    use crate::engine::memory::Room;
    use crate::engine::models::unet::Unet;
    use crate::engine::seeded::{self, Options, Recipe, Scale};
    use crate::engine::stage::HostedUnet;
    use crate::engine::weights::{Dtype, Source};
    use burn::tensor::DType;
    use cubecl::Runtime;
    use std::thread::ThreadId;

    const DEVICE: Device = Device::Cpu;

    fn here() -> Result<ThreadId, Error> {
        Ok(thread::current().id())
    }

    #[test]
    fn all_work_of_a_card_is_done_by_one_thread() {
        let first = Card::of(DEVICE).unwrap().run(here).unwrap();
        let other = thread::spawn(|| Card::of(DEVICE).unwrap().run(here).unwrap());
        assert_eq!(first, other.join().unwrap());
        assert_ne!(first, thread::current().id());
    }

    #[test]
    fn a_panic_is_an_error_and_the_thread_goes_on() {
        let card = Card::of(DEVICE).unwrap();
        let failed: Result<(), _> = card.run(|| panic!("out of order"));
        assert!(matches!(failed, Err(Error::Internal { detail }) if detail == "out of order"));
        assert!(card.run(here).is_ok());
    }

    /// A card in software, under a name that needs no driver.
    fn in_software() -> Place<Vulkan> {
        Place { device: burn::backend::wgpu::WgpuDevice::Cpu, dtype: DType::F16 }
    }

    #[test]
    fn memory_is_free_again_after_every_load() {
        let _alone = SOFTWARE.lock();
        let (recipe, options) = (Recipe::Sd15, Options::default());
        let file: Arc<dyn Source> =
            Arc::new(seeded::checkpoint(recipe, Scale::Tiny, Dtype::F16, 0, &options));
        let model = resolve(&file, None, &[]).unwrap();
        let (config, part) = model.unet;
        let width = config.context_dim;
        let used = || {
            let client = VulkanRuntime::client(&in_software().device);
            client.memory_usage().map_err(|error| broken(DEVICE, &error.to_string()))
        };
        let used = || Card::of(DEVICE).unwrap().run(used).unwrap();
        let mut kept = Vec::new();
        for _ in 0..10 {
            let config = config.clone();
            let mut unet = open(DEVICE, in_software(), &part, &|_| Ok(()), move |loader| {
                let unet = Unet::load(&config, loader)?;
                Ok(Box::new(HostedUnet { unet, place: loader.place().clone() })
                    as Box<dyn Denoiser>)
            })
            .unwrap();
            let input = Latent::new([1, 4, 8, 8], vec![0.5; 256]).unwrap();
            let conditioning =
                Conditioning { context: vec![0.1; 77 * width], tokens: 77, width, vector: None };
            assert!(unet.predict(&input, 500.0, &[&conditioning]).unwrap()[0].is_finite());
            let loaded = used().bytes_in_use;
            assert!(loaded > 1 << 20, "{loaded} bytes of weights");
            drop(unet);
            kept.push(used().bytes_reserved);
        }
        assert!(kept.iter().all(|bytes| *bytes <= kept[0]), "{kept:?}");
        assert_eq!(used().bytes_in_use, 0);
    }

    #[test]
    fn two_engines_on_a_card_give_the_bits_of_one_in_strict_mode() {
        let _alone = SOFTWARE.lock();
        let (recipe, options) = (Recipe::Sd15, Options::default());
        let file: Arc<dyn Source> =
            Arc::new(seeded::checkpoint(recipe, Scale::Tiny, Dtype::F16, 0, &options));
        let (config, part) = resolve(&file, None, &[]).unwrap().unet;
        let read = || {
            let config = config.clone();
            let stage = open(DEVICE, in_software(), &part, &|_| Ok(()), move |loader| {
                let unet = Unet::load(&config, loader)?;
                Ok(Box::new(HostedUnet { unet, place: loader.place().clone() })
                    as Box<dyn Denoiser>)
            });
            Box::new(stage.unwrap())
        };
        let alone = || {
            let again = |_| Err(broken(DEVICE, "read once"));
            LoadedUnet::new(read(), Site::PROCESSOR, Vec::new(), Box::new(again))
        };
        let mut pair = alone();
        pair.join(read());
        let width = config.context_dim;
        let side = |value| Conditioning {
            context: (0..77 * width).map(|i| value + (i % 13) as f32 * 0.1).collect(),
            tokens: 77,
            width,
            vector: None,
        };
        let (positive, negative) = (side(0.2), side(-0.7));
        let input = (0..4 * 64).map(|i| (i * 37 % 101) as f32 / 50.0 - 1.0).collect();
        let input = Latent::new([1, 4, 8, 8], input).unwrap();
        let run = |unet: &mut LoadedUnet| {
            unet.begin(true);
            let conditionings = &[&positive, &negative][..];
            let call = Call { input: &input, timestep: 481.0, conditionings };
            unet.predict(call, Room::default(), &mut |_| Ok(())).unwrap()
        };
        let (one, two) = (run(&mut alone()), run(&mut pair));
        assert!(one == two && one[0] != one[1] && one[0].is_finite());
    }

    #[test]
    fn a_card_s_fault_is_no_other_card_s() {
        let [here, there] = [Device::Cuda(70), Device::Vulkan(70)];
        faults::listen();
        let swallowed = |name: &str, owner: Option<Device>| {
            let started = thread::Builder::new().name(name.into()).spawn(move || {
                owner.into_iter().for_each(faults::this_thread_serves);
                let _ = std::panic::catch_unwind(|| panic!("out of order"));
            });
            started.unwrap().join().unwrap();
        };
        let fault = Some(Fault::Other { detail: "out of order".into() });
        // Both have threads of this name.
        swallowed("DSD-0-70", Some(there));
        assert_eq!(faults::take(here, "DSD-0-70"), None);
        assert_eq!(faults::take(there, "DSD-0-70"), fault);
        assert_eq!(faults::take(there, "DSD-0-70"), None);
        swallowed("DSD-0-71", None);
        assert_eq!(faults::take(here, "DSD-0-70"), None);
        assert_eq!(faults::take(here, "DSD-0-71"), fault);
    }

    #[test]
    fn what_cubecl_swallows_is_heard() {
        let card = Card::of(DEVICE).unwrap();
        let swallowed = |text: &'static str| {
            let _ = thread::Builder::new().name("DSD-3-0".into()).spawn(move || {
                let _ = std::panic::catch_unwind(|| panic!("{text}"));
            });
            thread::sleep(std::time::Duration::from_millis(200));
        };
        let failed = card.run(move || {
            swallowed("BufferTooBig { size: 123, backtrace: .. }");
            Ok(())
        });
        assert!(matches!(failed, Err(Error::OutOfMemory { needed: 123, .. })), "{failed:?}");
        let failed = card.run(move || {
            swallowed("Can't have a mutable operation on a const variable");
            Ok(())
        });
        assert!(matches!(failed, Err(Error::DeviceUnusable { .. })), "{failed:?}");
        assert!(card.run(|| Ok(())).is_ok());
        let read = "unet: BufferTooBig { size: 45, backtrace: .. }";
        let failed: Result<(), _> = card.run(|| Err(Error::Internal { detail: read.into() }));
        assert!(matches!(failed, Err(Error::OutOfMemory { needed: 45, .. })), "{failed:?}");
    }
}
