//! Payloads with bytes that are no JSON: `u32` length of a JSON head, the head, then pixels and
//! latents as they are, little-endian.

use crate::engine::{Latent, Picture};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A payload that begins with `head`.
pub fn with_head(head: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let head = serde_json::to_vec(head)?;
    let mut bytes = (head.len() as u32).to_le_bytes().to_vec();
    bytes.extend(head);
    Ok(bytes)
}

/// Adds numbers to a payload.
pub fn add_floats(bytes: &mut Vec<u8>, values: &[f32]) {
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

/// A payload being read, part by part.
pub struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    /// The head of `bytes`, and what follows it.
    pub fn after_head<T: DeserializeOwned>(bytes: &'a [u8]) -> Result<(T, Self), String> {
        let (length, rest) = bytes.split_first_chunk().ok_or_else(short)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (head, rest) = rest.split_at_checked(length).ok_or_else(short)?;
        let head = serde_json::from_slice(head).map_err(|error| error.to_string())?;
        Ok((head, Self(rest)))
    }

    /// The next picture.
    pub fn picture(&mut self, (width, height): (u32, u32)) -> Result<Picture, String> {
        let length = u64::from(width).checked_mul(u64::from(height)).and_then(|n| n.checked_mul(3));
        let length = length.and_then(|n| usize::try_from(n).ok()).ok_or_else(short)?;
        let (rgb, rest) = self.0.split_at_checked(length).ok_or_else(short)?;
        self.0 = rest;
        Ok(Picture { width, height, rgb: rgb.to_vec() })
    }

    /// Everything that is left, as the values of `shape`.
    pub fn floats(self, shape: &[usize]) -> Result<Vec<f32>, String> {
        let count = shape.iter().try_fold(4, |all: usize, size| all.checked_mul(*size));
        if count != Some(self.0.len()) {
            return Err(format!("{} bytes of numbers for the shape {shape:?}", self.0.len()));
        }
        let (values, _) = self.0.as_chunks();
        Ok(values.iter().map(|value| f32::from_le_bytes(*value)).collect())
    }

    /// The same as a latent.
    pub fn latent(self, shape: [usize; 4]) -> Result<Latent, String> {
        let values = self.floats(&shape)?;
        Latent::new(shape, values).map_err(|error| error.to_string())
    }

    /// Fails where something is left.
    pub fn end(self) -> Result<(), String> {
        if self.0.is_empty() { Ok(()) } else { Err(format!("{} bytes too many", self.0.len())) }
    }
}

fn short() -> String {
    "a message shorter than it says".to_owned()
}
