//! Pictures in the form that Cairo draws, and smaller copies of them: showing all of a large
//! picture must not mean to read all of its pixels for every frame.

use crate::engine::{Error, FileProblem, Picture};
use crate::i18n::{text, text_with};
use crate::regular;
use cairo::{Format, ImageSurface};
use gtk::{gdk, glib};
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageBuffer, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult,
    Limits, Rgb,
};
use relm4::gtk;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Cairo's longest edge.
const LONGEST: u32 = 32_767;
/// Most pixels of a file that is shown.
const MOST_PIXELS: u64 = 200_000_000;
/// Largest file that is read for them.
const MOST_BYTES: u64 = 1 << 30;
/// Copies get smaller down to this edge.
const SMALLEST_COPY: usize = 512;
/// Stands in for what is not there in pictures with transparent places: the mat's grey.
const MAT: u16 = 0x1c;

/// A picture in the form that Cairo draws.
pub struct Drawing {
    /// The picture, then copies of half the size each.
    levels: Vec<Level>,
    /// The picture's pixels in the form that other programs take. Kept, because making them of
    /// Cairo's would hold up the window's thread, which is where somebody asks for them.
    rgb: glib::Bytes,
}

/// Pixels for Cairo.
#[derive(Debug, PartialEq)]
struct Level {
    width: usize,
    height: usize,
    stride: usize,
    /// Blue, green, red and a byte of nothing, pixel by pixel.
    bytes: Vec<u8>,
}

impl std::fmt::Debug for Drawing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (width, height) = self.size();
        write!(f, "Drawing {width}x{height}")
    }
}

impl Drawing {
    /// The picture for other programs; no pixel is copied for it. `None` where there is none.
    pub fn texture(&self) -> Option<gdk::Texture> {
        let (width, height) = self.size();
        if width == 0 || height == 0 {
            return None;
        }
        let (columns, rows) = (i32::try_from(width).ok()?, i32::try_from(height).ok()?);
        let format = gdk::MemoryFormat::R8g8b8;
        Some(gdk::MemoryTexture::new(columns, rows, format, &self.rgb, 3 * width).into())
    }

    /// `picture` in Cairo's form; `None` for sizes beyond Cairo's, and if pixels are missing.
    pub fn new(picture: &Picture) -> Option<Self> {
        Self::from_rgb(picture.width, picture.height, picture.rgb.clone())
    }

    /// Reads a PNG, JPEG or WebP file. May take seconds.
    ///
    /// # Errors
    ///
    /// [`Error::File`]; for pictures beyond 200 megapixels before they are decoded.
    pub fn read(file: &Path) -> Result<Self, Error> {
        let problem = |reason| {
            let problem = FileProblem::Other { reason };
            Error::File { file: file.to_owned(), problem }
        };
        let failed = |error| match error {
            ImageError::IoError(error) => Error::from_io(file, &error),
            ImageError::Unsupported(_) => problem(text("picture-kind")),
            error => problem(error.to_string()),
        };
        let reader = BufReader::new(open(file)?);
        let reader = ImageReader::new(reader).with_guessed_format();
        let mut reader = reader.map_err(|error| Error::from_io(file, &error))?;
        let is_known =
            |format| matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP);
        if !reader.format().is_some_and(is_known) {
            return Err(problem(text("picture-kind")));
        }
        reader.limits(limits());
        let decoder = reader.into_decoder().map_err(failed)?;
        let (width, height) = decoder.dimensions();
        let pixels = u64::from(width) * u64::from(height);
        if pixels > MOST_PIXELS || width.max(height) > LONGEST {
            let size = format!("{width} × {height}");
            let most = (MOST_PIXELS / 1_000_000).to_string();
            let args = [("size", size.into()), ("most", most.into())];
            return Err(problem(text_with("picture-too-large", args)));
        }
        let rgb = decoded(decoder).map_err(failed)?.into_rgb8();
        let drawing = Self::from_rgb(rgb.width(), rgb.height(), rgb.into_raw());
        drawing.ok_or_else(|| problem(text("picture-kind")))
    }

    fn from_rgb(width: u32, height: u32, rgb: Vec<u8>) -> Option<Self> {
        let mut levels = vec![Level::new(width, height, &rgb)?];
        while let Some(half) = levels.last().and_then(Level::half) {
            levels.push(half);
        }
        Some(Self { levels, rgb: glib::Bytes::from_owned(rgb) })
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        self.levels.first().map(|level| (level.width, level.height)).unwrap_or_default()
    }

    /// What Cairo draws from: the picture, then copies of half the size each.
    pub fn into_surfaces(self) -> Result<Vec<ImageSurface>, cairo::Error> {
        self.levels.into_iter().map(Level::into_surface).collect()
    }
}

/// Opens what is a file, and no larger than those that are shown.
fn open(file: &Path) -> Result<File, Error> {
    let opened = regular::open_filled(file);
    let (opened, facts) = opened.map_err(|error| Error::from_io(file, &error))?;
    if facts.len() > MOST_BYTES {
        let args = [("most", (MOST_BYTES >> 20).to_string().into())];
        let problem = FileProblem::Other { reason: text_with("picture-file-too-large", args) };
        return Err(Error::File { file: file.to_owned(), problem });
    }
    Ok(opened)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    // Sixteen bits in four channels, and as much again for what the decoder needs.
    limits.max_alloc = Some(2 * 8 * MOST_PIXELS);
    limits
}

/// The pixels, the right way up, on the mat where they are transparent.
fn decoded(mut decoder: impl ImageDecoder) -> ImageResult<DynamicImage> {
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    if !image.color().has_alpha() {
        return Ok(image);
    }
    let mut pixels = image.into_rgba8();
    for pixel in pixels.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0.map(u16::from);
        let over = |value: u16| ((value * alpha + MAT * (255 - alpha) + 127) / 255) as u8;
        pixel.0 = [over(red), over(green), over(blue), 255];
    }
    Ok(DynamicImage::ImageRgba8(pixels))
}

impl Level {
    fn new(width: u32, height: u32, rgb: &[u8]) -> Option<Self> {
        if width.max(height) > LONGEST {
            return None;
        }
        let pixels = ImageBuffer::<Rgb<u8>, &[u8]>::from_raw(width, height, rgb)?;
        let stride = usize::try_from(Format::Rgb24.stride_for_width(width).ok()?).ok()?;
        let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
        let mut bytes = vec![0; stride.checked_mul(height)?];
        for (row, pixels) in bytes.chunks_exact_mut(stride.max(1)).zip(pixels.rows()) {
            for (to, Rgb([red, green, blue])) in row.as_chunks_mut::<4>().0.iter_mut().zip(pixels) {
                *to = u32::from_be_bytes([0, *red, *green, *blue]).to_ne_bytes();
            }
        }
        Some(Self { width, height, stride, bytes })
    }

    /// A copy of half the size, every pixel the mean of four, unless it would be small. An odd
    /// last row or column stands for itself, so that a copy's scale is one half exactly.
    fn half(&self) -> Option<Self> {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        if width.max(height) < SMALLEST_COPY {
            return None;
        }
        let stride = 4 * width;
        let mut bytes = vec![0; stride.checked_mul(height)?];
        for (to, rows) in bytes.chunks_exact_mut(stride).zip(self.bytes.chunks(2 * self.stride)) {
            let (upper, lower) = rows.split_at_checked(self.stride)?;
            halve(upper, if lower.is_empty() { upper } else { lower }, to);
        }
        Some(Self { width, height, stride, bytes })
    }

    fn into_surface(self) -> Result<ImageSurface, cairo::Error> {
        let length = |length| i32::try_from(length).map_err(|_| cairo::Error::InvalidSize);
        let (width, height) = (length(self.width)?, length(self.height)?);
        let stride = length(self.stride)?;
        ImageSurface::create_for_data(self.bytes, Format::Rgb24, width, height, stride)
    }
}

/// Means of the pixels of two rows, two by two.
fn halve(upper: &[u8], lower: &[u8], to: &mut [u8]) {
    let ((upper, upper_end), (lower, lower_end)) = (upper.as_chunks::<8>(), lower.as_chunks::<8>());
    let (to, _) = to.as_chunks_mut::<4>();
    let (pairs, end) = to.split_at_mut(upper.len().min(to.len()));
    for (to, (above, below)) in pairs.iter_mut().zip(upper.iter().zip(lower)) {
        *to = std::array::from_fn(|i| {
            let four = [above[i], above[i + 4], below[i], below[i + 4]];
            ((four.into_iter().map(u16::from).sum::<u16>() + 2) / 4) as u8
        });
    }
    for to in end {
        for (to, (above, below)) in to.iter_mut().zip(upper_end.iter().zip(lower_end)) {
            *to = above.midpoint(*below);
        }
    }
}

#[cfg(test)]
mod tests;
