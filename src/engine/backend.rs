//! The backends by name: nothing outside this module names Flex, Cuda or Vulkan.
//!
//! A stage is generic over [`Kernels`] inside and erased at its border, so the choice of a device
//! is made once, here, from a value.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod nvidia;

pub use cpu::Cpu;

use super::device::Device;
use super::error::{Error, Obstacle};
use super::facts::DeviceFacts;
use super::family::{ClipConfig, Part, UnetConfig, VaeConfig};
use super::kernels::Kernels;
use super::models::clip::Clip;
use super::models::unet::Unet;
use super::models::vae::{Decoder, Encoder};
use super::nn::layer::Loader;
use super::placement::Candidate;
use super::stage::{Autoencoder, Denoiser, HostedClip, HostedUnet, HostedVae, TextEncoder};
use burn_flex::FlexDevice;

/// Calls `$open::<B>(args.., &Loader<B>)` for the backend `B` of a device.
#[cfg(feature = "gpu")]
macro_rules! on_device {
    ($device:expr, $part:expr, $on_read:expr, $open:ident($($argument:expr),*)) => {
        match $device {
            Device::Cpu => {
                $open($($argument,)* &Loader::<Cpu>::new($part, &FlexDevice, $on_read))
            }
            Device::Cuda(index) => {
                let device = gpu::cuda_device(index);
                $open($($argument,)* &Loader::<gpu::Cuda>::new($part, &device, $on_read))
            }
            Device::Vulkan(index) => {
                let device = gpu::vulkan_device(index, software_allowed());
                $open($($argument,)* &Loader::<gpu::Vulkan>::new($part, &device, $on_read))
            }
        }
    };
}

/// The same without GPUs.
#[cfg(not(feature = "gpu"))]
macro_rules! on_device {
    ($device:expr, $part:expr, $on_read:expr, $open:ident($($argument:expr),*)) => {
        match $device {
            Device::Cpu => {
                $open($($argument,)* &Loader::<Cpu>::new($part, &FlexDevice, $on_read))
            }
            device => Err(Error::DeviceUnusable { device, obstacle: Obstacle::Absent }),
        }
    };
}

/// Software devices are for tests: only where they were asked for by name.
fn software_allowed() -> bool {
    std::env::var_os("AIIMAGEGEN_SOFTWARE_GPU").is_some_and(|value| value == "1")
}

/// The devices of this machine, best first, and what keeps each from being used.
pub fn candidates() -> Vec<Candidate> {
    let gpus = gpus().into_iter();
    let gpus = gpus.map(|facts| Candidate { device: facts.device, obstacle: facts.obstacle });
    gpus.chain([Candidate { device: Device::Cpu, obstacle: None }]).collect()
}

/// Told the bytes of every tensor read; an error ends the load.
pub type OnRead<'a> = &'a dyn Fn(u64) -> Result<(), Error>;

/// A text encoder on `device`.
pub fn text_encoder(
    device: Device,
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
    on_device!(device, part, on_read, open(config, with_last))
}

/// A UNet on `device`.
pub fn denoiser(
    device: Device,
    config: &UnetConfig,
    part: &Part,
    on_read: OnRead,
) -> Result<Box<dyn Denoiser>, Error> {
    fn open<B: Kernels>(
        config: &UnetConfig,
        loader: &Loader<B>,
    ) -> Result<Box<dyn Denoiser>, Error> {
        let unet = Unet::load(config, loader)?;
        Ok(Box::new(HostedUnet { unet, device: loader.device().clone() }))
    }
    on_device!(device, part, on_read, open(config))
}

/// An autoencoder on `device`, its encoder too if it will be needed.
pub fn autoencoder(
    device: Device,
    config: &VaeConfig,
    with_encoder: bool,
    part: &Part,
    on_read: OnRead,
) -> Result<Box<dyn Autoencoder>, Error> {
    fn open<B: Kernels>(
        config: &VaeConfig,
        with_encoder: bool,
        loader: &Loader<B>,
    ) -> Result<Box<dyn Autoencoder>, Error> {
        let decoder = Decoder::load(config, loader)?;
        let encoder = match with_encoder {
            true => Some(Encoder::load(config, loader)?),
            false => None,
        };
        Ok(Box::new(HostedVae { decoder, encoder, device: loader.device().clone() }))
    }
    on_device!(device, part, on_read, open(config, with_encoder))
}

/// GPUs that the system knows of: those of NVIDIA's driver, and Vulkan's software device where it
/// was asked for.
pub fn gpus() -> Vec<DeviceFacts> {
    let mut gpus = nvidia::gpus();
    if software_allowed() {
        gpus.push(DeviceFacts {
            device: Device::Vulkan(0),
            name: "Vulkan in software".into(),
            pci: None,
            uuid: None,
            total: super::memory::total().unwrap_or_default(),
            used: 0,
            free: super::memory::available().unwrap_or_default(),
            links: Vec::new(),
            obstacle: Some(Obstacle::Unproven),
        });
    }
    gpus
}
