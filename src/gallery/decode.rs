//! Picture files to small pictures, whatever the file is: time and memory are bounded, and what
//! cannot be shown has a reason.

use super::Thumbnail;
use crate::regular::{self, Refusal};
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};
use std::fs::File;
use std::io::{self, BufReader, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The most that a decoded picture may take up: 134 megapixels of four bytes.
const MOST_BYTES: u64 = 512 << 20;

/// Larger ones are decoded one at a time, so that several threads do not add up.
const LARGE_BYTES: u64 = 64 << 20;

static ONE_LARGE: Mutex<()> = Mutex::new(());

/// Why a file cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// More pixels than are decoded here.
    TooLarge,
    /// Not a picture, or of a kind that is not known here.
    NoPicture,
    /// Cut down or broken.
    Damaged,
    /// The system does not let it be read; in the system's words.
    Unreadable(String),
}

impl From<io::Error> for Flaw {
    fn from(error: io::Error) -> Self {
        match error.raw_os_error() {
            _ if Refusal::in_error(&error).is_some() => Self::NoPicture,
            _ if error.kind() == ErrorKind::IsADirectory => Self::NoPicture,
            None => Self::Damaged,
            Some(_) => Self::Unreadable(error.to_string()),
        }
    }
}

impl From<ImageError> for Flaw {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooLarge,
            ImageError::Unsupported(_) => Self::NoPicture,
            ImageError::IoError(error) => Self::from(error),
            _ => Self::Damaged,
        }
    }
}

/// The file at `path`, for reading. A pipe or a device under a picture's name is no picture, and
/// does not make anybody wait.
pub fn open(path: &Path) -> Result<BufReader<File>, Flaw> {
    Ok(BufReader::new(regular::open(path)?.0))
}

/// The picture at `path`, the longer side of it `edge` pixels, or as it is where that is smaller.
pub fn scaled(path: &Path, edge: u32) -> Result<Thumbnail, Flaw> {
    // Decoders meet files here that nobody has tried them with.
    catch_unwind(AssertUnwindSafe(|| decode(path, edge))).unwrap_or(Err(Flaw::Damaged))
}

fn decode(path: &Path, edge: u32) -> Result<Thumbnail, Flaw> {
    let mut reader = ImageReader::new(open(path)?).with_guessed_format()?;
    if reader.format().is_none() {
        return Err(Flaw::NoPicture);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let bytes = decoder.total_bytes();
    if bytes > MOST_BYTES {
        return Err(Flaw::TooLarge);
    }
    let _alone =
        (bytes > LARGE_BYTES).then(|| ONE_LARGE.lock().unwrap_or_else(PoisonError::into_inner));
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let whole = DynamicImage::from_decoder(decoder)?;
    let is_larger = whole.width().max(whole.height()) > edge;
    let mut small = if is_larger { whole.thumbnail(edge, edge) } else { whole };
    small.apply_orientation(orientation);
    let small = small.into_rgba8();
    Ok(Thumbnail { width: small.width(), height: small.height(), rgba: small.into_raw() })
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use std::fs;
    use std::time::{Duration, Instant};

    /// A PNG of one colour with the text `parameters`.
    pub fn png(width: u32, height: u32, parameters: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.add_itxt_chunk("parameters".into(), parameters.into()).unwrap();
        let mut writer = encoder.write_header().unwrap();
        let pixels = [200, 100, 50].repeat(width as usize * height as usize);
        writer.write_image_data(&pixels).unwrap();
        writer.finish().unwrap();
        bytes
    }

    /// The beginning of a PNG that says that it is this large.
    fn huge_png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0]);
        let sum = crc(&bytes[12..]);
        bytes.extend(sum.to_be_bytes());
        let idat = b"IDAT\x78\x01\x01\0\0\xff\xff";
        bytes.extend(7_u32.to_be_bytes());
        bytes.extend(idat);
        bytes.extend(crc(idat).to_be_bytes());
        bytes
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                (sum >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(sum & 1))
            })
        })
    }

    #[test]
    fn pictures_shrink_to_fit_and_never_grow() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.png");
        for ((width, height), expected) in
            [((512, 256), (128, 64)), ((64, 32), (64, 32)), ((1, 4000), (1, 128))]
        {
            fs::write(&file, png(width, height, "")).unwrap();
            let small = scaled(&file, 128).unwrap();
            assert_eq!((small.width, small.height), expected);
            assert_eq!(small.rgba.len() as u32, small.width * small.height * 4);
            assert_eq!(small.rgba[..4], [200, 100, 50, 255]);
        }
    }

    #[test]
    fn jpeg_and_webp_are_pictures_whatever_their_ending() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.png");
        let pixels = image::RgbImage::from_pixel(300, 200, image::Rgb([9, 9, 9]));
        for format in [image::ImageFormat::Jpeg, image::ImageFormat::WebP] {
            pixels.save_with_format(&file, format).unwrap();
            assert_eq!(scaled(&file, 128).unwrap().width, 128, "{format:?}");
        }
    }

    #[test]
    fn hostile_files_have_a_reason_and_take_no_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.png");
        let whole = png(300, 300, "");
        let start = Instant::now();
        for (bytes, flaw) in [
            (huge_png(100_000, 100_000), Flaw::TooLarge),
            (huge_png(u32::MAX >> 1, u32::MAX >> 1), Flaw::TooLarge),
            (huge_png(20_000, 20_000), Flaw::TooLarge),
            (huge_png(0, 0), Flaw::Damaged),
            (whole[..whole.len() / 2].to_vec(), Flaw::Damaged),
            (whole[..20].to_vec(), Flaw::Damaged),
            (Vec::new(), Flaw::NoPicture),
            (b"hello, this is a text".to_vec(), Flaw::NoPicture),
            (b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), Flaw::NoPicture),
            (b"\xff\xd8\xff\xe0 no jpeg".to_vec(), Flaw::Damaged),
        ] {
            fs::write(&file, &bytes).unwrap();
            assert_eq!(scaled(&file, 128).unwrap_err(), flaw, "{} bytes", bytes.len());
        }
        assert!(start.elapsed() < Duration::from_secs(5));
        let gone = scaled(&folder.path().join("gone.png"), 128);
        assert!(matches!(gone, Err(Flaw::Unreadable(_))));
        assert_eq!(scaled(folder.path(), 128), Err(Flaw::NoPicture));
    }

    #[test]
    fn a_pipe_makes_nobody_wait() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.png");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        assert_eq!(scaled(&pipe, 128), Err(Flaw::NoPicture));
    }

    #[test]
    fn broken_bytes_anywhere_never_end_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.png");
        let whole = png(40, 30, "a prompt");
        for place in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x5a;
            fs::write(&file, &bytes).unwrap();
            let _ = scaled(&file, 128);
            let _ = super::super::facts::read(&file);
        }
    }
}
