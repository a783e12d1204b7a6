//! The backends by name: nothing outside this module names Flex, Cuda or Vulkan.
//!
//! A stage is generic over [`Kernels`] inside and erased at its border, so the choice of a device
//! is made once, here, from a value.

#[cfg(feature = "gpu")]
mod card;
mod cpu;
#[cfg(feature = "gpu")]
mod cuda;
#[cfg(feature = "gpu")]
mod faults;
#[cfg(feature = "gpu")]
mod gpu;
mod nvidia;
#[cfg(feature = "gpu")]
mod setup;
#[cfg(feature = "gpu")]
mod vulkan;

pub use cpu::Cpu;

use super::copies::CopyRates;
use super::device::{Device, Precision, Stage};
use super::error::{Error, Obstacle};
use super::facts::DeviceFacts;
use super::family::{ClipConfig, Family, Part, UnetConfig, VaeConfig};
#[cfg(feature = "gpu")]
use super::kernels::check::Case;
#[cfg(feature = "gpu")]
use super::kernels::gpu::gemm;
use super::kernels::{Kernels, Place};
use super::models::clip::Clip;
use super::models::unet::Unet;
use super::models::vae::{Decoder, Encoder};
use super::nn::layer::Loader;
use super::placement::Candidate;
use super::stage::{Autoencoder, Denoiser, HostedClip, HostedUnet, HostedVae, TextEncoder, Vae};
use burn::tensor::DType;
use burn_flex::FlexDevice;
#[cfg(feature = "gpu")]
use std::sync::Once;

/// `$open` run on a card's thread with a loader for the card's backend.
#[cfg(feature = "gpu")]
macro_rules! on_card {
    ($site:expr, $part:expr, $on_read:expr, |$loader:ident| $open:expr) => {
        match $site.device {
            Device::Vulkan(index) => {
                let device = vulkan::device(index).ok_or(Error::DeviceUnusable {
                    device: $site.device,
                    obstacle: Obstacle::Absent,
                })?;
                let place = Place { device, dtype: $site.dtype() };
                card::open(
                    $site.device,
                    place,
                    $part,
                    $on_read,
                    move |$loader: &Loader<gpu::Vulkan>| $open,
                )
            }
            device => {
                let index = if let Device::Cuda(index) = device { index } else { 0 };
                let place = Place { device: cuda::device(index), dtype: $site.dtype() };
                card::open(device, place, $part, $on_read, move |$loader: &Loader<gpu::Cuda>| $open)
            }
        }
    };
}

/// Software devices are for tests: only where they were asked for by name.
#[cfg(feature = "gpu")]
fn software_allowed() -> bool {
    std::env::var_os("AIIMAGEGEN_SOFTWARE_GPU").is_some_and(|value| value == "1")
}

/// The devices of this machine, best first, and what keeps each from being used; the processor
/// alone, and nothing asked of any driver, where nothing else is `wanted`.
pub fn candidates(wanted: &[Device]) -> Vec<Candidate> {
    let only_processor = !wanted.is_empty() && wanted.iter().all(|device| *device == Device::Cpu);
    let gpus = if only_processor { Vec::new() } else { gpus() }.into_iter();
    let processor = Candidate {
        device: Device::Cpu,
        obstacle: None,
        free: free_memory(Device::Cpu),
        memory: Some(MACHINE.into()),
    };
    gpus.map(candidate).chain([processor]).collect()
}

/// The name of the machine's own memory among that of cards.
const MACHINE: &str = "machine";

fn candidate(facts: DeviceFacts) -> Candidate {
    let memory = match facts.obstacle {
        Some(Obstacle::Software) => Some(MACHINE.into()),
        _ => facts.pci.map(|pci| pci.to_string()),
    };
    let free = known_free(&facts);
    let DeviceFacts { device, obstacle, .. } = facts;
    Candidate { device, obstacle, free, memory }
}

/// Told the bytes of every tensor read; an error ends the load.
pub type OnRead<'a> = &'a dyn Fn(u64) -> Result<(), Error>;

/// Where a stage goes, and what it computes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// The device.
    pub device: Device,
    /// Never [`Precision::Auto`].
    pub precision: Precision,
}

impl Site {
    /// The processor, which computes in f32.
    pub const PROCESSOR: Self = Self { device: Device::Cpu, precision: Precision::F32 };

    fn dtype(self) -> DType {
        match self.precision {
            Precision::F16 => DType::F16,
            Precision::Bf16 => DType::BF16,
            Precision::Auto | Precision::F32 => DType::F32,
        }
    }

    /// Bytes of a weight.
    pub fn value_bytes(self) -> u64 {
        self.dtype().size() as u64
    }
}

/// What `stage` of a model computes in on `device`.
///
/// The processor computes in f32. Cards compute in f16 where they can, which the text encoders and
/// the UNets were published in; but SDXL's VAE overflows in it. A type that was asked for is meant for
/// the UNet: text encoders and autoencoders that the processor takes off a card are computed there
/// in f32, which is nothing less.
///
/// # Errors
///
/// [`Error::PrecisionUnsupported`].
pub fn precision(
    device: Device,
    stage: Stage,
    family: Family,
    wanted: Precision,
) -> Result<Precision, Error> {
    let supported = |precision| supports(device, precision);
    precision_of((device, stage), family, wanted, &supported)
}

/// The same for a device of which it is known what it supports.
///
/// # Errors
///
/// [`Error::PrecisionUnsupported`].
pub fn precision_of(
    (device, stage): (Device, Stage),
    family: Family,
    wanted: Precision,
    supported: &dyn Fn(Precision) -> bool,
) -> Result<Precision, Error> {
    let overflows = stage == Stage::Vae && matches!(family, Family::Sdxl | Family::SdxlRefiner);
    match wanted {
        Precision::Auto if !overflows && supported(Precision::F16) => Ok(Precision::F16),
        Precision::F16 if overflows && supported(Precision::F16) => Ok(Precision::F32),
        Precision::Auto | Precision::F32 => Ok(Precision::F32),
        wanted if supported(wanted) => Ok(wanted),
        _ if device == Device::Cpu && stage != Stage::Unet => Ok(Precision::F32),
        precision => {
            let supported = Precision::ALL.into_iter().filter(|it| supported(*it)).collect();
            Err(Error::PrecisionUnsupported { device, precision, supported })
        }
    }
}

/// The number types that `device` computes in.
pub fn precisions(device: Device) -> Vec<Precision> {
    Precision::ALL.into_iter().filter(|precision| supports(device, *precision)).collect()
}

/// Whether `device` computes in `precision`. No driver is asked about the processor.
pub fn supports(device: Device, precision: Precision) -> bool {
    let dtype = Site { device, precision }.dtype();
    // Cards alone: starting their drivers is no part of a load onto the processor.
    #[cfg(feature = "gpu")]
    if device != Device::Cpu {
        prepare();
    }
    match device {
        Device::Cpu => dtype == DType::F32,
        #[cfg(feature = "gpu")]
        Device::Cuda(index) => {
            (dtype != DType::BF16 || cuda::has_bf16(index))
                && gpu::supports::<gpu::CudaRuntime>(&cuda::device(index), dtype)
        }
        #[cfg(feature = "gpu")]
        Device::Vulkan(index) => vulkan::device(index)
            .is_some_and(|device| gpu::supports::<gpu::VulkanRuntime>(&device, dtype)),
        #[cfg(not(feature = "gpu"))]
        _ => false,
    }
}

/// Configures cubecl, before its first use.
#[cfg(feature = "gpu")]
fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let gpus = gpus();
        let cards: Vec<_> = gpus.iter().map(card).collect();
        let cuda = gpus.iter().filter(|facts| matches!(facts.device, Device::Cuda(_))).count();
        let keep_kernels = cuda::is_one_generation(cuda);
        setup::configure(&format!("{} {}", cards.join(" "), build()), keep_kernels);
    });
}

/// What is known of a card.
fn facts(device: Device) -> Option<DeviceFacts> {
    gpus().into_iter().find(|facts| facts.device == device)
}

/// Bytes that are free on `device`, as far as that can be known.
pub fn free_memory(device: Device) -> Option<u64> {
    match device {
        Device::Cpu => super::memory::available(),
        device => facts(device).as_ref().and_then(known_free),
    }
}

/// What this process holds of the memory of each card that it has used, in bytes: for weights, for
/// what is computed, and kept for more of it. Cards that do not say are left out.
#[cfg(feature = "gpu")]
pub fn held_memory() -> Vec<(Device, u64)> {
    let held = |card: card::Card| {
        let device = card.device();
        Some((device, card.run(move || Ok(card::note_held(device))).ok().flatten()?))
    };
    card::Card::all().into_iter().filter_map(held).collect()
}

/// What this process holds of a card's memory, asked on the card's thread.
#[cfg(feature = "gpu")]
fn held(device: Device) -> Option<u64> {
    match device {
        Device::Cpu => None,
        Device::Cuda(index) => gpu::held::<gpu::CudaRuntime>(&cuda::device(index)),
        Device::Vulkan(index) => {
            vulkan::device(index).and_then(|device| gpu::held::<gpu::VulkanRuntime>(&device))
        }
    }
}

/// The most that this process has held of each card's memory at a time since this was last asked,
/// in bytes.
#[cfg(feature = "gpu")]
pub fn take_memory_peaks() -> Vec<(Device, u64)> {
    card::take_peaks()
}

/// Nothing: without code for cards, nothing is held there.
#[cfg(not(feature = "gpu"))]
pub fn take_memory_peaks() -> Vec<(Device, u64)> {
    Vec::new()
}

/// Nothing: without code for cards, nothing is held there.
#[cfg(not(feature = "gpu"))]
pub fn held_memory() -> Vec<(Device, u64)> {
    Vec::new()
}

/// A card whose memory cannot be read is no card without memory.
fn known_free(facts: &DeviceFacts) -> Option<u64> {
    (facts.total > 0).then_some(facts.free)
}

/// Whether the device can be used at all: its libraries are there, and so is the device.
///
/// # Errors
///
/// [`Error::DeviceUnusable`].
pub fn check(device: Device) -> Result<(), Error> {
    if device == Device::Cpu { Ok(()) } else { present(device).map(drop) }
}

/// What is known of a card that can be used.
///
/// # Errors
///
/// [`Error::DeviceUnusable`].
pub fn present(device: Device) -> Result<DeviceFacts, Error> {
    let unusable = |obstacle| Error::DeviceUnusable { device, obstacle };
    let facts = facts(device).ok_or_else(|| unusable(Obstacle::Absent))?;
    match facts.obstacle {
        Some(obstacle) if obstacle.forbids() => Err(unusable(obstacle)),
        _ => Ok(facts),
    }
}

/// What changes with another card or driver, or another build of this program: what a test of the
/// card found holds as long as this stays.
pub fn fingerprint(facts: &DeviceFacts) -> String {
    format!("{} {}", card(facts), build())
}

fn card(facts: &DeviceFacts) -> String {
    let uuid = facts.uuid.as_deref().unwrap_or_default();
    format!("{} {} {uuid} {}", facts.device, facts.name, facts.driver)
}

/// Version and file of this program: a build that is replaced has another time.
fn build() -> String {
    let file = std::env::current_exe().and_then(std::fs::metadata);
    let time = file.and_then(|file| file.modified()).ok();
    let time = time.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    format!("{} {}", env!("CARGO_PKG_VERSION"), time.unwrap_or_default().as_micros())
}

/// Compares a kernel of a card with the processor's: the largest difference, in standard
/// deviations; 0 for the processor itself.
///
/// # Errors
///
/// Those of the card.
#[cfg(feature = "gpu")]
pub fn check_kernel(site: Site, case: &'static Case) -> Result<f64, Error> {
    fn run<B: Kernels>(place: &Place<B>, case: &Case) -> Result<f64, Error> {
        case.difference(place).map_err(|detail| Error::Internal { detail })
    }
    let dtype = site.dtype();
    let card = card::Card::of(site.device)?;
    match site.device {
        Device::Cuda(index) => {
            let place = Place::<gpu::Cuda> { device: cuda::device(index), dtype };
            card.run(move || run(&place, case))
        }
        Device::Vulkan(index) => {
            let absent = Error::DeviceUnusable { device: site.device, obstacle: Obstacle::Absent };
            let device = vulkan::device(index).ok_or(absent)?;
            card.run(move || run(&Place::<gpu::Vulkan> { device, dtype }, case))
        }
        Device::Cpu => Ok(0.0),
    }
}

/// cubecl's name for its thread that serves a card.
#[cfg(feature = "gpu")]
fn thread_name(device: Device) -> String {
    match device {
        Device::Cuda(index) => gpu::thread_name(&cuda::device(index)),
        Device::Vulkan(index) => {
            vulkan::device(index).as_ref().map(gpu::thread_name).unwrap_or_default()
        }
        // In tests, a card in software goes by this name.
        Device::Cpu => gpu::thread_name(&vulkan::SOFTWARE),
    }
}

/// Starts a card's driver, and has what goes wrong on cubecl's thread for it be its own fault.
#[cfg(feature = "gpu")]
fn claim_thread(device: Device) -> Result<(), Error> {
    match device {
        Device::Cuda(index) => gpu::claim_thread::<gpu::CudaRuntime>(&cuda::device(index), device),
        Device::Vulkan(index) => {
            let absent = Error::DeviceUnusable { device, obstacle: Obstacle::Absent };
            let here = vulkan::device(index).ok_or(absent)?;
            gpu::claim_thread::<gpu::VulkanRuntime>(&here, device)
        }
        Device::Cpu => Ok(()),
    }
}

/// How fast a card exchanges data with the machine's memory; `None` for the processor.
///
/// # Errors
///
/// Those of the card.
#[cfg(feature = "gpu")]
pub fn copy_rates(device: Device) -> Result<Option<CopyRates>, Error> {
    let rates = match device {
        Device::Cuda(index) => {
            let here = cuda::device(index);
            card::Card::of(device)?.run(move || gpu::copy_rates::<gpu::Cuda>(&here))
        }
        Device::Vulkan(index) => {
            let absent = Error::DeviceUnusable { device, obstacle: Obstacle::Absent };
            let here = vulkan::device(index).ok_or(absent)?;
            card::Card::of(device)?.run(move || gpu::copy_rates::<gpu::Vulkan>(&here))
        }
        Device::Cpu => return Ok(None),
    };
    rates.map(Some)
}

/// How fast a card exchanges data with the machine's memory: this build has none.
///
/// # Errors
///
/// [`Error::DeviceUnusable`].
#[cfg(not(feature = "gpu"))]
pub fn copy_rates(device: Device) -> Result<Option<CopyRates>, Error> {
    match device {
        Device::Cpu => Ok(None),
        device => Err(Error::DeviceUnusable { device, obstacle: Obstacle::Absent }),
    }
}

/// Has a card multiply with its tensor cores or without, in this process.
pub fn use_tensor_cores(device: Device, yes: bool) {
    match device {
        Device::Cpu => {}
        #[cfg(feature = "gpu")]
        Device::Cuda(index) => {
            gemm::use_tensor_cores::<gpu::CudaRuntime>(&cuda::device(index), yes);
        }
        #[cfg(feature = "gpu")]
        Device::Vulkan(index) => {
            if let Some(device) = vulkan::device(index) {
                gemm::use_tensor_cores::<gpu::VulkanRuntime>(&device, yes);
            }
        }
        #[cfg(not(feature = "gpu"))]
        _ => log::debug!("{device}, {yes}: this build has no cards"),
    }
}

/// Whether nothing but the processor comes into question for these devices.
pub fn only_processor(wanted: &[Device]) -> bool {
    if wanted.is_empty() { gpus().is_empty() } else { wanted.iter().all(|d| *d == Device::Cpu) }
}

/// A text encoder at `site`.
pub fn text_encoder(
    site: Site,
    config: &ClipConfig,
    with_last: bool,
    part: &Part,
    on_read: OnRead,
) -> Result<Box<dyn TextEncoder>, Error> {
    fn open<B: Kernels>(
        config: &ClipConfig,
        with_last: bool,
        loader: &Loader<B>,
    ) -> Result<Box<dyn TextEncoder>, Error> {
        let clip = Clip::load(config, with_last, loader)?;
        Ok(Box::new(HostedClip { clip, kind: config.kind }))
    }
    match site.device {
        Device::Cpu => open(config, with_last, &Loader::<Cpu>::new(part, &host(), on_read)),
        #[cfg(feature = "gpu")]
        Device::Cuda(_) | Device::Vulkan(_) => {
            let config = config.clone();
            let kind = config.kind;
            let stage = on_card!(site, part, on_read, |loader| open(&config, with_last, loader))?;
            Ok(Box::new((kind, stage)))
        }
        #[cfg(not(feature = "gpu"))]
        device => Err(Error::DeviceUnusable { device, obstacle: Obstacle::Absent }),
    }
}

/// A UNet at `site`.
pub fn denoiser(
    site: Site,
    config: &UnetConfig,
    part: &Part,
    on_read: OnRead,
) -> Result<Box<dyn Denoiser>, Error> {
    fn open<B: Kernels>(
        config: &UnetConfig,
        loader: &Loader<B>,
    ) -> Result<Box<dyn Denoiser>, Error> {
        let unet = Unet::load(config, loader)?;
        Ok(Box::new(HostedUnet { unet, place: loader.place().clone() }))
    }
    match site.device {
        Device::Cpu => open(config, &Loader::<Cpu>::new(part, &host(), on_read)),
        #[cfg(feature = "gpu")]
        Device::Cuda(_) | Device::Vulkan(_) => {
            let config = config.clone();
            Ok(Box::new(on_card!(site, part, on_read, |loader| open(&config, loader))?))
        }
        #[cfg(not(feature = "gpu"))]
        device => Err(Error::DeviceUnusable { device, obstacle: Obstacle::Absent }),
    }
}

/// An autoencoder at `site`, its encoder too if it will be needed.
pub fn autoencoder(
    site: Site,
    config: &VaeConfig,
    with_encoder: bool,
    part: &Part,
    on_read: OnRead,
) -> Result<Box<dyn Autoencoder>, Error> {
    fn vae<B: Kernels>(
        config: &VaeConfig,
        with_encoder: bool,
        loader: &Loader<B>,
    ) -> Result<Vae<B>, Error> {
        let decoder = Decoder::load(config, loader)?;
        let encoder = match with_encoder {
            true => Some(Encoder::load(config, loader)?),
            false => None,
        };
        Ok(Vae { decoder, encoder })
    }
    fn open<B: Kernels>(
        config: &VaeConfig,
        with_encoder: bool,
        part: &Part,
        loader: &Loader<B>,
    ) -> Result<Box<dyn Autoencoder>, Error> {
        let (config, part) = (config.clone(), part.clone());
        let vae_here = vae(&config, with_encoder, loader)?;
        let reread = move |place: &Place<B>| {
            vae(&config, with_encoder, &Loader::new(&part, place, &|_| Ok(())))
        };
        let place = loader.place().clone();
        Ok(Box::new(HostedVae { vae: vae_here, place, reread: Box::new(reread) }))
    }
    match site.device {
        Device::Cpu => {
            open(config, with_encoder, part, &Loader::<Cpu>::new(part, &host(), on_read))
        }
        #[cfg(feature = "gpu")]
        Device::Cuda(_) | Device::Vulkan(_) => {
            let (config, own_part) = (config.clone(), part.clone());
            let stage = on_card!(site, part, on_read, |loader| {
                open(&config, with_encoder, &own_part, loader)
            })?;
            Ok(Box::new((site.precision, stage)))
        }
        #[cfg(not(feature = "gpu"))]
        device => Err(Error::DeviceUnusable { device, obstacle: Obstacle::Absent }),
    }
}

/// The processor.
fn host() -> Place<Cpu> {
    Place { device: FlexDevice, dtype: DType::F32 }
}

/// GPUs that the system knows of: NVIDIA's through CUDA, then all that Vulkan offers.
#[cfg(feature = "gpu")]
pub fn gpus() -> Vec<DeviceFacts> {
    cuda::gpus().into_iter().chain(vulkan::gpus()).collect()
}

/// GPUs that the system knows of. This build of the program computes on none.
#[cfg(not(feature = "gpu"))]
pub fn gpus() -> Vec<DeviceFacts> {
    let absent = |facts| DeviceFacts { obstacle: Some(Obstacle::Absent), ..facts };
    nvidia::gpus().into_iter().map(absent).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_the_processor_lacks_is_refused_for_the_unet_alone() {
        let only_f32 = |precision| precision == Precision::F32;
        let on_processor =
            |stage, wanted| precision_of((Device::Cpu, stage), Family::Sd1, wanted, &only_f32);
        for wanted in [Precision::F16, Precision::Bf16] {
            assert_eq!(on_processor(Stage::Clip, wanted), Ok(Precision::F32));
            assert_eq!(on_processor(Stage::Vae, wanted), Ok(Precision::F32));
            let refused = on_processor(Stage::Unet, wanted);
            assert!(matches!(refused, Err(Error::PrecisionUnsupported { .. })), "{refused:?}");
        }
        let card =
            precision_of((Device::Cuda(0), Stage::Vae), Family::Sd1, Precision::Bf16, &only_f32);
        assert!(matches!(card, Err(Error::PrecisionUnsupported { .. })), "{card:?}");
    }
}
