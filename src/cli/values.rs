//! Values of flags that are more than a number or a name.

use crate::engine::{Device, Stage};
use std::str::FromStr;

/// `1024x768`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

impl FromStr for Size {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "write width and height in pixels, as in 1024x768";
        let (width, height) = text.split_once(['x', 'X', '\u{d7}']).ok_or(wrong)?;
        let number = |text: &str| text.parse().map_err(|_| wrong);
        Ok(Self { width: number(width)?, height: number(height)? })
    }
}

/// `42`, or `-1` for any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seed {
    /// Draw one.
    Random,
    /// This one.
    Fixed(u64),
}

impl Seed {
    /// As a request has it.
    pub fn fixed(self) -> Option<u64> {
        match self {
            Self::Random => None,
            Self::Fixed(seed) => Some(seed),
        }
    }
}

impl FromStr for Seed {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "-1" {
            return Ok(Self::Random);
        }
        let seed = text.parse().map_err(|_| "write a whole number from 0 on, or -1 to draw one")?;
        Ok(Self::Fixed(seed))
    }
}

/// A device, or the engine's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceChoice {
    /// `auto`
    Auto,
    /// One by name.
    Named(Device),
}

impl DeviceChoice {
    /// The device, unless the choice is the engine's.
    pub fn named(self) -> Option<Device> {
        match self {
            Self::Auto => None,
            Self::Named(device) => Some(device),
        }
    }
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        text.parse().map(Self::Named).map_err(|_| "write auto, cpu, cuda:N or vulkan:N".to_owned())
    }
}

/// `unet=cuda:0,vae=cuda:1,clip=cpu`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(pub Vec<(Stage, Device)>);

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut places = Vec::new();
        for item in text.split(',') {
            let (stage, device) = item
                .split_once('=')
                .ok_or("write a stage and its device, as in unet=cuda:0,vae=cuda:1,clip=cpu")?;
            let stage = match stage.trim() {
                "clip" => Stage::Clip,
                "unet" => Stage::Unet,
                "vae" => Stage::Vae,
                other => return Err(format!("`{other}` is no stage: write clip, unet or vae")),
            };
            if places.iter().any(|(known, _)| *known == stage) {
                return Err(format!("{stage} has two devices"));
            }
            let device: Device = device.trim().parse().map_err(|error| format!("{error}"))?;
            places.push((stage, device));
        }
        Ok(Self(places))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_two_numbers() {
        assert_eq!("1024x768".parse(), Ok(Size { width: 1024, height: 768 }));
        assert_eq!("0x0".parse(), Ok(Size { width: 0, height: 0 }));
        for wrong in ["", "x", "8", "8x", "x8", "8x8x8", "-8x8", "8 x 8", "8x99999999999", "axb"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn seeds_cover_all_of_u64_and_minus_one() {
        assert_eq!("-1".parse(), Ok(Seed::Random));
        assert_eq!(u64::MAX.to_string().parse(), Ok(Seed::Fixed(u64::MAX)));
        for wrong in ["", "-2", "1.5", "18446744073709551616", "random"] {
            assert!(wrong.parse::<Seed>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn places_name_each_stage_once() {
        let place: Place = "unet=cuda:0, vae=cpu".parse().unwrap();
        assert_eq!(place.0, [(Stage::Unet, Device::Cuda(0)), (Stage::Vae, Device::Cpu)]);
        for wrong in ["", "unet", "unet=", "unet=gpu", "lora=cpu", "unet=cpu,unet=cpu", "unet=cpu,"]
        {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
    }
}
