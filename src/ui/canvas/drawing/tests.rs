//! Pixels for Cairo, from the engine and from files that mean well or not.

use super::*;
use image::{Rgba, RgbaImage};
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

fn picture(width: u32, height: u32) -> Picture {
    Picture { width, height, rgb: vec![90; (3 * width * height) as usize] }
}

/// A file called `name` in a folder of its own.
fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    fs::write(&file, bytes).unwrap();
    (folder, file)
}

/// The words for why `bytes` are not shown.
fn refusal(bytes: &[u8]) -> String {
    let (_folder, file) = file("x.png", bytes);
    match Drawing::read(&file) {
        Err(Error::File { problem: FileProblem::Other { reason }, .. }) => reason,
        other => panic!("{other:?}"),
    }
}

fn png(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The same file with another width and height in its header.
fn with_size(mut png: Vec<u8>, width: u32, height: u32) -> Vec<u8> {
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = !0_u32;
    for byte in &png[12..29] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    png[29..33].copy_from_slice(&(!crc).to_be_bytes());
    png
}

#[test]
fn pixels_get_cairos_order_and_rows_their_padding() {
    let picture = Picture { width: 1, height: 2, rgb: vec![1, 2, 3, 4, 5, 6] };
    let drawing = Drawing::new(&picture).unwrap();
    let level = &drawing.levels[0];
    assert_eq!(level.bytes, [0x0001_0203_u32, 0x0004_0506].map(u32::to_ne_bytes).concat());
    assert_eq!((level.width, level.height, level.stride), (1, 2, 4));
}

#[test]
fn a_picture_with_fewer_pixels_than_it_says_is_none() {
    assert!(Drawing::new(&Picture { width: 4, height: 4, rgb: vec![255; 47] }).is_none());
    assert!(Drawing::new(&Picture { width: 4, height: 4, rgb: vec![255; 48] }).is_some());
    assert!(Drawing::new(&Picture { width: u32::MAX, height: 1, rgb: vec![] }).is_none());
    assert!(Drawing::new(&picture(40_000, 1)).is_none());
    assert!(Drawing::new(&Picture { width: 0, height: 0, rgb: vec![] }).is_some());
}

#[test]
fn copies_are_means_and_halve_down_to_a_screenful() {
    let drawing = Drawing::new(&picture(2049, 1031)).unwrap();
    let sizes: Vec<_> = drawing.levels.iter().map(|level| (level.width, level.height)).collect();
    assert_eq!(sizes, [(2049, 1031), (1025, 516), (513, 258)]);
    for level in &drawing.levels {
        let same = 0x005a_5a5a_u32.to_ne_bytes();
        assert!(level.bytes.as_chunks::<4>().0.iter().all(|pixel| *pixel == same));
    }
    let mut stripes = picture(1024, 1024);
    let pixels = stripes.rgb.chunks_exact_mut(3).enumerate();
    pixels.for_each(|(place, pixel)| pixel.fill(if place % 2 == 0 { 0 } else { 100 }));
    let drawing = Drawing::new(&stripes).unwrap();
    let grey = 0x0032_3232_u32.to_ne_bytes();
    assert!(drawing.levels[1].bytes.as_chunks::<4>().0.iter().all(|pixel| *pixel == grey));
    assert_eq!(Drawing::new(&picture(512, 512)).unwrap().levels.len(), 1);
}

#[test]
fn surfaces_have_the_levels_sizes() {
    let surfaces = Drawing::new(&picture(1025, 700)).unwrap().into_surfaces().unwrap();
    let sizes: Vec<_> = surfaces.iter().map(|s| (s.width(), s.height())).collect();
    assert_eq!(sizes, [(1025, 700), (513, 350)]);
}

#[test]
fn png_jpeg_and_webp_are_read_whatever_they_are_called() {
    let image = DynamicImage::ImageRgb8(image::RgbImage::from_pixel(20, 10, Rgb([200, 100, 50])));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        let (_folder, file) = file("picture.txt", bytes.get_ref());
        let drawing = Drawing::read(&file).unwrap();
        assert_eq!(drawing.size(), (20, 10));
        let pixel = u32::from_ne_bytes(drawing.levels[0].bytes[..4].try_into().unwrap());
        let [_, red, green, blue] = pixel.to_be_bytes().map(i32::from);
        assert!((red - 200).abs() < 4 && (green - 100).abs() < 4 && (blue - 50).abs() < 4);
    }
}

#[test]
fn transparent_places_show_the_mat() {
    let image = RgbaImage::from_pixel(1, 1, Rgba([255, 255, 255, 0]));
    let (_folder, file) = file("x.png", &png(&DynamicImage::ImageRgba8(image)));
    let drawing = Drawing::read(&file).unwrap();
    assert_eq!(drawing.levels[0].bytes, 0x001c_1c1c_u32.to_ne_bytes());
}

#[test]
fn what_is_no_picture_is_told() {
    let missing = Drawing::read(Path::new("no/such/file.png"));
    assert!(matches!(missing, Err(Error::File { problem: FileProblem::NotFound, .. })));
    let folder = tempfile::tempdir().unwrap();
    let read = Drawing::read(folder.path());
    assert!(matches!(read, Err(Error::File { problem: FileProblem::IsFolder, .. })));
    let device = Drawing::read(Path::new("/dev/zero"));
    assert!(matches!(device, Err(Error::File { problem: FileProblem::NotRegular, .. })));
    let pipe = Drawing::read(&crate::regular::tests::pipe(folder.path()));
    assert!(matches!(pipe, Err(Error::File { problem: FileProblem::NotRegular, .. })));
    let (_folder, empty) = file("x.png", b"");
    assert!(matches!(Drawing::read(&empty), Err(Error::File { problem: FileProblem::Empty, .. })));
    assert_eq!(refusal(b"GIF89a........"), text("picture-kind"));
    assert_eq!(refusal(b"hello"), text("picture-kind"));
}

#[test]
fn damaged_and_hostile_files_are_refused_in_no_time() {
    let begin = Instant::now();
    let whole = png(&DynamicImage::new_rgb8(40, 40));
    for length in [9, 20, 40, whole.len() / 2, whole.len() - 20] {
        let (_folder, file) = file("x.png", &whole[..length]);
        assert!(Drawing::read(&file).is_err(), "{length}");
    }
    let mut noise = whole.clone();
    noise[45..].iter_mut().for_each(|byte| *byte = byte.wrapping_mul(77));
    let (_folder, damaged) = file("x.png", &noise);
    assert!(Drawing::read(&damaged).is_err());
    for (width, height) in [(20_000, 20_000), (40_000, 1), (u32::MAX >> 1, u32::MAX >> 1)] {
        let reason = refusal(&with_size(whole.clone(), width, height));
        assert!(!reason.is_empty(), "{reason}");
    }
    let reason = refusal(&with_size(whole, 20_000, 20_000));
    assert!(reason.contains("20000 × 20000") && reason.contains("200"), "{reason}");
    assert!(begin.elapsed().as_secs() < 2, "{:?}", begin.elapsed());
}
