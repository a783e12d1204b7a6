//! Head counts told by a file's header. Seeded models at the smallest scale have head counts that
//! no rule gives; published files tell nothing, and their rules hold.

use super::super::weights::Source;
use super::Heads;
use serde_json::Value;

/// The key of the header's free text.
const KEY: &str = "reference_kit";

/// What the header tells.
#[derive(Debug, Default)]
pub struct Sidecar {
    /// Heads of the UNet.
    pub unet_heads: Option<Heads>,
    clips: Vec<Value>,
}

impl Sidecar {
    /// Reads the header of `source`. What cannot be understood counts as not told.
    pub fn of(source: &dyn Source) -> Self {
        let text = source.metadata().get(KEY);
        let told = text.and_then(|text| serde_json::from_str::<Value>(text).ok());
        let Some(told) = told else { return Self::default() };
        let unet = |key: &str| number(told.get("unet")?, key);
        let count = unet("num_heads").map(Heads::Count);
        Self {
            unet_heads: count.or_else(|| unet("num_head_channels").map(Heads::Channels)),
            clips: told.get("clip").and_then(Value::as_array).cloned().unwrap_or_default(),
        }
    }

    /// Heads of the text encoder with these dimensions.
    pub fn clip_heads(&self, width: usize, layers: usize) -> Option<usize> {
        let is_it = |clip: &&Value| {
            number(clip, "width") == Some(width) && number(clip, "layers") == Some(layers)
        };
        number(self.clips.iter().find(is_it)?, "heads")
    }
}

fn number(object: &Value, key: &str) -> Option<usize> {
    object.get(key)?.as_u64()?.try_into().ok()
}
