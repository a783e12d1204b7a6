//! What a picture file says about itself in its header: size and prompt.

use super::decode::open;
use image::ImageReader;
use std::path::Path;

/// No text in a header is longer; nor is a header.
const MOST_BYTES: usize = 4 << 20;

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
    of_png(path).or_else(|| {
        let reader = ImageReader::new(open(path).ok()?).with_guessed_format().ok()?;
        let (width, height) = reader.into_dimensions().ok()?;
        Some(Facts { width, height, prompt: String::new() })
    })
}

fn of_png(path: &Path) -> Option<Facts> {
    let limits = png::Limits { bytes: MOST_BYTES };
    let reader = png::Decoder::new_with_limits(open(path).ok()?, limits).read_info().ok()?;
    let info = reader.info();
    let text = parameters(info).unwrap_or_default();
    Some(Facts { width: info.width, height: info.height, prompt: prompt_of(&text).to_owned() })
}

/// The text called `parameters`, in whichever of the three kinds of chunks it is.
fn parameters(info: &png::Info<'_>) -> Option<String> {
    const NAME: &str = "parameters";
    if let Some(text) = info.uncompressed_latin1_text.iter().find(|text| text.keyword == NAME) {
        return Some(text.text.clone());
    }
    if let Some(text) = info.utf8_text.iter().find(|text| text.keyword == NAME) {
        let mut text = text.clone();
        text.decompress_text_with_limit(MOST_BYTES).ok()?;
        return text.get_text().ok();
    }
    let mut text = info.compressed_latin1_text.iter().find(|text| text.keyword == NAME)?.clone();
    text.decompress_text_with_limit(MOST_BYTES).ok()?;
    text.get_text().ok()
}

/// The prompt at the beginning of A1111's text: up to the negative prompt or the settings.
fn prompt_of(parameters: &str) -> &str {
    let mut end = 0;
    for line in parameters.split_inclusive('\n') {
        if line.starts_with("Negative prompt:") || line.starts_with("Steps: ") {
            break;
        }
        end += line.len();
    }
    parameters[..end].trim()
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

    #[test]
    fn the_prompt_ends_where_the_settings_begin() {
        for (text, prompt) in [
            ("a cat\nSteps: 20", "a cat"),
            ("Steps: 20, Sampler: Euler", ""),
            ("Negative prompt: x\nSteps: 1", ""),
            ("no settings", "no settings"),
            ("", ""),
        ] {
            assert_eq!(prompt_of(text), prompt);
        }
    }
}
