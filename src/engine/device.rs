//! Names of the places where a part of the model can run, as people and scripts write them.
//!
//! Plain data: whether a device exists and works is the backend's business.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One place that can compute: `cpu`, `cuda:0`, `vulkan:1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Device {
    /// An NVIDIA card by its CUDA ordinal.
    Cuda(usize),
    /// A card by its place among Vulkan's physical devices.
    Vulkan(usize),
    /// The processor.
    Cpu,
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => write!(f, "cpu"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
            Self::Vulkan(index) => write!(f, "vulkan:{index}"),
        }
    }
}

/// A device name that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no device: write cpu, cuda:N or vulkan:N")]
pub struct UnknownDevice(pub String);

impl FromStr for Device {
    type Err = UnknownDevice;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownDevice(text.to_owned());
        if text == "cpu" {
            return Ok(Self::Cpu);
        }
        let (kind, index) = text.split_once(':').ok_or_else(unknown)?;
        let index = index.parse().map_err(|_| unknown())?;
        match kind {
            "cuda" => Ok(Self::Cuda(index)),
            "vulkan" => Ok(Self::Vulkan(index)),
            _ => Err(unknown()),
        }
    }
}

impl TryFrom<String> for Device {
    type Error = UnknownDevice;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Device> for String {
    fn from(device: Device) -> Self {
        device.to_string()
    }
}

/// The three stages of text to image, each of which can sit on a device of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The text encoder or encoders.
    Clip,
    /// The denoiser.
    Unet,
    /// The autoencoder.
    Vae,
}

impl Stage {
    /// All of them, in the order of work.
    pub const ALL: [Self; 3] = [Self::Clip, Self::Unet, Self::Vae];
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clip => "clip",
            Self::Unet => "unet",
            Self::Vae => "vae",
        })
    }
}

/// The number type that a stage computes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// The best that the device is known to do well.
    #[default]
    Auto,
    /// 32-bit floats.
    F32,
    /// 16-bit IEEE floats.
    F16,
    /// bfloat16.
    Bf16,
}

impl Precision {
    /// The number types themselves.
    pub const ALL: [Self; 3] = [Self::F32, Self::F16, Self::Bf16];
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_a_round_trip() {
        for name in ["cpu", "cuda:0", "cuda:12", "vulkan:3"] {
            assert_eq!(name.parse::<Device>().unwrap().to_string(), name);
        }
        for bad in ["", "gpu", "cuda", "cuda:", "cuda:x", "cuda:-1", "metal:0", "CPU"] {
            assert!(bad.parse::<Device>().is_err(), "{bad}");
        }
    }
}
