//! What a picture file says about itself in its header: size and prompt.

use super::decode::open;
use crate::metadata;
use image::ImageReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// What a picture's header says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The prompt it was made from; empty where it does not say.
    pub prompt: String,
}

/// What the file at `path` says, if it is a picture.
pub fn read(path: &Path) -> Option<Facts> {
    // As with decoders: a file that breaks one must not end the thread.
    let size = catch_unwind(AssertUnwindSafe(|| {
        let reader = ImageReader::new(open(path).ok()?).with_guessed_format().ok()?;
        reader.into_dimensions().ok()
    }));
    let (width, height) = size.ok().flatten()?;
    Some(Facts { width, height, prompt: prompt(path) })
}

/// The prompt in the file at `path`; empty where there is none.
pub fn prompt(path: &Path) -> String {
    let read = catch_unwind(AssertUnwindSafe(|| metadata::read(path)));
    read.ok().and_then(Result::ok).map(|facts| facts.prompt).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::decode::tests::png;
    use super::*;

    #[test]
    fn size_and_prompt_come_from_the_header() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.png");
        let text = "a red h\u{f6}use,\nby night\nNegative prompt: blurry\nSteps: 20, Seed: 1";
        let bytes = png(30, 20, text);
        std::fs::write(&file, &bytes[..bytes.len() - 30]).unwrap();
        let facts = read(&file).unwrap();
        assert_eq!((facts.width, facts.height), (30, 20));
        assert_eq!(facts.prompt, "a red h\u{f6}use,\nby night");
        image::RgbImage::new(8, 9).save_with_format(&file, image::ImageFormat::WebP).unwrap();
        assert_eq!(read(&file), Some(Facts { width: 8, height: 9, prompt: String::new() }));
        std::fs::write(&file, "no picture").unwrap();
        assert_eq!(read(&file), None);
    }
}
